"""Every rule of the table, found in a real repository by the real command."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from contract_repository import FOLDER, Repository, manifest, schema, with_property

from schemaward import can_read
from schemaward.rules.contracts import CONTRACT_RULES
from schemaward.verdict import Incompatible, Severity

V1, V2, MANIFEST = f"{FOLDER}/v1.json", f"{FOLDER}/v2.json", f"{FOLDER}/contract.json"
LOOKS_AROUND, LOOKS_BACK = r"^a(?=b)", r"^(a)\1$"


@dataclass(frozen=True)
class Case:
    """Files to write into the shop (None: to delete), and where the finding must stand."""

    path: str
    files: dict[str, Any] = field(default_factory=dict)
    base: dict[str, Any] | None = None
    """Files that are committed first; the check then runs against them. None: the whole tree is checked."""


CASES: dict[str, Case] = {
    "file-syntax": Case(V1, {V1: '{"type": "object",}'}),
    "manifest-invalid": Case(MANIFEST, {MANIFEST: manifest(onwers=["@a/b"])}),
    "manifest-name": Case(MANIFEST, {MANIFEST: manifest("shop.oder")}),
    "manifest-missing": Case(V1, {MANIFEST: None}),
    "registries-invalid": Case("contracts/registries.yaml", {"contracts/registries.yaml": "targets: 7\n"}),
    "name-duplicate": Case(
        "contracts/shop/refund/contract.json",
        {"contracts/shop/refund/contract.json": manifest("shop.refund", registry={"schema-name": "shop.order"})},
    ),
    "version-missing": Case(MANIFEST, {V1: None}),
    "version-gap": Case(f"{FOLDER}/v3.json", {f"{FOLDER}/v3.json": schema()}),
    "version-duplicate": Case(f"{FOLDER}/v1.yaml", {f"{FOLDER}/v1.yaml": "type: object\n"}),
    "file-unexpected": Case(f"{FOLDER}/V2.json", {f"{FOLDER}/V2.json": schema()}),
    "schema-invalid": Case(V1, {V1: schema(type="objekt")}),
    "schema-pattern": Case(V1, {V1: schema(properties={"id": {"type": "string", "pattern": "(?P<x>a)["}})}),
    "schema-open-root": Case(V1, {V1: {"definitions": {"order": schema()}}}),
    "ref-outside": Case(V1, {V1: with_property("to", {"$ref": "https://example.org/address.json"})}),
    "ref-unresolved": Case(V1, {V1: with_property("to", {"$ref": "#/definitions/address"})}),
    "ref-loop": Case(
        V1,
        {V1: schema(definitions={"a": {"$ref": "#/definitions/a"}}, properties={"id": {"$ref": "#/definitions/a"}})},
    ),
    "example-refused": Case(
        f"{FOLDER}/examples/valid/no-id.json", {f"{FOLDER}/examples/valid/no-id.json": {"total": 1}}
    ),
    "example-accepted": Case(
        f"{FOLDER}/examples/invalid/fine.json", {f"{FOLDER}/examples/invalid/fine.json": {"id": "a"}}
    ),
    "backward-break": Case(V2, {V2: schema(required=["id", "total"])}),
    "forward-break": Case(
        V2, {MANIFEST: manifest(compatibility="FORWARD"), V2: with_property("note", {"type": "string"})}
    ),
    "compatibility-undecided": Case(
        V2,
        {
            V1: schema(properties={"id": {"type": "string", "pattern": LOOKS_AROUND}}),
            V2: schema(properties={"id": {"type": "string", "pattern": LOOKS_BACK}}),
        },
    ),
    "mode-disabled": Case(
        V2, {V2: with_property("note", {"type": "string"})}, base={MANIFEST: manifest(compatibility="DISABLED")}
    ),
    "schema-unchanged": Case(V2, {V2: dict(reversed(schema().items()))}),
    "glue-draft": Case(V1, {V1: schema(**{"$schema": "https://json-schema.org/draft/2020-12/schema"})}),
    "glue-size": Case(V1, {V1: schema(description="d" * 170_001)}),
    "glue-name": Case(MANIFEST, {MANIFEST: manifest(registry={"schema-name": "shop/order"})}),
    "glue-refuses": Case(
        V2,
        {
            MANIFEST: manifest(policy="lenient"),
            V1: {key: value for key, value in schema().items() if key != "additionalProperties"},
            V2: {**with_property("note", {"type": "string"}), "additionalProperties": {}},
        },
    ),
    "version-edited": Case(V1, {V1: schema(title="Order")}, base={}),
    "version-deleted": Case(MANIFEST, {V1: None, V2: None}, base={V2: with_property("note", {"type": "string"})}),
    "version-renamed": Case(V2, {V1: None, V2: schema()}, base={}),
    "contract-deleted": Case(MANIFEST, {V1: None, MANIFEST: None}, base={}),
    "mode-weakened": Case(MANIFEST, {MANIFEST: manifest(compatibility="NONE")}, base={}),
    "format-changed": Case(MANIFEST, {MANIFEST: manifest(format="AVRO")}, base={}),
    "schema-renamed": Case(MANIFEST, {MANIFEST: manifest(registry={"schema-name": "shop.order2"})}, base={}),
    "status-unpublished": Case(MANIFEST, {MANIFEST: manifest(status="proposed")}, base={}),
    "owner-removed": Case(
        MANIFEST, {MANIFEST: manifest()}, base={MANIFEST: manifest(owners=["@example-org/shop", "@example-org/data"])}
    ),
    "codeowners-missing": Case(MANIFEST, {"CODEOWNERS": "/contracts/shop/refund/ @example-org/shop\n"}),
}

ELSEWHERE = {"codeowners-stale": "cli/test_codeowners.py", "document-refused": "check/test_rules_have_cases.py"}
"""Rules that ``schemaward check`` does not find, and the tests where something else does."""


def place(repository: Repository, files: dict[str, Any]) -> None:
    for path, content in files.items():
        if content is None:
            (repository.folder / path).unlink()
        else:
            repository.write(path, content)


def test_every_rule_on_contracts_has_a_case() -> None:
    """The rules of a format have their cases beside the format's other tests."""
    assert {*CASES, *ELSEWHERE} == {rule.id for rule in CONTRACT_RULES}


@pytest.mark.parametrize(("rule", "module"), ELSEWHERE.items())
def test_a_rule_that_the_check_does_not_find_has_a_case_elsewhere(rule: str, module: str) -> None:
    tests = (Path(__file__).parents[1] / module).read_text("utf-8")
    assert re.search(rf"assert .*\b{rule}\b", tests)


def test_the_public_question_has_a_rule_of_its_own() -> None:
    verdict = can_read({"type": "integer"}, {"type": "number"})
    assert isinstance(verdict, Incompatible)
    assert [found.rule for found in verdict.findings] == ["document-refused"]


@pytest.mark.parametrize("rule", CASES)
def test_rule_is_found(shop: Repository, rule: str) -> None:
    case = CASES[rule]
    if case.base is not None:
        place(shop, case.base)
        if case.base:
            shop.commit()
    place(shop, case.files)
    answer = shop.check() if case.base is None else shop.check("--against", "HEAD")
    assert answer.err == ""
    assert (rule, case.path) in [(found, path) for found, path, _ in answer.found]
    errors = {rule.id for rule in CONTRACT_RULES if rule.severity is Severity.ERROR}
    assert answer.code == (1 if errors & set(answer.rules) else 0)


def test_the_repository_that_the_cases_start_from_is_sound(shop: Repository) -> None:
    assert shop.check().found == []
    assert shop.check("--against", "HEAD").found == []
