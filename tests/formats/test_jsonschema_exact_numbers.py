"""Numbers beyond what a float holds: compared, verified and written as they stand."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

import schemaward
from schemaward.formats.base import Schema
from schemaward.formats.jsonschema import load
from schemaward.syntax.document import Document
from schemaward.syntax.numbers import json_text
from schemaward.syntax.parse import parse_text

LONG = "0.1000000000000000000001"


def loaded(text: str) -> Schema:
    def read(path: str) -> Document:
        raise AssertionError(path)

    schema, _ = load(parse_text(text, "v1.json"), read)
    assert schema is not None
    return schema


def test_a_long_number_is_not_the_text_of_its_digits() -> None:
    verdict = schemaward.can_read(f'{{"const": "{LONG}"}}', f'{{"const": {LONG}}}')
    assert isinstance(verdict, schemaward.Incompatible)
    assert verdict.witness == Decimal(LONG)


@pytest.mark.parametrize("number", ["1.7976931348623157e308", "3.4028235e38", "1e400", "1e23"])
@pytest.mark.parametrize("bound", ["minimum", "maximum"])
def test_beyond_a_large_bound_lies_a_number_for_whoever_reads_it_as_a_float(bound: str, number: str) -> None:
    signed = f"-{number}" if bound == "minimum" else number
    verdict = schemaward.can_read(f'{{"{bound}": {signed}}}', '{"type": "number"}')
    assert isinstance(verdict, schemaward.Incompatible)


def test_between_two_bounds_there_may_be_no_such_number() -> None:
    verdict = schemaward.can_read(
        '{"maximum": 18446744073709551615}', '{"type": "integer", "maximum": 18446744073709551616}'
    )
    assert isinstance(verdict, schemaward.Incompatible)
    assert verdict.witness == 2**64


def test_a_number_finer_than_a_fine_step() -> None:
    verdict = schemaward.can_read('{"multipleOf": 1e-300}', '{"type": "number"}')
    assert isinstance(verdict, schemaward.Incompatible)
    verdict = schemaward.can_read('{"minimum": 1e-100}', '{"type": "number", "exclusiveMinimum": 0}')
    assert isinstance(verdict, schemaward.Incompatible)


@pytest.mark.parametrize("number", ["12345678901234567890123456789012345678901.5", "0." + "0" * 40 + "1" * 40])
def test_a_witness_keeps_more_digits_than_decimals_reckon_with(number: str) -> None:
    verdict = schemaward.can_read(
        '{"type": "integer"}', f'{{"type": "number", "minimum": {number}, "maximum": {number}}}'
    )
    assert isinstance(verdict, schemaward.Incompatible)
    assert verdict.witness == Decimal(number)


def test_a_long_integer_of_draft_04_may_be_written_with_a_point() -> None:
    old, number = '"$schema": "http://json-schema.org/draft-04/schema#"', 10**40 + 1
    verdict = schemaward.can_read(f'{{{old}, "type": "integer"}}', f'{{{old}, "enum": [{number}]}}')
    assert isinstance(verdict, schemaward.Incompatible)
    assert str(verdict.witness) == f"{number}.0"


def test_recursive_schemas_tell_a_long_number_from_its_digits() -> None:
    tree = '{"$ref": "#/definitions/t", "definitions": {"t": {"properties": {"t": {"$ref": "#/definitions/t"}, "n": {"const": %s}}}}}'
    verdict = schemaward.can_read(tree % f'"{LONG}"', tree % LONG)
    assert isinstance(verdict, schemaward.Incompatible)


@pytest.mark.parametrize("number", [LONG, "1E+400", "12345678901234567890.5", "-1E-400"])
def test_the_definition_keeps_every_digit(number: str) -> None:
    schema = loaded(f'{{"type": "object", "properties": {{"n": {{"const": {number}}}}}}}')
    written = json.loads(schema.definition, parse_float=Decimal)
    assert written["properties"]["n"]["const"] == Decimal(number)


@pytest.mark.parametrize("text", ["#0.5", "##", '#"0.5', "#0.5#", "0.5"])
def test_no_text_is_taken_for_a_number(text: str) -> None:
    value = {"number": Decimal(LONG), text: [text, {"#": text}]}
    assert json.loads(json_text(value), parse_float=Decimal) == value


@pytest.mark.parametrize("value", [Decimal("0.5"), [1e400], {1: 2}, object(), {"const": float("nan")}])
def test_what_is_no_schema_in_json_is_refused(value: object) -> None:
    with pytest.raises(schemaward.errors.InputError):
        schemaward.can_read(value, True)
