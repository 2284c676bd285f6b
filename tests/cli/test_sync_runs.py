"""Runs of ``schemaward sync``: what is read again and what is not, several targets, deletions, and what breaks off."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import jsonschema
import pytest
from contract_folder import Repository

from schemaward.cli import exits, plan_json
from schemaward.cli.progress import Progress
from schemaward.emulator.faults import Fault, Kind
from schemaward.emulator.server import serving
from schemaward.emulator.service import Service

ORDER = {"RegistryName": "ai", "SchemaName": "shop.order"}


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def url(service: Service) -> Iterator[str]:
    with serving(service) as address:
        yield address


@pytest.fixture
def synced(repository: Repository, url: str, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Synced from a commit."""
    monkeypatch.setenv("GITHUB_REPOSITORY", "example-org/contracts")
    repository.targets(dev=url)
    repository.commit()
    assert repository.run("sync", "--receipts", "receipts.json")[0] == exits.CLEAN
    return repository


def value(repository: Repository, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(repository.run(*arguments, "--format", "json")[1])
    return found


def glue(url: str) -> Any:
    return boto3.Session().client("glue", endpoint_url=url, region_name="eu-central-1")


# --- what is read ----------------------------------------------------------------------------------------------------


def test_nothing_to_do_costs_two_calls(synced: Repository) -> None:
    for arguments in (["plan"], ["sync"], ["sync", "--receipts", "receipts.json"]):
        found = value(synced, *arguments)
        assert (found["calls"], found["in_sync"], found["unchanged"]["contracts"]) == (2, True, 2), arguments


def test_only_contracts_that_changed_are_read(synced: Repository) -> None:
    for number in range(20):
        synced.contract(f"more.number{number:02}", ["red"])
    first = synced.commit()
    synced.run("sync")
    synced.contract("shop.basket", ["red"], ["red", "blue"])
    synced.commit()
    found = value(synced, "plan")
    assert found["unchanged"] == {"since": first, "contracts": 21}
    assert [action["text"] for action in found["actions"]] == ["register v2 under BACKWARD"]
    assert found["calls"] < 10
    assert value(synced, "sync")["clean"]
    assert value(synced, "sync")["calls"] == 2


def test_a_run_without_change_writes_the_same_receipts(synced: Repository) -> None:
    before = Path("receipts.json").read_bytes()
    synced.run("sync", "--receipts", "receipts.json")
    assert Path("receipts.json").read_bytes() == before
    synced.run("sync", "--receipts", "receipts.json", "--full")
    assert Path("receipts.json").read_bytes() == before


@pytest.mark.parametrize("damage", ["", "{}", None])
def test_receipts_that_are_lost_are_read_anew(synced: Repository, damage: str | None) -> None:
    receipts = Path("receipts.json")
    before = receipts.read_bytes()
    receipts.unlink() if damage is None else receipts.write_text(damage)
    assert value(synced, "sync", "--receipts", "receipts.json")["calls"] > 2
    assert receipts.read_bytes() == before


def version_ids(url: str) -> list[str]:
    found = glue(url).list_schema_versions(SchemaId=ORDER)["Schemas"]
    return [version["SchemaVersionId"] for version in sorted(found, key=lambda each: each["VersionNumber"])]


def receipted(repository: Repository) -> list[str]:
    assert repository.run("sync", "--receipts", "receipts.json")[0] == exits.CLEAN
    versions = json.loads(Path("receipts.json").read_text())["contracts"]["shop.order"]["versions"]
    return [version["id"] for version in versions]


def test_receipts_of_the_run_before_the_last_are_not_used_again(synced: Repository, url: str) -> None:
    before = receipted(synced)
    glue(url).delete_schema(SchemaId=ORDER)
    while "shop.order" in str(glue(url).list_schemas()):
        """A deletion takes its time."""
    found = value(synced, "plan", "--full")
    (note,) = (note for note in found["notes"] if note["kind"] == "new-ids")
    assert note["contract"] == "shop.order"
    assert "nobody can decode messages with the old ones" in note["fact"]
    jsonschema.validate(found, json.loads(Path(plan_json.__file__).with_name("plan.schema.json").read_text()))
    assert synced.run("sync", "--full")[0] == exits.CLEAN
    assert before != version_ids(url) == receipted(synced)


def test_a_schema_of_another_name_has_other_ids_which_the_plan_tells(synced: Repository) -> None:
    synced.contract("shop.order", ["red"], ["red", "green"], registry={"schema-name": "shop.order2"})
    for arguments in ((), ("--full",)):
        notes = {note["kind"]: note["fact"] for note in value(synced, "plan", *arguments)["notes"]}
        assert 'the schema "shop.order", which stays in the registry' in notes["new-ids"]


def test_what_changed_outside_is_seen_where_certainty_is_asked_for(synced: Repository, url: str) -> None:
    glue(url).update_schema(SchemaId=ORDER, Description="Changed by hand.")
    assert synced.run("plan")[0] == exits.CLEAN
    assert synced.run("plan", "--exit-code")[0] == exits.FINDINGS
    assert value(synced, "sync", "--full")["changed"]
    assert synced.run("plan", "--exit-code")[0] == exits.CLEAN


def test_a_version_of_a_producer_is_not_in_sync_and_is_looked_at_every_time(synced: Repository, url: str) -> None:
    glue(url).register_schema_version(SchemaId=ORDER, SchemaDefinition=json.dumps({"enum": ["red", "green", "grey"]}))
    code, out, _ = synced.run("plan", "--exit-code")
    assert code == exits.FINDINGS
    assert "is in the registry and not in Git" in out
    assert synced.run("sync", "--full")[0] == exits.CLEAN
    assert value(synced, "plan")["in_sync"] is False
    tags = glue(url).get_tags(ResourceArn="arn:aws:glue:eu-central-1:123456789012:registry/ai")["Tags"]
    assert synced.run("sync")[0] == exits.CLEAN
    assert glue(url).get_tags(ResourceArn="arn:aws:glue:eu-central-1:123456789012:registry/ai")["Tags"] == tags


def test_a_failed_leftover_keeps_no_run_from_being_cheap(synced: Repository, url: str) -> None:
    address = {"SchemaId": ORDER, "SchemaDefinition": json.dumps({"enum": ["grey"]})}
    failed = glue(url).register_schema_version(**address)["SchemaVersionId"]
    assert glue(url).get_schema_version(SchemaVersionId=failed)["Status"] == "FAILURE"
    synced.contract("shop.order", ["red"], ["red", "green"], description="New.")
    synced.commit()
    assert synced.run("sync", "--full")[0] == exits.CLEAN
    assert value(synced, "plan")["calls"] == 2
    assert synced.run("plan", "--exit-code")[0] == exits.FINDINGS
    assert synced.run("sync", "--remove-failed")[0] == exits.CLEAN
    assert synced.run("plan", "--exit-code")[0] == exits.CLEAN


def test_a_revert_of_the_commit_after_a_run_that_broke_off_is_noticed(synced: Repository, service: Service) -> None:
    synced.contract("shop.order", ["red"], ["red", "green"], description="New.")
    synced.contract("shop.basket", ["red"], description="New.")
    synced.commit()
    service.play(Fault(Kind.REFUSE, operation="UpdateSchema", call=2))
    assert synced.run("sync", "--jobs", "1")[0] == exits.REGISTRY
    service.play()
    synced.contract("shop.order", ["red"], ["red", "green"])
    synced.contract("shop.basket", ["red"])
    synced.commit()
    assert value(synced, "plan")["in_sync"] is False
    assert value(synced, "sync")["clean"]
    assert synced.run("plan", "--exit-code")[0] == exits.CLEAN


# --- several targets -------------------------------------------------------------------------------------------------


@pytest.fixture
def three(repository: Repository, url: str) -> Repository:
    """dev and prod stand for Regions of one account; nobody answers for stage."""
    repository.targets(dev=url, stage="http://127.0.0.1:9", prod=url)
    return repository


def test_targets_are_synced_in_their_order_until_one_fails(three: Repository) -> None:
    code, out, err = three.run("sync", "--all", "--receipts", "receipts-{target}.json")
    assert code == exits.REGISTRY
    assert out.startswith("dev: ")
    assert "prod: " not in out
    assert 'target "stage"' in err
    assert "not begun: prod" in err
    assert Path("receipts-dev.json").is_file()
    assert not Path("receipts-prod.json").exists()


def test_a_refused_version_keeps_the_next_target_from_being_begun(three: Repository) -> None:
    three.contract("shop.basket", ["red", "green"], ["red"])
    code, out, err = three.run("sync", "--target", "dev", "--target", "prod", "--format", "json")
    assert (code, err) == (exits.REGISTRY, "not begun: prod\n")
    assert [found["target"]["name"] for found in json.loads(out)] == ["dev"]


def test_several_targets_need_several_receipts(three: Repository) -> None:
    code, _, err = three.run("sync", "--all", "--receipts", "receipts.json")
    assert code == exits.USAGE
    assert "put {target} into the name" in err


# --- deletions -------------------------------------------------------------------------------------------------------


def retire(repository: Repository) -> None:
    repository.contract("shop.basket", ["red"], status="retired")
    repository.commit()


def schemas(url: str) -> list[str]:
    return [item["SchemaName"] for item in glue(url).list_schemas(RegistryId={"RegistryName": "ai"})["Schemas"]]


def test_a_retired_contract_leaves_the_registry_only_by_a_prune_that_is_agreed_to(synced: Repository, url: str) -> None:
    retire(synced)
    assert synced.run("sync")[0] == exits.CLEAN
    assert schemas(url) == ["shop.basket", "shop.order"]
    code, _, err = synced.run("sync", "--prune")
    assert code == exits.USAGE
    assert "this sync deletes shop.basket with all versions" in err
    assert schemas(url) == ["shop.basket", "shop.order"]
    code, out, _ = synced.run("sync", "--prune", "--yes")
    assert code == exits.CLEAN
    assert "done shop.basket  delete schema shop.basket with 1 version" in out
    assert schemas(url) == ["shop.order"]


@pytest.mark.parametrize(("answer", "left"), [("n", ["shop.basket", "shop.order"]), ("y", ["shop.order"])])
def test_a_person_is_asked(
    synced: Repository, url: str, monkeypatch: pytest.MonkeyPatch, answer: str, left: list[str]
) -> None:
    retire(synced)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _prompt="": answer)
    synced.run("sync", "--prune")
    assert schemas(url) == left


def test_a_failure_is_removed_and_registered_anew_when_that_is_allowed(synced: Repository) -> None:
    synced.contract("shop.basket", ["red"], ["green"], compatibility="NONE", registry={"mode": "BACKWARD"})
    assert synced.run("sync")[0] == exits.REGISTRY
    synced.contract("shop.basket", ["red"], ["green"], compatibility="NONE")
    code, out, _ = synced.run("sync")
    assert code == exits.REGISTRY
    assert "done shop.basket  set mode BACKWARD -> NONE (weaker)" in out
    assert "`--remove-failed` deletes number 2" in out
    code, out, _ = synced.run("sync", "--remove-failed")
    assert code == exits.CLEAN
    assert "done shop.basket  delete number 2, which is a FAILURE" in out
    assert "done shop.basket  register v2 under NONE" in out
    assert synced.run("plan", "--exit-code")[0] == exits.CLEAN


# --- what breaks off -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Kind.LOSE_REQUEST, Kind.LOSE_ANSWER])
def test_a_connection_that_is_lost_leaves_receipts_and_a_summary_of_what_was_done(
    repository: Repository, service: Service, url: str, monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    monkeypatch.setattr("schemaward.registry.connection._SHORTEST_PAUSE", 0.001)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    repository.targets(dev=url)
    service.play(Fault(kind, operation="RegisterSchemaVersion", times=None), Fault(kind, call=18, times=None))
    code, out, err = repository.run("sync", "--receipts", "receipts.json", "--jobs", "1")
    assert (code, err) == (exits.REGISTRY, "")
    assert "done shop.basket  create schema" in out
    assert "FAIL shop.order   register v2" in out
    assert "Sync to dev" in Path("summary.md").read_text()
    contracts = json.loads(Path("receipts.json").read_text())["contracts"]
    assert [len(entry["versions"]) for entry in contracts.values()] == [1, 1]
    service.play()
    assert repository.run("sync")[0] == exits.CLEAN


@pytest.mark.parametrize("code", ["ExpiredTokenException", "UnrecognizedClientException"])
def test_credentials_that_end_in_mid_run_stop_everything(
    repository: Repository, service: Service, url: str, code: str
) -> None:
    repository.targets(dev=url)
    service.play(Fault(Kind.REFUSE, operation="RegisterSchemaVersion", times=None, code=code))
    repository.contract("shop.apple", ["red"], ["red", "green"])
    exit_code, out, _ = repository.run("sync", "--jobs", "1")
    assert exit_code == exits.REGISTRY
    assert out.count("FAIL") == 1
    assert code in out
    assert "skip shop.order" in out


def test_versions_say_where_they_come_from(repository: Repository, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_REPOSITORY", "example-org/contracts")
    repository.targets(dev=url)
    commit = repository.commit()
    repository.run("sync")
    found = glue(url).query_schema_version_metadata(SchemaId=ORDER, SchemaVersionNumber={"VersionNumber": 2})
    pairs = {key: entry["MetadataValue"] for key, entry in found["MetadataInfoMap"].items()}
    assert pairs.keys() == {"commit", "repository", "contract-version", "content-sha256"}
    assert (pairs["commit"], pairs["repository"], pairs["contract-version"]) == (commit, "example-org/contracts", "2")


def test_a_plan_that_could_not_read_everything_names_what_and_ends_with_3(synced: Repository, service: Service) -> None:
    service.play(Fault(Kind.REFUSE, operation="QuerySchemaVersionMetadata", times=None))
    code, out, err = synced.run("plan", "--full")
    assert (code, err) == (exits.REGISTRY, "")
    assert "  ! registry  the metadata of versions could not be read: QuerySchemaVersionMetadata on target" in out
    code, out, _ = synced.run("sync", "--full")
    assert code == exits.REGISTRY
    assert out.endswith("0 done, 1 not readable, so nothing was changed\n")


def test_a_long_run_tells_a_terminal_that_it_is_alive(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = iter([0.0, 1.0, 2.5, 2.6, 9.0, 0.0, 3.0])
    monkeypatch.setattr("schemaward.cli.progress.time.monotonic", lambda: next(now))
    progress = Progress(shown=True)
    for calls in (10, 20, 21, 80):
        progress.watch(calls)
    progress.end()
    captured = capsys.readouterr()
    assert captured.out == ""
    # What steers a terminal is left out where there is none.
    assert captured.err.split("\r") == ["", "20 calls, 2 s", "80 calls, 9 s", ""]
    records = Progress(shown=True, noun="record")
    records.watch(1)
    assert capsys.readouterr().err.split("\r") == ["", "1 record, 3 s"]
    monkeypatch.undo()
    silent = Progress(shown=False)
    silent.watch(5)
    silent.end()
    assert capsys.readouterr().err == ""
