"""The smallest edit that makes a version compatible, case by case, and its laws. Add a case to a file in mend_cases/."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from schemaward.errors import InputError
from schemaward.formats.base import Question, Schema
from schemaward.formats.jsonschema import can_read, load, mend
from schemaward.formats.jsonschema.loading import load_value
from schemaward.model import Policy
from schemaward.modes import Direction
from schemaward.syntax.document import Document
from schemaward.syntax.edits import patched
from schemaward.syntax.parse import parse_document
from schemaward.syntax.patches import applied
from schemaward.verdict import Edit

CASES = Path(__file__).parent / "mend_cases"


def schema(value: Any, path: str = "schema.json") -> Schema:
    document = parse_document(path, json.dumps(value, indent=2).encode())
    return load_value(document.value, document)


def asked(old: Schema, new: Schema, direction: Direction, policy: Policy) -> str:
    reader, writer = (new, old) if direction == "backward" else (old, new)
    return can_read(reader, writer, policy, True).kind


def keywords(**inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Schemas of a few keywords; ``inner`` are further ones, which hold schemas."""
    names = st.sampled_from(["string", "integer", "null", "object", "array"])
    return st.fixed_dictionaries(
        {},
        optional={
            "type": names | st.lists(names, min_size=1, max_size=2, unique=True),
            "enum": st.lists(st.sampled_from([1, 2, "a", None, {}]), min_size=1, max_size=3, unique_by=repr),
            "maximum": st.integers(0, 3),
            "minLength": st.integers(0, 2),
            "required": st.lists(st.sampled_from("ab"), min_size=1, unique=True),
            "title": st.just("Words"),
            **inner,
        },
    )


PARTS = keywords(const=st.sampled_from([1, "a"]))
SCHEMAS = keywords(
    properties=st.dictionaries(st.sampled_from("ab"), PARTS, max_size=2),
    additionalProperties=st.just(False) | PARTS,
    items=PARTS,
    anyOf=st.lists(PARTS, min_size=1, max_size=3),
)


def cases() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("*.yaml")):
        value: Any = parse_document(path.name, path.read_bytes()).value
        found += [pytest.param(case, id=f"{path.stem}: {case['description']}") for case in value]
    return found


@pytest.mark.parametrize("case", cases())
def test_edit(case: Any) -> None:
    old, new = schema(case["old"]), schema(case["new"])
    policy = Policy(case.get("policy", "strict"))
    found = mend(new, [Question(old, direction) for direction in case["direction"]], policy)
    assert found is not None
    told = [
        [edit.operation, edit.pointer, *([] if edit.operation == "remove" else [edit.value])] for edit in found.edits
    ]
    assert told == case["edits"]


@pytest.mark.parametrize("direction", ["backward", "forward"])
@given(old=SCHEMAS, new=SCHEMAS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_whatever_is_offered_is_compatible_and_its_text_says_it(direction: Direction, old: Any, new: Any) -> None:
    before, after = schema(old), schema(new)
    assume(asked(before, after, direction, Policy.STRICT) == "incompatible")
    found = mend(after, [Question(before, direction)])
    if found is not None:
        edited = applied(found.edits, after.document.value)
        assert asked(before, schema(edited), direction, Policy.STRICT) == "compatible"
        text = patched(after.document, found.edits)
        assert text is not None
        assert json.loads(text) == edited


def test_no_edit_is_offered_in_place_of_the_whole_schema() -> None:
    assert mend(schema(False), [Question(schema({"type": "string"}), "backward")]) is None


def test_no_edit_is_offered_when_the_old_versions_contradict_each_other() -> None:
    first, second, new = schema({"const": 1}), schema({"const": 2}), schema({"const": 3})
    assert mend(new, [Question(second, "forward"), Question(first, "forward")]) is None


def test_an_edit_leaves_nothing_that_no_document_can_pass() -> None:
    old = schema({"properties": {"a": {}}, "additionalProperties": False})
    new = schema({"properties": {"b": {}}, "required": ["b"], "additionalProperties": False})
    found = mend(new, [Question(old, "forward")])
    assert found is not None
    edited = schema(applied(found.edits, new.document.value))
    assert can_read(schema(False), edited, Policy.STRICT, True).kind == "incompatible"


def test_no_edit_is_offered_that_is_not_known_to_be_small() -> None:
    old = schema({"properties": {f"p{number}": {"maxLength": 9} for number in range(150)}})
    new = schema({"properties": {f"p{number}": {"maxLength": 5} for number in range(150)}})
    assert mend(new, [Question(old, "backward")]) is None


def test_a_value_is_not_restored_where_the_draft_of_the_new_version_has_another_form() -> None:
    old = schema({"$schema": "http://json-schema.org/draft-04/schema#", "minimum": 0})
    new = schema({"$schema": "http://json-schema.org/draft-07/schema#", "exclusiveMinimum": 0})
    found = mend(new, [Question(old, "backward")])
    assert found is not None
    assert can_read(schema(applied(found.edits, new.document.value)), old, Policy.STRICT, True).kind == "compatible"


def test_what_another_file_holds_is_not_edited() -> None:
    texts = {
        "a/v1.json": '{"properties": {"x": {"$ref": "../b/v1.json"}, "y": {"maxLength": 9}}}',
        "a/v2.json": '{"properties": {"x": {"$ref": "../b/v2.json"}, "y": {"maxLength": 5}}}',
        "b/v1.json": '{"type": ["string", "null"]}',
        "b/v2.json": '{"type": "string"}',
    }

    def read(path: str) -> Document:
        return parse_document(path, texts[path].encode())

    (old, _), (new, _) = load(read("a/v1.json"), read), load(read("a/v2.json"), read)
    assert old is not None
    assert new is not None
    assert mend(new, [Question(old, "backward")]) is None
    texts["a/v2.json"] = texts["a/v2.json"].replace("b/v2", "b/v1")
    (again, _) = load(read("a/v2.json"), read)
    assert again is not None
    found = mend(again, [Question(old, "backward")])
    assert found is not None
    assert found.edits == (Edit("/properties/y/maxLength", "replace", 9),)


# the author's text


YAML = """\
# a person
required:
  - name   # always
  - age
properties:
  name: {type: string}   # as people write it
  age:
    # in years
    type: integer
    maximum: 99
  tags:
    items: {type: string}
"""


@pytest.mark.parametrize(
    ("edit", "before", "after"),
    [
        (Edit("/required/1", "remove"), "  - age\n", ""),
        (Edit("/required/-", "add", "tags"), "  - age\n", "  - age\n  - tags\n"),
        (Edit("/required", "remove"), "required:\n  - name   # always\n  - age\n", ""),
        (Edit("/properties/age/maximum", "replace", 120), "maximum: 99", "maximum: 120"),
        (Edit("/properties/age/type", "replace", ["integer", "null"]), "type: integer", 'type: [integer, "null"]'),
        (Edit("/properties/name/maxLength", "add", 9), "{type: string}   #", "{type: string, maxLength: 9}   #"),
        (Edit("/properties/name/type", "remove"), "{type: string}   #", "{}   #"),
        (
            Edit("/properties/age/not", "add", {"enum": [1]}),
            "    maximum: 99\n",
            "    maximum: 99\n    not:\n      enum: [1]\n",
        ),
    ],
)
def test_a_yaml_file_keeps_its_comments(edit: Edit, before: str, after: str) -> None:
    assert YAML.count(before) == 1
    assert patched(parse_document("v1.yaml", YAML.encode()), (edit,)) == YAML.replace(before, after)


def test_a_folded_text_goes_with_its_lines_and_no_others() -> None:
    text = "a:\n  description: |\n    two\n    lines\n  type: string\nb: {}\n"
    document = parse_document("v1.yaml", text.encode())
    assert patched(document, (Edit("/a/description", "remove"),)) == "a:\n  type: string\nb: {}\n"
    assert patched(document, (Edit("/a/description", "replace", "word"),)) == (
        'a:\n  description: "word"\n  type: string\nb: {}\n'
    )


JSON = """\
{
    "required": ["name", "age"],
    "properties": {
        "name": {"type": "string"},
        "age": {
            "type": "integer",
            "maximum": 99
        },
        "none": {}
    }
}"""


@pytest.mark.parametrize(
    ("edit", "before", "after"),
    [
        (Edit("/required/0", "remove"), '["name", "age"]', '["age"]'),
        (Edit("/required/1", "remove"), '["name", "age"]', '["name"]'),
        (Edit("/required/-", "add", "none"), '"age"],', '"age", "none"],'),
        (Edit("/properties/age/maximum", "replace", 1.5), "99", "1.5"),
        (Edit("/properties/age/maximum", "remove"), ',\n            "maximum": 99', ""),
        (Edit("/properties/age/type", "remove"), '"type": "integer",\n            ', ""),
        (Edit("/properties/none/type", "add", "null"), '"none": {}', '"none": {"type": "null"}'),
        (Edit("/properties/age/minimum", "add", 0), "99", '99,\n            "minimum": 0'),
    ],
)
def test_a_json_file_keeps_its_layout(edit: Edit, before: str, after: str) -> None:
    assert JSON.count(before) == 1
    assert patched(parse_document("v1.json", JSON.encode()), (edit,)) == JSON.replace(before, after)


def test_an_edit_of_text_with_anchors_is_told_as_operations() -> None:
    old = schema({"properties": {"a": {"maxLength": 9}, "b": {"maxLength": 9}}})
    document = parse_document("v2.yaml", b"properties:\n  a: &same {maxLength: 9}\n  b: {maxLength: 5}\n")
    found = mend(load_value(document.value, document), [Question(old, "backward")])
    assert found is not None
    assert found.diff == ""
    assert found.edits == (Edit("/properties/b/maxLength", "replace", 9),)


@given(st.text(max_size=8), st.sampled_from(["v1.json", "v1.yaml"]))
@settings(max_examples=60, deadline=None)
def test_any_text_can_be_written_into_a_file(words: str, path: str) -> None:
    text = YAML if path.endswith("yaml") else JSON
    document = parse_document(path, text.encode())
    edit = Edit("/properties/age/description", "add", words)
    try:
        expected = parse_document(path, json.dumps({"x": words}).encode()).value
    except InputError:
        return
    made = patched(document, (edit,))
    assert (
        made is None or parse_document(path, made.encode()).value["properties"]["age"]["description"] == expected["x"]
    )  # type: ignore[call-overload, index]
