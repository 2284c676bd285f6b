"""The effects of single changes, added up, never say less than the verdict on the whole."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from schema_strategies import SUBSCHEMAS, places, schemas

from schemaward.errors import InputError
from schemaward.formats import format_module
from schemaward.formats.jsonschema.loading import trusted
from schemaward.model import DataFormat, Policy
from schemaward.verdict import Effect

MODULE = format_module(DataFormat.JSON)


def edited(schema: Any, part: Any, rng: random.Random) -> Any:
    """``schema`` with one subschema replaced by ``part``."""
    made = copy.deepcopy(schema)
    found = list(places(made))
    if not found:
        return part
    holder, key = rng.choice(found)
    holder[key] = part
    return made


def effect_of(widened: str, narrowed: str) -> Effect:
    """The effect of a step whose old side reads the new one with the verdict ``widened``, and the reverse with ``narrowed``."""
    if widened == narrowed:
        return Effect.NONE if widened == "compatible" else Effect.BOTH
    return Effect.WIDENS if widened == "incompatible" else Effect.NARROWS


@given(schemas(), SUBSCHEMAS, st.integers(0, 1_000))
@settings(max_examples=200, deadline=None)
def test_a_break_has_a_change_that_explains_it(old: Any, part: Any, seed: int) -> None:
    new = edited(old, part, random.Random(seed))
    try:
        before, after = trusted(old), trusted(new)
    except InputError:  # a reference that leads back to itself has no meaning to compare
        reject()
    effects = {change.effect for change in MODULE.diff(before, after)}
    backward = MODULE.can_read(after, before, Policy.STRICT, True).kind
    forward = MODULE.can_read(before, after, Policy.STRICT, True).kind
    if backward == "incompatible":
        assert effects & {Effect.NARROWS, Effect.BOTH, Effect.UNKNOWN}
    if forward == "incompatible":
        assert effects & {Effect.WIDENS, Effect.BOTH, Effect.UNKNOWN}


NAMES = st.sampled_from(["a", "b", "x-a"])
OF_OBJECTS: dict[str, st.SearchStrategy[Any]] = {
    "required": st.lists(NAMES, min_size=1, unique=True),
    "dependencies": st.dictionaries(NAMES, st.lists(NAMES, min_size=1, max_size=2, unique=True), min_size=1),
    "minProperties": st.integers(1, 3),
    "maxProperties": st.integers(0, 2),
    "propertyNames": st.sampled_from([{"enum": ["a", "b"]}, {"maxLength": 1}]),
    "patternProperties": st.dictionaries(
        st.sampled_from(["^x-", "^.$"]), st.sampled_from([{"maxLength": 5}, {"maximum": 5}]), min_size=1
    ),
    "additionalProperties": st.sampled_from([False, {"type": "string"}]),
}


@given(
    st.dictionaries(NAMES, st.sampled_from([{}, {"type": "string"}, {"type": "integer"}]), min_size=1),
    st.fixed_dictionaries({}, optional=OF_OBJECTS),
    st.sampled_from(list(OF_OBJECTS)),
    st.data(),
)
@settings(max_examples=200, deadline=None)
def test_the_effect_of_a_lone_change_is_that_of_the_whole(
    properties: Any, others: dict[str, Any], changed: str, data: st.DataObject
) -> None:
    """Whatever properties are left out of the question because both sides describe them alike."""
    old = {"type": "object", "properties": properties} | others
    new = old | {changed: data.draw(OF_OBJECTS[changed])}
    found = MODULE.diff(before := trusted(old), after := trusted(new))
    widened = MODULE.can_read(before, after, Policy.STRICT, True).kind
    narrowed = MODULE.can_read(after, before, Policy.STRICT, True).kind
    if len(found) == 1 and "undecided" not in (widened, narrowed):
        assert found[0].effect is effect_of(widened, narrowed)


@pytest.mark.parametrize("other", [{"not": {"$ref": "#/definitions/c"}}, {"oneOf": [{}, {"$ref": "#/definitions/c"}]}])
def test_a_definition_that_is_used_both_ways_has_both_effects(other: Any) -> None:
    def schema(kinds: Any) -> Any:
        uses = {"x": {"$ref": "#/definitions/c"}, "y": other}
        return {"properties": uses, "definitions": {"c": {"properties": {"a": {"type": kinds}}}}}

    [change] = MODULE.diff(trusted(schema("string")), trusted(schema(["string", "null"])))
    assert (change.kind, change.effect) == ("type-widened", Effect.BOTH)


@pytest.mark.parametrize(
    ("draft", "new", "said"),
    [
        (7, {"exclusiveMinimum": 1}, ({"minimum": 1}, {"exclusiveMinimum": 1})),
        (4, {"minimum": 1, "exclusiveMinimum": True}, ({"minimum": 1}, {"minimum": 2})),
        (7, {"minimum": 2}, (1, 2)),
    ],
)
def test_limits_are_told_apart_by_what_is_shown_of_them(draft: int, new: Any, said: Any) -> None:
    head = {"$schema": f"http://json-schema.org/draft-0{draft}/schema#", "type": "integer"}
    [change] = MODULE.diff(trusted(head | {"minimum": 1}), trusted(head | new))
    assert (change.old, change.new) == said


def test_a_property_that_no_writer_declared_has_no_effect_on_readers_of_declared_ones() -> None:
    old = {"type": "object", "properties": {"a": {"type": "string"}}}
    new = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}
    [strict] = MODULE.diff(trusted(old), trusted(new), Policy.STRICT, True)
    [lenient] = MODULE.diff(trusted(old), trusted(new), Policy.LENIENT, True)
    assert (strict.effect, lenient.effect) == (Effect.NARROWS, Effect.NONE)
