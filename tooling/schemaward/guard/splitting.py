"""The good records in one file, the bad ones in another; each ends in exactly one, also when the run is killed.

Both files are only ever appended to. After a batch they are brought to the disk, and then a journal beside the first
one says how far the input was read and how long both are. A run that finds a journal cuts both files back to that and
goes on from there; at the end the journal goes away.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any, Protocol

from schemaward.errors import UsageError
from schemaward.guard.binary_inputs import varint
from schemaward.guard.inputs import Batch, Start, TooLarge
from schemaward.guard.text_inputs import Row
from schemaward.guard.validation import FileTally, Sink

_SYNC_BYTES = 4_000_000
"""Bytes that are written before the disk is waited for; as much may be judged again after a kill."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a run has come. ``source`` is what it reads against which version; ``sizes`` are those of both files."""

    source: str
    offset: int = 0
    place: int = 1
    good: int = 0
    bad: int = 0
    good_size: int = 0
    bad_size: int = 0

    @property
    def start(self) -> Start:
        """Where to go on reading."""
        return Start(self.offset, self.place)


class Shape(Protocol):
    """How records are written to a file of their kind."""

    def head(self) -> bytes:
        """What stands before the first record."""

    def batch(self, records: list[Any]) -> bytes:
        """The records of one batch."""


class LineShape:
    """Lines as they were."""

    def head(self) -> bytes:
        """See ``Shape``."""
        return b""

    def batch(self, records: list[Any]) -> bytes:
        """See ``Shape``."""
        return b"".join(record + b"\n" for record in records)


class RowShape:
    """Rows as they were, below the head of their file."""

    def __init__(self, head: bytes) -> None:
        self._head = head

    def head(self) -> bytes:
        """See ``Shape``."""
        return _ended(self._head)

    def batch(self, records: list[Row]) -> bytes:
        """See ``Shape``."""
        return b"".join(_ended(row.raw) for row in records)


class DelimitedShape:
    """Records behind their lengths."""

    def head(self) -> bytes:
        """See ``Shape``."""
        return b""

    def batch(self, records: list[Any]) -> bytes:
        """See ``Shape``."""
        return b"".join(varint(len(record)) + record for record in records)


class DatumShape:
    """Data one after another."""

    def head(self) -> bytes:
        """See ``Shape``."""
        return b""

    def batch(self, records: list[Any]) -> bytes:
        """See ``Shape``."""
        return b"".join(records)


class BlockShape:
    """Blocks of an Avro container file with the head and the mark of the input."""

    def __init__(self, head: bytes, sync: bytes) -> None:
        self._head = head
        self._sync = sync

    def head(self) -> bytes:
        """See ``Shape``."""
        return self._head

    def batch(self, records: list[Any]) -> bytes:
        """See ``Shape``."""
        data = b"".join(records)
        return varint(2 * len(records)) + varint(2 * len(data)) + data + self._sync if records else b""


class Splitter(Sink):
    """Two files and a journal. ``shape`` is asked once reading has begun. Use it as a context, whose end closes the files.

    Raises UsageError when a file is there already, unless the journal of the same run (``source``) is too.
    """

    def __init__(self, good: Path, bad: Path, source: str, shape: Callable[[], Shape]) -> None:
        self._journal = good.with_name(f"{good.name}.journal")
        self._shape_of = shape
        self._shape: Shape | None = None
        self._records: tuple[list[Any], list[Any]] = ([], [])
        self._unsynced = 0
        self.mark = self._found(source, (good, bad))
        self._files = self._opened((good, bad))

    def __enter__(self) -> Splitter:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files:
            file.close()

    def good(self, record: Any) -> None:
        """See ``Sink``."""
        self._records[0].append(record)

    def bad(self, record: Any) -> None:
        """See ``Sink``."""
        if not isinstance(record, TooLarge):
            self._records[1].append(record)

    def spill(self, piece: bytes) -> None:
        """Take a piece of a bad record that is too large to be held."""
        self._unsynced += self._files[1].write(piece)

    def flush(self, batch: Batch, tally: FileTally) -> None:
        """See ``Sink``."""
        shape = self._begun()
        for file, records in zip(self._files, self._records, strict=True):
            self._unsynced += file.write(shape.batch(records))
            records.clear()
        self.mark = replace(self.mark, offset=batch.end, place=batch.next_place, good=tally.good, bad=tally.bad)
        if self._unsynced >= _SYNC_BYTES:
            self.pause()

    def pause(self) -> None:
        """Bring both files to the disk, and then the journal, so that a later run can go on from here."""
        for file in self._files:
            file.flush()
            os.fsync(file.fileno())
        good, bad = (file.tell() for file in self._files)
        self.mark = replace(self.mark, good_size=good, bad_size=bad)
        self._write_journal()
        self._unsynced = 0

    def finish(self) -> None:
        """Everything was read: both files are whole."""
        self._begun()
        self.pause()
        self._journal.unlink()

    def _begun(self) -> Shape:
        if self._shape is None:
            self._shape = self._shape_of()
            for file in self._files:
                if not file.tell():
                    file.write(self._shape.head())
        return self._shape

    def _found(self, source: str, paths: tuple[Path, Path]) -> Mark:
        """The mark of the run that was broken off; without one, a journal is begun. Raises UsageError."""
        try:
            mark = Mark(**json.loads(self._journal.read_text("utf-8")))
        except FileNotFoundError:
            for path in paths:
                if path.exists():
                    raise UsageError(f'"{path}" exists already', "name a new file; nothing is overwritten") from None
            self.mark = Mark(source)
            self._write_journal()
            return self.mark
        except (OSError, ValueError, TypeError) as error:
            raise UsageError(f'the journal "{self._journal}" cannot be read: {error}', _ANEW) from None
        if mark.source != source:
            fact = f'the journal "{self._journal}" is of another run: {mark.source}'
            raise UsageError(fact, f"repeat that run to its end, or {_ANEW}")
        return mark

    def _write_journal(self) -> None:
        draft = self._journal.with_name(f".{self._journal.name}")
        try:
            with draft.open("w", encoding="utf-8") as text:
                json.dump(asdict(self.mark), text)
                text.flush()
                os.fsync(text.fileno())
            draft.replace(self._journal)
        except OSError as error:
            raise UsageError(f'"{self._journal}" cannot be written: {error.strerror}', "name another file") from None

    def _opened(self, paths: tuple[Path, Path]) -> tuple[IO[bytes], IO[bytes]]:
        """Both files, cut back to what the journal knows of."""
        files: list[IO[bytes]] = []
        for path, size in zip(paths, (self.mark.good_size, self.mark.bad_size), strict=True):
            try:
                file = path.open("r+b" if path.exists() else "x+b")
                files.append(file)
                if file.seek(0, os.SEEK_END) < size:
                    raise UsageError(f'"{path}" is shorter than the journal "{self._journal}" says', _ANEW)
                file.truncate(size)
                file.seek(size)
            except OSError as error:
                raise UsageError(f'"{path}" cannot be written: {error.strerror}', "name another file") from None
        return files[0], files[1]


_ANEW = "remove it and both files to begin anew"


def _ended(line: bytes) -> bytes:
    return line if line.endswith(b"\n") else line + b"\n"
