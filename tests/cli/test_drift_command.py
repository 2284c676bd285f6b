"""``schemaward drift``: real changes behind Git's back, made with the real boto3 client."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path
from typing import Any

import boto3
import jsonschema
import pytest
from contract_folder import DRAFT, Repository

from schemaward.cli import drift as drift_command
from schemaward.cli import exits
from schemaward.emulator.faults import Fault, Kind
from schemaward.emulator.server import serving
from schemaward.emulator.service import Service

PUBLISHED = Path(__file__).parents[2] / "tooling" / "schemaward" / "cli" / "drift.schema.json"
ORDER = {"RegistryName": "ai", "SchemaName": "shop.order"}


@pytest.fixture
def synced(repository: Repository, url: str) -> tuple[Repository, Any]:
    """A repository whose registry is what Git says, and a client of somebody else."""
    repository.targets(dev=url)
    assert repository.run("sync")[0] == exits.CLEAN
    return repository, boto3.Session().client("glue", endpoint_url=url, region_name="eu-central-1")


def test_no_drift_after_a_sync(synced: tuple[Repository, Any]) -> None:
    code, out, err = synced[0].run("drift")
    assert (code, err) == (exits.CLEAN, "")
    assert out.endswith("\nNo drift: the registry is what Git says (2 contracts).\n")


def test_changes_behind_the_back_of_git(synced: tuple[Repository, Any]) -> None:
    here, glue = synced
    glue.update_schema(SchemaId=ORDER, Compatibility="NONE", SchemaVersionNumber={"VersionNumber": 1})
    glue.register_schema_version(SchemaId=ORDER, SchemaDefinition=json.dumps({"$schema": DRAFT, "enum": ["blue"]}))
    glue.get_schema(SchemaId=ORDER)
    code, out, err = here.run("drift")
    assert (code, err) == (exits.FINDINGS, "")
    assert "version-foreign  shop.order  number 3 (AVAILABLE, id " in out
    assert "fix: schemaward import --target dev --schema shop.order\n" in out
    assert "mode             shop.order  the mode is NONE in the registry and BACKWARD in Git\n" in out
    outside = "Git asks for the same as at the last sync: what differs was changed in the registry.\n"
    assert out.endswith(f"\nDrift: 1 version-foreign, 1 mode.\n{outside}")
    here.contract("shop.order", ["red"], ["red", "green"], description="Git changes too.")
    assert here.run("drift")[1].endswith("\nDrift: 1 version-foreign, 1 mode, 1 description.\n")


@pytest.mark.parametrize("deleted", [2, 3], ids=["in the middle", "the last one"])
def test_a_frozen_version_that_somebody_deleted_comes_back_as_drift_advises(
    synced: tuple[Repository, Any], deleted: int
) -> None:
    here, glue = synced
    words = (["red"], ["red", "green"], ["red", "green", "blue"])
    frozen = {"registry": {"mode": "DISABLED"}}
    here.contract("shop.order", *words, **frozen)
    assert here.run("sync")[0] == exits.CLEAN
    glue.delete_schema_versions(SchemaId=ORDER, Versions=str(deleted))
    glue.get_schema(SchemaId=ORDER)
    code, out, _ = here.run("drift")
    assert code == exits.FINDINGS
    assert "write `registry: {mode: NONE}` into the manifest and sync; " in out
    here.contract("shop.order", *words, registry={"mode": "NONE"})
    here.run("sync")
    if deleted == 2:
        assert "register v2 by hand; then restore the manifest and sync again" in out
        definition = Path("contracts/shop/order/v2.json").read_text()
        glue.register_schema_version(SchemaId=ORDER, SchemaDefinition=definition)
        glue.get_schema(SchemaId=ORDER)
    here.contract("shop.order", *words, **frozen)
    assert here.run("sync")[0] == exits.CLEAN
    assert here.run("drift")[0] == exits.CLEAN


def test_the_command_that_drift_prints_resolves_the_drift(synced: tuple[Repository, Any]) -> None:
    here, glue = synced
    blue = json.dumps({"$schema": DRAFT, "enum": ["blue"]})
    failed = glue.register_schema_version(SchemaId=ORDER, SchemaDefinition=blue)["SchemaVersionId"]
    assert glue.get_schema_version(SchemaVersionId=failed)["Status"] == "FAILURE"
    glue.update_schema(SchemaId=ORDER, Compatibility="NONE", SchemaVersionNumber={"VersionNumber": 1})
    told = here.run("plan")[1]
    assert "is what Git says" not in told
    assert "2 contracts not read" in told
    found = json.loads(here.run("drift", "--format", "json")[1])["differences"]
    assert [each["kind"] for each in found] == ["version-failed", "mode"]
    for each in found:
        assert here.run(*shlex.split(each["command"])[1:])[0] == exits.CLEAN
    assert here.run("drift")[0] == exits.CLEAN


def test_a_producer_that_was_faster_than_the_sync_ends_behind_it(synced: tuple[Repository, Any]) -> None:
    here, glue = synced
    more = {"$schema": DRAFT, "enum": ["red", "green", "blue"]}
    glue.register_schema_version(SchemaId=ORDER, SchemaDefinition=json.dumps(more))
    here.contract("shop.order", ["red"], ["red", "green"], ["red", "green", "blue", "grey"])
    adopt = ("import", "--schema", "shop.order")
    code, out, _ = here.run(*adopt)
    assert (code, "Git holds v3, which the registry does not" in out) == (exits.FINDINGS, True), out
    assert here.run("sync", "--full")[0] == exits.CLEAN
    here.run(*adopt)
    assert json.loads(Path("contracts/shop/order/v4.json").read_text()) == more
    assert here.run("sync", "--full")[0] == exits.CLEAN
    assert here.run("drift")[0] == exits.CLEAN


def test_drift_speaks_json_as_published(synced: tuple[Repository, Any]) -> None:
    here, glue = synced
    for name, tags in (("Theirs", {}), ("Forgotten", {"managed-by": "schemaward"})):
        glue.create_schema(
            RegistryId={"RegistryName": "ai"}, SchemaName=name, DataFormat="JSON", SchemaDefinition="{}", Tags=tags
        )
    code, out, _ = here.run("drift", "--format", "json")
    value = json.loads(out)
    jsonschema.validate(value, json.loads(PUBLISHED.read_text("utf-8")))
    assert (code, value["in_sync"]) == (exits.FINDINGS, False)
    assert [(each["kind"], each["schema"]) for each in value["differences"]] == [("schema-forgotten", "Forgotten")]
    assert value["unmanaged"] == ["Theirs"]


@pytest.mark.parametrize(
    ("definition", "tags", "reason"),
    [
        (None, {}, "it has no version that is AVAILABLE"),
        ("{}", {}, "number 1 is no version that a contract can hold"),
        (json.dumps({"$schema": DRAFT}), {"managed-by": "terraform"}, "it is tagged managed-by=terraform"),
    ],
    ids=["without versions", "no contract", "looked after"],
)
def test_no_import_is_proposed_that_would_leave_the_schema(
    synced: tuple[Repository, Any], definition: str | None, tags: dict[str, str], reason: str
) -> None:
    here, glue = synced
    more = {"SchemaDefinition": definition} if definition else {}
    glue.create_schema(
        RegistryId={"RegistryName": "ai"},
        SchemaName="Theirs",
        DataFormat="JSON",
        Compatibility="NONE",
        Tags=tags,
        **more,
    )
    code, out, _ = here.run("drift")
    assert (code, "schemaward import" in out) == (exits.CLEAN, False), out
    assert f"an import would leave it: {reason}" in out
    assert f"left   Theirs: {reason}" in here.run("import", "--owner", "@example-org/shop", "--schema", "Theirs")[1]


def test_no_import_is_proposed_of_a_version_that_no_contract_can_hold(synced: tuple[Repository, Any]) -> None:
    here, glue = synced
    glue.update_schema(SchemaId=ORDER, Compatibility="NONE", SchemaVersionNumber={"VersionNumber": 1})
    glue.register_schema_version(SchemaId=ORDER, SchemaDefinition="{}")
    glue.get_schema(SchemaId=ORDER)
    code, out, _ = here.run("drift")
    assert (code, "schemaward import" in out) == (exits.FINDINGS, False), out
    assert "an import would leave it: number 3 is no version that a contract can hold" in out


def test_the_number_of_calls_is_told(synced: tuple[Repository, Any]) -> None:
    here, _ = synced
    told = "everything was read."
    for arguments in (("drift",), ("drift", "--format", "markdown"), ("import",)):
        (line,) = (line for line in here.run(*arguments)[1].splitlines() if told in line)
        assert int(line.split()[0]) > 5
    assert json.loads(here.run("drift", "--format", "json")[1])["calls"] == int(line.split()[0])


def test_drift_writes_nothing_to_the_registry(synced: tuple[Repository, Any]) -> None:
    here, glue = synced
    glue.update_schema(SchemaId=ORDER, Description="Changed")
    before = glue.get_schema(SchemaId=ORDER)
    assert here.run("drift")[0] == exits.FINDINGS
    after = glue.get_schema(SchemaId=ORDER)
    assert before["Description"] == after["Description"] == "Changed"


def test_what_a_scheduled_job_learns(synced: tuple[Repository, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    here, glue = synced
    monkeypatch.setenv("GITHUB_OUTPUT", "outputs")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    glue.tag_resource(ResourceArn=glue.get_schema(SchemaId=ORDER)["SchemaArn"], TagsToAdd={"managed-by": "terraform"})
    code, out, _ = here.run("drift", "--format", "markdown")
    assert code == exits.FINDINGS
    assert Path("outputs").read_text() == "drift=true\ndifferences=1\n"
    assert Path("summary.md").read_text() == out
    assert "| blocked | shop.order | the schema is tagged managed-by=terraform" in out


@pytest.mark.parametrize(
    ("change", "reason", "advice"),
    [
        ({"status": "draft"}, "its `status` is draft", "set its `status` to active"),
        (
            {"registry": {"kinds": ["eventbridge"]}},
            "its `registry.kinds` leaves glue out",
            "add glue to `registry.kinds`",
        ),
    ],
)
def test_a_schema_whose_contract_is_no_longer_synced_is_told_why(
    synced: tuple[Repository, Any], change: dict[str, Any], reason: str, advice: str
) -> None:
    here, _ = synced
    here.contract("shop.order", ["red"], ["red", "green"], **change)
    out = here.run("drift")[1]
    assert f'"shop.order" is in the registry, and its contract is not synced: {reason}\n' in out
    assert f"fix: {advice} when it is meant\n" in out
    assert f"is not synced: {reason}\n" in here.run("import", "--schema", "shop.order", "--owner", "@a")[1]


def test_what_a_page_has_no_room_for_is_shown_by_a_command(
    synced: tuple[Repository, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, glue = synced
    monkeypatch.setattr(drift_command, "_MOST_ROWS", 1)
    mode = {"Compatibility": "NONE", "SchemaVersionNumber": {"VersionNumber": 1}}
    glue.update_schema(SchemaId=ORDER, Description="Theirs", **mode)
    out = here.run("drift", "--format", "markdown")[1]
    assert out.endswith("\n1 more: `schemaward drift --target dev` shows all.\n")


@pytest.mark.parametrize("layout", ["text", "json", "markdown"])
def test_contracts_that_do_not_load_are_told_as_that_and_not_as_drift(
    synced: tuple[Repository, Any], layout: str
) -> None:
    Path("contracts/shop/order/v2.json").write_text('{"enum": []')
    code, out, err = synced[0].run("drift", "--format", layout)
    assert (code, out) == (exits.USAGE, "")
    assert "contracts/shop/order/v2.json:1:" in err


def test_a_registry_that_cannot_be_reached_is_not_told_as_drift(repository: Repository) -> None:
    repository.targets(dev="http://127.0.0.1:9")
    code, out, err = repository.run("drift")
    assert (code, out) == (exits.REGISTRY, "")
    assert err.startswith("error: GetRegistry on target")


def test_a_registry_that_two_repositories_share_drifts_for_neither(
    repository: Repository, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.targets(dev=url)
    monkeypatch.setenv("GITHUB_REPOSITORY", "example-org/other")
    repository.contract("other.thing", ["red"])
    assert repository.run("sync")[0] == exits.CLEAN
    shutil.rmtree("contracts/other")
    code, out, _ = repository.run("drift")
    assert (code, "schema-forgotten  other.thing" in out) == (exits.FINDINGS, True), out
    assert "what differs was changed in the registry" not in out
    monkeypatch.setenv("GITHUB_REPOSITORY", "example-org/contracts")
    assert repository.run("sync")[0] == exits.CLEAN
    code, out, _ = repository.run("drift")
    assert (code, "schema-unmanaged  other.thing" in out) == (exits.CLEAN, True), out


@pytest.mark.parametrize("denied", ["GetTags", "QuerySchemaVersionMetadata"])
def test_what_may_not_be_read_is_no_drift_but_trouble_that_names_the_permission(
    repository: Repository, denied: str
) -> None:
    service = Service()
    with serving(service) as url:
        repository.targets(dev=url)
        assert repository.run("sync")[0] == exits.CLEAN
        service.play(Fault(Kind.REFUSE, operation=denied, times=None))
        code, out, _ = repository.run("drift", "--format", "json")
    assert code == exits.REGISTRY
    differences = json.loads(out)["differences"]
    assert {each["kind"] for each in differences} == {"unread"}
    assert f"allow glue:{denied} " in differences[0]["advice"]
