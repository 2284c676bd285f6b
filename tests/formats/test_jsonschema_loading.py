"""Schema files: references followed through the repository and bundled, and everything that is wrong with a file found."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from jsonschema_specifications import REGISTRY
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

import schemaward
from schemaward.errors import InputError
from schemaward.formats.base import Schema
from schemaward.formats.jsonschema import load
from schemaward.syntax.document import Document
from schemaward.syntax.parse import parse_text
from schemaward.verdict import Finding

D4, D7 = "http://json-schema.org/draft-04/schema#", "http://json-schema.org/draft-07/schema#"
D19, D20 = "https://json-schema.org/draft/2019-09/schema", "https://json-schema.org/draft/2020-12/schema"
ROOT = "contracts/shop/order/v1.json"
DOCUMENTS: list[Any] = [
    None, 1, "x", "", "abc", [], [1], ["x"], {}, {"a": 1}, {"a": "x"}, {"a": {"a": "x"}}, {"a": {"b": 1}}, {"b": 1}, {"b": "x", "a": "xyz"},
    {"a": []}, {"a": [1]}, {"a": ["x"]}, {"a": [{"a": []}]}, {"a": {"a": {"a": 5}}}, {"a": None}, {"a": {"b": {"a": 1}}},
]  # fmt: skip


def loaded(files: dict[str, Any], root: str = ROOT) -> tuple[Schema | None, tuple[Finding, ...]]:
    """Load ``root`` from a tree of files, given as values or as text."""
    documents = {
        path: parse_text(value if isinstance(value, str) else json.dumps(value), path) for path, value in files.items()
    }

    def read(path: str) -> Document:
        if path not in documents:
            raise InputError(f'"{path}" is not in the tree')
        return documents[path]

    return load(documents[root], read)


def usable(files: dict[str, Any]) -> Schema:
    schema, findings = loaded(files)
    assert schema is not None, findings
    return schema


def rules(files: dict[str, Any]) -> list[tuple[str, str]]:
    """The rules that were broken, with the pointers."""
    return [(found.rule, found.pointer) for found in loaded(files)[1]]


def accepted(schema: Any) -> list[Any]:
    """The documents that two validators accept."""
    fast = jsonschema_rs.Draft7Validator(schema)
    slow = jsonschema.Draft7Validator(schema, registry=REGISTRY)
    assert [document for document in DOCUMENTS if fast.is_valid(document) is not slow.is_valid(document)] == []
    return [document for document in DOCUMENTS if fast.is_valid(document)]


def accepted_when_split(files: dict[str, Any]) -> list[Any]:
    """The documents that the split files accept, each file under its own address."""
    base = "https://files.example/"
    resources = [(base + path, Resource(value, DRAFT7)) for path, value in files.items()]
    registry: Any = Registry().with_resources(resources)
    judge = jsonschema.Draft7Validator({"$ref": base + ROOT}, registry=registry)
    return [document for document in DOCUMENTS if judge.is_valid(document)]


TREE = {"type": "object", "properties": {"a": {"$ref": "#"}}, "additionalProperties": False}
SPLIT: dict[str, dict[str, Any]] = {
    "a file beside it": {ROOT: {"properties": {"a": {"$ref": "part.json"}}}, "contracts/shop/order/part.json": {"type": "string", "minLength": 2}},
    "a file above it": {ROOT: {"properties": {"a": {"$ref": "../../common/part.json"}}}, "contracts/common/part.json": {"type": "string"}},
    "a file from the top": {ROOT: {"properties": {"a": {"$ref": "/contracts/common/part.json"}}}, "contracts/common/part.json": {"type": "string"}},
    "a definition of another file": {
        ROOT: {"properties": {"a": {"$ref": "part.json#/definitions/text"}}},
        "contracts/shop/order/part.json": {"definitions": {"text": {"$ref": "#/definitions/word"}, "word": {"type": "string"}}, "type": "null"},
    },
    "a recursive file": {ROOT: {"type": "object", "properties": {"a": {"$ref": "tree.json"}}}, "contracts/shop/order/tree.json": TREE},
    "files that lead back to the root": {
        ROOT: {"type": "object", "properties": {"a": {"$ref": "part.json"}, "b": {"type": "integer"}}},
        "contracts/shop/order/part.json": {"anyOf": [{"type": "null"}, {"$ref": "v1.json"}]},
    },
    "files that lead to a part of the root": {
        ROOT: {"properties": {"a": {"$ref": "part.json"}}, "definitions": {"d": {"type": "integer"}}},
        "contracts/shop/order/part.json": {"anyOf": [{"type": "null"}, {"$ref": "v1.json#/definitions/d"}]},
    },
    "a chain of files": {
        ROOT: {"properties": {"a": {"$ref": "x/one.json"}}},
        "contracts/shop/order/x/one.json": {"type": "object", "properties": {"a": {"$ref": "../y/two.json"}}},
        "contracts/shop/order/y/two.json": {"type": "object", "properties": {"a": {"$ref": "three.json#/definitions/d"}}},
        "contracts/shop/order/y/three.json": {"definitions": {"d": {"type": "integer"}}},
    },
    "an anchor of a file": {
        ROOT: {"properties": {"a": {"$ref": "part.json#text"}}},
        "contracts/shop/order/part.json": {"definitions": {"t": {"$id": "#text", "type": "string"}}},
    },
    "one anchor in two files": {
        ROOT: {"definitions": {"z": {"$id": "#text", "type": "string"}}, "properties": {"a": {"$ref": "#text"}, "b": {"$ref": "part.json"}}},
        "contracts/shop/order/part.json": {"$ref": "#/definitions/t", "definitions": {"t": {"$id": "#text", "type": "integer"}}},
    },
    "one definition name in two files": {
        ROOT: {"definitions": {"t": {"type": "string"}}, "properties": {"a": {"$ref": "#/definitions/t"}, "b": {"$ref": "part.json#/definitions/t"}}},
        "contracts/shop/order/part.json": {"definitions": {"t": {"type": "integer"}}},
    },
    "a definition named like the file": {
        ROOT: {"definitions": {"shop.order.part": {"type": "string"}}, "properties": {"a": {"$ref": "#/definitions/shop.order.part"}, "b": {"$ref": "part.json"}}},
        "contracts/shop/order/part.json": {"type": "integer"},
    },
    "two files of one name": {
        ROOT: {"properties": {"a": {"$ref": "x/part.json"}, "b": {"$ref": "x.part.json"}}},
        "contracts/shop/order/x/part.json": {"type": "integer"},
        "contracts/shop/order/x.part.json": {"type": "string"},
    },
    "names that need escapes": {
        ROOT: {"properties": {"a": {"$ref": "part.json#/definitions/a~1b~0c%20d"}}},
        "contracts/shop/order/part.json": {"definitions": {"a/b~c d": {"$ref": "#/definitions/x%25y"}, "x%y": {"type": "string"}}},
    },
    "a schema that only says true": {ROOT: {"properties": {"a": {"$ref": "part.json"}, "b": False}}, "contracts/shop/order/part.json": True},
    "a reference beside words that it hides": {
        ROOT: {"properties": {"a": {"$ref": "part.json", "type": "integer"}}},
        "contracts/shop/order/part.json": {"type": "string"},
    },
    "what looks like a reference in data": {
        ROOT: {"properties": {"a": {"$ref": "part.json"}}, "not": {"enum": [{"$ref": "part.json"}, {"b": 1}]}},
        "contracts/shop/order/part.json": {"enum": [{"$ref": "#/nowhere"}, "x"]},
    },
    "a property named $ref": {
        ROOT: {"properties": {"$ref": {"type": "string"}, "a": {"$ref": "part.json"}}},
        "contracts/shop/order/part.json": {"properties": {"$ref": {"$ref": "#/definitions/t"}}, "definitions": {"t": {"type": "string"}}, "type": "object"},
    },
    "a part that is no keyword": {
        ROOT: {"properties": {"a": {"$ref": "part.json#/x-parts/text"}}},
        "contracts/shop/order/part.json": {"x-parts": {"text": {"$ref": "#/x-parts/word"}, "word": {"type": "string"}}},
    },
    "a part that is no keyword and leads to a file": {
        ROOT: {"properties": {"a": {"$ref": "#/x-parts/text"}}, "x-parts": {"text": {"properties": {"b": {"$ref": "part.json"}}, "type": "object"}}},
        "contracts/shop/order/part.json": {"type": "integer"},
    },
    "an address within a file": {
        ROOT: {"properties": {"a": {"$ref": "part.json"}}},
        "contracts/shop/order/part.json": {
            "type": "object",
            "properties": {"b": {"$id": "inner.json", "definitions": {"d": {"type": "integer"}}, "allOf": [{"$ref": "#/definitions/d"}]}},
        },
    },
}  # fmt: skip


@pytest.mark.parametrize("files", SPLIT.values(), ids=SPLIT)
def test_the_bundle_accepts_what_the_files_accept(files: dict[str, Any]) -> None:
    schema = usable(files)
    assert accepted(json.loads(schema.definition)) == accepted_when_split(files)


@pytest.mark.parametrize("files", SPLIT.values(), ids=SPLIT)
def test_the_verdict_is_on_the_bundle(files: dict[str, Any]) -> None:
    schema = usable(files)
    definition = json.loads(schema.definition)
    assert schemaward.can_read(definition, {"enum": accepted(definition)}).kind == "compatible"
    refused = [document for document in DOCUMENTS if document not in accepted(definition)]
    assert schemaward.can_read({"not": {"enum": refused}}, definition).kind == "compatible"


@pytest.mark.parametrize("files", SPLIT.values(), ids=SPLIT)
def test_a_bundle_needs_no_other_file(files: dict[str, Any]) -> None:
    definition = usable(files).definition
    again, findings = loaded({ROOT: definition})
    assert again is not None, findings
    assert again.definition == definition


def test_a_file_of_its_own_is_stored_as_it_stands() -> None:
    value = {
        "$schema": D7,
        "type": "object",
        "properties": {"a": {"$ref": "#/definitions/d"}},
        "definitions": {"d": {"type": "string"}},
    }
    assert json.loads(usable({ROOT: value}).definition) == value
    assert PurePosixPath(usable({ROOT: value}).document.path).name == "v1.json"


@pytest.mark.parametrize(
    ("ref", "rule"),
    [
        ("https://example.com/part.json", "ref-outside"),
        ("http://169.254.169.254/latest/meta-data", "ref-outside"),
        ("file:///etc/passwd", "ref-outside"),
        ("//example.com/part.json", "ref-outside"),
        ("/etc/passwd", "ref-outside"),
        ("../../../../../etc/passwd", "ref-outside"),
        ("..%2f..%2f..%2f..%2fetc/passwd", "ref-outside"),
        ("../../../nowhere.json", "ref-unresolved"),
        ("urn:example:part", "ref-outside"),
        ("part.json", "ref-unresolved"),
        ("#/definitions/nowhere", "ref-unresolved"),
        ("#nowhere", "ref-unresolved"),
        ("", "ref-loop"),
        ("#", "ref-loop"),
        ("#/allOf/0", "ref-loop"),
    ],
)
def test_references_that_lead_nowhere_are_found(ref: str, rule: str) -> None:
    found = rules({ROOT: {"allOf": [{"$ref": ref}]}})
    assert [name for name, _ in found] == [rule]
    assert found[0][1] in ("/allOf/0/$ref", "/allOf/0", "")


@pytest.mark.parametrize("index", ["00", "-1", "+1", "1_0", "\u0661", "2", "x"])
def test_an_index_is_spelt_as_rfc_6901_has_it(index: str) -> None:
    with pytest.raises(InputError, match=r"leads to nothing|uri-reference"):
        schemaward.can_read({"allOf": [{}, {"properties": {"a": {"$ref": f"#/allOf/{index}"}}}]}, {})


def test_a_reference_that_leads_nowhere_in_another_file_is_found() -> None:
    found = loaded(
        {
            ROOT: {"properties": {"a": {"$ref": "part.json"}}},
            "contracts/shop/order/part.json": {"items": {"$ref": "#/nowhere"}},
        }
    )[1]
    assert [finding.rule for finding in found] == ["ref-unresolved"]
    assert "part.json" in found[0].fact


def test_loops_through_files_are_found() -> None:
    files = {
        ROOT: {"allOf": [{"$ref": "part.json"}]},
        "contracts/shop/order/part.json": {"anyOf": [{"$ref": "v1.json"}]},
    }
    assert [rule for rule, _ in rules(files)] == ["ref-loop"]


def test_a_file_of_another_draft_is_found() -> None:
    files = {
        ROOT: {"$schema": D7, "items": {"$ref": "part.json"}},
        "contracts/shop/order/part.json": {"$schema": D4, "type": "string"},
    }
    schema, findings = loaded(files)
    assert schema is None
    assert [finding.rule for finding in findings] == ["ref-unresolved"]
    assert "another draft" in findings[0].fact


INVALID: list[tuple[dict[str, Any], str]] = [
    ({"type": "strin"}, "schema-invalid"),
    ({"type": 5}, "schema-invalid"),
    ({"properties": 3}, "schema-invalid"),
    ({"properties": {"a": 3}}, "schema-invalid"),
    ({"minimum": "1"}, "schema-invalid"),
    ({"multipleOf": 0}, "schema-invalid"),
    ({"enum": 5}, "schema-invalid"),
    ({"allOf": []}, "schema-invalid"),
    ({"minLength": -1}, "schema-invalid"),
    ({"dependencies": 5}, "schema-invalid"),
    ({"required": "a"}, "schema-invalid"),
    ({"pattern": 5}, "schema-invalid"),
    ({"pattern": "(?P<a>b)"}, "schema-pattern"),
    ({"patternProperties": {"[": {}}}, "schema-pattern"),
]


@pytest.mark.parametrize(("broken", "rule"), INVALID, ids=[repr(broken) for broken, _ in INVALID])
def test_an_invalid_schema_is_found_wherever_it_stands(broken: dict[str, Any], rule: str) -> None:
    for files in (
        {ROOT: broken},
        {ROOT: {"items": broken}},
        {ROOT: {"items": {"$ref": "#/x-part"}, "x-part": broken}},
        {ROOT: {"items": {"$ref": "#/x-part/a"}, "x-part": {"a": {"items": {"items": broken}}}}},
        {ROOT: {"items": {"$ref": "part.json"}}, "contracts/shop/order/part.json": broken},
        {ROOT: {"items": {"$ref": "part.json#/x-part"}}, "contracts/shop/order/part.json": {"x-part": {"not": broken}}},
    ):
        schema, findings = loaded(files)
        assert schema is None
        assert {finding.rule for finding in findings} == {rule}, findings


@pytest.mark.parametrize("value", [[], "x", 3, None], ids=repr)
def test_what_is_no_schema_is_found(value: Any) -> None:
    assert [rule for rule, _ in rules({ROOT: json.dumps(value)})] == ["schema-invalid"]
    files = {ROOT: {"items": {"$ref": "part.json"}}, "contracts/shop/order/part.json": json.dumps(value)}
    assert loaded(files)[0] is None


@pytest.mark.parametrize(
    "uri", ["http://json-schema.org/draft-03/schema#", "https://example.com/mine", "", 5, 1e400, None, ["x"]]
)
def test_an_unknown_draft_is_found(uri: Any) -> None:
    text = json.dumps({"$schema": uri, "type": "object"}).replace("Infinity", "1e400")
    assert [rule for rule, _ in rules({ROOT: text})] in (["schema-invalid"], [] if uri is None else ["schema-invalid"])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"$schema": D19, "type": "object"}, ["glue-draft"]),
        ({"$schema": D20, "type": "object"}, ["glue-draft"]),
        ({"$schema": D7}, ["schema-open-root"]),
        (True, ["schema-open-root"]),
        ({"schema": {"type": "object"}}, ["schema-open-root"]),
        ({"definitions": {"d": {"type": "object"}}}, ["schema-open-root"]),
        ({"type": "object", "description": "x" * 170_000}, ["glue-size"]),
        ({"type": "object"}, []),
        ({"not": {}}, []),
        ({"$ref": "#/definitions/d", "definitions": {"d": {"type": "object"}}}, []),
    ],
    ids=lambda value: json.dumps(value)[:60],
)
def test_what_glue_does_not_take_is_said_of_a_usable_schema(value: Any, expected: list[str]) -> None:
    schema, findings = loaded({ROOT: json.dumps(value)})
    assert schema is not None
    assert [finding.rule for finding in findings] == expected


def test_a_wrapped_schema_is_told_that_the_wrapper_is_no_keyword() -> None:
    _, findings = loaded({ROOT: {"order": {"type": "object", "properties": {}}}})
    assert '"order" is not a keyword' in findings[0].fact


def test_many_files_are_bundled() -> None:
    files: dict[str, Any] = {ROOT: {"anyOf": [{"$ref": f"p{number}.json"} for number in range(150)]}}
    files |= {f"contracts/shop/order/p{n}.json": {"const": n, "$comment": "x"} for n in range(150)}
    definition = json.loads(usable(files).definition)
    assert len(definition["definitions"]) == 150
    assert accepted(definition) == [1]


def test_a_reference_to_a_meta_schema_stays_as_it_is() -> None:
    value = {"type": "object", "properties": {"schema": {"$ref": D7}}}
    assert json.loads(usable({ROOT: value}).definition) == value
    files = {
        ROOT: {**value, "additionalProperties": {"$ref": "part.json"}},
        "contracts/shop/order/part.json": {"items": {"$ref": D7}},
    }
    definition = json.loads(usable(files).definition)
    assert definition["properties"] == value["properties"]
    assert definition["definitions"] == {"shop.order.part": {"items": {"$ref": D7}}}


@pytest.mark.parametrize(("draft", "keyword"), [(D19, "$recursiveRef"), (D20, "$dynamicRef")])
def test_dynamic_references_are_not_bundled_from_other_files(draft: str, keyword: str) -> None:
    files = {
        ROOT: {"$schema": draft, "type": "object", "properties": {"a": {"$ref": "part.json"}}},
        "contracts/shop/order/part.json": {"$schema": draft, "type": "object", "additionalProperties": {keyword: "#"}},
    }
    schema, findings = loaded(files)
    assert schema is None
    assert [finding.rule for finding in findings] == ["ref-unresolved"]
    assert keyword in findings[0].fact


def test_a_bad_pattern_is_named_at_its_place() -> None:
    assert rules({ROOT: {"items": {"pattern": "(?P<a>b)"}}}) == [("schema-pattern", "/items/pattern")]
    assert rules({ROOT: {"items": [{"patternProperties": {"a/(": {}}}]}}) == [
        ("schema-pattern", "/items/0/patternProperties/a~1(")
    ]
    mixed = rules({ROOT: {"items": {"pattern": "("}, "required": 5}})
    assert sorted(mixed) == [("schema-invalid", "/required"), ("schema-pattern", "/items/pattern")]


def test_an_embedded_resource_keeps_to_the_draft_that_it_names() -> None:
    older = {"$id": "https://example.com/q", "$schema": "https://json-schema.org/draft/2019-09/schema"}

    def around(items: Any) -> dict[str, Any]:
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", "allOf": [{**older, "items": items}]}

    verdict = schemaward.can_read(around([{"type": "integer"}]), {"type": "array", "items": {"type": "string"}})
    assert verdict.kind == "incompatible"
    with pytest.raises(InputError, match='at "/allOf/0/items" of the 2019-09'):
        schemaward.can_read(around([{"type": "whole"}]), {})
