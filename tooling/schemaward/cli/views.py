"""Plans and outcomes as text, and as Markdown for the summary of a job."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from schemaward.cli.opening import LOCAL
from schemaward.errors import SchemawardError
from schemaward.model import Target
from schemaward.registry.apply import Ending, Outcome
from schemaward.registry.desired import DesiredRegistry
from schemaward.registry.plan import Plan
from schemaward.registry.run import Result, Survey
from schemaward.registry.steps import Blocked
from schemaward.report.markdown import table_cell
from schemaward.report.values import printable

_REGISTRY = "registry"
_MOST_ROWS = 200
_SIGNS = {
    "create-registry": "+",
    "create-schema": "+",
    "register-version": "+",
    "await-version": ".",
    "remove-failed-version": "-",
    "delete-schema": "-",
}
_ENDINGS = {Ending.DONE: "done", Ending.FAILED: "FAIL", Ending.SKIPPED: "skip"}
_NOUNS: dict[str, tuple[str, str]] = {
    "create-registry": ("registry to create", "registries to create"),
    "create-schema": ("schema to create", "schemas to create"),
    "register-version": ("more version to register", "more versions to register"),
    "await-version": ("version to wait for", "versions to wait for"),
    "remove-failed-version": ("failed version to delete", "failed versions to delete"),
    "delete-schema": ("schema to delete", "schemas to delete"),
}
_OTHER = ("setting to change", "settings to change")


def headline(target: Target) -> str:
    """Which registry it is about."""
    where = f"{target.region} (endpoint {target.endpoint})" if target.endpoint else target.region
    if target.name == LOCAL:
        where = "an emulator that lives as long as this command"
    return printable(f"{target.name}: registry {target.registry} in {where}")


def in_sync_line(desired: DesiredRegistry, found: Survey) -> str:
    """The sentence for a registry that needs nothing, as far as it was read."""
    if found.unchanged:
        return "No changes: nothing to do for what was read."
    versions = sum(len(schema.versions) for schema in desired.schemas)
    return f"No changes: the registry is what Git says ({_count(len(desired.schemas), 'contract')}, {_count(versions, 'version')})."


def reading_line(found: Survey, calls: int) -> str:
    """How the registry was read, in one line."""
    if found.plan.unread or not found.unchanged:
        return calls_line(calls, found.plan.unread)
    since = f" of commit {found.state.mark.commit[:12]}" if found.state.mark and found.state.mark.commit else ""
    left = _count(len(found.unchanged), "contract")
    return f"{_count(calls, 'call')}; {left} not read, unchanged in Git since the last sync{since} (--full reads everything)."


def calls_line(calls: int, unread: Sequence[str]) -> str:
    """What it took to read everything, in one line."""
    return f"{_count(calls, 'call')}; {'not everything could be' if unread else 'everything was'} read."


# --- text ------------------------------------------------------------------------------------------------------------


def plan_text(plan: Plan) -> str:
    """A line for each action, then what is blocked, noted and not read, then the counts."""
    width = _width([*(action.contract for action in plan.actions), *_obstructed(plan)])
    lines = [f"  {_SIGNS.get(action.kind, '~')} {_row(action.contract, str(action), width)}" for action in plan.actions]
    return "\n".join([*lines, *_obstacle_lines(plan, width), "", counts(plan)])


def obstacles_text(plan: Plan) -> str:
    """What a sync leaves undone: blocked entries, notes, and what could not be read; empty when there are none."""
    return "\n".join(_obstacle_lines(plan, _width(_obstructed(plan))))


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
    if plan.unread:
        parts.append(f"{len(plan.unread)} not readable")
    return ", ".join(parts) or "nothing to do"


def outcome_text(outcome: Outcome, width: int) -> str:
    """How one action ended, with the reasons of a failure below it."""
    lines = [f"  {_ENDINGS[outcome.ending]} {_row(outcome.action.contract, str(outcome.action), width)}"]
    if outcome.ending is Ending.FAILED:
        lines += [f"         {printable(line)}" for line in (outcome.fact, *outcome.reasons)]
        lines += [f"         fix: {printable(outcome.remedy)}"] if outcome.remedy else []
    return "\n".join(lines)


def outcome_width(desired: DesiredRegistry) -> int:
    """The width of the column of names."""
    return _width(("", *(schema.contract for schema in desired.schemas)))


def sync_line(result: Result) -> str:
    """The numbers of a sync in one line."""
    plan = result.survey.plan
    found = Counter(outcome.ending for outcome in result.outcomes)
    parts = [f"{found[Ending.DONE]} done"]
    parts += [f"{found[Ending.FAILED]} failed"] if found[Ending.FAILED] else []
    parts += [f"{found[Ending.SKIPPED]} skipped"] if found[Ending.SKIPPED] else []
    parts += [f"{len(plan.blocked)} blocked"] if plan.blocked else []
    parts += [f"{len(plan.unread)} not readable, so nothing was changed"] if plan.unread else []
    return ", ".join(parts)


def trouble_text(trouble: SchemawardError) -> str:
    """What broke a run off."""
    return f"  x {printable(trouble.fact)}\n    fix: {printable(trouble.remedy)}"


def _obstructed(plan: Plan) -> list[str]:
    registry = [""] if plan.unread else []
    return [*(entry.contract for entry in plan.blocked), *(note.contract for note in plan.notes), *registry]


def _obstacle_lines(plan: Plan, width: int) -> Iterator[str]:
    yield from _blocked_lines(plan.blocked, width)
    yield from (f"  ? {_row(note.contract, note.fact, width)}" for note in plan.notes)
    yield from (f"  ! {_row('', fact, width)}" for fact in plan.unread)


def _blocked_lines(blocked: Iterable[Blocked], width: int) -> Iterator[str]:
    for entry in blocked:
        yield f"  x {_row(entry.contract, entry.fact, width)}"
        yield f"    {'':{width}}  fix: {printable(entry.remedy)}"


def _row(contract: str, text: str, width: int) -> str:
    return f"{contract or _REGISTRY:{width}}  {printable(text)}"


def _width(contracts: Iterable[str]) -> int:
    return max((len(contract or _REGISTRY) for contract in contracts), default=0)


def _count(number: int, noun: str) -> str:
    return _plural(number, noun, f"{noun}s")


def _plural(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


# --- Markdown --------------------------------------------------------------------------------------------------------


def plan_markdown(target: Target, found: Survey, desired: DesiredRegistry, calls: int) -> str:
    """A plan for the summary of a job."""
    plan = found.plan
    lines = [f"## Plan for {table_cell(headline(target))}", ""]
    lines += [in_sync_line(desired, found) if plan.in_sync else counts(plan), "", reading_line(found, calls), ""]
    rows = [(action.contract, str(action), "") for action in plan.actions]
    return "\n".join([*lines, *_table("Action", (*rows, *_obstacle_rows(plan)))]) + "\n"


def sync_markdown(target: Target, result: Result, desired: DesiredRegistry, calls: int) -> str:
    """What a sync did, for the summary of a job: failures first."""
    plan = result.survey.plan
    lines = [f"## Sync to {table_cell(headline(target))}", ""]
    lines += [in_sync_line(desired, result.survey) if plan.in_sync else sync_line(result), ""]
    lines += [reading_line(result.survey, calls), ""]
    lines += [f"{table_cell(result.trouble.fact)}: {table_cell(result.trouble.remedy)}", ""] if result.trouble else []
    ordered = sorted(result.outcomes, key=lambda outcome: outcome.ending is not Ending.FAILED)
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
    notes = [(note.contract, f"note: {note.fact}", "") for note in plan.notes]
    return [*blocked, *notes, *(("", f"not read: {fact}", "") for fact in plan.unread)]


def _table(title: str, rows: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    if not rows:
        return
    yield f"| Contract | {title} | Detail |"
    yield "| --- | --- | --- |"
    for contract, text, detail in rows[:_MOST_ROWS]:
        yield f"| {table_cell(contract or _REGISTRY)} | {table_cell(text)} | {table_cell(detail)} |"
    if rows[_MOST_ROWS:]:
        yield f"\n{len(rows) - _MOST_ROWS} more lines are in the log."
