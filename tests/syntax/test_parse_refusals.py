"""Every kind of bad file ends in one clear refusal: the place, the fact, what to do. The parser that reads it does not matter."""

from __future__ import annotations

import json

import pytest
import yaml

from schemaward.errors import InputError
from schemaward.syntax.limits import MAX_BYTES, MAX_DEPTH
from schemaward.syntax.parse import parse_document, parse_text


def refusal(path: str, data: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        parse_document(path, data)
    error = caught.value
    assert error.place is not None
    assert error.place.path == path
    assert error.fact
    assert error.remedy
    return error


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def billion_laughs() -> bytes:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]" for old, new in zip("abcdefghi", "bcdefghij", strict=True)
    ]
    return "\n".join(lines).encode()


@pytest.fixture(params=["the C parser", "the parser in Python"])
def both_yaml_parsers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "the C parser" and not yaml.__with_libyaml__:
        pytest.skip("PyYAML was built without libyaml")
    monkeypatch.setattr(yaml, "__with_libyaml__", request.param == "the C parser")


@pytest.mark.parametrize("path", ["a.json", "a.yaml"])
@pytest.mark.parametrize(
    ("data", "fact"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b" \n\n", "empty", id="blank"),
        pytest.param(b"\xef\xbb\xbf", "empty", id="only a byte order mark"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00", "UTF-8", id="an image"),
        pytest.param(b"a: b\x00", "NUL", id="NUL"),
        pytest.param("{}".encode("utf-16"), "UTF-16", id="UTF-16"),
        pytest.param(b'{"a": "\xe9"}', "UTF-8", id="Latin-1"),
        pytest.param(b"1" * (MAX_BYTES + 1), "2,000,001 bytes", id="huge"),
        pytest.param(nested(MAX_DEPTH + 1), "deeper than 100 levels", id="deep"),
        pytest.param(nested(100_000), "deeper than 100 levels", id="very deep"),
        pytest.param(b"[" * 100_000, "deeper than 100 levels", id="deep and cut off"),
        pytest.param(b'{"a": 1, "a": 2}', 'the key "a" appears twice', id="duplicate key"),
        pytest.param(b"[" + b"7" * 5000 + b"]", "more than 1,000 digits", id="an endless integer"),
        pytest.param(b"[1e2000]", "exponent beyond 1,000", id="an exponent out of bounds"),
        pytest.param(b"[1e" + b"9" * 5000 + b"]", "exponent beyond 1,000", id="an endless exponent"),
        pytest.param(b'{"a": [1, 2', "not valid", id="truncated"),
    ],
)
@pytest.mark.usefixtures("both_yaml_parsers")
def test_what_neither_syntax_allows(path: str, data: bytes, fact: str) -> None:
    assert fact in refusal(path, data).fact


@pytest.mark.parametrize(
    ("text", "line", "column", "fact", "remedy"),
    [
        ('{"a": NaN}', 1, 7, "NaN is no JSON value", "null"),
        ("[1,\n -Infinity]", 2, 2, "-Infinity is no JSON value", "null"),
        ('{"a": 1,\n "b": {"c": 1, "c": 2}}', 2, 16, 'the key "c" appears twice', "keep one"),
        ('{"a": 1} {}', 1, 10, "text follows the end", "one JSON value"),
        ('{"a": 1,}', 1, 9, "a comma stands before a closing bracket", "remove"),
        ("[1, 2,]", 1, 7, "a comma stands before a closing bracket", "remove"),
        ("{'a': 1}", 1, 2, "single quotes", "double quotes"),
        ('{"a": 1 // why\n}', 1, 9, "no comments", "$comment"),
        ('{"a" 1}', 1, 6, "a colon is expected", "name"),
        ('{"a": 1 "b": 2}', 1, 9, "a comma or a closing bracket is expected", "comma"),
        ('{"a": }', 1, 7, "a value is expected", "write a value"),
        ('{"a": "b', 1, 7, "a string is not closed", "cut off"),
        ('{"a": [1, 2', 1, 12, "the text ends here", "cut off"),
        ('["a\nb"]', 1, 4, "a line break", r"\n"),
        (r'["\x"]', 1, 3, "an escape that JSON does not know", r"\\"),
        (r'["\ud800"]', 1, 2, "half of a surrogate pair", "both halves"),
        (r'{"\udc00": 1}', 1, 2, "half of a surrogate pair", "both halves"),
    ],
)
def test_json_refusals_name_the_place(text: str, line: int, column: int, fact: str, remedy: str) -> None:
    error = refusal("a.json", text.encode())
    assert error.place is not None
    assert (error.place.line, error.place.column) == (line, column)
    assert fact in error.fact
    assert remedy in error.remedy


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("-Infinity1", "-Infinity is no JSON value"),
        ("NaN1]", "NaN is no JSON value"),
        ("[1, Infinityx}", "Infinity is no JSON value"),
        ('{"minimum": -Infinity1}', "-Infinity is no JSON value"),
        ("[1e5000x]", "an exponent beyond 1,000"),
        ("[1e5000.5}}", "an exponent beyond 1,000"),
        ("1" * 1001 + "x]", "more than 1,000 digits"),
    ],
)
def test_what_follows_the_place_where_the_parser_stopped_does_not_matter(text: str, fact: str) -> None:
    assert fact in refusal("a.json", text.encode()).fact


@pytest.mark.parametrize(
    ("text", "line", "column", "fact", "remedy"),
    [
        ("a: 1\nb: 2\na: 3", 3, 1, 'the key "a" appears twice', "keep one"),
        ("a:\n\tb: 1", 2, 1, "a tab", "spaces"),
        ("a:\n  b: 1\n\tc: 2", 3, 1, "a tab", "spaces"),
        ("a: b: c", 1, 5, "a second colon", "quote"),
        ("a: @team", 1, 4, 'the character "@" cannot start', "quote"),
        ("1: a", 1, 1, 'the key "1" is not text', '"1"'),
        ("a:\n  true: b", 2, 3, 'the key "true" is not text', '"true"'),
        ("? [a]\n: b", 1, 3, "a key is an object or an array", "plain text"),
        ("<<: {a: 1}", 1, 1, "merge keys", "write the members out"),
        ("a: !!python/object:os.system x", 1, 4, "the tag", "remove"),
        ("a: !!str 1", 1, 4, 'the tag "!!str"', "quote"),
        ("a: 1\n---\nb: 2", 2, 1, "a second YAML document", "one document"),
        ("%TAG ! tag:x\n---\na: 1", 1, 1, "%", "remove"),
        ("# nothing but a comment", 1, 1, "empty", "delete"),
        ("---\n", 1, 1, "empty", "delete"),
        ("- &a [*a]", 1, 7, "stands inside its own anchor", "write the value out"),
        ("- *a", 1, 3, "no anchor", "&a"),
        ("a: .inf", 1, 4, ".inf is no JSON value", "null"),
        ("a: .NaN", 1, 4, ".NaN is no JSON value", "null"),
        ("a: 'b\u2028c'", 1, 6, "U+2028 is a line break in YAML 1.1", r'"\u2028"'),
        ("a: \x01", 1, 4, "control character", "remove"),
    ],
)
@pytest.mark.usefixtures("both_yaml_parsers")
def test_yaml_refusals_name_the_place(text: str, line: int, column: int, fact: str, remedy: str) -> None:
    error = refusal("a.yaml", text.encode())
    assert error.place is not None
    assert (error.place.line, error.place.column) == (line, column)
    assert fact in error.fact
    assert remedy in error.remedy


@pytest.mark.usefixtures("both_yaml_parsers")
def test_aliases_cannot_blow_up() -> None:
    assert "aliases of this file expand to more than 200,000" in refusal("a.yaml", billion_laughs()).fact


@pytest.mark.usefixtures("both_yaml_parsers")
def test_aliases_count_the_characters_that_they_repeat() -> None:
    text = f"a: &a {'x' * 1000}\nb: [{', '.join(['*a'] * 300)}]"
    assert "aliases of this file expand" in refusal("a.yaml", text.encode()).fact


@pytest.mark.usefixtures("both_yaml_parsers")
def test_a_chain_of_aliases_cannot_get_deep() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 300)]
    assert "deeper than 100 levels" in refusal("a.yaml", "\n".join(lines).encode()).fact


@pytest.mark.parametrize("path", ["a.txt", "a", "a.json.bak"])
def test_a_suffix_that_nobody_knows(path: str) -> None:
    assert "not known by its suffix" in refusal(path, b"{}").fact


def test_text_with_half_a_surrogate_pair() -> None:
    with pytest.raises(InputError, match="surrogate pair"):
        parse_text("a: \ud800", "reader")


def test_the_deepest_value_that_is_allowed_can_be_walked_recursively() -> None:
    value = parse_document("a.json", nested(MAX_DEPTH)).value
    assert parse_document("a.yaml", nested(MAX_DEPTH)).value == value
    assert json.loads(json.dumps(value)) == value
