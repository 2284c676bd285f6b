"""The defaults of fields that are missing, as the values that a reader would have read (specification 1.11.1, "Schema Resolution").

fastavro hands out what stands in the schema: texts for bytes, numbers for times, and one list for all records.
"""

from __future__ import annotations

import copy
from typing import Any

from schemaward.formats.avro.data import NoDatumError, branch_name, from_default
from schemaward.formats.avro.encoding import native
from schemaward.formats.avro.types import Array, Field, Map, Parsed, Record, Type, Union
from schemaward.formats.avro.wire import CannotReadError, CannotWriteError, decoded, encoded, holder, marked, prepared


def filling(schema: Parsed, named: dict[str, Any]) -> Any:
    """The ``holder`` of a schema as fastavro takes it for a reader, with the logical types that count; raises CannotWriteError.

    ``named`` takes the parts that have a name.
    """
    root = prepared(holder(schema.root), marked, named)
    for record in schema.named:
        if isinstance(record, Record):
            fields = named[record.name]["fields"]
            fields[:] = [_filled(*each) for each in zip(record.fields, fields, strict=True)]
    return root


class _Fresh(dict[str, Any]):
    """A field of fastavro with a default that can be changed: each record that asks for it gets one of its own."""

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        return copy.deepcopy(value) if key == "default" else value


class NoDefaultError(Exception):
    """A field has no default, or one that is no value of its type; the argument is its name."""


def default_of(field: Field) -> Any:
    """The value that a field has where nothing is written; raises NoDefaultError."""
    if not field.has_default:
        raise NoDefaultError(field.name)
    try:
        return _value(field.type, from_default(field.type, field.default))
    except (NoDatumError, CannotReadError, CannotWriteError):
        raise NoDefaultError(field.name) from None


def has_default(field: Field) -> bool:
    """Whether a field may be missing. A default that is no value of its type is none."""
    try:
        default_of(field)
    except NoDefaultError:
        return False
    return True


def _filled(field: Field, told: dict[str, Any]) -> dict[str, Any]:
    """What fastavro is told of a field. Without a default it cannot read what has no such field."""
    try:
        value = default_of(field)
    except NoDefaultError:
        return {word: said for word, said in told.items() if word != "default"}
    kind = _Fresh if isinstance(value, (dict, list)) else dict
    return kind({**told, "default": value})


def _value(type_: Type, value: Any) -> Any:
    """A value in the JSON encoding as the library reads it."""
    match type_:
        case Record():
            return {field.name: _value(field.type, value[field.name]) for field in type_.fields}
        case Array():
            return [_value(type_.items, item) for item in value]
        case Map():
            return {key: _value(type_.values, item) for key, item in value.items()}
        case Union():
            name, inner = ("null", None) if value is None else next(iter(value.items()))
            return _value(next(branch for branch in type_.branches if branch_name(branch) == name), inner)
        case _:
            return decoded(encoded(prepared(type_), native(type_, value)), prepared(type_, marked))
