"""The semantic diff of .proto files, and its agreement with the canonical form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from schemaward.formats import protobuf
from schemaward.formats.base import Schema
from schemaward.report.diff_words import sentence
from schemaward.verdict import Change, Effect

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "changes.yaml").read_text("utf-8"))
PROTO3 = 'syntax = "proto3";\n'


def load(text: str, syntax: str = "proto3") -> Schema:
    return protobuf.load_value(f'syntax = "{syntax}";\n{text}', "schema")


def told(change: Change) -> str:
    return f"{change.kind} {'.' if change.side == 'old' else ''}{change.pointer} {change.effect}"


@pytest.mark.parametrize("case", CASES, ids=[case["description"] for case in CASES])
def test_changes(case: dict[str, Any]) -> None:
    old, new = (load(case[side], case.get("syntax", "proto3")) for side in ("old", "new"))
    found = protobuf.diff(old, new)
    assert sorted(map(told, found)) == sorted(case.get("changes", []))
    assert bool(found) == (old.identity != new.identity)
    assert all(change.place and change.place.line == (2 if change.pointer else 1) for change in found)
    assert all(sentence(change) for change in found)


def test_a_change_of_syntax_is_to_blame_for_what_it_does() -> None:
    """In proto3 the enum is open, so that the old version alone refuses."""
    text = "enum E {{ A = 0; B = 1; {} }} message M {{ optional E e = 1; }}"
    old, new = load(text.format(""), "proto2"), load(text.format("C = 2;"), "proto3")
    effects = {change.kind: change.effect for change in protobuf.diff(old, new)}
    assert effects == {"syntax-changed": Effect.NONE, "enum-value-added": Effect.WIDENS}


def test_changes_are_told_in_words() -> None:
    old = load("message M { string name = 1; reserved 9; } enum E { A = 0; }")
    new = load("message M { string given_name = 1; int32 age = 2; } enum E { A = 0; B = 1; }")
    assert [sentence(change) for change in protobuf.diff(old, new)] == [
        'the field was renamed: "name" -> "given_name"',
        'the field was added: "int32 age = 2"',
        'the value "B = 1" is allowed now',
        'the reservation was removed: "9"',
    ]
