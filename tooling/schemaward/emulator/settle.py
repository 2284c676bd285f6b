"""Asynchronous work: every call that addresses a thing brings what is underway there one step nearer its end.

AWS does such work in its own time. Counting calls instead of seconds makes every run the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar

from schemaward.emulator import lookup
from schemaward.emulator.names import registry_of, schema_of
from schemaward.emulator.options import Options
from schemaward.emulator.state import (
    ApiError,
    Context,
    Registry,
    Request,
    Schema,
    Stage,
    State,
    Underway,
    Version,
)

Thing = TypeVar("Thing", Registry, Schema, Version)


def start(thing: Thing, stage: Stage, then: Stage | None, options: Options) -> Thing | None:
    """The thing with work begun on it: shown as ``stage`` until it ends; None when it is gone at once."""
    return step(replace(thing, stage=stage, underway=Underway(options.pending, then)), 0)


def step(thing: Thing, calls: int = 1) -> Thing | None:
    """The thing after ``calls`` more calls; None when its deletion has ended."""
    if thing.underway is None:
        return thing
    left = thing.underway.calls - calls
    if left > 0:
        return replace(thing, underway=replace(thing.underway, calls=left))
    if thing.underway.then is None:
        return None
    return replace(thing, stage=thing.underway.then, underway=None)


def advance(state: State, operation: str, request: Request, context: Context) -> State:
    """The state after one more call that addresses a registry or schema."""
    registry_name, schema_name = _addressed(state, operation, request, context)
    registry = state.registries.get(registry_name) if registry_name else None
    if registry is None:
        return state
    moved = step(registry)
    schema = registry.schemas.get(schema_name) if schema_name else None
    if moved is not None and schema is not None:
        moved = put_schema(moved, schema.name, _advance_schema(schema))
    return state if moved is registry else put_registry(state, registry.name, moved)


def put_registry(state: State, name: str, registry: Registry | None) -> State:
    """The state with a registry replaced, or removed when None."""
    kept = {key: value for key, value in state.registries.items() if key != name}
    return replace(state, registries=MappingProxyType(kept | ({name: registry} if registry else {})))


def put_schema(registry: Registry, name: str, schema: Schema | None) -> Registry:
    """The registry with a schema replaced, or removed when None."""
    if schema is registry.schemas.get(name):
        return registry
    kept = {key: value for key, value in registry.schemas.items() if key != name}
    return replace(registry, schemas=MappingProxyType(kept | ({name: schema} if schema else {})))


def settled(schema: Schema, versions: tuple[Version | None, ...]) -> Schema:
    """The schema with these versions, without those that are gone."""
    kept = tuple(version for version in versions if version is not None)
    available = (version.number for version in kept if version.stage is Stage.AVAILABLE)
    return replace(schema, versions=kept, reached=max(schema.reached, *available, 0))


def _advance_schema(schema: Schema) -> Schema | None:
    if all(version.underway is None for version in schema.versions):
        return step(schema)
    return step(settled(schema, tuple(step(version) for version in schema.versions)))


def _addressed(state: State, operation: str, request: Request, context: Context) -> tuple[str | None, str | None]:
    """The names of the registry and the schema that a request addresses, where it does."""
    try:
        return _ADDRESSES.get(operation, _by_schema)(state, request, context)
    except ApiError:
        return None, None


def _by_schema(state: State, request: Request, context: Context) -> tuple[str | None, str | None]:
    if "SchemaVersionId" in request:
        schema, _ = lookup.version_by_id(state, request["SchemaVersionId"])
        return schema.registry, schema.name
    if "SchemaId" in request:
        return lookup.schema_names(request["SchemaId"], context)
    return _by_registry(state, request, context)


def _by_registry(_state: State, request: Request, context: Context) -> tuple[str | None, str | None]:
    return (lookup.registry_name(request["RegistryId"], context) if "RegistryId" in request else None), None


def _by_new_registry(_state: State, request: Request, _context: Context) -> tuple[str | None, str | None]:
    return request["RegistryName"], None


def _by_new_schema(_state: State, request: Request, context: Context) -> tuple[str | None, str | None]:
    return lookup.home_of(request, context), request["SchemaName"]


def _by_arn(_state: State, request: Request, context: Context) -> tuple[str | None, str | None]:
    arn = request["ResourceArn"]
    return schema_of(context, arn) or (registry_of(context, arn), None)


_ADDRESSES: dict[str, Callable[[State, Request, Context], tuple[str | None, str | None]]] = {
    "CreateRegistry": _by_new_registry,
    "CreateSchema": _by_new_schema,
    "TagResource": _by_arn,
    "UntagResource": _by_arn,
    "GetTags": _by_arn,
}
