"""Does a document pass a schema? The document is a datum in Avro's JSON encoding (specification 1.11.1, "JSON Encoding")."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemaward.formats.avro.data import branch_name
from schemaward.formats.avro.defaults import is_primitive
from schemaward.formats.avro.logical import has_meaning
from schemaward.formats.avro.problems import quoted
from schemaward.formats.avro.types import (
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
from schemaward.model import JsonValue
from schemaward.syntax.places import pointer_of

_MOST = 20


def refusals(schema: Parsed, value: JsonValue) -> tuple[Refusal, ...]:
    """Why ``value`` is no datum of ``schema``, the first few reasons; empty when it is one."""
    found: list[Refusal] = []
    for refusal in _refusals(schema.root, value, "", ""):
        found.append(refusal)
        if len(found) == _MOST:
            break
    return tuple(found)


def _refusals(type_: Type, value: Any, at: str, spot: str) -> Iterator[Refusal]:
    """``at`` points into the document, ``spot`` into the schema. The depth of the document bounds the recursion."""
    match type_:
        case Record() if isinstance(value, dict):
            yield from _record(type_, value, at)
        case Array() if isinstance(value, list):
            for index, item in enumerate(value):
                yield from _refusals(type_.items, item, f"{at}/{index}", f"{spot}/items")
        case Map() if isinstance(value, dict):
            for key, item in value.items():
                yield from _refusals(type_.values, item, pointer_of(at, key), f"{spot}/values")
        case Union():
            yield from _union(type_, value, at, spot)
        case Enum() if isinstance(value, str):
            if value not in type_.symbols:
                yield Refusal(at, f"{type_.pointer}/symbols", f"{quoted(value)} is no symbol of {described(type_)}")
        case Fixed() if is_primitive("bytes", value):
            if len(value) != type_.size:
                fact = f"{described(type_)} has {type_.size} bytes, and this has {len(value)}"
                yield Refusal(at, f"{type_.pointer}/size", fact)
        case Primitive() if is_primitive(type_.kind, value):
            why = _meaning_problem(type_.logical, value) if type_.logical else ""
            if why:
                yield Refusal(at, spot, why, "logicalType")
        case _:
            yield Refusal(at, spot, f"{quoted(value)} is no {described(type_)}", "type")


def _record(record: Record, value: dict[str, Any], at: str) -> Iterator[Refusal]:
    names = {field.name for field in record.fields}
    for index, field in enumerate(record.fields):
        spot = f"{record.pointer}/fields/{index}"
        if field.name in value:
            yield from _refusals(field.type, value[field.name], pointer_of(at, field.name), f"{spot}/type")
        else:
            fact = f'the field "{field.name}" of {described(record)} is missing; a writer writes it even if it has a default'
            yield Refusal(at, spot, fact, "required")
    for name in value:
        if name not in names:
            fact = f"{described(record)} has no field {quoted(name)}"
            yield Refusal(pointer_of(at, name), record.pointer, fact, "unknown-field")


def _union(union: Union, value: Any, at: str, spot: str) -> Iterator[Refusal]:
    names = [branch_name(branch) for branch in union.branches]
    if value is None and "null" in names:
        return
    if isinstance(value, dict) and len(value) == 1:
        name, inner = next(iter(value.items()))
        if name in names and name != "null":
            index = names.index(name)
            yield from _refusals(union.branches[index], inner, pointer_of(at, name), f"{spot}/{index}")
            return
    ways = " or ".join("null" if name == "null" else f'{{"{name}": ...}}' for name in names[:8])
    fact = f"{quoted(value)} names no branch of the union; in Avro's JSON encoding it is {ways or 'nothing'}"
    yield Refusal(at, spot, fact, "type")


def _meaning_problem(logical: Logical, value: Any) -> str:
    """Why a raw value means nothing under its logical type."""
    raw = value
    match logical.name:
        case "uuid":
            why = f"{quoted(value)} is no UUID"
        case "time-millis" | "time-micros":
            why = f"{value} is no time of a day in {logical.name}"
        case "decimal":
            raw, why = value.encode("latin-1"), f"the number has more digits than {logical}"
        case _:
            return ""
    return "" if has_meaning(logical, raw) else why
