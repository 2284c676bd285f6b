"""One runner for ``cases/jsonschema/*.yaml``: two schemas and the verdict that is right for them.

A case has ``description``, ``writer``, ``reader``, ``verdict``; optional are ``policy`` (strict) and ``formats`` (true).
The witness of an incompatible pair is verified here once more, by two validators.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
import yaml

import schemaward

FILES = sorted((Path(__file__).parent / "cases" / "jsonschema").glob("*.yaml"))
CASES = [
    pytest.param(case, id=f"{path.stem}: {case['description']}")
    for path in FILES
    for case in yaml.safe_load(path.read_text("utf-8"))
]
FIELDS = {"description", "writer", "reader", "verdict", "policy", "formats"}


def judges(schema: Any, document: Any, formats: bool) -> set[bool]:
    """What two validators say that have nothing in common: one answer, when they agree."""
    kind = jsonschema.validators.validator_for(schema, default=jsonschema.Draft7Validator)
    return {
        bool(kind(schema, format_checker=kind.FORMAT_CHECKER if formats else None).is_valid(document)),
        jsonschema_rs.validator_for(schema, validate_formats=formats).is_valid(document),
    }


@pytest.mark.parametrize("case", CASES)
def test_the_verdict_is_right(case: dict[str, Any]) -> None:
    assert set(case) <= FIELDS
    policy, formats = case.get("policy", "strict"), case.get("formats", True)
    verdict = schemaward.can_read(case["reader"], case["writer"], policy=policy, assert_formats=formats)
    assert verdict.kind == case["verdict"], verdict
    if isinstance(verdict, schemaward.Incompatible):
        document = json.loads(json.dumps(verdict.witness))
        assert judges(case["writer"], document, formats) == {True}, document
        assert judges(case["reader"], document, formats) == {False}, document
    if isinstance(verdict, schemaward.Undecided):
        assert verdict.reason
