"""``schemaward iam``: the policies of the roles that work on a target, as JSON for AWS IAM. Asks nobody."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from schemaward.errors import UsageError

if TYPE_CHECKING:
    from schemaward.registry.iam import Repository

_FULL_NAME = re.compile(r"([A-Za-z0-9-]+)/([A-Za-z0-9._-]+)")
_ID = re.compile(r"[0-9]+")
_PRINCIPAL = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/[A-Za-z0-9_+=,.@/-]+")


@click.command("iam", short_help="Print the IAM policies of the roles that work on a target.")
@click.option("--target", metavar="NAME", help="A target of contracts/registries.yaml.")
@click.option(
    "--role",
    type=click.Choice(["plan", "apply", "prune"]),
    help="plan reads; apply also writes and can delete nothing; prune deletes as well. Without it: plan and apply.",
)
@click.option("--trust", "only_trust", is_flag=True, help="With --role: who may assume it, instead of what it may do.")
@click.option("--repository", metavar="ORG/REPO", help="Without it: GITHUB_REPOSITORY, or the remote named origin.")
@click.option("--repository-id", default="", metavar="ID", help="gh api repos/ORG/REPO --jq .id")
@click.option("--owner-id", default="", metavar="ID", help="gh api repos/ORG/REPO --jq .owner.id")
@click.option(
    "--principal", metavar="ARN", help="With --role: trust this role instead of GitHub, for a role in another account."
)
def command(
    target: str | None,
    role: str | None,
    only_trust: bool,
    repository: str | None,
    repository_id: str,
    owner_id: str,
    principal: str | None,
) -> None:
    """Print what the roles for a target may do, and which jobs on GitHub may assume them, as JSON.

    The permissions are limited to the registry of the target and its schemas, except for reading a version by its id,
    which AWS cannot limit. Repositories that were created, renamed or transferred after 15 July 2026 present their ids
    in the subject: name the ids, and the trust policy takes both forms and nobody else who gets the name.
    """
    from schemaward.cli.opening import declared_target
    from schemaward.model import Role
    from schemaward.registry.iam import permissions, trust, trust_of_role
    from schemaward.report.values import exact

    for option, given in (("--trust", only_trust), ("--principal", principal)):
        if given and role is None:
            raise UsageError(f"{option} is asked of one role", "choose one with --role")
    chosen = declared_target(Path.cwd(), target)

    def trusted(of: Role) -> dict[str, Any]:
        if principal is not None:
            return trust_of_role(principal_arn(principal))
        if chosen.role_arn(of) is not None:
            fact = f'the role `{of}` that the target "{chosen.name}" names trusts the role of the job, not GitHub'
            raise UsageError(fact, f"name the role of the job: --role {of} --principal ARN")
        return trust(chosen, of, github_repository(repository, owner_id, repository_id))

    if role is None:
        # Nobody gets a role that deletes along with the others.
        usual = (Role.PLAN, Role.APPLY)
        click.echo(exact({str(of): {"permissions": permissions(chosen, of), "trust": trusted(of)} for of in usual}))
    else:
        click.echo(exact(trusted(Role(role)) if only_trust else permissions(chosen, Role(role))))


def github_repository(given: str | None, owner_id: str, repository_id: str) -> Repository:
    """The repository of that name, of the job, or of the remote.

    Raises UsageError for a name or an id that cannot be one, and when there is no name at all.
    """
    from schemaward.cli.opening import repository_of
    from schemaward.registry.iam import Repository

    if bool(owner_id) != bool(repository_id):
        raise UsageError("one id is given and the other is missing", "give both --owner-id and --repository-id")
    for number in filter(None, (owner_id, repository_id)):
        if not _ID.fullmatch(number):
            raise UsageError(
                f'"{number}" is no id of GitHub', "give digits: gh api repos/ORG/REPO --jq '.owner.id, .id'"
            )
    name = given or repository_of(Path.cwd(), os.environ.get("GITHUB_REPOSITORY"))
    match = _FULL_NAME.fullmatch(name)
    if not match:
        fact = f'"{name}" is no repository on GitHub' if name else "the repository on GitHub is not known"
        raise UsageError(fact, "name it with --repository ORG/REPO")
    return Repository(match[1], match[2], owner_id, repository_id)


def principal_arn(principal: str) -> str:
    """The ARN of a role or user itself. Raises UsageError when it is none."""
    if not _PRINCIPAL.fullmatch(principal):
        raise UsageError(f'"{principal}" is no ARN of a role or user', "write arn:aws:iam::ACCOUNT:role/NAME")
    return principal
