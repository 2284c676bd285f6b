"""Real Git repositories in temporary folders."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from git_repository import MANIFEST, PERSON, commit, git, write

from schemaward.model import Catalog
from schemaward.repo.load import load_catalog
from schemaward.repo.trees import WorkTree
from schemaward.verdict import Finding


@pytest.fixture(scope="session")
def _first_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("first")
    git(folder, "init", "-q", "-b", "main")
    write(folder, {f"{PERSON}/contract.yaml": MANIFEST, f"{PERSON}/v1.json": '{"type": "object"}\n'})
    commit(folder, "The first contract")
    return folder


@pytest.fixture
def repository(_first_repository: Path, tmp_path: Path) -> Path:
    """A repository with one contract and one commit on ``main``."""
    return shutil.copytree(_first_repository, tmp_path / "repository")


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., tuple[Catalog, tuple[Finding, ...]]]:
    """Write files into a folder without Git, and load it."""

    def write_and_load(
        files: dict[str, str | bytes], only: list[str] | None = None
    ) -> tuple[Catalog, tuple[Finding, ...]]:
        write(tmp_path, files)
        return load_catalog(WorkTree(tmp_path), only)

    return write_and_load
