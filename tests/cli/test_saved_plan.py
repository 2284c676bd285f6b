"""A plan that is kept and carried out later, or refused because the world has moved; and the published shapes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
import jsonschema
import pytest
from contract_folder import Repository

from schemaward.cli import exits, plan_json

SHAPES = {
    name: jsonschema.Draft7Validator(json.loads(Path(plan_json.__file__).with_name(f"{name}.schema.json").read_text()))
    for name in ("plan", "sync")
}


@pytest.fixture
def planned(repository: Repository, url: str) -> Repository:
    repository.targets(dev=url)
    assert repository.run("plan", "--out", "plan.json")[0] == exits.CLEAN
    return repository


def person(url: str) -> tuple[Any, dict[str, str]]:
    glue = boto3.Session().client("glue", endpoint_url=url, region_name="eu-central-1")
    return glue, {"RegistryName": "ai", "SchemaName": "shop.order"}


def test_a_plan_is_carried_out_as_it_was_made(planned: Repository) -> None:
    code, out, err = planned.run("sync", "--plan", "plan.json")
    assert (code, err) == (exits.CLEAN, "")
    assert out.endswith("\n4 done\n")
    assert planned.run("plan", "--exit-code")[0] == exits.CLEAN


def test_the_file_is_what_the_command_prints_in_json(planned: Repository) -> None:
    printed = json.loads(planned.run("plan", "--format", "json")[1])
    assert json.loads(Path("plan.json").read_text()) == printed


def test_contracts_that_changed_since_the_plan(planned: Repository) -> None:
    planned.contract("shop.basket", ["red"], ["red", "blue"])
    code, _, err = planned.run("sync", "--plan", "plan.json")
    assert code == exits.FINDINGS
    assert err.startswith("error: the contracts are not those that the plan was made for\n")
    assert "nothing was changed" in err
    assert planned.run("plan", "--format", "json")[1].count('"create-registry"') == 1


def test_a_registry_that_changed_since_the_plan(planned: Repository, url: str) -> None:
    planned.run("sync")
    planned.contract("shop.order", ["red"], ["red", "green"], ["red", "green", "blue"])
    planned.run("plan", "--out", "plan.json")
    glue, address = person(url)
    glue.update_schema(SchemaId=address, Description="Changed by hand.")
    code, _, err = planned.run("sync", "--plan", "plan.json")
    assert code == exits.FINDINGS
    assert 'the registry of target "dev" has changed since the plan was made' in err
    assert glue.get_schema(SchemaId=address)["LatestSchemaVersion"] == 2


@pytest.mark.parametrize("part", ["actions", "target", "tree"])
def test_a_plan_that_was_edited_is_not_what_anybody_agreed_on(planned: Repository, part: str) -> None:
    value = json.loads(Path("plan.json").read_text())
    edited = {"actions": value["actions"][:1], "target": {**value["target"], "region": "eu-west-1"}, "tree": "0" * 64}
    Path("plan.json").write_text(json.dumps({**value, part: edited[part]}))
    code, _, err = planned.run("sync", "--plan", "plan.json")
    assert code == exits.USAGE
    assert '"plan.json" was edited' in err
    assert planned.run("plan", "--format", "json")[1].count('"create-registry"') == 1, "nothing was done"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--full"], "--full cannot be given with --plan"),
        (["--remove-failed", "--prune"], "--remove-failed, --prune cannot be given with --plan"),
        (["--target", "local"], 'the plan was made for target "dev"'),
        (["--all"], "--all cannot be given with --plan"),
    ],
)
def test_what_a_plan_decides_is_not_decided_again(planned: Repository, arguments: list[str], message: str) -> None:
    code, _, err = planned.run("sync", "--plan", "plan.json", *arguments)
    assert code == exits.USAGE
    assert message in err


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2}', '{"format": 1, "options": {}}', "[" * 100_000])
def test_a_file_that_holds_no_plan(planned: Repository, text: str) -> None:
    Path("plan.json").write_text(text)
    code, _, err = planned.run("sync", "--plan", "plan.json")
    assert code == exits.USAGE
    assert '"plan.json" holds no plan' in err


def test_a_file_that_is_not_there(planned: Repository) -> None:
    code, _, err = planned.run("sync", "--plan", "missing.json")
    assert code == exits.USAGE
    assert '"missing.json" cannot be read: No such file or directory' in err


def test_everything_printed_in_json_has_the_published_shape(planned: Repository, url: str) -> None:
    planned.contract("shop.basket", ["red", "green"], ["red"], compatibility="NONE", registry={"mode": "BACKWARD"})
    SHAPES["plan"].validate(json.loads(planned.run("plan", "--format", "json")[1]))
    failed = json.loads(planned.run("sync", "--format", "json")[1])
    SHAPES["sync"].validate(failed)
    assert {outcome["ending"] for outcome in failed["outcomes"]} == {"done", "failed"}
    blocked = json.loads(planned.run("plan", "--format", "json", "--remove-failed")[1])
    SHAPES["plan"].validate(blocked)
    assert [action["action"] for action in blocked["actions"]] == ["remove-failed-version", "register-version"]
    planned.contract("shop.basket", ["red", "green"], ["red"], compatibility="NONE")
    changed = json.loads(planned.run("sync", "--format", "json", "--remove-failed")[1])
    SHAPES["sync"].validate(changed)
    SHAPES["plan"].validate(changed)
    assert changed["actions"][1] | {"weaker": True} == changed["actions"][1]
