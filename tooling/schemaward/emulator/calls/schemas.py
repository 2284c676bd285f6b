"""CreateSchema, UpdateSchema, GetSchema, ListSchemas, DeleteSchema."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from schemaward.emulator.calls.registries import new_registry
from schemaward.emulator.calls.versions import check_definition, check_quota, next_version, with_next
from schemaward.emulator.lookup import (
    find_registry,
    find_schema,
    home_of,
    latest_of,
    version_of,
    with_registry,
    with_schema,
    writable,
)
from schemaward.emulator.names import DEFAULT_REGISTRY, registry_arn, schema_arn
from schemaward.emulator.paging import page
from schemaward.emulator.refusals import already_exists, invalid, registry_not_found
from schemaward.emulator.settle import put_registry, put_schema, start
from schemaward.emulator.state import Call, Context, Request, Response, Schema, Stage, State, Underway
from schemaward.model import DataFormat, Mode


def create_schema(state: State, request: Request, context: Context) -> tuple[State, Response]:
    """Create a schema and, with a definition, its version 1, which no compatibility check delays."""
    state, home = _with_home(state, request, context)
    name, definition = request["SchemaName"], request.get("SchemaDefinition")
    schema = Schema(
        registry=home,
        name=name,
        data_format=DataFormat(request["DataFormat"]),
        mode=_first_mode(request, context),
        created=context.now,
        updated=context.now,
        description=request.get("Description"),
        tags=MappingProxyType(dict(request.get("Tags", {}))),
        underway=_left_of_deletion(state.registries[home].schemas.get(name), context),
    )
    answer: Response = {"Tags": dict(schema.tags)}
    if definition is not None:
        check_definition(schema.data_format, definition, context)
        check_quota(state, context)
        version = next_version(schema, definition, context)
        schema = with_next(schema, version)
        answer |= {"SchemaVersionId": version.id, "SchemaVersionStatus": version.stage}
    return with_schema(state, schema), _described(schema, context) | answer


def _first_mode(request: Request, context: Context) -> Mode:
    if "Compatibility" not in request and context.options.assume.no_compatibility == "refuse":
        raise invalid("Compatibility is required.")
    return Mode(request.get("Compatibility", Mode.BACKWARD))


def _left_of_deletion(taken: Schema | None, context: Context) -> Underway | None:
    """What is still underway at a name that is given to a new schema; refused where the name is not free.

    Users of AWS report that a schema which is created while the deletion of its namesake goes on is deleted with it.
    """
    if taken is None:
        return None
    if taken.stage is not Stage.DELETING or context.options.assume.name_in_deletion == "refuse":
        raise already_exists(f"Schema already exists. SchemaName: {taken.name}")
    return taken.underway


def _with_home(state: State, request: Request, context: Context) -> tuple[State, str]:
    """The registry that the schema goes to; the default one is made on demand."""
    name = home_of(request, context)
    if name not in state.registries:
        if name != DEFAULT_REGISTRY:
            raise registry_not_found(request["RegistryId"])
        state = with_registry(state, new_registry(state, name, context))
    if state.registries[name].stage is not Stage.AVAILABLE:
        raise invalid(f"Registry {name} is in {state.registries[name].stage} status and takes no schemas.")
    return state, name


def update_schema(state: State, request: Request, context: Context) -> tuple[State, Response]:
    """Change description, mode and checkpoint; the checkpoint moves only forward."""
    schema = writable(find_schema(state, request["SchemaId"], context))
    if not {"Compatibility", "SchemaVersionNumber", "Description"} & set(request):
        raise invalid("One of SchemaVersionNumber, Compatibility or Description has to be provided.")
    changed = replace(
        schema,
        mode=_mode(schema, request),
        checkpoint=_checkpoint(schema, request),
        description=request.get("Description", schema.description),
        updated=context.now,
    )
    answer = {
        "SchemaArn": schema_arn(context, schema.registry, schema.name),
        "SchemaName": schema.name,
        "RegistryName": schema.registry,
    }
    return with_schema(state, changed), answer


def _mode(schema: Schema, request: Request) -> Mode:
    if "Compatibility" not in request:
        return schema.mode
    if "SchemaVersionNumber" not in request:
        raise invalid("SchemaVersionNumber is required when Compatibility is provided.")
    mode = Mode(request["Compatibility"])
    if mode is schema.mode:
        raise invalid(f"The compatibility of schema {schema.name} is {mode} already.")
    return mode


def _checkpoint(schema: Schema, request: Request) -> int:
    if "SchemaVersionNumber" not in request:
        return schema.checkpoint
    version = version_of(schema, request["SchemaVersionNumber"])
    if version.stage is not Stage.AVAILABLE:
        raise invalid(f"Schema version {version.number} is in {version.stage} status and cannot be the checkpoint.")
    if version.number < schema.checkpoint:
        raise invalid(f"The checkpoint {schema.checkpoint} cannot move back to version {version.number}.")
    return version.number


def get_schema(state: State, request: Request, context: Context) -> tuple[State, Response]:
    """Describe a schema (its tags are in GetTags, its definitions in GetSchemaVersion)."""
    schema = find_schema(state, request["SchemaId"], context)
    times = {"CreatedTime": schema.created, "UpdatedTime": schema.updated}
    return state, _described(schema, context) | times


def list_schemas(state: State, request: Request, context: Context) -> tuple[State, Response]:
    """List the schemas of one registry, or of all, that are not being deleted."""
    chosen = [find_registry(state, request["RegistryId"], context)] if "RegistryId" in request else None
    registries = state.registries.values() if chosen is None else chosen
    living = [
        schema for registry in registries for schema in registry.schemas.values() if schema.stage is not Stage.DELETING
    ]
    listing = f"schemas/{chosen[0].name}" if chosen else "schemas"
    shown, token = page(living, lambda schema: [schema.registry, schema.name], request, listing)
    return state, {"Schemas": [_listed(schema, context) for schema in shown], "NextToken": token}


def delete_schema(state: State, request: Request, context: Context) -> tuple[State, Response]:
    """Begin to delete a schema with all its versions."""
    schema = find_schema(state, request["SchemaId"], context)
    if schema.stage is not Stage.DELETING:
        registry = state.registries[schema.registry]
        gone = start(schema, Stage.DELETING, None, context.options)
        state = put_registry(state, registry.name, put_schema(registry, schema.name, gone))
    answer = {
        "SchemaArn": schema_arn(context, schema.registry, schema.name),
        "SchemaName": schema.name,
        "Status": Stage.DELETING,
    }
    return state, answer


def _described(schema: Schema, context: Context) -> Response:
    latest = latest_of(schema)
    return {
        "RegistryName": schema.registry,
        "RegistryArn": registry_arn(context, schema.registry),
        "SchemaName": schema.name,
        "SchemaArn": schema_arn(context, schema.registry, schema.name),
        "Description": schema.description,
        "DataFormat": schema.data_format,
        "Compatibility": schema.mode,
        "SchemaCheckpoint": schema.checkpoint,
        "LatestSchemaVersion": latest.number if latest else None,
        "NextSchemaVersion": schema.reached + 1,
        "SchemaStatus": schema.stage,
    }


def _listed(schema: Schema, context: Context) -> Response:
    return {
        "RegistryName": schema.registry,
        "SchemaName": schema.name,
        "SchemaArn": schema_arn(context, schema.registry, schema.name),
        "Description": schema.description,
        "SchemaStatus": schema.stage,
        "CreatedTime": schema.created,
        "UpdatedTime": schema.updated,
    }


CALLS: dict[str, Call] = {
    "CreateSchema": create_schema,
    "UpdateSchema": update_schema,
    "GetSchema": get_schema,
    "ListSchemas": list_schemas,
    "DeleteSchema": delete_schema,
}
