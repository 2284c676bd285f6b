"""Numbers in witnesses: exact, and where there is a choice such that validators which divide floats agree."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

import schemaward


@pytest.mark.parametrize(
    ("writer", "reader"),
    [
        ({"type": "number", "multipleOf": 0.1, "minimum": 0.25}, {"type": "integer"}),
        ({"type": "number", "multipleOf": 0.15, "minimum": 2}, {"enum": [1]}),
        ({"type": "number", "multipleOf": 0.01, "minimum": 0.29}, {"maximum": 0.1}),
        ({"type": "number", "multipleOf": 0.1}, {"multipleOf": 0.2}),
        ({"type": "number", "exclusiveMinimum": 5}, {"multipleOf": 0.1}),
    ],
)
def test_a_validator_that_divides_floats_agrees_with_the_witness(writer: Any, reader: Any) -> None:
    verdict = schemaward.can_read(reader, writer)
    assert isinstance(verdict, schemaward.Incompatible)
    assert jsonschema.Draft7Validator(writer).is_valid(verdict.witness)
    assert not jsonschema.Draft7Validator(reader).is_valid(verdict.witness)


def test_without_a_choice_the_exact_number_stands() -> None:
    only = {"type": "number", "multipleOf": 0.1, "minimum": 0.3, "maximum": 0.3}
    verdict = schemaward.can_read({"type": "string"}, only)
    assert isinstance(verdict, schemaward.Incompatible)
    assert verdict.witness == 0.3


def test_tenths_are_tenths() -> None:
    assert schemaward.can_read({"multipleOf": 0.1}, {"multipleOf": 0.3}).kind == "compatible"
