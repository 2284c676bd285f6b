"""``schemaward check``: judge the contracts of a tree, or what a change does to them. Offline."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemaward.cli import exits
from schemaward.cli.baseline import baseline
from schemaward.cli.job import append_summary

if TYPE_CHECKING:
    from schemaward.cli.gather import Subject
    from schemaward.judgement import Report


@click.command(short_help="Judge the contracts: schemas, examples, compatibility, history.")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--against", metavar="REF", help="Judge only what differs from the merge base of REF and HEAD.")
@click.option("--staged", is_flag=True, help="Judge the Git index (what the next commit will hold); against HEAD.")
@click.option("--format", "layout", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing when there is nothing to report.")
def command(paths: tuple[str, ...], against: str | None, staged: bool, layout: str, quiet: bool) -> int:
    """Judge all contracts in the tree, or those at PATH: a contract's folder, a file in it, or a folder above.

    Without --against, every version is judged under the mode of its contract. With it, only what changed is judged,
    and the history of published contracts is guarded; this is the default in pull requests and merge queues of
    GitHub Actions, and for ranges of commits in pre-commit. Nothing outside the repository is asked.
    """
    from schemaward.cli.gather import changes, whole_tree
    from schemaward.judgement import shared

    ref, from_index = baseline(against, staged, os.environ)
    start = Path.cwd()
    subjects = [whole_tree(start, paths)] if ref is None else changes(start, ref, from_index, paths)
    report = shared(map(_judged, subjects))
    if report.findings or not quiet:
        _show(report, layout)
    return exits.FINDINGS if report.errors else exits.CLEAN


def _judged(subject: Subject) -> Report:
    from schemaward.check import check_catalog
    from schemaward.cli.gather import owner_findings
    from schemaward.judgement import merge

    checked = check_catalog(subject.catalog, subject.read, subject.scopes)
    return merge([checked], (*subject.findings, *owner_findings(subject)))


def _show(report: Report, layout: str) -> None:
    click.echo(_rendered(report, layout))
    if os.environ.get("GITHUB_STEP_SUMMARY"):
        from schemaward.report import RENDERERS

        append_summary(os.environ, RENDERERS["markdown"](report))


def _rendered(report: Report, layout: str) -> str:
    from schemaward.report import RENDERERS, text

    if layout == "text":
        return text.render(report, color=sys.stdout.isatty() and not os.environ.get("NO_COLOR"))
    return RENDERERS[layout](report)
