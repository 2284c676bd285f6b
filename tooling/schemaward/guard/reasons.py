"""Why one record of a file does not pass, for people and programs: never more of it than may be shown."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from schemaward.errors import SchemawardError
from schemaward.formats.base import Refusal
from schemaward.guard.personal import Personal, rule_of, value_at, without_value
from schemaward.syntax.numbers import json_text
from schemaward.syntax.places import tokens_of

_LONGEST = 300

SYNTAX = "syntax"
SIZE = "size"
WIRE = "wire"
SCHEMA_ID = "schema-id"
"""Rules of our own, beside the keywords of schemas: no value at all, too large, no message, of no known version."""


@dataclass(frozen=True, slots=True)
class Reason:
    """``path`` is an RFC 6901 pointer into the record; ``value`` is JSON text, cut where it is long, None if not shown."""

    rule: str
    path: str
    message: str
    value: str | None = None

    @property
    def group(self) -> tuple[str, str]:
        """Rule and path, with ``*`` for the indexes of lists, so that the same mistake counts together."""
        parts = ("*" if token.isdecimal() else token for token in tokens_of(self.path))
        return self.rule, "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in parts)


def unreadable(rule: str, error: SchemawardError, hidden: bool = False) -> tuple[Reason, ...]:
    """The reason of a record that is no value at all, with the place inside it; ``hidden`` without words of the record."""
    fact = error.fact if not hidden else "not valid, and the record is not shown"
    place = error.place
    if place is None:
        return (Reason(rule, "", fact),)
    where = [f"line {place.line}"] * (place.line > 1) + [f"column {place.column}"] * (place.column > 1)
    return (Reason(rule, "", f"{fact} ({', '.join(where)})" if where else fact),)


def reasons(refusals: Iterable[Refusal], record: Any, secret: Personal, redact: bool) -> tuple[Reason, ...]:
    """What refusals say, with the values that may be shown."""
    texts: dict[int, str] = {}  # of values that several refusals are about: a record may be long

    def reason(given: Refusal) -> Reason:
        refusal, value = worded(given, record), value_at(record, given.pointer)
        if redact or secret.hides(refusal.pointer, value):
            return Reason(rule_of(refusal), refusal.pointer, _cut(without_value(refusal).message))
        if id(value) not in texts:
            texts[id(value)] = _cut(_text(value))
        return Reason(rule_of(refusal), refusal.pointer, _cut(refusal.message), texts[id(value)])

    return tuple(map(reason, refusals))


def worded(refusal: Refusal, record: Any) -> Refusal:
    """A refusal that calls a number by its name: the judge of JSON has no word for infinity or NaN, and says null."""
    value = value_at(record, refusal.pointer)
    if isinstance(value, float) and not math.isfinite(value) and refusal.message.startswith("null "):
        return replace(refusal, message=f"{value}{refusal.message.removeprefix('null')}")
    return refusal


def _text(value: Any) -> str:
    try:
        return json_text(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        return repr(value)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
