"""``schemaward plan``: what a sync would do to a registry. Reads only."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemaward.cli import exits
from schemaward.cli.progress import deadline_option

if TYPE_CHECKING:
    from schemaward.cli.opening import Opened
    from schemaward.registry.plan import Permit
    from schemaward.registry.run import Survey


@click.command(short_help="Show what a sync would do.")
@click.option("--target", metavar="NAME", help="A target of contracts/registries.yaml, or local.")
@click.option("--format", "layout", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--exit-code", is_flag=True, help="Read everything; exit with 1 when the registry is not what Git says.")
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep the plan in FILE, for `schemaward sync --plan FILE`.",
)
@click.option("--full", is_flag=True, help="Read everything, also what did not change since the last sync.")
@click.option("--remove-failed", is_flag=True, help="Plan to delete versions with status FAILURE.")
@click.option("--prune", is_flag=True, help="Plan to delete the schemas of retired contracts.")
@click.option("--prune-limit", type=click.IntRange(1), default=5, show_default=True, help="At most so many of them.")
@click.option("--jobs", type=click.IntRange(1, 16), default=4, show_default=True, help="Contracts to read at a time.")
@deadline_option
def command(
    target: str | None,
    layout: str,
    exit_code: bool,
    out: Path | None,
    full: bool,
    remove_failed: bool,
    prune: bool,
    prune_limit: int,
    jobs: int,
    deadline: int,
) -> int:
    """Show what a sync would do to the registry of a target, which may be left out when there is only one.

    Nothing is written. What did not change since the last sync is not read again, unless --full or --exit-code asks
    for it. Exit code 3 when something could not be read: the plan names it. The target "local" is an empty registry
    that this command starts itself; it needs no AWS.
    """
    from schemaward.cli.files import require_folder, write_whole
    from schemaward.registry.plan import Permit

    require_folder(out, "the plan", "--out")
    permit = Permit(remove_failed, prune_limit if prune else None)
    found, value = _planned(target, permit, layout, full or exit_code, deadline=deadline, jobs=jobs)
    if out is not None:
        write_whole(out, value + "\n", "the plan", "--out")
    if found.plan.unread:
        return exits.REGISTRY
    return exits.FINDINGS if exit_code and not found.plan.in_sync else exits.CLEAN


def _planned(
    target: str | None, permit: Permit, layout: str, full: bool, *, deadline: int, jobs: int
) -> tuple[Survey, str]:
    """The plan, shown, and as JSON."""
    from schemaward.cli.failing import failures_told
    from schemaward.cli.opening import loaded, one_target, order_for, reached
    from schemaward.cli.plan_json import plan_value
    from schemaward.registry.run import survey
    from schemaward.report.values import exact

    contracts = loaded(Path.cwd(), layout)
    chosen = one_target(contracts.catalog.targets, target)
    with failures_told(chosen, layout), reached(contracts, chosen, deadline, jobs=jobs) as place:
        order = order_for(place, contracts.start, permit, full=full)
        found = survey(place.connection, order)
        calls = place.connection.calls.count
    value = exact(plan_value(place.target, order, found, calls))
    _show(place, found, calls, value if layout == "json" else None)
    _tell_job(place, found, calls)
    return found, value


def _show(place: Opened, found: Survey, calls: int, value: str | None) -> None:
    from schemaward.cli import views

    if value is not None:
        click.echo(value)
        return
    plan = found.plan
    click.echo(views.headline(place.target))
    click.echo(views.reading_line(found, calls))
    if plan.in_sync:
        click.echo(views.in_sync_line(place.desired, found))
        if plan.notes:
            click.echo(views.obstacles_text(plan))
    else:
        click.echo("\n" + views.plan_text(plan))


def _tell_job(place: Opened, found: Survey, calls: int) -> None:
    from schemaward.cli import views
    from schemaward.cli.job import append_summary, write_outputs

    append_summary(os.environ, views.plan_markdown(place.target, found, place.desired, calls))
    plan = found.plan
    pending = "false" if plan.in_sync else "true"
    write_outputs(
        os.environ, {"changes": pending, "actions": str(len(plan.actions)), "blocked": str(len(plan.blocked))}
    )
