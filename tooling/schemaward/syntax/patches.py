"""Edits of a value as JSON Patch (RFC 6902) has them: what stands where, and what an edit makes of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from schemaward.syntax.places import tokens_of
from schemaward.verdict import Edit


class PatchError(Exception):
    """An edit does not fit the document."""


def parent(pointer: str) -> str:
    """The pointer of what holds the value at ``pointer``."""
    return pointer.rpartition("/")[0]


def at(value: Any, pointer: str) -> Any:
    """The value at ``pointer``; raises PatchError."""
    for token in tokens_of(pointer):
        try:
            value = value[int(token)] if isinstance(value, list) else value[token]
        except (KeyError, ValueError, IndexError, TypeError):
            raise PatchError(pointer) from None
    return value


def applied(edits: Iterable[Edit], value: Any) -> Any:
    """A copy of ``value`` after ``edits``, one after the other; what they do not touch is shared. Raises PatchError."""
    for edit in edits:
        value = _edited(value, tokens_of(edit.pointer), edit)
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
