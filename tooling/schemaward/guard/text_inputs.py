"""Records in text: one JSON value a line, one value a file, or the rows of CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import chain

from schemaward.guard.inputs import Batch, BrokenError, Spill, Start, Stream, TooLarge, pieces, skipped

_ROWS = 1_000
_UTF8_BOM = b"\xef\xbb\xbf"


class Lines:
    """A record a line."""

    unit = "line"

    def __init__(self, stream: Stream, most: int) -> None:
        self._stream = stream
        self._most = most

    def batches(self, start: Start, spill: Spill) -> Iterator[Batch]:
        """See ``Source``."""
        skipped(self._stream, start.offset)
        offset, line = start.offset, start.place
        reading = pieces(self._stream)
        held: list[bytes] = []  # parts of a line whose end was not read yet
        while piece := next(reading, b""):
            records = piece.split(b"\n")
            held.append(records[0])
            if len(records) > 1:
                records[0] = b"".join(held)
                held = [records.pop()]
                offset += sum(map(len, records)) + len(records)
                yield _lines_batch(records, line, offset, self._most, spill)
                line += len(records)
            if sum(map(len, held)) > self._most:
                size, rest = _rest_of_line(held, reading, spill)
                offset += size
                yield Batch([TooLarge(size)], [line], offset, line + 1)
                line += 1
                held, reading = [], chain([rest] if rest else [], reading)
        if last := b"".join(held):
            yield _lines_batch([last], line, offset + len(last), self._most, spill)


def _lines_batch(records: list[bytes], line: int, end: int, most: int, spill: Spill) -> Batch:
    held: list[bytes | TooLarge] = [*records]
    if max(map(len, records)) > most:
        for at, record in enumerate(records):
            if len(record) > most:
                spill(record + b"\n")
                held[at] = TooLarge(len(record))
    return Batch(held, range(line, line + len(records)), end, line + len(records))


def _rest_of_line(held: list[bytes], reading: Iterator[bytes], spill: Spill) -> tuple[int, bytes]:
    """Hand on a line that is too long: how many bytes it took, and what was read after it."""
    size = 0
    for piece in chain(held, reading):
        inside, feed, rest = piece.partition(b"\n")
        spill(inside + feed)
        size += len(inside) + len(feed)
        if feed:
            return size, rest
    spill(b"\n")
    return size, b""


class Whole:
    """The whole file is one record."""

    unit = "document"

    def __init__(self, stream: Stream, most: int) -> None:
        self._stream = stream
        self._most = most

    def batches(self, _start: Start, _spill: Spill) -> Iterator[Batch]:
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

    def batches(self, start: Start, spill: Spill) -> Iterator[Batch]:
        """See ``Source``."""
        csv.field_size_limit(max(self._most, csv.field_size_limit()))
        tape = _Tape(self._stream, self._most)
        if not self._read_head(tape):
            return
        tape.skip_to(start.offset)
        rows: list[Row | TooLarge] = []
        places: list[int] = []
        while True:
            row, fault = self._next(tape)
            if rows and (row is None or len(rows) == _ROWS):
                yield Batch(rows, places, tape.row_offset, tape.row_line)
                rows, places = [], []
            if isinstance(fault, BrokenError):
                raise fault
            if row is None and fault is None:
                return
            rows.append(row or TooLarge(tape.hand_on(spill)))
            places.append(tape.row_line)

    def _read_head(self, tape: _Tape) -> bool:
        head, fault = self._next(tape)
        if isinstance(fault, BrokenError):
            raise fault
        if fault is not None:
            raise BrokenError(f"the first row has more than {self._most:,} bytes", "is a quote not closed?")
        if head is None:
            return False
        self.head, self.names = head.raw, head.cells
        if head.problem or not self.names or len(set(self.names)) != len(self.names):
            fact = "two columns have the same name" if self.names else "the first line names no columns"
            raise BrokenError(head.problem or fact, "mend the first line")
        return True

    def _next(self, tape: _Tape) -> tuple[Row | None, BrokenError | _LongRowError | None]:
        """The next row, None at the end, or why there is none; a fresh reader, since a broken row spoils its reader."""
        tape.begin()
        try:
            cells = next(csv.reader(tape, strict=True), None)
        except csv.Error as error:
            return Row([], tape.raw, f"no row of CSV: {error}"), None
        except (BrokenError, _LongRowError) as error:
            return None, error
        return (None if cells is None else Row(cells, tape.raw, self._problem(cells))), None

    def _problem(self, cells: list[str]) -> str:
        if any("\udc80" <= sign <= "\udcff" for cell in cells for sign in cell):
            return "the row is not in UTF-8"
        if self.names and cells and len(cells) != len(self.names):
            return f"the row has {len(cells)} cells, and the head has {len(self.names)}"
        return ""


class _LongRowError(Exception):
    """A row has more bytes than a record may have."""


class _Tape:
    """The lines of a file as text, remembering the bytes of those that a row took."""

    def __init__(self, stream: Stream, most: int) -> None:
        self._parts = _line_parts(stream, most)
        self._most = most
        self._taken: list[bytes] = []
        self.offset = 0
        self.line = 1
        self.row_offset = 0
        self.row_line = 1

    def begin(self) -> None:
        """A new row begins here."""
        self._taken = []
        self.row_offset, self.row_line = self.offset, self.line

    @property
    def raw(self) -> bytes:
        """The bytes of the row."""
        return b"".join(self._taken)

    def __iter__(self) -> _Tape:
        return self

    def __next__(self) -> str:
        mark = b"" if self.offset else _UTF8_BOM
        part = self._part()
        if not part:
            raise StopIteration
        self._taken.append(part)
        if self.offset - self.row_offset > self._most:
            raise _LongRowError
        return part.removeprefix(mark).decode(errors="surrogateescape")

    def hand_on(self, spill: Spill) -> int:
        """Hand on a row that is too long, to the first end of a line outside quotes; the answer is its size."""
        quotes = 0
        parts = self._taken
        while any(parts):
            for part in parts:
                spill(part)
                quotes += part.count(b'"')
            if parts[-1].endswith(b"\n") and quotes % 2 == 0:
                return self.offset - self.row_offset
            parts = [self._part()]
        spill(b"\n")
        return self.offset - self.row_offset

    def skip_to(self, offset: int) -> None:
        """Pass over the rows before ``offset``. Raises BrokenError when the file ends there."""
        while self.offset < offset:
            if not self._part():
                raise BrokenError(f"the file has fewer than {offset:,} bytes now", "go on with the file as it was")

    def _part(self) -> bytes:
        part = next(self._parts, b"")
        self.offset += len(part)
        self.line += part.endswith(b"\n")
        return part


def _line_parts(stream: Stream, most: int) -> Iterator[bytes]:
    """The lines, each with its line feed; one that is longer than ``most`` comes in several parts."""
    held: list[bytes] = []
    for piece in pieces(stream):
        first, *others = piece.split(b"\n")
        held.append(first)
        for line in others:
            yield b"".join((*held, b"\n"))
            held = [line]
        if sum(map(len, held)) > most:
            yield b"".join(held)
            held = []
    if any(held):
        yield b"".join(held)
