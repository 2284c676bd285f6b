"""Number literals of JSON and YAML, without loss and within bounds."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, cast

from schemaward.syntax.limits import MAX_NUMBER

_EXACT_DIGITS = 15  # every decimal literal of so many digits survives the way through a binary64 float
TOO_LARGE = f"a number has more than {MAX_NUMBER:,} digits, or an exponent beyond {MAX_NUMBER:,}"
TOO_LARGE_REMEDY = "write a smaller number, or write it as text in quotes"


class NumberTooLargeError(ValueError):
    """A number literal beyond ``MAX_NUMBER``."""


def integer(literal: str) -> int:
    """The value of a decimal integer literal; raises NumberTooLargeError."""
    if len(literal) > MAX_NUMBER:
        raise NumberTooLargeError
    return int(literal)


def real(literal: str) -> float:
    """The value of a literal with a fraction or an exponent; raises NumberTooLargeError.

    A float when the float is exactly what was written (``0.1``, ``1e3``), else a ``decimal.Decimal`` (``1e400``,
    ``0.10000000000000000555``): two bounds that differ in the file must never become one.
    """
    mantissa, _, exponent = literal.lower().partition("e")
    if len(mantissa) > MAX_NUMBER or len(exponent) > len(str(MAX_NUMBER)) + 4:
        raise NumberTooLargeError
    if exponent and abs(int(exponent)) > MAX_NUMBER:
        raise NumberTooLargeError
    value = float(literal)
    if not exponent and len(mantissa) <= _EXACT_DIGITS:
        return value
    exact = Decimal(literal)
    return value if exact == Decimal(repr(value)) else cast(float, exact)


def json_text(value: Any, **layout: Any) -> str:
    """The value as JSON text, its Decimals as the numbers that they are; ``layout`` is for ``json.dumps``."""
    try:
        return json.dumps(value, **layout)
    except TypeError:  # a Decimal
        pass
    text = json.dumps(value, default=str, **layout)
    mark = "#"
    while f'"{mark}' in text:
        mark += "#"
    marked = json.dumps(value, default=lambda number: f"{mark}{number}", **layout)
    return re.sub(f'"{mark}([^"]+)"', r"\1", marked)
