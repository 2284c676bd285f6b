"""A plan carried out by the real boto3 client against the emulator over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from registry_worlds import (
    COMMIT,
    GROWING,
    UNHURRIED,
    contract,
    desired,
    endings,
    look,
    sync,
    target,
    two_contracts,
    words,
)

from schemaward.emulator.server import running
from schemaward.emulator.state import Options
from schemaward.model import Mode
from schemaward.registry import receipts as receipts_module
from schemaward.registry.apply import Ending, apply
from schemaward.registry.connection import Connection, Pace, connect
from schemaward.registry.receipts import receipts, receipts_text


@pytest.fixture
def connection() -> Iterator[Connection]:
    with running() as url:
        yield connect(target(url), attempts=3, pace=UNHURRIED)


def test_the_whole_way_and_then_nothing_to_do(connection: Connection) -> None:
    wish = two_contracts()
    assert endings(sync(connection, wish)) == [
        "done: create the registry, tags Purpose=AI, managed-by=schemaward",
        "done: create schema a.growing (JSON, BACKWARD) with v1",
        "done: register v2 under BACKWARD",
        "done: register v3 under BACKWARD",
        "done: create schema b.frozen (JSON, NONE) with v1",
        "done: register v2 under NONE",
        "done: set mode NONE -> DISABLED",
        "done: move the checkpoint from number 1 to v2",
    ]
    found, state = look(connection, wish)
    assert found.in_sync
    assert not found.notes
    assert sync(connection, wish) == []
    first, second = state.schemas
    assert [version.number for version in first.versions] == [1, 2, 3]
    assert dict(first.versions[2].metadata or ()) == {
        "contract-version": "3",
        "content-sha256": wish.schemas[0].versions[2].sha256,
        "commit": COMMIT,
        "repository": "example-org/contracts",
    }
    assert (second.mode, second.checkpoint) == (Mode.DISABLED, 2)
    assert dict(second.tags or ()) == {"Domain": "test", "managed-by": "schemaward"}


def test_receipts_follow_their_schema_and_stay_the_same(connection: Connection) -> None:
    wish = two_contracts()
    sync(connection, wish)
    texts = [receipts_text(receipts(connection.target, wish, look(connection, wish)[1])) for _ in range(2)]
    assert texts[0] == texts[1]
    document = json.loads(texts[0])
    shape = json.loads(Path(receipts_module.__file__).with_name("receipts.schema.json").read_text())
    jsonschema.Draft7Validator(shape).validate(document)
    assert document["registry"]["arn"] == "arn:aws:glue:eu-central-1:123456789012:registry/ai"
    growing = document["contracts"]["a.growing"]
    assert growing["arn"] == "arn:aws:glue:eu-central-1:123456789012:schema/ai/a.growing"
    assert [(entry["version"], entry["status"]) for entry in growing["versions"]] == [
        (1, "AVAILABLE"),
        (2, "AVAILABLE"),
        (3, "AVAILABLE"),
    ]


def test_everything_that_can_change_changes(connection: Connection) -> None:
    sync(connection, desired(contract("a.growing", *GROWING[:2])))
    changed = replace(
        contract("a.growing", *GROWING, mode=Mode.FULL, checkpoint=3),
        description="Other words.",
        tags=(("Domain", "other"), ("managed-by", "schemaward")),
    )
    wish = replace(desired(changed), description="Other", tags=(("Purpose", "Other"),))
    assert endings(sync(connection, wish)) == [
        'done: set the description of the registry to "Other"',
        "done: tag Purpose=Other",
        "done: register v3 under BACKWARD",
        "done: set mode BACKWARD -> FULL",
        "done: move the checkpoint from number 1 to v3",
        'done: set the description to "Other words."',
        "done: tag Domain=other",
    ]
    assert look(connection, wish)[0].in_sync


def test_a_refused_version_fails_its_contract_and_no_other(connection: Connection) -> None:
    narrowed = contract("a.narrowed", words("a", "b"), words("a"), words("a", "b", "c"))
    wish = desired(narrowed, contract("b.fine", *GROWING[:1]))
    outcomes = sync(connection, wish)
    assert endings(outcomes)[1:] == [
        "done: create schema a.narrowed (JSON, BACKWARD) with v1",
        "failed: register v2 under BACKWARD",
        "skipped: register v3 under BACKWARD",
        "done: create schema b.fine (JSON, BACKWARD) with v1",
    ]
    failure = outcomes[2]
    assert "Glue refused v2 of a.narrowed under BACKWARD: number 2" in failure.fact
    assert "status FAILURE" in failure.fact
    assert failure.reasons[0] == 'backward: v2 cannot read what v1 allows, for example "b"'
    assert failure.reasons[1].startswith("changes from v1 to v2: ")
    assert "--remove-failed" in failure.remedy


def test_a_refusal_names_the_version_that_somebody_else_registered_since_the_plan(connection: Connection) -> None:
    sync(connection, desired(contract("a.shared", words("a"))))
    address = {"RegistryName": "ai", "SchemaName": "a.shared"}
    wish = desired(contract("a.shared", words("a"), words("a", "c")))
    agreed, state = look(connection, wish)
    stranger = connection.client.register_schema_version(SchemaId=address, SchemaDefinition=words("a", "b"))
    (outcome,) = apply(connection, agreed, wish, state)
    assert outcome.ending is Ending.FAILED
    assert outcome.reasons[0].startswith("backward: by our own engine v2 can read everything that v1 allows")
    assert outcome.reasons[1:] == (
        f"number 2 (id {stranger['SchemaVersionId']}) is in the registry and not in Git, and Glue compares with it too",
    )


def test_a_failed_version_blocks_the_next_sync_until_it_is_deleted(connection: Connection) -> None:
    wish = desired(contract("a.narrowed", words("a", "b"), words("a")))
    sync(connection, wish)
    found, state = look(connection, wish)
    assert [entry.kind for entry in found.blocked] == ["failed-version"]
    assert sync(connection, wish) == []
    entries = receipts(connection.target, wish, state)["contracts"]["a.narrowed"]["versions"]
    assert [entry["status"] for entry in entries] == ["AVAILABLE", "FAILURE"]
    connection.client.delete_schema_versions(
        SchemaId={"RegistryName": "ai", "SchemaName": "a.narrowed"}, Versions=str(state.schemas[0].versions[1].number)
    )
    look(connection, wish)
    mended = desired(contract("a.narrowed", words("a", "b"), words("a"), mode=Mode.NONE))
    assert endings(sync(connection, mended)) == [
        "done: set mode BACKWARD -> NONE (weaker)",
        "done: register v2 under NONE",
    ]


def test_what_somebody_registered_by_hand_is_adopted(connection: Connection) -> None:
    glue = connection.client
    glue.create_registry(RegistryName="ai")
    glue.create_schema(
        RegistryId={"RegistryName": "ai"},
        SchemaName="a.growing",
        DataFormat="JSON",
        Compatibility="BACKWARD",
        # Other layout, same schema.
        SchemaDefinition=json.dumps(json.loads(GROWING[0]), indent=4),
    )
    wish = desired(contract("a.growing", *GROWING[:2]))
    sync(connection, wish)
    found, state = look(connection, wish)
    assert found.in_sync
    assert [version.number for version in state.schemas[0].versions] == [1, 2]
    assert dict(state.schemas[0].versions[0].metadata or ())["commit"] == COMMIT


@pytest.mark.parametrize(("data_format", "definition"), [("AVRO", '"string"'), ("PROTOBUF", 'syntax = "proto3";')])
def test_a_schema_of_another_format_is_seen_and_left_alone(
    connection: Connection, data_format: str, definition: str
) -> None:
    connection.client.create_registry(RegistryName="ai", Description="For AI workloads", Tags={"Purpose": "AI"})
    connection.client.create_schema(
        RegistryId={"RegistryName": "ai"},
        SchemaName="a.growing",
        DataFormat=data_format,
        Compatibility="NONE",
        SchemaDefinition=definition,
    )
    found, _ = look(connection, desired(contract("a.growing", *GROWING)))
    assert [entry.kind for entry in found.blocked] == ["format-differs"]
    assert not found.actions


def test_waiting_pauses_longer_and_longer_and_ends_at_the_deadline() -> None:
    pauses: list[float] = []
    now = [0.0]

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        now[0] += seconds

    wish = desired(contract("a.growing", *GROWING), contract("b.other", words("x")))
    with running(Options(pending=1000)) as url:
        connection = connect(target(url), attempts=3, jobs=1, pace=Pace(30.0, lambda: now[0], sleep))
        outcomes = sync(connection, wish)
        assert endings(outcomes)[2:] == [
            "failed: register v2 under BACKWARD",
            "skipped: register v3 under BACKWARD",
            "done: create schema b.other (JSON, BACKWARD) with v1",
        ]
        assert "was not AVAILABLE within 30 s" in outcomes[2].fact
        # The first pause lets other runs come to rest.
        waits = pauses[1:]
        assert sum(waits) == pytest.approx(30)
        assert waits[:-1] == sorted(waits[:-1])
        again, _ = look(connection, wish)
    assert [str(action) for action in again.actions] == [
        "wait for v2, which is PENDING",
        "register v3 under BACKWARD",
    ]
