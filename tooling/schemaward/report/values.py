"""Safe words for untrusted values: no control characters, bounded length, exact numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from schemaward.verdict import Edit, Mending

ELLIPSIS = "…"


def printable(text: str) -> str:
    r"""``text`` with every character that is not printable written as an escape, so that none can steer a terminal.

    >>> printable("red \x1b[31m")
    'red \\x1b[31m'
    """
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode("ascii") for each in text)


def shortened(text: str, limit: int) -> str:
    """The first ``limit`` characters of ``text``, with a mark when more were cut off."""
    return text if len(text) <= limit else text[: max(limit - 1, 0)] + ELLIPSIS


def compact(value: Any) -> str:
    """``value`` as JSON on one line."""
    return "".join(_written(value, ", ", ": ", None))


def pretty(value: Any) -> str:
    """``value`` as indented JSON; a value that is short enough stays on one line."""
    line = compact(value)
    return line if len(line) <= 88 else "".join(_written(value, ",", ": ", 2))


def bounded_lines(text: str, lines: int, width: int) -> list[str]:
    """The first ``lines`` lines of ``text``, each cut at ``width``, and a last line that tells what was left out."""
    every = text.split("\n")
    kept = [shortened(line, width) for line in every[:lines]]
    if len(every) > lines:
        kept.append(f"{ELLIPSIS} {len(every) - lines} more lines")
    return kept


def edit_text(mending: Mending, width: int) -> str:
    """An edit as the lines of its diff without the names of the file; as operations without a diff that fits ``width``."""
    shown = [line.rstrip("\r") for line in mending.diff.rstrip("\n").split("\n")[2:] if not line.startswith("\\")]
    if mending.diff and all(len(line) <= width for line in shown if line[:1] in ("+", "-")):
        return "\n".join(printable(line) for line in shown)
    return "\n".join(compact(edit_value(edit)) for edit in mending.edits)


def edit_value(edit: Edit) -> dict[str, Any]:
    """One operation of a JSON Patch (RFC 6902)."""
    shown: dict[str, Any] = {"op": edit.operation, "path": edit.pointer}
    return shown if edit.operation == "remove" else {**shown, "value": edit.value}


def exact(value: Any) -> str:
    """``value`` as indented JSON in ASCII, whatever the size of its numbers.

    The ``json`` package refuses integers beyond Python's limit of digits and does not know ``Decimal``.
    """
    return "".join(_written(value, ",", ": ", 2, ascii_only=True))


def _written(value: Any, comma: str, colon: str, indent: int | None, ascii_only: bool = False) -> Iterator[str]:
    """Without recursion: a witness may be nested as deep as a chain of definitions is long."""
    pending: list[str | tuple[Any, int]] = [(value, 0)]
    while pending:
        task = pending.pop()
        if isinstance(task, str):
            yield task
            continue
        value, depth = task
        if not (isinstance(value, dict | list) and value):
            yield _scalar(value, ascii_only)
            continue
        inner = "" if indent is None else "\n" + " " * (indent * (depth + 1))
        outer = "" if indent is None else "\n" + " " * (indent * depth)
        parts: list[str | tuple[Any, int]] = []
        for position, item in enumerate(value):
            before = (comma if position else "") + inner
            named = isinstance(value, dict)
            parts.append(before + _string(item, ascii_only) + colon if named else before)
            parts.append((value[item] if named else item, depth + 1))
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        pending += [outer + closing, *reversed(parts), opening]


def _scalar(value: Any, ascii_only: bool) -> str:
    if isinstance(value, str):
        return _string(value, ascii_only)
    if isinstance(value, int) and not isinstance(value, bool):
        # str(Decimal) has no limit of digits, str(int) has.
        return str(value) if value.bit_length() < 4096 else str(Decimal(value))
    if isinstance(value, Decimal) and value.is_finite():
        return str(value)
    if isinstance(value, float) and math.isinf(value):
        # JSON has no infinity; a number beyond the range of a double reads back as one.
        return "1e999" if value > 0 else "-1e999"
    return json.dumps(value, allow_nan=False)


def _string(text: str, ascii_only: bool) -> str:
    if ascii_only or text.isascii():
        return json.dumps(text)
    return "".join(
        each if each.isprintable() else json.dumps(each)[1:-1] for each in json.dumps(text, ensure_ascii=False)
    )
