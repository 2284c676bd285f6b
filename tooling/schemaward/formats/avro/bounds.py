"""Are bytes a datum of a schema, and are they worth about their length? Asked before a decoder gets them.

Compiled decoders recurse without a limit, make every item that a count promises, count a negative index from the end,
and take a number of any length. So the bytes are passed over first, without making anything, by steps that are made
once for a schema (specification 1.11.1, "Binary Encoding"). Most numbers are lengths and indexes of one byte, whose
lowest bit is the sign: the steps look for those first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from schemaward.formats.avro.logical import RANGES
from schemaward.formats.avro.types import (
    INT_RANGE,
    LONG_RANGE,
    Array,
    Enum,
    Fixed,
    Logical,
    Map,
    Primitive,
    Record,
    Type,
    Union,
    described,
)

MOST_LEVELS = 100
"""Records, lists, maps and unions inside each other."""

_SPARE = 1_000
"""Values without bytes that a datum may always have."""
_WIDTHS = {"null": 0, "boolean": 1, "float": 4, "double": 8}
_MIDDLE = "it ends in the middle of a value"


class WrongBytesError(Exception):
    """The bytes are no datum, or stand for far more than they are; the argument says which."""


class CutOffError(WrongBytesError):
    """The bytes end before the datum does."""


class _Way:
    """The bytes, where they end, and how many values without bytes may still come."""

    __slots__ = ("data", "end", "room")

    def __init__(self, data: bytes, start: int) -> None:
        self.data = data
        self.end = len(data)
        self.room = self.end - start + _SPARE

    def spend(self, count: int) -> None:
        """Account for values without bytes."""
        self.room -= count
        if self.room < 0:
            raise WrongBytesError("it stands for far more values than it has bytes")


Walk: TypeAlias = Callable[[bytes, int], int]
_Step: TypeAlias = Callable[[_Way, int, int], int]
"""From the start of a value, and its level, to its end, which may lie behind that of the bytes."""
_Scalar: TypeAlias = Callable[[Enum | Fixed | Primitive], _Step]


def walker(root: Type, *, exact: bool = True) -> Walk:
    """A function from bytes, and where a datum begins in them, to where it ends; it raises WrongBytesError.

    Without ``exact``, what is wrong with a single value is passed over if the end of the datum is known all the same.
    """
    step = _step(root, _judged if exact else _passed, {})

    def walk(data: bytes, start: int) -> int:
        try:
            end = step(_Way(data, start), start, 0)
        except IndexError:
            raise CutOffError(_MIDDLE) from None
        if end > len(data):
            raise CutOffError(_MIDDLE)
        return end

    return walk


def _step(type_: Type, scalar: _Scalar, known: dict[int, _Step]) -> _Step:
    """``known`` are the steps of records, which may lead back to themselves."""
    match type_:
        case Record():
            return known.get(id(type_)) or _record(type_, scalar, known)
        case Array():
            return _items(_step(type_.items, scalar, known))
        case Map():
            value = _step(type_.values, scalar, known)
            return _items(lambda way, at, level: value(way, _sized(way, at, level), level))
        case Union():
            return _union(tuple(_step(branch, scalar, known) for branch in type_.branches))
        case _:
            return scalar(type_)


def _passed(type_: Enum | Fixed | Primitive) -> _Step:
    """The step over a value without others in it."""
    if isinstance(type_, Fixed):
        return _skip(type_.size)
    if type_.kind in ("string", "bytes"):
        return _sized
    return _skip(_WIDTHS[type_.kind]) if type_.kind in _WIDTHS else _numeral


def _judged(type_: Enum | Fixed | Primitive) -> _Step:
    """As ``_passed``, and the value is one of the type."""
    if isinstance(type_, Enum):
        return _enum(type_)
    logical = type_.logical.name if type_.logical else ""
    if type_.logical and logical == "decimal":
        return _decimal(_passed(type_), type_.logical)
    if isinstance(type_, Fixed) or type_.kind not in ("boolean", "int", "long"):
        return _passed(type_)
    if type_.kind == "boolean":
        return _boolean
    if logical in RANGES:
        return _within(type_, *RANGES[logical])
    step = _within(type_, *(INT_RANGE if type_.kind == "int" else LONG_RANGE))
    return lambda way, at, level: at + 1 if way.data[at] < 0x80 else step(way, at, level)


def _record(record: Record, scalar: _Scalar, known: dict[int, _Step]) -> _Step:
    steps: list[_Step] = []

    def pass_fields(way: _Way, start: int, level: int) -> int:
        if level > MOST_LEVELS:
            raise _too_deep()
        at = start
        for step in steps:
            at = step(way, at, level + 1)
        if at == start:
            way.spend(1 + len(steps))
        return at

    known[id(record)] = pass_fields
    steps += [_step(field.type, scalar, known) for field in record.fields]
    return pass_fields


def _items(item: _Step) -> _Step:
    def pass_blocks(way: _Way, at: int, level: int) -> int:
        if level > MOST_LEVELS:
            raise _too_deep()
        while True:
            count, at = _number(way.data, at)
            if not count:
                return at
            size = None
            if count < 0:
                size, at = _number(way.data, at)
            start = at
            for _ in range(abs(count)):
                before, at = at, item(way, at, level + 1)
                if at == before:
                    way.spend(1)
                elif at > way.end:
                    raise CutOffError(_MIDDLE)
            if size not in (None, at - start):
                raise WrongBytesError(f"a block of {at - start:,} bytes says that it has {size:,}")

    return pass_blocks


def _union(branches: tuple[_Step, ...]) -> _Step:
    short = min(2 * len(branches), 0x80)

    def pass_branch(way: _Way, at: int, level: int) -> int:
        if level > MOST_LEVELS:
            raise _too_deep()
        byte = way.data[at]
        if byte < short and not byte & 1:
            return branches[byte >> 1](way, at + 1, level + 1)
        index, at = _number(way.data, at)
        if not 0 <= index < len(branches):
            raise WrongBytesError(f"a union of {len(branches)} has no branch {index}")
        return branches[index](way, at, level + 1)

    return pass_branch


def _enum(enum: Enum) -> _Step:
    short = min(2 * len(enum.symbols), 0x80)

    def pass_symbol(way: _Way, at: int, _level: int) -> int:
        byte = way.data[at]
        if byte < short and not byte & 1:
            return at + 1
        index, at = _number(way.data, at)
        if not 0 <= index < len(enum.symbols):
            raise WrongBytesError(f"{described(enum)} of {len(enum.symbols)} symbols has no symbol {index}")
        return at

    return pass_symbol


def _skip(size: int) -> _Step:
    return lambda _way, at, _level: at + size


def _numeral(way: _Way, at: int, _level: int) -> int:
    return _number(way.data, at)[1]


def _sized(way: _Way, at: int, _level: int) -> int:
    """A text or bytes behind their length."""
    byte = way.data[at]
    if byte < 0x80 and not byte & 1:
        return at + 1 + (byte >> 1)
    size, at = _number(way.data, at)
    if size < 0:
        raise WrongBytesError("a length is negative")
    return at + size


def _boolean(way: _Way, at: int, _level: int) -> int:
    if way.data[at] > 1:
        raise WrongBytesError(f"a boolean is the byte {way.data[at]}; 0 and 1 are known")
    return at + 1


def _within(type_: Primitive, low: int, high: int) -> _Step:
    def pass_number(way: _Way, at: int, _level: int) -> int:
        value, at = _number(way.data, at)
        if not low <= value <= high:
            raise WrongBytesError(f"{value} is no {described(type_)}")
        return at

    return pass_number


def _decimal(skip: _Step, logical: Logical) -> _Step:
    """The unscaled number, big-endian, fills what ``skip`` passes over, behind its length if that has one."""
    most = 10**logical.precision

    def pass_decimal(way: _Way, at: int, level: int) -> int:
        end = skip(way, at, level)
        if end > way.end:
            raise CutOffError(_MIDDLE)
        start = at if skip is not _sized else _number(way.data, at)[1]
        if abs(int.from_bytes(way.data[start:end], "big", signed=True)) >= most:
            raise WrongBytesError(f"a number has more digits than {logical}")
        return end

    return pass_decimal


def _too_deep() -> WrongBytesError:
    return WrongBytesError(f"it is nested deeper than {MOST_LEVELS} levels")


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A zig-zag number of at most 64 bits, and where it ends. Raises IndexError at the end of the bytes."""
    byte = data[at]
    at += 1
    value, shift = byte & 0x7F, 7
    while byte > 0x7F:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if value >> 64 or shift > 70:
            raise WrongBytesError("a number is too long")
    return (value >> 1) ^ -(value & 1), at
