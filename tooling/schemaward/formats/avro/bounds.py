"""Is it safe to hand bytes to a decoder? A few of them can stand for millions of values, or for a very deep one.

Compiled decoders recurse without a limit and make every item that a count promises. Where the schema allows either,
the bytes are walked first, without making anything.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaward.formats.avro.types import Array, Enum, Fixed, Map, Parsed, Primitive, Record, Type, Union

MOST_LEVELS = 100
"""Records, lists, maps and unions inside each other."""

_FIXED_SIZES = {"null": 0, "boolean": 1, "float": 4, "double": 8}


class UnboundedError(Exception):
    """The bytes stand for too much, or for nothing; the argument says which."""


class CutOffError(UnboundedError):
    """The bytes end before the datum does."""


def needs_a_walk(schema: Parsed) -> bool:
    """Whether bytes of this schema may be worth more than their length: it recurs, or has items without bytes."""
    return _recurs(schema.root, set(), set()) or any(
        isinstance(each, Array) and not _has_bytes(each.items, frozenset()) for each in _types(schema.root, set())
    )


def walk(root: Type, data: bytes, start: int = 0) -> int:
    """The end of the datum that begins at ``start``. Raises UnboundedError unless it is worth about its length."""
    way = _Walk(data, start)
    way.datum(root, 0)
    return way.at


def _recurs(type_: Type, open_: set[str], done: set[str]) -> bool:
    if isinstance(type_, Record):
        if type_.name in open_:
            return True
        if type_.name in done:
            return False
        done.add(type_.name)
        return any(_recurs(field.type, {*open_, type_.name}, done) for field in type_.fields)
    return any(_recurs(inner, open_, done) for inner in _inner(type_))


def _types(type_: Type, told: set[str]) -> Iterator[Type]:
    if isinstance(type_, Record):
        if type_.name in told:
            return
        told.add(type_.name)
    yield type_
    for inner in _inner(type_):
        yield from _types(inner, told)


def _inner(type_: Type) -> tuple[Type, ...]:
    match type_:
        case Record():
            return tuple(field.type for field in type_.fields)
        case Array():
            return (type_.items,)
        case Map():
            return (type_.values,)
        case Union():
            return type_.branches
        case _:
            return ()


def _has_bytes(type_: Type, open_: frozenset[str]) -> bool:
    """Whether every datum of a type takes at least one byte."""
    match type_:
        case Record():
            below = open_ | {type_.name}
            return type_.name not in open_ and any(_has_bytes(field.type, below) for field in type_.fields)
        case Fixed():
            return type_.size > 0
        case _:
            return type_.kind != "null"


class _Walk:
    """A pass over bytes. ``room`` is how many values may still come: a few, and as many as there are bytes."""

    __slots__ = ("at", "data", "room")

    def __init__(self, data: bytes, start: int) -> None:
        self.data = data
        self.at = start
        self.room = len(data) - start + 1_000

    def datum(self, type_: Type, level: int) -> None:
        """Pass over one datum."""
        self.room -= 1
        if self.room < 0:
            raise UnboundedError("it stands for far more values than it has bytes")
        if level > MOST_LEVELS:
            raise UnboundedError(f"it is nested deeper than {MOST_LEVELS} levels")
        match type_:
            case Record():
                for field in type_.fields:
                    self.datum(field.type, level + 1)
            case Array() | Map():
                self.items(type_, level)
            case Union():
                index = self.number()
                if not 0 <= index < len(type_.branches):
                    raise UnboundedError(f"a union of {len(type_.branches)} has no branch {index}")
                self.datum(type_.branches[index], level + 1)
            case Enum():
                self.number()
            case Fixed():
                self.skip(type_.size)
            case _:
                self.primitive(type_)

    def items(self, type_: Array | Map, level: int) -> None:
        """Pass over the blocks of a list or a map."""
        while count := self.number():
            if count < 0:
                self.number()
            for _ in range(abs(count)):
                if isinstance(type_, Map):
                    self.skip(self.number())
                self.datum(type_.values if isinstance(type_, Map) else type_.items, level + 1)

    def primitive(self, type_: Primitive) -> None:
        """Pass over a primitive value."""
        if type_.kind in ("string", "bytes"):
            self.skip(self.number())
        elif type_.kind in ("int", "long"):
            self.number()
        else:
            self.skip(_FIXED_SIZES[type_.kind])

    def skip(self, count: int) -> None:
        """Pass over bytes."""
        self.at += count
        if count < 0:
            raise UnboundedError("a length is negative")
        if self.at > len(self.data):
            raise CutOffError("it ends in the middle of a value")

    def number(self) -> int:
        """Pass over a zig-zag number (specification 1.11.1, "Binary encoding")."""
        value = shift = 0
        while True:
            if shift > 63:
                raise UnboundedError("a number is too long")
            if self.at >= len(self.data):
                raise CutOffError("it ends in the middle of a number")
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return (value >> 1) ^ -(value & 1)
            shift += 7
