"""Input validation with the messages of AWS: all violations of one request in one InvalidInputException."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemaward.emulator.refusals import invalid
from schemaward.emulator.shapes import Flag, Items, Shape, Structure, Table, Text, Whole
from schemaward.emulator.state import ApiError, Request

_SHOWN = 80


def validated(shape: Structure, request: Any) -> Request:
    """The request without its null members; raises ApiError for a wrong type or a violated constraint."""
    clean = _typed(shape, request, "")
    found = list(_violations(shape, clean, ""))
    if found:
        count = f"{len(found)} validation error{'s' if len(found) > 1 else ''} detected: "
        raise invalid(count + "; ".join(found))
    accepted: Request = clean
    return accepted


def _typed(shape: Shape, value: Any, path: str) -> Any:
    """``value`` with the members that the shape knows, after a check of every type."""
    match shape:
        case Structure():
            members = _of_type(value, dict, path)
            return {
                name: _typed(member, members[name], _join(path, name))
                for name, member in shape.members.items()
                if members.get(name) is not None
            }
        case Table():
            table = _of_type(value, dict, path)
            return {key: _of_type(entry, str, f"{path}.{key}") for key, entry in table.items()}
        case Items():
            return [
                _typed(shape.item, entry, f"{path}.{index}.member")
                for index, entry in enumerate(_of_type(value, list, path), 1)
            ]
        case Text():
            return _of_type(value, str, path)
        case Whole():
            return _of_type(value, int, path)
        case Flag():
            return _of_type(value, bool, path)


def _of_type(value: Any, expected: type, path: str) -> Any:
    if type(value) is not expected:
        where = f"'{path}'" if path else "the request"
        raise ApiError("SerializationException", f"{where} must be of type {_JSON_TYPES[expected]}.")
    return value


_JSON_TYPES = {dict: "object", list: "array", str: "string", int: "integer", bool: "boolean"}


def _violations(shape: Shape, value: Any, path: str) -> Iterator[str]:
    match shape:
        case Structure():
            for name in shape.required:
                if name not in value:
                    yield _sentence("null", _join(path, name), "Member must not be null", quoted=False)
            for name, member in value.items():
                yield from _violations(shape.members[name], member, _join(path, name))
        case Table():
            yield from _size(len(value), 0, shape.most, value, path)
            for key, entry in value.items():
                yield from _violations(shape.key, key, f"{path}.key")
                yield from _violations(shape.value, entry, f"{path}.value")
        case Items():
            yield from _size(len(value), 0, shape.most, value, path)
            for index, entry in enumerate(value, 1):
                yield from _violations(shape.item, entry, f"{path}.{index}.member")
        case Text():
            yield from _text(shape, value, path)
        case Whole():
            yield from _whole(shape, value, path)
        case Flag():
            pass


def _text(shape: Text, value: str, path: str) -> Iterator[str]:
    if shape.choices and value not in shape.choices:
        yield _sentence(value, path, f"Member must satisfy enum value set: [{', '.join(shape.choices)}]")
    yield from _size(len(value), shape.least, shape.most, value, path)
    if shape.pattern and not shape.pattern.rule.fullmatch(value):
        yield _sentence(value, path, f"Member must satisfy regular expression pattern: {shape.pattern.shown}")


def _whole(shape: Whole, value: int, path: str) -> Iterator[str]:
    if value < shape.least:
        yield _sentence(value, path, f"Member must have value greater than or equal to {shape.least}")
    if value > shape.most:
        yield _sentence(value, path, f"Member must have value less than or equal to {shape.most}")


def _size(size: int, least: int, most: int | None, value: Any, path: str) -> Iterator[str]:
    if size < least:
        yield _sentence(value, path, f"Member must have length greater than or equal to {least}")
    if most is not None and size > most:
        yield _sentence(value, path, f"Member must have length less than or equal to {most}")


def _sentence(value: Any, path: str, constraint: str, *, quoted: bool = True) -> str:
    shown = value if isinstance(value, str) else str(value)
    if len(shown) > _SHOWN:
        shown = shown[:_SHOWN] + "..."
    shown = f"'{shown}'" if quoted else shown
    return f"Value {shown} at '{path}' failed to satisfy constraint: {constraint}"


def _join(path: str, name: str) -> str:
    """AWS names members in its messages with a small first letter."""
    small = name[:1].lower() + name[1:]
    return f"{path}.{small}" if path else small
