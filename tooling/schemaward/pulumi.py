"""A Pulumi component that declares what ``contracts/`` asks of AWS: the registry, its roles, perhaps its schemas.

::

    import pulumi
    from schemaward.pulumi import ContractRegistry

    registry = ContractRegistry("contracts", target="prod", repository="your-org/contracts")
    pulumi.export("registry", registry.registry_arn)

Needs the extra ``pulumi``, and raises ``schemaward.errors.UsageError`` at the import without it. Pulumi asks AWS: whose account it is, and for the resources.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from pathlib import Path

from schemaward.errors import InputError, UsageError
from schemaward.formats import format_module
from schemaward.formats.base import Schema
from schemaward.model import Catalog, Contract, RegistryKind, Role, Target, Version
from schemaward.registry.desired import DesiredRegistry, desired_registry
from schemaward.registry.iam import Repository
from schemaward.registry.infrastructure import Infrastructure, definitions, infrastructure
from schemaward.repo.load import load_catalog
from schemaward.repo.trees import Tree, WorkTree
from schemaward.syntax.document import Document
from schemaward.syntax.parse import parse_document
from schemaward.verdict import Severity

try:
    import pulumi
    import pulumi_aws as aws
except ModuleNotFoundError as error:
    fact = f"{error.name} is not installed"
    raise UsageError(fact, 'install it with the extra "pulumi": pip install "schemaward[pulumi]"') from None

__all__ = ["ContractRegistry", "Repository"]

_FULL_NAME = re.compile(r"([A-Za-z0-9-]+)/([A-Za-z0-9._-]+)")


class ContractRegistry(pulumi.ComponentResource):
    """The registry of one target of ``contracts/registries.yaml``, with the roles that work on it.

    ``root`` is the folder that has ``contracts/``; ``target`` may be left out when there is one. ``roles`` (without a
    word: plan and apply) are made for the jobs of ``repository`` (``owner/name``, or a ``Repository`` with ids), by
    GitHub's OIDC provider, which must exist in the account; without a repository there are none. With ``schemas=True`` the latest version of each synced contract is a resource too, protected
    from deletion; the sync must then not run on this target. Outputs: ``registry_arn``, ``role_arns`` by role,
    ``schema_arns`` by contract.

    Everything is made in the Region of the target.

    Raises ``schemaward.errors.SchemawardError`` before anything is made: for contracts that do not load, for a target, a
    role or a repository that is none, for roles without a repository, and where the target names an account and the provider works in another one.
    """

    def __init__(
        self,
        name: str,
        *,
        root: str | Path = ".",
        target: str | None = None,
        repository: str | Repository | None = None,
        roles: Collection[str] | None = None,
        schemas: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("schemaward:index:ContractRegistry", name, None, opts)
        tree = _tree(Path(root))
        catalog = _catalog(tree)
        chosen = _target(catalog, target)
        trusted = _repository(repository)
        wanted = _roles(roles, () if trusted is None else (Role.PLAN, Role.APPLY))
        desired = _desired(tree, catalog, chosen) if schemas else None
        declared = infrastructure(chosen, wanted, trusted, desired)
        _require_account(chosen, pulumi.InvokeOptions(parent=self))
        self.registry_arn: pulumi.Output[str] = self._registry(name, declared)
        self.role_arns: dict[str, pulumi.Output[str]] = self._roles(name, declared)
        self.schema_arns: dict[str, pulumi.Output[str]] = self._schemas(name, declared)
        self.register_outputs(
            {"registry_arn": self.registry_arn, "role_arns": self.role_arns, "schema_arns": self.schema_arns}
        )

    def _registry(self, name: str, declared: Infrastructure) -> pulumi.Output[str]:
        target = declared.target
        said = {
            "region": target.region,
            "description": target.description or None,
            "tags": dict(declared.tags),
            "opts": pulumi.ResourceOptions(parent=self),
        }
        if target.kind is RegistryKind.EVENTBRIDGE:
            return aws.schemas.Registry(name, name=target.registry, **said).arn
        return aws.glue.Registry(name, registry_name=target.registry, **said).arn

    def _roles(self, name: str, declared: Infrastructure) -> dict[str, pulumi.Output[str]]:
        options = pulumi.ResourceOptions(parent=self)
        arns: dict[str, pulumi.Output[str]] = {}
        for role in declared.roles:
            made = aws.iam.Role(
                f"{name}-{role.role}",
                name=role.name,
                assume_role_policy=json.dumps(role.trust),
                opts=options,
            )
            aws.iam.RolePolicy(
                f"{name}-{role.role}",
                name="registry",
                role=made.name,
                policy=json.dumps(role.permissions),
                opts=pulumi.ResourceOptions(parent=made),
            )
            arns[str(role.role)] = made.arn
        return arns

    def _schemas(self, name: str, declared: Infrastructure) -> dict[str, pulumi.Output[str]]:
        texts = definitions(declared)
        arns: dict[str, pulumi.Output[str]] = {}
        for schema in declared.schemas:
            made = aws.glue.Schema(
                f"{name}-{schema.name}",
                region=declared.target.region,
                schema_name=schema.name,
                registry_arn=self.registry_arn,
                data_format=str(schema.data_format),
                compatibility=str(schema.mode),
                schema_definition=texts[schema.name],
                description=schema.description,
                tags=dict(schema.tags),
                # The resource that goes takes every version with it.
                opts=pulumi.ResourceOptions(parent=self, protect=True),
            )
            arns[schema.contract] = made.arn
        return arns


def _require_account(target: Target, options: pulumi.InvokeOptions) -> None:
    """Raise UsageError where the provider works in another account than the target names."""
    if target.account is None:
        return
    found = aws.get_caller_identity(opts=options).account_id
    if found != target.account:
        fact = f'the credentials are of account {found}, the target "{target.name}" is in {target.account}'
        raise UsageError(fact, "use the credentials of that account, or name another target")


def _tree(root: Path) -> Tree:
    if not (root / "contracts").is_dir():
        raise UsageError(f'there is no folder "contracts" in "{root}"', "name the folder that has it with `root`")
    return WorkTree(root)


def _catalog(tree: Tree) -> Catalog:
    catalog, findings = load_catalog(tree)
    wrong = next((found for found in findings if found.severity is Severity.ERROR), None)
    if wrong is not None:
        raise InputError(wrong.fact, wrong.remedy, wrong.place)
    return catalog


def _target(catalog: Catalog, name: str | None) -> Target:
    known = {target.name: target for target in catalog.targets}
    if name is None and len(known) == 1:
        return next(iter(known.values()))
    if name not in known:
        fact = f'there is no target "{name}"' if name else "the target is not named"
        raise UsageError(fact, f"targets in contracts/registries.yaml: {', '.join(known) or 'none'}")
    return known[name]


def _roles(given: Collection[str] | None, without_a_word: Collection[Role]) -> Collection[Role]:
    if given is None:
        return without_a_word
    known, remedy = {str(role): role for role in Role}, 'write some of ["plan", "apply", "prune"]'
    if isinstance(given, str):
        raise UsageError(f'the roles are the text "{given}", not a list', remedy)
    for name in given:
        if name not in known:
            raise UsageError(f'"{name}" is no role', remedy)
    return [known[name] for name in given]


def _repository(given: str | Repository | None) -> Repository | None:
    if given is None:
        return None
    name = given if isinstance(given, str) else f"{given.owner}/{given.name}"
    match = _FULL_NAME.fullmatch(name)
    if match is None:
        raise UsageError(f'"{name}" is no repository on GitHub', "write owner/name")
    return Repository(match[1], match[2]) if isinstance(given, str) else given


def _desired(tree: Tree, catalog: Catalog, target: Target) -> DesiredRegistry:
    def read(path: str) -> Document:
        return parse_document(path, tree.read(path))

    def schema_of(contract: Contract, version: Version) -> Schema:
        schema, findings = format_module(contract.data_format).load(version.document, read)
        if schema is None:
            raise InputError(findings[0].fact, findings[0].remedy, findings[0].place)
        return schema

    return desired_registry(catalog, target, schema_of)
