"""Avro records of a guard: bytes that are no datum, defaults that a reader fills in, and values that recur."""

from __future__ import annotations

import datetime
import struct
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from schemaward.errors import InputError
from schemaward.formats import format_module
from schemaward.formats.base import Records, Schema
from schemaward.model import DataFormat


def ready(definition: Any) -> tuple[Records, Schema]:
    module = format_module(DataFormat.AVRO)
    schema = module.load_value(definition, "schema")
    return module.records(schema), schema


def record(*fields: dict[str, Any], name: str = "R") -> dict[str, Any]:
    return {"type": "record", "name": name, "fields": list(fields)}


KIND = {"type": "enum", "name": "Kind", "symbols": ["A", "B", "SECRET"]}
MONEY = {"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2}
COINS = {"type": "fixed", "name": "Coins", "size": 4, "logicalType": "decimal", "precision": 4, "scale": 2}


@pytest.mark.parametrize(
    ("definition", "payload", "why"),
    [
        (KIND, b"\x01", '"enum Kind" of 3 symbols has no symbol -1'),
        (KIND, b"\x06", '"enum Kind" of 3 symbols has no symbol 3'),
        (["null", "string"], b"\x01", "a union of 2 has no branch -1"),
        (["null", "string"], b"\x12", "a union of 2 has no branch 9"),
        ("int", b"\xfe\xff\xff\xff\xff\x7f", '2199023255551 is no "int"'),
        ("long", b"\x80" * 10 + b"\x01", "a number is too long"),
        ("long", b"\xff" * 9 + b"\x02", "a number is too long"),
        ("boolean", b"\x02", "a boolean is the byte 2"),
        (MONEY, b"\x04\x27\x10", "more digits than decimal(4, 2)"),
        (COINS, b"\x00\x00\x27\x10", "more digits than decimal(4, 2)"),
        ({"type": "int", "logicalType": "time-millis"}, b"\x01", '-1 is no "int" (time-millis)'),
        ("bytes", b"\x09abcdefg", "a length is negative"),
        ("string", b"\x08abc", "ends in the middle of a value"),
        ("double", b"\x00" * 7, "ends in the middle of a value"),
        ({"type": "map", "values": "int"}, b"\x02\x02a", "ends in the middle of a value"),
        ({"type": "string", "logicalType": "uuid"}, b"\x06abc", "badly formed"),
    ],
)
def test_bytes_that_are_no_datum_are_refused_and_not_interpreted(definition: Any, payload: bytes, why: str) -> None:
    records, schema = ready(definition)
    with pytest.raises(InputError) as refused:
        records.decode(payload, schema)
    assert why in refused.value.fact


@pytest.mark.parametrize(
    ("definition", "value"),
    [
        (KIND, "SECRET"),
        ("int", -(2**31)),
        ("int", 2**31 - 1),
        ("long", -(2**63)),
        ("long", 2**63 - 1),
        (MONEY, Decimal("-99.99")),
        (COINS, Decimal("99.99")),
        ({"type": "long", "logicalType": "time-micros"}, datetime.time(23, 59, 59, 999999)),
        ({"type": "array", "items": "null"}, [None] * 900),
        ({"type": "map", "values": ["null", "boolean"]}, {"a": True, "b": None}),
        (record({"name": "text", "type": "string"}, {"name": "nothing", "type": "null"}), {"text": "x" * 300, "nothing": None}),
    ],
)  # fmt: skip
def test_the_outermost_values_are_written_and_read(definition: Any, value: Any) -> None:
    records, schema = ready(definition)
    assert records.accepts(value)
    assert records.decode(records.encode(value), schema) == value


def test_a_block_may_tell_its_length_in_bytes() -> None:
    records, schema = ready({"type": "array", "items": "int"})
    assert records.decode(b"\x03\x04\x02\x04\x00", schema) == [1, 2]


def test_records_without_bytes_do_not_multiply() -> None:
    definition = record({"name": "nothing", "type": "null"}, name="R0")
    for level in range(1, 40):
        fields = ({"name": "a", "type": definition}, {"name": "b", "type": f"R{level - 1}"})
        definition = record(*fields, name=f"R{level}")
    records, schema = ready(definition)
    with pytest.raises(InputError, match="far more values than it has bytes"):
        records.decode(b"", schema)


UUID_TEXT = "12345678-1234-1234-1234-123456789012"
INNER = record(
    {"name": "x", "type": "int"},
    {"name": "y", "type": "int", "default": 7},
    {"name": "raw", "type": "bytes", "default": "\u00ff"},
    name="Inner",
)


@pytest.mark.parametrize(
    ("type_", "default", "value"),
    [
        ("bytes", "\u00ff\u0001", b"\xff\x01"),
        ({"type": "fixed", "name": "Two", "size": 2}, "\u00ff\u0001", b"\xff\x01"),
        (MONEY, "\u0001", Decimal("0.01")),
        ({"type": "long", "logicalType": "timestamp-millis"}, 0, datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)),
        ({"type": "int", "logicalType": "date"}, 1, datetime.date(1970, 1, 2)),
        ({"type": "string", "logicalType": "uuid"}, UUID_TEXT, UUID(UUID_TEXT)),
        ("float", 0.1, struct.unpack("<f", struct.pack("<f", 0.1))[0]),
        (KIND, "B", "B"),
        (["null", "bytes"], None, None),
        (["bytes", "null"], "\u00ff", b"\xff"),
        ({"type": "map", "values": "bytes"}, {"a": "\u00ff"}, {"a": b"\xff"}),
        (INNER, {"x": 1}, {"x": 1, "y": 7, "raw": b"\xff"}),
    ],
)
def test_a_default_is_the_value_that_a_writer_would_have_written(type_: Any, default: Any, value: Any) -> None:
    _, older = ready(record({"name": "id", "type": "int"}))
    newer, schema = ready(record({"name": "id", "type": "int"}, {"name": "new", "type": type_, "default": default}))
    got = newer.decode(b"\x0e", older)
    assert got == {"id": 7, "new": value}
    assert type(got["new"]) is type(value)
    assert newer.accepts(got)
    assert newer.decode(newer.encode(got), schema) == got


def test_each_record_has_defaults_of_its_own() -> None:
    lists = {"name": "tags", "type": {"type": "array", "items": {"type": "array", "items": "string"}}, "default": [[]]}
    maps = {"name": "more", "type": {"type": "map", "values": "int"}, "default": {"a": 1}}
    definition = record({"name": "id", "type": "int"}, lists, maps)
    newer, schema = ready(definition)
    _, older = ready(record({"name": "id", "type": "int"}))
    first = newer.decode(b"\x0e", older)
    first["tags"][0].append("of this record")
    first["more"]["b"] = 2
    assert newer.decode(b"\x0e", older) == {"id": 7, "tags": [[]], "more": {"a": 1}}
    assert schema.parsed.value == definition


def test_a_default_that_is_no_value_fails_only_who_needs_it() -> None:
    wrong = {"name": "kind", "type": KIND, "default": "C"}
    newer, schema = ready(record({"name": "id", "type": "int"}, wrong))
    _, older = ready(record({"name": "id", "type": "int"}))
    with pytest.raises(InputError, match="No default value for field kind"):
        newer.decode(b"\x0e", older)
    assert newer.decode(b"\x0e\x00", schema) == {"id": 7, "kind": "A"}


def test_what_branches_at_each_level_is_judged_once() -> None:
    """Two branches at each of 90 levels are 2 ** 90 ways."""
    add = record({"name": "l", "type": ["null", "Add", "Mul"]}, name="Add")
    mul = record({"name": "l", "type": ["null", add, "Mul"]}, name="Mul")
    records, _ = ready(["null", mul])
    good: Any = None
    bad: Any = "bad"
    for _ in range(45):
        good, bad = {"l": good}, {"l": bad}
    assert records.accepts(good)
    (why,) = records.refusals(bad)
    assert why.pointer == "/l" * 45
    assert '"bad" is of no branch' in why.message


def test_a_value_that_holds_itself_is_too_deep() -> None:
    records, _ = ready(record({"name": "l", "type": ["null", "R"]}, {"name": "r", "type": ["null", "R"]}))
    around: dict[str, Any] = {}
    around.update(l=around, r=around)
    assert not records.accepts(around)
    assert "nested deeper than 100 levels" in records.refusals(around)[0].message


READING = record({"name": "unit", "type": KIND}, {"name": "value", "type": "double"}, name="shop.Reading")
NEWER_READING = {**READING, "fields": [*READING["fields"], {"name": "raw", "type": "bytes", "default": "\u00ff"}]}
STORED = {"unit": "B", "value": 1.5}
NEWER_STORED = {**STORED, "raw": b"\xff"}


@pytest.mark.parametrize(
    ("holding", "stored", "read"),
    [
        (lambda it: {"type": "array", "items": it}, [STORED, STORED], [NEWER_STORED, NEWER_STORED]),
        (lambda it: {"type": "map", "values": it}, {"a": STORED}, {"a": NEWER_STORED}),
        (lambda it: ["null", {"type": "array", "items": it}, "shop.Kind"], [STORED], [NEWER_STORED]),
        (lambda it: ["null", it], STORED, NEWER_STORED),
        (lambda it: ["null", it], None, None),
    ],
)
def test_the_root_need_not_be_a_record(holding: Any, stored: Any, read: Any) -> None:
    older, writer = ready(holding(READING))
    newer, _ = ready(holding(NEWER_READING))
    payload = older.encode(stored)
    assert older.decode(payload, writer) == stored
    assert newer.decode(payload, writer) == read


@pytest.mark.parametrize(("writer", "reader"), [(READING, ["null", READING]), (["null", READING], READING)])
def test_a_record_and_a_union_with_it_read_each_other(writer: Any, reader: Any) -> None:
    older, written = ready(writer)
    newer, _ = ready(reader)
    assert newer.decode(older.encode(STORED), written) == STORED


@pytest.mark.parametrize(
    ("writer", "value", "reader", "why"),
    [
        ({**READING, "name": "other.Written"}, STORED, READING, "Schema mismatch: other.Written is not shop.Reading"),
        (
            record({"name": "it", "type": READING}),
            {"it": STORED},
            record({"name": "it", "type": "string"}),
            "Schema mismatch",
        ),
        ({"type": "array", "items": READING}, [STORED], {"type": "map", "values": "int"}, "Schema mismatch"),
        (["null", {"type": "array", "items": READING}], [STORED], "null", "schema mismatch"),
    ],
)
def test_what_cannot_be_read_is_told_without_the_schemas(writer: Any, value: Any, reader: Any, why: str) -> None:
    older, written = ready(writer)
    newer, _ = ready(reader)
    with pytest.raises(InputError) as refused:
        newer.decode(older.encode(value), written)
    assert why in refused.value.fact
    assert "__fastavro" not in refused.value.fact
    assert "'type'" not in refused.value.fact
