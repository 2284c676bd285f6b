"""The reading half of the AWS Glue adapter: the state of a registry, all pages of it. Nothing here writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from schemaward.errors import SchemawardError
from schemaward.formats import format_module
from schemaward.model import DataFormat, Mode, RegistryKind
from schemaward.registry.connection import Answer, Connection, call, number, pages, require_place, text
from schemaward.registry.desired import Tags, fingerprint, in_sequence
from schemaward.registry.failures import CallError, garbage
from schemaward.registry.parallel import in_parallel
from schemaward.registry.seal import is_mark, mark_of
from schemaward.registry.state import RegistryState, RemoteSchema, RemoteVersion, VersionStatus

_METADATA = "query_schema_version_metadata"
_MOST_METADATA_PAGES = 10
_NOT_FOUND = "EntityNotFoundException"
_DENIED = "AccessDeniedException"


@dataclass(frozen=True, slots=True)
class _Reader:
    """One reading of a registry; ``unread`` collects what the role may not read."""

    connection: Connection
    unread: list[str] = field(default_factory=list)


def content_hash(data_format: str, definition: str) -> str:
    """The content hash of a stored definition; of its very text when it is not a schema that we understand."""
    try:
        identity = format_module(DataFormat(data_format)).load_value(definition, "definition in the registry").identity
    except (SchemawardError, ValueError):
        identity = f"not understood\n{definition}"
    return fingerprint(identity)


def read_state(connection: Connection, names: Sequence[str], *, repository: str = "") -> RegistryState:
    """The registry of the target with the schemas ``names``, and the names of the others. Raises RegistryError.

    Schemas that do not exist are left out. Tags, metadata and the list of schemas that the role may not read are
    noted in ``unread``; anything else that fails ends the reading.
    """
    registry = read_registry(connection, repository)
    return read_schemas(connection, registry, names, everything=True)


def read_registry(connection: Connection, repository: str = "") -> RegistryState:
    """The registry itself with its tags, without any schema: two calls. Raises RegistryError.

    Of the marks, the one that syncs from ``repository`` left is read.
    """
    target = connection.target
    try:
        answer = call(connection, "get_registry", {"RegistryId": {"RegistryName": target.registry}})
    except CallError as error:
        if error.code == _NOT_FOUND:
            return RegistryState(target.registry)
        raise
    arn = text(connection, "get_registry", answer, "RegistryArn")
    require_place(target, "get_registry", arn, "nothing was written")
    reader = _Reader(connection)
    tags = _read_tags(reader, arn)
    return RegistryState(
        name=target.registry,
        arn=arn,
        available=answer.get("Status", "AVAILABLE") == "AVAILABLE",
        description=answer.get("Description") or "",
        tags=None if tags is None else tuple(pair for pair in tags if not is_mark(pair[0])),
        mark=mark_of(tags, repository),
        unread=tuple(reader.unread),
    )


def read_schemas(
    connection: Connection,
    registry: RegistryState,
    names: Sequence[str],
    *,
    everything: bool,
) -> RegistryState:
    """``registry`` with the schemas ``names``; with ``everything``, also the names of the others. Raises RegistryError."""
    if registry.arn is None:
        return registry
    reader = _Reader(connection)
    others = _other_schemas(reader, frozenset(names)) if everything else ()
    schemas = tuple(in_parallel(connection.jobs, lambda name: _read_schema(reader, name), names))
    unread = tuple(sorted({*registry.unread, *reader.unread}))
    return replace(registry, schemas=tuple(filter(None, schemas)), others=others, unread=unread)


def read_schema(connection: Connection, name: str) -> RemoteSchema | None:
    """One schema, or None when the registry has none of that name. Raises RegistryError."""
    return _read_schema(_Reader(connection), name)


def read_version(connection: Connection, version_id: str) -> RemoteVersion | None:
    """A version by its id, without metadata; None when Glue does not know it (yet). Raises RegistryError.

    The id alone tells one registration from another.
    """
    operation = "get_schema_version"
    try:
        answer = call(connection, operation, {"SchemaVersionId": version_id})
    except CallError as error:
        if error.code == _NOT_FOUND:
            return None
        raise
    definition = text(connection, operation, answer, "SchemaDefinition")
    return RemoteVersion(
        id=version_id,
        number=number(connection, operation, answer, "VersionNumber"),
        status=_status(connection, operation, answer, "Status"),
        sha256=content_hash(text(connection, operation, answer, "DataFormat"), definition),
        definition=definition,
    )


def read_outline(connection: Connection, name: str) -> RemoteSchema | None:
    """One schema without versions and tags, or None when the registry has none of that name. Raises RegistryError."""
    operation = "get_schema"
    try:
        answer = call(connection, operation, {"SchemaId": schema_id(connection, name)})
    except CallError as error:
        if error.code == _NOT_FOUND:
            return None
        raise
    return RemoteSchema(
        name=name,
        arn=text(connection, operation, answer, "SchemaArn"),
        data_format=text(connection, operation, answer, "DataFormat"),
        mode=_mode(connection, answer),
        checkpoint=number(connection, operation, answer, "SchemaCheckpoint"),
        description=answer.get("Description") or "",
        available=answer.get("SchemaStatus", "AVAILABLE") == "AVAILABLE",
        tags=(),
        versions=(),
    )


def schema_id(connection: Connection, name: str) -> dict[str, str]:
    """The address of a schema by names."""
    return {"RegistryName": connection.target.registry, "SchemaName": name}


def _read_schema(reader: _Reader, name: str) -> RemoteSchema | None:
    outline = read_outline(reader.connection, name)
    if outline is None:
        return None
    try:
        versions = _read_versions(reader, name)
        tags = _read_tags(reader, outline.arn)
    except CallError as error:
        if error.code == _NOT_FOUND:  # deleted since the outline was read
            return None
        raise
    versions.sort(key=lambda version: version.number)
    if reader.connection.target.kind is RegistryKind.EVENTBRIDGE:
        places = in_sequence(version.sha256 for version in versions)
        versions = [
            replace(version, sha256=sha256, repeats=repeats)
            for version, (sha256, repeats) in zip(versions, places, strict=True)
        ]
    return replace(outline, tags=tags, versions=tuple(versions))


def _read_versions(reader: _Reader, name: str) -> list[RemoteVersion]:
    listing = "list_schema_versions"
    items = pages(reader.connection, listing, "Schemas", {"SchemaId": schema_id(reader.connection, name)})
    ids = [text(reader.connection, listing, item, "SchemaVersionId") for item in items]
    found = [read_version(reader.connection, version_id) for version_id in ids]
    return [replace(version, metadata=_read_metadata(reader, version)) for version in found if version]


def _read_metadata(reader: _Reader, version: RemoteVersion) -> Tags | None:
    """All pairs of a version, also those that stand beside the first value of their key: metadata is append-only."""
    if version.status is not VersionStatus.AVAILABLE:
        return ()
    pairs: list[tuple[str, str, str]] = []
    token = ""
    for _ in range(_MOST_METADATA_PAGES):
        try:
            more = {"NextToken": token} if token else {}
            answer = call(reader.connection, _METADATA, {"SchemaVersionId": version.id, **more})
        except CallError as error:
            _note_unreadable(reader, error, "the metadata of versions")
            return None
        pairs += _pairs(reader.connection, answer)
        token = answer.get("NextToken") or ""
        if not token:
            break
    return tuple((key, value) for key, _, value in sorted(pairs))


def _pairs(connection: Connection, answer: Answer) -> list[tuple[str, str, str]]:
    """Key, time of creation (ISO 8601, "" where there is none) and value of each pair."""
    found = answer.get("MetadataInfoMap") or {}
    return [
        (key, value.get("CreatedTime") or "", text(connection, _METADATA, value, "MetadataValue"))
        for key, info in found.items()
        for value in (info, *(info.get("OtherMetadataValueList") or ()))
    ]


def _read_tags(reader: _Reader, arn: str) -> Tags | None:
    try:
        answer = call(reader.connection, "get_tags", {"ResourceArn": arn})
    except CallError as error:
        _note_unreadable(reader, error, "tags")
        return None
    return tuple(sorted((answer.get("Tags") or {}).items()))


def _other_schemas(reader: _Reader, asked: frozenset[str]) -> tuple[str, ...]:
    registry = {"RegistryName": reader.connection.target.registry}
    try:
        items = list(pages(reader.connection, "list_schemas", "Schemas", {"RegistryId": registry}))
    except CallError as error:
        _note_unreadable(reader, error, "the list of schemas")
        return ()
    names = {text(reader.connection, "list_schemas", item, "SchemaName") for item in items}
    return tuple(sorted(names - asked))


def _note_unreadable(reader: _Reader, error: CallError, what: str) -> None:
    """Note what the role may not read; any other failure goes on its way."""
    if error.code != _DENIED:
        raise error
    reader.unread.append(f"{what} could not be read: {error.fact}; {error.remedy}")


def _mode(connection: Connection, answer: Answer) -> Mode:
    # A schema that was created without a mode shows none; nothing is compared then.
    word = answer.get("Compatibility") or Mode.NONE
    if word not in list(Mode):
        raise garbage(connection.target, "get_schema", f'the compatibility mode "{word}"')
    return Mode(word)


def _status(connection: Connection, operation: str, answer: Answer, key: str) -> VersionStatus:
    word = text(connection, operation, answer, key)
    if word not in list(VersionStatus):
        raise garbage(connection.target, operation, f'the version status "{word}"')
    return VersionStatus(word)
