"""Carry out a plan: contract by contract, each registration awaited by its id, each failure kept to its contract.

Nothing is remembered between runs. Killed anywhere and run again, the sync reads the state, plans what is left, and
ends where an undisturbed run would have ended.
"""

from __future__ import annotations

import enum
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from schemaward.errors import RegistryError
from schemaward.model import Mode
from schemaward.registry.actions import (
    Action,
    AnnotateVersion,
    AwaitVersion,
    CreateRegistry,
    CreateSchema,
    RegisterVersion,
    same_step,
)
from schemaward.registry.connection import Connection
from schemaward.registry.desired import DesiredRegistry, DesiredSchema
from schemaward.registry.explain import explain_refusal, strangers
from schemaward.registry.failures import CallError
from schemaward.registry.glue import annotate, perform
from schemaward.registry.plan import Plan, plan_schema
from schemaward.registry.reading import Registered, read_schema, read_version
from schemaward.registry.state import VersionStatus

_Seen = TypeVar("_Seen")

_CHANGING = "ConcurrentModificationException"
_STALE = frozenset({"AlreadyExistsException", "InvalidInputException", _CHANGING})
_MOST_TRIES = 6
_MOST_REPLANS = 3
_SHORTEST_PAUSE = 0.1
_LONGEST_PAUSE = 5.0


class Ending(enum.StrEnum):
    """How an action ended."""

    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one action ended; ``fact``, ``remedy`` and ``reasons`` are for a failure."""

    action: Action
    ending: Ending
    fact: str = ""
    remedy: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to wait for one version (seconds), by which clock, and how to pause."""

    timeout: float = 120.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class _Run:
    connection: Connection
    pace: Pace
    commit: str


class _VersionError(RegistryError):
    """A version that did not become AVAILABLE; ``reasons`` say why it may have been refused."""

    def __init__(self, fact: str, remedy: str, reasons: tuple[str, ...] = ()) -> None:
        super().__init__(fact, remedy)
        self.reasons = reasons


def apply(
    connection: Connection, plan: Plan, desired: DesiredRegistry, *, commit: str = "", pace: Pace | None = None
) -> Iterator[Outcome]:
    """Carry out ``plan`` and yield how each action ended, as it ends.

    The first failure inside a contract skips the rest of that contract, and only that; a registry that cannot be
    created skips everything. ``commit`` goes into the metadata of new versions when it is known.
    """
    run = _Run(connection, pace or Pace(), commit)
    for index, action in enumerate(plan.of("")):
        outcome = _attempt(run, None, action)
        yield outcome
        if outcome.ending is Ending.FAILED and isinstance(action, CreateRegistry):
            rest = (*plan.of("")[index + 1 :], *(action for action in plan.actions if action.contract))
            yield from (Outcome(action, Ending.SKIPPED) for action in rest)
            return
    for schema in desired.schemas:
        yield from _apply_contract(run, schema, list(plan.of(schema.contract)))


def _apply_contract(run: _Run, schema: DesiredSchema, actions: list[Action]) -> Iterator[Outcome]:
    replans = 0
    while actions:
        action = actions.pop(0)
        try:
            _carry_out(run, schema, action)
        except CallError as error:
            fresh = _replanned(run, schema) if error.code in _STALE and replans < _MOST_REPLANS else None
            replans += 1
            if fresh is None or any(same_step(action, other) for other in fresh):
                yield _failed(action, error)
                break
            # The answer to an earlier, successful try was lost, or somebody else did the same: go on from what stands.
            actions = fresh
        except RegistryError as error:
            yield _failed(action, error)
            break
        yield Outcome(action, Ending.DONE)
    yield from (Outcome(action, Ending.SKIPPED) for action in actions)


def _replanned(run: _Run, schema: DesiredSchema) -> list[Action] | None:
    try:
        steps = plan_schema(schema, read_schema(run.connection, schema.name))
    except RegistryError:
        return None
    return None if steps.blocked else list(steps.actions)


def _attempt(run: _Run, schema: DesiredSchema | None, action: Action) -> Outcome:
    try:
        _carry_out(run, schema, action)
    except RegistryError as error:
        if isinstance(error, CallError) and error.code == "AlreadyExistsException":
            # The registry came into being meanwhile; the next sync compares its description and tags.
            return Outcome(action, Ending.DONE)
        return _failed(action, error)
    return Outcome(action, Ending.DONE)


def _carry_out(run: _Run, schema: DesiredSchema | None, action: Action) -> None:
    """One action to its end: the call, repeated while others change the same thing, and the version awaited."""
    commit = (("commit", run.commit),) if run.commit else ()
    if isinstance(action, AnnotateVersion) and action.first:
        # Before the other pairs: a plan asks for these again when they are lacking, and never for the commit alone.
        _patiently(run, lambda: annotate(run.connection, action.id, commit))
    version_id = _patiently(run, lambda: perform(run.connection, action))
    if schema is None or not isinstance(action, CreateSchema | RegisterVersion | AwaitVersion):
        return
    _await_version(run, schema, action, version_id)
    _patiently(run, lambda: annotate(run.connection, version_id, (*commit, *action.version.metadata)))
    if isinstance(action, CreateSchema):
        _await_schema(run, action)


def _patiently(run: _Run, ask: Callable[[], str | None]) -> str:
    for pause in _pauses(_MOST_TRIES - 1):
        try:
            return ask() or ""
        except CallError as error:
            if error.code != _CHANGING:
                raise
        run.pace.sleep(pause)
    return ask() or ""


def _await_version(
    run: _Run, schema: DesiredSchema, action: CreateSchema | RegisterVersion | AwaitVersion, version_id: str
) -> None:
    """Poll by id, never by "latest": after a failure, the latest is an older version that is fine."""
    name = f"v{action.version.number} of {action.contract}"
    seen = _poll(run, lambda: _settled(read_version(run.connection, version_id)))
    if seen is None:
        fact = f"{name} (id {version_id}) was not AVAILABLE within {run.pace.timeout:g} s"
        raise _VersionError(fact, "run the sync again: it goes on waiting for the same version")
    if seen.status is not VersionStatus.AVAILABLE:
        fact = (
            f"Glue refused {name} under {action.mode}: number {seen.number} (id {version_id}) has status {seen.status}"
        )
        remedy = (
            "mend the version or the mode; the failed number stays in the registry, and must be deleted "
            f"(`aws glue delete-schema-versions --versions {seen.number} ...`) before the same definition can pass"
        )
        raise _VersionError(fact, remedy, _reasons(run, schema, action))
    if seen.sha256 != action.version.sha256:
        fact = f"Glue took {name} for number {seen.number} (id {version_id}), whose definition differs from Git"
        raise _VersionError(fact, "make the definition differ from that version in more than Glue ignores")


def _reasons(
    run: _Run, schema: DesiredSchema, action: CreateSchema | RegisterVersion | AwaitVersion
) -> tuple[str, ...]:
    found = explain_refusal(schema, action.version, action.mode)
    try:
        remote = read_schema(run.connection, schema.name)
    except RegistryError:
        return found
    return (*found, *strangers(schema, remote)) if remote and action.mode is not Mode.NONE else found


def _settled(version: Registered | None) -> Registered | None:
    """A version that has ended its registration. One that Glue does not know yet has not been replicated."""
    return version if version and version.status is not VersionStatus.PENDING else None


def _await_schema(run: _Run, action: CreateSchema) -> None:
    def available() -> bool | None:
        remote = read_schema(run.connection, action.schema)
        return True if remote and remote.available else None

    if _poll(run, available) is None:
        fact = f"the schema {action.schema} was not AVAILABLE within {run.pace.timeout:g} s"
        raise _VersionError(fact, "run the sync again")


def _poll(run: _Run, look: Callable[[], _Seen | None]) -> _Seen | None:
    """Look until there is something to see or the time is up; at least once."""
    deadline = run.pace.clock() + run.pace.timeout
    for pause in _pauses():
        seen = look()
        if seen is not None:
            return seen
        left = deadline - run.pace.clock()
        if left <= 0:
            return None
        run.pace.sleep(min(pause, left))
    return None


def _pauses(most: int | None = None) -> Iterator[float]:
    pause, count = _SHORTEST_PAUSE, 0
    while most is None or count < most:
        yield pause
        pause, count = min(pause * 1.7, _LONGEST_PAUSE), count + 1


def _failed(action: Action, error: RegistryError) -> Outcome:
    reasons = error.reasons if isinstance(error, _VersionError) else ()
    return Outcome(action, Ending.FAILED, error.fact, error.remedy, reasons)
