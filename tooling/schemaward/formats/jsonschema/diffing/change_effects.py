"""What each change does to the accepted documents, proven by asking the engine.

A change is judged on the smallest schema that holds it and in which wider parts make a wider whole: usually the schema
object itself; below ``not``, ``if``, ``oneOf`` and the like, the schema that holds that keyword. The edits of one schema
object are applied one after the other, and each is judged by the step that it makes: can the schema before read all
that the schema after accepts, and the reverse?

What cannot matter to an edit is left out of the question: the other values of an enum, and the schemas of properties
that are the same before and after. The work for one diff is bounded; an edit beyond the bound has an unknown effect.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from schemaward.errors import SchemawardError
from schemaward.formats.jsonschema.diffing.canonical import Node
from schemaward.formats.jsonschema.diffing.change_edits import Edit
from schemaward.formats.jsonschema.diffing.change_kinds import ANNOTATIONS
from schemaward.formats.jsonschema.diffing.rendering import UnrenderableError, render
from schemaward.verdict import Effect, Verdict

CanRead: TypeAlias = Callable[[Any, Any], Verdict]
"""``can_read(reader, writer)`` over two self-contained schemas."""

_MOST_WORK = 120_000
WORK_ON_WHOLES = 8_000
"""Work that may go into the question which schemas are the same as a whole though their parts are not."""
_ONE_QUESTION = 50
_UNDECIDED = 2_000
_MOST_VALUES = 100
_IN_PLACE = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas")
ACROSS = frozenset((*_IN_PLACE, "enum", "unevaluatedProperties", "unevaluatedItems"))
"""Keywords that look at the values of several properties at once."""
_OF_NAMES = frozenset(("minProperties", "maxProperties", "propertyNames", "patternProperties"))
"""Keywords to which the name of every property matters, whatever it holds."""


@dataclass(slots=True)
class Judge:
    """Asks the engine about edits, within a bound of work for one diff."""

    can_read: CanRead
    work: int = _MOST_WORK

    def effects(self, node: Node, keywords: dict[str, Any], anchor: Node, edits: list[Edit]) -> list[Effect]:
        """The effect of each of the ``edits`` on ``anchor``, in which ``node`` stands; they begin at its ``keywords``."""
        found: list[Effect] = []
        before = keywords
        step: Mapping[str, Any] | None = None
        for edit in edits:
            if edit.kind in ANNOTATIONS:
                found.append(Effect.NONE)
                continue
            if step is edit.patch:
                found.append(found[-1])
                continue
            after = _patched(before, edit.patch)
            effect = self._step(node, anchor, before, after)
            found.append(effect)
            step, before = edit.patch, after
        return found

    def _step(self, node: Node, anchor: Node, before: dict[str, Any], after: dict[str, Any]) -> Effect:
        if self.work <= 0:
            return Effect.UNKNOWN
        if node is anchor:
            before, after = _focused(before, after)
        try:
            old, old_size = render(anchor, {id(node): before}, self.work)
            new, new_size = render(anchor, {id(node): after}, self.work)
        except UnrenderableError:
            self.work -= _UNDECIDED
            return Effect.UNKNOWN
        return self.compare(old, new, old_size + new_size)

    def same(self, old: Node, new: Node) -> bool:
        """True when two schemas were proven to accept the same data."""
        try:
            before, old_size = render(old, {}, self.work)
            after, new_size = render(new, {}, self.work)
        except UnrenderableError:
            return False
        self.work -= old_size + new_size + _ONE_QUESTION
        try:
            return all(self.can_read(*sides).kind == "compatible" for sides in ((before, after), (after, before)))
        except SchemawardError:
            return False

    def compare(self, old: Any, new: Any, size: int) -> Effect:
        """What the step from schema ``old`` to schema ``new`` does. ``size`` is the work that the question costs."""
        if self.work <= 0:
            return Effect.UNKNOWN
        self.work -= size + _ONE_QUESTION
        try:
            widened = self.can_read(old, new).kind
            narrowed = self.can_read(new, old).kind
        except SchemawardError:
            return Effect.UNKNOWN
        if "undecided" in (widened, narrowed):
            self.work -= _UNDECIDED
            return Effect.UNKNOWN
        return _EFFECTS[widened, narrowed]


_EFFECTS: dict[tuple[str, str], Effect] = {
    ("compatible", "compatible"): Effect.NONE,
    ("incompatible", "compatible"): Effect.WIDENS,
    ("compatible", "incompatible"): Effect.NARROWS,
    ("incompatible", "incompatible"): Effect.BOTH,
}


def _patched(keywords: dict[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    if "never" in patch:
        return dict(patch) if patch["never"] else {name: value for name, value in patch.items() if name != "never"}
    merged = {**keywords, **patch}
    return {name: value for name, value in merged.items() if value is not None}


def _focused(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both steps without what is the same in both and independent of the change."""
    if "enum" in before and "enum" in after and before["enum"] is not after["enum"]:
        before, after = _focused_enums(before, after)
    if not (ACROSS & before.keys() | ACROSS & after.keys()):
        before, after = _without_properties(before, after)
    return before, after


def _without_properties(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Objects without the properties that both sides describe alike.

    A document that tells the sides apart does so without such a property too, unless something asks for its name: then
    it stays, and may hold anything, since it can hold something. One stays in any case, as an object that declares
    nothing is another matter under policy lenient. A pattern that came or went asks for more than a name: then all
    stays as it is.
    """
    old, new = before.get("properties", {}), after.get("properties", {})
    if before.get("patternProperties") != after.get("patternProperties"):
        return before, after
    alike = {name for name, child in old.items() if new.get(name) is child and not child.never}
    counted = _OF_NAMES & (before.keys() | after.keys())
    asked = alike if counted else {*_asked(before), *_asked(after), *sorted(alike)[:1]}

    def rest(properties: dict[str, Node]) -> dict[str, Node]:
        return {
            name: _ANYTHING if name in alike else child
            for name, child in properties.items()
            if name not in alike or name in asked
        }

    return (
        before | ({"properties": rest(old)} if old else {}),
        after | ({"properties": rest(new)} if new else {}),
    )


def _asked(keywords: dict[str, Any]) -> set[str]:
    """The names that an object must have, or that make it have others."""
    needs: dict[str, frozenset[str]] = keywords.get("dependentRequired", {})
    return set().union(keywords.get("required", ()), needs, *needs.values())


_ANYTHING = Node("")


def _focused_enums(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Enums without most of their common values; a few values of each other kind stand for the rest."""
    old, new = before["enum"], after["enum"]
    common = [key for key in old if key in new][:1]
    gone = [key for key in old if key not in new][:_MOST_VALUES]
    come = [key for key in new if key not in old][:_MOST_VALUES]
    return (
        before | {"enum": {key: old[key] for key in common + gone}},
        after | {"enum": {key: new[key] for key in common + come}},
    )
