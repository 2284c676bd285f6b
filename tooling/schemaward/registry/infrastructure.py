"""What infrastructure code declares for one target: the registry, the roles that work on it, perhaps its schemas. Pure.

Terraform and Pulumi share the provider, and so its limits: it knows one definition of a schema and no history, takes a
FAILURE for a success, and deletes a schema with all its versions when the resource goes. Schemas are therefore left to
the sync unless they are asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from schemaward.errors import UsageError
from schemaward.model import RegistryKind, Role, Target
from schemaward.registry.desired import DesiredRegistry, DesiredSchema, Tags
from schemaward.registry.iam import Policy, Repository, permissions, trust, trust_of_role


@dataclass(frozen=True, slots=True)
class DeclaredRole:
    """A role with what it may do and who may assume it."""

    name: str
    role: Role
    permissions: Policy
    trust: Policy


@dataclass(frozen=True, slots=True)
class Infrastructure:
    """Everything to declare for ``target``. A schema has its latest version alone: the provider knows no other."""

    target: Target
    roles: tuple[DeclaredRole, ...] = ()
    schemas: tuple[DesiredSchema, ...] = ()

    @property
    def tags(self) -> Tags:
        """The tags of the registry."""
        return tuple(sorted(self.target.tags))


def infrastructure(
    target: Target,
    roles: Collection[Role],
    trusted: Repository | str | None,
    desired: DesiredRegistry | None = None,
) -> Infrastructure:
    """What to declare for ``target``, with ``roles`` for a repository on GitHub or for the ARN of another role.

    The schemas of ``desired`` are declared too, where it is given. Raises UsageError when the target names no account,
    when nobody is named whom the roles trust, and for schemas of EventBridge, which have no history at all.
    """
    if roles and trusted is None:
        raise UsageError("nobody is named whom the roles trust", "name a repository or a role, or declare no roles")
    if desired is not None and target.kind is not RegistryKind.GLUE:
        raise UsageError("schemas of EventBridge are not declared as infrastructure", "leave them to the sync")
    declared = tuple(
        DeclaredRole(f"schemaward-{target.name}-{role}", role, permissions(target, role), _trust(target, role, trusted))
        for role in Role
        if role in roles and trusted is not None
    )
    schemas = () if desired is None else tuple(schema for schema in desired.schemas if schema.versions)
    return Infrastructure(target, declared, schemas)


def definitions(declared: Infrastructure) -> Mapping[str, str]:
    """The text of the latest version of each schema, by the name of the schema."""
    return {schema.name: schema.versions[-1].definition for schema in declared.schemas}


def _trust(target: Target, role: Role, trusted: Repository | str) -> Policy:
    return trust_of_role(trusted) if isinstance(trusted, str) else trust(target, role, trusted)
