"""What must be done so that one schema is what its contract says. Pure.

The order inside a contract: relax the mode, register what is missing and wait for each, tighten the mode, move the
checkpoint, add metadata, set description and tags.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from schemaward.model import Mode
from schemaward.modes import weakened
from schemaward.registry.actions import (
    AnnotateVersion,
    AwaitVersion,
    CreateSchema,
    DeleteSchema,
    RegisterVersion,
    RemoveFailedVersion,
    SchemaAction,
    SetCheckpoint,
    SetDescription,
    SetMode,
    TagResource,
)
from schemaward.registry.desired import OWNERSHIP, DesiredSchema, DesiredVersion, Tags
from schemaward.registry.eventbridge import REPOSITORY
from schemaward.registry.explain import refused_beside
from schemaward.registry.state import RemoteSchema, RemoteVersion, VersionStatus
from schemaward.registry.steps import Blocked, Note, Steps

_THAW = "write `registry: {mode: NONE}` into the manifest and sync"
_FREEZE = "then restore the manifest and sync again"


def plan_schema(desired: DesiredSchema, actual: RemoteSchema | None, *, remove_failed: bool = False) -> Steps:
    """What brings one schema (None: it does not exist) to what its contract says.

    ``remove_failed`` allows to delete versions with status FAILURE, so that their definitions can be registered again.
    """
    if desired.obstacle:
        remedy = (
            "say it in words that this registry knows, or keep the contract out of it with `registry: {kinds: [glue]}`"
        )
        return Steps(blocked=(Blocked(desired.contract, "no-equal", desired.obstacle, remedy),))
    if actual is None:
        return _creation(desired)
    refusal = _schema_refusal(desired, actual)
    if refusal:
        return Steps(blocked=(refusal,))
    if remove_failed and _never_available(actual):
        # Version 1 goes only with its schema; in this one there is nothing that anybody could ever use.
        deletion = DeleteSchema(desired.contract, desired.name, 0)
        creation = _creation(desired)
        return replace(creation, actions=(deletion, *creation.actions))
    removals = tuple(_removals(desired, actual)) if remove_failed else ()
    gone = {removal.number for removal in removals}
    steps = _steps(desired, replace(actual, versions=tuple(v for v in actual.versions if v.number not in gone)))
    return replace(steps, actions=(*removals, *steps.actions))


def _steps(desired: DesiredSchema, actual: RemoteSchema) -> Steps:
    relax = weakened(actual.mode, desired.mode)
    versions = _versions(desired, actual, desired.mode if relax else actual.mode)
    mode = SetMode(desired.contract, desired.name, actual.mode, desired.mode, actual.checkpoint)
    repeated, notes = _repeated(desired)
    # A tighter mode waits until every version is in: under it, a version that is still missing could be refused.
    tighten = actual.mode is not desired.mode and not relax and not (versions.blocked or repeated)
    checkpoint = _checkpoint(desired, actual, versions)
    actions: tuple[SchemaAction, ...] = (
        *((mode,) if relax else ()),
        *versions.actions,
        *((mode,) if tighten else ()),
        *checkpoint.actions,
        *_annotations(desired, actual),
        *_description(desired, actual),
        *_tags(desired, actual),
    )
    if adopted(actual):
        actions = _claimed(actions)
    blocked = (*versions.blocked, *repeated, *checkpoint.blocked)
    return Steps(actions, blocked, (*notes, *_strays(desired, actual)))


def _creation(desired: DesiredSchema) -> Steps:
    distinct = _distinct(desired)
    if not distinct:
        return Steps()
    first, *rest = distinct
    # DISABLED takes no further version, so a frozen contract with a history is created open and frozen at the end.
    frozen = desired.mode is Mode.DISABLED and bool(rest)
    mode = Mode.NONE if frozen else desired.mode
    create = CreateSchema(
        desired.contract, desired.name, desired.data_format, mode, desired.description, desired.tags, first
    )
    registered = tuple(RegisterVersion(desired.contract, desired.name, version, mode) for version in rest)
    freeze = (SetMode(desired.contract, desired.name, mode, desired.mode, 1),) if frozen else ()
    checkpoint = _checkpoint_action(desired, 1, {first.sha256: 1}, {version.sha256 for version in rest})
    blocked, notes = _repeated(desired)
    return Steps((create, *registered, *freeze, *checkpoint.actions), (*blocked, *checkpoint.blocked), notes)


def _schema_refusal(desired: DesiredSchema, actual: RemoteSchema) -> Blocked | None:
    if not actual.available:
        fact = f'the schema "{actual.name}" is not AVAILABLE in the registry: it is being created or deleted'
        return Blocked(desired.contract, "schema-unavailable", fact, "sync again when that has ended")
    if actual.data_format != desired.data_format:
        fact = f"the schema is {actual.data_format} in the registry and {desired.data_format} in Git"
        remedy = "Glue fixes the format when a schema is created: start a new contract, or give this one another `registry.schema-name`"
        return Blocked(desired.contract, "format-differs", fact, remedy)
    owner, wanted = dict(actual.tags or ()).get(OWNERSHIP[0]), dict(desired.tags).get(OWNERSHIP[0])
    if owner is not None and owner != wanted:
        fact = f"the schema is tagged {OWNERSHIP[0]}={owner} in the registry, so something else looks after it"
        remedy = (
            f"agree with its owner, then remove the tag {OWNERSHIP[0]} by hand, or use another `registry.schema-name`"
        )
        return Blocked(desired.contract, "owned-by-another", fact, remedy)
    return _newer(desired, actual)


def _newer(desired: DesiredSchema, actual: RemoteSchema) -> Blocked | None:
    """A sync of an old commit must not turn back what a newer one has set."""
    last = desired.versions[-1].number if desired.versions else 0
    ours = {version.sha256 for version in desired.versions}
    for version in actual.versions:
        marked = dict(version.metadata or ()).get("contract-version", "")
        usable = version.status is VersionStatus.AVAILABLE and version.sha256 not in ours
        if usable and marked.isdecimal() and int(marked) > last:
            fact = f"number {version.number} was synced as v{marked}, which this commit does not hold: it is older than the registry"
            remedy = "sync the newest commit; if the file was deleted, restore it, since published versions stay"
            return Blocked(desired.contract, "newer-version", fact, remedy)
    return None


def _versions(desired: DesiredSchema, actual: RemoteSchema, mode: Mode) -> Steps:
    """Wait for what is PENDING, register what is missing in order."""
    distinct = _distinct(desired)
    present = tuple(version for version in distinct if _alive(actual, version))
    missing = unregistered(desired, actual)
    blocked = refused_beside(desired, actual, missing, mode) or _dead_or_late(desired, actual, missing, present)
    if not blocked and missing and mode is Mode.DISABLED:
        fact = f"{_names(missing)} cannot be registered: the mode is DISABLED in Git and in the registry"
        remedy = f"a new version needs another mode; one that somebody deleted comes back, with another id: {_THAW}; {_FREEZE}"
        blocked = Blocked(desired.contract, "mode-disabled", fact, remedy)
    registrations = (RegisterVersion(desired.contract, desired.name, version, mode) for version in missing)
    waits = _waits(desired, actual, present, mode)
    return Steps((*waits, *(() if blocked else registrations)), (blocked,) if blocked else ())


def _never_available(actual: RemoteSchema) -> bool:
    """True when all versions are failures, in a schema that carries our mark."""
    failed = all(version.status is VersionStatus.FAILURE for version in actual.versions)
    return bool(actual.versions) and failed and OWNERSHIP in (actual.tags or ())


def removable(actual: RemoteSchema, version: RemoteVersion) -> bool:
    """False for a failure that stays as long as its schema: Glue deletes neither version 1 alone nor the checkpoint."""
    return _never_available(actual) or version.number not in (1, actual.checkpoint)


def _removals(desired: DesiredSchema, actual: RemoteSchema) -> Iterator[RemoveFailedVersion]:
    for version in actual.versions:
        if version.status is VersionStatus.FAILURE and removable(actual, version):
            yield RemoveFailedVersion(desired.contract, desired.name, version.number, version.id)


def unregistered(desired: DesiredSchema, actual: RemoteSchema) -> tuple[DesiredVersion, ...]:
    """The versions of Git that the registry does not hold, in order."""
    return tuple(version for version in _distinct(desired) if not _alive(actual, version))


def _alive(actual: RemoteSchema, version: DesiredVersion | RemoteVersion) -> bool:
    held = actual.holding(version.sha256)
    return held is not None and held.status in (VersionStatus.AVAILABLE, VersionStatus.PENDING)


def _dead_or_late(
    desired: DesiredSchema,
    actual: RemoteSchema,
    missing: tuple[DesiredVersion, ...],
    present: tuple[DesiredVersion, ...],
) -> Blocked | None:
    for version in missing:
        held = actual.holding(version.sha256)
        if held and held.status is VersionStatus.FAILURE:
            fact = f"v{version.number} sits in the registry as number {held.number} with status FAILURE; Glue would answer a new registration with that same failure"
            remedy = (
                f"mend the cause (the mode, or the version); then `--remove-failed` deletes number {held.number} and "
                "registers it anew, with the role `prune`"
            )
            if not removable(actual, held):
                remedy = "Glue deletes it only with the whole schema: give the contract another `registry.schema-name`"
            return Blocked(desired.contract, "failed-version", fact, remedy)
        if held:
            fact = f"v{version.number} is being deleted from the registry (number {held.number})"
            return Blocked(desired.contract, "version-deleting", fact, "sync again when the deletion has ended")
    numbers = [held.number for version in present if (held := actual.holding(version.sha256))]
    if numbers != sorted(numbers) and not any(version.marked for version in present):
        # Where versions carry no marks, their order is all that tells which one is the latest.
        where = ", ".join(f"v{each.number} as number {number}" for each, number in zip(present, numbers, strict=True))
        fact = f"the registry holds the versions in another order: {where}"
        return Blocked(desired.contract, "order-differs", fact, "give the contract another `registry.schema-name`")
    later = tuple(version for version in present if missing and version.number > missing[0].number)
    if later:
        fact = f"v{missing[0].number} is missing in the registry, while {_names(later)} is there: registered now, the older version would become the latest"
        remedy = f"if that is wanted, register v{missing[0].number} by hand; the next sync adopts it"
        if actual.mode is Mode.DISABLED is desired.mode:
            remedy = f"if that is wanted: {_THAW}; register v{missing[0].number} by hand; {_FREEZE}, which adopts it"
        return Blocked(desired.contract, "out-of-order", fact, remedy)
    return None


def _distinct(desired: DesiredSchema) -> tuple[DesiredVersion, ...]:
    """The versions that Glue can tell apart: one that repeats an earlier definition would be answered with that one."""
    first: dict[str, DesiredVersion] = {}
    for version in desired.versions:
        first.setdefault(version.sha256, version)
    return tuple(first.values())


def _repeated(desired: DesiredSchema) -> tuple[tuple[Blocked, ...], tuple[Note, ...]]:
    """A revert is harmless in the middle of a history; at its end, the registry's latest is not the one in Git."""
    first = {version.sha256: version.number for version in reversed(desired.versions)}
    facts = {
        version.number: f"v{version.number} says the same as v{first[version.sha256]}: the registry knows it as that version, and no new one appears"
        for version in desired.versions
        if first[version.sha256] != version.number
    }
    last = desired.versions[-1].number if desired.versions else 0
    if last not in facts or desired.accepts_revert:
        return (), tuple(Note(desired.contract, "repeated-definition", fact) for fact in facts.values())
    fact = f"{facts.pop(last)}; its latest stays v{_distinct(desired)[-1].number}"
    remedy = (
        "add a version whose definition differs (a `description` is enough); or write `registry: {revert: accept}` "
        "into the manifest, when readers take ids from the receipts and never Glue's latest"
    )
    notes = tuple(Note(desired.contract, "repeated-definition", fact) for fact in facts.values())
    return (Blocked(desired.contract, "repeated-definition", fact, remedy),), notes


def _waits(
    desired: DesiredSchema, actual: RemoteSchema, present: tuple[DesiredVersion, ...], mode: Mode
) -> Iterator[AwaitVersion]:
    for version in present:
        held = actual.holding(version.sha256)
        if held and held.status is VersionStatus.PENDING:
            yield AwaitVersion(desired.contract, desired.name, version, mode, held.id)


def _annotations(desired: DesiredSchema, actual: RemoteSchema) -> Iterator[AnnotateVersion]:
    for version in _distinct(desired):
        held = actual.holding(version.sha256)
        if held is None or held.status is not VersionStatus.AVAILABLE or held.metadata is None:
            continue
        missing = lacking(version.metadata, held.metadata)
        if missing:
            first = "commit" not in dict(held.metadata)
            yield AnnotateVersion(desired.contract, version, held.id, missing, first)


def _checkpoint(desired: DesiredSchema, actual: RemoteSchema, versions: Steps) -> Steps:
    coming = {action.version.sha256 for action in versions.actions if isinstance(action, RegisterVersion)}
    alive = {version.sha256 for version in desired.versions if _alive(actual, version)}
    held = {sha256: version.number for sha256 in alive if (version := actual.holding(sha256))}
    return _checkpoint_action(desired, actual.checkpoint, held, coming)


def _checkpoint_action(desired: DesiredSchema, current: int, held: dict[str, int], coming: set[str]) -> Steps:
    """Move the checkpoint forward where the manifest says so. ``held`` gives Glue's numbers by content."""
    if desired.checkpoint is None:
        return Steps()
    version = next((version for version in desired.versions if version.number == desired.checkpoint), None)
    if version is None:
        fact = f"the manifest puts the checkpoint on v{desired.checkpoint}, which the contract does not have"
        return Steps(blocked=(Blocked(desired.contract, "checkpoint-unknown", fact, "name a version of the contract"),))
    number = held.get(version.sha256)
    if number is not None and number < current:
        fact = f"the checkpoint stands at number {current}; the manifest wants v{version.number} (number {number}), and Glue never moves it back"
        remedy = "set `registry.checkpoint` to the version at which it stands, or remove the field"
        return Steps(blocked=(Blocked(desired.contract, "checkpoint-back", fact, remedy),))
    if number == current or (number is None and version.sha256 not in coming):
        return Steps()
    return Steps((SetCheckpoint(desired.contract, desired.name, version, current),))


def _description(desired: DesiredSchema, actual: RemoteSchema) -> Iterator[SetDescription]:
    if desired.description and desired.description != actual.description:
        yield SetDescription(desired.contract, desired.name, actual.description, desired.description)


def _tags(desired: DesiredSchema, actual: RemoteSchema) -> Iterator[TagResource]:
    # Whoever made the schema stays its maker: another repository must not come to prune it.
    made = REPOSITORY in dict(actual.tags or ())
    missing = tuple(pair for pair in lacking(desired.tags, actual.tags) if not (made and pair[0] == REPOSITORY))
    if missing:
        yield TagResource(desired.contract, actual.arn, missing)


def adopted(actual: RemoteSchema) -> bool:
    """True for a schema that others made and no sync has changed yet: nothing that can be read in it carries our marks."""
    marked = any("contract-version" in dict(version.metadata or ()) for version in actual.versions)
    return OWNERSHIP[0] not in dict(actual.tags or ()) and not marked


def _claimed(actions: tuple[SchemaAction, ...]) -> tuple[SchemaAction, ...]:
    """What an adopted schema never had is no change by itself; it comes with the first change, the tags in front.

    A sync that is killed after the tags completes the rest; before them, it has changed nothing.
    """
    if all(_never_had(action) for action in actions):
        return ()
    tags = tuple(action for action in actions if isinstance(action, TagResource))
    return (*tags, *(action for action in actions if not isinstance(action, TagResource)))


def _never_had(action: SchemaAction) -> bool:
    match action:
        case AnnotateVersion():
            return True
        case TagResource():
            return all(pair == OWNERSHIP or pair[0] == REPOSITORY for pair in action.tags)
        case SetDescription():
            return not action.old.strip()
        case _:
            return False


def lacking(wanted: Tags, present: Tags | None) -> Tags:
    """The pairs of ``wanted`` that are not present; none when it is not known what is."""
    return () if present is None else tuple(pair for pair in wanted if pair not in present)


def _strays(desired: DesiredSchema, actual: RemoteSchema) -> Iterator[Note]:
    """Versions that Git does not hold, and failures that keep no version of Git out."""
    ours = {version.sha256 for version in desired.versions}
    for version in actual.versions:
        where = f"number {version.number} ({version.status}, id {version.id})"
        if version.status is VersionStatus.FAILURE and not (version.sha256 in ours and not _alive(actual, version)):
            yield _leftover(desired, actual, version, where)
        elif version.sha256 not in ours and version.status is not VersionStatus.DELETING:
            yield Note(desired.contract, "unknown-version", f"{where} is in the registry and not in Git")


def _leftover(desired: DesiredSchema, actual: RemoteSchema, version: RemoteVersion, where: str) -> Note:
    fact = f"{where} is of no use to anybody"
    if not removable(actual, version):
        return Note(desired.contract, "failed-for-good", f"{fact}, and stays: Glue deletes it only with the schema")
    remedy = "`--remove-failed` deletes it, with the role `prune`"
    return Note(desired.contract, "failed-leftover", f"{fact}; {remedy}")


def _names(versions: tuple[DesiredVersion, ...]) -> str:
    return ", ".join(f"v{version.number}" for version in versions)
