"""Our table of shapes against the API model that AWS ships with botocore."""

from __future__ import annotations

from functools import cache
from typing import Any

import botocore.session
import pytest

from schemaward.emulator.machine import CALLS
from schemaward.emulator.shapes import INPUTS, Flag, Items, Shape, Structure, Table, Text, Whole


@cache
def glue() -> Any:
    return botocore.session.get_session().get_service_model("glue")


def same(ours: Shape, theirs: Any, path: str) -> None:
    """Fail where a type, a limit, a pattern, a choice or a member differs."""
    limits = theirs.metadata
    match ours:
        case Structure(members, required):
            assert theirs.type_name == "structure", path
            assert set(members) == set(theirs.members), path
            assert set(required) == set(theirs.required_members), path
            for name, member in members.items():
                same(member, theirs.members[name], f"{path}.{name}")
        case Table(key, value, most):
            assert (theirs.type_name, most) == ("map", limits["max"]), path
            same(key, theirs.key, f"{path}.key")
            same(value, theirs.value, f"{path}.value")
        case Items(item, most):
            assert (theirs.type_name, most) == ("list", limits.get("max")), path
            same(item, theirs.member, f"{path}[]")
        case Whole(least, most):
            assert theirs.type_name in ("integer", "long"), path
            assert (least, most) == (limits["min"], limits["max"]), path
        case Flag():
            assert theirs.type_name == "boolean", path
        case Text(least, longest, pattern, choices):
            assert theirs.type_name == "string", path
            assert (least, longest) == (limits.get("min", 0), limits.get("max")), path
            assert (pattern.shown if pattern else None) == limits.get("pattern"), path
            assert sorted(choices) == sorted(limits.get("enum", [])), path


@pytest.mark.parametrize("operation", INPUTS)
def test_input_is_as_in_the_model_of_aws(operation: str) -> None:
    same(INPUTS[operation], glue().operation_model(operation).input_shape, operation)


def test_every_call_has_an_input_shape_and_the_other_way_round() -> None:
    assert set(CALLS) == set(INPUTS)


def test_every_call_of_the_schema_registry_is_there() -> None:
    about = ("Registry", "Registries", "Schema", "Schemas", "SchemaVersion", "SchemaVersions")
    registry_calls = {name for name in glue().operation_names if name.endswith(about) or "SchemaVersion" in name}
    assert registry_calls | {"GetSchemaByDefinition", "TagResource", "UntagResource", "GetTags"} == set(CALLS)
