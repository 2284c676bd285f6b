"""What is wrong with a schema, as the parser says it: a place, a fact, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from schemaward.syntax.numbers import json_text

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault at an RFC 6901 ``pointer`` into the schema. ``rule`` is an id of the rule table."""

    pointer: str
    fact: str
    remedy: str = ""
    rule: str = "schema-invalid"
    unknown_name: str = ""
    """The full name that nothing defines, if that is the fault and it is one: a shared file may define it."""


def quoted(value: Any) -> str:
    """A value as JSON has it, cut where it grows long."""
    text = json_text(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
