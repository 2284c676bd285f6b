"""The smallest safe edit of a new version: what breaks or is lost is undone where it stands, one clash after the other.

Each kind of clash has its customary remedy, a default, the old symbol, an alias, the old type; the schema that comes out is
parsed and compared anew, and what the engine does not prove compatible is not offered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from schemaward.errors import InputError
from schemaward.formats.avro.judging import can_read
from schemaward.formats.avro.loading import load_value
from schemaward.formats.avro.resolution import BranchStep, Clash, resolve
from schemaward.formats.avro.telling import pointers
from schemaward.formats.avro.types import Enum, Fixed, Named, Record, Type, Union
from schemaward.formats.base import Question, Schema
from schemaward.syntax.edits import diff_of
from schemaward.syntax.patches import PatchError, applied, at, parent
from schemaward.verdict import Edit, Mending, Severity, Undecided

_MOST_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class _Case:
    """One clash of the ``new`` version as it is by now, and which side of it is new."""

    clash: Clash
    backward: bool
    old: Any
    new: Any

    @property
    def pointers(self) -> tuple[str, str]:
        """Where the clash stands in the old and in the new schema."""
        reader, writer = pointers(self.clash)
        return (writer, reader) if self.backward else (reader, writer)

    @property
    def types(self) -> tuple[Type, Type]:
        """The old and the new type."""
        spot = self.clash.spot
        return (spot.writer, spot.reader) if self.backward else (spot.reader, spot.writer)


def mend(new: Schema, questions: Sequence[Question]) -> Mending | None:
    """An edit of ``new`` after which all ``questions`` are compatible, and without losses that are errors by default.

    None when the customary remedies do not help. A version with types from shared files is not mended, since the edit would have to stand in its own file.
    """
    if new.parsed.value is not new.document.value:
        return None
    edits: list[Edit] = []
    schema = new
    try:
        for _ in range(_MOST_ROUNDS):
            case = _first_case(schema, questions)
            if case is None:
                return Mending(tuple(edits), diff_of(new.document, tuple(edits))) if edits else None
            step = _REMEDIES.get(case.clash.rule, _old_type)(case)
            edits += step
            schema = load_value(applied(step, schema.parsed.value), "the edited schema")
    except (PatchError, InputError):
        return None
    return None


def _first_case(schema: Schema, questions: Sequence[Question]) -> _Case | None:
    """What is wrong in the first question where anything is. Raises InputError when a question cannot be decided."""
    for question in questions:
        reader, writer = _sides(schema, question)
        verdict = can_read(reader, writer)
        if isinstance(verdict, Undecided):
            raise InputError("the edited schema cannot be compared")
        wrong = {(each.rule, each.pointer) for each in verdict.findings if each.severity is Severity.ERROR}
        if wrong:
            found = resolve(reader.parsed, writer.parsed)
            clashes = (*found.clashes, *found.losses)
            clash = next(each for each in clashes if (each.rule, pointers(each)[0]) in wrong)
            return _Case(clash, question.direction == "backward", question.old.parsed.value, schema.parsed.value)
    return None


def _sides(schema: Schema, question: Question) -> tuple[Schema, Schema]:
    """The reader and the writer of a question about the edited ``schema``."""
    return (schema, question.old) if question.direction == "backward" else (question.old, schema)


# -- remedies


def _old_type(case: _Case) -> list[Edit]:
    """The type of the old version, where nothing gentler helps."""
    old, new = case.pointers
    return [Edit(new, "replace", at(case.old, old))]


def _field(case: _Case) -> list[Edit]:
    """A field that the new reader may find missing is null then; one that old readers ask for is written again."""
    old, new = case.pointers
    if not case.backward:
        return [Edit(f"{new}/fields/-", "add", at(case.old, old))]
    type_ = at(case.new, f"{new}/type")
    branches = type_ if isinstance(type_, list) else [type_]
    nullable = ["null", *(branch for branch in branches if branch != "null")]
    change = [Edit(f"{new}/type", "replace", nullable)] if nullable != type_ else []
    return [*change, Edit(f"{new}/default", "add", None)]


def _symbols(case: _Case) -> list[Edit]:
    """Symbols that went come back; those that came go."""
    enum = case.types[1]
    if not isinstance(enum, Enum):
        raise PatchError(case.clash.rule)
    if case.backward:
        return [Edit(f"{enum.pointer}/symbols/-", "add", symbol) for symbol in case.clash.symbols]
    places = sorted((enum.symbols.index(symbol) for symbol in case.clash.symbols), reverse=True)
    return [Edit(f"{enum.pointer}/symbols/{place}", "remove") for place in places]


def _name(case: _Case) -> list[Edit]:
    """An alias joins the new name to the old; old readers know no alias, and need the old name."""
    old, new = (_named(each) for each in case.types)
    if not case.backward:
        return [Edit(f"{new.pointer}/name", "replace", at(case.old, f"{old.pointer}/name"))]
    if new.aliases:
        return [Edit(f"{new.pointer}/aliases/-", "add", old.name)]
    return [Edit(f"{new.pointer}/aliases", "add", [old.name])]


def _meaning(case: _Case) -> list[Edit]:
    """The meaning of a ``fixed`` stands where it is defined, which need not be where it is used."""
    old, new = case.types
    if isinstance(old, Fixed) and isinstance(new, Fixed):
        return [Edit(new.pointer, "replace", at(case.old, old.pointer))]
    return _old_type(case)


def _size(case: _Case) -> list[Edit]:
    old, new = (_named(each) for each in case.types)
    return [Edit(f"{new.pointer}/size", "replace", at(case.old, f"{old.pointer}/size"))]


def _named(type_: Type) -> Named:
    if isinstance(type_, (Record, Enum, Fixed)):
        return type_
    raise PatchError(type_.kind)


def _branch(case: _Case) -> list[Edit]:
    """A branch that went comes back, and one that came goes; a union that stands against a single type takes its form."""
    spot, (old, new) = case.clash.spot, case.pointers
    chosen = isinstance(spot.step, BranchStep) and spot.step.writer is not None
    if case.backward and isinstance(spot.reader, Union):
        return [Edit(f"{new}/-", "add", at(case.old, old))]
    if case.backward:
        return [Edit(new, "replace", at(case.old, parent(old) if chosen else old))]
    if chosen and isinstance(spot.reader, Union):
        return [Edit(new, "remove")]
    return [Edit(parent(new) if chosen else new, "replace", at(case.old, old))]


def _alias(case: _Case) -> list[Edit]:
    if not case.backward:
        raise PatchError(case.clash.rule)
    record, field = case.types[1], case.clash.reader_field
    if not isinstance(record, Record) or field is None:
        raise PatchError(case.clash.rule)
    return [Edit(f"{record.pointer}/fields/{record.fields.index(field)}/aliases", "remove")]


_REMEDIES: dict[str, Callable[[_Case], list[Edit]]] = {
    "avro-field-without-default": _field,
    "avro-enum-symbol": _symbols,
    "avro-type-name": _name,
    "avro-record-name": _name,
    "avro-root-name": _name,
    "avro-fixed-size": _size,
    "avro-union-branch": _branch,
    "avro-alias-collision": _alias,
    "avro-alias-swallows": _alias,
    "avro-decimal": _meaning,
}
