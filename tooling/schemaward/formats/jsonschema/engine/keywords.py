"""What each keyword asserts, as a formula: one function per group of keywords, and a table per draft.

Every function takes the compiler, the spot of the schema object, and the keyword's own name, so that keywords that differ
in their name only share one. What a draft does not know is an annotation, and has no entry in its table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeAlias

from schemaward.formats.jsonschema.dialects import Draft
from schemaward.formats.jsonschema.engine.formulas import FALSE, NUMBER, TRUE, Kind, Kinds, Literal, Op, exact
from schemaward.formats.jsonschema.engine.unevaluated import unevaluated_items, unevaluated_properties
from schemaward.formats.jsonschema.regex.patterns import pattern_literal
from schemaward.formats.jsonschema.sources import Spot
from schemaward.formats.jsonschema.string_formats import asserted

if TYPE_CHECKING:
    from schemaward.formats.jsonschema.engine.compiling import Compiler

Rule: TypeAlias = "Callable[[Compiler, Spot, str], Literal]"


# -- every kind of value


def _reference(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
    return compiler.schema(compiler.target(spot, keyword))


def _type(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
    names = spot.value[keyword]
    kinds: Kinds = 0
    for name in names if isinstance(names, list) else [names]:
        kinds |= _kinds(name, spot.draft)
        if name == "integer" and spot.draft is Draft.DRAFT4:
            compiler.universe.spelling_matters = True
    return compiler.universe.kind(kinds)


_KINDS: dict[str, Kinds] = {
    "null": Kind.NULL,
    "boolean": Kind.BOOLEAN,
    "number": NUMBER,
    "string": Kind.STRING,
    "array": Kind.ARRAY,
    "object": Kind.OBJECT,
}


def _kinds(name: str, draft: Draft) -> Kinds:
    if name == "integer":
        return Kind.INTEGER if draft is Draft.DRAFT4 else Kind.INTEGER | Kind.INTEGRAL
    return _KINDS[name]


def _enum(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
    return compiler.universe.enum(spot.value[keyword])


def _const(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
    return compiler.universe.enum([spot.value[keyword]])


def _branches(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
    universe = compiler.universe
    join = {"allOf": universe.all, "anyOf": universe.any, "oneOf": universe.one}[keyword]
    return join(compiler.branches(spot, keyword))


def _not(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
    return -compiler.beside(spot, keyword)


def _if(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
    condition = compiler.beside(spot, keyword)
    then = compiler.beside(spot, "then") if "then" in spot.value else TRUE
    otherwise = compiler.beside(spot, "else") if "else" in spot.value else TRUE
    any_of = compiler.universe.any
    return compiler.universe.all([any_of([-condition, then]), any_of([condition, otherwise])])


# -- numbers


def _bound(op: Op) -> Rule:
    """``minimum`` and ``maximum``; in Draft-04 a boolean beside them makes them exclusive."""
    word = "exclusiveMinimum" if op is Op.MINIMUM else "exclusiveMaximum"

    def rule(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
        exclusive = keyword == word or (spot.draft is Draft.DRAFT4 and spot.value.get(word) is True)
        return compiler.universe.make(op, exact(spot.value[keyword]), exclusive)

    return rule


def _multiple_of(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
    return compiler.universe.make(Op.MULTIPLE, exact(spot.value[keyword]))


# -- sizes of strings, arrays and objects


def _at_least(op: Op) -> Rule:
    def rule(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
        least = int(spot.value[keyword])
        return compiler.universe.make(op, least) if least else TRUE

    return rule


def _at_most(op: Op) -> Rule:
    def rule(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
        return compiler.universe.make(op, int(spot.value[keyword]))

    return rule


# -- strings


def _pattern(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
    return pattern_literal(compiler.universe, spot.value[keyword])


def _format(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
    """An assertion where the caller says so; never for a name that the draft does not define."""
    name = spot.value[keyword]
    says = compiler.assert_formats and asserted(name, spot.draft)
    return compiler.universe.make(Op.FORMAT, name) if says else TRUE


# -- arrays


def _items(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
    """``items`` up to 2019-09: one schema for all items, or a list with ``additionalItems`` for the rest."""
    if not isinstance(spot.value[keyword], list):
        return compiler.universe.items(0, None, compiler.at(spot, keyword))
    listed = _prefix_items(compiler, spot, keyword)
    if "additionalItems" not in spot.value:
        return listed
    rest = compiler.at(spot, "additionalItems")
    return compiler.universe.all([listed, compiler.universe.items(len(spot.value[keyword]), None, rest)])


def _prefix_items(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
    return compiler.universe.all(
        compiler.universe.items(index, index + 1, compiler.at(spot, keyword, index))
        for index in range(len(spot.value[keyword]))
    )


def _rest_items(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
    """``items`` of 2020-12: what follows ``prefixItems``."""
    return compiler.universe.items(len(spot.value.get("prefixItems", ())), None, compiler.at(spot, keyword))


def _unique_items(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
    return compiler.universe.make(Op.UNIQUE) if spot.value[keyword] else TRUE


def _contains(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
    """``contains``, with the counts of 2019-09 and later."""
    universe, item = compiler.universe, compiler.at(spot, keyword)
    counts = spot.value if spot.draft >= Draft.DRAFT2019 else {}
    least, most = int(counts.get("minContains", 1)), counts.get("maxContains")
    parts = [universe.make(Op.AT_LEAST, item, least)] if least else []
    if most is not None:
        # "At most n" is no assertion of its own: of an array it is the opposite of "at least n + 1".
        too_many = universe.make(Op.AT_LEAST, item, int(most) + 1)
        parts.append(universe.any([-universe.kind(Kind.ARRAY), -too_many]))
    return universe.all(parts)


# -- objects


def _properties(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
    """What is the same on both sides is one assertion, so that it can be left aside."""
    universe, members = compiler.universe, spot.value[keyword]
    apart = list(members) if compiler.shared is None else compiler.shared.apart(spot, members, keyword)

    def of(names: Iterable[str]) -> Literal:
        return universe.all(
            universe.properties(universe.enum([name]), compiler.at(spot, keyword, name)) for name in names
        )

    if len(members) - len(apart) < 2:
        return of(members)
    rest = [name for name in members if name not in apart]
    return universe.all([of(apart), compiler.later((spot.pointer, frozenset(rest)), lambda: of(rest), Op.ASIDE)])


def _pattern_properties(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
    universe = compiler.universe
    return universe.all(
        universe.properties(pattern_literal(universe, source), compiler.at(spot, keyword, source))
        for source in spot.value[keyword]
    )


def _additional_properties(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
    return compiler.universe.properties(-compiler.declared(spot), compiler.at(spot, keyword))


def _property_names(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
    """There is no property whose name fails."""
    return compiler.universe.properties(-compiler.at(spot, keyword), FALSE)


def _required(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
    return compiler.universe.all(compiler.universe.make(Op.REQUIRED, name) for name in spot.value[keyword])


def _dependent(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
    """``dependentRequired``, ``dependentSchemas``, and ``dependencies``, their common older name."""
    universe = compiler.universe
    parts = []
    for name, demand in spot.value[keyword].items():
        if isinstance(demand, list):
            then = universe.all(universe.make(Op.REQUIRED, other) for other in demand)
        else:
            then = compiler.beside(spot, keyword, name)
        parts.append(universe.any([compiler.lacks(name), then]))
    return universe.all(parts)


def _outdated(compiler: Compiler, spot: Spot, keyword: str) -> Literal:
    """``dependencies`` since 2019-09: a validator may still assert it (2019-09 Validation, appendix A), and some do.

    It holds where it is asserted and holds, or is not asserted. Which of both is not told, and is the same for all.
    """
    reason = f'"{keyword}" in 2019-09 or later, on which validators differ'
    ignored = compiler.universe.make(Op.OPAQUE, reason, (keyword,))
    return compiler.universe.any([ignored, _dependent(compiler, spot, keyword)])


_FOUR: dict[str, Rule] = {
    "type": _type,
    "enum": _enum,
    "allOf": _branches,
    "anyOf": _branches,
    "oneOf": _branches,
    "not": _not,
    "minimum": _bound(Op.MINIMUM),
    "maximum": _bound(Op.MAXIMUM),
    "multipleOf": _multiple_of,
    "minLength": _at_least(Op.MIN_LENGTH),
    "maxLength": _at_most(Op.MAX_LENGTH),
    "pattern": _pattern,
    "format": _format,
    "items": _items,
    "minItems": _at_least(Op.MIN_ITEMS),
    "maxItems": _at_most(Op.MAX_ITEMS),
    "uniqueItems": _unique_items,
    "properties": _properties,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
    "required": _required,
    "minProperties": _at_least(Op.MIN_PROPERTIES),
    "maxProperties": _at_most(Op.MAX_PROPERTIES),
    "dependencies": _dependent,
}
_SIX: dict[str, Rule] = {
    **_FOUR,
    "const": _const,
    "contains": _contains,
    "propertyNames": _property_names,
    "exclusiveMinimum": _bound(Op.MINIMUM),
    "exclusiveMaximum": _bound(Op.MAXIMUM),
}
_SEVEN: dict[str, Rule] = {**_SIX, "if": _if}
_NINETEEN: dict[str, Rule] = {
    **_SEVEN,
    "$ref": _reference,
    "$recursiveRef": _reference,
    "dependentRequired": _dependent,
    "dependentSchemas": _dependent,
    "dependencies": _outdated,
    "unevaluatedProperties": unevaluated_properties,
    "unevaluatedItems": unevaluated_items,
}
_TWENTY: dict[str, Rule] = {
    **{keyword: rule for keyword, rule in _NINETEEN.items() if keyword != "$recursiveRef"},
    "$dynamicRef": _reference,
    "prefixItems": _prefix_items,
    "items": _rest_items,
}

RULES: dict[Draft, dict[str, Rule]] = {
    Draft.DRAFT4: _FOUR,
    Draft.DRAFT6: _SIX,
    Draft.DRAFT7: _SEVEN,
    Draft.DRAFT2019: _NINETEEN,
    Draft.DRAFT2020: _TWENTY,
}
"""The assertions of each draft."""
