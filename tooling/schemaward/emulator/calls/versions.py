"""RegisterSchemaVersion, GetSchemaVersion, GetSchemaByDefinition, ListSchemaVersions, DeleteSchemaVersions."""

from __future__ import annotations

from dataclasses import replace

from schemaward.emulator.lookup import find_schema, find_version, latest_of, with_schema, writable
from schemaward.emulator.names import schema_arn
from schemaward.emulator.paging import page
from schemaward.emulator.refusals import concurrent, invalid, no_more, version_not_found, version_not_found_by_number
from schemaward.emulator.settle import settled, start
from schemaward.emulator.state import Call, Context, Request, Response, Schema, Stage, State, Version
from schemaward.model import DataFormat, Mode


def register_schema_version(state: State, request: Request, context: Context) -> tuple[State, Response]:
    """Add a version, or answer with the one that has this definition already, whatever became of it."""
    schema = writable(find_schema(state, request["SchemaId"], context))
    definition = request["SchemaDefinition"]
    check_definition(schema.data_format, definition, context)
    version = _with_definition(schema, definition, context)
    if schema.mode is Mode.DISABLED and schema.versions:
        _check_disabled(schema, version, context)
    if version is None:
        _check_no_other(schema, context)
        check_quota(state, context)
        version = next_version(schema, definition, context)
        schema = with_next(replace(schema, updated=context.now), version)
        state = with_schema(state, schema)
    elif version.stage is Stage.DELETING:
        raise concurrent(f"Schema version {version.number} with this definition is being deleted.")
    return state, {"SchemaVersionId": version.id, "VersionNumber": version.number, "Status": version.stage}


def _check_disabled(schema: Schema, known: Version | None, context: Context) -> None:
    if known is None or context.options.assume.disabled_and_known == "refuse":
        raise invalid(f"Compatibility DISABLED does not allow versioning. Schema: {schema.name}")


def check_definition(data_format: DataFormat, definition: str, context: Context) -> None:
    """Refuse a definition that is not a schema of its data format."""
    problem = context.validate(data_format, definition)
    if problem is not None:
        raise invalid(f"Schema definition of {data_format} data format is invalid: {problem}"[:5000])


def check_quota(state: State, context: Context) -> None:
    """Refuse one version more than an account may have in a Region."""
    schemas = (schema for registry in state.registries.values() for schema in registry.schemas.values())
    if context.options.assume.failed_in_quota == "count":
        stored = sum(len(schema.versions) for schema in schemas)
    else:
        stored = sum(version.stage is not Stage.FAILURE for schema in schemas for version in schema.versions)
    if stored >= context.options.quotas.versions:
        raise no_more("schema versions")


def _check_no_other(schema: Schema, context: Context) -> None:
    if context.options.assume.second_registration == "refuse" and any(
        version.stage is Stage.PENDING for version in schema.versions
    ):
        raise concurrent(f"Another version of schema {schema.name} is being registered.")


def next_version(schema: Schema, definition: str, context: Context) -> Version:
    """A new version of a schema: the first is AVAILABLE at once, a later one PENDING until it is judged."""
    version = Version(
        number=_next_number(schema, context),
        id=context.new_id(),
        definition=definition,
        identity=context.identify(schema.data_format, definition),
        created=context.now,
        stage=Stage.AVAILABLE,
    )
    outcome = context.ending or _outcome(schema, definition, context)
    if not schema.versions and context.options.assume.first_version == "available":
        return replace(version, stage=outcome)
    return start(version, Stage.PENDING, outcome, context.options) or version


def with_next(schema: Schema, version: Version) -> Schema:
    """The schema with a new version, in the place of a failed one that had its number."""
    others = (other for other in schema.versions if other.number != version.number)
    return settled(replace(schema, issued=max(schema.issued, version.number)), (*others, version))


def _next_number(schema: Schema, context: Context) -> int:
    if context.options.assume.failed_number == "skip":
        return schema.issued + 1
    standing = (version.number for version in schema.versions if version.stage is not Stage.FAILURE)
    return max(schema.reached, *standing, 0) + 1


def _outcome(schema: Schema, definition: str, context: Context) -> Stage:
    return Stage.AVAILABLE if not schema.versions or _accepted(schema, definition, context) else Stage.FAILURE


def _accepted(schema: Schema, definition: str, context: Context) -> bool:
    if schema.mode is Mode.NONE:
        return True
    earlier = tuple(version.definition for version in _compared(schema, context))
    verdict = context.judge(schema.data_format, schema.mode, earlier, definition)
    return context.options.assume.undecided == "accept" if verdict is None else verdict


def _compared(schema: Schema, context: Context) -> list[Version]:
    """The versions that a new one is compared with.

    AWS documents the checkpoint, users observe the previous version. In an ``_ALL`` mode it is every AVAILABLE
    version from the checkpoint on.
    """
    available = [version for version in schema.versions if version.stage is Stage.AVAILABLE]
    if schema.mode in (Mode.BACKWARD_ALL, Mode.FORWARD_ALL, Mode.FULL_ALL):
        return [version for version in available if version.number >= schema.checkpoint]
    compared = context.options.assume.compared
    latest = latest_of(schema) if compared != "checkpoint" else None
    checkpoint = schema.checkpoint if compared != "latest" else None
    return [version for version in available if version is latest or version.number == checkpoint]


def get_schema_version(state: State, request: Request, context: Context) -> tuple[State, Response]:
    """One version with its definition, as it was sent."""
    schema, version = find_version(state, request, context)
    answer = _listed(schema, version, context)
    return state, answer | {"SchemaDefinition": version.definition, "DataFormat": schema.data_format}


def get_schema_by_definition(state: State, request: Request, context: Context) -> tuple[State, Response]:
    """The version that has a definition, in any status, without its number."""
    schema = find_schema(state, request["SchemaId"], context)
    if schema.stage is Stage.DELETING:
        raise invalid(f"Schema {schema.name} is in {schema.stage} status and takes no lookups.")
    version = _with_definition(schema, request["SchemaDefinition"], context)
    if version is None:
        raise version_not_found()
    answer = _listed(schema, version, context) | {"DataFormat": schema.data_format}
    del answer["VersionNumber"]
    return state, answer


def list_schema_versions(state: State, request: Request, context: Context) -> tuple[State, Response]:
    """The versions of a schema in every status, newest first."""
    schema = find_schema(state, request["SchemaId"], context)
    listing = f"versions/{schema.registry}/{schema.name}"
    shown, token = page(schema.versions, lambda version: [-version.number], request, listing)
    return state, {"Schemas": [_listed(schema, version, context) for version in shown], "NextToken": token}


def delete_schema_versions(state: State, request: Request, context: Context) -> tuple[State, Response]:
    """Begin to delete a version or a range; refused as a whole for version 1 and for the checkpoint."""
    schema = writable(find_schema(state, request["SchemaId"], context))
    first, last = _range(request["Versions"])
    if first == 1:
        raise invalid("The first version of a schema can be deleted only with the schema, by DeleteSchema.")
    if first <= schema.checkpoint <= last:
        raise invalid(f"Version {schema.checkpoint} is the checkpoint of schema {schema.name} and cannot be deleted.")
    chosen = [version for version in schema.versions if first <= version.number <= last]
    _check_not_needed(schema, chosen, context)
    errors = [_missing(schema, first)] if first == last and not chosen else []
    versions = tuple(
        start(version, Stage.DELETING, None, context.options)
        if version in chosen and version.stage is not Stage.DELETING
        else version
        for version in schema.versions
    )
    return with_schema(state, settled(schema, versions)), {"SchemaVersionErrors": errors}


def _check_not_needed(schema: Schema, chosen: list[Version], context: Context) -> None:
    """Refuse to delete what the next version would be compared with, where that is assumed to be refused."""
    if context.options.assume.needed_versions == "delete" or schema.mode in (Mode.NONE, Mode.DISABLED):
        return
    needed = [version.number for version in _compared(schema, context) if version in chosen]
    if needed:
        raise invalid(f"Versions {needed} are needed by compatibility {schema.mode} and cannot be deleted.")


def _range(versions: str) -> tuple[int, int]:
    """The ends of ``n`` or ``a-b``."""
    first, _, last = versions.partition("-")
    if max(len(first), len(last)) > len("100000"):
        raise invalid("Version numbers are between 1 and 100000.")
    ends = int(first), int(last or first)
    if ends[0] > ends[1]:
        raise invalid(f"The version range {versions} ends before it begins.")
    return ends


def _missing(schema: Schema, number: int) -> Response:
    error = version_not_found_by_number(schema, number)
    return {"VersionNumber": number, "ErrorDetails": {"ErrorCode": error.code, "ErrorMessage": error.message}}


def _with_definition(schema: Schema, definition: str, context: Context) -> Version | None:
    """The version that has a definition already, as far as the assumptions let the registry see that."""
    assume = context.options.assume
    wanted = context.identify(schema.data_format, definition)
    for version in schema.versions:
        equal = (
            version.identity == wanted if assume.equal_definitions == "canonical" else version.definition == definition
        )
        if equal and (version.stage is not Stage.FAILURE or assume.failed_definition == "sticky"):
            return version
    return None


def _listed(schema: Schema, version: Version, context: Context) -> Response:
    return {
        "SchemaArn": schema_arn(context, schema.registry, schema.name),
        "SchemaVersionId": version.id,
        "VersionNumber": version.number,
        "Status": version.stage if schema.stage is not Stage.DELETING else Stage.DELETING,
        "CreatedTime": version.created,
    }


CALLS: dict[str, Call] = {
    "RegisterSchemaVersion": register_schema_version,
    "GetSchemaVersion": get_schema_version,
    "GetSchemaByDefinition": get_schema_by_definition,
    "ListSchemaVersions": list_schema_versions,
    "DeleteSchemaVersions": delete_schema_versions,
}
