"""Avro values with a meaning: which branch of a union is written, what another version reads, and which raw values pass."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from test_avro_records import KIND, MONEY, ready, record

from schemaward.errors import InputError

DATE = {"type": "int", "logicalType": "date"}
MILLIS = {"type": "long", "logicalType": "timestamp-millis"}
MICROS = {"type": "long", "logicalType": "timestamp-micros"}
MORNING = {"type": "int", "logicalType": "time-millis"}
PRECISE_MORNING = {"type": "long", "logicalType": "time-micros"}
ID = {"type": "string", "logicalType": "uuid"}
AMOUNT = {"type": "fixed", "name": "Amount", "size": 8, "logicalType": "decimal", "precision": 10, "scale": 4}
NOON = datetime.datetime(2020, 1, 1, 12, tzinfo=datetime.UTC)
TEXT = "12345678-1234-1234-1234-123456789012"


@pytest.mark.parametrize(
    ("union", "value"),
    [
        ([DATE, MILLIS], NOON),
        ([DATE, MILLIS], NOON.date()),
        ([MORNING, PRECISE_MORNING], datetime.time(1, 2, 3, 456789)),
        ([DATE, "string"], "2020-01-01"),
        (["null", DATE, "string"], "x"),
        ([DATE, "double"], 5),
        ([{"type": "array", "items": "int"}, "bytes"], b"ab"),
        ([ID, KIND], "B"),
        ([MONEY, AMOUNT], Decimal("1.2345")),
        (["float", "long"], 2**53 + 1),
        (["float", "double"], 1.1),
        ([record({"name": "x", "type": "long"}), record({"name": "x", "type": "string"}, name="S")], {"x": "a"}),
        ([{"type": "map", "values": "string"}, record({"name": "x", "type": "int", "default": 0})], {"-type": "R"}),
        (["null", {"type": "array", "items": ["null", DATE, "string"]}], ["x", NOON.date(), None]),
    ],
)
def test_the_branch_that_a_value_passes_is_the_one_that_is_written(union: Any, value: Any) -> None:
    records, schema = ready(record({"name": "it", "type": union}, name="Around"))
    assert records.accepts({"it": value})
    got = records.decode(records.encode({"it": value}), schema)["it"]
    assert got == value
    assert isinstance(got, type(value) if not isinstance(value, int) else (int, float))


CREATED = record({"name": "id", "type": "int"}, {"name": "note", "type": "string", "default": ""}, name="Created")
DELETED = record({"name": "id", "type": "int"}, name="Deleted")


def around(inner: Any) -> Any:
    return record({"name": "it", "type": inner}, name=f"Of{inner['name']}")


@pytest.mark.parametrize(
    ("union", "payload"),
    [
        ([CREATED, DELETED], b"\x02\x0e"),
        ([DELETED, CREATED], b"\x02\x0e\x02a"),
        ([around(CREATED), around(DELETED)], b"\x02\x0e"),
        ([{"type": "array", "items": [CREATED, DELETED]}, "null"], b"\x00\x04\x02\x0e\x00\x0e\x02a\x00"),
        ([DELETED, {"type": "map", "values": "int"}], b"\x02\x04\x04id\x0e\x02a\x10\x00"),
        ([{**CREATED, "fields": CREATED["fields"][1:]}, {"type": "map", "values": "string"}], b"\x02\x00"),
    ],
)
def test_what_was_read_is_written_in_the_branch_that_it_came_from(union: Any, payload: bytes) -> None:
    records, schema = ready(union)
    assert records.encode(records.decode(payload, schema)) == payload


def test_a_pair_names_the_branch_that_is_written() -> None:
    records, schema = ready(["float", "double", "string"])
    assert records.decode(records.encode(("float", 1.1)), schema) == pytest.approx(1.1, rel=1e-6)
    assert records.decode(records.encode(("float", 1.1)), schema) != 1.1


def test_an_error_while_writing_shows_no_value() -> None:
    records, _ = ready({"type": "array", "items": "int"})
    with pytest.raises(InputError) as refused:
        records.encode(["secret"])
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("writer", "reader", "payload", "value"),
    [
        (ID, "string", b"\x48" + TEXT.encode(), TEXT),
        ("string", ID, b"\x48" + TEXT.encode(), UUID(TEXT)),
        (MILLIS, "long", b"\x0a", 5),
        (DATE, "long", b"\x0a", 5),
        (DATE, "double", b"\x0a", 5.0),
        (MONEY, "bytes", b"\x02\x41", b"A"),
        (MONEY, "string", b"\x02\x41", "A"),
        ("bytes", MONEY, b"\x02\x41", Decimal("0.65")),
        (MONEY, {**MONEY, "scale": 1}, b"\x02\x41", Decimal("6.5")),
        (MILLIS, MICROS, b"\x0a", datetime.datetime(1970, 1, 1, 0, 0, 0, 5, tzinfo=datetime.UTC)),
        ("int", MICROS, b"\x0a", datetime.datetime(1970, 1, 1, 0, 0, 0, 5, tzinfo=datetime.UTC)),
        (["null", DATE], ["null", "long"], b"\x02\x0a", 5),
        ({"type": "map", "values": DATE}, {"type": "map", "values": "int"}, b"\x02\x02a\x0a\x00", {"a": 5}),
        ({"type": "array", "items": "int"}, {"type": "array", "items": DATE}, b"\x02\x00\x00", [datetime.date(1970, 1, 1)]),
    ],
)  # fmt: skip
def test_a_value_has_the_meaning_that_the_reader_gives_it(writer: Any, reader: Any, payload: bytes, value: Any) -> None:
    _, older = ready(writer)
    newer, _ = ready(reader)
    got = newer.decode(payload, older)
    assert (got, type(got)) == (value, type(value))
    assert newer.accepts(got)


def test_a_record_that_leads_back_to_itself_is_read_as_the_reader_has_it() -> None:
    def chain(stamp: Any) -> Any:
        return record({"name": "at", "type": stamp}, {"name": "next", "type": ["null", "R"]})

    _, older = ready(chain("long"))
    newer, _ = ready(chain(MILLIS))
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    assert newer.decode(b"\x00\x02\x00\x00", older) == {"at": epoch, "next": {"at": epoch, "next": None}}


POINT = record({"name": "x", "type": "int"}, name="Point")


@pytest.mark.parametrize(
    ("writer", "reader"),
    [
        ((POINT, "Point"), (["null", POINT], "Point")),
        ((POINT, "Point"), (["null", POINT], ["null", "Point"])),
        ((POINT, "Point"), ({**POINT, "name": "Place", "aliases": ["Point"]}, ["null", "Place"])),
        ((POINT, "Point"), (POINT, {"type": "record", "name": "other.Point", "fields": POINT["fields"]})),
    ],
)
def test_it_does_not_matter_where_a_named_type_is_defined(writer: tuple[Any, Any], reader: tuple[Any, Any]) -> None:
    def both(types: tuple[Any, Any], *order: str) -> Any:
        return record(*({"name": name, "type": type_} for name, type_ in zip(order, types, strict=True)))

    _, older = ready(both(writer, "a", "b"))
    newer, _ = ready(both(reader, "b", "a"))
    assert newer.decode(b"\x02\x04", older) == {"a": {"x": 1}, "b": {"x": 2}}


@pytest.mark.parametrize(
    ("writer", "reader", "payload", "why"),
    [
        ("int", MORNING, b"\x01", 'a value of "int" is no time-millis'),
        ("long", MILLIS, b"\xfe" + b"\xff" * 8 + b"\x01", 'a value of "long" is no timestamp-millis'),
        ("bytes", MONEY, b"\x04\x27\x10", 'a value of "bytes" is no decimal(4, 2)'),
    ],
)
def test_a_value_that_means_nothing_to_the_reader_is_refused(
    writer: Any, reader: Any, payload: bytes, why: str
) -> None:
    _, older = ready(writer)
    newer, _ = ready(reader)
    with pytest.raises(InputError) as refused:
        newer.decode(payload, older)
    assert why in refused.value.fact


@pytest.mark.parametrize(
    ("type_", "first", "last"),
    [
        (DATE, -719162, 2932896),
        (MORNING, 0, 86_399_999),
        (PRECISE_MORNING, 0, 86_399_999_999),
        (MILLIS, -62_135_596_800_000, 253_402_300_799_999),
        (MICROS, -62_135_596_800_000_000, 253_402_300_799_999_999),
    ],
)
def test_raw_numbers_pass_as_far_as_they_mean_something(type_: Any, first: int, last: int) -> None:
    records, schema = ready(type_)
    plain, _ = ready(type_["type"])
    for raw in (first, last):
        assert records.accepts(raw)
        assert records.accepts(records.decode(records.encode(raw), schema))
    for raw in (first - 1, last + 1):
        assert not records.accepts(raw)
        with pytest.raises(InputError, match=f'{raw} is no "{type_["type"]}" .{type_["logicalType"]}.'):
            records.decode(plain.encode(raw), schema)


@pytest.mark.parametrize(("end", "hours"), [(datetime.datetime.min, 5), (datetime.datetime.max, -5)])
def test_an_instant_is_one_in_utc_too(end: datetime.datetime, hours: int) -> None:
    records, schema = ready(MICROS)
    assert not records.accepts(end.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=hours))))
    for known in (
        end.replace(tzinfo=datetime.UTC),
        end.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=-hours))),
    ):
        assert records.accepts(known)
        assert records.decode(records.encode(known), schema) == known


def test_raw_bytes_pass_as_far_as_a_decimal_has_digits() -> None:
    records, _ = ready(MONEY)
    assert records.accepts(b"\x27\x0f")
    assert not records.accepts(b"\x27\x10")


@pytest.mark.parametrize(("type_", "value"), [("string", "\ud800"), ({"type": "map", "values": "int"}, {"\ud800": 1})])
def test_half_a_surrogate_pair_is_no_text(type_: Any, value: Any) -> None:
    records, _ = ready(type_)
    assert not records.accepts(value)
    assert records.refusals(value)


def test_a_missing_field_is_written_as_its_default() -> None:
    two = {"type": "fixed", "name": "Two", "size": 2}
    inner = record({"name": "y", "type": "int", "default": 7}, name="Inner")
    definition = record(
        {"name": "raw", "type": "bytes", "default": "\u00ff"},
        {"name": "two", "type": two, "default": "\u00ff\u0001"},
        {"name": "cost", "type": MONEY, "default": "\u0001"},
        {"name": "some", "type": ["bytes", "null"], "default": "\u00ff"},
        {"name": "inner", "type": inner, "default": {}},
    )
    records, schema = ready(definition)
    assert records.accepts({})
    assert records.decode(records.encode({}), schema) == {
        "raw": b"\xff",
        "two": b"\xff\x01",
        "cost": Decimal("0.01"),
        "some": b"\xff",
        "inner": {"y": 7},
    }


def test_a_field_whose_default_is_no_value_must_be_there() -> None:
    records, _ = ready(record({"name": "kind", "type": KIND, "default": "C"}))
    assert not records.accepts({})
    assert [each.message for each in records.refusals({})] == ['the field "kind" of "record R" is missing']


@pytest.mark.parametrize("size", [b"\x7e", b"\x02", b"\x01", b"\x00"])
def test_every_reader_goes_by_the_same_bytes_of_a_block(size: bytes) -> None:
    rest = {"name": "b", "type": "int"}
    longer, older = ready(record({"name": "a", "type": {"type": "array", "items": "int"}}, rest))
    shorter, _ = ready(record(rest))
    for reader in (longer, shorter):
        with pytest.raises(InputError, match="a block of 2 bytes says that it has"):
            reader.decode(b"\x03" + size + b"\x02\x04\x00\x0a", older)
    assert shorter.decode(b"\x03\x04\x02\x04\x00\x0a", older) == {"b": 5}
