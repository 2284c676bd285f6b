"""A witness shows the values that the schemas show, where that is no matter to what it proves."""

from __future__ import annotations

from typing import Any

import schemaward


def person(**age: Any) -> Any:
    name = {"type": "string", "minLength": 1, "examples": ["Ada"]}
    return {
        "type": "object",
        "required": ["name", "age"],
        "properties": {"name": name, "age": {"type": "integer", **age}},
    }


def witness(reader: Any, writer: Any) -> Any:
    verdict = schemaward.can_read(reader, writer)
    assert isinstance(verdict, schemaward.Incompatible)
    return verdict.witness


def test_a_value_that_proves_nothing_is_an_example_of_the_writer() -> None:
    assert witness(person(minimum=18), person()) == {"age": 0, "name": "Ada"}


def test_a_value_that_proves_the_break_is_an_example_only_if_that_breaks_too() -> None:
    assert witness(person(minimum=18), person(examples=[42, 17])) == {"age": 17, "name": "Ada"}
    assert witness(person(minimum=18), person(examples=[42])) == {"age": 0, "name": "Ada"}


def test_a_default_serves_as_well_and_references_are_followed() -> None:
    writer = {"items": {"$ref": "#/definitions/tag"}, "definitions": {"tag": {"type": "string", "default": "blue"}}}
    assert witness({**writer, "maxItems": 0}, writer) == ["blue"]


def test_the_shape_of_the_document_stays() -> None:
    writer = {"type": "object", "properties": {"a": {"examples": ["x"]}}, "examples": [{"a": "x"}]}
    assert witness({"type": "string"}, writer) == {}


def test_names_and_texts_have_characters_that_all_engines_see_alike() -> None:
    writer = {"propertyNames": {"pattern": "b$"}, "patternProperties": {"^.{2}$": False}, "minProperties": 3}
    verdict = schemaward.can_read({"maxProperties": 2}, {"type": "object", **writer})
    assert isinstance(verdict, schemaward.Incompatible)
    assert all(name.isascii() and name.isprintable() for name in verdict.witness)
