"""IAM: what each role may do is what its commands need, and who may assume it is the job that does it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path

import botocore.session
import pytest
import yaml
from policed_registry import Policed, allowed

from schemaward.cli import exits, run
from schemaward.emulator.server import serving
from schemaward.errors import UsageError
from schemaward.model import RegistryKind, Role, Target
from schemaward.registry.iam import (
    CALLS,
    Policy,
    Repository,
    permissions,
    trust,
    trust_of_role,
)

SESSION = botocore.session.get_session()
ROOT = Path(__file__).parents[2]
GLUE = CALLS[RegistryKind.GLUE]
PROD = Target("prod", "ai", "eu-west-1", account="123456789012")
OURS = Repository("example-org", "contracts")
SUBJECT = "token.actions.githubusercontent.com:sub"


def resources(target: Target, role: Role) -> set[str]:
    found = (statement["Resource"] for statement in permissions(target, role)["Statement"])
    return {each for resource in found for each in resource}


def subjects(role: Role, repository: Repository = OURS) -> list[str]:
    (statement,) = trust(PROD, role, repository)["Statement"]
    found: list[str] = statement["Condition"]["StringEquals"][SUBJECT]
    return found


@pytest.mark.parametrize("kind", RegistryKind)
def test_every_action_is_one_of_the_service(kind: RegistryKind) -> None:
    service, *groups = (getattr(CALLS[kind], field.name) for field in fields(CALLS[kind]))
    operations = botocore.session.get_session().get_service_model(service).operation_names
    assert {action for group in groups for action in group} <= set(operations)


def test_a_registry_of_eventbridge_has_resources_of_its_own() -> None:
    bus = Target("bus", "ai", "eu-west-1", account="123456789012", kind=RegistryKind.EVENTBRIDGE)
    assert resources(bus, Role.PLAN) == {
        "arn:aws:schemas:eu-west-1:123456789012:registry/ai",
        "arn:aws:schemas:eu-west-1:123456789012:schema/ai/*",
    }
    assert allowed(permissions(bus, Role.APPLY), "schemas:UpdateSchema")
    assert not allowed(permissions(bus, Role.APPLY), "schemas:DeleteSchema")


def test_the_plan_role_reads_and_does_nothing_else() -> None:
    statements = permissions(PROD, Role.PLAN)["Statement"]
    actions = {action for statement in statements for action in statement["Action"]}
    assert all(action.startswith(("glue:Get", "glue:List", "glue:Query")) for action in actions)


def test_the_apply_role_can_delete_nothing_even_when_another_policy_allows_it() -> None:
    policy = permissions(PROD, Role.APPLY)
    generous = {
        "Effect": "Allow",
        "Action": [f"glue:{action}" for action in (*GLUE.deletes, *GLUE.never)],
        "Resource": ["*"],
    }
    policy["Statement"].append(generous)
    assert not any(allowed(policy, action) for action in generous["Action"])


def test_only_the_prune_role_deletes_and_never_a_registry() -> None:
    policy = permissions(PROD, Role.PRUNE)
    assert all(allowed(policy, f"glue:{action}") for action in GLUE.deletes)
    assert not allowed(policy, "glue:DeleteRegistry")


def test_everything_but_reading_a_version_by_its_id_is_limited_to_the_registry() -> None:
    ours = {"arn:aws:glue:eu-west-1:123456789012:registry/ai", "arn:aws:glue:eu-west-1:123456789012:schema/ai/*"}
    for role in Role:
        for statement in permissions(PROD, role)["Statement"]:
            if statement["Effect"] == "Allow" and statement["Action"] != ["glue:GetSchemaVersion"]:
                assert set(statement["Resource"]) == ours


def test_a_registry_may_be_created_only_where_the_target_says_so() -> None:
    assert not allowed(permissions(PROD, Role.APPLY), "glue:CreateRegistry")
    creating = Target("dev", "ai", "eu-west-1", account="123456789012", create=True)
    assert allowed(permissions(creating, Role.APPLY), "glue:CreateRegistry")


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        (region, partition)
        for partition in SESSION.get_available_partitions()
        for region in SESSION.get_available_regions("ec2", partition, allow_non_regional=False)
    ],
)
def test_the_partition_follows_the_region(region: str, partition: str) -> None:
    target = Target("x", "ai", region, account="123456789012")
    assert f"arn:{partition}:glue:{region}:123456789012:registry/ai" in resources(target, Role.PLAN)
    provider = trust(target, Role.PLAN, OURS)["Statement"][0]["Principal"]["Federated"]
    assert provider.startswith(f"arn:{partition}:iam::123456789012:oidc-provider/")


def test_a_target_without_account_has_no_policy() -> None:
    with pytest.raises(UsageError, match="names no account"):
        permissions(Target("x", "ai", "eu-west-1"), Role.PLAN)


def test_the_subjects_are_those_of_our_workflows() -> None:
    workflows = ROOT / ".github" / "workflows"
    sync, drift, request = (
        yaml.load((workflows / f"{name}.yml").read_text("utf-8"), yaml.BaseLoader)
        for name in ("sync", "drift", "pull-request")
    )
    # An environment takes the place of the branch in the subject.
    assert sync["jobs"]["sync"]["environment"] == "${{ matrix.target }}"
    assert subjects(Role.APPLY) == ["repo:example-org/contracts:environment:prod"]
    assert "schedule" in drift["on"]
    assert not any("environment" in job for job in (drift["jobs"]["plan"], request["jobs"]["plan"]))
    assert subjects(Role.PLAN) == [
        "repo:example-org/contracts:pull_request",
        "repo:example-org/contracts:ref:refs/heads/main",
    ]
    assert subjects(Role.PRUNE) == ["repo:example-org/contracts:environment:prod-prune"]


def test_with_ids_both_forms_of_the_subject_are_taken_and_the_id_decides() -> None:
    known = Repository("example-org", "contracts", "11", "22")
    assert subjects(Role.APPLY, known) == [
        "repo:example-org/contracts:environment:prod",
        "repo:example-org@11/contracts@22:environment:prod",
    ]
    conditions = trust(PROD, Role.APPLY, known)["Statement"][0]["Condition"]["StringEquals"]
    assert {key: value for key, value in conditions.items() if key != SUBJECT} == {
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        # An id of the owner is not among the claims that AWS STS evaluates: nobody would meet a condition on it.
        "token.actions.githubusercontent.com:repository_id": "22",
    }


def test_no_condition_has_a_wildcard() -> None:
    for role in Role:
        (statement,) = trust(PROD, role, OURS)["Statement"]
        assert list(statement["Condition"]) == ["StringEquals"]
        assert "*" not in json.dumps(statement)


def test_a_role_in_another_account_trusts_one_principal() -> None:
    (statement,) = trust_of_role("arn:aws:iam::111122223333:role/ci")["Statement"]
    assert (statement["Principal"], statement["Action"]) == (
        {"AWS": "arn:aws:iam::111122223333:role/ci"},
        "sts:AssumeRole",
    )


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def targets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_rivals: None) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "contracts").mkdir()
    return declare(tmp_path)


def declare(folder: Path, endpoint: str | None = None, create: bool = True) -> Path:
    prod = {"registry": "ai", "region": "eu-west-1", "account": "123456789012", "create": create}
    prod |= {"endpoint": endpoint} if endpoint else {}
    file = folder / "contracts" / "registries.yaml"
    file.write_text(json.dumps({"targets": {"prod": prod}}))
    return file


def test_the_command_prints_the_policies_of_one_role_or_of_those_that_delete_nothing(
    targets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = ["--repository", "example-org/contracts"]
    assert run(["iam", *known]) == exits.CLEAN
    every = json.loads(capsys.readouterr().out)
    assert list(every) == ["plan", "apply"]
    for role, policies in every.items():
        assert run(["iam", "--role", role]) == exits.CLEAN
        assert json.loads(capsys.readouterr().out) == policies["permissions"]
        assert run(["iam", "--role", role, "--trust", *known]) == exits.CLEAN
        assert json.loads(capsys.readouterr().out) == policies["trust"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--trust"], "--role"),
        ([], "--repository ORG/REPO"),
        (["--repository", "no name"], "no repository on GitHub"),
        (["--repository", "a/b", "--owner-id", "1"], "the other is missing"),
        (["--repository", "a/b", "--owner-id", "1", "--repository-id", "b"], "no id of GitHub"),
        (["--principal", "arn:aws:iam::111122223333:role/jobs"], "choose one with --role"),
        (["--role=plan", "--trust", "--principal", "*"], "no ARN"),
        (["--role=plan", "--trust", "--principal", "arn:aws:iam::111122223333:role/*"], "no ARN"),
        (["--role=plan", "--trust", "--principal", 'arn:aws:iam::111122223333:role/a","b'], "no ARN"),
    ],
)
def test_what_the_command_refuses(
    targets: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert run(["iam", *arguments]) == exits.USAGE
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("named", [{"role": "{}"}, {"roles": {"apply": "{}"}}], ids=["for all", "for apply"])
def test_a_role_that_a_target_names_trusts_the_role_of_the_job(
    targets: Path, capsys: pytest.CaptureFixture[str], named: dict[str, object]
) -> None:
    value = json.loads(targets.read_text())
    arn = "arn:aws:iam::123456789012:role/schemas-apply"
    value["targets"]["prod"] |= json.loads(json.dumps(named).replace("{}", arn))
    targets.write_text(json.dumps(value))
    trusted = ["iam", "--role", "apply", "--trust", "--repository", "example-org/contracts"]
    assert run(trusted) == exits.USAGE
    assert "--principal" in capsys.readouterr().err
    principal = "arn:aws:iam::111122223333:role/jobs/schemas-jobs"
    assert run([*trusted, "--principal", principal]) == exits.CLEAN
    assert json.loads(capsys.readouterr().out)["Statement"][0]["Principal"] == {"AWS": principal}


# --- the policies are enough, and no more than enough ----------------------------------------------------------------


@contextmanager
def policed(file: Path, role: Role, service: Policed | None = None) -> Iterator[Policed]:
    """The emulator under the policy of ``role``; an earlier ``service`` keeps what stands in it."""
    target = Target("prod", "ai", "eu-west-1", account="123456789012", create=True)
    service = service or Policed({})
    service.policy = permissions(target, role)
    with serving(service) as url:
        declare(file.parents[1], url)
        yield service


def contract(folder: Path, *versions: list[str], name: str = "shop.order", **fields: object) -> None:
    place = folder / "contracts" / name.replace(".", "/")
    place.mkdir(parents=True, exist_ok=True)
    manifest = {
        "name": name,
        "description": "An order.",
        "format": "JSON",
        "compatibility": "BACKWARD",
        "owners": ["@example-org/shop"],
        "status": "active",
        **fields,
    }
    (place / "contract.json").write_text(json.dumps(manifest))
    for number, words in enumerate(versions, 1):
        schema = {"$schema": "http://json-schema.org/draft-07/schema#", "enum": words}
        (place / f"v{number}.json").write_text(json.dumps(schema))


def test_the_policies_are_enough_for_their_commands(targets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = targets.parents[1]
    contract(folder, ["a"])
    with policed(targets, Role.APPLY) as service:
        assert run(["sync"]) == exits.CLEAN
        contract(folder, ["a"], ["a", "b"], registry={"checkpoint": 2}, tags={"Team": "shop"}, compatibility="FULL")
        contract(folder, ["a"], ["a", "b"], registry={"checkpoint": 2, "mode": "BACKWARD_ALL"}, tags={"Team": "shop"})
        assert run(["sync"]) == exits.CLEAN, capsys.readouterr().out
    with policed(targets, Role.PLAN, service):
        assert run(["plan", "--exit-code"]) == exits.CLEAN
        assert run(["drift"]) == exits.CLEAN
        assert run(["import", "--schema", "shop.order"]) == exits.CLEAN


def test_the_plan_role_cannot_sync_and_is_told_which_action_is_missing(
    targets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contract(targets.parents[1], ["a"])
    with policed(targets, Role.PLAN):
        assert run(["sync"]) == exits.REGISTRY
    out = capsys.readouterr().out
    assert "glue:CreateRegistry" in out


PERMITTED = [
    action
    for statement in permissions(replace(PROD, create=True), Role.APPLY)["Statement"]
    if statement["Effect"] == "Allow"
    for action in statement["Action"]
]


def without(policy: Policy, action: str) -> Policy:
    """The policy without one of its actions."""
    statements = [
        {**each, "Action": [name for name in each["Action"] if name != action]} for each in policy["Statement"]
    ]
    return {**policy, "Statement": statements}


@pytest.mark.parametrize("action", PERMITTED)
def test_each_action_that_the_apply_role_lacks_is_named_and_a_later_run_ends_what_was_begun(
    targets: Path, capsys: pytest.CaptureFixture[str], action: str
) -> None:
    folder = targets.parents[1]
    contract(folder, ["a"])
    with policed(targets, Role.APPLY) as service:
        whole = service.policy
        if action != "glue:CreateRegistry":
            assert run(["sync"]) == exits.CLEAN
            contract(folder, ["a"], ["a", "b"], registry={"checkpoint": 2}, compatibility="BACKWARD_ALL")
            contract(folder, ["a"], name="shop.basket")
            value = json.loads(targets.read_text())
            value["targets"]["prod"]["description"] = "New."
            targets.write_text(json.dumps(value))
        service.policy = without(whole, action)
        capsys.readouterr()
        assert run(["sync", "--full"]) == exits.REGISTRY
        told = "".join(capsys.readouterr())
        denied = {line.partition(" on target")[0].split()[-1] for line in told.splitlines() if "was denied" in line}
        assert denied == {action.removeprefix("glue:")}
        assert f"allow {action} " in told
        assert not ("everything was read" in told and "could not be read" in told)
        service.policy = whole
        assert run(["sync"]) == exits.CLEAN
        assert run(["plan", "--exit-code"]) == exits.CLEAN
