"""A producer registered a version that the next one in Git does not get along with: told before anything is written."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from contract_folder import DRAFT, Repository

from schemaward.cli import exits

ORDER = {"RegistryName": "ai", "SchemaName": "shop.order"}
V1, V2 = ["red"], ["red", "green"]
THEIRS, V3 = ["red", "green", "blue"], ["red", "green", "grey"]


@pytest.fixture
def glue(synced: Repository, url: str) -> Any:
    return boto3.Session().client("glue", endpoint_url=url, region_name="eu-central-1")


def register(glue: Any, words: list[str]) -> str:
    """The status in which the version of a producer ends."""
    definition = json.dumps({"$schema": DRAFT, "enum": words})
    version = glue.register_schema_version(SchemaId=ORDER, SchemaDefinition=definition)["SchemaVersionId"]
    status: str = glue.get_schema_version(SchemaVersionId=version)["Status"]
    return status


def statuses(glue: Any) -> list[str]:
    found = glue.list_schema_versions(SchemaId=ORDER)["Schemas"]
    return [version["Status"] for version in sorted(found, key=lambda each: each["VersionNumber"])]


def test_a_version_that_glue_would_refuse_beside_a_foreign_one_is_not_tried(synced: Repository, glue: Any) -> None:
    assert register(glue, THEIRS) == "AVAILABLE"
    synced.contract("shop.order", V1, V2, V3)
    code, out, _ = synced.run("plan", "--exit-code")
    assert code == exits.FINDINGS
    assert "v3 would be refused: BACKWARD compares it with number 3 (id " in out
    assert 'which is not in Git, and v3 cannot read what number 3 allows, for example "blue"' in out
    assert "register v3" not in out
    assert synced.run("sync")[0] == exits.REGISTRY
    assert statuses(glue) == ["AVAILABLE"] * 3
    code, out, _ = synced.run("drift")
    assert code == exits.FINDINGS
    assert "fix: schemaward sync --target dev --full" not in out, "it would be blocked"


def test_what_is_not_compared_is_not_foreseen(synced: Repository, glue: Any) -> None:
    register(glue, THEIRS)
    synced.contract("shop.order", V1, V2, V3, compatibility="NONE")
    assert "would be refused" not in synced.run("plan")[1]


def test_an_all_mode_compares_with_every_foreign_version(synced: Repository, glue: Any) -> None:
    synced.contract("shop.order", V1, V2, compatibility="BACKWARD_ALL")
    assert synced.run("sync")[0] == exits.CLEAN
    register(glue, THEIRS)
    register(glue, [*THEIRS, *V3])
    synced.contract("shop.order", V1, V2, [*THEIRS, "grey"], compatibility="BACKWARD_ALL")
    assert synced.run("plan")[1].count("would be refused") == 0
    synced.contract("shop.order", V1, V2, V3, compatibility="BACKWARD_ALL")
    assert "BACKWARD_ALL compares it with number 3" in synced.run("plan")[1]


def test_the_remedy_holds(synced: Repository, glue: Any) -> None:
    register(glue, THEIRS)
    synced.contract("shop.order", V1, V2, V3)
    out = synced.run("plan")[1]
    assert "fix: if nobody needs number 3, delete it by hand; to have both: write `registry: {mode: NONE}` into" in out
    synced.contract("shop.order", V1, V2, V3, registry={"mode": "NONE"})
    synced.run("sync", "--full")
    synced.contract("shop.order", V1, V2, V3)
    synced.run("sync", "--full")
    assert statuses(glue) == ["AVAILABLE"] * 4
    assert glue.get_schema(SchemaId=ORDER)["Compatibility"] == "BACKWARD"
    assert "x shop.order" not in synced.run("plan", "--full")[1]


def test_a_failure_is_not_made_anew_as_long_as_its_cause_stands(synced: Repository, glue: Any) -> None:
    register(glue, THEIRS)
    assert register(glue, V3) == "FAILURE"
    synced.contract("shop.order", V1, V2, V3)
    assert "v3 would be refused" in synced.run("plan", "--full")[1]
    assert synced.run("sync", "--remove-failed")[0] == exits.REGISTRY
    assert statuses(glue) == ["AVAILABLE"] * 3
    assert "failed" not in synced.run("drift")[1]
