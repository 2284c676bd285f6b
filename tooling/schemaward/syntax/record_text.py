"""JSON records by the million: one value in UTF-8, by the rules of ``json_text``, in the time of a compiled parser.

Fractions are floats, also where the text has more digits than a float holds; beyond its range they are infinite. To look
for those in the text would take a quarter of the time of everything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

from schemaward.errors import InputError
from schemaward.model import JsonValue, Place
from schemaward.syntax.json_text import Fraction, parse_json
from schemaward.syntax.limits import MAX_DEPTH, MAX_NUMBER
from schemaward.syntax.numbers import NumberTooLargeError, real

_UTF8_BOM = b"\xef\xbb\xbf"
_SHORT = 2 * MAX_DEPTH
"""Bytes in which nothing can be too deep."""
_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_MANY_DIGITS = b"0" * (MAX_NUMBER // 3 - 1)


def fast_record(data: bytes) -> JsonValue:
    """The value of a JSON text; raises ValueError for what only ``exact_record`` can tell."""
    if _needs_care(data):
        raise ValueError
    return _parser()(data)


def fast_records(texts: Sequence[bytes]) -> list[JsonValue]:
    """The values of many JSON texts, as ``fast_record`` has them, in less time; raises ValueError when it does for one."""
    if max(map(len, texts)) > _SHORT and any(map(_needs_care, texts)):
        raise ValueError
    parse = _parser()
    return [parse(text) for text in texts]


def record(data: bytes) -> JsonValue:
    """The value of a JSON text, by whichever parser; raises InputError."""
    try:
        return fast_record(data)
    except ValueError:
        return exact_record("payload", data, fraction=_float)


def exact_record(name: str, data: bytes, line: int = 1, fraction: Fraction | None = None) -> JsonValue:
    """The value of a JSON text that begins on ``line`` of the file ``name``. Raises InputError with the place.

    What a float does not hold is a ``decimal.Decimal``, so that it is judged as it is written; ``fraction`` has it otherwise.
    """
    try:
        return parse_json(name, data.removeprefix(_UTF8_BOM).decode(), fraction or _as_written)
    except UnicodeDecodeError as error:
        start = data.rfind(b"\n", 0, error.start) + 1
        place = Place(name, line + data.count(b"\n", 0, start), error.start - start + 1)
        raise InputError("the text is not in UTF-8", "write it in UTF-8", place) from None
    except InputError as error:
        at = error.place or Place(name)
        raise InputError(error.fact, error.remedy, Place(name, at.line + line - 1, at.column)) from None


def _as_written(literal: str) -> float:
    try:
        return real(literal)
    except NumberTooLargeError:
        return _float(literal)


def _float(literal: str) -> float:
    if len(literal) > MAX_NUMBER:
        raise NumberTooLargeError
    return float(literal)


def _needs_care(data: bytes) -> bool:
    """Whether the text may be nested too deep, or have a number with too many digits: a third of them stand in a row."""
    if data.count(b"{") + data.count(b"[") > MAX_DEPTH:
        return True
    return len(data) > MAX_NUMBER and _MANY_DIGITS in data.translate(_DIGITS)


@cache
def _parser() -> Callable[[bytes], JsonValue]:
    """The parser of the extra "guard"; without it, one that leaves every text to ``exact_record``."""
    try:
        import jiter
    except ImportError:
        return _nothing
    parse: Any = partial(jiter.from_json, allow_inf_nan=False, catch_duplicate_keys=True)
    known: Callable[[bytes], JsonValue] = parse
    return known


def _nothing(_data: bytes) -> JsonValue:
    raise ValueError
