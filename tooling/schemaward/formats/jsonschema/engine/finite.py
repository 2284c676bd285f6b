"""Finitely many values: which of them satisfies a goal, and how can a value differ from one that is excluded?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from schemaward.formats.jsonschema.engine.formulas import (
    FALSE,
    NUMBER,
    Kind,
    Kinds,
    Literal,
    Op,
    Universe,
    ValueKey,
    exact,
    kind_of,
)
from schemaward.formats.jsonschema.engine.numbers import spell
from schemaward.formats.jsonschema.engine.outcomes import NOTHING, Found, Outcome

if TYPE_CHECKING:
    from schemaward.formats.jsonschema.engine.search import Search


def among(search: Search, kind: Kinds, keys: frozenset[ValueKey], units: Iterable[Literal]) -> Outcome:
    """The first of finitely many values that satisfies all units."""
    universe = search.universe
    excluded: set[ValueKey] = set()
    rest = []
    for unit in sorted(units):
        node = universe.node(unit)
        if node.op is not Op.ENUM:
            rest.append(unit)
        elif unit < 0:
            excluded |= node.args[0]
    for key in sorted(keys - excluded, key=lambda key: _order(universe, key)):
        for value in _spellings(universe, kind, key):
            search.budget.spend()
            if all(search.evaluator.holds(unit, value) for unit in rest):
                return Found(value)
    return NOTHING


def _spellings(universe: Universe, kind: Kinds, key: ValueKey) -> Iterator[Any]:
    """The value of a key, as its author wrote it where that is of ``kind``; where spelling matters, in others too."""
    value = key[1] if key[0] == "boolean" else universe.values.get(key)
    if kind & NUMBER:
        written = key in universe.values and (not universe.spelling_matters or kind_of(value) & kind)
        yield value if written else spell(key[1], kind)
        return
    yield value
    if universe.spelling_matters and isinstance(value, (list, dict)):
        yield from _respelt(value)


def _order(universe: Universe, key: ValueKey) -> tuple[object, ...]:
    if key[0] == "number":
        return (abs(key[1]), key[1] < 0)
    if key[0] == "boolean":
        return (key[1],)
    text = json.dumps(universe.values.get(key), sort_keys=True, default=str)
    return (len(text), text)


def difference(universe: Universe, value: list[Any] | dict[str, Any]) -> Iterable[Literal]:
    """The literals of which one holds exactly if an array, or an object, is not equal to ``value``."""
    if isinstance(value, list):
        if value:
            yield -universe.make(Op.MIN_ITEMS, len(value))
        yield -universe.make(Op.MAX_ITEMS, len(value))
        for index, item in enumerate(value):
            yield -universe.items(index, index + 1, universe.enum([item]))
        return
    yield -universe.properties(-universe.enum(value), FALSE)
    for name, member in value.items():
        yield -universe.make(Op.REQUIRED, name)
        yield -universe.properties(universe.enum([name]), universe.enum([member]))


def _respelt(value: Any) -> Iterator[Any]:
    """Equal values in which one whole number is written with a fraction."""
    if isinstance(value, int) and not isinstance(value, bool):
        yield spell(exact(value), Kind.INTEGRAL)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            for other in _respelt(item):
                yield [*value[:index], other, *value[index + 1 :]]
    elif isinstance(value, dict):
        for name, member in value.items():
            for other in _respelt(member):
                yield {**value, name: other}
