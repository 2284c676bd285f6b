"""The edit that is offered for a break: the customary one, proven, and as a patch of the author's text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from avro_strategies import edited, schemas
from hypothesis import assume, given
from hypothesis import strategies as st

from schemaward.errors import InputError, MissingFileError
from schemaward.formats import avro
from schemaward.formats.base import Question
from schemaward.modes import Direction
from schemaward.syntax.document import Document
from schemaward.syntax.parse import parse_document
from schemaward.syntax.patches import applied
from schemaward.verdict import Compatible, Severity


def no_file(path: str) -> Document:
    raise MissingFileError(path, "")


def record(*fields: Any, name: str = "R") -> Any:
    return {"type": "record", "name": name, "fields": list(fields)}


def field(name: str, type_: Any, **more: Any) -> Any:
    return {"name": name, "type": type_, **more}


ENUM = {"type": "enum", "name": "E", "symbols": ["A", "B"]}
MILLIS, MICROS = ({"type": "long", "logicalType": f"timestamp-{unit}"} for unit in ("millis", "micros"))
PRICE = {"type": "fixed", "name": "Price", "size": 4, "logicalType": "decimal", "precision": 6, "scale": 2}
LINES = {"type": "array", "items": record(field("price", PRICE), name="Line")}
LINES_IN_TENTHS = {"type": "array", "items": record(field("price", {**PRICE, "scale": 1}), name="Line")}
X, Y = field("x", "int"), field("y", "string")


@pytest.mark.parametrize(
    ("old", "new", "direction", "wanted"),
    [
        (record(X), record(X, Y), "backward", record(X, field("y", ["null", "string"], default=None))),
        (
            record(X),
            record(X, field("y", ["string", "null"])),
            "backward",
            record(X, field("y", ["null", "string"], default=None)),
        ),
        (record(X, Y), record(X), "forward", record(X, Y)),
        (record(X), record(field("x", "string")), "backward", record(X)),
        (record(field("x", ["null", "int"])), record(X), "backward", record(field("x", ["null", "int"]))),
        (record(X), record(field("x", ["null", "int"])), "forward", record(X)),
        (["null", "int"], ["null"], "backward", ["null", "int"]),
        (["null"], ["null", "int"], "forward", ["null"]),
        (ENUM, {**ENUM, "symbols": ["A"]}, "backward", ENUM),
        (ENUM, {**ENUM, "symbols": ["C", "A", "B", "D"]}, "forward", ENUM),
        (record(X), record(X, name="S"), "backward", {**record(X, name="S"), "aliases": ["R"]}),
        (record(X), record(X, name="S"), "forward", record(X)),
        (
            {"type": "fixed", "name": "F", "size": 2},
            {"type": "fixed", "name": "F", "size": 3},
            "forward",
            {"type": "fixed", "name": "F", "size": 2},
        ),
        (record(X, field("z", "int")), record(field("x", "int", aliases=["z"])), "backward", record(X)),
    ],
)
def test_a_break_is_mended_in_the_customary_way(old: Any, new: Any, direction: Direction, wanted: Any) -> None:
    document = parse_document("v2.avsc", json.dumps(new, indent=2).encode())
    schema, _ = avro.load(document, no_file)
    assert schema is not None
    mending = avro.mend(schema, [Question(avro.load_value(old, "old"), direction)])
    assert mending is not None
    assert applied(mending.edits, new) == wanted
    assert mending.diff.startswith("--- a/v2.avsc\n+++ b/v2.avsc\n")


@pytest.mark.parametrize(
    ("old", "new", "direction", "wanted"),
    [
        (
            record(field("x", "string"), field("at", MILLIS)),
            record(X, field("at", MICROS)),
            "backward",
            record(field("x", "string"), field("at", MILLIS)),
        ),
        (
            record(X, field("at", ["null", MILLIS])),
            record(field("at", ["null", MICROS])),
            "forward",
            record(field("at", ["null", MILLIS]), X),
        ),
        (
            record(field("items", LINES), field("total", "Price")),
            record(field("items", LINES_IN_TENTHS), field("total", "Price"), Y),
            "backward",
            record(field("items", LINES), field("total", "Price"), field("y", ["null", "string"], default=None)),
        ),
        (
            record(field("w", "int"), X),
            record(field("x", "int", aliases=["w"]), Y),
            "backward",
            record(X, field("y", ["null", "string"], default=None)),
        ),
    ],
)
def test_a_loss_that_is_an_error_is_mended_with_the_breaks(
    old: Any, new: Any, direction: Direction, wanted: Any
) -> None:
    before = avro.load_value(old, "old")
    mending = avro.mend(avro.load_value(new, "new"), [Question(before, direction)])
    assert mending is not None
    mended = avro.load_value(applied(mending.edits, new), "mended")
    assert mended.document.value == wanted
    reader, writer = (mended, before) if direction == "backward" else (before, mended)
    assert avro.can_read(reader, writer) == Compatible()


def test_what_would_have_to_stand_in_a_shared_file_is_not_mended() -> None:
    shared = parse_document("contracts/shared/Money.avsc", json.dumps(record(X, name="Money")).encode())

    def read(path: str) -> Document:
        if path == shared.path:
            return shared
        raise MissingFileError(path, "")

    new, _ = avro.load(parse_document("contracts/a/b/v2.avsc", json.dumps(record(field("m", "Money"))).encode()), read)
    old = avro.load_value(record(field("m", record(Y, name="Money"))), "old")
    assert new is not None
    assert avro.mend(new, [Question(old, "backward")]) is None


@given(schemas(), st.integers(0, 2**32), st.sampled_from(["backward", "forward"]))
def test_an_edit_that_is_offered_answers_the_question(value: Any, seed: int, direction: Direction) -> None:
    try:
        old, new = avro.load_value(value, "old"), avro.load_value(edited(value, seed), "new")
    except InputError:
        assume(False)
    mending = avro.mend(new, [Question(old, direction)])
    if mending is not None:
        mended = avro.load_value(applied(mending.edits, new.document.value), "mended")
        reader, writer = (mended, old) if direction == "backward" else (old, mended)
        verdict = avro.can_read(reader, writer)
        assert isinstance(verdict, Compatible)
        assert Severity.ERROR not in {each.severity for each in verdict.findings}


def test_a_text_that_is_no_file_gets_operations_and_no_patch() -> None:
    old = avro.load_value('{"type": "record", "name": "R", "fields": [{"name": "a", "type": "int"}]}', "old")
    new = avro.load_value('\t{"type": "record",\t"name": "R", "fields": [{"name": "a", "type": "string"}]}', "new")
    mending = avro.mend(new, [Question(old, "backward")])
    assert mending is not None
    assert (len(mending.edits), mending.diff) == (1, "")
