"""Dates and times as RFC 3339 has them: ``jsonschema-rs`` takes signs for digits, such as "202/-01-31"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemaward.formats.jsonschema.dialects import escape
from schemaward.formats.jsonschema.engine.stacks import with_deep_stack
from schemaward.formats.jsonschema.string_formats import FORMATS, asserted
from schemaward.formats.jsonschema.visiting import next_schemas

if TYPE_CHECKING:
    from schemaward.formats.jsonschema.loading import Parsed

LAX = ("date", "time", "date-time")
"""Formats of which ``jsonschema-rs`` 0.60.3 takes more than their pattern allows."""


def narrowed(schema: Parsed) -> Any:
    """The schema with the pattern of each lax format beside it: as strict as a callback, for a quarter of the time."""
    dated = {pointer: FORMATS[name].within for pointer, name in _dated(schema).items()}

    def copy(value: Any, pointer: str) -> Any:
        if isinstance(value, list):
            return [copy(item, f"{pointer}/{index}") for index, item in enumerate(value)]
        if not isinstance(value, dict):
            return value
        own = {name: copy(member, f"{pointer}/{escape(name)}") for name, member in value.items()}
        if pointer in dated:
            own["allOf"] = [*own.get("allOf", ()), {"pattern": dated[pointer]}]
        return own

    return with_deep_stack(lambda: copy(schema.value, "")) if dated else schema.value


def _dated(schema: Parsed) -> dict[str, str]:
    """Where the schema asserts a lax format, and which; a value in an ``enum`` that looks like it is none."""
    found: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    pending = [schema.root]
    while pending:
        spot = pending.pop()
        if (spot.source, spot.pointer) in seen or not isinstance(spot.value, dict):
            continue
        seen.add((spot.source, spot.pointer))
        pending += [inner for inner, _ in next_schemas(schema.sources, spot)]
        name = spot.value.get("format")
        if name in LAX and asserted(name, schema.draft) and spot.source == schema.root.source:
            found[spot.pointer] = name
    return found
