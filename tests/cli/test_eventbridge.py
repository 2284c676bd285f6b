"""EventBridge Schemas as a target: the same commands, with the real boto3 client of that service behind them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from contract_folder import Repository

from schemaward.cli import exits
from schemaward.emulator.server import running

DRAFT4 = "http://json-schema.org/draft-04/schema#"


@pytest.fixture
def schemas(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The client of somebody else, for the registry that is the only target."""
    monkeypatch.setenv("GITHUB_REPOSITORY", "example-org/shop")
    with running() as url:
        target = {
            "kind": "eventbridge",
            "registry": "ai",
            "region": "eu-central-1",
            "account": "123456789012",
            "endpoint": url,
            "create": True,
            "tags": {"Purpose": "AI"},
        }
        Path("contracts/registries.yaml").write_text(json.dumps({"targets": {"bus": target}}))
        yield boto3.Session().client("schemas", endpoint_url=url, region_name="eu-central-1")


def test_a_sync_registers_every_version_in_draft_04_and_then_has_nothing_to_do(
    repository: Repository, schemas: Any
) -> None:
    code, out, err = repository.run("sync", "--receipts", "receipts.json")
    assert (code, err) == (exits.CLEAN, ""), out
    assert "create schema shop.order (JSON, NONE) with v1" in out
    stored = schemas.describe_schema(RegistryName="ai", SchemaName="shop.order", SchemaVersion="2")
    assert stored["Type"] == "JSONSchemaDraft4"
    assert json.loads(stored["Content"]) == {"$schema": DRAFT4, "enum": ["red", "green"]}
    assert stored["Tags"] == {"managed-by": "schemaward", "schemaward-repository": "example-org/shop"}
    assert repository.run("plan", "--exit-code")[0] == exits.CLEAN
    assert repository.run("drift")[0] == exits.CLEAN
    receipt = json.loads(Path("receipts.json").read_text())["contracts"]["shop.order"]
    assert receipt["arn"] == "arn:aws:schemas:eu-central-1:123456789012:schema/ai/shop.order"
    assert [version["id"] for version in receipt["versions"]] == ["shop.order@1", "shop.order@2"]
    before = Path("receipts.json").read_bytes()
    assert repository.run("sync", "--full", "--receipts", "receipts.json")[0] == exits.CLEAN
    assert Path("receipts.json").read_bytes() == before


def test_a_new_version_and_a_new_description(repository: Repository, schemas: Any) -> None:
    repository.run("sync")
    repository.contract("shop.basket", ["red"], ["red", "blue"], description="x" * 300)
    assert repository.run("sync")[0] == exits.CLEAN
    stored = schemas.describe_schema(RegistryName="ai", SchemaName="shop.basket")
    assert (stored["SchemaVersion"], len(stored["Description"]) <= 256) == ("2", True)
    assert repository.run("plan", "--exit-code")[0] == exits.CLEAN


def test_versions_in_another_order_are_drift(repository: Repository, schemas: Any) -> None:
    repository.run("sync")
    content = {
        n: schemas.describe_schema(RegistryName="ai", SchemaName="shop.order", SchemaVersion=n)["Content"] for n in "12"
    }
    schemas.delete_schema_version(RegistryName="ai", SchemaName="shop.order", SchemaVersion="1")
    schemas.update_schema(RegistryName="ai", SchemaName="shop.order", Content=content["1"])
    code, out, _ = repository.run("drift")
    assert code == exits.FINDINGS
    assert "the registry holds the versions in another order: v1 as number 3, v2 as number 2" in out


def test_what_draft_04_cannot_say_stops_its_contract_with_the_reason(repository: Repository, schemas: Any) -> None:
    names = {"$schema": "http://json-schema.org/draft-07/schema#", "propertyNames": {"maxLength": 3}}
    Path("contracts/shop/basket/v1.json").write_text(json.dumps(names))
    code, out, _ = repository.run("sync")
    assert code == exits.REGISTRY
    assert 'x shop.basket  v1: Draft-04 cannot say what stands at "/propertyNames"' in out
    listed = schemas.list_schemas(RegistryName="ai")["Schemas"]
    assert [schema["SchemaName"] for schema in listed] == ["shop.order"]


def test_a_contract_can_be_kept_out_of_a_kind_of_targets(repository: Repository, schemas: Any) -> None:
    names = {"$schema": "http://json-schema.org/draft-07/schema#", "propertyNames": {"maxLength": 3}}
    repository.contract("shop.basket", registry={"kinds": ["glue"]})
    Path("contracts/shop/basket/v1.json").write_text(json.dumps(names))
    assert repository.run("sync")[0] == exits.CLEAN
    assert repository.run("drift")[0] == exits.CLEAN
    assert [schema["SchemaName"] for schema in schemas.list_schemas(RegistryName="ai")["Schemas"]] == ["shop.order"]
    repository.targets(dev="")
    assert "create schema shop.basket" in repository.run("plan", "--target", "local")[1]


def test_a_count_that_is_written_as_a_fraction_is_an_integer_in_draft_04(repository: Repository, schemas: Any) -> None:
    fraction = {"$schema": "http://json-schema.org/draft-07/schema#", "minLength": 2.0}
    Path("contracts/shop/basket/v1.json").write_text(json.dumps(fraction))
    assert repository.run("sync")[0] == exits.CLEAN
    assert '"minLength": 2\n' in schemas.describe_schema(RegistryName="ai", SchemaName="shop.basket")["Content"]
    assert repository.run("drift")[0] == exits.CLEAN


def test_contracts_of_other_formats_are_left_out(repository: Repository, schemas: Any) -> None:
    repository.contract("shop.basket", format="AVRO")
    Path("contracts/shop/basket/v1.json").write_text('"string"')
    assert "shop.basket" not in repository.run("plan")[1]


def test_drift_and_import_work_on_it_too(repository: Repository, schemas: Any) -> None:
    repository.run("sync")
    content = json.dumps({"type": "string"})
    schemas.update_schema(RegistryName="ai", SchemaName="shop.order", Type="JSONSchemaDraft4", Content=content)
    schemas.create_schema(RegistryName="ai", SchemaName="Theirs", Type="JSONSchemaDraft4", Content=content)
    code, out, _ = repository.run("drift")
    assert code == exits.FINDINGS
    assert "version-foreign" in out
    assert "schema-unmanaged" in out
    code, out, _ = repository.run("import", "--schema", "Theirs", "--owner", "@example-org/shop")
    assert code == exits.CLEAN, out
    assert json.loads(Path("contracts/ai/theirs/v1.json").read_text()) == {"$schema": DRAFT4, "type": "string"}
    assert json.loads(repository.run("plan", "--full", "--format", "json")[1])["actions"] == []


def test_a_definition_that_comes_back_is_a_version_of_its_own(repository: Repository, schemas: Any) -> None:
    repository.contract("shop.order", ["red"], ["red", "green"], ["red"], ["red"], compatibility="NONE")
    assert repository.run("sync", "--receipts", "receipts.json")[0] == exits.CLEAN
    stored = schemas.describe_schema(RegistryName="ai", SchemaName="shop.order")
    assert (stored["SchemaVersion"], json.loads(stored["Content"])["enum"]) == ("3", ["red"])
    versions = json.loads(Path("receipts.json").read_text())["contracts"]["shop.order"]["versions"]
    assert [version["number"] for version in versions] == [1, 2, 3, 3]
    assert versions[0]["sha256"] == versions[2]["sha256"]
    assert repository.run("plan", "--exit-code")[0] == exits.CLEAN
    assert repository.run("drift")[0] == exits.CLEAN


def test_a_registry_without_modes_gets_nothing_that_breaks_the_mode_of_the_contract(
    repository: Repository, schemas: Any
) -> None:
    repository.contract("shop.order", ["red", "green"], ["red"])
    code, out, _ = repository.run("sync")
    assert code == exits.REGISTRY
    assert "v2.json:1:" in out
    assert "consumers on v2 cannot read what v1 wrote" in out
    stored = schemas.list_schemas(RegistryName="ai")["Schemas"]
    assert [schema["SchemaName"] for schema in stored] == ["shop.basket"]


def test_a_latest_that_was_turned_back_outside_is_drift_and_can_be_adopted(
    repository: Repository, schemas: Any
) -> None:
    repository.run("sync")
    first = schemas.describe_schema(RegistryName="ai", SchemaName="shop.order", SchemaVersion="1")
    schemas.update_schema(RegistryName="ai", SchemaName="shop.order", Type=first["Type"], Content=first["Content"])
    code, out, _ = repository.run("drift")
    assert code == exits.FINDINGS
    assert "number 3 (AVAILABLE, id shop.order@3) is not in Git" in out
    code, out, _ = repository.run("import", "--schema", "shop.order")
    assert (code, "A check refuses what the registry holds:\n  shop.order: " in out) == (exits.FINDINGS, True)
    assert json.loads(Path("contracts/shop/order/v3.json").read_text())["enum"] == ["red"]
    assert repository.run("drift")[0] == exits.CLEAN


@pytest.mark.parametrize("draft", ["draft-07/schema", "draft/2020-12/schema"])
def test_content_of_a_later_draft_is_not_adopted(repository: Repository, schemas: Any, draft: str) -> None:
    repository.run("sync")
    content = json.dumps({"$schema": f"http{'s' * ('2020' in draft)}://json-schema.org/{draft}", "type": "string"})
    schemas.create_schema(RegistryName="ai", SchemaName="Theirs", Type="JSONSchemaDraft4", Content=content)
    code, out, _ = repository.run("import", "--schema", "Theirs", "--owner", "@example-org/shop")
    assert code == exits.FINDINGS
    assert "number 1 is no version that a contract can hold: " in out
    assert "Draft-04" in out or "Draft-07" in out
    assert not Path("contracts/ai/theirs").exists()


def test_an_open_api_document_is_not_ours(repository: Repository, schemas: Any) -> None:
    schemas.create_registry(RegistryName="ai")
    schemas.create_schema(RegistryName="ai", SchemaName="shop.order", Type="OpenApi3", Content="{}")
    code, out, _ = repository.run("plan", "--exit-code")
    assert code == exits.FINDINGS
    assert "the schema is OpenApi3 in the registry and JSON in Git" in out


def test_the_schema_of_a_retired_contract_is_pruned(repository: Repository, schemas: Any) -> None:
    repository.run("sync")
    repository.contract("shop.basket", ["red"], status="retired")
    assert repository.run("sync", "--prune", "--yes")[0] == exits.CLEAN
    with pytest.raises(schemas.exceptions.NotFoundException):
        schemas.describe_schema(RegistryName="ai", SchemaName="shop.basket")


def test_the_schema_of_a_retired_contract_with_a_version_of_a_producer_is_not_pruned(
    repository: Repository, schemas: Any
) -> None:
    repository.run("sync")
    content = json.dumps({"type": "string"})
    schemas.update_schema(RegistryName="ai", SchemaName="shop.basket", Type="JSONSchemaDraft4", Content=content)
    repository.contract("shop.basket", ["red"], status="retired")
    code, out, _ = repository.run("sync", "--prune", "--yes")
    assert code == exits.REGISTRY
    assert (
        'the schema "shop.basket" holds number 2, which the contract does not have, so it is not ours to delete' in out
    )
    assert schemas.describe_schema(RegistryName="ai", SchemaName="shop.basket")["SchemaVersion"] == "2"


def test_the_schema_of_another_repository_is_not_pruned(
    repository: Repository, schemas: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.run("sync")
    monkeypatch.setenv("GITHUB_REPOSITORY", "example-org/other")
    assert repository.run("sync", "--full")[0] == exits.CLEAN  # a contract of the same name does not take it over
    repository.contract("shop.basket", ["red"], status="retired")
    code, out, _ = repository.run("sync", "--prune", "--yes")
    assert code == exits.REGISTRY
    assert "x shop.basket" in out
    assert "example-org/shop" in out
    stored = schemas.describe_schema(RegistryName="ai", SchemaName="shop.basket")
    assert stored["Tags"]["schemaward-repository"] == "example-org/shop"


def test_the_registry_must_be_in_the_account_of_the_target(repository: Repository, schemas: Any) -> None:
    targets = Path("contracts/registries.yaml")
    targets.write_text(targets.read_text().replace("123456789012", "999999999999"))
    code, _, err = repository.run("sync")
    assert code == exits.REGISTRY
    assert "nothing was written" in err
