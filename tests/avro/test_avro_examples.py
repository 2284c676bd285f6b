"""Documents in Avro's JSON encoding: what passes, and what is said of what does not."""

from __future__ import annotations

from typing import Any

import pytest

from schemaward.formats import avro

SCHEMA: Any = {
    "type": "record",
    "name": "R",
    "namespace": "n",
    "fields": [
        {"name": "u", "type": ["null", "int", {"type": "enum", "name": "E", "symbols": ["A"]}], "default": None},
        {"name": "l", "type": {"type": "array", "items": "long"}},
        {"name": "m", "type": {"type": "map", "values": {"type": "fixed", "name": "F", "size": 2}}},
    ],
}
GOOD: Any = {"u": {"n.E": "A"}, "l": [1], "m": {"a/b": "\u00ff\u0000"}}


@pytest.mark.parametrize("document", [GOOD, {**GOOD, "u": None}, {**GOOD, "u": {"int": 1}, "l": [], "m": {}}])
def test_a_datum_passes(document: Any) -> None:
    assert avro.refusals(avro.load_value(SCHEMA, "s"), document) == ()


@pytest.mark.parametrize(
    ("document", "pointer", "spot", "words"),
    [
        (7, "", "", '7 is no "record n.R"'),
        ({"l": [], "m": {}}, "", "/fields/0", 'the field "u" of "record n.R" is missing'),
        ({**GOOD, "x": 1}, "/x", "", '"record n.R" has no field "x"'),
        ({**GOOD, "u": 1}, "/u", "/fields/0/type", 'it is null or {"int": ...} or {"n.E": ...}'),
        ({**GOOD, "u": {"E": "A"}}, "/u", "/fields/0/type", "names no branch"),
        ({**GOOD, "u": {"int": "1"}}, "/u/int", "/fields/0/type/1", '"1" is no "int"'),
        ({**GOOD, "u": {"n.E": "B"}}, "/u/n.E", "/fields/0/type/2/symbols", '"B" is no symbol of "enum n.E"'),
        ({**GOOD, "l": [1, True]}, "/l/1", "/fields/1/type/items", 'true is no "long"'),
        ({**GOOD, "m": {"a/b": "x"}}, "/m/a~1b", "/fields/2/type/values/size", "has 2 bytes, and this has 1"),
        ({**GOOD, "m": {"k": "\u20ac\u20ac"}}, "/m/k", "/fields/2/type/values", 'is no "fixed n.F"'),
    ],
)
def test_what_is_no_datum_is_refused_at_its_place(document: Any, pointer: str, spot: str, words: str) -> None:
    [refusal] = avro.refusals(avro.load_value(SCHEMA, "s"), document)
    assert (refusal.pointer, refusal.schema_pointer) == (pointer, spot)
    assert words in refusal.message


@pytest.mark.parametrize(
    ("kind", "logical", "good", "bad"),
    [
        ("string", {"logicalType": "uuid"}, "0b6f0e6e-3f0a-4f0e-9d55-5d1f2f6a7c01", "0b6f"),
        ("int", {"logicalType": "time-millis"}, 0, 86_400_000),
        ("long", {"logicalType": "time-micros"}, 86_399_999_999, -1),
        ("bytes", {"logicalType": "decimal", "precision": 2}, "c", "\u0000d"),
    ],
)
def test_a_value_means_something_under_its_logical_type(kind: str, logical: Any, good: Any, bad: Any) -> None:
    schema = avro.load_value({"type": kind, **logical}, "s")
    assert avro.refusals(schema, good) == ()
    assert len(avro.refusals(schema, bad)) == 1
