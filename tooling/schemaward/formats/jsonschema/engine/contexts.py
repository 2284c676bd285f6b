"""Two schemas that differ in a few parts only: what is proven of the parts holds of the whole.

A schema that is widened somewhere inside becomes wider as a whole, unless a keyword around that place turns it round
(``not``) or counts (``oneOf``). Parts that mean the same make the same whole in any place.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from schemaward.formats.base import Schema
from schemaward.formats.jsonschema.dialects import is_below, is_there, leads_to_schema
from schemaward.formats.jsonschema.engine.sharing import Shared

_MOST_PLACES = 8
_TURNING = frozenset({"not", "oneOf", "if", "contains"})
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


def widening_spreads(texts: Iterable[str], places: Iterable[str], targets: Collection[str]) -> bool:
    """True when a schema that is widened at ``places`` is widened as a whole; ``targets`` are what references lead to.

    >>> widening_spreads(['{"oneOf":[]}'], ["/properties/age"], [])
    True
    >>> widening_spreads(['{"oneOf":[]}'], ["/oneOf/0"], [])
    False
    """
    if not any(_TURNS.search(text) for text in texts):
        return True
    return not any(
        _TURNING.intersection(place.split("/")) or any(place == to or is_below(place, to) for to in targets)
        for place in places
    )
