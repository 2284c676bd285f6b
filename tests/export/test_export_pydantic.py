"""``schemaward export pydantic``: a module that holds what the contract says, and nothing that the contract could order."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from schemaward import Guard
from schemaward.cli import exits, run
from schemaward.errors import InputError
from schemaward.exports.pydantic import pydantic_models
from schemaward.formats.jsonschema import load_value, refusals
from schemaward.syntax.parse import parse_document

ROOT = Path(__file__).parents[2]
TEXT = {"type": "string"}
JSON_CONTRACTS = {
    manifest["name"]: path.parent
    for path in sorted(ROOT.glob("contracts/*/*/contract.*"))
    if (manifest := yaml.safe_load(path.read_text("utf-8")))["format"] == "JSON"
}


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


# the classes and the contract


def made(folder: Path, schema: Any) -> Any:
    """The module, imported."""
    (folder / "made.py").write_text(module(schema), "utf-8")
    spec = importlib.util.spec_from_file_location("made", folder / "made.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "made", loaded)
        spec.loader.exec_module(loaded)
    return loaded


def test_the_module_of_every_shipped_contract_can_be_imported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in JSON_CONTRACTS:
        file = tmp_path / f"{name.replace('.', '_').replace('-', '_')}.py"
        assert export(capsys, "pydantic", name, "--output", str(file)) == (exits.CLEAN, "", "")
    program = "; ".join(f"import {file.stem}" for file in tmp_path.glob("*.py"))
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True)


FORMATS = {
    "date-time": "2024-01-31T12:00:00Z", "date": "2024-01-31", "time": "12:00:00Z", "duration": "P1Y",
    "email": "jane@localhost", "idn-email": "a@b", "hostname": "localhost", "ipv4": "192.0.2.1", "ipv6": "::1",
    "uri": "urn:example:a", "uuid": "123e4567-e89b-12d3-a456-426614174000", "ulid": "no ulid", "trace-id": "any",
    "path": "any", "byte": "no base 64", "json-pointer": "/a",
}  # fmt: skip


def test_a_value_of_any_format_is_taken_and_comes_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parts = {name.replace("-", "_"): TEXT | {"format": name} for name in FORMATS}
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "R", "type": "object"}
    record = {name.replace("-", "_"): value for name, value in FORMATS.items()}
    taken = made(tmp_path, schema | {"properties": parts}).R(**record)
    assert json.loads(taken.model_dump_json()) == record
    assert capsys.readouterr() == ("", "")


def test_a_format_that_the_draft_does_not_know_is_text(tmp_path: Path) -> None:
    parts = {"id": TEXT | {"format": "uuid"}, "day": TEXT | {"format": "date"}}
    draft7 = module({"type": "object", "properties": parts})
    assert ("id: str" in draft7, "day: date" in draft7) == (True, True)
    draft4 = module({"$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "properties": parts})
    assert "day: str" in draft4


@pytest.mark.parametrize("source", [r"\cA", "[^]", "[a&&b]", r"[\W]", r"^[^\p{Cc}]+(?=x)$", r"(?<n>a)\k<n>"])
def test_a_pattern_that_pydantic_cannot_use_is_left_out(source: str, tmp_path: Path) -> None:
    names = {"type": "object", "patternProperties": {source: TEXT}, "additionalProperties": False}
    parts = {"a": TEXT | {"pattern": source}, "b": TEXT | {"pattern": "^x"}, "c": names}
    taken = made(tmp_path, {"title": "R", "type": "object", "properties": parts}).R(a="", b="x", c={"any": "y"})
    assert taken.b == "x"


@pytest.mark.parametrize(
    ("source", "text"), [(r"^\W+$", "é"), (r"^\D$", "١"), (r"^\S$", "\x85"), (r"^a\s$", "a\ufeff")]
)
def test_a_pattern_takes_the_texts_that_the_contract_takes(source: str, text: str, tmp_path: Path) -> None:
    names = {"type": "object", "patternProperties": {source: TEXT}, "additionalProperties": False}
    schema = {"title": "R", "type": "object", "properties": {"a": TEXT | {"pattern": source}, "c": names}}
    assert made(tmp_path, schema).R(a=text, c={text: "any"}).a == text


def test_names_that_a_pattern_allows_are_not_refused(tmp_path: Path) -> None:
    by_pattern = {"type": "object", "patternProperties": {"^x": {"type": "integer"}}}
    named = by_pattern | {"properties": {"a": TEXT}}
    closed = {"additionalProperties": False}
    loaded = made(
        tmp_path,
        {
            "title": "R",
            "type": "object",
            "properties": {"open": by_pattern, "one": named | closed, "two": by_pattern | closed},
        },
    )
    assert loaded.R(open={"y": "any"}, one={"a": "", "x1": 3}, two={"x1": 3})
    with pytest.raises(ValueError, match="two"):
        loaded.R(two={"y": 3})


def test_what_is_left_out_is_not_written_as_null(tmp_path: Path) -> None:
    loaded = made(tmp_path, {"title": "R", "type": "object", "properties": {"a": TEXT, "b": TEXT}})
    assert loaded.R(a="x").model_dump_json(exclude_unset=True) == '{"a":"x"}'


@pytest.mark.parametrize("word", ["anyOf", "oneOf"])
@pytest.mark.parametrize("values", [[1, None], [1, False], [True, "b", "a"], [1, True], ["a", "b"]], ids=str)
def test_values_of_several_types_come_back_as_they_were(word: str, values: list[Any], tmp_path: Path) -> None:
    schema = {word: [{"const": value} for value in values]}
    loaded = made(tmp_path, {"title": "R", "type": "object", "required": ["a"], "properties": {"a": schema}})
    for value in values:
        assert loaded.R(a=value).model_dump_json() == json.dumps({"a": value}, separators=(",", ":"))


@pytest.mark.parametrize("value", [0, False])
def test_a_flag_in_an_enum_is_no_number(value: Any, tmp_path: Path) -> None:
    parts = {"a": {"enum": [0, False, "x"]}}
    loaded = made(tmp_path, {"title": "R", "type": "object", "properties": parts})
    assert loaded.R(a=value).model_dump_json() == json.dumps({"a": value}, separators=(",", ":"))


def test_a_name_that_pydantic_has_taken_is_written_by_its_alias(tmp_path: Path) -> None:
    loaded = made(tmp_path, {"title": "BaseModel", "type": "object", "properties": {"copy": TEXT, "first-name": TEXT}})
    record = {"copy": "x", "first-name": "y"}
    assert loaded.BaseModelModel(**record).model_dump(by_alias=True) == record


# nothing is refused or lost that the contract accepts


def returned(loaded: Any, record: Any) -> Any:
    """The record as the class `R` of a module takes it and writes it."""
    return json.loads(
        loaded.R.model_validate_json(json.dumps(record)).model_dump_json(exclude_unset=True, by_alias=True)
    )


@pytest.mark.parametrize("name", JSON_CONTRACTS)
def test_the_classes_take_and_give_back_the_examples_of_a_contract(name: str, tmp_path: Path) -> None:
    schema = Guard.from_contract(name).schema
    loaded = made(tmp_path, {**schema.parsed.value, "title": "R"})
    files = sorted(JSON_CONTRACTS[name].glob("examples/valid/*"))
    records = [parse_document(file.name, file.read_bytes()).value for file in files]
    valid = [record for record in records if not refusals(schema, record)]
    assert valid
    for record in valid:
        given = returned(loaded, record)
        assert (given.keys(), refusals(schema, given)) == (record.keys(), ())


OPEN = {"type": "object", "properties": {"a": TEXT}}
KEYED = OPEN | {"required": ["a"]}


@pytest.mark.parametrize(
    ("schema", "record"),
    [
        (OPEN, {"a": "x", "more": {"b": [1]}}),
        (OPEN | {"additionalProperties": {"type": "integer"}}, {"a": "x", "more": 1}),
        (OPEN | {"type": ["object", "null"]}, {"more": 1}),
        ({"properties": {"a": TEXT}}, {"more": 1}),
        ({"$ref": "#/definitions/open"}, {"more": 1}),
        ({"allOf": [{"$ref": "#/definitions/open"}, {"properties": {"b": TEXT}}]}, {"a": "x", "b": "y", "more": 1}),
        ({"allOf": [OPEN, {"properties": {"b": TEXT}}]}, {"a": "x", "b": "y", "more": 1}),
        ({"anyOf": [KEYED, {"type": "object", "required": ["b"], "properties": {"b": TEXT}}]}, {"b": "x", "more": 1}),
    ],
)
def test_what_has_no_name_in_an_open_contract_is_kept(schema: Any, record: Any, tmp_path: Path) -> None:
    parts = {"f": schema}
    loaded = made(tmp_path, {"title": "R", "type": "object", "properties": parts, "definitions": {"open": OPEN}})
    assert returned(loaded, {"f": record, "more": 2}) == {"f": record, "more": 2}


def test_what_a_closed_object_has_no_name_for_is_refused(tmp_path: Path) -> None:
    loaded = made(tmp_path, OPEN | {"title": "R", "additionalProperties": False})
    with pytest.raises(ValueError, match="Extra inputs are not permitted"):
        loaded.R(more=1)


DEFINITIONS = {
    "port": {"type": "integer", "minimum": 1},
    "edges": {"anyOf": [{"maximum": 1023}, {"minimum": 49152}]},
    "either": {"anyOf": [TEXT, {"type": "integer"}]},
    "keyed": {"oneOf": [KEYED, {"type": "object", "required": ["b"], "properties": {"b": {"type": "integer"}}}]},
}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/definitions/{name}"}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"allOf": [ref("port"), DEFINITIONS["edges"]]}, 80),
        ({"allOf": [ref("port"), ref("edges")]}, 80),
        ({"allOf": [ref("port"), {"allOf": [DEFINITIONS["edges"]]}]}, 80),
        ({"allOf": [ref("either"), {"minLength": 1}]}, 3),
        ({"allOf": [ref("either")], "anyOf": [{"maximum": 1}, {"maxLength": 1}]}, "x"),
        ({"allOf": [{"oneOf": [True, {"enum": [0, [1], "x y"]}]}, OPEN]}, {"a": "x"}),
        ({"allOf": [{"type": "array", "items": TEXT}, {"anyOf": [{"maxItems": 1}, {"minItems": 3}]}]}, ["x"]),
        ({"allOf": [OPEN, ref("keyed")]}, {"b": 1}),
        ({"allOf": [OPEN, {"anyOf": [{"required": ["a"]}, {"required": ["m"]}]}]}, {"m": 1}),
    ],
)
def test_alternatives_beside_other_conditions_refuse_nothing_that_is_valid(
    schema: Any, value: Any, tmp_path: Path
) -> None:
    whole = {"title": "R", "type": "object", "properties": {"f": schema}, "definitions": DEFINITIONS}
    assert refusals(load_value(whole, "contract"), {"f": value}) == ()
    assert returned(made(tmp_path, whole), {"f": value}) == {"f": value}


def test_alternatives_of_objects_keep_their_properties(tmp_path: Path) -> None:
    parts = {"f": {"allOf": [{"type": "object", "properties": {"k": TEXT}}, ref("keyed")]}}
    loaded = made(tmp_path, {"title": "R", "type": "object", "properties": parts, "definitions": DEFINITIONS})
    with pytest.raises(ValueError, match="valid string"):
        loaded.R(f={"k": 1, "b": 1})
    with pytest.raises(ValueError, match="valid integer"):
        loaded.R(f={"b": "x"})
