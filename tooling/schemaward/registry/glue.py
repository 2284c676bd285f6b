"""The writing half of the AWS Glue adapter: one call for one action."""

from __future__ import annotations

from typing import Any

from schemaward.errors import RegistryError
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
from schemaward.registry.connection import Connection, call, require_place, text
from schemaward.registry.desired import Tags
from schemaward.registry.failures import CallError, one_line
from schemaward.registry.reading import read_schema, read_version, schema_id
from schemaward.registry.state import VersionStatus


def perform(connection: Connection, action: Action) -> str:
    """Carry out ``action``. Returns the id of the version that must now become AVAILABLE, or "" for other actions.

    Nothing is awaited. Raises CallError when the registry refuses.
    """
    match action:
        case CreateSchema() | RegisterVersion():
            return _register(connection, action)
        case AwaitVersion():
            return action.id
        case AnnotateVersion():
            annotate(connection, action.id, action.pairs)
        case TagResource():
            call(connection, "tag_resource", {"ResourceArn": action.arn, "TagsToAdd": dict(action.tags)})
        case CreateRegistry() | UpdateRegistryDescription():
            _write_registry(connection, action)
        case SetMode() | SetCheckpoint() | SetDescription():
            _update_schema(connection, action)
        case RemoveFailedVersion() | DeleteSchema():
            _delete(connection, action)
    return ""


def annotate(connection: Connection, version_id: str, pairs: Tags) -> None:
    """Add metadata to a version. A pair that is already there is a success. Raises CallError."""
    for key, value in pairs:
        pair = {"MetadataKey": key, "MetadataValue": value}
        try:
            call(connection, "put_schema_version_metadata", {"SchemaVersionId": version_id, "MetadataKeyValue": pair})
        except CallError as error:
            if error.code != "AlreadyExistsException":
                raise


def _register(connection: Connection, action: CreateSchema | RegisterVersion) -> str:
    address: dict[str, Any]
    if isinstance(action, RegisterVersion):
        operation, address = "register_schema_version", {"SchemaId": schema_id(connection, action.schema)}
    else:
        operation = "create_schema"
        address = {
            "RegistryId": {"RegistryName": connection.target.registry},
            "SchemaName": action.schema,
            "DataFormat": action.data_format.value,
            "Compatibility": action.mode.value,
            "Description": action.description,
            "Tags": dict(action.tags),
        }
    answer = call(connection, operation, {**address, "SchemaDefinition": action.version.definition})
    return text(connection, operation, answer, "SchemaVersionId")


def _write_registry(connection: Connection, action: CreateRegistry | UpdateRegistryDescription) -> None:
    name = connection.target.registry
    if isinstance(action, CreateRegistry):
        create = {"RegistryName": name, "Description": action.description, "Tags": dict(action.tags)}
        answer = call(connection, "create_registry", create)
        arn = text(connection, "create_registry", answer, "RegistryArn")
        require_place(connection.target, "create_registry", arn, f"delete the empty registry {one_line(arn)} by hand")
    else:
        update = {"RegistryId": {"RegistryName": name}, "Description": action.new}
        call(connection, "update_registry", update)


def _update_schema(connection: Connection, action: SetMode | SetCheckpoint | SetDescription) -> None:
    changes: dict[str, Any]
    match action:
        case SetMode():
            changes = {
                "SchemaVersionNumber": {"VersionNumber": action.checkpoint},
                "Compatibility": action.new.value,
            }
        case SetCheckpoint():
            changes = {"SchemaVersionNumber": {"VersionNumber": _glue_number(connection, action)}}
        case SetDescription():
            changes = {"Description": action.new}
    call(connection, "update_schema", {"SchemaId": schema_id(connection, action.schema), **changes})


def _delete(connection: Connection, action: RemoveFailedVersion | DeleteSchema) -> None:
    """Begin a deletion; what is gone already is a success."""
    address = {"SchemaId": schema_id(connection, action.schema)}
    try:
        if isinstance(action, DeleteSchema):
            call(connection, "delete_schema", address)
        elif _still_failed(connection, action):
            call(connection, "delete_schema_versions", {**address, "Versions": str(action.number)})
    except CallError as error:
        if error.code != "EntityNotFoundException":
            raise


def _still_failed(connection: Connection, action: RemoveFailedVersion) -> bool:
    """Looked at once more right before the deletion: a version that somebody may use is never deleted alone."""
    seen = read_version(connection, action.id)
    if seen is not None and seen.status is VersionStatus.AVAILABLE:
        fact = f"number {seen.number} of {action.schema} is AVAILABLE by now, so it is not deleted"
        raise RegistryError(fact, "run the sync again")
    return seen is not None


def _glue_number(connection: Connection, action: SetCheckpoint) -> int:
    """Glue's own number of the version: failed registrations take numbers too, so it is never computed."""
    remote = read_schema(connection, action.schema)
    held = remote.holding(action.version.sha256) if remote else None
    if held is None:
        fact = (
            f"v{action.version.number} of {action.contract} is not in the registry, so the checkpoint cannot move to it"
        )
        raise RegistryError(fact, "run the sync again")
    return held.number
