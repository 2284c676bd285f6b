"""A target that nobody answers for: programs read which one it is, and why, in the published shapes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from contract_folder import Repository

from schemaward.cli import exits, plan_json

NOBODY = "http://127.0.0.1:9"


def read(out: str, command: str) -> Any:
    """What a command printed, which has its published shape."""
    shape = json.loads(Path(plan_json.__file__).with_name(f"{command}.schema.json").read_text("utf-8"))
    value = json.loads(out)
    jsonschema.validate(value, shape)
    return value


@pytest.mark.parametrize("command", ["plan", "sync", "drift"])
def test_a_target_that_cannot_be_reached(repository: Repository, command: str) -> None:
    repository.targets(dev=NOBODY)
    code, out, err = repository.run(command, "--format", "json")
    value = read(out, command)
    assert code == exits.REGISTRY
    assert sorted(value) == ["error", "format", "target"]
    assert value["target"]["name"] == "dev"
    assert value["error"]["code"] == "EndpointConnectionError"
    assert f"error: {value['error']['fact']}\n  fix: {value['error']['remedy']}\n" == err


def test_the_target_at_which_a_sync_of_several_ends_is_among_them(repository: Repository, url: str) -> None:
    repository.targets(dev=url, stage=NOBODY, prod=url)
    code, out, _ = repository.run("sync", "--all", "--format", "json")
    values = read(out, "sync")
    assert code == exits.REGISTRY
    assert [(each["target"]["name"], "error" in each) for each in values] == [("dev", False), ("stage", True)]


def test_a_failure_that_is_not_of_a_call_has_no_code(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody-has-this")
    code, out, _ = repository.run("plan", "--target", "dev", "--format", "json")
    assert code == exits.REGISTRY
    assert read(out, "plan")["error"]["code"] is None


def test_without_json_nothing_but_the_message_is_printed(repository: Repository) -> None:
    repository.targets(dev=NOBODY)
    assert repository.run("plan")[:2] == (exits.REGISTRY, "")
