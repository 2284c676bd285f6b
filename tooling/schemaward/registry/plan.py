"""The one planner: what must be done so that a registry is what Git says. Pure; ``plan``, ``sync`` and drift share it.

Laws: the plan of a state that is as desired is empty; a plan carried out leaves nothing to plan, except what is
blocked. Nothing is deleted unless it is asked for, and nothing that Git does not mention is touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from schemaward.registry.actions import (
    Action,
    AnnotateVersion,
    CreateRegistry,
    CreateSchema,
    DeleteSchema,
    RegisterVersion,
    RegistryAction,
    TagResource,
    UpdateRegistryDescription,
)
from schemaward.registry.desired import OWNERSHIP, DesiredRegistry, DesiredSchema, Retired, owned
from schemaward.registry.schema_plan import adopted, lacking, plan_schema
from schemaward.registry.state import RegistryState, RemoteSchema, RemoteVersion, VersionStatus
from schemaward.registry.steps import Blocked, Note, Steps


@dataclass(frozen=True, slots=True)
class Permit:
    """What a run may delete, which is nothing unless it is asked for.

    ``remove_failed``: versions with status FAILURE. ``prune``: at most so many schemas of retired contracts, None for
    not to prune at all. ``repository`` is the one that plans, whose schemas may be pruned; "" when it is not known.
    """

    remove_failed: bool = False
    prune: int | None = None
    repository: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Actions in the order in which they must happen: the registry first, then contract by contract.

    ``unread`` holds a sentence for each thing that could not be read: then the actions may be wrong, and must not be
    carried out.
    """

    actions: tuple[Action, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    notes: tuple[Note, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def in_sync(self) -> bool:
        """True when the registry is what Git says, as far as it was read, and all of that could be read."""
        return self.settled and not (self.actions or any(note.differs for note in self.notes))

    @property
    def settled(self) -> bool:
        """True when nothing stands that the next run would have to look at again, once ``actions`` are done."""
        return not (self.blocked or self.unread or any(note.used for note in self.notes))


Gate: TypeAlias = Callable[[str, frozenset[int]], Blocked | None]
"""From a contract and the versions of it that are to be registered to what forbids that, if anything does."""


def ungated(_contract: str, _versions: frozenset[int]) -> None:
    """Nothing is forbidden."""


def plan(desired: DesiredRegistry, actual: RegistryState, permit: Permit | None = None, gate: Gate = ungated) -> Plan:
    """What brings ``actual`` to ``desired``. ``gate`` is asked of contracts that have versions to be registered."""
    refusal = _registry_refusal(desired, actual)
    if refusal:
        return Plan(blocked=(refusal,), unread=actual.unread)
    permit = permit or Permit()
    there = {schema.name: schema for schema in actual.schemas}
    parts = [
        _gated(gate, schema.contract, _steps(schema, there.get(schema.name), permit)) for schema in desired.schemas
    ]
    parts += _pruning(desired, actual, permit)
    return Plan(
        actions=(*_registry_actions(desired, actual), *(action for part in parts for action in part.actions)),
        blocked=tuple(entry for part in parts for entry in part.blocked),
        notes=(*_unknown_schemas(desired, actual), *(note for part in parts for note in part.notes)),
        unread=actual.unread,
    )


# --- the registry ----------------------------------------------------------------------------------------------------


def _registry_refusal(desired: DesiredRegistry, actual: RegistryState) -> Blocked | None:
    if not actual.available:
        fact = f'the registry "{desired.name}" is being deleted'
        return Blocked("", "registry-deleting", fact, "find out who deletes it; sync again when it is gone")
    if actual.arn is None and not desired.create:
        fact = f'the registry "{desired.name}" does not exist'
        remedy = "create it where your infrastructure is declared, or set `create: true` for the target"
        return Blocked("", "registry-missing", fact, remedy)
    return None


def _registry_actions(desired: DesiredRegistry, actual: RegistryState) -> Iterator[RegistryAction]:
    if actual.arn is None:
        yield CreateRegistry(desired.description, owned(desired.tags))
        return
    if desired.description and desired.description != actual.description:
        yield UpdateRegistryDescription(actual.description, desired.description)
    missing = lacking(desired.tags, actual.tags)
    if missing:
        yield TagResource("", actual.arn, missing)


# --- contracts -------------------------------------------------------------------------------------------------------


def _steps(desired: DesiredSchema, actual: RemoteSchema | None, permit: Permit) -> Steps:
    steps = plan_schema(desired, actual, remove_failed=permit.remove_failed)
    if actual is None or adopted(actual) or steps.blocked:
        return steps
    return replace(steps, actions=(*steps.actions, *_claim(desired, actual, permit.repository)))


def _gated(gate: Gate, contract: str, steps: Steps) -> Steps:
    """Nothing at all is done for a contract of which a version may not be registered: no mode is relaxed in vain."""
    registrations = (action for action in steps.actions if isinstance(action, CreateSchema | RegisterVersion))
    coming = frozenset(action.version.number for action in registrations)
    refusal = gate(contract, coming) if coming else None
    return replace(steps, actions=(), blocked=(*steps.blocked, refusal)) if refusal else steps


def _claim(desired: DesiredSchema, actual: RemoteSchema, repository: str) -> Iterator[AnnotateVersion]:
    """The last version comes to name this repository as well: the one that registered it must not prune it any more."""
    for version in desired.versions[-1:]:
        held = actual.holding(version.sha256) if version.marked and repository else None
        makers = {maker.lower() for maker in held.repositories} if held else set()
        if held and makers and repository.lower() not in makers:
            yield AnnotateVersion(desired.contract, version, held.id, (("repository", repository),), first=False)


# --- schemas that Git does not hold ----------------------------------------------------------------------------------


def _unknown_schemas(desired: DesiredRegistry, actual: RegistryState) -> Iterator[Note]:
    wanted = {schema.name for schema in desired.schemas}
    retired = {each.schema: each.contract for each in desired.retired}
    for name in actual.others:
        if name in retired:
            fact = f'the contract is retired, and its schema "{name}" is in the registry; `--prune` deletes it'
            yield Note(retired[name], "retired-schema", fact)
        elif name in desired.unsynced:
            reason = desired.unsynced[name].reason
            fact = f'the schema "{name}" is in the registry, and its contract is not synced: {reason}'
            yield Note("", "unpublished-schema", fact)
        elif name not in wanted:
            yield Note("", "unknown-schema", f'the schema "{name}" is in the registry and not in Git')


# --- schemas of retired contracts ------------------------------------------------------------------------------------


def _pruning(desired: DesiredRegistry, actual: RegistryState, permit: Permit) -> Iterator[Steps]:
    """A schema goes only as a whole, only with our mark on it, and never so many that it looks like an accident."""
    if permit.prune is None:
        return
    steps = [_deletion(each, actual, permit) for each in desired.retired]
    deletions = [action for part in steps for action in part.actions]
    if deletions and not desired.schemas:
        fact = f"a prune would delete {len(deletions)} schemas and leave none that Git keeps"
        yield Steps(blocked=(Blocked("", "prune-to-nothing", fact, "delete the registry where it is declared"),))
    elif len(deletions) > permit.prune:
        fact = f"a prune would delete {len(deletions)} schemas, and at most {permit.prune} are allowed"
        yield Steps(blocked=(Blocked("", "prune-limit", fact, f"if that is meant: --prune-limit {len(deletions)}"),))
    else:
        yield from steps


def _deletion(retired: Retired, actual: RegistryState, permit: Permit) -> Steps:
    schema = actual.schema(retired.schema)
    if schema is None or not schema.available:
        return Steps()
    dead = (VersionStatus.FAILURE, VersionStatus.DELETING)
    usable = tuple(version for version in schema.versions if version.status not in dead)
    reasons = (_strange_schema(schema, permit.repository), *(_strange(each, retired) for each in usable))
    strange = next(filter(None, reasons), "")
    if strange:
        fact = f'the schema "{schema.name}" {strange}, so it is not ours to delete'
        remedy = "prune it from the repository that it belongs to; what nobody can account for, delete by hand if nobody needs it"
        return Steps(blocked=(Blocked(retired.contract, "not-ours", fact, remedy),))
    return Steps((DeleteSchema(retired.contract, schema.name, len(usable)),))


def _strange_schema(schema: RemoteSchema, repository: str) -> str:
    """What shows that a schema belongs to something else, or an empty string."""
    owner = dict(schema.tags or ()).get(OWNERSHIP[0])
    if owner != OWNERSHIP[1]:
        return f"has {f'tag {OWNERSHIP[0]}={owner}' if owner else f'no tag {OWNERSHIP[0]}'}"
    if not repository:
        return "may belong to any repository, and the name of this one is not known"
    return f"belongs to {other}" if (other := schema.of_another(repository)) else ""


def _strange(version: RemoteVersion, retired: Retired) -> str:
    """What shows that no sync registered a version, or an empty string."""
    if not version.repositories:
        return f"holds number {version.number}, which does not say that a sync registered it"
    if retired.contents is not None and version.content not in retired.contents:
        return f"holds number {version.number}, which the contract does not have"
    return ""
