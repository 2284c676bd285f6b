"""What a reader makes of a scalar that a writer wrote, by the wire format, and which values show a difference.

Source: "Protocol Buffers Encoding", and the language guide, section "Updating A Message Type".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from schemaward.formats.protobuf.declared import INTEGERS, Enum

Scalar: TypeAlias = "bool | int | float | str | bytes"
Kind: TypeAlias = "str | Enum"
"""The name of a scalar type, or the enum."""

Harm: TypeAlias = Literal["other", "truncated", "unknown", "text"]
"""Why a value comes back different: read as something else, cut off, not in a closed enum, or not UTF-8."""

_VARINTS = ("int32", "int64", "uint32", "uint64", "bool")
_WIRE = {
    **dict.fromkeys((*_VARINTS, "sint32", "sint64"), "varint"),
    **dict.fromkeys(("fixed32", "sfixed32", "float"), "32 bits"),
    **dict.fromkeys(("fixed64", "sfixed64", "double"), "64 bits"),
    **dict.fromkeys(("string", "bytes"), "length"),
}
_ZEROS: dict[str, Scalar] = {"bool": False, "string": "", "bytes": b""}
_TELLING = (1, 2, -1, 2**31, 2**32, 2**63)
"""The integers from which on two types of one width or another read a varint differently, smallest first."""


def wire_type(kind: Kind) -> str:
    """How values of a type lie on the wire."""
    return "varint" if isinstance(kind, Enum) else _WIRE[kind]


def encoding(kind: Kind) -> str:
    """How a value is put into bytes: types with one encoding differ only in the values that they hold."""
    if kind in ("float", "double"):
        return str(kind)
    return "zigzag" if _zigzag(kind) else wire_type(kind)


def samples(kind: Kind) -> Iterator[Scalar]:
    """Values that a writer may write, the smallest first, none of which is the zero of the type.

    Of an enum they are all values that it declares: a writer that knows no more writes no more.
    """
    if isinstance(kind, Enum):
        yield from dict.fromkeys(value.number for value in kind.values if value.number)
    elif kind in INTEGERS:
        least, most = INTEGERS[kind]
        yield from (value for value in _TELLING if least <= value <= most)
    elif kind == "bool":
        yield True
    elif kind in ("float", "double"):
        yield from (1.5, 2.5)
    elif kind == "string":
        yield "a"
    else:
        yield from (b"a", b"\xff")


def zero(kind: Kind) -> Scalar:
    """What a field without a default of its own is when it is left out."""
    if isinstance(kind, Enum):
        return kind.values[0].number
    if kind in INTEGERS:
        return 0
    return _ZEROS.get(kind, 0.0)


def difference(writer: Kind, reader: Kind, presence: bool) -> tuple[Scalar, Harm] | None:
    """A value that ``reader`` does not read as ``writer`` wrote it, and why; None when there is no such value.

    ``presence`` says whether the writer also writes the zero of the type.
    """
    if writer == reader and not isinstance(writer, Enum):
        return None
    known = {each.number for each in reader.values} if isinstance(reader, Enum) and reader.closed else None
    for value in (*samples(writer), *_unlisted(writer, reader), *((zero(writer),) if presence else ())):
        harm = _judge(value, writer, reader)
        if harm is None and known is not None and value not in known:
            harm = "unknown"
        if harm is not None:
            return value, harm
    return None


def _unlisted(writer: Kind, reader: Kind) -> Iterator[int]:
    """The first positive integer that a closed enum does not declare, for a writer that is no enum."""
    if isinstance(reader, Enum) and isinstance(writer, str) and writer in INTEGERS:
        declared = {value.number for value in reader.values}
        yield next(number for number in range(1, len(declared) + 2) if number not in declared)


def _judge(value: Scalar, writer: Kind, reader: Kind) -> Harm | None:
    if wire_type(writer) != wire_type(reader):
        return "other"
    if wire_type(writer) == "length":
        return "text" if reader == "string" and isinstance(value, bytes) and not is_text(value) else None
    if wire_type(writer) == "varint":
        return _judge_varint(int(value), writer, reader)
    if encoding(writer) != encoding(reader):
        return "other"
    return None if isinstance(value, float) or _holds(int(value), str(reader)) else "truncated"


def _judge_varint(value: int, writer: Kind, reader: Kind) -> Harm | None:
    raw = _as_zigzag(value) if _zigzag(writer) else value % 2**64
    seen = _read_varint(raw, reader)
    if seen == value:
        return None
    return "other" if encoding(writer) != encoding(reader) else "truncated"


def _as_zigzag(value: int) -> int:
    return 2 * value if value >= 0 else -2 * value - 1


def _read_varint(raw: int, reader: Kind) -> int:
    """What a type makes of the 64 bits of a varint: fewer bits are cut off, the highest is the sign."""
    if reader == "bool":
        return int(raw != 0)
    bits = 64 if reader in ("int64", "uint64", "sint64") else 32
    raw %= 2**bits
    if _zigzag(reader):
        return raw // 2 if raw % 2 == 0 else -(raw // 2) - 1
    signed = isinstance(reader, Enum) or reader in ("int32", "int64")
    return raw - 2**bits if signed and raw >= 2 ** (bits - 1) else raw


def _holds(value: int, kind: str) -> bool:
    least, most = INTEGERS[kind]
    return least <= value <= most


def _zigzag(kind: Kind) -> bool:
    return kind in ("sint32", "sint64")


def is_text(value: bytes) -> bool:
    """True when the bytes are UTF-8, as a `string` field must be."""
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True
