"""Schemas whose references multiply end early, with a reason, and not in a validator that never returns."""

from __future__ import annotations

from typing import Any

import pytest

import schemaward
from schemaward.errors import InputError
from schemaward.formats import format_module
from schemaward.model import DataFormat


def multiplied(leaf: str, links: int = 15) -> Any:
    """Fifteen definitions, each of which refers to the next one nine times."""
    chain = {f"d{n}": {"allOf": [{"$ref": f"#/definitions/d{n + 1}"}] * 9} for n in range(links)}
    return {"$ref": "#/definitions/d0", "definitions": {**chain, f"d{links}": {"type": leaf}}}


def test_a_verdict_that_no_validator_could_verify_is_undecided() -> None:
    verdict = schemaward.can_read(multiplied("string"), multiplied("integer"))
    assert isinstance(verdict, schemaward.Undecided)
    assert "references multiply" in verdict.reason


def test_containment_needs_no_validator() -> None:
    assert schemaward.can_read(multiplied("number"), multiplied("integer")).kind == "compatible"


def test_a_few_multiplied_references_are_no_matter() -> None:
    assert schemaward.can_read(multiplied("string", 3), multiplied("integer", 3)).kind == "incompatible"


def test_an_example_is_not_validated_for_ever() -> None:
    module = format_module(DataFormat.JSON)
    nested = {"type": "object", "properties": {"a": {"allOf": [{"$ref": "#"}] * 9}}}
    schema, value = module.load_value(nested, "schema"), {}
    for _ in range(12):
        value = {"a": value}
    with pytest.raises(InputError, match="references multiply"):
        module.refusals(schema, value)
