"""``schemaward codeowners``: write or check the block of CODEOWNERS that the manifests own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemaward.cli import exits
from schemaward.errors import UsageError
from schemaward.model import Catalog, Place
from schemaward.rules import finding
from schemaward.verdict import Finding

if TYPE_CHECKING:
    from schemaward.repo.trees import Tree

_NEW_FILE = "CODEOWNERS"


@click.command("codeowners")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; fail when GitHub would not ask every owner.")
@click.option("--staged", is_flag=True, help="With --check: judge the Git index (what the next commit will hold).")
def command(only_check: bool, staged: bool) -> int:
    """Write the owners that the manifests name into CODEOWNERS, between two markers. The rest of the file is yours.

    With --check nothing is written, and nothing is printed unless an owner is missing or the block is out of date. A
    file that is kept by hand, without the block, passes as long as it names every owner.
    """
    from schemaward.cli.root import contracts_root
    from schemaward.repo.codeowners import codeowners_findings, find_codeowners
    from schemaward.repo.git import find_root
    from schemaward.repo.trees import IndexTree, WorkTree

    if staged and not only_check:
        raise UsageError("--staged goes with --check only", "stage CODEOWNERS with `git add` after it was written")
    root = find_root(Path.cwd()) if staged else contracts_root(Path.cwd())
    tree = IndexTree(root) if staged else WorkTree(root)
    catalog, unreadable = _catalog(tree, root)
    if unreadable:
        return _show(unreadable)
    path, text = find_codeowners(tree) or (_NEW_FILE, None)
    fresh = _with_block(text or "", path, catalog)
    if not only_check and fresh != text:
        _write(root / path, fresh)
        count = len(catalog.contracts)
        click.echo(f"wrote the owners of {count} contract{'s' * (count != 1)} into {path}")
        text = fresh
    return _show(codeowners_findings(text, catalog) or _stale(text or "", fresh, path))


def _catalog(tree: Tree, root: Path) -> tuple[Catalog, tuple[Finding, ...]]:
    """The contracts, and the findings of manifests that name no owners because they cannot be read.

    Raises UsageError when there are no contracts at all.
    """
    from schemaward.repo.load import MANIFESTS, ROOT, load_catalog

    if not tree.files(ROOT):
        raise UsageError(f'there is no folder "{ROOT}" with files in "{root}"', "run `schemaward new` to begin")
    catalog, findings = load_catalog(tree)
    read = {contract.manifest.path for contract in catalog.contracts}
    manifests = (found for found in findings if found.place.path.rpartition("/")[2] in MANIFESTS)
    return catalog, tuple(found for found in manifests if found.place.path not in read)


def _with_block(text: str, path: str, catalog: Catalog) -> str:
    from schemaward.repo.codeowners import generated_block, with_block

    return with_block(text, generated_block(catalog), path)


def _stale(text: str, fresh: str, path: str) -> tuple[Finding, ...]:
    """A codeowners-stale finding at the first line that would change; none for a file without the block."""
    from schemaward.repo.codeowners import BEGIN

    if text == fresh or BEGIN not in text:
        return ()
    lines = enumerate(zip_longest(text.splitlines(), fresh.splitlines()), start=1)
    line = next((number for number, (old, new) in lines if old != new), 1)
    fact = "the generated block is not what the manifests say, from this line on"
    return (finding("codeowners-stale", Place(path, line), fact),)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(f'"{path.name}" cannot be written: {error.strerror}', "check its permissions") from None


def _show(findings: Sequence[Finding]) -> int:
    from schemaward.report.text import blocks

    if not findings:
        return exits.CLEAN
    click.echo("\n\n".join(blocks(findings)))
    return exits.FINDINGS
