"""The real boto3 client, and what no client would send, over a real socket."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from emulator_machine import PERSON
from emulator_machine import says_compatible as judge

from schemaward.emulator.inprocess import attach
from schemaward.emulator.options import Options
from schemaward.emulator.server import running, serving
from schemaward.emulator.service import Service
from schemaward.errors import UsageError

AI = {"RegistryName": "ai"}
Connect = Callable[..., Any]


def person(glue: Any) -> Any:
    glue.create_registry(RegistryName="ai", Tags={"Purpose": "AI"})
    return glue.create_schema(
        RegistryId=AI,
        SchemaName="person",
        DataFormat="JSON",
        Compatibility="BACKWARD",
        SchemaDefinition='{"title": "one"}',
    )


def post(url: str, body: bytes, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """One request of which every byte is ours."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("POST", "/", body, named)
    response = connection.getresponse()
    answer = response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    connection.close()
    return answer


def test_the_way_of_a_version(url: str, connect: Connect) -> None:
    glue = connect(url)
    created = person(glue)
    assert created["SchemaArn"] == "arn:aws:glue:eu-west-1:123456789012:schema/ai/person"
    second = glue.register_schema_version(SchemaId=PERSON, SchemaDefinition='{"title": "two"}')
    third = glue.get_schema_version(SchemaVersionId=second["SchemaVersionId"])
    assert [second["Status"], third["Status"]] == ["PENDING", "AVAILABLE"]
    failing = glue.register_schema_version(SchemaId=PERSON, SchemaDefinition='{"title": "incompatible"}')
    assert glue.get_schema_version(SchemaVersionId=failing["SchemaVersionId"])["Status"] == "FAILURE"
    assert glue.get_schema(SchemaId=PERSON)["LatestSchemaVersion"] == 2
    assert glue.get_tags(ResourceArn=created["SchemaArn"])["Tags"] == {}


def test_errors_are_the_exceptions_of_the_client(url: str, connect: Connect) -> None:
    glue = connect(url)
    with pytest.raises(glue.exceptions.EntityNotFoundException, match=r"Schema is not found\.") as missing:
        glue.get_schema(SchemaId=PERSON)
    metadata = missing.value.response["ResponseMetadata"]
    assert (metadata["HTTPStatusCode"], metadata["RetryAttempts"]) == (400, 0)
    assert len(metadata["RequestId"]) == 36
    person(glue)
    with pytest.raises(glue.exceptions.AlreadyExistsException):
        person(glue)
    with pytest.raises(glue.exceptions.InvalidInputException, match="registryName"):
        glue.create_registry(RegistryName="a b")


def test_paginators(url: str, connect: Connect) -> None:
    glue = connect(url)
    for number in range(30):
        glue.create_registry(RegistryName=f"r{number:02}")
        glue.create_schema(RegistryId={"RegistryName": "r00"}, SchemaName=f"s{number:02}", DataFormat="JSON")
    for number in range(30):
        schema = {"RegistryName": "r00", "SchemaName": "s00"}
        glue.register_schema_version(SchemaId=schema, SchemaDefinition=f'{{"title": "{number}"}}')

    def every(operation: str, member: str, **request: Any) -> list[Any]:
        pages = list(glue.get_paginator(operation).paginate(**request))
        assert [len(page[member]) for page in pages] == [25, 5]
        return [item for page in pages for item in page[member]]

    assert [item["RegistryName"] for item in every("list_registries", "Registries")][-1] == "r29"
    assert [item["SchemaName"] for item in every("list_schemas", "Schemas")][-1] == "s29"
    versions = every("list_schema_versions", "Schemas", SchemaId=schema)
    assert [item["VersionNumber"] for item in versions] == list(range(30, 0, -1))


def test_metadata_tags_and_deletion(url: str, connect: Connect) -> None:
    glue = connect(url)
    version = person(glue)["SchemaVersionId"]
    pair = {"MetadataKey": "commit", "MetadataValue": "abc"}
    assert glue.put_schema_version_metadata(SchemaVersionId=version, MetadataKeyValue=pair)["LatestVersion"] is True
    found = glue.query_schema_version_metadata(SchemaVersionId=version)["MetadataInfoMap"]
    assert found["commit"]["MetadataValue"] == "abc"
    registry = glue.get_registry(RegistryId=AI)["RegistryArn"]
    glue.tag_resource(ResourceArn=registry, TagsToAdd={"Team": "data"})
    glue.untag_resource(ResourceArn=registry, TagsToRemove=["Purpose"])
    assert glue.get_tags(ResourceArn=registry)["Tags"] == {"Team": "data"}
    assert glue.delete_schema(SchemaId=PERSON)["Status"] == "DELETING"
    assert glue.delete_registry(RegistryId=AI)["Status"] == "DELETING"
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.get_registry(RegistryId=AI)


def test_every_account_and_region_has_its_own_state(url: str, connect: Connect) -> None:
    connect(url).create_registry(RegistryName="ai")
    elsewhere = {"region": "us-east-1"}, {"key": "999999999999"}
    for other in elsewhere:
        assert connect(url, **other).list_registries()["Registries"] == []
    arn = connect(url, key="999999999999", region="eu-north-1").create_registry(RegistryName="ai")["RegistryArn"]
    assert arn == "arn:aws:glue:eu-north-1:999999999999:registry/ai"
    china = connect(url, region="cn-north-1").create_registry(RegistryName="ai")["RegistryArn"]
    assert china == "arn:aws-cn:glue:cn-north-1:123456789012:registry/ai"


def test_the_caller_can_verify_the_account(connect: Connect) -> None:
    with serving(Service(account="111122223333")) as url:
        sts = connect(url, "sts")
        assert sts.get_caller_identity()["Account"] == "111122223333"
        assert connect(url, "sts", key="444455556666").get_caller_identity()["Account"] == "444455556666"
        with pytest.raises(sts.exceptions.ClientError, match="InvalidAction"):
            sts.get_session_token()


def test_the_same_without_a_socket(connect: Connect) -> None:
    nowhere = "http://127.0.0.1:9"
    service = Service(Options(pending=0), judge=judge)
    glue, sts = connect(nowhere), connect(nowhere, "sts")
    attach(glue, service)
    attach(sts, service)
    person(glue)
    assert glue.register_schema_version(SchemaId=PERSON, SchemaDefinition='{"title": "two"}')["Status"] == "AVAILABLE"
    assert sts.get_caller_identity()["Account"] == "123456789012"
    with pytest.raises(glue.exceptions.AlreadyExistsException):
        glue.create_registry(RegistryName="ai")


GARBAGE = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"7",
    b'"text"',
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"RegistryName": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    b'{"RegistryName": 1e999}',
    b'{"RegistryName": ' + b"9" * 5000 + b"}",
    b'{"RegistryName": "\\ud800"}',
    b'{"RegistryName": NaN}',
]


@pytest.mark.parametrize("body", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_has_an_answer_and_does_no_harm(url: str, connect: Connect, body: bytes) -> None:
    status, headers, content = post(url, body, X_Amz_Target="AWSGlue.CreateRegistry")
    answer = json.loads(content)
    assert status == 400
    assert answer["__type"] in ("SerializationException", "InvalidInputException")
    assert answer["Message"]
    assert len(headers["x-amzn-requestid"]) == 36
    assert connect(url).list_registries()["Registries"] == []


@pytest.mark.parametrize("target", ["", "AWSGlue.", "AWSGlue.GetJob", "DynamoDB_20120810.GetItem", "AWSGlue.\u00e9"])
def test_unknown_operation(url: str, target: str) -> None:
    status, _, content = post(url, b"{}", X_Amz_Target=target)
    assert (status, json.loads(content)["__type"]) == (400, "UnknownOperationException")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Content_Length": "99999999"}, 413),
        ({"Content_Length": "9" * 30}, 411),
        ({"Content_Length": "-1"}, 411),
        ({"Content_Length": "many"}, 411),
        ({"Transfer_Encoding": "chunked"}, 411),
    ],
)
def test_a_body_has_a_size_and_a_limit(url: str, headers: dict[str, str], expected: int) -> None:
    status, answered, _ = post(url, b"", X_Amz_Target="AWSGlue.ListRegistries", **headers)
    assert (status, answered["connection"]) == (expected, "close")


def test_a_failure_of_the_judge_is_an_internal_error_and_no_more(connect: Connect) -> None:
    def broken(*_: object) -> bool:
        raise ZeroDivisionError("no judge today")

    with running(judge=broken) as url:
        person(connect(url))
        body = json.dumps({"SchemaId": PERSON, "SchemaDefinition": '{"title": "two"}'}).encode()
        status, _, content = post(url, body, X_Amz_Target="AWSGlue.RegisterSchemaVersion", **SIGNED)
        assert (status, json.loads(content)["__type"]) == (500, "InternalServiceException")
        assert len(connect(url).list_schema_versions(SchemaId=PERSON)["Schemas"]) == 1


SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=emulator/20261122/eu-west-1/glue/aws4_request"}


def test_get_tells_that_it_is_up(url: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.request("GET", "/")
    assert connection.getresponse().status == 200
    connection.close()


def test_threads_lose_nothing(connect: Connect) -> None:
    """Two writers on one schema, each with definitions of its own and the same ones as the other."""
    with running(Options(pending=0), judge=judge) as url:
        person(connect(url))
        answers: list[tuple[str, int, str]] = []

        def write(own: str) -> None:
            glue = connect(url)
            for number in range(10):
                for title in (f"{own} {number}", f"both {number}"):
                    given = glue.register_schema_version(SchemaId=PERSON, SchemaDefinition=json.dumps({"title": title}))
                    answers.append((title, given["VersionNumber"], given["SchemaVersionId"]))

        threads = [threading.Thread(target=write, args=(own,)) for own in ("a", "b")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(answers) == 40
        assert len(set(answers)) == 30
        assert sorted({number for _, number, _ in answers}) == list(range(2, 32))


def test_a_port_in_use_is_a_clear_error(url: str) -> None:
    port = urlsplit(url).port
    assert port
    with pytest.raises(UsageError, match=f"cannot listen on 127.0.0.1, port {port}"), serving(Service(), port=port):
        pass


@pytest.mark.parametrize("host", ["no-such-host.invalid", "192.0.2.1"])
def test_an_address_of_others_is_a_clear_error(host: str) -> None:
    with pytest.raises(UsageError, match="cannot listen on"), serving(Service(), host=host):
        pass
