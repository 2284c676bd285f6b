"""CheckSchemaVersionValidity and GetSchemaVersionsDiff: what can be asked about definitions alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from schemaward.emulator.lookup import find_schema, version_of
from schemaward.emulator.refusals import invalid
from schemaward.emulator.state import Call, Context, Request, Response, State
from schemaward.model import DataFormat

_LONGEST_ERROR = 5000


def check_schema_version_validity(state: State, request: Request, context: Context) -> tuple[State, Response]:
    """Whether a definition is a schema at all; compatibility is not asked, and nothing is stored."""
    problem = context.validate(DataFormat(request["DataFormat"]), request["SchemaDefinition"])
    if problem is None:
        return state, {"Valid": True}
    return state, {"Valid": False, "Error": problem[:_LONGEST_ERROR]}


def get_schema_versions_diff(state: State, request: Request, context: Context) -> tuple[State, Response]:
    """The JSON Patch (RFC 6902) from one stored version to another."""
    schema = find_schema(state, request["SchemaId"], context)
    if schema.data_format is DataFormat.PROTOBUF:
        raise invalid("The emulator does not compare PROTOBUF definitions.")
    first, second = (
        json.loads(version_of(schema, request[which]).definition)
        for which in ("FirstSchemaVersionNumber", "SecondSchemaVersionNumber")
    )
    return state, {"Diff": json.dumps(list(_patch(first, second, "")))}


def _patch(old: Any, new: Any, pointer: str) -> Iterator[Response]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted({*old, *new}):
            place = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            if name not in new:
                yield {"op": "remove", "path": place}
            elif name not in old:
                yield {"op": "add", "path": place, "value": new[name]}
            else:
                yield from _patch(old[name], new[name], place)
    elif json.dumps(old, sort_keys=True) != json.dumps(new, sort_keys=True):
        yield {"op": "replace", "path": pointer, "value": new}


CALLS: dict[str, Call] = {
    "CheckSchemaVersionValidity": check_schema_version_validity,
    "GetSchemaVersionsDiff": get_schema_versions_diff,
}
