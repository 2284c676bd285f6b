"""What AWS Glue is expected to answer, which need not be our verdict."""

from __future__ import annotations

from typing import Any

import pytest

from schemaward.formats import avro
from schemaward.verdict import Expectation


def record(*fields: Any, name: str = "shop.Event") -> Any:
    return {"type": "record", "name": name, "fields": list(fields)}


def field(name: str, type_: Any, **more: Any) -> Any:
    return {"name": name, "type": type_, **more}


ID, TRACE = field("id", "string"), field("trace", ["null", "string"], default=None)
ORDERS = [record(ID, field("currency", "string"), name="shop.v2.Order"), record(ID, name="shop.v1.Order")]


def verdict_and_expectation(reader: Any, writer: Any) -> tuple[str, Expectation]:
    ours, theirs = avro.load_value(reader, "reader"), avro.load_value(writer, "writer")
    return avro.can_read(ours, theirs).kind, avro.expectation(ours, theirs)


@pytest.mark.parametrize(("reader", "writer"), [((ID, TRACE), (ID,)), ((ID,), (ID, TRACE))])
def test_any_branch_of_a_union_may_read_for_glue_and_only_the_first_that_matches_for_us(
    reader: tuple[Any, ...], writer: tuple[Any, ...]
) -> None:
    order = field("order", ORDERS)
    verdict, expected = verdict_and_expectation(record(order, *reader), record(order, *writer))
    assert (verdict, expected.answer) == ("incompatible", "accepts")


def test_a_branch_that_reads_what_a_later_one_of_that_very_type_does_not_is_enough() -> None:
    kinds = [{"type": "enum", "name": name, "symbols": ["A", "B"]} for name in ("a.Kind", "b.Kind")]
    narrowed = [kinds[0], {**kinds[1], "symbols": ["A"]}]
    verdict, expected = verdict_and_expectation(narrowed, kinds)
    assert (verdict, expected.answer) == ("compatible", "accepts")


def test_what_no_branch_reads_is_refused() -> None:
    verdict, expected = verdict_and_expectation(record(field("order", ORDERS[:1])), record(field("order", ORDERS)))
    assert (verdict, expected.answer) == ("incompatible", "refuses")


def test_the_name_of_the_root_is_overlooked() -> None:
    verdict, expected = verdict_and_expectation(record(ID), record(ID, name="shop.Happening"))
    assert (verdict, expected.answer) == ("incompatible", "accepts")
    assert "another name" in expected.reason
