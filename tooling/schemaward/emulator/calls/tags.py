"""TagResource, UntagResource, GetTags: registries and schemas have tags, versions have none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from schemaward.emulator.lookup import with_registry, with_schema
from schemaward.emulator.names import registry_of, schema_of
from schemaward.emulator.refusals import invalid
from schemaward.emulator.state import ApiError, Call, Context, Registry, Request, Response, Schema, State


def tag_resource(state: State, request: Request, context: Context) -> tuple[State, Response]:
    """Add tags, or change the values of those that are there."""
    resource = _find(state, request["ResourceArn"], context)
    tags = {**resource.tags, **request["TagsToAdd"]}
    if len(tags) > context.options.quotas.tags:
        raise invalid(f"A resource has at most {context.options.quotas.tags} tags.")
    return _with_tags(state, resource, tags), {}


def untag_resource(state: State, request: Request, context: Context) -> tuple[State, Response]:
    """Remove tags by key; keys that are not there are fine."""
    resource = _find(state, request["ResourceArn"], context)
    kept = {key: value for key, value in resource.tags.items() if key not in request["TagsToRemove"]}
    return _with_tags(state, resource, kept), {}


def get_tags(state: State, request: Request, context: Context) -> tuple[State, Response]:
    """The tags of a registry or schema."""
    return state, {"Tags": dict(_find(state, request["ResourceArn"], context).tags)}


def _find(state: State, arn: str, context: Context) -> Registry | Schema:
    registry_name, schema_name = schema_of(context, arn) or (registry_of(context, arn), None)
    registry = state.registries.get(registry_name) if registry_name else None
    found = registry.schemas.get(schema_name) if registry and schema_name else registry
    if found is None:
        raise ApiError("EntityNotFoundException", f"Resource is not found. ResourceArn: {arn}")
    return found


def _with_tags(state: State, resource: Registry | Schema, tags: Mapping[str, str]) -> State:
    frozen = MappingProxyType(dict(tags))
    if isinstance(resource, Schema):
        return with_schema(state, replace(resource, tags=frozen))
    return with_registry(state, replace(resource, tags=frozen))


CALLS: dict[str, Call] = {
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
    "GetTags": get_tags,
}
