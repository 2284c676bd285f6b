"""``schemaward plan``: what a sync would do to a registry. Reads only."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemaward.cli import exits

if TYPE_CHECKING:
    from schemaward.cli.opening import Opened
    from schemaward.registry.plan import Plan


@click.command(short_help="Show what a sync would do.")
@click.option("--target", metavar="NAME", help="A target of contracts/registries.yaml, or local.")
@click.option("--format", "layout", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--exit-code", is_flag=True, help="Exit with 1 when the registry is not what Git says.")
def command(target: str | None, layout: str, exit_code: bool) -> int:
    """Show what a sync would do to the registry of a target, which may be left out when there is only one.

    Nothing is written. The target "local" is an empty registry that this command starts itself; it needs no AWS.
    """
    from schemaward.cli.opening import opened
    from schemaward.registry.plan import plan
    from schemaward.registry.reading import read_state

    with opened(Path.cwd(), target, layout) as place:
        state = read_state(place.connection, [schema.name for schema in place.desired.schemas])
        found = plan(place.desired, state)
    _show(place, found, layout)
    _tell_job(place, found)
    return exits.FINDINGS if exit_code and not found.in_sync else exits.CLEAN


def _show(place: Opened, found: Plan, layout: str) -> None:
    from schemaward.cli import views
    from schemaward.report.values import exact

    if layout == "json":
        click.echo(exact(views.plan_value(place.target, found)))
        return
    click.echo(views.headline(place.target))
    if found.in_sync:
        click.echo(views.in_sync_line(place.desired))
        if found.notes:
            click.echo(views.obstacles_text(found))
    else:
        click.echo("\n" + views.plan_text(found))


def _tell_job(place: Opened, found: Plan) -> None:
    from schemaward.cli import views
    from schemaward.cli.job import append_summary, write_outputs

    append_summary(os.environ, views.plan_markdown(place.target, found, place.desired))
    pending = "false" if found.in_sync else "true"
    write_outputs(
        os.environ, {"changes": pending, "actions": str(len(found.actions)), "blocked": str(len(found.blocked))}
    )
