"""``schemaward drift``: what in a registry is not what Git says. Reads only, and everything."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from schemaward.cli import exits

if TYPE_CHECKING:
    from schemaward.cli.opening import Opened
    from schemaward.registry.drift import Drift

FORMAT = 1

_MOST_ROWS = 200


@click.command("drift", short_help="Show what in the registry is not what Git says.")
@click.option("--target", metavar="NAME", help="A target of contracts/registries.yaml, or local.")
@click.option("--format", "layout", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
def command(target: str | None, layout: str) -> int:
    """Show what in the registry of a target is not what Git says, and the command that resolves each difference.

    Everything is read and nothing is written. Exit code 1 tells of drift: of what a sync would do or is kept from
    doing, versions that others registered, failed leftovers, a checkpoint that moved. Schemas that others keep in the
    same registry are listed and are no drift.
    """
    from schemaward.cli.opening import opened
    from schemaward.registry.drift import drift
    from schemaward.registry.ownership import marked
    from schemaward.registry.reading import read_state

    with opened(Path.cwd(), target, "text" if layout == "markdown" else layout) as place:
        state = read_state(place.connection, [schema.name for schema in place.desired.schemas])
        ours = marked(place.connection, state.arn, state.others) if state.arn else frozenset()
        found = drift(place.desired, state, place.target.name, ours)
    _show(place, found, layout)
    _tell_job(place, found)
    return exits.FINDINGS if _counted(found) else exits.CLEAN


def _counted(found: Sequence[Drift]) -> list[Drift]:
    return [each for each in found if not each.tolerated]


def _tell_job(place: Opened, found: Sequence[Drift]) -> None:
    from schemaward.cli.job import append_summary, write_outputs

    append_summary(os.environ, markdown(place, found))
    counted = len(_counted(found))
    write_outputs(os.environ, {"drift": "true" if counted else "false", "differences": str(counted)})


def _show(place: Opened, found: Sequence[Drift], layout: str) -> None:
    from schemaward.cli import views
    from schemaward.report.values import exact

    if layout == "json":
        click.echo(exact(value(place, found)))
    elif layout == "markdown":
        click.echo(markdown(place, found), nl=False)
    else:
        click.echo("\n".join((views.headline(place.target), "", *text_lines(found), headline(place, found))))


def headline(place: Opened, found: Sequence[Drift]) -> str:
    """The result in one line."""
    counted = _counted(found)
    others = len(found) - len(counted)
    tail = f"; {others} {'schema' if others == 1 else 'schemas'} of others in the same registry" if others else ""
    if not counted:
        size = len(place.desired.schemas)
        return f"No drift: the registry is what Git says ({size} {'contract' if size == 1 else 'contracts'}){tail}."
    kinds = Counter(each.kind for each in counted)
    return f"Drift: {', '.join(f'{number} {kind}' for kind, number in kinds.items())}{tail}."


def text_lines(found: Sequence[Drift]) -> Iterator[str]:
    """The differences for a terminal, and an empty line below them."""
    from schemaward.report.values import printable

    kinds = max((len(each.kind) for each in found), default=0)
    names = max((len(_name(each)) for each in found), default=0)
    for each in found:
        yield f"  {each.kind:{kinds}}  {printable(_name(each)):{names}}  {printable(each.fact)}"
        margin = " " * (kinds + names + 6)
        if each.command:
            yield f"{margin}fix: {printable(each.command)}"
        if each.advice:
            yield f"{margin}{'note' if each.command else 'fix'}: {printable(each.advice)}"
    if found:
        yield ""


def value(place: Opened, found: Sequence[Drift]) -> dict[str, Any]:
    """The differences for programs; ``drift.schema.json`` beside this file. ``format`` counts up when it breaks."""
    from dataclasses import asdict

    from schemaward.cli.plan_json import target_value

    counted = _counted(found)
    return {
        "format": FORMAT,
        "target": target_value(place.target),
        "in_sync": not counted,
        "differences": [asdict(each) for each in counted],
        "unmanaged": [each.schema for each in found if each.tolerated],
    }


def markdown(place: Opened, found: Sequence[Drift]) -> str:
    """The differences for the summary of a job, or an issue."""
    return "\n".join(_markdown_lines(place, found)) + "\n"


def _markdown_lines(place: Opened, found: Sequence[Drift]) -> Iterator[str]:
    from schemaward.cli import views
    from schemaward.report.markdown import table_cell

    yield f"## Drift of {table_cell(views.headline(place.target))}"
    yield ""
    yield headline(place, found)
    if found:
        yield ""
        yield "| Kind | Where | Fact | Command | Note |"
        yield "| --- | --- | --- | --- | --- |"
    for each in found[:_MOST_ROWS]:
        cells = (each.kind, _name(each), each.fact, each.command, each.advice)
        yield f"| {' | '.join(table_cell(cell) for cell in cells)} |"
    if found[_MOST_ROWS:]:
        yield ""
        yield f"{len(found) - _MOST_ROWS} more differences are in the log."


def _name(each: Drift) -> str:
    return each.contract or each.schema or "registry"
