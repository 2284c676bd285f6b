"""Where the ``jsonschema`` package errs about what is evaluated, the other judge confirms the witness."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

import schemaward

D19 = "https://json-schema.org/draft/2019-09/schema"
D20 = "https://json-schema.org/draft/2020-12/schema"
EMBEDDED = {
    "$id": "https://example.com/a",
    "allOf": [{"$ref": "#/$defs/q"}],
    "$defs": {"q": {"properties": {"b": {"type": "integer"}}}},
}
MISJUDGED: dict[str, dict[str, Any]] = {
    "an embedded resource with definitions of its own": {"$schema": D20, "allOf": [EMBEDDED], "unevaluatedProperties": False},
    "and of the same names at the root": {"$schema": D20, "allOf": [EMBEDDED], "unevaluatedProperties": False, "$defs": {"q": {}}},
    "a schema for all other properties": {"$schema": D19, "additionalProperties": {"type": "integer"}, "unevaluatedProperties": False},
    "a schema for all that is left": {"$schema": D19, "allOf": [{"unevaluatedProperties": {"type": "integer"}}], "unevaluatedProperties": False},
    "a boolean for all items": {"$schema": D19, "items": True, "unevaluatedItems": False, "properties": {"b": {}}},
}  # fmt: skip


@pytest.mark.parametrize("writer", MISJUDGED.values(), ids=MISJUDGED)
def test_the_witness_is_confirmed(writer: dict[str, Any]) -> None:
    verdict = schemaward.can_read({"not": {"required": ["b"]}}, {**writer, "type": "object"})
    assert isinstance(verdict, schemaward.Incompatible)
    assert "b" in verdict.witness
    assert jsonschema_rs.validator_for(writer).is_valid(verdict.witness)


def test_a_loop_of_references_ends_without_a_word_of_the_stack(capfd: pytest.CaptureFixture[str]) -> None:
    def looping(kind: str) -> dict[str, Any]:
        loop = {"allOf": [{"oneOf": [{"$ref": "#/definitions/b"}]}, {"type": kind}]}
        return {"type": "object", "properties": {"m": {"$ref": "#/definitions/b"}}, "definitions": {"b": loop}}

    for _ in range(3):
        verdict = schemaward.can_read(looping("integer"), looping("string"))
        assert isinstance(verdict, schemaward.Undecided)
        assert "a reference leads back to itself" in verdict.reason
    assert capfd.readouterr().err == ""

    def tree(kind: str) -> dict[str, Any]:
        return {"properties": {"t": {"$ref": "#"}, "v": {"type": kind}}}

    deep: dict[str, Any] = {"v": 1}
    for _ in range(60):
        deep = {"t": deep}
    verdict = schemaward.can_read(tree("string"), {"enum": [deep]})
    assert isinstance(verdict, schemaward.Incompatible)
    assert verdict.witness == deep
