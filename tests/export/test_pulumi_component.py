"""The Pulumi component under Pulumi's own mocks: which resources it declares for the contracts of this repository.

Runs where the extra ``pulumi`` is installed, which CI does in an environment of its own.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from schemaward.errors import UsageError
from schemaward.registry.iam import Repository

pulumi = pytest.importorskip("pulumi", reason="needs the extra pulumi")
pytest.importorskip("pulumi_aws", reason="needs the extra pulumi")

ROOT = Path(__file__).parents[2]


class Recorded(pulumi.runtime.Mocks):  # type: ignore[misc, name-defined] # the extra is not part of the type check
    """Answers every resource with an ARN, and remembers it."""

    account = "444455556666"

    def __init__(self) -> None:
        self.made: dict[str, dict[str, dict[str, Any]]] = {}

    def new_resource(self, args: Any) -> tuple[str, dict[str, Any]]:
        self.made.setdefault(args.typ, {})[args.name] = args.inputs
        return f"{args.name}-id", {**args.inputs, "arn": f"arn:of:{args.name}"}

    def call(self, args: Any) -> dict[str, Any]:
        assert args.token == "aws:index/getCallerIdentity:getCallerIdentity"
        return {"accountId": self.account, "arn": "", "id": "", "userId": ""}


@pytest.fixture
def recorded() -> Recorded:
    mocks = Recorded()
    pulumi.runtime.set_mocks(mocks, preview=False)
    return mocks


def declare(recorded: Recorded, **options: Any) -> dict[str, Any]:
    """The ARNs that the component gives out, once every resource was made."""
    from schemaward.pulumi import ContractRegistry

    given: dict[str, Any] = {}

    @pulumi.runtime.test
    def program() -> Any:
        made = ContractRegistry("ai", root=ROOT, **options)
        every = pulumi.Output.all(made.registry_arn, made.role_arns, made.schema_arns)
        return every.apply(lambda arns: given.update(zip(("registry", "roles", "schemas"), arns, strict=True)))

    program()
    return given


def test_the_registry_has_description_and_tags_of_its_target(recorded: Recorded) -> None:
    given = declare(recorded, target="prod")
    assert given == {"registry": "arn:of:ai", "roles": {}, "schemas": {}}
    [inputs] = recorded.made["aws:glue/registry:Registry"].values()
    assert inputs["registryName"] == "ai-workloads"
    assert inputs["description"] == "Schema registry for AI workloads"
    assert inputs["tags"] == {"Purpose": "AIWorkloads", "Environment": "prod"}
    assert set(recorded.made) == {"schemaward:index:ContractRegistry", "aws:glue/registry:Registry"}


def test_everything_is_made_in_the_region_of_the_target(recorded: Recorded) -> None:
    declare(recorded, target="prod", schemas=True)
    for kind in ("aws:glue/registry:Registry", "aws:glue/schema:Schema"):
        assert {inputs["region"] for inputs in recorded.made[kind].values()} == {"eu-west-1"}


def test_nothing_is_made_in_another_account(recorded: Recorded) -> None:
    recorded.account = "111122223333"
    with pytest.raises(UsageError, match='of account 111122223333, the target "prod" is in 444455556666'):
        declare(recorded, target="prod", repository="your-org/contracts", schemas=True)
    assert set(recorded.made) == {"schemaward:index:ContractRegistry"}


def test_the_roles_are_those_that_iam_prints(recorded: Recorded) -> None:
    given = declare(recorded, target="prod", repository="your-org/contracts", roles=["plan", "apply", "prune"])
    assert set(given["roles"]) == {"plan", "apply", "prune"}
    policies = recorded.made["aws:iam/rolePolicy:RolePolicy"]
    assert {json.loads(each["policy"])["Statement"][0]["Sid"] for each in policies.values()} == {"Read"}
    trusted = json.loads(recorded.made["aws:iam/role:Role"]["ai-apply"]["assumeRolePolicy"])
    subjects = trusted["Statement"][0]["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"]
    assert subjects == ["repo:your-org/contracts:environment:prod"]


def test_without_a_word_about_roles_they_go_with_the_repository(recorded: Recorded) -> None:
    assert set(declare(recorded, target="prod", repository="your-org/contracts")["roles"]) == {"plan", "apply"}
    assert declare(recorded, target="prod", repository="your-org/contracts", roles=[])["roles"] == {}


def test_schemas_are_declared_only_where_they_are_asked_for(recorded: Recorded) -> None:
    recorded.account = "111122223333"
    given = declare(recorded, target="dev", schemas=True)
    schemas = recorded.made["aws:glue/schema:Schema"]
    person = schemas["ai-identity.person"]
    assert given["schemas"]["identity.person"] == "arn:of:ai-identity.person"
    assert (person["dataFormat"], person["compatibility"]) == ("JSON", "FORWARD")
    assert json.loads(person["schemaDefinition"])["required"] == ["firstName", "lastName", "email"]
    assert person["registryArn"] == "arn:of:ai"


@pytest.mark.parametrize(
    ("options", "fact"),
    [
        ({}, "the target is not named"),
        ({"target": "prd"}, 'there is no target "prd"'),
        ({"target": "prod", "repository": "contracts"}, '"contracts" is no repository on GitHub'),
        ({"target": "prod", "repository": "a/b/c"}, '"a/b/c" is no repository on GitHub'),
        ({"target": "prod", "repository": Repository("a/b", "c")}, '"a/b/c" is no repository on GitHub'),
        ({"target": "prod", "roles": ["plan"]}, "nobody is named whom the roles trust"),
        ({"target": "prod", "repository": "a/b", "roles": "plan"}, 'the roles are the text "plan", not a list'),
        ({"target": "prod", "repository": "a/b", "roles": ["adm"]}, '"adm" is no role'),
        ({"root": ROOT / "docs"}, 'there is no folder "contracts" in ".*docs"'),
    ],
)
def test_what_is_not_known_is_refused(options: dict[str, Any], fact: str, recorded: Recorded) -> None:
    from schemaward.pulumi import ContractRegistry

    with pytest.raises(UsageError, match=fact):
        ContractRegistry("ai", **{"root": ROOT, **options})
