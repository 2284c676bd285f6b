"""What a .proto file declares, as it is written: names are not resolved yet."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Literal, TypeAlias

from schemaward.syntax.places import Mark

Label: TypeAlias = Literal["singular", "optional", "required", "repeated"]
"""``singular`` is a field of proto3 that cannot tell its default from nothing, or a member of a oneof."""

Options: TypeAlias = "tuple[tuple[str, str], ...]"
"""Names and values in the order of the names."""

Default: TypeAlias = "bool | int | float | str | bytes | None"

INTEGERS = {
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint32": (0, 2**32 - 1),
    "uint64": (0, 2**64 - 1),
    "sint32": (-(2**31), 2**31 - 1),
    "sint64": (-(2**63), 2**63 - 1),
    "fixed32": (0, 2**32 - 1),
    "fixed64": (0, 2**64 - 1),
    "sfixed32": (-(2**31), 2**31 - 1),
    "sfixed64": (-(2**63), 2**63 - 1),
}
"""The integer types with the least and the largest value of each."""

SCALARS = (*INTEGERS, "float", "double", "bool", "string", "bytes")


def entry_name_of(name: str) -> str:
    """The name of the entry message of the map field ``name``, without its scope.

    >>> entry_name_of("by_id")
    'ByIdEntry'
    """
    return "".join(part[:1].upper() + part[1:] for part in name.split("_")) + "Entry"


def json_name_of(name: str) -> str:
    """The name of a field in JSON, where none is set.

    >>> json_name_of("first_name")
    'firstName'
    """
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def is_well_known(name: str) -> bool:
    """Whether a full name is the package of the well-known types or lies in it: what has it is read as one of them.

    >>> is_well_known("google.protobuf.Timestamp"), is_well_known("google.type.Date")
    (True, False)
    """
    return f"{name}.".startswith("google.protobuf.")


@dataclass(frozen=True, slots=True)
class Field:
    """``type`` is a scalar, or a name to be looked up from ``scope``, the full name of the message around.

    ``at`` and ``end`` are the offsets of the declaration in its file, ``end`` behind its semicolon. A map is a repeated field of an entry message, as on the wire.
    """

    name: str
    number: int
    type: str
    label: Label
    scope: str
    pointer: str
    at: int
    json_name: str
    oneof: str = ""
    default: Default = None
    packed: bool | None = None
    group: bool = False
    options: Options = ()
    end: int = 0


@dataclass(frozen=True, slots=True)
class Value:
    """One value of an enum; several may share a number."""

    name: str
    number: int
    pointer: str
    at: int
    options: Options = ()
    end: int = 0


@dataclass(frozen=True, slots=True)
class Reserved:
    """Numbers (both ends included, in ascending order) and names that must not be used again."""

    numbers: tuple[tuple[int, int], ...] = ()
    names: tuple[str, ...] = ()

    def number(self, number: int) -> bool:
        """Whether ``number`` is reserved."""
        position = bisect_right(self.numbers, number, key=itemgetter(0))
        return position > 0 and number <= self.numbers[position - 1][1]


@dataclass(frozen=True, slots=True)
class Enum:
    """``closed`` enums (proto2) take no number that they do not declare."""

    name: str
    pointer: str
    at: int
    values: tuple[Value, ...]
    closed: bool
    reserved: Reserved = Reserved()
    options: Options = ()
    end: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """``name`` is the full name, without a leading dot; ``oneofs`` those that are written, with their options."""

    name: str
    pointer: str
    at: int
    fields: tuple[Field, ...] = ()
    oneofs: tuple[tuple[str, Options], ...] = ()
    messages: tuple[Message, ...] = ()
    enums: tuple[Enum, ...] = ()
    reserved: Reserved = Reserved()
    extensions: tuple[tuple[int, int], ...] = ()
    options: Options = ()
    map_entry: bool = False
    end: int = 0


@dataclass(frozen=True, slots=True)
class Method:
    """One RPC: the names of what it takes and gives, and whether either is a stream."""

    name: str
    pointer: str
    at: int
    takes: str
    gives: str
    takes_stream: bool = False
    gives_stream: bool = False
    options: Options = ()


@dataclass(frozen=True, slots=True)
class Service:
    """``name`` is the full name."""

    name: str
    pointer: str
    at: int
    methods: tuple[Method, ...] = ()
    options: Options = ()


@dataclass(frozen=True, slots=True)
class Import:
    """``kind`` is "public", "weak" or empty."""

    path: str
    kind: str
    at: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at an offset. ``rule`` is ``schema-invalid``, or ``glue-protobuf`` for what AWS Glue does not take."""

    at: int
    fact: str
    remedy: str = ""
    rule: str = "schema-invalid"


@dataclass(frozen=True, slots=True)
class File:
    """One .proto file. ``extensions`` are the fields of its ``extend`` blocks with what they extend."""

    path: str
    text: str
    syntax: Literal["proto2", "proto3"]
    package: str
    imports: tuple[Import, ...] = ()
    messages: tuple[Message, ...] = ()
    enums: tuple[Enum, ...] = ()
    services: tuple[Service, ...] = ()
    extensions: tuple[tuple[str, Field], ...] = ()
    options: Options = ()
    problems: tuple[Problem, ...] = ()
    marks: Mark = field(default=0, repr=False, compare=False)
