"""The sixteen rules of a sync that can be trusted with production, each the answer to an incident of another tool.

Each test is the telling one for its rule, end to end: the command line in a real Git repository, the real boto3 client,
and an emulator behind a socket. The name of the incident stands in the first line of the test.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from rules_world import DRAFT, LEFT_TO_GLUE, Repository, Witness, words

from schemaward.check import check_contract
from schemaward.cli import exits
from schemaward.emulator.faults import Fault, Kind
from schemaward.emulator.server import serving
from schemaward.formats.base import ReadFile
from schemaward.judgement import Report, Scope
from schemaward.model import Contract

ROOT = Path(__file__).parents[2]
ORDER = {"RegistryName": "dev", "SchemaName": "shop.order"}
LATEST = {"LatestVersion": True}


@pytest.fixture
def service() -> Witness:
    return Witness()


@pytest.fixture
def repository(
    service: Witness,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    no_rivals: None,
) -> Iterator[Repository]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    with serving(service) as url:
        yield Repository(tmp_path, service, url, capsys)


@pytest.fixture
def glue(repository: Repository) -> Any:
    """The client of somebody else."""
    return boto3.Session().client("glue", endpoint_url=repository.url, region_name="eu-central-1")


def settled(glue: Any, version_id: str) -> str:
    """The status of a version once it is no longer PENDING."""
    status = "PENDING"
    while status == "PENDING":
        status = glue.get_schema_version(SchemaVersionId=version_id)["Status"]
    return status


def numbers(glue: Any, schema: dict[str, str] = ORDER) -> list[int]:
    return sorted(version["VersionNumber"] for version in glue.list_schema_versions(SchemaId=schema)["Schemas"])


def test_rule_01_success_is_every_version_seen_available_by_its_id(repository: Repository) -> None:
    """Terraform #35152, Jikkou #593: an apply was green although the version was a FAILURE."""
    repository.contract("shop.order", words("a"), words("a", "b"))
    repository.service.play(Fault(Kind.GO_FAILURE, operation="RegisterSchemaVersion"))
    code, told = repository.run("sync", "--receipts", "receipts.json")
    assert code == exits.REGISTRY
    assert "has status FAILURE" in told
    (version,) = repository.service.asked("RegisterSchemaVersion")
    assert version["SchemaDefinition"].count('"b"') == 1
    polls = repository.service.asked("GetSchemaVersion")
    assert polls
    assert all("SchemaVersionId" in poll for poll in polls), "the latest version is an older one that is fine"


def test_rule_01_waiting_has_an_end_and_the_next_run_goes_on_waiting(repository: Repository, glue: Any) -> None:
    """Jikkou polls for ever."""
    repository.contract("shop.order", words("a"), words("a", "b"))
    repository.service.play(Fault(Kind.STAY_PENDING, operation="RegisterSchemaVersion", polls=3))
    code, told = repository.run("sync", "--timeout", "0")
    assert code == exits.REGISTRY
    assert "was not AVAILABLE within 0 s" in told
    assert repository.run("sync")[0] == exits.CLEAN
    assert numbers(glue) == [1, 2]


def test_rule_02_the_plan_reads_every_page(repository: Repository, glue: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jikkou saw the first 25 schemas and wanted to create the others."""
    monkeypatch.setattr("schemaward.registry.connection._PAGE", 7)
    repository.contract("shop.order", *(words(*map(str, range(count))) for count in range(1, 21)))
    for number in range(20):
        repository.contract(f"shop.c{number:02}", words("a"))
    assert repository.run("sync", "--jobs", "8")[0] == exits.CLEAN
    for number in range(20):
        glue.create_schema(RegistryId={"RegistryName": "dev"}, SchemaName=f"Theirs{number}", DataFormat="JSON")
    code, told = repository.run("plan", "--exit-code")
    assert (code, told.count("is in the registry and not in Git")) == (exits.CLEAN, 20)
    assert "(21 contracts, 40 versions)" in told


def test_rule_02_the_plan_names_what_it_could_not_read(repository: Repository) -> None:
    """domnikl #516: the plan said that there was nothing to do."""
    repository.contract("shop.order", words("a"))
    repository.run("sync")
    repository.service.play(Fault(Kind.REFUSE, operation="GetTags", times=None))
    code, told = repository.run("plan", "--full")
    assert code == exits.REGISTRY
    assert "tags could not be read" in told
    assert "allow glue:GetTags" in told


def test_rule_03_exit_codes_tell_in_sync_from_changes_from_trouble(repository: Repository) -> None:
    """domnikl: the exit code of a plan does not tell whether there is anything to do."""
    repository.contract("shop.order", words("a"))
    assert repository.run("plan", "--exit-code")[0] == exits.FINDINGS
    assert repository.run("sync")[0] == exits.CLEAN
    assert repository.run("plan", "--exit-code")[0] == exits.CLEAN
    repository.targets("dev", dev="http://127.0.0.1:9")
    assert repository.run("plan", "--exit-code")[0] == exits.REGISTRY


@pytest.mark.parametrize("mover", ["the registry", "the tree"])
def test_rule_03_a_plan_is_refused_when_the_world_moved(repository: Repository, glue: Any, mover: str) -> None:
    """Plan and apply of other tools are two computations that may differ."""
    repository.contract("shop.order", words("a"))
    repository.run("sync")
    repository.contract("shop.order", words("a"), words("a", "b"))
    assert repository.run("plan", "--full", "--out", "plan.json")[0] == exits.CLEAN
    if mover == "the tree":
        repository.contract("shop.order", words("a"), words("a", "c"))
    else:
        glue.update_schema(SchemaId=ORDER, Compatibility="NONE", SchemaVersionNumber={"VersionNumber": 1})
    code, told = repository.run("sync", "--plan", "plan.json")
    assert code == exits.FINDINGS, told
    assert numbers(glue) == [1]


def test_rule_04_the_offline_gate_comes_first(repository: Repository) -> None:
    """Confluent #1755: a subject that does not exist yet is an error; Glue has no dry run at all."""
    repository.contract("shop.order", words("a", "b"), words("a"))
    assert repository.run("codeowners")[0] == exits.CLEAN
    code, told = repository.run("check", "--format", "json")
    assert code == exits.FINDINGS
    (judgement,) = json.loads(told)["judgements"]
    assert judgement["verdict"] == "incompatible"
    assert judgement["glue"]["answer"], "what Glue is expected to answer stands beside our own verdict"
    repository.contract("shop.order", '{"enum": [')
    assert repository.run("sync")[0] == exits.FINDINGS
    assert repository.service.requests == [], "neither asked the registry anything"


@pytest.mark.parametrize("mode", ["NONE", "BACKWARD"])
def test_rule_04_what_the_check_refuses_is_not_registered_whatever_the_registry_would_take(
    repository: Repository, mode: str
) -> None:
    """A check that nobody has to pass is no gate: a registry in mode NONE took what broke the readers."""
    repository.contract("shop.order", words("a", "b"), registry={"mode": mode})
    assert repository.run("sync")[0] == exits.CLEAN
    repository.contract("shop.order", words("a", "b"), words("a"), registry={"mode": mode}, tags={"Team": "shop"})
    repository.contract("shop.basket", words("a"))
    for code, command in ((exits.CLEAN, "plan"), (exits.FINDINGS, "drift"), (exits.REGISTRY, "sync")):
        found, told = repository.run(command)
        assert found == code, told
        assert "consumers on v2 cannot read what v1 wrote" in told
        assert 'witness: "b"' in told
    assert repository.service.asked("RegisterSchemaVersion") == []
    made = repository.service.asked("CreateSchema")
    assert [request["SchemaName"] for request in made] == ["shop.order", "shop.basket"], "others are not stopped"


def test_rule_04_a_version_that_nobody_could_judge_is_not_registered(repository: Repository) -> None:
    """An unproven yes would be a guess."""
    # The same strings, said in two ways that nobody compares.
    one, other = ({"type": "string", "pattern": f"^({some})b\\1$"} for some in ("a+", "aa*"))
    repository.contract("shop.order", *(json.dumps({"$schema": DRAFT, **each}) for each in (one, other)))
    code, told = repository.run("sync")
    assert code == exits.REGISTRY
    assert "was neither proven nor refuted" in told
    assert repository.service.asked("CreateSchema") == []


def test_rule_04_only_what_is_to_be_registered_is_judged(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gate that judges a whole history for every run would be switched off."""
    repository.contract("shop.order", words("a"), words("a", "b"))
    repository.contract("shop.basket", words("a"))
    assert repository.run("sync")[0] == exits.CLEAN
    judged: list[tuple[str, frozenset[int] | None]] = []

    def noting(contract: Contract, read: ReadFile, scope: Scope) -> Report:
        judged.append((contract.name, scope.judged))
        return check_contract(contract, read, scope)

    monkeypatch.setattr("schemaward.check.check_contract", noting)
    assert repository.run("sync", "--full")[0] == exits.CLEAN
    assert judged == []
    repository.contract("shop.order", words("a"), words("a", "b"), words("a", "b", "c"))
    assert repository.run("sync", "--full")[0] == exits.CLEAN
    assert judged == [("shop.order", frozenset({3}))]


def test_rule_05_nothing_is_deleted_because_it_is_absent(repository: Repository, glue: Any) -> None:
    """Argo CD #3484: automation deleted everything; Terraform #48287: delete and create raced."""
    for name in ("shop.order", "shop.basket"):
        repository.contract(name, words("a"))
    repository.run("sync")
    for path in sorted((repository.root / "contracts" / "shop" / "order").iterdir()):
        path.unlink()
    assert repository.run("sync", "--full", "--prune", "--yes")[0] == exits.CLEAN
    assert numbers(glue) == [1]
    assert repository.service.asked("DeleteSchema", "DeleteSchemaVersions", "DeleteRegistry") == []


def test_rule_05_a_prune_asks_for_a_tombstone_a_mark_a_ceiling_and_somebody_to_agree(
    repository: Repository, glue: Any
) -> None:
    """domnikl #280: services that share a registry would delete the schemas of each other."""
    for name in ("shop.order", "shop.basket", "shop.kept"):
        repository.contract(name, words("a"))
    repository.run("sync")
    for name in ("shop.order", "shop.basket"):
        repository.contract(name, words("a"), status="retired")
    assert repository.run("sync", "--full")[0] == exits.CLEAN, "a tombstone alone deletes nothing"
    assert repository.run("sync", "--prune")[0] == exits.USAGE, "nobody was there to agree"
    code, told = repository.run("sync", "--prune", "--yes", "--prune-limit", "1")
    assert code == exits.REGISTRY
    assert "at most 1 are allowed" in told
    assert repository.service.asked("DeleteSchema") == []
    arn = glue.get_schema(SchemaId=ORDER)["SchemaArn"]
    glue.untag_resource(ResourceArn=arn, TagsToRemove=["managed-by"])
    code, told = repository.run("sync", "--prune", "--yes")
    assert "not ours to delete" in told
    assert [request["SchemaId"]["SchemaName"] for request in repository.service.asked("DeleteSchema")] == [
        "shop.basket"
    ]
    repository.contract("shop.kept", words("a"), status="retired")
    assert "leave none that Git keeps" in repository.run("sync", "--prune", "--yes")[1]


def test_rule_06_the_checkpoint_moves_when_the_manifest_says_so_and_only_forward(
    repository: Repository, glue: Any
) -> None:
    """Terraform #35467: no control of the checkpoint; Jikkou moves it by a change of the description."""
    repository.contract("shop.order", words("a"))
    repository.run("sync")
    repository.contract("shop.order", words("a"), words("a", "b"), compatibility="BACKWARD_ALL", description="Another.")
    assert repository.run("sync")[0] == exits.CLEAN
    assert glue.get_schema(SchemaId=ORDER)["SchemaCheckpoint"] == 1
    repository.contract("shop.order", compatibility="BACKWARD_ALL", registry={"checkpoint": 2})
    assert "move the checkpoint from number 1 to v2" in repository.run("plan")[1]
    assert repository.run("sync")[0] == exits.CLEAN
    repository.contract("shop.order")
    assert repository.run("sync")[0] == exits.CLEAN
    assert glue.get_schema(SchemaId=ORDER)["SchemaCheckpoint"] == 2
    repository.contract("shop.order", registry={"checkpoint": 1})
    code, told = repository.run("sync")
    assert code == exits.REGISTRY
    assert "Glue never moves it back" in told


def test_rule_07_a_mode_is_relaxed_before_and_tightened_after_and_never_set_to_itself(repository: Repository) -> None:
    """AWS refuses the mode that a schema has already."""
    repository.contract("shop.order", words("a", "b"))
    repository.run("sync")

    def writes() -> list[str]:
        shown = {"RegisterSchemaVersion": "register", "UpdateSchema": "mode"}
        found = [shown[operation] for operation, _ in repository.service.requests if operation in shown]
        repository.service.requests.clear()
        return found

    repository.service.requests.clear()
    repository.contract("shop.order", words("a", "b"), words("a"), compatibility="NONE")
    assert repository.run("sync")[0] == exits.CLEAN
    assert writes() == ["mode", "register"]
    repository.contract("shop.order", words("a", "b"), words("a"), words("a", "c"), compatibility="BACKWARD")
    assert repository.run("sync")[0] == exits.CLEAN
    assert writes() == ["register", "mode"]
    assert repository.run("sync", "--full")[0] == exits.CLEAN
    assert writes() == []


def test_rule_08_a_failure_stops_its_contract_and_a_run_that_broke_off_is_completed(
    repository: Repository, glue: Any
) -> None:
    """Every other tool stops at the first error, or goes on and hides it."""
    repository.contract("shop.basket", words("a", "b"), words("a"), **LEFT_TO_GLUE)
    repository.contract("shop.order", words("a"), words("a", "b"))
    lost = Fault(Kind.LOSE_ANSWER, operation="RegisterSchemaVersion", call=2)
    repository.service.play(lost)
    code, told = repository.run("sync", "--jobs", "1")
    assert code == exits.REGISTRY
    assert "FAIL shop.basket" in told
    assert numbers(glue) == [1, 2]
    repository.contract("shop.basket", words("a", "b"), words("a", "b", "c"))
    assert repository.run("sync", "--remove-failed")[0] == exits.CLEAN
    assert repository.run("plan", "--exit-code")[0] == exits.CLEAN
    assert numbers(glue) == [1, 2], "the answer that was lost did not register anything twice"


def test_rule_09_a_revert_is_decided_and_told(repository: Repository, glue: Any) -> None:
    """Confluent #1685: the schema of version 1 cannot become the latest again, and nobody says so."""
    repository.contract("shop.order", words("a"), words("a", "b"))
    repository.run("sync")
    repository.contract("shop.order", words("a"), words("a", "b"), words("a"), compatibility="NONE")
    code, told = repository.run("sync")
    assert code == exits.REGISTRY
    assert "v3 says the same as v1" in told
    accepted = {"revert": "accept"}
    repository.contract("shop.order", compatibility="NONE", registry=accepted)
    assert repository.run("sync")[0] == exits.CLEAN
    assert glue.get_schema_version(SchemaId=ORDER, SchemaVersionNumber=LATEST)["VersionNumber"] == 2


def test_rule_10_a_version_tells_where_it_comes_from_and_receipts_tell_where_it_stands(
    repository: Repository, glue: Any
) -> None:
    """Terraform gives no version id, and messages carry nothing else."""
    repository.contract("shop.order", words("a"), tags={"Team": "shop"})
    head = repository.commit()
    assert repository.run("sync", "--receipts", "receipts.json")[0] == exits.CLEAN
    found = glue.query_schema_version_metadata(SchemaId=ORDER, SchemaVersionNumber=LATEST)["MetadataInfoMap"]
    metadata = {key: value["MetadataValue"] for key, value in found.items()}
    assert len(metadata) <= 10
    sha256 = metadata.pop("content-sha256")
    assert metadata == {"commit": head, "contract-version": "1", "repository": "example-org/contracts"}
    schema = glue.get_schema(SchemaId=ORDER)
    assert glue.get_tags(ResourceArn=schema["SchemaArn"])["Tags"] == {"Team": "shop", "managed-by": "schemaward"}
    receipt = json.loads((repository.root / "receipts.json").read_text())["contracts"]["shop.order"]
    (version,) = receipt["versions"]
    stored = glue.get_schema_version(SchemaId=ORDER, SchemaVersionNumber=LATEST)
    assert (receipt["arn"], version["id"], version["sha256"]) == (
        schema["SchemaArn"],
        stored["SchemaVersionId"],
        sha256,
    )


def test_rule_11_line_ends_and_layout_make_no_new_version(repository: Repository, glue: Any) -> None:
    """Apicurio #1486: CRLF made duplicates; #3414: a change of the canonical form made new versions of everything."""
    repository.contract("shop.order", json.dumps({"$schema": DRAFT, "type": "string", "maxLength": 3}, indent=2))
    repository.run("sync")
    text = json.dumps({"maxLength": 3, "type": "string", "$schema": DRAFT}, indent=4).replace("\n", "\r\n")
    repository.contract("shop.order", text)
    assert repository.run("plan", "--exit-code")[0] == exits.CLEAN
    assert "* text=auto eol=lf" in (ROOT / ".gitattributes").read_text("utf-8")


def test_rule_12_one_after_the_other_in_a_schema_and_a_few_schemas_at_a_time(repository: Repository) -> None:
    """CDK #22941: "Rate exceeded" at 75 schemas; close registrations of one schema are refused."""
    for name in "abcdefgh":
        repository.contract(f"shop.{name}", *(words(*"abcd"[: count + 1]) for count in range(4)))
    repository.service.slowly = 0.005
    assert repository.run("sync")[0] == exits.CLEAN
    most = dict(repository.service.most_at_once)
    assert 1 < most.pop("any") <= 4
    assert set(most.values()) == {1}
    job = yaml.safe_load((ROOT / ".github" / "workflows" / "sync.yml").read_text("utf-8"))["jobs"]["sync"]
    assert job["concurrency"]["cancel-in-progress"] is False


def test_rule_13_drift_is_found_by_kind_and_nothing_is_written(repository: Repository, glue: Any) -> None:
    """Atlantis #3245: eight years of asking for drift detection."""
    repository.contract("shop.order", words("a"), words("a", "b"))
    repository.run("sync")
    arn = glue.get_schema(SchemaId=ORDER)["SchemaArn"]
    failed = glue.register_schema_version(SchemaId=ORDER, SchemaDefinition=words("x"))
    assert settled(glue, failed["SchemaVersionId"]) == "FAILURE"
    foreign = glue.register_schema_version(SchemaId=ORDER, SchemaDefinition=words("a", "b", "c"))
    assert settled(glue, foreign["SchemaVersionId"]) == "AVAILABLE"
    glue.update_schema(SchemaId=ORDER, Compatibility="NONE", SchemaVersionNumber={"VersionNumber": 2})
    glue.update_schema(SchemaId=ORDER, Description="Changed.")
    glue.untag_resource(ResourceArn=arn, TagsToRemove=["managed-by"])
    glue.create_schema(RegistryId={"RegistryName": "dev"}, SchemaName="Theirs", DataFormat="JSON")
    repository.contract("shop.basket", words("a"))
    repository.service.requests.clear()
    code, told = repository.run("drift", "--format", "json")
    found = json.loads(told)
    assert code == exits.FINDINGS
    assert {each["kind"] for each in found["differences"]} == {
        "schema-missing",
        "version-failed",
        "version-foreign",
        "mode",
        "checkpoint",
        "description",
        "tags",
    }
    assert found["unmanaged"] == ["Theirs"]
    assert {operation for operation, _ in repository.service.requests} <= {
        "GetRegistry",
        "GetSchema",
        "GetSchemaVersion",
        "GetTags",
        "ListSchemaVersions",
        "ListSchemas",
        "QuerySchemaVersionMetadata",
    }


def test_rule_14_targets_follow_one_another_and_stop_at_the_first_that_fails(repository: Repository) -> None:
    """A version that dev refuses must not reach prod; ids differ from target to target."""
    repository.contract("shop.order", words("a"))
    repository.targets("dev", "prod")
    assert repository.run("sync", "--all", "--receipts", "{target}.json")[0] == exits.CLEAN
    ids = [
        json.loads((repository.root / f"{name}.json").read_text())["contracts"]["shop.order"]["versions"][0]["id"]
        for name in ("dev", "prod")
    ]
    assert ids[0] != ids[1]
    repository.contract("shop.order", words("a"), words("a", "b"))
    repository.service.play(Fault(Kind.GO_FAILURE, operation="RegisterSchemaVersion"))
    code, told = repository.run("sync", "--all")
    assert code == exits.REGISTRY
    assert "not begun: prod" in told
    assert [request["SchemaId"]["RegistryName"] for request in repository.service.asked("RegisterSchemaVersion")] == [
        "dev"
    ]


def test_rule_15_what_is_registered_stands_for_itself(repository: Repository, glue: Any) -> None:
    """awslabs #32: Glue stores no references, so a definition with one cannot be read back."""
    repository.write("contracts/shop/common/money.json", json.dumps({"$schema": DRAFT, "type": "integer"}))
    split = {"$schema": DRAFT, "type": "object", "properties": {"price": {"$ref": "../common/money.json"}}}
    repository.contract("shop.order", json.dumps(split))
    assert repository.run("sync")[0] == exits.CLEAN
    stored = glue.get_schema_version(SchemaId=ORDER, SchemaVersionNumber=LATEST)["SchemaDefinition"]
    assert "money.json" not in stored.replace("#/definitions/", "")
    assert '"integer"' in stored
    assert repository.run("plan", "--exit-code")[0] == exits.CLEAN


def test_rule_16_a_refusal_is_explained_with_a_document_and_the_change_behind_it(repository: Repository) -> None:
    """Apicurio #2135: "no way to know how my JSON Schema fails"; Glue gives no reason at all."""
    repository.contract("shop.order", words("a", "b"), words("a"), **LEFT_TO_GLUE)
    code, told = repository.run("sync")
    assert code == exits.REGISTRY
    assert 'backward: v2 cannot read what v1 allows, for example "b"' in told
    assert "changes from v1 to v2: enum-value-removed /enum" in told
    repository.contract("shop.order", words("a", "b"), words("a"))
    repository.run("codeowners")
    code, told = repository.run("check")
    assert code == exits.FINDINGS
    assert "contracts/shop/order/v2.json:1:" in told
