"""Schemas, modes and the checkpoint: state in, state out, without HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from emulator_machine import NO_PERSON, PERSON, Machine, with_person

from schemaward.emulator.options import Options

AI = {"RegistryName": "ai"}
LATEST = {"LatestVersion": True}


def described(machine: Machine, *names: str) -> tuple[Any, ...]:
    answer = machine("GetSchema", SchemaId=PERSON)
    return tuple(answer.get(name) for name in names)


def test_create_with_a_definition(empty: Machine) -> None:
    empty("CreateRegistry", RegistryName="ai")
    answer = empty(
        "CreateSchema",
        RegistryId=AI,
        SchemaName="person",
        DataFormat="JSON",
        Compatibility="FORWARD",
        Description="A person",
        Tags={"Domain": "identity"},
        SchemaDefinition='{"type": "object"}',
    )
    assert answer == {
        "RegistryName": "ai",
        "RegistryArn": "arn:aws:glue:eu-west-1:123456789012:registry/ai",
        "SchemaName": "person",
        "SchemaArn": "arn:aws:glue:eu-west-1:123456789012:schema/ai/person",
        "Description": "A person",
        "DataFormat": "JSON",
        "Compatibility": "FORWARD",
        "SchemaCheckpoint": 1,
        "LatestSchemaVersion": 1,
        "NextSchemaVersion": 2,
        "SchemaStatus": "AVAILABLE",
        "Tags": {"Domain": "identity"},
        "SchemaVersionId": "00000000-0000-0000-0000-000000000001",
        "SchemaVersionStatus": "AVAILABLE",
    }
    shown = empty("GetSchema", SchemaId=PERSON)
    assert set(answer) - set(shown) == {"Tags", "SchemaVersionId", "SchemaVersionStatus"}
    assert (shown["CreatedTime"], shown["UpdatedTime"]) == ("time 2", "time 2")


def test_create_without_a_definition(empty: Machine) -> None:
    answer = empty("CreateSchema", SchemaName="person", DataFormat="JSON")
    assert answer["Compatibility"] == "BACKWARD"
    assert "LatestSchemaVersion" not in answer
    home = {"SchemaName": "person", "RegistryName": "default-registry"}
    assert empty.refused("GetSchemaVersion", SchemaId=home, SchemaVersionNumber=LATEST) == (
        "EntityNotFoundException",
        "Schema version is not found. RegistryName: default-registry, SchemaName: person, SchemaArn: null,"
        " VersionNumber: null, isLatestVersion: true",
    )
    assert empty.register("{}", home) == (1, "AVAILABLE")


def test_the_default_registry_is_made_on_demand(empty: Machine) -> None:
    assert empty.refused("GetRegistry", RegistryId={"RegistryName": "default-registry"})[0] == "EntityNotFoundException"
    assert empty("CreateSchema", SchemaName="s", DataFormat="JSON")["RegistryName"] == "default-registry"
    assert empty("GetSchema", SchemaId={"SchemaName": "s"})["RegistryName"] == "default-registry"


def test_an_existing_name_is_refused_and_nothing_registered(machine: Machine) -> None:
    again = {"RegistryId": AI, "SchemaName": "person", "DataFormat": "JSON", "SchemaDefinition": '{"title": "two"}'}
    assert machine.refused("CreateSchema", **again)[0] == "AlreadyExistsException"
    assert len(machine("ListSchemaVersions", SchemaId=PERSON)["Schemas"]) == 1


def test_create_refuses_a_missing_registry_and_a_broken_definition(empty: Machine) -> None:
    new = {"SchemaName": "s", "DataFormat": "JSON"}
    assert empty.refused("CreateSchema", RegistryId=AI, **new)[0] == "EntityNotFoundException"
    code, message = empty.refused("CreateSchema", SchemaDefinition="broken", **new)
    assert (code, message) == (
        "InvalidInputException",
        "Schema definition of JSON data format is invalid: it is broken",
    )
    assert empty("ListRegistries")["Registries"] == []


@pytest.mark.parametrize(
    "identifier",
    [{}, {"SchemaName": "a", "SchemaArn": "arn:aws:glue:x"}, {**AI, "SchemaArn": "arn:aws:glue:x"}, AI],
)
def test_a_schema_has_one_identifier(machine: Machine, identifier: dict[str, str]) -> None:
    assert machine.refused("GetSchema", SchemaId=identifier)[0] == "InvalidInputException"


@pytest.mark.parametrize(
    "identifier",
    [
        {"SchemaName": "none", "RegistryName": "ai"},
        {"SchemaName": "person", "RegistryName": "none"},
        {"SchemaName": "person"},
        {"SchemaArn": "arn:aws:glue:eu-west-1:123456789012:schema/ai/none"},
        {"SchemaArn": "arn:aws:glue:us-east-1:123456789012:schema/ai/person"},
        {"SchemaArn": "arn:aws:glue:eu-west-1:123456789012:registry/ai"},
    ],
)
def test_unknown_schema(machine: Machine, identifier: dict[str, str]) -> None:
    code, message = machine.refused("GetSchema", SchemaId=identifier)
    assert code == "EntityNotFoundException"
    assert message.startswith("Schema is not found. RegistryName: ")
    assert all(f"{name}: {value}" in message for name, value in identifier.items())


def test_an_arn_serves_as_well_as_names(machine: Machine) -> None:
    arn = machine("GetSchema", SchemaId=PERSON)["SchemaArn"]
    assert machine("GetSchema", SchemaId={"SchemaArn": arn})["SchemaName"] == "person"


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({}, "InvalidInputException"),
        ({"Compatibility": "FULL"}, "InvalidInputException"),
        ({"Compatibility": "BACKWARD", "SchemaVersionNumber": LATEST}, "InvalidInputException"),
        ({"Compatibility": "FULL", "SchemaVersionNumber": {"VersionNumber": 9}}, "EntityNotFoundException"),
        ({"Compatibility": "FULL", "SchemaVersionNumber": {}}, "InvalidInputException"),
        ({"SchemaVersionNumber": {"LatestVersion": True, "VersionNumber": 1}}, "InvalidInputException"),
        ({"SchemaVersionNumber": {"VersionNumber": 1}}, "InvalidInputException"),
        ({"SchemaVersionNumber": {"VersionNumber": 4}}, "InvalidInputException"),
        ({"Compatibility": "FULL", "SchemaVersionNumber": {"VersionNumber": 2}}, ("FULL", 2, None)),
        ({"Compatibility": "FULL", "SchemaVersionNumber": LATEST}, ("FULL", 3, None)),
        ({"SchemaVersionNumber": {"VersionNumber": 3}}, ("BACKWARD", 3, None)),
        ({"Description": "new"}, ("BACKWARD", 2, "new")),
    ],
)
def test_update(at_once: Machine, change: dict[str, Any], outcome: str | tuple[Any, ...]) -> None:
    """From mode BACKWARD and checkpoint 2, with versions 1 to 3 AVAILABLE and version 4 in FAILURE."""
    for definition in ("two", "three", "incompatible"):
        at_once.register(f'{{"title": "{definition}"}}')
    at_once("UpdateSchema", SchemaId=PERSON, SchemaVersionNumber={"VersionNumber": 2})
    if isinstance(outcome, str):
        before = at_once.state
        assert at_once.refused("UpdateSchema", SchemaId=PERSON, **change)[0] == outcome
        assert at_once.state == before
    else:
        at_once("UpdateSchema", SchemaId=PERSON, **change)
        assert described(at_once, "Compatibility", "SchemaCheckpoint", "Description") == outcome


def test_registration_does_not_move_the_checkpoint(at_once: Machine) -> None:
    at_once.register('{"title": "two"}')
    assert described(at_once, "SchemaCheckpoint", "LatestSchemaVersion", "NextSchemaVersion") == (1, 2, 3)


def test_list_of_one_registry_and_of_all(machine: Machine) -> None:
    machine("CreateSchema", SchemaName="other", DataFormat="JSON")
    names = [item["SchemaName"] for item in machine("ListSchemas")["Schemas"]]
    of_one = machine("ListSchemas", RegistryId=AI)["Schemas"]
    assert names == ["person", "other"]
    assert of_one == [
        {
            "RegistryName": "ai",
            "SchemaName": "person",
            "SchemaArn": "arn:aws:glue:eu-west-1:123456789012:schema/ai/person",
            "SchemaStatus": "AVAILABLE",
            "CreatedTime": "time 2",
            "UpdatedTime": "time 2",
        }
    ]


def test_pages_stay_good_while_the_list_changes(machine: Machine) -> None:
    for name in ("a", "b", "c", "d"):
        machine("CreateSchema", RegistryId=AI, SchemaName=name, DataFormat="JSON")
    first = machine("ListSchemas", RegistryId=AI, MaxResults=2)
    machine("DeleteSchema", SchemaId={"RegistryName": "ai", "SchemaName": "b"})
    machine("CreateSchema", RegistryId=AI, SchemaName="aa", DataFormat="JSON")
    second = machine("ListSchemas", RegistryId=AI, MaxResults=2, NextToken=first["NextToken"])
    assert [item["SchemaName"] for page in (first, second) for item in page["Schemas"]] == ["a", "b", "c", "d"]


def test_delete_ends_after_some_calls(empty: Machine) -> None:
    empty.options = Options(pending=3)
    with_person(empty)
    assert empty("DeleteSchema", SchemaId=PERSON)["Status"] == "DELETING"
    assert empty("ListSchemas")["Schemas"] == []
    assert described(empty, "SchemaStatus") == ("DELETING",)
    assert empty.refused("RegisterSchemaVersion", SchemaId=PERSON, SchemaDefinition="{}")[0] == "InvalidInputException"
    assert empty.refused("GetSchema", SchemaId=PERSON) == NO_PERSON


def test_a_name_is_free_when_its_deletion_has_ended(empty: Machine) -> None:
    empty.options = Options(pending=2)
    with_person(empty)
    old = empty("GetSchemaVersion", SchemaId=PERSON, SchemaVersionNumber=LATEST)["SchemaVersionId"]
    empty("TagResource", ResourceArn="arn:aws:glue:eu-west-1:123456789012:schema/ai/person", TagsToAdd={"a": "b"})
    empty("DeleteSchema", SchemaId=PERSON)
    new = {"RegistryId": AI, "SchemaName": "person", "DataFormat": "JSON", "SchemaDefinition": '{"title": "one"}'}
    assert empty.refused("CreateSchema", **new)[0] == "AlreadyExistsException"
    created = empty("CreateSchema", **new)
    assert created["SchemaVersionId"] != old
    assert empty("GetTags", ResourceArn=created["SchemaArn"]) == {"Tags": {}}


def test_what_settles_at_once_is_gone_at_once(at_once: Machine) -> None:
    assert at_once("DeleteSchema", SchemaId=PERSON)["Status"] == "DELETING"
    assert at_once.refused("DeleteSchema", SchemaId=PERSON)[0] == "EntityNotFoundException"
