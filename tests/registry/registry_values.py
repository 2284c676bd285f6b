"""Desired and actual registries by hand, and a registry that is only a value: ``after`` says what an action does."""

from __future__ import annotations

from dataclasses import replace

from schemaward.model import DataFormat, Mode
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
from schemaward.registry.desired import DesiredRegistry, DesiredSchema, DesiredVersion, Tags, owned
from schemaward.registry.state import RegistryState, RemoteSchema, RemoteVersion, VersionStatus

REGISTRY_ARN = "arn:aws:glue:eu-central-1:123456789012:registry/ai"


def wanted(
    *contents: str,
    contract: str = "identity.person",
    mode: Mode = Mode.BACKWARD,
    checkpoint: int | None = None,
    tags: Tags = (),
    description: str = "A person.",
) -> DesiredSchema:
    """A contract whose versions 1, 2, ... have the given contents."""
    return DesiredSchema(
        contract=contract,
        name=contract,
        data_format=DataFormat.JSON,
        mode=mode,
        description=description,
        tags=owned(tags),
        versions=tuple(DesiredVersion(number, f'"{text}"', text) for number, text in enumerate(contents, 1)),
        checkpoint=checkpoint,
    )


def registry(*schemas: DesiredSchema, create: bool = True, tags: Tags = (), description: str = "AI") -> DesiredRegistry:
    return DesiredRegistry("ai", description, tags, create, schemas)


def standing(
    *versions: RemoteVersion,
    name: str = "identity.person",
    mode: Mode = Mode.BACKWARD,
    checkpoint: int = 1,
    tags: Tags | None = (("managed-by", "schemaward"),),
    description: str = "A person.",
) -> RemoteSchema:
    arn = f"arn:aws:glue:eu-central-1:123456789012:schema/ai/{name}"
    return RemoteSchema(name, arn, "JSON", mode, checkpoint, description, True, tags, versions)


def stored(
    number: int,
    text: str,
    status: str = "AVAILABLE",
    *,
    version: int | None = None,
    metadata: Tags | None = None,
    definition: str = "",
) -> RemoteVersion:
    """A version in the registry, with the metadata that the sync gives to contract version ``version``."""
    marks = (("contract-version", str(version or number)), ("content-sha256", text)) if metadata is None else metadata
    return RemoteVersion(number, f"id-{number}", VersionStatus(status), text, marks, definition=definition)


def state(
    *schemas: RemoteSchema, tags: Tags = (), description: str = "AI", others: tuple[str, ...] = ()
) -> RegistryState:
    return RegistryState("ai", REGISTRY_ARN, True, description, tags, schemas, others)


def after(actual: RegistryState, action: Action) -> RegistryState:
    """What the registry is after ``action``, when all goes well."""
    match action:
        case CreateRegistry():
            return replace(actual, arn=REGISTRY_ARN, description=action.description, tags=action.tags)
        case UpdateRegistryDescription():
            return replace(actual, description=action.new)
        case TagResource(contract=""):
            return replace(actual, tags=_merged(actual.tags, action.tags))
        case CreateSchema():
            return replace(actual, schemas=(*actual.schemas, _created(action)))
    if isinstance(action, DeleteSchema):
        return replace(actual, schemas=tuple(each for each in actual.schemas if each.name != action.schema))
    schemas = tuple(_changed(schema, action) if schema.name == action.contract else schema for schema in actual.schemas)
    return replace(actual, schemas=schemas)


def _created(action: CreateSchema) -> RemoteSchema:
    first = stored(1, action.version.sha256, version=action.version.number)
    return standing(first, name=action.schema, mode=action.mode, tags=action.tags, description=action.description)


def _changed(schema: RemoteSchema, action: Action) -> RemoteSchema:
    match action:
        case RegisterVersion():
            assert schema.mode is not Mode.DISABLED
            number = max((version.number for version in schema.versions), default=0) + 1
            added = stored(number, action.version.sha256, version=action.version.number)
            return replace(schema, versions=(*schema.versions, added))
        case AwaitVersion() | AnnotateVersion():
            versions = tuple(_marked(each, action) if each.id == action.id else each for each in schema.versions)
            return replace(schema, versions=versions)
        case SetMode():
            assert action.checkpoint == schema.checkpoint
            assert action.new is not schema.mode
            return replace(schema, mode=action.new)
        case SetCheckpoint():
            held = schema.holding(action.version.sha256)
            assert held is not None
            assert held.number >= schema.checkpoint
            return replace(schema, checkpoint=held.number)
        case SetDescription():
            return replace(schema, description=action.new)
        case RemoveFailedVersion():
            (version,) = (each for each in schema.versions if each.id == action.id)
            assert version.status is VersionStatus.FAILURE
            return schema.lacking(action.number)
        case TagResource():
            return replace(schema, tags=_merged(schema.tags, action.tags))
    raise AssertionError(action)


def _marked(version: RemoteVersion, action: AwaitVersion | AnnotateVersion) -> RemoteVersion:
    return replace(version, status=VersionStatus.AVAILABLE, metadata=action.version.metadata)


def _merged(present: Tags | None, added: Tags) -> Tags:
    return tuple(sorted({**dict(present or ()), **dict(added)}.items()))
