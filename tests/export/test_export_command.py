"""``schemaward export``: derived files on standard output, what was lost beside them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from schemaward.cli import exits, run
from schemaward.formats.jsonschema import load_value
from schemaward.formats.jsonschema.structured.deriving import derive
from schemaward.formats.jsonschema.structured.providers import ANTHROPIC, OPENAI, PROVIDERS

ROOT = Path(__file__).parents[2]
MANIFESTS = [yaml.safe_load(path.read_text("utf-8")) for path in sorted((ROOT / "contracts").glob("*/*/contract.*"))]
CONTRACTS = [manifest["name"] for manifest in MANIFESTS]
JSON_CONTRACTS = [manifest["name"] for manifest in MANIFESTS if manifest["format"] == "JSON"]


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def export(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["export", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


# language models


def schemas(form: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The form and every schema in it."""
    yield form
    inner = [*form.get("properties", {}).values(), *form.get("anyOf", ()), *form.get("$defs", {}).values()]
    for part in [*inner, *([form["items"]] if "items" in form else [])]:
        yield from schemas(part)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("name", JSON_CONTRACTS)
def test_every_shipped_contract_has_a_strict_form_or_a_reason(
    name: str, provider: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = export(capsys, "llm", name, "--provider", provider)
    assert (code == exits.CLEAN) == bool(out)
    if out:
        assert json.loads(out)["additionalProperties"] is False
        assert all({"type", "$ref", "anyOf"} & set(part) for part in schemas(json.loads(out)))
        assert "Proven:" in err or "An answer in this form that the contract refuses:" in err
    else:
        assert "no strict form" in err


def test_the_document_for_programs_tells_everything(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = export(capsys, "llm", "identity.person@3", "--provider", "openai", "--format", "json")
    told = json.loads(out)
    assert (code, err) == (exits.CLEAN, "")
    assert told["null_means_absent"] is True
    assert {"effect": "wider", "pointer": "/properties/lastName/minLength"}.items() <= told["losses"][-1].items()
    refused = {"firstName": "", "lastName": "", "age": None, "email": "a@example.com", "preferredLanguage": None}
    assert told["every_answer_fits"]["refused_answer"] == refused
    assert jsonschema_rs.Draft202012Validator(told["schema"], validate_formats=True).is_valid(refused)
    assert told["rules"]["source"].startswith("https://platform.openai.com/")


def test_exact_fails_unless_every_answer_is_proven_to_fit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "age.json").write_text('{"type": "object", "properties": {"age": {"type": "integer", "minimum": 0}}}')
    codes = [export(capsys, "llm", str(tmp_path / "age.json"), "--provider", name, "--exact")[0] for name in PROVIDERS]
    assert codes == [exits.CLEAN, exits.FINDINGS]


def test_without_a_strict_form_standard_output_is_empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "list.json").write_text('{"type": "array"}')
    code, out, err = export(capsys, "llm", str(tmp_path / "list.json"), "--provider", "anthropic")
    assert (code, out) == (exits.FINDINGS, "")
    assert 'no strict form, at "/": the root is no object' in err


def test_output_goes_into_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "person.json"
    _, printed, _ = export(capsys, "llm", "identity.person", "--provider", "openai")
    assert export(capsys, "llm", "identity.person", "--provider", "openai", "--output", str(file))[:2] == (0, "")
    assert file.read_text("utf-8") == printed


@pytest.mark.parametrize("what", [("llm", "--provider", "openai"), ("pydantic",)])
def test_other_formats_are_refused(what: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = export(capsys, what[0], "retrieval.query-log", *what[1:])
    assert (code, out) == (exits.USAGE, "")
    assert "the format of retrieval.query-log@3 is AVRO" in err


# bounds of a provider


def test_limits_are_counted() -> None:
    deep: dict[str, Any] = {"type": "string"}
    for _ in range(11):
        deep = {"type": "object", "properties": {"a": deep}, "required": ["a"]}
    [(_, reason)] = derive(load_value(deep, "deep"), OPENAI).obstacles
    assert reason == "OpenAI structured outputs take at most 10 levels of objects, and there are 11"
    values = [f"value {number:060}" for number in range(300)]
    large = {"type": "object", "properties": {"a": {"enum": values}}}
    [(_, reason)] = derive(load_value(large, "large"), OPENAI).obstacles
    assert "15,000 characters in an enum of more than 250 values" in reason
    unions = {"type": "object", "properties": {f"p{n}": {"type": ["string", "null"]} for n in range(17)}}
    [(_, reason)] = derive(load_value(unions, "unions"), ANTHROPIC).obstacles
    assert reason == "Anthropic structured outputs take at most 16 places with more than one type, and there are 17"


def test_choices_that_multiply_end_in_a_reason() -> None:
    choice = {"anyOf": [{"properties": {f"p{n}": {"type": "string"}}} for n in range(8)]}
    many = {
        "type": "object",
        "properties": {
            "a": {"type": "object", "allOf": [choice] * 1 + [dict(choice, title=str(n)) for n in range(12)]}
        },
        "required": ["a"],
    }
    [(_, reason)] = derive(load_value(many, "many"), OPENAI).obstacles
    assert "multiply to more than 2,000 forms" in reason
