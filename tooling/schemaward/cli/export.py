"""``schemaward export``: what is derived from contracts for other tools. Asks nobody outside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemaward.cli import exits
from schemaward.errors import UsageError

if TYPE_CHECKING:
    from schemaward.cli.sides import Side
    from schemaward.formats.base import Schema
    from schemaward.model import Contract, Version
    from schemaward.registry.iam import Repository

_OUTPUT = click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write here, not to standard output.",
)


@click.group("export", short_help="Derive from contracts: for language models, Terraform, Pydantic, ODCS.")
def command() -> None:
    """Derive a file for another tool from contracts. What is derived is exported again, never edited."""


@command.command("llm", short_help="The strict form that a provider of language models takes.")
@click.argument("contract", metavar="CONTRACT[@N]")
@click.option("--provider", required=True, type=click.Choice(["openai", "anthropic"]), help="Whose rules apply.")
@click.option(
    "--format",
    "layout",
    type=click.Choice(["schema", "json"]),
    default="schema",
    show_default=True,
    help="schema: the schema alone, and what was lost on standard error; json: everything in one document.",
)
@click.option("--exact", is_flag=True, help="Fail unless it is proven that the contract accepts every answer.")
@_OUTPUT
def llm(contract: str, provider: str, layout: str, exact: bool, output: Path | None) -> int:
    """Derive the strict schema to which PROVIDER holds the answers of a model, from the open contract.

    CONTRACT is a contract, a file, or REF:path; JSON Schema only. Nothing is lost silently: what the provider does not
    enforce, and what no answer can be, is listed with its place.
    """
    from schemaward.exports.llm import Report
    from schemaward.formats.jsonschema.structured.deriving import derive
    from schemaward.formats.jsonschema.structured.providers import PROVIDERS
    from schemaward.report.values import printable

    name, schema = _json_schema(contract, "a strict form is derived from JSON Schema")
    told = Report(name, schema, derive(schema, PROVIDERS[provider]))
    if layout == "json":
        _write(told.document(), output)
    else:
        click.echo("\n".join(map(printable, told.text().split("\n"))), err=True)
        if told.derived.schema:
            _write(told.schema(), output)
    return exits.CLEAN if told.derived.schema and (told.exact or not exact) else exits.FINDINGS


@command.command("pydantic", short_help="Classes of Pydantic.")
@click.argument("contract", metavar="CONTRACT[@N]")
@_OUTPUT
def pydantic(contract: str, output: Path | None) -> int:
    """Write the classes of Pydantic for a JSON Schema contract, by datamodel-code-generator (extra `pydantic`)."""
    from schemaward.exports.pydantic import pydantic_models

    name, schema = _json_schema(contract, "classes of Pydantic are derived from JSON Schema")
    _write(pydantic_models(name, schema), output)
    return exits.CLEAN


@command.command("odcs", short_help="A document in the Open Data Contract Standard.")
@click.argument("contract", metavar="CONTRACT[@N]")
@_OUTPUT
def odcs(contract: str, output: Path | None) -> int:
    """Write a contract of this repository in the Open Data Contract Standard, version 3.1.

    The properties are those of JSON Schema; of Avro and Protobuf the contract as a whole is described. What the standard
    has no word for is listed on standard error, and in the document.
    """
    from schemaward.exports.odcs import odcs as document
    from schemaward.report.values import printable

    made = document(*_version(contract))
    if made.left_out:
        click.echo("Left out, since the standard has no word for it:", err=True)
        for pointer in made.left_out:
            click.echo(f"  {printable(pointer or '/')}", err=True)
    _write(made.text, output)
    return exits.CLEAN


@command.command("terraform", short_help="A target as Terraform's JSON configuration.")
@click.option("--target", metavar="NAME", help="A target of contracts/registries.yaml.")
@click.option(
    "--repository", metavar="ORG/REPO", help="Whose jobs may assume the roles. Without it: as `schemaward iam`."
)
@click.option("--repository-id", default="", metavar="ID", help="gh api repos/ORG/REPO --jq .id")
@click.option("--owner-id", default="", metavar="ID", help="gh api repos/ORG/REPO --jq .owner.id")
@click.option("--principal", metavar="ARN", help="Trust this role instead of GitHub.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice(["plan", "apply", "prune", "none"]),
    default=["plan", "apply"],
    show_default=True,
    help="Declare these roles; repeat it for several.",
)
@click.option("--schemas", is_flag=True, help="Declare the schemas too. Then do not sync this target.")
@_OUTPUT
def terraform(
    target: str | None,
    repository: str | None,
    repository_id: str,
    owner_id: str,
    principal: str | None,
    roles: tuple[str, ...],
    schemas: bool,
    output: Path | None,
) -> int:
    """Write the registry of a target, and the roles that work on it, as a `*.tf.json` file."""
    from schemaward.cli.iam import github_repository, principal_arn
    from schemaward.cli.opening import declared_target, loaded
    from schemaward.exports.terraform import terraform as document
    from schemaward.model import Role
    from schemaward.registry.infrastructure import infrastructure

    if "none" in roles and len(set(roles)) > 1:
        raise UsageError("--role none is given beside other roles", "leave one of them out")
    chosen = declared_target(Path.cwd(), target)
    wanted = [Role(role) for role in roles if role != "none"]
    trusted: Repository | str | None = None
    if wanted:
        trusted = principal_arn(principal) if principal else github_repository(repository, owner_id, repository_id)
    desired = loaded(Path.cwd(), "text").desired(chosen) if schemas else None
    declared = infrastructure(chosen, wanted, trusted, desired)
    _write(document(declared, f'the target "{chosen.name}"'), output)
    return exits.CLEAN


def _json_schema(word: str, need: str) -> tuple[str, Schema]:
    """The name and schema of a side. Raises UsageError for another format, InputError for a schema that does not load."""
    from schemaward.cli.sides import find_side
    from schemaward.model import DataFormat

    side = find_side(word, Path.cwd())
    if side.data_format is not DataFormat.JSON:
        raise UsageError(f"the format of {side.name} is {side.data_format}; {need}", "name a contract in JSON Schema")
    return side.name, _loaded(side)


def _loaded(side: Side) -> Schema:
    from schemaward.errors import InputError
    from schemaward.formats import format_module

    schema, findings = format_module(side.data_format).load(side.document, side.read)
    if schema is None:
        raise InputError(findings[0].fact, findings[0].remedy, findings[0].place)
    return schema


def _version(word: str) -> tuple[Contract, Version, Schema]:
    """A version of a contract of this repository. Raises UsageError for a file that belongs to none."""
    from schemaward.cli.gather import whole_tree
    from schemaward.cli.sides import find_side

    side = find_side(word, Path.cwd())
    for contract in whole_tree(Path.cwd(), ()).catalog.contracts:
        for version in contract.versions:
            if version.path == side.document.path:
                return contract, version, _loaded(side)
    raise UsageError(f'"{word}" is no version of a contract of this repository', "name a contract: identity.person@1")


def _write(text: str, output: Path | None) -> None:
    from schemaward.cli.files import write_whole

    whole = f"{text.removesuffix(chr(10))}\n"
    if output is None:
        click.echo(whole, nl=False)
    else:
        write_whole(output, whole, "the export", "--output")
