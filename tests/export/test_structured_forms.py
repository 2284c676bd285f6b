"""The strict form, case by case: what it says, what is lost, and the way back from an answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest

from schemaward.formats.jsonschema import load_value
from schemaward.formats.jsonschema.structured.deriving import Derived, derive, proof, real_losses, restore, worded
from schemaward.formats.jsonschema.structured.providers import ANTHROPIC, OPENAI, Provider
from schemaward.verdict import Compatible

TEXT = {"type": "string"}


def derived(properties: dict[str, Any], provider: Provider = OPENAI, **more: Any) -> Derived:
    contract = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    return derive(load_value(contract | more, "contract"), provider)


def part(schema: Any, provider: Provider = OPENAI, **more: Any) -> Any:
    """The form of a required property with this schema."""
    return derived({"a": schema}, provider, **more).schema["properties"]["a"]


def losses(found: Derived) -> list[tuple[str, str]]:
    return [(loss.effect, loss.pointer) for loss in found.losses]


def test_conjunctions_are_merged_with_the_stricter_bounds() -> None:
    both = {"allOf": [{"type": "integer", "minimum": 0, "maximum": 9}, {"minimum": 3, "exclusiveMaximum": 9}]}
    assert part(both) == {"type": "integer", "minimum": 3, "exclusiveMaximum": 9}
    parts = [{"type": "object", "properties": {"x": TEXT}, "required": ["x"]}, {"properties": {"x": {"pattern": "^a"}}}]
    assert part({"allOf": parts})["properties"] == {"x": {"type": "string", "pattern": "^a"}}


def test_a_closed_branch_forbids_what_others_declare() -> None:
    branch = {"type": "object", "properties": {"x": TEXT}, "additionalProperties": False}
    found = part({"allOf": [branch, {"properties": {"y": TEXT}}]})
    assert list(found["properties"]) == ["x"]


def test_values_are_held_against_all_that_is_said_of_them() -> None:
    assert part({"enum": ["a", "bb", 3, None], "type": ["string", "null"], "maxLength": 1}) == {
        "type": ["string", "null"],
        "enum": ["a", None],
    }
    assert part({"allOf": [{"enum": [1, 2, 3]}, {"enum": [3, 2]}]}) == {"type": "integer", "enum": [2, 3]}
    assert part({"enum": [True, 1, 2.5]}) == {"type": ["number", "boolean"], "enum": [True, 1, 2.5]}


def test_an_enum_that_may_be_left_out_has_null_in_type_and_values() -> None:
    found = derived({"a": {"enum": ["x"]}, "b": {"enum": ["x", None]}}, required=[])
    expected = {"type": ["string", "null"], "enum": ["x", None]}
    assert found.schema["properties"] == {"a": expected, "b": expected}


def test_whole_numbers_of_draft_4_are_integers_in_the_form() -> None:
    schema = {"$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "required": ["n"]}
    contract = load_value(schema | {"properties": {"n": {"type": "integer", "enum": [1, 2]}}}, "contract")
    assert isinstance(proof(contract, derive(contract, OPENAI)), Compatible)


def test_names_are_held_against_patterns_and_property_names() -> None:
    schema = {"type": "object", "properties": {"ab": TEXT, "c": TEXT}, "patternProperties": {"^a": {"pattern": "x"}}}
    found = part(schema | {"propertyNames": {"minLength": 2}})
    assert found["properties"] == {"ab": {"type": ["string", "null"], "pattern": "x"}}


def test_alternatives_that_a_property_tells_apart_lose_nothing() -> None:
    def kind(name: str) -> dict[str, Any]:
        return {"type": "object", "properties": {"kind": {"const": name}}, "required": ["kind"]}

    def effects(found: Derived) -> set[str]:
        return {loss.effect for loss in found.losses if loss.pointer.endswith("oneOf")}

    assert effects(derived({"a": {"oneOf": [kind("x"), kind("y")]}})) == set()
    assert effects(derived({"a": {"oneOf": [kind("x"), kind("x") | {"minProperties": 1}]}})) == {"wider"}


def test_a_schema_inside_itself_is_kept_or_cut() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/definitions/node"}, "name": TEXT}}
    more = {"definitions": {"node": node}}
    assert part({"$ref": "#/definitions/node"}, OPENAI, **more) == {"$ref": "#/$defs/node"}
    cut = derived({"a": {"$ref": "#/definitions/node"}}, ANTHROPIC, **more)
    assert list(cut.schema["$defs"]["node"]["properties"]) == ["name"]
    assert ("narrower", "/definitions/node") in losses(cut)


def test_a_schema_that_has_no_finite_document_is_no_answer() -> None:
    endless = {"type": "object", "properties": {"next": {"$ref": "#/definitions/e"}}, "required": ["next"]}
    more = {"definitions": {"e": endless}}
    assert derived({"a": {"$ref": "#/definitions/e"}}, ANTHROPIC, **more).obstacles
    assert (
        "a"
        not in derived({"a": {"$ref": "#/definitions/e"}, "b": TEXT}, ANTHROPIC, **more, required=["b"]).schema[
            "properties"
        ]
    )


def test_the_reason_for_no_form_names_the_property() -> None:
    pair = {"type": "array", "items": [TEXT, TEXT]}
    assert derived({"a": TEXT, "b": pair}).obstacles == (
        ("/properties/b", 'no answer can have the required property "b"'),
    )
    assert derived({"a": TEXT, "b": pair}, required=["a"]).obstacles == ()


def test_bounds_of_draft_4_are_proven_too() -> None:
    count = {"type": "number", "minimum": 0, "exclusiveMinimum": True}
    schema = {"$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "properties": {"n": count}}
    contract = load_value(schema | {"required": ["n"]}, "contract")
    found = derive(contract, OPENAI)
    assert found.schema["properties"]["n"] == {"type": "number", "exclusiveMinimum": 0}
    assert isinstance(proof(contract, found), Compatible)


def test_what_is_not_enforced_is_listed_with_its_place_and_told_to_the_model() -> None:
    found = derived({"a": TEXT | {"minLength": 2, "description": "A name."}}, ANTHROPIC)
    assert losses(found) == [("wider", "/properties/a/minLength")]
    assert found.schema["properties"]["a"]["description"] == "A name. Must hold: minLength 2."


@pytest.mark.parametrize("source", ["^(?!a)", r"^(a)\1$", r"\bword\b"])
def test_patterns_that_no_provider_documents_are_not_sent(source: str) -> None:
    assert "pattern" not in part(TEXT | {"pattern": source})


@pytest.mark.parametrize("source", [r"\p{L}", r"\cA", r"\u{1F600}", "(?<name>a)", r"\ud83d\ude00", "[^]", "[]a[b]"])
def test_patterns_that_python_refuses_or_reads_otherwise_are_told_in_words(source: str) -> None:
    found = derived({"a": TEXT | {"pattern": source}})
    assert "Must hold: pattern" in found.schema["properties"]["a"]["description"]
    assert losses(found) == [("wider", "/properties/a/pattern")]


@pytest.mark.parametrize("source", ["^[a-z0-9_]+$", r"\u00e9\x41", r"^(?:a|b\.c)?[\]\-]$", "^--&&$"])
def test_plain_patterns_are_sent(source: str) -> None:
    assert part(TEXT | {"pattern": source})["pattern"] == source


@pytest.mark.parametrize(
    ("source", "sent", "other"),
    [
        (r"^\d{4}-\d\d$", "^[0-9]{4}-[0-9][0-9]$", "٢٠٢٦-٠١"),
        (r"^[\w.]+$", "^[A-Za-z0-9_.]+$", "é"),
        (r"^\W$", "^[^A-Za-z0-9_]$", "a"),
        (r"^a\s$", r"^a[\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]$", "a\x85"),
        ("[[a]", r"[\[a]", "b"),
    ],
)
def test_what_engines_read_differently_is_spelled_out(source: str, sent: str, other: str) -> None:
    assert part(TEXT | {"pattern": source})["pattern"] == sent
    assert re.search(sent, other) is None


@pytest.mark.parametrize("source", ["^[a&&b]$", "^[a~~b]$", "^[!--]$", "^[a||b]$", r"^[^\D]$"])
def test_what_cannot_be_spelled_out_is_not_sent(source: str) -> None:
    assert "pattern" not in part(TEXT | {"pattern": source})


def test_a_loss_that_makes_no_difference_is_proven_away() -> None:
    contract = load_value(
        {"type": "object", "properties": {"a": TEXT, "b": TEXT}, "required": ["a"], "dependencies": {"b": ["a"]}}, "c"
    )
    found = derive(contract, OPENAI)
    verdict = proof(contract, found)
    assert ("wider", "") in losses(found)
    assert isinstance(verdict, Compatible)
    assert [loss.effect for loss in real_losses(found, verdict)] == ["narrower"]


@pytest.mark.parametrize(
    ("properties", "answer", "document"),
    [
        ({"a": TEXT}, {"a": None}, {}),
        ({"a": {"type": ["string", "null"]}}, {"a": None}, {"a": None}),
        ({"a": {"enum": [1, None]}}, {"a": None}, {"a": None}),
        ({"a": {"type": "array", "items": {"type": "object", "properties": {"x": TEXT}}}}, {"a": [{"x": None}]}, {"a": [{}]}),
        (
            {"a": {"anyOf": [
                {"type": "object", "properties": {"k": {"const": 1}, "x": {"type": ["string", "null"]}}, "required": ["k", "x"]},
                {"type": "object", "properties": {"k": {"const": 2}, "x": TEXT}, "required": ["k"]},
            ]}},
            {"a": {"k": 2, "x": None}},
            {"a": {"k": 2}},
        ),
    ],
)  # fmt: skip
def test_null_is_taken_back_where_it_stands_for_nothing(properties: dict[str, Any], answer: Any, document: Any) -> None:
    found = derived(properties, required=[])
    assert jsonschema_rs.Draft202012Validator(found.schema).is_valid(answer)
    assert restore(answer, found) == document


def test_the_alternative_that_an_answer_means_is_found_by_its_format_too() -> None:
    def branch(a: dict[str, Any], b: Any, *required: str) -> dict[str, Any]:
        return {"type": "object", "properties": {"a": TEXT | a, "b": b}, "required": ["a", *required]}

    nullable = {"type": ["string", "null"]}
    found = derived({"x": {"anyOf": [branch({"format": "date"}, TEXT), branch({"pattern": "^h"}, nullable, "b")]}})
    answer = {"x": {"a": "hello", "b": None}}
    assert restore(answer, found) == answer


@pytest.mark.parametrize(
    ("properties", "document", "answer"),
    [
        ({"a": TEXT, "b": TEXT}, {"b": "x"}, {"a": None, "b": "x"}),
        ({"a": {"type": "array", "items": {"type": "object", "properties": {"x": TEXT}}}}, {"a": [{}]}, {"a": [{"x": None}]}),
        (
            {"a": {"anyOf": [
                {"type": "object", "properties": {"k": {"const": 1}, "x": TEXT}, "required": ["k", "x"]},
                {"type": "object", "properties": {"k": {"const": 2}, "y": TEXT}, "required": ["k"]},
            ]}},
            {"a": {"k": 2}},
            {"a": {"k": 2, "y": None}},
        ),
    ],
)  # fmt: skip
def test_a_document_is_worded_as_the_answer_that_means_it(
    properties: dict[str, Any], document: Any, answer: Any
) -> None:
    found = derived(properties, required=[])
    assert worded(document, found) == answer
    assert jsonschema_rs.Draft202012Validator(found.schema).is_valid(answer)
    assert restore(answer, found) == document


# losses that are easily overlooked


def test_an_array_that_can_only_be_empty_is_empty_or_left_out_and_said() -> None:
    contract = {"a": {"type": "array", "items": False}, "b": TEXT}
    assert part(contract["a"]) == {"type": "array", "items": TEXT, "maxItems": 0}
    found = derived(contract, ANTHROPIC, required=["b"])
    assert list(found.schema["properties"]) == ["b"]
    assert losses(found) == [("narrower", "/properties/a/items")]
    assert derived({"a": contract["a"] | {"minItems": 1}}).obstacles


@pytest.mark.parametrize(
    ("draft", "name", "lost"),
    [("04", "date", True), ("04", "uuid", True), ("07", "uuid", True), ("07", "date", False), ("07", "email", False)],
)
def test_a_format_that_the_draft_does_not_know_is_enforced_and_said(draft: str, name: str, lost: bool) -> None:
    found = derived({"a": TEXT | {"format": name}}, **{"$schema": f"http://json-schema.org/draft-{draft}/schema#"})
    assert found.schema["properties"]["a"] == TEXT | {"format": name}
    assert losses(found) == [("narrower", "/properties/a/format")] * lost


def test_values_are_not_held_against_a_format_that_the_draft_does_not_know() -> None:
    assert part({"enum": ["a"], "format": "uuid"}) == {"type": "string", "enum": ["a"]}
    assert derived({"a": {"enum": ["a"], "format": "date"}}).obstacles


def test_null_that_is_a_value_cannot_stand_for_what_is_left_out() -> None:
    parts = {"a": {"type": ["string", "null"]}, "b": TEXT, "c": {"anyOf": [{"type": "null"}, TEXT]}}
    found = derived(parts, required=["b"])
    assert losses(found) == [("narrower", "/properties/a"), ("narrower", "/properties/c")]
    assert losses(derived(parts, ANTHROPIC, required=["b"])) == []


def doubling(depth: int, step: Callable[[dict[str, str]], Any], last: Any) -> dict[str, Any]:
    """Definitions of which each leads to the next one twice."""
    steps = {f"d{n}": step({"$ref": f"#/definitions/d{n + 1}"}) for n in range(depth)}
    return {"definitions": {**steps, f"d{depth}": last}}


@pytest.mark.parametrize("provider", [OPENAI, ANTHROPIC])
@pytest.mark.parametrize(
    ("step", "last"),
    [
        (lambda to: {"type": "object", "properties": {"x": to, "y": to}, "required": ["x", "y"]}, TEXT),
        (lambda to: {"anyOf": [to, {"allOf": [to], "title": "again"}]}, TEXT),
        (lambda to: {"allOf": [{"anyOf": [to, {"maxLength": 3}]}, {"anyOf": [{"minLength": 1}, to]}]}, TEXT),
        (lambda to: {"enum": ["a"], "anyOf": [to, {"not": to}]}, {"enum": ["b"]}),
    ],
    ids=["properties", "alternatives", "conjunctions", "values"],
)
def test_references_that_multiply_end_in_a_form_or_a_reason(step: Any, last: Any, provider: Provider) -> None:
    found = derived({"a": {"$ref": "#/definitions/d0"}}, provider, **doubling(40, step, last))
    assert found.schema or found.obstacles


def test_values_and_properties_by_the_thousand_are_no_burden() -> None:
    many = {f"p{n}": {"enum": [f"v{n}.{m}" for m in range(20)]} for n in range(400)}
    [(_, reason)] = derived(many).obstacles
    assert "1,000 values in enums, and there are 8,000" in reason


def test_a_name_that_the_provider_refuses_is_no_part_of_the_form() -> None:
    inner = {"type": "object", "properties": {"$id": TEXT, "x": TEXT}}
    parts = {"$top": TEXT, "ok_1.a-b": TEXT, "y" * 65: TEXT, "inner": inner}
    found = derived(parts, ANTHROPIC, required=[])
    assert list(found.schema["properties"]) == ["ok_1.a-b", "inner"]
    assert list(found.schema["properties"]["inner"]["properties"]) == ["x"]
    lost = [("narrower", f"/properties/{name}") for name in ("$top", "inner/properties/$id", "y" * 65)]
    assert set(lost) <= set(losses(found))
    [(pointer, reason)] = derived({"first name": TEXT, "b": TEXT}, ANTHROPIC).obstacles
    assert (pointer, 'take no property "first name"' in reason) == ("/properties/first name", True)
    assert "first name" in derived({"first name": TEXT}, OPENAI).schema["properties"]
