"""Where an Avro schema says what data mean: attributes of the fields of records, which Avro itself leaves alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from schemaward.formats.avro.types import Record
from schemaward.formats.base import Schema
from schemaward.meaning import NAMES, Said, problem, steps
from schemaward.rules import finding
from schemaward.syntax.places import tokens_of
from schemaward.verdict import Finding


class _Field(NamedTuple):
    """A field as it is written: ``said`` are its annotations, ``names`` its name and aliases."""

    names: tuple[str, ...]
    pointer: str
    said: dict[str, Any]

    @property
    def values(self) -> Said:
        return {name: [value] for name, value in self.said.items()}


def problems(schema: Schema) -> Iterator[Finding]:
    """An annotation-invalid finding for each value that is none."""
    for record in _records(schema):
        for field in _fields(schema, record):
            for name, value in field.said.items():
                if wrong := problem(name, value):
                    pointer = f"{field.pointer}/{name}"
                    yield finding("annotation-invalid", schema.place(pointer), f"`{name}` {wrong}", pointer=pointer)


def conventions(old: Schema, new: Schema) -> Iterator[Finding]:
    """What the step from ``old`` to ``new`` changes or takes away of what the fields mean."""
    if '"x-' not in old.definition:
        return
    renewed = {name: record for record in _records(new) for name in (*record.aliases, record.name)}
    for record in _records(old):
        if record.name not in renewed:
            continue
        fields = {name: field for field in _fields(new, renewed[record.name]) for name in field.names[::-1]}
        for before in _fields(old, record):
            now = fields.get(before.names[0])
            if now is not None:
                yield from _stepped(before, now, record.name, new)


def _stepped(before: _Field, now: _Field, record: str, new: Schema) -> Iterator[Finding]:
    for step in steps(before.values, now.values):
        pointer = f"{now.pointer}/{step.name}" if step.name in now.said else now.pointer
        fact = f'{step.fact} at the field "{before.names[0]}" of "{record}"'
        yield finding(step.rule, new.place(pointer), fact, pointer=pointer)


def _records(schema: Schema) -> Iterator[Record]:
    return (named for named in schema.parsed.named if isinstance(named, Record))


def _fields(schema: Schema, record: Record) -> Iterator[_Field]:
    written: Any = schema.parsed.value
    for token in (*tokens_of(record.pointer), "fields"):
        written = written[int(token) if isinstance(written, list) else token]
    for index, (field, each) in enumerate(zip(record.fields, written, strict=True)):
        said = {name: each[name] for name in NAMES if name in each}
        yield _Field((field.name, *field.aliases), f"{record.pointer}/fields/{index}", said)
