"""Versions: registration, statuses, what is compared with what, deletion, metadata; without HTTP."""

from __future__ import annotations

import json
from typing import Any, Literal

import pytest
from emulator_machine import PERSON, Machine, with_person

from schemaward.emulator.options import Assumptions, Options, Quotas

LATEST = {"LatestVersion": True}


def numbers(machine: Machine) -> list[tuple[int, str]]:
    listed = machine("ListSchemaVersions", SchemaId=PERSON)["Schemas"]
    return [(item["VersionNumber"], item["Status"]) for item in listed]


def test_a_registration_is_pending_then_available(machine: Machine) -> None:
    given = machine("RegisterSchemaVersion", SchemaId=PERSON, SchemaDefinition='{ "title":  "two" }')
    assert (given["VersionNumber"], given["Status"]) == (2, "PENDING")
    assert machine("GetSchemaVersion", SchemaVersionId=given["SchemaVersionId"]) == {
        "SchemaVersionId": given["SchemaVersionId"],
        "SchemaDefinition": '{ "title":  "two" }',
        "DataFormat": "JSON",
        "SchemaArn": "arn:aws:glue:eu-west-1:123456789012:schema/ai/person",
        "VersionNumber": 2,
        "Status": "AVAILABLE",
        "CreatedTime": "time 3",
    }


def test_an_incompatible_definition_is_no_error_but_a_failure(machine: Machine) -> None:
    assert machine.register('{"title": "incompatible"}') == (2, "PENDING")
    assert machine.status(2) == "FAILURE"
    assert numbers(machine) == [(2, "FAILURE"), (1, "AVAILABLE")]


@pytest.mark.parametrize("pending", [0, 1, 2, 5])
def test_the_number_of_calls_until_it_settles(empty: Machine, pending: int) -> None:
    empty.options = Options(pending=pending)
    with_person(empty)
    _, first = empty.register('{"title": "incompatible"}')
    seen = [first] + [empty.status(2) for _ in range(pending)]
    assert seen == ["PENDING"] * pending + ["FAILURE"]


def test_failure_sticks_and_latest_is_the_latest_available(at_once: Machine) -> None:
    assert at_once.register('{"title": "incompatible"}') == (2, "FAILURE")
    at_once("UpdateSchema", SchemaId=PERSON, Compatibility="NONE", SchemaVersionNumber=LATEST)
    assert at_once.register('{"title": "incompatible"}') == (2, "FAILURE")
    shown = at_once("GetSchema", SchemaId=PERSON)
    assert (shown["LatestSchemaVersion"], shown["NextSchemaVersion"]) == (1, 2)
    assert at_once("GetSchemaVersion", SchemaId=PERSON, SchemaVersionNumber=LATEST)["VersionNumber"] == 1
    assert at_once.register('{"title": "other"}') == (3, "AVAILABLE")


def test_a_failed_version_can_be_deleted_and_registered_again(at_once: Machine) -> None:
    at_once.register('{"title": "incompatible"}')
    at_once("UpdateSchema", SchemaId=PERSON, Compatibility="NONE", SchemaVersionNumber=LATEST)
    at_once("DeleteSchemaVersions", SchemaId=PERSON, Versions="2")
    assert at_once.register('{"title": "incompatible"}') == (3, "AVAILABLE")


@pytest.mark.parametrize("again", ['{"title": "one"}', '{"title":"one"}', ' {\n"title" : "\\u006fne"} '])
def test_a_known_definition_gives_the_known_version(at_once: Machine, again: str) -> None:
    at_once.register('{"title": "two", "type": "object"}')
    assert at_once.register(again) == (1, "AVAILABLE")
    assert at_once.register('{"type": "object", "title": "two"}') == (2, "AVAILABLE")
    assert at_once("GetSchema", SchemaId=PERSON)["LatestSchemaVersion"] == 2


def test_disabled_takes_the_first_version_only(empty: Machine) -> None:
    with_person(empty, "DISABLED")
    for definition in ('{"title": "one"}', '{"title": "two"}'):
        refused = empty.refused("RegisterSchemaVersion", SchemaId=PERSON, SchemaDefinition=definition)
        assert refused[0] == "InvalidInputException"


@pytest.mark.parametrize(("answer", "status"), [("accept", "AVAILABLE"), ("refuse", "FAILURE")])
def test_what_becomes_of_the_undecided(answer: Literal["accept", "refuse"], status: str) -> None:
    machine = with_person(Machine(Options(pending=0, assume=Assumptions(undecided=answer))))
    assert machine.register('{"title": "undecided"}') == (2, status)


@pytest.mark.parametrize(
    ("mode", "checkpoint", "word", "compared"),
    [
        ("BACKWARD", 1, "both", ["one", "four"]),
        ("BACKWARD", 1, "latest", ["four"]),
        ("BACKWARD", 1, "checkpoint", ["one"]),
        ("FORWARD", 2, "both", ["two", "four"]),
        ("FULL", 4, "both", ["four"]),
        ("BACKWARD_ALL", 1, "both", ["one", "two", "four"]),
        ("FULL_ALL", 2, "latest", ["two", "four"]),
    ],
)
def test_what_a_candidate_is_compared_with(
    mode: str, checkpoint: int, word: Literal["both", "latest", "checkpoint"], compared: list[str]
) -> None:
    """Version 3 is in FAILURE and compared with nothing."""
    asked: list[tuple[str, list[str]]] = []

    def judge(_format: object, asked_mode: str, earlier: list[str], candidate: str) -> bool:
        asked.append((asked_mode, [json.loads(definition)["title"] for definition in earlier]))
        return "incompatible" not in candidate

    options = Options(pending=0, assume=Assumptions(compared=word))
    machine = with_person(Machine(options, judge), "FORWARD_ALL")
    for title in ("two", "incompatible", "four"):
        machine.register(json.dumps({"title": title}))
    machine("UpdateSchema", SchemaId=PERSON, Compatibility=mode, SchemaVersionNumber={"VersionNumber": checkpoint})
    machine.register('{"title": "candidate"}')
    assert asked[-1] == (mode, compared)


def test_none_asks_nobody() -> None:
    def judge(*_: object) -> bool:
        raise AssertionError("nobody is to be asked")

    machine = with_person(Machine(Options(pending=0), judge), "NONE")
    assert machine.register('{"title": "incompatible"}') == (2, "AVAILABLE")


def test_two_registrations_at_a_time_are_refused(empty: Machine) -> None:
    empty.options = Options(pending=3)
    with_person(empty)
    empty.register('{"title": "two"}')
    second = {"SchemaId": PERSON, "SchemaDefinition": '{"title": "three"}'}
    assert empty.refused("RegisterSchemaVersion", **second)[0] == "ConcurrentModificationException"
    assert empty.register('{"title": "two"}') == (2, "PENDING")
    assert empty.register('{"title": "three"}') == (3, "PENDING")


def test_the_quota_of_versions_counts_over_all_schemas(at_once: Machine) -> None:
    at_once.options = Options(pending=0, quotas=Quotas(versions=2))
    at_once("CreateSchema", SchemaName="other", DataFormat="JSON", SchemaDefinition="{}")
    code, _ = at_once.refused("RegisterSchemaVersion", SchemaId=PERSON, SchemaDefinition='{"title": "two"}')
    assert code == "ResourceNumberLimitExceededException"
    assert at_once.register('{"title": "one"}') == (1, "AVAILABLE")


def test_a_broken_definition_is_refused(machine: Machine) -> None:
    refused = machine.refused("RegisterSchemaVersion", SchemaId=PERSON, SchemaDefinition="broken")
    assert refused == ("InvalidInputException", "Schema definition of JSON data format is invalid: it is broken")
    check = machine("CheckSchemaVersionValidity", DataFormat="JSON", SchemaDefinition="broken")
    assert check == {"Valid": False, "Error": "it is broken"}
    assert machine("CheckSchemaVersionValidity", DataFormat="JSON", SchemaDefinition="{}") == {"Valid": True}
    assert numbers(machine) == [(1, "AVAILABLE")]


def test_by_definition_there_are_two_kinds_of_not_found(machine: Machine) -> None:
    found = machine("GetSchemaByDefinition", SchemaId=PERSON, SchemaDefinition='{"title":"one"}')
    assert found == {
        "SchemaVersionId": "00000000-0000-0000-0000-000000000001",
        "SchemaArn": "arn:aws:glue:eu-west-1:123456789012:schema/ai/person",
        "DataFormat": "JSON",
        "Status": "AVAILABLE",
        "CreatedTime": "time 2",
    }
    nobody = {"SchemaName": "nobody", "RegistryName": "ai"}
    no_schema = "Schema is not found. RegistryName: ai, SchemaName: nobody, SchemaArn: null"
    for schema, message in ((PERSON, "Schema version is not found."), (nobody, no_schema)):
        refused = machine.refused("GetSchemaByDefinition", SchemaId=schema, SchemaDefinition='{"title": "x"}')
        assert refused == ("EntityNotFoundException", message)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ({}, "InvalidInputException"),
        ({"SchemaId": PERSON}, "InvalidInputException"),
        ({"SchemaId": PERSON, "SchemaVersionNumber": {}}, "InvalidInputException"),
        ({"SchemaId": PERSON, "SchemaVersionNumber": {"LatestVersion": False}}, "InvalidInputException"),
        ({"SchemaId": PERSON, "SchemaVersionNumber": {"VersionNumber": 2}}, "EntityNotFoundException"),
        ({"SchemaVersionId": "00000000-0000-0000-0000-000000000009"}, "EntityNotFoundException"),
        (
            {"SchemaId": PERSON, "SchemaVersionId": "00000000-0000-0000-0000-000000000001"},
            "InvalidInputException",
        ),
        (
            {"SchemaVersionId": "00000000-0000-0000-0000-000000000001", "SchemaVersionNumber": LATEST},
            "InvalidInputException",
        ),
    ],
)
def test_a_version_has_one_address(machine: Machine, address: dict[str, Any], code: str) -> None:
    assert machine.refused("GetSchemaVersion", **address)[0] == code


def test_list_is_newest_first_in_pages(at_once: Machine) -> None:
    for number in range(2, 31):
        at_once.register(f'{{"title": "{number}"}}')
    first = at_once("ListSchemaVersions", SchemaId=PERSON)
    second = at_once("ListSchemaVersions", SchemaId=PERSON, NextToken=first["NextToken"])
    listed = [item["VersionNumber"] for page in (first, second) for item in page["Schemas"]]
    assert len(first["Schemas"]) == 25
    assert listed == list(range(30, 0, -1))
    assert set(first["Schemas"][0]) == {"SchemaArn", "SchemaVersionId", "VersionNumber", "Status", "CreatedTime"}


@pytest.mark.parametrize(
    ("versions", "left"),
    [("2", [5, 4, 3, 1]), ("2-4", [5, 1]), ("4-9", [3, 2, 1]), ("5", [4, 3, 2, 1]), ("7-9", [5, 4, 3, 2, 1])],
)
def test_delete_a_version_or_a_range(at_once: Machine, versions: str, left: list[int]) -> None:
    for number in range(2, 6):
        at_once.register(f'{{"title": "{number}"}}')
    assert at_once("DeleteSchemaVersions", SchemaId=PERSON, Versions=versions) == {"SchemaVersionErrors": []}
    assert [number for number, _ in numbers(at_once)] == left
    assert at_once.register('{"title": "new"}') == (6, "AVAILABLE")


@pytest.mark.parametrize("versions", ["1", "1-3", "3", "2-3", "4-2", "1000000", "2-" + "9" * 5000])
def test_version_1_and_the_checkpoint_stay(at_once: Machine, versions: str) -> None:
    for number in (2, 3, 4):
        at_once.register(f'{{"title": "{number}"}}')
    at_once("UpdateSchema", SchemaId=PERSON, SchemaVersionNumber={"VersionNumber": 3})
    before = numbers(at_once)
    assert at_once.refused("DeleteSchemaVersions", SchemaId=PERSON, Versions=versions)[0] == "InvalidInputException"
    assert numbers(at_once) == before


def test_delete_a_missing_version(machine: Machine) -> None:
    (error,) = machine("DeleteSchemaVersions", SchemaId=PERSON, Versions="7")["SchemaVersionErrors"]
    assert (error["VersionNumber"], error["ErrorDetails"]["ErrorCode"]) == (7, "EntityNotFoundException")
    assert error["ErrorDetails"]["ErrorMessage"].startswith("Schema version is not found. ")


def test_a_deletion_goes_through_deleting(empty: Machine) -> None:
    empty.options = Options(pending=2)
    with_person(empty)
    empty.register('{"title": "two"}')
    assert [empty.status(2), empty.status(2)] == ["PENDING", "AVAILABLE"]
    empty("DeleteSchemaVersions", SchemaId=PERSON, Versions="2")
    again = {"SchemaId": PERSON, "SchemaDefinition": '{"title": "two"}'}
    assert empty.refused("RegisterSchemaVersion", **again)[0] == "ConcurrentModificationException"
    assert empty.register('{"title": "two"}') == (3, "PENDING")
    assert [number for number, _ in numbers(empty)] == [3, 1]


def test_diff_is_a_json_patch(at_once: Machine) -> None:
    at_once.register('{"type": "object", "a/b": [1], "same": 1}')
    wanted = {"First": {"VersionNumber": 1}, "Second": LATEST}
    numbered = {f"{which}SchemaVersionNumber": number for which, number in wanted.items()}
    diff = at_once("GetSchemaVersionsDiff", SchemaId=PERSON, SchemaDiffType="SYNTAX_DIFF", **numbered)["Diff"]
    assert json.loads(diff) == [
        {"op": "add", "path": "/a~1b", "value": [1]},
        {"op": "add", "path": "/same", "value": 1},
        {"op": "remove", "path": "/title"},
        {"op": "add", "path": "/type", "value": "object"},
    ]


def put(machine: Machine, key: str, value: str) -> dict[str, Any]:
    pair = {"MetadataKey": key, "MetadataValue": value}
    return machine("PutSchemaVersionMetadata", SchemaId=PERSON, SchemaVersionNumber=LATEST, MetadataKeyValue=pair)


def query(machine: Machine, **more: Any) -> dict[str, Any]:
    return machine("QuerySchemaVersionMetadata", SchemaId=PERSON, SchemaVersionNumber=LATEST, **more)


def test_metadata_is_append_only(machine: Machine) -> None:
    assert put(machine, "commit", "abc") == {
        "SchemaArn": "arn:aws:glue:eu-west-1:123456789012:schema/ai/person",
        "SchemaName": "person",
        "RegistryName": "ai",
        "LatestVersion": True,
        "VersionNumber": 1,
        "SchemaVersionId": "00000000-0000-0000-0000-000000000001",
        "MetadataKey": "commit",
        "MetadataValue": "abc",
    }
    put(machine, "commit", "def")
    put(machine, "pr", "pr-12")
    again = {"MetadataKey": "commit", "MetadataValue": "abc"}
    address = {"SchemaId": PERSON, "SchemaVersionNumber": LATEST, "MetadataKeyValue": again}
    assert machine.refused("PutSchemaVersionMetadata", **address)[0] == "AlreadyExistsException"
    assert query(machine) == {
        "MetadataInfoMap": {
            "commit": {
                "MetadataValue": "abc",
                "CreatedTime": "time 3",
                "OtherMetadataValueList": [{"MetadataValue": "def", "CreatedTime": "time 4"}],
            },
            "pr": {"MetadataValue": "pr-12", "CreatedTime": "time 5", "OtherMetadataValueList": []},
        },
        "SchemaVersionId": "00000000-0000-0000-0000-000000000001",
    }


def test_metadata_is_found_by_key_or_value_and_in_pages(machine: Machine) -> None:
    for key, value in (("a", "1"), ("b", "2"), ("c", "2")):
        put(machine, key, value)
    assert list(query(machine, MetadataList=[{"MetadataKey": "a"}])["MetadataInfoMap"]) == ["a"]
    assert list(query(machine, MetadataList=[{"MetadataValue": "2"}])["MetadataInfoMap"]) == ["b", "c"]
    assert query(machine, MetadataList=[{"MetadataKey": "a", "MetadataValue": "2"}])["MetadataInfoMap"] == {}
    first = query(machine, MaxResults=2)
    assert list(first["MetadataInfoMap"]) == ["a", "b"]
    assert list(query(machine, NextToken=first["NextToken"])["MetadataInfoMap"]) == ["c"]


def test_metadata_is_removed_by_the_exact_pair(machine: Machine) -> None:
    put(machine, "a", "1")
    address = {"SchemaId": PERSON, "SchemaVersionNumber": LATEST}
    for value, code in (("2", "EntityNotFoundException"), (None, "InvalidInputException")):
        pair = {"MetadataKey": "a", "MetadataValue": value}
        assert machine.refused("RemoveSchemaVersionMetadata", **address, MetadataKeyValue=pair)[0] == code
    removed = machine(
        "RemoveSchemaVersionMetadata", **address, MetadataKeyValue={"MetadataKey": "a", "MetadataValue": "1"}
    )
    assert removed["MetadataKey"] == "a"
    assert query(machine)["MetadataInfoMap"] == {}


def test_ten_pairs_a_version(machine: Machine) -> None:
    for number in range(10):
        put(machine, "key", str(number))
    eleventh = {"MetadataKey": "key", "MetadataValue": "x"}
    address = {"SchemaId": PERSON, "SchemaVersionNumber": LATEST, "MetadataKeyValue": eleventh}
    assert machine.refused("PutSchemaVersionMetadata", **address)[0] == "ResourceNumberLimitExceededException"
