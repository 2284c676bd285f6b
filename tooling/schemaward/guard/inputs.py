"""Files of records, read in batches: whatever their size, no more than a batch is in memory."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Protocol

from schemaward.errors import InputError, UsageError

BATCH_BYTES = 1 << 20
"""Bytes that are read at once."""


class Kind(enum.StrEnum):
    """What a file holds, and how its records are told apart."""

    JSON = "json"
    JSONL = "jsonl"
    YAML = "yaml"
    CSV = "csv"
    PARQUET = "parquet"
    AVRO = "avro"
    AVRO_BINARY = "avro-binary"
    GLUE = "glue"
    PROTOBUF = "protobuf"


_SUFFIXES = {
    ".json": Kind.JSON,
    ".jsonl": Kind.JSONL,
    ".ndjson": Kind.JSONL,
    ".yaml": Kind.YAML,
    ".yml": Kind.YAML,
    ".csv": Kind.CSV,
    ".parquet": Kind.PARQUET,
    ".avro": Kind.AVRO,
}

SPLITTABLE = (Kind.JSONL, Kind.CSV, Kind.AVRO, Kind.AVRO_BINARY, Kind.GLUE, Kind.PROTOBUF)
"""Kinds whose records can be written to another file as they are."""

BARE = (Kind.AVRO_BINARY, Kind.GLUE, Kind.PROTOBUF)
"""Kinds of bytes without a mark of their own: they may begin as a compressed file does."""


class BrokenError(InputError):
    """A file that cannot be read any further; what came before it counts."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some records, as they stand in the file. ``places`` are their lines, offsets or rows.

    ``end`` is the offset after the last of them in the uncompressed file, and ``next_place`` the place there.
    """

    records: Sequence[Any]
    places: Sequence[int]
    end: int
    next_place: int


@dataclass(frozen=True, slots=True)
class Start:
    """Where reading begins: an offset that was the end of a batch, and its place."""

    offset: int = 0
    place: int = 1


@dataclass(frozen=True, slots=True)
class TooLarge:
    """Stands for a record that was not read, since it is larger than the limit."""

    size: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Stands for a record that has no value; ``problem`` says why."""

    problem: str


class Stream(Protocol):
    """A binary file."""

    def read(self, size: int, /) -> bytes:
        """Up to ``size`` bytes."""


class Spill(Protocol):
    """Takes the bytes of a record that is too large to be held, piece by piece."""

    def __call__(self, piece: bytes, /) -> object:
        """Take one piece."""


class Source(Protocol):
    """The records of one file."""

    unit: str
    """What the places count: line, offset, row or document."""

    def batches(self, start: Start, spill: Spill, /) -> Iterator[Batch]:
        """The batches from ``start`` on; the bytes of records that are too large go to ``spill``.

        Raises BrokenError where the file cannot be read any further; what came before was given.
        """


def kind_of(name: str, wanted: str | None) -> Kind:
    """The kind of a file: what is ``wanted``, else by its suffix, ``.gz`` aside; standard input is JSON Lines.

    Raises UsageError when neither tells.
    """
    if wanted is not None:
        return Kind(wanted)
    if name == "-":
        return Kind.JSONL
    path = PurePath(name)
    suffix = (path.with_suffix("") if path.suffix == ".gz" else path).suffix
    if suffix not in _SUFFIXES:
        kinds = ", ".join(Kind)
        raise UsageError(f'the suffix of "{name}" does not tell what it holds', f"say it with --input: {kinds}")
    return _SUFFIXES[suffix]


def pieces(stream: Stream, size: int = BATCH_BYTES) -> Iterator[bytes]:
    """The bytes of a file, piece by piece. Raises BrokenError for a compressed file that is damaged or cut off."""
    import zlib

    while True:
        try:
            piece = stream.read(size)
        except EOFError:
            raise BrokenError("the compressed file is cut off", "get the whole file") from None
        except (OSError, zlib.error) as error:
            raise BrokenError(f"the file cannot be read any further: {error}", "get the file anew") from None
        if not piece:
            return
        yield piece


def skipped(stream: Stream, count: int) -> None:
    """Pass over the first ``count`` bytes. Raises BrokenError when there are fewer."""
    left = count
    while left:
        piece = next(pieces(stream, min(left, BATCH_BYTES)), b"")
        if not piece:
            raise BrokenError(f"the file has fewer than {count:,} bytes now", "go on with the file as it was")
        left -= len(piece)
