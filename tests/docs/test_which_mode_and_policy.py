"""Every example of docs/which-mode-and-policy.md is run through the engine: what the page says is so."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any, Literal

import jsonschema
import pytest
import yaml

from schemaward import can_read
from schemaward.formats import format_module
from schemaward.model import DataFormat, Mode
from schemaward.modes import Pair, pairs

PAGE = (Path(__file__).parents[2] / "docs" / "which-mode-and-policy.md").read_text(encoding="utf-8")
EXAMPLES: list[dict[str, Any]] = [
    yaml.safe_load(textwrap.dedent(block))
    for block in re.findall(r"^ *```yaml example\n(.*?)^ *```$", PAGE, flags=re.DOTALL | re.MULTILINE)
]
CLAIMS = [
    pytest.param(example, Mode(mode), claim, id=f"{number}-{mode}")
    for number, example in enumerate(EXAMPLES, start=1)
    for mode, claim in example.items()
    if mode in Mode.__members__
]
ANSWERS = {"compatible": "holds", "incompatible": "breaks"}


def versions(example: dict[str, Any]) -> dict[int, Any]:
    return {int(key[1:]): value for key, value in example.items() if re.fullmatch(r"v\d", key)}


def asked(example: dict[str, Any], mode: Mode) -> tuple[Pair, ...]:
    *earlier, candidate = sorted(versions(example))
    return pairs(mode, earlier, candidate)


def accepts(schema: Any, document: Any) -> bool:
    judge = jsonschema.Draft7Validator(schema, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)
    return bool(judge.is_valid(document))


@pytest.mark.parametrize("policy", ["strict", "lenient"])
@pytest.mark.parametrize(("example", "mode", "claim"), CLAIMS)
def test_the_verdict_is_the_one_on_the_page(
    example: dict[str, Any], mode: Mode, claim: Any, policy: Literal["strict", "lenient"]
) -> None:
    if policy not in claim:
        pytest.skip(f"the page says nothing about {policy} here")
    schemas = versions(example)
    verdicts = [can_read(schemas[pair.reader], schemas[pair.writer], policy=policy) for pair in asked(example, mode)]
    answers = {ANSWERS.get(verdict.kind, verdict.kind) for verdict in verdicts}
    assert answers <= {"holds", "breaks"}
    assert ("breaks" if "breaks" in answers else "holds") == claim[policy]


@pytest.mark.parametrize(("example", "mode", "claim"), CLAIMS)
def test_the_document_on_the_page_breaks(example: dict[str, Any], mode: Mode, claim: dict[str, Any]) -> None:
    breaks = "breaks" in (claim.get("strict"), claim.get("lenient"))
    assert ("document" in claim) == breaks, "a break is shown with its document, and nothing else is"
    if breaks:
        schemas, document = versions(example), claim["document"]
        assert any(
            accepts(schemas[pair.writer], document) and not accepts(schemas[pair.reader], document)
            for pair in asked(example, mode)
        )


@pytest.mark.parametrize(("example", "mode", "claim"), CLAIMS)
def test_a_lenient_break_is_shown_with_declared_properties(example: dict[str, Any], mode: Mode, claim: Any) -> None:
    if claim.get("lenient") != "breaks":
        pytest.skip("no lenient break here")
    schemas = versions(example)
    writers = [schemas[pair.writer] for pair in asked(example, mode)]
    assert any(accepts({**writer, "additionalProperties": False}, claim["document"]) for writer in writers)


@pytest.mark.parametrize(("example", "mode", "claim"), CLAIMS)
def test_glue_is_expected_to_answer_as_the_page_says(example: dict[str, Any], mode: Mode, claim: Any) -> None:
    if "Glue" not in claim:
        pytest.skip("the page says nothing about Glue here")
    module = format_module(DataFormat.JSON)
    schemas = {number: module.load_value(value, f"v{number}") for number, value in versions(example).items()}
    expected = [module.expectation(schemas[pair.reader], schemas[pair.writer]) for pair in asked(example, mode)]
    answers = {each.answer for each in expected}
    assert ("refuses" if "refuses" in answers else "accepts") == claim["Glue"]
    assert None not in answers


# the table of changes


def _object(properties: dict[str, Any], required: tuple[str, ...], closed: bool) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "required": list(required), "properties": properties}
    return {**schema, "additionalProperties": False} if closed else schema


TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
FEW, MANY = {"enum": ["a", "b"]}, {"enum": ["a", "b", "c"]}
CHANGES: dict[str, list[tuple[tuple[dict[str, Any], tuple[str, ...]], tuple[dict[str, Any], tuple[str, ...]]]]] = {
    "Add an optional property": [(({"a": TEXT}, ()), ({"a": TEXT, "b": NUMBER}, ()))],
    "Add a required property": [(({"a": TEXT}, ()), ({"a": TEXT, "b": NUMBER}, ("b",)))],
    "Remove an optional property": [(({"a": TEXT, "b": NUMBER}, ()), ({"a": TEXT}, ()))],
    "Remove a required property": [(({"a": TEXT, "b": NUMBER}, ("b",)), ({"a": TEXT}, ()))],
    "Make a required property optional": [(({"a": TEXT}, ("a",)), ({"a": TEXT}, ()))],
    "Grow an enumeration, widen a type or a bound": [
        (({"a": FEW}, ()), ({"a": MANY}, ())),
        (({"a": NUMBER}, ()), ({"a": {"type": "number"}}, ())),
        (({"a": {"type": "integer", "maximum": 5}}, ()), ({"a": {"type": "integer", "maximum": 9}}, ())),
    ],
    "Shrink an enumeration, narrow a type or a bound": [
        (({"a": MANY}, ()), ({"a": FEW}, ())),
        (({"a": {"type": "number"}}, ()), ({"a": NUMBER}, ())),
        (({"a": {"type": "integer", "maximum": 9}}, ()), ({"a": {"type": "integer", "maximum": 5}}, ())),
    ],
    "Titles, descriptions, `$ref` instead of a copy": [(({"a": TEXT}, ()), ({"a": {**TEXT, "title": "A"}}, ()))],
}
COLUMNS: tuple[tuple[Mode, Literal["strict", "lenient"], bool], ...] = (
    (Mode.BACKWARD, "strict", True),
    (Mode.FORWARD, "strict", False),
    (Mode.FULL, "lenient", False),
)
ROWS = {
    cells[0]: cells[1:]
    for line in PAGE.partition("| Change |")[2].splitlines()
    if len(cells := [cell.strip() for cell in line.strip("|").split("|")]) == 4
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_table_of_changes_is_true(change: str) -> None:
    for cell, (mode, policy, closed) in zip(ROWS[change], COLUMNS, strict=True):
        for old, new in CHANGES[change]:
            schemas = {1: _object(*old, closed), 2: _object(*new, closed)}
            asked = pairs(mode, [1], 2)
            kinds = {can_read(schemas[pair.reader], schemas[pair.writer], policy=policy).kind for pair in asked}
            assert "undecided" not in kinds
            assert cell == ("no" if "incompatible" in kinds else "yes"), (mode, old, new)


def test_the_page_has_the_examples_and_rows_that_the_tests_look_for() -> None:
    assert len(EXAMPLES) == PAGE.count("```yaml example") >= 12
    assert set(CHANGES) == {change for change in ROWS if not change.startswith("-")}
    assert all(mode.value in PAGE for mode in Mode)
