"""What all tests share: an environment without the user's Git, GitHub and AWS settings, and a copy of this repository."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# The gate says the same twice about the same code. `--hypothesis-profile explore` looks for new counterexamples.
settings.register_profile("steady", derandomize=True, database=None, deadline=None)
settings.register_profile("explore", database=None, deadline=None)
settings.load_profile("steady")

ROOT = Path(__file__).parent.parent

for name in [name for name in os.environ if name.startswith(("GIT_", "GITHUB_", "AWS_", "SCHEMAWARD_", "PRE_COMMIT"))]:
    del os.environ[name]
# Commands of the installed environment (schemaward, pre-commit) come first, whatever started pytest.
os.environ["PATH"] = sysconfig.get_path("scripts") + os.pathsep + os.environ.get("PATH", "")
os.environ.update(
    GIT_CONFIG_GLOBAL=os.devnull,
    GIT_CONFIG_NOSYSTEM="1",
    GIT_AUTHOR_NAME="Test",
    GIT_AUTHOR_EMAIL="test@example.org",
    GIT_COMMITTER_NAME="Test",
    GIT_COMMITTER_EMAIL="test@example.org",
    AWS_EC2_METADATA_DISABLED="true",
    AWS_CONFIG_FILE=os.devnull,
    AWS_SHARED_CREDENTIALS_FILE=os.devnull,
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest tests come first, so that no process ends long after the others."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def aws_models() -> Iterator[None]:
    """The models of the services are parsed once, though every client is opened anew: parsing is most of what that costs."""
    import botocore.loaders

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.session.create_loader", functools.cache(botocore.loaders.create_loader))
        yield


def _copy_of_repository(folder: Path) -> Path:
    """The files of this repository that Git knows or would add, as a fresh repository with one commit."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout.decode()
    for path in filter(None, listed.split("\0")):
        if (ROOT / path).is_file():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, folder / path)
    for arguments in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "A copy"]):
        subprocess.run(["git", *arguments], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def repository_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository as it is in the work tree, committed, in a folder that a test module may change."""
    return _copy_of_repository(tmp_path_factory.mktemp("repository"))
