"""What in a registry is not what Git says, by kind, each with the command that resolves it. Pure.

The comparison is the planner's: whatever a sync would do, or will not do, is drift. Added is what no sync touches: the
versions and schemas that others registered, and a checkpoint that moved although no manifest names one.
"""

from __future__ import annotations

import enum
import shlex
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from schemaward.registry.actions import (
    Action,
    AnnotateVersion,
    AwaitVersion,
    CreateRegistry,
    CreateSchema,
    DeleteSchema,
    RegisterVersion,
    RemoveFailedVersion,
    SetCheckpoint,
    SetDescription,
    SetMode,
    TagResource,
    UpdateRegistryDescription,
)
from schemaward.registry.desired import OWNERSHIP, DesiredRegistry, DesiredSchema
from schemaward.registry.eventbridge import REPOSITORY
from schemaward.registry.ownership import Stranger
from schemaward.registry.plan import Gate, Permit, plan, ungated
from schemaward.registry.schema_plan import adopted, removable, unregistered
from schemaward.registry.seal import Stage, registry_digest
from schemaward.registry.state import RegistryState, RemoteSchema, RemoteVersion, VersionStatus
from schemaward.registry.steps import Blocked

_SHOWN = 60
_LEAD = 20


class Kind(enum.StrEnum):
    """The kinds of drift."""

    REGISTRY_MISSING = "registry-missing"
    SCHEMA_MISSING = "schema-missing"
    VERSION_MISSING = "version-missing"
    VERSION_PENDING = "version-pending"
    VERSION_FAILED = "version-failed"
    VERSION_DEAD = "version-dead"
    VERSION_FOREIGN = "version-foreign"
    VERSION_FORGOTTEN = "version-forgotten"
    MODE = "mode"
    CHECKPOINT = "checkpoint"
    DESCRIPTION = "description"
    TAGS = "tags"
    METADATA = "metadata"
    BLOCKED = "blocked"
    SCHEMA_FORGOTTEN = "schema-forgotten"
    SCHEMA_RETIRED = "schema-retired"
    SCHEMA_UNPUBLISHED = "schema-unpublished"
    SCHEMA_UNMANAGED = "schema-unmanaged"
    UNREAD = "unread"


_TOLERATED = frozenset({Kind.SCHEMA_RETIRED, Kind.SCHEMA_UNPUBLISHED, Kind.SCHEMA_UNMANAGED, Kind.VERSION_DEAD})


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference. ``contract`` is empty for the registry and for a schema that no contract in Git describes.

    ``command`` resolves it, as a line for a shell (empty when no command can); ``advice`` says what to know or do
    besides.
    """

    kind: Kind
    contract: str
    schema: str
    fact: str
    command: str
    advice: str = ""

    @property
    def tolerated(self) -> bool:
        """True for what is as it may be: a registry can be shared, and some of what stands there nobody can remove."""
        return self.kind in _TOLERATED


@dataclass(frozen=True, slots=True)
class _Shell:
    """The command lines that resolve drift of one target, where one can: ``strange`` tells what no import takes."""

    target: str
    strange: Mapping[str, Stranger]

    @property
    def sync(self) -> str:
        return f"schemaward sync --target {shlex.quote(self.target)} --full"

    @property
    def remove_failed(self) -> str:
        return f"schemaward sync --target {shlex.quote(self.target)} --remove-failed"

    @property
    def prune(self) -> str:
        return f"schemaward sync --target {shlex.quote(self.target)} --prune"

    def adopt(self, schema: str, *more: str) -> str:
        words = ("schemaward", "import", "--target", self.target, "--schema", schema, *more)
        return shlex.join(words)

    def refusal(self, schema: str) -> str:
        """Why an import would leave the schema as it is; empty where it would not."""
        refused = self.strange.get(schema, Stranger(schema)).refusal
        return f"an import would leave it: {refused.fact}; {refused.remedy}" if refused else ""


def changed_outside(desired: DesiredRegistry, actual: RegistryState, found: Collection[Drift]) -> bool:
    """True when what ``found`` tells was changed in the registry.

    That is so when Git asks for the same as at the last sync, which ended well, has deleted nothing, and all was read.
    """
    mark = actual.mark
    if any(each.kind in (Kind.SCHEMA_FORGOTTEN, Kind.VERSION_FORGOTTEN, Kind.UNREAD) for each in found):
        return False
    return mark is not None and mark.stage is Stage.IN_SYNC and mark.digest == registry_digest(desired)


def drift(
    desired: DesiredRegistry,
    actual: RegistryState,
    target: str,
    strange: Collection[Stranger] = (),
    repository: str = "",
    gate: Gate = ungated,
) -> tuple[Drift, ...]:
    """All differences between ``desired`` and ``actual``: the registry first, then by contract, then other schemas.

    ``strange`` tells more of what Git does not hold; ``target`` is the name for the commands;
    ``repository`` is the one that Git is here, "" when it is not known; ``gate`` is that of the planner.
    """
    shell = _Shell(target, {each.schema: each for each in strange})
    found = plan(desired, actual, Permit(repository=repository), gate)
    names = {schema.contract: schema.name for schema in desired.schemas}
    pending = _pending(found.actions, names, shell)
    stuck = (_stuck(entry, names) for entry in found.blocked if entry.kind not in _TOLD_BY_NUMBER)
    blocked = frozenset(entry.contract for entry in found.blocked)
    beyond = (
        each for schema in desired.schemas for each in _beyond(schema, actual.schema(schema.name), shell, blocked)
    )
    differences = sorted((*pending, *stuck, *beyond), key=lambda each: (each.contract, list(Kind).index(each.kind)))
    kept = (each for name in desired.unsynced for each in _unsynced(desired, actual.schema(name), shell))
    others = _others(desired, actual, shell)
    return (*differences, *kept, *others, *map(_unread, actual.unread))


# --- what a sync would do --------------------------------------------------------------------------------------------


def _pending(actions: tuple[Action, ...], names: dict[str, str], shell: _Shell) -> Iterator[Drift]:
    created = {action.contract for action in actions if isinstance(action, CreateSchema)}
    for action in actions:
        # A schema that is missing is missing as a whole.
        if action.contract not in created or isinstance(action, CreateSchema):
            kind, fact, advice = _difference(action)
            yield Drift(kind, action.contract, names.get(action.contract, ""), fact, shell.sync, advice)


def _difference(action: Action) -> tuple[Kind, str, str]:
    """An action as the difference that asks for it, with what to do when the registry is right."""
    match action:
        case CreateRegistry():
            return Kind.REGISTRY_MISSING, "the registry does not exist", ""
        case CreateSchema():
            lost = (
                "if it was there before, its versions get other ids, and nobody can decode messages with the old ones"
            )
            fact = f'the schema "{action.schema}" is not in the registry'
            return Kind.SCHEMA_MISSING, fact, lost if action.version.marked else ""
        case RegisterVersion():
            return Kind.VERSION_MISSING, f"v{action.version.number} is not in the registry", ""
        case AwaitVersion():
            return Kind.VERSION_PENDING, f"v{action.version.number} is still PENDING (id {action.id})", ""
        case AnnotateVersion():
            keys = ", ".join(key for key, _ in action.pairs)
            return Kind.METADATA, f"v{action.version.number} lacks metadata: {keys}", ""
        case SetMode():
            fact = f"the mode is {action.old} in the registry and {action.new} in Git"
            return Kind.MODE, fact, f"if the registry is right, write `registry: {{mode: {action.old}}}`"
        case SetCheckpoint():
            fact = f"the checkpoint is number {action.old} in the registry and v{action.version.number} in Git"
            return Kind.CHECKPOINT, fact, ""
        case SetDescription() | UpdateRegistryDescription():
            old, new = _around_difference(action.old, action.new)
            fact = f'the description is "{old}" in the registry and "{new}" in Git'
            return Kind.DESCRIPTION, fact, "if the registry is right, write its description into Git"
        case TagResource():
            pairs = ", ".join(f"{key}={value}" for key, value in action.tags)
            return Kind.TAGS, f"tags are missing or have another value: Git says {pairs}", ""
        case RemoveFailedVersion() | DeleteSchema():
            raise AssertionError("a plan deletes nothing unless it is asked to")


_TOLD_BY_NUMBER = frozenset({"failed-version", "newer-version"})
"""What blocks a contract and is told with its number among the versions."""

_STUCK = {
    "registry-missing": Kind.REGISTRY_MISSING,
    "out-of-order": Kind.VERSION_MISSING,
    "mode-disabled": Kind.VERSION_MISSING,
    "checkpoint-back": Kind.CHECKPOINT,
}


def _stuck(entry: Blocked, names: dict[str, str]) -> Drift:
    kind = _STUCK.get(entry.kind, Kind.BLOCKED)
    return Drift(kind, entry.contract, names.get(entry.contract, ""), entry.fact, "", entry.remedy)


def _unread(sentence: str) -> Drift:
    fact, _, remedy = sentence.rpartition("; ")
    return Drift(Kind.UNREAD, "", "", f"{fact or sentence}; a difference there cannot be seen", "", remedy)


# --- what no sync touches --------------------------------------------------------------------------------------------


def _beyond(
    desired: DesiredSchema, actual: RemoteSchema | None, shell: _Shell, blocked: Collection[str]
) -> Iterator[Drift]:
    if actual is None:
        return
    ours = {version.sha256 for version in desired.versions}
    for version in actual.versions:
        if version.status is VersionStatus.FAILURE:
            yield _failed(desired, actual, version, shell)
        elif version.sha256 not in ours and version.status is not VersionStatus.DELETING:
            yield _stranger(desired, actual, version, shell, blocked)
        yield from _other_marks(desired, version, actual.arn)
    if desired.checkpoint is None and actual.checkpoint > 1:
        yield _moved(desired, actual)
    yield from _other_tags(desired, actual)


def _failed(desired: DesiredSchema, actual: RemoteSchema, version: RemoteVersion, shell: _Shell) -> Drift:
    fact = f"number {version.number} (id {version.id}) is left over with status FAILURE; nobody can use it"
    if not removable(actual, version):
        advice = "Glue deletes it only with the whole schema; what it was meant to be goes into another version"
        wanted = any(each.sha256 == version.sha256 for each in unregistered(desired, actual))
        kind = Kind.VERSION_FAILED if wanted else Kind.VERSION_DEAD
        return Drift(kind, desired.contract, desired.name, fact, "", advice)
    advice = (
        "the role `prune` may do that, `apply` may not; it counts towards the quota of versions, and Glue answers the "
        "same definition with the same failure"
    )
    return Drift(Kind.VERSION_FAILED, desired.contract, desired.name, fact, shell.remove_failed, advice)


def _stranger(
    desired: DesiredSchema, actual: RemoteSchema, version: RemoteVersion, shell: _Shell, blocked: Collection[str]
) -> Drift:
    where = f"number {version.number} ({version.status}, id {version.id})"
    if version.metadata is None:
        fact = f"{where} is not in Git; who registered it is not known, because its metadata could not be read"
        return Drift(Kind.UNREAD, desired.contract, desired.name, fact, "")
    marks = dict(version.metadata)
    if "contract-version" in marks:
        fact = f"{where} was synced as v{marks['contract-version']}, and Git holds that definition no longer"
        command = shlex.join(["git", "log", "--diff-filter=MDR", "--", _folder(desired)])
        advice = "published versions are immutable: restore the file"
        return Drift(Kind.VERSION_FORGOTTEN, desired.contract, desired.name, fact, command, advice)
    fact = f"{where} is not in Git and was not registered by a sync: a producer or a person did it"
    advice = (
        "it becomes the next version in Git; let producers lose glue:RegisterSchemaVersion and switch off their "
        "automatic registration"
    )
    command = shell.adopt(desired.name)
    if late := unregistered(desired, actual):
        advice = f"v{late[0].number} goes first; afterwards `{command}`: {advice}"
        command = "" if desired.contract in blocked else shell.sync
    elif refusal := shell.refusal(desired.name):
        command, advice = "", refusal
    return Drift(Kind.VERSION_FOREIGN, desired.contract, desired.name, fact, command, advice)


def _other_marks(desired: DesiredSchema, version: RemoteVersion, arn: str) -> Iterator[Drift]:
    """Values that others wrote beside ours: metadata is append-only."""
    ours = next((dict(each.metadata) for each in desired.versions if each.sha256 == version.sha256), {})
    for key, value in version.metadata or ():
        if value != ours.get(key, value):
            fact = f"number {version.number} has the metadata {key}={value}, and Git says {ours[key]}"
            pair = f"MetadataKey={key},MetadataValue={value}"
            command = _aws(
                arn, "remove-schema-version-metadata", "--schema-version-id", version.id, "--metadata-key-value", pair
            )
            yield Drift(Kind.METADATA, desired.contract, desired.name, fact, command, _BY_HAND)


def _other_tags(desired: DesiredSchema, actual: RemoteSchema) -> Iterator[Drift]:
    """Tags that Git does not say, or no longer: who set them is not known, so no sync removes them."""
    known = {OWNERSHIP[0], REPOSITORY, *dict(desired.tags)}
    more = {key: value for key, value in actual.tags or () if key not in known and not key.startswith("aws:")}
    if more and not adopted(actual):
        fact = f"tags that Git does not say: {', '.join(f'{key}={value}' for key, value in more.items())}"
        keys = "--tag-keys" if _service_and_region(actual.arn)[0] == "schemas" else "--tags-to-remove"
        command = _aws(actual.arn, "untag-resource", "--resource-arn", actual.arn, keys, *more)
        advice = f"{_BY_HAND}; or write them under `tags` into the manifest"
        yield Drift(Kind.TAGS, desired.contract, desired.name, fact, command, advice)


_BY_HAND = "no role of `schemaward iam` may do that, since a sync never does"


def _aws(arn: str, *words: str) -> str:
    """A command of the AWS CLI for what is in the Region of ``arn``."""
    service, region = _service_and_region(arn)
    return shlex.join(("aws", service, *words, "--region", region))


def _service_and_region(arn: str) -> tuple[str, str]:
    _, _, service, region, *_ = (*arn.split(":"), "", "", "", "")
    return service, region


def _moved(desired: DesiredSchema, actual: RemoteSchema) -> Drift:
    fact = f"the checkpoint is number {actual.checkpoint}, and the manifest names none"
    number = next((version.sha256 for version in actual.versions if version.number == actual.checkpoint), None)
    held = next((version.number for version in desired.versions if version.sha256 == number), None)
    known = f"write `registry: {{checkpoint: {held}}}` into the manifest"
    advice = f"Glue never moves it back: {known if held else 'adopt that version first'}"
    return Drift(Kind.CHECKPOINT, desired.contract, desired.name, fact, "", advice)


def _unsynced(desired: DesiredRegistry, actual: RemoteSchema | None, shell: _Shell) -> Iterator[Drift]:
    """A schema whose contract is retired or no longer published, and what others registered in it since."""
    if actual is None:
        return
    contract = next((each.contract for each in desired.retired if each.schema == actual.name), "")
    if contract:
        fact = f'the contract is retired, and its schema "{actual.name}" is in the registry'
        advice = "the role `prune` may do that; nobody will be able to decode its messages afterwards"
        yield Drift(Kind.SCHEMA_RETIRED, contract, actual.name, fact, shell.prune, advice)
    else:
        why = desired.unsynced[actual.name]
        fact = f'the schema "{actual.name}" is in the registry, and its contract is not synced: {why.reason}'
        yield Drift(Kind.SCHEMA_UNPUBLISHED, "", actual.name, fact, "", f"{why.remedy} when it is meant")
    synced = [version for version in actual.versions if "contract-version" in dict(version.metadata or ())]
    for version in actual.versions if synced else ():
        if version not in synced and version.status is VersionStatus.AVAILABLE and version.metadata is not None:
            fact = (
                f"number {version.number} (id {version.id}) was not registered by a sync: a producer or a person did it"
            )
            advice = "let that producer lose glue:RegisterSchemaVersion; what it sends needs a contract that is active"
            yield Drift(Kind.VERSION_FOREIGN, contract, actual.name, fact, "", advice)


def _others(desired: DesiredRegistry, actual: RegistryState, shell: _Shell) -> Iterator[Drift]:
    known = {schema.name for schema in desired.schemas} | set(desired.unsynced)
    for name in actual.others:
        if name in known:
            continue
        refusal = shell.refusal(name)
        owner = shell.strange.get(name, Stranger(name)).owner
        command = "" if refusal or owner else shell.adopt(name, "--owner", "@organisation/team")
        if owner:
            yield Drift(
                Kind.SCHEMA_UNMANAGED, "", name, f'the schema "{name}" belongs to {owner}', "", "leave it there"
            )
        elif shell.strange.get(name, Stranger(name)).ours:
            fact = f'the schema "{name}" was made by a sync, and Git holds no contract for it'
            advice = "if it was deleted in Git by mistake, restore the contract from the history"
            advice += f"; {refusal}" if refusal else " instead"
            yield Drift(Kind.SCHEMA_FORGOTTEN, "", name, fact, command, advice)
        else:
            fact = f'the schema "{name}" is in the registry and not in Git'
            advice = refusal or "leave it to those who made it otherwise"
            yield Drift(Kind.SCHEMA_UNMANAGED, "", name, fact, command, advice)


def _around_difference(old: str, new: str) -> tuple[str, str]:
    """Both texts on a line, cut so that what differs first is in sight."""
    old, new = " ".join(old.split()), " ".join(new.split())
    shorter = min(len(old), len(new))
    common = next((place for place in range(shorter) if old[place] != new[place]), shorter)
    start = max(0, common - _LEAD)
    return _cut(old, start), _cut(new, start)


def _cut(text: str, start: int) -> str:
    shown = text[start : start + _SHOWN]
    return ("..." if start else "") + shown + ("..." if len(text) > start + _SHOWN else "")


def _folder(desired: DesiredSchema) -> str:
    return "contracts/" + desired.contract.replace(".", "/")
