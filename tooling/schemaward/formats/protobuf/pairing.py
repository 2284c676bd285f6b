"""Which messages of two schemas are compared, where bytes do not carry their names.

A reader picks the message by its full name (AWS Glue sends the rank of that name). A package or a lone message that
was renamed does not change the bytes, so what is left over is paired by what the names have in common.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaward.formats.protobuf.declared import File, Message
from schemaward.formats.protobuf.linking import Linked, nested


def message_pairs(writer: Linked, reader: Linked) -> list[tuple[Message, Message]]:
    """(writer's, reader's) messages that stand for the same thing; those that no other message uses come first."""
    written, read = _messages(writer), _messages(reader)
    matched = {name: name for name in written if name in read}
    before, after = _package(writer.file), _package(reader.file)
    for name in written:
        moved = after + name.removeprefix(before)
        if name not in matched and name.startswith(before) and moved in read and moved not in written:
            matched[name] = moved
    left = [name for name in _roots(writer) if name not in matched]
    right = [name for name in _roots(reader) if name not in matched.values()]
    if len(left) == len(right) == 1:
        matched[left[0]] = right[0]
    roots = _roots(writer)
    order = sorted(matched, key=lambda name: name not in roots)
    return [(written[name], read[matched[name]]) for name in order]


def _package(file: File) -> str:
    return f"{file.package}." if file.package else ""


def _messages(linked: Linked) -> dict[str, Message]:
    return {
        message.name: message for file in linked.files for message in nested(file.messages) if not message.map_entry
    }


def _roots(linked: Linked) -> dict[str, None]:
    """The names of the top-level messages that no other message has a field of, in the order of the file."""
    used = set(_used(linked))
    return dict.fromkeys(message.name for file in linked.files for message in file.messages if message.name not in used)


def _used(linked: Linked) -> Iterator[str]:
    for file in linked.files:
        for message in nested(file.messages):
            for field in message.fields:
                target = linked.target(field)
                if target is not None and target.name != message.name:
                    yield target.name
