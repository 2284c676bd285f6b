"""``schemaward drift``: what in a registry is not what Git says. Reads only, and everything."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from schemaward.cli import exits
from schemaward.cli.progress import deadline_option

if TYPE_CHECKING:
    from schemaward.cli.opening import Opened
    from schemaward.registry.drift import Drift, Kind

FORMAT = 1

_MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was found at a target; ``outside`` when Git did not change since the last sync, so the registry did."""

    place: Opened
    found: tuple[Drift, ...]
    outside: bool
    unread: tuple[str, ...]

    @property
    def reading(self) -> str:
        """What it took."""
        from schemaward.cli import views

        return views.calls_line(self.place.connection.calls.count, self.unread)

    @property
    def counted(self) -> list[Drift]:
        """What makes the difference between drift and none."""
        return [each for each in self.found if not each.tolerated]


@click.command("drift", short_help="Show what in the registry is not what Git says.")
@click.option("--target", metavar="NAME", help="A target of contracts/registries.yaml, or local.")
@click.option("--format", "layout", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@deadline_option
def command(target: str | None, layout: str, deadline: int) -> int:
    """Show what in the registry of a target is not what Git says, and the command that resolves each difference.

    Everything is read and nothing is written. Exit code 1 tells of drift: of what a sync would do or is kept from
    doing, versions that others registered, failed leftovers, a checkpoint that moved. Schemas that others keep in the
    same registry are listed and are no drift. Exit code 3 when something could not be read, which is named;
    2 when the contracts do not load.
    """
    from schemaward.cli.failing import failures_told
    from schemaward.cli.opening import loaded, one_target, reached, repository_of
    from schemaward.registry.drift import changed_outside, drift
    from schemaward.registry.ownership import strangers
    from schemaward.registry.reading import read_state

    contracts = loaded(Path.cwd(), None)
    chosen = one_target(contracts.catalog.targets, target)
    with failures_told(chosen, layout), reached(contracts, chosen, deadline) as place:
        names = (*(schema.name for schema in place.desired.schemas), *place.desired.unsynced)
        repository = repository_of(Path.cwd(), os.environ.get("GITHUB_REPOSITORY"))
        state = read_state(place.connection, names, repository=repository)
        strange, unread = strangers(place.connection, place.desired, state, repository)
        state = replace(state, unread=(*state.unread, *unread))
        found = drift(place.desired, state, place.target.name, strange, repository, place.gate)
    seen = _Seen(place, found, changed_outside(place.desired, state, found), state.unread)
    _show(seen, layout)
    _tell_job(seen)
    if state.unread:
        return exits.REGISTRY
    return exits.FINDINGS if seen.counted else exits.CLEAN


def _tell_job(seen: _Seen) -> None:
    from schemaward.cli.job import append_summary, write_outputs

    append_summary(os.environ, markdown(seen))
    counted = len(seen.counted)
    write_outputs(os.environ, {"drift": "true" if counted else "false", "differences": str(counted)})


def _show(seen: _Seen, layout: str) -> None:
    from schemaward.cli import views
    from schemaward.report.values import exact

    if layout == "json":
        click.echo(exact(value(seen)))
    elif layout == "markdown":
        click.echo(markdown(seen), nl=False)
    else:
        click.echo(
            "\n".join((views.headline(seen.place.target), seen.reading, "", *text_lines(seen.found), *result(seen)))
        )


def result(seen: _Seen) -> Iterator[str]:
    """The result in a line, and where the drift comes from in another when that is known."""
    beside = Counter(each.kind for each in seen.found if each.tolerated)
    tail = f"; tolerated: {_numbers(beside)}" if beside else ""
    if not seen.counted:
        size = len(seen.place.desired.schemas)
        yield f"No drift: the registry is what Git says ({size} {'contract' if size == 1 else 'contracts'}){tail}."
        return
    kinds = Counter(each.kind for each in seen.counted)
    yield f"Drift: {_numbers(kinds)}{tail}."
    if seen.outside:
        yield "Git asks for the same as at the last sync: what differs was changed in the registry."


def _numbers(kinds: Counter[Kind]) -> str:
    return ", ".join(f"{number} {kind}" for kind, number in kinds.items())


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


def value(seen: _Seen) -> dict[str, Any]:
    """The differences for programs; ``drift.schema.json`` beside this file. ``format`` counts up when it breaks."""
    from dataclasses import asdict

    from schemaward.cli.plan_json import target_value

    return {
        "format": FORMAT,
        "target": target_value(seen.place.target),
        "in_sync": not seen.counted,
        "changed_outside": seen.outside,
        "calls": seen.place.connection.calls.count,
        "differences": [asdict(each) for each in seen.counted],
        "unmanaged": [each.schema for each in seen.found if each.kind == "schema-unmanaged"],
        "tolerated": [asdict(each) for each in seen.found if each.tolerated and each.kind != "schema-unmanaged"],
    }


def markdown(seen: _Seen) -> str:
    """The differences for the summary of a job, or an issue."""
    return "\n".join(_markdown_lines(seen)) + "\n"


def _markdown_lines(seen: _Seen) -> Iterator[str]:
    from schemaward.cli import views
    from schemaward.report.markdown import table_cell

    found = seen.found
    yield f"## Drift of {table_cell(views.headline(seen.place.target))}"
    yield ""
    yield from result(seen)
    yield ""
    yield seen.reading
    if found:
        yield ""
        yield "| Kind | Where | Fact | Command | Note |"
        yield "| --- | --- | --- | --- | --- |"
    for each in found[:_MOST_ROWS]:
        cells = (each.kind, _name(each), each.fact, each.command, each.advice)
        yield f"| {' | '.join(table_cell(cell) for cell in cells)} |"
    if found[_MOST_ROWS:]:
        yield ""
        yield f"{len(found) - _MOST_ROWS} more: `schemaward drift --target {seen.place.target.name}` shows all."


def _name(each: Drift) -> str:
    return each.contract or each.schema or "registry"
