"""Draft-04 in the words of its own: the same documents, or a reason."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemaward.errors import InputError
from schemaward.formats import format_module
from schemaward.formats.jsonschema.draft4 import as_draft4
from schemaward.model import DataFormat

MODULE = format_module(DataFormat.JSON)
DRAFT7 = {"$schema": "http://json-schema.org/draft-07/schema#"}
DRAFT4 = "http://json-schema.org/draft-04/schema#"


def converted(value: Any) -> Any:
    return json.loads(as_draft4(MODULE.load_value({**DRAFT7, **value}, "schema")))


def test_a_schema_of_draft_04_stays_as_it_is() -> None:
    value = {"$schema": DRAFT4, "type": "integer", "minimum": 0, "exclusiveMinimum": True}
    assert json.loads(as_draft4(MODULE.load_value(value, "schema"))) == value


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ({"const": 1}, {"allOf": [{"enum": [1]}]}),
        ({"exclusiveMinimum": 3}, {"minimum": 3, "exclusiveMinimum": True}),
        ({"exclusiveMinimum": 3, "minimum": 4}, {"minimum": 4}),
        ({"exclusiveMaximum": 3, "maximum": 3}, {"maximum": 3, "exclusiveMaximum": True}),
        ({"type": "integer"}, {"allOf": [{"type": "number", "multipleOf": 1}]}),
        ({"type": ["integer", "number"]}, {"type": ["integer", "number"]}),
        ({"properties": {"a": True, "b": False}}, {"properties": {"a": {}, "b": {"not": {}}}}),
        ({"additionalProperties": False}, {"additionalProperties": False}),
        ({"required": []}, {}),
        ({"id": "no address", "properties": {"id": {}}}, {"properties": {"id": {}}}),
        ({"minLength": 2.0, "maxItems": 3.0}, {"minLength": 2, "maxItems": 3}),
        ({"enum": [1, 1.0, True, [1], [1.0]]}, {"enum": [1, True, [1]]}),
        ({"enum": []}, {"allOf": [{"not": {}}]}),
        (
            {"properties": {"a": {"$ref": "#/additionalProperties"}}, "additionalProperties": False},
            {"properties": {"a": {"$ref": "#/additionalProperties"}}, "additionalProperties": {"not": {}}},
        ),
        ({"enum": [{"$ref": "#/x"}]}, {"enum": [{"$ref": "#/x"}]}),
        ({"items": {"$ref": "#", "enum": [], "not": True, "title": "All"}}, {"items": {"$ref": "#", "title": "All"}}),
        ({"$id": "http://example.org/a"}, {"id": "http://example.org/a"}),
        (
            {"$ref": "#/definitions/a", "definitions": {"a": {"const": 1}}},
            {"$ref": "#/definitions/a", "definitions": {"a": {"allOf": [{"enum": [1]}]}}},
        ),
    ],
)
def test_how_it_is_said_in_draft_04(new: dict[str, Any], old: dict[str, Any]) -> None:
    assert converted(new) == {"$schema": DRAFT4, **old}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"propertyNames": {"maxLength": 3}}, 'at "/propertyNames"'),
        ({"properties": {"a": {"format": "date"}}}, 'the format "date" came later'),
        ({"$ref": "#/then", "then": {}}, 'a reference leads to "#/then"'),
        ({"$ref": "#/x/a", "x": {"a": {"const": 1}}}, 'a reference leads to "#/x/a"'),
        ({"id": {"type": "string"}}, "it would name the schema"),
        ({"$schema": "https://json-schema.org/draft/2020-12/schema"}, "after Draft-07"),
    ],
)
def test_what_cannot_be_said_is_refused_with_the_place(value: dict[str, Any], reason: str) -> None:
    with pytest.raises(InputError) as refusal:
        converted(value)
    assert reason in refusal.value.fact


NUMBERS = st.sampled_from([0, 1, 2.5, 3])
WORDS = st.sampled_from(["a", "b"])
LEAVES = st.one_of(
    st.booleans(),
    st.builds(lambda value: {"const": value}, NUMBERS | WORDS),
    st.builds(lambda kinds: {"type": kinds}, st.sampled_from(["integer", "string", "array", ["integer", "null"]])),
    st.fixed_dictionaries(
        {}, optional={"minimum": NUMBERS, "exclusiveMinimum": NUMBERS, "maximum": NUMBERS, "exclusiveMaximum": NUMBERS}
    ),
)
SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "contains": inner,
            "if": inner,
            "then": inner,
            "else": inner,
            "items": inner | st.lists(inner, min_size=1, max_size=2),
            "additionalItems": inner,
            "properties": st.dictionaries(WORDS, inner, max_size=2),
            "additionalProperties": inner,
            "required": st.lists(WORDS, unique=True),
            "dependencies": st.dictionaries(WORDS, inner | st.lists(WORDS, unique=True), max_size=1),
            "not": inner,
            "anyOf": st.lists(inner, min_size=1, max_size=2),
        },
    ),
    max_leaves=6,
)
DOCUMENTS = st.recursive(
    NUMBERS | WORDS | st.sampled_from([1.0, None, True]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=5,
)


@given(SCHEMAS, st.lists(DOCUMENTS, min_size=5, max_size=15))
def test_both_drafts_take_the_same_documents(schema: Any, documents: list[Any]) -> None:
    new = {**DRAFT7, **(schema if isinstance(schema, dict) else {"allOf": [schema]})}
    old = json.loads(as_draft4(MODULE.load_value(new, "schema")))
    jsonschema.Draft4Validator.check_schema(old)
    ours, theirs = jsonschema.Draft7Validator(new), jsonschema.Draft4Validator(old)
    assert [ours.is_valid(each) for each in documents] == [theirs.is_valid(each) for each in documents]
