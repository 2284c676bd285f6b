"""Which values must not be shown: those that the contract tags as personal data (``tags``).

The fields below a tagged one count, and so does everything around it: a refused object is shown with all that it holds,
and where an object with tagged fields is expected, something else may hold the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from schemaward.formats.base import Refusal, Schema
from schemaward.guard.tags import Tagged, tagged
from schemaward.model import DataFormat
from schemaward.syntax.places import tokens_of

_WITHOUT_VALUES = frozenset({"required", "dependentRequired", "json"})
"""Rules whose message tells names that the schema has, or the type that a value has in Python, and no value."""


@dataclass(frozen=True, slots=True)
class Personal:
    """What a contract tags, and what that means for the values of a record."""

    tags: Tagged

    @property
    def any(self) -> bool:
        """Whether the contract tags something."""
        return self.tags.everything or bool(self.tags.fields)

    def hides(self, pointer: str, value: Any) -> bool:
        """Whether what stands at ``pointer`` of a record must not be shown."""
        if not self.any:
            return False
        tokens = tokens_of(pointer)
        if self.tags.everything or isinstance(value, (dict, list, tuple)) or not self.tags.fields.isdisjoint(tokens):
            return True
        # Keys of maps and indexes of lists are no names: what is there belongs to the field around it.
        nearest = next((token for token in reversed(tokens) if token in self.tags.names), None)
        return nearest is None or nearest in self.tags.around

    def shown(self, refusal: Refusal, record: Any) -> Refusal:
        """The refusal without the value, where that must not be shown."""
        if not self.hides(refusal.pointer, value_at(record, refusal.pointer)):
            return refusal
        return without_value(refusal)


def personal(data_format: DataFormat, schema: Schema) -> Personal:
    """What a contract tags."""
    return Personal(tagged(data_format, schema))


def without_value(refusal: Refusal) -> Refusal:
    """A refusal that tells the rule and its place in the schema, and nothing of the record but names."""
    if rule_of(refusal) in _WITHOUT_VALUES:
        return refusal
    at = f' at "{refusal.schema_pointer}"' if refusal.schema_pointer else ""
    return replace(refusal, message=f"the schema{at} refuses the value, which is not shown")


def rule_of(refusal: Refusal) -> str:
    """What refuses, in a word: the keyword of the schema, which is the last name in the pointer to it."""
    if refusal.rule:
        return refusal.rule
    names = (token for token in reversed(tokens_of(refusal.schema_pointer)) if not token.isdecimal())
    return next(names, "schema")


def value_at(record: Any, pointer: str) -> Any:
    """What stands at a pointer of a record; the nearest thing around it where nothing does."""
    for token in tokens_of(pointer):
        if isinstance(record, dict) and token in record:
            record = record[token]
        elif isinstance(record, (list, tuple)) and token.isdecimal() and int(token) < len(record):
            record = record[int(token)]
        else:
            return record
    return record
