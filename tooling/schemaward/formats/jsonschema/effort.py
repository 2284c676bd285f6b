"""How much work a validator would have with a document, counted before it starts.

Validators follow every reference anew for every value. A few definitions that each refer to the next one nine times
make them look at more schemas than they ever will; counting the same with a memory takes no time.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from schemaward.formats.jsonschema.engine.stacks import with_deep_stack
from schemaward.formats.jsonschema.sources import Sources, Spot
from schemaward.formats.jsonschema.visiting import Part, next_schemas, next_visits
from schemaward.syntax.limits import MAX_DEPTH

MOST = 2_000_000
"""Schemas that a validator may have to look at for one document: some ten seconds of the ``jsonschema`` package."""

_FEW = 10_000
"""Ways into a schema that are so few that a validator's work grows with the document and no faster."""

_MOST_SCHEMAS = 300
"""Schemas that are looked at to find out how many ways there are."""

Node: TypeAlias = "tuple[str, str]"
Graph: TypeAlias = "dict[Node, list[tuple[Node, Part]]]"
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
    graph = _graph(sources, root)
    try:
        return graph is not None and _ways(graph, (root.source, root.pointer), {}) <= _FEW
    except RecursionError:
        return False


def _graph(sources: Sources, root: Spot) -> Graph | None:
    """Where each schema leads, with the part of the value that goes there; None where there are too many schemas."""
    graph: Graph = {}
    pending = [root]
    while pending:
        spot = pending.pop()
        node = (spot.source, spot.pointer)
        if node not in graph:
            below = list(next_schemas(sources, spot))
            graph[node] = [((inner.source, inner.pointer), part) for inner, part in below]
            pending += [inner for inner, _ in below]
            if len(graph) > _MOST_SCHEMAS:
                return None
    return graph


def _ways(graph: Graph, node: Node, known: dict[Node, int]) -> int:
    """How often a validator may look at one part of a document below one look at ``node``, at most.

    Schemas that lead around in a circle look at each part once if none of them sends a part around twice. Where such a
    circle leads into another one, it does so on every level of the document.
    """
    if node not in known:
        behind = _reached(graph, node)
        circle = {each for each in behind if node in _reached(graph, each)} or {node}
        ways = 0
        for each in circle:
            around = [part for target, part in graph[each] if target in circle]
            if len(around) > 1 and not _apart(around):
                return _FEW + 1
            for target, _ in graph[each]:
                if target not in circle:
                    levels = MAX_DEPTH if node in behind and _leads_around(graph, target) else 1
                    ways += levels * _ways(graph, target, known)
        known.update(dict.fromkeys(circle, min(ways + len(circle), _FEW + 1)))
    return known[node]


def _leads_around(graph: Graph, start: Node) -> bool:
    return any(node in _reached(graph, node) for node in {start, *_reached(graph, start)})


def _reached(graph: Graph, start: Node) -> set[Node]:
    """The schemas that lie one step or more behind ``start``."""
    found: set[Node] = set()
    pending = [start]
    while pending:
        for target, _ in graph[pending.pop()]:
            if target not in found:
                found.add(target)
                pending.append(target)
    return found


def _apart(parts: list[Part]) -> bool:
    """Whether no value is in two of the parts: properties of different names, and those that are additional to them."""
    keywords = {part[0] if part else "" for part in parts}
    return len(set(parts)) == len(parts) and keywords <= {"properties", "additionalProperties"}


def _looks(sources: Sources, spot: Spot, value: Any, known: dict[Key, int]) -> int:
    key = (spot.source, spot.pointer, id(value))
    found = known.get(key)
    if found is None:
        known[key] = 0  # a reference that leads back to itself on one value is another matter (`ref-loop`)
        found = 1 + sum(_looks(sources, inner, part, known) for inner, part, _ in next_visits(sources, spot, value))
        known[key] = found = min(found, MOST + 1)
    return found
