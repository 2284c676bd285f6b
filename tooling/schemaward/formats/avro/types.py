"""Avro types as values: what a schema is once its names are resolved.

A recursive schema is a cycle of these, so they are compared by identity, and nothing may walk them without remembering
where it was. ``Record.fields`` is the one part that is filled after its owner was made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from schemaward.model import JsonValue

PrimitiveKind: TypeAlias = Literal["null", "boolean", "int", "long", "float", "double", "bytes", "string"]

PRIMITIVES: tuple[PrimitiveKind, ...] = ("null", "boolean", "int", "long", "float", "double", "bytes", "string")

INT_RANGE = (-(2**31), 2**31 - 1)
LONG_RANGE = (-(2**63), 2**63 - 1)


@dataclass(frozen=True, slots=True)
class Logical:
    """A logical type that readers act on. ``precision`` and ``scale`` are of a decimal, and 0 elsewhere."""

    name: str
    precision: int = 0
    scale: int = 0

    def __str__(self) -> str:
        return f"decimal({self.precision}, {self.scale})" if self.name == "decimal" else self.name


@dataclass(frozen=True, slots=True, eq=False)
class Primitive:
    """A primitive type, perhaps with a meaning on top."""

    kind: PrimitiveKind
    logical: Logical | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Array:
    """A list of items of one type."""

    items: Type
    kind: Literal["array"] = "array"


@dataclass(frozen=True, slots=True, eq=False)
class Map:
    """Values of one type under names."""

    values: Type
    kind: Literal["map"] = "map"


@dataclass(frozen=True, slots=True, eq=False)
class Union:
    """One of several types; none of them is a union."""

    branches: tuple[Type, ...]
    kind: Literal["union"] = "union"


@dataclass(frozen=True, slots=True, eq=False)
class Enum:
    """One of the ``symbols``; ``default`` stands for symbols that a reader does not know."""

    name: str
    pointer: str
    symbols: tuple[str, ...]
    default: str | None = None
    aliases: tuple[str, ...] = ()
    kind: Literal["enum"] = "enum"


@dataclass(frozen=True, slots=True, eq=False)
class Fixed:
    """Exactly ``size`` bytes."""

    name: str
    pointer: str
    size: int
    aliases: tuple[str, ...] = ()
    logical: Logical | None = None
    kind: Literal["fixed"] = "fixed"


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A field of a record. Whether ``default`` counts is said by ``has_default``, since null is a default too."""

    name: str
    type: Type
    aliases: tuple[str, ...] = ()
    has_default: bool = False
    default: JsonValue = None


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """Named fields in the order of the wire. An ``error`` of a protocol is a record too."""

    name: str
    pointer: str
    aliases: tuple[str, ...] = ()
    fields: list[Field] = field(default_factory=list)
    kind: Literal["record"] = "record"


Type: TypeAlias = Primitive | Array | Map | Union | Enum | Fixed | Record
Named: TypeAlias = Enum | Fixed | Record


@dataclass(frozen=True, slots=True, eq=False)
class Parsed:
    """A self-contained schema.

    ``value`` is its JSON, ``named`` the named types in the order in which their definitions end. ``may_be_empty`` is
    true when some type may have no datum at all: it recurs, or it is a choice of nothing.
    """

    value: JsonValue
    root: Type
    named: tuple[Named, ...]
    may_be_empty: bool


def short_name(name: str) -> str:
    """A name without its namespace.

    >>> short_name("shop.orders.Order")
    'Order'
    """
    return name.rpartition(".")[2]


def described(type_: Type) -> str:
    """A type in a few words for messages, its kind and name in quotes: ``"int"``, ``"record Order"``, ``"array"``."""
    name = f" {type_.name}" if isinstance(type_, (Record, Enum, Fixed)) else ""
    meaning = f" ({type_.logical})" if isinstance(type_, (Primitive, Fixed)) and type_.logical else ""
    return f'"{type_.kind}{name}"{meaning}'
