"""Hostile and merely large schemas: bounded work, then a verdict or Undecided, and never another exception."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import nullcontext, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import schemaward
from schemaward.errors import InputError
from schemaward.verdict import Verdict

D4, D7 = "http://json-schema.org/draft-04/schema#", "http://json-schema.org/draft-07/schema#"
D19, D20 = "https://json-schema.org/draft/2019-09/schema", "https://json-schema.org/draft/2020-12/schema"
TOOLING = Path(schemaward.__file__).parent.parent


def ended(verdict: Verdict) -> bool:
    return verdict.kind in ("compatible", "incompatible") or bool(getattr(verdict, "reason", ""))


def nested(depth: int, leaf: Any, **wrapper: Any) -> Any:
    """``leaf`` below ``depth`` keywords; ``wrapper`` is the keyword with HERE in place of the subschema."""

    def placed(value: Any, inner: Any) -> Any:
        if value == "HERE":
            return inner
        if isinstance(value, list):
            return [placed(member, inner) for member in value]
        return {key: placed(member, inner) for key, member in value.items()} if isinstance(value, dict) else value

    for _ in range(depth):
        leaf = placed(wrapper, leaf)
    return leaf


@pytest.mark.parametrize("depth", [90, 599, 5_000])
@pytest.mark.parametrize(
    "wrapper",
    [
        {"not": "HERE"},
        {"allOf": ["HERE", {"minLength": 1}]},
        {"anyOf": ["HERE", {"type": "null"}]},
        {"properties": {"a": "HERE"}, "required": ["a"]},
        {"items": "HERE", "minItems": 1},
        {"contains": "HERE"},
        {"propertyNames": "HERE", "minProperties": 1},
        {"if": {"type": "array"}, "then": "HERE"},
    ],
    ids=lambda wrapper: next(iter(wrapper)),
)
def test_deep_nesting_is_decided_or_refused(wrapper: dict[str, Any], depth: int) -> None:
    writer = nested(depth, {"type": "integer"}, **wrapper)
    reader = nested(depth, {"type": "integer", "minimum": 3}, **wrapper)
    if depth > 1_200:
        with pytest.raises(InputError, match="nested"):
            schemaward.can_read(reader, writer)
        return
    with suppress(InputError) if depth > 100 else nullcontext():
        assert ended(schemaward.can_read(reader, writer))


def recursive(body: dict[str, Any]) -> dict[str, Any]:
    return {"$ref": "#/definitions/t", "definitions": {"t": body}}


CYCLES: dict[str, Any] = {
    "in place": recursive({"$ref": "#/definitions/t"}),
    "in place through allOf": recursive({"allOf": [{"$ref": "#/definitions/t"}]}),
    "in place through not": recursive({"not": {"$ref": "#/definitions/t"}}),
    "in place through if": recursive({"if": {"$ref": "#/definitions/t"}, "then": {"minimum": 1}}),
    "in place through anyOf": recursive({"anyOf": [{"type": "null"}, {"$ref": "#/definitions/t"}]}),
    "in place through dependencies": recursive({"dependencies": {"a": {"$ref": "#/definitions/t"}}}),
    "through two definitions": {"$ref": "#/definitions/a", "definitions": {"a": {"$ref": "#/definitions/b"}, "b": {"$ref": "#/definitions/a"}}},
    "the root in place": {"allOf": [{"$ref": "#"}]},
    "through a required value": recursive({"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#/definitions/t"}}}),
    "through an optional value": recursive({"type": "object", "properties": {"a": {"$ref": "#/definitions/t"}}}),
    "through items": recursive({"type": "array", "items": {"$ref": "#/definitions/t"}}),
    "through a negated value": recursive({"properties": {"a": {"not": {"$ref": "#/definitions/t"}}}}),
    "through names": recursive({"type": "object", "propertyNames": {"$ref": "#/definitions/t"}}),
    "through contains": recursive({"type": "array", "contains": {"$ref": "#/definitions/t"}}),
    "through many values": recursive({"properties": {name: {"$ref": "#/definitions/t"} for name in "abcdefghij"}}),
}  # fmt: skip


@pytest.mark.parametrize("one", CYCLES.values(), ids=CYCLES)
def test_cycles_of_references_end(one: dict[str, Any]) -> None:
    for two in (CYCLES["through an optional value"], {"type": ["integer", "array"]}):
        assert ended(schemaward.can_read(two, one))
        assert ended(schemaward.can_read(one, two))


def test_a_tree_that_can_never_end_is_no_document() -> None:
    endless = recursive({"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#/definitions/t"}}})
    assert schemaward.can_read(False, endless) == schemaward.Compatible()


def test_long_enumerations() -> None:
    numbers, names = list(range(20_000)), [f"name-{number}" for number in range(20_000)]
    for values in (numbers, names):
        assert schemaward.can_read({"enum": values}, {"enum": values[1:]}).kind == "compatible"
        assert schemaward.can_read({"enum": values[:-1]}, {"enum": values}).kind == "incompatible"
        assert ended(schemaward.can_read({"enum": values[::-1]}, {"enum": values}))
    assert ended(schemaward.can_read({"type": "string", "pattern": "^name-[0-9]+$"}, {"enum": names}))
    assert ended(schemaward.can_read({"enum": names}, {"type": "string", "pattern": "^name-[0-9]{1,4}$"}))


def tagged(count: int, **extra: Any) -> list[Any]:
    return [
        {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"const": f"k{number}"}, f"p{number}": {"type": "string"}, **extra},
        }
        for number in range(count)
    ]


@pytest.mark.parametrize("union", ["anyOf", "oneOf"])
@pytest.mark.parametrize("count", [60, 200])
def test_wide_tagged_unions_are_decided(union: str, count: int) -> None:
    writer, reader = {union: tagged(count)}, {union: tagged(count + 1)}
    assert schemaward.can_read(reader, writer).kind == "compatible"
    assert schemaward.can_read(writer, reader).kind == "incompatible"


def events(resources: int, login: dict[str, Any], extra: str = "") -> dict[str, Any]:
    """Events by resource and action, told apart by what each must and may have, as of a web hook."""

    def event(resource: str, action: str) -> dict[str, Any]:
        properties = {"action": {"enum": [action]}, resource: {"$ref": "#/definitions/thing"}, "sender": USER}
        return {
            "type": "object",
            "required": ["action", resource, "sender"],
            "properties": properties | ({action: {}} if action == "edited" else {}),
            "additionalProperties": False,
        }

    union = [{"oneOf": [event(f"r{at}", act) for act in ("created", "edited", "deleted")]} for at in range(resources)]
    thing = {"type": "object", "properties": {"id": {"type": "integer"}, "owner": USER}}
    user = {"type": "object", "required": ["login"], "properties": {"login": login}}
    return {
        "oneOf": [*union, *([event(extra, "created")] if extra else [])],
        "definitions": {"user": user, "thing": thing},
    }


USER = {"$ref": "#/definitions/user"}


def test_unions_of_unions_told_apart_by_what_they_may_have_are_decided() -> None:
    text = {"type": "string"}
    old, more, narrower = events(60, text), events(60, text, "r60"), events(60, {**text, "minLength": 1})
    assert schemaward.can_read(more, old).kind == "compatible"
    assert schemaward.can_read(old, more).kind == "incompatible"
    assert schemaward.can_read(old, narrower).kind == "compatible"
    assert schemaward.can_read(narrower, old).kind == "incompatible"


def test_unions_without_a_tag_end() -> None:
    branches = [{"required": [f"p{number}"], "properties": {f"p{number}": {"type": "string"}}} for number in range(60)]
    for union in ("anyOf", "oneOf"):
        assert ended(schemaward.can_read({union: branches[1:]}, {union: branches}))
        assert ended(schemaward.can_read({union: branches}, {union: branches[1:]}))


def conditions(count: int) -> dict[str, Any]:
    chain: dict[str, Any] = {"required": ["other"]}
    for number in reversed(range(count)):
        chain = {
            "if": {"properties": {"kind": {"const": f"k{number}"}}, "required": ["kind"]},
            "then": {"required": [f"p{number}"]},
            "else": chain,
        }
    return {"type": "object", **chain}


@pytest.mark.parametrize("links", [4, 8, 16])
def test_chains_of_conditions_are_decided(links: int) -> None:
    writer, reader = conditions(links), conditions(links)
    reader["properties"] = {"kind": {"type": "string"}}
    assert schemaward.can_read(writer, reader).kind == "compatible"
    assert schemaward.can_read(reader, writer).kind == "incompatible"
    assert schemaward.can_read(conditions(links + 1), writer).kind == "incompatible"


def test_many_dependencies_are_decided() -> None:
    names = [f"p{number}" for number in range(13)]
    ring = {name: [following] for name, following in pairwise(names)}
    shorter = dict(list(ring.items())[:-1])
    assert schemaward.can_read({"dependencies": shorter}, {"dependencies": ring}).kind == "compatible"
    assert schemaward.can_read({"dependencies": ring}, {"dependencies": shorter}).kind == "incompatible"
    assert schemaward.can_read({"dependencies": {"p0": names}}, {"dependencies": ring}).kind == "compatible"


@pytest.mark.parametrize(
    ("writer", "reader", "kind"),
    [
        ({"type": "number", "maximum": 1e308}, {"type": "number", "maximum": 1e307}, "incompatible"),
        ({"type": "integer", "minimum": 10**400}, {"type": "integer", "minimum": 10**400 - 1}, "compatible"),
        ({"type": "integer", "minimum": 10**400 - 1}, {"type": "integer", "minimum": 10**400}, "incompatible"),
        ({"type": "integer", "exclusiveMinimum": 10**400, "exclusiveMaximum": 10**400 + 1}, False, "compatible"),
        ({"type": "number", "multipleOf": 1e-300}, {"type": "number", "multipleOf": 2e-300}, None),
        ({"type": "number", "multipleOf": 1e300}, {"type": "number", "multipleOf": 1e-300}, "compatible"),
        ({"type": "integer", "multipleOf": 10**18 + 9}, {"type": "integer", "not": {"multipleOf": 10**9 + 7}}, None),
        ({"type": "integer"}, {"not": {"allOf": [{"not": {"multipleOf": p}} for p in (2, 3, 5, 7, 11, 13)]}}, "incompatible"),
        ({"type": "array", "minItems": 10**9}, {"type": "array", "minItems": 10**9 + 1}, None),
        ({"type": "array", "minItems": 10**9 + 1}, {"type": "array", "minItems": 10**9}, "compatible"),
        ({"type": "array", "uniqueItems": True, "minItems": 3_000}, {"type": "string"}, None),
        ({"type": "array", "uniqueItems": True, "minItems": 3, "items": {"enum": [1, 2]}}, False, "compatible"),
        ({"type": "object", "minProperties": 10**9}, {"type": "string"}, None),
        ({"type": "object", "minProperties": 10**9, "maxProperties": 10**9 - 1}, False, "compatible"),
        ({"type": "string", "minLength": 10**9}, {"type": "string", "minLength": 10**9 + 1}, None),
        ({"type": "string", "minLength": 10**9 + 1}, {"type": "string", "minLength": 10**9}, "compatible"),
        ({"type": "object", "required": [f"p{n}" for n in range(3_000)]}, {"type": "object", "required": ["p1", "q"]}, "incompatible"),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 50}, {"contains": {"minimum": 5}}, "incompatible"),
        ({"allOf": [{"anyOf": [{"minimum": n}, {"maximum": -n}]} for n in range(40)]}, {"type": "string"}, "incompatible"),
        ({"type": "object", "patternProperties": {f"^{c}": {"type": "string"} for c in "abcdefghijklmnop"}},
         {"type": "object", "patternProperties": {f"{c}$": {"type": "string"} for c in "abcdefghijklmnop"}}, "incompatible"),
    ],
)  # fmt: skip
def test_large_numbers_and_counts_end(writer: Any, reader: Any, kind: str | None) -> None:
    verdict = schemaward.can_read(reader, writer)
    assert ended(verdict)
    assert kind is None or verdict.kind == kind, verdict


def test_counts_of_contains_end() -> None:
    for most in (3, 30):
        writer = {
            "$schema": D20,
            "type": "array",
            "contains": {"type": "integer"},
            "minContains": most,
            "maxContains": 2 * most,
            "minItems": 3 * most,
        }
        reader = {"$schema": D20, "type": "array", "contains": {"type": "number"}, "minContains": most}
        assert ended(schemaward.can_read(reader, writer))
        assert ended(schemaward.can_read(writer, reader))


@pytest.mark.parametrize("draft", [D19, D20])
@pytest.mark.parametrize("count", [3, 40])
def test_unevaluated_properties_beside_many_branches_are_decided(draft: str, count: int) -> None:
    branches = [
        {"properties": {f"p{number}": {"const": number}}, "required": [f"p{number}"]} for number in range(count)
    ]
    writer = {"$schema": draft, "type": "object", "anyOf": branches, "unevaluatedProperties": False}
    wider = {**writer, "anyOf": [*branches, {"properties": {"more": {}}, "required": ["more"]}]}
    assert schemaward.can_read(wider, writer).kind == "compatible"
    assert schemaward.can_read(writer, wider).kind == "incompatible"


def test_unevaluated_properties_beside_many_conditions_are_decided() -> None:
    def tagged_by(kind: str, number_of: str) -> Any:
        condition = {"properties": {"kind": {"const": kind}}}
        return {"if": condition, "then": {"properties": {f"of_{kind}": {"type": number_of}}}}

    def schema(number_of: str) -> Any:
        kinds = [f"k{number}" for number in range(30)]
        known = {"kind": {"enum": kinds}}
        rules = [tagged_by(kind, number_of) for kind in kinds]
        return {
            "$schema": D20, "type": "object", "properties": known, "required": ["kind"],
            "allOf": rules, "unevaluatedProperties": False,
        }  # fmt: skip

    assert schemaward.can_read(schema("number"), schema("integer")).kind == "compatible"
    verdict = schemaward.can_read(schema("integer"), schema("number"))
    assert isinstance(verdict, schemaward.Incompatible)
    assert verdict.witness == {"kind": "k0", "of_k0": 0.1}


@pytest.mark.parametrize("draft", [D19, D20])
def test_patterns_beside_unevaluated_properties_cannot_make_the_explaining_judge_hang(draft: str) -> None:
    from schemaward.formats.jsonschema import load_value
    from schemaward.formats.jsonschema.judging import explain

    schema = load_value(
        {"$schema": draft, "patternProperties": {"^(a+)+$": {}}, "unevaluatedProperties": False}, "schema"
    )
    refusal = explain(schema.parsed, {"a" * 60 + "b": 1}, assert_formats=True)
    assert refusal is not None
    assert refusal.schema_pointer == "/unevaluatedProperties"


def test_a_record_that_is_wrong_in_a_million_places_is_told_by_the_first() -> None:
    from schemaward.formats.jsonschema import load_value, records

    judge = records(load_value({"type": "array", "items": {"type": "string"}}, "schema"))
    assert [refusal.pointer for refusal in judge.refusals([1] * 1_000_000)] == ["/0"]
    assert len(judge.refusals([1] * 1_000)) == 100


def test_a_smaller_budget_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from schemaward.formats.jsonschema import can_read, load_value
    from schemaward.model import Policy

    writer, reader = load_value({"oneOf": tagged(30)}, "writer"), load_value({"oneOf": tagged(31)}, "reader")
    verdict = can_read(writer, reader, Policy.STRICT, True, 20)
    assert isinstance(verdict, schemaward.Undecided)
    assert "20 steps" in verdict.reason


SAME = """
import schemaward
tagged = {pairs}
for writer, reader in tagged:
    print(schemaward.can_read(reader, writer))
"""


def test_every_run_gives_the_same_answer() -> None:
    pairs = [
        ({"enum": ["b", "a", "c", {"x": 1, "y": 2}]}, {"enum": ["a"]}),
        ({"oneOf": tagged(5)}, {"oneOf": tagged(4)}),
        (
            {"patternProperties": {"^a": {"type": "string"}, "b$": {"minLength": 2}}},
            {"additionalProperties": {"maxLength": 1}},
        ),
        (CYCLES["through many values"], CYCLES["through an optional value"]),
        (
            {"type": "array", "uniqueItems": True, "minItems": 3, "items": {"enum": ["z", "y", "x", 1]}},
            {"type": "null"},
        ),
        ({"type": "object", "required": ["b", "a"], "properties": {"a": {}, "b": {}}}, {"required": ["c"]}),
    ]
    outputs = set()
    for seed in ("0", "1", "20"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(TOOLING)}
        program = SAME.replace("{pairs}", repr(pairs))
        outputs.add(
            subprocess.run(
                [sys.executable, "-c", program], env=environment, capture_output=True, check=True, text=True
            ).stdout
        )
    assert len(outputs) == 1
    assert outputs.pop().count("\n") == len(pairs)
