"""Edits of a JSON Schema: their order, what belongs together, and whether they leave a schema that means something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from schemaward.syntax.patches import PatchError, at, parent
from schemaward.syntax.places import tokens_of
from schemaward.verdict import Edit


def ordered(edits: Iterable[Edit], value: Any) -> tuple[Edit, ...]:
    """``edits``, each told in the terms of ``value``, so that they can be applied one after the other.

    Lists grow at their end first and shrink last, from the back to the front. A ``required`` that loses all its names goes as a whole.
    """
    unique = list({(edit.pointer, edit.operation, repr(edit.value)): edit for edit in edits}.values())
    emptied = _emptied(unique, value)
    kept = [edit for edit in unique if edit.operation != "remove" or parent(edit.pointer) not in emptied]
    kept += [Edit(pointer, "remove") for pointer in emptied]
    replaced = [edit for edit in kept if edit.operation == "replace"]
    removed = sorted((edit for edit in kept if edit.operation == "remove"), key=_position, reverse=True)
    added = [edit for edit in kept if edit.operation == "add"]
    return (*replaced, *added, *removed)


def _emptied(edits: list[Edit], value: Any) -> list[str]:
    lost: dict[str, int] = {}
    for edit in edits:
        lost[parent(edit.pointer)] = lost.get(parent(edit.pointer), 0) + (1 if edit.operation == "remove" else -1)
    return [
        pointer
        for pointer, count in lost.items()
        if pointer.endswith("/required") and isinstance(at(value, pointer), list) and len(at(value, pointer)) == count
    ]


def _position(edit: Edit) -> list[tuple[int, str]]:
    return [(int(token), "") if token.isdecimal() else (-1, token) for token in tokens_of(edit.pointer)]


def meaningful(edits: Iterable[Edit], edited: Any) -> bool:
    """False when the ``edited`` schema is left with an empty enum, or asks for a property that it forbids.

    Nothing passes such a schema, so it would be compatible with everything that writes less.
    """
    return not any(_hollow(edited, pointer) for pointer in {each for edit in edits for each in _around(edit.pointer)})


def _around(pointer: str) -> Iterator[str]:
    """The pointers of the places that hold ``pointer``, from the inside to the root."""
    while pointer:
        pointer = parent(pointer)
        yield pointer


def _hollow(edited: Any, pointer: str) -> bool:
    try:
        schema = at(edited, pointer)
    except PatchError:
        return False
    if not isinstance(schema, dict):
        return False
    required, declared = schema.get("required"), schema.get("properties", {})
    closed = schema.get("additionalProperties") is False and not schema.get("patternProperties")
    if closed and isinstance(required, list) and isinstance(declared, dict):
        return any(name not in declared or declared[name] is False for name in required)
    return schema.get("enum") == []
