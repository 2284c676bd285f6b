"""Hostile schemas end: in a diff that is complete, or in one that says where it stopped. No test here looks at a clock."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from diff_judge import silent

from schemaward.formats import format_module
from schemaward.formats.jsonschema.diffing.changes import changes
from schemaward.model import DataFormat
from schemaward.syntax.limits import MAX_DEPTH


def kinds(old: Any, new: Any) -> Counter[str]:
    return Counter(change.kind for change in changes(old, new, can_read=silent))


def nested(keyword: str, leaf: Any) -> Any:
    """A schema as deep as a document may be."""
    schema, level = leaf, {"properties": 2, "anyOf": 2, "not": 1, "items": 1}[keyword]
    for _ in range(MAX_DEPTH // level - 1):
        inner: dict[str, Any] = {"properties": {"a": schema}, "anyOf": [schema, {"type": "null"}]}
        schema = {keyword: inner.get(keyword, schema)}
    return schema


@pytest.mark.parametrize("keyword", ["properties", "not", "items"])
def test_the_deepest_schema_is_compared_to_its_end(keyword: str) -> None:
    assert kinds(nested(keyword, {"type": "string"}), nested(keyword, {"type": "integer"})) == {"type-changed": 1}


def test_the_deepest_union_is_compared() -> None:
    assert kinds(nested("anyOf", {"minLength": 1}), nested("anyOf", {"minLength": 2}))


def chain(length: int, end: Any) -> dict[str, Any]:
    """Definitions of which each refers to the next."""
    rest = {
        f"d{index}": {"type": "object", "properties": {"next": {"$ref": f"#/definitions/d{index + 1}"}}}
        for index in range(length)
    }
    return {"$ref": "#/definitions/d0", "definitions": {**rest, f"d{length}": end}}


def test_a_long_chain_of_references_costs_no_stack() -> None:
    assert kinds(chain(3_000, {"type": "string"}), chain(3_000, {"type": "integer"})) == {"type-changed": 1}


def test_cycles_of_two_lengths_are_one_schema() -> None:
    assert not kinds(chain(6, {"$ref": "#/definitions/d0"}), chain(4, {"$ref": "#/definitions/d0"}))


def test_cycles_that_take_too_long_to_compare_are_reported_as_such() -> None:
    back = {"$ref": "#/definitions/d0"}
    (change,) = changes(chain(997, back), chain(1_009, back), can_read=silent)
    assert (change.kind, str(change.effect)) == ("schema-skipped", "unknown")


def test_references_that_double_are_compared_once() -> None:
    def doubling(leaf: Any) -> dict[str, Any]:
        rest = {
            f"d{index}": {"properties": {key: {"$ref": f"#/definitions/d{index + 1}"} for key in "ab"}}
            for index in range(60)
        }
        return {"$ref": "#/definitions/d0", "definitions": {**rest, "d60": leaf}}

    assert kinds(doubling({"minLength": 1}), doubling({"minLength": 2})) == {"bound-tightened": 1}


def test_a_wide_enum_is_judged_in_one_step() -> None:
    module = format_module(DataFormat.JSON)
    old = module.load_value({"enum": [f"v{index}" for index in range(10_000)]}, "old")
    new = module.load_value({"enum": [f"v{index}" for index in range(5_000, 15_000)]}, "new")
    found = Counter((change.kind, str(change.effect)) for change in module.diff(old, new))
    assert found == {("enum-value-added", "widens"): 5_000, ("enum-value-removed", "narrows"): 5_000}


def test_many_properties_are_judged_in_one_step() -> None:
    module = format_module(DataFormat.JSON)
    old = module.load_value({"type": "object"}, "old")
    properties = {f"p{index}": {"type": "string", "minLength": index + 1} for index in range(2_000)}
    new = module.load_value({"type": "object", "properties": properties, "required": list(properties)}, "new")
    found = Counter((change.kind, str(change.effect)) for change in module.diff(old, new))
    assert found == {("property-added", "narrows"): 2_000, ("required-added", "narrows"): 2_000}


def test_references_that_lead_nowhere_or_in_a_circle_are_compared_by_what_they_say() -> None:
    nowhere = {"properties": {"a": {"$ref": "#/definitions/none"}}}
    circle = {"properties": {"a": {"$ref": "#/definitions/x"}}, "definitions": {"x": {"$ref": "#/definitions/x"}}}
    assert not kinds(nowhere, nowhere)
    assert not kinds(circle, circle)
    assert "reference-changed" in kinds(nowhere, circle)


@pytest.mark.parametrize("own", [{}, {"minLength": 0}])
def test_a_long_chain_of_wrappers_hides_no_change(own: Any) -> None:
    def wrapped(end: Any) -> dict[str, Any]:
        rest = {f"d{index}": {"allOf": [{"$ref": f"#/definitions/d{index + 1}"}, own]} for index in range(1_000)}
        return {"$ref": "#/definitions/d0", "definitions": {**rest, "d1000": end}}

    def referring(end: Any) -> dict[str, Any]:
        rest = {f"d{index}": {"$ref": f"#/definitions/d{index + 1}", f"x-{index}": 1} for index in range(1_000)}
        return {"$ref": "#/definitions/d0", "definitions": {**rest, "d1000": end}}

    for make in (wrapped, referring):
        assert kinds(make({"type": "string"}), make({"type": "integer"})) == {"type-changed": 1}
