"""Where a JSON Schema says what data mean: annotations by their place in the data, behind all references."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from schemaward.formats.base import Schema
from schemaward.formats.jsonschema.dialects import escape
from schemaward.formats.jsonschema.diffing.canonical import Node, canonical, reachable
from schemaward.formats.jsonschema.structured.plain import parts_named
from schemaward.meaning import EMBEDDING, NAMES, Said, problem, steps
from schemaward.rules import finding
from schemaward.verdict import Finding

Group: TypeAlias = tuple[Node, ...]
"""The nodes that speak about the same value."""
Way: TypeAlias = tuple[str, str]
"""From a value to parts of it: a keyword, and the name, pattern or position below it."""

MOST_PLACES = 20_000
"""Places of the data that are compared; references that multiply could make more than anybody has time for."""

_LISTS = ("allOf", "anyOf", "oneOf")
_BRANCHES = ("then", "else")
_INSIDE = ("items", "additionalProperties", "contains", "unevaluatedItems", "unevaluatedProperties")


def problems(schema: Schema) -> Iterator[Finding]:
    """An annotation-invalid finding for each value that is none, or that contradicts the schema around it."""
    if not _may_say_something(schema):
        return
    for node in reachable(canonical(schema.parsed.value).root).values():
        for name in NAMES:
            if name in node.notes:
                wrong = problem(name, node.notes[name])
                if not wrong and name == EMBEDDING:
                    wrong = _contradiction(node, node.notes[name]["dimension"])
                if wrong:
                    pointer = node.sites[name]
                    place = schema.place(pointer)
                    yield finding("annotation-invalid", place, f"`{name}` {wrong}", pointer=pointer)


def conventions(old: Schema, new: Schema) -> Iterator[Finding]:
    """What the step from ``old`` to ``new`` changes or takes away of what the data mean."""
    if not _may_say_something(old):
        return
    compared = _Compared(new)
    yield from compared.places(canonical(old.parsed.value).root, canonical(new.parsed.value).root)


def _may_say_something(schema: Schema) -> bool:
    return any(f'"{name}":' in schema.identity for name in NAMES)


def _contradiction(node: Node, dimension: int) -> str:
    for bound, word in (("minItems", "at least"), ("maxItems", "at most")):
        count = node.keywords.get(bound)
        if count is not None and count != dimension:
            return f"has the dimension {dimension}, and the array has {word} {count} items"
    return ""


class _Compared:
    """Walks two schemas along the data that both describe."""

    def __init__(self, new: Schema) -> None:
        self.new = new
        self._seen: set[tuple[frozenset[int], frozenset[int]]] = set()
        self._told: set[tuple[str, str]] = set()

    def places(self, old: Node, new: Node) -> Iterator[Finding]:
        pending: list[tuple[Group, Group, str]] = [(_together([old]), _together([new]), "")]
        while pending:
            before, now, path = pending.pop()
            pair = (frozenset(map(id, before)), frozenset(map(id, now)))
            if pair in self._seen:
                continue
            if len(self._seen) >= MOST_PLACES:
                fact = f"annotations were compared at {MOST_PLACES:,} places of the data, and there are more"
                yield finding(
                    "annotation-invalid", self.new.place(""), fact, "Let fewer references lead to each other."
                )
                return
            self._seen.add(pair)
            yield from self._at(before, now, path)
            pending += [
                (_together(inner), _together(other), f"{path}/{name}")
                for name, inner, other in _inside(before, now)
                if other
            ]

    def _at(self, before: Group, now: Group, path: str) -> Iterator[Finding]:
        for step in steps(_said(before), _said(now)):
            pointer = next((node.sites[step.name] for node in now if step.name in node.notes), now[0].pointer)
            if (step.rule, pointer) not in self._told:  # a definition is used at many places
                self._told.add((step.rule, pointer))
                where = f' at "{path}"' if path else ""
                yield finding(step.rule, self.new.place(pointer), step.fact + where, pointer=pointer)


def _said(group: Group) -> Said:
    return {name: [node.notes[name] for node in group if name in node.notes] for name in NAMES}


def _together(nodes: Iterable[Node]) -> Group:
    """The nodes with all that speak about the same value, beside them or as one of several alternatives."""
    found: dict[int, Node] = {}
    pending = [*nodes][::-1]
    while pending:
        node = pending.pop()
        if id(node) not in found:
            found[id(node)] = node
            said: dict[str, Any] = node.keywords
            pending += [branch for word in _LISTS for branch in said.get(word, ())]
            pending += [said[word] for word in _BRANCHES if word in said]
            pending += said.get("dependentSchemas", {}).values()
    return tuple(found.values())


def _inside(before: Group, now: Group) -> Iterator[tuple[str, list[Node], list[Node]]]:
    """The parts of a value that the old schema speaks about: a name for the path, and what both sides say of it."""
    for keyword, key in dict.fromkeys(way for node in before for way in _ways(node)):
        old, new = ([part for node in side for part in _said_of(node, (keyword, key))] for side in (before, now))
        yield escape(key), old, new


def _ways(node: Node) -> Iterator[Way]:
    for keyword in ("properties", "patternProperties"):
        yield from ((keyword, name) for name in node.keywords.get(keyword, ()))
    yield from (("prefixItems", str(at)) for at in range(len(node.keywords.get("prefixItems", ()))))
    yield from ((keyword, "*") for keyword in _INSIDE if keyword in node.keywords)


def _said_of(node: Node, way: Way) -> Iterable[Node]:
    keyword, key = way
    said = node.keywords.get(keyword)
    if keyword == "properties":
        return parts_named(node, key)
    if said is None:
        return ()
    if keyword == "patternProperties":
        return [said[key]] if key in said else []
    return said[int(key) : int(key) + 1] if keyword == "prefixItems" else [said]
