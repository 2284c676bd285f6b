"""The semantic diff of two JSON Schemas: what changed, where, and what it does to the accepted documents.

Both schemas are brought to a canonical form (``canonical``), in which order, names of definitions, ``$ref``, drafts and
wrappers make no difference; then the two graphs are walked together. The walk is our own: deepdiff compares trees, so that a definition would
be reported once for each use, references that double would never end, and beyond some 300 levels it exceeds the stack. It serves inside
annotations, which are plain data (``change_notes``).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from schemaward.formats.jsonschema.dialects import Draft
from schemaward.formats.jsonschema.diffing.canonical import Graph, Node, canonical, reachable
from schemaward.formats.jsonschema.diffing.change_edits import Couple, Edit, Sides, name_edits, value_edits
from schemaward.formats.jsonschema.diffing.change_effects import WORK_ON_WHOLES, CanRead, Judge
from schemaward.formats.jsonschema.diffing.change_kinds import Kind
from schemaward.formats.jsonschema.diffing.change_notes import counting, note_edits
from schemaward.formats.jsonschema.diffing.change_parts import (
    Parts,
    as_composition,
    compositions,
    guards,
    maps,
    properties,
    renames,
    singles,
    tuples,
    turning,
)
from schemaward.formats.jsonschema.diffing.change_respellings import Judged, Key, without_respellings
from schemaward.formats.jsonschema.diffing.fingerprints import fingerprints
from schemaward.formats.jsonschema.diffing.rendering import UnrenderableError, render
from schemaward.model import Place
from schemaward.verdict import Change, Effect

PlaceOf: TypeAlias = Callable[[str], Place]
_MOST_COUPLES = 30_000


def changes(
    old: Any,
    new: Any,
    *,
    can_read: CanRead,
    old_place: PlaceOf | None = None,
    new_place: PlaceOf | None = None,
) -> tuple[Change, ...]:
    """The semantic changes from schema ``old`` to schema ``new``, both parsed and self-contained.

    Empty exactly when the canonical forms are equal. ``can_read(reader, writer)`` answers for two schemas and gives each
    change its effect. ``old_place`` and ``new_place`` turn a pointer into a place in the author's file. The
    changes come in the order of their places: first those in the new document, then what is gone from the old one.
    """
    sides = _sides(canonical(old), canonical(new))
    judge = Judge(can_read)
    walk = _Walk(sides)
    root = walk.compare(sides.old.root, sides.new.root)
    draft = _draft_change(sides, judge)
    edits = without_respellings(walk.judged(judge), root, Judge(can_read, WORK_ON_WHOLES))
    found = [*draft, *edits, *_unreachable(walk)]
    return _presented(found, sides, old_place, new_place)


def _sides(old: Graph, new: Graph) -> Sides:
    return Sides(old, new, fingerprints((*old.nodes, *new.nodes)))


@dataclass(frozen=True, slots=True)
class _Task:
    """Two schemas to compare. ``node`` is the old one in the graph, ``anchor`` the schema around it to be judged."""

    old: Node
    new: Node
    node: Node
    anchor: Node

    @property
    def key(self) -> Key:
        """The same for what is compared once: a couple by itself, and a couple for what is around it."""
        return id(self.old), id(self.new), self.anchor is self.node


@dataclass(frozen=True, slots=True)
class _Visit:
    """What was found on a couple: the edits, which begin at ``keywords`` of the old schema, and the couples below."""

    task: _Task
    keywords: dict[str, Any]
    edits: list[Edit]
    below: list[_Task]


@dataclass(slots=True)
class _Walk:
    """Walks two graphs together, which ends, since each couple of nodes is compared once for itself and once for others.

    A schema that is used in two ways, itself and below ``not``, has both effects.
    """

    sides: Sides
    found: dict[Key, _Visit] = field(default_factory=dict)

    def compare(self, old: Node, new: Node) -> Key:
        """Compare two nodes and all that they lead to; returns the key of their couple."""
        start = _Task(old, new, old, old)
        queue = deque([start] if self._differ(start) else [])
        while queue:
            task = queue.popleft()
            if task.key in self.found:
                continue
            if len(self.found) >= _MOST_COUPLES:
                edit = Edit(Kind.NOT_COMPARED, task.old.pointer, task.new.pointer, {"reference": ""})
                self.found[task.key] = _Visit(task, task.old.keywords, [edit], [])
                break
            self.found[task.key] = visit = self._couple(task)
            queue.extend(visit.below)
        return start.key

    def _differ(self, task: _Task) -> bool:
        return not self.sides.prints.same(task.old, task.new)

    def _couple(self, task: _Task) -> _Visit:
        """The edits of one couple, and the couples below it that differ."""
        old, new, anchor = task.old, task.new, task.anchor
        couple = as_composition(Couple(old, new, self.sides))
        edits, pairs = _compared(couple)
        below = []
        for keyword, before, after in pairs:
            if couple.old is not old:
                # The only branch of the composition that stands in for ``old`` is ``old`` itself.
                below.append(_Task(before, after, task.node, anchor))
            elif anchor is not task.node or turning(old, keyword) or turning(new, keyword):
                below.append(_Task(before, after, before, anchor))
            else:
                below.append(_Task(before, after, before, before))
        edits = list(counting(couple, [*note_edits(couple), *edits]))
        return _Visit(task, couple.old.keywords, edits, [each for each in below if self._differ(each)])

    def judged(self, judge: Judge) -> dict[Key, Judged]:
        """All couples and their edits with their effects."""
        return {key: self._judged(visit, judge) for key, visit in self.found.items()}

    def _judged(self, visit: _Visit, judge: Judge) -> Judged:
        task = visit.task
        effects = judge.effects(task.node, visit.keywords, task.anchor, visit.edits)
        below = tuple(each.key for each in visit.below if each.key in self.found)
        return Judged(task.old, task.new, tuple(zip(visit.edits, effects, strict=True)), below)


def _compared(couple: Couple) -> tuple[list[Edit], list[tuple[str, Node, Node]]]:
    """The edits of one couple in the order in which they apply, and the couples below it."""
    old, new = couple.old, couple.new
    if old.never and new.never:
        return [], []
    if old.never or new.never:
        kind = Kind.VALUE_ALLOWED if old.never else Kind.VALUE_FORBIDDEN
        return [Edit(kind, old.pointer, new.pointer, {"never": new.never} | new.keywords)], []
    renamed = renames(couple)
    opening, other = singles(couple)
    objects = properties(couple, renamed)
    rest: list[Parts] = [maps(couple), tuples(couple), guards(couple), compositions(couple), other]
    names = list(name_edits(couple, renamed))
    # What is no longer asked for goes first: without its property, nothing would pass in between, and no edit had an effect.
    freed = [] if renamed else [each for each in names if each.kind in (Kind.REQUIRED_REMOVED, Kind.DEPENDENCY_REMOVED)]
    edits = [*opening.edits, *value_edits(couple), *freed, *objects.edits]
    edits += [each for each in names if each not in freed]
    edits += [edit for part in rest for edit in part.edits]
    return edits, [*objects.pairs, *(pair for part in rest for pair in part.pairs)]


def _draft_change(sides: Sides, judge: Judge) -> list[tuple[Edit, Effect]]:
    """The change of ``$schema``. Of all drafts, only Draft-04 reads the same canonical schema differently: 1.0 is no integer."""
    old, new = sides.old, sides.new
    if old.draft is new.draft:
        return []
    edit = Edit(Kind.DRAFT_CHANGED, _schema_site(old), _schema_site(new), {}, (old.draft.title, new.draft.title))
    if Draft.DRAFT4 not in (old.draft, new.draft):
        return [(edit, Effect.NONE)]
    graph = old if old.draft is Draft.DRAFT4 else new
    try:
        modern, size = render(graph.root, {}, judge.work)
    except UnrenderableError:
        return [(edit, Effect.UNKNOWN)]
    before, after = (graph.value, modern) if graph is old else (modern, graph.value)
    return [(edit, judge.compare(before, after, 2 * size))]


def _schema_site(graph: Graph) -> str | None:
    return "/$schema" if isinstance(graph.value, dict) and "$schema" in graph.value else None


def _unreachable(walk: _Walk) -> list[tuple[Edit, Effect]]:
    """Changes of definitions that nothing refers to: facts without an effect."""
    sides = walk.sides
    old, new = _loose(sides.old), _loose(sides.new)
    prints = {sides.prints.of(node) for node in new.values()} & {sides.prints.of(node) for node in old.values()}
    seen = len(walk.found)
    found: list[tuple[Edit, Effect]] = []
    for name in [*old, *(name for name in new if name not in old)]:
        before, after = old.get(name), new.get(name)
        if before is not None and after is not None:
            walk.compare(before, after)
        elif before is not None and sides.prints.of(before) not in prints and name not in _names(sides.new):
            found.append((Edit(Kind.DEFINITION_REMOVED, before.pointer, None), Effect.NONE))
        elif after is not None and sides.prints.of(after) not in prints and name not in _names(sides.old):
            found.append((Edit(Kind.DEFINITION_ADDED, None, after.pointer), Effect.NONE))
    found += [(edit, Effect.NONE) for visit in list(walk.found.values())[seen:] for edit in visit.edits]
    return found


def _names(graph: Graph) -> set[str]:
    return {pointer.rpartition("/")[2] for pointer in graph.definitions}


def _loose(graph: Graph) -> dict[str, Node]:
    """Definitions that the root does not lead to, by name."""
    used = reachable(graph.root)
    return {pointer.rpartition("/")[2]: node for pointer, node in graph.definitions.items() if id(node) not in used}


def _presented(
    found: list[tuple[Edit, Effect]], sides: Sides, old_place: PlaceOf | None, new_place: PlaceOf | None
) -> tuple[Change, ...]:
    """Edits as changes, each fact once, in the order of the documents."""
    made: dict[tuple[Any, ...], Change] = {}
    for edit, effect in found:
        gone = edit.new is None
        pointer = (edit.old if gone else edit.new) or ""
        place_of = old_place if gone else new_place
        old, new = edit.values or (
            sides.old.at(edit.old) if edit.old is not None else None,
            sides.new.at(edit.new) if edit.new is not None else None,
        )
        key = (edit.kind, edit.old, edit.new, repr(old), repr(new))
        if key in made:
            made[key] = replace(made[key], effect=_together(made[key].effect, effect))
        else:
            place = place_of(pointer) if place_of else None
            made[key] = Change(edit.kind.value, pointer, effect, old, new, place, "old" if gone else "new")
    return tuple(sorted(made.values(), key=_order))


def _together(one: Effect, other: Effect) -> Effect:
    """The effect of one change in two places."""
    if Effect.NONE in (one, other) or one is other:
        return other if one is Effect.NONE else one
    return Effect.UNKNOWN if Effect.UNKNOWN in (one, other) else Effect.BOTH


def _order(change: Change) -> tuple[Any, ...]:
    place = change.place or Place("")
    return (change.side == "old", place.path, place.line, place.column, change.pointer, change.kind)
