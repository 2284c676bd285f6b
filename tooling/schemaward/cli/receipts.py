"""``schemaward receipts``: what receipts say of a contract, for people, programs and shells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from schemaward.cli import exits
from schemaward.errors import UsageError

FIELDS = ("arn", "id", "number", "schema", "sha256", "version")


@click.command("receipts", short_help="Look up version ids and ARNs in the receipts of a sync.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("contract", required=False)
@click.option("--field", type=click.Choice(FIELDS), help="Print this value of one version alone.")
@click.option("--format", "layout", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(file: Path, contract: str | None, field: str | None, layout: str) -> int:
    """Show where the versions of CONTRACT stand, by the receipts in FILE; of all contracts when none is named.

    CONTRACT may name a version: identity.person@3. With --field and no version, the latest AVAILABLE one counts.

    \b
    $ schemaward receipts receipts.json identity.person@3 --field id
    """
    from schemaward.cli.files import read_text
    from schemaward.registry.receipts import read_receipts
    from schemaward.report.values import exact

    document = read_receipts(read_text(file), str(file))
    entries = _chosen(document, contract)
    if field is not None:
        click.echo(_value(entries, field, contract))
    elif layout == "json":
        click.echo(exact({**document, "contracts": entries}))
    else:
        click.echo("\n".join(_lines(entries)))
    return exits.CLEAN


def _chosen(document: dict[str, Any], contract: str | None) -> dict[str, Any]:
    """The contracts that are asked for, with the version that is asked for. Raises UsageError when they are not there."""
    from schemaward.rules import suggestions

    contracts: dict[str, Any] = document["contracts"]
    if contract is None:
        return contracts
    name, _, number = contract.partition("@")
    if name not in contracts:
        hint = (
            suggestions(name, contracts)
            or f"the receipts name {len(contracts)} contracts; leave out the name to see them"
        )
        raise UsageError(f'the receipts name no contract "{name}"', hint)
    entry = contracts[name]
    versions = [each for each in entry["versions"] if not number or str(each["version"]) == number.removeprefix("v")]
    if not versions:
        known = ", ".join(f"{name}@{each['version']}" for each in entry["versions"]) or "none"
        raise UsageError(f'the receipts name no version "{contract}"', f"versions: {known}")
    return {name: {**entry, "versions": versions}}


def _value(entries: dict[str, Any], field: str, contract: str | None) -> str:
    """One value of one version. Raises UsageError when that is not AVAILABLE or more than one contract is asked for."""
    if contract is None:
        raise UsageError("--field needs a contract", "name one, for example identity.person or identity.person@3")
    (entry,) = entries.values()
    available = [each for each in entry["versions"] if each["status"] == "AVAILABLE"]
    if not available:
        raise UsageError(f'no version of "{contract}" is AVAILABLE', "look at the last sync, then sync again")
    return str({**entry, **available[-1]}[field])


def _lines(entries: dict[str, Any]) -> list[str]:
    from schemaward.report.values import printable

    rows = [
        (f"{name}@{each['version']}", str(each["number"]), each["status"], each["id"])
        for name, entry in entries.items()
        for each in entry["versions"]
    ]
    head = ("CONTRACT", "NUMBER", "STATUS", "ID")
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(4)]
    return [
        printable("  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())
        for row in (head, *rows)
    ]
