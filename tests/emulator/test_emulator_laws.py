"""What holds after any calls in any order, whatever is assumed of AWS."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any, get_args, get_type_hints

import botocore.session
from emulator_machine import Machine
from hypothesis import given
from hypothesis import strategies as some

from schemaward.emulator.options import Assumptions, Options, Quotas
from schemaward.emulator.state import ApiError, Schema, Stage, State

NAMES = some.sampled_from(["a", "b"])
REGISTRY = some.fixed_dictionaries({"RegistryName": NAMES})
# Mostly one schema, so that it comes to have a history.
SCHEMA = some.sampled_from([{"RegistryName": "a", "SchemaName": name} for name in "aaaaab"])
NUMBER = some.one_of(
    some.just({"LatestVersion": True}), some.builds(lambda n: {"VersionNumber": n}, some.integers(1, 5))
)
DEFINITION = some.sampled_from(
    ['{"title":"zero"}', *(f'{{"title": "{word}"}}' for word in ("one", "two", "three", "incompatible", "undecided"))]
)
MODE = some.sampled_from(["NONE", "DISABLED", "BACKWARD", "FULL_ALL"])
PAIR = some.fixed_dictionaries({"MetadataKey": NAMES, "MetadataValue": NAMES})
VERSIONS = some.sampled_from(["1", "2", "3", "2-3", "3-9"])


def call(operation: str, required: dict[str, Any], **optional: Any) -> some.SearchStrategy[tuple[str, Any]]:
    return some.tuples(some.just(operation), some.fixed_dictionaries(required, optional=optional))


CALLS = some.one_of(
    call("CreateRegistry", {"RegistryName": NAMES}),
    call("DeleteRegistry", {"RegistryId": some.sampled_from([{"RegistryName": name} for name in "a" + 9 * "b"])}),
    call(
        "CreateSchema",
        {"RegistryId": REGISTRY, "SchemaName": NAMES, "DataFormat": some.just("JSON")},
        Compatibility=MODE,
        SchemaDefinition=DEFINITION,
    ),
    call("UpdateSchema", {"SchemaId": SCHEMA}, Compatibility=MODE, SchemaVersionNumber=NUMBER),
    call(
        "DeleteSchema",
        {"SchemaId": some.sampled_from([{"RegistryName": "a", "SchemaName": name} for name in "a" + 9 * "b"])},
    ),
    *[call("RegisterSchemaVersion", {"SchemaId": SCHEMA, "SchemaDefinition": DEFINITION})] * 6,
    call("DeleteSchemaVersions", {"SchemaId": SCHEMA, "Versions": VERSIONS}),
    call("GetSchema", {"SchemaId": SCHEMA}),
    call("GetSchemaVersion", {"SchemaId": SCHEMA, "SchemaVersionNumber": NUMBER}),
    call("GetSchemaByDefinition", {"SchemaId": SCHEMA, "SchemaDefinition": DEFINITION}),
    call("ListSchemas", {}),
    call("ListSchemaVersions", {"SchemaId": SCHEMA}),
    call("PutSchemaVersionMetadata", {"SchemaId": SCHEMA, "SchemaVersionNumber": NUMBER, "MetadataKeyValue": PAIR}),
    call("QuerySchemaVersionMetadata", {"SchemaId": SCHEMA, "SchemaVersionNumber": NUMBER}),
)
# Most walks need a schema to walk about.
BEGINNING = [
    ("CreateRegistry", {"RegistryName": "a"}),
    (
        "CreateSchema",
        {
            "RegistryId": {"RegistryName": "a"},
            "SchemaName": "a",
            "DataFormat": "JSON",
            "Compatibility": "BACKWARD",
            "SchemaDefinition": '{"title": "zero"}',
        },
    ),
]
WALKS = some.lists(CALLS, min_size=15, max_size=30).map(lambda calls: BEGINNING + calls)
ASSUMED = some.builds(
    Assumptions,
    **{
        field.name: some.sampled_from(get_args(get_type_hints(Assumptions)[field.name]))
        for field in fields(Assumptions)
    },
)
OPTIONS = some.builds(
    Options,
    pending=some.integers(0, 3),
    quotas=some.just(Quotas(registries=2, versions=6, metadata=2)),
    assume=ASSUMED,
)


@cache
def output_and_errors(operation: str) -> tuple[Any, set[str]]:
    """What the model of AWS declares for a call."""
    model = glue().operation_model(operation)
    return model.output_shape, {shape.name for shape in model.error_shapes}


@cache
def glue() -> Any:
    return botocore.session.get_session().get_service_model("glue")


def is_of_shape(value: Any, shape: Any, path: str) -> None:
    """Fail where an answer has a member, a type or a word that the model of AWS has not."""
    match shape.type_name:
        case "structure":
            assert set(value) <= set(shape.members), path
            for name, member in value.items():
                is_of_shape(member, shape.members[name], f"{path}.{name}")
        case "list":
            for item in value:
                is_of_shape(item, shape.member, f"{path}[]")
        case "map":
            for key, item in value.items():
                is_of_shape(key, shape.key, f"{path} key")
                is_of_shape(item, shape.value, f"{path}.{key}")
        case "string":
            assert isinstance(value, str), path
            assert not shape.enum or value in shape.enum, f"{path}: {value}"
        case "boolean":
            assert isinstance(value, bool), path
        case number:
            assert number in ("integer", "long"), path
            assert type(value) is int, path


@given(OPTIONS, WALKS)
def test_answers_are_of_the_shape_and_errors_of_the_list_in_the_model(options: Options, walk: Any) -> None:
    machine = Machine(options)
    for operation, request in walk:
        answer = machine.answer(operation, request)
        output, errors = output_and_errors(operation)
        if isinstance(answer, ApiError):
            assert answer.code in errors, f"{operation}: {answer}"
        else:
            is_of_shape(answer, output, operation)


def schemas(state: State) -> list[Schema]:
    return [schema for registry in state.registries.values() for schema in registry.schemas.values()]


@given(OPTIONS, WALKS)
def test_numbers_ids_and_checkpoints_stay_in_order(options: Options, walk: Any) -> None:
    machine = Machine(options)
    seen: dict[tuple[str, int], str] = {}
    for operation, request in walk:
        machine.answer(operation, request)
        stored = schemas(machine.state)
        ids = [version.id for schema in stored for version in schema.versions]
        assert len(set(ids)) == len(ids) <= options.quotas.versions or options.assume.failed_in_quota == "ignore"
        for schema in stored:
            numbers = [version.number for version in schema.versions]
            assert numbers == sorted(set(numbers))
            available = [version.number for version in schema.versions if version.stage is Stage.AVAILABLE]
            assert max(available, default=0) <= schema.reached <= schema.issued or schema.issued == 0
            for version in schema.versions:
                assert seen.setdefault((version.id, version.number), version.definition) == version.definition


@given(some.builds(Options, pending=some.just(0), assume=ASSUMED), WALKS)
def test_a_refused_call_changes_nothing(options: Options, walk: Any) -> None:
    machine = Machine(options)
    for operation, request in walk:
        before = machine.state
        if isinstance(machine.answer(operation, request), ApiError):
            assert machine.state == before


@given(OPTIONS, WALKS)
def test_everything_settles(options: Options, walk: Any) -> None:
    """After as many more calls as ever, nothing is PENDING or DELETING any more, and a further call changes nothing."""
    machine = Machine(options)
    for operation, request in walk:
        machine.answer(operation, request)
    for _ in range(options.pending + 1):
        for schema in schemas(machine.state):
            machine.answer("GetSchema", {"SchemaId": {"RegistryName": schema.registry, "SchemaName": schema.name}})
        for name in machine.state.registries:
            machine.answer("GetRegistry", {"RegistryId": {"RegistryName": name}})
    stages = {version.stage for schema in schemas(machine.state) for version in schema.versions}
    assert stages <= {Stage.AVAILABLE, Stage.FAILURE}
    assert {schema.stage for schema in schemas(machine.state)} <= {Stage.AVAILABLE}
