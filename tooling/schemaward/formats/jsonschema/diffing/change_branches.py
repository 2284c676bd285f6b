"""Which branch of an ``anyOf``, ``oneOf`` or ``allOf`` became which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from schemaward.formats.jsonschema.diffing.canonical import Node
from schemaward.formats.jsonschema.diffing.fingerprints import Fingerprints, plain

ALIKE = 0.25
"""From here on, two schemas are taken for versions of one another."""
_MOST_COMPARISONS = 10_000


def partners(old: Sequence[Node], new: Sequence[Node], prints: Fingerprints) -> list[tuple[int, int]]:
    """Pairs of indexes: first equal branches, then the most alike. The same pairs when the sides are swapped."""
    pairs = _equal(old, new, prints)
    taken_old, taken_new = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
    left_old = [index for index in range(len(old)) if index not in taken_old]
    left_new = [index for index in range(len(new)) if index not in taken_new]
    if len(left_old) * len(left_new) > _MOST_COMPARISONS:
        return sorted(pairs)
    features_old = {index: _features(old[index]) for index in left_old}
    features_new = {index: _features(new[index]) for index in left_new}
    scores = [
        (-score, max(i, j), min(i, j), i, j)
        for i in left_old
        for j in left_new
        if (score := likeness(features_old[i], features_new[j])) >= ALIKE
    ]
    # Ties go by both positions alike, so that no side is preferred.
    for *_, i, j in sorted(scores):
        if i not in taken_old and j not in taken_new:
            taken_old.add(i)
            taken_new.add(j)
            pairs.append((i, j))
    return sorted(pairs)


def alike(old: Node, new: Node) -> float:
    """How alike two schemas are, from 0 to 1."""
    return likeness(_features(old), _features(new))


def likeness(old: frozenset[Any], new: frozenset[Any]) -> float:
    """The share of common features. Tags that contradict each other say that nothing is common."""
    tags_old = {feature[1]: feature[2] for feature in old if feature[0] == "tag"}
    tags_new = {feature[1]: feature[2] for feature in new if feature[0] == "tag"}
    common = tags_old.keys() & tags_new.keys()
    if any(tags_old[name] != tags_new[name] for name in common):
        return 0.0
    if common:
        return 1.0
    if not old and not new:
        return 1.0
    return len(old & new) / len(old | new)


def _equal(old: Sequence[Node], new: Sequence[Node], prints: Fingerprints) -> list[tuple[int, int]]:
    waiting: dict[int, list[int]] = defaultdict(list)
    for index in reversed(range(len(new))):
        waiting[prints.of(new[index])].append(index)
    return [(index, waiting[key].pop()) for index, node in enumerate(old) if waiting[key := prints.of(node)]]


def _features(node: Node) -> frozenset[Any]:
    """What a branch is recognised by: its own words, the names of its properties, and tags with one value."""
    return frozenset(_own(node, "")) | frozenset(_of_properties(node))


def _of_properties(node: Node) -> Iterator[tuple[Any, ...]]:
    for name, child in node.keywords.get("properties", {}).items():
        yield ("property", name)
        enum = child.keywords.get("enum")
        if enum is not None and len(enum) == 1:
            yield ("tag", name, frozenset(enum))


def _own(node: Node, prefix: str) -> Iterator[tuple[Any, ...]]:
    if "/definitions/" in f"{node.pointer}/" or "/$defs/" in f"{node.pointer}/":
        yield ("definition", node.pointer.rpartition("/")[2])
    if isinstance(title := node.notes.get("title"), str):
        yield ("title", title)
    for name, value in node.keywords.items():
        if isinstance(value, (dict, list, Node)) and name not in ("enum", "dependentRequired"):
            yield (prefix + name,)
            if isinstance(value, Node) and not prefix:
                yield from _own(value, f"{name}/")
        elif name == "enum":
            yield from ((prefix + name, key) for key in list(value)[:50])
        elif name == "type":
            yield from ((prefix + name, word) for word in value)
        else:
            yield (prefix + name, plain(value))
