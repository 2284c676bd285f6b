"""The drafts of JSON Schema: how they are named, and where they keep their subschemas."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Sequence
from typing import Any


class Draft(enum.IntEnum):
    """The drafts, in order of age."""

    DRAFT4 = 4
    DRAFT6 = 6
    DRAFT7 = 7
    DRAFT2019 = 2019
    DRAFT2020 = 2020

    @property
    def title(self) -> str:
        """The name that people use."""
        return f"Draft-0{self.value}" if self < 2019 else {2019: "2019-09", 2020: "2020-12"}[self.value]

    @property
    def uri(self) -> str:
        """The value of ``$schema``."""
        if self < 2019:
            return f"http://json-schema.org/draft-0{self.value}/schema#"
        return f"https://json-schema.org/draft/{self.title}/schema"

    @property
    def id_keyword(self) -> str:
        """The keyword that names a schema: ``id`` in Draft-04."""
        return "id" if self is Draft.DRAFT4 else "$id"

    @property
    def ref_hides_siblings(self) -> bool:
        """Up to Draft-07 a schema with ``$ref`` is nothing else (Draft-07 Core 8.3)."""
        return self <= Draft.DRAFT7


GLUE_DRAFTS = (Draft.DRAFT4, Draft.DRAFT6, Draft.DRAFT7)
"""What AWS Glue takes (AWS Glue Developer Guide, "Schema registry", supported formats)."""

_BY_URI = {draft.uri.rstrip("#").split("://")[1]: draft for draft in Draft}


def draft_of(schema: Any, default: Draft = Draft.DRAFT7) -> Draft | None:
    """The draft that ``$schema`` names; ``default`` where it names none; None for one that is not known."""
    uri = schema.get("$schema") if isinstance(schema, dict) else None
    if uri is None:
        return default
    if not isinstance(uri, str) or "://" not in uri:
        return None
    return _BY_URI.get(uri.rstrip("#").split("://", 1)[1])


def meant_draft(schema: Any) -> Draft | None:
    """The draft that an unknown ``$schema`` most likely means: it says its number somewhere; else None."""
    uri = schema.get("$schema") if isinstance(schema, dict) else None
    numbers = {"04": 4, "4": 4, "06": 6, "6": 6, "07": 7, "7": 7, "2019-09": 2019, "2020-12": 2020}
    found = re.search(r"draft[-/]?(2019-09|2020-12|0?[467])(?![0-9])", uri) if isinstance(uri, str) else None
    return Draft(numbers[found[1]]) if found else None


_INDEX = re.compile("0|[1-9][0-9]{0,8}")

_SCHEMA = frozenset({"additionalProperties", "additionalItems", "not"})
_SCHEMAS = frozenset({"allOf", "anyOf", "oneOf"})
_NAMED = frozenset({"properties", "patternProperties", "definitions"})

SINGLE: dict[Draft, frozenset[str]] = {}
"""Keywords whose value is a schema."""
LISTS: dict[Draft, frozenset[str]] = {}
"""Keywords whose value is a list of schemas."""
MAPS: dict[Draft, frozenset[str]] = {}
"""Keywords whose value maps names to schemas."""

for _draft in Draft:
    _single, _maps, _lists = set(_SCHEMA), set(_NAMED), set(_SCHEMAS)
    if _draft >= Draft.DRAFT6:
        _single |= {"contains", "propertyNames"}
    if _draft >= Draft.DRAFT7:
        _single |= {"if", "then", "else"}
    if _draft >= Draft.DRAFT2019:
        _single |= {"unevaluatedItems", "unevaluatedProperties", "contentSchema"}
        _maps |= {"$defs", "dependentSchemas"}
    if _draft >= Draft.DRAFT2020:
        _lists.add("prefixItems")
        _single.discard("additionalItems")
    # `dependencies` and `items` hold schemas or something else; see `subschemas`.
    SINGLE[_draft], LISTS[_draft], MAPS[_draft] = frozenset(_single), frozenset(_lists), frozenset(_maps)


def subschemas(schema: dict[str, Any], draft: Draft) -> Iterator[tuple[str, Any]]:
    """The direct subschemas of a schema object, each with its JSON pointer relative to it."""
    if draft.ref_hides_siblings and isinstance(schema.get("$ref"), str):
        # Definitions beside a `$ref` are still addressed by pointers, as every validator does.
        keywords: list[tuple[str, Any]] = [(name, schema[name]) for name in ("definitions", "$defs") if name in schema]
    else:
        keywords = list(schema.items())
    for keyword, value in keywords:
        if keyword in SINGLE[draft] or (keyword == "items" and not isinstance(value, list)):
            yield escape(keyword), value
        elif keyword in LISTS[draft] or keyword == "items":
            if isinstance(value, list):
                for index, member in enumerate(value):
                    yield f"{escape(keyword)}/{index}", member
        elif (keyword in MAPS[draft] or keyword in ("dependencies", "$defs", "definitions")) and isinstance(
            value, dict
        ):
            for name, member in value.items():
                if not isinstance(member, list):
                    yield f"{escape(keyword)}/{escape(name)}", member


def leads_to_schema(schema: Any, tokens: Sequence[str], draft: Draft) -> bool:
    """True when the tokens of a pointer lead from ``schema`` to one of those that ``subschemas`` reaches from it."""
    if not tokens:
        return True
    keyword, rest = unescape(tokens[0]), tokens[1:]
    if not isinstance(schema, dict) or keyword not in schema:
        return False
    if draft.ref_hides_siblings and isinstance(schema.get("$ref"), str) and keyword not in ("definitions", "$defs"):
        return False
    value = schema[keyword]
    if keyword in SINGLE[draft] or (keyword == "items" and not isinstance(value, list)):
        return leads_to_schema(value, rest, draft)
    if not rest:
        return False
    if keyword in LISTS[draft] or keyword == "items":
        member = (
            next((each for at, each in enumerate(value) if str(at) == rest[0]), None)
            if isinstance(value, list)
            else None
        )
    elif keyword in MAPS[draft] or keyword in ("dependencies", "$defs", "definitions"):
        member = value.get(unescape(rest[0])) if isinstance(value, dict) else None
    else:
        member = None
    return isinstance(member, (dict, bool)) and leads_to_schema(member, rest[1:], draft)


def value_at(value: Any, pointer: str) -> Any:
    """What stands at a pointer in a value; raises LookupError or TypeError where nothing does."""
    for token in pointer.split("/")[1:]:
        value = member_at(value, token)
    return value


def is_there(value: Any, pointer: str) -> bool:
    """True when something stands at a pointer in a value."""
    try:
        value_at(value, pointer)
    except (LookupError, TypeError):
        return False
    return True


def is_below(pointer: str, other: str) -> bool:
    """True when ``pointer`` leads to a place inside that of ``other``."""
    return pointer.startswith(f"{other}/")


def member_at(value: Any, token: str) -> Any:
    """What a reference token means in a value (RFC 6901, section 4); raises LookupError or TypeError where nothing is."""
    if not isinstance(value, list):
        return value[unescape(token)]
    if _INDEX.fullmatch(token) is None:
        raise LookupError(token)
    return value[int(token)]


def escape(token: str) -> str:
    """A reference token of a JSON pointer (RFC 6901, section 3)."""
    return token.replace("~", "~0").replace("/", "~1")


def unescape(token: str) -> str:
    """The inverse of ``escape``."""
    return token.replace("~1", "/").replace("~0", "~")
