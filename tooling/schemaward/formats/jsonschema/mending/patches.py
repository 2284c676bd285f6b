"""Edits as JSON Patch (RFC 6902) has them: order, application, and what belongs together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from schemaward.formats.jsonschema.dialects import unescape
from schemaward.verdict import Edit


class PatchError(Exception):
    """An edit does not fit the document."""


def tokens(pointer: str) -> list[str]:
    """The reference tokens of an RFC 6901 pointer."""
    return [unescape(token) for token in pointer.split("/")[1:]]


def parent(pointer: str) -> str:
    """The pointer of what holds the value at ``pointer``."""
    return pointer.rpartition("/")[0]


def at(value: Any, pointer: str) -> Any:
    """The value at ``pointer``; raises PatchError."""
    for token in tokens(pointer):
        try:
            value = value[int(token)] if isinstance(value, list) else value[token]
        except (KeyError, ValueError, IndexError, TypeError):
            raise PatchError(pointer) from None
    return value


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
    return [(int(token), "") if token.isdecimal() else (-1, token) for token in tokens(edit.pointer)]


def applied(edits: Iterable[Edit], value: Any) -> Any:
    """A copy of ``value`` after ``edits``, one after the other; what they do not touch is shared. Raises PatchError."""
    for edit in edits:
        value = _edited(value, tokens(edit.pointer), edit)
    return value


def _edited(value: Any, path: list[str], edit: Edit) -> Any:
    """``path`` leads from ``value`` to the place of the edit."""
    if not path:
        if edit.operation != "replace":
            raise PatchError(edit.pointer)
        return edit.value
    first, rest = path[0], path[1:]
    if isinstance(value, dict):
        return _edited_object(value, first, rest, edit)
    if isinstance(value, list):
        return _edited_list(value, first, rest, edit)
    raise PatchError(edit.pointer)


def _edited_object(value: dict[str, Any], name: str, rest: list[str], edit: Edit) -> dict[str, Any]:
    if not rest and edit.operation == "add":
        return {**value, name: edit.value}
    if name not in value:
        raise PatchError(edit.pointer)
    if not rest and edit.operation == "remove":
        return {key: member for key, member in value.items() if key != name}
    return {**value, name: _edited(value[name], rest, edit)}


def _edited_list(value: list[Any], step: str, rest: list[str], edit: Edit) -> list[Any]:
    if not rest and edit.operation == "add" and step == "-":
        return [*value, edit.value]
    if not step.isdecimal() or int(step) >= len(value):
        raise PatchError(edit.pointer)
    index = int(step)
    if not rest and edit.operation == "add":
        return [*value[:index], edit.value, *value[index:]]
    if not rest and edit.operation == "remove":
        return [*value[:index], *value[index + 1 :]]
    return [*value[:index], _edited(value[index], rest, edit), *value[index + 1 :]]


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
