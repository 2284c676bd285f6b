"""The sync to one target: what is asked of the run, and what becomes of its result."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from schemaward.cli import views
from schemaward.cli.files import read_text, write_whole
from schemaward.cli.job import append_summary, write_outputs
from schemaward.cli.opening import Contracts, Opened, order_for, reached
from schemaward.cli.plan_json import sync_value
from schemaward.errors import SchemawardError, UsageError
from schemaward.model import Role, Target
from schemaward.registry.actions import DeleteSchema
from schemaward.registry.apply import Ending, Outcome
from schemaward.registry.receipts import read_receipts, receipts, receipts_text, still_good
from schemaward.registry.run import Order, Result, Survey, sync
from schemaward.registry.state import RegistryState

if TYPE_CHECKING:
    from schemaward.cli.sync import Options


def sync_target(contracts: Contracts, target: Target, options: Options) -> tuple[dict[str, Any], bool]:
    """Sync to one target, show what was done, tell the job, and write receipts. The value for JSON, and whether it is clean.

    Raises RegistryError and MovedError as long as nothing was changed.
    """
    if options.layout == "text":
        click.echo(views.headline(target))
    kept = _kept(options, target)
    deletes = options.permit.remove_failed or options.permit.prune is not None
    role = Role.PRUNE if deletes else Role.APPLY
    with reached(contracts, target, options.deadline, role=role, jobs=options.jobs, timeout=options.timeout) as place:
        order = _order(contracts, place, options, kept)
        result = sync(place.connection, order, _teller(place, options))
    calls = place.connection.calls.count
    good = still_good(kept, place.desired, result.survey.state) if kept else {}
    document = receipts(target, place.desired, result.state, result.survey.unchanged, good)
    _show(place, result, calls, options.layout)
    _tell_job(place, result, calls, options)
    if file := options.receipts_of(target):
        write_whole(file, receipts_text(document), "the receipts", "--receipts")
    whole = set(result.survey.unchanged) <= document["contracts"].keys()
    return sync_value(target, order, result, document if whole else None, calls), result.clean


def _order(contracts: Contracts, place: Opened, options: Options, kept: Mapping[str, Any] | None) -> Order:
    """What the run is asked for. Where receipts are to be written, what earlier ones do not tell has to be read."""
    full = options.saved.full if options.saved else options.full
    order = order_for(place, contracts.start, options.permit, full=full)
    every = frozenset(schema.contract for schema in place.desired.schemas)

    def unreceipted(registry: RegistryState) -> frozenset[str]:
        if options.receipts is None:
            return frozenset()
        return every - still_good(kept, place.desired, registry).keys() if kept else every

    return replace(order, also=unreceipted, agreed=lambda found: _agree(place, options, found))


def _agree(place: Opened, options: Options, found: Survey) -> None:
    """Raises MovedError when this is not the plan that was given, UsageError when nobody agrees to a deletion."""
    if options.saved:
        options.saved.require(place.target, place.desired, found)
    schemas = [each.schema for each in found.plan.actions if isinstance(each, DeleteSchema) and each.versions]
    if not schemas or options.yes:
        return
    what = f"{', '.join(schemas)} with all versions; nobody will be able to decode their messages"
    if not sys.stdin.isatty():
        raise UsageError(f"this sync deletes {what}", "nothing was changed; give --yes where nobody can be asked")
    place.progress.end()
    if not click.confirm(f"Delete {what}?", err=True):
        raise UsageError("the deletion was not agreed to", "nothing was changed; leave out --prune to sync without it")


def _kept(options: Options, target: Target) -> dict[str, Any] | None:
    """The receipts of the run before, when they can be used again."""
    file = options.receipts_of(target)
    try:
        return read_receipts(read_text(file), str(file)) if file and file.is_file() else None
    except SchemawardError:
        return None


def _teller(place: Opened, options: Options) -> Callable[[Outcome], None]:
    width = views.outcome_width(place.desired)

    def tell(outcome: Outcome) -> None:
        if options.layout == "text":
            place.progress.tell(views.outcome_text(outcome, width))

    return tell


def _show(place: Opened, result: Result, calls: int, layout: str) -> None:
    if layout == "json":
        return
    plan = result.survey.plan
    if obstacles := views.obstacles_text(plan):
        click.echo(obstacles)
    if result.trouble:
        click.echo(views.trouble_text(result.trouble))
    click.echo(views.reading_line(result.survey, calls))
    click.echo(views.in_sync_line(place.desired, result.survey) if plan.in_sync else views.sync_line(result))


def _tell_job(place: Opened, result: Result, calls: int, options: Options) -> None:
    append_summary(os.environ, views.sync_markdown(place.target, result, place.desired, calls))
    outputs = {
        "changed": "true" if any(outcome.ending is Ending.DONE for outcome in result.outcomes) else "false",
        "in-sync": "true" if result.clean else "false",
        "registry-arn": result.state.arn or "",
        "receipts": str(options.receipts_of(place.target) or ""),
    }
    write_outputs(os.environ, outputs)
