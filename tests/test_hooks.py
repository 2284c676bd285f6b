"""The hooks for other repositories, run by the real pre-commit from a repository that uses this one."""

from __future__ import annotations

import json
import os
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))

MANIFEST = """\
name: shop.order
description: An order.
format: JSON
compatibility: BACKWARD
owners: ["@example-org/shop"]
status: active
"""


def order(*required: str) -> str:
    """A schema of orders; requiring more breaks the readers of mode BACKWARD."""
    properties = {"id": {"type": "string"}, "amount": {"type": "number"}, "note": {"type": "string"}}
    draft = "http://json-schema.org/draft-07/schema#"
    return json.dumps({"$schema": draft, "type": "object", "required": required, "properties": properties})


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_is_asked_even_when_files_only_vanish(hook: dict[str, Any]) -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    assert hook["entry"].split()[0] in scripts
    assert (hook["always_run"], hook["pass_filenames"], hook["require_serial"]) == (True, False, True)
    assert "additional_dependencies" not in hook, "the hook environment is this package and what it declares"


class Consumer:
    """A repository whose commits go through the hooks of this one."""

    def __init__(self, folder: Path, hook_source: Path, cache: Path) -> None:
        self.folder = folder
        self.environment = os.environ | {
            "PRE_COMMIT_HOME": str(cache),
            "PIP_CONSTRAINT": str(ROOT / "constraints.txt"),
            "PRE_COMMIT_COLOR": "never",
        }
        revision = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=hook_source, check=True, capture_output=True, text=True
        ).stdout.strip()
        hooks = [{"id": hook["id"]} for hook in HOOKS]
        self.run("git", "init", "-q", "-b", "main")
        self.write(
            ".pre-commit-config.yaml",
            json.dumps({"repos": [{"repo": str(hook_source), "rev": revision, "hooks": hooks}]}),
        )
        self.run("pre-commit", "install", "--install-hooks")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, check=True, capture_output=True, text=True
        )

    def write(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, "utf-8")

    def commit(self) -> tuple[bool, str]:
        """Whether Git took a commit of everything in the folder, and what the hooks said."""
        self.run("git", "add", "-A")
        done = subprocess.run(
            ["git", "commit", "-q", "-m", "change"],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        return done.returncode == 0, done.stdout + done.stderr

    def forget(self) -> None:
        """Back to the last commit."""
        self.run("git", "reset", "-q", "--hard")


@pytest.mark.slow
def test_commits_of_another_repository_go_through_the_hooks(repository_copy: Path, tmp_path: Path) -> None:
    folder = tmp_path / "consumer"
    folder.mkdir()
    consumer = Consumer(folder, repository_copy, tmp_path / "cache")
    silent = ["schemaward check", "schemaward codeowners"]

    # The very first commit: there is no HEAD to compare with.
    consumer.write("contracts/shop/order/contract.yaml", MANIFEST)
    consumer.write("contracts/shop/order/v1.json", order("id", "amount"))
    consumer.write("CODEOWNERS", "/contracts/shop/order/ @example-org/shop\n")
    taken, said = consumer.commit()
    assert taken, said
    assert [line.partition("...")[0] for line in said.splitlines()] == silent

    # A version that still reads everything passes without a word.
    consumer.write("contracts/shop/order/v2.json", order("id"))
    taken, said = consumer.commit()
    assert taken, said
    assert [line.partition("...")[0] for line in said.splitlines()] == silent

    # One that does not is refused, with the document that breaks.
    consumer.write("contracts/shop/order/v3.json", order("id", "note"))
    taken, said = consumer.commit()
    assert not taken
    assert "contracts/shop/order/v3.json" in said
    assert "backward-break" in said
    consumer.forget()

    # So is the loss of a published version, by deletion or by renaming, though no file is left to point at.
    consumer.run("git", "rm", "-q", "contracts/shop/order/v2.json")
    taken, said = consumer.commit()
    assert not taken
    assert "version-deleted" in said
    consumer.forget()

    consumer.run("git", "mv", "contracts/shop/order/v2.json", "contracts/shop/order/v2.yaml")
    taken, said = consumer.commit()
    assert not taken
    assert "version-renamed" in said
    consumer.forget()

    # And an owner whom CODEOWNERS does not name.
    consumer.write("contracts/shop/order/contract.yaml", MANIFEST.replace("org/shop", "org/finance"))
    taken, said = consumer.commit()
    assert not taken
    assert "@example-org/finance" in said
