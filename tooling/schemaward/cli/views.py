"""Plans and outcomes as text, as values for JSON, and as Markdown for the summary of a job."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from typing import Any

from schemaward.cli.opening import LOCAL
from schemaward.model import Target
from schemaward.registry.actions import Action
from schemaward.registry.apply import Ending, Outcome
from schemaward.registry.desired import DesiredRegistry, DesiredVersion
from schemaward.registry.plan import Blocked, Note, Plan
from schemaward.report.markdown import table_cell
from schemaward.report.values import printable

FORMAT = 1

_REGISTRY = "registry"
_MOST_ROWS = 200
_SIGNS = {"create-registry": "+", "create-schema": "+", "register-version": "+", "await-version": "."}
_ENDINGS = {Ending.DONE: "done", Ending.FAILED: "FAIL", Ending.SKIPPED: "skip"}
_NOUNS: dict[str, tuple[str, str]] = {
    "create-registry": ("registry to create", "registries to create"),
    "create-schema": ("schema to create", "schemas to create"),
    "register-version": ("more version to register", "more versions to register"),
    "await-version": ("version to wait for", "versions to wait for"),
}
_OTHER = ("setting to change", "settings to change")


def headline(target: Target) -> str:
    """Which registry it is about."""
    where = f"{target.region} (endpoint {target.endpoint})" if target.endpoint else target.region
    if target.name == LOCAL:
        where = "an emulator that lives as long as this command"
    return printable(f"{target.name}: registry {target.registry} in {where}")


def in_sync_line(desired: DesiredRegistry) -> str:
    """The sentence for a registry that needs nothing."""
    versions = sum(len(schema.versions) for schema in desired.schemas)
    return f"No changes: the registry is what Git says ({_count(len(desired.schemas), 'contract')}, {_count(versions, 'version')})."


# --- text ------------------------------------------------------------------------------------------------------------


def plan_text(plan: Plan) -> str:
    """A line for each action, then what is blocked and what is only noted, then the counts."""
    width = _width([*(action.contract for action in plan.actions), *_obstructed(plan)])
    lines = [f"  {_SIGNS.get(action.kind, '~')} {_row(action.contract, str(action), width)}" for action in plan.actions]
    return "\n".join([*lines, *_blocked_lines(plan.blocked, width), *_note_lines(plan.notes, width), "", counts(plan)])


def obstacles_text(plan: Plan) -> str:
    """What a sync leaves undone: blocked entries and notes; empty when there are none."""
    width = _width(_obstructed(plan))
    return "\n".join([*_blocked_lines(plan.blocked, width), *_note_lines(plan.notes, width)])


def counts(plan: Plan) -> str:
    """The numbers of a plan in one line."""
    found = Counter(action.kind if action.kind in _NOUNS else "" for action in plan.actions)
    parts = [_plural(found[kind], *_NOUNS[kind]) for kind in _NOUNS if found[kind]]
    if found[""]:
        parts.append(_plural(found[""], *_OTHER))
    if plan.blocked:
        parts.append(f"{len(plan.blocked)} blocked")
    if plan.notes:
        parts.append(_count(len(plan.notes), "note"))
    return ", ".join(parts) or "nothing to do"


def outcome_text(outcome: Outcome, width: int) -> str:
    """How one action ended, with the reasons of a failure below it."""
    lines = [f"  {_ENDINGS[outcome.ending]} {_row(outcome.action.contract, str(outcome.action), width)}"]
    if outcome.ending is Ending.FAILED:
        lines += [f"         {printable(line)}" for line in (outcome.fact, *outcome.reasons)]
        lines += [f"         fix: {printable(outcome.remedy)}"] if outcome.remedy else []
    return "\n".join(lines)


def outcome_width(plan: Plan) -> int:
    """The width of the column of names."""
    return _width(action.contract for action in plan.actions)


def sync_line(plan: Plan, outcomes: Sequence[Outcome]) -> str:
    """The numbers of a sync in one line."""
    found = Counter(outcome.ending for outcome in outcomes)
    parts = [f"{found[Ending.DONE]} done"]
    parts += [f"{found[Ending.FAILED]} failed"] if found[Ending.FAILED] else []
    parts += [f"{found[Ending.SKIPPED]} skipped"] if found[Ending.SKIPPED] else []
    parts += [f"{len(plan.blocked)} blocked"] if plan.blocked else []
    return ", ".join(parts)


def _obstructed(plan: Plan) -> list[str]:
    return [*(entry.contract for entry in plan.blocked), *(note.contract for note in plan.notes)]


def _blocked_lines(blocked: Iterable[Blocked], width: int) -> Iterator[str]:
    for entry in blocked:
        yield f"  x {_row(entry.contract, entry.fact, width)}"
        yield f"    {'':{width}}  fix: {printable(entry.remedy)}"


def _note_lines(notes: Iterable[Note], width: int) -> Iterator[str]:
    yield from (f"  ? {_row(note.contract, note.fact, width)}" for note in notes)


def _row(contract: str, text: str, width: int) -> str:
    return f"{contract or _REGISTRY:{width}}  {printable(text)}"


def _width(contracts: Iterable[str]) -> int:
    return max((len(contract or _REGISTRY) for contract in contracts), default=0)


def _count(number: int, noun: str) -> str:
    return _plural(number, noun, f"{noun}s")


def _plural(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


# --- JSON ------------------------------------------------------------------------------------------------------------


def plan_value(target: Target, plan: Plan) -> dict[str, Any]:
    """A plan for programs. ``format`` counts up when the shape breaks."""
    return {
        "format": FORMAT,
        "target": target_value(target),
        "in_sync": plan.in_sync,
        "actions": [action_value(action) for action in plan.actions],
        "blocked": [_entry_value(entry) for entry in plan.blocked],
        "notes": [_entry_value(note) for note in plan.notes],
    }


def sync_value(target: Target, plan: Plan, outcomes: Sequence[Outcome], receipts: dict[str, Any]) -> dict[str, Any]:
    """What a sync did, for programs. ``format`` counts up when the shape breaks."""
    return {
        "format": FORMAT,
        "target": target_value(target),
        "changed": any(outcome.ending is Ending.DONE for outcome in outcomes),
        "outcomes": [_outcome_value(outcome) for outcome in outcomes],
        "blocked": [_entry_value(entry) for entry in plan.blocked],
        "notes": [_entry_value(note) for note in plan.notes],
        "receipts": receipts,
    }


def action_value(action: Action) -> dict[str, Any]:
    """An action by its fields; a version by its number and content hash, without the text of the definition."""
    found = {field.name: _plain(getattr(action, field.name)) for field in fields(action)}
    return {"action": action.kind, **found, "text": str(action)}


def _plain(value: Any) -> Any:
    if isinstance(value, DesiredVersion):
        return {"number": value.number, "sha256": value.sha256}
    if isinstance(value, tuple):
        return dict(value)
    return str(value) if isinstance(value, str) else value


def _outcome_value(outcome: Outcome) -> dict[str, Any]:
    failure = {"fact": outcome.fact, "remedy": outcome.remedy, "reasons": list(outcome.reasons)}
    failed = outcome.ending is Ending.FAILED
    return {**action_value(outcome.action), "ending": str(outcome.ending), **(failure if failed else {})}


def _entry_value(entry: Blocked | Note) -> dict[str, Any]:
    return {field.name: getattr(entry, field.name) for field in fields(entry)}


def target_value(target: Target) -> dict[str, Any]:
    """Which registry it is about, for programs."""
    return {"name": target.name, "registry": target.registry, "region": target.region, "account": target.account}


# --- Markdown --------------------------------------------------------------------------------------------------------


def plan_markdown(target: Target, plan: Plan, desired: DesiredRegistry) -> str:
    """A plan for the summary of a job."""
    lines = [f"## Plan for {table_cell(headline(target))}", ""]
    lines += [in_sync_line(desired) if plan.in_sync else counts(plan), ""]
    rows = [(action.contract, str(action), "") for action in plan.actions]
    return "\n".join([*lines, *_table("Action", (*rows, *_obstacle_rows(plan)))]) + "\n"


def sync_markdown(target: Target, plan: Plan, outcomes: Sequence[Outcome], desired: DesiredRegistry) -> str:
    """What a sync did, for the summary of a job: failures first."""
    lines = [f"## Sync to {table_cell(headline(target))}", ""]
    lines += [in_sync_line(desired) if plan.in_sync else sync_line(plan, outcomes), ""]
    ordered = sorted(outcomes, key=lambda outcome: outcome.ending is not Ending.FAILED)
    rows = [
        (
            outcome.action.contract,
            f"{_ENDINGS[outcome.ending]}: {outcome.action}",
            " ".join(filter(None, (outcome.fact, *outcome.reasons, outcome.remedy))),
        )
        for outcome in ordered
    ]
    return "\n".join([*lines, *_table("Outcome", (*rows, *_obstacle_rows(plan)))]) + "\n"


def _obstacle_rows(plan: Plan) -> list[tuple[str, str, str]]:
    blocked = [(entry.contract, f"blocked: {entry.fact}", entry.remedy) for entry in plan.blocked]
    return [*blocked, *((note.contract, f"note: {note.fact}", "") for note in plan.notes)]


def _table(title: str, rows: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    if not rows:
        return
    yield f"| Contract | {title} | Detail |"
    yield "| --- | --- | --- |"
    for contract, text, detail in rows[:_MOST_ROWS]:
        yield f"| {table_cell(contract or _REGISTRY)} | {table_cell(text)} | {table_cell(detail)} |"
    if rows[_MOST_ROWS:]:
        yield f"\n{len(rows) - _MOST_ROWS} more lines are in the log."
