"""The semantic diff of two files: the elements that came, went, or say something else.

What a change does to data is not judged a second time: it is read off the breaks that ``can_read`` finds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from posixpath import commonprefix

from schemaward.formats.base import Schema
from schemaward.formats.protobuf.canonical import Element, Key, elements
from schemaward.formats.protobuf.reading import can_read
from schemaward.model import JsonValue
from schemaward.verdict import Change, Effect, Finding, Incompatible, Undecided, Verdict

_IN_ANOTHER = frozenset(("field", "oneof", "reservation", "enum-value", "rpc"))
_OWNERS = ("message", "enum-type", "service")
_FACTS = {
    ("field", "name"): "field-renamed",
    ("enum-value", "name"): "enum-value-renamed",
    ("rpc", "request"): "request-changed",
    ("rpc", "response"): "response-changed",
    ("import", "kind"): "import-changed",
}
_TOUCHING = frozenset(
    ("field-added", "field-removed", "type-changed", "label-changed", "oneof-changed", "enum-value-added",
     "enum-value-removed", "syntax-changed")
)  # fmt: skip
"""The kinds of changes that can break data."""


@dataclass(frozen=True, slots=True)
class _Step:
    """One change with the pointers of its element on both sides, where it has one."""

    change: Change
    old: str | None
    new: str | None
    oneof: str = ""


def changes(old: Schema, new: Schema) -> tuple[Change, ...]:
    """The changes from ``old`` to ``new``, by their place; see ``FormatModule.diff``."""
    steps = list(_steps(old, new))
    if not steps:
        return ()
    backward, forward = can_read(new, old), can_read(old, new)
    narrowing = _culprits(steps, backward, reads_new=True)
    widening = _culprits(steps, forward, reads_new=False)
    unknown = any(isinstance(verdict, Undecided) for verdict in (backward, forward))
    effects = [_effect(at in narrowing, at in widening) for at in range(len(steps))]
    found = [
        replace(step.change, effect=_or_unknown(effect, step.change, unknown))
        for step, effect in zip(steps, effects, strict=True)
    ]
    return tuple(sorted(found, key=lambda each: (each.side, each.place, each.kind, str(each.new), str(each.old))))


def _effect(narrows: bool, widens: bool) -> Effect:
    if narrows:
        return Effect.BOTH if widens else Effect.NARROWS
    return Effect.WIDENS if widens else Effect.NONE


def _or_unknown(effect: Effect, change: Change, unknown: bool) -> Effect:
    return Effect.UNKNOWN if unknown and effect is Effect.NONE and change.kind in _TOUCHING else effect


def _culprits(steps: Sequence[_Step], verdict: Verdict, reads_new: bool) -> set[int]:
    """The positions of the steps that the breaks of a verdict point at; of a break without one, the nearest step."""
    found: set[int] = set()
    if not isinstance(verdict, Incompatible):
        return found
    touching = [at for at, step in enumerate(steps) if step.change.kind in _TOUCHING]
    for broken in verdict.findings:
        new, old = broken.pointer, broken.counterpart or ""
        if not reads_new:
            new, old = old, new
        hit = {at for at in touching if _hits(steps[at], old, new, broken)}
        found |= hit or {max(touching or range(len(steps)), key=lambda at: _closeness(steps[at], old, new))}
    return found


def _hits(step: _Step, old: str, new: str, broken: Finding) -> bool:
    if broken.rule == "protobuf-oneof-joined":
        return step.oneof in (old, new) and step.oneof != ""
    return step.new == new or step.old == old


def _closeness(step: _Step, old: str, new: str) -> int:
    same = (commonprefix([(mine or "").split("/"), its.split("/")]) for mine, its in ((step.old, old), (step.new, new)))
    return max(len(each) for each in same)


# -- what changed


def _steps(old: Schema, new: Schema) -> Iterator[_Step]:
    before, after = elements(old.parsed), elements(new.parsed)
    moved = dict(_renumbered(before, after))
    arrived = set(moved.values())
    for key, element in before.items():
        if key in after:
            yield from _altered(key, element, after[key], new)
        elif key in moved:
            yield from _renumbering(element, key, after[moved[key]], moved[key], new)
        elif not _told_with_owner(key, before, after):
            change = Change(f"{key[0]}-removed", element.pointer, Effect.NONE, old=element.told, side="old")
            yield _Step(_placed(change, old), element.pointer, None)
    for key, element in after.items():
        if key not in before and key not in arrived and not _told_with_owner(key, after, before):
            change = Change(f"{key[0]}-added", element.pointer, Effect.NONE, new=element.told)
            yield _Step(_placed(change, new), None, element.pointer)


def _told_with_owner(key: Key, own: Mapping[Key, Element], other: Mapping[Key, Element]) -> bool:
    """Whether what an element lies in came or went as a whole, so that the element needs no word of its own."""
    kind, name, _ = key
    around = name if kind in _IN_ANOTHER else name.rpartition(".")[0]
    owners = [(owner, around, "") for owner in _OWNERS]
    return any(owner in own for owner in owners) and not any(owner in other for owner in owners)


def _renumbered(before: Mapping[Key, Element], after: Mapping[Key, Element]) -> Iterator[tuple[Key, Key]]:
    """Fields that stand at another number, where neither number is a field on both sides."""
    arrived = {
        (key[1], element.facts["name"]): key
        for key, element in after.items()
        if key[0] == "field" and key not in before
    }
    for key, element in before.items():
        target = arrived.get((key[1], element.facts["name"])) if key[0] == "field" and key not in after else None
        if target is not None:
            yield key, target


def _renumbering(element: Element, key: Key, later: Element, to: Key, new: Schema) -> Iterator[_Step]:
    change = Change("field-renumbered", later.pointer, Effect.NONE, old=key[2], new=to[2])
    yield _Step(_placed(change, new), element.pointer, later.pointer)
    yield from _altered(key, element, later, new)


def _altered(key: Key, element: Element, later: Element, new: Schema) -> Iterator[_Step]:
    for name, old_value in element.facts.items():
        new_value = later.facts[name]
        if name == "options":
            yield from _options(element, later, new)
        elif old_value != new_value:
            kind = _FACTS.get((key[0], name), f"{name}-changed")
            change = Change(kind, later.pointer, Effect.NONE, old=old_value, new=new_value)
            oneof = f"{later.pointer.rpartition('/')[0]}/{new_value or old_value}" if name == "oneof" else ""
            yield _Step(_placed(change, new), element.pointer, later.pointer, oneof)


def _options(element: Element, later: Element, new: Schema) -> Iterator[_Step]:
    before, after = _as_options(element.facts["options"]), _as_options(later.facts["options"])
    for name in sorted({*before, *after}):
        old_value, new_value = before.get(name), after.get(name)
        if old_value == new_value:
            continue
        verb = "added" if old_value is None else "removed" if new_value is None else "changed"
        old_told, new_told = (None if each is None else f"{name} = {each}" for each in (old_value, new_value))
        change = Change(f"option-{verb}", later.pointer, Effect.NONE, old=old_told, new=new_told)
        yield _Step(_placed(change, new), element.pointer, later.pointer)


def _as_options(value: JsonValue) -> dict[str, JsonValue]:
    return value if isinstance(value, dict) else {}


def _placed(change: Change, schema: Schema) -> Change:
    return replace(change, place=schema.place(change.pointer))
