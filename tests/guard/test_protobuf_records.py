"""Protobuf records of a guard: messages that have no form in JSON, and values that are no message."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import any_pb2, timestamp_pb2

from schemaward.errors import InputError
from schemaward.formats import format_module
from schemaward.formats.base import Records, Schema
from schemaward.formats.protobuf.runtime import decode, document
from schemaward.model import DataFormat

PROTO3 = """
syntax = "proto3";
import "google/protobuf/any.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/timestamp.proto";
enum Kind { NONE = 0; SOME = 1; }
message Node {
  google.protobuf.Any any = 1;
  google.protobuf.Timestamp at = 2;
  google.protobuf.Struct more = 3;
  Node child = 4;
  Kind kind = 5;
}
"""
PROTO2 = """
syntax = "proto2";
message Text { optional string one = 1; repeated string many = 2; map<string, string> named = 3; optional Text inner = 4; }
"""


def ready(definition: str) -> tuple[Records, Schema]:
    module = format_module(DataFormat.PROTOBUF)
    schema = module.load_value(definition, "schema")
    return module.records(schema), schema


def field(number: int, data: bytes) -> bytes:
    return bytes([number << 3 | 2, len(data)]) + data


def framed(message: bytes) -> bytes:
    return b"\x00" + message


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (
            field(1, any_pb2.Any(type_url="type.googleapis.com/x.Y", value=b"\x08\x01").SerializeToString()),
            "Can not find message descriptor by type_url: type.googleapis.com/x.Y",
        ),
        (field(1, any_pb2.Any(type_url="x/Node", value=b"\x28").SerializeToString()), "Error parsing message"),
        (field(1, any_pb2.Any(type_url="x/google.protobuf.Empty", value=b"\x0a").SerializeToString()), "Error parsing"),
        (field(2, timestamp_pb2.Timestamp(seconds=2**63 - 1).SerializeToString()), "Timestamp is not valid"),
    ],
)
def test_a_message_without_a_form_in_json_is_no_record(message: bytes, why: str) -> None:
    records, schema = ready(PROTO3)
    with pytest.raises(InputError, match=f"has no form in JSON: .*{why}"):
        records.decode(framed(message), schema)


@pytest.mark.parametrize(
    "message",
    [
        field(1, b"\xff\xfe"),
        field(2, b"\xff\xfe"),
        field(3, field(1, b"a") + field(2, b"\xff")),
        field(3, field(1, b"\xff") + field(2, b"a")),
        field(4, field(1, b"\xff")),
    ],
    ids=["text", "list", "value of a map", "key of a map", "message"],
)
def test_text_that_is_not_in_utf8_is_not_replaced(message: bytes) -> None:
    records, schema = ready(PROTO2)
    with pytest.raises(InputError, match=r"not in UTF-8|can't decode"):
        records.decode(framed(message), schema)


def test_text_in_utf8_is_text() -> None:
    records, schema = ready(PROTO2)
    record = {"one": "ü", "many": ["a"], "named": {"b": "c"}, "inner": {"one": "d"}}
    assert records.decode(records.encode(record), schema) == record


def deep(name: str) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(5_000):
        value = {name: value}
    return value


def around(name: str) -> dict[str, Any]:
    value: dict[str, Any] = {}
    value[name] = value
    return value


@pytest.mark.parametrize(
    "record",
    [deep("child"), around("child"), {"more": deep("a")}, {"more": around("a")}, {"kind": "\ud800"}, {"child": "\ud800"}],
    ids=["deep", "around", "deep in a struct", "around in a struct", "half a character", "half a character as message"],
)  # fmt: skip
def test_what_no_writer_could_write_is_refused_in_a_sentence(record: Any) -> None:
    records, _ = ready(PROTO3)
    assert not records.accepts(record)
    (why,) = records.refusals(record)
    assert "deep" in why.message or "surrogates not allowed" in why.message
    with pytest.raises(InputError, match="cannot be written"):
        records.encode(record)


def test_a_message_is_shown_whatever_an_any_in_it_holds() -> None:
    _, schema = ready(PROTO3)
    data = field(1, any_pb2.Any(type_url="x/Node", value=b"\x28").SerializeToString())
    message = decode(schema.parsed, schema.parsed.file.messages[0], data).message
    assert document(message) == 'any { type_url: "x/Node" value: "(" }'
