"""Where a JSON Schema says what data mean: annotations by their place in the data, behind all references."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from schemaward.formats.base import Schema
from schemaward.formats.jsonschema.dialects import escape
from schemaward.formats.jsonschema.diffing.canonical import Node, canonical, reachable
from schemaward.formats.jsonschema.parts import Group, names, parts_at, parts_named, positions, together
from schemaward.meaning import EMBEDDING, NAMES, PERSONAL_DATA, Said, problem, steps
from schemaward.rules import finding
from schemaward.verdict import Finding

MOST_PLACES = 20_000
"""Places of the data that are compared; references that multiply could make more than anybody has time for."""


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


class _Place(NamedTuple):
    """A place of the data: what both sides say about it, its path, and where the new schema speaks of it at last."""

    before: Group
    now: Group
    path: str
    pointer: str


class _Compared:
    """Walks two schemas along the data that either describes."""

    def __init__(self, new: Schema) -> None:
        self.new = new
        self._seen: set[tuple[frozenset[int], frozenset[int]]] = set()
        self._told: set[tuple[str, ...]] = set()

    def places(self, old: Node, new: Node) -> Iterator[Finding]:
        pending = [_Place(together([old]), together([new]), "", new.pointer)]
        while pending:
            place = pending.pop()
            pair = (frozenset(map(id, place.before)), frozenset(map(id, place.now)))
            if pair in self._seen:
                continue
            if len(self._seen) >= MOST_PLACES:
                fact = f"annotations were compared at {MOST_PLACES:,} places of the data, and there are more"
                yield finding(
                    "annotation-invalid", self.new.place(""), fact, "Let fewer references lead to each other."
                )
                return
            self._seen.add(pair)
            yield from self._at(place)
            pending += [*_below(place)][::-1]  # in the order of the file

    def _at(self, place: _Place) -> Iterator[Finding]:
        before, now = _said(place.before), _said(place.now)
        if not place.now:  # what nobody describes any more has no unit that readers rely on, but may be personal still
            before = {PERSONAL_DATA: before[PERSONAL_DATA]}
        for step in steps(before, now):
            saying = [node for node in place.now if step.name in node.notes]
            saying.sort(key=lambda node: node.notes[step.name] in before[step.name])
            pointer = saying[0].sites[step.name] if saying else place.pointer
            # A definition is used at many places, and told of once.
            key = (step.rule, pointer, "" if place.now else place.path)
            if key not in self._told:
                self._told.add(key)
                where = f' at "{place.path}"' if place.path else ""
                yield finding(step.rule, self.new.place(pointer), step.fact + where, pointer=pointer)


def _said(group: Group) -> Said:
    return {name: [node.notes[name] for node in group if name in node.notes] for name in NAMES}


def _below(place: _Place) -> Iterator[_Place]:
    """The parts of a value that the old schema speaks about, where the new one allows them."""
    for word, old, new in _parts(place.before, place.now):
        if old and not any(node.never for node in (*old, *new)):
            now = together(new)
            pointer = now[0].pointer if now else place.pointer
            yield _Place(together(old), now, f"{place.path}/{escape(word)}", pointer)


def _parts(before: Group, now: Group) -> Iterator[tuple[str, list[Node], list[Node]]]:
    """Each part of a value that either side names, by its own words: a word for it, and what both say of it."""
    both = (*before, *now)
    last = positions(both)
    ways: list[tuple[str, Callable[[Group], list[Node]]]] = [
        *((word, partial(_named, name)) for name, word in names(both).items()),
        *(("*" if at == last else str(at), partial(_at, at)) for at in range(last + 1)),
        ("*", _contained),
    ]
    for word, said in ways:
        yield word, said(before), said(now)


def _named(name: str, group: Group) -> list[Node]:
    return _or_rest([part for node in group for part in parts_named(node, name)], group, "unevaluatedProperties")


def _at(position: int, group: Group) -> list[Node]:
    return _or_rest([part for node in group for part in parts_at(node, position)], group, "unevaluatedItems")


def _or_rest(found: list[Node], group: Group, rest: str) -> list[Node]:
    return found or [node.keywords[rest] for node in group if rest in node.keywords]


def _contained(group: Group) -> list[Node]:
    return [node.keywords["contains"] for node in group if "contains" in node.keywords]
