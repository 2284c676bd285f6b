"""Schemas that were written anew for the same data: their edits narrow and widen one by one, and cancel one another out.

Where edits may do so, their couple of schemas is asked for as a whole, then the couples around it, up to the nearest one
whose sides read each other. If that is said in other words itself, this is one change, and has no effect. If only its
parts are, which then do not matter, say in a union with a branch that takes anything, they are told as they are,
without an effect.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from schemaward.formats.jsonschema.diffing.canonical import Node
from schemaward.formats.jsonschema.diffing.change_edits import Edit
from schemaward.formats.jsonschema.diffing.change_effects import ACROSS, Judge
from schemaward.formats.jsonschema.diffing.change_kinds import ANNOTATIONS, Kind
from schemaward.verdict import Effect

Key: TypeAlias = tuple[int, int, bool]


@dataclass(frozen=True, slots=True)
class Judged:
    """A couple of schemas that differ: its own edits with their effects, and the keys of the couples below it."""

    old: Node
    new: Node
    told: tuple[tuple[Edit, Effect], ...]
    below: tuple[Key, ...]

    @property
    def troubled(self) -> bool:
        """True when an edit of its own has an effect, or may have one."""
        return any(effect is not Effect.NONE for _, effect in self.told)

    @property
    def doubtful(self) -> bool:
        """True when the edits, or those below, may cancel one another out."""
        if any(ACROSS & side.keywords.keys() for side in (self.old, self.new)):
            return True
        effects = {effect for _, effect in self.told}
        return bool(effects & {Effect.NARROWS, *_BOTH}) and bool(effects & {Effect.WIDENS, *_BOTH})


_BOTH = (Effect.BOTH, Effect.UNKNOWN)


def without_respellings(couples: Mapping[Key, Judged], root: Key, judge: Judge) -> Iterator[tuple[Edit, Effect]]:
    """The edits of all ``couples``, which lie below ``root``, with those told as one that make no difference together."""
    respelled = _respelled(couples, judge)
    outside = _reached(couples, root, respelled)
    for key in outside:
        if key not in respelled:
            yield from couples[key].told
            continue
        inside = [key, *(each for each in _reached(couples, key) if each not in outside)]
        edits = _as_one(couples[key], [edit for each in inside for edit, _ in couples[each].told])
        yield from ((edit, Effect.NONE) for edit in edits)


def _respelled(couples: Mapping[Key, Judged], judge: Judge) -> frozenset[Key]:
    """The nearest couples around edits with an effect that make no difference as a whole."""
    above: dict[Key, list[Key]] = {key: [] for key in couples}
    for key, couple in couples.items():
        for below in couple.below:
            above[below].append(key)
    queue = deque(key for key, couple in couples.items() if couple.troubled)
    seen: set[Key] = set()
    found: set[Key] = set()
    while queue:
        key = queue.popleft()
        if key in seen:
            continue
        seen.add(key)
        couple = couples[key]
        if couple.doubtful and judge.same(couple.old, couple.new):
            found.add(key)
        else:
            queue.extend(above[key])
    return frozenset(found)


def _reached(couples: Mapping[Key, Judged], start: Key, ends: frozenset[Key] = frozenset()) -> dict[Key, None]:
    """The couples that ``start`` leads to, itself included, and not beyond ``ends``; in the same order on every run."""
    found: dict[Key, None] = {}
    pending = [start] if start in couples else []
    while pending:
        key = pending.pop()
        if key not in found:
            found[key] = None
            pending.extend(() if key in ends else couples[key].below)
    return found


def _as_one(couple: Judged, inside: list[Edit]) -> Iterator[Edit]:
    """The edits inside a couple that makes no difference. Where it says something else itself, they are one, annotations apart."""
    own = any(edit.kind not in ANNOTATIONS for edit, _ in couple.told)
    steps = [edit for edit in inside if edit.kind not in ANNOTATIONS]
    yield from (edit for edit in inside if edit.kind in ANNOTATIONS)
    yield from [Edit(Kind.RESPELLED, couple.old.pointer, couple.new.pointer)] if own and len(steps) > 1 else steps
