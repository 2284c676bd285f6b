"""``schemaward diff``: how sides are named, what is printed, and the exit codes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from schemaward import report
from schemaward.cli import run

MANIFEST = """\
name: shop.order
description: An order.
format: JSON
compatibility: BACKWARD
policy: {policy}
owners: ["@example-org/shop"]
status: active
"""
V1 = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "properties": {"id": {"type": "string"}, "amount": {"type": "integer", "minimum": 0}},
    "required": ["id"],
    "additionalProperties": False,
}
V2 = V1 | {"properties": V1["properties"] | {"amount": {"type": "integer", "minimum": 1}, "note": {"type": "string"}}}
DIFF_SCHEMA = Path(str(report.__file__)).parent / "diff.schema.json"

Diff = Callable[..., tuple[int, str, str]]


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


def write(path: Path, content: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content, indent=2))
    return path


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a contract of two versions, the second as it was proposed first in the commit before."""
    root = tmp_path / "repository"
    folder = root / "contracts" / "shop" / "order"
    write(folder / "contract.yaml", MANIFEST.format(policy="strict"))
    write(folder / "v1.json", V1)
    write(folder / "v2.json", V1)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "first")
    write(folder / "v2.json", V2)
    git(root, "commit", "-q", "-am", "second")
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def diff(capsys: pytest.CaptureFixture[str]) -> Diff:
    """Run the command: exit code, standard output, standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["diff", *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.mark.usefixtures("shop")
def test_two_versions_of_a_contract(diff: Diff) -> None:
    code, out, err = diff("shop.order@1", "shop.order@2")
    assert (code, err) == (0, "")
    assert (
        out
        == """\
old: shop.order@1
new: shop.order@2

Narrows: readers on the new version refuse some old data (1 change)
  contracts/shop/order/v2.json:10:7  bound-tightened
    the bound "minimum" was tightened: 0 -> 1  (/properties/amount/minimum)

Widens: readers on the old version refuse some new data (1 change)
  contracts/shop/order/v2.json:12:5  property-added
    the property "note" was added: {"type": "string"}  (/properties/note)

Backward (new reads old): incompatible
  shop.order@1 allows this document, shop.order@2 refuses it:
    {"amount": 0, "id": ""}
  /amount: 0 is less than the minimum of 1 (keyword /properties/amount/minimum)
  smallest edit of the new version that makes it safe:
    @@ -9,3 +9,3 @@
           "type": "integer",
    -      "minimum": 1
    +      "minimum": 0
         },
  AWS Glue is expected to refuse this direction: by its documented rules for open and closed content models

Forward (old reads new): incompatible
  shop.order@2 allows this document, shop.order@1 refuses it:
    {"id": "", "note": ""}
  the document: Additional properties are not allowed ('note' was unexpected) (keyword /additionalProperties)
  smallest edit of the new version that makes it safe:
    @@ -10,5 +10,2 @@
           "minimum": 1
    -    },
    -    "note": {
    -      "type": "string"
         }
  AWS Glue is expected to refuse this direction: by its documented rules for open and closed content models

Allowed under: NONE
Not allowed under: BACKWARD, BACKWARD_ALL, FORWARD, FORWARD_ALL, FULL, FULL_ALL
DISABLED allows no new version. _ALL modes also ask about earlier versions. Policy strict, formats asserted.
"""
    )


@pytest.mark.usefixtures("shop")
def test_without_a_number_the_latest_version_is_meant(diff: Diff) -> None:
    assert diff("shop.order@1", "shop.order")[1].startswith("old: shop.order@1\nnew: shop.order@2\n")


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("old", ["HEAD~1:contracts/shop/order/v2.json", "HEAD~1:./contracts/shop/order/v2.json"])
def test_a_file_at_a_ref_against_the_work_tree(diff: Diff, old: str) -> None:
    code, out, _ = diff(old, "contracts/shop/order/v2.json")
    assert code == 0
    assert "bound-tightened" in out
    assert "property-added" in out


@pytest.mark.usefixtures("shop")
def test_sides_of_all_sorts_mix(diff: Diff, tmp_path: Path) -> None:
    mine = write(tmp_path / "mine.yaml", "type: object\n")
    code, out, _ = diff(str(mine), "shop.order@1")
    assert code == 0
    assert "additional-properties-closed" in out


def test_files_need_no_repository(diff: Diff, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "old.json", {"type": "integer"})
    write(tmp_path / "new.yaml", "type: number\n")
    code, out, _ = diff("old.json", "new.yaml")
    assert code == 0
    assert "new.yaml:1:1  type-widened" in out


@pytest.mark.usefixtures("shop")
def test_spelling_is_no_change(diff: Diff, tmp_path: Path) -> None:
    turned = write(tmp_path / "turned.json", dict(reversed(V1.items())))
    code, out, _ = diff("--exit-code", "shop.order@1", str(turned))
    assert code == 0
    assert "No changes: the schemas differ in spelling at most." in out
    assert "Allowed under: NONE, BACKWARD, BACKWARD_ALL, FORWARD, FORWARD_ALL, FULL, FULL_ALL" in out


@pytest.mark.usefixtures("shop")
def test_the_exit_code_tells_of_changes_on_request(diff: Diff) -> None:
    assert diff("shop.order@1", "shop.order@2")[0] == 0
    assert diff("shop.order@1", "shop.order@2", "--exit-code")[0] == 1


@pytest.mark.usefixtures("shop")
def test_json_has_its_published_shape(diff: Diff) -> None:
    code, out, _ = diff("shop.order@1", "shop.order@2", "--format", "json")
    value = json.loads(out)
    jsonschema.Draft7Validator(json.loads(DIFF_SCHEMA.read_text())).validate(value)
    assert code == 0
    assert value["changes"][0] == {
        "kind": "bound-tightened",
        "effect": "narrows",
        "side": "new",
        "pointer": "/properties/amount/minimum",
        "path": "contracts/shop/order/v2.json",
        "line": 10,
        "column": 7,
        "old": 0,
        "new": 1,
    }
    assert value["backward"]["witness"] == {"amount": 0, "id": ""}
    assert value["backward"]["refusals"][0]["schema_pointer"] == "/properties/amount/minimum"
    assert value["allowed"]["BACKWARD"] is False


def test_the_policy_of_the_contract_is_used(diff: Diff, shop: Path) -> None:
    opened = {name: value for name, value in V1.items() if name != "additionalProperties"}
    folder = shop / "contracts" / "shop" / "order"
    write(folder / "v1.json", opened)
    write(folder / "v2.json", opened | {"properties": opened["properties"] | {"note": {"type": "string"}}})
    assert "Backward (new reads old): incompatible" in diff("shop.order@1", "shop.order@2")[1]
    write(folder / "contract.yaml", MANIFEST.format(policy="lenient"))
    assert "Backward (new reads old): compatible" in diff("shop.order@1", "shop.order@2")[1]
    assert "Backward (new reads old): incompatible" in diff("shop.order@1", "shop.order@2", "--policy", "strict")[1]


def test_formats_can_be_taken_for_comments(diff: Diff, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "old.json", {"type": "string"})
    write(tmp_path / "new.json", {"type": "string", "format": "date"})
    assert "Narrows: readers on the new version refuse some old data" in diff("old.json", "new.json")[1]
    out = diff("old.json", "new.json", "--no-formats")[1]
    assert "No effect on what is accepted (1 change)" in out
    assert "formats not asserted" in out


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("old", "said"),
    [
        ("nothing.json", 'there is no file "nothing.json"'),
        ("shop.ordr@1", 'did you mean "shop.order"?'),
        ("shop.order@7", 'the contract "shop.order" has no version 7'),
        ("HEAD~9:contracts/shop/order/v1.json", 'Git knows no commit by the name "HEAD~9"'),
        ("HEAD:contracts/shop/order/v9.json", "the file is not in HEAD"),
        ("HEAD:../../etc/passwd", "is no path inside the repository"),
        ("contracts", '"contracts" is a folder'),
    ],
)
def test_what_cannot_be_found_is_said_with_a_remedy(diff: Diff, old: str, said: str) -> None:
    code, out, err = diff(old, "shop.order@1")
    assert (code, out) == (2, "")
    assert said in err
    assert "  fix: " in err


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "bad.json:1:"),
        ('{"type": 7}', "bad.json:1:"),
        ('{"type": "string", "type": "number"}', "twice"),
        ('{"$ref": "#/definitions/none"}', "bad.json:1:"),
    ],
)
def test_a_schema_that_cannot_be_used_is_said_with_its_place(
    diff: Diff, tmp_path: Path, content: str, said: str
) -> None:
    code, out, err = diff(str(write(tmp_path / "bad.json", content)), "shop.order@1")
    assert (code, out) == (2, "")
    assert said in err


@pytest.mark.usefixtures("shop")
def test_a_file_outside_the_repository_refers_to_nothing_else(diff: Diff, tmp_path: Path) -> None:
    write(tmp_path / "secret.json", {"type": "string"})
    mine = write(tmp_path / "mine.json", {"$ref": "secret.json"})
    code, out, err = diff(str(mine), "shop.order@1")
    assert (code, out) == (2, "")
    assert "secret.json" in err


@pytest.mark.usefixtures("shop")
def test_formats_of_two_sorts_are_not_compared(diff: Diff, tmp_path: Path) -> None:
    code, _, err = diff(str(write(tmp_path / "x.avsc", {"type": "string"})), "shop.order@1")
    assert code == 2
    assert "of different formats, AVRO and JSON" in err


@pytest.mark.usefixtures("shop")
def test_values_cannot_steer_the_terminal(diff: Diff, tmp_path: Path) -> None:
    old = write(tmp_path / "old.json", {"type": "string", "description": "a"})
    new = write(tmp_path / "new.json", {"type": "string", "description": "\x1b[31mred", "enum": ["\x1b[2J"]})
    assert "\x1b" not in diff(str(old), str(new))[1]
