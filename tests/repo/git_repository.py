"""Git, files and a contract for the tests of ``repo``."""

from __future__ import annotations

import subprocess
from pathlib import Path

MANIFEST = """\
name: identity.person
description: A person.
format: JSON
compatibility: FORWARD
owners: ["@people", privacy@example.org]
status: active
"""
PERSON = "contracts/identity/person"


def git(folder: Path, *arguments: str) -> str:
    """Run Git and return what it prints."""
    done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    """Write files by their paths below ``folder``."""
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())


def commit(folder: Path, message: str = "A change") -> str:
    """Commit everything and return the id."""
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD")
