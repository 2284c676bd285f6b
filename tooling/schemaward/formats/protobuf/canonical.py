"""What a file says apart from its layout: one element for each declaration, with its facts.

Two files are the same when their elements are: neither the order of declarations, nor comments, nor how a name is
qualified, nor what is written out though it holds anyway, makes a difference. Diff and identity rest on this table.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from schemaward.formats.protobuf.declared import (
    SCALARS,
    Enum,
    Field,
    File,
    Message,
    Options,
    Reserved,
    Value,
    json_name_of,
)
from schemaward.formats.protobuf.linking import Linked, file_enums, nested
from schemaward.model import JsonValue

Key: TypeAlias = "tuple[str, str, str | int]"
"""What an element is, its owner or own name without the package, and its name or number in the owner."""

_PACKABLE = frozenset(SCALARS) - {"string", "bytes"}


@dataclass(frozen=True, slots=True)
class Element:
    """One declaration: its facts, where it stands, and the line that tells it."""

    facts: Mapping[str, JsonValue]
    pointer: str
    told: str


def identity_of(linked: Linked) -> str:
    """A text that is equal exactly when two files say the same."""
    table = [[*key, element.facts] for key, element in elements(linked).items()]
    return json.dumps(sorted(table, key=lambda row: json.dumps(row[:3])), sort_keys=True)


def elements(linked: Linked) -> dict[Key, Element]:
    """All elements of the schema."""
    return dict(_Table(linked).rows())


class _Table:
    def __init__(self, linked: Linked) -> None:
        self._linked = linked
        self._file = linked.file
        self._package = f"{self._file.package}." if self._file.package else ""

    def rows(self) -> Iterator[tuple[Key, Element]]:
        yield from self._head(self._file)
        for message in nested(self._file.messages):
            if not message.map_entry:
                yield from self._message(message)
        for enum in file_enums(self._file):
            yield from self._enum(enum)
        for service in self._file.services:
            name = self._own(service.name)
            yield ("service", name, ""), Element({"options": _options(service.options)}, service.pointer, name)
            for each in service.methods:
                takes, gives = (
                    self._own_or_foreign(self._linked.message(service.name, said).name)
                    for said in (each.takes, each.gives)
                )
                facts: dict[str, JsonValue] = {
                    "request": f"stream {takes}" if each.takes_stream else takes,
                    "response": f"stream {gives}" if each.gives_stream else gives,
                    "options": _options(each.options),
                }
                told = f"rpc {each.name}({facts['request']}) returns ({facts['response']})"
                yield ("rpc", name, each.name), Element(facts, each.pointer, told)

    def _head(self, file: File) -> Iterator[tuple[Key, Element]]:
        facts: dict[str, JsonValue] = {
            "syntax": file.syntax, "package": file.package or None, "options": _options(file.options)
        }  # fmt: skip
        yield ("file", "", ""), Element(facts, "", file.path)
        for each in file.imports:
            yield ("import", "", each.path), Element({"kind": each.kind}, "", each.path)

    def _message(self, message: Message) -> Iterator[tuple[Key, Element]]:
        name = self._own(message.name)
        yield ("message", name, ""), Element({"options": _options(message.options)}, message.pointer, name)
        for field in message.fields:
            facts = self._field_facts(field)
            yield ("field", name, field.number), Element(facts, field.pointer, _told(field, facts))
        for oneof, options in message.oneofs:
            pointer = f"{message.pointer}/{oneof}"
            yield ("oneof", name, oneof), Element({"options": _options(options)}, pointer, oneof)
        yield from _reservations(name, message.reserved, message.pointer)

    def _field_facts(self, field: Field) -> dict[str, JsonValue]:
        target = self._linked.target(field)
        kind = field.type if target is None else self._own_or_foreign(target.name)
        label: str = field.label
        packable = isinstance(target, Enum) or field.type in _PACKABLE
        packed = None
        if field.label == "repeated" and packable:
            packed = self._file.syntax == "proto3" if field.packed is None else field.packed
        if isinstance(target, Message) and target.map_entry:
            key, value = target.fields
            inner = self._linked.target(value)
            kind = f"map<{key.type}, {value.type if inner is None else self._own_or_foreign(inner.name)}>"
            label = "map"
        default = field.default
        return {
            "name": field.name,
            "type": kind,
            "label": label,
            "oneof": field.oneof or None,
            "default": default.decode(errors="backslashreplace") if isinstance(default, bytes) else _plain(default),
            "json-name": None if field.json_name == json_name_of(field.name) else field.json_name,
            "packed": packed,
            "options": _options(field.options),
        }

    def _enum(self, enum: Enum) -> Iterator[tuple[Key, Element]]:
        name = self._own(enum.name)
        facts: dict[str, JsonValue] = {"first-value": enum.values[0].name, "options": _options(enum.options)}
        yield ("enum-type", name, ""), Element(facts, enum.pointer, name)
        by_number: dict[int, list[Value]] = {}
        for value in enum.values:
            by_number.setdefault(value.number, []).append(value)
        for number, same in by_number.items():
            names = ", ".join(value.name for value in same)
            options: dict[str, JsonValue] = {
                f"{value.name}.{option}": said for value in same for option, said in value.options
            }
            told = f"{names} = {number}"
            yield ("enum-value", name, number), Element({"name": names, "options": options}, same[0].pointer, told)
        yield from _reservations(name, enum.reserved, enum.pointer)

    def _own(self, name: str) -> str:
        return name.removeprefix(self._package)

    def _own_or_foreign(self, name: str) -> str:
        return self._own(name) if name in self._linked.types else f".{name}"


def _plain(value: bool | int | float | str | None) -> JsonValue:
    """A default as JSON has it; infinity and nan, which JSON has not, as words."""
    return str(value) if isinstance(value, float) else value


def _options(options: Options) -> dict[str, JsonValue]:
    return dict(options)


def _told(field: Field, facts: Mapping[str, JsonValue]) -> str:
    label = f"{field.label} " if facts["label"] in ("optional", "required", "repeated") else ""
    return f"{label}{facts['type']} {field.name} = {field.number}"


def _reservations(owner: str, reserved: Reserved, pointer: str) -> Iterator[tuple[Key, Element]]:
    """Numbers in ranges that do not touch, and names."""
    for first, last in _merged(reserved.numbers):
        text = str(first) if first == last else f"{first} to {last}"
        yield ("reservation", owner, text), Element({}, pointer, text)
    for name in reserved.names:
        yield ("reservation", owner, f'"{name}"'), Element({}, pointer, name)


def _merged(ranges: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged
