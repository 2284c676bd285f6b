"""IAM policies for the roles that work on one registry, as narrow as AWS allows, and who may assume them. Pure.

Sources: the Service Authorization Reference of AWS Glue (actions on a schema need the ARNs of registry and schema), the
Glue Developer Guide (GetSchemaVersion by id cannot be limited to a registry), GitHub's reference of OIDC claims, and
the list of GitHub's claims that AWS STS evaluates (January 2026): it has ``repository_id``, and no id of the owner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from schemaward.errors import UsageError
from schemaward.limits import partition
from schemaward.model import RegistryKind, Role, Target

Policy: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Calls:
    """The actions of one AWS service, by what they do. Those that are read ``by_id`` cannot be limited to a registry."""

    service: str
    reads: tuple[str, ...]
    by_id: tuple[str, ...]
    writes: tuple[str, ...]
    creates: tuple[str, ...]
    deletes: tuple[str, ...]
    never: tuple[str, ...]


CALLS = {
    RegistryKind.GLUE: Calls(
        service="glue",
        reads=(
            "GetRegistry",
            "GetSchema",
            "GetTags",
            "ListSchemaVersions",
            "ListSchemas",
            "QuerySchemaVersionMetadata",
        ),
        by_id=("GetSchemaVersion",),
        writes=(
            "CreateSchema",
            "PutSchemaVersionMetadata",
            "RegisterSchemaVersion",
            "TagResource",
            "UpdateRegistry",
            "UpdateSchema",
        ),
        creates=("CreateRegistry",),
        deletes=("DeleteSchema", "DeleteSchemaVersions"),
        never=("DeleteRegistry", "RemoveSchemaVersionMetadata"),
    ),
    RegistryKind.EVENTBRIDGE: Calls(
        service="schemas",
        reads=("DescribeRegistry", "DescribeSchema", "ListSchemaVersions", "ListSchemas", "ListTagsForResource"),
        by_id=(),
        writes=("CreateSchema", "TagResource", "UpdateRegistry", "UpdateSchema"),
        creates=("CreateRegistry",),
        deletes=("DeleteSchema",),
        never=("DeleteRegistry", "DeleteSchemaVersion"),
    ),
}
"""The calls that the commands make, by the kind of the registry, and those that no role may make."""

PROVIDER = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository on GitHub. The ids are given as digits, or both empty when they are not known."""

    owner: str
    name: str
    owner_id: str = ""
    id: str = ""


def permissions(target: Target, role: Role) -> Policy:
    """What ``role`` may do on the registry of ``target``. Raises UsageError when the target names no account."""
    calls, resources = CALLS[target.kind], _resources(target)
    statements = [_allow("Read", calls.service, calls.reads, resources)]
    if calls.by_id:
        statements.append(_allow("ReadVersionsById", calls.service, calls.by_id, ["*"]))
    if role is not Role.PLAN:
        creates = calls.creates if target.create else ()
        deletes = calls.deletes if role is Role.PRUNE else ()
        statements.append(_allow("Write", calls.service, (*creates, *calls.writes, *deletes), resources))
        never = tuple(action for action in (*calls.deletes, *calls.never) if action not in deletes)
        # A deny outweighs whatever another policy of the same role allows.
        statements.append({**_allow("NeverHere", calls.service, never, ["*"]), "Effect": "Deny"})
    return {"Version": "2012-10-17", "Statement": statements}


def trust(target: Target, role: Role, repository: Repository) -> Policy:
    """Which jobs of ``repository`` may assume ``role``, by GitHub's OIDC provider.

    The exact subjects in their old form, and with ids in the one that cannot be taken over with a name; the id of the
    repository then is a condition of its own. Raises UsageError when the target names no account.
    """
    conditions: dict[str, Any] = {
        f"{PROVIDER}:aud": AUDIENCE,
        f"{PROVIDER}:sub": [
            f"repo:{name}:{context}" for context in _contexts(target, role) for name in _names(repository)
        ],
    }
    if repository.id:
        conditions[f"{PROVIDER}:repository_id"] = repository.id
    provider = f"arn:{partition(target.region)}:iam::{_account(target)}:oidc-provider/{PROVIDER}"
    return _trusting({"Federated": provider}, "sts:AssumeRoleWithWebIdentity", {"StringEquals": conditions})


def trust_of_role(principal: str) -> Policy:
    """Who may assume a role that a target names, in another account: the one role ``principal``, an ARN."""
    return _trusting({"AWS": principal}, "sts:AssumeRole", {})


def _contexts(target: Target, role: Role) -> tuple[str, ...]:
    """The jobs of our workflows: pull requests and the schedule read, the environment of the target writes."""
    match role:
        case Role.PLAN:
            return ("pull_request", "ref:refs/heads/main")
        case Role.APPLY:
            return (f"environment:{target.name}",)
        case Role.PRUNE:
            return (f"environment:{target.name}-prune",)


def _names(repository: Repository) -> tuple[str, ...]:
    plain = f"{repository.owner}/{repository.name}"
    if not repository.id:
        return (plain,)
    return plain, f"{repository.owner}@{repository.owner_id}/{repository.name}@{repository.id}"


def _trusting(principal: dict[str, str], action: str, condition: dict[str, Any]) -> Policy:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    return {"Version": "2012-10-17", "Statement": [statement | ({"Condition": condition} if condition else {})]}


def _allow(name: str, service: str, actions: tuple[str, ...], resources: list[str]) -> dict[str, Any]:
    named = [f"{service}:{action}" for action in actions]
    return {"Sid": name, "Effect": "Allow", "Action": named, "Resource": resources}


def _resources(target: Target) -> list[str]:
    prefix = f"arn:{partition(target.region)}:{CALLS[target.kind].service}:{target.region}:{_account(target)}"
    return [f"{prefix}:registry/{target.registry}", f"{prefix}:schema/{target.registry}/*"]


def _account(target: Target) -> str:
    if target.account is None:
        fact = f'the target "{target.name}" names no account, so its ARNs are not known'
        raise UsageError(fact, "give it an `account` in contracts/registries.yaml")
    return target.account
