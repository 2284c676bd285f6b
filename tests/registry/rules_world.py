"""A real Git repository of contracts, and a registry that writes down what it is asked."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from schemaward.cli import run
from schemaward.emulator.service import Service

DRAFT = "http://json-schema.org/draft-07/schema#"
MANIFEST = {
    "format": "JSON",
    "compatibility": "BACKWARD",
    "owners": ["@example-org/shop"],
    "status": "active",
}
LEFT_TO_GLUE = {"compatibility": "NONE", "registry": {"mode": "BACKWARD"}}
"""A contract that promises nothing, in a registry that asks for something: what breaks there is refused by Glue alone."""


class Witness(Service):
    """An emulator that remembers all requests, and how many were under way at once, in all and of one schema."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.most_at_once: Counter[str] = Counter()
        self.slowly = 0.0
        self._under_way: Counter[str] = Counter()
        self._noting = threading.Lock()

    def call(self, scope: Any, operation: str, request: Any) -> Any:
        writes = not operation.startswith(("Get", "List", "Query"))
        schema = (request.get("SchemaId") or request).get("SchemaName") if writes else None
        names = ["any", *([schema] if schema else [])]
        with self._noting:
            self.requests.append((operation, dict(request)))
            self._under_way.update(names)
            self.most_at_once |= self._under_way
        time.sleep(self.slowly)
        try:
            return super().call(scope, operation, request)
        finally:
            with self._noting:
                self._under_way.subtract(names)

    def asked(self, *operations: str) -> list[dict[str, Any]]:
        """The requests of these calls, in order."""
        return [request for operation, request in self.requests if operation in operations]


class Repository:
    """Contracts in a Git repository, and the commands run in it."""

    def __init__(self, root: Path, service: Witness, url: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self.service, self.url, self._capsys = root, service, url, capsys
        self.git("init", "-q", "-b", "main")
        self.git("remote", "add", "origin", "https://github.com/example-org/contracts.git")
        self.targets("dev")

    def git(self, *arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=self.root, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self) -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "A change")
        return self.git("rev-parse", "HEAD")

    def targets(self, *names: str, **endpoints: str) -> None:
        """Targets in this order, at the service or at another endpoint, each with a registry of its own name."""
        declared = {
            name: {
                "registry": name,
                "region": "eu-central-1",
                "create": True,
                "endpoint": endpoints.get(name, self.url),
            }
            for name in names
        }
        self.write("contracts/registries.yaml", json.dumps({"targets": declared}))

    def contract(self, name: str, *versions: str, **fields: object) -> None:
        folder = "contracts/" + name.replace(".", "/")
        manifest = {"name": name, "description": f"About {name}.", **MANIFEST, **fields}
        self.write(f"{folder}/contract.json", json.dumps(manifest))
        for number, definition in enumerate(versions, 1):
            self.write(f"{folder}/v{number}.json", definition)

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())

    def run(self, *arguments: str) -> tuple[int, str]:
        """The exit code, and everything that was printed."""
        code = run(arguments)
        captured = self._capsys.readouterr()
        return code, captured.out + captured.err


def words(*allowed: str) -> str:
    """A JSON Schema that allows these words and nothing else."""
    return json.dumps({"$schema": DRAFT, "enum": list(allowed)})
