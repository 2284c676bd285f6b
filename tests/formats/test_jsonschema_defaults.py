"""A reader that fills in defaults can read what lacks a property; only valid defaults count."""

from __future__ import annotations

from typing import Any

import pytest

import schemaward

OLD = {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"], "additionalProperties": False}


def new(**language: Any) -> Any:
    properties = {"id": {"type": "string"}, "language": {"type": "string", **language}}
    return {**OLD, "properties": properties, "required": ["id", "language"]}


def test_a_required_property_with_a_default_may_be_missing() -> None:
    reader = new(default="en")
    assert schemaward.can_read(reader, OLD).kind == "incompatible"
    assert schemaward.can_read(reader, OLD, fill_defaults=True).kind == "compatible"


@pytest.mark.parametrize("language", [{}, {"default": 7}, {"default": "english", "maxLength": 2}])
def test_without_a_valid_default_it_may_not(language: dict[str, Any]) -> None:
    verdict = schemaward.can_read(new(**language), OLD, fill_defaults=True)
    assert isinstance(verdict, schemaward.Incompatible)
    assert verdict.witness == {"id": ""}


def test_a_default_need_not_have_a_format_that_is_no_assertion() -> None:
    reader = new(default="soon", format="date")
    assert schemaward.can_read(reader, OLD, fill_defaults=True).kind == "incompatible"
    assert schemaward.can_read(reader, OLD, fill_defaults=True, assert_formats=False).kind == "compatible"


def test_only_the_reader_fills_in() -> None:
    assert schemaward.can_read(OLD, new(default="en"), fill_defaults=True).kind == "incompatible"


def test_objects_within_are_filled_too() -> None:
    def within(schema: Any) -> Any:
        return {"definitions": {"item": schema}, "items": {"$ref": "#/definitions/item"}}

    assert schemaward.can_read(within(new(default="en")), within(OLD), fill_defaults=True).kind == "compatible"


def test_other_breaks_stay() -> None:
    reader = new(default="en")
    reader["properties"]["id"] = {"type": "string", "minLength": 1}
    verdict = schemaward.can_read(reader, OLD, fill_defaults=True)
    assert isinstance(verdict, schemaward.Incompatible)
    assert verdict.witness == {"id": ""}
