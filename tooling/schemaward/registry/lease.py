"""One sync at a time from one repository to one registry: the newest run wins, and the one before it stops between two
writes. Another repository that syncs to the same registry has a mark of its own, and contracts of its own.

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

from schemaward.limits import MAX_TAGS
from schemaward.registry.connection import Connection, call, require_time
from schemaward.registry.desired import Tags
from schemaward.registry.failures import LOST, CallError
from schemaward.registry.seal import Mark, Stage, mark_key, mark_of

_QUICK = 1.0
"""Between reading the mark of an idle registry and writing one's own, seconds. Slower runs wait as for a busy one."""

_FRESH = 2.0
"""How long a look at the mark is good for, seconds."""

_STOPPED = 30.0
"""After this many seconds a run whose mark was overwritten has noticed, and its last request has arrived."""


class Lease:
    """The right of one run to write, by its ``mark``; ``before`` is the one that it found. Threads share it, hence the lock."""

    def __init__(self, connection: Connection, arn: str, repository: str, mark: Mark, before: Mark | None) -> None:
        self.before = before
        # The mark is looked at, and renewed at the end, also when the time of the run is over.
        self._connection = replace(connection, pace=replace(connection.pace, deadline=math.inf))
        self._arn = arn
        self._repository = repository
        self.mark = mark
        self._seen = -math.inf
        self._lock = threading.Lock()

    def check(self) -> None:
        """Make sure that no other run has taken over. Raises CallError."""
        with self._lock:
            if self._connection.pace.clock() - self._seen < _FRESH:
                return
            asked = self._connection.pace.clock()
            found = mark_of(_tags(self._connection, self._arn), self._repository)
            if found is None or found.run != self.mark.run:
                raise _lost(self._connection, found)
            self._seen = asked

    def end(self, stage: Stage, digest: str = "") -> None:
        """Leave the registry to the next run, unless another one has it already. Raises CallError."""
        self._seen = -math.inf
        self.check()
        _write(self._connection, self._arn, self._repository, replace(self.mark, stage=stage, digest=digest))

    def abandon(self) -> None:
        """End in a hurry, as far as that is possible: without it, the next run only waits a little longer."""
        self._connection = replace(self._connection, attempts=1)
        with contextlib.suppress(CallError):
            self.end(Stage.OPEN)


def new_mark(commit: str) -> Mark:
    """The mark of a run that begins."""
    return Mark(Stage.BUSY, secrets.token_hex(8), commit)


def take(connection: Connection, arn: str, repository: str, mark: Mark, *, private: bool = False) -> Lease:
    """Make the registry that of this run, among those from ``repository``. Raises CallError.

    A registry that is ``private`` to this process needs no waiting.
    """
    began = connection.pace.clock()
    tags = _tags(connection, arn)
    _require_room(connection, tags, mark_key(repository))
    before = mark_of(tags, repository)
    _write(connection, arn, repository, mark)
    if not private:
        idle = before is None or before.stage is not Stage.BUSY
        quick = connection.pace.clock() - began < _QUICK
        connection.pace.rest(_QUICK if idle and quick else _STOPPED)
        # Cut short, it lets nobody come to rest: the mark stays a busy one, and the next run waits in full.
        require_time(connection.pace, "get_tags")
    lease = Lease(connection, arn, repository, mark, before)
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


def _tags(connection: Connection, arn: str) -> Tags:
    answer = call(connection, "get_tags", {"ResourceArn": arn})
    return tuple((answer.get("Tags") or {}).items())


def _require_room(connection: Connection, tags: Tags, key: str) -> None:
    if len(tags) < MAX_TAGS or key in dict(tags):
        return
    fact = f'the registry {connection.target.registry} of target "{connection.target.name}" has {MAX_TAGS} tags, as many as AWS takes, so this repository cannot leave its mark'
    remedy = "remove tags that nobody needs, such as the marks `schemaward-sync/...` of repositories that sync to it no longer"
    raise CallError(fact, remedy, "TooManyTags")


def _write(connection: Connection, arn: str, repository: str, mark: Mark) -> None:
    tags = {mark_key(repository): str(mark)}
    call(connection, "tag_resource", {"ResourceArn": arn, "TagsToAdd": tags})


def _lost(connection: Connection, found: Mark | None) -> CallError:
    who = f"of commit {found.commit}" if found and found.commit else "of an unknown commit"
    fact = f'another sync, {who}, has taken over the registry {connection.target.registry} of target "{connection.target.name}"'
    return CallError(fact, "let it finish, then run the command again; this run has stopped between two writes", LOST)
