"""Whether a value of Python passes a type, by steps that are made once for a schema.

The values are those that fastavro reads and writes: bytes, dates, decimals; a pair tells a branch of a union by its name.
"""

from __future__ import annotations

import datetime
import math
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from schemaward.formats.avro.bounds import MOST_LEVELS
from schemaward.formats.avro.data import branch_name
from schemaward.formats.avro.filling import has_default
from schemaward.formats.avro.logical import has_meaning
from schemaward.formats.avro.types import (
    INT_RANGE,
    LONG_RANGE,
    Array,
    Enum,
    Field,
    Fixed,
    Logical,
    Map,
    Record,
    Type,
    Union,
)

_LARGEST_FLOAT = 3.4028234663852886e38

_MEANINGS: dict[str, type] = {
    "date": datetime.date,
    "time-millis": datetime.time,
    "time-micros": datetime.time,
    "timestamp-millis": datetime.datetime,
    "timestamp-micros": datetime.datetime,
    "local-timestamp-millis": datetime.datetime,
    "local-timestamp-micros": datetime.datetime,
    "uuid": uuid.UUID,
    "decimal": Decimal,
}

Seen: TypeAlias = dict[tuple[int, int, int], bool]
"""Which values passed which step of a branch, and on which level: branches that recur would be tried for ever."""

Step: TypeAlias = Callable[[Any, int, Seen], bool]
"""Whether a value passes, on its level."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The steps that are made already, and which fields may be missing."""

    steps: dict[int, Step]
    optional: Callable[[Field], bool]


def steps(root: Type, optional: Callable[[Field], bool] = has_default) -> dict[int, Step]:
    """The steps of a type and of all in it, by their ``id``; ``optional`` fields may be missing."""
    known = _Known({}, optional)
    _step(root, known)
    return known.steps


def _step(type_: Type, known: _Known) -> Step:
    step = known.steps.get(id(type_))
    if step is None:
        # A record enters itself, since it may lead back to itself.
        step = known.steps[id(type_)] = _made(type_, known)
    return step


def _made(type_: Type, known: _Known) -> Step:
    match type_:
        case Record():
            return _record(type_, known)
        case Array():
            return _array(_step(type_.items, known))
        case Map():
            return _map(_step(type_.values, known))
        case Union():
            return _union(type_, known)
        case Enum():
            symbols = frozenset(type_.symbols)
            return lambda value, _level, _seen: isinstance(value, str) and value in symbols
        case Fixed():
            return _fixed(type_)
        case _:
            return _meant(type_.logical, _PLAIN[type_.kind]) if type_.logical else _PLAIN[type_.kind]


def _record(record: Record, known: _Known) -> Step:
    fields: list[tuple[str, Step, bool]] = []

    def passes(value: Any, level: int, seen: Seen) -> bool:
        if not isinstance(value, dict) or level > MOST_LEVELS:
            return False
        present = 0
        for name, step, optional in fields:
            if name in value:
                present += 1
                if not step(value[name], level + 1, seen):
                    return False
            elif not optional:
                return False
        return present == len(value)

    known.steps[id(record)] = passes
    fields += [(field.name, _step(field.type, known), known.optional(field)) for field in record.fields]
    return passes


def _array(item: Step) -> Step:
    def passes(value: Any, level: int, seen: Seen) -> bool:
        if not isinstance(value, (list, tuple)) or level > MOST_LEVELS:
            return False
        return all(item(each, level + 1, seen) for each in value)

    return passes


def _map(inner: Step) -> Step:
    def passes(value: Any, level: int, seen: Seen) -> bool:
        if not isinstance(value, dict) or level > MOST_LEVELS:
            return False
        return all(is_text(key) and inner(each, level + 1, seen) for key, each in value.items())

    return passes


def _union(union: Union, known: _Known) -> Step:
    by_name = {branch_name(branch): remembered(branch, _step(branch, known)) for branch in union.branches}
    branches = tuple(by_name.values())

    def passes(value: Any, level: int, seen: Seen) -> bool:
        if level > MOST_LEVELS:
            return False
        if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str):
            name, value = value
            return name in by_name and by_name[name](value, level + 1, seen)
        return any(branch(value, level + 1, seen) for branch in branches)

    return passes


def remembered(type_: Type, step: Step) -> Step:
    """The ``step`` of a branch of a union; what holds other values is judged once."""
    if not isinstance(type_, (Record, Array, Map)):
        return step

    def passes(value: Any, level: int, seen: Seen) -> bool:
        key = (id(step), id(value), level)
        if key not in seen:
            seen[key] = step(value, level, seen)
        return seen[key]

    return passes


def _fixed(fixed: Fixed) -> Step:
    def plain(value: Any, _level: int, _seen: Seen) -> bool:
        return isinstance(value, bytes) and len(value) == fixed.size

    return _meant(fixed.logical, plain) if fixed.logical else plain


def _meant(logical: Logical, plain: Step) -> Step:
    """A value with the meaning of a logical type, or a raw one."""
    kind, zoned = _MEANINGS[logical.name], logical.name.startswith("timestamp-")

    def passes(value: Any, level: int, seen: Seen) -> bool:
        if not isinstance(value, kind):
            return plain(value, level, seen) and has_meaning(logical, value)
        if isinstance(value, Decimal):
            return _is_decimal(logical, value)
        if isinstance(value, datetime.datetime):
            return logical.name != "date" and (not zoned or _is_instant(value))
        return True

    return passes


def _is_instant(value: datetime.datetime) -> bool:
    """Whether it is one of the years 1 to 9999 in UTC too."""
    if datetime.MINYEAR < value.year < datetime.MAXYEAR:
        return True
    try:
        value.astimezone(datetime.UTC)
    except OverflowError:
        return False
    return True


def _is_decimal(logical: Logical, value: Decimal) -> bool:
    """Whether a decimal can be written without a loss."""
    if not value.is_finite():
        return False
    _, digits, exponent = value.as_tuple()
    after = -int(exponent)
    return after <= logical.scale and len(digits) + logical.scale - after <= logical.precision


def is_text(value: Any) -> bool:
    """Whether a value is a text that can be written."""
    return isinstance(value, str) and (value.isascii() or _has_utf8(value))


def _has_utf8(text: str) -> bool:
    """Half of a surrogate pair has none."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _whole(low: int, high: int) -> Step:
    def passes(value: Any, _level: int, _seen: Seen) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high

    return passes


def _float(value: Any, level: int, seen: Seen) -> bool:
    if not _double(value, level, seen):
        return False
    size = abs(float(value))
    return not math.isfinite(size) or size <= _LARGEST_FLOAT


def _double(value: Any, _level: int, _seen: Seen) -> bool:
    if isinstance(value, float):
        return True
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    try:
        float(value)
    except OverflowError:
        return False
    return True


_PLAIN: dict[str, Step] = {
    "null": lambda value, _level, _seen: value is None,
    "boolean": lambda value, _level, _seen: isinstance(value, bool),
    "int": _whole(*INT_RANGE),
    "long": _whole(*LONG_RANGE),
    "float": _float,
    "double": _double,
    "string": lambda value, _level, _seen: isinstance(value, str) and (value.isascii() or _has_utf8(value)),
    "bytes": lambda value, _level, _seen: isinstance(value, (bytes, bytearray)),
}
