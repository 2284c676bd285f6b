"""One sync at a time on one registry: the newest run wins, and the one before it stops between two writes.

The registry offers no lock, so the mark of ``seal.py`` serves as one. A run writes its mark, lets other runs come to
rest, and makes sure that the mark is still its own; from then on it looks again before a write when its last look is
old. What this rests on: a single request reaches the registry within ``_STOPPED`` seconds or never.
"""

from __future__ import annotations

import contextlib
import math
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from schemaward.registry.connection import Connection, call
from schemaward.registry.failures import LOST, CallError
from schemaward.registry.seal import TAG, Mark, Stage, mark_of

_QUICK = 1.0
"""Between reading the mark of an idle registry and writing one's own, seconds. Slower runs wait as for a busy one."""

_FRESH = 2.0
"""How long a look at the mark is good for, seconds."""

_STOPPED = 30.0
"""After this many seconds a run whose mark was overwritten has noticed, and its last request has arrived."""


class Lease:
    """The right of one run to write. ``before`` is the mark that it found. Threads share it, hence the lock."""

    def __init__(self, connection: Connection, arn: str, mark: Mark, before: Mark | None) -> None:
        self.before = before
        # The mark is looked at, and renewed at the end, also when the time of the run is over.
        self._connection = replace(connection, pace=replace(connection.pace, deadline=math.inf))
        self._arn = arn
        self._mark = mark
        self._seen = -math.inf
        self._lock = threading.Lock()

    def check(self) -> None:
        """Make sure that no other run has taken over. Raises CallError."""
        with self._lock:
            if self._connection.pace.clock() - self._seen < _FRESH:
                return
            asked = self._connection.pace.clock()
            found = read_mark(self._connection, self._arn)
            if found is None or found.run != self._mark.run:
                raise _lost(self._connection, found)
            self._seen = asked

    def end(self, stage: Stage, digest: str = "") -> None:
        """Leave the registry to the next run, unless another one has it already. Raises CallError."""
        self._seen = -math.inf
        self.check()
        _write(self._connection, self._arn, replace(self._mark, stage=stage, digest=digest))

    def abandon(self) -> None:
        """End in a hurry, as far as that is possible: without it, the next run only waits a little longer."""
        self._connection = replace(self._connection, attempts=1)
        with contextlib.suppress(CallError):
            self.end(Stage.OPEN)


def new_mark(commit: str) -> Mark:
    """The mark of a run that begins."""
    return Mark(Stage.BUSY, secrets.token_hex(8), commit)


def read_mark(connection: Connection, arn: str) -> Mark | None:
    """The mark that the registry carries now. Raises CallError."""
    answer = call(connection, "get_tags", {"ResourceArn": arn})
    return mark_of(tuple((answer.get("Tags") or {}).items()))


def take(connection: Connection, arn: str, mark: Mark, *, private: bool = False) -> Lease:
    """Make the registry ours. A registry that is ``private`` to this process needs no waiting. Raises CallError."""
    began = connection.pace.clock()
    before = read_mark(connection, arn)
    _write(connection, arn, mark)
    if not private:
        idle = before is None or before.stage is not Stage.BUSY
        quick = connection.pace.clock() - began < _QUICK
        connection.pace.sleep(_QUICK if idle and quick else _STOPPED)
    lease = Lease(connection, arn, mark, before)
    lease.check()
    return lease


@contextmanager
def guarded(connection: Connection, lease: Lease) -> Iterator[Connection]:
    """A connection that writes only while the lease is ours; leaves an open mark when the work breaks off."""
    try:
        yield replace(connection, guard=lease.check)
    except BaseException:
        lease.abandon()
        raise


def _write(connection: Connection, arn: str, mark: Mark) -> None:
    call(connection, "tag_resource", {"ResourceArn": arn, "TagsToAdd": {TAG: str(mark)}})


def _lost(connection: Connection, found: Mark | None) -> CallError:
    who = f"of commit {found.commit}" if found and found.commit else "of an unknown commit"
    fact = f'another sync, {who}, has taken over the registry {connection.target.registry} of target "{connection.target.name}"'
    return CallError(fact, "let it finish, then run the command again; this run has stopped between two writes", LOST)
