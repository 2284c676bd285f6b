"""``validate`` at its limits: large records, many reasons, records without bytes, files without records."""

from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import fastavro
import pytest
from guard_commands import command, counts, told, validate
from guard_contracts import DRAFT7, write_contract

from schemaward import Guard
from schemaward.formats import format_module
from schemaward.formats.jsonschema import load_value
from schemaward.guard import inputs
from schemaward.guard.binary_inputs import Data, varint
from schemaward.guard.expected import expected_by
from schemaward.guard.tabular import arrow_records
from schemaward.model import DataFormat


def test_the_limit_of_a_record_holds_for_payloads_that_are_compressed(contracts: Path, receipts: Path) -> None:
    guard = Guard.from_contract("crm.person", receipts=receipts, most_bytes=50_000_000)
    messages = [guard.encode({"name": "x" * size}, compress=True) for size in (10, 3_000_000, 18_000_000)]
    Path("m.bin").write_bytes(b"".join(varint(len(each)) + each for each in messages))
    for limit, rules in ((1, ["wire", "wire"]), (16, ["wire"]), (20, [])):
        options = ("--input", "glue", "--receipts", receipts, "--max-record-mb", limit)
        assert [rule for _, rule, _ in told(validate("crm.person", "m.bin", *options))] == rules


def test_a_record_that_is_wrong_in_many_places_has_some_reasons(contracts: Path) -> None:
    schema = {"$schema": DRAFT7, "type": "array", "items": {"type": "integer"}}
    write_contract(contracts, "some.list", "JSON", "json", [schema])
    Path("a.jsonl").write_text(json.dumps(["x"] * 5_000) + "\n" + json.dumps(["x"] * 5))
    said = command("validate", "some.list", "a.jsonl")
    assert [line for line in said.out.splitlines() if "reasons" in line] == [
        "  and more reasons",
        "  and 2 more reasons",
    ]
    assert len(told(validate("some.list", "a.jsonl"))) == 105


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"", "a.json (document 1)  syntax"),
        (b" \n", "a.json (document 1)  syntax"),
        (b'{"name":\n "Ada",\n "age": 1,,\n}', "(line 3, column 11)"),
        (b'{"name":\n "Ada",\n "age": -1}', "a.json (document 1)  /age  minimum"),
    ],
)
def test_a_document_is_told_by_its_lines_and_never_nothing(contracts: Path, text: bytes, line: str) -> None:
    Path("a.json").write_bytes(text)
    said = command("validate", "crm.person", "a.json")
    assert said.code == 1
    assert line in said.out
    assert "a.json: 1 record against crm.person@2: 0 good, 1 bad" in said.out


def test_yaml_is_read_up_to_two_megabytes(contracts: Path) -> None:
    Path("a.yaml").write_text("name: " + "a" * 2_000_000)
    assert told(validate("crm.person", "a.yaml")) == [(1, "size", "")]


def test_records_of_nulls_have_no_bytes(contracts: Path) -> None:
    schema = {"type": "record", "name": "Nothing", "fields": [{"name": "n", "type": "null"}]}
    write_contract(contracts, "some.nothing", "AVRO", "avsc", [schema])
    with open("a.avro", "wb") as file:
        fastavro.writer(file, schema, [{"n": None}] * 3)
    assert counts(validate("some.nothing", "a.avro")) == (3, 0)


def test_a_datum_is_walked_again_only_after_as_much_again_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    schema = format_module(DataFormat.AVRO).load_value({"type": "array", "items": "int"}, "schema")
    monkeypatch.setattr(inputs.pieces, "__defaults__", (10,))
    datum = varint(2 * 100_000) + bytes(100_000) + b"\x00"
    data = Data(BytesIO(datum), 1_000_000, schema)
    walks: list[Any] = []
    walk = data._walk

    def counted(held: bytes, start: int) -> int:
        walks.append(len(held))
        return walk(held, start)

    monkeypatch.setattr(data, "_walk", counted)
    (batch,) = data.batches(inputs.Start(), lambda _piece: None)
    assert batch.records == [datum]
    assert len(walks) < 20


def test_the_mark_of_utf8_is_no_part_of_a_quoted_name(contracts: Path) -> None:
    schema = {"$schema": DRAFT7, "type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
    write_contract(contracts, "some.row", "JSON", "json", [schema])
    Path("t.csv").write_bytes(b'\xef\xbb\xbf"id","note"\n1,ok\n')
    assert counts(validate("some.row", "t.csv", "--good", "g", "--bad", "b")) == (1, 0)
    assert Path("g").read_bytes() == Path("t.csv").read_bytes()


@pytest.mark.parametrize(
    ("column", "cell", "good"),
    [
        ({"enum": ["1", "2"]}, "1", 1),
        ({"const": "true"}, "true", 1),
        ({"enum": [1, 2]}, "1", 1),
        ({"enum": [1.5]}, "1.5", 1),
        ({"enum": [True, None]}, "true", 1),
        ({"enum": ["1", None]}, "", 1),
        ({"enum": ["1", "2"]}, "3", 0),
    ],
)
def test_a_column_without_a_type_has_that_of_its_values(contracts: Path, column: Any, cell: str, good: int) -> None:
    schema = {"$schema": DRAFT7, "type": "object", "required": ["c"], "properties": {"c": column}}
    write_contract(contracts, "some.row", "JSON", "json", [schema])
    Path("t.csv").write_text(f"id,c\n1,{cell}\n")
    assert counts(validate("some.row", "t.csv")) == (good, 1 - good)


def parquet_of(name: str, table: Any) -> None:
    pytest.importorskip("pyarrow.parquet").write_table(table, name)


def test_times_that_python_does_not_have_are_bad_rows(contracts: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    schema = {"$schema": DRAFT7, "type": "object", "properties": {"t": {"type": "string", "format": "date-time"}}}
    write_contract(contracts, "some.row", "JSON", "json", [schema])
    times = [1, 10**18, 2, 3, 10**18 + 1]
    parquet_of("t.parquet", arrow.table({"t": arrow.array(times, arrow.timestamp("us", "UTC"))}))
    said = validate("some.row", "t.parquet")
    assert (told(said), counts(said)) == ([(2, "syntax", ""), (5, "syntax", "")], (3, 2))


def test_times_are_read_to_the_microsecond_whatever_is_installed(contracts: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    time, moment, count = arrow.time64("ns"), arrow.timestamp("ns", "UTC"), 1_700_000_000_123_456_789
    columns = {
        "moment": arrow.array([count, None], moment),
        "time": arrow.array([1_001, 2_002], time),
        "long": arrow.array([1_001, 2_002], arrow.duration("ns")),
        "object": arrow.array([{"at": count}, None], arrow.struct([("at", moment)])),
        "list": arrow.array([[count], None], arrow.list_(moment)),
        "large": arrow.array([[count], None], arrow.large_list(moment)),
        "pair": arrow.array([[count, None], None], arrow.list_(moment, 2)),
        "map": arrow.array([[("k", count)], None], arrow.map_(arrow.string(), moment)),
    }
    records = arrow_records(
        expected_by(load_value({"$schema": DRAFT7}, "contract")), arrow.RecordBatch.from_pydict(columns)
    )
    text = "2023-11-14T22:13:20.123456+00:00"
    assert records[0] == {
        "moment": text,
        "time": "00:00:00.000001",
        "long": "0:00:00.000001",
        "object": {"at": text},
        "list": [text],
        "large": [text],
        "pair": [text, None],
        "map": {"k": text},
    }
    assert {name: value for name, value in records[1].items() if value is not None} == {
        "time": "00:00:00.000002",
        "long": "0:00:00.000002",
    }


def test_a_file_with_nanoseconds_is_read(contracts: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    schema = {"$schema": DRAFT7, "type": "object", "properties": {"t": {"type": "string", "format": "date-time"}}}
    write_contract(contracts, "some.row", "JSON", "json", [schema])
    parquet_of("t.parquet", arrow.table({"t": arrow.array([1, 1001], arrow.timestamp("ns", "UTC"))}))
    assert counts(validate("some.row", "t.parquet")) == (2, 0)


def test_columns_of_one_name_are_told(contracts: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    write_contract(contracts, "some.row", "JSON", "json", [{"$schema": DRAFT7, "type": "object"}])
    parquet_of("t.parquet", arrow.table([arrow.array(["a"]), arrow.array(["b"])], names=["s", "s"]))
    said = command("validate", "some.row", "t.parquet")
    assert (said.code, "two columns have the same name" in said.out) == (2, True)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_an_output_that_takes_no_more_is_told(contracts: Path) -> None:
    Path("a.json").write_text("{}")
    arguments = [sys.executable, "-m", "schemaward", "validate", "crm.person", "a.json"]
    with open("/dev/full", "w") as full:
        done = subprocess.run(arguments, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2
    assert done.stderr == "error: the output cannot be written: No space left on device\n  fix: make room for it\n"
