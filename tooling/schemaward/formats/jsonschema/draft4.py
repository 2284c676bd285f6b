"""A schema in Draft-04: the same set of documents in the words of that draft, or the reason why there is none.

EventBridge takes no other draft. Sources: the change logs of Draft-06 and Draft-07, and the specifications.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import unquote

from schemaward.errors import InputError
from schemaward.formats.base import Schema
from schemaward.formats.jsonschema.dialects import Draft, draft_of, escape, leads_to_schema, subschemas
from schemaward.formats.jsonschema.string_formats import FORMATS
from schemaward.syntax.numbers import json_text

_MOVED = frozenset({"contains", "if", "then", "else"})
"""Keywords whose schemas stand elsewhere in the converted schema, so that no pointer may lead through them."""

_COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
_BOOLEANS = ("additionalProperties", "additionalItems")
"""Keywords whose value may be a boolean in Draft-04, where a boolean is no schema."""

_BESIDE_REF = frozenset({"$ref", "definitions", "$defs", "title", "description", "default", "$comment"})
"""What says something beside a reference, which hides all the rest: Draft-04 need not be able to say that."""

_BOUNDS = (("minimum", "exclusiveMinimum", max), ("maximum", "exclusiveMaximum", min))


def as_draft4(schema: Schema) -> str:
    """The definition of ``schema`` in Draft-04. Raises InputError when Draft-04 cannot say the same.

    Whether the outcome is a schema of Draft-04 is for whoever loads it to find.
    """
    value = schema.parsed.value
    draft = draft_of(value)
    if draft is None or draft > Draft.DRAFT7:
        raise _inexact("", "it is written in a draft after Draft-07")
    references = tuple(_references(value, draft))
    if draft > Draft.DRAFT4:
        _require_plain(references, value, draft)
    # What a reference leads to must be a schema, and then no boolean is.
    keeps = frozenset(name for name in _BOOLEANS if not any(each.endswith(f"/{name}") for each in references))
    converted = _converted(value, _Source(draft, keeps), "")
    text = {"$schema": Draft.DRAFT4.uri, **{key: part for key, part in converted.items() if key != "$schema"}}
    return json_text(text, ensure_ascii=False, indent=2)


def _inexact(pointer: str, reason: str) -> InputError:
    return InputError(f'Draft-04 cannot say what stands at "{pointer or "the root"}": {reason}')


def _references(value: Any, draft: Draft) -> Iterator[str]:
    pending = [value]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            if isinstance(part.get("$ref"), str):
                yield unquote(part["$ref"])
            pending += (inner for _, inner in subschemas(part, draft))


def _require_plain(references: tuple[str, ...], value: Any, draft: Draft) -> None:
    """What references lead to must be converted, and must stay where it is."""
    for target in references:
        tokens = target.partition("#")[2].split("/")
        astray = target.startswith("#/") and not leads_to_schema(value, tokens[1:], draft)
        if astray or _MOVED & set(tokens):
            raise _inexact("", f'a reference leads to "{target}"')


@dataclass(frozen=True, slots=True)
class _Source:
    """The draft that is converted, and the keywords whose booleans stay as they are."""

    draft: Draft
    keeps: frozenset[str]


def _converted(schema: Any, source: _Source, pointer: str) -> Any:
    """One schema and all below it. A boolean stays one where Draft-04 allows it, which only the caller knows."""
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    found = dict(schema)
    for place, part in subschemas(schema, source.draft):
        keyword, _, rest = place.partition("/")
        stays = isinstance(part, bool) and keyword in source.keeps
        _put(found, keyword, rest, part if stays else _converted(part, source, f"{pointer}/{place}"))
    if source.draft > Draft.DRAFT4:
        if "$ref" in found:
            return {name: part for name, part in found.items() if name in _BESIDE_REF}
        _name(found, pointer)
    also: list[Any] = []
    for keyword, (since, rewrite) in _REWRITES.items():
        if keyword in found and source.draft >= since:
            rewrite(found, also, pointer)
    if source.draft > Draft.DRAFT4:
        _numbers(found)
    _require_format(found.get("format"), source.draft, pointer)
    if also:
        found["allOf"] = [*found.get("allOf", []), *also]
    return found


def _put(found: dict[str, Any], keyword: str, rest: str, part: Any) -> None:
    """Put a converted part where the part was, in a copy of the list or object around it."""
    if not rest:
        found[keyword] = part
        return
    holder = found[keyword]
    if isinstance(holder, list):
        found[keyword] = [part if str(index) == rest else each for index, each in enumerate(holder)]
    else:
        found[keyword] = {name: part if escape(name) == rest else each for name, each in holder.items()}


def _name(found: dict[str, Any], pointer: str) -> None:
    """``id`` names the schema in Draft-04 alone; a text that means nothing is left out."""
    if not isinstance(found.pop("id", ""), str):
        raise _inexact(f"{pointer}/id", "it would name the schema")
    if "$id" in found:
        found["id"] = found.pop("$id")


def _enum(found: dict[str, Any], also: list[Any], _pointer: str) -> None:
    """Each value once, and at least one."""
    distinct = {_key(value): value for value in reversed(found["enum"])}
    found["enum"] = list(reversed(distinct.values()))
    if not distinct:
        del found["enum"]
        also.append({"not": {}})


def _key(value: Any) -> Hashable:
    """Equal for equal values of JSON: 1 and 1.0, but not 1 and true."""
    if isinstance(value, dict):
        return frozenset((name, _key(part)) for name, part in value.items())
    if isinstance(value, list):
        return tuple(_key(part) for part in value)
    return isinstance(value, bool), value


def _const(found: dict[str, Any], also: list[Any], _pointer: str) -> None:
    also.append({"enum": [found.pop("const")]})


def _contains(found: dict[str, Any], also: list[Any], _pointer: str) -> None:
    # Not an array of which every item fails; the empty array is one.
    also.append({"not": {"type": "array", "items": {"not": found.pop("contains")}}})


def _if(found: dict[str, Any], also: list[Any], _pointer: str) -> None:
    condition, then, other = found.pop("if"), found.pop("then", None), found.pop("else", None)
    if then is not None:
        also.append({"anyOf": [{"not": condition}, then]})
    if other is not None:
        also.append({"anyOf": [condition, other]})


def _integer(found: dict[str, Any], also: list[Any], _pointer: str) -> None:
    """Up to Draft-04, 1.0 is no integer."""
    kinds = found["type"] if isinstance(found["type"], list) else [found["type"]]
    if "integer" not in kinds or "number" in kinds:
        return
    whole = {"type": "number", "multipleOf": 1}
    others = [kind for kind in kinds if kind != "integer"]
    del found["type"]
    also.append({"anyOf": [whole, {"type": others}]} if others else whole)


def _required(found: dict[str, Any], _also: list[Any], _pointer: str) -> None:
    if found["required"] == []:
        del found["required"]


def _dependencies(found: dict[str, Any], _also: list[Any], _pointer: str) -> None:
    found["dependencies"] = {name: needs for name, needs in found["dependencies"].items() if needs != []}


def _names(_found: dict[str, Any], _also: list[Any], pointer: str) -> None:
    raise _inexact(f"{pointer}/propertyNames", "it has no keyword for the names of properties")


_Rewrite: TypeAlias = Callable[[dict[str, Any], list[Any], str], None]
"""Takes a keyword out of a schema and puts what says the same beside it, or into ``allOf``."""

_REWRITES: dict[str, tuple[Draft, _Rewrite]] = {
    "type": (Draft.DRAFT6, _integer),
    "enum": (Draft.DRAFT4, _enum),
    "const": (Draft.DRAFT6, _const),
    "contains": (Draft.DRAFT6, _contains),
    "if": (Draft.DRAFT7, _if),
    "required": (Draft.DRAFT6, _required),
    "dependencies": (Draft.DRAFT6, _dependencies),
    "propertyNames": (Draft.DRAFT6, _names),
}


def _require_format(name: Any, draft: Draft, pointer: str) -> None:
    known = FORMATS.get(name) if isinstance(name, str) else None
    if known and Draft.DRAFT4 < known.since <= draft:
        raise _inexact(f"{pointer}/format", f'the format "{name}" came later')


def _numbers(found: dict[str, Any]) -> None:
    """Counts are integers, and up to Draft-04 2.0 is none. The exclusive bounds are flags of the inclusive ones: of two
    bounds the tighter one is said.
    """
    found |= {name: int(found[name]) for name in _COUNTS if name in found}
    for inclusive, exclusive, tighter in _BOUNDS:
        if exclusive not in found:
            continue
        bound = found[exclusive]
        if inclusive in found and tighter(bound, found[inclusive]) != bound:
            del found[exclusive]
        else:
            found |= {inclusive: bound, exclusive: True}
