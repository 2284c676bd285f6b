"""Laws that every verdict obeys, for small random schemas of all five drafts."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from choices import CHOICES
from dense_schemas import DOCUMENTS, dense_schema
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from judges import fast, thorough
from random_documents import Attack
from random_schemas import DRAFTS, URIS, edited, objects_in, random_schema

import schemaward
from schemaward.errors import InputError
from schemaward.formats.jsonschema.engine import deciding
from schemaward.verdict import Verdict

ALL_DRAFTS = pytest.mark.parametrize("draft", DRAFTS)


def ask(reader: Any, writer: Any, **options: Any) -> Verdict:
    """The verdict; schemas that the generator should not have made are left out."""
    try:
        return schemaward.can_read(reader, writer, **options)
    except InputError:
        assume(False)
        raise


def pair(rng: Random, draft: str) -> tuple[dict[str, Any], dict[str, Any]]:
    writer = random_schema(rng, draft)
    reader = edited(rng, writer, draft) if rng.randrange(3) else random_schema(rng, draft)
    return (reader, writer) if rng.randrange(3) == 0 else (writer, reader)


def definite(verdict: Verdict) -> str | None:
    """The kind of a verdict, None for Undecided: laws bind what was proven."""
    return None if isinstance(verdict, schemaward.Undecided) else verdict.kind


@ALL_DRAFTS
@given(CHOICES)
@settings(max_examples=60)
def test_no_document_refutes_a_verdict(draft: str, rng: Random) -> None:
    writer, reader = pair(rng, draft)
    verdict = ask(reader, writer)
    writes, reads = fast(writer, draft), fast(reader, draft)
    if isinstance(verdict, schemaward.Incompatible):
        witness = json.loads(json.dumps(verdict.witness))
        said = [(writes(witness), reads(witness)), (thorough(writer, draft)(witness), thorough(reader, draft)(witness))]
        assert (True, False) in said, (witness, said)
    elif isinstance(verdict, schemaward.Compatible):
        for document in Attack(rng, writer, reader).documents(24):
            if writes(document) and not reads(document):
                assert not thorough(writer, draft)(document) or thorough(reader, draft)(document), document


@ALL_DRAFTS
@pytest.mark.parametrize("kind", list(DOCUMENTS))
@given(CHOICES)
@settings(max_examples=30)
def test_no_small_document_refutes_a_verdict_on_one_kind_of_value(draft: str, kind: str, rng: Random) -> None:
    writer, reader = dense_schema(rng, draft, kind), dense_schema(rng, draft, kind)
    verdict = ask(reader, writer)
    writes, reads = fast(writer, draft), fast(reader, draft)
    between = [document for document in DOCUMENTS[kind] if writes(document) and not reads(document)]
    if isinstance(verdict, schemaward.Compatible):
        assert between == []
    elif isinstance(verdict, schemaward.Incompatible):
        witness = json.loads(json.dumps(verdict.witness))
        assert (writes(witness), reads(witness)) == (True, False), witness
    else:
        assert (
            "unevaluated" in verdict.reason or "validators differ" in verdict.reason or "jsonschema" in verdict.reason
        )


@ALL_DRAFTS
@given(CHOICES)
@settings(max_examples=25)
def test_a_schema_reads_itself_however_it_is_spelt(draft: str, rng: Random) -> None:
    schema = random_schema(rng, draft)
    for respell in (reordered, in_a_conjunction, behind_a_reference, renamed):
        other = respell(schema, rng)
        assert definite(ask(schema, other)) in ("compatible", None), respell
        assert definite(ask(other, schema)) in ("compatible", None), respell


@ALL_DRAFTS
@given(CHOICES)
@settings(max_examples=25)
def test_spelling_does_not_change_a_verdict(draft: str, rng: Random) -> None:
    writer, reader = pair(rng, draft)
    respell = rng.choice((reordered, in_a_conjunction, behind_a_reference, renamed))
    assert agree(ask(reader, writer), ask(respell(reader, rng), respell(writer, rng)))


@ALL_DRAFTS
@given(CHOICES)
@settings(max_examples=25)
def test_reading_is_transitive(draft: str, rng: Random) -> None:
    first = random_schema(rng, draft)
    second = edited(rng, first, draft)
    third = edited(rng, second, draft)
    for a, b, c in ((first, second, third), (third, second, first)):
        if ask(b, a).kind == ask(c, b).kind == "compatible":
            assert definite(ask(c, a)) in ("compatible", None)


@ALL_DRAFTS
@given(CHOICES)
@settings(max_examples=25)
def test_a_further_assertion_never_widens(draft: str, rng: Random) -> None:
    schema, more = without_references(random_schema(rng, draft)), without_references(random_schema(rng, draft, 2))
    narrower = {"$schema": URIS[draft], "allOf": [schema, more]}
    assert definite(ask({"$schema": URIS[draft], **schema}, narrower)) in ("compatible", None)


@ALL_DRAFTS
@given(CHOICES)
@settings(max_examples=25)
def test_what_is_compatible_strictly_is_so_leniently(draft: str, rng: Random) -> None:
    writer, reader = pair(rng, draft)
    if ask(reader, writer).kind == "compatible":
        assert definite(ask(reader, writer, policy="lenient")) in ("compatible", None)


@ALL_DRAFTS
@given(CHOICES)
@settings(max_examples=20)
def test_a_union_reads_its_members_and_writes_more(draft: str, rng: Random) -> None:
    one, two = without_references(random_schema(rng, draft, 2)), without_references(random_schema(rng, draft, 2))
    union = {"$schema": URIS[draft], "anyOf": [one, two]}
    both = {"$schema": URIS[draft], "allOf": [one, two]}
    one, two = {"$schema": URIS[draft], **one}, {"$schema": URIS[draft], **two}
    assert definite(ask(union, one)) in ("compatible", None)
    assert definite(ask(two, both)) in ("compatible", None)
    kinds = [definite(ask(reader, writer)) for reader, writer in ((two, one), (two, union))]
    assert None in kinds or kinds[0] == kinds[1]


@ALL_DRAFTS
@given(CHOICES)
@settings(max_examples=20)
def test_the_opposite_turns_reading_around(draft: str, rng: Random) -> None:
    one, two = without_references(random_schema(rng, draft, 2)), without_references(random_schema(rng, draft, 2))
    not_one, not_two = ({"$schema": URIS[draft], "not": schema} for schema in (one, two))
    one, two = {"$schema": URIS[draft], **one}, {"$schema": URIS[draft], **two}
    assert agree(ask(two, one), ask(not_one, not_two))


@given(st.sampled_from(DRAFTS), CHOICES)
@settings(max_examples=30)
def test_the_same_question_has_the_same_answer(draft: str, rng: Random) -> None:
    writer, reader = pair(rng, draft)
    assert repr(ask(reader, writer)) == repr(ask(copy.deepcopy(reader), copy.deepcopy(writer)))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats(-2, 2) | st.sampled_from(["a", "#", "#/a", "object", "^a", "("]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["type", "$ref", "properties", "items", "allOf", "not", "enum", "required", "$id", "definitions", "pattern", "if", "minimum",
             "$schema", "a", "additionalProperties", "dependencies", "format", "$dynamicRef", "$anchor", "contains", "multipleOf"]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=8,
)  # fmt: skip


@given(ANYTHING, ANYTHING, st.sampled_from(DRAFTS))
@settings(max_examples=300)
def test_any_json_is_decided_or_refused_as_input(one: Any, two: Any, draft: str) -> None:
    if isinstance(one, dict) and "$schema" not in one:
        one = {"$schema": URIS[draft], **one}
    if isinstance(one, str) or isinstance(two, str):
        return
    with suppress(InputError):
        assert schemaward.can_read(one, two).kind in ("compatible", "incompatible", "undecided")


# -- other spellings of a schema


def agree(one: Verdict, two: Verdict) -> bool:
    kinds = {definite(one), definite(two)} - {None}
    return len(kinds) <= 1


def apart(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key != "$schema"}


def definitions_of(schema: dict[str, Any]) -> str:
    return "$defs" if "$defs" in schema else "definitions"


def without_references(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with every reference replaced by what accepts anything, so that it can stand inside another."""
    made = copy.deepcopy(apart(schema))
    for place in list(objects_in(made)):
        place.pop("$ref", None)
    made.pop(definitions_of(made), None)
    return made


def reordered(schema: dict[str, Any], rng: Random) -> dict[str, Any]:
    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: turned(value[key]) for key in sorted(value, reverse=True)}
        return [turned(member) for member in value] if isinstance(value, list) else value

    made: dict[str, Any] = turned(schema)
    return made


def in_a_conjunction(schema: dict[str, Any], rng: Random) -> dict[str, Any]:
    """One subschema alone in an ``allOf``."""
    made = copy.deepcopy(schema)
    place = rng.choice([place for place in objects_in(made) if place is not made] or [made])
    if place is not made:
        inner = dict(place)
        place.clear()
        place["allOf"] = [inner]
    return made


def behind_a_reference(schema: dict[str, Any], rng: Random) -> dict[str, Any]:
    """One subschema moved to a definition of its own."""
    made = copy.deepcopy(schema)
    place = rng.choice([place for place in objects_in(made) if place is not made] or [made])
    if place is not made:
        inner = dict(place)
        place.clear()
        place["$ref"] = f"#/{definitions_of(made)}/moved"
        made[definitions_of(made)]["moved"] = inner
    return made


def renamed(schema: dict[str, Any], rng: Random) -> dict[str, Any]:
    """Other names for the definitions."""
    made = copy.deepcopy(schema)
    new = {"d": "other", "e": "a/b~c"}
    for place in objects_in(made):
        name = str(place.get("$ref", "")).rpartition("/")[2]
        if name in new:
            place["$ref"] = f"#/{definitions_of(made)}/" + new[name].replace("~", "~0").replace("/", "~1")
    made[definitions_of(made)] = {new.get(name, name): value for name, value in made[definitions_of(made)].items()}
    return made


AROUND: dict[str, Any] = {
    "beside others": lambda part: {"properties": {"a": part, "b": {"type": "string"}, "c": {"minimum": 3}}},
    "below a list": lambda part: {"items": {"allOf": [part, {"type": ["object", "string"]}]}},
    "by reference": lambda part: {"definitions": {"x": part}, "properties": {"a": {"$ref": "#/definitions/x"}}},
    "by reference, denied too": lambda part: {
        "definitions": {"x": part, "y": {"not": {"$ref": "#/definitions/x"}}},
        "properties": {"a": {"$ref": "#/definitions/x"}, "b": {"$ref": "#/definitions/y"}},
    },
    "below itself": lambda part: {
        "definitions": {"x": {"anyOf": [part, {"items": {"$ref": "#/definitions/x"}, "type": "array"}]}},
        "properties": {"a": {"$ref": "#/definitions/x"}, "b": {"$ref": "#"}},
    },
    "denied": lambda part: {"properties": {"a": {"not": part}}},
    "one of two": lambda part: {"oneOf": [part, {"properties": {"a": {"type": "integer"}}}]},
    "as a condition": lambda part: {"if": part, "then": {"maxProperties": 1}},
    "counted": lambda part: {"contains": part, "maxContains": 1},
    "looked at from beside": lambda part: {"allOf": [part], "unevaluatedProperties": False},
}


def surrounded(around: str, schema: dict[str, Any], draft: str) -> dict[str, Any]:
    """A schema inside another, with its definitions where its references look for them."""
    part = {name: value for name, value in schema.items() if name not in ("$schema", "definitions", "$defs")}
    whole = AROUND[around](part)
    for name in ("definitions", "$defs"):
        if name in schema:
            whole[name] = {**schema[name], **whole.get(name, {})}
    return {"$schema": URIS[draft], **whole}


@ALL_DRAFTS
@pytest.mark.parametrize("around", AROUND)
@given(CHOICES)
@settings(max_examples=15)
def test_parts_prove_what_the_whole_does(draft: str, around: str, rng: Random) -> None:
    wholes = [surrounded(around, schema, draft) for schema in pair(rng, draft)]
    verdict = definite(ask(*wholes))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deciding, "changed_places", lambda *_: None)
        patch.setattr(deciding, "_shared", lambda *_: None)
        whole = definite(ask(*wholes))
    assert None in (verdict, whole) or verdict == whole
