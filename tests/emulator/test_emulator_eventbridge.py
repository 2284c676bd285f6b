"""EventBridge Schemas in the emulator, asked with the real boto3 client."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from schemaward.emulator.faults import Fault, Kind
from schemaward.emulator.server import running, serving
from schemaward.emulator.service import Service
from schemaward.model import RegistryKind, Role, Target
from schemaward.registry.connection import connect

AI = {"RegistryName": "ai"}
ORDER = {**AI, "SchemaName": "shop.order@v1"}
KIND = {"Type": "JSONSchemaDraft4"}


@pytest.fixture
def url() -> Iterator[str]:
    with running() as address:
        yield address


@pytest.fixture
def schemas(url: str) -> Any:
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    client = boto3.Session().client("schemas", endpoint_url=url, region_name="eu-west-1", **keys)
    client.create_registry(**AI, Description="For AI", Tags={"Purpose": "AI"})
    return client


def refused(code: str) -> Any:
    return pytest.raises(ClientError, match=code)


def test_a_registry_and_its_description(schemas: Any) -> None:
    found = schemas.update_registry(**AI, Description="Changed")
    assert found["RegistryArn"] == "arn:aws:schemas:eu-west-1:123456789012:registry/ai"
    assert schemas.describe_registry(**AI)["Description"] == "Changed"
    with refused("ConflictException"):
        schemas.create_registry(**AI)
    with refused("NotFoundException"):
        schemas.describe_registry(RegistryName="another")


def test_versions_are_counted_in_text_and_listed_newest_first(schemas: Any) -> None:
    assert schemas.create_schema(**ORDER, **KIND, Content='{"a": 1}')["SchemaVersion"] == "1"
    for number in range(2, 25):
        found = schemas.update_schema(**ORDER, **KIND, Content=json.dumps({"a": number}))
        assert found["SchemaVersion"] == str(number)
    pages = schemas.get_paginator("list_schema_versions").paginate(**ORDER)
    assert [item["SchemaVersion"] for item in pages.search("SchemaVersions[]")] == [str(n) for n in range(24, 0, -1)]
    assert schemas.describe_schema(**ORDER, SchemaVersion="3")["Content"] == '{"a": 3}'
    assert schemas.describe_schema(**ORDER)["SchemaVersion"] == "24"
    with refused("NotFoundException"):
        schemas.describe_schema(**ORDER, SchemaVersion="25")


def test_a_request_that_is_repeated_registers_once(schemas: Any) -> None:
    schemas.create_schema(**ORDER, **KIND, Content="{}")
    again = {**ORDER, **KIND, "Content": '{"a": 1}', "ClientTokenId": "one"}
    assert schemas.update_schema(**again)["SchemaVersion"] == "2"
    schemas.update_schema(**ORDER, **KIND, Content='{"a": 2}')
    assert schemas.update_schema(**again)["SchemaVersion"] == "2"
    assert schemas.describe_schema(**ORDER)["SchemaVersion"] == "3"


def test_a_description_alone_makes_no_version(schemas: Any) -> None:
    schemas.create_schema(**ORDER, **KIND, Content="{}")
    found = schemas.update_schema(**ORDER, Description="An order.")
    assert (found["SchemaVersion"], found["Description"]) == ("1", "An order.")


def test_tags_are_on_registries_and_schemas(schemas: Any) -> None:
    arn = schemas.create_schema(**ORDER, **KIND, Content="{}", Tags={"a": "1"})["SchemaArn"]
    schemas.tag_resource(ResourceArn=arn, Tags={"b": "2"})
    assert schemas.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"a": "1", "b": "2"}
    registry = schemas.describe_registry(**AI)["RegistryArn"]
    schemas.tag_resource(ResourceArn=registry, Tags={"c": "3"})
    assert schemas.describe_registry(**AI)["Tags"] == {"Purpose": "AI", "c": "3"}
    with refused("NotFoundException"):
        schemas.list_tags_for_resource(ResourceArn=registry + "x")


def test_a_schema_that_is_deleted_is_gone(schemas: Any) -> None:
    schemas.create_schema(**ORDER, **KIND, Content="{}")
    with refused("ConflictException"):
        schemas.create_schema(**ORDER, **KIND, Content="{}")
    schemas.delete_schema(**ORDER)
    assert schemas.list_schemas(**AI)["Schemas"] == []
    with refused("NotFoundException"):
        schemas.delete_schema(**ORDER)


def test_limits_and_types(schemas: Any) -> None:
    with refused("BadRequestException"):
        schemas.create_schema(**ORDER, **KIND, Content="x" * 100_001)
    with refused("BadRequestException"):
        schemas.create_schema(**ORDER, Type="Avro", Content="{}")
    with refused("BadRequestException"):
        schemas.create_schema(**ORDER, **KIND, Content="no JSON")
    with refused("BadRequestException"):
        schemas.create_schema(RegistryName="ai", SchemaName="a b", **KIND, Content="{}")
    with refused("BadRequestException"):
        schemas.update_registry(**AI, Description="x" * 257)


def test_registries_are_listed(schemas: Any) -> None:
    schemas.create_registry(RegistryName="other")
    assert [each["RegistryName"] for each in schemas.list_registries()["Registries"]] == ["ai", "other"]
    found = schemas.list_registries(RegistryNamePrefix="a")["Registries"]
    assert found == [
        {
            "RegistryName": "ai",
            "RegistryArn": "arn:aws:schemas:eu-west-1:123456789012:registry/ai",
            "Tags": {"Purpose": "AI"},
        }
    ]
    assert schemas.list_registries(Scope="AWS")["Registries"] == []


def test_a_version_that_is_deleted_leaves_its_number(schemas: Any) -> None:
    schemas.create_schema(**ORDER, **KIND, Content="{}")
    with refused("BadRequestException"):
        schemas.delete_schema_version(**ORDER, SchemaVersion="1")
    schemas.update_schema(**ORDER, Content='{"a": 1}')  # of the same type
    schemas.delete_schema_version(**ORDER, SchemaVersion="2")
    assert schemas.describe_schema(**ORDER)["SchemaVersion"] == "1"
    assert schemas.update_schema(**ORDER, Content='{"a": 2}')["SchemaVersion"] == "3"
    assert [each["SchemaVersion"] for each in schemas.list_schema_versions(**ORDER)["SchemaVersions"]] == ["3", "1"]
    with refused("NotFoundException"):
        schemas.delete_schema_version(**ORDER, SchemaVersion="2")


def test_tags_can_be_taken_away(schemas: Any) -> None:
    arn = schemas.create_schema(**ORDER, **KIND, Content="{}", Tags={"a": "1", "b": "2", "c": "3"})["SchemaArn"]
    schemas.untag_resource(ResourceArn=arn, TagKeys=["a", "c"])
    assert schemas.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"b": "2"}


def test_faults_strike_it_too() -> None:
    service = Service()
    with serving(service) as url:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        once = Config(retries={"total_max_attempts": 1})
        client = boto3.Session().client("schemas", endpoint_url=url, region_name="eu-west-1", config=once, **keys)
        service.play(Fault(Kind.THROTTLE), Fault(Kind.LOSE_ANSWER, operation="CreateRegistry", call=2))
        with refused("ThrottlingException"):
            client.create_registry(**AI)
        with pytest.raises(ConnectionClosedError):
            client.create_registry(**AI)
        assert client.describe_registry(**AI)["RegistryName"] == "ai"
        assert service.calls["CreateRegistry"] == 2


def test_a_role_gives_the_credentials_of_its_account(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "emulator")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "emulator")
    role = "arn:aws:iam::111122223333:role/schemas"
    bus = Target("bus", "ai", "eu-west-1", account="111122223333", endpoint=url, roles=((Role.PLAN, role),))
    connection = connect(replace(bus, kind=RegistryKind.EVENTBRIDGE))
    connection.client.create_registry(Description="", Tags={})
    assert ":111122223333:" in connection.client.get_registry()["RegistryArn"]
    with refused("ValidationError"):
        boto3.client("sts", endpoint_url=url, region_name="eu-west-1").assume_role(
            RoleArn="arn:aws:iam::1:role/schemas", RoleSessionName="test"
        )


def test_each_region_has_registries_of_its_own(schemas: Any, url: str) -> None:
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    elsewhere = boto3.Session().client("schemas", endpoint_url=url, region_name="us-east-1", **keys)
    with refused("NotFoundException"):
        elsewhere.describe_registry(**AI)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/v1/policy", "", 404),
        ("POST", "/v1/registries/name/b", '{"tags": {"a": {}}}', 400),
        ("POST", "/v1/registries/name/a%2Fb", "{}", 400),
        ("DELETE", "/v1/registries/name/ai/schemas/name/a/version/x", "", 400),
        ("GET", "/v1/registries/name/ai/schemas?limit=x", "", 400),
        ("POST", "/v1/registries/name/b", "[]", 400),
        ("POST", "/v1/registries/name/b", '{"Description": 1}', 400),
        ("POST", "/v1/registries/name/b", "{", 400),
        ("PUT", "/tags/arn", "{}", 404),
        ("GET", "/tags/x", "", 404),
        ("DELETE", "/elsewhere", "", 404),
    ],
)
def test_nonsense_has_an_answer(url: str, schemas: Any, method: str, path: str, body: str, status: int) -> None:
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    connection.request(method, path, body or None)
    answer = connection.getresponse()
    assert (answer.status, "Message" in json.loads(answer.read())) == (status, True)
    connection.close()


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("us-iso-east-1", "aws-iso")],
)
def test_arns_are_of_the_partition_of_their_region(url: str, region: str, partition: str) -> None:
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    for service in ("glue", "schemas"):
        client = boto3.Session().client(service, endpoint_url=url, region_name=region, **keys)
        arn = client.create_registry(RegistryName="ai")["RegistryArn"]
        assert arn == f"arn:{partition}:{service}:{region}:123456789012:registry/ai"
