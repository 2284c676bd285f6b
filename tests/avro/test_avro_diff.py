"""Each kind of change of an Avro schema: its kind, its place, whom it hurts."""

from __future__ import annotations

from typing import Any

import pytest

from schemaward.formats import avro
from schemaward.report.diff_words import sentence
from schemaward.verdict import Effect

NARROWS, WIDENS, BOTH, NONE = Effect.NARROWS, Effect.WIDENS, Effect.BOTH, Effect.NONE
ENUM = {"type": "enum", "name": "E", "symbols": ["A", "B"]}


def record(*fields: Any, **more: Any) -> Any:
    return {"type": "record", "name": "R", "fields": list(fields), **more}


def field(name: str, type_: Any, **more: Any) -> Any:
    return {"name": name, "type": type_, **more}


X = field("x", "int")


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        (record(X), record(X, field("y", "int")), [("field-added", "/fields/1", NARROWS)]),
        (record(X), record(X, field("y", "int", default=0)), [("field-added", "/fields/1", NONE)]),
        (record(X, field("y", "int")), record(X), [("field-removed", "/fields/1", WIDENS)]),
        (record(X, field("y", "int", default=0)), record(X), [("field-removed", "/fields/1", NONE)]),
        (
            record(X),
            record(field("y", "int", aliases=["x"])),
            [("field-renamed", "/fields/0/name", WIDENS), ("alias-added", "/fields/0/aliases", NONE)],
        ),
        (record(X, field("y", "int")), record(field("y", "int"), X), [("fields-reordered", "/fields", NONE)]),
        (record(X), record(field("x", "long")), [("type-changed", "/fields/0/type", WIDENS)]),
        (record(X), record(field("x", "string")), [("type-changed", "/fields/0/type", BOTH)]),
        (record(X), record(field("x", ["null", "int"])), [("type-changed", "/fields/0/type", WIDENS)]),
        (record(X), record(field("x", "int", default=1)), [("default-added", "/fields/0/default", NONE)]),
        (record(field("x", "int", default=1)), record(X), [("default-removed", "/fields/0/default", NONE)]),
        (
            record(field("x", "int", default=1)),
            record(field("x", "int", default=2)),
            [("default-changed", "/fields/0/default", NONE)],
        ),
        (record(X), record(X, doc="A row"), [("annotation-added", "/doc", NONE)]),
        (record(X, doc="A row"), record(X), [("annotation-removed", "/doc", NONE)]),
        (record(X, doc="A row"), record(X, doc="Rows"), [("annotation-changed", "/doc", NONE)]),
        (record(X), record(X, name="S"), [("name-changed", "/name", BOTH)]),
        (record(X), record(X, namespace="shop"), [("name-changed", "/name", NONE)]),
        (record(X), record(X, aliases=["S"]), [("alias-added", "/aliases", NONE)]),
        (record(X, aliases=["S"]), record(X), [("alias-removed", "/aliases", NONE)]),
        (["null", "int"], ["null", "int", "string"], [("branch-added", "/2", WIDENS)]),
        (["null", "int"], ["null"], [("branch-removed", "/1", NARROWS)]),
        (["null", "int", "long"], ["null", "long"], [("branch-removed", "/1", NONE)]),
        (["null", "int"], ["int", "null"], [("branches-reordered", "", NONE)]),
        (ENUM, {**ENUM, "symbols": ["A", "B", "C"]}, [("symbol-added", "/symbols/2", WIDENS)]),
        (ENUM, {**ENUM, "symbols": ["A"]}, [("symbol-removed", "/symbols/1", NARROWS)]),
        (ENUM, {**ENUM, "symbols": ["B", "A"]}, [("symbols-reordered", "/symbols", NONE)]),
        (ENUM, {**ENUM, "default": "A"}, [("default-added", "/default", NONE)]),
        (
            {"type": "fixed", "name": "F", "size": 2},
            {"type": "fixed", "name": "F", "size": 4},
            [("size-changed", "/size", BOTH)],
        ),
        (
            {"type": "array", "items": "long"},
            {"type": "array", "items": {"type": "long", "logicalType": "timestamp-millis"}},
            [("logical-type-changed", "/items", NONE)],
        ),
        (
            {"type": "map", "values": record(X)},
            {"type": "map", "values": record(field("x", "string"))},
            [("type-changed", "/values/fields/0/type", BOTH)],
        ),
    ],
)
def test_a_change_is_told_with_its_place_and_effect(old: Any, new: Any, changes: list[Any]) -> None:
    found = avro.diff(avro.load_value(old, "old"), avro.load_value(new, "new"))
    assert [(each.kind, each.pointer, each.effect) for each in found] == changes
    assert all(sentence(each) for each in found)


def test_a_named_type_that_is_used_twice_is_told_once() -> None:
    def order(line: Any) -> Any:
        inner = {"type": "record", "name": "Line", "fields": [line]}
        return record(field("first", inner), field("second", "Line"))

    old, new = avro.load_value(order(X), "old"), avro.load_value(order(field("x", "long")), "new")
    assert [each.pointer for each in avro.diff(old, new)] == ["/fields/0/type/fields/0/type"]


def test_a_field_is_told_by_its_name() -> None:
    old, new = avro.load_value(record(X), "old"), avro.load_value(record(X, field("y", "int", doc="Why")), "new")
    [change] = avro.diff(old, new)
    assert sentence(change) == 'the field "y" was added: {"type": "int"}'
