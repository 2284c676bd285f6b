"""Readers that fill in defaults: for them a property that may be missing is not required."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from schemaward.formats.base import Schema
from schemaward.formats.jsonschema.dialects import escape
from schemaward.formats.jsonschema.engine.compiling import Compiler
from schemaward.formats.jsonschema.engine.contexts import Surroundings
from schemaward.formats.jsonschema.engine.evaluating import Evaluator
from schemaward.formats.jsonschema.engine.formulas import Universe
from schemaward.formats.jsonschema.engine.outcomes import Budget, BudgetExceededError, UndecidableError
from schemaward.formats.jsonschema.engine.recursion import recursive_names
from schemaward.formats.jsonschema.engine.texts import Texts
from schemaward.formats.jsonschema.loading import Parsed, parsed_of
from schemaward.formats.jsonschema.sources import Spot
from schemaward.syntax.numbers import json_text

_STEPS = 20_000


def fill_defaults(schema: Schema, assert_formats: bool = True) -> Schema:
    """What remains of a schema for a reader that fills in a missing property with its ``default``.

    A name leaves ``required`` when the same schema object gives the property a default that its schema there accepts;
    what other keywords ask of it, such as ``patternProperties``, is not asked. A default elsewhere, say behind a
    reference, is not looked for; and below ``not``, ``if`` or ``oneOf``, where
    asking for less does not allow more, nobody fills anything in.
    """
    parsed: Parsed = schema.parsed
    recursive = recursive_names([(parsed.sources, parsed.root)])[0]
    surroundings = Surroundings(schema)
    free = {
        spot.pointer: names
        for spot in parsed.sources.spots(parsed.root.source)
        if surroundings.unions([spot.pointer]) == frozenset()
        and (names := _filled(Compiler(Universe(), parsed.sources, recursive, assert_formats=assert_formats), spot))
    }
    if not free:
        return schema
    value = _without(parsed.value, "", free)
    text = json_text(value, sort_keys=True)
    return replace(schema, identity=text, parsed=parsed_of(value, parsed.draft))


def _filled(compiler: Compiler, spot: Spot) -> set[str]:
    """The required names of a schema object for which it has a valid default."""
    schema = spot.value
    if not isinstance(schema, dict) or not isinstance(schema.get("required"), list):
        return set()
    properties = schema.get("properties", {})
    named = [name for name in schema["required"] if "default" in _object(properties.get(name))]
    return {name for name in named if _valid(compiler, spot, name, properties[name]["default"])}


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _valid(compiler: Compiler, spot: Spot, name: str, default: Any) -> bool:
    universe = compiler.universe
    try:
        literal = compiler.at(spot, "properties", name)
        return Evaluator(universe, Texts(universe, Budget(_STEPS))).holds(literal, default)
    except (UndecidableError, BudgetExceededError, RecursionError):
        return False


def _without(value: Any, pointer: str, free: dict[str, set[str]]) -> Any:
    """A copy of a document with names taken out of ``required``."""
    if isinstance(value, list):
        return [_without(item, f"{pointer}/{index}", free) for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    copy = {name: _without(member, f"{pointer}/{escape(name)}", free) for name, member in value.items()}
    if pointer in free:
        left = [name for name in value["required"] if name not in free[pointer]]
        if left:
            copy["required"] = left
        else:  # Draft-04 takes no empty list
            del copy["required"]
    return copy
