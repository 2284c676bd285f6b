"""Bytes by the letter of the specification, and what fastavro makes of them: judges that share nothing with our code."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Any

import fastavro

PRIMITIVES = ("null", "boolean", "int", "long", "float", "double", "bytes", "string")


def encode(schema: Any, document: Any) -> bytes:
    """The binary encoding of a document in Avro's JSON encoding."""
    return _encode(schema, document, {}, "")


def _encode(schema: Any, value: Any, names: dict[str, Any], space: str) -> bytes:
    if isinstance(schema, list):
        label = "null" if value is None else next(iter(value))
        labels = [_label(branch, space) for branch in schema]
        for branch in schema:
            _learn(branch, names, space)
        index = labels.index(label)
        return _long(index) + _encode(schema[index], None if value is None else value[label], names, space)
    kind = schema["type"] if isinstance(schema, dict) else schema
    if kind in PRIMITIVES:
        return _primitive(kind, value)
    if kind == "array":
        items = b"".join(_encode(schema["items"], item, names, space) for item in value)
        return _long(len(value)) + items + b"\0" if value else b"\0"
    if kind == "map":
        entries = [
            _primitive("string", key) + _encode(schema["values"], item, names, space) for key, item in value.items()
        ]
        return _long(len(value)) + b"".join(entries) + b"\0" if value else b"\0"
    if kind in ("record", "error", "enum", "fixed"):
        name, inner = _full(schema, space)
        names[name] = (schema, space)
        if kind == "enum":
            return _long(schema["symbols"].index(value))
        if kind == "fixed":
            return bytes(value, "latin-1")
        for field in schema["fields"]:
            _learn(field["type"], names, inner)
        return b"".join(_encode(field["type"], value[field["name"]], names, inner) for field in schema["fields"])
    known, outer = names[_reference(kind, space)]
    return _encode(known, value, names, outer)


def _learn(schema: Any, names: dict[str, Any], space: str) -> None:
    """Enter the definitions of a schema, whose value may not be written before they are referred to."""
    if isinstance(schema, list):
        for branch in schema:
            _learn(branch, names, space)
    elif isinstance(schema, dict) and schema["type"] in ("record", "error", "enum", "fixed"):
        name, inner = _full(schema, space)
        if name not in names:
            names[name] = (schema, space)
            for field in schema.get("fields", ()):
                _learn(field["type"], names, inner)
    elif isinstance(schema, dict):
        _learn(schema.get("items", schema.get("values")), names, space)


def _full(schema: Any, space: str) -> tuple[str, str]:
    name = schema["name"]
    space = name.rpartition(".")[0] if "." in name else schema.get("namespace", space)
    return (name if "." in name or not space else f"{space}.{name}"), space


def _reference(name: str, space: str) -> str:
    return name if "." in name or not space else f"{space}.{name}"


def _label(branch: Any, space: str) -> str:
    kind = branch["type"] if isinstance(branch, dict) else branch
    if isinstance(branch, dict) and kind in ("record", "error", "enum", "fixed"):
        return _full(branch, space)[0]
    return kind if kind in (*PRIMITIVES, "array", "map") else _reference(kind, space)


def _long(value: int) -> bytes:
    zigzag, data = (value << 1) ^ (value >> 63), bytearray()
    while zigzag > 0x7F:
        data.append(zigzag & 0x7F | 0x80)
        zigzag >>= 7
    return bytes([*data, zigzag])


def _primitive(kind: str, value: Any) -> bytes:
    match kind:
        case "null":
            return b""
        case "boolean":
            return b"\1" if value else b"\0"
        case "int" | "long":
            return _long(value)
        case "float":
            return struct.pack("<f", value)
        case "double":
            return struct.pack("<d", value)
    data = value.encode("latin-1" if kind == "bytes" else "utf-8")
    return _long(len(data)) + data


def raw(schema: Any) -> Any:
    """A schema without logical types, by which fastavro hands out what is on the wire."""
    if isinstance(schema, list):
        return [raw(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: value for key, value in schema.items() if key not in ("logicalType", "precision", "scale")}
    for key in ("type", "items", "values"):
        if key in plain:
            plain[key] = raw(plain[key])
    if "fields" in plain:
        plain["fields"] = [{**field, "type": raw(field["type"])} for field in plain["fields"]]
    return plain["type"] if set(plain) == {"type"} and plain["type"] in PRIMITIVES else plain


def decoded(writer: Any, reader: Any, data: bytes) -> Any:
    """What fastavro reads; it raises what it likes."""
    return fastavro.schemaless_reader(BytesIO(data), raw(writer), raw(reader))
