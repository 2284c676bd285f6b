"""Sets of code points, and those of the Unicode properties that patterns name: general categories, ``Any`` and ``ASCII``.

Source: ECMA-262, "Runtime Semantics: UnicodeMatchProperty". The categories are those of Python's Unicode data.
"""

from __future__ import annotations

import sys
import unicodedata
from functools import cache
from itertools import groupby
from typing import TypeAlias

Ranges: TypeAlias = "tuple[tuple[int, int], ...]"
"""Inclusive, sorted, disjoint ranges of code points."""

LAST = sys.maxunicode


def normal(ranges: list[tuple[int, int]]) -> Ranges:
    """Sorted, disjoint, merged."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def complement(ranges: Ranges) -> Ranges:
    """All other code points."""
    gaps, following = [], 0
    for low, high in ranges:
        if low > following:
            gaps.append((following, low - 1))
        following = high + 1
    if following <= LAST:
        gaps.append((following, LAST))
    return tuple(gaps)


_LONG_NAMES = {
    "Letter": "L", "Lowercase_Letter": "Ll", "Uppercase_Letter": "Lu", "Titlecase_Letter": "Lt", "Modifier_Letter": "Lm",
    "Other_Letter": "Lo", "Mark": "M", "Number": "N", "Decimal_Number": "Nd", "Punctuation": "P", "Symbol": "S",
    "Separator": "Z", "Other": "C", "Control": "Cc",
    "digit": "Nd", "punct": "P", "cntrl": "Cc",
}  # fmt: skip


@cache
def code_points(name: str) -> Ranges | None:
    """The code points of a general category, by its short or long name, or of ``Any`` or ``ASCII``; None for others."""
    kind, _, value = name.rpartition("=")
    if kind not in ("", "gc", "General_Category"):
        return None
    if value in ("Any", "ASCII"):
        return ((0, LAST),) if value == "Any" else ((0, 127),)
    category = _LONG_NAMES.get(value, value)
    if not (1 <= len(category) <= 2 and category[0] in "LMNPSZC"):
        return None
    ranges: list[tuple[int, int]] = []
    for first, last, known in _runs():
        if known.startswith(category):
            if ranges and ranges[-1][1] == first - 1:
                ranges[-1] = (ranges[-1][0], last)
            else:
                ranges.append((first, last))
    return tuple(ranges) or None


@cache
def _runs() -> tuple[tuple[int, int, str], ...]:
    """All code points in their order, as runs of one category: first, last, category."""
    runs: list[tuple[int, int, str]] = []
    first = 0
    for category, run in groupby(map(unicodedata.category, map(chr, range(LAST + 1)))):
        length = len(list(run))
        runs.append((first, first + length - 1, category))
        first += length
    return tuple(runs)
