"""The smallest safe edit of a new version: what breaks is declared again as the old version has it, one break after the other.

The text that comes out is parsed and compared anew; what is not proven compatible is not offered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from schemaward.errors import InputError
from schemaward.formats.base import Question, Schema
from schemaward.formats.protobuf.declared import Enum, Field, File, Message, Value
from schemaward.formats.protobuf.linking import file_enums, nested
from schemaward.formats.protobuf.loading import load_value
from schemaward.formats.protobuf.reading import can_read
from schemaward.syntax.edits import text_diff
from schemaward.verdict import Edit, Finding, Mending, Severity, Undecided

Declared: TypeAlias = Field | Value | Enum | Message

_MOST_ROUNDS = 5
"""Undoing all breaks may show others behind them."""


@dataclass(frozen=True, slots=True)
class _Splice:
    """A piece of the new text, from ``at`` to ``end``, that becomes ``text``; and the same as an operation."""

    at: int
    end: int
    text: str
    edit: Edit


@dataclass(frozen=True, slots=True)
class _Side:
    """One version: its text, and what is declared in it by pointer."""

    text: str
    declared: Mapping[str, Declared]


@dataclass(frozen=True, slots=True)
class _Break:
    """One break between the old version and the ``new`` one as it is by now."""

    found: Finding
    backward: bool
    old: _Side
    new: _Side

    def places(self) -> tuple[Declared | None, Declared | None]:
        """What stands at the place of the break in the old file and in the new one."""
        reader, writer = self.found.pointer, self.found.counterpart or ""
        old, new = (writer, reader) if self.backward else (reader, writer)
        return self.old.declared.get(old), self.new.declared.get(new)


def mend(new: Schema, questions: Sequence[Question]) -> Mending | None:
    """An edit of ``new`` after which all ``questions`` are compatible, and without losses that are errors.

    None when undoing what breaks or is lost does not help. Losses that are warnings by default are left as they are.
    """
    edits: list[Edit] = []
    schema = new
    try:
        for _ in range(_MOST_ROUNDS):
            breaks = _breaks(schema, questions)
            if not breaks:
                return Mending(tuple(edits), text_diff(new.document, schema.definition)) if edits else None
            splices = _apart(splice for each in breaks for splice in _remedy(each))
            if not splices:
                return None
            text = schema.definition
            for each in splices:
                text = text[: each.at] + each.text + text[each.end :]
            edits += [each.edit for each in splices]
            schema = load_value(text, new.document.path)
    except InputError:
        return None
    return None


def _breaks(schema: Schema, questions: Sequence[Question]) -> list[_Break]:
    """What is wrong in the first question where anything is. Raises InputError when a question cannot be decided."""
    for question in questions:
        backward = question.direction == "backward"
        verdict = can_read(schema, question.old) if backward else can_read(question.old, schema)
        if isinstance(verdict, Undecided):
            raise InputError("the edited schema cannot be compared")
        wrong = [found for found in verdict.findings if found.severity is Severity.ERROR]
        if wrong:
            old, new = _side(question.old.parsed.file), _side(schema.parsed.file)
            return [_Break(found, backward, old, new) for found in wrong]
    return []


def _apart(splices: Iterable[_Splice]) -> list[_Splice]:
    """The splices from the end of the text to its beginning, each once, without those that overlap others."""
    found: list[_Splice] = []
    for splice in sorted(dict.fromkeys(splices), key=lambda each: (each.at, each.end), reverse=True):
        if not found or splice.end <= found[-1].at:
            found.append(splice)
    return found


def _remedy(broken: _Break) -> Iterator[_Splice]:
    """The pieces of text that undo a break; none where there is no simple way."""
    old, new = broken.places()
    if isinstance(new, Field) and isinstance(old, Field) and bool(old.oneof) == bool(new.oneof):
        yield _instead(new, broken.old.text[old.at : old.end])
    elif isinstance(new, Field) and broken.found.rule == "protobuf-required-field":
        yield _instead(new, broken.new.text[new.at : new.end].replace("required", "optional", 1))
    elif isinstance(new, Enum) and isinstance(old, Value):
        yield _inside(new, [each.at for each in new.values], old, broken)
    elif isinstance(new, Value):
        yield _without(new, broken.new.text)
    elif isinstance(new, Message) and isinstance(old, Field):
        yield _inside(new, [each.at for each in new.fields], old, broken)
    elif broken.found.rule == "protobuf-oneof-joined" and isinstance(old, Field) and not old.oneof:
        yield from _out_of_oneof(broken, old)


def _out_of_oneof(broken: _Break, old: Field) -> Iterator[_Splice]:
    """A field that joined a oneof leaves it again, if another field stays in it."""
    message = broken.new.declared.get(broken.found.pointer.rpartition("/")[0])
    if isinstance(message, Message):
        joined = [each for each in message.fields if each.number == old.number and each.oneof]
        if joined and sum(each.oneof == joined[0].oneof for each in message.fields) > 1:
            yield _without(joined[0], broken.new.text)
            yield _inside(message, [each.at for each in message.fields if not each.oneof], old, broken)


def _instead(new: Field, text: str) -> _Splice:
    return _Splice(new.at, new.end, text, Edit(new.pointer, "replace", text))


def _without(gone: Field | Value, text: str) -> _Splice:
    """Without the declaration, and without its line when nothing else stands on it."""
    at, end = gone.at, gone.end
    start, stop = text.rfind("\n", 0, at) + 1, text.find("\n", end) + 1
    if stop and not (text[start:at] + text[end:stop]).strip():
        at, end = start, stop
    return _Splice(at, end, "", Edit(gone.pointer, "remove"))


def _inside(around: Message | Enum, neighbours: Sequence[int], old: Field | Value, broken: _Break) -> _Splice:
    """The declaration of the old version, before the closing brace, with the indentation of a neighbour."""
    text, declaration = broken.new.text, broken.old.text[old.at : old.end]
    edit = Edit(f"{around.pointer}/{old.name}", "add", declaration)
    brace = around.end - 1
    start = text.rfind("\n", 0, brace) + 1
    if text[start:brace].strip():
        return _Splice(brace, brace, f"{declaration} ", edit)
    beside = max(neighbours, default=brace)
    line = text[text.rfind("\n", 0, beside) + 1 : beside]
    indent = line if neighbours and not line.strip() else text[start:brace] + "  "
    return _Splice(start, start, f"{indent}{declaration}\n", edit)


def _side(file: File) -> _Side:
    """What is declared in a file; of a map, its field."""
    found: dict[str, Declared] = {}
    for message in nested(file.messages):
        if not message.map_entry:
            found[message.pointer] = message
            found.update((each.pointer, each) for each in message.fields)
    for enum in file_enums(file):
        found[enum.pointer] = enum
        found.update((each.pointer, each) for each in enum.values)
    return _Side(file.text, found)
