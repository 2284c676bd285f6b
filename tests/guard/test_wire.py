"""The wire format by its published rules: header, compression, message index; and what is no message."""

from __future__ import annotations

import tracemalloc
import zlib
from typing import Any
from uuid import UUID

import pytest

from schemaward.errors import InputError
from schemaward.formats import format_module
from schemaward.formats.base import Records, Schema
from schemaward.guard.wire import Frame, WireError, frame, unframe
from schemaward.model import DataFormat

ID = UUID("b7b4a7f0-9c96-4e4a-a687-fb5de9ef0c63")
HEADER = bytes.fromhex("0300" + "b7b4a7f09c964e4aa687fb5de9ef0c63")
PACKED = bytes.fromhex("0305" + "b7b4a7f09c964e4aa687fb5de9ef0c63")

PROTO = """
syntax = "proto3";
package shop;
message Order {
  message Line { int32 count = 1; }
  string id = 1;
  map<string, Line> lines = 2;
}
message Address { string city = 1; }
"""


def ready(data_format: str, definition: Any) -> tuple[Records, Schema]:
    module = format_module(DataFormat(data_format))
    schema = module.load_value(definition, "schema")
    return module.records(schema), schema


def test_the_header_is_version_compression_and_id() -> None:
    assert frame(ID, b"{}") == HEADER + b"{}"
    assert unframe(HEADER + b"{}") == Frame(ID, b"{}")
    assert unframe(HEADER) == Frame(ID, b"")


def test_a_compressed_payload_is_compressed_whole() -> None:
    assert frame(ID, b"{}" * 50, compress=True) == PACKED + zlib.compress(b"{}" * 50)
    assert unframe(PACKED + zlib.compress(b"{}" * 50)) == Frame(ID, b"{}" * 50)


@pytest.mark.parametrize(
    ("data", "fact"),
    [
        (b"", "the message has 0 bytes, and the header alone has 18"),
        (HEADER[:17], "the message has 17 bytes, and the header alone has 18"),
        (b"\x00" + HEADER[1:], "the message begins with byte 0, not with 3"),
        (b"\x03\x01" + HEADER[2:], "byte 1 of the message is 1; 0 and 5 are known"),
        (PACKED + zlib.compress(b"{}" * 50)[:-1], "the compressed payload ends too early"),
        (PACKED + zlib.compress(b"{}") + b"more", "4 bytes follow the end of the compressed payload"),
        (
            PACKED + b"{}",
            "the payload cannot be decompressed: Error -3 while decompressing data: incorrect header check",
        ),
    ],
)
def test_what_is_no_message_is_refused(data: bytes, fact: str) -> None:
    with pytest.raises(WireError) as refused:
        unframe(data)
    assert refused.value.fact == fact
    assert refused.value.remedy


def test_a_payload_has_a_limit_of_its_own() -> None:
    assert unframe(HEADER + b"12345", most=5).payload == b"12345"
    with pytest.raises(WireError, match="more than 4 bytes"):
        unframe(HEADER + b"12345", most=4)


def test_a_bomb_ends_in_bounded_memory() -> None:
    bomb = PACKED + zlib.compress(bytes(200_000_000), 9)
    tracemalloc.start()
    with pytest.raises(WireError, match="more than 1,000,000 bytes"):
        unframe(bomb, most=1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8_000_000


@pytest.mark.parametrize(
    ("record", "payload"),
    [
        # By full name: shop.Address, shop.Order, shop.Order.Line, shop.Order.LinesEntry.
        ({"@type": "shop.Address", "city": "Ulm"}, b"\x00\x0a\x03Ulm"),
        ({"id": "7"}, b"\x01\x0a\x017"),
        ({"@type": "shop.Order.Line", "count": 3}, b"\x02\x08\x03"),
    ],
)
def test_a_protobuf_payload_begins_with_the_index_of_its_message(record: Any, payload: bytes) -> None:
    records, schema = ready("PROTOBUF", PROTO)
    assert records.encode(record) == payload
    assert records.decode(payload, schema) == record


def test_the_entries_of_maps_count_and_an_index_takes_more_than_one_byte() -> None:
    many = "".join(f"message M{number:03} {{ map<string, int32> m = 1; }}\n" for number in range(100))
    records, schema = ready("PROTOBUF", f'syntax = "proto3";\n{many}')
    record = {"@type": "M070", "m": {"a": 1}}
    assert records.encode(record)[:2] == bytes.fromhex("8c01")  # 140: each has one entry beside it
    assert records.decode(records.encode(record), schema) == record


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b"", "does not begin with the index of a message"),
        (b"\xff\xff\xff\xff\xff\x01", "does not begin with the index of a message"),
        (b"\x04", "the file has 4 messages, and the index is 4"),
        (b"\x01\x0a\x05x", "cannot be read: "),
    ],
)
def test_a_broken_protobuf_payload_is_refused(payload: bytes, why: str) -> None:
    records, schema = ready("PROTOBUF", PROTO)
    with pytest.raises(InputError, match=why):
        records.decode(payload, schema)


PERSON = {"type": "record", "name": "Person", "fields": [{"name": "age", "type": "int"}]}
NEWER = {
    "type": "record",
    "name": "Person",
    "fields": [{"name": "age", "type": "long"}, {"name": "mail", "type": ["null", "string"], "default": None}],
}


def test_an_avro_payload_is_the_datum_alone() -> None:
    records, schema = ready("AVRO", PERSON)
    assert records.encode({"age": 7}) == b"\x0e"
    assert records.decode(b"\x0e", schema) == {"age": 7}


def test_an_avro_reader_resolves_what_another_version_wrote() -> None:
    reader, _ = ready("AVRO", NEWER)
    _, writer = ready("AVRO", PERSON)
    assert reader.decode(b"\x0e", writer) == {"age": 7, "mail": None}


@pytest.mark.parametrize(
    ("definition", "payload", "why"),
    [
        (PERSON, b"", "ends in the middle"),
        (PERSON, b"\x0e\x0e", "1 bytes follow the end"),
        ("string", b"\xfe\xff\xff\xff\xff\xff\xff\xff\x7f", "ends in the middle"),
        (
            {"type": "array", "items": "null"},
            b"\xfe\xff\xff\xff\xff\xff\xff\xff\x7f\x00",
            "far more values than it has",
        ),
        (
            {"type": "record", "name": "L", "fields": [{"name": "n", "type": ["null", "L"]}]},
            b"\x02" * 100_000 + b"\x00",
            "nested deeper than 100 levels",
        ),
    ],
)
def test_hostile_avro_bytes_are_refused_before_they_cost_anything(definition: Any, payload: bytes, why: str) -> None:
    records, schema = ready("AVRO", definition)
    with pytest.raises(InputError, match=why):
        records.decode(payload, schema)


def test_a_reader_that_cannot_take_a_value_says_so() -> None:
    _, writer = ready("AVRO", {"type": "record", "name": "Person", "fields": [{"name": "age", "type": "long"}]})
    reader, _ = ready("AVRO", PERSON)
    with pytest.raises(InputError, match="long is not int"):
        reader.decode(b"\x0e", writer)


def test_a_json_payload_is_one_strict_value() -> None:
    records, schema = ready("JSON", {"type": "object"})
    assert records.encode({"a": "ü", "b": [1, 2.5, None]}) == '{"a":"ü","b":[1,2.5,null]}'.encode()
    assert records.decode(b'{"a": 12345678901234567890123}', schema) == {"a": 12345678901234567890123}
    for payload in (b'{"a":1,"a":2}', b'{"a":NaN}', b"\xff", b"{} {}", b"", b"[" * 101 + b"]" * 101):
        with pytest.raises(InputError):
            records.decode(payload, schema)
    with pytest.raises(InputError, match="no JSON value"):
        records.encode({"a": float("nan")})
