"""What ``schemaward check`` says of CODEOWNERS: the remedy is one that mends."""

from __future__ import annotations

import json

import pytest
from contract_repository import FOLDER, Repository, manifest

from schemaward.cli import run


def test_a_line_that_the_block_lacks_is_written_by_the_command(shop: Repository) -> None:
    shop.write("CODEOWNERS", "* @example-org/all\n")
    assert "`schemaward codeowners`" in remedy(shop)
    assert run(["codeowners"]) == 0
    assert shop.check().found == []


def test_a_line_that_overrides_the_block_is_for_people_to_remove(shop: Repository) -> None:
    shop.check()  # enters the folder
    assert run(["codeowners"]) == 0
    block = (shop.folder / "CODEOWNERS").read_text()
    shop.write("CODEOWNERS", f"{block}/contracts/ @example-org/all\n")
    assert remedy(shop).startswith("Remove the line below the generated block")
    shop.write(f"{FOLDER}/contract.json", manifest(owners=["@example-org/new"]))
    assert "`schemaward codeowners`" in remedy(shop, "contracts/shop/order")


@pytest.mark.parametrize("option", [(), ("--against", "main")])
def test_broken_markers_are_found_where_they_stand(shop: Repository, option: tuple[str, ...]) -> None:
    shop.write("CODEOWNERS", "/contracts/ @example-org/shop\n# BEGIN schemaward\n")
    assert shop.check(*option).found == [("file-syntax", "CODEOWNERS", 2)]


def remedy(shop: Repository, *paths: str) -> str:
    found = json.loads(shop.check(*paths).out)["findings"]
    assert {each["rule"] for each in found} == {"codeowners-missing"}
    return str(found[0]["remedy"])
