"""Hostile schemas end in bounded work, with a verdict or an InputError."""

from __future__ import annotations

from typing import Any

import pytest

from schemaward.errors import InputError
from schemaward.formats import avro
from schemaward.verdict import Compatible, Incompatible, Undecided


def nested(depth: int) -> Any:
    schema: Any = "int"
    for _ in range(depth):
        schema = {"type": "array", "items": schema}
    return schema


def chain(length: int, last: str) -> Any:
    """A list of records, each of which holds the one before: as deep as it is long."""
    first: Any = {"type": "record", "name": "R0", "fields": [{"name": "x", "type": last}]}
    others = [
        {"type": "record", "name": f"R{n}", "fields": [{"name": "x", "type": f"R{n - 1}"}]} for n in range(1, length)
    ]
    return [first, *others]


def doubling(length: int, last: str) -> Any:
    """As a chain, but each record holds the one before twice: a datum doubles with each."""
    union = chain(length, last)
    for record in union[1:]:
        record["fields"].append({**record["fields"][0], "name": "y"})
    return union


def tree(height: int, leaf: Any) -> Any:
    """A record that holds the next lower one twice, down to a field of type ``leaf``."""
    root: Any = {"type": "record", "name": "R0", "fields": [{"name": "x", "type": leaf}]}
    for n in range(1, height):
        fields = [{"name": "x", "type": root}, {"name": "y", "type": f"R{n - 1}"}]
        root = {"type": "record", "name": f"R{n}", "fields": fields}
    return root


def test_a_schema_that_is_too_deep_is_refused() -> None:
    with pytest.raises(InputError, match="nested more than 100 levels"):
        avro.load_value(nested(5_000), "reader")


def test_a_value_that_holds_itself_is_refused() -> None:
    schema: Any = {"type": "array"}
    schema["items"] = schema
    with pytest.raises(InputError, match="nested more than 100 levels"):
        avro.load_value(schema, "reader")


@pytest.mark.parametrize(
    "value", [None, 7, object(), {"type": "int", "x": object()}, {1: 2}, b"\xff", "", "[", {"type": []}]
)
def test_what_is_no_schema_is_refused(value: Any) -> None:
    with pytest.raises(InputError):
        avro.load_value(value, "reader")


def test_a_long_chain_of_records_is_compared_without_recursion() -> None:
    def long(last: str) -> Any:
        fields = [{"name": f"f{n}", "type": ["null", each]} for n, each in enumerate(chain(3_000, last))]
        return {"type": "record", "name": "Root", "fields": fields}

    verdict = avro.can_read(avro.load_value(long("int"), "r"), avro.load_value(long("string"), "w"))
    assert isinstance(verdict, Incompatible)
    assert isinstance(verdict.witness, dict)
    assert verdict.witness["f0"] == {"R0": {"x": ""}}


def test_data_that_doubles_is_no_witness() -> None:
    tail = {"type": "record", "name": "Z", "fields": [{"name": "x", "type": "R39"}]}
    reader = avro.load_value({"type": "array", "items": [*doubling(40, "int"), tail]}, "r")
    writer = avro.load_value({"type": "array", "items": [*doubling(40, "string"), tail]}, "w")
    verdict = avro.can_read(reader, writer)
    assert isinstance(verdict, Incompatible)
    assert verdict.wire is not None
    assert len(verdict.wire.encoded) < 100


def test_a_break_that_no_small_datum_shows_is_undecided() -> None:
    def deep(last: str) -> Any:
        fields = [{"name": f"f{n}", "type": record} for n, record in enumerate(doubling(40, last))]
        return {"type": "record", "name": "Root", "fields": fields}

    verdict = avro.can_read(avro.load_value(deep("int"), "r"), avro.load_value(deep("string"), "w"))
    assert isinstance(verdict, Undecided)
    assert 'the writer\'s "string" cannot be read as "int"' in verdict.reason


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("long", "float"),
        ({"type": "long", "logicalType": "timestamp-millis"}, {"type": "long", "logicalType": "timestamp-micros"}),
    ],
)
def test_a_loss_that_no_small_datum_shows_is_undecided(written: Any, read: Any) -> None:
    writer, reader = (avro.load_value(tree(40, leaf), "schema") for leaf in (written, read))
    verdict = avro.can_read(reader, writer)
    assert isinstance(verdict, Undecided)
    assert "the reader may have other values than were written" in verdict.reason


def test_many_small_losses_do_not_hide_another() -> None:
    def schema(number: str, unit: str) -> Any:
        fields: list[Any] = [{"name": f"n{n}", "type": number} for n in range(60)]
        fields.append({"name": "at", "type": {"type": "long", "logicalType": f"timestamp-{unit}"}})
        return avro.load_value({"type": "record", "name": "R", "fields": fields}, "schema")

    verdict = avro.can_read(schema("float", "micros"), schema("long", "millis"))
    assert isinstance(verdict, Compatible)
    assert {found.rule for found in verdict.findings} == {"avro-number-precision", "avro-time-unit"}


def test_a_large_fixed_is_not_written_out() -> None:
    reader = avro.load_value({"type": "fixed", "name": "F", "size": 2**31 - 1}, "r")
    writer = avro.load_value({"type": "fixed", "name": "F", "size": 2**31 - 2}, "w")
    assert isinstance(avro.can_read(reader, writer), Undecided)


def test_unions_of_very_many_records_end_in_a_bounded_number_of_steps() -> None:
    def many(prefix: str) -> Any:
        return [{"type": "record", "name": f"{prefix}{n}", "fields": []} for n in range(3_000)]

    verdict = avro.can_read(avro.load_value(many("a"), "r"), avro.load_value(many("b"), "w"))
    assert isinstance(verdict, (Undecided, Incompatible))


@pytest.mark.parametrize("precision", [10**9, 10**18, 10**30])
def test_a_decimal_of_very_many_digits(precision: int) -> None:
    def decimal(scale: int) -> Any:
        return {"type": "bytes", "logicalType": "decimal", "precision": precision, "scale": scale}

    avro.can_read(avro.load_value(decimal(precision), "r"), avro.load_value(decimal(2), "w"))


def test_a_record_whose_default_never_ends() -> None:
    again = {"type": "record", "name": "Again", "fields": [{"name": "next", "type": "Again", "default": {}}]}
    root = {"type": "record", "name": "Root", "fields": [{"name": "x", "type": "int"}]}
    reader = {**root, "fields": [{"name": "x", "type": "string"}, {"name": "a", "type": again, "default": {}}]}
    assert avro.can_read(avro.load_value(reader, "r"), avro.load_value(root, "w")).kind == "incompatible"
    assert avro.can_read(avro.load_value(root, "r"), avro.load_value(reader, "w")).kind == "compatible"
