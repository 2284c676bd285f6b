"""From JSON Schema to formulas: one small function per group of keywords, a table per draft.

What is written differently but means the same becomes the same number: references are followed (recursive ones are
named by what they contain, not by where they stand), annotations fall away, and every draft's spelling is reduced to
the operators of ``formulas``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from schemaward.formats.jsonschema.closing import closed
from schemaward.formats.jsonschema.dialects import Draft, escape
from schemaward.formats.jsonschema.formulas import (
    FALSE,
    NUMBER,
    TRUE,
    Kind,
    Literal,
    Op,
    Universe,
    exact,
)
from schemaward.formats.jsonschema.outcomes import NotSupportedError
from schemaward.formats.jsonschema.patterns import pattern_literal
from schemaward.formats.jsonschema.sources import Sources, Spot, dynamic_candidates
from schemaward.formats.jsonschema.unevaluated import unevaluated_items, unevaluated_properties

Key: TypeAlias = tuple[str, str]


class Compiler:
    """Compiles the schemas of one set of sources into a universe that several compilers may share."""

    def __init__(
        self,
        universe: Universe,
        sources: Sources,
        recursive: Mapping[Key, tuple[str, str]],
        *,
        assert_formats: bool,
        close: bool = False,
    ) -> None:
        self.universe = universe
        self.sources = sources
        self.assert_formats = assert_formats
        self.close = close
        self.recursive = recursive
        self._scope: tuple[str, ...] = ()
        """Base URIs of the schema resources entered so far, outermost first, as far as dynamic references care."""
        self._done: dict[tuple[Key, bool, tuple[str, ...]], Literal] = {}

    def compile(self, spot: Spot) -> Literal:
        """The formula of a whole schema: a value's own schema, closed when writers write only what they declare."""
        return self._schema(spot, located=True)

    def _schema(self, spot: Spot, *, located: bool) -> Literal:
        """The formula of a schema; ``located`` is false for one that applies in place, beside others."""
        outside = self._scope
        if spot.base not in outside and any(s.base == spot.base for s in self.sources.dynamic_spots()):
            self._scope = (*outside, spot.base)
        key = ((spot.source, spot.pointer), located and self.close, self._scope)
        if key not in self._done:
            name = self.recursive.get(key[0])
            if name is None:
                self._done[key] = self._body(spot, located)
            else:
                self._define(key, self.universe.make(Op.DEFINED, *name, *key[1:]), spot, located)
        self._scope = outside
        return self._done[key]

    def _define(self, key: tuple[Key, bool, tuple[str, ...]], defined: Literal, spot: Spot, located: bool) -> None:
        self._done[key] = defined
        if defined not in self.universe.definitions:
            self.universe.definitions[defined] = TRUE
            self.universe.definitions[defined] = self._body(spot, located)

    def _body(self, spot: Spot, located: bool) -> Literal:
        schema = spot.value
        if schema is True or schema is False:
            return TRUE if schema else FALSE
        if not isinstance(schema, dict):
            raise NotSupportedError(f"a schema must be an object or a boolean, at {spot.pointer or 'the root'}")
        if spot.draft.ref_hides_siblings and isinstance(schema.get("$ref"), str):
            parts = [self._referred(spot, located=False)]
        else:
            parts = [rule(self, spot) for keyword, rule in RULES[spot.draft].items() if keyword in schema]
        if located and self.close:
            parts.append(closed(self, spot))
        return self.universe.all(parts)

    def at(self, spot: Spot, *path: str | int, located: bool = True) -> Literal:
        """The formula of the subschema at ``path`` below ``spot``."""
        pointer = "".join(f"/{escape(str(token))}" for token in path)
        return self._schema(self.sources.descend(spot, pointer), located=located)

    def target(self, spot: Spot, keyword: str = "$ref") -> Spot:
        """The schema that a reference means."""
        return self.sources.resolve(spot.base, spot.value[keyword])

    def _referred(self, spot: Spot, *, located: bool) -> Literal:
        return self._schema(self.target(spot), located=located)

    def dynamic_target(self, spot: Spot) -> Spot:
        """The target of a dynamic reference: of the resources entered so far, the outermost that has the anchor.

        Source: JSON Schema Core 2020-12, 8.2.3.2; Core 2019-09, 8.2.4.2.
        """
        target, candidates = dynamic_candidates(self.sources, spot)
        for base in self._scope:
            for candidate in candidates:
                if candidate.base == base:
                    return candidate
        return target

    def asserts(self, spot: Spot, keyword: str) -> bool:
        """True when the draft in force at ``spot`` knows the keyword as an assertion."""
        return keyword in RULES[spot.draft]

    # -- keywords for every kind of value

    def ref(self, spot: Spot) -> Literal:
        """``$ref``."""
        return self._referred(spot, located=False)

    def dynamic_ref(self, spot: Spot) -> Literal:
        """``$dynamicRef`` and ``$recursiveRef``."""
        return self._schema(self.dynamic_target(spot), located=False)

    def type(self, spot: Spot) -> Literal:
        """``type``."""
        names = spot.value["type"]
        kinds = Kind(0)
        for name in names if isinstance(names, list) else [names]:
            kinds |= _kinds(name, spot.draft)
            if name == "integer" and spot.draft is Draft.DRAFT4:
                self.universe.spelling_matters = True
        return self.universe.kind(kinds)

    def enum(self, spot: Spot) -> Literal:
        """``enum``."""
        return self.universe.enum(spot.value["enum"])

    def const(self, spot: Spot) -> Literal:
        """``const``."""
        return self.universe.enum([spot.value["const"]])

    def all_of(self, spot: Spot) -> Literal:
        """``allOf``."""
        return self.universe.all(self._branches(spot, "allOf"))

    def any_of(self, spot: Spot) -> Literal:
        """``anyOf``."""
        return self.universe.any(self._branches(spot, "anyOf"))

    def one_of(self, spot: Spot) -> Literal:
        """``oneOf``."""
        return self.universe.one(self._branches(spot, "oneOf"))

    def _branches(self, spot: Spot, keyword: str) -> list[Literal]:
        return [self.at(spot, keyword, index, located=False) for index in range(len(spot.value[keyword]))]

    def negated(self, spot: Spot) -> Literal:
        """``not``."""
        return -self.at(spot, "not", located=False)

    def conditional(self, spot: Spot) -> Literal:
        """``if``, ``then``, ``else``."""
        condition = self.at(spot, "if", located=False)
        then = self.at(spot, "then", located=False) if "then" in spot.value else TRUE
        otherwise = self.at(spot, "else", located=False) if "else" in spot.value else TRUE
        return self.universe.all([self.universe.any([-condition, then]), self.universe.any([condition, otherwise])])

    # -- numbers

    def minimum(self, spot: Spot) -> Literal:
        """``minimum``, with the boolean ``exclusiveMinimum`` of Draft-04."""
        exclusive = spot.draft is Draft.DRAFT4 and spot.value.get("exclusiveMinimum") is True
        return self.universe.make(Op.MINIMUM, exact(spot.value["minimum"]), exclusive)

    def maximum(self, spot: Spot) -> Literal:
        """``maximum``, with the boolean ``exclusiveMaximum`` of Draft-04."""
        exclusive = spot.draft is Draft.DRAFT4 and spot.value.get("exclusiveMaximum") is True
        return self.universe.make(Op.MAXIMUM, exact(spot.value["maximum"]), exclusive)

    def exclusive_minimum(self, spot: Spot) -> Literal:
        """``exclusiveMinimum`` as a number."""
        return self.universe.make(Op.MINIMUM, exact(spot.value["exclusiveMinimum"]), True)

    def exclusive_maximum(self, spot: Spot) -> Literal:
        """``exclusiveMaximum`` as a number."""
        return self.universe.make(Op.MAXIMUM, exact(spot.value["exclusiveMaximum"]), True)

    def multiple_of(self, spot: Spot) -> Literal:
        """``multipleOf``."""
        return self.universe.make(Op.MULTIPLE, exact(spot.value["multipleOf"]))

    # -- strings

    def min_length(self, spot: Spot) -> Literal:
        """``minLength``."""
        return self._bound(Op.MIN_LENGTH, spot.value["minLength"])

    def max_length(self, spot: Spot) -> Literal:
        """``maxLength``."""
        return self.universe.make(Op.MAX_LENGTH, int(spot.value["maxLength"]))

    def _bound(self, op: Op, bound: float) -> Literal:
        return self.universe.make(op, int(bound)) if bound else TRUE

    def pattern(self, spot: Spot) -> Literal:
        """``pattern``: a search, not a full match."""
        return pattern_literal(self.universe, spot.value["pattern"])

    def format(self, spot: Spot) -> Literal:
        """``format``, where it is asserted."""
        return format_literal(self.universe, spot.value["format"]) if self.assert_formats else TRUE

    # -- arrays

    def items(self, spot: Spot) -> Literal:
        """``items`` up to 2019-09: one schema for all items, or a list with ``additionalItems`` for the rest."""
        if not isinstance(spot.value["items"], list):
            return self.universe.items(0, None, self.at(spot, "items"))
        count = len(spot.value["items"])
        parts = self._tuple(spot, "items")
        if "additionalItems" in spot.value:
            parts.append(self.universe.items(count, None, self.at(spot, "additionalItems")))
        return self.universe.all(parts)

    def _tuple(self, spot: Spot, keyword: str) -> list[Literal]:
        return [
            self.universe.items(index, index + 1, self.at(spot, keyword, index))
            for index in range(len(spot.value[keyword]))
        ]

    def prefix_items(self, spot: Spot) -> Literal:
        """``prefixItems``."""
        return self.universe.all(self._tuple(spot, "prefixItems"))

    def rest_items(self, spot: Spot) -> Literal:
        """``items`` of 2020-12: what follows ``prefixItems``."""
        start = len(spot.value.get("prefixItems", ()))
        return self.universe.items(start, None, self.at(spot, "items"))

    def min_items(self, spot: Spot) -> Literal:
        """``minItems``."""
        return self._bound(Op.MIN_ITEMS, spot.value["minItems"])

    def max_items(self, spot: Spot) -> Literal:
        """``maxItems``."""
        return self.universe.make(Op.MAX_ITEMS, int(spot.value["maxItems"]))

    def unique_items(self, spot: Spot) -> Literal:
        """``uniqueItems``."""
        return self.universe.make(Op.UNIQUE) if spot.value["uniqueItems"] else TRUE

    def contains(self, spot: Spot) -> Literal:
        """``contains``, with the counts of 2019-09 and later."""
        item = self.at(spot, "contains")
        counts = spot.value if spot.draft >= Draft.DRAFT2019 else {}
        least, most = int(counts.get("minContains", 1)), counts.get("maxContains")
        parts = [self.universe.make(Op.AT_LEAST, item, least)] if least else []
        if most is not None:
            # "At most n" is no assertion of its own: of an array it is the opposite of "at least n + 1".
            too_many = self.universe.make(Op.AT_LEAST, item, int(most) + 1)
            parts.append(self._if_kind(Kind.ARRAY, -too_many))
        return self.universe.all(parts)

    def _if_kind(self, kind: Kind, literal: Literal) -> Literal:
        return self.universe.any([-self.universe.kind(kind), literal])

    # -- objects

    def properties(self, spot: Spot) -> Literal:
        """``properties``."""
        return self.universe.all(
            self.universe.properties(self.universe.enum([name]), self.at(spot, "properties", name))
            for name in spot.value["properties"]
        )

    def pattern_properties(self, spot: Spot) -> Literal:
        """``patternProperties``."""
        return self.universe.all(
            self.universe.properties(pattern_literal(self.universe, source), self.at(spot, "patternProperties", source))
            for source in spot.value["patternProperties"]
        )

    def additional_properties(self, spot: Spot) -> Literal:
        """``additionalProperties``: the properties that neither of its two neighbours names."""
        return self.universe.properties(-self.declared(spot), self.at(spot, "additionalProperties"))

    def declared(self, spot: Spot) -> Literal:
        """The names that ``properties`` and ``patternProperties`` of this very schema object match."""
        return self.universe.any(
            [
                self.universe.enum(spot.value.get("properties", ())),
                *(pattern_literal(self.universe, source) for source in spot.value.get("patternProperties", ())),
            ]
        )

    def property_names(self, spot: Spot) -> Literal:
        """``propertyNames``: there is no property whose name fails."""
        return self.universe.properties(-self.at(spot, "propertyNames"), FALSE)

    def required(self, spot: Spot) -> Literal:
        """``required``."""
        names = spot.value["required"]
        # Draft-03's boolean form is still written by mistake, and ignored by validators.
        return self.universe.all(self._required(name) for name in names) if isinstance(names, list) else TRUE

    def _required(self, name: str) -> Literal:
        return self.universe.make(Op.REQUIRED, name)

    def lacks(self, name: str) -> Literal:
        """If the value is an object, it has no property of that name."""
        return self.universe.properties(self.universe.enum([name]), FALSE)

    def min_properties(self, spot: Spot) -> Literal:
        """``minProperties``."""
        return self._bound(Op.MIN_PROPERTIES, spot.value["minProperties"])

    def max_properties(self, spot: Spot) -> Literal:
        """``maxProperties``."""
        return self.universe.make(Op.MAX_PROPERTIES, int(spot.value["maxProperties"]))

    def dependencies(self, spot: Spot) -> Literal:
        """``dependencies``, the older name of the two keywords that follow."""
        return self.universe.all(self._dependent(spot, "dependencies", name) for name in spot.value["dependencies"])

    def dependent_required(self, spot: Spot) -> Literal:
        """``dependentRequired``."""
        return self.universe.all(
            self._dependent(spot, "dependentRequired", name) for name in spot.value["dependentRequired"]
        )

    def dependent_schemas(self, spot: Spot) -> Literal:
        """``dependentSchemas``."""
        return self.universe.all(
            self._dependent(spot, "dependentSchemas", name) for name in spot.value["dependentSchemas"]
        )

    def _dependent(self, spot: Spot, keyword: str, name: str) -> Literal:
        demand = spot.value[keyword][name]
        if isinstance(demand, list):
            then = self.universe.all(self._required(other) for other in demand)
        else:
            then = self.at(spot, keyword, name, located=False)
        return self.universe.any([self.lacks(name), then])


def format_literal(universe: Universe, name: str) -> Literal:
    """The assertion of a format; TRUE for a name that no validator knows."""
    from schemaward.formats.jsonschema.string_formats import FORMATS

    return universe.make(Op.FORMAT, name) if name in FORMATS else TRUE


Rule: TypeAlias = Callable[[Compiler, Spot], Literal]

_COMMON: dict[str, Rule] = {
    "type": Compiler.type,
    "enum": Compiler.enum,
    "allOf": Compiler.all_of,
    "anyOf": Compiler.any_of,
    "oneOf": Compiler.one_of,
    "not": Compiler.negated,
    "minimum": Compiler.minimum,
    "maximum": Compiler.maximum,
    "multipleOf": Compiler.multiple_of,
    "minLength": Compiler.min_length,
    "maxLength": Compiler.max_length,
    "pattern": Compiler.pattern,
    "format": Compiler.format,
    "items": Compiler.items,
    "minItems": Compiler.min_items,
    "maxItems": Compiler.max_items,
    "uniqueItems": Compiler.unique_items,
    "properties": Compiler.properties,
    "patternProperties": Compiler.pattern_properties,
    "additionalProperties": Compiler.additional_properties,
    "required": Compiler.required,
    "minProperties": Compiler.min_properties,
    "maxProperties": Compiler.max_properties,
    "dependencies": Compiler.dependencies,
}
_SIX: dict[str, Rule] = {
    **_COMMON,
    "const": Compiler.const,
    "contains": Compiler.contains,
    "propertyNames": Compiler.property_names,
    "exclusiveMinimum": Compiler.exclusive_minimum,
    "exclusiveMaximum": Compiler.exclusive_maximum,
}
_SEVEN: dict[str, Rule] = {**_SIX, "if": Compiler.conditional}
_NINETEEN: dict[str, Rule] = {
    **_SEVEN,
    "$ref": Compiler.ref,
    "$recursiveRef": Compiler.dynamic_ref,
    "dependentRequired": Compiler.dependent_required,
    "dependentSchemas": Compiler.dependent_schemas,
    "unevaluatedProperties": unevaluated_properties,
    "unevaluatedItems": unevaluated_items,
}
_TWENTY: dict[str, Rule] = {
    **{keyword: rule for keyword, rule in _NINETEEN.items() if keyword != "$recursiveRef"},
    "$dynamicRef": Compiler.dynamic_ref,
    "prefixItems": Compiler.prefix_items,
    "items": Compiler.rest_items,
}

RULES: dict[Draft, dict[str, Rule]] = {
    Draft.DRAFT4: _COMMON,
    Draft.DRAFT6: _SIX,
    Draft.DRAFT7: _SEVEN,
    Draft.DRAFT2019: _NINETEEN,
    Draft.DRAFT2020: _TWENTY,
}
"""The assertions of each draft. What a draft does not know is an annotation, and means nothing here."""


def _kinds(name: str, draft: Draft) -> Kind:
    if name == "integer":
        return Kind.INTEGER if draft is Draft.DRAFT4 else Kind.INTEGER | Kind.INTEGRAL
    return NUMBER if name == "number" else Kind[name.upper()]
