"""``schemaward plan`` and ``schemaward sync``: the whole command, on a repository of two contracts."""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path
from typing import Any

import pytest
from contract_folder import Repository

from schemaward.cli import exits

CREATED = """\
local: registry ai in an emulator that lives as long as this command
1 call; everything was read.

  + registry     create the registry, tags Purpose=AI, managed-by=schemaward
  + shop.basket  create schema shop.basket (JSON, BACKWARD) with v1
  + shop.order   create schema shop.order (JSON, BACKWARD) with v1
  + shop.order   register v2 under BACKWARD

1 registry to create, 2 schemas to create, 1 more version to register
"""


def test_a_plan_for_the_local_target_needs_no_aws(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    assert repository.run("plan", "--target", "local") == (exits.CLEAN, CREATED, "")


def test_a_sync_then_a_sync_that_changes_nothing(repository: Repository, url: str) -> None:
    repository.targets(dev=url)
    code, out, err = repository.run("sync", "--receipts", "receipts.json")
    assert (code, err) == (exits.CLEAN, "")
    assert out.endswith("  done shop.order   register v2 under BACKWARD\n23 calls; everything was read.\n4 done\n")
    first = Path("receipts.json").read_bytes()
    assert repository.run("plan", "--exit-code")[0] == exits.CLEAN
    code, out, err = repository.run("sync", "--target", "dev", "--receipts", "receipts.json")
    assert (code, err) == (exits.CLEAN, "")
    assert out.splitlines() == [
        f"dev: registry ai in eu-central-1 (endpoint {url})",
        "2 calls; 2 contracts not read, unchanged in Git since the last sync (--full reads everything).",
        "No changes: nothing to do for what was read.",
    ]
    assert Path("receipts.json").read_bytes() == first


def test_both_commands_speak_json(repository: Repository, url: str) -> None:
    repository.targets(dev=url)
    plan: dict[str, Any] = json.loads(repository.run("plan", "--format", "json")[1])
    assert (plan["format"], plan["in_sync"], plan["target"]["registry"]) == (1, False, "ai")
    assert [action["action"] for action in plan["actions"]] == [
        "create-registry",
        "create-schema",
        "create-schema",
        "register-version",
    ]
    assert plan["actions"][3]["version"]["number"] == 2
    assert "definition" not in json.dumps(plan)
    done: dict[str, Any] = json.loads(repository.run("sync", "--format", "json")[1])
    assert done["changed"] is True
    assert {outcome["ending"] for outcome in done["outcomes"]} == {"done"}
    assert list(done["receipts"]["contracts"]) == ["shop.basket", "shop.order"]
    again: dict[str, Any] = json.loads(repository.run("sync", "--format", "json", "--full")[1])
    assert (again["changed"], again["outcomes"], again["receipts"]) == (False, [], done["receipts"])
    cheap: dict[str, Any] = json.loads(repository.run("sync", "--format", "json")[1])
    assert (cheap["unchanged"]["contracts"], cheap["receipts"]) == (2, None)


def test_a_refused_version_is_explained_and_ends_with_3(repository: Repository, url: str) -> None:
    repository.targets(dev=url)
    repository.contract("shop.basket", ["red", "green"], ["red"], compatibility="NONE", registry={"mode": "BACKWARD"})
    code, out, err = repository.run("sync", "--receipts", "receipts.json")
    assert (code, err) == (exits.REGISTRY, "")
    assert "  FAIL shop.basket  register v2 under BACKWARD\n" in out
    assert 'backward: v2 cannot read what v1 allows, for example "green"' in out
    assert out.endswith("\n4 done, 1 failed\n")
    versions = json.loads(Path("receipts.json").read_text())["contracts"]["shop.basket"]["versions"]
    assert [version["status"] for version in versions] == ["AVAILABLE", "FAILURE"]
    code, out, _ = repository.run("sync")
    assert code == exits.REGISTRY
    assert "  x shop.basket  v2 sits in the registry as number 2 with status FAILURE" in out


def test_what_a_job_learns(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_OUTPUT", "outputs")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    repository.run("plan", "--target", "local")
    assert Path("outputs").read_text() == "changes=true\nactions=4\nblocked=0\n"
    Path("outputs").unlink()
    repository.run("sync", "--target", "local", "--receipts", "receipts.json")
    assert Path("outputs").read_text().splitlines() == [
        "changed=true",
        "in-sync=true",
        "registry-arn=arn:aws:glue:eu-central-1:123456789012:registry/ai",
        "receipts=receipts.json",
    ]
    summary = Path("summary.md").read_text()
    assert "## Plan for local" in summary
    assert "## Sync to local" in summary
    assert "| shop.order | done&#58; register v2 under BACKWARD |  |" in summary


def test_a_job_file_that_cannot_be_written_hides_nothing(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_OUTPUT", "missing/outputs")
    code, out, err = repository.run("plan", "--target", "local")
    assert (code, out) == (exits.CLEAN, CREATED)
    assert 'warning: the job file "missing/outputs" cannot be written' in err


def test_contracts_that_do_not_load_stop_the_command_before_the_registry_is_asked(repository: Repository) -> None:
    Path("contracts/shop/order/v2.json").write_text('{"enum": []')
    code, out, err = repository.run("sync", "--target", "dev")
    assert code == exits.FINDINGS
    assert "contracts/shop/order/v2.json:1:" in out
    assert "nothing was changed" in err
    code, out, _ = repository.run("plan", "--format", "json")
    assert code == exits.FINDINGS
    assert json.loads(out)["findings"][0]["rule"] == "file-syntax"


def test_a_draft_is_not_synced(repository: Repository) -> None:
    repository.contract("shop.basket", ["red"], status="draft")
    assert "shop.basket" not in repository.run("plan", "--target", "local")[1]


@pytest.mark.parametrize(
    ("declared", "chosen", "message"),
    [
        (["dev", "prod"], [], "choose one with --target: dev, prod, local"),
        (["dev", "prod"], ["--target", "prd"], 'did you mean "prod"?'),
        ([], [], "or use --target local"),
        (["dev"], ["--target", "elsewhere"], "targets: dev, and local"),
    ],
)
def test_which_target(repository: Repository, declared: list[str], chosen: list[str], message: str) -> None:
    repository.targets(**dict.fromkeys(declared, ""))
    if not declared:
        Path("contracts/registries.yaml").unlink()
    code, out, err = repository.run("plan", *chosen)
    assert (code, out) == (exits.USAGE, "")
    assert message in err


def test_a_registry_that_refuses_connections(repository: Repository) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        repository.targets(dev=f"http://127.0.0.1:{closed.getsockname()[1]}")
        code, out, err = repository.run("plan")
    assert (code, out) == (exits.REGISTRY, "")
    assert err.startswith('error: GetRegistry on target "dev"')
    assert "\n  fix: " in err


def test_boto3_is_not_installed(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    code, _, err = repository.run("plan")
    assert code == exits.USAGE
    assert 'pip install "schemaward[aws]"' in err


def test_receipts_that_cannot_be_written_are_found_out_before_anything_changes(repository: Repository) -> None:
    code, out, err = repository.run("sync", "--target", "local", "--receipts", "missing/receipts.json")
    assert (code, out) == (exits.USAGE, "")
    assert 'the receipts cannot be written to "missing/receipts.json"' in err


def test_receipts_are_replaced_whole_or_not_at_all(
    repository: Repository, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.targets(dev=url)
    receipts = Path("receipts.json")
    receipts.write_text("the old ones")

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        code, out, err = repository.run("sync", "--receipts", "receipts.json")
    assert (code, receipts.read_text()) == (exits.USAGE, "the old ones")
    assert out.endswith("\n4 done\n"), "what was done is told all the same"
    assert 'the receipts cannot be written to "receipts.json": No space left on device' in err
    assert sorted(path.name for path in Path().iterdir()) == ["contracts", "receipts.json"]
    assert repository.run("sync", "--receipts", "receipts.json")[0] == exits.CLEAN
    assert json.loads(receipts.read_text())["format"] == 1


def test_targets_that_do_not_load_are_told_from_targets_that_are_missing(repository: Repository) -> None:
    Path("contracts/registries.yaml").write_text("targets:\n  dev:\n    registry: ai\n")
    code, out, err = repository.run("plan")
    assert code == exits.FINDINGS
    assert "contracts/registries.yaml:2:3" in out
    assert '"region" is missing' in out
    assert "declares no target" not in err


@pytest.mark.parametrize("seconds", ["nan", "-1", "inf"])
def test_a_wait_has_an_end(repository: Repository, seconds: str) -> None:
    code, _, err = repository.run("sync", "--target", "local", "--timeout", seconds)
    assert code == exits.USAGE
    assert "--timeout" in err


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere file names are Unicode")
def test_a_path_that_is_no_unicode_does_not_break_the_outputs_of_the_job(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_OUTPUT", "outputs")
    assert repository.run("sync", "--target", "local", "--receipts", "r\udcff.json")[0] == exits.CLEAN
    assert Path("outputs").read_text().splitlines()[-1] == "receipts=r\\udcff.json"
