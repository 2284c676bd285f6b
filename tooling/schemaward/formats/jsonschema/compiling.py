"""From JSON Schema to formulas: one small function per group of keywords, a table per draft.

What is written differently but means the same becomes the same number: references are followed (recursive ones are
named by what they contain, not by where they stand), annotations fall away, and every draft's spelling is reduced to
the operators of ``formulas``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

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
from schemaward.formats.jsonschema.patterns import pattern_literal
from schemaward.formats.jsonschema.sources import Sources, Spot


class NotSupportedError(Exception):
    """A schema uses something that has no formula; the argument says what."""


Key: TypeAlias = tuple[str, str]

_MAX_ALTERNATIVES = 64
"""How many combinations of branches are told apart for ``unevaluated*``."""


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
        self._recursive = recursive
        self._done: dict[tuple[Key, bool], Literal] = {}

    def compile(self, spot: Spot) -> Literal:
        """The formula of a whole schema: a value's own schema, closed when writers write only what they declare."""
        return self._schema(spot, located=True)

    def _schema(self, spot: Spot, *, located: bool) -> Literal:
        """The formula of a schema; ``located`` is false for one that applies in place, beside others."""
        key = ((spot.source, spot.pointer), located and self.close)
        if key in self._done:
            return self._done[key]
        name = self._recursive.get(key[0])
        if name is None:
            self._done[key] = literal = self._body(spot, located)
            return literal
        defined = self.universe.make(Op.DEFINED, *name, key[1])
        self._done[key] = defined
        if defined not in self.universe.definitions:
            self.universe.definitions[defined] = TRUE
            self.universe.definitions[defined] = self._body(spot, located)
        return defined

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
            parts.append(self._closed(spot))
        return self.universe.all(parts)

    def _at(self, spot: Spot, *path: str | int, located: bool = True) -> Literal:
        """The formula of the subschema at ``path`` below ``spot``."""
        pointer = "".join(f"/{escape(str(token))}" for token in path)
        return self._schema(self.sources.descend(spot, pointer), located=located)

    def _target(self, spot: Spot, keyword: str = "$ref") -> Spot:
        return self.sources.resolve(spot.base, spot.value[keyword])

    def _referred(self, spot: Spot, *, located: bool) -> Literal:
        return self._schema(self._target(spot), located=located)

    # -- keywords for every kind of value

    def ref(self, spot: Spot) -> Literal:
        """``$ref``."""
        return self._referred(spot, located=False)

    def dynamic_ref(self, spot: Spot) -> Literal:
        """``$dynamicRef`` and ``$recursiveRef``, where only one target is possible."""
        return self._schema(_dynamic_target(self.sources, spot), located=False)

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
        return [self._at(spot, keyword, index, located=False) for index in range(len(spot.value[keyword]))]

    def negated(self, spot: Spot) -> Literal:
        """``not``."""
        return -self._at(spot, "not", located=False)

    def conditional(self, spot: Spot) -> Literal:
        """``if``, ``then``, ``else``."""
        condition = self._at(spot, "if", located=False)
        then = self._at(spot, "then", located=False) if "then" in spot.value else TRUE
        otherwise = self._at(spot, "else", located=False) if "else" in spot.value else TRUE
        return self.universe.all(
            [self.universe.any([-condition, then]), self.universe.any([condition, otherwise])]
        )

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
            return self.universe.items(0, None, self._at(spot, "items"))
        count = len(spot.value["items"])
        parts = self._tuple(spot, "items")
        if "additionalItems" in spot.value:
            parts.append(self.universe.items(count, None, self._at(spot, "additionalItems")))
        return self.universe.all(parts)

    def _tuple(self, spot: Spot, keyword: str) -> list[Literal]:
        return [
            self.universe.items(index, index + 1, self._at(spot, keyword, index))
            for index in range(len(spot.value[keyword]))
        ]

    def prefix_items(self, spot: Spot) -> Literal:
        """``prefixItems``."""
        return self.universe.all(self._tuple(spot, "prefixItems"))

    def rest_items(self, spot: Spot) -> Literal:
        """``items`` of 2020-12: what follows ``prefixItems``."""
        start = len(spot.value.get("prefixItems", ()))
        return self.universe.items(start, None, self._at(spot, "items"))

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
        item = self._at(spot, "contains")
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
            self.universe.properties(self.universe.enum([name]), self._at(spot, "properties", name))
            for name in spot.value["properties"]
        )

    def pattern_properties(self, spot: Spot) -> Literal:
        """``patternProperties``."""
        return self.universe.all(
            self.universe.properties(
                pattern_literal(self.universe, source), self._at(spot, "patternProperties", source)
            )
            for source in spot.value["patternProperties"]
        )

    def additional_properties(self, spot: Spot) -> Literal:
        """``additionalProperties``: the properties that neither of its two neighbours names."""
        return self.universe.properties(-self._declared(spot), self._at(spot, "additionalProperties"))

    def _declared(self, spot: Spot) -> Literal:
        """The names that ``properties`` and ``patternProperties`` of this very schema object match."""
        return self.universe.any(
            [
                self.universe.enum(spot.value.get("properties", ())),
                *(pattern_literal(self.universe, source) for source in spot.value.get("patternProperties", ())),
            ]
        )

    def property_names(self, spot: Spot) -> Literal:
        """``propertyNames``: there is no property whose name fails."""
        return self.universe.properties(-self._at(spot, "propertyNames"), FALSE)

    def required(self, spot: Spot) -> Literal:
        """``required``."""
        names = spot.value["required"]
        # Draft-03's boolean form is still written by mistake, and ignored by validators.
        return self.universe.all(self._required(name) for name in names) if isinstance(names, list) else TRUE

    def _required(self, name: str) -> Literal:
        return self.universe.make(Op.REQUIRED, name)

    def _lacks(self, name: str) -> Literal:
        return self.universe.properties(self.universe.enum([name]), FALSE)

    def min_properties(self, spot: Spot) -> Literal:
        """``minProperties``."""
        return self._bound(Op.MIN_PROPERTIES, spot.value["minProperties"])

    def max_properties(self, spot: Spot) -> Literal:
        """``maxProperties``."""
        return self.universe.make(Op.MAX_PROPERTIES, int(spot.value["maxProperties"]))

    def dependencies(self, spot: Spot) -> Literal:
        """``dependencies``, the older name of the two keywords that follow."""
        return self.universe.all(
            self._dependent(spot, "dependencies", name) for name in spot.value["dependencies"]
        )

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
            then = self._at(spot, keyword, name, located=False)
        return self.universe.any([self._lacks(name), then])

    # -- unevaluated

    def unevaluated_properties(self, spot: Spot) -> Literal:
        """``unevaluatedProperties``: the names that no successful neighbour has looked at."""
        rest = self._at(spot, "unevaluatedProperties")
        return self.universe.all(
            self.universe.any([-condition, self.universe.properties(-names, rest)])
            for condition, names in self._alternatives(spot, self._own_names)
        )

    def _own_names(self, spot: Spot) -> Literal:
        """The names that the keywords of this schema object itself look at."""
        schema = spot.value
        if "additionalProperties" in schema or "unevaluatedProperties" in schema:
            return TRUE
        return self._declared(spot)

    def unevaluated_items(self, spot: Spot) -> Literal:
        """``unevaluatedItems``: the items that no successful neighbour has looked at."""
        rest = self._at(spot, "unevaluatedItems")
        parts = []
        for condition, covered in self._alternatives(spot, self._own_items):
            start, looked_at = self._split(covered)
            item = self.universe.any([rest, *looked_at])
            parts.append(self.universe.any([-condition, self.universe.items(start, None, item)]))
        return self.universe.all(parts)

    def _own_items(self, spot: Spot) -> Literal:
        """What this schema object itself looks at: ITEMS(0, n, FALSE) stands for the first n, other literals for matches."""
        schema, universe = spot.value, self.universe
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
        parts = [-universe.items(0, count, FALSE)] if count else []
        if spot.draft is Draft.DRAFT2020 and "contains" in schema:
            parts.append(self._at(spot, "contains"))
        return universe.any(parts)

    def _split(self, covered: Literal) -> tuple[int, list[Literal]]:
        """From what ``_own_items`` said: where the items begin that were not looked at by position, and the matches."""
        if covered == TRUE:
            return 0, [TRUE]
        node = self.universe.node(covered)
        parts = [-part for part in node.args[0]] if covered < 0 and node.op is Op.ALL else [covered]
        start, matches = 0, []
        for part in parts:
            inner = self.universe.node(part)
            if part < 0 and inner.op is Op.ITEMS and inner.args[2] == FALSE:
                start = max(start, inner.args[1])
            elif part != FALSE:
                matches.append(part)
        return start, matches

    def _alternatives(self, spot: Spot, own: Callable[[Spot], Literal]) -> list[tuple[Literal, Literal]]:
        """The ways in which the in-place neighbours can succeed, each with what is then looked at."""
        found = self._combine(self._neighbours(spot, own))
        declared = _without_unevaluated(spot)
        return [(condition, self.universe.any([covered, own(declared)])) for condition, covered in found]

    def _inside(self, spot: Spot, own: Callable[[Spot], Literal]) -> list[tuple[Literal, Literal]]:
        """As ``_alternatives``, for a schema that applies in place."""
        if not isinstance(spot.value, dict):
            return [(TRUE, FALSE)]
        found = self._combine(self._neighbours(spot, own))
        return [(condition, self.universe.any([covered, own(spot)])) for condition, covered in found]

    def _neighbours(
        self, spot: Spot, own: Callable[[Spot], Literal]
    ) -> Iterator[list[tuple[Literal, Literal]]]:
        """For each in-place applicator: the cases in which it looks at something, and otherwise."""
        schema = spot.value

        def inside(*path: str | int) -> list[tuple[Literal, Literal]]:
            return self._inside(self.sources.descend(spot, "".join(f"/{escape(str(p))}" for p in path)), own)

        for keyword in ("$ref", "$dynamicRef", "$recursiveRef"):
            if isinstance(schema.get(keyword), str) and keyword in RULES[spot.draft]:
                dynamic = keyword != "$ref"
                target = _dynamic_target(self.sources, spot) if dynamic else self._target(spot)
                if (target.source, target.pointer) in self._recursive and target.pointer in spot.pointer:
                    raise NotSupportedError("unevaluated properties or items seen through a recursive reference")
                yield self._inside(target, own)
        for index in range(len(schema.get("allOf", ()))):
            yield inside("allOf", index)
        for keyword in ("anyOf", "oneOf"):
            for index in range(len(schema.get(keyword, ()))):
                yield self._optional(self._at(spot, keyword, index, located=False), inside(keyword, index))
        for name in schema.get("dependentSchemas", {}):
            present = self.universe.all([self.universe.kind(Kind.OBJECT), -self._lacks(name)])
            yield self._optional(present, inside("dependentSchemas", name))
        if "if" in schema:
            condition = self._at(spot, "if", located=False)
            then = inside("then") if "then" in schema else [(TRUE, FALSE)]
            otherwise = inside("else") if "else" in schema else [(TRUE, FALSE)]
            yield [
                *(
                    (self.universe.all([condition, a, b]), self.universe.any([x, y]))
                    for a, x in inside("if")
                    for b, y in then
                ),
                *((self.universe.all([-condition, a]), x) for a, x in otherwise),
            ]

    def _optional(
        self, condition: Literal, cases: Iterable[tuple[Literal, Literal]]
    ) -> list[tuple[Literal, Literal]]:
        cases = list(cases)
        if all(covered == FALSE for _, covered in cases):
            return [(TRUE, FALSE)]
        return [*((self.universe.all([condition, a]), x) for a, x in cases), (-condition, FALSE)]

    def _combine(self, groups: Iterable[list[tuple[Literal, Literal]]]) -> list[tuple[Literal, Literal]]:
        found = [(TRUE, FALSE)]
        for group in groups:
            found = [
                (condition, self.universe.any([x, y]))
                for a, x in found
                for b, y in group
                if (condition := self.universe.all([a, b])) != FALSE
            ]
            if len(found) > _MAX_ALTERNATIVES:
                raise NotSupportedError("unevaluated properties or items beside too many optional branches")
        return found

    # -- the lenient policy

    def _closed(self, spot: Spot) -> Literal:
        """Writers write only what they declare: no property beyond those that the schema names in place."""
        names, explicit = self._declared_in_place(spot, set())
        if explicit or names in (TRUE, FALSE):
            return TRUE
        return self.universe.properties(-names, FALSE)

    def _declared_in_place(self, spot: Spot, seen: set[Key]) -> tuple[Literal, bool]:
        """The names declared by a schema and its in-place neighbours, and whether one of them says what else may come."""
        schema = spot.value
        if not isinstance(schema, dict) or (spot.source, spot.pointer) in seen:
            return FALSE, False
        seen.add((spot.source, spot.pointer))
        hidden = spot.draft.ref_hides_siblings and "$ref" in schema
        names = [] if hidden else [self._declared(spot)]
        explicit = not hidden and ("additionalProperties" in schema or "unevaluatedProperties" in schema)
        for neighbour in self._in_place(spot, hidden):
            more, also = self._declared_in_place(neighbour, seen)
            names.append(more)
            explicit = explicit or also
        return self.universe.any(names), explicit

    def _in_place(self, spot: Spot, hidden: bool) -> Iterator[Spot]:
        schema = spot.value
        if isinstance(schema.get("$ref"), str):
            yield self._target(spot)
        if hidden:
            return
        for keyword in ("allOf", "anyOf", "oneOf"):
            for index in range(len(schema.get(keyword, ()))):
                yield self.sources.descend(spot, f"/{keyword}/{index}")
        for keyword in ("if", "then", "else"):
            if keyword in schema and keyword in RULES[spot.draft] | {"then": 0, "else": 0}:
                yield self.sources.descend(spot, f"/{keyword}")
        for keyword in ("dependentSchemas", "dependencies"):
            for name, demand in schema.get(keyword, {}).items():
                if not isinstance(demand, list):
                    yield self.sources.descend(spot, f"/{keyword}/{escape(name)}")


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
    "unevaluatedProperties": Compiler.unevaluated_properties,
    "unevaluatedItems": Compiler.unevaluated_items,
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


def _without_unevaluated(spot: Spot) -> Spot:
    """The schema whose ``unevaluated*`` is being defined, without that keyword, which does not look at itself."""
    value = {k: v for k, v in spot.value.items() if k not in ("unevaluatedProperties", "unevaluatedItems")}
    return Spot(spot.source, spot.pointer, value, spot.base, spot.draft)


def _dynamic_target(sources: Sources, spot: Spot) -> Spot:
    """The target of a dynamic reference, if it is the same from wherever the schema is entered."""
    keyword = "$dynamicRef" if spot.draft is Draft.DRAFT2020 else "$recursiveRef"
    ref = spot.value[keyword]
    target = sources.resolve(spot.base, ref)
    if keyword == "$recursiveRef":
        anchored = isinstance(target.value, dict) and target.value.get("$recursiveAnchor") is True
        candidates = sources.dynamic.get("", []) if anchored else []
    else:
        name = ref.rpartition("#")[2]
        anchored = isinstance(target.value, dict) and target.value.get("$dynamicAnchor") == name
        candidates = sources.dynamic.get(name, []) if anchored else []
    if len({(c.source, c.pointer) for c in candidates}) > 1:
        raise NotSupportedError(f"{keyword} with more than one possible target")
    return target
