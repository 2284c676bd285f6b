"""Laws of the verdict on any Avro schemas: against fastavro, which decodes, and against the avro package, which checks."""

from __future__ import annotations

import random
from typing import Any

import fastavro
import pytest
from avro_bytes import decoded, encode, raw
from avro_strategies import document, edited, schemas
from hypothesis import assume, given
from hypothesis import strategies as st

from schemaward.errors import InputError
from schemaward.formats import avro
from schemaward.formats.avro.data import NoDatumError, sample, sizes
from schemaward.formats.base import Schema
from schemaward.verdict import Compatible, Incompatible, Undecided

LENIENT = frozenset({"avro-bytes-as-string"})
"""Losses that stop fastavro on some data."""


def loaded(value: Any) -> Schema:
    try:
        return avro.load_value(value, "schema")
    except InputError:
        assume(False)
        raise


@given(schemas())
def test_a_schema_reads_itself(value: Any) -> None:
    assert avro.can_read(loaded(value), loaded(value)) == Compatible()


@given(schemas())
def test_what_our_parser_takes_fastavro_takes(value: Any) -> None:
    fastavro.parse_schema(raw(loaded(value).document.value))


@given(schemas(), st.integers(0, 2**32))
def test_a_break_is_real_and_a_promise_is_kept(value: Any, seed: int) -> None:
    writer, reader = loaded(value), loaded(edited(value, seed))
    verdict = avro.can_read(reader, writer)
    assert not isinstance(verdict, Undecided), verdict
    theirs, ours = writer.document.value, reader.document.value
    if isinstance(verdict, Incompatible):
        assert verdict.wire is not None
        data = bytes.fromhex(verdict.wire.encoded)
        assert data == encode(theirs, verdict.witness)
        if "hands out" not in verdict.wire.failure:
            with pytest.raises(Exception):  # noqa: B017, PT011 - a decoder fails in any way it likes
                decoded(theirs, ours, data)
    elif not any(found.rule in LENIENT for found in verdict.findings):
        source = random.Random(seed)
        for _ in range(10):
            try:
                datum = document(writer.parsed.root, source)
            except RecursionError:
                continue
            decoded(theirs, ours, encode(theirs, datum))


@given(schemas(), st.integers(0, 2**32))
def test_the_verdict_is_the_same_on_every_run_and_under_any_order_of_keys(value: Any, seed: int) -> None:
    other = edited(value, seed)
    verdict = avro.can_read(loaded(other), loaded(value))
    assert avro.can_read(loaded(shuffled(other, seed)), loaded(shuffled(value, seed))) == verdict


def shuffled(value: Any, seed: int) -> Any:
    """The same JSON with the members of its objects in another order."""
    if isinstance(value, list):
        return [shuffled(each, seed) for each in value]
    if not isinstance(value, dict):
        return value
    members = [(key, shuffled(each, seed)) for key, each in value.items()]
    random.Random(seed).shuffle(members)
    return dict(members)


@given(schemas(), st.integers(0, 2**32))
def test_a_diff_is_empty_exactly_when_the_schemas_are_the_same(value: Any, seed: int) -> None:
    old, new = loaded(value), loaded(edited(value, seed))
    assert bool(avro.diff(old, new)) == (old.identity != new.identity)
    assert avro.diff(new, loaded(shuffled(new.document.value, seed))) == ()


@given(schemas())
def test_what_a_schema_is_shown_with_passes_it(value: Any) -> None:
    schema = loaded(value)
    try:
        datum = sample(schema.parsed.root, sizes(schema.parsed))
    except NoDatumError:
        assume(False)
    assert avro.refusals(schema, datum) == ()
