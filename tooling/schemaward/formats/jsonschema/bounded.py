"""The ``jsonschema`` package made safe to ask: patterns take bounded time, numbers are exact, loops of references end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, TypeVar

from schemaward.formats.jsonschema.dialects import Draft

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

Answer = TypeVar("Answer")

CLASSES = {
    Draft.DRAFT4: "Draft4Validator",
    Draft.DRAFT6: "Draft6Validator",
    Draft.DRAFT7: "Draft7Validator",
    Draft.DRAFT2019: "Draft201909Validator",
    Draft.DRAFT2020: "Draft202012Validator",
}
"""The classes of the drafts, which both packages call the same."""

_REFERENCES = frozenset({"$ref", "$dynamicRef", "$recursiveRef"})

_MOST_INSIDE = 40
"""References inside each other that are followed where they may lead round for ever."""

_counted = threading.local()
"""Has ``inside``, the references that are being followed, while they are counted."""


def ending(judge: Callable[[], Answer]) -> Answer:
    """What ``judge`` says of a schema whose references lead back to themselves; raises RecursionError where they do.

    They are counted, because the package follows them until the stack ends in the midst of a library written in Rust.
    """
    _counted.inside = []
    try:
        return judge()
    finally:
        del _counted.inside


def _reference(original: Any, validator: Any, to: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
    inside = getattr(_counted, "inside", None)
    if inside is None:
        yield from original(validator, to, value, schema)
        return
    if len(inside) >= _MOST_INSIDE:
        raise RecursionError
    inside.append(to)
    try:
        yield from original(validator, to, value, schema)
    finally:
        inside.pop()


@lru_cache(maxsize=8)
def bounded_class(draft: Draft) -> Any:
    """The validator of a draft: patterns are matched in bounded time, and numbers divided exactly."""
    import jsonschema

    base = getattr(jsonschema, CLASSES[draft])
    own: dict[str, Any] = {
        "items": partial(_items, base.VALIDATORS["items"], draft),
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
        "multipleOf": _multiple_of,
    }
    if "additionalItems" in base.VALIDATORS:
        own["additionalItems"] = partial(_additional_items, base.VALIDATORS["additionalItems"])
    for word in _REFERENCES & base.VALIDATORS.keys():
        own[word] = partial(_reference, base.VALIDATORS[word])
    extend: Any = jsonschema.validators.extend
    return extend(base, own)


def _additional_items(original: Any, validator: Any, rest: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
    """Nothing is additional to one schema for all items, also where that schema is a boolean, on which the package fails."""
    if isinstance(schema.get("items"), list):
        yield from original(validator, rest, value, schema)


def _items(
    original: Any, draft: Draft, validator: Any, items: Any, value: Any, schema: Any
) -> Iterator[ValidationError]:
    """One object that stands at many positions is judged once: a smallest witness may need very many items."""
    if isinstance(items, list) or not validator.is_type(value, "array"):
        yield from original(validator, items, value, schema)
        return
    start = len(schema.get("prefixItems", ())) if draft is Draft.DRAFT2020 else 0
    seen: set[int] = set()
    for index, item in enumerate(value[start:], start):
        if id(item) not in seen:
            seen.add(id(item))
            yield from validator.descend(item, items, path=index)


def _pattern(validator: Any, source: str, value: Any, _schema: Any) -> Iterator[ValidationError]:
    from jsonschema import ValidationError

    if validator.is_type(value, "string") and not _search(source)(value):
        yield ValidationError(f"{value!r} does not match {source!r}")


def _pattern_properties(validator: Any, patterns: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if not validator.is_type(value, "object"):
        return
    for source, schema in patterns.items():
        found = _search(source)
        for name, member in value.items():
            if found(name):
                yield from validator.descend(member, schema, path=name, schema_path=source)


def _additional_properties(validator: Any, rest: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
    from jsonschema import ValidationError

    if not validator.is_type(value, "object"):
        return
    patterns = [_search(source) for source in schema.get("patternProperties", ())]
    named = schema.get("properties", ())
    for name, member in value.items():
        if name in named or any(found(name) for found in patterns):
            continue
        if rest is False:
            yield ValidationError(f"Additional properties are not allowed ({name!r} was unexpected)")
        else:
            yield from validator.descend(member, rest, path=name)


def _multiple_of(validator: Any, step: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    """Exact, as the specification has it: the package divides floats."""
    from jsonschema import ValidationError

    from schemaward.formats.jsonschema.engine.formulas import exact

    if validator.is_type(value, "number") and (exact(value) / exact(step)).denominator != 1:
        yield ValidationError(f"{value!r} is not a multiple of {step}")


@lru_cache(maxsize=1024)
def _search(source: str) -> Callable[[str], bool]:
    import jsonschema_rs

    try:
        found: Callable[[str], bool] = jsonschema_rs.Draft7Validator({"pattern": source}).is_valid
    except ValueError as error:
        raise ValueError(f"the pattern {source!r} cannot be used") from error
    return found
