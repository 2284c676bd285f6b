"""Records in text: one JSON value a line, one value a file, or the rows of CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from schemaward.guard.inputs import Batch, BrokenError, Spill, Start, Stream, TooLarge, pieces, skipped

_ROWS = 1_000


class Lines:
    """A record a line."""

    unit = "line"

    def __init__(self, stream: Stream, most: int, spill: Spill) -> None:
        self._stream = stream
        self._most = most
        self._spill = spill

    def batches(self, start: Start) -> Iterator[Batch]:
        """See ``Source``."""
        skipped(self._stream, start.offset)
        offset, line, rest = start.offset, start.place, b""
        reading = pieces(self._stream)
        while True:
            piece = next(reading, b"")
            records = (rest + piece).split(b"\n")
            rest = records.pop()
            if records:
                offset += sum(map(len, records)) + len(records)
                yield self._batch(records, line, offset)
                line += len(records)
            if len(rest) > self._most:
                size, rest = self._rest_of_line(rest, reading)
                offset += size
                yield Batch([TooLarge(size)], [line], offset, line + 1)
                line += 1
            elif not piece:
                break
        if rest:
            yield self._batch([rest], line, offset + len(rest))

    def _batch(self, records: list[bytes], line: int, end: int) -> Batch:
        held: list[bytes | TooLarge] = [*records]
        if max(map(len, records)) > self._most:
            for at, record in enumerate(records):
                if len(record) > self._most:
                    self._spill(record + b"\n")
                    held[at] = TooLarge(len(record))
        return Batch(held, range(line, line + len(records)), end, line + len(records))

    def _rest_of_line(self, start: bytes, reading: Iterator[bytes]) -> tuple[int, bytes]:
        """Hand on a line that is too long: how many bytes it took, and what follows it."""
        size = len(start)
        self._spill(start)
        for piece in reading:
            inside, feed, rest = piece.partition(b"\n")
            self._spill(inside)
            size += len(inside) + len(feed)
            if feed:
                self._spill(feed)
                return size, rest
        self._spill(b"\n")
        return size, b""


class Whole:
    """The whole file is one record."""

    unit = "document"

    def __init__(self, stream: Stream, most: int) -> None:
        self._stream = stream
        self._most = most

    def batches(self, start: Start) -> Iterator[Batch]:
        """See ``Source``."""
        parts: list[bytes] = []
        size = 0
        for piece in pieces(self._stream):
            size += len(piece)
            if size <= self._most:
                parts.append(piece)
        record = b"".join(parts) if size <= self._most else TooLarge(size)
        yield Batch([record], [1], size, 2)


class Row:
    """One row of CSV: its cells, or why it has none, and its bytes."""

    __slots__ = ("cells", "problem", "raw")

    def __init__(self, cells: list[str], raw: bytes, problem: str = "") -> None:
        self.cells = cells
        self.raw = raw
        self.problem = problem


class Rows:
    """The rows of CSV below its head, by the line on which each begins. ``names`` are the columns once reading begins."""

    unit = "line"

    def __init__(self, stream: Stream, most: int) -> None:
        self._stream = stream
        self._most = most
        self.head = b""
        self.names: list[str] = []

    def batches(self, start: Start) -> Iterator[Batch]:
        """See ``Source``."""
        tape = _Tape(self._stream, self._most)
        if not self._read_head(tape):
            return
        while tape.offset < start.offset:
            if self._next(tape) is None:
                raise BrokenError("the file is shorter than it was", "go on with the file as it was")
        records: list[Row] = []
        places: list[int] = []
        while (row := self._next(tape)) is not None:
            records.append(row)
            places.append(tape.began)
            if len(records) == _ROWS:
                yield Batch(records, places, tape.offset, tape.line)
                records, places = [], []
        if records:
            yield Batch(records, places, tape.offset, tape.line)

    def _read_head(self, tape: _Tape) -> bool:
        head = self._next(tape)
        if head is None:
            return False
        self.head, self.names = head.raw, head.cells
        if head.problem or len(set(self.names)) != len(self.names):
            raise BrokenError(head.problem or "two columns have the same name", "mend the first line")
        self.names[0] = self.names[0].removeprefix("\ufeff")
        return True

    def _next(self, tape: _Tape) -> Row | None:
        """The next row; None at the end. A fresh reader for each, so that a broken row does not spoil those after it."""
        tape.begin()
        try:
            cells = next(csv.reader(tape, strict=True), None)
        except csv.Error as error:
            return Row([], tape.raw, f"no row of CSV: {error}")
        if cells is None:
            return None
        if any("\udc80" <= sign <= "\udcff" for cell in cells for sign in cell):
            return Row([], tape.raw, "the row is not in UTF-8")
        if self.names and cells and len(cells) != len(self.names):
            return Row([], tape.raw, f"the row has {len(cells)} cells, and the head has {len(self.names)}")
        return Row(cells, tape.raw)


class _Tape:
    """The lines of a file as text, remembering the bytes of those that a row took."""

    def __init__(self, stream: Stream, most: int) -> None:
        self._lines = _split_lines(stream, most)
        self._most = most
        self._taken: list[bytes] = []
        self._size = 0
        self.offset = 0
        self.line = 1
        self.began = 1

    def begin(self) -> None:
        """A new row begins here."""
        self._taken, self._size, self.began = [], 0, self.line

    @property
    def raw(self) -> bytes:
        """The bytes of the row."""
        return b"".join(self._taken)

    def __iter__(self) -> _Tape:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._size += len(line)
        if self._size > self._most:
            raise BrokenError(f"a row has more than {self._most:,} bytes", "is a quote not closed?")
        self._taken.append(line)
        self.offset += len(line)
        self.line += 1
        return line.decode(errors="surrogateescape")


def _split_lines(stream: Stream, most: int) -> Iterator[bytes]:
    """The lines, each with its line feed."""
    rest = b""
    for piece in pieces(stream):
        lines = _by_feed(rest + piece)
        rest = lines.pop() if lines and not lines[-1].endswith(b"\n") else b""
        yield from lines
        if len(rest) > most:
            raise BrokenError(f"a line has more than {most:,} bytes", "split it")
    if rest:
        yield rest


def _by_feed(data: bytes) -> list[bytes]:
    parts = data.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
