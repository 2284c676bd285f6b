"""moto as a second opinion: the same calls of the same client, the same answers, or a reason why moto is wrong.

Only the calls that moto has are asked. Every difference is listed with its reason, and the list is checked both
ways: a difference that is not listed fails, and so does one that is listed and gone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from schemaward.emulator.inprocess import attach
from schemaward.emulator.options import Options
from schemaward.emulator.service import Service

AI = {"RegistryName": "ai"}
PERSON = {"RegistryName": "ai", "SchemaName": "person"}
NOBODY = {"RegistryName": "ai", "SchemaName": "nobody"}
ARN = "arn:aws:glue:eu-west-1:123456789012:"
LATEST = {"LatestVersion": True}
ONE, TWO, THREE = (json.dumps({"type": "object", "title": title}) for title in ("one", "two", "three"))
UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
NO_ID = "00000000-0000-4000-8000-000000000000"


class Step(NamedTuple):
    """One call. ``wrong`` says why moto answers otherwise, where it does."""

    operation: str
    request: dict[str, Any]
    wrong: str = ""


def create(name: str, **more: Any) -> dict[str, Any]:
    given = {"RegistryId": AI, "DataFormat": "JSON", "Compatibility": "NONE", "SchemaDefinition": ONE}
    return {**given, "SchemaName": name, **more}


def put(key: str, value: str) -> dict[str, Any]:
    return {
        "SchemaId": PERSON,
        "SchemaVersionNumber": LATEST,
        "MetadataKeyValue": {"MetadataKey": key, "MetadataValue": value},
    }


NO_STATUS = "it leaves out status and times"
NO_TIMES = "it leaves out the times"

STEPS = [
    Step("create_registry", {"RegistryName": "ai", "Description": "For AI", "Tags": {"Purpose": "AI"}}),
    Step("create_registry", {"RegistryName": "ai"}),
    Step("create_registry", {"RegistryName": "a b"}),
    Step("create_registry", {"RegistryName": "x" * 256}),
    Step("create_registry", {"RegistryName": "plain"}),
    Step("get_registry", {"RegistryId": AI}, NO_STATUS),
    Step("get_registry", {"RegistryId": {"RegistryArn": ARN + "registry/ai"}}, NO_STATUS),
    Step("get_registry", {"RegistryId": {"RegistryName": "nowhere"}}),
    Step("get_registry", {"RegistryId": {"RegistryArn": ARN + "registry/nowhere"}}),
    Step("get_registry", {"RegistryId": {"RegistryName": "ai", "RegistryArn": ARN + "registry/ai"}}),
    Step("list_registries", {}, NO_STATUS),
    Step("list_registries", {"MaxResults": 1}, "it knows no pages"),
    Step("get_tags", {"ResourceArn": ARN + "registry/ai"}, "the tags of CreateRegistry never reach its GetTags"),
    Step("create_schema", create("person", Description="A person", Tags={"Owner": "data"})),
    Step("create_schema", create("person")),
    Step("create_schema", create("s", RegistryId={"RegistryName": "nowhere"})),
    Step("create_schema", create("s", DataFormat="XML")),
    Step("create_schema", create("s", Compatibility="SOMETIMES")),
    Step("create_schema", create("s", SchemaDefinition="{")),
    Step("create_schema", create("s", SchemaDefinition=" " * 170_001)),
    Step("create_schema", create("a b")),
    Step("get_schema", {"SchemaId": PERSON}, NO_TIMES),
    Step("get_schema", {"SchemaId": {"SchemaArn": ARN + "schema/ai/person"}}, NO_TIMES),
    Step("get_schema", {"SchemaId": NOBODY}),
    Step(
        "get_schema",
        {"SchemaId": {"SchemaName": "person"}},
        "the registry is optional: the API reference of GetSchemaByDefinition names the default",
    ),
    Step("get_schema", {"SchemaId": {**PERSON, "SchemaArn": ARN + "schema/ai/person"}}),
    Step("get_schema", {"SchemaId": {**AI, "SchemaArn": ARN + "schema/ai/person"}}),
    Step("get_tags", {"ResourceArn": ARN + "schema/ai/person"}),
    Step("register_schema_version", {"SchemaId": PERSON, "SchemaDefinition": TWO}),
    Step("register_schema_version", {"SchemaId": PERSON, "SchemaDefinition": TWO}),
    Step("register_schema_version", {"SchemaId": PERSON, "SchemaDefinition": ONE}),
    Step("register_schema_version", {"SchemaId": PERSON, "SchemaDefinition": ONE.replace(" ", "")}),
    Step("register_schema_version", {"SchemaId": PERSON, "SchemaDefinition": "{"}),
    Step("register_schema_version", {"SchemaId": NOBODY, "SchemaDefinition": TWO}),
    Step("get_schema", {"SchemaId": PERSON}, NO_TIMES),
    Step("get_schema_version", {"SchemaId": PERSON, "SchemaVersionNumber": LATEST}),
    Step("get_schema_version", {"SchemaId": PERSON, "SchemaVersionNumber": {"VersionNumber": 1}}),
    Step("get_schema_version", {"SchemaId": PERSON, "SchemaVersionNumber": {"VersionNumber": 9}}),
    Step("get_schema_version", {"SchemaId": NOBODY, "SchemaVersionNumber": LATEST}),
    Step("get_schema_version", {"SchemaId": PERSON}),
    Step("get_schema_version", {}),
    Step("get_schema_version", {"SchemaVersionId": NO_ID}),
    Step("get_schema_version", {"SchemaVersionId": NO_ID, "SchemaId": PERSON}),
    Step("get_schema_version", {"SchemaVersionId": NO_ID, "SchemaVersionNumber": LATEST}),
    Step("get_schema_by_definition", {"SchemaId": PERSON, "SchemaDefinition": TWO}),
    Step(
        "get_schema_by_definition",
        {"SchemaId": PERSON, "SchemaDefinition": TWO.replace(" ", "")},
        "it compares the text; documented is a canonical form",
    ),
    Step(
        "get_schema_by_definition",
        {"SchemaId": PERSON, "SchemaDefinition": THREE},
        "the schema is found, its version is not: the serializers tell these texts apart",
    ),
    Step("get_schema_by_definition", {"SchemaId": NOBODY, "SchemaDefinition": ONE}),
    Step("put_schema_version_metadata", put("commit", "abc"), "it leaves out what was not sent"),
    Step("put_schema_version_metadata", put("commit", "abc")),
    Step("put_schema_version_metadata", put("commit", "def"), "it leaves out what was not sent"),
    Step("put_schema_version_metadata", put("a key", "abc")),
    Step("put_schema_version_metadata", put("k" * 129, "abc")),
    Step("put_schema_version_metadata", put("long", "v" * 200), "the model allows values of 256 characters"),
    Step(
        "put_schema_version_metadata",
        put("when", "12:30"),
        "in the model's pattern `+-=` is a range with the colon in it",
    ),
    Step("update_schema", {"SchemaId": PERSON, "Description": "Somebody"}),
    Step("update_schema", {"SchemaId": PERSON, "Compatibility": "FULL", "SchemaVersionNumber": LATEST}),
    Step(
        "update_schema",
        {"SchemaId": PERSON, "Compatibility": "FULL", "SchemaVersionNumber": LATEST},
        "the same mode again is refused",
    ),
    Step("update_schema", {"SchemaId": PERSON, "Compatibility": "DISABLED"}, "a change of mode needs a version number"),
    Step("update_schema", {"SchemaId": NOBODY, "Description": "x"}),
    Step(
        "get_schema",
        {"SchemaId": PERSON},
        "its checkpoint stays 1 for ever, and it took the mode that it should have refused",
    ),
    Step("create_schema", create("closed", Compatibility="DISABLED")),
    Step("register_schema_version", {"SchemaId": {**AI, "SchemaName": "closed"}, "SchemaDefinition": TWO}),
    Step("register_schema_version", {"SchemaId": {**AI, "SchemaName": "closed"}, "SchemaDefinition": ONE}),
    Step("tag_resource", {"ResourceArn": ARN + "schema/ai/person", "TagsToAdd": {"Owner": "ml", "Stage": "prod"}}),
    Step("untag_resource", {"ResourceArn": ARN + "schema/ai/person", "TagsToRemove": ["Stage"]}),
    Step("get_tags", {"ResourceArn": ARN + "schema/ai/person"}),
    Step(
        "tag_resource", {"ResourceArn": ARN + "schema/ai/nobody", "TagsToAdd": {"a": "b"}}, "it tags what is not there"
    ),
    Step("delete_schema", {"SchemaId": PERSON}),
    Step("delete_schema", {"SchemaId": PERSON}),
    Step("get_schema", {"SchemaId": PERSON}),
    Step("create_schema", create("person")),
    Step("get_tags", {"ResourceArn": ARN + "schema/ai/person"}, "the tags of a deleted schema come back with its name"),
    Step("delete_registry", {"RegistryId": AI}, "the answer has a status"),
    Step("get_registry", {"RegistryId": AI}),
]


def answers(glue: Any) -> list[Any]:
    """What the client makes of every step, with ids by the order of their first appearance."""
    ids: dict[str, str] = {}

    def named(found: re.Match[str]) -> str:
        return found[0] if found[0] == NO_ID else ids.setdefault(found[0], f"id {len(ids) + 1}")

    def told(step: Step) -> Any:
        try:
            answer = getattr(glue, step.operation)(**step.request)
        except ClientError as error:
            told = error.response["Error"]
            # In what is wrong with an input we name the limit, moto does not.
            words = told["Message"] if told["Code"] != "InvalidInputException" else ""
            return re.sub(UUID, named, f"{told['Code']} {words}".strip())
        del answer["ResponseMetadata"]
        return json.loads(re.sub(UUID, named, json.dumps(comparable(answer))))

    return [told(step) for step in STEPS]


def comparable(value: Any) -> Any:
    """A value without clock times, and without empty maps, of which nobody says whether AWS sends them."""
    if not isinstance(value, dict):
        return [comparable(item) for item in value] if isinstance(value, list) else value
    return {name: "a time" if name.endswith("Time") else comparable(item) for name, item in value.items() if item != {}}


@pytest.fixture(scope="module")
def both(connect: Callable[..., Any]) -> list[tuple[Any, Any]]:
    """The answers of the emulator and of moto."""
    ours = connect("http://registry.invalid")
    attach(ours, Service(Options(pending=0)))
    mine = answers(ours)
    with mock_aws():
        theirs = answers(connect("https://glue.eu-west-1.amazonaws.com"))
    return list(zip(mine, theirs, strict=True))


@pytest.mark.parametrize("number", range(len(STEPS)), ids=lambda number: f"{number}-{STEPS[number].operation}")
def test_the_answer_is_that_of_moto_or_moto_is_wrong(both: list[tuple[Any, Any]], number: int) -> None:
    ours, theirs = both[number]
    wrong = STEPS[number].wrong
    assert (ours == theirs) is (wrong == "")
    if "leaves out" in wrong:
        assert within(theirs, ours)


def within(part: Any, whole: Any) -> bool:
    """Whether ``part`` says nothing that ``whole`` does not say."""
    if isinstance(part, dict):
        return all(name in whole and within(item, whole[name]) for name, item in part.items())
    if isinstance(part, list):
        return len(part) == len(whole) and all(map(within, part, whole))
    return bool(part == whole)
