"""Schemas for property tests, and rewritings of a schema that mean the same."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

NAMES = st.sampled_from(["a", "b", "c", "first_name", "firstName", "a/b", "~"])
TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"]
DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([1.0, 0.5, "x", "y"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=2),
    max_leaves=3,
)
SMALL = st.integers(0, 4)


def _objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    several = st.lists(inner, min_size=1, max_size=3)
    keywords: dict[str, st.SearchStrategy[Any]] = {
        "type": st.sampled_from(TYPES) | st.lists(st.sampled_from(TYPES), min_size=1, max_size=3, unique=True),
        "enum": st.lists(DATA, min_size=1, max_size=3),
        "const": DATA,
        "minimum": st.integers(-3, 3),
        "exclusiveMaximum": st.integers(-3, 3) | st.just(0.5),
        "multipleOf": st.integers(1, 4),
        "minLength": SMALL,
        "maxItems": SMALL,
        "uniqueItems": st.booleans(),
        "pattern": st.sampled_from(["^a", "b$"]),
        "required": st.lists(NAMES, max_size=3, unique=True),
        "properties": st.dictionaries(NAMES, inner, max_size=3),
        "patternProperties": st.dictionaries(st.sampled_from(["^a", "b$"]), inner, max_size=2),
        "additionalProperties": inner,
        "dependencies": st.dictionaries(NAMES, inner | st.lists(NAMES, max_size=2, unique=True), max_size=2),
        "propertyNames": inner,
        "items": inner | several,
        "additionalItems": inner,
        "contains": inner,
        "allOf": several,
        "anyOf": several,
        "oneOf": several,
        "not": inner,
        "if": inner,
        "then": inner,
        "description": st.sampled_from(["one", "two"]),
        "x-note": DATA,
        "$ref": st.sampled_from(["#", "#/definitions/d", "#/definitions/e", "#/nowhere", "#/properties/a"]),
    }
    # At most five keywords: more would drown each other.
    chosen = st.lists(st.sampled_from(list(keywords)), max_size=5, unique=True)
    return chosen.flatmap(lambda names: st.fixed_dictionaries({name: keywords[name] for name in names}))


SUBSCHEMAS = st.recursive(st.booleans() | st.just({}), _objects, max_leaves=6)


@st.composite
def schemas(draw: st.DrawFn) -> Any:
    """A Draft-07 schema with two definitions; references may be recursive, or lead nowhere."""
    root = draw(SUBSCHEMAS)
    if isinstance(root, bool):
        return root
    return root | {"definitions": {"d": draw(SUBSCHEMAS), "e": draw(SUBSCHEMAS)}}


def places(value: Any) -> Iterator[tuple[dict[str, Any] | list[Any], Any]]:
    """The holder and key of every subschema below a schema, the definitions apart."""
    if not isinstance(value, dict) or "$ref" in value:
        return
    for keyword in ("additionalProperties", "propertyNames", "contains", "not", "if", "then"):
        if keyword in value and (keyword != "then" or "if" in value):
            yield value, keyword
            yield from places(value[keyword])
    for keyword in ("properties", "patternProperties", "allOf", "anyOf", "oneOf", "items"):
        held = value.get(keyword, {})
        if keyword == "items" and keyword in value and not isinstance(held, list):
            yield value, keyword
            yield from places(held)
        else:
            for key in range(len(held)) if isinstance(held, list) else list(held):
                yield held, key
                yield from places(held[key])


def reordered(schema: Any, rng: random.Random) -> Any:
    """The same schema with keys, and members of what is a set, in another order."""

    def turn(value: Any, keyword: str) -> Any:
        if isinstance(value, dict):
            items = list(value.items())
            rng.shuffle(items)
            if "$ref" in value:  # the rest is hidden: words without a meaning have no other spelling
                return dict(items)
            return {
                key: turn(member, key if keyword not in ("properties", "definitions") else "") for key, member in items
            }
        if isinstance(value, list):
            members = [turn(member, "") for member in value]
            if keyword in ("required", "enum", "type", "anyOf", "oneOf", "allOf"):
                rng.shuffle(members)
            return members
        return value

    return turn(schema, "")


def extracted(schema: Any, rng: random.Random) -> Any:
    """The same schema with one subschema moved to a definition of its own."""
    made = copy.deepcopy(schema)
    found = list(places(made))
    if found:
        holder, key = rng.choice(found)
        made.setdefault("definitions", {})["moved"] = holder[key]
        holder[key] = {"$ref": "#/definitions/moved"}
    return made


def wrapped(schema: Any, rng: random.Random) -> Any:
    """The same schema with one subschema in an ``allOf`` of its own."""
    made = copy.deepcopy(schema)
    found = list(places(made))
    if found:
        holder, key = rng.choice(found)
        holder[key] = {"allOf": [holder[key]]}
    return made


def renamed(schema: Any, rng: random.Random) -> Any:
    """The same schema with other names for its definitions."""

    def turn(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: _moved(member) if key == "$ref" else turn(member) for key, member in value.items()}
        return [turn(member) for member in value] if isinstance(value, list) else value

    made = turn(schema)
    if isinstance(made, dict) and "definitions" in made:
        made["definitions"] = {_NEW_NAMES[name]: member for name, member in made["definitions"].items()}
    return made


_NEW_NAMES = {"d": "zeta", "e": "alpha"}


def _moved(ref: Any) -> Any:
    head, _, name = str(ref).rpartition("/")
    return f"{head}/{_NEW_NAMES[name]}" if head == "#/definitions" else ref
