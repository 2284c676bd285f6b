"""Two schemas that differ in a few parts only: what is proven of the parts holds of the whole.

A schema that is widened somewhere inside becomes wider as a whole, unless a keyword around that place turns it round
(``not``) or counts (``oneOf``). Parts that mean the same make the same whole in any place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from schemaward.formats.base import Schema
from schemaward.formats.jsonschema.dialects import escape, is_below, is_there, leads_to_schema
from schemaward.formats.jsonschema.engine.sharing import Shared

_MOST_PLACES = 8
_TURNING = frozenset({"not", "oneOf", "if"})
_TURNS = re.compile(r'"(?:not|oneOf|if|maxContains)":')
_ANNOTATION = re.compile(r"/(title|description|\$comment|examples|default)\Z")
_DEFINITIONS = re.compile(r"/(definitions|\$defs)(/[^/]*)?\Z")
_LOOKS_ASIDE = '"unevaluated'


def changed_places(one: Schema, two: Schema, shared: Shared) -> tuple[str, ...] | None:
    """Pointers of schemas in both documents, smaller than the whole, outside of which the documents assert the same.

    None where there are none, or where a keyword looks at what lies beside it (``unevaluatedProperties``).
    """
    if _LOOKS_ASIDE in one.identity or _LOOKS_ASIDE in two.identity:
        return None
    places: dict[str, None] = {}
    words: list[str] = []
    for pointer in shared.differences:
        if _came_or_went(one, two, pointer):
            continue
        if _is_annotation(one, pointer):
            words.append(pointer)
            continue
        while not (_is_schema(one, pointer) and _is_schema(two, pointer)):
            pointer = pointer.rpartition("/")[0]
        places[pointer] = None
        if not pointer or len(places) > _MOST_PLACES:
            return None
    # What references lead to is used elsewhere too: there, only its own proof counts.
    if any(is_below(to, where) or (to in words) for to in shared.changed_targets for where in (*places, *words)):
        return None
    return tuple(places)


def _came_or_went(one: Schema, two: Schema, pointer: str) -> bool:
    """True for a definition that only one document has: what refers to it is another difference."""
    found = _DEFINITIONS.search(pointer)
    if found is None or not _is_schema(one, pointer[: found.start()]):
        return False
    return is_there(one.parsed.value, pointer) != is_there(two.parsed.value, pointer)


def _is_annotation(schema: Schema, pointer: str) -> bool:
    found = _ANNOTATION.search(pointer)
    return found is not None and _is_schema(schema, pointer[: found.start()])


def _is_schema(schema: Schema, pointer: str) -> bool:
    return leads_to_schema(schema.parsed.value, pointer.split("/")[1:], schema.parsed.draft)


class Surroundings:
    """The keywords around the parts of one document, seen through references too."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._turns = _TURNS.search(schema.identity) is not None
        self._counts = '"maxContains":' in schema.identity

    def unions(self, places: Iterable[str]) -> frozenset[str] | None:
        """The schemas with a ``oneOf`` that sees a change at ``places``; None where another keyword turns it round.

        Where there are none, a schema that is widened at ``places`` is widened as a whole. So it is where of each union
        at most one branch can hold, whatever the value: then it is one of ``anyOf``.
        """
        if not self._turns:
            return frozenset()
        if self._schema.parsed.sources.targets(self._schema.parsed.root.source) is None:
            return None
        unions: set[str] = set()
        work, seen = list(places), set[str]()
        while work:
            place = work.pop()
            if place in seen:
                continue
            seen.add(place)
            for around, keyword in _ways_down(place):
                work += self._referring.get(around, ())
                if keyword == "oneOf" and _is_schema(self._schema, around):
                    unions.add(around)
                elif keyword in _TURNING or (keyword == "contains" and self._counts):
                    return None
        return frozenset(unions)

    @cached_property
    def _referring(self) -> dict[str, list[str]]:
        """Where the references are that lead to a pointer."""
        found: dict[str, list[str]] = {}
        stack: list[tuple[str, Any]] = [("", self._schema.parsed.value)]
        while stack:
            pointer, value = stack.pop()
            if isinstance(value, dict):
                if isinstance(value.get("$ref"), str):
                    found.setdefault(unquote(value["$ref"][1:]), []).append(pointer)
                stack += ((f"{pointer}/{escape(name)}", member) for name, member in value.items())
            elif isinstance(value, list):
                stack += ((f"{pointer}/{index}", member) for index, member in enumerate(value))
        return found


def _ways_down(pointer: str) -> Iterator[tuple[str, str]]:
    """Every pointer on the way to one, with the token that follows; at last that one itself, with none.

    >>> list(_ways_down("/not/type"))
    [('', 'not'), ('/not', 'type'), ('/not/type', '')]
    """
    at = 0
    for token in pointer.split("/")[1:]:
        yield pointer[:at], token
        at += 1 + len(token)
    yield pointer, ""
