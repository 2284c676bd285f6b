"""What the text of a schema tells of its references and patterns at once, where walking through all of it takes long.

A text says too much rather than too little: a member of an ``enum`` reads like a reference. Whoever asks takes the
answer when it does no harm, and looks closer otherwise.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from schemaward.formats.jsonschema.dialects import Draft, draft_of, escape, is_there, unescape
from schemaward.syntax.numbers import json_text

_STRING = r'"((?:[^"\\]|\\.)*)"'
_REFERENCE = re.compile(rf'"\$ref":{_STRING}')
_ANCHORS = ("$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveRef", "$recursiveAnchor")
_DRAFT = re.compile(rf'"\$schema":{_STRING}')
_IDS = {word: re.compile(rf'"{re.escape(word)}":{_STRING}') for word in ("$id", "id")}
_PATTERN = re.compile(r'"(?:pattern":(?=")|patternProperties":(?=\{))')
_DECODER = json.JSONDecoder()


def compact(value: Any) -> str:
    """A value as the text that is scanned here: JSON without white space, members in the order of their names."""
    return json_text(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def pointers(text: str) -> frozenset[str] | None:
    """Where the references in a compact text lead, as pointers into its document; None when one is no such pointer."""
    found = set()
    for written in set(_REFERENCE.findall(text)):
        ref = json.loads(f'"{written}"') if "\\" in written else written
        if ref != "#" and not ref.startswith("#/"):
            return None
        found.add(unquote(ref[1:]))
    return frozenset(found)


def plain_targets(value: Any, draft: Draft, text: str) -> frozenset[str] | None:
    """Where all references of a document lead, if they are pointers into it and nothing below its root has a name.

    In such a document the draft and the base URI are those of the root everywhere. ``text`` is its compact text. None
    where that is not so, or not seen at once.
    """
    if not isinstance(value, dict):
        return frozenset()
    if any(f'"{word}":' in text for word in _ANCHORS):
        return None
    if any(draft_of({"$schema": said}) is not draft for said in set(_DRAFT.findall(text))):
        return None
    own = value.get(draft.id_keyword)
    named = sum(not said.startswith("#/") for said in _IDS[draft.id_keyword].findall(text))
    if named > isinstance(own, str) or (isinstance(own, str) and "#" in own.rstrip("#")):
        return None
    targets = pointers(text)
    return targets if targets is not None and all(_leads_somewhere(value, target) for target in targets) else None


def _leads_somewhere(value: Any, pointer: str) -> bool:
    return is_there(value, pointer) and all(escape(unescape(token)) == token for token in pointer.split("/"))


def patterns(text: str) -> Iterator[str]:
    """Every regular expression in a compact text."""
    for found in _PATTERN.finditer(text):
        value, _ = _DECODER.raw_decode(text, found.end())
        yield from [value] if isinstance(value, str) else value
