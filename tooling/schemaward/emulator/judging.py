"""The verdicts of our own engine, in the form that the state machine asks for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from schemaward.errors import SchemawardError
from schemaward.formats import format_module
from schemaward.model import DataFormat, Mode, Policy
from schemaward.modes import pairs

_GLUE_DRAFTS = {
    "http://json-schema.org/draft-04/schema",
    "http://json-schema.org/draft-06/schema",
    "http://json-schema.org/draft-07/schema",
}


def judge(data_format: DataFormat, mode: Mode, earlier: Sequence[str], candidate: str) -> bool | None:
    """Whether ``candidate`` may follow every one of the ``earlier`` definitions; None when that is not known."""
    unknown = False
    for definition in earlier:
        for pair in pairs(mode, [1], 2):
            writer, reader = (definition, candidate) if pair.reader == 2 else (candidate, definition)
            verdict = _can_read(data_format, reader, writer)
            if verdict is False:
                return False
            unknown = unknown or verdict is None
    return None if unknown else True


def _can_read(data_format: DataFormat, reader: str, writer: str) -> bool | None:
    try:
        module = format_module(data_format)
        verdict = module.can_read(
            module.load_value(reader, "reader"), module.load_value(writer, "writer"), Policy.STRICT, assert_formats=True
        )
    except (SchemawardError, AttributeError):
        return None
    return {"compatible": True, "incompatible": False}.get(verdict.kind)


def validate(data_format: DataFormat, definition: str) -> str | None:
    """Why a definition is no schema that Glue takes, or None.

    JSON: a JSON Schema of Draft-04, -06 or -07 (AWS Glue Developer Guide), Draft-07 where ``$schema`` is missing.
    AVRO: JSON. PROTOBUF: any text.
    """
    if data_format is DataFormat.PROTOBUF:
        return None
    try:
        value = json.loads(definition, parse_constant=_no_constant, object_pairs_hook=_unique)
        return _schema_problem(value) if data_format is DataFormat.JSON else None
    except RecursionError:
        return "it is nested too deeply"
    except ValueError as error:
        return str(error)


def _schema_problem(value: Any) -> str | None:
    from jsonschema import Draft7Validator, SchemaError
    from jsonschema.validators import validator_for

    if not isinstance(value, dict):
        return "it is not an object"
    dialect = value.get("$schema")
    if dialect is not None and (not isinstance(dialect, str) or dialect.rstrip("#") not in _GLUE_DRAFTS):
        return f"the dialect {json.dumps(dialect)} is none of Draft-04, Draft-06 and Draft-07"
    try:
        validator_for(value, default=Draft7Validator).check_schema(value)
    except SchemaError as error:
        return f"{error.json_path}: {error.message}"
    return None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in members:
        if name in found:
            raise ValueError(f"the name {json.dumps(name)} occurs twice in one object")
        found[name] = value
    return found
