"""Rows to records: tables have one type a column, and no difference between nothing and null.

An empty place is null where the schema speaks of that column and allows null in it, and a missing property elsewhere.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from schemaward.guard.expected import ANYTHING, Expected
from schemaward.syntax.numbers import NumberTooLargeError, integer, real

_NUMBER = re.compile(r"-?[0-9]+(?P<rest>(\.[0-9]+)?([eE][+-]?[0-9]+)?)")


def from_cells(expected: Expected, names: Iterable[str], cells: Iterable[str]) -> dict[str, Any]:
    """The record of a row of text. A cell is read as the first of the types that its column may have and that it fits."""
    record = {}
    for name, cell in zip(names, cells, strict=False):
        column = expected.inside(name)
        if cell:
            record[name] = _cell(column, cell)
        elif _takes_null(column):
            record[name] = None
    return record


def _takes_null(expected: Expected | None) -> bool:
    return expected is not None and "null" in expected.types


def _cell(column: Expected | None, cell: str) -> Any:
    if (column is None or "boolean" in column.types) and cell in ("true", "false"):
        return cell == "true"
    number = _NUMBER.fullmatch(cell) if column is None or "integer" in column.types else None
    if number is None:
        return cell
    try:
        return real(cell) if number["rest"] else integer(cell)
    except NumberTooLargeError:
        return cell


class TwoOfAKeyError(Exception):
    """A map has a key twice, which no object can."""


def arrow_records(expected: Expected | None, batch: Any) -> list[dict[str, Any]]:
    """The records of an Arrow batch (``pyarrow.RecordBatch``): as JSON has them, times in ISO 8601.

    Without what is expected of them: as Python has them. Times are read to the microsecond, which is what Python has.
    Raises TwoOfAKeyError.
    """
    convert = _member_converter(expected, batch.schema)
    rows: list[dict[str, Any]] = _coarser(batch).to_pylist()
    return rows if convert is None else [convert(row) for row in rows]


def _coarser(batch: Any) -> Any:
    """The batch with times in microseconds: nanoseconds are none of Python's, and cannot be read without pandas."""
    import pyarrow

    kinds = [_in_microseconds(kind) for kind in batch.schema.types]
    if kinds == batch.schema.types:
        return batch
    columns = [
        column if column.type == kind else column.cast(kind, safe=False)
        for column, kind in zip(batch.columns, kinds, strict=True)
    ]
    return pyarrow.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _in_microseconds(kind: Any) -> Any:
    """An Arrow type without nanoseconds."""
    import pyarrow
    import pyarrow.types as known

    def inside(field: Any) -> Any:
        return field.with_type(_in_microseconds(field.type))

    if known.is_struct(kind):
        return pyarrow.struct([inside(field) for field in kind])
    if known.is_map(kind):
        return pyarrow.map_(inside(kind.key_field), inside(kind.item_field), kind.keys_sorted)
    if known.is_fixed_size_list(kind):
        return pyarrow.list_(inside(kind.value_field), kind.list_size)
    if known.is_list(kind) or known.is_large_list(kind):
        return (pyarrow.list_ if known.is_list(kind) else pyarrow.large_list)(inside(kind.value_field))
    if getattr(kind, "unit", None) != "ns":
        return kind
    if known.is_timestamp(kind):
        return pyarrow.timestamp("us", kind.tz)
    return pyarrow.time64("us") if known.is_time64(kind) else pyarrow.duration("us")


Convert = Callable[[Any], Any]


def _member_converter(expected: Expected | None, fields: Iterable[Any]) -> Convert | None:
    """From a row or a struct to an object. Columns that need nothing done to them cost nothing."""
    kept: set[str] = set()
    converters: dict[str, Convert] = {}
    for column in fields:
        member = None if expected is None else expected.inside(column.name)
        if expected is None or _takes_null(member):
            kept.add(column.name)
        convert = _converter(expected and (member or ANYTHING), column.type)
        if convert is not None:
            converters[column.name] = convert
    if expected is None and not converters:
        return None

    def convert_row(row: dict[str, Any]) -> dict[str, Any]:
        record = {name: value for name, value in row.items() if value is not None or name in kept}
        for name, convert in converters.items():
            if record.get(name) is not None:
                record[name] = convert(record[name])
        return record

    return convert_row


def _converter(expected: Expected | None, kind: Any) -> Convert | None:
    """What is to be done with the values of an Arrow type; None for nothing."""
    import pyarrow.types as known

    if known.is_struct(kind):
        return _member_converter(expected, kind)
    if known.is_map(kind):
        return _map_converter(expected, kind.item_type)
    if known.is_dictionary(kind) or known.is_run_end_encoded(kind):
        return _converter(expected, kind.value_type)
    if hasattr(kind, "value_type"):  # the kinds of lists
        item = _converter(expected and (expected.inside(None) or ANYTHING), kind.value_type)
        return None if item is None else lambda values: [_converted(item, value) for value in values]
    if hasattr(kind, "extension_name"):
        return _text if kind.extension_name == "arrow.uuid" and expected else _converter(expected, kind.storage_type)
    if expected is None:
        return None
    if known.is_temporal(kind):
        return _text
    return _number if known.is_decimal(kind) else None


def _map_converter(expected: Expected | None, kind: Any) -> Convert:
    """From pairs to an object, whose values are of an Arrow type. A map tells null from nothing, so nothing is left out."""

    @lru_cache(maxsize=64)
    def of(name: Any) -> Convert | None:
        return _converter(expected and (expected.inside(name) or ANYTHING), kind)

    def convert(pairs: list[tuple[Any, Any]]) -> dict[Any, Any]:
        record: dict[Any, Any] = {}
        for key, value in pairs:
            name = key if expected is None else _name(key)
            if name in record:
                raise TwoOfAKeyError(f'a map has the key "{name}" twice')
            record[name] = _converted(of(name), value)
        return record

    return convert


def _converted(convert: Convert | None, value: Any) -> Any:
    return value if convert is None or value is None else convert(value)


def _name(key: Any) -> str:
    if isinstance(key, bool):
        return "true" if key else "false"
    return key if isinstance(key, str) else _text(key)


def _text(value: Any) -> str:
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)


def _number(value: Decimal) -> int | Decimal:
    return int(value) if value == value.to_integral_value() else value
