"""Where an Avro schema says what data mean: attributes of fields and of types, which Avro itself leaves alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from schemaward.formats.avro.resolution import resolve
from schemaward.formats.avro.types import Array, Enum, Fixed, Map, Record, Type, Union
from schemaward.formats.base import Schema
from schemaward.meaning import NAMES, Said, problem, steps
from schemaward.rules import finding
from schemaward.syntax.places import tokens_of
from schemaward.verdict import Finding


class _Note(NamedTuple):
    """An annotation as it is written."""

    name: str
    value: Any
    pointer: str


class _Place(NamedTuple):
    """A field, or the whole: what is said of its value, of what is in its lists, and of the types that these name."""

    pointer: str
    notes: tuple[_Note, ...]

    @property
    def values(self) -> Said:
        return {name: [note.value for note in self.notes if note.name == name] for name in NAMES}


def problems(schema: Schema) -> Iterator[Finding]:
    """An annotation-invalid finding for each value that is none."""
    records = [each for each in schema.parsed.named if isinstance(each, Record)]
    places = [_whole(schema), *(place for record in records for place in _fields(schema, record).values())]
    for pointer, (name, value, _) in {note.pointer: note for place in places for note in place.notes}.items():
        if wrong := problem(name, value):
            yield finding("annotation-invalid", schema.place(pointer), f"`{name}` {wrong}", pointer=pointer)


def conventions(old: Schema, new: Schema) -> Iterator[Finding]:
    """What the step from ``old`` to ``new`` changes or takes away of what the data mean."""
    if '"x-' not in old.definition:
        return
    told: set[tuple[str, str]] = set()
    for where, before, now in _pairs(old, new):
        for step in steps(before.values, now.values):
            pointer = next((note.pointer for note in now.notes if note.name == step.name), now.pointer)
            if (step.rule, pointer) not in told:  # a type that has a name is used at many places
                told.add((step.rule, pointer))
                yield finding(step.rule, new.place(pointer), step.fact + where, pointer=pointer)


def _pairs(old: Schema, new: Schema) -> Iterator[tuple[str, _Place, _Place]]:
    """The places that the new schema reads out of the same data as the old one, with the words for them."""
    yield "", _whole(old), _whole(new)
    for writer, reader in resolve(new.parsed, old.parsed).paired:
        written, read = _fields(old, writer), _fields(new, reader)
        names = {alias: field.name for field in reader.fields for alias in field.aliases}
        names |= {field.name: field.name for field in reader.fields}
        for name, before in written.items():
            if name in names:
                yield f' at the field "{name}" of "{writer.name}"', before, read[names[name]]


def _whole(schema: Schema) -> _Place:
    return _Place("", tuple(_notes(schema, schema.parsed.root, schema.parsed.value, "")))


def _fields(schema: Schema, record: Record) -> dict[str, _Place]:
    """The fields of a record by name."""
    found = {}
    for index, (field, written) in enumerate(
        zip(record.fields, _written(schema, record.pointer)["fields"], strict=True)
    ):
        pointer = f"{record.pointer}/fields/{index}"
        inside = _notes(schema, field.type, written["type"], f"{pointer}/type")
        found[field.name] = _Place(pointer, (*_own(written, pointer), *inside))
    return found


def _notes(schema: Schema, type_: Type, written: Any, pointer: str) -> Iterator[_Note]:
    """What is said of a value of a type that is ``written`` at ``pointer``; the fields of a record are their own places."""
    yield from _own(written, pointer)
    match type_:
        case Array(items):
            yield from _notes(schema, items, written["items"], f"{pointer}/items")
        case Map(values):
            yield from _notes(schema, values, written["values"], f"{pointer}/values")
        case Union(branches):
            for index, branch in enumerate(branches):
                yield from _notes(schema, branch, written[index], f"{pointer}/{index}")
        case Record() | Enum() | Fixed() if type_.pointer != pointer:
            yield from _own(_written(schema, type_.pointer), type_.pointer)


def _own(written: Any, pointer: str) -> Iterator[_Note]:
    if isinstance(written, dict):
        yield from (_Note(name, written[name], f"{pointer}/{name}") for name in NAMES if name in written)


def _written(schema: Schema, pointer: str) -> Any:
    value: Any = schema.parsed.value
    for token in tokens_of(pointer):
        value = value[int(token) if isinstance(value, list) else token]
    return value
