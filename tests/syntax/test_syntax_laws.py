"""Laws: what is written as JSON or YAML is read back as the same value, and every place points at the right text."""

from __future__ import annotations

import json
from typing import Any

import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from schemaward.errors import InputError
from schemaward.syntax.document import Document
from schemaward.syntax.parse import parse_document
from schemaward.syntax.places import pointer_of

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


class Dumper(yaml.SafeDumper):
    """PyYAML leaves plain what is text in YAML 1.1 but a number in 1.2 (``0E0``); this one quotes it."""


Dumper.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style="'" if text[:1] in tuple("+-.0123456789") else None
    ),
)
SHORT = settings(max_examples=150, deadline=None)


def pointers(value: Any, at: str = "") -> list[str]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(found for token, child in inside for found in pointers(child, pointer_of(at, token)))]


def same(left: Any, right: Any) -> bool:
    """Equality that tells 1 from 1.0 and true."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)


@SHORT
@given(value=VALUES, indent=st.sampled_from([None, 0, 2]), ascii_only=st.booleans())
def test_json_is_read_back(value: Any, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert same(parse_document("a.json", text.encode()).value, value)


@SHORT
@given(value=VALUES, flow=st.sampled_from([None, False, True]), unicode=st.booleans())
def test_yaml_is_read_back(value: Any, flow: bool | None, unicode: bool) -> None:
    text = yaml.dump(value, Dumper=Dumper, default_flow_style=flow, allow_unicode=unicode)
    assume(not set(text) & set("\x85\u2028\u2029"))
    assert same(parse_document("a.yaml", text.encode()).value, value)


@SHORT
@given(value=VALUES)
def test_json_on_one_line_is_yaml(value: Any) -> None:
    text = json.dumps(value)
    if "\\ud" not in text:  # YAML has no surrogate pairs
        assert same(parse_document("a.yaml", text.encode()).value, value)


@SHORT
@given(value=VALUES, indent=st.sampled_from([None, 1]))
def test_every_place_in_json_is_that_of_its_key_or_value(value: Any, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    document = parse_document("a.json", text.encode())
    assert sorted(document.places) == sorted(pointers(value))
    lines = text.split("\n")
    for pointer, (line, column) in document.places.items():
        rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
        found, _ = json.JSONDecoder().raw_decode(rest)
        parent, _, token = pointer.rpartition("/")
        above = lookup(value, parent) if pointer else None
        expected = token.replace("~1", "/").replace("~0", "~") if isinstance(above, dict) else lookup(value, pointer)
        assert same(found, expected)


@SHORT
@given(value=VALUES)
def test_places_in_yaml_are_in_document_order(value: Any) -> None:
    document = parse_document("a.yaml", yaml.dump(value, Dumper=Dumper, sort_keys=False).encode())
    assert sorted(document.places) == sorted(pointers(value))
    places = [document.places[pointer] for pointer in pointers(value)]
    assert places == sorted(places)


@SHORT
@given(data=st.binary(max_size=60) | st.text("{}[]:,&*?-!|>%@`'\"\\ \n\tab1.e#~<", max_size=60).map(str.encode))
def test_whatever_the_bytes_the_answer_is_a_document_or_a_refusal(data: bytes) -> None:
    for path in ("a.json", "a.yaml"):
        answer = document_or_refusal(path, data)
        if isinstance(answer, InputError):
            assert answer.place is not None
            assert answer.place.line <= data.count(b"\n") + 1
        else:
            json.dumps(answer.value, default=str, allow_nan=False)
            assert sorted(answer.places) == sorted(pointers(answer.value))


def document_or_refusal(path: str, data: bytes) -> Document | InputError:
    try:
        return parse_document(path, data)
    except InputError as error:
        return error


def lookup(value: Any, pointer: str) -> Any:
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        value = value[int(name)] if isinstance(value, list) else value[name]
    return value
