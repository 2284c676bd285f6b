"""The lenient policy: writers write what they declare, wherever in the schema they declare it, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

import schemaward


def lenient(reader: Any, writer: Any) -> str:
    return schemaward.can_read(reader, writer, policy="lenient").kind


def open_object(**properties: Any) -> Any:
    return {"type": "object", "properties": properties}


def test_an_optional_property_may_be_added_to_an_open_object_and_removed_from_it() -> None:
    old, new = open_object(a={"type": "string"}), open_object(a={"type": "string"}, b={"type": "integer"})
    assert lenient(new, old) == lenient(old, new) == "compatible"


def test_what_is_declared_twice_is_declared_together() -> None:
    """`y` is declared beside `x` in one place, and not in the other: it may be there."""
    writer = {**open_object(a=open_object(x={}, y={})), "allOf": [{"properties": {"a": {"properties": {"x": {}}}}}]}
    assert lenient(open_object(a=open_object(y={"type": "string"})), writer) == "incompatible"


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf", "allOf"])
def test_branches_declare_for_the_whole_object(keyword: str) -> None:
    branches = [{"properties": {"a": {}}, "required": ["a"]}, {"properties": {"b": {}}, "not": {"required": ["a"]}}]
    writer = {"type": "object", keyword: branches[:1] if keyword == "allOf" else branches, "properties": {"c": {}}}
    assert lenient({**writer, **open_object(c={}, d={"type": "string"})}, writer) == "compatible"
    assert lenient({**writer, **open_object(c={"type": "string"})}, writer) == "incompatible"


def test_what_is_said_to_come_may_come() -> None:
    writer = {**open_object(a={}), "additionalProperties": {"type": "integer"}}
    assert lenient({**writer, **open_object(a={}, b={"type": "string"})}, writer) == "incompatible"


@pytest.mark.parametrize("keyword", ["dependencies", "required"])
def test_what_is_demanded_is_written_though_it_is_not_declared(keyword: str) -> None:
    """Otherwise nothing could be written, and everybody could read that."""
    demand = {"required": ["b"]} if keyword == "required" else {"required": ["a"], "dependencies": {"a": ["b"]}}
    writer = {**open_object(a={"type": "string"}), **demand}
    assert lenient(open_object(a={"type": "integer"}), writer) == "incompatible"
    assert lenient(open_object(b={"type": "integer"}), writer) == "incompatible"
    assert lenient(open_object(c={"type": "integer"}), writer) == "compatible"


def test_an_object_that_declares_nothing_is_free() -> None:
    assert lenient(open_object(a={"type": "string"}), {"type": "object"}) == "incompatible"


def test_items_and_recursion_are_held_to_it_too() -> None:
    def tree(**more: Any) -> Any:
        node = open_object(
            value={"type": "string"}, children={"type": "array", "items": {"$ref": "#/definitions/n"}}, **more
        )
        return {"$ref": "#/definitions/n", "definitions": {"n": node}}

    assert lenient(tree(weight={"type": "integer"}), tree()) == "compatible"
    assert schemaward.can_read(tree(weight={"type": "integer"}), tree()).kind == "incompatible"


def test_what_is_denied_declares_nothing() -> None:
    writer = {**open_object(a={}), "not": {"properties": {"a": {"const": 1}}, "required": ["a"]}}
    assert lenient({**writer, **open_object(a={}, b={"type": "string"})}, writer) == "compatible"
