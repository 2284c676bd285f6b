"""The semantic changes between two schemas: facts without opinion, from their canonical forms.

A named type is compared where it is first met on both sides, so that a change of it is told once. The effect of a change is
what it does to the part of the schema where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from schemaward.formats.avro.canonical import canonical
from schemaward.formats.avro.data import branch_name
from schemaward.formats.avro.matching import names_match
from schemaward.formats.avro.resolution import resolve
from schemaward.formats.avro.types import Array, Enum, Field, Fixed, Map, Named, Parsed, Record, Type, Union
from schemaward.formats.base import Schema
from schemaward.model import JsonValue
from schemaward.syntax.numbers import json_text
from schemaward.syntax.places import pointer_of
from schemaward.verdict import Change, Effect

_MEANING = ("logicalType", "precision", "scale")
_OWN: dict[str, frozenset[str]] = {
    "record": frozenset({"type", "name", "fields", "aliases"}),
    "enum": frozenset({"type", "name", "symbols", "aliases", "default"}),
    "fixed": frozenset({"type", "name", "size", "aliases", *_MEANING}),
    "array": frozenset({"type", "items"}),
    "map": frozenset({"type", "values"}),
    "field": frozenset({"name", "type", "aliases", "default"}),
    "primitive": frozenset({"type", *_MEANING}),
}
"""The members that have kinds of change of their own; all others are annotations."""

_MOST_QUESTIONS = 500
_STEPS_FOR_A_QUESTION = 20_000


@dataclass(frozen=True, slots=True)
class _Side:
    """A type in one of the two schemas: its canonical form, what it was parsed to, and where it stands."""

    form: Any
    type: Type
    pointer: str


def changes(old: Schema, new: Schema) -> tuple[Change, ...]:
    """The changes in the order of the new file; empty exactly when the identities are equal."""
    if old.identity == new.identity:
        return ()
    before, after = canonical(old.parsed.value), canonical(new.parsed.value)
    walk = _Walk(old, new, _definitions(before), _definitions(after))
    walk.types(_Side(before, old.parsed.root, ""), _Side(after, new.parsed.root, ""))
    return tuple(walk.found)


def _definitions(form: Any) -> dict[str, Any]:
    """The named types of a canonical form, by name."""
    found: dict[str, Any] = {}
    waiting = [form]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += each
        elif isinstance(each, dict):
            if each["type"] in ("record", "error", "enum", "fixed"):
                found[each["name"]] = each
            waiting += [field["type"] for field in each.get("fields", ())] if "fields" in each else []
            waiting += [each[inner] for inner in ("items", "values") if inner in each]
    return found


class _Walk:
    """The changes so far, and the pairs of named types that were met."""

    def __init__(self, old: Schema, new: Schema, before: dict[str, Any], after: dict[str, Any]) -> None:
        self.found: list[Change] = []
        self._old, self._new = old, new
        self._before, self._after = before, after
        self._met: set[tuple[str, str]] = set()
        self._questions = 0

    def tell(
        self, kind: str, pointer: str, effect: Effect, old: JsonValue = None, new: JsonValue = None, gone: bool = False
    ) -> None:
        """One change; ``gone`` when it points into the old schema."""
        side: Literal["old", "new"] = "old" if gone else "new"
        place = (self._old if gone else self._new).place(pointer)
        self.found.append(Change(kind, pointer, effect, old, new, place, side))

    # -- types

    def types(self, old: _Side, new: _Side) -> None:
        """Compare what two types are; a name stands for its definition."""
        old, new = _defined(old, self._before), _defined(new, self._after)
        match old.type, new.type:
            case (Union(), _) | (_, Union()):
                self.unions(old, new)
            case (Array(items=before), Array(items=after)):
                self.attributes("array", old.form, new.form, new.pointer, old.pointer)
                self.types(_below(old, "items", before), _below(new, "items", after))
            case (Map(values=before), Map(values=after)):
                self.attributes("map", old.form, new.form, new.pointer, old.pointer)
                self.types(_below(old, "values", before), _below(new, "values", after))
            case (Record() | Enum() | Fixed(), Record() | Enum() | Fixed()) if old.form["type"] == new.form["type"]:
                self.named(old, new)
            case _ if old.type.kind == new.type.kind:
                forms = _object(old.form), _object(new.form)
                self.meaning(*forms, new.pointer)
                self.attributes("primitive", *forms, new.pointer, old.pointer)
            case _:
                self.tell("type-changed", new.pointer, self.effect(old.type, new.type), old.form, new.form)

    def unions(self, old: _Side, new: _Side) -> None:
        before, after = dict(_branches(old)), dict(_branches(new))
        if isinstance(old.type, Union) != isinstance(new.type, Union):
            self.tell("type-changed", new.pointer, self.effect(old.type, new.type), old.form, new.form)
        else:
            for name, side in before.items():
                if name not in after:
                    effect = Effect.NARROWS if self.breaks(side.type, new.type) else Effect.NONE
                    self.tell("branch-removed", side.pointer, effect, side.form, gone=True)
            for name, side in after.items():
                if name not in before:
                    effect = Effect.WIDENS if self.breaks(side.type, old.type) else Effect.NONE
                    self.tell("branch-added", side.pointer, effect, None, side.form)
            common = [name for name in before if name in after]
            if common != [name for name in after if name in before]:
                effect = self.effect(old.type, new.type) if len(common) == len(before) == len(after) else Effect.NONE
                self.tell("branches-reordered", new.pointer, effect, list(before), list(after))
        for name, side in before.items():
            if name in after:
                self.types(side, after[name])

    def named(self, old: _Side, new: _Side) -> None:
        """Two definitions of one kind, under one name or two."""
        pair = old.form["name"], new.form["name"]
        if pair in self._met:
            return
        self._met.add(pair)
        if pair[0] != pair[1]:
            self.tell("name-changed", f"{new.pointer}/name", _name_effect(old.type, new.type), *pair)
        self.aliases(old.form, new.form, new.pointer, old.pointer)
        match old.type, new.type:
            case Record(), Record():
                self.attributes("record", old.form, new.form, new.pointer, old.pointer)
                self.fields(old, new, old.type, new.type)
            case Enum(), Enum():
                self.attributes("enum", old.form, new.form, new.pointer, old.pointer)
                self.symbols(old.type, new.type)
                self.default(old.form, new.form, new.pointer, old.pointer)
            case _:
                self.attributes("fixed", old.form, new.form, new.pointer, old.pointer)
                self.meaning(old.form, new.form, new.pointer)
                if old.form["size"] != new.form["size"]:
                    sizes = old.form["size"], new.form["size"]
                    self.tell("size-changed", f"{new.pointer}/size", Effect.BOTH, *sizes)

    def symbols(self, old: Enum, new: Enum) -> None:
        before, after = frozenset(old.symbols), frozenset(new.symbols)
        for index, symbol in enumerate(old.symbols):
            if symbol not in after:
                effect = Effect.NARROWS if new.default is None else Effect.NONE
                self.tell("symbol-removed", f"{old.pointer}/symbols/{index}", effect, symbol, gone=True)
        for index, symbol in enumerate(new.symbols):
            if symbol not in before:
                effect = Effect.WIDENS if old.default is None else Effect.NONE
                self.tell("symbol-added", f"{new.pointer}/symbols/{index}", effect, None, symbol)
        if [each for each in old.symbols if each in after] != [each for each in new.symbols if each in before]:
            self.tell("symbols-reordered", f"{new.pointer}/symbols", Effect.NONE, list(old.symbols), list(new.symbols))

    # -- fields

    def fields(self, old: _Side, new: _Side, before: Record, after: Record) -> None:
        pairs = dict(_paired(before, after))
        written = {field.name: index for index, field in enumerate(before.fields)}
        for index, field in enumerate(before.fields):
            if field.name not in pairs.values():
                effect = Effect.NONE if field.has_default else Effect.WIDENS
                form = old.form["fields"][index]
                self.tell("field-removed", f"{before.pointer}/fields/{index}", effect, form, gone=True)
        for index, field in enumerate(after.fields):
            at, form = f"{after.pointer}/fields/{index}", new.form["fields"][index]
            if field.name not in pairs:
                self.tell("field-added", at, Effect.NONE if field.has_default else Effect.NARROWS, None, form)
                continue
            position = written[pairs[field.name]]
            self.field(
                old.form["fields"][position],
                form,
                before.fields[position],
                field,
                at,
                f"{before.pointer}/fields/{position}",
            )
        order = [pairs[field.name] for field in after.fields if field.name in pairs]
        if order != [field.name for field in before.fields if field.name in set(order)]:
            was, now = ([field.name for field in record.fields] for record in (before, after))
            self.tell("fields-reordered", f"{after.pointer}/fields", Effect.NONE, [*was], [*now])

    def field(self, before: Any, after: Any, old: Field, new: Field, at: str, was: str) -> None:
        """One field of both records, under one name or two."""
        if old.name != new.name:
            effect = Effect.NONE if old.has_default or new.name in old.aliases else Effect.WIDENS
            self.tell("field-renamed", f"{at}/name", effect, old.name, new.name)
        self.aliases(before, after, at, was)
        self.default(before, after, at, was)
        self.attributes("field", before, after, at, was)
        self.types(_Side(before["type"], old.type, f"{was}/type"), _Side(after["type"], new.type, f"{at}/type"))

    # -- what types and fields have in common

    def aliases(self, before: Any, after: Any, at: str, was: str) -> None:
        old, new = before.get("aliases", []), after.get("aliases", [])
        for alias in old:
            if alias not in new:
                self.tell("alias-removed", f"{was}/aliases", Effect.NONE, alias, gone=True)
        for alias in new:
            if alias not in old:
                self.tell("alias-added", f"{at}/aliases", Effect.NONE, None, alias)

    def default(self, before: Any, after: Any, at: str, was: str) -> None:
        self.member("default", "default", before, after, at, was)

    def meaning(self, before: Any, after: Any, at: str) -> None:
        old, new = ({key: form[key] for key in _MEANING if key in form} for form in (before, after))
        if _text(old) != _text(new):
            self.tell("logical-type-changed", at, Effect.NONE, old or None, new or None)

    def attributes(self, kind: str, before: Any, after: Any, at: str, was: str) -> None:
        for name in sorted({*before, *after} - _OWN[kind]):
            self.member("annotation", name, before, after, at, was)

    def member(self, element: str, name: str, before: Any, after: Any, at: str, was: str) -> None:
        """A member that came, went, or has another value; null is a value, so it is told as text where it matters."""
        if name not in before and name in after:
            self.tell(f"{element}-added", pointer_of(at, name), Effect.NONE, None, after[name])
        elif name in before and name not in after:
            self.tell(f"{element}-removed", pointer_of(was, name), Effect.NONE, before[name], gone=True)
        elif name in before and _text(before[name]) != _text(after[name]):
            self.tell(f"{element}-changed", pointer_of(at, name), Effect.NONE, before[name], after[name])

    # -- effects

    def effect(self, old: Type, new: Type) -> Effect:
        narrows, widens = self.breaks(old, new), self.breaks(new, old)
        if narrows is None or widens is None:
            return Effect.UNKNOWN
        if narrows:
            return Effect.BOTH if widens else Effect.NARROWS
        return Effect.WIDENS if widens else Effect.NONE

    def breaks(self, writer: Type, reader: Type) -> bool | None:
        """Does ``reader`` fail on some data of ``writer``? None after too many such questions, or a too large one."""
        self._questions += 1
        if self._questions > _MOST_QUESTIONS:
            return None
        parts = [Parsed(None, type_, (), False) for type_ in (reader, writer)]
        found = resolve(parts[0], parts[1], _STEPS_FOR_A_QUESTION)
        return bool(found.clashes) or (None if not found.finished else False)


def _defined(side: _Side, definitions: dict[str, Any]) -> _Side:
    """The definition in place of a name."""
    type_ = side.type
    if isinstance(type_, (Record, Enum, Fixed)):
        return _Side(definitions[type_.name], type_, type_.pointer)
    return side


def _below(side: _Side, inside: str, type_: Type) -> _Side:
    return _Side(side.form[inside], type_, f"{side.pointer}/{inside}")


def _branches(side: _Side) -> Iterator[tuple[str, _Side]]:
    """The branches of a union by what they are called; another type is a union of itself."""
    if not isinstance(side.type, Union):
        yield branch_name(side.type), side
        return
    for index, branch in enumerate(side.type.branches):
        yield branch_name(branch), _Side(side.form[index], branch, f"{side.pointer}/{index}")


def _paired(old: Record, new: Record) -> Iterator[tuple[str, str]]:
    """The new and the old name of each field that both have: by name, or by an alias of the new field."""
    before, after = {field.name for field in old.fields}, {field.name for field in new.fields}
    taken: set[str] = set()
    for field in new.fields:
        if field.name in before:
            yield field.name, field.name
            continue
        for alias in field.aliases:
            if alias in before and alias not in after and alias not in taken:
                taken.add(alias)
                yield field.name, alias
                break


def _name_effect(old: Named | Type, new: Named | Type) -> Effect:
    if not isinstance(old, (Record, Enum, Fixed)) or not isinstance(new, (Record, Enum, Fixed)):
        return Effect.UNKNOWN
    narrows, widens = not names_match(old, new), not names_match(new, old)
    if narrows:
        return Effect.BOTH if widens else Effect.NARROWS
    return Effect.WIDENS if widens else Effect.NONE


def _object(form: Any) -> dict[str, Any]:
    """A primitive as an object, whichever way it is written."""
    return form if isinstance(form, dict) else {"type": form}


def _text(value: Any) -> str:
    return json_text(value, sort_keys=True)
