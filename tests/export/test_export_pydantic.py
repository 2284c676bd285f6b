"""``schemaward export pydantic``: a module that holds what the contract says, and nothing that the contract could order."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from schemaward.cli import exits, run
from schemaward.errors import InputError
from schemaward.exports.pydantic import pydantic_models
from schemaward.formats.jsonschema import load_value

ROOT = Path(__file__).parents[2]
TEXT = {"type": "string"}


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def export(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["export", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def module(schema: Any) -> str:
    return pydantic_models("a contract", load_value(schema, "contract"))


def test_the_classes_of_pydantic_take_what_the_contract_takes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "person.py"
    assert export(capsys, "pydantic", "identity.person@2", "--output", str(file)) == (exits.CLEAN, "", "")
    assert file.read_text("utf-8").startswith("# Derived from identity.person@2 by schemaward.")
    good = {"firstName": "Ada", "lastName": "L", "age": 36}
    program = f"import person, json; print(person.Person(**{good}).age); person.Person(**{good | {'age': -1}})"
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == "36\n"
    assert "greater than or equal to 0" in done.stderr


def test_the_extra_is_asked_for_by_name(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "datamodel_code_generator", None)
    code, out, err = export(capsys, "pydantic", "identity.person")
    assert (code, out) == (exits.USAGE, "")
    assert "fix: pip install 'schemaward[pydantic]'" in err


# what a schema may not order


@pytest.mark.parametrize(
    "order",
    [
        {"customBasePath": "evil.Base"},
        {"customTypePath": "evil.Base"},
        {"x-python-type": "evil.Base"},
        {"x-python-import": {"module": "evil", "name": "Base"}},
        {"x-is-base-class": True, "x-anything": "evil"},
    ],
    ids=lambda order: next(iter(order)),
)
def test_a_schema_does_not_choose_what_is_imported(order: dict[str, Any]) -> None:
    def obey(schema: dict[str, Any]) -> dict[str, Any]:
        return {**schema, **order}

    inner = obey({"type": "object", "properties": {"b": obey(TEXT)}, "additionalProperties": obey(TEXT)})
    parts = {
        "a": inner,
        "list": {"type": "array", "items": obey(TEXT)},
        "tuple": {"type": "array", "items": [obey(TEXT), obey(inner)]},
        "choice": {"anyOf": [obey(TEXT), {"allOf": [obey(inner)]}]},
        "named": {"$ref": "#/definitions/n"},
    }
    made = module(obey({"title": "R", "type": "object", "properties": parts, "definitions": {"n": inner}}))
    assert "class R(BaseModel):" in made
    assert "evil" not in made


def test_a_property_may_be_called_as_an_order_is() -> None:
    assert "customBasePath: str" in module({"type": "object", "properties": {"customBasePath": TEXT}})


@pytest.mark.parametrize(
    ("ref", "beside"),
    [
        ("#/properties/b/default", {"b": {"default": {"customTypePath": "evil.Base"}}}),
        ("#/properties/b/x-shelf", {"b": {"x-shelf": {"customTypePath": "evil.Base"}}}),
        ("http://json-schema.org/draft-07/schema#", {}),
    ],
)
def test_a_reference_leads_to_a_schema_of_the_document(ref: str, beside: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="leads to no schema of this document"):
        module({"type": "object", "properties": {"a": {"$ref": ref}, **beside}})
