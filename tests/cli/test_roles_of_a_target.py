"""Targets with a role for each thing that is done: a command that only reads never assumes one that writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from contract_folder import Repository

from schemaward.cli import exits
from schemaward.emulator.server import serving
from schemaward.emulator.service import Service

ACCOUNTS = {"plan": "111111111111", "apply": "222222222222", "prune": "333333333333"}


class Asked(Service):
    """A service that notes which accounts are asked: those of the roles that were assumed."""

    def __init__(self) -> None:
        super().__init__()
        self.accounts: set[str] = set()

    def call(self, scope: tuple[str, str], operation: str, request: Any) -> Any:
        self.accounts.add(scope[0])
        return super().call(scope, operation, request)


@pytest.fixture
def asked(repository: Repository) -> Iterator[Asked]:
    service = Asked()
    with serving(service) as url:
        roles = {name: f"arn:aws:iam::{account}:role/{name}" for name, account in ACCOUNTS.items()}
        target = {"registry": "ai", "region": "eu-central-1", "create": True, "endpoint": url, "roles": roles}
        text = yaml.safe_dump({"targets": {"dev": target}})
        (repository.root / "contracts" / "registries.yaml").write_text(text)
        yield service


@pytest.mark.parametrize(
    ("arguments", "role"),
    [
        (["plan"], "plan"),
        (["plan", "--prune", "--remove-failed"], "plan"),
        (["drift"], "plan"),
        (["import"], "plan"),
        (["sync"], "apply"),
        (["sync", "--prune"], "prune"),
        (["sync", "--remove-failed"], "prune"),
    ],
    ids=" ".join,
)
def test_the_command_chooses_the_role(repository: Repository, asked: Asked, arguments: list[str], role: str) -> None:
    assert repository.run(*arguments)[0] != exits.BUG
    assert asked.accounts == {ACCOUNTS[role]}


def test_a_plan_that_deletes_is_carried_out_in_the_role_that_may(repository: Repository, asked: Asked) -> None:
    assert repository.run("plan", "--prune", "--out", "plan.json")[0] == exits.CLEAN
    asked.accounts.clear()
    assert repository.run("sync", "--plan", "plan.json")[0] == exits.CLEAN
    assert asked.accounts == {ACCOUNTS["prune"]}
