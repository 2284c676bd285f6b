"""Logical types: what a reader makes of the raw value (specification 1.11.1, "Logical Types")."""

from __future__ import annotations

from typing import Any

from schemaward.formats.avro.problems import Problem
from schemaward.formats.avro.types import Logical

BASES: dict[str, tuple[str, ...]] = {
    "decimal": ("bytes", "fixed"),
    "uuid": ("string",),
    "date": ("int",),
    "time-millis": ("int",),
    "time-micros": ("long",),
    "timestamp-millis": ("long",),
    "timestamp-micros": ("long",),
    "local-timestamp-millis": ("long",),
    "local-timestamp-micros": ("long",),
}
"""The logical types whose values are compared, and the types that may carry them.

``duration`` is not among them: it has one form only, so that a reader either knows it or sees twelve bytes.
"""

_DAY = 86_400_000_000
_YEARS = (-62_135_596_800_000_000, 253_402_300_799_999_999)
"""The years 1 to 9999, which Python knows, in microseconds."""
RANGES: dict[str, tuple[int, int]] = {
    "date": (_YEARS[0] // _DAY, _YEARS[1] // _DAY),
    "time-millis": (0, _DAY // 1_000 - 1),
    "time-micros": (0, _DAY - 1),
    "timestamp-millis": (_YEARS[0] // 1_000, _YEARS[1] // 1_000),
    "timestamp-micros": _YEARS,
    "local-timestamp-millis": (_YEARS[0] // 1_000, _YEARS[1] // 1_000),
    "local-timestamp-micros": _YEARS,
}
"""The raw numbers that have a meaning as dates and times."""

MOST_DIGITS = 1_000
"""Digits of a decimal that is compared: libraries calculate with as many as the schema says."""


def has_meaning(logical: Logical, raw: Any) -> bool:
    """Whether a raw value, a number, bytes or a text as its base type has them, says something under a logical type."""
    if logical.name == "decimal":
        return bool(abs(int.from_bytes(raw, "big", signed=True)) < 10**logical.precision)
    if logical.name == "uuid":
        return _is_uuid(raw)
    low, high = RANGES[logical.name]
    return bool(low <= raw <= high)


def _is_uuid(text: str) -> bool:
    """Whether a text is a UUID in its usual form, whatever the case of its letters."""
    import uuid

    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def logical_type(value: dict[str, Any], kind: str, size: int, pointer: str) -> tuple[Logical | None, Problem | None]:
    """The logical type of a type of ``kind``, and why it is ignored if it is; ``size`` is that of a fixed.

    A logical type that is not known is nobody's business, unless it looks like a slip of the pen.
    """
    name = value.get("logicalType")
    if name is None:
        return None, None
    at = f"{pointer}/logicalType"
    if not isinstance(name, str):
        return None, _ignored(at, "its name is no text", "name a logical type")
    if name not in BASES:
        return None, _misspelt(name, at)
    if kind not in BASES[name]:
        bases = " or ".join(f'"{base}"' for base in BASES[name])
        return None, _ignored(at, f'"{name}" is a meaning of {bases}, not of "{kind}"', f"use {bases}")
    if name != "decimal":
        return Logical(name), None
    precision, scale = value.get("precision"), value.get("scale", 0)
    wrong = _decimal_problem(precision, scale, size if kind == "fixed" else None)
    if wrong or not isinstance(precision, int) or not isinstance(scale, int):
        return None, _ignored(at, wrong, "mend the decimal")
    return Logical(name, precision, scale), None


def _decimal_problem(precision: object, scale: object, size: int | None) -> str:
    if not isinstance(precision, int) or isinstance(precision, bool) or precision <= 0:
        return "a decimal has a precision of at least 1"
    if precision > MOST_DIGITS:
        return f"decimals of more than {MOST_DIGITS:,} digits are not compared"
    if not isinstance(scale, int) or isinstance(scale, bool) or not 0 <= scale <= precision:
        return f"the scale of a decimal is a number from 0 to its precision, {precision}"
    if size is not None and (size == 0 or 10 ** min(precision, 10_000) - 1 > 2 ** min(8 * size - 1, 40_000) - 1):
        return f"{size} bytes do not hold all numbers of {precision} digits"
    return ""


def _misspelt(name: str, pointer: str) -> Problem | None:
    from schemaward.rules import suggestions

    meant = suggestions(name, BASES)
    return _ignored(pointer, f'"{name}" is not known; {meant}', "mend the name, or drop it") if meant else None


def _ignored(pointer: str, why: str, remedy: str) -> Problem:
    return Problem(pointer, f"the logical type is ignored: {why}", remedy, "avro-logical-ignored")
