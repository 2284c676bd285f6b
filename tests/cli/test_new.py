"""``schemaward new``: what it writes passes the check, and the next version can be what the mode is for."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from schemaward.cli import exits, run
from schemaward.model import Contract, Mode, Policy, Status
from schemaward.repo.load import load_catalog
from schemaward.repo.scaffold import Scaffold, scaffold_files
from schemaward.repo.trees import WorkTree
from schemaward.syntax.parse import parse_document

OWNER = ("--owner", "@example-org/agents")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def new(*arguments: str) -> int:
    return run(["new", *arguments])


def only_contract(root: Path) -> Contract:
    catalog, findings = load_catalog(WorkTree(root))
    assert findings == ()
    [contract] = catalog.contracts
    return contract


def files(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


@pytest.mark.parametrize("syntax", ["yaml", "json"])
@pytest.mark.parametrize("mode", list(Mode))
def test_a_new_contract_passes_the_check_once_its_owners_are_known(
    root: Path, capsys: pytest.CaptureFixture[str], mode: Mode, syntax: str
) -> None:
    assert new("agents.tool-call", *OWNER, "--mode", mode.value, "--format", syntax) == exits.CLEAN
    capsys.readouterr()
    assert run(["check", "--format", "json"]) == exits.FINDINGS
    assert {found["rule"] for found in json.loads(capsys.readouterr().out)["findings"]} == {"codeowners-missing"}
    assert run(["codeowners"]) == exits.CLEAN
    capsys.readouterr()
    assert run(["check"]) == exits.CLEAN, capsys.readouterr().out
    contract = only_contract(root)
    assert (contract.mode, contract.status) == (mode, Status.DRAFT)
    sides = [example.valid for example in contract.examples]
    assert min(sides.count(True), sides.count(False)) >= 2
    assert {path.rpartition(".")[2] for path in files(root) if path != "CODEOWNERS"} == {syntax}


@pytest.mark.parametrize("syntax", ["yaml", "json"])
@pytest.mark.parametrize("data_format", ["AVRO", "protobuf"])
def test_a_contract_of_another_format_passes_the_check_too(
    root: Path, capsys: pytest.CaptureFixture[str], data_format: str, syntax: str
) -> None:
    arguments = ("--data-format", data_format, "--format", syntax, "--mode", "FULL_ALL")
    assert new("agents.tool-call", *OWNER, *arguments) == exits.CLEAN
    assert run(["codeowners"]) == exits.CLEAN
    capsys.readouterr()
    assert run(["check"]) == exits.CLEAN, capsys.readouterr().out
    contract = only_contract(root)
    assert contract.data_format.value == data_format.upper()
    assert contract.registry_mode is Mode.FULL_ALL
    sides = [example.valid for example in contract.examples]
    assert min(sides.count(True), sides.count(False)) >= 2


@pytest.mark.parametrize("name", ["a.b", "1a.2-b", "x.record", "agents.a_b-c"])
@pytest.mark.parametrize("data_format", ["AVRO", "PROTOBUF"])
def test_any_name_of_a_contract_makes_a_name_of_a_type(
    root: Path, capsys: pytest.CaptureFixture[str], data_format: str, name: str
) -> None:
    assert new(name, *OWNER, "--data-format", data_format) == exits.CLEAN
    run(["codeowners"])
    capsys.readouterr()
    assert run(["check"]) == exits.CLEAN, capsys.readouterr().out


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode is not Mode.DISABLED])
def test_an_optional_property_can_be_added_to_what_was_scaffolded(
    root: Path, capsys: pytest.CaptureFixture[str], mode: Mode
) -> None:
    new("agents.tool-call", *OWNER, "--mode", mode.value, "--format", "json")
    run(["codeowners"])
    folder = root / "contracts/agents/tool-call"
    schema: dict[str, Any] = json.loads((folder / "v1.json").read_text())
    schema["properties"]["attempt"] = {"type": "integer"}
    (folder / "v2.json").write_text(json.dumps(schema))
    capsys.readouterr()
    assert run(["check"]) == exits.CLEAN, capsys.readouterr().out


def test_full_is_lenient_and_leaves_the_gate_to_git(root: Path) -> None:
    new("agents.tool-call", *OWNER, "--mode", "full_all")
    contract = only_contract(root)
    assert (contract.policy, contract.registry_mode) == (Policy.LENIENT, Mode.NONE)


def test_it_says_what_it_wrote_and_what_to_do_next(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new("agents.tool-call", *OWNER)
    out = capsys.readouterr().out
    assert out.startswith("wrote contracts/agents/tool-call/\n")
    written = [path.removeprefix("contracts/agents/tool-call/") for path in files(root)]
    assert all(f"  {path}\n" in out for path in written)
    assert out.index("schemaward codeowners") < out.index("schemaward check contracts/agents/tool-call")


def test_it_never_overwrites(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new("agents.tool-call", *OWNER, "--format", "json")
    before = {path: (root / path).read_bytes() for path in files(root)}
    capsys.readouterr()
    assert new("agents.tool-call", *OWNER) == exits.USAGE
    assert 'error: "contracts/agents/tool-call" exists already\n' in capsys.readouterr().err
    assert {path: (root / path).read_bytes() for path in files(root)} == before


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Agents.ToolCall", "agents.tool-call"),
        ("agents/tool call", "agents.tool-call"),
        ("agents.tool.call", "agents.tool-call"),
        ("LLM.Interaction", "llm.interaction"),
        ("../agents.x", "agents.x"),
    ],
)
def test_a_name_that_is_nearly_right(root: Path, capsys: pytest.CaptureFixture[str], name: str, meant: str) -> None:
    assert new(name, *OWNER) == exits.USAGE
    assert f'did you mean "{meant}"?' in capsys.readouterr().err
    assert files(root) == []


@pytest.mark.parametrize("name", ["person", "", ".", "a.", "..", "ñ.ñ", "identity.person\n"])
def test_a_name_that_is_none(root: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert new(name, *OWNER) == exits.USAGE
    err = capsys.readouterr().err
    assert "is no name of a contract" in err
    assert "identity.person" in err
    assert files(root) == []


@pytest.mark.parametrize("owner", ["agents", "@", "@a/b/c", "agents@", ""])
def test_an_owner_that_github_does_not_take(root: Path, capsys: pytest.CaptureFixture[str], owner: str) -> None:
    assert new("agents.tool-call", "--owner", owner) == exits.USAGE
    assert "Write a GitHub user" in capsys.readouterr().err
    assert files(root) == []


def test_the_owner_is_whoever_git_says(root: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    subprocess.run(["git", "config", "user.email", "ada@example.org"], cwd=root, check=True)
    assert new("agents.tool-call") == exits.CLEAN
    assert only_contract(root).owners == ("ada@example.org",)


def test_without_an_owner_nothing_is_written(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert new("agents.tool-call") == exits.USAGE
    assert "--owner @organisation/team" in capsys.readouterr().err
    assert files(root) == []


@pytest.mark.parametrize("description", ["no", "1e3", 'a: b # "c"\nd', "0o14", "Ö ☃ 😀", "- x", "2026-01-01", " x "])
@pytest.mark.parametrize("syntax", ["yaml", "json"])
def test_a_description_arrives_as_it_was_given(root: Path, description: str, syntax: str) -> None:
    assert new("agents.tool-call", *OWNER, "--description", description, "--format", syntax) == exits.CLEAN
    assert only_contract(root).description == description


@pytest.mark.parametrize("description", [" ", "bell \a", "x" * 2049, os.fsdecode(b"\xff")])
def test_a_description_that_glue_does_not_take(
    root: Path, capsys: pytest.CaptureFixture[str], description: str
) -> None:
    assert new("agents.tool-call", *OWNER, "--description", description) == exits.USAGE
    assert "description" in capsys.readouterr().err
    assert files(root) == []


def test_it_writes_to_the_contracts_of_the_repository_from_any_folder_in_it(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new("agents.tool-call", *OWNER)
    monkeypatch.chdir(root / "contracts" / "agents")
    assert new("agents.run", *OWNER) == exits.CLEAN
    assert (root / "contracts/agents/run/contract.yaml").is_file()


def test_it_does_not_write_through_a_link(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "contracts").mkdir()
    (root / "elsewhere").mkdir()
    (root / "contracts" / "agents").symlink_to(root / "elsewhere")
    assert new("agents.tool-call", *OWNER) == exits.USAGE
    assert '"contracts/agents" is a symbolic link' in capsys.readouterr().err
    assert list((root / "elsewhere").iterdir()) == []


def test_the_manifest_names_its_schema_where_the_repository_has_it() -> None:
    for syntax in ("yaml", "json"):
        scaffold = Scaffold("a.b", "A test.", ("@a",), syntax=syntax, editor_schema="../x.json")
        text = scaffold_files(scaffold)[f"contract.{syntax}"]
        value = parse_document(f"contract.{syntax}", text.encode()).value
        assert isinstance(value, dict)
        assert "../x.json" in (text.splitlines()[0] if syntax == "yaml" else str(value["$schema"]))
