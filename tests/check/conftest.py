"""Repositories for the tests of the command."""

from __future__ import annotations

from pathlib import Path

import pytest
from contract_repository import FOLDER, Repository, manifest, schema


@pytest.fixture
def empty(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A Git repository without a commit."""
    repository = Repository(tmp_path / "repository", capsys, monkeypatch)
    repository.git("init", "-q", "-b", "main")
    return repository


@pytest.fixture
def shop(empty: Repository) -> Repository:
    """A repository with one published contract of one version, and another contract beside it, on branch ``work``."""
    empty.write(f"{FOLDER}/contract.json", manifest())
    empty.write(f"{FOLDER}/v1.json", schema())
    empty.write("contracts/shop/refund/contract.json", manifest("shop.refund"))
    empty.write("contracts/shop/refund/v1.json", schema())
    empty.write("CODEOWNERS", "/contracts/ @example-org/shop\n")
    empty.commit()
    empty.git("checkout", "-q", "-b", "work")
    return empty
