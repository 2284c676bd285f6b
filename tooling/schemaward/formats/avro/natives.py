"""Why a value of Python does not pass a schema. Whether it does is known to ``passing``; here the reasons are told."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from schemaward.formats.avro.bounds import MOST_LEVELS
from schemaward.formats.avro.data import branch_name
from schemaward.formats.avro.filling import has_default
from schemaward.formats.avro.passing import Seen, Step, is_text, steps
from schemaward.formats.avro.types import Array, Map, Parsed, Record, Type, Union, described
from schemaward.formats.base import Refusal
from schemaward.syntax.places import pointer_of

_MOST = 20
_LONGEST = 60


class Natives:
    """The values of one schema. Threads may share it."""

    def __init__(self, schema: Parsed) -> None:
        self._root = schema.root
        self._steps = steps(schema.root)
        self._passes = self._steps[id(schema.root)]

    def accepts(self, value: Any) -> bool:
        """Whether ``value`` is a datum of the schema."""
        return self._passes(value, 0, {})

    def refusals(self, value: Any) -> tuple[Refusal, ...]:
        """Why it is none, the first few reasons; empty when it is one."""
        return tuple(islice(_Telling(self._steps).refusals(self._root, value, "", "", 0), _MOST))


class _Telling:
    """One search for reasons. What passes is not entered, so that it takes no longer than the value is large."""

    def __init__(self, known: dict[int, Step]) -> None:
        self._steps = known
        self._seen: Seen = {}

    def refusals(self, type_: Type, value: Any, at: str, spot: str, level: int) -> Iterator[Refusal]:
        """``at`` points into the value, ``spot`` into the schema."""
        match type_:
            case Record() | Array() | Map() | Union() if level > MOST_LEVELS:
                yield Refusal(at, spot, f"the value is nested deeper than {MOST_LEVELS} levels")
            case Record() if isinstance(value, dict):
                yield from self._record(type_, value, at, level)
            case Array() if isinstance(value, (list, tuple)):
                for index, item in enumerate(value):
                    yield from self.refusals(type_.items, item, f"{at}/{index}", f"{spot}/items", level + 1)
            case Map() if isinstance(value, dict):
                for key, item in value.items():
                    if not is_text(key):
                        yield Refusal(at, spot, f"the key {_shown(key)} of {described(type_)} is no text", "type")
                    yield from self.refusals(type_.values, item, pointer_of(at, key), f"{spot}/values", level + 1)
            case Union():
                if not self._steps[id(type_)](value, level, self._seen):
                    yield from self._union(type_, value, at, spot, level)
            case _ if not self._steps[id(type_)](value, level, self._seen):
                yield Refusal(at, spot, f"{_shown(value)} is no {described(type_)}", "type")

    def _record(self, record: Record, value: dict[str, Any], at: str, level: int) -> Iterator[Refusal]:
        names = {field.name for field in record.fields}
        for index, field in enumerate(record.fields):
            spot = f"{record.pointer}/fields/{index}"
            if field.name in value:
                inner = value[field.name]
                yield from self.refusals(field.type, inner, pointer_of(at, field.name), f"{spot}/type", level + 1)
            elif not has_default(field):
                yield Refusal(at, spot, f'the field "{field.name}" of {described(record)} is missing', "required")
        for name in value:
            if name not in names:
                fact = f"{described(record)} has no field {_shown(name)}"
                yield Refusal(pointer_of(at, name), record.pointer, fact, "unknown-field")

    def _union(self, union: Union, value: Any, at: str, spot: str, level: int) -> Iterator[Refusal]:
        """What is wrong inside the first branch that looks like the value; else that it is of none."""
        branches = list(enumerate(union.branches))
        if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str):
            name, value = value
            branches = [each for each in branches if branch_name(each[1]) == name]
        for index, branch in branches:
            if isinstance(branch, (Record, Array, Map)):
                found = list(islice(self.refusals(branch, value, at, f"{spot}/{index}", level + 1), _MOST))
                if any(each.pointer != at for each in found):
                    yield from found
                    return
        names = ", ".join(f'"{branch_name(branch)}"' for branch in union.branches[:8])
        yield Refusal(at, spot, f"{_shown(value)} is of no branch of the union {names}", "type")


def _shown(value: Any) -> str:
    text = ascii(value) if not isinstance(value, str) else f'"{value[:_LONGEST]}"'
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
