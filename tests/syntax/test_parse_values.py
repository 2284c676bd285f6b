"""What well-formed files mean: the values of JSON, by the rules of RFC 8259 and of YAML 1.2."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from schemaward.syntax.parse import parse_document, parse_text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("y", "y"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("2024-01-31", "2024-01-31"),
        ("2024-01-31T10:00:00Z", "2024-01-31T10:00:00Z"),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        ("1", 1),
        ("-7", -7),
        ("+7", 7),
        ("007", 7),
        ("0o17", 15),
        ("0x1F", 31),
        ("017", 17),
        ("0b11", "0b11"),
        ("1.0", 1.0),
        (".5", 0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("1.2.3", "1.2.3"),
        ("-", None),
        ("=", "="),
        ("'1'", "1"),
        ('"true"', "true"),
        ("''", ""),
    ],
)
def test_scalars_follow_yaml_1_2(text: str, value: Any) -> None:
    found = parse_document("a.yaml", f"a: {text}\n".encode() if text != "-" else b"a:\n").value
    assert isinstance(found, dict)
    assert found["a"] == value
    assert type(found["a"]) is type(value)


def test_keys_that_yaml_1_1_would_turn_into_other_types_stay_text() -> None:
    assert parse_document("a.yaml", b"on: 1\nNO: 2\n2024-01-01: 3\n").value == {"on": 1, "NO": 2, "2024-01-01": 3}


def test_a_quoted_merge_sign_is_a_key_as_any_other() -> None:
    assert parse_document("a.yaml", b"'<<': 1").value == {"<<": 1}


def test_aliases_repeat_a_value() -> None:
    value = parse_document("a.yaml", b"a: &x {k: [1]}\nb: *x\nc: [*x, &y 2, *y]").value
    assert value == {"a": {"k": [1]}, "b": {"k": [1]}, "c": [{"k": [1]}, 2, 2]}


@pytest.mark.parametrize("path", ["a.json", "a.yaml"])
@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("1", 1),
        ("1.0", 1.0),
        ("0.1", 0.1),
        ("123456789012345678901234567890", 123456789012345678901234567890),
        ("1e400", Decimal("1e400")),
        ("1e-400", Decimal("1e-400")),
        ("0.1000000000000000055511151231257827", Decimal("0.1000000000000000055511151231257827")),
        ("9007199254740993.0", Decimal("9007199254740993.0")),
        ("5e-324", 5e-324),
        ("1.7976931348623157e308", 1.7976931348623157e308),
    ],
)
def test_no_number_is_rounded(path: str, literal: str, value: Any) -> None:
    found = parse_document(path, f"[{literal}]".encode()).value
    assert found == [value]
    assert isinstance(found, list)
    assert type(found[0]) is type(value)


@pytest.mark.parametrize("path", ["a.json", "a.yaml"])
def test_a_byte_order_mark_is_skipped(path: str) -> None:
    document = parse_document(path, b'\xef\xbb\xbf{"a": 1}')
    assert document.value == {"a": 1}
    assert document.place("/a").column == 2
    assert document.text == '{"a": 1}'


def test_a_surrogate_pair_is_one_character() -> None:
    assert parse_document("a.json", rb'["\ud83d\ude00"]').value == ["\U0001f600"]


def test_avro_files_are_json_and_protobuf_files_are_text() -> None:
    assert parse_document("a.avsc", b'"string"').value == "string"
    assert parse_document("a.proto", b'syntax = "proto3";').value == 'syntax = "proto3";'


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ("  [1]", [1]),
        ('"x"', "x"),
        ("a: 1", {"a": 1}),
        ("true", True),
        ("type: object", {"type": "object"}),
    ],
)
def test_text_is_json_or_yaml(text: str, value: Any) -> None:
    assert parse_text(text, "reader").value == value
