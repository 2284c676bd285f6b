"""Many different values of one goal, where not every one of them can be searched for anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import count
from string import ascii_lowercase, ascii_uppercase, digits
from typing import TYPE_CHECKING, Any

from schemaward.formats.jsonschema.engine.formulas import Literal, ValueKey, value_key
from schemaward.formats.jsonschema.engine.outcomes import Found, Outcome, UndecidableError

if TYPE_CHECKING:
    from schemaward.formats.jsonschema.engine.search import Search

_PATIENCE = 64
"""Variants in a row that may be no new values of the goal."""

_EXCLUSIONS_PER_STEP = 4
_END = "\ud800"
"""Behind the last character before the surrogates, which are no characters."""
_RUNS = re.compile("[a-z]+|[A-Z]+|[0-9]+")
_MOST_RUNS = 8


def different(
    search: Search,
    ask: Callable[[frozenset[Literal]], Outcome],
    goal: frozenset[Literal],
    number: int,
    first: Iterable[Any] = (),
) -> dict[ValueKey, Any]:
    """``number`` different values of ``goal``; fewer only if ``ask``, which solves a goal, gives no more.

    Those of ``first`` are taken first. Each value found is varied before another is asked for: to exclude all those found
    takes work.
    """
    values: dict[ValueKey, Any] = {}
    _gather(search, goal, first, values, number)
    while len(values) < number:
        search.budget.spend(1 + len(values) // _EXCLUSIONS_PER_STEP)
        outcome = ask(goal | {-search.universe.enum(values.values())} if values else goal)
        if not isinstance(outcome, Found):
            break
        values[value_key(outcome.value)] = outcome.value
        for direction in _directions(outcome.value):
            _gather(search, goal, direction, values, number)
    return values


def _gather(
    search: Search, goal: frozenset[Literal], direction: Iterable[Any], values: dict[ValueKey, Any], number: int
) -> None:
    """Add those that satisfy the goal, up to ``number``, until too many in a row are not new or do not."""
    missed = 0
    for value in direction:
        if len(values) >= number or missed > _PATIENCE:
            return
        search.budget.spend()
        key = value_key(value)
        if key not in values and _holds(search, goal, value):
            values[key], missed = value, 0
        else:
            missed += 1


def _holds(search: Search, goal: frozenset[Literal], value: Any) -> bool:
    try:
        return all(search.evaluator.holds(literal, value) for literal in goal)
    except UndecidableError:
        return False


def _directions(value: Any) -> Iterator[Iterable[Any]]:
    """Ways to vary a value, each with values that differ from it in one place more and more."""
    if isinstance(value, str):
        runs = [run.span() for run in _RUNS.finditer(value)][-_MOST_RUNS:] or [(len(value), len(value))]
        for start, end in reversed(runs):
            yield (value[:start] + run + value[end:] for run in counted(value[start:end]))
        yield (value[:-1] + chr(code) for code in range(ord(value[-1:] or _END) + 1, ord(_END)))
    elif isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        yield (value + step for step in count(1))
        yield (value - step for step in count(1))
        yield (value * factor for factor in count(2))
    elif isinstance(value, dict):
        for name, member in value.items():
            for direction in _directions(member):
                yield ({**value, name: other} for other in direction)
        yield ({**value, name: None} for name in counted(""))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            for direction in _directions(item):
                yield ([*value[:index], other, *value[index + 1 :]] for other in direction)


def counted(run: str) -> Iterator[str]:
    """What follows a run of letters, or of digits, when it is counted upwards: ``08``, ``09``, ``10``; ``z``, ``aa``, ``ab``."""
    letters = next((each for each in (ascii_uppercase, digits) if run and run[0] in each), ascii_lowercase)
    first = "1" if letters == digits else letters[0]
    while True:
        head = run.rstrip(letters[-1])
        if head:
            run = head[:-1] + letters[letters.index(head[-1]) + 1] + letters[0] * (len(run) - len(head))
        else:
            run = first + letters[0] * len(run)
        yield run
