"""One edit made in the text of a JSON or YAML file, in the hand of what stands around it."""

from __future__ import annotations

import re
from typing import Any

from schemaward.syntax.numbers import json_text
from schemaward.syntax.patches import PatchError
from schemaward.syntax.places import tokens_of
from schemaward.syntax.spans import Span, json_spans, yaml_spans
from schemaward.verdict import Edit

_ONE_LINE = 88
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_NOT_TEXT = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
"""Plain words of YAML that mean something else, in 1.2 or in 1.1."""


def spliced(text: str, edit: Edit, as_json: bool) -> str:
    """``text`` with ``edit`` made in it. Raises PatchError where the text offers no simple way."""
    root = json_spans(text) if as_json else yaml_spans(text)
    *above, name = tokens_of(edit.pointer) or [""]
    if root is None or not edit.pointer:
        raise PatchError(edit.pointer)
    holder = _descend(root, above)
    if edit.operation == "add":
        return _added(text, holder, name, edit.value)
    span = _descend(holder, [name])
    return _replaced(text, span, edit.value) if edit.operation == "replace" else _removed(text, holder, span)


def _descend(span: Span, path: list[str]) -> Span:
    for token in path:
        try:
            span = span.members[token] if isinstance(span.members, dict) else span.inner[int(token)]
        except (KeyError, ValueError, IndexError):
            raise PatchError(token) from None
    return span


def _replaced(text: str, span: Span, value: Any) -> str:
    if span.block:
        start = len(text[: span.start].rstrip())
        if text[start - 1] != ":":
            raise PatchError(text[span.start : span.end])
        return f"{text[:start]} {_written(value, text, span)}{text[span.end :]}"
    return text[: span.start] + _written(value, text, span) + text[span.end :]


def _removed(text: str, holder: Span, span: Span) -> str:
    inner = holder.inner
    position = next(index for index, each in enumerate(inner) if each is span)
    if len(inner) == 1:
        empty = Span(holder.entry, holder.start, holder.end, block=holder.block, plain=holder.plain)
        return _replaced(text, empty, {} if isinstance(holder.members, dict) else [])
    if holder.block:
        start, end = _lines(text, span)
        return text[:start] + text[end:]
    if position + 1 < len(inner):
        return text[: span.entry] + text[inner[position + 1].entry :]
    return text[: inner[position - 1].end] + text[span.end :]


def _lines(text: str, span: Span) -> tuple[int, int]:
    """The lines of a member or an item of a block, which must stand on lines of its own."""
    start = text.rfind("\n", 0, span.entry) + 1
    end = text.find("\n", span.end)
    if text[start : span.entry].strip() not in ("", "-"):
        raise PatchError(text[start : span.end])
    return start, len(text) if end < 0 else end + 1


def _added(text: str, holder: Span, name: str, value: Any) -> str:
    """Put ``value`` behind the last that ``holder`` has."""
    if holder.members is None:
        raise PatchError(name)
    keyed = isinstance(holder.members, dict)
    if not keyed and name != "-":
        raise PatchError(name)
    inner = holder.inner
    if not inner:
        whole = _written({name: value} if keyed else [value], text, holder)
        return text[: holder.start] + whole + text[holder.end :]
    last = inner[-1]
    if holder.block:
        return _added_line(text, last, name if keyed else None, value)
    gap = _gap(text, holder, inner)
    written = _written(value, text, last, gap.rpartition("\n")[2] if "\n" in gap else None)
    head = f"{_flow(name) if last.plain else _json(name)}: " if keyed else ""
    return f"{text[: last.end]},{gap}{head}{written}{text[last.end :]}"


def _gap(text: str, holder: Span, inner: list[Span]) -> str:
    """The space between two neighbours in ``holder``."""
    if len(inner) > 1:
        gap = text[inner[-2].end : inner[-1].entry].partition(",")[2]
    else:
        gap = text[holder.start + 1 : inner[0].entry]
        gap = gap if "\n" in gap else " "
    return gap if not gap.strip() else " "


def _added_line(text: str, last: Span, name: str | None, value: Any) -> str:
    """Lines behind the last member or item of a block, at the same column; ``name`` None means an item."""
    start = text.rfind("\n", 0, last.entry) + 1
    before = text[start : last.entry]
    indent = before[: len(before) - len(before.lstrip())] if name is None else " " * len(before)
    end = text.find("\n", last.end)
    every = [f"- {_flow(value)}"] if name is None else _block(name, value)
    lines = "".join(f"{indent}{line}{_newline(text)}" for line in every)
    return f"{text}{_newline(text)}{lines}" if end < 0 else text[: end + 1] + lines + text[end + 1 :]


def _block(name: str, value: Any) -> list[str]:
    """A member of a YAML block, line by line."""
    if not (isinstance(value, dict) and value):
        return [f"{_flow(name)}: {_flow(value)}"]
    return [f"{_flow(name)}:", *(f"  {line}" for key, inner in value.items() for line in _block(key, inner))]


def _flow(value: Any) -> str:
    """``value`` as YAML on one line, with quotes only where they are needed."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_flow(name)}: {_flow(inner)}' for name, inner in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    plain = isinstance(value, str) and _WORD.fullmatch(value) and value.lower() not in _NOT_TEXT
    return value if plain else _json(value)


def _json(value: Any, **layout: Any) -> str:
    return json_text(value, ensure_ascii=False, **layout)


def _written(value: Any, text: str, beside: Span, indent: str | None = None) -> str:
    """``value`` for the place of ``beside``, or next to it: on one line if it is short, else with the indentation there."""
    line = _flow(value) if beside.plain else _json(value)
    start = text.rfind("\n", 0, beside.entry) + 1
    before = text[start : beside.entry]
    own = before[: len(before) - len(before.lstrip())] if indent is None else indent
    if beside.plain or len(line) + len(own) <= _ONE_LINE or "\n" not in text:
        return line
    unit = re.search(r"\n([ \t]+)", text)
    step = unit[1] if unit else "  "
    return _json(value, indent=step).replace("\n", f"{_newline(text)}{own}")


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
