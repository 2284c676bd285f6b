"""Fingerprints of canonical schemas: equal for schemas that mean and say the same, whatever they are called.

Nodes that lead into no cycle get an exact fingerprint, from the leaves up. A node that leads into a cycle gets the
fingerprint of its unfolding to a fixed depth, which does not depend on how the cycle is written. Fingerprints only
choose partners (branches, renamed properties) and skip what is equal for certain; the comparison itself walks both graphs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from schemaward.formats.jsonschema.diffing.canonical import Node, children
from schemaward.formats.jsonschema.engine.formulas import value_key

Numbers: TypeAlias = dict[Hashable, int]

_DEPTH = 12
_UNORDERED = frozenset(("allOf", "anyOf", "oneOf"))


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """``prints`` maps the ``id`` of a node to its fingerprint; ``exact`` holds the ids of nodes outside of cycles."""

    prints: dict[int, int]
    exact: frozenset[int]

    def of(self, node: Node) -> int:
        """The fingerprint of a node; a node that was made on the way is like no other."""
        return self.prints.get(id(node), -id(node))

    def same(self, one: Node, other: Node) -> bool:
        """True when both are certainly equal, annotations included."""
        return self.of(one) == self.of(other) and id(one) in self.exact and id(other) in self.exact


def fingerprints(nodes: Iterable[Node]) -> Fingerprints:
    """The fingerprints of all ``nodes``, which must be closed under their subschemas."""
    every = list(nodes)
    numbers: Numbers = {}
    local = {id(node): _local(node, numbers) for node in every}
    ordered = _leaves_first(every)
    prints: dict[int, int] = {}
    for node in ordered:
        prints[id(node)] = _combined(node, local, prints, numbers)
    exact = frozenset(prints)
    cyclic = [node for node in every if id(node) not in exact]
    prints |= {id(node): local[id(node)] for node in cyclic}
    for _ in range(_DEPTH):
        prints |= {id(node): _combined(node, local, prints, numbers) for node in cyclic}
    return Fingerprints(prints, exact)


def _leaves_first(nodes: list[Node]) -> list[Node]:
    """The nodes that lead into no cycle, each after its subschemas."""
    parents: dict[int, list[Node]] = {id(node): [] for node in nodes}
    waiting: dict[int, int] = {}
    for node in nodes:
        below = children(node)
        waiting[id(node)] = len(below)
        for child in below:
            parents[id(child)].append(node)
    ready = deque(node for node in nodes if not waiting[id(node)])
    ordered = []
    while ready:
        node = ready.popleft()
        ordered.append(node)
        for parent in parents[id(node)]:
            waiting[id(parent)] -= 1
            if not waiting[id(parent)]:
                ready.append(parent)
    return ordered


def _number(content: Hashable, numbers: Numbers) -> int:
    """One number for one content: a hash would be the same for -1 and -2."""
    return numbers.setdefault(content, len(numbers))


def _local(node: Node, numbers: Numbers) -> int:
    """What a node says by itself."""
    said = frozenset((name, plain(value)) for name, value in node.keywords.items() if not _holds_nodes(value))
    noted = frozenset((name, value_key(value)) for name, value in node.notes.items())
    return _number((said, noted), numbers)


def _holds_nodes(value: Any) -> bool:
    if isinstance(value, dict):
        return any(isinstance(member, Node) for member in value.values())
    return isinstance(value, (Node, list))


def plain(value: Any) -> Any:
    """A hashable form of the data of a canonical keyword."""
    if isinstance(value, frozenset):
        return value
    if isinstance(value, tuple):
        return (value_key(value[0]), value[1])
    if isinstance(value, dict):  # enum: its keys say all; dependentRequired: names to sets
        return frozenset(value) if all(isinstance(key, tuple) for key in value) else frozenset(value.items())
    return value_key(value)


def _combined(node: Node, local: dict[int, int], prints: dict[int, int], numbers: Numbers) -> int:
    """The fingerprint of a node from those of its subschemas."""
    parts: list[Any] = []
    for name, value in node.keywords.items():
        if not _holds_nodes(value):
            continue
        if isinstance(value, Node):
            parts.append((name, prints[id(value)]))
        elif isinstance(value, dict):
            parts.append((name, frozenset((key, prints[id(child)]) for key, child in value.items())))
        else:
            found = [prints[id(child)] for child in value]
            parts.append((name, tuple(sorted(found) if name in _UNORDERED else found)))
    return _number((local[id(node)], frozenset(parts)), numbers)
