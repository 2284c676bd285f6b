"""What is wrong with an Avro schema is said at its place in the file."""

from __future__ import annotations

from typing import Any

import fastavro
import pytest

from schemaward import can_read
from schemaward.errors import InputError
from schemaward.formats import avro
from schemaward.syntax.parse import parse_text
from schemaward.verdict import Incompatible

RECORD = '{"type": "record", "name": "R", "fields": [\n  %s\n]}'


def refused(text: str) -> InputError:
    with pytest.raises(InputError) as caught:
        avro.load_value(text, "reader")
    return caught.value


@pytest.mark.parametrize(
    ("text", "line", "fact"),
    [
        ('{"type": "strin"}', 1, 'the type "strin" is not defined'),
        ('{"name": "R"}', 1, 'the type has no "type"'),
        ('{"type": {"type": "int"}}', 1, 'the "type" of a type is a name'),
        ("[\n7]", 2, "a type is a name, an object or a list, not 7"),
        ('{"type": "array"}', 1, 'the array has no "items"'),
        ('{"type": "map"}', 1, 'the map has no "values"'),
        ('["null",\n "null"]', 2, 'the union has "null" twice'),
        ('["null",\n ["int"]]', 2, "a union stands inside a union"),
        ('["int",\n {"type": "int", "logicalType": "date"}]', 2, 'the union has "int" (date) twice'),
        ('{"type": "record",\n "name": "1R", "fields": []}', 2, '"1R" is no name'),
        ('{"type": "record",\n "name": "R"}', 1, 'the record "R" has no list of "fields"'),
        ('{"type": "record", "fields": []}', 1, 'the record has no "name"'),
        ('{"type": "record", "name": "R",\n "namespace": "a..b", "fields": []}', 2, '"a..b" is no namespace'),
        ('{"type": "record",\n "name": "string", "fields": []}', 2, '"string" is a type of Avro itself'),
        ('{"type": "enum", "name": "E",\n "symbols": ["A",\n "A"]}', 3, 'the enum "E" has the symbol "A" twice'),
        ('{"type": "enum", "name": "E",\n "symbols": ["A-B"]}', 2, '"A-B" is no symbol of an enum'),
        ('{"type": "enum", "name": "E", "symbols": ["A"],\n "default": "B"}', 2, 'the default "B" of the enum "E"'),
        ('{"type": "enum", "name": "E"}', 1, 'the enum "E" has no list of "symbols"'),
        ('{"type": "fixed", "name": "F",\n "size": -1}', 2, 'the size -1 of the fixed "F" is no number of bytes'),
        ('{"type": "fixed", "name": "F"}', 1, 'the fixed "F" has no "size"'),
        ('{"type": "fixed", "name": "F", "size": 1,\n "aliases": ["a-b"]}', 2, '"a-b" is no alias'),
        (RECORD % "7", 2, "a field is an object, not 7"),
        (RECORD % '{"type": "int"}', 2, 'the field has no "name"'),
        (RECORD % '{"name": "a.b", "type": "int"}', 2, '"a.b" is no name of a field'),
        (RECORD % '{"name": "a"}', 2, 'the field "a" has no "type"'),
        (
            RECORD % '{"name": "a", "type": "int"},\n {"name": "a", "type": "int"}',
            3,
            'the record "R" has two fields "a"',
        ),
        (RECORD % '{"name": "a", "type": "int", "aliases": "b"}', 2, 'the aliases are a list, not "b"'),
        (
            RECORD % '{"name": "a", "type": {"type": "fixed", "name": "R", "size": 1}}',
            2,
            'the type "R" is defined twice',
        ),
        (RECORD % '{"name": "a", "type": "shop.Money"}', 2, 'the type "shop.Money" is not defined'),
        (RECORD % '{"name": "a", "type": "int", "default": "1"}', 2, 'the default "1" of the field "a" is no "int"'),
        (RECORD % '{"name": "a", "type": "int", "default": true}', 2, 'the default true of the field "a" is no "int"'),
        (RECORD % '{"name": "a", "type": "int", "default": 2147483648}', 2, 'is no "int"'),
        (RECORD % '{"name": "a", "type": "double", "default": "NaN"}', 2, 'the default "NaN" of the field "a"'),
        (RECORD % '{"name": "a", "type": "bytes", "default": "\u20ac"}', 2, 'is no "bytes"'),
        (RECORD % '{"name": "a", "type": "double", "default": 1e999}', 2, 'the default 1E+999 of the field "a"'),
        (RECORD % '{"name": "a", "type": "int", "default": {"b": [null]}}', 2, 'the default {"b": [null]} of'),
        (RECORD % '{"name": "a", "type": ["null", "int"], "default": "x"}', 2, "none of the branches allows it"),
    ],
)
def test_a_fault_is_refused_at_its_place(text: str, line: int, fact: str) -> None:
    error = refused(text)
    assert fact in error.fact
    assert error.remedy
    assert error.place is not None
    assert (error.place.path, error.place.line) == ("reader", line)


def test_all_faults_of_a_file_are_found_at_once() -> None:
    text = RECORD % '{"name": "a", "type": "strin"},\n {"name": "b", "type": "doubl"}'
    schema, findings = avro.load(parse_text(text, "v1.avsc"), no_file)
    assert schema is None
    assert [(found.rule, found.place.line) for found in findings] == [("schema-invalid", 2), ("schema-invalid", 3)]


def no_file(path: str) -> Any:
    raise InputError(f"{path} does not exist", "")


@pytest.mark.parametrize(
    ("value", "rule", "fact"),
    [
        (
            {"type": "int", "logicalType": "uuid"},
            "avro-logical-ignored",
            '"uuid" is a meaning of "string", not of "int"',
        ),
        ({"type": "bytes", "logicalType": "decimal"}, "avro-logical-ignored", "a precision of at least 1"),
        ({"type": "bytes", "logicalType": "decimal", "precision": 2, "scale": 3}, "avro-logical-ignored", "the scale"),
        (
            {"type": "fixed", "name": "F", "size": 1, "logicalType": "decimal", "precision": 3},
            "avro-logical-ignored",
            "1 bytes do not hold all numbers of 3 digits",
        ),
        (
            {"type": "long", "logicalType": "timestamp-milis"},
            "avro-logical-ignored",
            'did you mean "timestamp-millis"?',
        ),
        (
            {"type": "record", "name": "R", "fields": [{"name": "a", "type": ["null", "int"], "default": 1}]},
            "avro-union-default",
            "readers before Avro 1.12 refuse",
        ),
    ],
)
def test_what_readers_overlook_is_a_warning(value: Any, rule: str, fact: str) -> None:
    import json

    schema, [found] = avro.load(parse_text(json.dumps(value), "v1.avsc"), no_file)
    assert schema is not None
    assert found.rule == rule
    assert fact in found.fact


@pytest.mark.parametrize(
    ("type_", "default", "fact"),
    [
        (
            {"type": "enum", "name": "E", "symbols": ["A"]},
            "B",
            'the default "B" of the field "a" is no "enum E": the symbols are A',
        ),
        (
            {"type": "record", "name": "S", "fields": [{"name": "x", "type": "int"}]},
            {},
            'is no "record S": it lacks the field "x"',
        ),
    ],
)
def test_a_default_that_parsers_let_through_is_told_and_compared_all_the_same(
    type_: Any, default: Any, fact: str
) -> None:
    import json

    value = {"type": "record", "name": "R", "fields": [{"name": "a", "type": type_, "default": default}]}
    fastavro.parse_schema(json.loads(json.dumps(value)))
    schema, [found] = avro.load(parse_text(json.dumps(value), "v1.avsc"), no_file)
    assert schema is not None
    assert (found.rule, found.severity, found.pointer) == ("schema-invalid", "error", "/fields/0/default")
    assert fact in found.fact
    old = {"type": "record", "name": "R", "fields": []}
    assert can_read(value, old, data_format="AVRO").kind == "compatible"
    clash = can_read({**old, "fields": [{"name": "a", "type": "int"}]}, value, data_format="AVRO")
    assert isinstance(clash, Incompatible)


@pytest.mark.parametrize(
    "value",
    [
        {"type": "string", "logicalType": "uuid"},
        {"type": "fixed", "name": "F", "size": 2, "logicalType": "decimal", "precision": 4},
        {"type": "string", "logicalType": "our-own-meaning"},
        {"type": "record", "name": "R", "fields": [{"name": "a", "type": ["null", "int"], "default": None}]},
    ],
)
def test_what_is_right_has_no_warning(value: Any) -> None:
    import json

    _, findings = avro.load(parse_text(json.dumps(value), "v1.avsc"), no_file)
    assert findings == ()


@pytest.mark.parametrize(
    "value",
    [
        "int",
        '"int"',
        "type: array\nitems: string\n",
        {"type": "error", "name": "E", "fields": []},
        {
            "type": "record",
            "name": "x.R",
            "fields": [{"name": "a", "type": ["null", "R"]}, {"name": "b", "type": "x.R"}],
        },
        {"type": "record", "name": "R", "doc": "d", "fields": [{"name": "a", "type": "double", "default": 1}]},
    ],
)
def test_schemas_come_as_values_as_text_and_as_names(value: Any) -> None:
    schema = avro.load_value(value, "reader")
    fastavro.parse_schema(avro.load_value(schema.definition, "again").document.value)


def test_other_spellings_are_the_same_schema() -> None:
    one = {"type": "record", "name": "a.R", "fields": [{"name": "x", "type": {"type": "int"}, "order": "ascending"}]}
    two = {"namespace": "a", "name": "R", "fields": [{"type": "int", "name": "x"}], "type": "record"}
    assert avro.load_value(one, "one").identity == avro.load_value(two, "two").identity


def test_what_people_read_is_part_of_a_schema() -> None:
    plain = {"type": "record", "name": "R", "fields": []}
    assert avro.load_value(plain, "one").identity != avro.load_value({**plain, "doc": "A row"}, "two").identity
