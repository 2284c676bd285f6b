"""``unevaluatedProperties`` and ``unevaluatedItems``: what no successful neighbour has looked at.

What a schema looks at depends on which of its branches succeed: each of them looks at some names or items, under the
condition that it holds (JSON Schema Core 2019-09 and 2020-12, section "Keywords for Applying Subschemas to Unevaluated
Locations"). So what is asked of a name is asked unless one of the conditions holds under which it is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from schemaward.formats.jsonschema.dialects import Draft
from schemaward.formats.jsonschema.engine.evaluating import Evaluator
from schemaward.formats.jsonschema.engine.formulas import TRUE, Kind, Literal, Universe
from schemaward.formats.jsonschema.engine.outcomes import (
    Budget,
    BudgetExceededError,
    NotSupportedError,
    UndecidableError,
)
from schemaward.formats.jsonschema.engine.texts import Texts
from schemaward.formats.jsonschema.regex.patterns import pattern_literal
from schemaward.formats.jsonschema.sources import Spot

if TYPE_CHECKING:
    from schemaward.formats.jsonschema.engine.compiling import Compiler

_MOST_GRANTS = 1_000
_MOST_TOGETHER = 6
"""Patterns, or conditions on ``contains``, of which each combination is looked at."""
_STEPS = 20_000


@dataclass(frozen=True, slots=True)
class _Names:
    """The properties that a schema object itself looks at, by their names and by patterns of names."""

    names: frozenset[str] = frozenset()
    patterns: frozenset[str] = frozenset()
    everything: bool = False


@dataclass(frozen=True, slots=True)
class _Items:
    """The items that a schema object itself looks at: the first ones, and those that match."""

    first: int = 0
    matching: frozenset[Literal] = frozenset()
    everything: bool = False


Seen = TypeVar("Seen")
Own: TypeAlias = "Callable[[Compiler, Spot], Seen]"
Grants: TypeAlias = "list[tuple[Literal, Seen]]"
"""Under which condition a schema that succeeds looks at what."""


def unevaluated_properties(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
    """``unevaluatedProperties``: the names that no successful neighbour has looked at."""
    universe, rest = compiler.universe, compiler.at(spot, keyword)
    grants = _grants(compiler, spot, _own_names)
    always = [seen for condition, seen in grants if condition == TRUE]
    if any(seen.everything for seen in always):
        return TRUE
    other = -universe.any(
        [universe.enum(name for seen in always for name in seen.names)]
        + [pattern_literal(universe, source) for seen in always for source in seen.patterns]
    )
    at_times = [grant for grant in grants if grant[0] != TRUE]
    return universe.all(
        universe.any([*conditions, universe.properties(universe.all([other, names]), rest)])
        for names, conditions in _classes(universe, at_times)
    )


def _own_names(_compiler: Compiler, spot: Spot) -> _Names:
    schema = spot.value
    if "additionalProperties" in schema or "unevaluatedProperties" in schema:
        return _Names(everything=True)
    return _Names(frozenset(schema.get("properties", ())), frozenset(schema.get("patternProperties", ())))


def _classes(universe: Universe, grants: Grants[_Names]) -> Iterator[tuple[Literal, list[Literal]]]:
    """All names, divided by the conditions under which they are looked at."""
    named = frozenset[str]().union(*(seen.names for _, seen in grants))
    patterns = sorted(frozenset[str]().union(*(seen.patterns for _, seen in grants)))
    if len(patterns) > _MOST_TOGETHER:
        raise NotSupportedError("unevaluated properties beside too many patterns in branches")
    literals = {source: pattern_literal(universe, source) for source in patterns}
    alike: dict[tuple[Literal, ...], list[str]] = {}
    for name in sorted(named):
        matched = {source for source in patterns if _matches(universe, literals[source], name)}
        conditions = (condition for condition, seen in grants if name in seen.names or _looks(seen, matched))
        alike.setdefault(tuple(dict.fromkeys(conditions)), []).append(name)
    for conditions_of, names in alike.items():
        yield universe.enum(names), list(conditions_of)
    for chosen in range(2 ** len(patterns)):
        matched = {source for bit, source in enumerate(patterns) if chosen >> bit & 1}
        signs = (literals[source] if source in matched else -literals[source] for source in patterns)
        others = universe.all([-universe.enum(named), *signs])
        yield others, [condition for condition, seen in grants if _looks(seen, matched)]


def _looks(seen: _Names, matched: set[str]) -> bool:
    return seen.everything or not seen.patterns.isdisjoint(matched)


def _matches(universe: Universe, pattern: Literal, name: str) -> bool:
    try:
        return Evaluator(universe, Texts(universe, Budget(_STEPS))).holds(pattern, name)
    except (UndecidableError, BudgetExceededError) as error:
        raise NotSupportedError("unevaluated properties beside a pattern that is not decided") from error


def unevaluated_items(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
    """``unevaluatedItems``: the items that no successful neighbour has looked at."""
    universe, rest = compiler.universe, compiler.at(spot, keyword)
    grants = _grants(compiler, spot, _own_items)
    always = [match for condition, seen in grants if condition == TRUE for match in seen.matching]
    at_times = [(condition, match) for condition, seen in grants if condition != TRUE for match in seen.matching]
    if len(at_times) > _MOST_TOGETHER:
        raise NotSupportedError("unevaluated items beside contains in too many branches")
    starts = sorted({0, *(seen.first for _, seen in grants)})
    parts = []
    for start, stop in zip(starts, [*starts[1:], None], strict=True):
        unless = [condition for condition, seen in grants if seen.everything or seen.first > start]
        for chosen in range(2 ** len(at_times)):
            inside = [match for bit, (_, match) in enumerate(at_times) if chosen >> bit & 1]
            absent = [condition for bit, (condition, _) in enumerate(at_times) if not chosen >> bit & 1]
            item = universe.any([rest, *always, *inside])
            parts.append(universe.any([*unless, *absent, universe.items(start, stop, item)]))
    return universe.all(parts)


def _own_items(compiler: Compiler, spot: Spot) -> _Items:
    schema = spot.value
    tuple_word = "prefixItems" if spot.draft is Draft.DRAFT2020 else "items"
    rest_word = "items" if spot.draft is Draft.DRAFT2020 else "additionalItems"
    if "unevaluatedItems" in schema:
        return _Items(everything=True)
    listed = schema.get(tuple_word)
    if tuple_word == "items" and "items" in schema and not isinstance(listed, list):
        return _Items(everything=True)
    count = len(listed) if isinstance(listed, list) else 0
    if rest_word in schema and (rest_word == "items" or count):
        return _Items(everything=True)
    if "contains" not in schema:
        return _Items(count)
    # 2019-09 (Core 9.3.1.3) does not name it; validators take what it matched as looked at there, too.
    return _Items(count, frozenset({compiler.at(spot, "contains")}))


def _grants(compiler: Compiler, spot: Spot, own: Own[Seen]) -> Grants[Seen]:
    """What the schema itself, but for its ``unevaluated*``, and its in-place neighbours look at."""
    value = {k: v for k, v in spot.value.items() if k not in ("unevaluatedProperties", "unevaluatedItems")}
    declared = Spot(spot.source, spot.pointer, value, spot.base, spot.draft)
    return [(TRUE, own(compiler, declared)), *_Walk(compiler, own).neighbours(spot)]


class _Walk(Generic[Seen]):
    """Goes through the schemas that apply to one value, behind references too."""

    def __init__(self, compiler: Compiler, own: Own[Seen]) -> None:
        self._compiler, self._own = compiler, own
        self._around: set[tuple[str, str]] = set()

    def _inside(self, spot: Spot) -> Grants[Seen]:
        key = (spot.source, spot.pointer)
        if not isinstance(spot.value, dict):
            return []
        if key in self._around:
            raise NotSupportedError("unevaluated properties or items seen through a reference to itself")
        self._around.add(key)
        outside = self._compiler.enter(spot)
        try:
            if spot.draft.ref_hides_siblings and isinstance(spot.value.get("$ref"), str):
                return self._inside(self._compiler.target(spot))
            return [(TRUE, self._own(self._compiler, spot)), *self.neighbours(spot)]
        finally:
            self._compiler.leave(outside)
            self._around.discard(key)

    def neighbours(self, spot: Spot) -> Grants[Seen]:
        """What the subschemas that apply in place look at, each under the condition that it succeeds."""
        found: Grants[Seen] = []
        for condition, inner in self._applied(spot):
            found.extend((self._compiler.universe.all([condition, also]), seen) for also, seen in self._inside(inner))
            if len(found) > _MOST_GRANTS:
                raise NotSupportedError("unevaluated properties or items beside too many optional branches")
        return found

    def _applied(self, spot: Spot) -> Iterator[tuple[Literal, Spot]]:
        schema, compiler = spot.value, self._compiler
        for keyword in ("$ref", "$dynamicRef", "$recursiveRef"):
            if isinstance(schema.get(keyword), str) and compiler.asserts(spot, keyword):
                yield TRUE, compiler.target(spot, keyword)
        for index in range(len(schema.get("allOf", ()))):
            yield TRUE, compiler.below(spot, "allOf", index)
        for keyword in ("anyOf", "oneOf"):
            for index in range(len(schema.get(keyword, ()))):
                yield compiler.beside(spot, keyword, index), compiler.below(spot, keyword, index)
        if "dependencies" in schema and compiler.asserts(spot, "dependentSchemas"):
            raise NotSupportedError('unevaluated properties or items beside "dependencies", on which validators differ')
        for name in schema.get("dependentSchemas", {}) if compiler.asserts(spot, "dependentSchemas") else ():
            present = compiler.universe.all([compiler.universe.kind(Kind.OBJECT), -compiler.lacks(name)])
            yield present, compiler.below(spot, "dependentSchemas", name)
        if "if" in schema and compiler.asserts(spot, "if"):
            condition = compiler.beside(spot, "if")
            for keyword, holds in (("if", condition), ("then", condition), ("else", -condition)):
                if keyword in schema:
                    yield holds, compiler.below(spot, keyword)
