"""``schemaward codeowners``: the block comes from the manifests, the rest of the file stays, and the last match wins."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from schemaward.cli import exits, run

HAND_WRITTEN = "# Ours\n* @example-org/everybody\n"


def contract(root: Path, name: str, *owners: str, **fields: object) -> Path:
    """A contract with one version; returns its manifest."""
    folder = root / "contracts" / name.replace(".", "/")
    folder.mkdir(parents=True, exist_ok=True)
    manifest = {
        "name": name,
        "description": "A test.",
        "format": "JSON",
        "compatibility": "BACKWARD",
        "owners": list(owners),
        "status": "active",
        **fields,
    }
    (folder / "contract.json").write_text(json.dumps(manifest))
    (folder / "v1.json").write_text('{"type": "string"}')
    return folder / "contract.json"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    contract(tmp_path, "shop.order", "@example-org/shop", "orders@example.org")
    contract(tmp_path, "shop.basket", "@ada")
    return tmp_path


def said(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def test_the_block_names_every_owner_and_then_the_check_is_silent(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["codeowners"]) == exits.CLEAN
    assert said(capsys) == "wrote the owners of 2 contracts into CODEOWNERS\n"
    lines = (root / "CODEOWNERS").read_text().splitlines()
    assert lines[1:-1] == [
        "/contracts/shop/basket/ @ada",
        "/contracts/shop/order/ @example-org/shop orders@example.org",
    ]
    assert run(["codeowners", "--check"]) == exits.CLEAN
    assert said(capsys) == ""


def test_a_second_run_changes_nothing(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["codeowners"])
    before = (root / "CODEOWNERS").read_bytes()
    said(capsys)
    assert run(["codeowners"]) == exits.CLEAN
    assert said(capsys) == ""
    assert (root / "CODEOWNERS").read_bytes() == before


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_what_people_wrote_stays(root: Path, ends: str) -> None:
    hand_written = HAND_WRITTEN.replace("\n", ends).encode()
    (root / "CODEOWNERS").write_bytes(hand_written)
    run(["codeowners"])
    contract(root, "shop.basket", "@grace")
    run(["codeowners"])
    after = (root / "CODEOWNERS").read_bytes()
    assert after.startswith(hand_written)
    assert b"@grace" in after
    assert b"@ada" not in after
    assert after.count(b"BEGIN") == 1
    assert after.count(b"\n") == after.count(ends.encode())


def test_the_file_that_github_looks_at_first_is_the_one_that_is_written(root: Path) -> None:
    (root / ".github").mkdir()
    (root / ".github" / "CODEOWNERS").write_text(HAND_WRITTEN)
    (root / "CODEOWNERS").write_text(HAND_WRITTEN)
    assert run(["codeowners"]) == exits.CLEAN
    assert "@ada" in (root / ".github" / "CODEOWNERS").read_text()
    assert (root / "CODEOWNERS").read_text() == HAND_WRITTEN


def test_check_names_the_missing_owner_and_the_command_that_mends_it(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["codeowners"])
    said(capsys)
    contract(root, "shop.basket", "@ada", "@example-org/finance")
    before = (root / "CODEOWNERS").read_bytes()
    assert run(["codeowners", "--check"]) == exits.FINDINGS
    out = said(capsys)
    assert "contracts/shop/basket/contract.json:1:" in out
    assert "codeowners-missing" in out
    assert '"@example-org/finance"' in out
    assert "`schemaward codeowners`" in out
    assert (root / "CODEOWNERS").read_bytes() == before


def test_check_without_a_file(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["codeowners", "--check"]) == exits.FINDINGS
    assert "there is no CODEOWNERS file" in said(capsys)
    assert not (root / "CODEOWNERS").exists()


def test_check_finds_an_owner_who_left(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "CODEOWNERS").write_text(HAND_WRITTEN)
    run(["codeowners"])
    said(capsys)
    contract(root, "shop.order", "@example-org/shop")
    assert run(["codeowners", "--check"]) == exits.FINDINGS
    assert said(capsys).startswith("CODEOWNERS:6:1  codeowners-stale\n")


def test_a_file_kept_by_hand_passes_when_it_names_every_owner(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "CODEOWNERS").write_text("/contracts/ @Ada @example-org/shop orders@example.org\n")
    assert run(["codeowners", "--check"]) == exits.CLEAN
    assert said(capsys) == ""


@pytest.mark.parametrize("arguments", [["codeowners"], ["codeowners", "--check"]])
def test_a_later_line_that_wins_is_found(root: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    run(["codeowners"])
    with (root / "CODEOWNERS").open("a") as file:
        file.write("/contracts/shop/ @example-org/everybody\n")
    said(capsys)
    assert run(arguments) == exits.FINDINGS
    out = said(capsys)
    assert out.count("codeowners-missing") == 3
    assert "the last match wins" in out


def test_nothing_is_written_while_a_manifest_cannot_be_read(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["codeowners"])
    before = (root / "CODEOWNERS").read_bytes()
    said(capsys)
    contract(root, "shop.basket", "@ada", compatibilty="FULL")
    assert run(["codeowners"]) == exits.FINDINGS
    out = said(capsys)
    assert "manifest-invalid" in out
    assert 'did you mean "compatibility"?' in out
    assert (root / "CODEOWNERS").read_bytes() == before


def test_broken_markers_are_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "CODEOWNERS").write_text("# BEGIN schemaward\n* @everybody\n")
    assert run(["codeowners"]) == exits.USAGE
    assert capsys.readouterr().err.startswith("error: CODEOWNERS:1:1: the markers ")


def test_a_link_is_not_followed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "elsewhere").write_text(HAND_WRITTEN)
    (root / "CODEOWNERS").symlink_to("elsewhere")
    assert run(["codeowners"]) == exits.USAGE
    assert "symbolic link" in capsys.readouterr().err
    assert (root / "elsewhere").read_text() == HAND_WRITTEN


def test_a_folder_without_contracts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["codeowners"]) == exits.USAGE
    assert "`schemaward new`" in capsys.readouterr().err


def test_the_tooling_of_this_repository_has_an_owner_whom_no_contract_overrides() -> None:
    from schemaward.repo.codeowners import effective_owners

    text = (Path(__file__).parents[2] / "CODEOWNERS").read_text()
    protected = (
        "tooling/schemaward/check.py",
        ".github/workflows/sync.yml",
        ".pre-commit-config.yaml",
        "CODEOWNERS",
        "pyproject.toml",
        "contracts/registries.yaml",
        "contracts/new-domain/new-name/contract.yaml",
    )
    assert {effective_owners(text, path) for path in protected} == {("@example-org/data-platform",)}
    assert "@example-org/identity-platform" in effective_owners(text, "contracts/identity/person/v4.yaml")


def test_staged_looks_at_the_index_only(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["codeowners"])
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    subprocess.run(["git", "add", "-A"], cwd=root, check=True)
    said(capsys)
    contract(root, "shop.refund", "@grace")  # not added: no part of the next commit
    assert run(["codeowners", "--check", "--staged"]) == exits.CLEAN
    assert said(capsys) == ""
    subprocess.run(["git", "add", "-A"], cwd=root, check=True)
    assert run(["codeowners", "--check", "--staged"]) == exits.FINDINGS
    assert "@grace" in said(capsys)


def test_the_index_is_never_written(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["codeowners", "--staged"]) == exits.USAGE
    assert "--staged goes with --check only" in capsys.readouterr().err
