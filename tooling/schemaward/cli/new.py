"""``schemaward new``: scaffold a contract that can evolve."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from schemaward.errors import InputError, UsageError
from schemaward.model import DataFormat, Mode

if TYPE_CHECKING:
    from schemaward.repo.scaffold import Scaffold


@click.command("new")
@click.argument("name", metavar="DOMAIN.NAME")
@click.option("--description", default="", help="What one document is, in a sentence or two.")
@click.option(
    "--owner",
    "owners",
    multiple=True,
    help="@user, @organisation/team or an e-mail address; repeatable. Without it: your e-mail address, as Git knows it.",
)
@click.option(
    "--mode",
    type=click.Choice([mode.value for mode in Mode], case_sensitive=False),
    metavar="MODE",
    default=Mode.BACKWARD.value,
    show_default=True,
    help="The compatibility mode, in the words of AWS Glue. It decides whether objects are open or closed.",
)
@click.option(
    "--data-format",
    type=click.Choice([each.value for each in DataFormat], case_sensitive=False),
    metavar="FORMAT",
    default=DataFormat.JSON.value,
    show_default=True,
    help="JSON (JSON Schema), AVRO or PROTOBUF. It cannot be changed later.",
)
@click.option(
    "--format",
    "syntax",
    type=click.Choice(["yaml", "json"]),
    default="yaml",
    show_default=True,
    help="How the files are written, but for a version in Protobuf.",
)
def command(
    name: str,
    description: str,
    owners: tuple[str, ...],
    mode: str,
    data_format: str,
    syntax: Literal["json", "yaml"],
) -> None:
    """Write contracts/DOMAIN/NAME: a manifest, a first version, and examples on both sides.

    The contract starts as a draft that passes the check, and can take new versions under its mode.
    """
    from schemaward.cli.root import contracts_root
    from schemaward.cli.writing import editor_schema, write_contract
    from schemaward.repo.scaffold import Scaffold, scaffold_files

    domain, noun = _split(name)
    root = contracts_root(Path.cwd())
    scaffold = Scaffold(
        name=name,
        description=description or f"One {noun} of the domain {domain}.",
        owners=owners or _owner_by_git(root),
        mode=Mode(mode),
        syntax=syntax,
        editor_schema=editor_schema(root),
        data_format=DataFormat(data_format),
    )
    files = scaffold_files(scaffold)
    _refuse_bad_fields(scaffold, files[f"contract.{syntax}"])
    write_contract(root, scaffold.folder, files)
    click.echo("\n".join(_report(scaffold, files)))


def _split(name: str) -> tuple[str, str]:
    """The domain, and what the contract is about in words. Raises UsageError for what is no name of a contract."""
    from schemaward.repo.scaffold import CONTRACT_NAME, name_part

    if CONTRACT_NAME.fullmatch(name):
        domain, _, noun = name.partition(".")
        return domain, re.sub("[-_]+", " ", noun).strip()
    words = [word for part in re.split(r"[./:]+", name) if (word := name_part(part))]
    meant = f"{words[0]}.{'-'.join(words[1:])}" if len(words) > 1 else ""
    rule = "write <domain>.<name> in small letters, digits, hyphens and underscores, for example identity.person"
    raise UsageError(f'"{name}" is no name of a contract', f'did you mean "{meant}"? Else {rule}' if meant else rule)


def _owner_by_git(root: Path) -> tuple[str, ...]:
    """The e-mail address of the person at the keyboard. Raises UsageError when Git does not know it."""
    import subprocess

    from schemaward.repo.git import command as git
    from schemaward.repo.git import environment

    try:
        told = subprocess.run(git(root, "config", "user.email"), env=environment(), capture_output=True, check=False)
        address = told.stdout.decode(errors="replace").strip()
    except FileNotFoundError:
        address = ""
    if not address:
        raise UsageError("nobody owns the contract", "name an owner, for example --owner @organisation/team")
    return (address,)


def _refuse_bad_fields(scaffold: Scaffold, manifest: str) -> None:
    """Raise UsageError when what the user gave makes no valid manifest, or one that AWS Glue refuses."""
    from schemaward.limits import name_findings
    from schemaward.repo.manifest import read_manifest
    from schemaward.syntax.parse import parse_document

    path = f"{scaffold.folder}/contract.{scaffold.syntax}"
    try:
        contract, findings = read_manifest(parse_document(path, manifest.encode()), scaffold.folder)
    except (InputError, UnicodeEncodeError) as error:
        raise UsageError(f"the description or an owner cannot be written down: {error}", "use plain text") from None
    for found in (*findings, *(name_findings(contract) if contract else ())):
        raise UsageError(found.fact, found.remedy)


def _report(scaffold: Scaffold, files: Mapping[str, str]) -> Iterator[str]:
    """What was written, and what to do next."""
    yield f"wrote {scaffold.folder}/"
    yield from (f"  {path}" for path in files)
    yield f"owned by {', '.join(scaffold.owners)}, mode {scaffold.mode}"
    yield ""
    yield "next:"
    yield f"  1. write your schema into {scaffold.version}, and examples that must and must not pass it"
    yield "  2. schemaward codeowners"
    yield f"  3. schemaward check {scaffold.folder}"
    yield "  4. set `status: active` in the manifest when others may rely on it: from then on v1 is immutable, and synced"
