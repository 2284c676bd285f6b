"""The state file: kept over restarts, never half written, never overwritten when it is not understood."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from emulator_machine import PERSON, says_compatible

from schemaward.emulator import storage
from schemaward.emulator.options import Options
from schemaward.emulator.server import serving
from schemaward.emulator.service import Service
from schemaward.emulator.state import ApiError
from schemaward.errors import InputError

SCOPE = ("123456789012", "eu-west-1")


def eventbridge(url: str) -> Any:
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.Session().client("schemas", endpoint_url=url, region_name="eu-west-1", **keys)


def filled(path: Path) -> Service:
    """A service with a version in every status, tags and metadata, over its file."""
    service = Service(Options(pending=9), state_file=path, judge=says_compatible, validate=lambda *_: None)
    new = {"RegistryId": {"RegistryName": "ai"}, "SchemaName": "person", "DataFormat": "JSON"}
    pair = {"MetadataKey": "k", "MetadataValue": "v"}
    for operation, request in (
        ("CreateRegistry", {"RegistryName": "ai", "Description": "für \N{SNOWMAN}", "Tags": {"a": "b"}}),
        ("CreateSchema", {**new, "SchemaDefinition": '{"title": "\\ud800"}', "Tags": {"c": "d"}}),
        (
            "PutSchemaVersionMetadata",
            {"SchemaId": PERSON, "SchemaVersionNumber": {"VersionNumber": 1}, "MetadataKeyValue": pair},
        ),
        ("RegisterSchemaVersion", {"SchemaId": PERSON, "SchemaDefinition": '{"title": "incompatible"}'}),
        ("CreateSchema", {**new, "SchemaName": "going"}),
        ("DeleteSchema", {"SchemaId": {**PERSON, "SchemaName": "going"}}),
    ):
        assert not isinstance(service.call(SCOPE, operation, request), ApiError), operation
    return service


def test_a_restart_changes_nothing(tmp_path: Path, connect: Callable[..., Any]) -> None:
    path = tmp_path / "state.json"
    with serving(Service(state_file=path, judge=says_compatible)) as url:
        glue = connect(url)
        glue.create_registry(RegistryName="ai", Description="for AI", Tags={"Purpose": "AI"})
        glue.create_schema(
            RegistryId={"RegistryName": "ai"}, SchemaName="person", DataFormat="JSON", SchemaDefinition="{}"
        )
        pending = glue.register_schema_version(SchemaId=PERSON, SchemaDefinition='{"title": "incompatible"}')
    with serving(Service(state_file=path)) as url:
        glue = connect(url)
        assert glue.get_registry(RegistryId={"RegistryName": "ai"})["Description"] == "for AI"
        assert glue.get_schema_version(SchemaVersionId=pending["SchemaVersionId"])["Status"] == "FAILURE"


def test_a_restart_changes_nothing_in_eventbridge(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    order = {"RegistryName": "ai", "SchemaName": "order"}
    with serving(Service(state_file=path)) as url:
        schemas = eventbridge(url)
        schemas.create_registry(RegistryName="ai", Tags={"Purpose": "AI"})
        schemas.create_schema(**order, Type="JSONSchemaDraft4", Content='{"title": "one"}')
        schemas.update_schema(**order, Content='{"title": "two"}')
        schemas.delete_schema_version(**order, SchemaVersion="1")
    with serving(Service(state_file=path)) as url:
        schemas = eventbridge(url)
        assert schemas.describe_registry(RegistryName="ai")["Tags"] == {"Purpose": "AI"}
        assert schemas.describe_schema(**order)["Content"] == '{"title": "two"}'
        assert [each["SchemaVersion"] for each in schemas.list_schema_versions(**order)["SchemaVersions"]] == ["2"]


def test_a_file_that_knows_nothing_of_eventbridge_holds_nothing_of_it(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    filled(path)
    content = json.loads(path.read_text())
    (scope,) = content["scopes"]
    del scope["eventbridge"]
    path.write_text(json.dumps(content))
    assert not storage.load(path)[SCOPE].eventbridge.registries


def test_what_is_loaded_is_what_was_saved(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    filled(path)
    world = storage.load(path)
    storage.save(tmp_path / "copy.json", world)
    assert storage.load(tmp_path / "copy.json") == world
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".")] == []
    person = world[SCOPE].glue.registries["ai"].schemas["person"]
    assert [version.stage for version in person.versions] == ["AVAILABLE", "PENDING"]


def test_no_file_is_an_empty_registry(tmp_path: Path) -> None:
    assert storage.load(tmp_path / "none.json") == {}


def test_a_missing_folder_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="folder of the state file does not exist"):
        Service(state_file=tmp_path / "none" / "state.json")


def damaged(content: str) -> dict[str, str]:
    """Ways to spoil a good file."""
    version = json.loads(content)
    version["schemaward-emulator-state"] = 2
    typed = content.replace('"number": 1', '"number": "1"')
    return {
        "empty": "",
        "truncated": content[: len(content) // 2],
        "binary": "\x00\x01",
        "other": "[]",
        "number": "7",
        "version": json.dumps(version),
        "type": typed,
        "status": content.replace('"AVAILABLE"', '"FINE"'),
        "member": content.replace('"checkpoint"', '"chekpoint"'),
        "missing": content.replace('"account"', '"acount"'),
        "deep": "[" * 100_000,
    }


@pytest.mark.parametrize("damage", sorted(damaged('{"schemaward-emulator-state": 1}')))
def test_a_damaged_file_is_refused_and_left_alone(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "state.json"
    filled(path)
    spoiled = damaged(path.read_text())[damage]
    path.write_text(spoiled)
    with pytest.raises(InputError, match="the state file is damaged") as caught:
        Service(state_file=path)
    assert str(caught.value.place).startswith(str(path))
    assert path.read_text() == spoiled


def test_a_folder_is_no_state_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        Service(state_file=tmp_path)


def test_what_could_not_be_written_did_not_happen(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    service = Service(state_file=folder / "state.json")
    folder.rmdir()
    refused = service.call(SCOPE, "CreateRegistry", {"RegistryName": "ai"})
    assert isinstance(refused, ApiError)
    assert refused.code == "InternalServiceException"
    assert service.call(SCOPE, "ListRegistries", {}) == {"Registries": []}
