"""Files of records against a contract, in constant memory: the loop, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from schemaward.errors import InputError
from schemaward.guard.inputs import Batch, BrokenError, Source, Start, TooLarge
from schemaward.guard.judges import Judge
from schemaward.guard.reasons import SIZE, Reason

_MOST_GROUPS = 1_000


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that does not pass; ``place`` counts what the unit of its file says."""

    file: str
    place: int
    reasons: tuple[Reason, ...]


@dataclass(slots=True)
class FileTally:
    """One file so far. ``broken`` says why the rest of it could not be read, ``stopped`` that nobody wanted more.

    ``earlier`` of the ``bad`` records were told by an earlier run, which this one goes on with.
    """

    name: str
    unit: str
    good: int = 0
    bad: int = 0
    earlier: int = 0
    broken: InputError | None = None
    stopped: bool = False

    @property
    def records(self) -> int:
        """Records that were judged."""
        return self.good + self.bad


@dataclass(slots=True)
class Tally:
    """All files so far. ``shown`` are the first bad records, ``groups`` counts all reasons by rule and path."""

    most_shown: int
    files: list[FileTally] = field(default_factory=list)
    shown: list[BadRecord] = field(default_factory=list)
    groups: dict[tuple[str, str], int] = field(default_factory=dict)
    other_groups: int = 0

    @property
    def good(self) -> int:
        """Records that passed."""
        return sum(each.good for each in self.files)

    @property
    def bad(self) -> int:
        """Records that did not."""
        return sum(each.bad for each in self.files)

    @property
    def told(self) -> int:
        """Bad records that this run found; ``groups`` counts the reasons of these."""
        return self.bad - sum(each.earlier for each in self.files)

    def add(self, file: FileTally, place: int, reasons: tuple[Reason, ...]) -> None:
        """Count a bad record."""
        file.bad += 1
        if len(self.shown) < self.most_shown:
            self.shown.append(BadRecord(file.name, place, reasons))
        for group in {each.group for each in reasons}:
            if group in self.groups or len(self.groups) < _MOST_GROUPS:
                self.groups[group] = self.groups.get(group, 0) + 1
            else:
                self.other_groups += 1


class Sink:
    """Where the records of a batch go. This one keeps nothing."""

    def good(self, record: Any) -> None:
        """Take a record that passes."""

    def bad(self, record: Any) -> None:
        """Take a record that does not; one that is ``TooLarge`` was spilled while it was read."""

    def spill(self, piece: bytes, /) -> None:
        """Take a piece of a bad record that is too large to be held."""

    def flush(self, batch: Batch, tally: FileTally) -> None:
        """All records of a batch were taken."""


@dataclass(frozen=True, slots=True)
class Course:
    """How far to go: ``most_bad`` records (None: to the end); ``watch`` hears how many records were judged."""

    most_bad: int | None = None
    watch: Callable[[int], None] = lambda _count: None

    def ends(self, tally: Tally) -> bool:
        """Whether enough bad records were found."""
        return self.most_bad is not None and tally.told >= self.most_bad


def validate(
    source: Source,
    judge: Judge,
    file: FileTally,
    tally: Tally,
    course: Course,
    sink: Sink | None = None,
    start: Start | None = None,
) -> None:
    """Judge the records of ``source`` into ``file`` and ``tally``. A file that breaks off is noted, not raised."""
    tally.files.append(file)
    batches = source.batches(start or Start(), (sink or Sink()).spill)
    while (batch := _next(batches, file)) is not None:
        if sink is None:
            _judge(batch, judge, file, tally)
        else:
            _part(batch, judge, file, tally, sink)
        course.watch(file.records)
        if course.ends(tally):
            file.stopped = _next(batches, file) is not None
            return


def _next(batches: Iterator[Batch], file: FileTally) -> Batch | None:
    try:
        return next(batches, None)
    except BrokenError as error:
        file.broken = error
        return None


def _judge(batch: Batch, judge: Judge, file: FileTally, tally: Tally) -> None:
    doubtful = judge.doubtful(batch.records)
    file.good += len(batch.records) - len(doubtful)
    for at in doubtful:
        found = reasons_of(judge, batch.records[at])
        if found:
            tally.add(file, batch.places[at], found)
        elif found is not None:
            file.good += 1


def _part(batch: Batch, judge: Judge, file: FileTally, tally: Tally, sink: Sink) -> None:
    doubtful = frozenset(judge.doubtful(batch.records))
    for at, record in enumerate(batch.records):
        found = reasons_of(judge, record) if at in doubtful else ()
        if found:
            tally.add(file, batch.places[at], found)
            sink.bad(record)
        elif found is not None:
            file.good += 1
            sink.good(record)
    sink.flush(batch, file)


def reasons_of(judge: Judge, record: Any) -> tuple[Reason, ...] | None:
    """Why a record does not pass; see ``Judge``."""
    if isinstance(record, TooLarge):
        return (Reason(SIZE, "", f"the record has {record.size:,} bytes, more than a record may have"),)
    return judge.reasons(record)


def by_number(groups: dict[tuple[str, str], int]) -> Sequence[tuple[str, str, int]]:
    """Rule, path and number, the most frequent first."""
    return [
        (rule, path, number) for (rule, path), number in sorted(groups.items(), key=lambda each: (-each[1], each[0]))
    ]
