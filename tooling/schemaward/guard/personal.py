"""Which values must not be shown: those that the contract tags as personal data.

A tag is a member of a schema (JSON Schema), or of a field or type (Avro), with a value that is not "none" or false. The
fields below it count, and so does everything around it: a refused object is shown with all that it holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from schemaward.formats.base import Refusal
from schemaward.meaning import PERSONAL_DATA
from schemaward.syntax.places import tokens_of

TAGS = (PERSONAL_DATA, "x-pii")
_NOTHING = (None, False, "none")
_NAMED = frozenset({"properties", "definitions", "$defs"})
_WORDS_OF_THE_SCHEMA = frozenset({"required", "dependentRequired"})
"""Keywords whose message tells names that the schema has, and no value."""


@dataclass(frozen=True, slots=True)
class Personal:
    """The names of the fields that are tagged; ``everything`` when a tag is on the whole record or has no name."""

    fields: frozenset[str] = frozenset()
    everything: bool = False

    def hides(self, pointer: str, value: Any) -> bool:
        """Whether what stands at ``pointer`` of a record must not be shown."""
        if self.everything or (self.fields and isinstance(value, (dict, list, tuple))):
            return True
        return any(token in self.fields for token in tokens_of(pointer))

    def shown(self, refusal: Refusal, record: Any) -> Refusal:
        """The refusal without the value, where that must not be shown."""
        if not self.hides(refusal.pointer, value_at(record, refusal.pointer)):
            return refusal
        return without_value(refusal)


def without_value(refusal: Refusal) -> Refusal:
    """A refusal that tells the rule and its place in the schema, and nothing of the record but names."""
    if rule_of(refusal) in _WORDS_OF_THE_SCHEMA:
        return refusal
    at = f' at "{refusal.schema_pointer}"' if refusal.schema_pointer else ""
    return replace(refusal, message=f"the schema{at} refuses the value, which is not shown")


def rule_of(refusal: Refusal) -> str:
    """The keyword of the schema that refuses: the last name in the pointer to it."""
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


def personal(definition: Any) -> Personal:
    """What the parsed definition of a contract tags. The text of a .proto file has no tags."""
    found: set[str] = set()
    users: dict[str, set[str]] = {}
    for name, node in _nodes(definition):
        if any(node.get(tag) not in _NOTHING for tag in TAGS):
            found.add(name)
        for other in (node.get("$ref"), node.get("type"), node.get("items"), node.get("values")):
            if isinstance(other, str):
                users.setdefault(other.rpartition("/")[2].rpartition(".")[2], set()).add(name)
    pending = list(found)
    while pending:
        for user in users.get(pending.pop(), set()) - found:
            found.add(user)
            pending.append(user)
    return Personal(frozenset(found - {""}), "" in found)


def _nodes(definition: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """All objects of a definition, each with the name of the nearest field, definition or type that it belongs to."""
    pending: list[tuple[str, Any, bool]] = [("", definition, False)]
    while pending:
        name, node, naming = pending.pop()
        if isinstance(node, list):
            pending += [(name, item, False) for item in node]
        elif isinstance(node, dict) and naming:
            pending += [(key, inner, False) for key, inner in node.items()]
        elif isinstance(node, dict):
            own = node.get("name")
            name = own.rpartition(".")[2] if isinstance(own, str) else name
            yield name, node
            pending += [(name, inner, key in _NAMED) for key, inner in node.items()]
