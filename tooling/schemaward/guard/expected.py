"""What a JSON Schema says of the types of columns and of what is inside them, in whatever of its parts it says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias

from schemaward.formats.base import Schema
from schemaward.formats.jsonschema.dialects import MAPS, SINGLE, Draft, escape
from schemaward.formats.jsonschema.diffing.canonical_keywords import references
from schemaward.formats.jsonschema.sources import Sources, Spot

_DEEPEST = 50
"""References and combinations inside one another; what is further in says nothing."""
_NAMES = 1_024
_NULL = frozenset({"null"})
_EVERY = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
_TYPES = {type(None): "null", str: "string", list: "array", dict: "object"}


@dataclass(frozen=True, slots=True)
class Expected:
    """What is said of a value: its types, and what is said of its members, by name, and of its items, by None.

    ``sometimes`` is true of what only some alternatives or conditions say.
    """

    types: frozenset[str]
    inside: Inside
    sometimes: bool = False


Inside: TypeAlias = Callable[[str | None], Expected | None]

ANYTHING = Expected(_EVERY, lambda _name: None)
_NOTHING = Expected(frozenset(), lambda _name: None)


def expected_by(schema: Schema) -> Expected:
    """What a JSON Schema says of a record. It is read as far as it is asked for."""
    return _Reader(schema.parsed.sources).at(schema.parsed.root)


class _Reader:
    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._known: dict[tuple[str, str], Expected] = {}
        self._open: set[tuple[str, str]] = set()

    def at(self, spot: Spot, below: str = "") -> Expected:
        """What a schema says, or one below it."""
        if below:
            spot = self._sources.descend(spot, below)
        if not isinstance(spot.value, dict):
            return _NOTHING if spot.value is False else ANYTHING
        key = spot.source, spot.pointer
        if key not in self._known:
            if key in self._open or len(self._open) == _DEEPEST:
                return ANYTHING
            self._open.add(key)
            self._known[key] = self._whole(spot)
            self._open.remove(key)
        return self._known[key]

    def _whole(self, spot: Spot) -> Expected:
        schema = spot.value
        said = [self.at(self._sources.resolve(spot.base, ref)) for ref in references(schema, spot.draft)]
        if said and spot.draft.ref_hides_siblings:
            return said[0]
        said.append(Expected(_own_types(schema, spot.draft), self._inside(spot)))
        said += [self.at(spot, f"/allOf/{index}") for index in range(len(schema.get("allOf", ())))]
        for word in ("anyOf", "oneOf"):
            if word in schema:
                said.append(_either([self.at(spot, f"/{word}/{index}") for index in range(len(schema[word]))]))
        said += self._conditions(spot)
        rest = {"unevaluatedProperties", "unevaluatedItems"} & schema.keys() & SINGLE[spot.draft]
        return self._with_rest(spot, _both(said)) if rest else _both(said)

    def _conditions(self, spot: Spot) -> list[Expected]:
        schema, said = spot.value, []
        if "if" in schema and "if" in SINGLE[spot.draft]:
            said.append(
                _either([self.at(spot, f"/{word}") if word in schema else ANYTHING for word in ("then", "else")])
            )
        for word in {"dependencies", "dependentSchemas"} & schema.keys() & {"dependencies", *MAPS[spot.draft]}:
            said += [_either([self.at(spot, f"/{word}/{escape(name)}"), ANYTHING]) for name in schema[word]]
        return said

    def _inside(self, spot: Spot) -> Inside:
        """What a schema says of members and items without the help of others."""
        named, patterns = spot.value.get("properties", {}), spot.value.get("patternProperties", {})

        @lru_cache(_NAMES)
        def inside(name: str | None) -> Expected | None:
            if name is None:
                return self._rest(spot, "items")
            found = [f"/properties/{escape(name)}"] if name in named else []
            found += [f"/patternProperties/{escape(each)}" for each in patterns if _matcher(each)(name)]
            return _both([self.at(spot, each) for each in found]) if found else self._rest(spot, "additionalProperties")

        return inside

    def _with_rest(self, spot: Spot, said: Expected) -> Expected:
        """With what is said of all that nothing else speaks of."""

        def inside(name: str | None) -> Expected | None:
            return said.inside(name) or self._rest(
                spot, "unevaluatedItems" if name is None else "unevaluatedProperties"
            )

        return Expected(said.types, inside, said.sometimes)

    def _rest(self, spot: Spot, word: str) -> Expected | None:
        schema = spot.value.get(word)
        return self.at(spot, f"/{word}") if schema is False or (schema and isinstance(schema, dict)) else None


def _own_types(schema: dict[str, Any], draft: Draft) -> frozenset[str]:
    types = schema.get("type", _EVERY)
    types = frozenset({types} if isinstance(types, str) else types)
    if "number" in types:
        types |= {"integer"}
    if isinstance(schema.get("enum"), list):
        types &= frozenset().union(*map(_types_of, schema["enum"]))
    if "const" in schema and draft >= Draft.DRAFT6:
        types &= _types_of(schema["const"])
    return types


def _types_of(value: Any) -> frozenset[str]:
    if isinstance(value, (int, float, Decimal)):
        return frozenset({"boolean"} if isinstance(value, bool) else {"integer", "number"})
    return frozenset({_TYPES[type(value)]})


def _both(said: Sequence[Expected]) -> Expected:
    """All of it holds. What is only said sometimes does not take away null, since it need not hold where that stands."""
    if len(said) == 1:
        return said[0]
    sometimes = all(each.sometimes for each in said)
    kept = frozenset() if sometimes else _NULL
    types = _EVERY.intersection(*(each.types | kept if each.sometimes else each.types for each in said))

    @lru_cache(_NAMES)
    def inside(name: str | None) -> Expected | None:
        found = _speaking(said, name)
        return _both(found) if found else None

    return Expected(types, inside, sometimes)


def _either(said: Sequence[Expected], sometimes: bool = False) -> Expected:
    """One of it holds; what some of it does not speak of is left to the others."""

    @lru_cache(_NAMES)
    def inside(name: str | None) -> Expected | None:
        found = _speaking(said, name)
        return _either(found, sometimes or len(found) < len(said)) if found else None

    types = frozenset().union(*(each.types for each in said))
    return Expected(types, inside, sometimes or any(each.sometimes for each in said))


def _speaking(said: Sequence[Expected], name: str | None) -> list[Expected]:
    return [found for each in said if (found := each.inside(name)) is not None]


@lru_cache(_NAMES)
def _matcher(pattern: str) -> Callable[[str], bool]:
    """By the engine that decides, so that a name has the schemas by which it is judged."""
    import jsonschema_rs

    matches: Callable[[str], bool] = jsonschema_rs.validator_for({"pattern": pattern}).is_valid
    return matches
