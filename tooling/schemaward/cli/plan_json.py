"""Plans and runs as values for JSON, and plans that were kept in a file to be carried out later.

The shapes are ``plan.schema.json`` and ``sync.schema.json`` beside this file; ``format`` counts up when one breaks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from schemaward.errors import InputError, UsageError
from schemaward.model import Target
from schemaward.registry.actions import Action, SetMode
from schemaward.registry.apply import Ending, Outcome
from schemaward.registry.desired import DesiredRegistry, DesiredVersion
from schemaward.registry.plan import Permit
from schemaward.registry.run import MovedError, Order, Result, Survey
from schemaward.registry.seal import registry_digest
from schemaward.registry.steps import Blocked, Note

FORMAT = 1


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan from a file: for which target, of which contents of Git, under which options, and its digest."""

    target: str
    tree: str
    digest: str
    full: bool
    permit: Permit

    def require(self, target: Target, desired: DesiredRegistry, found: Survey) -> None:
        """Raises MovedError when a plan that is made now differs from this one."""
        remedy = "nothing was changed; make a new plan, look at it, and sync that one"
        if registry_digest(desired) != self.tree:
            raise MovedError("the contracts are not those that the plan was made for", remedy)
        if _digest(_substance(target, desired, found)) != self.digest:
            fact = f'the registry of target "{target.name}" has changed since the plan was made'
            raise MovedError(fact, remedy)


def plan_value(target: Target, order: Order, found: Survey, calls: int) -> dict[str, Any]:
    """A plan for programs, and for ``sync --plan``."""
    mark, substance = found.state.mark, _substance(target, order.desired, found)
    return {
        "format": FORMAT,
        "in_sync": found.plan.in_sync,
        "digest": _digest(substance),
        **substance,
        "options": {
            "full": order.full,
            "remove_failed": order.permit.remove_failed,
            "prune": order.permit.prune,
        },
        "unchanged": {"since": mark.commit if mark and found.unchanged else "", "contracts": len(found.unchanged)},
        "calls": calls,
    }


def sync_value(
    target: Target, order: Order, result: Result, receipts: Mapping[str, Any] | None, calls: int
) -> dict[str, Any]:
    """What a run did, for programs. ``receipts`` None: contracts that were not read are missing in them."""
    trouble = result.trouble
    return {
        **plan_value(target, order, result.survey, calls),
        "clean": result.clean,
        "changed": any(outcome.ending is Ending.DONE for outcome in result.outcomes),
        "outcomes": [_outcome_value(outcome) for outcome in result.outcomes],
        "trouble": {"fact": trouble.fact, "remedy": trouble.remedy} if trouble else None,
        "receipts": receipts,
    }


def target_value(target: Target) -> dict[str, Any]:
    """Which registry it is about, for programs."""
    return {"name": target.name, "registry": target.registry, "region": target.region, "account": target.account}


def read_saved(text: str, name: str) -> SavedPlan:
    """The plan in a file that ``plan --out`` wrote. Raises InputError when it is something else."""
    try:
        value = json.loads(text)
        options = value["options"]
        known, digest = value["format"] == FORMAT, _digest(value)
        saved = SavedPlan(
            target=value["target"]["name"],
            tree=value["tree"],
            digest=value["digest"],
            full=options["full"] is True,
            permit=Permit(options["remove_failed"] is True, options["prune"]),
        )
    except (ValueError, RecursionError, LookupError, TypeError):
        known = False
    if not known or not isinstance(saved.permit.prune, int | None):
        raise InputError(
            f'"{name}" holds no plan of this version of schemaward', "write it with `schemaward plan --out`"
        )
    if digest != saved.digest:
        raise InputError(f'"{name}" was edited: it is not the plan that its digest names', "make a new plan")
    return saved


def require_no_options(given: Mapping[str, bool]) -> None:
    """Raises UsageError when an option is given that a saved plan decides."""
    wrong = ", ".join(f"--{name}" for name, value in given.items() if value)
    if wrong:
        raise UsageError(f"{wrong} cannot be given with --plan", "give it to `schemaward plan --out` instead")


def _substance(target: Target, desired: DesiredRegistry, found: Survey) -> dict[str, Any]:
    """What a plan would do and rests on."""
    plan = found.plan
    return {
        "target": target_value(target),
        "tree": registry_digest(desired),
        "actions": [_action_value(action) for action in plan.actions],
        "blocked": [_entry_value(entry) for entry in plan.blocked],
        "notes": [_entry_value(note) for note in plan.notes],
        "unread": list(plan.unread),
    }


def _digest(value: Mapping[str, Any]) -> str:
    """The digest of the substance that ``value`` holds; equal for equal plans, whenever they were made.

    What others keep in the same registry is noted, and may change meanwhile.
    """
    differing = [note for note in value["notes"] if Note(**note).differs]
    rests_on = [value["target"], value["tree"], value["actions"], value["blocked"], differing, value["unread"]]
    return hashlib.sha256(json.dumps([FORMAT, rests_on], sort_keys=True).encode()).hexdigest()


def _action_value(action: Action) -> dict[str, Any]:
    """An action by its fields; a version by its number and content hash, without the text of the definition."""
    found = {field.name: _plain(getattr(action, field.name)) for field in fields(action)}
    weaker = {"weaker": action.weaker} if isinstance(action, SetMode) else {}
    return {"action": action.kind, **found, **weaker, "text": str(action)}


def _plain(value: Any) -> Any:
    if isinstance(value, DesiredVersion):
        return {"number": value.number, "sha256": value.sha256}
    if isinstance(value, tuple):
        return dict(value)
    return str(value) if isinstance(value, str) else value


def _outcome_value(outcome: Outcome) -> dict[str, Any]:
    failure = {"fact": outcome.fact, "remedy": outcome.remedy, "reasons": list(outcome.reasons)}
    failed = outcome.ending is Ending.FAILED
    return {**_action_value(outcome.action), "ending": str(outcome.ending), **(failure if failed else {})}


def _entry_value(entry: Blocked | Note) -> dict[str, Any]:
    return {field.name: getattr(entry, field.name) for field in fields(entry)}
