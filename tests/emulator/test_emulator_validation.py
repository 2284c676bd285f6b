"""Input is validated before anything else, with the words of AWS."""

from __future__ import annotations

from typing import Any

import pytest
from emulator_machine import PERSON, Machine, with_person
from hypothesis import given, settings
from hypothesis import strategies as st

from schemaward.emulator.machine import CALLS
from schemaward.emulator.options import Options
from schemaward.emulator.shapes import INPUTS
from schemaward.emulator.state import ApiError

DEFINITION = '{"title": "two"}'


@pytest.mark.parametrize(
    ("operation", "request_", "message"),
    [
        (
            "CreateRegistry",
            {"RegistryName": "a b"},
            "1 validation error detected: Value 'a b' at 'registryName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [a-zA-Z0-9-_$#.]+",
        ),
        (
            "CreateRegistry",
            {},
            "1 validation error detected: Value null at 'registryName' failed to satisfy constraint: "
            "Member must not be null",
        ),
        (
            "CreateRegistry",
            {"RegistryName": ""},
            "2 validation errors detected: Value '' at 'registryName' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1; "
            "Value '' at 'registryName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [a-zA-Z0-9-_$#.]+",
        ),
        (
            "GetRegistry",
            {"RegistryId": {"RegistryName": "x/y"}},
            "1 validation error detected: Value 'x/y' at 'registryId.registryName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [a-zA-Z0-9-_$#.]+",
        ),
        (
            "ListSchemas",
            {"MaxResults": 101},
            "1 validation error detected: Value '101' at 'maxResults' failed to satisfy constraint: "
            "Member must have value less than or equal to 100",
        ),
        (
            "CreateSchema",
            {"SchemaName": "s", "DataFormat": "XML"},
            "1 validation error detected: Value 'XML' at 'dataFormat' failed to satisfy constraint: "
            "Member must satisfy enum value set: [AVRO, JSON, PROTOBUF]",
        ),
    ],
)
def test_message(empty: Machine, operation: str, request_: dict[str, Any], message: str) -> None:
    assert empty.refused(operation, **request_) == ("InvalidInputException", message)


@pytest.mark.parametrize(
    ("operation", "request_", "where"),
    [
        ("CreateRegistry", {"RegistryName": "r" * 256}, "registryName"),
        ("CreateRegistry", {"RegistryName": "r", "Description": "bell \x07"}, "description"),
        ("CreateRegistry", {"RegistryName": "r", "Description": "d" * 2049}, "description"),
        ("CreateRegistry", {"RegistryName": "r", "Tags": {f"k{n}": "" for n in range(51)}}, "tags"),
        ("CreateRegistry", {"RegistryName": "r", "Tags": {"": ""}}, "tags.key"),
        ("CreateRegistry", {"RegistryName": "r", "Tags": {"k": "v" * 257}}, "tags.value"),
        ("UpdateRegistry", {"RegistryId": {"RegistryName": "ai"}}, "description"),
        ("RegisterSchemaVersion", {"SchemaId": PERSON, "SchemaDefinition": " \n "}, "schemaDefinition"),
        ("RegisterSchemaVersion", {"SchemaId": PERSON, "SchemaDefinition": "x" * 170001}, "schemaDefinition"),
        ("GetSchemaVersion", {"SchemaVersionId": "00000000-0000-0000-0000-00000000000G"}, "schemaVersionId"),
        (
            "GetSchemaVersion",
            {"SchemaId": PERSON, "SchemaVersionNumber": {"VersionNumber": 0}},
            "schemaVersionNumber.versionNumber",
        ),
        ("DeleteSchemaVersions", {"SchemaId": PERSON, "Versions": "2-"}, "versions"),
        ("GetTags", {"ResourceArn": "arn:aws:s3:::bucket"}, "resourceArn"),
        (
            "PutSchemaVersionMetadata",
            {
                "SchemaId": PERSON,
                "SchemaVersionNumber": {"LatestVersion": True},
                "MetadataKeyValue": {"MetadataKey": "a b", "MetadataValue": "v"},
            },
            "metadataKeyValue.metadataKey",
        ),
        (
            "QuerySchemaVersionMetadata",
            {"SchemaId": PERSON, "SchemaVersionNumber": {"LatestVersion": True}, "MaxResults": 51},
            "maxResults",
        ),
        ("UntagResource", {"ResourceArn": "arn:aws:glue:x", "TagsToRemove": ["k", ""]}, "tagsToRemove.2.member"),
    ],
)
def test_limit(machine: Machine, operation: str, request_: dict[str, Any], where: str) -> None:
    code, message = machine.refused(operation, **request_)
    assert code == "InvalidInputException"
    assert f"at '{where}' failed to satisfy constraint" in message
    assert len(message) < 1000


@pytest.mark.parametrize("definition", ['{\n\n"a": 1}', "x" * 170000, "\N{GRINNING FACE}"])
def test_definition_within_the_limits(machine: Machine, definition: str) -> None:
    assert machine.register(definition) == (2, "PENDING")


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"RegistryName": 7}, "'registryName' must be of type string."),
        ({"RegistryName": ["ai"]}, "'registryName' must be of type string."),
        ({"RegistryName": "ai", "Tags": []}, "'tags' must be of type object."),
        ({"RegistryName": "ai", "Tags": {"a": 1}}, "'tags.a' must be of type string."),
    ],
)
def test_wrong_type(empty: Machine, request_: dict[str, Any], message: str) -> None:
    assert empty.refused("CreateRegistry", **request_) == ("SerializationException", message)


def test_unknown_members_and_nulls_are_ignored(empty: Machine) -> None:
    assert empty("CreateRegistry", RegistryName="ai", Description=None, Color="red")["RegistryName"] == "ai"


def test_unknown_operation(empty: Machine) -> None:
    assert empty.refused("DropTable")[0] == "UnknownOperationException"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 200_000) | st.text(max_size=5) | st.sampled_from(["ai", "person", "1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
NAMES = sorted({name for shape in INPUTS.values() for name in shape.members} | {"SchemaName", "RegistryName"})
IDENTIFIERS = st.sampled_from(
    [PERSON, {"RegistryName": "ai"}, {"LatestVersion": True}, {"VersionNumber": 1}, DEFINITION]
)


@settings(deadline=None, max_examples=200)
@given(
    operation=st.sampled_from(sorted(CALLS)),
    request_=st.dictionaries(st.sampled_from(NAMES), IDENTIFIERS | JSON, max_size=6),
)
def test_any_request_has_an_answer(operation: str, request_: dict[str, Any]) -> None:
    """Whatever is sent, the machine answers or refuses; it never fails."""
    machine = with_person(Machine(Options(pending=0)))
    before = machine.state
    result = machine.answer(operation, request_)
    assert not isinstance(result, ApiError) or (result.code and result.message and machine.state == before)
