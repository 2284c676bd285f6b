"""``unevaluatedProperties`` and ``unevaluatedItems``: what no successful neighbour has looked at.

What a schema looks at depends on which of its branches succeed, so that each combination of branches becomes a case of
its own (JSON Schema Core 2019-09 and 2020-12, section "Keywords for Applying Subschemas to Unevaluated Locations").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from schemaward.formats.jsonschema.dialects import Draft
from schemaward.formats.jsonschema.engine.formulas import FALSE, TRUE, Kind, Literal, Op
from schemaward.formats.jsonschema.engine.outcomes import NotSupportedError
from schemaward.formats.jsonschema.sources import Spot, dynamic_candidates

if TYPE_CHECKING:
    from schemaward.formats.jsonschema.engine.compiling import Compiler

Case: TypeAlias = "tuple[Literal, Literal]"
"""A condition, and what is looked at when it holds."""
Own: TypeAlias = "Callable[[Compiler, Spot], Literal]"

_FIRST = "the first items"
_MAX_CASES = 64


def unevaluated_properties(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
    """``unevaluatedProperties``: the names that no successful neighbour has looked at."""
    rest = compiler.at(spot, keyword)
    return compiler.universe.all(
        compiler.universe.any([-condition, compiler.universe.properties(-names, rest)])
        for condition, names in _alternatives(compiler, spot, _own_names)
    )


def _own_names(compiler: Compiler, spot: Spot) -> Literal:
    """The names that the keywords of this schema object itself look at."""
    schema = spot.value
    if "additionalProperties" in schema or "unevaluatedProperties" in schema:
        return TRUE
    return compiler.declared(spot)


def unevaluated_items(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
    """``unevaluatedItems``: the items that no successful neighbour has looked at."""
    rest = compiler.at(spot, keyword)
    parts = []
    for condition, covered in _alternatives(compiler, spot, _own_items):
        start, looked_at = _split(compiler, covered)
        item = compiler.universe.any([rest, *looked_at])
        parts.append(compiler.universe.any([-condition, compiler.universe.items(start, None, item)]))
    return compiler.universe.all(parts)


def _own_items(compiler: Compiler, spot: Spot) -> Literal:
    """What this schema object itself looks at: a literal of ``_first`` stands for the first items, others for matches."""
    schema, universe = spot.value, compiler.universe
    tuple_word = "prefixItems" if spot.draft is Draft.DRAFT2020 else "items"
    rest_word = "items" if spot.draft is Draft.DRAFT2020 else "additionalItems"
    if "unevaluatedItems" in schema:
        return TRUE
    listed = schema.get(tuple_word)
    if tuple_word == "items" and "items" in schema and not isinstance(listed, list):
        return TRUE
    count = len(listed) if isinstance(listed, list) else 0
    if rest_word in schema and (rest_word == "items" or count):
        return TRUE
    parts = [_first(compiler, count)] if count else []
    if "contains" in schema:
        if spot.draft is Draft.DRAFT2019:
            # 2019-09 (Core 9.3.1.3) does not name it; validators take what it matched as looked at all the same.
            raise NotSupportedError("unevaluatedItems beside contains in 2019-09, on which validators differ")
        parts.append(compiler.at(spot, "contains"))
    return universe.any(parts)


def _first(compiler: Compiler, count: int) -> Literal:
    """A literal of its own for the first ``count`` items, which no schema can be taken for."""
    return compiler.universe.define((_FIRST, count), lambda: TRUE)


def _split(compiler: Compiler, covered: Literal) -> tuple[int, list[Literal]]:
    """From what ``_own_items`` said: where the items begin that were not looked at by position, and the matches."""
    if covered == TRUE:
        return 0, [TRUE]
    node = compiler.universe.node(covered)
    parts = [-part for part in node.args[0]] if covered < 0 and node.op is Op.ALL else [covered]
    start, matches = 0, []
    for part in parts:
        inner = compiler.universe.node(part)
        if inner.op is Op.DEFINED and inner.args[0] == _FIRST:
            start = max(start, inner.args[1])
        elif part != FALSE:
            matches.append(part)
    return start, matches


def _alternatives(compiler: Compiler, spot: Spot, own: Own) -> list[Case]:
    """The ways in which the in-place neighbours can succeed, each with what is then looked at."""
    found = _combine(compiler, _neighbours(compiler, spot, own))
    declared = _without_unevaluated(spot)
    return [(condition, compiler.universe.any([covered, own(compiler, declared)])) for condition, covered in found]


def _inside(compiler: Compiler, spot: Spot, own: Own, passed: frozenset[str]) -> list[Case]:
    """As ``_alternatives``, for a schema that applies in place, behind the references ``passed`` on the way."""
    if not isinstance(spot.value, dict):
        return [(TRUE, FALSE)]
    found = _combine(compiler, _neighbours(compiler, spot, own, passed))
    return [(condition, compiler.universe.any([covered, own(compiler, spot)])) for condition, covered in found]


def _neighbours(compiler: Compiler, spot: Spot, own: Own, passed: frozenset[str] = frozenset()) -> Iterator[list[Case]]:
    """For each in-place applicator: the cases in which it looks at something, and otherwise."""
    schema = spot.value

    def inside(*path: str | int) -> list[Case]:
        return _inside(compiler, compiler.below(spot, *path), own, passed)

    for keyword in ("$ref", "$dynamicRef", "$recursiveRef"):
        if isinstance(schema.get(keyword), str) and compiler.asserts(spot, keyword):
            if keyword != "$ref" and len(dynamic_candidates(compiler.sources, spot)[1]) > 1:
                raise NotSupportedError(
                    f"unevaluated properties or items seen through a {keyword} with several targets"
                )
            target = compiler.target(spot, keyword)
            if (address := target.source + target.pointer) in passed:
                raise NotSupportedError("unevaluated properties or items seen through a reference to itself")
            yield _inside(compiler, target, own, passed | {address})
    for index in range(len(schema.get("allOf", ()))):
        yield inside("allOf", index)
    for keyword in ("anyOf", "oneOf"):
        for index in range(len(schema.get(keyword, ()))):
            yield _optional(compiler, compiler.beside(spot, keyword, index), inside(keyword, index))
    for name in schema.get("dependentSchemas", {}):
        present = compiler.universe.all([compiler.universe.kind(Kind.OBJECT), -compiler.lacks(name)])
        yield _optional(compiler, present, inside("dependentSchemas", name))
    if "if" in schema:
        condition = compiler.beside(spot, "if")
        then = inside("then") if "then" in schema else [(TRUE, FALSE)]
        otherwise = inside("else") if "else" in schema else [(TRUE, FALSE)]
        yield [
            *(
                (compiler.universe.all([condition, a, b]), compiler.universe.any([x, y]))
                for a, x in inside("if")
                for b, y in then
            ),
            *((compiler.universe.all([-condition, a]), x) for a, x in otherwise),
        ]


def _optional(compiler: Compiler, condition: Literal, cases: Iterable[Case]) -> list[Case]:
    cases = list(cases)
    if all(covered == FALSE for _, covered in cases):
        return [(TRUE, FALSE)]
    return [*((compiler.universe.all([condition, a]), x) for a, x in cases), (-condition, FALSE)]


def _combine(compiler: Compiler, groups: Iterable[list[Case]]) -> list[Case]:
    found = [(TRUE, FALSE)]
    for group in groups:
        found = [
            (condition, compiler.universe.any([x, y]))
            for a, x in found
            for b, y in group
            if (condition := compiler.universe.all([a, b])) != FALSE
        ]
        if len(found) > _MAX_CASES:
            raise NotSupportedError("unevaluated properties or items beside too many optional branches")
    return found


def _without_unevaluated(spot: Spot) -> Spot:
    """The schema whose ``unevaluated*`` is being defined, without that keyword, which does not look at itself."""
    value = {k: v for k, v in spot.value.items() if k not in ("unevaluatedProperties", "unevaluatedItems")}
    return Spot(spot.source, spot.pointer, value, spot.base, spot.draft)
