"""The EventBridge Schema Registry: a pure state machine, as the model of the ``schemas`` API (2019-12-02) has it.

Versions are numbers in text, from "1" on; a registration is at hand at once. Assumed, because nothing says so: content
that equals the latest makes no new version, and a description alone makes none; the last version that is left cannot be
deleted, and the number of a deleted one is not used again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, TypeAlias

from schemaward.emulator.state import ApiError, Scope, Tags
from schemaward.limits import partition

Request: TypeAlias = Mapping[str, Any]
Answer: TypeAlias = "tuple[State, dict[str, Any]]"

_TYPES = ("OpenApi3", "JSONSchemaDraft4")
_MOST = {"Content": 100_000, "Description": 256, "ClientTokenId": 36}
_NAMES = {"registryName": r"[A-Za-z0-9._-]{1,64}", "schemaName": r"[A-Za-z0-9._@-]{1,385}"}
_PAGE = 10
_NO_TAGS: Tags = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Version:
    """One content; ``token`` is the one of the request that registered it."""

    content: str
    kind: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema with its versions, of which the first has number 1; None stands for one that was deleted."""

    description: str = ""
    tags: Tags = field(default_factory=lambda: _NO_TAGS)
    versions: tuple[Version | None, ...] = ()

    @property
    def numbers(self) -> list[int]:
        """The numbers of the versions that are there."""
        return [number for number, version in enumerate(self.versions, 1) if version]

    def version(self, number: int) -> Version:
        """Raises ApiError when there is none."""
        found = self.versions[number - 1] if 1 <= number <= len(self.versions) else None
        if found is None:
            raise ApiError("NotFoundException", f"Schema version {number} does not exist.")
        return found


@dataclass(frozen=True, slots=True)
class Registry:
    """A registry with its schemas by name."""

    description: str = ""
    tags: Tags = field(default_factory=lambda: _NO_TAGS)
    schemas: Mapping[str, Schema] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class State:
    """The registries of one account in one Region by name."""

    registries: Mapping[str, Registry] = field(default_factory=lambda: MappingProxyType({}))

    def registry(self, name: str) -> Registry:
        """Raises ApiError when there is none."""
        found = self.registries.get(name)
        if found is None:
            raise ApiError("NotFoundException", f"Registry with name {name} does not exist.")
        return found

    def schema(self, request: Request) -> Schema:
        """Raises ApiError when there is none."""
        found = self.registry(request["registryName"]).schemas.get(request["schemaName"])
        if found is None:
            raise ApiError("NotFoundException", f"Schema with name {request['schemaName']} does not exist.")
        return found

    def with_registry(self, name: str, registry: Registry) -> State:
        """The state with this registry, new or changed."""
        return State(MappingProxyType({**self.registries, name: registry}))

    def with_schema(self, request: Request, schema: Schema | None) -> State:
        """The state with this schema, new or changed; None takes it away."""
        registry = self.registry(request["registryName"])
        others = {name: each for name, each in registry.schemas.items() if name != request["schemaName"]}
        schemas = others if schema is None else {**others, request["schemaName"]: schema}
        return self.with_registry(request["registryName"], replace(registry, schemas=MappingProxyType(schemas)))


def answer(state: State, scope: Scope, operation: str, request: Request) -> tuple[State, dict[str, Any] | ApiError]:
    """The state after one call, and its answer. A refused call changes nothing."""
    try:
        _require_limits(request)
        return CALLS[operation](state, scope, request)
    except ApiError as error:
        return state, error


def _require_limits(request: Request) -> None:
    for name, most in _MOST.items():
        if len(request.get(name) or "") > most:
            raise ApiError("BadRequestException", f"{name} has more than {most} characters.")
    for name, pattern in _NAMES.items():
        if not re.fullmatch(pattern, request.get(name, "a")):
            raise ApiError("BadRequestException", f"{name} does not match {pattern}.")


def _create_registry(state: State, scope: Scope, request: Request) -> Answer:
    name = request["registryName"]
    if name in state.registries:
        raise ApiError("ConflictException", f"Registry with name {name} already exists.")
    made = Registry(request.get("Description", ""), MappingProxyType(dict(request.get("tags") or {})))
    return state.with_registry(name, made), _registry(scope, name, made)


def _describe_registry(state: State, scope: Scope, request: Request) -> Answer:
    name = request["registryName"]
    return state, _registry(scope, name, state.registry(name))


def _list_registries(state: State, scope: Scope, request: Request) -> Answer:
    """Those of AWS itself are none here."""
    prefix = request.get("registryNamePrefix", "")
    found = sorted(name for name in state.registries if name.startswith(prefix) and request.get("scope") != "AWS")
    items = [_registry(scope, name, state.registries[name]) for name in found]
    for item in items:
        del item["Description"]
    return state, _page("Registries", items, request)


def _update_registry(state: State, scope: Scope, request: Request) -> Answer:
    name = request["registryName"]
    changed = replace(state.registry(name), description=request.get("Description", ""))
    return state.with_registry(name, changed), _registry(scope, name, changed)


def _list_schemas(state: State, scope: Scope, request: Request) -> Answer:
    registry = request["registryName"]
    prefix = request.get("schemaNamePrefix", "")
    found = sorted(name for name in state.registry(registry).schemas if name.startswith(prefix))
    items = [{"SchemaName": name, "SchemaArn": _arn(scope, "schema", registry, name)} for name in found]
    return state, _page("Schemas", items, request)


def _create_schema(state: State, scope: Scope, request: Request) -> Answer:
    if request["schemaName"] in state.registry(request["registryName"]).schemas:
        raise ApiError("ConflictException", f"Schema with name {request['schemaName']} already exists.")
    tags = MappingProxyType(dict(request.get("tags") or {}))
    made = Schema(request.get("Description", ""), tags, (_version(request, request.get("Type")),))
    return state.with_schema(request, made), _schema(scope, request, made, 1)


def _describe_schema(state: State, scope: Scope, request: Request) -> Answer:
    schema = state.schema(request)
    number = int(request.get("schemaVersion") or schema.numbers[-1])
    return state, {**_schema(scope, request, schema, number), "Content": schema.version(number).content}


def _update_schema(state: State, scope: Scope, request: Request) -> Answer:
    schema = state.schema(request)
    changed = replace(schema, description=request.get("Description", schema.description))
    if request.get("Content"):
        latest = schema.version(schema.numbers[-1])
        version = _version(request, request.get("Type") or latest.kind)
        again = [number for number in schema.numbers if version.token and schema.version(number).token == version.token]
        if again:
            return state, _schema(scope, request, schema, again[0])
        if version.content != latest.content:
            changed = replace(changed, versions=(*schema.versions, version))
    return state.with_schema(request, changed), _schema(scope, request, changed, changed.numbers[-1])


def _list_versions(state: State, _scope: Scope, request: Request) -> Answer:
    numbers = reversed(state.schema(request).numbers)
    items = [{"SchemaName": request["schemaName"], "SchemaVersion": str(number)} for number in numbers]
    return state, _page("SchemaVersions", items, request)


def _delete_version(state: State, _scope: Scope, request: Request) -> Answer:
    schema, number = state.schema(request), int(request["schemaVersion"])
    schema.version(number)
    if schema.numbers == [number]:
        raise ApiError("BadRequestException", "The only version of a schema cannot be deleted.")
    versions = tuple(None if at == number else version for at, version in enumerate(schema.versions, 1))
    return state.with_schema(request, replace(schema, versions=versions)), {}


def _delete_schema(state: State, _scope: Scope, request: Request) -> Answer:
    state.schema(request)
    return state.with_schema(request, None), {}


def _list_tags(state: State, _scope: Scope, request: Request) -> Answer:
    return state, {"tags": dict(_tagged(state, request["resource-arn"]).tags)}


def _tag(state: State, _scope: Scope, request: Request) -> Answer:
    arn = request["resource-arn"]
    return _with_tags(state, arn, {**_tagged(state, arn).tags, **(request.get("tags") or {})})


def _untag(state: State, _scope: Scope, request: Request) -> Answer:
    arn, gone = request["resource-arn"], request.get("tagKeys", [])
    return _with_tags(state, arn, {key: value for key, value in _tagged(state, arn).tags.items() if key not in gone})


def _with_tags(state: State, arn: str, changed: Mapping[str, str]) -> Answer:
    tagged, tags = _tagged(state, arn), MappingProxyType(dict(changed))
    names = arn.split(":", 5)[5].split("/")
    if isinstance(tagged, Registry):
        return state.with_registry(names[1], replace(tagged, tags=tags)), {}
    address = {"registryName": names[1], "schemaName": names[2]}
    return state.with_schema(address, replace(tagged, tags=tags)), {}


def _tagged(state: State, arn: str) -> Registry | Schema:
    match arn.rpartition(":")[2].split("/"):
        case ["registry", name]:
            return state.registry(name)
        case ["schema", registry, name]:
            return state.schema({"registryName": registry, "schemaName": name})
    raise ApiError("NotFoundException", f"The resource {arn} does not exist.")


def _version(request: Request, kind: str | None) -> Version:
    content = request.get("Content")
    if not content or kind not in _TYPES:
        raise ApiError("BadRequestException", f"Content is required, and Type is one of {', '.join(_TYPES)}.")
    if kind == "JSONSchemaDraft4" and not _is_object(content):
        raise ApiError("BadRequestException", "Content is no JSON object.")
    return Version(content, kind, request.get("ClientTokenId") or "")


def _is_object(content: str) -> bool:
    try:
        return isinstance(json.loads(content), dict)
    except (ValueError, RecursionError):
        return False


def _page(key: str, items: list[dict[str, Any]], request: Request) -> dict[str, Any]:
    start, limit = int(request.get("nextToken") or 0), int(request.get("limit") or _PAGE)
    more = {"NextToken": str(start + limit)} if start + limit < len(items) else {}
    return {key: items[start : start + limit], **more}


def _arn(scope: Scope, *path: str) -> str:
    account, region = scope
    return f"arn:{partition(region)}:schemas:{region}:{account}:{'/'.join(path)}"


def _registry(scope: Scope, name: str, registry: Registry) -> dict[str, Any]:
    names = {"RegistryName": name, "RegistryArn": _arn(scope, "registry", name)}
    return {**names, "Description": registry.description, "tags": dict(registry.tags)}


def _schema(scope: Scope, request: Request, schema: Schema, number: int) -> dict[str, Any]:
    name = request["schemaName"]
    return {
        "SchemaName": name,
        "SchemaArn": _arn(scope, "schema", request["registryName"], name),
        "SchemaVersion": str(number),
        "Type": schema.version(number).kind,
        "Description": schema.description,
        "tags": dict(schema.tags),
    }


CALLS: Mapping[str, Callable[[State, Scope, Request], Answer]] = MappingProxyType(
    {
        "CreateRegistry": _create_registry,
        "DescribeRegistry": _describe_registry,
        "ListRegistries": _list_registries,
        "UpdateRegistry": _update_registry,
        "ListSchemas": _list_schemas,
        "CreateSchema": _create_schema,
        "DescribeSchema": _describe_schema,
        "UpdateSchema": _update_schema,
        "ListSchemaVersions": _list_versions,
        "DeleteSchema": _delete_schema,
        "DeleteSchemaVersion": _delete_version,
        "ListTagsForResource": _list_tags,
        "TagResource": _tag,
        "UntagResource": _untag,
    }
)
"""The calls that are answered, by their names in the API."""
