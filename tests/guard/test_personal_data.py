"""Values of personal data are not shown, wherever the contract tags them and whatever stands in their place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from guard_commands import command
from guard_contracts import DRAFT7, write_contract

DRAFT2020 = "https://json-schema.org/draft/2020-12/schema"
TAG = {"x-personal-data": "personal"}
MAIL = {"type": "string", "format": "email", **TAG}
SECRET = "ada.at.home"


def said(contracts: Path, schema: Any, record: Any, *arguments: str) -> str:
    data_format, suffix = ("AVRO", "avsc") if "fields" in schema else ("JSON", "json")
    write_contract(contracts, "some.thing", data_format, suffix, [schema])
    Path("a.jsonl").write_text(json.dumps(record))
    answers = [
        command("validate", "some.thing", "a.jsonl", "--format", each, *arguments)
        for each in ("text", "json", "markdown")
    ]
    assert [each.code for each in answers] == [1, 1, 1]
    return "".join(each.out for each in answers)


def of(draft: str = DRAFT7, **properties: Any) -> dict[str, Any]:
    return {"$schema": draft, "type": "object", "properties": properties}


NAMES = {"type": "object", "properties": {"first": {"type": "string", **TAG}}}


@pytest.mark.parametrize(
    ("schema", "record"),
    [
        (of(name=NAMES), {"name": SECRET}),
        (of(name=NAMES), SECRET),
        (of(names={"type": "array", "items": NAMES}), {"names": [SECRET]}),
        (of(names={"type": "object", "additionalProperties": NAMES}), {"names": {"k": SECRET}}),
        (of(mail={**MAIL, "name": "E-mail"}), {"mail": SECRET}),
        ({**of(mail={"$ref": "#mail"}), "definitions": {"x": {"$id": "#mail", **MAIL}}}, {"mail": SECRET}),
        ({**of(mail={"$ref": "#/definitions/a~1b"}), "definitions": {"a/b": MAIL}}, {"mail": SECRET}),
        ({**of(mail={"$ref": "#/definitions/Q%20R"}), "definitions": {"Q R": MAIL}}, {"mail": SECRET}),
        ({**of(m={"$ref": "#/definitions/E/items"}), "definitions": {"E": {"items": MAIL}}}, {"m": SECRET}),
        ({**of(DRAFT2020, m={"$ref": "#m"}), "$defs": {"x": {"$anchor": "m", **MAIL}}}, {"m": SECRET}),
        ({**of(DRAFT2020, m={"$dynamicRef": "#m"}), "$defs": {"x": {"$dynamicAnchor": "m", **MAIL}}}, {"m": SECRET}),
        (
            {
                "type": "record",
                "name": "R",
                "fields": [
                    {"name": "who", "type": {"type": "record", "name": "W", "fields": [
                        {"name": "first", "type": "string", **TAG}
                    ]}}
                ],
            },
            {"who": SECRET},
        ),
        (
            {
                "type": "record",
                "name": "R",
                "fields": [
                    {"name": "a", "type": {"type": "enum", "name": "n.E", "symbols": ["X"], **TAG}},
                    {"name": "b", "type": "n.E"},
                ],
            },
            {"a": "X", "b": SECRET},
        ),
    ],
)  # fmt: skip
def test_values_that_may_be_personal_are_hidden(contracts: Path, schema: Any, record: Any) -> None:
    shown = said(contracts, schema, record)
    assert SECRET not in shown


@pytest.mark.parametrize(
    ("schema", "record"),
    [
        (of(who={**of(first={"type": "string", **TAG}, age={"type": "integer"})}), {"who": {"age": "plain"}}),
        (of(age={"type": "integer"}, mail=MAIL), {"age": "plain"}),
        (of(age={"type": "integer", "x-personal-data": "none"}), {"age": "plain"}),
        ({**of(age={"type": "integer"}), "definitions": {"unused": MAIL}}, {"age": "plain"}),
    ],
)
def test_other_values_are_shown(contracts: Path, schema: Any, record: Any) -> None:
    assert "plain" in said(contracts, schema, record)


@pytest.mark.parametrize("arguments", [(), ("--redact",)])
def test_what_is_missing_is_told_by_its_name(contracts: Path, arguments: tuple[str, ...]) -> None:
    fields = [{"name": "id", "type": "int", **TAG}, {"name": "page", "type": "string"}]
    shown = said(contracts, {"type": "record", "name": "R", "fields": fields}, {"id": 1}, *arguments)
    assert "a.jsonl:1  required\n" in shown
    assert 'the field "page" of ' in shown


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "a.jsonl",
            '{"a":1,"secret@key.org":1,"secret@key.org":2}',
            "not valid, and the record is not shown (column 27)",
        ),
        ("a.jsonl", '{"secret@key.org":', "not valid JSON: the text ends here, and a value is expected (column 19)"),
        ("a.yaml", "a: *secret", "not valid, and the record is not shown (column 4)"),
        ("a.yaml", "a: 1\nb: !secret 1", "not valid, and the record is not shown (line 2, column 4)"),
        ("a.yaml", "secret: 1\nsecret: 2", "not valid, and the record is not shown (line 2)"),
        ("a.yaml", "4912345secret: 1\n4912345: 2", "not valid, and the record is not shown (line 2)"),
        ("a.yaml", "a: secret\n---\nb: secret", "a second YAML document starts here (line 2)"),
        ("a.yaml", "a: secret\nb: .nan", ".nan is no JSON value (line 2, column 4)"),
        ("a.yaml", "", "the file is empty"),
        ("a.yaml", "[secret, {secret: ]", None),
    ],
)
def test_nothing_of_a_text_that_cannot_be_read_is_shown(
    contracts: Path, name: str, text: str, message: str | None
) -> None:
    Path(name).write_text(text)
    for contract, arguments in (("crm.person", ()), ("some.plain", ("--redact",))):
        if contract == "some.plain":
            write_contract(contracts, contract, "JSON", "json", [of()])
        shown = command("validate", contract, name, *arguments)
        assert shown.code == 1
        assert "secret" not in shown.out
        told = shown.out.splitlines()[1].strip()
        assert told == message if message else told.startswith("not valid YAML: ")
