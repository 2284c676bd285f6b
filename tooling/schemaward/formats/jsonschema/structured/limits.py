"""The bounds that a provider sets to one schema as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from schemaward.formats.jsonschema.structured.providers import Provider

Form: TypeAlias = dict[str, Any]


def exceeded(schema: Form, provider: Provider) -> Iterator[str]:
    """Each bound of ``provider`` that ``schema`` exceeds, as a reason."""
    parts = [*_parts(schema), *(part for form in schema.get("$defs", {}).values() for part in _parts(form))]
    enums = [part["enum"] for part in parts if "enum" in part]
    counted = (
        ("properties", sum(len(part.get("properties", ())) for part in parts), provider.most_properties),
        ("levels of objects", _levels(schema, schema.get("$defs", {}), {}), provider.most_levels),
        ("values in enums", sum(map(len, enums)), provider.most_enum_values),
        ("characters in names and values", _text(schema, parts), provider.most_text),
        ("optional properties", sum(map(_optional, parts)), provider.most_optional),
        ("places with more than one type", sum(map(_is_union, parts)), provider.most_unions),
    )
    for what, count, most in counted:
        if most is not None and count > most:
            yield f"{provider.title} take at most {most:,} {what}, and there are {count:,}"
    if provider.large_enum is not None:
        size, most_text = provider.large_enum
        for values in enums:
            length = sum(len(value) for value in values if isinstance(value, str))
            if len(values) > size and length > most_text:
                yield f"{provider.title} take at most {most_text:,} characters in an enum of more than {size} values"


def _parts(form: Form) -> Iterator[Form]:
    """The form and all below it, without what references lead to."""
    pending = [form]
    while pending:
        part = pending.pop()
        yield part
        pending += [*part.get("properties", {}).values(), *part.get("anyOf", ())]
        if "items" in part:
            pending.append(part["items"])


def _levels(form: Form, definitions: dict[str, Form], known: dict[str, int]) -> int:
    """How deep objects stand in objects; ``known`` of the definitions, of which one inside itself begins no level."""
    if "$ref" in form:
        name = form["$ref"].rpartition("/")[2]
        if name not in known:
            known[name] = 0
            known[name] = _levels(definitions[name], definitions, known)
        return known[name]
    below = [
        *form.get("properties", {}).values(),
        *form.get("anyOf", ()),
        *([form["items"]] if "items" in form else []),
    ]
    deepest = max((_levels(part, definitions, known) for part in below), default=0)
    return deepest + ("properties" in form)


def _text(schema: Form, parts: list[Form]) -> int:
    names = [name for part in parts for name in part.get("properties", ())]
    values = [value for part in parts for value in part.get("enum", ()) if isinstance(value, str)]
    return sum(map(len, (*names, *values, *schema.get("$defs", ()))))


def _optional(form: Form) -> int:
    return len(form.get("properties", ())) - len(form.get("required", ()))


def _is_union(form: Form) -> bool:
    return "anyOf" in form or isinstance(form.get("type"), list)
