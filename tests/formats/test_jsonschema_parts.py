"""What is taken as the same on both sides, or proven by its parts: where references lead into what changed."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
import threading
from typing import Any

import pytest

from schemaward import can_read
from schemaward.formats import jsonschema
from schemaward.formats.jsonschema.engine.contexts import Surroundings
from schemaward.verdict import Incompatible

MODERN = "https://json-schema.org/draft/2020-12/schema"


def kinds(one: Any, other: Any) -> tuple[str, str]:
    """Can the other read the one, and the other way round."""
    return can_read(other, one).kind, can_read(one, other).kind


REFERRED: dict[str, Any] = {
    "a branch": lambda part: {"a": {"anyOf": [part, {"maxLength": 3}]}, "b": {"$ref": "#/properties/a/anyOf/0"}},
    "below an unknown keyword": lambda part: {"a": {"x-defs": {"t": part}}, "b": {"$ref": "#/properties/a/x-defs/t"}},
    "a default": lambda part: {"a": {"default": part}, "b": {"$ref": "#/properties/a/default"}},
    "an example": lambda part: {"a": {"examples": [part]}, "b": {"$ref": "#/properties/a/examples/0"}},
    "beside a reference": lambda part: {
        "a": {"$ref": "#/properties/c", "properties": {"t": part}},
        "b": {"$ref": "#/properties/a/properties/t"},
        "c": {},
    },
}


@pytest.mark.parametrize("place", REFERRED)
def test_a_reference_into_a_part_that_changed_is_not_passed_over(place: str) -> None:
    one, other = ({"properties": REFERRED[place]({"type": kind})} for kind in ("integer", "string"))
    assert kinds(one, other) == ("incompatible", "incompatible")


def test_a_branch_that_moved_takes_its_references_with_it() -> None:
    old: Any = {
        "properties": {
            "billing": {"anyOf": [{"type": "object", "required": ["iban"]}, {"type": "string"}]},
            "shipping": {"$ref": "#/properties/billing/anyOf/0"},
        }
    }
    new = copy.deepcopy(old)
    new["properties"]["billing"]["anyOf"].insert(0, {"type": "null"})
    verdict = can_read(new, old)
    assert isinstance(verdict, Incompatible)
    assert verdict.witness["shipping"].keys() == {"iban"}


REFERS = {"$ref": "#/definitions/a"}


@pytest.mark.parametrize(
    ("schema", "place", "unions"),
    [
        ({}, "/properties/a", []),
        ({"oneOf": [{}]}, "/properties/a", []),
        ({"oneOf": [{}]}, "/oneOf/0", [""]),
        ({"not": {}}, "/definitions/a", []),
        ({"not": {}}, "/not", None),
        ({"not": {"items": REFERS}}, "/definitions/a/items", None),
        ({"oneOf": [REFERS]}, "/definitions/a/items", [""]),
        ({"properties": {"x": {"oneOf": [REFERS]}, "y": {"oneOf": [{}]}}}, "/definitions/a", ["/properties/x"]),
        ({"oneOf": [REFERS], "not": {"$ref": "#"}}, "/definitions/a", None),
        ({"properties": {"not": {"oneOf": [{}]}}}, "/properties/not/oneOf/0", None),
        ({"contains": {}, "maxContains": 1}, "/contains", None),
        ({"contains": {}}, "/contains", []),
        ({"if": {}, "then": {}}, "/then", []),
        ({"not": {"$dynamicRef": "#a"}, "definitions": {"a": {"$dynamicAnchor": "a"}}}, "/definitions/a", None),
    ],
)
def test_the_unions_and_turns_that_see_a_change(schema: Any, place: str, unions: list[str] | None) -> None:
    whole = {"$schema": MODERN, "definitions": {"a": {}}, **schema}
    found = Surroundings(jsonschema.load_value(whole, "new")).unions([place])
    assert (None if found is None else sorted(found)) == unions


@pytest.mark.parametrize("item", [{"prefixItems": [False]}, {"items": False}])
def test_a_contains_is_not_taken_for_the_first_items(item: Any) -> None:
    writer = {"$schema": MODERN, "type": "array", "contains": {"not": item}, "unevaluatedItems": False}
    assert can_read({"$schema": MODERN, "type": "array", "maxItems": 1}, writer).kind == "incompatible"


@pytest.mark.parametrize(("old", "new"), [({"minimum": -1}, {"minimum": -2}), ({"enum": [-1]}, {"enum": [-2]})])
def test_minus_one_is_not_minus_two(old: Any, new: Any) -> None:
    before, after = (
        jsonschema.load_value({"properties": {"a": old}}, "old"),
        jsonschema.load_value({"properties": {"a": new}}, "new"),
    )
    assert jsonschema.diff(before, after)


def test_what_a_caller_changes_later_changes_no_other_answer() -> None:
    def schema(kind: str) -> dict[str, Any]:
        return {"properties": {"a": {"type": kind}, "c": {"$id": "http://e.org/x"}}, "required": ["a"]}

    mine = schema("integer")
    can_read(mine, {"type": "object", "required": ["a"]})
    part = mine["properties"]["a"]
    mine["properties"]["a"] = dict(part)
    part["type"] = "string"
    assert can_read(schema("integer"), {"type": "object"} | schema("string")).kind == "incompatible"


def test_the_reason_is_that_of_the_schema_as_it_is_now() -> None:
    reader: dict[str, Any] = {"type": "integer", "minimum": 10}
    can_read(reader, {"type": "integer"})
    reader["minimum"] = 20
    verdict = can_read(reader, {"type": "integer"})
    assert isinstance(verdict, Incompatible)
    assert "20" in verdict.findings[0].fact


def test_the_witness_does_not_depend_on_the_seed_of_hashes() -> None:
    asked = "import schemaward; print(schemaward.can_read({'type': 'integer'}, {'type': 'boolean'}).witness)"
    found = {
        subprocess.run(
            [sys.executable, "-c", asked], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert found == {b"False\n"}


def test_threads_may_ask_at_once() -> None:
    errors: list[BaseException] = []

    def ask(offset: int) -> None:
        try:
            for number in range(150):
                assert can_read({"maximum": offset + number}, {"maximum": offset + number - 1}).kind == "compatible"
        except BaseException as error:  # noqa: BLE001 - told by the thread that started this one
            errors.append(error)

    threads = [threading.Thread(target=ask, args=(1000 * index,)) for index in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


@pytest.mark.parametrize(
    "schema",
    [
        {"not": {"required": ["a"], "properties": {"a": {"default": 1}}}},
        {"if": {"required": ["a"], "properties": {"a": {"default": 1}}}, "then": {"required": ["b"]}},
    ],
)
def test_nobody_fills_in_defaults_where_that_would_forbid(schema: Any) -> None:
    assert can_read(schema, schema, fill_defaults=True).kind == "compatible"


def test_a_property_called_id_does_not_keep_a_witness_from_its_judge() -> None:
    holder = {"items": {"properties": {"$id": {}, "title": {"properties": {"default": {"const": {}}}}}}}
    pointer = "#/$defs/a/items/properties/title/properties/default"
    reader = {
        "$schema": "https://json-schema.org/draft/2019-09/schema",
        "properties": {"b": {"$ref": pointer}},
        "$defs": {"a": holder},
    }
    verdict = can_read(reader, {})
    assert isinstance(verdict, Incompatible)
    assert "b" in verdict.witness
