"""Laws of the semantic diff, for schemas of any shape."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
from diff_judge import silent
from hypothesis import given, settings
from hypothesis import strategies as st
from schema_strategies import extracted, renamed, reordered, schemas, wrapped

from schemaward.formats.jsonschema.diffing.change_kinds import ANNOTATIONS, Kind
from schemaward.formats.jsonschema.diffing.changes import changes
from schemaward.verdict import Effect

SEEDS = st.integers(0, 1_000)
LOOSE = {"definition-added", "definition-removed"}
"""What is moved out of a part that says nothing becomes a definition that nothing uses, which is a change."""
MIRROR = {
    "added": "removed", "removed": "added", "widened": "narrowed", "narrowed": "widened", "loosened": "tightened",
    "tightened": "loosened", "opened": "shut", "restricted": "opened", "closed": "opened", "allowed": "forbidden",
    "forbidden": "allowed", "counted": "ignored", "ignored": "counted",
}  # fmt: skip


def kinds(old: Any, new: Any) -> Counter[str]:
    return Counter(change.kind for change in changes(old, new, can_read=silent))


@given(schemas())
@settings(max_examples=150, deadline=None)
def test_no_schema_differs_from_itself(schema: Any) -> None:
    assert not kinds(schema, schema)


@pytest.mark.parametrize("rewrite", [reordered, extracted, wrapped, renamed])
@given(schema=schemas(), seed=SEEDS)
@settings(max_examples=100, deadline=None)
def test_spelling_makes_no_difference(rewrite: Any, schema: Any, seed: int) -> None:
    other = rewrite(schema, random.Random(seed))
    assert not set(kinds(schema, other)) - LOOSE
    assert not set(kinds(other, schema)) - LOOSE


@given(schemas(), schemas())
@settings(max_examples=200, deadline=None)
def test_kinds_mirror_when_the_sides_are_swapped(old: Any, new: Any) -> None:
    def said(kind: str, swap: bool) -> str:
        element, _, verb = kind.rpartition("-")
        verb = MIRROR.get(verb, verb) if swap else {"restricted": "shut", "closed": "shut"}.get(verb, verb)
        return f"{element}-{verb}"

    there = Counter(said(kind, True) for kind in kinds(old, new).elements())
    back = Counter(said(kind, False) for kind in kinds(new, old).elements())
    assert there == back


@given(schemas(), schemas(), SEEDS)
@settings(max_examples=100, deadline=None)
def test_the_diff_of_two_schemas_does_not_depend_on_their_spelling(old: Any, new: Any, seed: int) -> None:
    rng = random.Random(seed)
    assert bool(kinds(old, new)) == bool(kinds(reordered(old, rng), renamed(new, rng)))


@given(schemas(), schemas())
@settings(max_examples=150, deadline=None)
def test_every_change_is_of_a_known_kind_and_annotations_have_no_effect(old: Any, new: Any) -> None:
    for change in changes(old, new, can_read=silent):
        kind = Kind(change.kind)
        assert change.effect is (Effect.NONE if kind in ANNOTATIONS else change.effect)
        assert change.side == ("old" if change.new is None and change.side == "old" else change.side)


def test_the_order_of_changes_is_the_same_on_every_run() -> None:
    old = {"anyOf": [{"type": "string", "title": name} for name in "abcdef"], "enum": list("abcdef")}
    new = {"anyOf": [{"type": "integer", "title": name} for name in "fedcbag"], "enum": list("xyzabc")}
    assert changes(old, new, can_read=silent) == changes(old, new, can_read=silent)
