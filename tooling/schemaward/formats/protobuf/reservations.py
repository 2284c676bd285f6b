"""Numbers and names: which are reserved, and whether the fields and values keep to that."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from schemaward.formats.protobuf.building import FileParts
from schemaward.formats.protobuf.declared import Enum, Field, Reserved, Value, json_name_of
from schemaward.formats.protobuf.tokens import Tokens

MAX_FIELD = 2**29 - 1


def parse_reserved(tokens: Tokens, parts: FileParts, known: Reserved, bounds: tuple[int, int]) -> Reserved:
    """``reserved 2, 9 to 11;`` or ``reserved "foo";``, added to what is ``known``."""
    tokens.expect("reserved")
    if tokens.kind != "string":
        numbers = tuple(parse_ranges(tokens, parts, bounds, known.numbers))
        tokens.expect(";")
        return Reserved(numbers, known.names)
    names = list(known.names)
    while True:
        at = tokens.offset
        name = tokens.text("a name in quotes")
        if name in names:
            parts.problem(at, f'the name "{name}" is reserved twice', "Keep one.")
        names.append(name)
        if not tokens.skip(","):
            break
    tokens.expect(";")
    return Reserved(known.numbers, tuple(names))


def parse_ranges(
    tokens: Tokens, parts: FileParts, bounds: tuple[int, int], known: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Numbers and ranges with commas between them, both ends included, entered among those ``known``, which are sorted.

    None may overlap another.
    """
    found = list(known)
    while True:
        at = tokens.offset
        first = last = tokens.integer("a number", *bounds)
        if tokens.skip("to"):
            last = bounds[1] if tokens.skip("max") else tokens.integer("a number", *bounds)
        if last < first:
            parts.problem(at, f"the range {first} to {last} ends before it begins", "Swap the two.")
        position = bisect_left(found, (first, last))
        around = found[max(position - 1, 0) : position + 1]
        overlap = _overlap((*around, (first, last)))
        if overlap is not None:
            parts.problem(at, f"the number {overlap} is in two ranges", "Keep it in one.")
        found.insert(position, (first, last))
        if not tokens.skip(","):
            break
    return found


def _overlap(ranges: Sequence[tuple[int, int]]) -> int | None:
    highest: int | None = None
    for first, last in sorted(ranges):
        if highest is not None and first <= highest:
            return first
        highest = last
    return None


def check_fields(
    fields: Sequence[Field], reserved: Reserved, extensions: Sequence[tuple[int, int]], parts: FileParts
) -> None:
    """Numbers must differ and be free, and names must not be reserved."""
    numbers: dict[int, str] = {}
    reserved_names = frozenset(reserved.names)
    taken = Reserved(tuple(sorted((*reserved.numbers, *extensions))))
    for field in fields:
        other = numbers.setdefault(field.number, field.name)
        if other != field.name:
            fact = f'the number {field.number} belongs to "{other}" and to "{field.name}"'
            parts.problem(field.at, fact, "Give one of them another number.")
        if taken.numbers and taken.number(field.number):
            parts.problem(field.at, f'"{field.name}" uses the number {field.number}, which is reserved', "Use another.")
        if field.name in reserved_names:
            parts.problem(field.at, f'"{field.name}" is a reserved name', "Use another.")
    if reserved.numbers and extensions and _overlap((*reserved.numbers, *extensions)) is not None:
        parts.problem(fields[0].at if fields else 0, "numbers are reserved and left to extensions too", "Choose one.")


def check_json_names(fields: Sequence[Field], parts: FileParts) -> None:
    """Names in JSON must differ, in proto2 only where both are chosen."""
    known: dict[str, Field] = {}
    for field in fields:
        other = known.setdefault(field.json_name, field)
        if other.name == field.name:
            continue
        chosen = all(each.json_name != json_name_of(each.name) for each in (field, other))
        if chosen or parts.syntax == "proto3":
            fact = f'"{other.name}" and "{field.name}" have the same name in JSON, "{field.json_name}"'
            parts.problem(field.at, fact, "Rename one of the two.")


def check_values(enum: Enum, parts: FileParts) -> None:
    """An enum has values, in proto3 with 0 first; numbers differ unless aliases are allowed; none is reserved."""
    if not enum.values:
        parts.problem(enum.at, f'the enum "{enum.name}" has no values', "Give it one.")
        return
    if not enum.closed and enum.values[0].number != 0:
        parts.problem(
            enum.values[0].at, "the first value of an enum is not 0, as proto3 asks", "Put the value 0 first."
        )
    aliases = dict(enum.options).get("allow_alias")
    numbers: dict[int, str] = {}
    reserved_names = frozenset(enum.reserved.names)
    for value in enum.values:
        other = numbers.setdefault(value.number, value.name)
        if other != value.name and aliases != "true":
            fact = f'the number {value.number} belongs to "{other}" and to "{value.name}"'
            parts.problem(value.at, fact, "Give one of them another number, or set allow_alias.")
        if enum.reserved.number(value.number):
            parts.problem(value.at, f'"{value.name}" uses the number {value.number}, which is reserved', "Use another.")
        if value.name in reserved_names:
            parts.problem(value.at, f'"{value.name}" is a reserved name', "Use another.")
    if aliases == "true" and len(numbers) == len(enum.values):
        parts.problem(enum.at, f'the enum "{enum.name}" allows aliases and has none', "Remove allow_alias.")
    if aliases == "false":
        parts.problem(enum.at, "allow_alias is set to false, which it is anyway", "Remove it.")
    _check_value_names(enum, parts)


def _check_value_names(enum: Enum, parts: FileParts) -> None:
    """Values must differ without the name of the enum before them, since some languages leave it out."""
    prefix = enum.name.rpartition(".")[2].replace("_", "").lower()
    known: dict[str, Value] = {}
    for value in enum.values:
        other = known.setdefault(_without(prefix, value.name), value)
        if other.name != value.name and other.number != value.number:
            fact = f'"{other.name}" and "{value.name}" are one name but for case and the name of the enum'
            parts.problem(value.at, fact, "Rename one of the two.")


def _without(prefix: str, name: str) -> str:
    """The words of a value's name in small letters, without the name of the enum in front."""
    at = matched = 0
    while at < len(name) and matched < len(prefix):
        if name[at] != "_":
            if name[at].lower() != prefix[matched]:
                break
            matched += 1
        at += 1
    rest = name[at:].lstrip("_") if matched == len(prefix) else ""
    return "".join(word.capitalize() for word in (rest or name).split("_"))
