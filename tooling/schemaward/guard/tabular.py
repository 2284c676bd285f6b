"""Rows to records: tables have one type a column, and no difference between nothing and null.

An empty place is taken as null where the schema allows null there, and as a missing property elsewhere.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache, reduce
from typing import Any

from schemaward.syntax.numbers import NumberTooLargeError, integer, real
from schemaward.syntax.places import tokens_of

_DEEPEST = 20
_NUMBER = re.compile(r"-?[0-9]+(?P<rest>(\.[0-9]+)?([eE][+-]?[0-9]+)?)")
_EVERY = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
_TYPES = {type(None): "null", str: "string", list: "array", dict: "object"}


@dataclass(frozen=True, slots=True)
class Shape:
    """What a JSON Schema says of the type of a value: its types, those of its members and of its items.

    ``patterns`` are for members by regular expressions, ``others`` for those that nothing else speaks of.
    """

    types: frozenset[str] = _EVERY
    members: Mapping[str, Shape] = field(default_factory=dict)
    items: Shape | None = None
    patterns: Mapping[str, Shape] = field(default_factory=dict)
    others: Shape | None = None

    def member(self, name: str) -> Shape:
        """The shape of the member called ``name``."""
        found = [self.members[name]] if name in self.members else []
        found += [shape for pattern, shape in self.patterns.items() if _matches(pattern, name)]
        return reduce(_both, found) if found else self.others or ANY


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
    if isinstance(schema.get("enum"), list):
        types &= frozenset().union(*map(_types_of, schema["enum"]))
    if "const" in schema:
        types &= _types_of(schema["const"])

    def inside(word: str) -> Shape | None:
        return _shape(root, schema[word], depth - 1) if isinstance(schema.get(word), dict) else None

    def each(word: str) -> dict[str, Shape]:
        named = schema.get(word)
        return {name: _shape(root, it, depth - 1) for name, it in named.items()} if isinstance(named, dict) else {}

    members, patterns = each("properties"), each("patternProperties")
    return Shape(types, members, inside("items"), patterns, inside("additionalProperties"))


def _types_of(value: Any) -> frozenset[str]:
    if isinstance(value, (int, float, Decimal)):
        return frozenset({"boolean"} if isinstance(value, bool) else {"integer", "number"})
    return frozenset({_TYPES[type(value)]})


def _target(root: Any, reference: str) -> Any:
    pointer = reference.partition("#")[2]
    for token in tokens_of(pointer):
        root = root.get(token) if isinstance(root, dict) else None
    return root


def _both(one: Shape, other: Shape) -> Shape:
    return Shape(
        one.types & other.types,
        {**one.members, **other.members},
        one.items or other.items,
        {**one.patterns, **other.patterns},
        one.others or other.others,
    )


def _either(shapes: Sequence[Shape]) -> Shape:
    types = frozenset(kind for shape in shapes for kind in shape.types)
    items = next((shape.items for shape in shapes if shape.items), None)
    others = next((shape.others for shape in shapes if shape.others), None)
    members = _any_of([shape.members for shape in shapes])
    return Shape(types, members, items, _any_of([shape.patterns for shape in shapes]), others)


def _any_of(named: Sequence[Mapping[str, Shape]]) -> dict[str, Shape]:
    found: dict[str, Shape] = {}
    for each in named:
        for name, shape in each.items():
            found[name] = _either([found[name], shape]) if name in found else shape
    return found


def _matches(pattern: str, name: str) -> bool:
    try:
        return re.search(pattern, name) is not None
    except re.error:  # of another dialect
        return False


def from_cells(shape: Shape, names: Iterable[str], cells: Iterable[str]) -> dict[str, Any]:
    """The record of a row of text. A cell is read as the first of the types that its column may have and that it fits."""
    record = {}
    for name, cell in zip(names, cells, strict=False):
        types = shape.member(name).types
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


def arrow_records(shape: Shape | None, batch: Any) -> list[dict[str, Any]]:
    """The records of an Arrow batch (``pyarrow.RecordBatch``): as JSON has them, times in ISO 8601; without a shape as Python does."""
    convert = _member_converter(shape, batch.schema)
    rows: list[dict[str, Any]] = batch.to_pylist()
    return rows if convert is None else [convert(row) for row in rows]


Convert = Callable[[Any], Any]


def _member_converter(shape: Shape | None, fields: Iterable[Any]) -> Convert | None:
    """From a row or a struct to an object. Columns that need nothing done to them cost nothing."""
    kept: set[str] = set()
    converters: dict[str, Convert] = {}
    for column in fields:
        member = None if shape is None else shape.member(column.name)
        if member is None or ("null" in member.types and member is not ANY):
            kept.add(column.name)
        convert = _converter(member, column.type)
        if convert is not None:
            converters[column.name] = convert
    if shape is None and not converters:
        return None

    def convert_row(row: dict[str, Any]) -> dict[str, Any]:
        record = {name: value for name, value in row.items() if value is not None or name in kept}
        for name, convert in converters.items():
            if record.get(name) is not None:
                record[name] = convert(record[name])
        return record

    return convert_row


def _converter(shape: Shape | None, kind: Any) -> Convert | None:
    """What is to be done with the values of an Arrow type; None for nothing."""
    import pyarrow.types as known

    if known.is_struct(kind):
        return _member_converter(shape, kind)
    if known.is_map(kind):
        return _map_converter(shape, kind.item_type)
    if known.is_list(kind) or known.is_large_list(kind) or known.is_fixed_size_list(kind):
        item = _converter(shape and (shape.items or ANY), kind.value_type)
        return None if item is None else lambda values: [value if value is None else item(value) for value in values]
    if shape is None:
        return None
    if known.is_temporal(kind):
        return _time
    return _number if known.is_decimal(kind) else None


def _map_converter(shape: Shape | None, kind: Any) -> Convert:
    """From pairs to an object, whose values are of an Arrow type. A map tells null from nothing, so nothing is left out."""
    if shape is None:
        plain = _converter(None, kind)
        return lambda pairs: {key: _converted(plain, value) for key, value in pairs}

    @lru_cache(maxsize=64)
    def of(name: str) -> Convert | None:
        return _converter(shape.member(name), kind)

    def convert(pairs: list[tuple[Any, Any]]) -> dict[str, Any]:
        named = [(_name(key), value) for key, value in pairs]
        return {name: _converted(of(name), value) for name, value in named}

    return convert


def _converted(convert: Convert | None, value: Any) -> Any:
    return value if convert is None or value is None else convert(value)


def _name(key: Any) -> str:
    if isinstance(key, bool):
        return "true" if key else "false"
    return key if isinstance(key, str) else _time(key)


def _time(value: Any) -> str:
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)


def _number(value: Decimal) -> int | Decimal:
    return int(value) if value == value.to_integral_value() else value
