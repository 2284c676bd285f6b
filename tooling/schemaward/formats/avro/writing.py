"""What fastavro is told to write: each union with the name of its branch, each record with all of its fields.

By itself it chooses branches by rules of its own, which lose times and turn texts into dates, and it takes a default as
it stands in the schema.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

from schemaward.formats.avro.data import branch_name
from schemaward.formats.avro.filling import default_of
from schemaward.formats.avro.passing import Seen, Step, remembered, steps
from schemaward.formats.avro.types import Array, Enum, Field, Map, Record, Type, Union

_Tell: TypeAlias = Callable[[Any, int, Seen], Any]
"""From a value that passes, on its level, to the one that is written."""
_Made: TypeAlias = dict[int, _Tell]
"""The tellings of records, by their ``id``: they may lead back to themselves."""

_Ways: TypeAlias = tuple[dict[int, Step], dict[int, Step]]
"""The steps by which types take values: those with all of their fields, and those with defaults for what is missing."""

_LOSSES = {"double": 1, "float": 2}


def telling(root: Type) -> Callable[[Any], Any]:
    """A function from a value that passes to what fastavro writes of it."""
    tell = _tell(root, (steps(root, lambda _field: False), steps(root)), {})
    return (lambda value: value) if tell is None else (lambda value: tell(value, 0, {}))


def _tell(type_: Type, ways: _Ways, made: _Made) -> _Tell | None:
    """None for a type whose values are written as they are."""
    match type_:
        case Record():
            return made.get(id(type_)) or _record(type_, ways, made)
        case Array():
            item = _tell(type_.items, ways, made)
            return item and (lambda value, level, seen: [item(each, level + 1, seen) for each in value])
        case Map():
            inner = _tell(type_.values, ways, made)
            return inner and (
                lambda value, level, seen: {key: inner(each, level + 1, seen) for key, each in value.items()}
            )
        case Union():
            return _union(type_, ways, made)
        case _:
            return None


def _record(record: Record, ways: _Ways, made: _Made) -> _Tell:
    inside: list[tuple[str, _Tell]] = []
    defaults: dict[str, Callable[[], Any]] = {}

    def tell(value: Any, level: int, seen: Seen) -> Any:
        told = dict(value)
        for name, inner in inside:
            if name in told:
                told[name] = inner(told[name], level + 1, seen)
        if len(told) < len(defaults):
            told.update({name: default() for name, default in defaults.items() if name not in told})
        return told

    made[id(record)] = tell
    for field in record.fields:
        inner = _tell(field.type, ways, made)
        defaults[field.name] = _default(field, inner)
        if inner is not None:
            inside.append((field.name, inner))
    return tell


def _default(field: Field, tell: _Tell | None) -> Callable[[], Any]:
    """What is written of a field that is missing. It is made once, and not before: records are not complete yet."""

    def default() -> Any:
        value = default_of(field)
        return value if tell is None else tell(value, 0, {})

    return cache(default)


def _union(union: Union, ways: _Ways, made: _Made) -> _Tell:
    """The branch that a pair names; else one that adds no defaults, since what was read has all fields of its branch.

    Among such, and else among all that take the value, it is the one that loses least.
    """
    branches = sorted(union.branches, key=_loss)
    tells = {branch_name(branch): _tell(branch, ways, made) for branch in branches}
    takes = [(branch_name(branch), remembered(branch, way[id(branch)])) for way in ways for branch in branches]

    def tell(value: Any, level: int, seen: Seen) -> Any:
        if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str):
            name, value = value
        else:
            name = next(name for name, passes in takes if passes(value, level + 1, seen))
        inner = tells[name]
        return name, value if inner is None else inner(value, level + 1, seen)

    return tell


def _loss(branch: Type) -> tuple[bool, int]:
    """How much a plain value may lose in a branch. One with a meaning goes by no other branch than one with that meaning."""
    logical = None if isinstance(branch, (Record, Array, Map, Union, Enum)) else branch.logical
    rounds = logical is not None and logical.name == "time-millis"
    return logical is not None, _LOSSES.get(branch.kind, 0) + rounds
