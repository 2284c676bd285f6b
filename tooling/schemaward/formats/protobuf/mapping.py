"""What the ``protobuf`` package lets through in a document, and then writes as something else or cannot read again.

Source: "ProtoJSON Format": ``bytes`` are base64, in either alphabet and with or without padding; a number in a
``google.protobuf.Value`` is finite.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from schemaward.model import JsonValue

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]*={0,2}")
_ANY_VALUE = frozenset(("Struct", "Value", "ListValue"))
_WELL_KNOWN = "google.protobuf."


def faults(described: Any, value: JsonValue, place: str) -> Iterator[str]:
    """What is wrong with a document of a message, by its descriptor, that the package has read without complaint.

    Each ends with its place, as the package tells it: ``Order.lines[0].key``; ``place`` is that of the document.
    """
    short = described.full_name.removeprefix(_WELL_KNOWN) if described.full_name.startswith(_WELL_KNOWN) else ""
    if short in _ANY_VALUE:
        yield from _not_finite(value, place)
    elif short == "BytesValue":
        yield from _of_bytes(value, place)
    elif short == "Any":
        yield from _of_any(described, value, place)
    elif isinstance(value, dict):
        fields = {name: each for each in described.fields for name in (each.name, each.json_name)}
        for name, member in value.items():
            if name in fields:
                yield from _of_field(fields[name], member, f"{place}.{name}")


def _of_field(field: Any, value: JsonValue, place: str) -> Iterator[str]:
    if field.message_type is not None and field.message_type.GetOptions().map_entry and isinstance(value, dict):
        for key, member in value.items():
            yield from _of_value(field.message_type.fields_by_number[2], member, f"{place}[{key}]")
    elif field.is_repeated and isinstance(value, list):
        for at, member in enumerate(value):
            yield from _of_value(field, member, f"{place}[{at}]")
    else:
        yield from _of_value(field, value, place)


def _of_value(field: Any, value: JsonValue, place: str) -> Iterator[str]:
    if field.message_type is not None:
        yield from faults(field.message_type, value, place)
    elif field.type == field.TYPE_BYTES:
        yield from _of_bytes(value, place)


def _of_bytes(value: JsonValue, place: str) -> Iterator[str]:
    if isinstance(value, str) and not _BASE64.fullmatch(value):
        yield f'"{value[:60]}" is not base64 at {place}'


def _of_any(described: Any, value: JsonValue, place: str) -> Iterator[str]:
    if not isinstance(value, dict) or not isinstance(value.get("@type"), str):
        return
    try:
        inner = described.file.pool.FindMessageTypeByName(str(value["@type"]).rpartition("/")[2])
    except KeyError:
        return
    if inner.full_name.startswith(_WELL_KNOWN) and "value" in value:
        yield from faults(inner, value["value"], f"{place}.value")
    else:
        yield from faults(inner, {name: member for name, member in value.items() if name != "@type"}, place)


def _not_finite(value: JsonValue, place: str) -> Iterator[str]:
    stack = [value]
    while stack:
        inner = stack.pop()
        if isinstance(inner, float) and not math.isfinite(inner):
            yield f"a number in a google.protobuf.Value must be finite at {place}"
        stack.extend(inner.values() if isinstance(inner, dict) else inner if isinstance(inner, list) else ())
