"""Examples in the JSON mapping of Protobuf, judged by the ``protobuf`` package.

Source: "ProtoJSON Format". A document is of the first message of the file, or of the one that "@type" names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from schemaward.errors import InputError
from schemaward.formats.base import Refusal, Schema
from schemaward.formats.protobuf.declared import Message
from schemaward.model import JsonValue
from schemaward.syntax.places import pointer_of

_PLACE = re.compile(r' at "?(?P<path>[^\s"]+)"?\.?$')
_STEPS_DOWN = re.compile(r"^(?:Failed to parse (\S+) field: )+")
_STEP_DOWN = re.compile(r"Failed to parse (\S+) field: ")
_STEP = re.compile(r"\[([^\]]*)\]|([^.\[\]]+)")


def refusals(schema: Schema, value: JsonValue) -> tuple[Refusal, ...]:
    """Why ``value`` is no message of the schema; the first reason, or every missing required field."""
    from schemaward.formats.protobuf import runtime

    if not isinstance(value, dict):
        return (Refusal("", "", "a message is an object in JSON", "type"),)
    message = message_of(schema, value)
    if message is None:
        return (Refusal("/@type", "", f'there is no message "{value["@type"]}"', "type"),)
    try:
        failure, missing = runtime.parse_document(schema.parsed, message, _fields(value))
    except runtime.CannotDescribeError as error:
        raise InputError(f"the schema cannot be used to validate: {error}", "", schema.place("")) from None
    except RecursionError:
        failure, missing = "the value is nested too deep", []
    if failure:
        return (_refusal(failure, message, value),)
    return tuple(
        Refusal(
            "", f"{message.pointer}/{name.replace('.', '/')}", f'the required field "{name}" is missing', "required"
        )
        for name in missing
    )


def encoded(schema: Schema, value: dict[str, JsonValue]) -> bytes:
    """The bytes of a document without refusals."""
    from schemaward.formats.protobuf import runtime

    message = message_of(schema, value)
    if message is None:
        raise InputError(f'there is no message "{value["@type"]}"')
    return runtime.encoded_document(schema.parsed, message, _fields(value))


def message_of(schema: Schema, value: dict[str, JsonValue]) -> Message | None:
    """The message that a document is meant to be; None when "@type" names none. Raises InputError for a file without any."""
    return message_named(schema, str(value["@type"]).rpartition("/")[2] if "@type" in value else "")


def message_named(schema: Schema, name: str) -> Message | None:
    """The message of this name, with or without the package; the first of the file for ""."""
    file = schema.parsed.file
    if name:
        found = schema.parsed.types.get(name) or schema.parsed.types.get(f"{file.package}.{name}")
        return found if isinstance(found, Message) else None
    if not file.messages:
        raise InputError("the file declares no message", "declare one", schema.place(""))
    first: Message = file.messages[0]
    return first


def _fields(value: dict[str, JsonValue]) -> dict[str, JsonValue]:
    return {name: _plain(member) for name, member in value.items() if name != "@type"}


def _refusal(failure: str, message: Message, document: JsonValue) -> Refusal:
    """A complaint of the package: the place it names, as far as the document has it, and the rest as a sentence."""
    sentence = failure.split("\n")[0].rstrip(".")
    place = _PLACE.search(sentence)
    if place is None:
        names = _STEP_DOWN.findall(sentence)
    else:
        sentence = sentence[: place.start()]
        steps = _STEP.findall(place["path"].removeprefix(message.name.rpartition(".")[2]))
        names = [inside or name for inside, name in steps]
    sentence = _STEPS_DOWN.sub("", sentence).rstrip(".")
    return Refusal(_pointer(names, document), message.pointer, sentence[:1].lower() + sentence[1:], "mapping")


def _pointer(names: Sequence[str], document: JsonValue) -> str:
    """The pointer that follows ``names`` from the top of ``document``, up to the first that is not there."""
    pointer = ""
    for name in names:
        if isinstance(document, dict) and name in document:
            document = document[name]
        elif isinstance(document, list) and name.isdecimal() and int(name) < len(document):
            document = document[int(name)]
        else:
            break
        pointer = pointer_of(pointer, name)
    return pointer


def _plain(value: JsonValue) -> JsonValue:
    """A value with plain numbers: where a Decimal stands, the field is a double and takes the nearest."""
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value
