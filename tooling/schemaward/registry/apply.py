"""Carry out a plan: contract by contract, each registration awaited by its id, each failure kept to its contract.

Nothing is remembered between runs. Killed anywhere and run again, the sync reads the state, plans what is left, and
ends where an undisturbed run would have ended.
"""

from __future__ import annotations

import enum
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from schemaward.errors import RegistryError
from schemaward.registry.actions import (
    Action,
    AnnotateVersion,
    AwaitVersion,
    CreateSchema,
    DeleteSchema,
    RegisterVersion,
    RemoveFailedVersion,
    same_step,
)
from schemaward.registry.awaiting import (
    RefusedError,
    await_deletion,
    await_schema,
    await_version,
    patiently,
)
from schemaward.registry.connection import Connection
from schemaward.registry.desired import DesiredRegistry, DesiredSchema, Tags
from schemaward.registry.failures import CallError
from schemaward.registry.glue import annotate, perform
from schemaward.registry.parallel import in_parallel
from schemaward.registry.plan import Plan
from schemaward.registry.reading import read_schema
from schemaward.registry.schema_plan import plan_schema
from schemaward.registry.state import RegistryState, RemoteSchema, RemoteVersion

_STALE = frozenset({"AlreadyExistsException", "InvalidInputException", "ConcurrentModificationException"})
_MOST_REPLANS = 3


class Ending(enum.StrEnum):
    """How an action ended."""

    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one action ended; ``fact``, ``remedy`` and ``reasons`` are for a failure.

    ``schema`` is the schema as it is known to stand after the action, None when it does not, or for the registry.
    """

    action: Action
    ending: Ending
    fact: str = ""
    remedy: str = ""
    reasons: tuple[str, ...] = ()
    schema: RemoteSchema | None = None


@dataclass(frozen=True, slots=True)
class _Run:
    """What all contracts of a run share. ``over`` is set when going on is of no use, for any of them."""

    connection: Connection
    provenance: Tags
    over: threading.Event = field(default_factory=threading.Event)


def apply(
    connection: Connection, plan: Plan, desired: DesiredRegistry, state: RegistryState, *, provenance: Tags = ()
) -> Iterator[Outcome]:
    """Carry out ``plan``, which was made for ``state``, and yield how each action ended: the registry, then contracts.

    The first failure inside a contract skips the rest of that contract, and only that; when nobody answers any more,
    or time is over, everything is skipped. ``provenance`` goes into the metadata of new versions.
    """
    run = _Run(connection, provenance)
    steps: dict[str, list[Action]] = {"": []}
    for action in plan.actions:
        steps.setdefault(action.contract, []).append(action)
    for action in steps.pop(""):
        yield _attempt(run, action)
    wanted = {schema.contract: schema for schema in desired.schemas}

    def work(contract: str) -> list[Outcome]:
        schema = wanted.get(contract)
        return list(_apply_contract(run, schema, state.schema(schema.name) if schema else None, steps[contract]))

    for outcomes in in_parallel(connection.jobs, work, tuple(steps), run.over.set):
        yield from outcomes


def standing(state: RegistryState, outcomes: Sequence[Outcome]) -> RegistryState:
    """What is known to stand after ``outcomes``, as far as receipts go: schemas with their versions."""
    after = {schema.name: schema for schema in state.schemas}
    for outcome in outcomes:
        if isinstance(outcome.action, DeleteSchema) and outcome.ending is Ending.DONE:
            after.pop(outcome.action.schema, None)
        if outcome.schema is not None:
            after[outcome.schema.name] = outcome.schema
    return replace(state, schemas=tuple(after.values()))


def _attempt(run: _Run, action: Action) -> Outcome:
    """One action on the registry itself, whose failure concerns no contract."""
    if run.over.is_set():
        return Outcome(action, Ending.SKIPPED)
    try:
        patiently(run.connection, lambda: perform(run.connection, action))
    except RegistryError as error:
        return _failed(run, action, error, None)
    return Outcome(action, Ending.DONE)


def _apply_contract(
    run: _Run, schema: DesiredSchema | None, known: RemoteSchema | None, actions: list[Action]
) -> Iterator[Outcome]:
    replans = 0
    while actions and not run.over.is_set():
        action = actions.pop(0)
        try:
            known = _carry_out(run, schema, known, action)
        except CallError as error:
            fresh = _replanned(run, schema) if error.code in _STALE and replans < _MOST_REPLANS else None
            replans += 1
            if fresh is None or any(same_step(action, other) for other in fresh[1]):
                yield _failed(run, action, error, known)
                break
            # The answer to an earlier, successful try was lost, or somebody else did the same: go on from what stands.
            known, actions = fresh
        except RegistryError as error:
            yield _failed(run, action, error, known)
            break
        yield Outcome(action, Ending.DONE, schema=known)
    yield from (Outcome(action, Ending.SKIPPED, schema=known) for action in actions)


def _replanned(run: _Run, schema: DesiredSchema | None) -> tuple[RemoteSchema | None, list[Action]] | None:
    if schema is None:
        return None
    try:
        known = read_schema(run.connection, schema.name)
    except RegistryError:
        return None
    steps = plan_schema(schema, known)
    return None if steps.blocked else (known, list(steps.actions))


def _carry_out(
    run: _Run, schema: DesiredSchema | None, known: RemoteSchema | None, action: Action
) -> RemoteSchema | None:
    """One action to its end: the call, repeated while others change the same thing, and the version awaited.

    Returns the schema as it stands then.
    """
    connection = run.connection
    if isinstance(action, AnnotateVersion) and action.first:
        # Before the other pairs: a plan asks for these again when they are lacking, and never for provenance alone.
        patiently(connection, lambda: annotate(connection, action.id, run.provenance))
    version_id = patiently(connection, lambda: perform(connection, action))
    match action:
        case RemoveFailedVersion() | DeleteSchema():
            await_deletion(connection, action)
            return _without(known, action)
        case CreateSchema() | RegisterVersion() | AwaitVersion() if schema is not None:
            if isinstance(action, CreateSchema):
                known = await_schema(connection, action)
            version = await_version(connection, schema, action, version_id)
            pairs = (*run.provenance, *action.version.metadata)
            patiently(connection, lambda: annotate(connection, version_id, pairs))
            return known and known.having(version)
    return known


def _without(known: RemoteSchema | None, action: RemoveFailedVersion | DeleteSchema) -> RemoteSchema | None:
    if known is None or isinstance(action, DeleteSchema):
        return None
    return known.lacking(action.number)


def _failed(run: _Run, action: Action, error: RegistryError, known: RemoteSchema | None) -> Outcome:
    if isinstance(error, CallError) and error.ends_the_run:
        run.over.set()
    if not isinstance(error, RefusedError):
        return Outcome(action, Ending.FAILED, error.fact, error.remedy, schema=known)
    seen: RemoteVersion | None = error.version
    known = known.having(seen) if known and seen else known
    return Outcome(action, Ending.FAILED, error.fact, error.remedy, error.reasons, known)
