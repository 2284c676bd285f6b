"""A reader that asks only for what one clash is about: a projection, so that a proof shows its own clash and no other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from schemaward.formats.avro.data import KEY
from schemaward.formats.avro.resolution import BranchStep, Clash, FieldStep, Spot
from schemaward.formats.avro.types import Array, Field, Map, Record, Type, Union


def projected(clash: Clash, renamed: Mapping[str, str]) -> Type:
    """The reader with only the way to ``clash``. Records that are called otherwise have the writer's names (``renamed``)."""
    spot = clash.spot
    type_ = _asked(clash, renamed)
    while spot.parent is not None:
        type_ = _around(spot, type_, renamed)
        spot = spot.parent
    return type_


def _asked(clash: Clash, renamed: Mapping[str, str]) -> Type:
    reader = clash.spot.reader
    if not isinstance(reader, Record):
        return reader
    if clash.reader_field is not None:
        return _record(reader, _concerned(reader, clash.reader_field), renamed)
    if clash.rule in ("avro-root-name", "avro-record-name"):
        return replace(reader, fields=[])
    return reader


def _concerned(reader: Record, field: Field) -> list[Field]:
    """The fields that claim the same fields of the writer as ``field`` does."""
    claims = frozenset(field.aliases)
    return [each for each in reader.fields if each is field or each.name in claims or claims.intersection(each.aliases)]


def _record(reader: Record, fields: list[Field], renamed: Mapping[str, str]) -> Record:
    return replace(reader, name=renamed.get(reader.name, reader.name), fields=fields)


def _around(spot: Spot, inner: Type, renamed: Mapping[str, str]) -> Type:
    """The reader's type one step above ``spot``, which reads as ``inner`` below."""
    above = spot.parent.reader if spot.parent else inner
    match spot.step:
        case FieldStep() if isinstance(above, Record):
            return _record(above, [_alone(spot.step, spot.parent.writer if spot.parent else above, inner)], renamed)
        case BranchStep(reader=index):
            return inner if index is None else Union((inner,))
        case _:
            return Array(inner) if isinstance(above, Array) else Map(inner)


def _alone(step: FieldStep, writer: Type, inner: Type) -> Field:
    """The reader's field that gets what the writer's field has, and nothing of another field of the ``writer``.

    The names that the reader has for other fields are gone, so that no alias may take what is written for them.
    """
    own, field = step.writer, step.reader
    taken = isinstance(writer, Record) and any(each.name == field.name for each in writer.fields)
    name = own.name if taken else field.name
    aliases = () if name == own.name else (own.name,)
    return replace(field, name=name, aliases=aliases, type=inner, has_default=False)


def steps(spot: Spot) -> list[Spot]:
    """The spots on the way from below the root to ``spot``."""
    way: list[Spot] = []
    while spot.parent is not None:
        way.append(spot)
        spot = spot.parent
    return way[::-1]


def at_writer(spot: Spot, value: Any) -> Any:
    """What stands at ``spot`` in a ``value`` of the writer, in the JSON encoding."""
    for each in steps(spot):
        match each.step:
            case FieldStep(writer=field):
                value = value[field.name]
            case BranchStep(writer=index):
                value = value if index is None else in_union(value)
            case None:
                value = value[KEY] if isinstance(value, dict) else value[0]
    return value


def at_reader(spot: Spot, value: Any) -> Any:
    """What stands at ``spot`` in a ``value`` of the projected reader, in the JSON encoding."""
    for each in steps(spot):
        match each.step:
            case FieldStep():
                [value] = value.values()
            case BranchStep(reader=index):
                value = value if index is None else in_union(value)
            case None:
                value = value[KEY] if isinstance(value, dict) else value[0]
    return value


def in_union(value: Any) -> Any:
    """The value inside a union's, which only null has none around it."""
    return None if value is None else next(iter(value.values()))


def path(spot: Spot) -> Iterator[str]:
    """The names on the way to ``spot`` in a datum, for messages: of the writer's fields, of an item, of an entry."""
    for each in steps(spot):
        match each.step:
            case FieldStep(writer=field):
                yield field.name
            case None:
                yield "0" if each.parent is not None and isinstance(each.parent.writer, Array) else KEY
