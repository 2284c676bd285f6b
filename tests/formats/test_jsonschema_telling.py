"""Why a reader refuses a witness: in the words of JSON, at the keyword that does it, in the branch that was meant."""

from __future__ import annotations

import json
from typing import Any

import pytest

from schemaward.formats.jsonschema import can_read, load_value
from schemaward.model import Policy
from schemaward.verdict import Finding, Incompatible

S = {"type": "string"}


def told(reader: Any, writer: Any) -> Finding:
    verdict = can_read(
        load_value(json.dumps(reader, indent=1), "reader"), load_value(writer, "writer"), Policy.STRICT, True
    )
    assert isinstance(verdict, Incompatible)
    (found,) = verdict.findings
    return found


def tagged(kind: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"kind": {"const": kind}, **properties},
        "required": ["kind", *properties],
        "additionalProperties": False,
    }


def test_a_keyword_behind_references_is_found_where_it_stands() -> None:
    def order(**email: Any) -> dict[str, Any]:
        return {
            "definitions": {"email": email, "customer": {"properties": {"email": {"$ref": "#/definitions/email"}}}},
            "properties": {"buyer": {"$ref": "#/definitions/customer"}},
        }

    found = told(order(type="integer"), order(type="string"))
    assert found.pointer == "/definitions/email/type"
    assert found.place.line == 4
    assert found.fact == 'the reader refuses the document at "/buyer/email": "" is not of type "integer"'


def test_so_it_is_for_a_long_document() -> None:
    def order(most: int) -> dict[str, Any]:
        items = {"type": "array", "maxItems": most}
        return {"definitions": {"items": items}, "properties": {"items": {"$ref": "#/definitions/items"}}}

    assert told(order(30_000), order(30_001)).pointer == "/definitions/items/maxItems"


@pytest.mark.parametrize("name", ["https://example.com/order", "order.json"])
def test_a_keyword_in_an_embedded_resource_is_found_where_it_stands(name: str) -> None:
    def order(**text: Any) -> dict[str, Any]:
        inner = {"$id": "text", "items": {"$ref": "#/$defs/text"}, "$defs": {"text": text}}
        schema = "https://json-schema.org/draft/2020-12/schema"
        return {"$schema": schema, "$id": name, "$defs": {"texts": inner}, "$ref": "text", "type": "array"}

    assert told(order(type="integer"), order(type="string")).pointer == "/$defs/texts/$defs/text/type"


def test_the_branch_is_told_whose_tag_the_document_has() -> None:
    found = told(
        {"oneOf": [tagged("card", pan={"pattern": "^[0-9]"}), tagged("iban", iban=S)]},
        {"oneOf": [tagged("card", pan={}), tagged("iban", iban=S)]},
    )
    assert found.pointer == "/oneOf/0/properties/pan/pattern"
    assert found.fact == 'the reader refuses the document at "/pan": "" does not match "^[0-9]", in oneOf/0'


def test_the_branch_is_told_whose_types_the_document_has() -> None:
    def position(most: int) -> dict[str, Any]:
        numbers = {"type": "array", "items": {"type": "number"}, "minItems": 2}
        return {"anyOf": [{"type": "array", "items": numbers}, {**numbers, "maxItems": most}]}

    found = told(position(2), position(3))
    assert found.pointer == "/anyOf/1/maxItems"
    assert found.fact.endswith("[0,0,0] has more than 2 items, in anyOf/1")


def test_a_value_that_was_taken_from_an_optional_enum_is_not_told_as_no_null() -> None:
    found = told({"anyOf": [{"type": "null"}, {"enum": ["a"]}]}, {"anyOf": [{"type": "null"}, {"enum": ["a", "b"]}]})
    assert found.pointer == "/anyOf/1/enum"


def test_a_document_of_a_branch_inside_a_branch() -> None:
    def union(**pan: Any) -> dict[str, Any]:
        return {"anyOf": [{"type": "null"}, {"oneOf": [tagged("iban", iban=S), tagged("card", pan=pan)]}]}

    found = told(union(minLength=1), union())
    assert found.pointer == "/anyOf/1/oneOf/1/properties/pan/minLength"
    assert found.fact.endswith(", in oneOf/1")


def test_a_document_that_no_branch_was_meant_for_is_refused_by_the_union() -> None:
    branches = [tagged("card", pan=S), tagged("iban", iban=S)]
    assert told({"oneOf": branches}, {"oneOf": [*branches, tagged("cash")]}).pointer == "/oneOf"
    assert told({"anyOf": [S, {"type": "null"}]}, {"type": "integer"}).pointer == "/anyOf"


def test_of_branches_that_are_equally_near_none_is_told() -> None:
    assert told({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}, {"type": "object"}).pointer == "/anyOf"


def test_a_schema_that_is_false_is_told_in_words() -> None:
    found = told({"properties": {"a": False}}, {"properties": {"a": {"enum": [1]}}})
    assert found.pointer == "/properties/a"
    assert found.fact == 'the reader refuses the document at "/a": the schema is false, which no value passes'


@pytest.mark.parametrize("most", [300, 30_000])
def test_what_is_wrong_with_a_long_text_is_told_to_the_end(most: int) -> None:
    fact = told({"maxLength": most}, {"type": "string", "maxLength": 30_001}).fact
    assert fact.endswith((f"is longer than {most} characters", "is too long"))
    assert len(fact) < 300
