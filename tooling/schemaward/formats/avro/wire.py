"""The adapter to fastavro, the library that verifies: real bytes, written with one schema and read with another.

It shares no code with the comparison. What it is handed are schemas made anew from the types, with logical types or
without them: without, it hands out the raw values of the wire.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any, TypeAlias

from schemaward.formats.avro.types import Array, Enum, Field, Fixed, Map, Primitive, Record, Type, Union

_LONGEST = 200


class CannotReadError(Exception):
    """The library cannot decode bytes; the argument is what it says."""


class CannotWriteError(Exception):
    """The library does not take a datum or a schema that we made; the argument is what it says."""


Marks: TypeAlias = Callable[[Primitive | Fixed], dict[str, Any]]
"""What the library is told of the meaning of a type, in words of a schema."""


def unmarked(_type: Primitive | Fixed) -> dict[str, Any]:
    """Nothing: the library hands out the raw values of the wire."""
    return {}


def marked(type_: Primitive | Fixed) -> dict[str, Any]:
    """The logical type: the library hands out dates, times and decimals."""
    logical = type_.logical
    if logical is None:
        return {}
    size = {"precision": logical.precision, "scale": logical.scale} if logical.name == "decimal" else {}
    return {"logicalType": logical.name, **size}


def prepared(type_: Type, marks: Marks = unmarked, named: dict[str, Any] | None = None) -> Any:
    """A schema as the library wants it; raises CannotWriteError when it does not take it.

    ``named`` takes the parts that have a name.
    """
    import fastavro

    try:
        return fastavro.parse_schema(schema_of(type_, marks), named_schemas={} if named is None else named)
    except Exception as error:
        raise CannotWriteError(words(error)) from error


DATUM = "datum"
"""The one field of a ``holder``."""


def holder(root: Type) -> Record:
    """A record of one field, whose bytes are those of the ``root``. Its name is none of Avro, so that no schema has it too.

    The library parses a schema that is no record again for each datum, and stumbles on what it had made of it before.
    """
    return Record("the holder", "", fields=[Field(DATUM, root)])


def encoded(schema: Any, value: Any) -> bytes:
    """The bytes of a raw value, by a prepared schema without logical types; raises CannotWriteError."""
    import fastavro

    stream = BytesIO()
    try:
        fastavro.schemaless_writer(stream, schema, value)
    except Exception as error:
        raise CannotWriteError(words(error)) from error
    return stream.getvalue()


def decoded(data: bytes, writer: Any, reader: Any = None) -> Any:
    """The value of ``data`` as the ``reader`` gets it, or the writer itself; both prepared. Raises CannotReadError.

    What the writer itself reads in a union is a pair of a name and a value where the branch has a name. The library goes by the logical types of the writer, so a marked schema is one that reads its own bytes.
    """
    import fastavro

    try:
        return fastavro.schemaless_reader(BytesIO(data), writer, reader, return_named_type=reader is None)
    except Exception as error:
        raise CannotReadError(words(error)) from error


def words(error: Exception) -> str:
    """What the library says, without the schemas that it quotes. An error without a sentence is told with its kind."""
    text = " ".join(str(error).split())
    text = min(text.partition(": {")[0], text.partition(": [")[0], key=len)
    if " " not in text:
        text = f"{type(error).__name__}: {text}"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def schema_of(type_: Type, marks: Marks = unmarked) -> Any:
    """A schema for the library, made of types."""
    return _schema(type_, marks, set())


def _schema(type_: Type, marks: Marks, told: set[str]) -> Any:
    """``told`` are the named types that stand above already."""
    match type_:
        case Array():
            return {"type": "array", "items": _schema(type_.items, marks, told)}
        case Map():
            return {"type": "map", "values": _schema(type_.values, marks, told)}
        case Union():
            return [_schema(branch, marks, told) for branch in type_.branches]
        case Record() | Enum() | Fixed():
            if type_.name in told:
                return type_.name
            told.add(type_.name)
            space = {} if "." in type_.name else {"namespace": ""}
            return {"name": type_.name, **space, "aliases": list(type_.aliases), **_inside(type_, marks, told)}
        case _:
            said = marks(type_)
            return {"type": type_.kind, **said} if said else type_.kind


def _inside(type_: Record | Enum | Fixed, marks: Marks, told: set[str]) -> dict[str, Any]:
    match type_:
        case Record():
            return {"type": "record", "fields": [_field(each, marks, told) for each in type_.fields]}
        case Enum():
            default = {} if type_.default is None else {"default": type_.default}
            return {"type": "enum", "symbols": list(type_.symbols), **default}
        case Fixed():
            return {"type": "fixed", "size": type_.size, **marks(type_)}


def _field(given: Field, marks: Marks, told: set[str]) -> dict[str, Any]:
    default = {"default": given.default} if given.has_default else {}
    return {"name": given.name, "aliases": list(given.aliases), "type": _schema(given.type, marks, told), **default}
