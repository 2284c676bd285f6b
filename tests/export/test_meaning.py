"""What data mean beside their type: changes are found wherever they stand, wrong values are refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from schemaward.formats import format_module
from schemaward.formats.jsonschema import meaning
from schemaward.model import DataFormat
from schemaward.rules import RULES
from schemaward.rules.ai import AI_RULES
from schemaward.syntax.parse import parse_document

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("meaning_cases.yaml").read_text("utf-8"))
EMBEDDING = {"model": "small-1", "dimension": 4, "metric": "cosine", "normalized": True}


def loaded(value: Any, data_format: str = "JSON") -> tuple[Any, Any]:
    module = format_module(DataFormat(data_format))
    document = parse_document("schema.json", json.dumps(value).encode())
    return module.load(document, lambda path: document)


@pytest.mark.parametrize("case", CASES, ids=[case["description"] for case in CASES])
def test_the_step_is_found(case: dict[str, Any]) -> None:
    module = format_module(DataFormat(case.get("format", "JSON")))
    old, new = (loaded(case[side], case.get("format", "JSON"))[0] for side in ("old", "new"))
    found = module.conventions(old, new)
    expected = [(rule, fact, case["at"]) for case in case["found"] for rule, fact in case.items() if rule != "at"]
    assert [(each.rule, each.pointer) for each in found] == [(rule, at) for rule, _, at in expected]
    for each, (_, fact, _) in zip(found, expected, strict=True):
        assert fact in each.fact


def test_every_rule_has_a_case_that_it_finds_and_one_that_it_lets_pass() -> None:
    rules = {rule for case in CASES for found in case["found"] for rule in found} - {"at"}
    assert rules == {rule.id for rule in AI_RULES} - {"annotation-invalid", "structured-output-underivable"}
    assert any(not case["found"] for case in CASES)
    assert all(RULES[rule].adjustable for rule in rules)


@pytest.mark.parametrize(
    ("said", "fact"),
    [
        ({"x-embedding": EMBEDDING | {"dimension": 0}}, "has the dimension 0, which is no positive whole number"),
        ({"x-embedding": EMBEDDING | {"dimension": True}}, "has the dimension true"),
        ({"x-embedding": EMBEDDING | {"metric": "cosin"}}, 'has the metric "cosin", not one of cosine'),
        ({"x-embedding": EMBEDDING | {"normalized": "yes"}}, 'has "yes" for "normalized"'),
        ({"x-embedding": EMBEDDING | {"model": ""}}, 'has the model ""'),
        ({"x-embedding": {"model": "m"}}, "does not have exactly the fields"),
        ({"x-embedding": EMBEDDING, "minItems": 3}, "has the dimension 4, and the array has at least 3 items"),
        ({"x-embedding": EMBEDDING, "maxItems": 8}, "has the dimension 4, and the array has at most 8 items"),
        ({"x-personal-data": "yes"}, 'is "yes", not one of none, pseudonymous, personal, special'),
        ({"x-personal-data": ["personal"]}, "not one of none"),
        ({"x-unit": ""}, 'is "", not a unit in text'),
        ({"x-unit": 3}, "is 3, not a unit in text"),
    ],
)
def test_a_wrong_value_is_refused_where_it_stands(said: dict[str, Any], fact: str) -> None:
    name = next(name for name in said if name.startswith("x-"))
    _, [found] = loaded({"type": "object", "properties": {"v": {"type": "array", **said}}})
    assert (found.rule, found.pointer) == ("annotation-invalid", f"/properties/v/{name}")
    assert fact in found.fact
    avro = {"type": "record", "name": "E", "fields": [{"name": "v", "type": "long", name: said[name]}]}
    assert [each.rule for each in loaded(avro, "AVRO")[1]] == ["annotation-invalid"] * ("the array has" not in fact)


def test_a_wrong_value_on_a_type_of_avro_is_refused_once() -> None:
    hashed = {"type": "fixed", "name": "H", "size": 8, "x-personal-data": "yes"}
    vector = {"type": "array", "items": {"type": "float", "x-unit": ""}, "x-embedding": "nonsense"}
    fields = [{"name": "v", "type": ["null", vector]}, {"name": "h", "type": hashed}, {"name": "i", "type": "H"}]
    _, found = loaded({"type": "record", "name": "E", "fields": fields}, "AVRO")
    assert [(each.rule, each.pointer) for each in found] == [
        ("annotation-invalid", "/fields/0/type/1/x-embedding"),
        ("annotation-invalid", "/fields/0/type/1/items/x-unit"),
        ("annotation-invalid", "/fields/1/type/x-personal-data"),
    ]


def test_right_values_are_taken() -> None:
    said = {"x-embedding": EMBEDDING, "x-personal-data": "special", "x-unit": "m/s2", "x-other": 3}
    vector = {"type": "array", "minItems": 4, "maxItems": 4, **said}
    assert loaded({"type": "object", "properties": {"v": vector}})[1] == ()


def test_references_that_multiply_end_in_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, "MOST_PLACES", 10)
    deep: dict[str, Any] = {"type": "number", "x-unit": "s"}
    for _ in range(20):
        deep = {"type": "object", "properties": {"a": deep}}
    schema, _ = loaded(deep)
    [found] = meaning.conventions(schema, schema)
    assert (found.rule, "at 10 places" in found.fact) == ("annotation-invalid", True)
