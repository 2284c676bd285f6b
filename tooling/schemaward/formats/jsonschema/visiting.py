"""Where a validator goes: which schemas it looks at next, and with which part of the document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from schemaward.formats.jsonschema.dialects import unescape
from schemaward.formats.jsonschema.engine.recursion import referred
from schemaward.formats.jsonschema.sources import Sources, Spot

_SAME_VALUE = frozenset({"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "dependencies"})
_MEMBERS = frozenset({"patternProperties", "additionalProperties", "unevaluatedProperties"})
_ITEMS = frozenset({"items", "prefixItems", "additionalItems", "contains", "unevaluatedItems"})

Part: TypeAlias = "tuple[()] | tuple[str, str]"
"""Parts of any value: () for the value itself, or the keyword that chooses them with what stands below it."""
Step: TypeAlias = "tuple[str | int, ...] | None"
"""From a value to its part: () for the value itself, a name or an index, None for the name of a property."""


def next_visits(sources: Sources, spot: Spot, value: Any) -> Iterator[tuple[Spot, Any, Step]]:
    """The schemas that may be looked at after ``spot``, each with the part of ``value`` that it is held against."""
    if not isinstance(spot.value, dict):
        return
    for target in referred(sources, spot):
        yield target, value, ()
    for inner in sources.inner(spot):
        keyword, _, rest = inner.pointer[len(spot.pointer) + 1 :].partition("/")
        if keyword in _SAME_VALUE:
            yield inner, value, ()
        elif keyword in _ITEMS and isinstance(value, list):
            for index, item in enumerate(value):
                yield inner, item, (index,)
        elif isinstance(value, dict):
            yield from _members(inner, keyword, rest, value)


def next_schemas(sources: Sources, spot: Spot) -> Iterator[tuple[Spot, Part]]:
    """The schemas that may be looked at after ``spot`` with some value, each with the part of it."""
    if not isinstance(spot.value, dict):
        return
    for target in referred(sources, spot):
        yield target, ()
    for inner in sources.inner(spot):
        keyword, _, rest = inner.pointer[len(spot.pointer) + 1 :].partition("/")
        if keyword in _SAME_VALUE:
            yield inner, ()
        elif keyword in _ITEMS or keyword in _MEMBERS or keyword in ("properties", "propertyNames"):
            yield inner, (keyword, rest)


def _members(inner: Spot, keyword: str, name: str, value: dict[str, Any]) -> Iterator[tuple[Spot, Any, Step]]:
    if keyword == "properties":
        if unescape(name) in value:
            yield inner, value[unescape(name)], (unescape(name),)
    elif keyword in _MEMBERS:
        for other, member in value.items():
            yield inner, member, (other,)
    elif keyword == "propertyNames":
        for other in value:
            yield inner, other, None
