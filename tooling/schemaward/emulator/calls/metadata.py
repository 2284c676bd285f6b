"""PutSchemaVersionMetadata, QuerySchemaVersionMetadata, RemoveSchemaVersionMetadata."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from schemaward.emulator.lookup import find_version, latest_of, with_schema, with_version, writable
from schemaward.emulator.names import schema_arn
from schemaward.emulator.paging import page
from schemaward.emulator.refusals import already_exists, invalid, over_quota
from schemaward.emulator.state import ApiError, Call, Context, Metadata, Request, Response, Schema, State, Version

_LITERAL = re.compile(r"[a-zA-Z0-9+\-=._/@]+")
"""The pattern of the model, were its ``+-=`` no range."""


def put_metadata(state: State, request: Request, context: Context) -> tuple[State, Response]:
    """Add one pair; a second value of a key is kept beside the first, the same pair again is refused."""
    schema, version, key, value = _addressed_pair(state, request, context)
    if context.options.assume.metadata_characters == "literal" and not _LITERAL.fullmatch(key + value):
        raise invalid(f"A character of metadata is not allowed. MetadataKey: {key}, MetadataValue: {value}")
    if any((pair.key, pair.value) == (key, value) for pair in version.metadata):
        raise already_exists(
            f"Resource already exist for schema version id: {version.id}, metadata key: {key}, metadata value: {value}"
        )
    if len(version.metadata) >= context.options.quotas.metadata:
        raise over_quota("Your resource limits for Schema Version Metadata have been exceeded.")
    changed = replace(version, metadata=(*version.metadata, Metadata(key, value, context.now)))
    return with_schema(state, with_version(schema, changed)), _echo(schema, version, key, value, context)


def remove_metadata(state: State, request: Request, context: Context) -> tuple[State, Response]:
    """Remove exactly one pair."""
    schema, version, key, value = _addressed_pair(state, request, context)
    kept = tuple(pair for pair in version.metadata if (pair.key, pair.value) != (key, value))
    if kept == version.metadata:
        raise ApiError("EntityNotFoundException", f"Metadata is not found. MetadataKey: {key}, MetadataValue: {value}")
    changed = replace(version, metadata=kept)
    return with_schema(state, with_version(schema, changed)), _echo(schema, version, key, value, context)


def query_metadata(state: State, request: Request, context: Context) -> tuple[State, Response]:
    """The pairs of a version by key, all or those that any of the given pairs matches."""
    _, version = find_version(state, request, context)
    wanted = request.get("MetadataList", [])
    chosen = [pair for pair in version.metadata if not wanted or any(_matches(pair, one) for one in wanted)]
    keys = {pair.key for pair in chosen}
    shown, token = page(keys, lambda key: [key], request, f"metadata/{version.id}")
    answer = {
        "MetadataInfoMap": {key: _described([pair for pair in chosen if pair.key == key]) for key in shown},
        "SchemaVersionId": version.id,
        "NextToken": token,
    }
    return state, answer


def _addressed_pair(state: State, request: Request, context: Context) -> tuple[Schema, Version, str, str]:
    given = request["MetadataKeyValue"]
    if "MetadataKey" not in given or "MetadataValue" not in given:
        raise invalid("MetadataKey and MetadataValue have to be provided in MetadataKeyValue.")
    schema, version = find_version(state, request, context)
    return writable(schema), version, given["MetadataKey"], given["MetadataValue"]


def _matches(pair: Metadata, wanted: Request) -> bool:
    given = wanted.get("MetadataKey", pair.key), wanted.get("MetadataValue", pair.value)
    return given == (pair.key, pair.value)


def _described(pairs: Sequence[Metadata]) -> Response:
    first, *others = ({"MetadataValue": pair.value, "CreatedTime": pair.created} for pair in pairs)
    return {**first, "OtherMetadataValueList": others}


def _echo(schema: Schema, version: Version, key: str, value: str, context: Context) -> Response:
    latest = latest_of(schema)
    return {
        "SchemaArn": schema_arn(context, schema.registry, schema.name),
        "SchemaName": schema.name,
        "RegistryName": schema.registry,
        "LatestVersion": latest is not None and latest.id == version.id,
        "VersionNumber": version.number,
        "SchemaVersionId": version.id,
        "MetadataKey": key,
        "MetadataValue": value,
    }


CALLS: dict[str, Call] = {
    "PutSchemaVersionMetadata": put_metadata,
    "QuerySchemaVersionMetadata": query_metadata,
    "RemoveSchemaVersionMetadata": remove_metadata,
}
