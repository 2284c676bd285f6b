"""Registries and tags: state in, state out, without HTTP."""

from __future__ import annotations

import pytest
from emulator_machine import NO_PERSON, PERSON, Machine

from schemaward.emulator.options import Options, Quotas

AI = {"RegistryName": "ai"}
AI_ARN = "arn:aws:glue:eu-west-1:123456789012:registry/ai"
PERSON_ARN = "arn:aws:glue:eu-west-1:123456789012:schema/ai/person"


def test_create_and_describe(empty: Machine) -> None:
    assert empty("CreateRegistry", RegistryName="ai", Description="for AI", Tags={"Purpose": "AI"}) == {
        "RegistryArn": AI_ARN,
        "RegistryName": "ai",
        "Description": "for AI",
        "Tags": {"Purpose": "AI"},
    }
    described = empty("GetRegistry", RegistryId={"RegistryArn": AI_ARN})
    assert described == {
        "RegistryName": "ai",
        "RegistryArn": AI_ARN,
        "Description": "for AI",
        "Status": "AVAILABLE",
        "CreatedTime": "time 1",
        "UpdatedTime": "time 1",
    }


def test_a_name_is_taken_once(machine: Machine) -> None:
    assert machine.refused("CreateRegistry", RegistryName="ai")[0] == "AlreadyExistsException"


def test_update_changes_description_and_time(machine: Machine) -> None:
    machine("UpdateRegistry", RegistryId=AI, Description="new")
    described = machine("GetRegistry", RegistryId=AI)
    assert (described["Description"], described["UpdatedTime"]) == ("new", "time 3")


def test_unknown_registry(empty: Machine) -> None:
    missing = ("EntityNotFoundException", "Registry is not found. RegistryName: ai")
    assert empty.refused("GetRegistry", RegistryId=AI) == missing
    assert empty.refused("ListSchemas", RegistryId=AI) == missing


@pytest.mark.parametrize("identifier", [{}, {"RegistryName": "ai", "RegistryArn": AI_ARN}])
def test_a_registry_has_one_identifier(machine: Machine, identifier: dict[str, str]) -> None:
    assert machine.refused("GetRegistry", RegistryId=identifier)[0] == "InvalidInputException"


@pytest.mark.parametrize(
    "arn",
    [
        AI_ARN.replace("123456789012", "210987654321"),
        AI_ARN.replace("eu-west-1", "us-east-1"),
        AI_ARN + "/person",
        "arn:aws:glue:eu-west-1:123456789012:registry/",
    ],
)
def test_an_arn_of_elsewhere_is_not_found(machine: Machine, arn: str) -> None:
    assert machine.refused("GetRegistry", RegistryId={"RegistryArn": arn})[0] == "EntityNotFoundException"


def test_quota(empty: Machine) -> None:
    empty.options = Options(quotas=Quotas(registries=1))
    empty("CreateRegistry", RegistryName="one")
    assert empty.refused("CreateRegistry", RegistryName="two")[0] == "ResourceNumberLimitExceededException"


def test_pages_of_25_and_tokens_of_their_own_list(empty: Machine) -> None:
    for number in range(60):
        empty("CreateRegistry", RegistryName=f"r{number:02}")
    first = empty("ListRegistries")
    second = empty("ListRegistries", NextToken=first["NextToken"])
    third = empty("ListRegistries", NextToken=second["NextToken"])
    names = [item["RegistryName"] for page in (first, second, third) for item in page["Registries"]]
    assert [len(page["Registries"]) for page in (first, second, third)] == [25, 25, 10]
    assert names == [f"r{number:02}" for number in range(60)]
    assert "NextToken" not in third
    assert empty.refused("ListSchemas", NextToken=first["NextToken"])[0] == "InvalidInputException"


@pytest.mark.parametrize("token", ["", "x", "é", "bnVsbA==", "WyJyZWdpc3RyaWVzIiwgWzFdXQ=="])
def test_a_made_up_token_is_refused(machine: Machine, token: str) -> None:
    assert machine.refused("ListRegistries", NextToken=token) == (
        "InvalidInputException",
        "NextToken is not valid for this request.",
    )


def test_delete_takes_everything_with_it_in_its_own_time(empty: Machine) -> None:
    empty.options = Options(pending=2)
    empty("CreateRegistry", RegistryName="ai")
    empty("CreateSchema", RegistryId=AI, SchemaName="person", DataFormat="JSON", SchemaDefinition="{}")
    assert empty("DeleteRegistry", RegistryId=AI)["Status"] == "DELETING"
    assert empty("ListRegistries")["Registries"] == []
    assert empty("ListSchemas")["Schemas"] == []
    assert empty("GetRegistry", RegistryId=AI)["Status"] == "DELETING"
    assert empty.refused("GetSchema", SchemaId=PERSON) == NO_PERSON
    assert empty.refused("GetRegistry", RegistryId=AI)[0] == "EntityNotFoundException"


def test_a_registry_that_is_being_deleted_takes_no_changes(empty: Machine) -> None:
    empty.options = Options(pending=5)
    empty("CreateRegistry", RegistryName="ai")
    empty("DeleteRegistry", RegistryId=AI)
    assert empty.refused("UpdateRegistry", RegistryId=AI, Description="x")[0] == "InvalidInputException"
    new_schema = {"RegistryId": AI, "SchemaName": "s", "DataFormat": "JSON"}
    assert empty.refused("CreateSchema", **new_schema)[0] == "InvalidInputException"
    assert empty.refused("CreateRegistry", RegistryName="ai")[0] == "AlreadyExistsException"
    assert empty("DeleteRegistry", RegistryId=AI)["Status"] == "DELETING"
    assert empty("CreateRegistry", RegistryName="ai")["RegistryName"] == "ai"


@pytest.mark.parametrize("arn", [AI_ARN, PERSON_ARN])
def test_tags(machine: Machine, arn: str) -> None:
    machine("TagResource", ResourceArn=arn, TagsToAdd={"a": "1", "b": "2"})
    machine("TagResource", ResourceArn=arn, TagsToAdd={"b": "3"})
    machine("UntagResource", ResourceArn=arn, TagsToRemove=["a", "not there"])
    assert machine("GetTags", ResourceArn=arn) == {"Tags": {"b": "3"}}


def test_at_most_fifty_tags(machine: Machine) -> None:
    machine("TagResource", ResourceArn=AI_ARN, TagsToAdd={f"k{number}": "" for number in range(50)})
    code, _ = machine.refused("TagResource", ResourceArn=AI_ARN, TagsToAdd={"one more": ""})
    assert code == "InvalidInputException"


@pytest.mark.parametrize("arn", [AI_ARN + "x", PERSON_ARN + "x", "arn:aws:glue:eu-west-1:123456789012:job/j"])
def test_tags_of_nothing(machine: Machine, arn: str) -> None:
    for operation, more in (
        ("TagResource", {"TagsToAdd": {}}),
        ("UntagResource", {"TagsToRemove": []}),
        ("GetTags", {}),
    ):
        assert machine.refused(operation, ResourceArn=arn, **more)[0] == "EntityNotFoundException"
