"""The semantic diff of JSON Schemas, case by case: kinds, places and effects. Add a case to a file in diff_cases/."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from diff_judge import engine

from schemaward.formats.jsonschema.diffing.change_kinds import ANNOTATIONS, Kind
from schemaward.formats.jsonschema.diffing.changes import changes
from schemaward.syntax.parse import parse_document

CASES = Path(__file__).parent / "diff_cases"


def cases() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("*.yaml")):
        value: Any = parse_document(path.name, path.read_bytes()).value
        found += [pytest.param(case, id=f"{path.stem}: {case['description']}") for case in value]
    return found


@pytest.mark.parametrize("case", cases())
def test_diff(case: Any) -> None:
    found = changes(case["old"], case["new"], can_read=engine)
    assert [[change.kind, change.pointer, str(change.effect)] for change in found] == case["changes"]


@pytest.mark.parametrize("case", cases())
def test_no_schema_differs_from_itself(case: Any) -> None:
    assert changes(case["old"], case["old"], can_read=engine) == ()
    assert changes(case["new"], case["new"], can_read=engine) == ()


def test_every_kind_follows_the_grammar() -> None:
    verbs = {"added", "removed", "widened", "narrowed", "tightened", "loosened", "opened", "restricted", "closed"}
    verbs |= {"allowed", "forbidden", "changed", "renamed", "respelled", "counted", "ignored", "skipped"}
    assert {kind.value.rpartition("-")[2] for kind in Kind} <= verbs
    assert all(not kind.value.rpartition("-")[0].endswith(tuple(verbs)) for kind in Kind)


def test_annotations_are_the_kinds_of_what_asserts_nothing() -> None:
    assert {kind.value.rpartition("-")[0] for kind in ANNOTATIONS} == {
        "annotation", "comment", "default", "description", "examples", "identifier", "title",
    }  # fmt: skip
