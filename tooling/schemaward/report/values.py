"""Safe words for untrusted values: no control characters, bounded length, exact numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from unicodedata import combining, is_normalized

from schemaward.verdict import Edit, Mending

ELLIPSIS = "…"

_LINE = 88
_BEGINNING = 40


def printable(text: str) -> str:
    r"""``text`` with every character that is not printable written as an escape, so that none can steer a terminal.

    So are the parts of letters that another spelling has as one: what looks the same and is not must look different.

    >>> printable("red \x1b[31m")
    'red \\x1b[31m'
    """
    clear = _clear(text)
    return "".join(each if clear(each) else each.encode("unicode_escape").decode("ascii") for each in text)


def _clear(text: str) -> Callable[[str], bool]:
    """Whether a character of ``text`` shows what it is."""
    if is_normalized("NFC", text):
        return str.isprintable
    return lambda each: each.isprintable() and not combining(each) and is_normalized("NFC", each)


def shortened(text: str, limit: int) -> str:
    """The first ``limit`` characters of ``text``, with a mark when more were cut off."""
    return text if len(text) <= limit else text[: max(limit - 1, 0)] + ELLIPSIS


def abridged(text: str, limit: int) -> str:
    """``text`` in ``limit`` characters: how it begins and how it ends."""
    kept = max(limit - len(ELLIPSIS), 0) // 2
    return text if len(text) <= limit else f"{text[:kept]}{ELLIPSIS}{text[len(text) - kept :]}"


def compact(value: Any) -> str:
    """``value`` as JSON on one line."""
    return "".join(_written(value, ", ", ": ", None, _string))


def pretty(value: Any) -> str:
    """``value`` as indented JSON for people: of long texts their beginning and length; on one line if it is short enough."""
    line = compact(value)
    return line if len(line) <= _LINE else "".join(_written(value, ",", ": ", 2, _abridged))


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
    return "".join(_written(value, ",", ": ", 2, json.dumps))


def _written(value: Any, comma: str, colon: str, indent: int | None, text: Callable[[str], str]) -> Iterator[str]:
    """Without recursion: a witness may be nested as deep as a chain of definitions is long."""
    pending: list[str | tuple[Any, int]] = [(value, 0)]
    while pending:
        task = pending.pop()
        if isinstance(task, str):
            yield task
            continue
        value, depth = task
        if not (isinstance(value, dict | list) and value):
            yield _scalar(value, text)
            continue
        inner = "" if indent is None else "\n" + " " * (indent * (depth + 1))
        outer = "" if indent is None else "\n" + " " * (indent * depth)
        parts: list[str | tuple[Any, int]] = []
        for position, item in enumerate(value):
            before = (comma if position else "") + inner
            named = isinstance(value, dict)
            parts.append(before + text(item) + colon if named else before)
            parts.append((value[item] if named else item, depth + 1))
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        pending += [outer + closing, *reversed(parts), opening]


def _scalar(value: Any, text: Callable[[str], str]) -> str:
    if isinstance(value, str):
        return text(value)
    if isinstance(value, int) and not isinstance(value, bool):
        # str(Decimal) has no limit of digits, str(int) has.
        return str(value) if value.bit_length() < 4096 else str(Decimal(value))
    if isinstance(value, Decimal) and value.is_finite():
        return str(value)
    if isinstance(value, float) and math.isinf(value):
        # JSON has no infinity; a number beyond the range of a double reads back as one.
        return "1e999" if value > 0 else "-1e999"
    return json.dumps(value, allow_nan=False)


def _string(text: str) -> str:
    if text.isascii():
        return json.dumps(text)
    clear = _clear(text)
    return "".join(each if clear(each) else json.dumps(each)[1:-1] for each in json.dumps(text, ensure_ascii=False))


def _abridged(text: str) -> str:
    return (
        _string(text) if len(text) <= _LINE else f"{_string(text[:_BEGINNING] + ELLIPSIS)} ({len(text):,} characters)"
    )
