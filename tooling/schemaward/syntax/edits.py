"""An edit as a diff of the author's text: only the lines concerned change, comments and order stay."""

from __future__ import annotations

import re
from typing import Any

from schemaward.errors import InputError
from schemaward.syntax.document import Document
from schemaward.syntax.numbers import json_text
from schemaward.syntax.parse import JSON_SUFFIXES, YAML_SUFFIXES, parse_document
from schemaward.syntax.patches import PatchError, applied
from schemaward.syntax.splicing import spliced
from schemaward.verdict import Edit

_MOST_EDITS = 60
"""Each is a pass through the text; and nobody reads a longer patch."""


def diff_of(document: Document, edits: tuple[Edit, ...]) -> str:
    """A unified diff after which the text of ``document`` means what ``edits`` make of its value; empty if none was made."""
    text = patched(document, edits)
    return "" if text is None or text == document.text else text_diff(document, text)


def text_diff(document: Document, text: str) -> str:
    """A unified diff from the text of ``document`` to ``text``."""
    from difflib import unified_diff

    names = f"a/{document.path}", f"b/{document.path}"
    lines = unified_diff(_lines(document.text), _lines(text), *names, n=1)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def patched(document: Document, edits: tuple[Edit, ...]) -> str | None:
    """The text of ``document`` after ``edits``; None for too many, for a text that is no file, and when it would not parse to the edited value."""
    if len(edits) > _MOST_EDITS or not document.path.endswith((*JSON_SUFFIXES, *YAML_SUFFIXES)):
        return None
    text = document.text
    as_json = document.path.endswith(JSON_SUFFIXES)
    try:
        for edit in edits:
            text = spliced(text, edit, as_json)
        written = parse_document(document.path, text.encode()).value
        wanted = applied(edits, document.value)
    except (InputError, PatchError):
        return None
    return text if _same(written, wanted) else None


def _lines(text: str) -> list[str]:
    """The lines as Git has them; ``str.splitlines`` also breaks at characters that may stand in a string."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _same(written: Any, wanted: Any) -> bool:
    return json_text(written, sort_keys=True) == json_text(wanted, sort_keys=True)
