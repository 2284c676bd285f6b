"""How much work a validator would have with a document, counted before it starts.

Validators follow every reference anew for every value. A few definitions that each refer to the next one nine times
make them look at more schemas than they ever will; counting the same with a memory takes no time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from schemaward.formats.jsonschema.dialects import unescape
from schemaward.formats.jsonschema.engine.recursion import referred
from schemaward.formats.jsonschema.engine.stacks import with_deep_stack
from schemaward.formats.jsonschema.sources import Sources, Spot

MOST = 2_000_000
"""Schemas that a validator may have to look at for one document: some ten seconds of the ``jsonschema`` package."""

_SAME_VALUE = frozenset({"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "dependencies"})
_MEMBERS = frozenset({"patternProperties", "additionalProperties", "unevaluatedProperties"})
_ITEMS = frozenset({"items", "prefixItems", "additionalItems", "contains", "unevaluatedItems"})

Key: TypeAlias = "tuple[str, str, int]"


def too_much(sources: Sources, root: Spot, value: Any) -> bool:
    """True when a validator would look at more than ``MOST`` schemas to validate ``value`` against ``root``."""
    if sources.plain(root.source) and not sources.references(root.source):
        return False
    return with_deep_stack(lambda: _looks(sources, root, value, {}) > MOST)


def _looks(sources: Sources, spot: Spot, value: Any, known: dict[Key, int]) -> int:
    key = (spot.source, spot.pointer, id(value))
    found = known.get(key)
    if found is None:
        known[key] = 0  # a reference that leads back to itself on one value is another matter (`ref-loop`)
        found = 1 + sum(_looks(sources, inner, part, known) for inner, part in _next(sources, spot, value))
        known[key] = found = min(found, MOST + 1)
    return found


def _next(sources: Sources, spot: Spot, value: Any) -> Iterator[tuple[Spot, Any]]:
    """The schemas that a validator goes on to, each with the value that it takes there."""
    if not isinstance(spot.value, dict):
        return
    for target in referred(sources, spot):
        yield target, value
    for inner in sources.inner(spot):
        keyword, _, rest = inner.pointer[len(spot.pointer) + 1 :].partition("/")
        if keyword in _SAME_VALUE:
            yield inner, value
        elif keyword in _ITEMS and isinstance(value, list):
            for item in value:
                yield inner, item
        elif isinstance(value, dict):
            yield from _members(inner, keyword, rest, value)


def _members(inner: Spot, keyword: str, name: str, value: dict[str, Any]) -> Iterator[tuple[Spot, Any]]:
    if keyword == "properties":
        if unescape(name) in value:
            yield inner, value[unescape(name)]
    elif keyword in _MEMBERS:
        for member in value.values():
            yield inner, member
    elif keyword == "propertyNames":
        for other in value:
            yield inner, other
