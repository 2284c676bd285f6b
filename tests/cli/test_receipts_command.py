"""``schemaward receipts``: ids for people, programs and shells."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from contract_folder import Repository

from schemaward.cli import exits


@pytest.fixture
def receipts(repository: Repository, url: str) -> Repository:
    repository.targets(dev=url)
    repository.run("sync", "--receipts", "receipts.json")
    return repository


def versions() -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(Path("receipts.json").read_text())["contracts"]["shop.order"][
        "versions"
    ]
    return found


def test_a_shell_gets_one_value(receipts: Repository) -> None:
    first, second = versions()
    assert receipts.run("receipts", "receipts.json", "shop.order@1", "--field", "id") == (0, f"{first['id']}\n", "")
    assert receipts.run("receipts", "receipts.json", "shop.order", "--field", "id") == (0, f"{second['id']}\n", "")
    arn = "arn:aws:glue:eu-central-1:123456789012:schema/ai/shop.order"
    assert receipts.run("receipts", "receipts.json", "shop.order", "--field", "arn") == (0, f"{arn}\n", "")


def test_people_get_a_table_and_programs_get_json(receipts: Repository) -> None:
    first, second = versions()
    code, out, _ = receipts.run("receipts", "receipts.json", "shop.order")
    assert code == exits.CLEAN
    assert out.splitlines() == [
        "CONTRACT      NUMBER  STATUS     ID",
        f"shop.order@1  1       AVAILABLE  {first['id']}",
        f"shop.order@2  2       AVAILABLE  {second['id']}",
    ]
    assert len(receipts.run("receipts", "receipts.json")[1].splitlines()) == 4
    found = json.loads(receipts.run("receipts", "receipts.json", "shop.order@v2", "--format", "json")[1])
    assert found["contracts"]["shop.order"]["versions"] == [second]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["receipts.json", "shop.ordre"], 'did you mean "shop.order"?'),
        (["receipts.json", "shop.order@7"], "versions: shop.order@1, shop.order@2"),
        (["receipts.json", "--field", "id"], "--field needs a contract"),
        (["missing.json"], '"missing.json" cannot be read'),
        (["contracts/registries.yaml"], "holds no receipts"),
    ],
)
def test_what_the_receipts_do_not_say(receipts: Repository, arguments: list[str], message: str) -> None:
    code, out, err = receipts.run("receipts", *arguments)
    assert (code, out) == (exits.USAGE, "")
    assert message in err


def test_a_version_that_is_not_available_has_no_value(receipts: Repository) -> None:
    text = Path("receipts.json").read_text().replace("AVAILABLE", "FAILURE")
    Path("receipts.json").write_text(text)
    code, _, err = receipts.run("receipts", "receipts.json", "shop.order", "--field", "id")
    assert code == exits.USAGE
    assert "no version" in err
