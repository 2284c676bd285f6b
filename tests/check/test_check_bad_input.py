"""Bad and hostile input: a finding with a place and a clear message, exit code 1, and the rest is still checked."""

from __future__ import annotations

import json
from typing import Any

import pytest
from contract_repository import FOLDER, Repository, manifest, schema, with_property

from schemaward.cli import exits

V1, YAML, MANIFEST = f"{FOLDER}/v1.json", f"{FOLDER}/v1.yaml", f"{FOLDER}/contract.json"
ALIASES = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join(f'*{old}' for _ in range(9))}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


def refer(ref: str) -> dict[str, Any]:
    return with_property("to", {"$ref": ref})


@pytest.mark.parametrize(
    ("path", "content", "rule", "line", "words"),
    [
        pytest.param(V1, "", "file-syntax", 1, "empty", id="empty"),
        pytest.param(V1, b"\x00\x01\x02", "file-syntax", 1, "binary", id="binary"),
        pytest.param(V1, b"\xff\xfe{\x00}\x00", "file-syntax", 1, "UTF-16", id="another encoding"),
        pytest.param(V1, '{\n  "type":\n', "file-syntax", 3, "", id="truncated"),
        pytest.param(V1, " " * 6_000_000 + "{}", "file-syntax", 1, "6,000,002 bytes", id="huge"),
        pytest.param(V1, "[" * 100_000, "file-syntax", 1, "", id="deep"),
        pytest.param(V1, '{\n  "minimum": NaN\n}', "file-syntax", 2, "NaN", id="NaN"),
        pytest.param(
            V1, '{\n  "type": "object",\n  "type": "array"\n}', "file-syntax", 3, '"type"', id="duplicate key"
        ),
        pytest.param(YAML, "type: object\ntype: array\n", "file-syntax", 2, '"type"', id="duplicate key in YAML"),
        pytest.param(YAML, "type: object\nproperties:\n\tid: {}\n", "file-syntax", 3, "tab", id="tab in YAML"),
        pytest.param(YAML, ALIASES, "file-syntax", None, "aliases", id="alias bomb"),
        pytest.param(YAML, "type: !!python/object:os.system x\n", "file-syntax", 1, "", id="tag"),
        pytest.param(MANIFEST, manifest(onwers=[]), "manifest-invalid", None, 'did you mean "owners"?', id="misspelt"),
        pytest.param(MANIFEST, manifest(compatibility="BACKWARDS"), "manifest-invalid", 5, '"BACKWARD"', id="no mode"),
        pytest.param(V1, "[]", "schema-invalid", 1, "", id="no schema"),
        pytest.param(V1, schema(type="objekt"), "schema-invalid", 3, "objekt", id="no type"),
        pytest.param(V1, schema(required="id"), "schema-invalid", 4, "", id="no list"),
        pytest.param(V1, {"$schema": "https://example.org/my-draft"}, "schema-invalid", 2, "my-draft", id="no draft"),
        pytest.param(V1, refer("http://example.org/x.json"), "ref-outside", None, "http://example.org", id="http"),
        pytest.param(V1, refer("file:///etc/passwd"), "ref-outside", None, "file:///etc/passwd", id="file"),
        pytest.param(V1, refer("/etc/passwd"), "ref-outside", None, "/etc/passwd", id="absolute"),
        pytest.param(V1, refer("../../../../etc/passwd"), "ref-outside", None, "../../../../etc/passwd", id="above"),
        pytest.param(V1, refer("nowhere.json"), "ref-unresolved", None, "nowhere.json", id="missing file"),
        pytest.param(V1, refer("../../../CODEOWNERS"), "ref-unresolved", None, "not known by its suffix", id="suffix"),
    ],
)
def test_bad_input_is_a_finding(
    shop: Repository, path: str, content: Any, rule: str, line: int | None, words: str
) -> None:
    if path == YAML:
        (shop.folder / V1).unlink()
    shop.write(path, content)
    shop.write("contracts/shop/refund/v2.json", schema(required=["id", "total"]))
    answer = shop.check()
    assert (answer.code, answer.err) == (exits.FINDINGS, "")
    found = next(each for each in json.loads(answer.out)["findings"] if each["path"] == path)
    assert found["rule"] == rule
    assert line is None or found["line"] == line
    assert words in found["fact"] + found["remedy"]
    assert found["remedy"]
    assert "backward-break" in answer.rules, "a bad file hides nothing about another contract"


@pytest.mark.parametrize("target", ["/etc/passwd", "../refund/v1.json"])
def test_links_are_not_followed(shop: Repository, target: str) -> None:
    (shop.folder / FOLDER / "linked.json").symlink_to(target)
    shop.write(V1, refer("linked.json"))
    answer = shop.check()
    assert answer.code == exits.FINDINGS
    fact = next(each["fact"] for each in json.loads(answer.out)["findings"] if each["path"] == V1)
    assert "symbolic link" in fact
    assert "root:" not in answer.out


def test_a_version_behind_a_link_is_an_edited_version(shop: Repository) -> None:
    (shop.folder / V1).unlink()
    (shop.folder / V1).symlink_to("../refund/v1.json")
    assert sorted(shop.check("--against", "HEAD").rules) == ["file-syntax", "version-edited"]


@pytest.mark.parametrize(
    "definitions",
    [
        {"a": {"type": "object", "properties": {"a": {"$ref": "#/definitions/a"}}}},
        {
            "a": {"type": "object", "properties": {"b": {"$ref": "#/definitions/b"}}},
            "b": {"type": "object", "properties": {"a": {"$ref": "#/definitions/a"}}},
        },
    ],
    ids=["itself", "each other"],
)
def test_definitions_may_refer_to_themselves(shop: Repository, definitions: dict[str, Any]) -> None:
    first = schema(definitions=definitions, properties={"id": {"type": "string"}, "tree": {"$ref": "#/definitions/a"}})
    second = {**first, "definitions": {**definitions, "a": {**definitions["a"], "maxProperties": 0}}}
    shop.write("contracts/shop/tree/contract.json", manifest("shop.tree"))
    shop.write("contracts/shop/tree/v1.json", first)
    shop.write("contracts/shop/tree/v2.json", second)
    assert shop.check().rules == ["backward-break"]


def test_a_codeowners_file_that_cannot_be_read_is_a_finding(shop: Repository) -> None:
    shop.write("CODEOWNERS", b"\xff\xfe")
    assert shop.check().found == [("file-syntax", "CODEOWNERS", 1)]


def test_a_changed_codeowners_file_concerns_every_contract(shop: Repository) -> None:
    shop.write("CODEOWNERS", "/contracts/shop/order/ @example-org/shop\n")
    answer = shop.check("--against", "HEAD")
    assert [(rule, path) for rule, path, _ in answer.found] == [
        ("codeowners-missing", "contracts/shop/refund/contract.json")
    ]
