"""One file, or standard input, with what it takes to judge it: its source, its judge, and the shape of its records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from schemaward.errors import InputError, UsageError
from schemaward.guard import judges
from schemaward.guard.binary_inputs import Data, Delimited
from schemaward.guard.container_inputs import Blocks
from schemaward.guard.inputs import BARE, Kind, Source, Stream
from schemaward.guard.judges import KINDS, Judge, Subject
from schemaward.guard.shapes import BareShape, BlockShape, DelimitedShape, LineShape, RowShape, Shape
from schemaward.guard.streams import uncompressed
from schemaward.guard.text_inputs import Lines, Rows, Whole
from schemaward.guard.versions import Versions
from schemaward.guard.wire import MOST_BYTES, is_framed
from schemaward.model import DataFormat, Place
from schemaward.syntax.limits import MAX_BYTES


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read. ``versions`` are needed for messages, ``message`` names that of Protobuf records, and is "" otherwise."""

    most: int = MOST_BYTES
    versions: Versions | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """A file that is ready to be judged."""

    source: Source
    judge: Judge
    new_shape: Callable[[], Shape]


def require_kind(of: Subject, kind: Kind, message: str) -> None:
    """Raises UsageError for files that hold no records of the contract, or none that a name of a message could be for."""
    if kind not in KINDS[of.data_format]:
        others = ", ".join(KINDS[of.data_format])
        raise UsageError(f"{of.name} is {of.data_format}, and {kind} holds no such records", f"give one of {others}")
    if message and (of.data_format is not DataFormat.PROTOBUF or kind is Kind.GLUE):
        why = "its messages say it themselves" if kind is Kind.GLUE else f"{of.name} is {of.data_format}"
        raise UsageError(f'"{message}" would name the Protobuf message of the records, and {why}', "leave it out")


def open_input(of: Subject, kind: Kind, stream: Stream, name: str, reading: Reading) -> Input:
    """The records of an open file, which is not compressed. Raises UsageError when something is missing to judge them."""
    require_kind(of, kind, reading.message)
    if kind is Kind.PARQUET:
        return _parquet(of, name)
    return Input(*_OPENERS[kind](of, stream, reading))


def open_file(name: str, standard_input: IO[bytes]) -> IO[bytes]:
    """The bytes of a file, ``-`` for standard input. Raises InputError."""
    if name == "-":
        return standard_input
    try:
        return open(name, "rb")
    except OSError as error:
        raise InputError(f'"{name}" cannot be read: {error.strerror}', "name another file", Place(name)) from None


def bytes_of(file: Stream, name: str, kind: Kind) -> Stream:
    """What is in a file, inflated where it is compressed with gzip."""
    return uncompressed(file, certain=kind not in BARE or name.endswith(".gz"))


_Opened = tuple[Source, Judge, Callable[[], Shape]]


def _lines(of: Subject, stream: Stream, reading: Reading) -> _Opened:
    return Lines(stream, reading.most), judges.text_judge(of, judges.meant_as(of, reading.message)), LineShape


def _json(of: Subject, stream: Stream, reading: Reading) -> _Opened:
    judge = judges.text_judge(of, judges.meant_as(of, reading.message), lines=False)
    return Whole(stream, reading.most), judge, LineShape


def _yaml(of: Subject, stream: Stream, reading: Reading) -> _Opened:
    return (
        Whole(stream, min(reading.most, MAX_BYTES)),
        judges.yaml_judge(of, judges.meant_as(of, reading.message)),
        LineShape,
    )


def _csv(of: Subject, stream: Stream, reading: Reading) -> _Opened:
    rows = Rows(stream, reading.most)
    return rows, judges.row_judge(of, lambda: rows.names), lambda: RowShape(rows.head)


def _avro(of: Subject, stream: Stream, reading: Reading) -> _Opened:
    blocks = Blocks(stream, reading.most)
    judge = judges.late_judge(lambda: judges.datum_judge(of, blocks.begin().writer))
    return blocks, judge, lambda: BlockShape(blocks.begin().bytes(), blocks.begin().sync)


def _avro_binary(of: Subject, stream: Stream, reading: Reading) -> _Opened:
    return Data(stream, reading.most, of.schema), judges.datum_judge(of, of.schema), BareShape


def _glue(of: Subject, stream: Stream, reading: Reading) -> _Opened:
    if reading.versions is None:
        raise UsageError(
            "messages name schema versions by ids, and nothing says what they mean",
            "give the receipts of a sync with --receipts",
        )
    messages = Delimited(stream, reading.most, is_framed)
    judge = judges.message_judge(of, reading.versions, reading.most)
    return messages, judge, lambda: BareShape() if messages.alone else DelimitedShape()


def _protobuf(of: Subject, stream: Stream, reading: Reading) -> _Opened:
    return Delimited(stream, reading.most), judges.protobuf_judge(of, reading.message), DelimitedShape


def _parquet(of: Subject, name: str) -> Input:
    from schemaward.guard.columns import Parquet
    from schemaward.guard.expected import expected_by

    if name == "-":
        raise UsageError("Parquet is not read from standard input", "name a file")
    expected = expected_by(of.schema) if of.data_format is DataFormat.JSON else None
    return Input(Parquet(name, expected), judges.value_judge(of), LineShape)


_OPENERS: dict[Kind, Callable[[Subject, Stream, Reading], _Opened]] = {
    Kind.JSON: _json,
    Kind.JSONL: _lines,
    Kind.YAML: _yaml,
    Kind.CSV: _csv,
    Kind.AVRO: _avro,
    Kind.AVRO_BINARY: _avro_binary,
    Kind.GLUE: _glue,
    Kind.PROTOBUF: _protobuf,
}
