"""Examples in the JSON mapping: which message they are, and why they do not pass."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from schemaward.errors import InputError
from schemaward.formats import protobuf

SHOP = protobuf.load_value(
    """
    syntax = "proto2";
    package shop;
    import "google/protobuf/timestamp.proto";
    message Order {
      required string id = 1;
      optional int64 amount = 2;
      repeated Item items = 3;
      map<string, Item> gifts = 4;
      optional Status status = 5;
      optional google.protobuf.Timestamp at = 6;
      optional double price = 7;
      oneof payment { string card = 8; string iban = 9; }
      message Item { required string sku = 1; optional uint32 count = 2; }
    }
    enum Status { OPEN = 0; CLOSED = 1; }
    message Refund { optional bytes proof = 1; }
    """,
    "shop",
)


@pytest.mark.parametrize(
    "document",
    [
        {"id": "o-1"},
        {"id": "o-1", "amount": "12", "status": "CLOSED", "at": "2026-01-31T09:00:00Z"},
        {"id": "o-1", "amount": 12, "price": Decimal("0.1"), "items": [{"sku": "s", "count": 1}]},
        {"id": "o-1", "gifts": {"first": {"sku": "s"}}},
        {"@type": "shop.Refund", "proof": "AAE="},
        {"@type": "Refund", "proof": "AAE="},
        {"@type": "type.googleapis.com/shop.Order.Item", "sku": "s"},
    ],
)
def test_a_document_that_passes(document: dict[str, Any]) -> None:
    assert protobuf.refusals(SHOP, document) == ()


@pytest.mark.parametrize(
    ("document", "pointer", "message"),
    [
        ([], "", "is an object"),
        ({"@type": "Nothing"}, "/@type", 'no message "Nothing"'),
        ({"id": "o-1", "colour": 1}, "", 'no field named "colour"'),
        ({"id": 1}, "/id", "expected string"),
        ({"id": "o-1", "amount": 1.5}, "/amount", "integer: 1.5"),
        ({"id": "o-1", "items": [{"sku": "s"}, {"sku": "s", "count": -1}]}, "/items", "-1"),
        ({"id": "o-1", "gifts": {"a": {"sku": "s", "count": "x"}}}, "/gifts", "x"),
        ({"id": "o-1", "status": "LOST"}, "/status", "LOST"),
        ({"id": "o-1", "at": "yesterday"}, "/at", "timestamp"),
        ({"id": "o-1", "card": "1", "iban": "2"}, "", "oneof"),
        ({}, "", 'the required field "id" is missing'),
        ({"id": "o-1", "items": [{}]}, "", 'the required field "items[0].sku" is missing'),
    ],
)
def test_a_document_that_does_not_pass(document: Any, pointer: str, message: str) -> None:
    [refusal] = protobuf.refusals(SHOP, document)
    assert (refusal.pointer, message in refusal.message) == (pointer, True), refusal


def test_every_missing_field_is_told() -> None:
    schema = protobuf.load_value("message M { required string a = 1; required string b = 2; }", "m")
    assert [refusal.schema_pointer for refusal in protobuf.refusals(schema, {})] == ["/M/a", "/M/b"]


def test_a_file_without_messages_has_no_examples() -> None:
    with pytest.raises(InputError, match="declares no message"):
        protobuf.refusals(protobuf.load_value("enum E { A = 0; }", "e"), {})


ENVELOPE = protobuf.load_value(
    """
    syntax = "proto2";
    package shop;
    import "google/protobuf/any.proto";
    message Envelope { optional google.protobuf.Any content = 1; }
    message Order { required string id = 1; }
    """,
    "envelope",
)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"@type": "type.googleapis.com/shop.Order", "id": "o-1"}, ""),
        ({"@type": "type.googleapis.com/google.protobuf.Duration", "value": "3s"}, ""),
        ({"@type": "type.googleapis.com/shop.Order", "id": 1}, "expected string"),
        ({"@type": "type.googleapis.com/shop.Order"}, "missing required fields: id"),
        ({"@type": "type.googleapis.com/shop.Nothing"}, "shop.Nothing"),
    ],
)
def test_an_any_holds_messages_of_the_file_and_well_known_ones(content: dict[str, Any], message: str) -> None:
    refusals = protobuf.refusals(ENVELOPE, {"content": content})
    assert [message in each.message for each in refusals] == ([True] if message else []), refusals


def test_an_any_is_written_and_read_again() -> None:
    record = {"content": {"@type": "type.googleapis.com/shop.Order", "id": "o-1"}}
    records = protobuf.records(ENVELOPE)
    assert records.decode(records.encode(record), ENVELOPE) == record


HOLDER = protobuf.load_value(
    """
    syntax = "proto3";
    import "google/protobuf/any.proto";
    import "google/protobuf/struct.proto";
    import "google/protobuf/wrappers.proto";
    message Holder {
      bytes key = 1;
      repeated bytes keys = 2;
      map<string, bytes> by_name = 3;
      google.protobuf.BytesValue wrapped = 4;
      google.protobuf.Any any = 5;
      google.protobuf.Struct free = 6;
      google.protobuf.Value value = 7;
      repeated Holder inner = 8;
    }
    """,
    "holder",
)


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({"key": "not base64 at all $$$"}, "/key"),
        ({"keys": ["AA==", "!!"]}, "/keys/1"),
        ({"byName": {"a": "AA", "b": "?"}}, "/byName/b"),
        ({"by_name": {"a": "?"}}, "/by_name/a"),
        ({"wrapped": "?"}, "/wrapped"),
        ({"any": {"@type": "x/Holder", "key": "?"}}, "/any/key"),
        ({"any": {"@type": "x/google.protobuf.BytesValue", "value": "?"}}, "/any/value"),
        ({"free": {"a": [1, float("nan")]}}, "/free"),
        ({"value": float("inf")}, "/value"),
        ({"inner": [{}, {"inner": [{"key": "?"}]}]}, "/inner/1/inner/0/key"),
    ],
)
def test_what_the_package_would_write_as_something_else_does_not_pass(document: dict[str, Any], pointer: str) -> None:
    (refused,) = protobuf.refusals(HOLDER, document)
    assert (refused.pointer, refused.rule) == (pointer, "mapping")


@pytest.mark.parametrize(
    "document",
    [
        {"key": "-_8="},
        {"key": "+/8"},
        {"keys": ["", "AA"], "byName": {"a": "AA=="}},
        {"wrapped": "AA==", "free": {"a": [1, None]}, "value": None, "any": {"@type": "x/Holder", "key": "AA"}},
    ],
)
def test_both_alphabets_of_base64_pass_with_and_without_padding(document: dict[str, Any]) -> None:
    assert protobuf.refusals(HOLDER, document) == ()
