"""The forms of single types: objects, arrays, scalars, and lists of values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING, Any, TypeAlias

from schemaward.formats.jsonschema.dialects import Draft
from schemaward.formats.jsonschema.diffing.canonical import Node
from schemaward.formats.jsonschema.diffing.canonical_keywords import Bound, limit_keyword
from schemaward.formats.jsonschema.diffing.rendering import UnrenderableError, render
from schemaward.formats.jsonschema.effort import too_much
from schemaward.formats.jsonschema.engine.formulas import exact
from schemaward.formats.jsonschema.loading import parsed_of
from schemaward.formats.jsonschema.parts import parts_named
from schemaward.formats.jsonschema.string_formats import FORMATS, asserted
from schemaward.formats.jsonschema.structured.patterns import plain_pattern
from schemaward.formats.jsonschema.structured.providers import name_refusal
from schemaward.syntax.numbers import json_text

if TYPE_CHECKING:
    from schemaward.formats.jsonschema.structured.forms import Forms

Form: TypeAlias = dict[str, Any]

_LARGEST_RENDERED = 20_000
_KINDS = ("object", "array", "string", "number", "integer", "boolean", "null")
_TEXT = ("pattern", "format", "minLength", "maxLength")
_NUMBER = ("lower", "upper", "multipleOf")
_ARRAY = ("items", "minItems", "maxItems")
_ARRAY_UNSAID = ("uniqueItems", "contains", "unevaluatedItems")
_OBJECT = ("properties", "required", "patternProperties", "additionalProperties", "propertyNames")
_OBJECT_UNSAID = ("minProperties", "maxProperties", "dependentRequired", "dependentSchemas", "unevaluatedProperties")
_SPEAKS_OF = {
    "object": (*_OBJECT, *_OBJECT_UNSAID),
    "array": (*_ARRAY, *_ARRAY_UNSAID, "prefixItems"),
    "string": _TEXT,
    "number": _NUMBER,
}
_SUPPOSED = ("string", "number", "boolean")
_STRICTEST: dict[str, Callable[[Any, Any], Any]] = {
    "lower": lambda one, two: max(one, two, key=lambda bound: (exact(bound.value), bound.exclusive)),
    "upper": lambda one, two: min(one, two, key=lambda bound: (exact(bound.value), not bound.exclusive)),
    "minLength": max, "minItems": max, "minProperties": max, "maxLength": min, "maxItems": min, "maxProperties": min,
}  # fmt: skip


# types


def types_of(nodes: Iterable[Node]) -> tuple[str, ...] | None:
    """The types that all nodes allow, in a fixed order; None where none of them says."""
    allowed: set[str] | None = None
    for node in nodes:
        said = node.keywords.get("type")
        if said is not None:
            own = set(said) | ({"integer"} if "number" in said else set())
            allowed = own if allowed is None else allowed & own
    if allowed is None:
        return None
    return tuple(kind for kind in _KINDS if kind in allowed and not (kind == "integer" and "number" in allowed))


def meant_types(forms: Forms, nodes: list[Node]) -> tuple[str, ...]:
    """The types that the keywords of a schema without ``type`` are about."""
    spoken = {word for node in nodes for word in node.keywords}
    meant = tuple(kind for kind, words in _SPEAKS_OF.items() if spoken.intersection(words))
    if meant:
        forms.narrower(nodes[0].pointer, f"it gives no type; an answer is held to {' or '.join(meant)}")
        return meant
    forms.narrower(nodes[0].pointer, "anything may stand here; an answer is held to text, numbers, true and false")
    return _SUPPOSED


# forms


def enum_form(forms: Forms, nodes: list[Node]) -> Form | None:
    """One of the values that all nodes allow; whatever else is said of them is decided here and now."""
    listing = next(node for node in nodes if "enum" in node.keywords)
    values = [value for value in listing.keywords["enum"].values() if all(forms.holds(node, value) for node in nodes)]
    plain = [value for value in values if not isinstance(value, (dict, list))]
    if len(plain) < len(values):
        forms.narrower(listing.sites["enum"], "objects and arrays among the values are left out")
    return {"type": _type_of(plain), "enum": plain, **_notes(nodes)} if plain else None


def _type_of(values: list[Any]) -> str | list[str]:
    """The type of the values, or a list of several: a provider may refuse a schema without ``type``."""
    found = {_kind(value) for value in values}
    kinds = [kind for kind in _KINDS if kind in found and not (kind == "integer" and "number" in found)]
    return kinds[0] if len(kinds) == 1 else kinds


def _kind(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    if isinstance(value, str):
        return "string"
    return "integer" if exact(value).denominator == 1 else "number"


def _scalar(forms: Forms, nodes: list[Node], kind: str) -> Form | None:
    words = {"string": _TEXT, "number": _NUMBER, "integer": _NUMBER}.get(kind, ())
    said, unsaid = _bounds(forms, nodes, words)
    return {"type": kind, **_notes(nodes, unsaid), **said}


def _array(forms: Forms, nodes: list[Node], kind: str) -> Form | None:
    for node in nodes:
        if "prefixItems" in node.keywords:
            forms.narrower(node.sites["prefixItems"], "items that differ by their position cannot be said")
            return None
    _unsaid(forms, nodes, _ARRAY_UNSAID)
    items = [node.keywords["items"] for node in nodes if "items" in node.keywords]
    inner = forms.form(items) if items else _anything(forms, nodes[0])
    if inner is None:
        return _empty_array(forms, nodes)
    said, unsaid = _bounds(forms, nodes, ("minItems", "maxItems"))
    return {"type": kind, **_notes(nodes, unsaid), "items": inner, **said}


def _empty_array(forms: Forms, nodes: list[Node]) -> Form | None:
    """The form of an array of which no item has a form."""
    if any(node.keywords.get("minItems", 0) > 0 for node in nodes):
        return None
    listing = next(node for node in nodes if "items" in node.keywords)
    if listing.keywords["items"].never and "maxItems" in forms.provider.keywords:
        return {"type": "array", **_notes(nodes), "items": {"type": "string"}, "maxItems": 0}
    forms.narrower(listing.sites["items"], "only the empty array has a form, and the whole array is left out")
    return None


def _anything(forms: Forms, node: Node) -> Form:
    forms.narrower(node.pointer, "its items may be anything; an answer is held to text, numbers, true and false")
    return {"anyOf": [{"type": kind} for kind in _SUPPOSED]}


def _object(forms: Forms, nodes: list[Node], kind: str) -> Form | None:
    required = {name for node in nodes for name in node.keywords.get("required", ())}
    declared = dict.fromkeys(name for node in nodes for name in node.keywords.get("properties", ()))
    names = [*declared, *sorted(required - set(declared))]
    properties: Form = {}
    for name in names:
        member = _member(forms, nodes, name)
        if member is not None:
            properties[name] = member
            if name not in required:
                forms.optional.append((member, declared_at(nodes, name)))
        elif name in required:
            forms.lacking.setdefault(frozenset(map(id, nodes)), name)
            return None
    _unsaid(forms, nodes, _OBJECT_UNSAID)
    _close(forms, nodes, bool(names))
    return {
        "type": kind,
        **_notes(nodes),
        "properties": properties,
        "required": [name for name in properties if name in required],
        "additionalProperties": False,
    }


def _member(forms: Forms, nodes: list[Node], name: str) -> Form | None:
    """The form of the property ``name``: what every node says of it; None when it cannot be there."""
    naming = [node.keywords["propertyNames"] for node in nodes if "propertyNames" in node.keywords]
    if not all(forms.holds(rule, name) for rule in naming):
        return None
    refusal = name_refusal(forms.provider, name)
    if refusal is not None:
        forms.narrower(declared_at(nodes, name), refusal)
        return None
    said = [part for node in nodes for part in parts_named(node, name)]
    return forms.form(said or [Node(nodes[0].pointer)])


def declared_at(nodes: list[Node], name: str) -> str:
    """Where the property ``name`` is declared first; the first of ``nodes`` when none declares it."""
    sites = (node.sites.get(f"properties/{name}") for node in nodes)
    return next(filter(None, sites), nodes[0].pointer)


def _close(forms: Forms, nodes: list[Node], named: bool) -> None:
    """Note what an answer lacks by being held to the properties that have a name."""
    closing = ("additionalProperties", "unevaluatedProperties")
    if any(word in node.keywords and node.keywords[word].never for node in nodes for word in closing):
        if any("patternProperties" in node.keywords for node in nodes):
            forms.narrower(nodes[0].pointer, "properties that only a pattern names are left out")
        return
    what = "other properties than the declared ones" if named else "its properties, since none is declared,"
    forms.narrower(nodes[0].pointer, f"{what} are left out: an answer's objects are closed")


# bounds


def _bounds(forms: Forms, nodes: list[Node], words: tuple[str, ...]) -> tuple[Form, list[str]]:
    """What the provider enforces of ``words``, and the rest in words for the description; the rest is noted as lost."""
    said: Form = {}
    unsaid: list[str] = []
    for word, value, node in strictest(nodes, words):
        name = limit_keyword(word, value) if isinstance(value, Bound) else word
        plain = value.value if isinstance(value, Bound) else value
        if _enforced(forms, name, plain) and name not in said:
            said[name] = plain_pattern(plain) if name == "pattern" else plain
        else:
            forms.wider(node, word, f"{forms.provider.title} do not enforce `{name}: {json_text(plain)}`")
            unsaid.append(f"{name} {json_text(plain, ensure_ascii=False)}")
    if "format" in words and "format" not in said:
        said |= _later_format(forms, nodes)
    return said, unsaid


def _later_format(forms: Forms, nodes: list[Node]) -> Form:
    """The format that the provider enforces and only later drafts assert: an answer is held to it all the same."""
    for node in nodes:
        name = node.notes.get("format")
        if isinstance(name, str) and name in forms.provider.formats and not asserted(name, forms.draft):
            reason = f"{forms.draft.title} has no format `{name}`, and an answer is held to it"
            forms.narrower(node.sites["format"], reason)
            return {"format": name}
    return {}


def strictest(nodes: list[Node], words: tuple[str, ...]) -> Iterator[tuple[str, Any, Node]]:
    """Each bound that is said, with the node that says it; of two that can be compared only the stricter one."""
    for word in words:
        saying = [(node.keywords[word], node) for node in nodes if word in node.keywords]
        if word in _STRICTEST and saying:
            strict = reduce(_STRICTEST[word], [value for value, _ in saying])
            saying = [next((value, node) for value, node in saying if value == strict)]
        for index, (value, node) in enumerate(saying):
            if value not in [earlier for earlier, _ in saying[:index]]:
                yield word, value, node


def _enforced(forms: Forms, name: str, value: Any) -> bool:
    provider = forms.provider
    if name not in provider.keywords or isinstance(value, Decimal):
        return False
    if name == "format":
        return value in provider.formats
    if name == "minItems" and provider.most_min_items is not None:
        return bool(value <= provider.most_min_items)
    return name != "pattern" or plain_pattern(value) is not None


def _unsaid(forms: Forms, nodes: list[Node], words: tuple[str, ...]) -> None:
    for node in nodes:
        for word in words:
            if word in node.keywords:
                forms.wider(node, word, f"{forms.provider.title} do not enforce `{word}`")


def _notes(nodes: list[Node], unsaid: Iterable[str] = ()) -> Form:
    """Title and description; what is not enforced is told in words, so that a model can heed it."""
    notes = {name: text for name in ("title", "description") if (text := _note(nodes, name))}
    if told := ", ".join(unsaid):
        notes["description"] = f"{notes.get('description', '')} Must hold: {told}.".lstrip()
    return notes


def _note(nodes: list[Node], name: str) -> str:
    return next((node.notes[name] for node in nodes if isinstance(node.notes.get(name), str)), "")


# values


def judge(node: Node, draft: Draft) -> Callable[[Any], bool]:
    """Tells whether the schema of ``node`` accepts a value, with the formats of ``draft``. Raises UnrenderableError, now or then, when it cannot be asked."""
    import jsonschema_rs

    schema, _ = render(node, {}, _LARGEST_RENDERED)
    parsed = parsed_of(schema, Draft.DRAFT2020)
    try:
        later = {name: _accepts_all for name in FORMATS if not asserted(name, draft)}
        accepts = jsonschema_rs.Draft202012Validator(schema, validate_formats=True, formats=later).is_valid
    except ValueError:
        raise UnrenderableError from None

    def holds(value: Any) -> bool:
        if too_much(parsed.sources, parsed.root, value):
            raise UnrenderableError
        return bool(accepts(value))

    return holds


def _accepts_all(_text: str) -> bool:
    return True


MAKERS: dict[str, Callable[[Forms, list[Node], str], Form | None]] = {
    "object": _object, "array": _array, "string": _scalar, "number": _scalar, "integer": _scalar, "boolean": _scalar,
    "null": _scalar,
}  # fmt: skip
