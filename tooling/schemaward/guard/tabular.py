"""Rows to records: tables have one type a column, and no difference between nothing and null.

An empty place is taken as null where the schema allows null there, and as a missing property elsewhere.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from schemaward.syntax.numbers import NumberTooLargeError, integer, real
from schemaward.syntax.places import tokens_of

_DEEPEST = 20
_NUMBER = re.compile(r"-?[0-9]+(?P<rest>(\.[0-9]+)?([eE][+-]?[0-9]+)?)")
_EVERY = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})


@dataclass(frozen=True, slots=True)
class Shape:
    """What a JSON Schema says of the type of a value: its types, those of its members and of its items."""

    types: frozenset[str] = _EVERY
    members: Mapping[str, Shape] = field(default_factory=dict)
    items: Shape | None = None


ANY = Shape()


def shape_of(definition: Any) -> Shape:
    """The shape of a self-contained JSON Schema; what its combinations say is taken together."""
    return _shape(definition, definition, _DEEPEST)


def _shape(root: Any, schema: Any, depth: int) -> Shape:
    if not isinstance(schema, dict) or not depth:
        return ANY
    if isinstance(schema.get("$ref"), str):
        return _shape(root, _target(root, schema["$ref"]), depth - 1)
    shape = _own(root, schema, depth)
    for word in ("anyOf", "oneOf"):
        if isinstance(schema.get(word), list):
            shape = _both(shape, _either([_shape(root, each, depth - 1) for each in schema[word]]))
    for each in schema.get("allOf") or ():
        shape = _both(shape, _shape(root, each, depth - 1))
    return shape


def _own(root: Any, schema: dict[str, Any], depth: int) -> Shape:
    types = schema.get("type", _EVERY)
    types = frozenset({types} if isinstance(types, str) else types)
    if "number" in types:
        types |= {"integer"}
    if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
        types -= {"null"}
    if "const" in schema and schema["const"] is not None:
        types -= {"null"}
    named = schema.get("properties")
    members = {name: _shape(root, each, depth - 1) for name, each in named.items()} if isinstance(named, dict) else {}
    items = _shape(root, schema["items"], depth - 1) if isinstance(schema.get("items"), dict) else None
    return Shape(types, members, items)


def _target(root: Any, reference: str) -> Any:
    pointer = reference.partition("#")[2]
    for token in tokens_of(pointer):
        root = root.get(token) if isinstance(root, dict) else None
    return root


def _both(one: Shape, other: Shape) -> Shape:
    return Shape(one.types & other.types, {**one.members, **other.members}, one.items or other.items)


def _either(shapes: Sequence[Shape]) -> Shape:
    types = frozenset(kind for shape in shapes for kind in shape.types)
    members: dict[str, Shape] = {}
    for shape in shapes:
        for name, member in shape.members.items():
            members[name] = _either([members[name], member]) if name in members else member
    return Shape(types, members, next((shape.items for shape in shapes if shape.items), None))


def from_cells(shape: Shape, names: Iterable[str], cells: Iterable[str]) -> dict[str, Any]:
    """The record of a row of text. A cell is read as the first of the types that its column may have and that it fits."""
    record = {}
    for name, cell in zip(names, cells, strict=False):
        types = shape.members.get(name, ANY).types
        if cell:
            record[name] = _cell(types, cell)
        elif "null" in types and types is not _EVERY:
            record[name] = None
    return record


def _cell(types: frozenset[str], cell: str) -> Any:
    if "string" in types and "integer" not in types and "boolean" not in types:
        return cell
    if "boolean" in types and cell in ("true", "false"):
        return cell == "true"
    number = _NUMBER.fullmatch(cell) if "integer" in types else None
    if number is None:
        return cell
    try:
        return real(cell) if number["rest"] else integer(cell)
    except NumberTooLargeError:
        return cell


def arrow_records(shape: Shape, batch: Any) -> list[dict[str, Any]]:
    """The records of an Arrow batch (``pyarrow.RecordBatch``) as JSON has them: times in ISO 8601."""
    convert = _member_converter(shape, batch.schema)
    rows: list[dict[str, Any]] = batch.to_pylist()
    return [convert(row) for row in rows]


Convert = Callable[[Any], Any]


def _member_converter(shape: Shape, fields: Iterable[Any]) -> Convert:
    """From a row or a struct to an object. Columns that need nothing done to them cost nothing."""
    kept: set[str] = set()
    converters: dict[str, Convert] = {}
    for column in fields:
        member = shape.members.get(column.name, ANY)
        if "null" in member.types and member is not ANY:
            kept.add(column.name)
        convert = _converter(member, column.type)
        if convert is not None:
            converters[column.name] = convert

    def convert_row(row: dict[str, Any]) -> dict[str, Any]:
        record = {name: value for name, value in row.items() if value is not None or name in kept}
        for name, convert in converters.items():
            if record.get(name) is not None:
                record[name] = convert(record[name])
        return record

    return convert_row


def _converter(shape: Shape, kind: Any) -> Convert | None:
    """What is to be done with the values of an Arrow type; None for nothing."""
    import pyarrow.types as known

    if known.is_struct(kind):
        return _member_converter(shape, kind)
    if known.is_map(kind):
        return _pairs
    if known.is_list(kind) or known.is_large_list(kind) or known.is_fixed_size_list(kind):
        item = _converter(shape.items or ANY, kind.value_type)
        return None if item is None else lambda values: [value if value is None else item(value) for value in values]
    if known.is_temporal(kind):
        return _time
    if known.is_decimal(kind):
        return _number
    return None


def _pairs(pairs: list[tuple[Any, Any]]) -> dict[str, Any]:
    return {str(key): value for key, value in pairs}


def _time(value: Any) -> Any:
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)


def _number(value: Decimal) -> int | Decimal:
    return int(value) if value == value.to_integral_value() else value
