"""``validate`` over text: JSON Lines, JSON, YAML, CSV; plain, compressed, from standard input; good, bad and hostile."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from guard_commands import command, counts, told, validate
from guard_contracts import DRAFT7, write_contract

import schemaward.cli.validate as module
from schemaward.guard import inputs
from schemaward.guard.streams import uncompressed
from schemaward.syntax import record_text

GOOD = b'{"name":"Ada","age":36}'
BAD = b'{"name":"Ada","age":-1}'
PUBLISHED = jsonschema.Draft7Validator(
    json.loads(Path(str(module.__file__)).with_name("validate.schema.json").read_text())
)


def test_each_bad_line_is_told_with_path_rule_and_value(contracts: Path) -> None:
    Path("people.jsonl").write_bytes(b"\n".join([GOOD, BAD, b"", b'{"age":200}', b"{"]))
    said = command("validate", "crm.person@2", "people.jsonl")
    assert said.code == 1
    assert said.out.splitlines() == [
        "people.jsonl:2  /age  minimum",
        "  -1 is less than the minimum of 0",
        "people.jsonl:4  required",
        '  "name" is a required property',
        "people.jsonl:4  /age  maximum",
        "  200 is greater than the maximum of 150",
        "people.jsonl:5  syntax",
        "  not valid JSON: the text ends here, and a property name in double quotes is expected (column 2)",
        "",
        "  1  maximum  /age",
        "  1  minimum  /age",
        "  1  required",
        "  1  syntax",
        "people.jsonl: 4 records against crm.person@2: 1 good, 3 bad",
    ]
    assert said.err == ""


def test_the_result_for_programs_has_the_published_shape(contracts: Path) -> None:
    Path("a.jsonl").write_bytes(GOOD + b"\n" + BAD)
    Path("b.jsonl.gz").write_bytes(gzip.compress(GOOD)[:-4])
    said = validate("crm.person", "a.jsonl", "b.jsonl.gz")
    assert said.code == 2
    PUBLISHED.validate(said.value)
    assert counts(said) == (1, 1)
    assert said.value["files"][1]["broken"] == "the compressed file is cut off"
    assert said.value["shown"][0]["reasons"][0]["value"] == "-1"


def test_clean_files_end_in_zero(contracts: Path) -> None:
    Path("a.jsonl").write_bytes(GOOD + b"\r\n" + GOOD + b"\n")
    Path("b.json").write_bytes(GOOD)
    Path("c.yaml").write_text("name: Ada\nage: 36\n")
    Path("empty.ndjson").write_bytes(b"")
    said = command("validate", "crm.person", "a.jsonl", "b.json", "c.yaml", "empty.ndjson")
    assert said.code == 0
    assert said.out.splitlines()[-1] == "empty.ndjson: 0 records against crm.person@2: 0 good, 0 bad"
    markdown = command("validate", "crm.person", "a.jsonl", "--format", "markdown")
    assert markdown.out.startswith("## crm.person&#64;2: 2 good, 0 bad\n")


def test_standard_input_is_read_plain_and_compressed(contracts: Path) -> None:
    for data in (GOOD + b"\n" + BAD, gzip.compress(GOOD + b"\n" + BAD)):
        done = subprocess.run(
            [sys.executable, "-m", "schemaward", "validate", "crm.person", "-", "--format", "json"],
            input=data,
            capture_output=True,
        )
        assert done.returncode == 1, done.stderr
        assert json.loads(done.stdout)["shown"][0]["place"] == 2


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (b'{"name":"Ada","age":NaN}', "syntax"),
        (b'{"name":"Ada","name":"Bob"}', "syntax"),
        (b'{"name":"\xff"}', "syntax"),
        (b'{"name":"\\ud800"}', "syntax"),
        (b"[" * 5000 + b"]" * 5000, "syntax"),
        (b'{"name":"Ada","age":' + b"9" * 2000 + b"}", "syntax"),
        (b"\x00\x01", "syntax"),
        (b"{} {}", "syntax"),
        (b'{"name":"' + b"a" * 1_000_001 + b'"}', "size"),
    ],
)
def test_hostile_lines_are_bad_records_and_nothing_more(contracts: Path, line: bytes, rule: str) -> None:
    Path("people.jsonl").write_bytes(b"\n".join([GOOD, line, GOOD, BAD]))
    said = validate("crm.person", "people.jsonl", "--max-record-mb", 1)
    assert told(said) == [(2, rule, ""), (4, "minimum", "/age")]
    assert counts(said) == (2, 2)


def test_a_line_of_a_hundred_megabytes_is_passed_over(contracts: Path) -> None:
    with open("people.jsonl", "wb") as file:
        file.write(GOOD + b"\n" + b'{"name":"')
        for _ in range(100):
            file.write(b"a" * 1_000_000)
        file.write(b'"}\n' + GOOD)
    said = validate("crm.person", "people.jsonl")
    assert told(said) == [(2, "size", "")]
    assert counts(said) == (2, 1)


def test_numbers_are_judged_as_they_are_written(contracts: Path) -> None:
    Path("people.jsonl").write_bytes(
        b'{"name":"Ada","more":1e400}\n{"name":"Ada","age":1e400}\n{"name":"Ada","age":12345678901234567890123}'
    )
    assert told(validate("crm.person", "people.jsonl")) == [(2, "maximum", "/age"), (3, "maximum", "/age")]
    assert validate("crm.person@1", "people.jsonl").code == 0


def test_the_verdict_does_not_depend_on_the_parser(contracts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    schema = {"$schema": DRAFT7, "properties": {"whole": {"type": "integer"}, "most": {"maximum": 0.3}}}
    write_contract(contracts, "some.number", "JSON", "json", [schema])
    good = [b'{"whole":1e-400}', b'{"most":0.30000000000000000000001}', b'{"whole":123456789012345678901.0}']
    bad = [b'{"whole":1.5}', b'{"most":0.3000001}', b'{"most":NaN}', b"{"]
    Path("numbers.jsonl").write_bytes(b"\n".join(good + bad))
    fast = validate("some.number", "numbers.jsonl")
    assert [place for place, _, _ in told(fast)] == [4, 5, 6, 7]
    monkeypatch.setattr(record_text, "_parser", lambda: record_text._nothing)
    assert validate("some.number", "numbers.jsonl") == fast


def test_lines_across_batches_keep_their_numbers(contracts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [BAD if number % 7 == 0 else GOOD for number in range(1, 101)]
    Path("people.jsonl").write_bytes(b"\n".join(lines))
    for size in (1, 7, 64, 10_000):
        monkeypatch.setattr(inputs.pieces, "__defaults__", (size,))
        said = validate("crm.person", "people.jsonl", "--show", 50)
        assert [place for place, _, _ in told(said)] == list(range(7, 101, 7))
        assert counts(said) == (86, 14)


def test_values_of_personal_data_are_hidden_and_all_values_on_demand(contracts: Path) -> None:
    Path("people.jsonl").write_bytes(b'{"name":"Ada","mail":"ada.at.home","age":777}')
    plain, redacted = (
        command("validate", "crm.person", "people.jsonl"),
        command("validate", "crm.person", "people.jsonl", "--redact"),
    )
    assert "ada.at.home" not in plain.out
    assert "777" in plain.out
    assert "777" not in redacted.out
    assert "/properties/age/maximum" in redacted.out


def test_a_file_that_cannot_be_read_takes_nothing_from_the_others(contracts: Path) -> None:
    Path("bad.jsonl").write_bytes(BAD)
    Path("good.jsonl").write_bytes(GOOD)
    Path("folder.jsonl").mkdir()
    said = command("validate", "crm.person", "bad.jsonl", "missing.jsonl", "folder.jsonl", "good.jsonl")
    assert said.code == 2
    assert said.out.splitlines()[-8:] == [
        "bad.jsonl: 1 record against crm.person@2: 0 good, 1 bad",
        "missing.jsonl: 0 records against crm.person@2: 0 good, 0 bad",
        '  "missing.jsonl" cannot be read: No such file or directory',
        "  fix: name another file",
        "folder.jsonl: 0 records against crm.person@2: 0 good, 0 bad",
        '  "folder.jsonl" cannot be read: Is a directory',
        "  fix: name another file",
        "good.jsonl: 1 record against crm.person@2: 1 good, 0 bad",
    ]
    PUBLISHED.validate(validate("crm.person", "bad.jsonl", "missing.jsonl").value)


@pytest.mark.parametrize("count", [900, 30_000])
def test_all_that_comes_before_the_damage_of_a_compressed_file_is_judged(contracts: Path, count: int) -> None:
    dice = random.Random(1)
    lines = [b'{"name":"%s"}\n' % dice.randbytes(20).hex().encode() for _ in range(count)]
    whole = gzip.compress(b"".join(lines))
    inflate = zlib.decompressobj(wbits=31)
    cut = whole[: len(whole) * 3 // 4]
    Path("cut.jsonl.gz").write_bytes(cut)
    assert counts(validate("crm.person", "cut.jsonl.gz")) == (inflate.decompress(cut).count(b"\n"), 0)
    Path("more.jsonl.gz").write_bytes(whole + b"garbage")
    said = validate("crm.person", "more.jsonl.gz")
    assert (said.code, counts(said)) == (2, (count, 0))
    Path("t.csv.gz").write_bytes(gzip.compress(b"name\n" + b"Ada\n" * count)[:-8])
    assert counts(validate("crm.person", "t.csv.gz")) == (count, 0)


class Trickle(BytesIO):
    """A pipe that never has more than one byte at hand."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(1 if size else 0)


def test_a_pipe_may_bring_one_byte_after_the_other() -> None:
    assert b"".join(inputs.pieces(uncompressed(Trickle(gzip.compress(GOOD))))) == GOOD


def test_another_package_explains_on_demand(contracts: Path) -> None:
    Path("people.jsonl").write_bytes(b'{"age":"x"}')
    assert len(told(validate("crm.person", "people.jsonl"))) == 2
    assert len(told(validate("crm.person", "people.jsonl", "--explain"))) == 1


def test_it_stops_after_enough_bad_records(contracts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs.pieces, "__defaults__", (len(BAD) + 1,))
    Path("people.jsonl").write_bytes((BAD + b"\n") * 50)
    said = validate("crm.person", "people.jsonl", "people.jsonl", "--max-errors", 3)
    assert counts(said) == (0, 3)
    assert [file["stopped"] for file in said.value["files"]] == [True]


def test_the_same_mistake_counts_together(contracts: Path, tmp_path: Path) -> None:
    schema = {
        "$schema": DRAFT7,
        "type": "array",
        "items": {"type": "object", "properties": {"a/b": {"type": "string"}}},
    }
    write_contract(tmp_path, "some.list", "JSON", "json", [schema])
    Path("x.jsonl").write_text('[{"a/b":1},{"a/b":2}]\n[{"a/b":3}]\n')
    summary = validate("some.list", "x.jsonl").value["summary"]
    assert summary == [{"rule": "type", "path": "/*/a~1b", "records": 2}]


def test_avro_and_protobuf_records_are_read_in_their_json_forms(contracts: Path) -> None:
    Path("events.jsonl").write_text('{"id":1,"page":{"string":"/"}}\n{"id":"x","page":null}\n{"id":1,"page":"/"}\n')
    assert [place for place, _, _ in told(validate("web.event", "events.jsonl"))] == [2, 3]
    Path("orders.jsonl").write_text('{"id":"a"}\n{"id":5}\n{"@type":"shop.Line","count":2}\n')
    assert [place for place, _, _ in told(validate("shop.order", "orders.jsonl"))] == [2]


@pytest.mark.parametrize("name", ["Line", "shop.Line"])
def test_text_is_judged_as_the_message_that_is_named(contracts: Path, name: str) -> None:
    Path("lines.jsonl").write_text(
        '{"count":2}\n{"count":"x"}\n{"id":"a"}\n{"@type":"shop.Line","count":2}\n{"@type":"shop.Order","id":"a"}\n[]\n'
    )
    said = validate("shop.order", "lines.jsonl", "--message", name)
    assert told(said) == [(2, "mapping", "/count"), (3, "mapping", ""), (5, "syntax", ""), (6, "type", "")]
    said_of_type = said.value["shown"][2]["reasons"][0]["message"]
    assert said_of_type == f'the record says that it is "shop.Order", and not "{name}"'
    assert told(validate("shop.order", "lines.jsonl", "--message", name, "--explain")) == told(said)
    for kind, good, bad in (("json", '{"count":2}', '{"id":"a"}'), ("yaml", "count: 2", "id: a")):
        Path(f"good.{kind}").write_text(good)
        Path(f"bad.{kind}").write_text(bad)
        assert counts(validate("shop.order", f"good.{kind}", f"bad.{kind}", "--message", name)) == (1, 1)


@pytest.mark.parametrize(
    ("contract", "arguments", "fact"),
    [
        ("shop.order", ["a.jsonl", "--message", "Nope"], 'shop.order@2 has no message "Nope"'),
        ("shop.order", ["a.json", "--message", "Nope"], 'shop.order@2 has no message "Nope"'),
        ("shop.order", ["a.yaml", "--message", "Nope"], 'shop.order@2 has no message "Nope"'),
        ("crm.person", ["a.jsonl", "--message", "M"], "of the records, and crm.person@2 is JSON"),
        ("shop.order", ["a.bin", "--input", "glue", "--message", "Order"], "its messages say it themselves"),
    ],
)
def test_the_name_of_a_message_must_mean_something(
    contracts: Path, contract: str, arguments: list[str], fact: str
) -> None:
    for suffix in ("jsonl", "json", "yaml", "bin"):
        Path(f"a.{suffix}").write_text("{}")
    said = command("validate", contract, *arguments)
    assert (said.code, fact in said.err) == (2, True)


TABLE: dict[str, Any] = {
    "$schema": DRAFT7,
    "type": "object",
    "required": ["id"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "integer"},
        "rate": {"$ref": "#/definitions/rate"},
        "ok": {"type": "boolean"},
        "zip": {"type": "string", "minLength": 2},
        "note": {"type": ["string", "null"]},
    },
    "definitions": {"rate": {"type": "number", "maximum": 1}},
}


@pytest.fixture
def table(contracts: Path) -> None:
    write_contract(contracts, "some.table", "JSON", "json", [TABLE])


@pytest.mark.usefixtures("table")
def test_rows_of_csv_take_the_types_of_their_columns() -> None:
    rows = [
        "id,rate,ok,zip,note",
        '1,0.5,true,01234,"two\nlines"',
        "2,,,,",
        "x,2,maybe,0,",
        "3,0.1",
        '4,0.1,false,"12""3",',
        ",1,true,12,",
    ]
    Path("t.csv").write_text("\n".join(rows))
    said = validate("some.table", "t.csv")
    assert told(said) == [
        (5, "type", "/id"),
        (5, "maximum", "/rate"),
        (5, "type", "/ok"),
        (5, "minLength", "/zip"),
        (6, "syntax", ""),
        (8, "required", ""),
    ]
    assert counts(said) == (3, 3)


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("cell", ["nan", "inf", "1_000", "0x10", "１", "1e", "9" * 2000])
def test_a_cell_that_is_no_number_is_text(cell: str) -> None:
    Path("t.csv").write_text(f"id,rate\n1,{cell}\n", encoding="utf-8")
    assert told(validate("some.table", "t.csv"))[0][1:] == ("type", "/rate")


def test_a_byte_order_mark_is_skipped(contracts: Path) -> None:
    Path("a.jsonl").write_bytes(b"\xef\xbb\xbf" + GOOD + b"\n" + GOOD)
    assert counts(validate("crm.person", "a.jsonl")) == (2, 0)


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    ("data", "fact"),
    [
        (b"id,id\n1,2\n", "two columns have the same name"),
        (b"\nid,note\n1,2\n", "the first line names no columns"),
        (b'id,"' + b"note\n" * 300_000, "the first row has more than 1,000,000 bytes"),
    ],
)
def test_csv_that_cannot_be_rows_breaks_off(data: bytes, fact: str) -> None:
    Path("t.csv").write_bytes(data)
    said = validate("some.table", "t.csv", "--max-record-mb", 1)
    assert said.code == 2
    assert said.value["files"][0]["broken"] == fact


@pytest.mark.usefixtures("table")
def test_a_cell_may_be_long_and_have_many_lines() -> None:
    Path("t.csv").write_bytes(b'id,note\n1,ok\n2,"' + b"1,fake\n" * 100_000 + b'"\nx,ok\n')
    said = validate("some.table", "t.csv")
    assert (told(said), counts(said)) == ([(100_004, "type", "/id")], (2, 1))


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    ("row", "lines"),
    [
        (b"2," + b"1" * 2_500_000 + b"\n", 1),
        (b'2,"' + b"1,fake\n" * 400_000 + b'"\n', 400_001),
        (b'2,"' + b'say ""hi""\n' * 300_000 + b'"\n', 300_001),
    ],
    ids=["one line", "many lines", "quotes inside"],
)
def test_a_row_that_is_too_large_is_a_bad_record(row: bytes, lines: int) -> None:
    Path("t.csv").write_bytes(b"id,note\n1,ok\n" + row + b"3,ok\nx,\n")
    said = validate("some.table", "t.csv", "--max-record-mb", 1)
    assert (told(said), counts(said)) == ([(3, "size", ""), (4 + lines, "type", "/id")], (2, 2))
    assert f"the record has {len(row):,} bytes" in said.value["shown"][0]["reasons"][0]["message"]


@pytest.mark.usefixtures("table")
def test_a_quote_that_is_never_closed_takes_the_rest() -> None:
    Path("t.csv").write_bytes(b'id,note\n1,ok\n2,"' + b"3,ok\n" * 300_000)
    said = validate("some.table", "t.csv", "--max-record-mb", 1)
    assert (told(said), counts(said)) == ([(3, "size", "")], (1, 1))


@pytest.mark.usefixtures("table")
def test_csv_in_another_encoding_is_bad_row_by_row() -> None:
    Path("t.csv").write_bytes(b"\xef\xbb\xbfid,note\n1,\xfc\n2,ok\n")
    said = validate("some.table", "t.csv")
    assert (told(said), counts(said)) == ([(2, "syntax", "")], (1, 1))


@pytest.mark.usefixtures("table")
def test_rows_of_parquet_are_records() -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    rows = {
        "id": [1, None, 3],
        "rate": [0.5, None, 2.0],
        "ok": [True, None, None],
        "zip": ["12", "34", None],
        "note": [None, "x", None],
    }
    parquet.write_table(arrow.table(rows), "t.parquet")
    said = validate("some.table", "t.parquet")
    assert told(said) == [(2, "required", ""), (3, "maximum", "/rate")]
    Path("t.parquet").write_bytes(Path("t.parquet").read_bytes()[:-20])
    assert validate("some.table", "t.parquet").code == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["crm.person", "-", "x.jsonl", "-"], "standard input is named twice"),
        (["crm.person", "x.jsonl", "x.avro"], "crm.person@2 is JSON, and avro holds no such records"),
        (["crm.persn", "x.jsonl"], 'there is no contract "crm.persn"'),
        (["crm.person", "x.bin"], 'the suffix of "x.bin" does not tell what it holds'),
        (["crm.person", "x.avro"], "crm.person@2 is JSON, and avro holds no such records"),
        (["crm.person", "x.bin", "--input", "glue"], "nothing says what they mean"),
        (["crm.person", "x.json", "--good", "g", "--bad", "b"], "the records of json cannot be written as they are"),
        (["crm.person", "x.jsonl", "--good", "g"], "--good and --bad belong together"),
        (["crm.person", "x.jsonl", "y.jsonl", "--good", "g", "--bad", "b"], "part the records of one file"),
    ],
)
def test_a_wrong_command_is_told(contracts: Path, arguments: list[str], message: str) -> None:
    for name in ("x.json", "x.jsonl", "y.jsonl", "x.bin", "x.avro"):
        Path(name).write_bytes(GOOD)
    said = command("validate", *arguments)
    assert said.code == 2
    assert message in said.err
    assert "fix:" in said.err
    assert said.out == ""
