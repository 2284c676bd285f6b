"""``schemaward sync``: bring a registry to what Git says."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from schemaward.cli import exits
from schemaward.errors import UsageError

if TYPE_CHECKING:
    from schemaward.cli.opening import Opened
    from schemaward.registry.apply import Outcome
    from schemaward.registry.plan import Plan
    from schemaward.registry.state import RegistryState


@click.command(short_help="Bring the registry to what Git says, and write receipts.")
@click.option("--target", metavar="NAME", help="A target of contracts/registries.yaml, or local.")
@click.option(
    "--receipts",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write ARNs, version ids and content hashes to FILE, as JSON.",
)
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.IntRange(0, 3600),
    default=120,
    show_default=True,
    help="How long to wait for each version to become AVAILABLE.",
)
@click.option("--format", "layout", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(target: str | None, receipts: Path | None, timeout: int, layout: str) -> int:
    """Bring the registry of a target to what Git says; the target may be left out when there is only one.

    Creates schemas, registers missing versions in order and waits for each, sets mode, checkpoint, description and
    tags. Never deletes. A failure stops its contract and no other; exit code 3. Run again after a break-off: it goes
    on where it stopped. The target "local" is a registry that this command starts itself; it needs no AWS.
    """
    from schemaward.cli.opening import opened
    from schemaward.registry.plan import plan
    from schemaward.registry.reading import read_state
    from schemaward.registry.receipts import receipts as build
    from schemaward.registry.receipts import receipts_text

    _require_folder(receipts)
    with opened(Path.cwd(), target, layout) as place:
        names = [schema.name for schema in place.desired.schemas]
        state = read_state(place.connection, names)
        found = plan(place.desired, state)
        outcomes = _apply(place, found, timeout, layout)
        if outcomes:
            state = read_state(place.connection, names)
    document = build(place.target, place.desired, state)
    _show(place, found, outcomes, document, layout)
    _tell_job(place, found, outcomes, state, receipts)
    if receipts is not None:
        _write(receipts, receipts_text(document))
    return exits.CLEAN if _clean(found, outcomes) else exits.REGISTRY


def _apply(place: Opened, found: Plan, timeout: int, layout: str) -> list[Outcome]:
    from schemaward.cli import views
    from schemaward.cli.opening import commit_of
    from schemaward.registry.apply import Pace, apply

    if layout == "text":
        click.echo(views.headline(place.target))
    commit = commit_of(Path.cwd(), os.environ.get("GITHUB_SHA")) if found.actions else ""
    width, outcomes = views.outcome_width(found), []
    for outcome in apply(place.connection, found, place.desired, commit=commit, pace=Pace(timeout)):
        outcomes.append(outcome)
        if layout == "text":
            click.echo(views.outcome_text(outcome, width))
    return outcomes


def _show(place: Opened, found: Plan, outcomes: list[Outcome], document: dict[str, Any], layout: str) -> None:
    from schemaward.cli import views
    from schemaward.report.values import exact

    if layout == "json":
        click.echo(exact(views.sync_value(place.target, found, outcomes, document)))
        return
    if obstacles := views.obstacles_text(found):
        click.echo(obstacles)
    click.echo(views.in_sync_line(place.desired) if found.in_sync else views.sync_line(found, outcomes))


def _write(path: Path, text: str) -> None:
    """In one step: whoever reads the file finds the old receipts or the new ones, and never half of them."""
    special = path.exists() and not path.is_file()
    draft = path if special else path.resolve().with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
        if not special:
            draft.replace(path.resolve())
    except OSError as error:
        if not special:
            draft.unlink(missing_ok=True)
        raise _unwritable(path, error.strerror or str(error)) from None


def _require_folder(path: Path | None) -> None:
    """Before anything is changed: receipts that cannot be written should not be found out afterwards."""
    if path is not None and not os.access(path.parent, os.W_OK):
        raise _unwritable(path, "its folder does not exist or is not writable")


def _unwritable(path: Path, reason: str) -> UsageError:
    return UsageError(f'the receipts cannot be written to "{path}": {reason}', "name another file with --receipts")


def _tell_job(place: Opened, found: Plan, outcomes: list[Outcome], state: RegistryState, receipts: Path | None) -> None:
    from schemaward.cli import views
    from schemaward.cli.job import append_summary, write_outputs
    from schemaward.registry.apply import Ending

    append_summary(os.environ, views.sync_markdown(place.target, found, outcomes, place.desired))
    outputs = {
        "changed": "true" if any(outcome.ending is Ending.DONE for outcome in outcomes) else "false",
        "in-sync": "true" if _clean(found, outcomes) else "false",
        "registry-arn": state.arn or "",
        "receipts": str(receipts or ""),
    }
    write_outputs(os.environ, outputs)


def _clean(found: Plan, outcomes: list[Outcome]) -> bool:
    from schemaward.registry.apply import Ending

    return not found.blocked and all(outcome.ending is Ending.DONE for outcome in outcomes)
