"""Does a value of Python pass a schema? The values are those that fastavro reads and writes: bytes, dates, decimals."""

from __future__ import annotations

import datetime
import math
import uuid
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

from schemaward.formats.avro.bounds import MOST_LEVELS
from schemaward.formats.avro.data import branch_name
from schemaward.formats.avro.types import (
    INT_RANGE,
    LONG_RANGE,
    Array,
    Enum,
    Fixed,
    Logical,
    Map,
    Parsed,
    Primitive,
    Record,
    Type,
    Union,
    described,
)
from schemaward.formats.base import Refusal
from schemaward.syntax.places import pointer_of

_MOST = 20
_LONGEST = 60
_LARGEST_FLOAT = 3.4028234663852886e38

_MEANINGS: dict[str, tuple[type, ...]] = {
    "date": (datetime.date,),
    "time-millis": (datetime.time,),
    "time-micros": (datetime.time,),
    "timestamp-millis": (datetime.datetime,),
    "timestamp-micros": (datetime.datetime,),
    "local-timestamp-millis": (datetime.datetime,),
    "local-timestamp-micros": (datetime.datetime,),
    "uuid": (uuid.UUID,),
    "decimal": (Decimal,),
}


def refusals(schema: Parsed, value: Any) -> tuple[Refusal, ...]:
    """Why ``value`` is no datum of ``schema``, the first few reasons; empty when it is one."""
    return tuple(islice(_refusals(schema.root, value, "", "", 0), _MOST))


def _refusals(type_: Type, value: Any, at: str, spot: str, level: int) -> Iterator[Refusal]:
    """``at`` points into the value, ``spot`` into the schema."""
    if level > MOST_LEVELS:
        yield Refusal(at, spot, f"the value is nested deeper than {MOST_LEVELS} levels")
        return
    match type_:
        case Record() if isinstance(value, dict):
            yield from _record(type_, value, at, level)
        case Array() if isinstance(value, (list, tuple)):
            for index, item in enumerate(value):
                yield from _refusals(type_.items, item, f"{at}/{index}", f"{spot}/items", level + 1)
        case Map() if isinstance(value, dict):
            for key, item in value.items():
                if not isinstance(key, str):
                    yield Refusal(at, spot, f"the key {_shown(key)} of {described(type_)} is no text")
                yield from _refusals(type_.values, item, pointer_of(at, key), f"{spot}/values", level + 1)
        case Union():
            yield from _union(type_, value, at, spot, level)
        case _ if not _is_scalar(type_, value):
            yield Refusal(at, spot, f"{_shown(value)} is no {described(type_)}")


def _record(record: Record, value: dict[str, Any], at: str, level: int) -> Iterator[Refusal]:
    names = {field.name for field in record.fields}
    for index, field in enumerate(record.fields):
        spot = f"{record.pointer}/fields/{index}"
        if field.name in value:
            inner = value[field.name]
            yield from _refusals(field.type, inner, pointer_of(at, field.name), f"{spot}/type", level + 1)
        elif not field.has_default:
            yield Refusal(at, spot, f'the field "{field.name}" of {described(record)} is missing')
    for name in value:
        if name not in names:
            yield Refusal(pointer_of(at, name), record.pointer, f"{described(record)} has no field {_shown(name)}")


def _union(union: Union, value: Any, at: str, spot: str, level: int) -> Iterator[Refusal]:
    """A pair tells the branch by its name, as fastavro has it."""
    branches = list(enumerate(union.branches))
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str):
        name, value = value
        branches = [each for each in branches if branch_name(each[1]) == name]
    near: list[Refusal] = []
    for index, branch in branches:
        found = list(islice(_refusals(branch, value, at, f"{spot}/{index}", level + 1), _MOST))
        if not found:
            return
        if isinstance(branch, (Record, Array, Map)) and any(each.pointer != at for each in found):
            near = near or found
    names = ", ".join(f'"{branch_name(branch)}"' for branch in union.branches[:8])
    yield from near or [Refusal(at, spot, f"{_shown(value)} is of no branch of the union {names}")]


def _is_scalar(type_: Type, value: Any) -> bool:
    match type_:
        case Enum():
            return isinstance(value, str) and value in type_.symbols
        case Fixed() if type_.logical:
            return _is_decimal(type_.logical, value) or (isinstance(value, bytes) and len(value) == type_.size)
        case Fixed():
            return isinstance(value, bytes) and len(value) == type_.size
        case Primitive(logical=Logical() as logical) if isinstance(value, _MEANINGS[logical.name]):
            return _has_meaning(logical, value)
        case Primitive(logical=Logical(name="uuid")):
            return isinstance(value, str) and _is_uuid(value)
        case Primitive():
            return _is_primitive(type_.kind, value)
        case _:
            return False


def _has_meaning(logical: Logical, value: Any) -> bool:
    if isinstance(value, Decimal):
        return _is_decimal(logical, value)
    return not (logical.name == "date" and isinstance(value, datetime.datetime))


def _is_decimal(logical: Logical, value: Any) -> bool:
    """Whether a decimal can be written without a loss."""
    if not isinstance(value, Decimal) or not value.is_finite():
        return False
    _, digits, exponent = value.as_tuple()
    after = -int(exponent)
    return after <= logical.scale and len(digits) + logical.scale - after <= logical.precision


def _is_uuid(value: str) -> bool:
    try:
        return str(uuid.UUID(value)) == value.lower()
    except ValueError:
        return False


def _is_primitive(kind: str, value: Any) -> bool:
    match kind:
        case "null":
            return value is None
        case "boolean":
            return isinstance(value, bool)
        case "int" | "long":
            low, high = INT_RANGE if kind == "int" else LONG_RANGE
            return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        case "string":
            return isinstance(value, str)
        case "bytes":
            return isinstance(value, (bytes, bytearray))
        case _:
            return _is_float(kind, value)


def _is_float(kind: str, value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    try:
        size = abs(float(value))
    except OverflowError:
        return False
    return kind == "double" or not math.isfinite(size) or size <= _LARGEST_FLOAT


def _shown(value: Any) -> str:
    text = ascii(value) if not isinstance(value, str) else f'"{value[:_LONGEST]}"'
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
