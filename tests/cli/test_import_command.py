"""``schemaward import``: registries that others made, with the real boto3 client, become contracts."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from contract_folder import DRAFT, Repository

from schemaward.cli import exits
from schemaward.emulator.faults import Fault, Kind
from schemaward.emulator.server import running, serving
from schemaward.emulator.service import Service
from schemaward.model import RegistryKind
from schemaward.registry.iam import CALLS

OWNED = ("--owner", "@example-org/shop")


def words(*allowed: str, indent: int | None = None) -> str:
    return json.dumps({"$schema": DRAFT, "enum": list(allowed)}, indent=indent)


class Registry:
    """A registry that somebody else fills by hand."""

    def __init__(self, glue: Any) -> None:
        self.glue = glue
        glue.create_registry(RegistryName="ai")

    def schema(self, name: str, *definitions: str, mode: str = "BACKWARD", **fields: Any) -> None:
        first, *rest = definitions
        kind = fields.pop("kind", "JSON")
        address = {"RegistryId": {"RegistryName": "ai"}, "SchemaName": name}
        self.glue.create_schema(**address, DataFormat=kind, Compatibility=mode, SchemaDefinition=first, **fields)
        for definition in rest:
            self.register(name, definition)

    def register(self, name: str, definition: str) -> str:
        address = {"RegistryName": "ai", "SchemaName": name}
        answer = self.glue.register_schema_version(SchemaId=address, SchemaDefinition=definition)
        status: str = self.glue.get_schema_version(SchemaVersionId=answer["SchemaVersionId"])["Status"]
        return status


@pytest.fixture
def registry(repository: Repository) -> Iterator[Registry]:
    """An empty registry that is the target of a repository without contracts of its own."""
    shutil.rmtree("contracts/shop")
    with running() as url:
        repository.targets(dev=url)
        # Somebody else created the registry, so Git says nothing about it.
        targets = json.loads(Path("contracts/registries.yaml").read_text())
        targets["targets"]["dev"] = {"registry": "ai", "region": "eu-central-1", "endpoint": url}
        Path("contracts/registries.yaml").write_text(json.dumps(targets))
        yield Registry(boto3.Session().client("glue", endpoint_url=url, region_name="eu-central-1"))


def manifest(contract: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(Path("contracts", *contract.split("."), "contract.yaml").read_text())
    return found


@pytest.mark.parametrize(
    ("kind", "action"),
    [(kind, action) for kind, calls in CALLS.items() for action in (*calls.reads, *calls.by_id)],
)
def test_what_an_import_may_not_read_is_named_and_ends_with_3(
    repository: Repository, kind: RegistryKind, action: str
) -> None:
    repository.targets(dev="")
    service = Service()
    with serving(service) as url:
        target = {"kind": kind, "registry": "ai", "region": "eu-central-1", "endpoint": url, "create": True}
        Path("contracts/registries.yaml").write_text(json.dumps({"targets": {"dev": target}}))
        assert repository.run("sync")[0] == exits.CLEAN
        shutil.rmtree("contracts/shop")
        service.play(Fault(Kind.REFUSE, operation=action, times=None))
        code, out, err = repository.run("import", *OWNED)
    assert code == exits.REGISTRY, out
    assert f"allow {CALLS[kind].service}:{action} " in err


def test_the_plan_after_an_import_is_empty(repository: Repository, registry: Registry) -> None:
    tags = {"Team": "shop", "Cost": "yes"}
    registry.schema("shop.order", words("a"), words("a", "b", indent=4), Description="An order.", Tags=tags)
    registry.schema("shop.frozen", words("a"), mode="NONE")
    code, out, err = repository.run("import", *OWNED)
    assert (code, err) == (exits.CLEAN, "")
    assert "  wrote  shop.order: JSON, BACKWARD, 2 versions\n" in out
    assert "2 schemas adopted\nA sync has nothing to do for what was adopted.\n" in out
    assert Path("contracts/shop/order/v2.json").read_text() == words("a", "b", indent=4), "word for word"
    assert manifest("shop.order") == {
        "name": "shop.order",
        "description": "An order.",
        "format": "JSON",
        "compatibility": "BACKWARD",
        "owners": ["@example-org/shop"],
        "status": "active",
        "tags": {"Cost": "yes", "Team": "shop"},
    }
    code, out, _ = repository.run("plan", "--exit-code")
    assert (code, "\nNo changes: the registry is what Git says" in out) == (exits.CLEAN, True), out
    assert repository.run("drift")[0] == exits.CLEAN
    assert repository.run("codeowners")[0] == exits.CLEAN
    assert repository.run("check")[0] == exits.CLEAN


def test_the_next_version_of_an_adopted_contract_is_synced_and_marked(
    repository: Repository, registry: Registry
) -> None:
    registry.schema("shop.order", words("a"))
    repository.run("import", *OWNED)
    Path("contracts/shop/order/v2.json").write_text(words("a", "b"))
    assert repository.run("sync")[0] == exits.CLEAN
    address = {"RegistryName": "ai", "SchemaName": "shop.order"}
    arn = registry.glue.get_schema(SchemaId=address)["SchemaArn"]
    assert registry.glue.get_tags(ResourceArn=arn)["Tags"] == {"managed-by": "schemaward"}
    assert repository.run("plan", "--exit-code")[0] == exits.CLEAN


@pytest.mark.parametrize(
    ("schema", "contract"),
    [
        ("Order", "ai.order"),
        ("com.example.OrderCreated", "com.example-order-created"),
        ("orders-value", "ai.orders-value"),
        ("a$b#c", "a.b-c"),
        ("$", "ai.schema"),
        ("..", "ai.schema"),
        ("-_-A.B-", "a.b"),
    ],
)
def test_a_name_that_no_contract_can_have_is_mapped_and_recorded(
    repository: Repository, registry: Registry, schema: str, contract: str
) -> None:
    registry.schema(schema, words("a"))
    code, out, _ = repository.run("import", *OWNED)
    assert (code, manifest(contract)["registry"]) == (exits.CLEAN, {"schema-name": schema})
    assert f"wrote  {contract} from {schema}: " in out
    assert repository.run("plan", "--exit-code")[0] == exits.CLEAN


def test_two_names_that_would_be_one_contract_become_two(repository: Repository, registry: Registry) -> None:
    registry.schema("Order", words("a"))
    registry.schema("order", words("b"))
    assert repository.run("import", *OWNED, "--domain", "shop")[0] == exits.CLEAN
    assert [manifest(name)["registry"]["schema-name"] for name in ("shop.order", "shop.order-2")] == ["Order", "order"]


def test_a_name_that_a_contract_can_have_is_not_taken_by_one_that_is_mapped(
    repository: Repository, registry: Registry
) -> None:
    for number, name in enumerate(("ORDER", "Order", "order", "shop.order")):
        registry.schema(name, words(str(number)))
    assert repository.run("import", *OWNED, "--domain", "shop")[0] == exits.CLEAN
    assert "registry" not in manifest("shop.order")
    assert manifest("shop.order-4")["registry"] == {"schema-name": "order"}


def test_a_schema_that_carries_our_mark_is_adopted_and_gets_its_metadata_from_the_next_sync(
    repository: Repository, registry: Registry
) -> None:
    registry.schema("shop.order", words("a"), Description="An order.", Tags={"managed-by": "schemaward"})
    code, out, _ = repository.run("import", *OWNED, "--schema", "shop.order")
    assert (code, "nothing to do but to add its metadata to what was adopted" in out) == (exits.CLEAN, True), out
    assert repository.run("sync", "--full")[0] == exits.CLEAN
    assert repository.run("drift")[0] == exits.CLEAN


def test_a_name_that_is_unknown_needs_no_owner_to_be_told(repository: Repository, registry: Registry) -> None:
    code, out, _ = repository.run("import", "--schema", "Missing")
    assert (code, "the registry has no schema of this name" in out) == (exits.FINDINGS, True), out


def test_failed_and_deleted_versions_leave_gaps_that_are_explained(repository: Repository, registry: Registry) -> None:
    registry.schema("shop.order", words("a"), words("a", "b"))
    assert registry.register("shop.order", words("x")) == "FAILURE"
    assert registry.register("shop.order", words("a", "b", "c")) == "AVAILABLE"
    address = {"RegistryName": "ai", "SchemaName": "shop.order"}
    registry.glue.delete_schema_versions(SchemaId=address, Versions="2")
    registry.glue.update_schema(SchemaId=address, SchemaVersionNumber={"VersionNumber": 4})
    _, out, _ = repository.run("import", *OWNED)
    assert "  wrote  shop.order: JSON, BACKWARD, checkpoint v2, 2 versions\n" in out
    assert "left out with status FAILURE: number 3\n" in out
    assert "number 4 is v2, and so on" in out
    assert manifest("shop.order")["registry"] == {"checkpoint": 2}
    assert json.loads(repository.run("plan", "--format", "json")[1])["actions"] == []


def test_a_version_of_a_producer_becomes_the_next_one(repository: Repository, registry: Registry) -> None:
    registry.schema("shop.order", words("a"))
    repository.run("import", *OWNED)
    before = Path("contracts/shop/order/contract.yaml").read_bytes()
    registry.register("shop.order", words("a", "b"))
    assert repository.run("drift")[0] == exits.FINDINGS
    code, out, _ = repository.run("import", "--schema", "shop.order")
    assert code == exits.CLEAN
    assert "  added  1 version to shop.order\n" in out
    assert Path("contracts/shop/order/v2.json").read_text() == words("a", "b")
    assert Path("contracts/shop/order/contract.yaml").read_bytes() == before
    assert repository.run("drift")[0] == exits.CLEAN
    assert "  as is  shop.order: Git holds all its versions\n" in repository.run("import", "--schema", "shop.order")[1]


def test_what_cannot_be_a_contract_is_told_and_stops_nothing_else(repository: Repository, registry: Registry) -> None:
    registry.schema("shop.theirs", words("a"), Tags={"managed-by": "terraform"})
    registry.schema("shop.order", words("a"))
    code, out, _ = repository.run("import", *OWNED)
    assert code == exits.FINDINGS
    assert "  left   shop.theirs: it is tagged managed-by=terraform" in out
    assert "1 schema adopted, 1 left out\n" in out
    assert sorted(path.name for path in Path("contracts/shop").iterdir()) == ["order"]


def test_a_folder_that_is_there_is_never_touched(repository: Repository, registry: Registry) -> None:
    registry.schema("shop.order", words("a"))
    repository.contract("shop.order", ["z"], status="draft", registry={"schema-name": "another"})
    before = sorted((path, path.read_bytes()) for path in Path("contracts/shop/order").iterdir())
    assert repository.run("import", *OWNED)[0] == exits.CLEAN
    assert sorted((path, path.read_bytes()) for path in Path("contracts/shop/order").iterdir()) == before
    assert manifest("shop.order-2")["registry"] == {"schema-name": "shop.order"}


def test_what_a_check_will_refuse_is_told_with_the_mode_that_the_history_keeps(
    repository: Repository, registry: Registry
) -> None:
    registry.schema("shop.order", words("a", "b"), words("a"), mode="NONE")
    address = {"RegistryName": "ai", "SchemaName": "shop.order"}
    number = {"VersionNumber": 2}
    registry.glue.update_schema(SchemaId=address, Compatibility="FULL", SchemaVersionNumber=number)
    code, out, _ = repository.run("import", *OWNED)
    assert code == exits.FINDINGS
    assert "A check refuses what the registry holds:\n  shop.order: consumers on v2 cannot read" in out
    assert out.endswith("; write `compatibility: FORWARD`, which its versions keep\n")
    file = Path("contracts/shop/order/contract.yaml")
    file.write_text(file.read_text().replace("compatibility: FULL", "compatibility: FORWARD"))
    assert repository.run("codeowners")[0] == exits.CLEAN
    assert repository.run("check")[0] == exits.CLEAN


def test_a_checkpoint_that_moved_is_told_when_versions_are_added_to_a_contract(
    repository: Repository, registry: Registry
) -> None:
    registry.schema("shop.order", words("a"))
    assert repository.run("import", *OWNED)[0] == exits.CLEAN
    registry.register("shop.order", words("a", "b"))
    address, number = {"RegistryName": "ai", "SchemaName": "shop.order"}, {"VersionNumber": 2}
    registry.glue.update_schema(SchemaId=address, SchemaVersionNumber=number)
    code, out, _ = repository.run("import", "--schema", "shop.order")
    assert code == exits.CLEAN
    assert "the checkpoint is number 2: write `registry: {checkpoint: 2}` into the manifest" in out
    with Path("contracts/shop/order/contract.yaml").open("a") as manifest_file:
        manifest_file.write("registry: {checkpoint: 2}\n")
    assert repository.run("drift")[0] == exits.CLEAN
    assert "checkpoint" not in repository.run("import", "--schema", "shop.order")[1]


def test_a_contract_that_is_not_synced_is_left_alone(repository: Repository, registry: Registry) -> None:
    registry.schema("shop.order", words("a"))
    repository.contract("shop.order", ["a"], status="draft")
    assert "0 schemas adopted" in repository.run("import", *OWNED)[1]
    assert "set its `status` to active" in repository.run("import", *OWNED, "--schema", "shop.order")[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "nobody owns the contracts"),
        (["--owner", "shop"], "owners"),
    ],
)
def test_owners_are_asked_for_before_anything_is_written(
    repository: Repository, registry: Registry, arguments: list[str], message: str
) -> None:
    registry.schema("shop.order", words("a"))
    code, _, err = repository.run("import", *arguments)
    assert code == exits.USAGE
    assert message in err
    assert [path.name for path in Path("contracts").iterdir()] == ["registries.yaml"]


def test_a_schema_that_is_not_there(repository: Repository, registry: Registry) -> None:
    code, out, _ = repository.run("import", *OWNED, "--schema", "Missing")
    assert code == exits.FINDINGS
    assert "left   Missing: the registry has no schema of this name" in out


def test_a_registry_that_is_not_there(repository: Repository, registry: Registry) -> None:
    file = Path("contracts/registries.yaml")
    file.write_text(file.read_text().replace('"registry": "ai"', '"registry": "another"'))
    code, _, err = repository.run("import", *OWNED)
    assert (code, err.splitlines()[0]) == (exits.REGISTRY, 'error: the registry "another" does not exist')


AVRO = '{"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"}]}'
AVRO_2 = (
    '{"type":"record","name":"Order","fields":[{"name":"id","type":"string"},{"name":"n","type":"int","default":0}]}'
)
PROTO = 'syntax = "proto3";\n\nmessage Order {\n  string id = 1;  // the key\n}\n'
PROTO_2 = 'syntax = "proto3";\r\nmessage Order {\r\n  string id = 1;\r\n  int32 n = 2;\r\n}'


@pytest.mark.parametrize(
    ("kind", "suffix", "definitions"),
    [("AVRO", "avsc", (AVRO, AVRO_2)), ("PROTOBUF", "proto", (PROTO, PROTO_2))],
)
def test_every_data_format_is_adopted_word_for_word(
    repository: Repository, registry: Registry, kind: str, suffix: str, definitions: tuple[str, ...]
) -> None:
    registry.schema("shop.order", *definitions, kind=kind)
    assert repository.run("import", *OWNED)[0] == exits.CLEAN
    written = [Path(f"contracts/shop/order/v{number}.{suffix}").read_bytes().decode() for number in (1, 2)]
    assert written == list(definitions)
    assert repository.run("plan", "--exit-code")[0] == exits.CLEAN


@pytest.mark.parametrize(
    "description", ["Two lines,\n# no comment: 'x' \"y\"", " padded ", "yes", "1", "- a\n- b", "ü\t€"]
)
def test_text_that_means_something_in_yaml_stays_text(
    repository: Repository, registry: Registry, description: str
) -> None:
    registry.schema("shop.order", words("a"), Description=description, Tags={"a: b": "yes", "n": "1", "e": ""})
    assert repository.run("import", *OWNED)[0] == exits.CLEAN
    assert manifest("shop.order")["description"] == description
    assert manifest("shop.order")["tags"] == {"a: b": "yes", "e": "", "n": "1"}
    assert repository.run("plan", "--exit-code")[0] == exits.CLEAN
