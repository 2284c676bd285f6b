"""What is wrong with a schema, as the parser says it: a place, a fact, and what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault at an RFC 6901 ``pointer`` into the schema. ``rule`` is an id of the rule table."""

    pointer: str
    fact: str
    remedy: str = ""
    rule: str = "schema-invalid"
    unknown_name: str = ""
    """The full name that nothing defines, if that is the fault and it is one: a shared file may define it."""
