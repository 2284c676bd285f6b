"""Changes of annotations: what a schema says without asserting it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from schemaward.formats.jsonschema.dialects import escape
from schemaward.formats.jsonschema.diffing.change_edits import Couple, Edit, is_under, says
from schemaward.formats.jsonschema.diffing.change_kinds import ANNOTATIONS, Kind
from schemaward.formats.jsonschema.engine.formulas import value_key

_ELEMENTS = {
    "title": "title",
    "description": "description",
    "default": "default",
    "examples": "examples",
    "$comment": "comment",
    "$id": "identifier",
}
_MOST_VALUES = 2_000
_MOST_DEPTH = 40


def note_edits(couple: Couple) -> Iterator[Edit]:
    """One edit for each annotation that came, went or changed; for nested ones, for each value inside that did."""
    old, new = couple.old.notes, couple.new.notes
    for name in [*old, *(name for name in new if name not in old)]:
        element = _ELEMENTS.get(name, "annotation")
        if name not in new:
            yield couple.edit(Kind(f"{element}-removed"), name, {})
        elif name not in old:
            yield couple.edit(Kind(f"{element}-added"), name, {})
        elif value_key(old[name]) != value_key(new[name]):
            kind = Kind(f"{element}-changed")
            for path, before, after in _inner(old[name], new[name]):
                sites = (couple.old.sites[name] + path, couple.new.sites[name] + path)
                yield Edit(kind, *sites, {}, (before, after))


def counting(couple: Couple, edits: Iterable[Edit]) -> Iterator[Edit]:
    """The ``edits`` of a couple, where a keyword that one side asserts and the other ignores is one change.

    A draft ignores what later ones assert, and up to Draft-07 what stands beside ``$ref``: no annotation came or went.
    """
    old, new = couple.old, couple.new
    counted = [name for name in old.notes if name not in new.notes and says(new, name)]
    ignored = [name for name in new.notes if name not in old.notes and says(old, name)]
    noted = {old.sites[name] for name in counted} | {new.sites[name] for name in ignored}
    for edit in edits:
        if edit.kind in ANNOTATIONS:
            if (edit.old if edit.new is None else edit.new) not in noted:
                yield edit
        elif any(is_under(edit.new, new, name) for name in counted):
            yield replace(edit, kind=Kind.KEYWORD_COUNTED, old=None)
        elif any(is_under(edit.old, old, name) for name in ignored):
            yield replace(edit, kind=Kind.KEYWORD_IGNORED, new=None)
        else:
            yield edit


def _inner(old: Any, new: Any) -> list[tuple[str, Any, Any]]:
    """The places at which two unequal JSON values differ: pointer, old and new value (None for nothing there)."""
    whole = [("", old, new)]
    if type(old) is not type(new) or not isinstance(old, dict) or not (_small(old) and _small(new)):
        return whole
    from deepdiff import DeepDiff

    found = []
    for group in DeepDiff(old, new, view="tree", ignore_numeric_type_changes=True, threshold_to_diff_deeper=0).values():
        for level in group:
            path = "".join(f"/{escape(str(step))}" for step in level.path(output_format="list"))
            found.append((path, _json(level.t1), _json(level.t2)))
    return sorted(found, key=lambda one: one[0]) or whole


def _json(value: Any) -> Any:
    """A value of a deepdiff level; deepdiff has an object of its own for what is not there."""
    return value if isinstance(value, (str, int, float, Decimal, list, dict)) else None


def _small(value: Any) -> bool:
    """True when deepdiff, which recurses and compares lists in quadratic time, is safe to use."""
    stack, count = [(value, 0)], 0
    while stack:
        current, depth = stack.pop()
        count += 1
        if count > _MOST_VALUES or depth > _MOST_DEPTH:
            return False
        inside = current.values() if isinstance(current, dict) else current if isinstance(current, list) else ()
        stack.extend((member, depth + 1) for member in inside)
    return True
