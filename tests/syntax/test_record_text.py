"""Records are parsed quickly, and to the same values as by the exact parser; what that refuses is never taken."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemaward.errors import InputError
from schemaward.syntax.record_text import exact_record, fast_record, fast_records, record

SCALARS = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(alphabet='ab:"{}[], \\\n', max_size=6)
VALUES = st.recursive(
    SCALARS | TEXTS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)
WRITTEN = st.builds(
    lambda value, separators: json.dumps(value, separators=separators).encode(),
    VALUES,
    st.sampled_from([(",", ":"), (", ", ": "), (",", " :"), (" ,", "\t: ")]),
)
PIECES = st.text(alphabet='{}[]":,a1 \t', max_size=12).map(str.encode)


def alone(text: bytes) -> Any:
    try:
        return exact_record("record", text)
    except InputError:
        return InputError


@given(st.lists(WRITTEN, min_size=1, max_size=6))
def test_many_are_what_each_is_alone(texts: list[bytes]) -> None:
    assert fast_records(texts) == [fast_record(text) for text in texts] == [json.loads(text) for text in texts]


@given(WRITTEN | PIECES)
def test_what_is_taken_is_what_the_exact_parser_takes(text: bytes) -> None:
    try:
        value = fast_record(text)
    except ValueError:
        return
    assert value == alone(text)


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":1},{"b":2}',
        b"",
        b" ",
        b'{"a":1,"a":2}',
        b'{"a" :1,"\\u0061":2}',
        b'{"a":{"b":1,"b":1}}',
        b'{"a":NaN}',
        b"[" * 101 + b"]" * 101,
        b'{"a":' * 101 + b"1" + b"}" * 101,
        b'"\xff"',
        b'"\\ud800"',
    ],
)
def test_what_is_no_strict_value_is_left_to_the_exact_parser(text: bytes) -> None:
    for parse in (lambda: fast_record(text), lambda: fast_records([b"1", text])):
        with pytest.raises(ValueError, match=r".*"):
            parse()
    assert alone(text) is InputError


def test_a_hundred_levels_are_enough_for_everybody() -> None:
    deep = b"[" * 100 + b"]" * 100
    assert fast_records([deep, deep])[0] == fast_record(deep) == alone(deep)


def test_without_the_fast_parser_every_text_is_left_to_the_exact_one(monkeypatch: pytest.MonkeyPatch) -> None:
    import schemaward.syntax.record_text as module

    monkeypatch.setitem(sys.modules, "jiter", None)
    module._parser.cache_clear()
    try:
        for parse in (lambda: fast_record(b"1"), lambda: fast_records([b"1"])):
            with pytest.raises(ValueError, match=r".*"):
                parse()
        assert exact_record("record", b'{"a":1}') == {"a": 1}
    finally:
        monkeypatch.undo()
        module._parser.cache_clear()


LONG = b"1" * 1_001


@pytest.mark.parametrize(
    "text",
    [
        b"0.1000000000000000000000001",
        b"[0.1000000000000000000000001%s]" % (b",[]" * 101),
        b"1e400",
        b"-1e400",
        b"1e99999",
        b"1e-400",
        b"1e0000000000000001",
        b"123456789012345678901234567890",
        LONG[:-1],
        LONG,
        b"-" + LONG[:-1],
        b"0." + LONG[:-2],
        b"0." + LONG,
        b"%s.%se%s" % (LONG[:340], LONG[:340], LONG[:340]),
        b'"%s"' % LONG,
        b'{"a":"\\ud83d\\ude00","b":1e99999}',
    ],
)
def test_a_number_is_the_same_with_the_fast_parser_and_without(text: bytes) -> None:
    """Without the fast parser it is read exactly, and taken in the same cases."""
    import schemaward.syntax.record_text as module

    def read() -> Any:
        try:
            return record(text)
        except InputError:
            return InputError

    with_it = read()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_parser", lambda: module._nothing)
        assert repr(read()) == repr(with_it)
    assert "Decimal" not in repr(with_it)
    assert (with_it is InputError) == (alone(text) is InputError)


def test_in_a_file_a_number_is_judged_as_it_is_written() -> None:
    assert alone(b"1e400") == Decimal("1e400")
    assert alone(b"0.1000000000000000000000001") == Decimal("0.1000000000000000000000001")
    assert alone(b"0.1") == 0.1


def test_a_thousand_digits_are_enough_for_everybody() -> None:
    for text in (LONG, b"0." + LONG, b'{"a":%s}' % LONG):
        assert alone(text) is InputError
        with pytest.raises(ValueError, match=r".*"):
            fast_record(text)
