"""``schemaward export odcs``: valid by the published schema, with the highest class, and with all that it leaves out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import open_data_contract_standard
import pytest
import yaml

from schemaward.cli import exits, run

ROOT = Path(__file__).parents[2]
MANIFESTS = [yaml.safe_load(path.read_text("utf-8")) for path in sorted((ROOT / "contracts").glob("*/*/contract.*"))]
CONTRACTS = [manifest["name"] for manifest in MANIFESTS]
JSON_CONTRACTS = [manifest["name"] for manifest in MANIFESTS if manifest["format"] == "JSON"]
TEXT = {"type": "string"}


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def export(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["export", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture(scope="module")
def published() -> Any:
    import jsonschema

    path = Path(open_data_contract_standard.__file__).with_name("schema.json")
    return jsonschema.Draft201909Validator(json.loads(path.read_text("utf-8")))


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_shipped_contract_is_valid_odcs(name: str, published: Any, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = export(capsys, "odcs", name)
    assert (code, out.startswith(f"# Derived from {name}@")) == (exits.CLEAN, True)
    document = yaml.safe_load(out)
    custom = {each["property"]: each["value"] for each in document["customProperties"]}
    assert [line.strip().replace("/", "", line == "  /") for line in err.splitlines()[1:]] == custom.get("leftOut", [])
    assert [error.message for error in published.iter_errors(document)] == []
    assert document["schema"][0].get("properties", []) or name not in JSON_CONTRACTS


def test_odcs_tells_types_bounds_and_what_is_required(capsys: pytest.CaptureFixture[str]) -> None:
    document = yaml.safe_load(export(capsys, "odcs", "identity.person@3")[1])
    properties = {each["name"]: each for each in document["schema"][0]["properties"]}
    assert properties["age"]["logicalTypeOptions"] == {"minimum": 0, "maximum": 150}
    assert (properties["email"]["required"], properties["age"]["required"]) == (True, False)
    assert (document["id"], document["version"], document["status"]) == ("identity.person", "3", "active")


def test_odcs_of_a_recursive_contract_ends(capsys: pytest.CaptureFixture[str]) -> None:
    document = yaml.safe_load(export(capsys, "odcs", "evaluation.result")[1])
    criteria = next(each for each in document["schema"][0]["properties"] if each["name"] == "criteria")
    inner = next(each for each in criteria["items"]["properties"] if each["name"] == "criteria")
    assert (inner["logicalType"], "properties" in inner["items"]) == ("array", False)


# small contracts


def document_of(schema: Any, folder: Path, capsys: pytest.CaptureFixture[str], published: Any) -> dict[str, Any]:
    """The document of a contract with this schema, a value or text."""
    text = schema if isinstance(schema, str) else json.dumps(schema)
    contract = folder / "contracts" / "t" / "case"
    contract.mkdir(parents=True)
    manifest = {"name": "t.case", "description": "A case.", "format": "JSON", "compatibility": "NONE"}
    (contract / "contract.yaml").write_text(json.dumps(manifest | {"owners": ["@a/b"], "status": "active"}))
    (contract / "v1.json").write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        code, out, _ = export(capsys, "odcs", "t.case")
    assert code == exits.CLEAN
    document = yaml.safe_load(out)
    assert [error.message for error in published.iter_errors(document)] == []
    return dict(document)


def left_out(document: dict[str, Any]) -> list[str]:
    return next((each["value"] for each in document["customProperties"] if each["property"] == "leftOut"), [])


def test_numbers_of_many_digits_stay_what_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], published: Any
) -> None:
    number = '{"type": "number", "minimum": 0.12345678901234567890123}'
    values = '{"enum": [0.12345678901234567890123, 1e400]}'
    schema = f'{{"type": "object", "properties": {{"a": {number}, "b": {values}}}}}'
    document = document_of(schema, tmp_path, capsys, published)
    first, second = document["schema"][0]["properties"]
    assert first["logicalTypeOptions"] == {"minimum": 0.12345678901234567890123}
    assert second["customProperties"][0]["value"] == [0.12345678901234567890123, 10**400]


@pytest.mark.parametrize(
    ("schema", "classification"),
    [
        ({"allOf": [TEXT | {"x-personal-data": "personal"}], "x-personal-data": "none"}, "personal"),
        ({"anyOf": [TEXT | {"x-personal-data": "special"}, {"type": "null"}]}, "special"),
        ({"oneOf": [TEXT | {"x-personal-data": "pseudonymous"}, {"type": "integer", "x-personal-data": "personal"}]}, "personal"),
        ({"if": {"type": "string"}, "then": {"x-personal-data": "personal"}}, "personal"),
    ],
)  # fmt: skip
def test_the_highest_class_wins(
    schema: Any, classification: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], published: Any
) -> None:
    document = document_of({"type": "object", "properties": {"q": schema}}, tmp_path, capsys, published)
    assert document["schema"][0]["properties"][0]["classification"] == classification


def test_what_may_be_null_is_told_as_what_it_is_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], published: Any
) -> None:
    number = {"type": "number", "minimum": 0, "x-unit": "ms", "description": "How long."}
    parts = {"t": {"anyOf": [number, {"type": "null"}]}, "u": {"type": ["string", "null"]}, "v": TEXT}
    document = document_of(
        {"type": "object", "properties": parts, "required": ["t", "u", "v"]}, tmp_path, capsys, published
    )
    told, *_ = properties = document["schema"][0]["properties"]
    assert [each["required"] for each in properties] == [False, False, True]
    assert (told["logicalType"], told["logicalTypeOptions"], told["description"]) == (
        "number",
        {"minimum": 0},
        "How long.",
    )
    assert told["customProperties"] == [{"property": "unit", "value": "ms"}]
    assert left_out(document) == []


def test_alternatives_of_the_root_give_their_properties_and_are_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], published: Any
) -> None:
    branches = [
        {"type": "object", "properties": {"a": TEXT}, "required": ["a"]},
        {"type": "object", "properties": {"b": TEXT | {"x-personal-data": "personal"}}},
    ]
    document = document_of({"oneOf": branches, "required": ["id"]}, tmp_path, capsys, published)
    properties = {each["name"]: each for each in document["schema"][0]["properties"]}
    assert (properties["a"]["required"], properties["b"]["classification"]) == (False, "personal")
    assert left_out(document) == ["/oneOf"]


@pytest.mark.parametrize(
    ("schema", "pointers"),
    [
        ({"type": "array", "items": TEXT}, [""]),
        ({"type": "object", "properties": {"a": {"not": TEXT}}, "dependencies": {"a": ["b"]}}, ["/dependencies/a", "/properties/a/not"]),
        ({"type": "object", "properties": {"a": {"type": ["string", "integer"], "minLength": 3}}}, ["/properties/a/minLength"]),
        ({"type": "object", "properties": {"a": TEXT}, "patternProperties": {"^x": TEXT}}, ["/patternProperties/^x"]),
        ({"type": "object", "properties": {"a": TEXT | {"format": "date", "minLength": 3}}}, ["/properties/a/minLength"]),
    ],
)  # fmt: skip
def test_what_the_standard_has_no_word_for_is_listed(
    schema: Any, pointers: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], published: Any
) -> None:
    assert left_out(document_of(schema, tmp_path, capsys, published)) == pointers


def test_of_two_bounds_the_stricter_one_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], published: Any
) -> None:
    bounds = {"allOf": [{"type": "integer", "minimum": 5}, {"minimum": 1}]}
    document = document_of({"type": "object", "properties": {"n": bounds}}, tmp_path, capsys, published)
    assert document["schema"][0]["properties"][0]["logicalTypeOptions"] == {"minimum": 5}
