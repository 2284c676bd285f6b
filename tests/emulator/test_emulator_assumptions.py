"""The questions that AWS leaves open: what the other answers change. More: tests of judging and of versions."""

from __future__ import annotations

from typing import Any

import pytest
from emulator_machine import NO_PERSON, PERSON, Machine, with_person

from schemaward.emulator.options import Assumptions, Options, assumptions, quotas
from schemaward.errors import UsageError

AI = {"RegistryName": "ai"}
FAILING = '{"title": "incompatible"}'


def assuming(pending: int = 0, mode: str = "BACKWARD", **words: Any) -> Machine:
    return with_person(Machine(Options(pending=pending, assume=Assumptions(**words))), mode)


def described(machine: Machine, *names: str) -> list[Any]:
    answer = machine("GetSchema", SchemaId=PERSON)
    return [answer[name] for name in names]


def numbers(machine: Machine) -> list[tuple[int, str]]:
    listed = machine("ListSchemaVersions", SchemaId=PERSON)["Schemas"]
    return [(item["VersionNumber"], item["Status"]) for item in listed]


def test_a_first_version_that_is_pending() -> None:
    machine = assuming(pending=1, first_version="pending")
    assert machine.status(1) == "AVAILABLE"
    created = machine("CreateSchema", SchemaName="other", DataFormat="JSON", SchemaDefinition="{}")
    assert (created["SchemaVersionStatus"], created.get("LatestSchemaVersion")) == ("PENDING", None)
    assert machine.status(1, {"SchemaName": "other"}) == "AVAILABLE"


def test_two_registrations_at_a_time() -> None:
    machine = assuming(pending=9, second_registration="accept")
    assert machine.register('{"title": "two"}') == (2, "PENDING")
    assert machine.register('{"title": "three"}') == (3, "PENDING")


def test_a_definition_in_another_layout_is_another_one() -> None:
    machine = assuming(equal_definitions="exact")
    assert machine.register('{"title":"one"}') == (2, "AVAILABLE")
    assert machine.register('{"title": "one"}') == (1, "AVAILABLE")


def test_a_failed_definition_that_is_forgotten() -> None:
    machine = assuming(failed_definition="forgotten")
    assert machine.register(FAILING) == (2, "FAILURE")
    machine("UpdateSchema", SchemaId=PERSON, Compatibility="NONE", SchemaVersionNumber={"VersionNumber": 1})
    assert machine.refused("GetSchemaByDefinition", SchemaId=PERSON, SchemaDefinition=FAILING)[0] == (
        "EntityNotFoundException"
    )
    assert machine.register(FAILING) == (3, "AVAILABLE")


def test_the_number_of_a_failure_is_used_again() -> None:
    machine = assuming(failed_number="reuse")
    assert machine.register(FAILING) == (2, "FAILURE")
    assert machine.register('{"title": "two"}') == (2, "AVAILABLE")
    assert numbers(machine) == [(2, "AVAILABLE"), (1, "AVAILABLE")]
    assert described(machine, "LatestSchemaVersion", "NextSchemaVersion") == [2, 3]
    machine("DeleteSchemaVersions", SchemaId=PERSON, Versions="2")
    assert machine.register('{"title": "three"}') == (3, "AVAILABLE")


@pytest.mark.parametrize(("word", "outcome"), [("count", "ResourceNumberLimitExceededException"), ("ignore", None)])
def test_failures_and_the_quota(word: str, outcome: str | None) -> None:
    machine = Machine(Options(0, quotas=quotas(["versions=2"]), assume=assumptions([f"failed-in-quota={word}"])))
    with_person(machine).register(FAILING)
    if outcome is None:
        assert machine.register('{"title": "two"}') == (3, "AVAILABLE")
    else:
        refused = machine.refused("RegisterSchemaVersion", SchemaId=PERSON, SchemaDefinition='{"title": "two"}')
        assert refused[0] == outcome


def test_disabled_answers_for_what_it_knows() -> None:
    machine = assuming(mode="DISABLED", disabled_and_known="answer")
    assert machine.register('{"title": "one"}') == (1, "AVAILABLE")
    refused = machine.refused("RegisterSchemaVersion", SchemaId=PERSON, SchemaDefinition='{"title": "two"}')
    assert refused[0] == "InvalidInputException"


@pytest.mark.parametrize(
    ("mode", "checkpoint", "versions", "refused"),
    [
        ("FULL", 1, "4", True),
        ("FULL", 1, "2-3", False),
        ("FULL_ALL", 1, "2-3", True),
        ("FULL_ALL", 3, "2", False),
        ("NONE", 1, "4", False),
    ],
)
def test_versions_that_the_mode_needs_stay(mode: str, checkpoint: int, versions: str, refused: bool) -> None:
    machine = assuming(needed_versions="refuse")
    for title in ("two", "three", "four"):
        machine.register(f'{{"title": "{title}"}}')
    machine("UpdateSchema", SchemaId=PERSON, Compatibility=mode, SchemaVersionNumber={"VersionNumber": checkpoint})
    request = {"SchemaId": PERSON, "Versions": versions}
    if refused:
        assert machine.refused("DeleteSchemaVersions", **request)[0] == "InvalidInputException"
        assert len(numbers(machine)) == 4
    else:
        machine("DeleteSchemaVersions", **request)
        assert len(numbers(machine)) < 4


def test_a_schema_that_is_created_too_early_is_lost() -> None:
    machine = assuming(pending=4, name_in_deletion="lose")
    new = {"RegistryId": AI, "SchemaName": "person", "DataFormat": "JSON", "SchemaDefinition": "{}"}
    assert machine.refused("CreateSchema", **new)[0] == "AlreadyExistsException"
    machine("DeleteSchema", SchemaId=PERSON)
    assert machine("CreateSchema", **new)["SchemaStatus"] == "AVAILABLE"
    assert machine.status(1) == "AVAILABLE"
    assert described(machine, "SchemaStatus") == ["AVAILABLE"]
    assert machine.refused("GetSchema", SchemaId=PERSON) == NO_PERSON


def test_no_compatibility_and_no_registry_are_refused() -> None:
    machine = assuming(no_compatibility="refuse", no_registry="refuse")
    assert machine.refused("CreateSchema", SchemaName="s", DataFormat="JSON")[0] == "InvalidInputException"
    machine("CreateSchema", SchemaName="s", DataFormat="JSON", Compatibility="NONE")
    assert machine.refused("GetSchema", SchemaId={"SchemaName": "s"})[0] == "InvalidInputException"


@pytest.mark.parametrize("character", [":", ",", ";", "<"])
def test_the_characters_that_only_a_range_allows(character: str) -> None:
    for word, refused in (("range", False), ("literal", True)):
        machine = assuming(metadata_characters=word)
        pair = {"MetadataKey": "when", "MetadataValue": f"12{character}30"}
        request = {"SchemaId": PERSON, "SchemaVersionNumber": {"LatestVersion": True}, "MetadataKeyValue": pair}
        answer = machine.answer("PutSchemaVersionMetadata", request)
        assert isinstance(answer, Exception) is refused


def test_settings_of_the_command_line() -> None:
    assert assumptions([]) == Assumptions()
    assert assumptions(["failed-number=reuse", "compared=latest"]) == Assumptions(
        failed_number="reuse", compared="latest"
    )
    for wrong in ("failed-number=REUSE", "compared", "nothing=at all", ""):
        with pytest.raises(UsageError) as caught:
            assumptions([wrong])
        assert caught.value.remedy
