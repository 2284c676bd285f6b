"""Small data of a type, in Avro's JSON encoding (specification 1.11.1, "JSON Encoding").

A union is ``null`` or an object of one member, named after its branch; bytes are text of the code points 0 to 255.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from schemaward.formats.avro.types import (
    Array,
    Enum,
    Field,
    Fixed,
    Logical,
    Map,
    Named,
    Parsed,
    Primitive,
    Record,
    Type,
    Union,
)
from schemaward.model import JsonValue

MAX_VALUES = 20_000
"""Values of a datum that is made as an example, and bytes of a ``fixed`` in it."""
MAX_DEPTH = 60
"""Records, lists and unions inside each other in such a datum: libraries encode them recursively."""

KEY = "key"
"""The one key of a map that needs an entry."""

_NEVER = (MAX_VALUES + 1, MAX_DEPTH + 1)

_LARGEST_FLOAT = 3.4e38

_MOMENT = 1_767_225_600  # 2026-01-01T00:00:00Z
_SAMPLES: dict[str, JsonValue] = {
    "uuid": "00000000-0000-4000-8000-000000000000",
    "date": 20_454,
    "time-millis": 34_200_000,
    "time-micros": 34_200_000_000,
    "timestamp-millis": _MOMENT * 1_000,
    "timestamp-micros": _MOMENT * 1_000_000,
    "local-timestamp-millis": _MOMENT * 1_000,
    "local-timestamp-micros": _MOMENT * 1_000_000,
}
_PLAIN: dict[str, tuple[JsonValue, JsonValue]] = {
    "null": (None, None),
    "boolean": (False, True),
    "int": (0, 1),
    "long": (0, 1),
    "float": (0.0, 1.0),
    "double": (0.0, 1.0),
    "bytes": ("", "a"),
    "string": ("", "a"),
}


class NoDatumError(Exception):
    """A type has no datum, or none that is small enough to be shown."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the smallest datum of each named type is: values and depth, by name; beyond the limits, or none: _NEVER."""

    named: dict[str, tuple[int, int]]

    def of(self, type_: Type) -> tuple[int, int]:
        """Values and depth of the smallest datum of ``type_``."""
        match type_:
            case Record() | Enum() | Fixed():
                return self.named[type_.name]
            case Union():
                inside = min(map(self.of, type_.branches), default=_NEVER)
                return inside[0], inside[1] + 1
            case _:
                return 1, 1


def sizes(schema: Parsed) -> Sizes:
    """The sizes of all types of a schema.

    Definitions stand before their uses, so that one pass settles all but what refers back to an unfinished record.
    """
    table: dict[str, tuple[int, int]] = dict.fromkeys((each.name for each in schema.named), _NEVER)
    known = Sizes(table)
    changed = True
    while changed:
        changed = False
        for each in schema.named:
            size = _size(each, known)
            changed |= size < table[each.name]
            table[each.name] = min(size, table[each.name])
    return known


def _size(type_: Named, known: Sizes) -> tuple[int, int]:
    if isinstance(type_, Enum):
        return (1, 1) if type_.symbols else _NEVER
    if isinstance(type_, Fixed):
        return (1 + type_.size, 1) if type_.size < MAX_VALUES else _NEVER
    inside = [known.of(field.type) for field in type_.fields]
    values = 1 + sum(size for size, _ in inside)
    depth = 1 + max((depth for _, depth in inside), default=0)
    return (values, depth) if values <= MAX_VALUES and depth <= MAX_DEPTH else _NEVER


def inhabited(schema: Parsed) -> frozenset[str]:
    """The names of the types that have a datum at all, however large."""
    found: set[str] = set()

    def has(type_: Type) -> bool:
        if isinstance(type_, (Record, Enum, Fixed)):
            return type_.name in found
        return not isinstance(type_, Union) or any(map(has, type_.branches))

    changed = True
    while changed:
        changed = False
        for each in schema.named:
            if each.name not in found and (
                each.symbols
                if isinstance(each, Enum)
                else not isinstance(each, Record) or all(has(field.type) for field in each.fields)
            ):
                found.add(each.name)
                changed = True
    return frozenset(found)


def sample(type_: Type, known: Sizes, other: bool = False) -> JsonValue:
    """The smallest datum of ``type_``, or ``other`` than that where a primitive offers one; raises NoDatumError."""
    if known.of(type_) >= _NEVER:
        raise NoDatumError
    match type_:
        case Record():
            return {field.name: field_sample(field, known) for field in type_.fields}
        case Enum():
            return type_.symbols[-1 if other else 0]
        case Fixed():
            plain = ("\1" if other else "\0") * type_.size
            return logical_sample(type_.logical, type_.size) if type_.logical and not other else plain
        case Array():
            return []
        case Map():
            return {}
        case Union():
            branch = min(type_.branches, key=known.of)
            return in_branch(branch, sample(branch, known, other))
        case _:
            return logical_sample(type_.logical) if type_.logical and not other else _PLAIN[type_.kind][other]


def logical_sample(logical: Logical, size: int = 0) -> JsonValue:
    """A value that says something under the logical type: 1 for a decimal, in its units; a morning; New Year's Day 2026.

    ``size`` is that of a fixed, 0 of another type.
    """
    if logical.name != "decimal":
        return _SAMPLES[logical.name]
    unit = logical.scale if logical.scale < logical.precision else 0
    return decimal_text(10**unit, size)


def decimal_text(unscaled: int, size: int = 0) -> str:
    """The two's complement of a number as the JSON encoding writes bytes: in ``size`` bytes, or in as few as hold it."""
    needed = (unscaled.bit_length() + 8) // 8
    return unscaled.to_bytes(max(size, needed), "big", signed=True).decode("latin-1")


def field_sample(field: Field, known: Sizes) -> JsonValue:
    """A value for a field that is of no interest: its default, or else the smallest datum of its type."""
    if field.has_default:
        try:
            return from_default(field.type, field.default)
        except NoDatumError:
            pass
    return sample(field.type, known)


def from_default(type_: Type, value: Any, room: int = MAX_DEPTH) -> JsonValue:
    """A default, which names no branches, in the JSON encoding; raises NoDatumError for one that is wrong or too deep."""
    from schemaward.formats.avro.defaults import matches

    if room <= 0:
        raise NoDatumError
    match type_:
        case Record() if not matches(type_, value):
            raise NoDatumError
        case Enum() if value not in type_.symbols:
            raise NoDatumError
        case Record():
            return {
                field.name: from_default(field.type, value.get(field.name, field.default), room - 1)
                for field in type_.fields
            }
        case Array():
            return [from_default(type_.items, item, room - 1) for item in value]
        case Map():
            return {key: from_default(type_.values, item, room - 1) for key, item in value.items()}
        case Union():
            branch = next(branch for branch in type_.branches if matches(branch, value))
            return in_branch(branch, from_default(branch, value, room - 1))
        case Primitive(kind="float" | "double"):
            return _writable_float(float(value), type_.kind)
        case _:
            return _writable_text(value) if isinstance(value, str) else value


def _writable_float(value: float, kind: str) -> float:
    if kind == "float" and abs(value) > _LARGEST_FLOAT:
        raise NoDatumError
    return value


def _writable_text(value: str) -> str:
    """Half of a surrogate pair can stand in JSON, and has no UTF-8."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise NoDatumError from None
    return value


def branch_name(type_: Type) -> str:
    """What a branch of a union is called in the JSON encoding."""
    return type_.name if isinstance(type_, (Record, Enum, Fixed)) else type_.kind


def in_branch(branch: Type, value: JsonValue) -> JsonValue:
    """A value of a ``branch`` as a value of its union."""
    return None if isinstance(branch, Primitive) and branch.kind == "null" else {branch_name(branch): value}
