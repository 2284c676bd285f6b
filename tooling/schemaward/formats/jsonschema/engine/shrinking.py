"""Make a witness smaller: fewer properties and items, shorter strings, rounder numbers, in a fixed order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from schemaward.formats.jsonschema.engine.numbers import FLOATS_APART
from schemaward.formats.jsonschema.string_formats import FORMATS

_SAMPLES = frozenset(sample for known in FORMATS.values() for sample in known.samples)
_FRAMED = re.compile("[ -~](.*[ -~])?", re.DOTALL)
"""Texts on whose ends engines agree: to some, ``$`` matches before a last line end."""
_ADDRESS = re.compile(FORMATS["email"].surely)
_WORK = 150_000
"""Values and characters that may be looked at; an attempt on a large document costs more than one on a small."""


def shrink(value: Any, still_good: Callable[[Any], bool]) -> Any:
    """The smallest value that is reached from ``value`` by steps after each of which ``still_good`` holds."""
    work = 0
    improved = True
    while improved:
        improved = False
        cost = 20 + size(value)
        for candidate in _smaller(value):
            work += cost
            if work > _WORK:
                return value
            if still_good(candidate):
                value, improved = candidate, True
                break
    return value


def size(value: Any) -> int:
    """How many values and characters there are, counted up to a bound on work."""
    count, stack = 0, [value]
    while stack and count <= _WORK:
        item = stack.pop()
        count += 1
        if isinstance(item, dict):
            count += sum(map(len, item))
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
        elif isinstance(item, str):
            count += len(item)
    return count


def _smaller(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from _smaller_object(value)
    elif isinstance(value, list):
        yield from _smaller_array(value)
    elif isinstance(value, str):
        yield from _smaller_string(value)
    elif not isinstance(value, bool) and isinstance(value, (int, float, Decimal)):
        yield from _smaller_number(value)


def _smaller_object(value: dict[str, Any]) -> Iterator[Any]:
    if len(value) > 1:
        yield {}
    for name in value:
        yield {other: member for other, member in value.items() if other != name}
    for name, member in value.items():
        for smaller in _smaller(member):
            yield {**value, name: smaller}


def _smaller_array(value: list[Any]) -> Iterator[Any]:
    if len(value) > 3:
        yield value[: len(value) // 2]
    for index in range(len(value)):
        if value[index] is not value[index - 1] or index == 0:
            yield value[:index] + value[index + 1 :]
    for index, item in enumerate(value):
        for smaller in _smaller(item):
            yield [*value[:index], smaller, *value[index + 1 :]]


def _smaller_string(value: str) -> Iterator[str]:
    if value in _SAMPLES or _ADDRESS.match(value):
        # A shorter one may satisfy our judge and no other: "@" is an e-mail address to the jsonschema package.
        return
    framed = _FRAMED.fullmatch(value)
    shorter = [value[: len(value) // 2]] if len(value) > 1 else []
    for index in range(min(len(value), 64)):
        if value[index] != value[index - 1] or index == 0:  # of a run of one character any may go
            shorter.append(value[:index] + value[index + 1 :])
    yield from (each for each in shorter if not framed or not each or _FRAMED.fullmatch(each))


def _smaller_number(value: Any) -> Iterator[Any]:
    """Numbers of the same spelling that are closer to zero."""
    size = abs(value)
    if size >= 1:
        yield type(value)(0)
        if isinstance(value, int) and size > 1:
            yield value // 2 if value > 0 else -(size // 2)
            if size < FLOATS_APART:
                yield value - 1 if value > 0 else value + 1
    if value < 0:
        yield -value
