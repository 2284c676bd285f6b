"""Bounds on how many and how long: the documents just beyond them are found, also where they are large."""

from __future__ import annotations

from typing import Any

import pytest

import schemaward

TEXT = {"type": "string"}
KEYED = {"type": "object", "required": ["id"], "properties": {"id": TEXT}}


def beyond(bound: str, most: int, schema: dict[str, Any]) -> Any:
    """A document of ``schema`` that is beyond a bound added to it."""
    verdict = schemaward.can_read({**schema, bound: most}, schema)
    assert isinstance(verdict, schemaward.Incompatible), verdict
    assert isinstance(verdict.witness, (str, list, dict))
    assert len(verdict.witness) > most
    return verdict.witness


LABELS: list[dict[str, Any]] = [
    {"type": "object"},
    {"type": "object", "additionalProperties": TEXT},
    {"type": "object", "propertyNames": {"pattern": "^[a-z]{2,4}$"}, "additionalProperties": TEXT},
    {"type": "object", "patternProperties": {"^x-": TEXT}, "additionalProperties": {"type": "integer"}},
    {"type": "object", "propertyNames": {"format": "email"}},
    {"type": "object", "propertyNames": {"pattern": "^[\u4e00-\u9fa5]$"}},
]


@pytest.mark.parametrize("schema", LABELS, ids=str)
def test_objects_of_thousands_of_properties(schema: dict[str, Any]) -> None:
    beyond("maxProperties", 3_000, schema)


def test_names_that_are_all_used_up() -> None:
    schema = {"type": "object", "propertyNames": {"pattern": "^(a|b|cc)-(x|y)-[0-9]$"}}
    beyond("maxProperties", 59, schema)
    assert schemaward.can_read({**schema, "maxProperties": 60}, schema) == schemaward.Compatible()


SETS: list[Any] = [
    True,
    TEXT,
    KEYED,
    {"type": "string", "format": "email"},
    {"type": "string", "format": "date-time"},
    {"type": "string", "pattern": "^[A-Z]{3}-[0-9]{4}$"},
    {"type": "integer", "minimum": 1, "maximum": 301},
    {"type": "number", "multipleOf": 100},
    {"type": "array", "items": KEYED, "minItems": 1},
]


@pytest.mark.parametrize("item", SETS, ids=str)
def test_sets_of_hundreds_of_items(item: Any) -> None:
    beyond("maxItems", 300, {"type": "array", "uniqueItems": True, "items": item})


def test_items_that_are_all_used_up() -> None:
    item = {
        "type": "object",
        "required": ["n"],
        "properties": {"n": {"enum": [1, 2, 3]}, "b": {"type": "boolean"}},
        "additionalProperties": False,
    }
    schema = {"type": "array", "uniqueItems": True, "items": item}
    beyond("maxItems", 8, schema)
    assert schemaward.can_read({**schema, "maxItems": 9}, schema) == schemaward.Compatible()


def test_items_differ_in_what_is_plain() -> None:
    assert beyond("maxItems", 2, {"type": "array", "uniqueItems": True, "items": KEYED}) == [
        {"id": ""},
        {"id": "a"},
        {"id": "b"},
    ]


@pytest.mark.parametrize(
    "pattern",
    ["", "^[0-9]+$", "^[A-Z].*x$", "^(?:[a-z]{4})*$", "^(foo-)*bar$", "x.*y"],
    ids=lambda pattern: pattern or "any",
)
def test_a_million_characters(pattern: str) -> None:
    beyond("maxLength", 999_999, {"type": "string", **({"pattern": pattern} if pattern else {})})


def test_a_long_text_keeps_within_both_bounds() -> None:
    pairs = {"type": "string", "pattern": "^(ab)*$"}
    assert schemaward.can_read({**pairs, "maxLength": 4_000}, {**pairs, "maxLength": 4_001}) == schemaward.Compatible()
    assert schemaward.can_read({**pairs, "maxLength": 4_000}, {**pairs, "maxLength": 4_002}).kind == "incompatible"


def test_a_million_items() -> None:
    beyond("maxItems", 1_000_000, {"type": "array"})


def test_a_name_that_stands_for_any_other_says_so() -> None:
    closed = {"type": "object", "properties": {"id": TEXT}, "additionalProperties": False}
    verdict = schemaward.can_read(closed, {"type": "object"})
    assert isinstance(verdict, schemaward.Incompatible)
    assert verdict.witness == {"other": {}}
    assert beyond("maxProperties", 1, {"type": "object"}) == {"other": {}, "a": {}}
