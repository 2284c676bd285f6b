"""``schemaward export terraform``: a target as Terraform and AWS take it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from schemaward.cli import exits, run
from schemaward.errors import UsageError
from schemaward.exports.terraform import terraform
from schemaward.model import DataFormat, Mode, RegistryKind, Role, Target
from schemaward.registry.desired import DesiredRegistry, DesiredSchema, DesiredVersion
from schemaward.registry.iam import Repository
from schemaward.registry.infrastructure import Infrastructure, infrastructure

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def export(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["export", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


ARGUMENTS = {
    "aws_glue_registry": {"registry_name", "description", "tags"},
    "aws_glue_schema": {
        "schema_name", "registry_arn", "data_format", "compatibility", "schema_definition", "description", "tags",
        "lifecycle",
    },
    "aws_schemas_registry": {"name", "description", "tags"},
    "aws_iam_role": {"name", "assume_role_policy"},
    "aws_iam_role_policy": {"name", "role", "policy"},
}  # fmt: skip
"""Documented arguments, by the pages of the AWS provider; ``lifecycle`` is one of Terraform's own."""

TARGET = ("terraform", "--target", "prod", "--repository", "your-org/contracts")


def configuration(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    code, out, err = export(capsys, *arguments)
    assert (code, err) == (exits.CLEAN, "")
    return dict(json.loads(out))


@pytest.mark.parametrize("more", [(), ("--schemas",), ("--role", "none"), ("--role", "prune")])
def test_terraform_gets_documented_arguments_alone(more: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    document = configuration(capsys, *TARGET, *more)
    for kind, resources in document["resource"].items():
        for resource in resources.values():
            assert set(resource) <= ARGUMENTS[kind]
    assert document["provider"]["aws"] == {"region": "eu-west-1", "allowed_account_ids": ["444455556666"]}


def test_terraform_declares_the_roles_that_iam_prints(capsys: pytest.CaptureFixture[str]) -> None:
    document = configuration(capsys, *TARGET)
    run(["iam", "--target", "prod", "--repository", "your-org/contracts"])
    printed = json.loads(capsys.readouterr().out)
    assert set(document["resource"]["aws_iam_role"]) == {"plan", "apply"}
    for role in ("plan", "apply"):
        assert json.loads(document["resource"]["aws_iam_role_policy"][role]["policy"]) == printed[role]["permissions"]
        assert json.loads(document["resource"]["aws_iam_role"][role]["assume_role_policy"]) == printed[role]["trust"]


def test_schemas_are_declared_when_they_are_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert "aws_glue_schema" not in configuration(capsys, *TARGET)["resource"]
    person = configuration(capsys, *TARGET, "--schemas")["resource"]["aws_glue_schema"]["schema_identity__person"]
    assert person["lifecycle"] == {"prevent_destroy": True}
    assert json.loads(person["schema_definition"])["title"] == "Person"


def test_no_two_schemas_share_a_resource() -> None:
    names = ["a.b", "a__b", "a_b", "a$b", "a_24_b", "a#b", "a-b", "a._b", "a_.b"]
    version = DesiredVersion(1, "{}", "")
    schemas = [DesiredSchema(name, name, DataFormat.JSON, Mode.NONE, "", (), (version,)) for name in names]
    target = Target("dev", "r", "eu-west-1", account="111122223333")
    document = json.loads(terraform(Infrastructure(target, (), tuple(schemas)), "a test"))
    assert sorted(each["schema_name"] for each in document["resource"]["aws_glue_schema"].values()) == sorted(names)
    assert all(re.fullmatch("[a-z][a-zA-Z0-9_-]*", label) for label in document["resource"]["aws_glue_schema"])


@pytest.mark.skipif(
    not (shutil.which("terraform") and os.environ.get("SCHEMAWARD_TERRAFORM_PLUGINS")),
    reason="needs terraform, and in SCHEMAWARD_TERRAFORM_PLUGINS a folder with the AWS provider",
)
def test_terraform_finds_it_valid(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "main.tf.json"
    assert export(capsys, *TARGET, "--schemas", "--output", str(file))[0] == exits.CLEAN
    plugins = os.environ["SCHEMAWARD_TERRAFORM_PLUGINS"]
    for arguments in (["init", "-backend=false", f"-plugin-dir={plugins}"], ["validate", "-json"]):
        done = subprocess.run(["terraform", *arguments], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["diagnostics"] == []


def test_a_template_in_a_text_stays_a_text() -> None:
    target = Target("dev", "r", "eu-west-1", description="costs ${price} %{if} $5", account="111122223333")
    document = json.loads(terraform(infrastructure(target, (), None), "a test"))
    assert document["resource"]["aws_glue_registry"]["registry"]["description"] == "costs $${price} %%{if} $5"


def test_a_registry_of_eventbridge_is_declared_without_schemas() -> None:
    bus = Target("bus", "r", "eu-west-1", account="111122223333", kind=RegistryKind.EVENTBRIDGE)
    document = json.loads(terraform(infrastructure(bus, (), None), "a test"))
    assert document["resource"] == {"aws_schemas_registry": {"registry": {"name": "r"}}}
    assert document["output"] == {"registry_arn": {"value": "${aws_schemas_registry.registry.arn}"}}
    with pytest.raises(UsageError, match="schemas of EventBridge"):
        infrastructure(bus, (), None, DesiredRegistry("r", "", (), False, ()))
    with pytest.raises(UsageError, match="nobody is named"):
        infrastructure(bus, (Role.PLAN,), None)


def test_role_names_of_the_longest_target_are_names_for_iam() -> None:
    target = Target("t" * 47, "r", "eu-west-1", account="111122223333")
    declared = infrastructure(target, tuple(Role), Repository("your-org", "contracts"))
    assert max(len(role.name) for role in declared.roles) == 64


def test_no_role_and_a_role_is_a_contradiction(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = export(capsys, *TARGET, "--role", "apply", "--role", "none")
    assert (code, out) == (exits.USAGE, "")
    assert "--role none is given beside other roles" in err
