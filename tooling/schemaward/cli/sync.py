"""``schemaward sync``: bring registries to what Git says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from schemaward.cli import exits
from schemaward.cli.progress import deadline_option
from schemaward.errors import UsageError

if TYPE_CHECKING:
    from schemaward.cli.opening import Contracts
    from schemaward.cli.plan_json import SavedPlan
    from schemaward.model import Target
    from schemaward.registry.plan import Permit

_FILE = click.Path(dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line. ``saved`` is the plan to carry out, if one was given."""

    permit: Permit
    receipts: Path | None
    saved: SavedPlan | None
    full: bool
    yes: bool
    timeout: int
    deadline: int
    jobs: int
    layout: str

    def receipts_of(self, target: Target) -> Path | None:
        """The file for the receipts of a target."""
        return Path(str(self.receipts).replace("{target}", target.name)) if self.receipts else None


@click.command(short_help="Bring the registry to what Git says, and write receipts.")
@click.option(
    "--target",
    "names",
    metavar="NAME",
    multiple=True,
    help="A target of contracts/registries.yaml, or local. Given more than once: one after the other.",
)
@click.option("--all", "every", is_flag=True, help="Every target, in the order of contracts/registries.yaml.")
@click.option(
    "--receipts",
    metavar="FILE",
    type=_FILE,
    help="Write ARNs, version ids and content hashes to FILE, as JSON; {target} in its name is the target.",
)
@click.option("--plan", "plan_file", metavar="FILE", type=_FILE, help="Do what this plan says, or nothing at all.")
@click.option("--full", is_flag=True, help="Read everything, also what did not change since the last sync.")
@click.option("--remove-failed", is_flag=True, help="Delete versions with status FAILURE and register them anew.")
@click.option("--prune", is_flag=True, help="Delete the schemas of retired contracts, after a question.")
@click.option("--prune-limit", type=click.IntRange(1), default=5, show_default=True, help="At most so many of them.")
@click.option("--yes", is_flag=True, help="Do not ask before deleting schemas.")
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.IntRange(0, 3600),
    default=120,
    show_default=True,
    help="How long to wait for each version to become AVAILABLE.",
)
@deadline_option
@click.option(
    "--jobs", type=click.IntRange(1, 16), default=4, show_default=True, help="Contracts to work on at a time."
)
@click.option("--format", "layout", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    names: tuple[str, ...],
    every: bool,
    plan_file: Path | None,
    remove_failed: bool,
    prune: bool,
    prune_limit: int,
    layout: str,
    **rest: Any,
) -> int:
    """Bring the registry of a target to what Git says; the target may be left out when there is only one.

    Creates schemas, registers missing versions in order and waits for each, sets mode, checkpoint, description and
    tags. Deletes nothing unless --remove-failed or --prune asks for it. A failure stops its contract and no other,
    and the targets after this one are not begun; exit code 3. Run again after a break-off: it goes on where it
    stopped. The target "local" is a registry that this command starts itself; it needs no AWS.
    """
    from schemaward.cli.opening import loaded, several_targets
    from schemaward.cli.plan_json import require_no_options
    from schemaward.registry.plan import Permit

    permit, saved = Permit(remove_failed, prune_limit if prune else None), None
    if plan_file is not None:
        require_no_options({"full": rest["full"], "remove-failed": remove_failed, "prune": prune, "all": every})
        saved = _saved(plan_file)
        permit, names = saved.permit, names or (saved.target,)
    options = Options(permit, saved=saved, layout=layout, **rest)
    contracts = loaded(Path.cwd(), layout)
    targets = several_targets(contracts, names, every)
    _require_places(options, targets)
    return _waves(contracts, targets, options)


def _waves(contracts: Contracts, targets: tuple[Target, ...], options: Options) -> int:
    """One target after the other, until one does not end well."""
    from schemaward.cli.failing import failures_told
    from schemaward.cli.wave import sync_target
    from schemaward.report.values import exact

    values: list[dict[str, Any]] = []
    left, clean = list(targets), True
    try:
        while clean and left:
            target = left.pop(0)
            with failures_told(target, options.layout, values.append):
                value, clean = sync_target(contracts, target, options)
            values.append(value)
    finally:
        if options.layout == "json" and values:
            click.echo(exact(values[0] if len(targets) == 1 else values))
        if left:
            click.echo(f"not begun: {', '.join(target.name for target in left)}", err=True)
    return exits.CLEAN if clean else exits.REGISTRY


def _saved(path: Path) -> SavedPlan:
    from schemaward.cli.files import read_text
    from schemaward.cli.plan_json import read_saved

    return read_saved(read_text(path), str(path))


def _require_places(options: Options, targets: Sequence[Target]) -> None:
    """Before anything is changed: receipts that cannot be written should not be found out afterwards."""
    from schemaward.cli.files import require_folder

    if options.receipts and len(targets) > 1 and "{target}" not in str(options.receipts):
        fact = f'the receipts of {len(targets)} targets cannot all be in "{options.receipts}"'
        raise UsageError(fact, "put {target} into the name of the file")
    for target in targets:
        require_folder(options.receipts_of(target), "the receipts", "--receipts")
    if options.saved and [target.name for target in targets] != [options.saved.target]:
        fact = f'the plan was made for target "{options.saved.target}"'
        raise UsageError(fact, "leave out --target, or make a plan for the other target")
