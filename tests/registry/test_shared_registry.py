"""Two repositories sync contracts of their own into one registry: neither costs the other anything, or loses it anything."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from registry_worlds import GROWING, contract, desired, in_process
from rules_world import Repository, Witness, words

from schemaward.cli import exits
from schemaward.emulator.faults import Fault, Kind
from schemaward.emulator.server import serving
from schemaward.registry.plan import Permit
from schemaward.registry.run import Order, Result, sync
from schemaward.registry.seal import is_mark, mark_key

LONG = "o" * 39 + "/" + "n" * 100
"""As long as GitHub allows: more than the 128 characters of a key."""
ARN = "arn:aws:glue:eu-central-1:123456789012:registry/dev"
Share = Callable[[str], "Sharing"]


class Sharing(Repository):
    """A repository of its own name, whose commands are run in its own folder."""

    def __init__(self, name: str, root: Path, service: Witness, url: str, patch: pytest.MonkeyPatch, out: Any) -> None:
        root.mkdir()
        super().__init__(root, service, url, out)
        self.git("remote", "set-url", "origin", f"https://github.com/example-org/{name}.git")
        self._patch = patch

    def run(self, *arguments: str) -> tuple[int, str]:
        self._patch.chdir(self.root)
        return super().run(*arguments)

    def value(self, *arguments: str) -> dict[str, Any]:
        """What a command tells as JSON."""
        found: dict[str, Any] = json.loads(self.run(*arguments, "--format", "json")[1])
        return found


@pytest.fixture
def share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], no_rivals: None
) -> Iterator[Share]:
    """A new repository that syncs into the one registry."""
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    for name in ("GITHUB_SHA", "GITHUB_REPOSITORY"):
        monkeypatch.delenv(name, raising=False)
    service = Witness()
    with serving(service) as url:
        yield lambda name: Sharing(name, tmp_path / name, service, url, monkeypatch, capsys)


@pytest.fixture
def shop(share: Share) -> Sharing:
    shop = share("shop")
    shop.contract("shop.basket", words("a"))
    shop.contract("shop.order", words("a"), words("a", "b"))
    shop.commit()
    assert shop.run("sync")[0] == exits.CLEAN
    return shop


@pytest.fixture
def crm(share: Share, shop: Sharing) -> Sharing:
    crm = share("crm")
    crm.contract("crm.person", words("a"))
    crm.contract("crm.company", words("a"))
    crm.commit()
    assert crm.run("sync")[0] == exits.CLEAN
    return crm


def glue(repository: Repository) -> Any:
    return boto3.Session().client("glue", endpoint_url=repository.url, region_name="eu-central-1")


def test_a_run_with_nothing_to_do_is_cheap_for_both(shop: Sharing, crm: Sharing) -> None:
    for repository in (shop, crm, shop):
        for command in ("plan", "sync"):
            found = repository.value(command)
            assert (found["calls"], found["in_sync"], found["unchanged"]["contracts"]) == (2, True, 2)


def test_a_change_in_one_is_no_work_for_the_other(shop: Sharing, crm: Sharing) -> None:
    first = shop.git("rev-parse", "HEAD")
    crm.contract("crm.person", words("a"), words("a", "b"))
    crm.commit()
    assert crm.value("sync")["clean"]
    shop.contract("shop.basket", words("a"), words("a", "b"))
    shop.commit()
    found = shop.value("plan")
    assert found["unchanged"] == {"since": first, "contracts": 1}
    assert [action["text"] for action in found["actions"]] == ["register v2 under BACKWARD"]
    assert shop.value("sync")["clean"]
    assert crm.value("sync")["calls"] == 2


def test_what_the_other_holds_is_neither_drift_nor_ours_to_prune(shop: Sharing, crm: Sharing) -> None:
    for repository, theirs in ((shop, ["crm.company", "crm.person"]), (crm, ["shop.basket", "shop.order"])):
        code, _ = repository.run("drift")
        found = repository.value("drift")
        assert (code, found["in_sync"], found["unmanaged"]) == (exits.CLEAN, True, theirs)
    shop.contract("crm.person", words("a"), status="retired")
    shop.commit()
    code, told = shop.run("sync", "--prune", "--yes")
    assert code == exits.REGISTRY
    assert 'the schema "crm.person" belongs to example-org/crm, so it is not ours to delete' in told
    assert crm.value("sync", "--full")["changed"] is False


def test_what_one_prunes_is_its_own(shop: Sharing, crm: Sharing) -> None:
    shop.contract("shop.basket", words("a"), status="retired")
    shop.commit()
    assert shop.run("sync", "--prune", "--yes")[0] == exits.CLEAN
    names = {schema["SchemaName"] for schema in glue(shop).list_schemas(RegistryId={"RegistryName": "dev"})["Schemas"]}
    assert names == {"shop.order", "crm.company", "crm.person"}
    assert crm.value("sync")["calls"] == 2


def test_a_run_that_broke_off_in_one_is_no_doubt_in_the_other(shop: Sharing, crm: Sharing) -> None:
    shop.contract("shop.basket", words("a"), words("a", "b"))
    shop.commit()
    shop.service.play(Fault(Kind.REFUSE, operation="RegisterSchemaVersion"))
    assert shop.run("sync")[0] == exits.REGISTRY
    assert crm.value("sync")["calls"] == 2
    assert shop.value("sync")["clean"]


def test_two_repositories_that_sync_at_once_do_not_stop_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schemaward.registry.lease._FRESH", 0.0)
    connection, service = in_process()
    shop = Order(desired(contract("shop.order", *GROWING)), Permit(repository="example-org/shop"))
    crm = Order(desired(contract("crm.person", *GROWING)), Permit(repository="example-org/crm"))
    between: list[Result] = []

    def begin_the_other(operation: str, after: bool) -> None:
        if operation == "RegisterSchemaVersion" and after and not between:
            service.fault = lambda _operation, _after: None
            between.append(sync(connection, crm))

    service.fault = begin_the_other
    assert [result.clean for result in (sync(connection, shop), *between)] == [True, True]
    assert [sync(connection, each).survey.unchanged for each in (shop, crm)] == [("shop.order",), ("crm.person",)]


def test_a_contract_that_moved_to_another_repository_is_no_longer_ours(shop: Sharing, crm: Sharing) -> None:
    crm.contract("shop.order", words("a"), words("a", "b"))
    crm.commit()
    (found,) = crm.value("drift")["differences"]
    assert (found["contract"], found["fact"]) == ("shop.order", "v2 lacks metadata: repository")
    assert [action["text"] for action in crm.value("sync")["actions"]] == ["add metadata to v2: repository"]
    assert crm.value("drift")["in_sync"] is True
    shop.contract("shop.order", words("a"), words("a", "b"), status="retired")
    shop.commit()
    code, told = shop.run("sync", "--prune", "--yes")
    assert code == exits.REGISTRY
    assert 'the schema "shop.order" belongs to example-org/crm' in told
    assert crm.value("drift")["in_sync"] is True
    shutil.rmtree(shop.root / "contracts" / "shop" / "order")
    assert shop.value("drift")["unmanaged"] == ["crm.company", "crm.person", "shop.order"]


def test_what_belongs_to_another_repository_is_told_without_a_command(shop: Sharing, crm: Sharing) -> None:
    told = shop.run("drift")[1]
    assert 'the schema "crm.person" belongs to example-org/crm\n' in told
    assert "schemaward import" not in told


def test_the_new_owner_of_a_moved_contract_prunes_it(shop: Sharing, crm: Sharing) -> None:
    crm.contract("shop.order", words("a"), words("a", "b"))
    crm.commit()
    assert crm.value("sync")["clean"]
    crm.contract("shop.order", words("a"), words("a", "b"), status="retired")
    crm.commit()
    assert crm.run("sync", "--prune", "--yes")[0] == exits.CLEAN
    names = {schema["SchemaName"] for schema in glue(shop).list_schemas(RegistryId={"RegistryName": "dev"})["Schemas"]}
    assert names == {"shop.basket", "crm.company", "crm.person"}


@pytest.mark.parametrize("name", ["Example-Org/Store", "example-org/SHOP", "a-first/name"])
def test_a_repository_that_was_renamed_goes_on_with_what_it_has(shop: Sharing, name: str) -> None:
    shop.git("remote", "set-url", "origin", f"https://github.com/{name}.git")
    assert shop.run("sync")[0] == exits.CLEAN
    assert shop.value("drift")["in_sync"] is True
    shop.contract("shop.basket", words("a"), status="retired")
    shop.commit()
    assert shop.run("sync", "--prune", "--yes")[0] == exits.CLEAN
    shutil.rmtree(shop.root / "contracts" / "shop" / "order")
    (found,) = shop.value("drift")["differences"]
    assert (found["kind"], found["schema"]) == ("schema-forgotten", "shop.order")


def test_an_import_leaves_what_belongs_to_others_unless_it_is_named(shop: Sharing, crm: Sharing) -> None:
    shop.contract("shop.order", words("a"), words("a", "b"), status="retired")
    owned = ("--owner", "@example-org/shop")
    code, told = shop.run("import", *owned)
    assert (code, "0 schemas adopted, 2 of other repositories" in told) == (exits.CLEAN, True), told
    assert "  other  crm.person: it belongs to example-org/crm; --schema crm.person takes it over\n" in told
    assert not (shop.root / "contracts" / "crm").exists()
    code, told = shop.run("import", *owned, "--schema", "crm.person")
    assert code == exits.CLEAN
    assert (
        "it belongs to example-org/crm, which the next sync takes it from: it can be pruned only from here then" in told
    )
    assert "A sync has nothing to do but to add its metadata to what was adopted." in told
    assert [action["text"] for action in shop.value("sync", "--full")["actions"]] == ["add metadata to v1: repository"]


def test_a_mark_of_the_time_before_each_repository_had_its_own_is_no_mark(shop: Sharing) -> None:
    client = glue(shop)
    (key,) = (key for key in client.get_tags(ResourceArn=ARN)["Tags"] if key.startswith("schemaward-sync"))
    mark = client.get_tags(ResourceArn=ARN)["Tags"][key]
    client.untag_resource(ResourceArn=ARN, TagsToRemove=[key])
    client.tag_resource(ResourceArn=ARN, TagsToAdd={"schemaward-sync": mark})
    first, second = shop.value("sync"), shop.value("sync")
    assert (first["unchanged"]["contracts"], first["changed"], first["clean"]) == (0, False, True)
    assert second["calls"] == 2
    assert shop.run("drift")[0] == exits.CLEAN


def test_a_registry_without_room_for_another_mark_is_told_before_anything_is_changed(
    shop: Sharing, share: Share
) -> None:
    for number in range(50 - len(glue(shop).get_tags(ResourceArn=ARN)["Tags"])):
        glue(shop).tag_resource(ResourceArn=ARN, TagsToAdd={f"schemaward-sync/gone/number{number}": "x"})
    assert shop.value("sync")["calls"] == 2
    late = share("late")
    late.contract("late.comer", words("a"))
    code, told = late.run("sync")
    assert code == exits.REGISTRY
    assert 'the registry dev of target "dev" has 50 tags, as many as AWS takes' in told
    assert "remove tags that nobody needs, such as the marks `schemaward-sync/...`" in told
    assert len(glue(shop).list_schemas(RegistryId={"RegistryName": "dev"})["Schemas"]) == 2


@pytest.mark.parametrize(
    ("repository", "key"),
    [
        ("", "schemaward-sync"),
        ("Example-Org/Contracts", "schemaward-sync/example-org/contracts"),
        (LONG.title(), f"schemaward-sync/{hashlib.sha256(LONG.encode()).hexdigest()}"),
    ],
)
def test_the_key_of_a_mark(repository: str, key: str) -> None:
    assert mark_key(repository) == key
    assert is_mark(key)
