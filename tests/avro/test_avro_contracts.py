"""Avro contracts in a real repository: shared types, severities, the plan, and what is loaded on the way."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from schemaward.cli import run

MANIFEST = {
    "name": "shop.order",
    "description": "An order.",
    "format": "AVRO",
    "compatibility": "BACKWARD",
    "owners": ["@example-org/shop"],
    "status": "active",
}
FOLDER = "contracts/shop/order"
MONEY = {"type": "record", "name": "Money", "namespace": "shop", "fields": [{"name": "cents", "type": "long"}]}


def order(*fields: Any) -> Any:
    return {"type": "record", "name": "Order", "namespace": "shop", "fields": list(fields)}


PRICE = {"name": "price", "type": "Money"}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "CODEOWNERS", "/contracts/shop/order/ @example-org/shop\n")
    write(tmp_path, f"{FOLDER}/contract.json", MANIFEST)
    return tmp_path


def write(root: Path, path: str, content: Any) -> None:
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(content if isinstance(content, str) else json.dumps(content, indent=1))


def check(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[Any]]:
    code = run(["check", "--format", "json", *arguments])
    return code, json.loads(capsys.readouterr().out)["findings"]


@pytest.mark.parametrize("place", ["contracts/shop/shared/shop.Money.avsc", "contracts/shared/shop.Money.yaml"])
def test_a_type_of_a_shared_file_is_put_in_where_it_is_used(
    shop: Path, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    write(shop, place, MONEY)
    write(shop, f"{FOLDER}/v1.avsc", order(PRICE, {"name": "paid", "type": ["null", "shop.Money"]}))
    write(shop, f"{FOLDER}/examples/valid/one.json", {"price": {"cents": 7}, "paid": {"shop.Money": {"cents": 7}}})
    assert check(capsys) == (0, [])


def test_a_type_that_nobody_defines_is_told_where_it_stands(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(shop, f"{FOLDER}/v1.avsc", order(PRICE))
    code, [found] = check(capsys)
    assert code == 1
    assert found["rule"] == "schema-invalid"
    assert 'the type "shop.Money" is not defined' in found["fact"]


def test_a_fault_in_a_shared_file_is_told_in_that_file(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(shop, "contracts/shared/shop.Money.avsc", {**MONEY, "fields": [{"name": "cents", "type": "lon"}]})
    write(shop, f"{FOLDER}/v1.avsc", order(PRICE))
    _, [found] = check(capsys)
    assert found["path"] == "contracts/shared/shop.Money.avsc"
    assert 'the type "shop.lon" is not defined' in found["fact"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "not valid JSON"),
        ({**MONEY, "name": "Cash"}, 'does not define the type "shop.Money"'),
        ([MONEY], 'does not define the type "shop.Money"'),
    ],
)
def test_a_shared_file_that_is_of_no_use_is_told_and_not_passed_over(
    shop: Path, capsys: pytest.CaptureFixture[str], content: Any, told: str
) -> None:
    write(shop, "contracts/shop/shared/shop.Money.avsc", content)
    write(shop, "contracts/shared/shop.Money.avsc", MONEY)
    write(shop, f"{FOLDER}/v1.avsc", order(PRICE))
    code, [found] = check(capsys)
    assert (code, found["rule"], found["path"]) == (1, "schema-invalid", "contracts/shop/shared/shop.Money.avsc")
    assert told in found["fact"]


@pytest.mark.parametrize("name", ["../shared/Money", "shop.Mo ney", "shop..Money", "M" * 300])
def test_what_is_no_name_of_a_file_is_not_looked_for(shop: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    write(shop, "contracts/shared/shop.Money.avsc", MONEY)
    write(shop, f"{FOLDER}/v1.avsc", order({"name": "price", "type": name}))
    _, [found] = check(capsys)
    assert found["path"] == f"{FOLDER}/v1.avsc"
    assert "is not defined" in found["fact"]


def test_an_edit_of_a_shared_type_reaches_the_published_versions(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(shop, "contracts/shared/shop.Money.avsc", MONEY)
    write(shop, f"{FOLDER}/v1.avsc", order(PRICE))
    for arguments in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "first"]):
        subprocess.run(["git", *arguments], cwd=shop, check=True)
    write(shop, "contracts/shared/shop.Money.avsc", {**MONEY, "fields": [{"name": "cents", "type": "int"}]})
    code, found = check(capsys, "--against", "HEAD")
    assert code == 1
    assert [each["rule"] for each in found] == ["version-edited"]


@pytest.mark.parametrize("way", [["--against", "HEAD"], ["--staged"]])
def test_a_nearer_file_that_takes_the_place_of_a_shared_type_is_an_edit(
    shop: Path, capsys: pytest.CaptureFixture[str], way: list[str]
) -> None:
    write(shop, "contracts/shared/shop.Money.avsc", MONEY)
    write(shop, f"{FOLDER}/v1.avsc", order(PRICE))
    for arguments in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "first"]):
        subprocess.run(["git", *arguments], cwd=shop, check=True)
    write(shop, "contracts/shop/shared/shop.Money.yaml", {**MONEY, "fields": [{"name": "cents", "type": "int"}]})
    subprocess.run(["git", "add", "-A"], cwd=shop, check=True)
    code, found = check(capsys, *way)
    assert code == 1
    nearer = "contracts/shop/shared/shop.Money.yaml"
    assert [(each["rule"], each["path"]) for each in found] == [("version-edited", nearer)]
    assert f"v1 ({FOLDER}/v1.avsc) is published" in found[0]["fact"]


def test_a_type_outside_of_the_contracts_is_not_taken(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(shop, "shared/shop.Money.avsc", MONEY)
    write(shop, f"{FOLDER}/v1.avsc", order(PRICE))
    code, [found] = check(capsys)
    assert code == 1
    assert 'the type "shop.Money" is not defined' in found["fact"]


def test_a_break_stands_in_the_new_file_with_its_bytes(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(shop, f"{FOLDER}/v1.avsc", order({"name": "id", "type": "string"}))
    write(shop, f"{FOLDER}/v2.avsc", order({"name": "id", "type": "string"}, {"name": "note", "type": "string"}))
    _, [found] = check(capsys)
    assert (found["rule"], found["path"], found["pointer"]) == (
        "avro-field-without-default",
        f"{FOLDER}/v2.avsc",
        "/fields/1",
    )
    assert 'consumers on v2 cannot read what v1 wrote at "/note"' in found["fact"]


def test_the_manifest_sets_how_much_a_loss_matters(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    moment = {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}}
    write(shop, f"{FOLDER}/v1.avsc", order(moment))
    write(shop, f"{FOLDER}/v2.avsc", order({**moment, "type": {"type": "long", "logicalType": "timestamp-micros"}}))
    code, [found] = check(capsys)
    assert (code, found["rule"], found["severity"]) == (1, "avro-time-unit", "error")
    write(shop, f"{FOLDER}/contract.json", {**MANIFEST, "severity": {"avro-time-unit": "warning"}})
    code, [found] = check(capsys)
    assert (code, found["severity"]) == (0, "warning")
    write(shop, f"{FOLDER}/contract.json", {**MANIFEST, "severity": {"avro-time-unit": "off"}})
    assert check(capsys) == (0, [])


@pytest.mark.parametrize("suffix", ["avsc", "json", "yaml"])
def test_a_clean_check_loads_no_library_of_bytes(shop: Path, suffix: str) -> None:
    write(shop, f"{FOLDER}/v1.{suffix}", order({"name": "id", "type": "string"}))
    write(shop, f"{FOLDER}/v2.{suffix}", order({"name": "id", "type": ["string", "null"]}))
    probe = "import sys\nfrom schemaward.cli import run\ncode = run(['check'])\nprint(code, *sys.modules)"
    done = subprocess.run([sys.executable, "-c", probe], cwd=shop, capture_output=True, text=True, check=True)
    code, *modules = done.stdout.splitlines()[-1].split()
    assert code == "0", done.stdout
    heavy = {"fastavro", "google.protobuf", "jsonschema", "boto3", "deepdiff", "schemaward.formats.jsonschema"}
    assert not heavy & set(modules)
    assert not {name for name in modules if name.startswith(("schemaward.formats.protobuf", "schemaward.formats.json"))}
