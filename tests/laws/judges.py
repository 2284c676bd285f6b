"""Two validators that share no code, for schemas of any draft: what both say is so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema
import jsonschema_rs
from jsonschema_specifications import REGISTRY

_CLASSES: dict[str, tuple[Any, Any]] = {
    "draft4": (jsonschema.Draft4Validator, jsonschema_rs.Draft4Validator),
    "draft6": (jsonschema.Draft6Validator, jsonschema_rs.Draft6Validator),
    "draft7": (jsonschema.Draft7Validator, jsonschema_rs.Draft7Validator),
    "2019-09": (jsonschema.Draft201909Validator, jsonschema_rs.Draft201909Validator),
    "2020-12": (jsonschema.Draft202012Validator, jsonschema_rs.Draft202012Validator),
}
_PYTHON = {"$": r"\Z", r"\d": "[0-9]", r"\w": "[A-Za-z0-9_]"}


def fast(schema: Any, draft: str) -> Callable[[Any], bool]:
    """The judgement of jsonschema-rs, formats asserted."""
    judge: Callable[[Any], bool] = _CLASSES[draft][1](schema, validate_formats=True).is_valid
    return judge


def thorough(schema: Any, draft: str) -> Callable[[Any], bool]:
    """The judgement of the jsonschema package, formats asserted; of jsonschema-rs where the package fails (on a boolean
    for all ``items`` beside ``unevaluatedItems``)."""
    kind = _CLASSES[draft][0]
    judge = kind(_pythonic(schema), registry=REGISTRY, format_checker=kind.FORMAT_CHECKER)

    def accepts(value: Any) -> bool:
        try:
            return bool(judge.is_valid(value))
        except TypeError:
            return fast(schema, draft)(value)

    return accepts


def _pythonic(schema: Any) -> Any:
    """The schema with patterns that mean in Python what they mean in ECMA 262."""
    if isinstance(schema, list):
        return [_pythonic(member) for member in schema]
    if not isinstance(schema, dict):
        return schema
    made = {}
    for keyword, value in schema.items():
        if keyword == "pattern" and isinstance(value, str):
            made[keyword] = _translated(value)
        elif keyword == "patternProperties":
            made[keyword] = {_translated(source): _pythonic(member) for source, member in value.items()}
        else:
            made[keyword] = value if keyword in ("enum", "const") else _pythonic(value)
    return made


def _translated(source: str) -> str:
    for text, python in _PYTHON.items():
        source = source.replace(text, python)
    return source
