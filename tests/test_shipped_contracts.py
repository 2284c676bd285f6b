"""The contracts of this repository: clean under the real check, examples on the right side, manifests by their schema."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from schemaward.cli import exits, run
from schemaward.cli.opening import loaded
from schemaward.model import JsonValue, Mode, RegistryKind, Status, Target
from schemaward.syntax.parse import parse_document

ROOT = Path(__file__).parents[1]
FOLDERS = sorted(path.parent for path in (ROOT / "contracts").glob("*/*/contract.*"))
NAMES = [".".join(folder.parts[-2:]) for folder in FOLDERS]
MANIFEST_SCHEMA = json.loads((ROOT / "tooling/schemaward/repo/manifest.schema.json").read_text("utf-8"))


def value(path: Path) -> JsonValue:
    return parse_document(path.relative_to(ROOT).as_posix(), path.read_bytes()).value


def manifest(folder: Path) -> Any:
    [path] = folder.glob("contract.*")
    return value(path)


JSON = [folder for folder in FOLDERS if manifest(folder)["format"] == "JSON"]
JSON_NAMES = [".".join(folder.parts[-2:]) for folder in JSON]


def versions(folder: Path) -> dict[int, Any]:
    return {int(path.stem[1:]): value(path) for path in folder.glob("v*.*")}


def refusals(schema: Any, document: Any) -> list[str]:
    """What the jsonschema package says, formats asserted, whatever our own engine does."""
    judge = jsonschema.validators.validator_for(schema)
    return [error.message for error in judge(schema, format_checker=judge.FORMAT_CHECKER).iter_errors(document)]


def test_the_check_of_this_repository_is_clean(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    code = run(["check"])
    said = capsys.readouterr()
    assert (code, said.err) == (exits.CLEAN, ""), said.out
    assert f"{len(FOLDERS)} contracts" in said.out


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_a_manifest_follows_the_published_schema(folder: Path) -> None:
    assert refusals(MANIFEST_SCHEMA, manifest(folder)) == []
    assert manifest(folder)["name"] == ".".join(folder.parts[-2:])


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_a_manifest_tells_editors_its_schema(folder: Path) -> None:
    [path] = folder.glob("contract.*")
    hint = re.search(r'\$schema(?:=|": ")([^"\s]+)', path.read_text("utf-8"))
    assert hint
    assert (folder / hint[1]).resolve() == ROOT / "tooling/schemaward/repo/manifest.schema.json"


@pytest.mark.parametrize("folder", JSON, ids=JSON_NAMES)
def test_a_version_has_a_title_and_says_what_is_new(folder: Path) -> None:
    history = versions(folder)
    assert sorted(history) == list(range(1, len(history) + 1))
    assert all(schema["title"] and schema["description"] for schema in history.values())
    assert len({schema["description"] for schema in history.values()}) == len(history) >= 2


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_there_are_examples_on_both_sides(folder: Path) -> None:
    assert min(len([*folder.glob(f"examples/{side}/*")]) for side in ("valid", "invalid")) >= 2


@pytest.mark.parametrize("folder", JSON, ids=JSON_NAMES)
def test_examples_stand_on_the_right_side(folder: Path) -> None:
    history = versions(folder)
    for path in sorted(folder.glob("examples/*/*")):
        tied = re.match(r"v(\d+)\.", path.name)
        refused = refusals(history[int(tied[1]) if tied else max(history)], value(path))
        assert bool(refused) == (path.parent.name == "invalid"), (path.name, refused)


def test_the_contracts_show_the_range_of_what_is_possible() -> None:
    manifests = [manifest(folder) for folder in FOLDERS]
    assert len(manifests) >= 9
    assert {Mode(each["compatibility"]) for each in manifests} == set(Mode)
    assert {Status(each["status"]) for each in manifests} >= {Status.ACTIVE, Status.DRAFT, Status.DEPRECATED}
    drafts = {schema["$schema"] for folder in JSON for schema in versions(folder).values()}
    assert {draft.split("/")[3] for draft in drafts} == {"draft-04", "draft-06", "draft-07"}
    kinds = {(path.stem[0] == "v", path.suffix) for folder in FOLDERS for path in folder.glob("[cv]*.*")}
    assert kinds >= {(True, each) for each in (".avsc", ".json", ".proto", ".yaml")} | {
        (False, ".json"),
        (False, ".yaml"),
    }


def test_no_contract_stands_in_the_way_of_an_eventbridge_target() -> None:
    bus = Target("bus", "ai", "eu-west-1", kind=RegistryKind.EVENTBRIDGE)
    wanted = loaded(ROOT, "text").desired(bus)
    assert {schema.contract: schema.obstacle for schema in wanted.schemas if schema.obstacle} == {}
    assert "identity.person" in {schema.contract for schema in wanted.schemas}
