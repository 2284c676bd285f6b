"""CreateRegistry, UpdateRegistry, GetRegistry, ListRegistries, DeleteRegistry."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from schemaward.emulator.lookup import find_registry, with_registry
from schemaward.emulator.names import registry_arn
from schemaward.emulator.paging import page
from schemaward.emulator.refusals import already_exists, invalid, no_more
from schemaward.emulator.settle import put_registry, start
from schemaward.emulator.state import Call, Context, Registry, Request, Response, Stage, State


def create_registry(state: State, request: Request, context: Context) -> tuple[State, Response]:
    """Create a registry."""
    created = new_registry(state, request["RegistryName"], context)
    created = replace(
        created,
        description=request.get("Description"),
        tags=MappingProxyType(dict(request.get("Tags", {}))),
    )
    answer = {
        "RegistryArn": registry_arn(context, created.name),
        "RegistryName": created.name,
        "Description": created.description,
        "Tags": dict(created.tags),
    }
    return with_registry(state, created), answer


def new_registry(state: State, name: str, context: Context) -> Registry:
    """An empty registry; refused when the name is taken or the quota used up."""
    if name in state.registries:
        raise already_exists(f"Registry already exists. RegistryName: {name}")
    if len(state.registries) >= context.options.quotas.registries:
        raise no_more("registries")
    return Registry(name, created=context.now, updated=context.now)


def update_registry(state: State, request: Request, context: Context) -> tuple[State, Response]:
    """Change the description, the only thing that can change."""
    registry = find_registry(state, request["RegistryId"], context)
    if registry.stage is not Stage.AVAILABLE:
        raise invalid(f"Registry {registry.name} is in {registry.stage} status and cannot be changed.")
    changed = replace(registry, description=request["Description"], updated=context.now)
    answer = {"RegistryName": registry.name, "RegistryArn": registry_arn(context, registry.name)}
    return with_registry(state, changed), answer


def get_registry(state: State, request: Request, context: Context) -> tuple[State, Response]:
    """Describe a registry (its tags are in GetTags)."""
    return state, _described(find_registry(state, request["RegistryId"], context), context)


def list_registries(state: State, request: Request, context: Context) -> tuple[State, Response]:
    """List the registries that are not being deleted, by name."""
    living = [registry for registry in state.registries.values() if registry.stage is not Stage.DELETING]
    shown, token = page(living, lambda registry: [registry.name], request, "registries")
    return state, {"Registries": [_described(registry, context) for registry in shown], "NextToken": token}


def delete_registry(state: State, request: Request, context: Context) -> tuple[State, Response]:
    """Begin to delete a registry with everything in it."""
    registry = find_registry(state, request["RegistryId"], context)
    if registry.stage is not Stage.DELETING:
        # The schemas go with their registry: they show DELETING, and have no end of their own to wait for.
        schemas = {name: replace(schema, stage=Stage.DELETING) for name, schema in registry.schemas.items()}
        going = replace(registry, schemas=MappingProxyType(schemas))
        state = put_registry(state, registry.name, start(going, Stage.DELETING, None, context.options))
    answer = {
        "RegistryName": registry.name,
        "RegistryArn": registry_arn(context, registry.name),
        "Status": Stage.DELETING,
    }
    return state, answer


def _described(registry: Registry, context: Context) -> Response:
    return {
        "RegistryName": registry.name,
        "RegistryArn": registry_arn(context, registry.name),
        "Description": registry.description,
        "Status": registry.stage,
        "CreatedTime": registry.created,
        "UpdatedTime": registry.updated,
    }


CALLS: dict[str, Call] = {
    "CreateRegistry": create_registry,
    "UpdateRegistry": update_registry,
    "GetRegistry": get_registry,
    "ListRegistries": list_registries,
    "DeleteRegistry": delete_registry,
}
