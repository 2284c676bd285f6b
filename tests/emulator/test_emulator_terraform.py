"""The calls of Terraform's aws_glue_registry and aws_glue_schema, which Pulumi bridges, in their order.

Source: hashicorp/terraform-provider-aws, internal/service/glue/registry.go and schema.go, as of 2026.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from schemaward.emulator.options import Options, assumptions
from schemaward.emulator.server import running

LATEST = {"LatestVersion": True}
ONE, TWO, BROKEN = (
    '{"$schema": "http://json-schema.org/draft-07/schema#",   "enum": ["a"]}',
    '{"$schema": "http://json-schema.org/draft-07/schema#", "enum": ["a", "b"]}',
    '{"$schema": "http://json-schema.org/draft-07/schema#", "enum": ["z"]}',
)


@dataclass(frozen=True)
class Terraform:
    """What the provider does with one client: create, read, update, delete; waiting without pauses."""

    glue: Any

    def create_registry(self, name: str, tags: dict[str, str]) -> str:
        arn = str(self.glue.create_registry(RegistryName=name, Tags=tags)["RegistryArn"])
        self.glue.get_registry(RegistryId={"RegistryArn": arn})
        return arn

    def delete_registry(self, arn: str) -> list[str]:
        self.glue.delete_registry(RegistryId={"RegistryArn": arn})
        return self.until_gone(lambda: self.glue.get_registry(RegistryId={"RegistryArn": arn})["Status"])

    def create(self, registry_arn: str, compatibility: str, definition: str) -> str:
        created = self.glue.create_schema(
            RegistryId={"RegistryArn": registry_arn},
            SchemaName="person",
            DataFormat="JSON",
            Compatibility=compatibility,
            SchemaDefinition=definition,
            Tags={"Owner": "data"},
        )
        arn = str(created["SchemaArn"])
        self._wait_for_schema(arn)
        return arn

    def read(self, arn: str) -> dict[str, Any]:
        """The attributes that the state file gets."""
        schema = self.glue.get_schema(SchemaId={"SchemaArn": arn})
        version = self.glue.get_schema_version(SchemaId={"SchemaArn": arn}, SchemaVersionNumber=LATEST)
        names = ("LatestSchemaVersion", "NextSchemaVersion", "SchemaCheckpoint", "Compatibility", "DataFormat")
        tags = self.glue.get_tags(ResourceArn=arn)["Tags"]
        return {name: schema[name] for name in names} | {"definition": version["SchemaDefinition"], "tags": tags}

    def update(self, arn: str, definition: str | None = None, **changes: str) -> None:
        if changes:
            self.glue.update_schema(SchemaId={"SchemaArn": arn}, SchemaVersionNumber=LATEST, **changes)
            self._wait_for_schema(arn)
        if definition is not None:
            self.glue.register_schema_version(SchemaId={"SchemaArn": arn}, SchemaDefinition=definition)
            # It waits for the latest version, which need not be the one just registered.
            self.glue.get_schema_version(SchemaId={"SchemaArn": arn}, SchemaVersionNumber=LATEST)

    def delete(self, arn: str) -> list[str]:
        self.glue.delete_schema(SchemaId={"SchemaArn": arn})
        return self.until_gone(lambda: self.glue.get_schema(SchemaId={"SchemaArn": arn})["SchemaStatus"])

    def _wait_for_schema(self, arn: str) -> None:
        assert self.glue.get_schema(SchemaId={"SchemaArn": arn})["SchemaStatus"] == "AVAILABLE"

    def until_gone(self, status: Callable[[], str]) -> list[str]:
        """What a question answers until nothing is found any more."""
        seen = []
        for _ in range(10):
            try:
                seen.append(status())
            except self.glue.exceptions.EntityNotFoundException:
                return seen
        raise AssertionError("it is never gone")


@pytest.fixture
def terraform(connect: Callable[..., Any]) -> Iterator[Terraform]:
    with running(Options(pending=3)) as url:
        yield Terraform(connect(url))


def test_the_life_of_a_schema(terraform: Terraform) -> None:
    registry = terraform.create_registry("ai", {"Purpose": "AI"})
    arn = terraform.create(registry, "BACKWARD", ONE)
    state = terraform.read(arn)
    assert state == {
        "LatestSchemaVersion": 1,
        "NextSchemaVersion": 2,
        "SchemaCheckpoint": 1,
        "Compatibility": "BACKWARD",
        "DataFormat": "JSON",
        "definition": ONE,
        "tags": {"Owner": "data"},
    }
    assert terraform.read(arn) == state
    terraform.update(arn, TWO)
    terraform.read(arn)
    assert terraform.read(arn) == {**state, "definition": TWO, "LatestSchemaVersion": 2, "NextSchemaVersion": 3}
    terraform.glue.tag_resource(ResourceArn=arn, TagsToAdd={"Owner": "ml"})
    terraform.glue.untag_resource(ResourceArn=arn, TagsToRemove=["Stage"])
    assert terraform.read(arn)["tags"] == {"Owner": "ml"}
    assert terraform.delete(arn) == ["DELETING", "DELETING"]
    assert terraform.delete_registry(registry) == ["DELETING", "DELETING"]


def test_a_failed_version_looks_like_success_to_it(terraform: Terraform) -> None:
    """Issue 35152 of the provider: the plan is green, the registry still has the old definition."""
    arn = terraform.create(terraform.create_registry("ai", {}), "BACKWARD", ONE)
    before = terraform.read(arn)
    terraform.update(arn, BROKEN)
    for _ in range(3):
        after = terraform.read(arn)
    assert after == before
    versions = terraform.glue.list_schema_versions(SchemaId={"SchemaArn": arn})["Schemas"]
    assert [item["Status"] for item in versions] == ["FAILURE", "AVAILABLE"]


def test_a_change_of_the_description_moves_the_checkpoint(terraform: Terraform) -> None:
    """Issue 35467 of the provider, and what it does silently."""
    arn = terraform.create(terraform.create_registry("ai", {}), "BACKWARD", ONE)
    terraform.update(arn, TWO)
    for _ in range(3):
        assert terraform.read(arn)["SchemaCheckpoint"] == 1
    terraform.update(arn, Description="A person")
    assert terraform.read(arn)["SchemaCheckpoint"] == 2
    terraform.update(arn, Compatibility="FULL")
    assert terraform.read(arn)["Compatibility"] == "FULL"


def test_a_revert_is_a_difference_for_ever(terraform: Terraform) -> None:
    arn = terraform.create(terraform.create_registry("ai", {}), "NONE", ONE)
    for definition in (TWO, ONE):
        terraform.update(arn, definition)
        terraform.read(arn)
    assert terraform.read(arn)["definition"] == TWO


def test_a_schema_that_is_replaced_too_early_is_lost(connect: Callable[..., Any]) -> None:
    """Issue 48287 of the provider: create before the deletion has ended, and the new schema goes too."""
    with running(Options(pending=9, assume=assumptions(["name-in-deletion=lose"]))) as url:
        terraform = Terraform(connect(url))
        registry = terraform.create_registry("ai", {})
        arn = terraform.create(registry, "NONE", ONE)
        terraform.glue.delete_schema(SchemaId={"SchemaArn": arn})
        assert terraform.create(registry, "NONE", TWO) == arn
        assert terraform.read(arn)["definition"] == TWO
        assert set(terraform.until_gone(lambda: terraform.read(arn)["definition"])) == {TWO}
