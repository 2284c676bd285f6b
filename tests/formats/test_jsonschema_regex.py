"""The regular expressions of ECMA 262: parsed, matched, searched for a shortest string, and bounded."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import schemaward
from schemaward.errors import InputError
from schemaward.formats.jsonschema.regex.languages import Languages, NotRegularError
from schemaward.formats.jsonschema.regex.syntax import PatternError, parse

LETTERS = "ab0\n"
TEXTS = ["".join(letters) for length in range(5) for letters in product(LETTERS, repeat=length)]


def found(pattern: str, text: str) -> bool:
    languages = Languages()
    return languages.contains(languages.search(parse(pattern)), text)


def _groups(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    quantifiers = st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,2}", "{0,3}", "{2,}", "*?", "{1,2}?"])
    group = st.tuples(st.sampled_from(["(", "(?:"]), inner).map(lambda parts: f"{parts[0]}{parts[1]})")
    return (
        st.lists(inner, min_size=1, max_size=3).map("".join)
        | st.lists(inner, min_size=2, max_size=3).map("|".join)
        | st.tuples(group, quantifiers).map("".join)
    )


ATOMS = st.sampled_from(
    ["a", "b", "0", "ab", ".", "^", "$", "", "\\d", "\\w", "\\D", "\\W", "\\s", "\\S", "[ab]", "[^a]", "[a-z]", "[^\\d]", "a*", "b?", "[0b]+", "a{2}", "[^]",
     "\\n", "\\u0061", "\\x62", "\\b0"]
)  # fmt: skip
PATTERNS = st.recursive(ATOMS, _groups, max_leaves=6)


@given(PATTERNS)
@settings(max_examples=400)
def test_a_pattern_is_found_where_python_finds_it(pattern: str) -> None:
    languages = Languages()
    try:
        language = languages.search(parse(pattern))
    except NotRegularError:
        return
    python = re.compile(pattern.replace("[^]", "[\\s\\S]").replace("$", "\\Z"), re.ASCII)
    for text in TEXTS:
        assert languages.contains(language, text) is bool(python.search(text)), text


@given(PATTERNS, PATTERNS)
@settings(max_examples=120)
def test_one_pattern_is_within_another_exactly_if_no_text_tells_them_apart(one: str, two: str) -> None:
    verdict = schemaward.can_read({"type": "string", "pattern": two}, {"type": "string", "pattern": one})
    first, second = (re.compile(p.replace("[^]", "[\\s\\S]").replace("$", "\\Z"), re.ASCII) for p in (one, two))
    if isinstance(verdict, schemaward.Incompatible):
        witness = verdict.witness
        assert isinstance(witness, str)
        assert first.search(witness)
        assert not second.search(witness)
    elif isinstance(verdict, schemaward.Compatible):
        assert not [text for text in TEXTS if first.search(text) and not second.search(text)]


ECMA = [
    # pattern, texts in which it is found, texts in which it is not
    (r"^\d$", ["7"], ["٧", "７", "a"]),
    (r"^\w+$", ["aZ_9"], ["é", "ß", "a-b"]),
    (r"^\s$", [" ", "\t", "\u00a0", "\ufeff", "\u2028"], ["a", "\u180e", "\u200b"]),
    (r"^.$", ["a", "\u0085", "😀"], ["\n", "\r", "\u2028", "\u2029", "", "ab"]),
    (r"^[^]$", ["\n", "a"], ["", "ab"]),
    (r"^[]?$", [""], ["a"]),
    (r"a$", ["a", "ba"], ["a\n"]),
    (r"^a", ["ab"], ["b\na"]),
    (r"^$", [""], ["\n", "a"]),
    (r"$^", [""], ["a"]),
    (r"a^b|c", ["c"], ["ab", "a\nb"]),
    (r"(^a|b)c", ["ac", "xbc"], ["xac"]),
    (r"a(b$|c)", ["ab", "acx"], ["abx"]),
    (r"(?:^|,)a(?:,|$)", ["a", "b,a", "a,b", "x,a,y"], ["ba", "ab"]),
    (r"^(a?)b?$", ["", "a", "b", "ab"], ["ba", "aa"]),
    (r"^\u{1F600}$", ["😀"], ["u{1F600}"]),
    (r"^\uD83D\uDE00$", ["😀"], ["\ufffd"]),
    (r"^\u0041\x42\t\cJ\0$", ["AB\t\n\0"], ["AB"]),
    (r"^\p{L}+$", ["éßΩ", "名"], ["a1", "_", ""]),
    (r"^\p{Lu}\P{Lu}$", ["Éé"], ["éÉ"]),
    (r"^[\p{Letter}\p{Nd}-]+$", ["é-٧"], ["é.", ""]),
    (r"^\p{General_Category=Decimal_Number}$", ["٧"], ["a"]),
    (r"^[\b]$", ["\b"], ["b"]),
    (r"^[\w-]+$", ["a-b"], ["a.b"]),
    (r"^[a\-z]+$", ["a-z"], ["b"]),
    (r"^[.*+?(){}|^$]+$", ["(.)^$|"], ["a"]),
    (r"^\/\.\-\@$", ["/.-@"], ["/a-@"]),
    (r"^a{,2}$", ["a{,2}"], ["a", "aa"]),
    (r"^a{2}b{1,}c{0,1}$", ["aabb", "aabc"], ["ab", "aacc"]),
    (r"^(?<year>\d{4})$", ["2024"], ["24"]),
    (r"^a]b}c$", ["a]b}c"], ["abc"]),
    (r"", ["", "a"], []),
    (r"|a", ["", "b"], []),
    (r"^(a|ab)(c|bcd)$", ["abcd", "ac", "abc"], ["abd"]),
]


@pytest.mark.parametrize(("pattern", "inside", "outside"), ECMA, ids=[repr(row[0]) for row in ECMA])
def test_ecma_262(pattern: str, inside: list[str], outside: list[str]) -> None:
    assert [text for text in inside if not found(pattern, text)] == []
    assert [text for text in outside if found(pattern, text)] == []


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("(", "missing )"),
        ("a)", "unmatched )"),
        ("[a", "missing ]"),
        ("*a", "nothing to repeat"),
        ("a**", "nothing to repeat"),
        ("a{2}{3}", "nothing to repeat"),
        ("a{1,1000}{1,1000}", "nothing to repeat"),
        ("^*", "nothing to repeat"),
        ("a{3,2}", "out of order"),
        ("[z-a]", "out of order"),
        ("a\\", "backslash"),
        ("[\\", "backslash"),
        ("(?P<name>a)", "must be followed by"),
        ("(?i)a", "must be followed by"),
        ("(?<1a>b)", "name of a group"),
        (r"\u{110000}", "code point"),
        (r"\u{}", "code point"),
        (r"\p{}", "property"),
        (r"\p{L", "property"),
        ("a{1,9999999999999999}", "too large"),
        ("(" * 300 + ")" * 300, "nested too deeply"),
    ],
)
def test_what_is_no_pattern_is_refused_with_the_reason(pattern: str, message: str) -> None:
    with pytest.raises(PatternError, match=re.escape(message)):
        parse(pattern)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("^{.*}$", "a { that stands for itself needs a backslash at character 2"),
        ("a]", "a ] that stands for itself needs a backslash at character 2"),
        (r"\A[a-z]+\Z", r"\A is no escape at character 2"),
        ("[[:alpha:]]+", "a ] that stands for itself needs a backslash at character 11"),
        (r"[\d-z]", "a range in a class is from one character to another"),
        (r"(a)\2", "there is no such group to refer to"),
    ],
)
def test_what_validators_do_not_let_pass_is_refused_with_the_reason(pattern: str, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        schemaward.can_read({"properties": {"a": {"pattern": pattern}}}, True)


@pytest.mark.parametrize("ending", ["$", "[a-y]$", "(a|b)$"])
def test_a_counted_end_takes_no_state_for_each_subset(ending: str) -> None:
    writer = {"type": "string", "pattern": f"^[a-z]*x[a-y]{{40}}{ending}"}
    assert schemaward.can_read({"pattern": "^[a-z]*$"}, writer) == schemaward.Compatible()
    verdict = schemaward.can_read({"pattern": "^[a-w]*$"}, writer)
    assert isinstance(verdict, schemaward.Incompatible)
    assert re.search(writer["pattern"], str(verdict.witness))


@pytest.mark.parametrize("reader", [{"pattern": "^.*$"}, {"not": {"pattern": "\\n"}}], ids=str)
def test_a_line_end_stands_where_all_engines_see_it_alike(reader: dict[str, Any]) -> None:
    verdict = schemaward.can_read(reader, {"type": "string"})
    assert isinstance(verdict, schemaward.Incompatible)
    assert verdict.witness == "a\na"
    assert not jsonschema.Draft7Validator(reader).is_valid(verdict.witness)


def test_a_schema_with_a_bad_pattern_is_refused_at_the_pattern() -> None:
    with pytest.raises(InputError) as caught:
        schemaward.can_read({"properties": {"a": {"pattern": "(?P<x>a)"}}}, True)
    assert "(?P<x>a)" in caught.value.fact


@given(st.text(alphabet="ab(){}[]|*+?^$\\.,-12dwpuk<>=!:", max_size=14))
@settings(max_examples=500)
def test_any_text_is_a_pattern_or_refused(source: str) -> None:
    try:
        syntax = parse(source)
    except PatternError:
        return
    languages = Languages()
    try:
        language = languages.search(syntax)
    except NotRegularError:
        return
    for text in ("", "a", "ab", "("):
        assert languages.contains(language, text) in (True, False)


HOSTILE = {
    "nested repetition": "^(a+)+$",
    "deeply nested repetition": "(" * 90 + "a" + ")+" * 90,
    "many counted repetitions": "^" + "(a{1,1000}b{1,1000}){1,1000}" * 5 + "$",
    "a state for each subset": "^(a|b)*a(a|b){30}$",
    "a huge count": "^a{100000000}$",
    "optional letters": "^" + "a?" * 1_500 + "$",
    "a long text": "a" * 3_000,
    "many alternatives": "^(" + "|".join("a" * count for count in range(1, 150)) + ")+$",
    "many anchors": "(^|a|$)" * 60,
    "many look-aheads": "^" + "".join(f"(?!.*{letter})" for letter in "abcdefghijklmnop") + ".*$",
}


@pytest.mark.parametrize("pattern", HOSTILE.values(), ids=HOSTILE)
def test_hostile_patterns_end(pattern: str) -> None:
    other = {"type": "string", "pattern": "^[a-c]{3,9}$"}
    hostile: dict[str, Any] = {"type": "string", "pattern": pattern}
    for verdict in (schemaward.can_read(other, hostile), schemaward.can_read(hostile, other)):
        assert verdict.kind in ("compatible", "incompatible", "undecided")


def test_the_shortest_and_most_readable_text_is_the_witness() -> None:
    verdict = schemaward.can_read(
        {"type": "string", "pattern": "^[a-z]{2,8}$"}, {"type": "string", "pattern": "^[a-z0-9]{2,8}$"}
    )
    assert verdict == schemaward.Incompatible(
        "a0", verdict.findings if isinstance(verdict, schemaward.Incompatible) else ()
    )
