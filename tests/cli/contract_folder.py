"""A folder of contracts, and the commands that are run in it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from schemaward.cli import run

DRAFT = "http://json-schema.org/draft-07/schema#"


class Repository:
    """A folder of contracts, and the commands run in it."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self._capsys = capsys
        self.contract("shop.basket", ["red"])
        self.contract("shop.order", ["red"], ["red", "green"])
        self.targets(dev="")

    def contract(self, name: str, *versions: list[str], **fields: object) -> None:
        folder = self.root / "contracts" / name.replace(".", "/")
        folder.mkdir(parents=True, exist_ok=True)
        manifest = {
            "name": name,
            "description": f"About {name}.",
            "format": "JSON",
            "compatibility": "BACKWARD",
            "owners": ["@example-org/shop"],
            "status": "active",
            **fields,
        }
        (folder / "contract.json").write_text(json.dumps(manifest))
        for number, words in enumerate(versions, 1):
            (folder / f"v{number}.json").write_text(json.dumps({"$schema": DRAFT, "enum": words}))

    def targets(self, **endpoints: str) -> None:
        targets = {
            name: {
                "registry": "ai",
                "region": "eu-central-1",
                "description": "For AI workloads",
                "tags": {"Purpose": "AI"},
                "create": True,
                **({"endpoint": endpoint} if endpoint else {}),
            }
            for name, endpoint in endpoints.items()
        }
        (self.root / "contracts" / "registries.yaml").write_text(json.dumps({"targets": targets}))

    def run(self, *arguments: str) -> tuple[int, str, str]:
        code = run(arguments)
        captured = self._capsys.readouterr()
        return code, captured.out, captured.err

    def commit(self) -> str:
        """Commit everything; the id of the commit."""
        if not (self.root / ".git").exists():
            self._git("init", "-q")
            (self.root / ".gitignore").write_text("/*.json\n/*.txt\n")
        self._git("add", "-A")
        self._git("-c", "user.name=Test", "-c", "user.email=test@example.org", "commit", "-q", "-m", "Change")
        return self._git("rev-parse", "HEAD").strip()

    def _git(self, *arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=self.root, check=True, capture_output=True, text=True).stdout
