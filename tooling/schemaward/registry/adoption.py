"""What a schema that others made would be as a contract in Git: its versions in order, word for word, and its settings.

Glue numbers versions with gaps, because a refused or deleted one leaves its number unused; contracts count up by one.
Only versions that readers can use are adopted. What is adopted leaves a sync nothing to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemaward.errors import InputError, MissingFileError, SchemawardError
from schemaward.formats import format_module
from schemaward.formats.base import Schema
from schemaward.limits import tag_problem
from schemaward.model import DataFormat, Mode
from schemaward.registry.desired import OWNERSHIP, DesiredSchema, Tags, fingerprint
from schemaward.registry.eventbridge import REPOSITORY
from schemaward.registry.schema_plan import unregistered
from schemaward.registry.state import RemoteSchema, RemoteVersion, VersionStatus
from schemaward.syntax.document import Document
from schemaward.syntax.parse import parse_document
from schemaward.verdict import Severity

SUFFIXES = {DataFormat.JSON: "json", DataFormat.AVRO: "avsc", DataFormat.PROTOBUF: "proto"}

_FIRST = 1
_MOST_NUMBERS = 10


@dataclass(frozen=True, slots=True)
class AdoptedVersion:
    """Contract version ``number`` with the text that the registry holds under ``remote``, Glue's own number."""

    number: int
    remote: int
    definition: str


@dataclass(frozen=True, slots=True)
class Adopted:
    """A schema as a contract holds it. ``checkpoint`` is a contract version; ``remarks`` tell what was left out."""

    schema: str
    data_format: DataFormat
    mode: Mode
    description: str
    tags: Tags
    checkpoint: int | None
    versions: tuple[AdoptedVersion, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotAdopted:
    """A schema that cannot become a contract, or not yet."""

    schema: str
    fact: str
    remedy: str


class _NotAdoptedError(InputError):
    """What keeps one schema from being adopted."""


def adopt(remote: RemoteSchema, known: DesiredSchema | None = None) -> Adopted | NotAdopted:
    """The contract that ``remote`` is, or what keeps it from being one.

    With ``known``, the contract that Git holds for it, only the versions that Git lacks are adopted, as the next ones.
    """
    try:
        _require_settled(remote)
        _require_synced(remote, known)
        versions, remarks = _versions(remote, known)
        tags, more = _tags(remote)
        checkpoint = _checkpoint(remote, versions, known)
    except _NotAdoptedError as error:
        return NotAdopted(remote.name, error.fact, error.remedy)
    return Adopted(
        schema=remote.name,
        data_format=DataFormat(remote.data_format),
        mode=remote.mode,
        description=remote.description,
        tags=tags,
        checkpoint=checkpoint,
        versions=versions,
        remarks=(*remarks, *more, *_moved(remote, checkpoint, known)),
    )


def _require_settled(remote: RemoteSchema) -> None:
    if not remote.available:
        raise _NotAdoptedError("it is not AVAILABLE: it is being created or deleted", "run the import again later")
    if remote.data_format not in list(DataFormat):
        raise _NotAdoptedError(f"its data format is {remote.data_format}", "only JSON, AVRO and PROTOBUF are known")
    owner = dict(remote.tags or ()).get(OWNERSHIP[0], OWNERSHIP[1])
    if owner != OWNERSHIP[1]:
        fact = f"it is tagged {OWNERSHIP[0]}={owner}, so something else looks after it"
        raise _NotAdoptedError(fact, f"agree with its owner, remove the tag {OWNERSHIP[0]}, then run the import again")
    pending = [version.number for version in remote.versions if version.status is VersionStatus.PENDING]
    if pending:
        raise _NotAdoptedError(f"number {pending[0]} is still PENDING", "run the import again when it has settled")


def _require_synced(remote: RemoteSchema, known: DesiredSchema | None) -> None:
    """What comes from the registry becomes the next version, so those before it must stand there."""
    late = unregistered(known, remote) if known else ()
    if late:
        fact = f"Git holds v{late[0].number}, which the registry does not"
        raise _NotAdoptedError(
            fact,
            "run `schemaward sync --full` first, which registers it or says what is in the way; then the import again",
        )


def _versions(remote: RemoteSchema, known: DesiredSchema | None) -> tuple[tuple[AdoptedVersion, ...], tuple[str, ...]]:
    """The usable versions, each definition once, in Glue's order."""
    held = {version.sha256 for version in known.versions} if known else set()
    number = len(known.versions) if known else 0
    adopted: list[AdoptedVersion] = []
    repeated: list[int] = []
    for version in remote.versions:
        if version.status is not VersionStatus.AVAILABLE:
            continue
        if version.sha256 in held:
            repeated += () if known else (version.number,)
            continue
        number += 1
        _require_same(remote, version)
        adopted.append(AdoptedVersion(number, version.number, version.definition))
        held.add(version.sha256)
    if not adopted and not known:
        raise _NotAdoptedError("it has no version that is AVAILABLE", "nobody can use it; delete it, or leave it")
    return tuple(adopted), tuple(_remarks(remote, adopted, repeated, known))


def _remarks(
    remote: RemoteSchema, adopted: list[AdoptedVersion], repeated: list[int], known: DesiredSchema | None
) -> Iterator[str]:
    for status in (VersionStatus.FAILURE, VersionStatus.DELETING):
        dead = [version.number for version in remote.versions if version.status is status]
        if dead:
            yield f"left out with status {status}: {_numbers(dead)}"
    if repeated:
        yield f"left out, because an earlier version says the same: {_numbers(repeated)}"
    moved = next((each for each in adopted if each.remote != each.number), None)
    if moved:
        reason = "in the registry a version that was refused or deleted leaves its number unused"
        if known and moved.remote < moved.number:
            reason = "Git held others before, which the registry got later"
        yield f"number {moved.remote} is v{moved.number}, and so on: contracts count up by one, and {reason}"


def _numbers(numbers: list[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:_MOST_NUMBERS])
    more = f" and {len(numbers) - _MOST_NUMBERS} more" if len(numbers) > _MOST_NUMBERS else ""
    return f"number {shown}{more}"


def _require_same(remote: RemoteSchema, version: RemoteVersion) -> None:
    """The text, read as a file of a contract, must be the definition that the registry holds."""
    suffix = SUFFIXES[DataFormat(remote.data_format)]

    def no_other_file(path: str) -> Document:
        raise MissingFileError(f'it refers to "{path}", which the registry does not hold')

    try:
        document = parse_document(f"number {version.number}.{suffix}", version.definition.encode())
        schema, findings = format_module(DataFormat(remote.data_format)).load(document, no_other_file)
    except (SchemawardError, UnicodeEncodeError) as error:
        fact = error.fact if isinstance(error, SchemawardError) else "the text holds half of a surrogate pair"
        raise _not_a_file(version, fact) from None
    wrong = [found.fact for found in findings if found.severity is Severity.ERROR]
    if wrong or schema is None:
        raise _not_a_file(version, wrong[0] if wrong else "it is not understood")
    if fingerprint(schema.identity) != version.content:
        raise _not_a_file(version, "as a file it would mean something else")
    if remote.arn.split(":")[2] == "schemas":
        _require_draft4(version, schema)


def _require_draft4(version: RemoteVersion, schema: Schema) -> None:
    """What a sync would write to EventBridge must be what it holds already."""
    from schemaward.formats.jsonschema.draft4 import as_draft4

    try:
        written = format_module(DataFormat.JSON).load_value(as_draft4(schema), "definition").identity
    except InputError as error:
        raise _not_a_file(version, error.fact) from None
    if fingerprint(written) != version.content:
        raise _not_a_file(version, "a sync would register it anew, in other words of Draft-04")


def _not_a_file(version: RemoteVersion, reason: str) -> _NotAdoptedError:
    fact = f"number {version.number} is no version that a contract can hold: {reason}"
    return _NotAdoptedError(fact, "leave the schema to those who made it, or start a new contract beside it")


def _tags(remote: RemoteSchema) -> tuple[Tags, tuple[str, ...]]:
    """The tags that a manifest can hold. Our own marks are no part of it: every sync adds them by itself."""
    if remote.tags is None:
        raise _NotAdoptedError("its tags could not be read", "allow that to the role in use, then run the import again")
    own = tuple(pair for pair in remote.tags if pair[0] not in (OWNERSHIP[0], REPOSITORY))
    kept = tuple(pair for pair in own if not tag_problem(*pair))
    remarks = tuple(
        f'the tag "{key}" belongs to AWS and was left out' for key, value in own if (key, value) not in kept
    )
    return kept, remarks


def _checkpoint(remote: RemoteSchema, versions: tuple[AdoptedVersion, ...], known: DesiredSchema | None) -> int | None:
    """The checkpoint as a contract version; none where Glue itself put it when the schema was created."""
    if remote.checkpoint == _FIRST:
        return None
    numbers = {version.sha256: version.number for version in known.versions} if known else {}
    held = {version.number: numbers[version.sha256] for version in remote.versions if version.sha256 in numbers}
    return {**held, **{version.remote: version.number for version in versions}}.get(remote.checkpoint)


def _moved(remote: RemoteSchema, checkpoint: int | None, known: DesiredSchema | None) -> Iterator[str]:
    """A manifest that stands is not rewritten, so it is told what it lacks."""
    if known and checkpoint is not None and known.checkpoint != checkpoint:
        yield (
            f"the checkpoint is number {remote.checkpoint}: write `registry: {{checkpoint: {checkpoint}}}` into the manifest"
        )
