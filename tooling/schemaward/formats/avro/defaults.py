"""Is a JSON value a default of a type? (Specification 1.11.1, "Complex Types", "Records", the table of field defaults.)"""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import Any

from schemaward.formats.avro.types import INT_RANGE, LONG_RANGE, Array, Enum, Fixed, Map, Record, Type, Union

_LARGEST = sys.float_info.max


def default_problem(type_: Type, value: Any) -> tuple[str | None, str]:
    """Why ``value`` is no default of ``type_``, as the end of a sentence, None if it is one; and what some readers refuse.

    A default of a union is one of its first branch; Avro 1.12 also takes one of another branch, and so does fastavro.
    """
    if not isinstance(type_, Union):
        return (None if matches(type_, value) else _detail(type_, value)), ""
    for index, branch in enumerate(type_.branches):
        if matches(branch, value):
            late = "the default is of another branch than the first, which readers before Avro 1.12 refuse"
            return None, late if index else ""
    return ": none of the branches allows it", ""


def passes_parsers(type_: Type, value: Any) -> bool:
    """True for a wrong default that parsers let through and only some readers stumble on, when they need it.

    ``fastavro.parse_schema`` and the ``avro`` package take a text for the default of any enum, and a map for one of any
    record; fastavro then hands it out, and Java fails.
    """
    match type_:
        case Enum():
            return isinstance(value, str)
        case Record():
            known = {field.name: field.type for field in type_.fields}
            return isinstance(value, dict) and all(
                name not in known or matches(known[name], item) for name, item in value.items()
            )
        case _:
            return False


def matches(type_: Type, value: Any) -> bool:
    """True when ``value`` is a default of ``type_``. The depth of the value bounds the work."""
    match type_:
        case Record():
            return isinstance(value, dict) and all(
                matches(field.type, value[field.name]) if field.name in value else field.has_default
                for field in type_.fields
            )
        case Enum():
            return isinstance(value, str) and value in type_.symbols
        case Fixed():
            return _is_bytes(value) and len(value) == type_.size
        case Array():
            return isinstance(value, list) and all(matches(type_.items, item) for item in value)
        case Map():
            return isinstance(value, dict) and all(matches(type_.values, item) for item in value.values())
        case Union():
            return any(matches(branch, value) for branch in type_.branches)
        case _:
            return is_primitive(type_.kind, value)


def is_primitive(kind: str, value: Any) -> bool:
    """True when the JSON ``value`` is one of a primitive ``kind``; bytes are text of the code points 0 to 255."""
    match kind:
        case "null":
            return value is None
        case "boolean":
            return isinstance(value, bool)
        case "string":
            return isinstance(value, str)
        case "bytes":
            return _is_bytes(value)
        case "int" | "long":
            low, high = INT_RANGE if kind == "int" else LONG_RANGE
            return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        case _:
            return (
                isinstance(value, (int, float, Decimal))
                and not isinstance(value, bool)
                and -_LARGEST <= value <= _LARGEST
            )


def _is_bytes(value: Any) -> bool:
    return isinstance(value, str) and all(ord(character) < 256 for character in value)


def _detail(type_: Type, value: Any) -> str:
    """What exactly is missing in a default that has the right shape."""
    if isinstance(type_, Record) and isinstance(value, dict):
        for field in type_.fields:
            if field.name not in value and not field.has_default:
                return f': it lacks the field "{field.name}"'
            if field.name in value and not matches(field.type, value[field.name]):
                return f': its field "{field.name}" is of another type'
    if isinstance(type_, Enum):
        return f": the symbols are {', '.join(type_.symbols[:8])}{', ...' if len(type_.symbols) > 8 else ''}"
    return ""
