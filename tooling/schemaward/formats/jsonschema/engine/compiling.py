"""From JSON Schema to formulas: schemas, their references, and their recursion. ``keywords`` has the assertions.

What is written differently but means the same becomes the same number: references are followed (recursive ones are
named by what they contain, not by where they stand), annotations fall away, and every draft's spelling is reduced to
the operators of ``formulas``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

from schemaward.formats.jsonschema.dialects import escape
from schemaward.formats.jsonschema.engine.formulas import FALSE, TRUE, Literal, Op, Universe
from schemaward.formats.jsonschema.engine.keywords import RULES
from schemaward.formats.jsonschema.engine.outcomes import NotSupportedError
from schemaward.formats.jsonschema.engine.sharing import Shared
from schemaward.formats.jsonschema.regex.patterns import pattern_literal
from schemaward.formats.jsonschema.sources import Sources, Spot, dynamic_candidates

Key: TypeAlias = "tuple[tuple[str, str], tuple[str, ...]]"
"""A spot by source and pointer, and the dynamic scope in which it is entered."""


class Compiler:
    """Compiles the schemas of one set of sources into a universe that several compilers may share.

    ``recursive`` names the schemas that lead back to themselves (``recursion.recursive_names``). What ``shared`` says is
    the same on both sides becomes one literal for both, worked out only when it is needed.
    """

    def __init__(
        self,
        universe: Universe,
        sources: Sources,
        recursive: Mapping[tuple[str, str], tuple[str, str]],
        *,
        assert_formats: bool,
        shared: Shared | None = None,
    ) -> None:
        self.universe = universe
        self.sources = sources
        self.recursive = recursive
        self.assert_formats = assert_formats
        self.shared = shared
        self._scope: tuple[str, ...] = ()
        """Base URIs of the schema resources entered so far, outermost first, as far as dynamic references care."""
        self._begun: set[Key] = set()
        self._done: dict[Key, Literal] = {}

    def schema(self, spot: Spot, *, located: bool = False) -> Literal:
        """The formula of a schema; ``located`` is true for one that a value has to itself, not one beside others."""
        outside = self.enter(spot)
        key: Key = ((spot.source, spot.pointer), self._scope)
        try:
            if key not in self._done:
                if key in self._begun:  # `unevaluated*` looks through references at the schemas around it
                    return self.later(("around", id(self), key), lambda: self._done[key])
                self._done[key] = self._new(key, spot, located)
            return self._done[key]
        finally:
            self.leave(outside)

    def enter(self, spot: Spot) -> tuple[str, ...]:
        """Begin with a schema: its resource counts for dynamic references from now on. Gives what ``leave`` wants."""
        outside = self._scope
        if spot.base not in outside and any(other.base == spot.base for other in self.sources.dynamic_spots()):
            self._scope = (*outside, spot.base)
        return outside

    def leave(self, outside: tuple[str, ...]) -> None:
        """End with a schema; ``outside`` is what ``enter`` gave."""
        self._scope = outside

    def _new(self, key: Key, spot: Spot, located: bool) -> Literal:
        self._begun.add(key)
        try:
            name = self.recursive.get(key[0])
            if self.shared is not None and (located or spot.pointer in self.shared.targets) and self.shared(spot):
                return self.later(("shared", spot.pointer), partial(self._body, spot))
            if name is not None:
                return self.later((*name, self._scope), partial(self._body, spot))
            return self._body(spot)
        finally:
            self._begun.remove(key)

    def later(self, name: tuple[Any, ...], make: Callable[[], Literal], op: Op = Op.DEFINED) -> Literal:
        """A literal that is worked out when the search asks for it, in the scope of now."""
        scope = self._scope

        def definition() -> Literal:
            outside, self._scope = self._scope, scope
            literal = make()
            self._scope = outside
            return literal

        return self.universe.define(name, definition, op)

    def _body(self, spot: Spot) -> Literal:
        schema = spot.value
        if schema is True or schema is False:
            return TRUE if schema else FALSE
        if not isinstance(schema, dict):
            raise NotSupportedError(f"a schema must be an object or a boolean, at {spot.pointer or 'the root'}")
        if spot.draft.ref_hides_siblings and isinstance(schema.get("$ref"), str):
            parts = [self.schema(self.target(spot))]
        else:
            parts = [self._assertion(spot, keyword) for keyword in RULES[spot.draft] if keyword in schema]
        return self.universe.all(parts)

    def _assertion(self, spot: Spot, keyword: str) -> Literal:
        """What a keyword asserts. Without a formula it is opaque: equal to itself, and otherwise not told."""
        try:
            return RULES[spot.draft][keyword](self, spot, keyword)
        except NotSupportedError as error:
            where = f"{id(self)}{spot.source}{spot.pointer}"  # it may depend on everything around it
            return self.universe.make(Op.OPAQUE, str(error), (spot.draft, keyword, where))

    def at(self, spot: Spot, *path: str | int) -> Literal:
        """The formula of a subschema below ``spot`` that some part of the value has to itself."""
        return self.schema(self.below(spot, *path), located=True)

    def beside(self, spot: Spot, *path: str | int) -> Literal:
        """The formula of a subschema below ``spot`` that applies to the same value."""
        return self.schema(self.below(spot, *path))

    def branches(self, spot: Spot, keyword: str) -> list[Literal]:
        """The formulas of a list of subschemas that apply to the same value."""
        return [self.beside(spot, keyword, index) for index in range(len(spot.value[keyword]))]

    def below(self, spot: Spot, *path: str | int) -> Spot:
        """The subschema at ``path`` below ``spot``."""
        return self.sources.descend(spot, "".join(f"/{escape(str(token))}" for token in path))

    def target(self, spot: Spot, keyword: str = "$ref") -> Spot:
        """The schema that a reference means: for a dynamic one, of the resources entered so far the outermost anchor.

        Source: JSON Schema Core 2020-12, 8.2.3.2; Core 2019-09, 8.2.4.2. Raises RefNotFoundError.
        """
        if keyword == "$ref":
            return self.sources.resolve(spot.base, spot.value[keyword])
        target, candidates = dynamic_candidates(self.sources, spot)
        for base in self._scope:
            for candidate in candidates:
                if candidate.base == base:
                    return candidate
        return target

    def asserts(self, spot: Spot, keyword: str) -> bool:
        """True when the draft in force at ``spot`` knows the keyword as an assertion."""
        return keyword in RULES[spot.draft]

    def declared(self, spot: Spot) -> Literal:
        """The names that ``properties`` and ``patternProperties`` of this very schema object match."""
        return self.universe.any(
            [
                self.universe.enum(spot.value.get("properties", ())),
                *(pattern_literal(self.universe, source) for source in spot.value.get("patternProperties", ())),
            ]
        )

    def lacks(self, name: str) -> Literal:
        """If the value is an object, it has no property of that name."""
        return self.universe.properties(self.universe.enum([name]), FALSE)
