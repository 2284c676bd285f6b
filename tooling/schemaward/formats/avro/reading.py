"""How fastavro reads as a reader does: raw values are resolved first, and then get the meaning that the reader gives them.

By itself it gives them the meaning of the writer, and resolves that: a reader of plain numbers would get dates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from schemaward.formats.avro.filling import filling
from schemaward.formats.avro.logical import has_meaning
from schemaward.formats.avro.types import Array, Fixed, Logical, Map, Parsed, Primitive, Record, Type, Union
from schemaward.formats.avro.wire import Marks, holder, prepared

_BY_READER = "schemaward-by-reader"
"""A logical type of our own: its values are made by ``_meant``."""
_READ_AS = {
    "int": ("int", "long"),
    "long": ("long",),
    "string": ("string", "bytes"),
    "bytes": ("string", "bytes"),
    "fixed": ("fixed",),
}
"""The kinds that carry meanings, and as which of them their raw values may be read."""


def pair(writer: Parsed, reader: Parsed) -> tuple[Any, Any]:
    """The ``holder`` of both as fastavro takes them to read what one wrote as the other; raises CannotWriteError."""
    from fastavro.read import LOGICAL_READERS

    for kind in _READ_AS:
        LOGICAL_READERS[f"{kind}-{_BY_READER}"] = _meant
    of_writer: dict[str, Any] = {}
    of_reader: dict[str, Any] = {}
    writes, reads = prepared(holder(writer.root), _marks(reader), of_writer), filling(reader, of_reader)
    for definition in (*of_writer.values(), *of_reader.values()):
        for field in definition.get("fields", ()):
            field["type"] = _referred(field["type"])
    return writes, reads


def _referred(told: Any) -> Any:
    """The type of a field, with names for named types: fastavro fails in a union where it meets a name and a definition."""
    match told:
        case list():
            return [_referred(branch) for branch in told]
        case {"type": "array", "items": items}:
            return {**told, "items": _referred(items)}
        case {"type": "map", "values": values}:
            return {**told, "values": _referred(values)}
        case {"name": name}:
            return name
    return told


def _marks(reader: Parsed) -> Marks:
    """The values that may have a meaning for the reader go through ``_meant``; others are left to the compiled code."""
    meant = {leaf.kind for leaf in _leaves(reader) if leaf.logical}
    through = {kind for kind, read_as in _READ_AS.items() if not meant.isdisjoint(read_as)}
    return lambda type_: {"logicalType": _BY_READER} if type_.kind in through else {}


def _leaves(schema: Parsed) -> Iterator[Primitive | Fixed]:
    """What is named stands in the list of the named, so that records are not entered from where they are used."""
    records = [each for each in schema.named if isinstance(each, Record)]
    waiting: list[Type] = [schema.root, *schema.named, *(field.type for each in records for field in each.fields)]
    while waiting:
        match waiting.pop():
            case Array(items=inner) | Map(values=inner):
                waiting.append(inner)
            case Union(branches=branches):
                waiting += branches
            case Primitive() | Fixed() as leaf:
                yield leaf


def _meant(raw: Any, _writer: Any, reader: Any) -> Any:
    """A raw value of the writer as one of ``reader``, a part of its schema; raises ValueError for one that is none."""
    kind = reader if isinstance(reader, str) else reader["type"]
    value = _promoted(raw, kind)
    name = None if isinstance(reader, str) else reader.get("logicalType")
    if name is None:
        return value
    logical = Logical(name, reader.get("precision", 0), reader.get("scale", 0))
    if name != "uuid" and not has_meaning(logical, value):
        raise ValueError(f'a value of "{kind}" is no {logical}')
    return _reader(kind, name)(value, reader, reader)


def _reader(kind: str, logical: str) -> Callable[[Any, Any, Any], Any]:
    from fastavro.read import LOGICAL_READERS

    return LOGICAL_READERS[f"{kind}-{logical}"]


def _promoted(raw: Any, kind: str) -> Any:
    """A raw value as one of another kind (specification 1.11.1, "Schema Resolution")."""
    if kind in ("float", "double"):
        return float(raw)
    if kind == "bytes" and isinstance(raw, str):
        return raw.encode()
    if kind == "string" and isinstance(raw, bytes):
        return raw.decode()
    return raw
