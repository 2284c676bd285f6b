"""How much work a validator would have with a document, counted before it starts.

Validators follow every reference anew for every value. A few definitions that each refer to the next one nine times
make them look at more schemas than they ever will; counting the same with a memory takes no time.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from schemaward.formats.jsonschema.engine.recursion import referred
from schemaward.formats.jsonschema.engine.stacks import with_deep_stack
from schemaward.formats.jsonschema.sources import Sources, Spot
from schemaward.formats.jsonschema.visiting import next_visits

MOST = 2_000_000
"""Schemas that a validator may have to look at for one document: some ten seconds of the ``jsonschema`` package."""

_FEW = 10_000
"""Ways into a schema that are so few that a validator's work grows with the document and no faster."""

Key: TypeAlias = "tuple[str, str, int]"


def too_much(sources: Sources, root: Spot, value: Any) -> bool:
    """True when a validator would look at more than ``MOST`` schemas to validate ``value`` against ``root``."""
    if sources.targets(root.source) == frozenset():
        return False
    return with_deep_stack(lambda: _looks(sources, root, value, {}) > MOST)


def never_too_much(sources: Sources, root: Spot) -> bool:
    """True when it need not be counted for each document: its parts are looked at a few times each, whatever it is."""
    if sources.targets(root.source) == frozenset():
        return True
    try:
        return _ways(sources, root, {}) <= _FEW
    except RecursionError:
        return False


def _ways(sources: Sources, spot: Spot, known: dict[tuple[str, str], int]) -> int:
    """The number of paths down from ``spot``; too many where they lead around in a circle."""
    key = (spot.source, spot.pointer)
    if key not in known:
        known[key] = _FEW + 1
        below = (*referred(sources, spot), *sources.inner(spot)) if isinstance(spot.value, dict) else ()
        known[key] = min(_FEW + 1, 1 + sum(_ways(sources, inner, known) for inner in below))
    return known[key]


def _looks(sources: Sources, spot: Spot, value: Any, known: dict[Key, int]) -> int:
    key = (spot.source, spot.pointer, id(value))
    found = known.get(key)
    if found is None:
        known[key] = 0  # a reference that leads back to itself on one value is another matter (`ref-loop`)
        found = 1 + sum(_looks(sources, inner, part, known) for inner, part, _ in next_visits(sources, spot, value))
        known[key] = found = min(found, MOST + 1)
    return found
