"""Between Avro's JSON encoding and the values that a library takes and gives (specification 1.11.1, "JSON Encoding")."""

from __future__ import annotations

import datetime
import decimal
import uuid
from typing import Any

from schemaward.formats.avro.data import branch_name, in_branch
from schemaward.formats.avro.types import Array, Enum, Fixed, Map, Named, Record, Type, Union
from schemaward.model import JsonValue


class WrongValueError(Exception):
    """A value is none of the type that it should be of."""


def native(type_: Type, value: Any) -> Any:
    """A value in the JSON encoding as Python has it; the branch of a union is told by a pair of its name and the value."""
    match type_:
        case Record():
            return {field.name: native(field.type, value[field.name]) for field in type_.fields}
        case Array():
            return [native(type_.items, item) for item in value]
        case Map():
            return {key: native(type_.values, item) for key, item in value.items()}
        case Union():
            name, inner = ("null", None) if value is None else next(iter(value.items()))
            branch = next(branch for branch in type_.branches if branch_name(branch) == name)
            return (name, native(branch, inner))
        case Fixed():
            return value.encode("latin-1")
        case Enum():
            return value
        case _:
            return value.encode("latin-1") if type_.kind == "bytes" else value


def shown(type_: Type, value: Any) -> JsonValue:
    """What a library decoded, in the JSON encoding; a value with a meaning as text of ISO 8601, or as the digits of a decimal.

    A pair names the branch of a union, if that has a name. Raises WrongValueError for a value that is none of ``type_``.
    """
    match type_:
        case Union():
            branch, inner = _branch(type_, value)
            return in_branch(branch, shown(branch, inner))
        case Record():
            _require(type_, value)
            return {field.name: shown(field.type, value[field.name]) for field in type_.fields}
        case Array():
            _require(type_, value)
            return [shown(type_.items, item) for item in value]
        case Map():
            _require(type_, value)
            return {key: shown(type_.values, item) for key, item in value.items()}
        case _:
            _require(type_, value)
            return _text(value)


def _branch(union: Union, value: Any) -> tuple[Type, Any]:
    """The branch of a value, and the value. What no pair names is rather of a branch without a name."""
    if isinstance(value, tuple):
        name, value = value
        fitting = [branch for branch in union.branches if branch_name(branch) == name]
    else:
        fitting = [branch for branch in union.branches if _fits(branch, value)]
    if not fitting:
        raise WrongValueError
    return min(fitting, key=lambda branch: isinstance(branch, Named)), value


def _require(type_: Type, value: Any) -> None:
    if not _fits(type_, value):
        raise WrongValueError


def _text(value: Any) -> JsonValue:
    """A value that holds no others, as JSON has it."""
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return f"{value:f}"
    if isinstance(value, uuid.UUID):
        return str(value)
    known: JsonValue = value
    return known


_PYTHON: dict[str, tuple[type, ...]] = {
    "null": (type(None),),
    "boolean": (bool,),
    "int": (int, datetime.date, datetime.time),
    "long": (int, datetime.datetime, datetime.time),
    "float": (float,),
    "double": (float,),
    "bytes": (bytes, decimal.Decimal),
    "string": (str, uuid.UUID),
}


def _fits(type_: Type, value: Any) -> bool:
    """True when ``value`` looks like one of ``type_`` from the outside."""
    match type_:
        case Record():
            return isinstance(value, dict) and value.keys() == {field.name for field in type_.fields}
        case Array():
            return isinstance(value, list)
        case Map():
            return isinstance(value, dict)
        case Enum():
            return isinstance(value, str) and value in type_.symbols
        case Fixed():
            return isinstance(value, decimal.Decimal) or (isinstance(value, bytes) and len(value) == type_.size)
        case Union():
            return any(_fits(branch, value) for branch in type_.branches)
        case _:
            return isinstance(value, _PYTHON[type_.kind]) and isinstance(value, bool) == (type_.kind == "boolean")
