"""What the columns of a table mean, wherever in its contract that is said."""

from __future__ import annotations

import datetime
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from guard_commands import counts, told, validate
from guard_contracts import DRAFT7, write_contract

from schemaward.formats.jsonschema import load_value
from schemaward.guard.expected import expected_by
from schemaward.guard.tabular import arrow_records, from_cells

arrow = pytest.importorskip("pyarrow")

DRAFT2019 = "https://json-schema.org/draft/2019-09/schema"
TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
CHAIN = {f"d{at}": {"$ref": f"#/definitions/d{at + 1}"} for at in range(30)} | {"d30": TEXT}


def zipped(schema: Any, **more: Any) -> dict[str, Any]:
    """An object with ``schema`` for its property "zip"."""
    return {"properties": {"zip": schema}, **more}


def row(schema: dict[str, Any], **cells: str) -> dict[str, Any]:
    """The record of a row."""
    loaded = load_value({"$schema": DRAFT7, **schema}, "contract")
    return from_cells(expected_by(loaded), cells, cells.values())


@pytest.mark.parametrize(
    "schema",
    [
        zipped(TEXT, allOf=[zipped({"minLength": 2})]),
        zipped({}, allOf=[zipped(TEXT)]),
        zipped({"type": ["string", "integer"]}, anyOf=[zipped(TEXT), {"required": ["k"]}]),
        {"if": {"required": ["k"]}, "then": zipped(TEXT)},
        {"if": {"required": ["k"]}, "else": zipped(TEXT)},
        {"dependencies": {"k": zipped(TEXT)}},
        {"$schema": DRAFT2019, "dependentSchemas": {"k": zipped(TEXT)}},
        {"$schema": DRAFT2019, "unevaluatedProperties": TEXT},
        {"$schema": DRAFT2019, "$ref": "#/$defs/b", "$defs": {"b": {"type": "object"}}, **zipped(TEXT)},
        {"$schema": DRAFT2019, "$defs": {"b": {"$anchor": "z", **TEXT}}, **zipped({"$ref": "#z"})},
        zipped({"$ref": "#/definitions/a%20b"}, definitions={"a b": TEXT}),
        zipped({"$ref": "#/definitions/d0"}, definitions=CHAIN),
        {"patternProperties": {r"^\p{L}+$": TEXT}},
        {"patternProperties": {"^z": {"minLength": 2}, "p$": TEXT}},
    ],
)
def test_a_column_is_text_wherever_the_contract_says_so(schema: dict[str, Any]) -> None:
    assert row(schema, zip="01234") == {"zip": "01234"}


def test_a_keyword_that_the_draft_does_not_have_says_nothing() -> None:
    assert row({"unevaluatedProperties": TEXT, "dependentSchemas": 5}, zip="12") == {"zip": 12}


NULLABLE = zipped({"type": ["string", "null"]})


@pytest.mark.parametrize(
    ("schema", "record"),
    [
        (NULLABLE, {"zip": None}),
        (NULLABLE | {"allOf": [zipped({"minLength": 2})]}, {"zip": None}),
        (NULLABLE | {"allOf": [zipped(TEXT)]}, {}),
        (NULLABLE | {"anyOf": [zipped(TEXT), zipped({"const": ""})]}, {}),
        (NULLABLE | {"anyOf": [zipped(TEXT), {"required": ["k"]}]}, {"zip": None}),
        (NULLABLE | {"if": {"required": ["k"]}, "then": zipped(TEXT)}, {"zip": None}),
        ({"if": {"required": ["k"]}, "then": zipped(TEXT)}, {}),
        ({"required": ["zip"]}, {}),
        ({"additionalProperties": False}, {}),
        ({"additionalProperties": {"type": ["string", "null"]}}, {"zip": None}),
    ],
)
def test_an_empty_place_is_null_where_that_can_stand(schema: dict[str, Any], record: dict[str, Any]) -> None:
    assert row(schema, zip="") == record


def test_a_contract_that_contains_itself_many_times_is_read_as_far_as_it_is_asked() -> None:
    itself = {name: {"$ref": "#"} for name in "abcdefghij"}
    assert row({"properties": {**itself, "zip": TEXT}, "allOf": [{"properties": itself}] * 2}, zip="1") == {"zip": "1"}


def test_a_row_is_judged_as_the_same_record_in_a_line_is(contracts: Path) -> None:
    write_contract(contracts, "some.place", "JSON", "json", [{"$schema": DRAFT7, **zipped(TEXT, allOf=[zipped({})])}])
    Path("t.csv").write_text("zip\n01234\n")
    Path("t.jsonl").write_text('{"zip":"01234"}\n')
    assert counts(validate("some.place", "t.csv")) == counts(validate("some.place", "t.jsonl")) == (1, 0)


# columns


DAY = datetime.date(2026, 1, 2)
DAYS = zipped({"type": "array", "items": {"format": "date"}})


def records(schema: Any, array: Any) -> list[dict[str, Any]]:
    """The records of a table with the one column "zip"."""
    loaded = load_value({"$schema": DRAFT7, **schema}, "contract")
    return arrow_records(expected_by(loaded), arrow.RecordBatch.from_arrays([array], names=["zip"]))


@pytest.mark.parametrize("kind", ["list_", "large_list", "list_view", "large_list_view"])
def test_the_items_of_every_kind_of_list_are_those_of_json(kind: str) -> None:
    array = arrow.array([[DAY, None], None], getattr(arrow, kind)(arrow.date32()))
    assert records(DAYS, array) == [{"zip": ["2026-01-02", None]}, {}]


def test_values_behind_a_dictionary_or_behind_runs_are_those_of_json() -> None:
    days = arrow.array([DAY, DAY], arrow.date32())
    runs = arrow.RunEndEncodedArray.from_arrays([1, 2], days)
    assert records({}, days.dictionary_encode()) == records({}, runs) == [{"zip": "2026-01-02"}] * 2


def test_a_uuid_is_the_text_of_it() -> None:
    stored = arrow.array([uuid.UUID(int=5).bytes], arrow.binary(16))
    array = arrow.ExtensionArray.from_storage(arrow.uuid(), stored)
    assert records({}, array) == [{"zip": "00000000-0000-0000-0000-000000000005"}]


@pytest.mark.parametrize(("data_format", "suffix"), [("JSON", "json"), ("AVRO", "avsc")])
def test_a_map_with_a_key_twice_is_no_record(contracts: Path, data_format: str, suffix: str) -> None:
    fields = [{"name": "zip", "type": {"type": "map", "values": "long"}}]
    schema = {"type": "record", "name": "R", "fields": fields} if data_format == "AVRO" else {"$schema": DRAFT7}
    write_contract(contracts, "some.map", data_format, suffix, [schema])
    kind = arrow.map_(arrow.string(), arrow.int64())
    table = arrow.table({"zip": arrow.array([[("a", 1)], [("a", -1), ("a", 1)], [("b", 1)]], kind)})
    pytest.importorskip("pyarrow.parquet").write_table(table, "t.parquet")
    said = validate("some.map", "t.parquet")
    assert (told(said), counts(said)) == ([(2, "syntax", "")], (2, 1))
    assert 'a map has the key "a" twice' in json.dumps(said.value["shown"][0], ensure_ascii=False).replace("\\", "")
