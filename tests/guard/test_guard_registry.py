"""The guard of a version in a registry: what it asks, what it keeps, and what it does when nobody answers well."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from aws_schema_registry import DataAndSchema, KafkaDeserializer, KafkaSerializer, SchemaRegistryClient
from aws_schema_registry.avro import AvroSchema
from aws_schema_registry.jsonschema import JsonSchema
from guard_contracts import CONTRACTS

from schemaward import Guard
from schemaward.errors import RegistryError, UsageError
from schemaward.guard.cache import Lifetimes
from schemaward.guard.results import UnknownVersionError
from schemaward.guard.wire import frame, unframe

GOOD = {"name": "Ada", "age": 36}


class Asked:
    """A client that counts its calls and can be told what to answer instead."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.calls: list[dict[str, Any]] = []
        self.instead: Any = None
        self.changed: dict[str, Any] = {}

    def get_schema_version(self, **parameters: Any) -> Any:
        self.calls.append(parameters)
        if isinstance(self.instead, Exception):
            raise self.instead
        if self.instead is not None:
            return self.instead
        return {**self.client.get_schema_version(**parameters), **self.changed}


def opened(client: Any, name: str, **more: Any) -> Guard:
    return Guard.from_registry(name=name, registry="ai", client=client, **more)


def test_a_version_is_named_by_id_by_arn_or_by_name(glue: Any, register: Callable[..., str]) -> None:
    second = register("crm.person", 2)
    arn = "arn:aws:glue:eu-west-1:123456789012:schema/ai/crm.person"
    assert Guard.from_registry(second, client=glue).name == "crm.person@2"
    assert Guard.from_registry(UUID(second), client=glue).name == "crm.person@2"
    assert Guard.from_registry(arn=arn, version=1, client=glue).name == "crm.person@1"
    assert opened(glue, "crm.person").name == "crm.person@2"
    guard = opened(glue, "crm.person", version=1)
    assert guard.check({"name": "Ada", "age": 200}).ok
    assert not guard.check({"age": 200}).ok


def test_it_opens_a_client_of_its_own(glue: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    where = {"region": "eu-west-1", "endpoint": glue.meta.endpoint_url}
    assert Guard.from_registry(name="web.event", registry="ai", **where).check({"id": 1}).ok


@pytest.mark.parametrize(
    "given", [{}, {"arn": "a", "name": "b"}, {"version_id": str(uuid4()), "version": 1}, {"version_id": "x"}]
)
def test_a_version_is_named_in_one_way(given: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        Guard.from_registry(**given, client=object())


@pytest.mark.parametrize(
    ("given", "fact"),
    [
        ({"version": 0}, "version is 0"),
        ({"version": "1"}, "version is '1'"),
        ({"version": True}, "version is True"),
        ({"name": 5}, "name is 5"),
        ({"name": ""}, "name is ''"),
        ({"registry": None}, "registry is None"),
        ({"region": "eu west"}, "region is 'eu west'"),
        ({"endpoint": "not a url"}, "endpoint is 'not a url'"),
        ({"role": "admin"}, "role is 'admin'"),
        ({"client": "x"}, "client is 'x', which is none of AWS Glue"),
        ({"most_bytes": "x"}, "most_bytes is 'x'"),
        ({"most_bytes": 0}, "most_bytes is 0"),
        ({"name": None, "arn": "arn:aws:s3:::bucket"}, "arn is 'arn:aws:s3:::bucket'"),
    ],
)
def test_what_cannot_be_meant_is_told_before_anybody_is_asked(glue: Any, given: dict[str, Any], fact: str) -> None:
    with pytest.raises(UsageError) as refused:
        Guard.from_registry(**{"name": "crm.person", "registry": "ai", "client": glue, **given})
    assert refused.value.fact == fact


def test_a_program_is_not_told_of_files_and_commands_that_it_does_not_have(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    monkeypatch.setattr("schemaward.guard.versions._ATTEMPTS", 1)
    wanted = {
        None: "give a `region`, or set AWS_REGION",
        "https://localhost:1": "check the network, and `endpoint` and `region`",
    }
    for endpoint, remedy in wanted.items():
        region = endpoint and "eu-west-1"
        with pytest.raises(RegistryError) as failed:
            Guard.from_registry(name="crm.person", registry="ai", endpoint=endpoint, region=region)
        assert failed.value.remedy == remedy
        assert 'the registry "ai"' in failed.value.fact


def test_what_is_not_there_is_told(glue: Any) -> None:
    for given in ({"name": "crm.nobody", "registry": "ai"}, {"version_id": str(uuid4())}):
        with pytest.raises(UnknownVersionError):
            Guard.from_registry(**given, client=glue)


def test_older_messages_are_resolved_and_their_schema_is_asked_for_once(
    glue: Any, register: Callable[..., str]
) -> None:
    old = opened(glue, "web.event")
    register("web.event", 2)
    asked = Asked(glue)
    new = opened(asked, "web.event")
    message = old.encode({"id": 5})
    for _ in range(3):
        assert new.decode(message) == {"id": 5, "page": None}
    assert len(asked.calls) == 2


def test_the_id_of_another_contract_is_refused_and_remembered(glue: Any) -> None:
    message = opened(glue, "web.event").encode({"id": 5})
    asked = Asked(glue)
    person = opened(asked, "crm.person")
    for _ in range(3):
        with pytest.raises(UnknownVersionError, match=r"is one of .*web\.event"):
            person.decode(message)
        with pytest.raises(UnknownVersionError, match="EntityNotFound"):
            person.decode(frame(UUID(int=7), b"{}"))
    assert len(asked.calls) == 3


def test_a_version_that_failed_is_none(glue: Any) -> None:
    glue.update_schema(
        SchemaId={"RegistryName": "ai", "SchemaName": "web.event"},
        SchemaVersionNumber={"LatestVersion": True},
        Compatibility="BACKWARD",
    )
    broken = {"type": "record", "name": "Event", "namespace": "web", "fields": [{"name": "new", "type": "string"}]}
    answer = glue.register_schema_version(
        SchemaId={"RegistryName": "ai", "SchemaName": "web.event"}, SchemaDefinition=json.dumps(broken)
    )
    assert answer["Status"] == "FAILURE"
    with pytest.raises(UnknownVersionError, match="is FAILURE, not AVAILABLE"):
        opened(glue, "web.event", version=1).decode(frame(UUID(answer["SchemaVersionId"]), b""))


@pytest.mark.parametrize(
    "garbage",
    [
        {},
        {"SchemaDefinition": 7},
        [],
        {
            "SchemaVersionId": "x",
            "SchemaArn": "a",
            "DataFormat": "JSON",
            "SchemaDefinition": "{}",
            "Status": "AVAILABLE",
        },
        {
            "SchemaVersionId": "x",
            "SchemaArn": "a",
            "DataFormat": "XML",
            "SchemaDefinition": "{}",
            "Status": "AVAILABLE",
        },
        ValueError("no JSON"),
    ],
)
def test_garbage_is_an_error_of_the_registry(glue: Any, garbage: Any) -> None:
    asked = Asked(glue)
    guard = opened(asked, "crm.person")
    asked.instead = garbage
    with pytest.raises(RegistryError):
        guard.decode(frame(UUID(int=7), b"{}"))


def worn(client: Any, **more: Any) -> Guard:
    """A guard to whom no schema is ever fresh."""
    return opened(client, "web.event", lifetimes=Lifetimes(fresh=0, retry=0), **more)


def settled() -> None:
    """Wait for what is fetched in the background."""
    for thread in threading.enumerate():
        if thread.name == "schemaward-fetch":
            thread.join(10)


GARBAGE: dict[str, Any] = {
    "definition that is none": {"SchemaDefinition": "<html>502</html>"},
    "empty definition": {"SchemaDefinition": ""},
    "endless definition": {"SchemaDefinition": "[" * 100_000},
    "definition of another format": {"DataFormat": "JSON", "SchemaDefinition": "{}"},
    "unknown format": {"DataFormat": "XML"},
    "unknown status": {"Status": "GARBAGE"},
    "other schema": {"SchemaArn": "x"},
    "other version": {"SchemaVersionId": str(uuid4())},
    "no version": {"SchemaVersionId": "x"},
}


@pytest.mark.parametrize("changed", GARBAGE.values(), ids=GARBAGE)
def test_what_is_known_outlives_garbage(glue: Any, register: Callable[..., str], changed: dict[str, Any]) -> None:
    old = opened(glue, "web.event")
    register("web.event", 2)
    asked = Asked(glue)
    new = worn(asked)
    message = old.encode({"id": 5})
    assert new.decode(message)["id"] == 5
    asked.changed = changed
    for _ in range(3):
        assert new.decode(message)["id"] == 5
        settled()
    assert len(asked.calls) == 5


@pytest.mark.parametrize("error", [ValueError("x"), OSError("reset"), TimeoutError("slow"), RecursionError()])
def test_whatever_a_client_raises_is_an_error_of_the_registry(
    glue: Any, register: Callable[..., str], error: Exception
) -> None:
    old = opened(glue, "web.event")
    register("web.event", 2)
    asked = Asked(glue)
    new = worn(asked)
    message = old.encode({"id": 5})
    assert new.decode(message)["id"] == 5
    asked.instead = error
    for _ in range(3):
        assert new.decode(message)["id"] == 5
        settled()
    with pytest.raises(RegistryError):
        new.decode(frame(UUID(int=7), b""))
    with pytest.raises(RegistryError):
        opened(asked, "web.event")


def test_a_version_that_is_deleted_is_none_any_more(glue: Any, register: Callable[..., str]) -> None:
    register("crm.person", 2)
    message = opened(glue, "crm.person").encode(GOOD)
    old = opened(glue, "crm.person", version=1, lifetimes=Lifetimes(fresh=0))
    assert old.decode(message) == GOOD
    glue.delete_schema_versions(SchemaId={"RegistryName": "ai", "SchemaName": "crm.person"}, Versions="2")
    old.decode(message)
    settled()
    with pytest.raises(UnknownVersionError):
        old.decode(message)


def test_a_schema_made_anew_in_another_format_is_refused(glue: Any) -> None:
    guard = opened(glue, "web.event")
    glue.delete_schema(SchemaId={"RegistryName": "ai", "SchemaName": "web.event"})
    again = glue.create_schema(
        RegistryId={"RegistryName": "ai"},
        SchemaName="web.event",
        DataFormat="JSON",
        Compatibility="NONE",
        SchemaDefinition='{"type":"object"}',
    )
    with pytest.raises(UnknownVersionError, match=r"is in JSON, and .* was in AVRO"):
        guard.decode(frame(UUID(again["SchemaVersionId"]), b"{}"))


def test_asynchronous_decoding_leaves_the_loop_free(glue: Any, register: Callable[..., str]) -> None:
    old = opened(glue, "web.event")
    register("web.event", 2)
    new = opened(glue, "web.event")

    async def decoded() -> list[Any]:
        return await asyncio.gather(*(new.decode_async(old.encode({"id": number})) for number in range(5)))

    assert [record["id"] for record in asyncio.run(decoded())] == list(range(5))
    with pytest.raises(UnknownVersionError):
        asyncio.run(new.decode_async(frame(UUID(int=7), b"")))


@pytest.mark.parametrize(
    ("contract", "schema", "record"),
    [("crm.person", JsonSchema, GOOD), ("web.event", AvroSchema, {"id": 5})],
)
def test_the_package_of_others_reads_what_we_write_and_we_read_what_it_writes(
    glue: Any, contract: str, schema: Any, record: Any
) -> None:
    client = SchemaRegistryClient(glue, registry_name="ai", wait_interval_seconds=0)
    guard = opened(glue, contract)
    written = schema(glue.get_schema_version(SchemaVersionId=str(guard.own_id))["SchemaDefinition"])
    serializer = KafkaSerializer(client, schema_naming_strategy=lambda *_: contract)
    theirs = serializer.serialize("topic", DataAndSchema(record, written))
    assert guard.decode(theirs) == record
    assert guard.own_id == unframe(theirs).version_id
    for compress in (False, True):
        assert KafkaDeserializer(client).deserialize("topic", guard.encode(record, compress=compress)).data == record
    if contract == "web.event":
        assert guard.encode(record) == theirs


def test_our_receipts_and_the_registry_say_the_same(contracts: Path, receipts: Path, glue: Any) -> None:
    for contract in CONTRACTS:
        assert opened(glue, contract).own_id == Guard.from_contract(contract, receipts=receipts).own_id
