"""Avro container files (specification 1.11.1, "Object Container Files"), read block by block.

The blocks are taken apart here rather than by fastavro, since that inflates a block whatever it grows to.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Protocol

from schemaward.errors import SchemawardError
from schemaward.formats import format_module
from schemaward.formats.base import Schema
from schemaward.guard.binary_inputs import Window, cut_off
from schemaward.guard.inputs import Batch, BrokenError, Spill, Start, Stream, TooLarge
from schemaward.guard.shapes import block
from schemaward.model import DataFormat

_MAGIC = b"Obj\x01"
_SYNC = 16
_MOST_HEADER = 2_000_000
MOST_BLOCK = 64_000_000
"""Bytes of a block, inflated."""
_MOST_EMPTY = 1_000_000
"""Records of a block that may have no bytes: a record of nulls has none."""

_HEADER = {
    "type": "record",
    "name": "Header",
    "fields": [
        {"name": "magic", "type": {"type": "fixed", "name": "Magic", "size": 4}},
        {"name": "meta", "type": {"type": "map", "values": "bytes"}},
        {"name": "sync", "type": {"type": "fixed", "name": "Sync", "size": _SYNC}},
    ],
}


@dataclass(frozen=True, slots=True)
class Header:
    """The head of a file: the schema that it was written with, how blocks are compressed, the mark between them."""

    writer: Schema
    codec: str
    sync: bytes
    definition: bytes

    def bytes(self) -> bytes:
        """A head for another file of the same records, whose blocks are not compressed."""
        import fastavro

        stream = BytesIO()
        meta = {"avro.schema": self.definition, "avro.codec": b"null"}
        fastavro.schemaless_writer(stream, _HEADER, {"magic": _MAGIC, "meta": meta, "sync": self.sync})
        return stream.getvalue()


class Blocks:
    """The data of a container file. ``header`` is known once reading begins. A datum that is too large gets a block alone."""

    unit = "record"

    def __init__(self, stream: Stream, most: int) -> None:
        self._stream = stream
        self._most = most
        self.header: Header | None = None

    def begin(self) -> Header:
        """Read the head. Raises BrokenError."""
        if self.header is None:
            self._window = Window(self._stream, 0)
            self.header = _header(self._window)
        return self.header

    def batches(self, start: Start, spill: Spill) -> Iterator[Batch]:
        """See ``Source``. A batch is a block."""
        header = self.begin()
        window, place = self._window, start.place
        while window.offset < start.offset:
            if window.take(min(start.offset - window.offset, _MOST_HEADER)) is None:
                raise BrokenError("the file is shorter than it was", "go on with the file as it was")
        split = _splitter(header.writer)
        while (count := _number(window)) is not None:
            records: list[bytes | TooLarge] = [*split(_inflated(header.codec, _block(window, header.sync)), count)]
            for at, record in enumerate(records):
                if isinstance(record, bytes) and len(record) > self._most:
                    spill(block([record], header.sync))
                    records[at] = TooLarge(len(record))
            yield Batch(records, range(place, place + len(records)), window.offset, place + len(records))
            place += len(records)


def _header(window: Window) -> Header:
    import fastavro

    while len(window.data) < _MOST_HEADER and window.more():
        pass
    if window.data[: len(_MAGIC)] != _MAGIC:
        raise BrokenError("this is no Avro container file", "if it holds bare Avro data, use --input avro-binary")
    stream = BytesIO(window.data[:_MOST_HEADER])
    try:
        head: Any = fastavro.schemaless_reader(stream, _HEADER, None)
    except Exception as error:
        raise BrokenError("the head of the Avro container file cannot be read", "get the whole file") from error
    window.at = stream.tell()
    definition = head["meta"].get("avro.schema", b"")
    try:
        writer = format_module(DataFormat.AVRO).load_value(definition.decode(), "schema in the file")
    except (SchemawardError, UnicodeDecodeError) as error:
        raise BrokenError(f"the schema in the head of the file cannot be used: {error}", "write it anew") from None
    codec = head["meta"].get("avro.codec", b"null").decode(errors="replace")
    if codec not in _CODECS:
        raise BrokenError(f'the blocks are compressed with "{codec[:20]}"', f"use one of {', '.join(_CODECS)}")
    return Header(writer, codec, head["sync"], definition)


def _number(window: Window) -> int | None:
    value = window.varint()
    return None if value is None else (value >> 1) ^ -(value & 1)


def _block(window: Window, sync: bytes) -> bytes:
    size = _number(window)
    if size is None or size < 0:
        raise cut_off() if size is None else BrokenError("the size of a block is negative", "get the file anew")
    if size > MOST_BLOCK:
        raise BrokenError(f"a block has more than {MOST_BLOCK:,} bytes", "write smaller blocks")
    data, mark = window.take(size), window.take(_SYNC)
    if data is None or mark is None:
        raise cut_off()
    if mark != sync:
        raise BrokenError("the mark after a block is another than that of the file", "get the file anew")
    return data


def _splitter(writer: Schema) -> Callable[[bytes, int], list[bytes]]:
    """A function from a block and the number of its records to the bytes of each."""
    from schemaward.formats.avro.bounds import WrongBytesError, walker

    walk = walker(writer.parsed.root, exact=False)

    def split(data: bytes, count: int) -> list[bytes]:
        if not 0 <= count <= max(len(data), _MOST_EMPTY):
            raise BrokenError(f"a block of {len(data):,} bytes claims {count:,} records", "get the file anew")
        records, at = [], 0
        try:
            for _ in range(count):
                end = walk(data, at)
                records.append(data[at:end])
                at = end
        except WrongBytesError as error:
            raise BrokenError(f"a record of a block cannot be read: {error}", "get the file anew") from None
        if at != len(data):
            raise BrokenError(f"a block has {len(data) - at:,} bytes after its last record", "get the file anew")
        return records

    return split


def _inflated(codec: str, data: bytes) -> bytes:
    make = _CODECS[codec]
    if make is None:
        return data
    inflate = make()
    try:
        whole = inflate.decompress(data, MOST_BLOCK + 1)
    except (zlib.error, lzma.LZMAError, OSError, ValueError, EOFError) as error:
        raise BrokenError(f"a block cannot be inflated: {error}", "get the file anew") from None
    if len(whole) > MOST_BLOCK:
        raise BrokenError(f"a block inflates to more than {MOST_BLOCK:,} bytes", "write smaller blocks")
    if not inflate.eof:
        raise BrokenError("a block cannot be inflated: it is cut off", "get the file anew")
    return whole


class _Inflate(Protocol):
    """What the decompressors of the standard library have in common."""

    @property
    def eof(self) -> bool: ...

    def decompress(self, data: bytes, most: int, /) -> bytes: ...


_CODECS: dict[str, Callable[[], _Inflate] | None] = {
    "null": None,
    "deflate": lambda: zlib.decompressobj(-15),
    "bzip2": bz2.BZ2Decompressor,
    "xz": lzma.LZMADecompressor,
}
