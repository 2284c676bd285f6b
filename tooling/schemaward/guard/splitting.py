"""The good records in one file, the bad ones in another; each ends in exactly one, also when the run is killed.

Both files are only ever appended to. After a batch they are brought to the disk, and then a journal beside the first
one says how far the input was read and how long both are. A run that finds its journal cuts both files back to that and
goes on from there; at the end the journal goes away. Nothing is on the disk before the first batch was judged, but for a
lock, which keeps a second run from files that the first one still writes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any

from schemaward.errors import UsageError
from schemaward.guard.inputs import Batch, Start, TooLarge
from schemaward.guard.shapes import Shape
from schemaward.guard.streams import Traced
from schemaward.guard.validation import FileTally, Sink

_SYNC_BYTES = 4_000_000
"""Bytes that are written before the disk is waited for; as much may be judged again after a kill."""


@dataclass(frozen=True, slots=True)
class Run:
    """What is read, what it is held against, and where it goes. A journal belongs to runs that agree in all of it."""

    input: str
    kind: str
    contract: str
    schema: str
    receipts: str
    message: str
    max_record: int
    good: str
    bad: str

    @property
    def journal(self) -> Path:
        """Where the journal is."""
        return Path(f"{self.good}.journal")

    @property
    def lock(self) -> Path:
        """What only one run at a time holds."""
        return self.journal.with_name(f".{self.journal.name}.lock")

    @property
    def outputs(self) -> tuple[Path, Path]:
        """Where the good records go, and the bad ones."""
        return Path(self.good), Path(self.bad)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a run has come. ``checksum`` is that of the input before ``offset``; ``sizes`` are those of both files."""

    offset: int = 0
    place: int = 1
    good: int = 0
    bad: int = 0
    sizes: tuple[int, int] = (0, 0)
    checksum: str = ""

    @property
    def start(self) -> Start:
        """Where to go on reading."""
        return Start(self.offset, self.place)


@contextmanager
def alone(run: Run) -> Iterator[None]:
    """No other run writes the same files meanwhile. Raises UsageError when one does, or when nothing can be written there."""
    for path in run.outputs:
        if not path.parent.is_dir():
            raise UsageError(f'there is no folder "{path.parent}" for "{path.name}"', "make it, or name another file")
    try:
        lock = run.lock.open("ab")
    except OSError as error:
        fact = f'nothing can be written beside "{run.good}": {error.strerror}'
        raise UsageError(fact, "name a file in another folder") from None
    with lock:
        if not _held(lock, run.lock):
            fact = f'another run is writing "{run.good}" and "{run.bad}"'
            raise UsageError(fact, "wait for its end, or name other files")
        try:
            yield
        finally:
            run.lock.unlink(missing_ok=True)


def _held(lock: IO[bytes], path: Path) -> bool:
    """Whether the lock is ours now, and still the file that others find at ``path``."""
    try:
        import fcntl
    except ImportError:  # on Windows, where a file that is open cannot be removed either
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(lock.fileno()), path.stat())
    except (BlockingIOError, FileNotFoundError):
        return False


class Splitter(Sink):
    """Two files and a journal. ``shape`` is asked once reading has begun. Use it as a context, whose end closes the files.

    Raises UsageError when a file is there already, unless the journal of the same run is too; later, when a file cannot
    be written, or when the input is not the one that the journal is about.
    """

    def __init__(self, run: Run, stream: Traced, shape: Callable[[], Shape]) -> None:
        self._run = run
        self._stream = stream
        self._shape_of = shape
        self._shape: Shape | None = None
        self._files: tuple[IO[bytes], ...] = ()
        self._records: tuple[list[Any], list[Any]] = ([], [])
        self._unsynced = 0
        self.mark = self._found()

    def __enter__(self) -> Splitter:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files:
            with suppress(OSError):  # what the journal does not know of does not count
                file.close()

    def good(self, record: Any) -> None:
        """See ``Sink``."""
        self._records[0].append(record)

    def bad(self, record: Any) -> None:
        """See ``Sink``."""
        if not isinstance(record, TooLarge):
            self._records[1].append(record)

    def spill(self, piece: bytes, /) -> None:
        """See ``Sink``."""
        self._begun()
        with self._writing():
            self._unsynced += self._files[1].write(piece)

    def flush(self, batch: Batch, tally: FileTally) -> None:
        """See ``Sink``."""
        shape = self._begun()
        with self._writing():
            for file, records in zip(self._files, self._records, strict=True):
                self._unsynced += file.write(shape.batch(records))
                records.clear()
        self._marked(replace(self.mark, offset=batch.end, place=batch.next_place, good=tally.good, bad=tally.bad))
        if self._unsynced >= _SYNC_BYTES:
            self.pause()

    def pause(self) -> None:
        """Bring what was flushed to the disk, and then the journal, so that a later run can go on from here."""
        if self._shape is None:
            return
        with self._writing():
            for file, size in zip(self._files, self.mark.sizes, strict=True):
                file.seek(size)
                file.truncate()
                os.fsync(file.fileno())
        self._write_journal()
        self._unsynced = 0

    def finish(self) -> None:
        """Everything was read: both files are whole."""
        self._begun()
        self.pause()
        self._run.journal.unlink()

    def _begun(self) -> Shape:
        """Both files are open, and have their heads. Raises UsageError."""
        if self._shape is None:
            if self.mark.offset and self._stream.sum_to(self.mark.offset) != self.mark.checksum:
                fact = f'the input is not what it was when the journal "{self._run.journal}" was written'
                raise UsageError(fact, f"go on with the input as it was, or {_ANEW}")
            shape = self._shape_of()
            with self._writing():
                self._open()
                for file in self._files:
                    if not file.tell():
                        file.write(shape.head())
            self._shape = shape
            self._marked(self.mark)
        return self._shape

    def _marked(self, mark: Mark) -> None:
        good, bad = (file.tell() for file in self._files)
        self.mark = replace(mark, sizes=(good, bad), checksum=self._stream.sum_to(mark.offset))

    def _found(self) -> Mark:
        """The mark of the run that was broken off, or the beginning. Raises UsageError."""
        journal = self._run.journal
        try:
            run, mark = _read(journal.read_text("utf-8"))
        except FileNotFoundError:
            for path in self._run.outputs:
                if os.path.lexists(path):
                    raise UsageError(f'"{path}" exists already', "name a new file; nothing is overwritten") from None
            return Mark()
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise UsageError(f'the journal "{journal}" cannot be read: {error}', _ANEW) from None
        for name, value in asdict(self._run).items():
            if run.get(name) != value:
                fact = f'the journal "{journal}" is of another run, with another {name}: {run.get(name)}'
                raise UsageError(fact, f"repeat that run to its end, or {_ANEW}")
        return mark

    def _open(self) -> None:
        """Open both files, cut back to what the journal knows of; without one, make all three."""
        if not self._run.journal.exists():
            self._create()
            return
        for path, size in zip(self._run.outputs, self.mark.sizes, strict=True):
            file = path.open("r+b" if size or path.exists() else "xb")
            self._files = (*self._files, file)
            if file.seek(0, os.SEEK_END) < size:
                raise UsageError(f'"{path}" is shorter than the journal "{self._run.journal}" says', _ANEW)
            file.truncate(size)
            file.seek(size)

    def _create(self) -> None:
        """Make both files and the journal; all of them or none."""
        self._write_journal()
        try:
            for path in self._run.outputs:
                self._files = (*self._files, path.open("xb"))
        except OSError:
            for file in self._files:
                os.unlink(file.name)
            self._run.journal.unlink()
            raise

    def _write_journal(self) -> None:
        draft = self._run.journal.with_name(f".{self._run.journal.name}")
        with self._writing():
            with draft.open("w", encoding="utf-8") as text:
                json.dump({"run": asdict(self._run), "mark": asdict(self.mark)}, text)
                text.flush()
                os.fsync(text.fileno())
            draft.replace(self._run.journal)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            fact = f'"{self._run.good}", "{self._run.bad}" or the journal cannot be written: {error.strerror}'
            raise UsageError(fact, "make room for them, or name other files; repeated, the run goes on") from None


_ANEW = "remove it and both files to begin anew"


def _read(journal: str) -> tuple[dict[str, Any], Mark]:
    """What a journal says. Raises ValueError, TypeError or KeyError when it is none."""
    value = json.loads(journal)
    good, bad = value["mark"]["sizes"]
    mark = Mark(**{**value["mark"], "sizes": (good, bad)})
    numbers = (mark.offset, mark.place, mark.good, mark.bad, *mark.sizes)
    if not all(type(number) is int and number >= 0 for number in numbers):
        raise ValueError("a number is wrong")
    return dict(value["run"]), mark
