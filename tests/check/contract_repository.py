"""A real Git repository with contracts in it, and the check run on it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from schemaward.cli import run

FOLDER = "contracts/shop/order"
PLAIN = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "total": {"type": "number", "minimum": 0}},
    "additionalProperties": False,
}


class Answer(NamedTuple):
    """How one check ended."""

    code: int
    out: str
    err: str

    @property
    def found(self) -> list[tuple[str, str, int]]:
        """(rule, path, line) of each finding of a JSON report."""
        return [(each["rule"], each["path"], each["line"]) for each in json.loads(self.out)["findings"]]

    @property
    def rules(self) -> list[str]:
        return [rule for rule, _, _ in self.found]

    @property
    def questions(self) -> list[tuple[str, int, int]]:
        """(contract, writer, reader) of each judgement of a JSON report."""
        return [(each["contract"], each["writer"], each["reader"]) for each in json.loads(self.out)["judgements"]]


class Repository:
    """A folder under Git. Values that are not text are written as JSON."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.capsys = capsys
        self.monkeypatch = monkeypatch
        folder.mkdir(exist_ok=True)

    def git(self, *arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=self.folder, check=True, capture_output=True, text=True)
        return done.stdout

    def write(self, path: str, content: Any) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            target.write_bytes(content)
        else:
            target.write_text(content if isinstance(content, str) else json.dumps(content, indent=2), "utf-8")

    def commit(self, message: str = "a change") -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def check(self, *arguments: str, layout: str = "json", where: str = ".") -> Answer:
        self.monkeypatch.chdir(self.folder / where)
        self.capsys.readouterr()
        code = run(["check", "--format", layout, *arguments])
        captured = self.capsys.readouterr()
        return Answer(code, captured.out, captured.err)


def manifest(name: str = "shop.order", **changes: Any) -> dict[str, Any]:
    return {
        "name": name,
        "description": "An order.",
        "format": "JSON",
        "compatibility": "BACKWARD",
        "owners": ["@example-org/shop"],
        "status": "active",
        **changes,
    }


def schema(**changes: Any) -> dict[str, Any]:
    return PLAIN | changes


def with_property(name: str, value: Any) -> dict[str, Any]:
    """The plain schema with one optional property more: compatible both ways only where the mode allows it."""
    return schema(properties={**PLAIN["properties"], name: value})
