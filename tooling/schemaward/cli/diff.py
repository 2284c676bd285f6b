"""``schemaward diff OLD NEW``: what changed between two schemas, whom it breaks, and the document that proves it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemaward.cli import exits
from schemaward.errors import UsageError
from schemaward.model import Policy

if TYPE_CHECKING:
    from schemaward.cli.sides import Side
    from schemaward.compare import Comparison
    from schemaward.formats.base import FormatModule, Schema


@click.command(short_help="Show what changed between two schemas, what it breaks, and the document that proves it.")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--format", "layout", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--policy",
    type=click.Choice([policy.value for policy in Policy]),
    help="What writers put into undeclared properties: anything (strict) or nothing (lenient).  [default: the contract's policy, or strict]",
)
@click.option(
    "--no-formats", is_flag=True, help='Take "format" for a comment, as many validators do; AWS Glue does not.'
)
@click.option("--exit-code", is_flag=True, help="Exit with 1 when something changed, spelling aside.")
def command(old: str, new: str, layout: str, policy: str | None, no_formats: bool, exit_code: bool) -> int:
    """Compare OLD with NEW. Each is a file; a file at a Git ref, REF:path; or a version of a contract.

    \b
    schemaward diff old.json new.yaml
    schemaward diff HEAD~1:contracts/identity/person/v2.json contracts/identity/person/v2.json
    schemaward diff identity.person@1 identity.person@3
    schemaward diff identity.person@1 identity.person      (the latest version)

    The order of keys and of sets, the place and name of definitions, and the draft make no difference.
    """
    from schemaward.cli.sides import find_side
    from schemaward.compare import compare

    start = Path.cwd()
    before, after = find_side(old, start), find_side(new, start)
    module = _module(before, after)
    chosen = Policy(policy) if policy else after.policy or before.policy or Policy.STRICT
    comparison = compare(module, _schema(module, before), _schema(module, after), chosen, not no_formats)
    click.echo(_rendered(comparison, before.name, after.name, layout))
    return exits.FINDINGS if exit_code and comparison.changes else exits.CLEAN


def _module(old: Side, new: Side) -> FormatModule:
    from schemaward.formats import format_module

    if old.data_format is not new.data_format:
        raise UsageError(
            f"the two schemas are of different formats, {old.data_format} and {new.data_format}",
            "compare schemas of one format",
        )
    return format_module(old.data_format)


def _schema(module: FormatModule, side: Side) -> Schema:
    """The schema of one side; raises InputError with the first thing that makes it unusable."""
    from schemaward.repo.named import usable

    return usable(*module.load(side.document, side.read), side.document.path)


def _rendered(comparison: Comparison, old: str, new: str, layout: str) -> str:
    if layout == "json":
        from schemaward.report import diff_json

        return diff_json.render(comparison, old, new)
    from schemaward.report import diff_text

    return diff_text.render(comparison, old, new, sys.stdout.isatty() and not os.environ.get("NO_COLOR"))
