"""The verdicts of our own engine, in the form that the state machine asks for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from schemaward.errors import InputError, UsageError
from schemaward.formats import format_module
from schemaward.formats.base import FormatModule
from schemaward.model import DataFormat, Mode, Policy
from schemaward.modes import pairs
from schemaward.verdict import Compatible, Incompatible

_GLUE_DRAFTS = frozenset(
    f"{scheme}://json-schema.org/draft-0{number}/schema" for scheme in ("http", "https") for number in (4, 6, 7)
)


def judge(data_format: DataFormat, mode: Mode, earlier: Sequence[str], candidate: str) -> bool | None:
    """Whether ``candidate`` may follow every one of the ``earlier`` definitions; None when that is not known."""
    module = _module(data_format)
    if module is None:
        return None
    answers = []
    for definition in earlier:
        for pair in pairs(mode, [1], 2):
            writer, reader = (definition, candidate) if pair.reader == 2 else (candidate, definition)
            answers.append(_can_read(module, data_format, reader, writer))
            if answers[-1] is False:
                return False
    return None if None in answers else True


def _module(data_format: DataFormat) -> FormatModule | None:
    try:
        return format_module(data_format)
    except UsageError:
        return None


def _can_read(module: FormatModule, data_format: DataFormat, reader: str, writer: str) -> bool | None:
    try:
        reading = module.load_value(_parsed(data_format, reader), "reader")
        writing = module.load_value(_parsed(data_format, writer), "writer")
        verdict = module.can_read(reading, writing, Policy.STRICT, assert_formats=True)
    except (InputError, ValueError, RecursionError):
        # A definition that was stored unread: from a state file, or before there was an engine for its format.
        return None
    match verdict:
        case Compatible():
            return True
        case Incompatible():
            return False
        case _:
            return None


def validate(data_format: DataFormat, definition: str) -> str | None:
    """Why a definition is no schema that Glue takes, or None.

    JSON: a self-contained JSON Schema of Draft-04, -06 or -07 (AWS Glue Developer Guide), Draft-07 where ``$schema``
    is missing. Of a format without an engine only the syntax is looked at, where it is JSON.
    """
    try:
        value = _parsed(data_format, definition)
    except RecursionError:
        return "it is nested too deeply"
    except ValueError as error:
        return str(error)
    problem = _dialect_problem(value) if data_format is DataFormat.JSON else None
    module = _module(data_format)
    if problem is not None or module is None:
        return problem
    try:
        module.load_value(value, "the definition")
    except InputError as error:
        return error.fact
    return None


def _dialect_problem(value: Any) -> str | None:
    if not isinstance(value, dict):
        return "it is not an object"
    dialect = value.get("$schema", "http://json-schema.org/draft-07/schema")
    if not isinstance(dialect, str) or dialect.removesuffix("#") not in _GLUE_DRAFTS:
        return f"the dialect {json.dumps(dialect)} is none of Draft-04, Draft-06 and Draft-07"
    return None


def _parsed(data_format: DataFormat, definition: str) -> Any:
    """The JSON value of a definition, or its text where the format is no JSON; raises ValueError and RecursionError."""
    if data_format is DataFormat.PROTOBUF:
        return definition
    return json.loads(definition, parse_constant=_no_constant, object_pairs_hook=_unique)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in members:
        if name in found:
            raise ValueError(f"the name {json.dumps(name)} occurs twice in one object")
        found[name] = value
    return found
