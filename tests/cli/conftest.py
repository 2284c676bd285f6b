"""A repository of two contracts, a registry on this machine, and no waiting for rivals that there are not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from contract_folder import Repository

from schemaward.cli import exits
from schemaward.emulator.server import running


@pytest.fixture
def repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Repository]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    for name in ("GITHUB_SHA", "GITHUB_REPOSITORY"):
        monkeypatch.delenv(name, raising=False)
    return Repository(tmp_path, capsys)


@pytest.fixture
def url() -> Iterator[str]:
    with running() as address:
        yield address


@pytest.fixture
def synced(repository: Repository, url: str) -> Repository:
    """A repository whose registry is what Git says."""
    repository.targets(dev=url)
    assert repository.run("sync")[0] == exits.CLEAN
    return repository


@pytest.fixture(autouse=True)
def _no_rivals(aws_models: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schemaward.registry.lease._QUICK", 0.0)
    monkeypatch.setattr("schemaward.registry.lease._STOPPED", 0.0)
