"""Laws of the verdicts, the diff and the canonical form, over random files and random messages."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from random_files import edited, random_file, random_message

from schemaward.errors import InputError
from schemaward.formats import protobuf
from schemaward.formats.base import Schema
from schemaward.formats.protobuf import runtime
from schemaward.formats.protobuf.pairing import message_pairs
from schemaward.formats.protobuf.witnesses import differences
from schemaward.model import Policy
from schemaward.verdict import Compatible, Effect, Incompatible, Undecided, Verdict

SEEDS = st.integers(0, 2**32)


def can_read(reader: Schema, writer: Schema) -> Verdict:
    return protobuf.can_read(reader, writer, Policy.STRICT, True)


def load(text: str) -> Schema | None:
    try:
        return protobuf.load_value(text, "schema")
    except InputError:
        return None


def pair_of_files(rng: random.Random) -> tuple[str, str]:
    syntax = rng.choice(("proto2", "proto3"))
    old = random_file(rng, syntax)
    new = edited(rng, old, syntax)
    if rng.random() < 0.1:
        new = random_file(rng, "proto2" if syntax == "proto3" else "proto3")
    return old, new


@settings(max_examples=400)
@given(SEEDS)
def test_no_message_refutes_a_verdict_of_compatible(seed: int) -> None:
    rng = random.Random(seed)
    old, new = map(load, pair_of_files(rng))
    if old is None or new is None:
        return
    for reader, writer in ((new, old), (old, new)):
        verdict = can_read(reader, writer)
        if not isinstance(verdict, Compatible):
            continue
        for written, read in message_pairs(writer.parsed, reader.parsed):
            for _ in range(8):
                message = random_message(rng, writer.parsed, written)
                encoded = runtime.encode(message)
                if encoded is not None:
                    reading = runtime.decode(reader.parsed, read, encoded)
                    assert reading.message is not None, (reading.failure, writer.definition, reader.definition)
                    assert not list(differences(message, reading.message)), (message, reading.message)


@settings(max_examples=300)
@given(SEEDS)
def test_every_break_has_a_proof_of_its_own(seed: int) -> None:
    old, new = map(load, pair_of_files(random.Random(seed)))
    if old is None or new is None:
        return
    verdict = can_read(new, old)
    if not isinstance(verdict, Incompatible):
        return
    assert verdict.findings
    for found in verdict.findings:
        assert found.proof is not None
        assert found.proof.wire is not None
        assert found.pointer == "" or found.pointer in new.document.places
        assert found.counterpart == "" or found.counterpart in old.document.places


@settings(max_examples=300)
@given(SEEDS)
def test_undecided_is_for_what_has_nothing_in_common(seed: int) -> None:
    """Whatever these files can differ in is either shown to break or shown not to."""
    old, new = map(load, pair_of_files(random.Random(seed)))
    if old is not None and new is not None:
        verdict = can_read(new, old)
        assert not isinstance(verdict, Undecided) or verdict.reason.startswith("the reader has none")


@settings(max_examples=300)
@given(SEEDS)
def test_the_diff_is_empty_exactly_when_the_identity_is_equal(seed: int) -> None:
    old, new = map(load, pair_of_files(random.Random(seed)))
    if old is None or new is None:
        return
    changes = protobuf.diff(old, new)
    assert (not changes) == (old.identity == new.identity)
    for change in changes:
        assert change.pointer in (new if change.side == "new" else old).document.places
    if can_read(new, old).kind == "incompatible":
        assert any(change.effect in (Effect.NARROWS, Effect.BOTH) for change in changes)
    if can_read(old, new).kind == "incompatible":
        assert any(change.effect in (Effect.WIDENS, Effect.BOTH) for change in changes)


@settings(max_examples=200)
@given(SEEDS)
def test_a_file_reads_itself_in_any_order(seed: int) -> None:
    rng = random.Random(seed)
    text = random_file(rng, rng.choice(("proto2", "proto3")))
    head, *rest = text.split("\n")
    rng.shuffle(rest)
    schema, shuffled = load(text), load("\n// the same\n".join([head, *rest]))
    if schema is None or shuffled is None:
        return
    assert can_read(shuffled, schema) == Compatible()
    assert schema.identity == shuffled.identity
    assert protobuf.diff(schema, shuffled) == ()
    assert protobuf.conventions(schema, shuffled) == ()


def test_most_random_files_are_schemas() -> None:
    """Else the laws above would hold of nothing."""
    rng = random.Random(7)
    pairs = [tuple(map(load, pair_of_files(rng))) for _ in range(200)]
    usable = [pair for pair in pairs if None not in pair]
    kinds = {can_read(new, old).kind for old, new in usable if old and new}
    assert len(usable) > 100
    assert kinds >= {"compatible", "incompatible"}
