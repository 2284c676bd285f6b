"""Sentences of the diff: every kind of change has one, and long or wild values stay harmless."""

from __future__ import annotations

import pytest

from schemaward.compare import Answer, Comparison
from schemaward.formats.jsonschema.diffing.change_kinds import Kind
from schemaward.model import Mode, Place, Policy
from schemaward.report.diff_text import render
from schemaward.report.diff_words import meaning, sentence
from schemaward.rules import finding
from schemaward.verdict import Change, Compatible, Effect, Expectation, Incompatible, Proof, Undecided, Verdict


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_a_sentence_of_one_line(kind: Kind) -> None:
    said = sentence(Change(kind.value, "/properties/a~1b", Effect.NONE, None, None))
    assert said
    assert "\n" not in said
    assert len(sentence(Change(kind.value, "/x" * 999, Effect.NONE, "old" * 999, {"new": "\x1b" * 999}))) < 300


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Change("required-added", "/required/0", Effect.NARROWS, None, "email"), '"email" is required now'),
        (Change("property-renamed", "/properties/b", Effect.BOTH, "a", "b"), 'the property "a" is called "b" now'),
        (Change("enum-value-removed", "/enum/0", Effect.NARROWS, "x", None), 'the value "x" is no longer allowed'),
        (Change("bound-loosened", "/maximum", Effect.WIDENS, 5, None), 'the bound "maximum" was removed: 5'),
        (Change("type-widened", "/type", Effect.WIDENS, "integer", "number"), 'the type was widened: "integer" -> "number"'),
        (Change("branch-added", "/oneOf/2", Effect.WIDENS, None, {"type": "null"}), 'a branch of "oneOf" was added: {"type": "null"}'),
    ],
)  # fmt: skip
def test_sentences(change: Change, said: str) -> None:
    assert sentence(change) == said


def test_long_texts_are_shown_from_where_they_differ() -> None:
    old, new = "The same words for a long while, " + "before.", "The same words for a long while, " + "after that."
    said = sentence(Change("description-changed", "/description", Effect.NONE, old, new + " " * 30))
    assert said.startswith('the description was changed: "…before." -> "…after that.')


def test_a_part_that_narrows_does_not_contradict_a_compatible_whole() -> None:
    assert meaning(Effect.NARROWS, "incompatible", "compatible").endswith("refuse some old data")
    assert meaning(Effect.NARROWS, "compatible", "compatible").endswith("reads all old data")
    assert meaning(Effect.BOTH, "compatible", "incompatible") == (
        "Narrows and widens a part of the schema, but the new version reads all old data"
    )
    assert "refuse" not in meaning(Effect.BOTH, "compatible", "compatible")


def comparison(backward: Verdict, forward: Verdict, *changes: Change) -> Comparison:
    glue = Expectation(None, "nobody knows")
    return Comparison(changes, Answer(backward, (), glue), Answer(forward, (), glue), Policy.STRICT, True)


def test_an_undecided_direction_is_never_a_yes() -> None:
    found = comparison(Undecided("the pattern looks back"), Compatible())
    assert found.allowed[Mode.BACKWARD] is None
    assert found.allowed[Mode.FULL] is None
    assert found.allowed[Mode.FORWARD] is True
    page = render(found, "a", "b")
    assert "Backward (new reads old): undecided\n  the pattern looks back" in page
    assert "Not decided for: BACKWARD, BACKWARD_ALL, FULL, FULL_ALL" in page
    assert "AWS Glue may accept or refuse this direction: nobody knows" in page


def test_a_break_forbids_a_mode_whatever_is_undecided_beside_it() -> None:
    found = comparison(Incompatible(1), Undecided("too large"))
    assert found.allowed[Mode.FULL] is False
    assert found.allowed[Mode.NONE] is True
    assert found.allowed[Mode.DISABLED] is False


def test_a_long_list_of_changes_is_cut_and_says_so() -> None:
    many = [Change("enum-value-added", f"/enum/{index}", Effect.WIDENS, None, index) for index in range(60)]
    page = render(comparison(Compatible(), Incompatible(1), *many), "a", "b")
    assert "Widens: readers on the old version refuse some new data (60 changes)" in page
    assert "  and 10 more: `--format json` shows all" in page


def test_a_loss_forbids_a_mode_as_a_check_does() -> None:
    loss = finding("avro-decimal", Place("v2.avsc"), ' at "/a": the scale differs', proof=Proof(1), counterpart="/a")
    found = comparison(Compatible((loss,)), Compatible())
    assert found.allowed[Mode.BACKWARD] is False
    assert found.allowed[Mode.FORWARD] is True
    assert 'at "/a": the scale differs (avro-decimal)' in render(found, "a", "b")
