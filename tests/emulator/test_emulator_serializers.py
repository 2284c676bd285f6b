"""The serializers of the PyPI package aws-glue-schema-registry, which we did not write: register, fetch, decode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from aws_schema_registry import (
    DataAndSchema,
    KafkaDeserializer,
    KafkaSerializer,
    SchemaRegistryClient,
    SchemaRegistryException,
)
from aws_schema_registry.avro import AvroSchema
from aws_schema_registry.jsonschema import JsonSchema

from schemaward.emulator.options import Options
from schemaward.emulator.server import running

AGE: dict[str, Any] = {"name": "age", "type": "int"}
MAIL: dict[str, Any] = {"name": "mail", "type": ["null", "string"], "default": None}


def record(*fields: dict[str, Any]) -> AvroSchema:
    return AvroSchema({"type": "record", "name": "Person", "fields": list(fields)})


def document(**more: Any) -> JsonSchema:
    shape = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}
    return JsonSchema({"$schema": "http://json-schema.org/draft-07/schema#", **shape, **more})


@pytest.fixture(params=[0, 1, 3], ids=lambda pending: f"pending {pending}")
def glue(request: pytest.FixtureRequest, connect: Callable[..., Any]) -> Any:
    with running(Options(pending=request.param)) as url:
        client = connect(url)
        client.create_registry(RegistryName="ai")
        yield client


def registry(glue: Any) -> SchemaRegistryClient:
    return SchemaRegistryClient(glue, registry_name="ai", wait_interval_seconds=0)


@pytest.mark.parametrize("schema", [record(AGE), document()], ids=["avro", "json"])
def test_what_one_writes_another_reads(glue: Any, schema: Any) -> None:
    message = KafkaSerializer(registry(glue)).serialize("people", DataAndSchema({"age": 7}, schema))
    version = glue.get_schema_by_definition(
        SchemaId={"RegistryName": "ai", "SchemaName": "people-value"}, SchemaDefinition=str(schema)
    )
    assert message[:2] == b"\x03\x00"
    assert str(UUID(bytes=message[2:18])) == version["SchemaVersionId"]
    assert KafkaDeserializer(registry(glue)).deserialize("people", message).data == {"age": 7}


def test_versions_are_registered_once_and_old_messages_stay_readable(glue: Any) -> None:
    old, new = record(AGE), record(AGE, MAIL)
    serializer = KafkaSerializer(registry(glue))
    first = serializer.serialize("people", DataAndSchema({"age": 7}, old))
    second = serializer.serialize("people", DataAndSchema({"age": 8, "mail": "a@b.c"}, new))
    again = KafkaSerializer(registry(glue)).serialize("people", DataAndSchema({"age": 8, "mail": "a@b.c"}, new))
    assert second == again != first
    versions = glue.list_schema_versions(SchemaId={"RegistryName": "ai", "SchemaName": "people-value"})["Schemas"]
    assert [(item["VersionNumber"], item["Status"]) for item in versions] == [(2, "AVAILABLE"), (1, "AVAILABLE")]
    reader = KafkaDeserializer(registry(glue))
    assert [reader.deserialize("people", message).data for message in (first, second)] == [
        {"age": 7},
        {"age": 8, "mail": "a@b.c"},
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(
            record(AGE),
            record(AGE, {"name": "mail", "type": "string"}),
            id="avro",
        ),
        pytest.param(document(), document(required=["age", "mail"]), id="json"),
    ],
)
def test_a_version_that_breaks_readers_stops_the_producer(glue: Any, old: Any, new: Any) -> None:
    client = registry(glue)
    known = client.get_or_register_schema_version(str(old), "person", old.data_format)
    with pytest.raises(SchemaRegistryException) as caught:
        client.get_or_register_schema_version(str(new), "person", new.data_format)
    assert "FAILURE" in str(caught.value.__cause__)
    with pytest.raises(SchemaRegistryException) as sticky:
        client.get_schema_by_definition(str(new), "person")
    assert "status is FAILURE" in str(sticky.value.__cause__)
    assert client.get_or_register_schema_version(str(old), "person", old.data_format).version_id == known.version_id


def test_it_tells_the_two_kinds_of_not_found_apart_by_their_text(glue: Any) -> None:
    client = registry(glue)
    created = client.get_or_register_schema_version(str(record(AGE)), "person", "AVRO", metadata={"team": "data"})
    added = client.get_or_register_schema_version(str(record(AGE, MAIL)), "person", "AVRO", metadata={"pr": "12"})
    assert (created.version_number, added.version_number) == (1, 2)
    found = glue.query_schema_version_metadata(SchemaVersionId=str(added.version_id))["MetadataInfoMap"]
    assert found["pr"]["MetadataValue"] == "12"


# The package warns of its own use of a logger.
@pytest.mark.filterwarnings("ignore:The 'warn' method is deprecated:DeprecationWarning")
def test_producers_that_race_for_a_new_schema_share_its_version(glue: Any) -> None:
    client = registry(glue)
    definition = str(record(AGE))
    assert client.create_schema("person", "AVRO", definition) == client.create_schema("person", "AVRO", definition)
