"""From the identifiers in a request to the values in the state, and back with changed values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar

from schemaward.emulator.names import DEFAULT_REGISTRY, registry_of, schema_of
from schemaward.emulator.refusals import (
    invalid,
    registry_not_found,
    schema_not_found,
    version_not_found_by_id,
    version_not_found_by_number,
)
from schemaward.emulator.state import Context, Registry, Request, Schema, Stage, State, Version

Value = TypeVar("Value")


def registry_name(identifier: Request, context: Context) -> str:
    """The name in a RegistryId (a name or an ARN, one of them)."""
    if ("RegistryName" in identifier) == ("RegistryArn" in identifier):
        raise invalid("One of RegistryName or RegistryArn has to be provided in RegistryId.")
    if "RegistryName" in identifier:
        return str(identifier["RegistryName"])
    name = registry_of(context, identifier["RegistryArn"])
    if name is None:
        raise registry_not_found(identifier)
    return name


def home_of(request: Request, context: Context) -> str:
    """The name of the registry that a new schema goes to."""
    return registry_name(request["RegistryId"], context) if "RegistryId" in request else DEFAULT_REGISTRY


def schema_names(identifier: Request, context: Context) -> tuple[str, str]:
    """The registry and schema names in a SchemaId (an ARN, or names; without a registry the default one)."""
    if ("SchemaArn" in identifier) == ("SchemaName" in identifier) or {"SchemaArn", "RegistryName"} <= set(identifier):
        raise invalid("Either SchemaArn or SchemaName and RegistryName has to be provided in SchemaId.")
    if "SchemaName" in identifier:
        if "RegistryName" not in identifier and context.options.assume.no_registry == "refuse":
            raise invalid("RegistryName has to be provided with SchemaName in SchemaId.")
        return identifier.get("RegistryName", DEFAULT_REGISTRY), identifier["SchemaName"]
    names = schema_of(context, identifier["SchemaArn"])
    if names is None:
        raise schema_not_found(identifier)
    return names


def find_registry(state: State, identifier: Request, context: Context) -> Registry:
    """The registry of a RegistryId; raises EntityNotFoundException."""
    name = registry_name(identifier, context)
    try:
        return state.registries[name]
    except KeyError:
        raise registry_not_found(identifier) from None


def find_schema(state: State, identifier: Request, context: Context) -> Schema:
    """The schema of a SchemaId; raises EntityNotFoundException."""
    registry, name = schema_names(identifier, context)
    try:
        return state.registries[registry].schemas[name]
    except KeyError:
        raise schema_not_found(identifier) from None


def writable(schema: Schema) -> Schema:
    """The schema itself; raises InvalidInputException when it is being deleted."""
    if schema.stage is not Stage.AVAILABLE:
        raise invalid(f"Schema {schema.name} is in {schema.stage} status and cannot be changed.")
    return schema


def find_version(state: State, request: Request, context: Context) -> tuple[Schema, Version]:
    """The version that a request addresses by SchemaVersionId, or by SchemaId and SchemaVersionNumber."""
    if ("SchemaVersionId" in request) == ("SchemaId" in request):
        raise invalid("One of SchemaVersionId or SchemaId has to be provided.")
    if {"SchemaVersionId", "SchemaVersionNumber"} <= set(request):
        raise invalid("SchemaVersionNumber cannot be provided with SchemaVersionId.")
    if "SchemaVersionId" in request:
        return version_by_id(state, request["SchemaVersionId"])
    schema = find_schema(state, request["SchemaId"], context)
    if "SchemaVersionNumber" not in request:
        raise invalid("SchemaVersionNumber has to be provided with SchemaId.")
    return schema, version_of(schema, request["SchemaVersionNumber"])


def version_by_id(state: State, version_id: str) -> tuple[Schema, Version]:
    """The version with an id, wherever it is; raises EntityNotFoundException."""
    for registry in state.registries.values():
        for schema in registry.schemas.values():
            for version in schema.versions:
                if version.id == version_id:
                    return schema, version
    raise version_not_found_by_id(version_id)


def version_of(schema: Schema, number: Request) -> Version:
    """The version of a SchemaVersionNumber: a number, or the latest AVAILABLE one."""
    latest = number.get("LatestVersion", False)
    if latest == ("VersionNumber" in number):
        raise invalid("One of LatestVersion or VersionNumber has to be provided in SchemaVersionNumber.")
    found = latest_of(schema) if latest else _numbered(schema, number["VersionNumber"])
    if found is None:
        raise version_not_found_by_number(schema, number.get("VersionNumber"))
    return found


def latest_of(schema: Schema) -> Version | None:
    """The AVAILABLE version with the highest number; a FAILURE is never the latest."""
    return next((version for version in reversed(schema.versions) if version.stage is Stage.AVAILABLE), None)


def _numbered(schema: Schema, number: int) -> Version | None:
    return next((version for version in schema.versions if version.number == number), None)


def with_registry(state: State, registry: Registry) -> State:
    """The state with a registry added or replaced."""
    return replace(state, registries=_with(state.registries, registry.name, registry))


def with_schema(state: State, schema: Schema) -> State:
    """The state with a schema added or replaced in its registry."""
    registry = state.registries[schema.registry]
    return with_registry(state, replace(registry, schemas=_with(registry.schemas, schema.name, schema)))


def with_version(schema: Schema, changed: Version) -> Schema:
    """The schema with one of its versions replaced."""
    versions = tuple(changed if version.id == changed.id else version for version in schema.versions)
    return replace(schema, versions=versions)


def _with(mapping: Mapping[str, Value], key: str, value: Value) -> Mapping[str, Value]:
    return MappingProxyType({**mapping, key: value})
