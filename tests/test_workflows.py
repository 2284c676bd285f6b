"""The workflows: rights, pins, and that their steps are commands that work."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")


def load(path: Path) -> dict[str, Any]:
    """The workflow, read by YAML 1.2 rules, in which the key `on` is a string."""
    workflow: dict[str, Any] = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
    return workflow


def steps(workflow: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, job in workflow["jobs"].items():
        for step in job["steps"]:
            yield name, step


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_nothing_is_granted_beyond_the_job_that_needs_it(path: Path) -> None:
    workflow = load(path)
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        assumes_role = any("configure-aws-credentials" in step.get("uses", "") for step in job["steps"])
        checks_out = any("actions/checkout" in step.get("uses", "") for step in job["steps"])
        tells = any(step.get("run", "").endswith("drift-issue.sh") for step in job["steps"])
        expected = {"contents": "read"} if checks_out else {}
        expected |= {"id-token": "write"} if assumes_role else {}
        assert job.get("permissions", {}) == expected | ({"issues": "write"} if tells else {}), name
        assert int(job["timeout-minutes"]) <= 30


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_by_commit_and_leave_no_token_behind(path: Path) -> None:
    uses = [line.strip().removeprefix("- ") for line in path.read_text("utf-8").splitlines() if "uses:" in line]
    assert [line for line in uses if not PINNED.match(line)] == []
    for name, step in steps(load(path)):
        if "actions/checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] == "false", name


def test_jobs_that_hold_credentials_install_by_hash() -> None:
    for path in WORKFLOWS:
        for name, job in load(path)["jobs"].items():
            runs = [step.get("run", "") for step in job.get("steps", ())]
            if any("configure-aws-credentials" in step.get("uses", "") for step in job.get("steps", ())):
                assert any(run.startswith(".ci/install") for run in runs), f"{path.name}: {name}"
                assert not [run for run in runs if "pip install" in run], f"{path.name}: {name}"


def test_what_is_installed_by_hash_has_the_versions_that_are_tested() -> None:
    tested = {line.strip() for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()}
    locked = (ROOT / ".ci" / "requirements.txt").read_text("utf-8")
    pins = dict(re.findall(r"^(\S+==\S+) \\\n    --hash=sha256:([0-9a-f]{64})$", locked, re.MULTILINE))
    assert len(pins) == locked.count("==")
    # The build tool is no part of what is installed for the tests.
    assert {pin for pin in pins if not pin.startswith("setuptools==")} <= tested
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["aws"]]
    names = {re.split(r"[<>=\[]", each)[0].lower() for each in wanted}
    assert names <= {pin.split("==")[0] for pin in pins}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_expression_is_pasted_into_a_script(path: Path) -> None:
    assert [step["run"] for _, step in steps(load(path)) if "${{" in step.get("run", "")] == []


def test_required_checks_always_run_and_know_the_merge_queue() -> None:
    for name, gate in (("pull-request.yml", "schemaward"), ("ci.yml", "ci")):
        workflow = load(ROOT / ".github" / "workflows" / name)
        assert "merge_group" in workflow["on"]
        assert not workflow["on"]["pull_request"], "a path filter would leave the required check pending"
        assert workflow["jobs"]["gate"]["name"] == gate
        assert workflow["jobs"]["gate"]["if"] == "always()"
        others = [job for job in workflow["jobs"] if job != "gate"]
        assert workflow["jobs"]["gate"]["needs"] in (others, *others)


def test_every_target_but_local_ones_is_synced_in_order_and_watched() -> None:
    targets = yaml.safe_load((ROOT / "contracts" / "registries.yaml").read_text("utf-8"))["targets"]
    remote = [name for name, target in targets.items() if "endpoint" not in target]
    sync = load(ROOT / ".github" / "workflows" / "sync.yml")["jobs"]["sync"]
    assert sync["strategy"]["matrix"]["target"] == remote
    assert sync["strategy"]["max-parallel"] == "1"
    assert sync["concurrency"] == {"group": "schemaward-${{ matrix.target }}", "cancel-in-progress": "false"}
    for name in ("drift.yml", "pull-request.yml"):
        plan = load(ROOT / ".github" / "workflows" / name)["jobs"]["plan"]
        assert [entry["target"] for entry in plan["strategy"]["matrix"]["include"]] == remote


@pytest.mark.parametrize("name", ["pull-request.yml", "drift.yml"])
def test_a_target_without_a_role_is_passed_over(name: str) -> None:
    plan = load(ROOT / ".github" / "workflows" / name)["jobs"]["plan"]
    needs_role = [
        step
        for step in plan["steps"]
        if step.get("run", "").startswith("schemaward ") or "role-to-assume" in step.get("with", {})
    ]
    assert [step["if"] for step in needs_role] == ["matrix.role != ''"] * 2


COMMANDS = [
    pytest.param(step["run"], id=f"{path.stem}/{job}/{step['run'].split()[1]}")
    for path in WORKFLOWS
    for job, step in steps(load(path))
    if step.get("run", "").startswith("schemaward ")
]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_of_the_steps_work(
    command: str, repository_copy: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BASE", "HEAD")
    monkeypatch.setenv("TARGET", "local")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    done = subprocess.run(["sh", "-c", command], cwd=repository_copy, capture_output=True, text=True)
    # An empty registry differs from Git, which is what `drift` is there to say.
    assert done.returncode == (1 if command.startswith("schemaward drift") else 0), done.stdout + done.stderr


GH = """#!/bin/sh
# Stands for the command line of GitHub: one open issue, whose number and title are in a file.
echo "$1 $2 $3" >> calls
case "$2" in
  list) test ! -f open || echo 7 ;;
  create) touch open; echo created ;;
  edit) grep -q Drift issue.md ;;
  close) rm open ;;
esac
"""


def test_one_issue_is_opened_updated_and_closed(tmp_path: Path) -> None:
    (tmp_path / "gh").write_text(GH)
    (tmp_path / "gh").chmod(0o755)
    (tmp_path / "drift.md").write_text("## Drift of dev\n" + "| a difference |\n" * 10_000)
    job = {
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "example-org/contracts",
        "GITHUB_RUN_ID": "1",
    }
    for drifted in ("false", "true", "true", "false", "false"):
        environ = {"PATH": f"{tmp_path}:/usr/bin:/bin", "TARGET": "dev", "DRIFT": drifted, **job}
        subprocess.run([ROOT / ".github" / "drift-issue.sh"], cwd=tmp_path, env=environ, check=True)
    assert len((tmp_path / "issue.md").read_bytes()) < 65_536
    calls = (tmp_path / "calls").read_text().splitlines()
    assert [call for call in calls if not call.startswith("issue list")] == [
        "issue create --title",
        "issue edit 7",
        "issue close 7",
    ]
