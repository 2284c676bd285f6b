"""What could be edited: each step from the old schema to the new one, undone, and gentler ways to the same end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from schemaward.formats.jsonschema.dialects import escape
from schemaward.syntax.numbers import json_text
from schemaward.syntax.patches import PatchError, at, parent
from schemaward.syntax.places import tokens_of
from schemaward.verdict import Change, Edit

_BAGS = frozenset({"required", "enum", "type", "anyOf", "oneOf", "allOf"})
"""Keywords whose value is a list in which order means nothing."""
_WORDS = frozenset({"title", "description", "$comment", "default", "examples", "deprecated", "readOnly", "writeOnly"})
"""Keywords that assert nothing."""

_IN_TURN = (
    frozenset({"minimum", "exclusiveMinimum"}),
    frozenset({"maximum", "exclusiveMaximum"}),
    frozenset({"pattern", "format"}),
    frozenset({"anyOf", "oneOf"}),
)
"""Keywords that do each other's work."""
_WHOLE = frozenset({"type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref", "properties"})
"""Keywords that may do the work of all others."""
_MAPS = frozenset({"properties", "patternProperties", "definitions", "$defs", "dependentSchemas", "dependencies"})

_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Candidate:
    """One step that can be undone. ``gentler`` are edits that may do instead, the gentlest first."""

    undo: Edit
    weight: int
    gentler: tuple[tuple[Edit, ...], ...] = ()


def from_changes(changes: Iterable[Change], new: Any) -> list[Candidate]:
    """Semantic changes, undone where they happened in the new document ``new``; others are left out."""
    found: dict[tuple[str, str], Edit] = {}
    for change in changes:
        for edit in _undone(change, new):
            key = (edit.pointer, "" if tokens_of(edit.pointer)[-1] in _BAGS else json_text(edit.value))
            found[key] = _joined(found[key], edit) if key in found else edit
    return [_candidate(edit, new) for edit in found.values()]


def touched(candidates: Iterable[Candidate], old: Any, new: Any) -> list[Candidate]:
    """The candidates where the new document differs from the old one: any other edit would only lead away from it."""

    def same(edit: Edit) -> bool:
        pointer = parent(edit.pointer) if edit.operation == "add" else edit.pointer
        before = _there(old, pointer)
        return before is not _NOTHING and json_text(before) == json_text(at(new, pointer))

    return [each for each in candidates if not same(each.undo)]


def companions(edit: Edit, differences: Iterable[Candidate]) -> list[Edit]:
    """What is undone with ``edit``, so that its schema says in the old words what it would no longer say in the new."""
    above, _, name = edit.pointer.rpartition("/")
    if above.rpartition("/")[2] in _MAPS:
        return []
    beside = [each.undo for each in differences if parent(each.undo.pointer) == above]
    return [each for each in beside if _replaces(each, tokens_of(each.pointer)[-1], edit, name)]


def _replaces(one: Edit, word: str, other: Edit, name: str) -> bool:
    if {one.operation, other.operation} != {"add", "remove"}:
        return False
    whole = other.operation == "remove" and name in _WHOLE and word not in _WORDS
    return whole or any({word, name} <= group for group in _IN_TURN)


def from_documents(old: Any, new: Any) -> list[Candidate]:
    """Every place at which two documents differ; all of them undone make the old document.

    None when that would take the new document as a whole.
    """
    return [_candidate(edit, new) for edit in _differences(old, new, "") if edit.pointer]


def _joined(one: Edit, other: Edit) -> Edit:
    """Two edits that bring back one list, each with a member of it."""
    if isinstance(one.value, list) and isinstance(other.value, list) and one != other:
        return replace(one, value=[*one.value, *other.value])
    return one


def _undone(change: Change, new: Any) -> Iterator[Edit]:
    if not change.pointer:
        return
    above = parent(change.pointer)
    holder = _there(new, above)
    if change.side == "old":
        yield from _restored(change, holder, _there(new, parent(above)))
    elif _there(new, change.pointer) is _NOTHING:
        return
    elif change.kind == "property-renamed":
        yield Edit(change.pointer, "remove")
        yield Edit(f"{above}/{escape(str(change.old))}", "add", at(new, change.pointer))
    elif isinstance(holder, list) or change.old is None:
        yield Edit(change.pointer, "remove")
    else:
        yield Edit(change.pointer, "replace", change.old)


def _restored(change: Change, holder: Any, around: Any) -> Iterator[Edit]:
    """What is gone, back in its place: in a list at the end, in one of its own where the list went with it."""
    above = parent(change.pointer)
    if isinstance(holder, list):
        yield Edit(f"{above}/-", "add", change.old)
    elif isinstance(holder, dict) and tokens_of(change.pointer)[-1] not in holder:
        yield Edit(change.pointer, "add", change.old)
    elif holder is _NOTHING and isinstance(around, dict) and tokens_of(above)[-1] in _BAGS:
        yield Edit(above, "add", [change.old])


def _there(value: Any, pointer: str) -> Any:
    try:
        return at(value, pointer)
    except PatchError:
        return _NOTHING


def _differences(old: Any, new: Any, pointer: str) -> Iterator[Edit]:
    """The edits that lead from ``new`` to ``old``, each as deep in the document as it goes."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in [*new, *(name for name in old if name not in new)]:
            below = f"{pointer}/{escape(name)}"
            if name not in old:
                yield Edit(below, "remove")
            elif name not in new:
                yield Edit(below, "add", old[name])
            else:
                yield from _differences(old[name], new[name], below)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _list_differences(old, new, pointer)
    elif json_text(old) != json_text(new):
        yield Edit(pointer, "replace", old)


def _list_differences(old: list[Any], new: list[Any], pointer: str) -> Iterator[Edit]:
    keyword = pointer.rpartition("/")[2]
    if len(old) == len(new) and not (keyword in _BAGS and any(isinstance(item, str) for item in old)):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from _differences(before, after, f"{pointer}/{index}")
    elif keyword in _BAGS and keyword != "type":
        known, written = {json_text(item) for item in old}, {json_text(item) for item in new}
        yield from (Edit(f"{pointer}/{i}", "remove") for i, item in enumerate(new) if json_text(item) not in known)
        yield from (Edit(f"{pointer}/-", "add", item) for item in old if json_text(item) not in written)
    elif json_text(old) != json_text(new):
        yield Edit(pointer, "replace", old)


def _candidate(edit: Edit, new: Any) -> Candidate:
    lost = at(new, edit.pointer) if edit.operation != "add" else None
    weight = len(json_text(lost)) + len(json_text(edit.value))
    return Candidate(edit, weight, tuple(_gentler(edit, lost)))


def _gentler(edit: Edit, lost: Any) -> Iterator[tuple[Edit, ...]]:
    """``lost`` is what the author wrote where ``edit`` removes or replaces it."""
    *above, name = tokens_of(edit.pointer)
    holder = above[-1] if above else ""
    if edit.operation == "remove" and holder == "properties" and isinstance(lost, dict):
        asserted = [keyword for keyword in lost if keyword not in _WORDS]
        yield from ((Edit(f"{edit.pointer}/{escape(keyword)}", "remove"),) for keyword in asserted)
        described = {keyword: value for keyword, value in lost.items() if keyword in _WORDS}
        if described and len(asserted) > 1:
            yield (Edit(edit.pointer, "replace", described),)
    elif edit.operation == "replace" and holder not in ("properties", "patternProperties"):
        if name == "type":
            yield from _types(edit, _listed(edit.value), _listed(lost))
        elif name == "const":
            yield Edit(edit.pointer, "remove"), Edit(f"{parent(edit.pointer)}/enum", "add", [lost, edit.value])


def _types(edit: Edit, old: list[Any], new: list[Any]) -> Iterator[tuple[Edit, ...]]:
    """The new types and the old ones; or the new ones as far as they are old ones."""
    both = [*new, *(name for name in old if name not in new)]
    both = [name for name in both if name != "integer" or "number" not in both]
    common = [name for name in new if name in old]
    for names in (both, common):
        if names and set(names) not in (set(old), set(new)):
            yield (Edit(edit.pointer, "replace", names[0] if len(names) == 1 else names),)


def _listed(types: Any) -> list[Any]:
    return types if isinstance(types, list) else [types]
