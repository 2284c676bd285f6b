"""The lenient policy as a formula of its own: writers write only the properties that they declare.

It stands beside the writer's schema and looks at one place in the document after the other: all the schemas that may
apply to a place, whichever branch brings them in, declare together what may be there. It only ever adds to what a
writer promises, so that whatever is compatible under the strict policy is so under this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from schemaward.formats.jsonschema.dialects import Draft
from schemaward.formats.jsonschema.engine.formulas import FALSE, TRUE, Literal
from schemaward.formats.jsonschema.engine.recursion import referred
from schemaward.formats.jsonschema.sources import Spot

if TYPE_CHECKING:
    from schemaward.formats.jsonschema.engine.compiling import Compiler

Here: TypeAlias = "dict[tuple[str, str], Spot]"
"""The schemas that may apply to one place, by source and pointer."""

_EXPLICIT = ("additionalProperties", "unevaluatedProperties")


def declared_only(compiler: Compiler, spots: Iterable[Spot]) -> Literal:
    """No property is there, at any depth, but those that ``spots`` and the schemas beside them declare or demand.

    An object whose schemas declare nothing, or say what else may come (``additionalProperties``), is free in that.
    """
    here: Here = {}
    stack = list(spots)
    while stack:
        spot = stack.pop()
        if isinstance(spot.value, dict) and (spot.source, spot.pointer) not in here:
            here[spot.source, spot.pointer] = spot
            stack.extend(_beside(compiler, spot))
    speaking = [here[key] for key in sorted(here) if not _hidden(here[key])]
    if not speaking:
        return TRUE
    return compiler.universe.define(
        ("declared", *sorted(here)),
        lambda: compiler.universe.all([_members(compiler, speaking), _items(compiler, speaking)]),
    )


def _members(compiler: Compiler, here: list[Spot]) -> Literal:
    universe = compiler.universe
    named: dict[str, list[Spot]] = {}
    others: list[Spot] = []
    explicit = False
    for spot in here:
        for name in spot.value.get("properties", ()):
            named.setdefault(name, []).append(compiler.below(spot, "properties", name))
        others += [compiler.below(spot, "patternProperties", p) for p in spot.value.get("patternProperties", ())]
        for keyword in _EXPLICIT:
            if keyword in spot.value and compiler.asserts(spot, keyword):
                explicit = True
                others.append(compiler.below(spot, keyword))
    # Which patterns a declared name matches is not worked out: all of them may have a say.
    parts = [
        universe.properties(universe.enum([name]), declared_only(compiler, [*own, *others]))
        for name, own in named.items()
    ]
    parts.append(universe.properties(-universe.enum(named), declared_only(compiler, others)))
    names = universe.any(compiler.declared(spot) for spot in here)
    if not explicit and names not in (TRUE, FALSE):
        demanded = universe.enum(sorted({name for spot in here for name in _demanded(compiler, spot)}))
        parts.append(universe.properties(-universe.any([names, demanded]), FALSE))
    return universe.all(parts)


def _demanded(compiler: Compiler, spot: Spot) -> Iterator[str]:
    """The names that one schema object asks for: a writer that must write them declares them so."""
    schema = spot.value
    if compiler.asserts(spot, "required"):
        yield from schema.get("required", ())
    for keyword in ("dependentRequired", "dependencies"):
        if keyword in schema and compiler.asserts(spot, keyword):
            yield from (name for names in schema[keyword].values() if isinstance(names, list) for name in names)


def _items(compiler: Compiler, here: list[Spot]) -> Literal:
    universe = compiler.universe
    longest = max(len(_listed(spot)) for spot in here)
    parts = []
    for index in range(longest + 1):
        items = [item for spot in here for item in _item(compiler, spot, index)]
        stop = None if index == longest else index + 1
        parts.append(universe.items(index, stop, declared_only(compiler, items)))
    return universe.all(parts)


def _listed(spot: Spot) -> list[object]:
    listed = spot.value.get("prefixItems" if spot.draft is Draft.DRAFT2020 else "items")
    return listed if isinstance(listed, list) else []


def _item(compiler: Compiler, spot: Spot, index: int) -> Iterator[Spot]:
    """The schemas of one schema object that may apply to an item."""
    schema, latest = spot.value, spot.draft is Draft.DRAFT2020
    listed = _listed(spot)
    if index < len(listed):
        yield compiler.below(spot, "prefixItems" if latest else "items", index)
    elif latest or not listed:
        if "items" in schema:
            yield compiler.below(spot, "items")
    elif "additionalItems" in schema:
        yield compiler.below(spot, "additionalItems")
    for keyword in ("contains", "unevaluatedItems"):
        if keyword in schema and compiler.asserts(spot, keyword):
            yield compiler.below(spot, keyword)


def _hidden(spot: Spot) -> bool:
    """True for a schema that is nothing but its reference."""
    return spot.draft.ref_hides_siblings and isinstance(spot.value.get("$ref"), str)


def _beside(compiler: Compiler, spot: Spot) -> Iterator[Spot]:
    """The schemas that may apply to the same value as ``spot``; what stands under ``not`` declares nothing."""
    yield from referred(compiler.sources, spot)
    if _hidden(spot):
        return
    schema = spot.value
    for keyword in ("allOf", "anyOf", "oneOf"):
        for index in range(len(schema.get(keyword, ()))):
            yield compiler.below(spot, keyword, index)
    for keyword in ("if", "then", "else"):
        if keyword in schema and compiler.asserts(spot, "if"):
            yield compiler.below(spot, keyword)
    for keyword in ("dependentSchemas", "dependencies"):
        if keyword in schema and compiler.asserts(spot, keyword):
            for name, demand in schema[keyword].items():
                if not isinstance(demand, list):
                    yield compiler.below(spot, keyword, name)
