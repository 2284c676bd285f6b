"""The page of the guard does what it says."""

from __future__ import annotations

import doctest
import json
import re
import shutil
from pathlib import Path

import pytest

from console_sessions import replayed
from schemaward.guard.inputs import Kind

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "guard.md"
TEXT = PAGE.read_text("utf-8")


def test_the_python_of_the_page_is_real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    failed, tried = doctest.testfile(str(PAGE), module_relative=False)
    assert (failed, tried > 8) == (0, True)


def test_the_session_of_the_page_is_real(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "contracts", tmp_path / "contracts")
    assert replayed(PAGE, tmp_path) == 1


def test_every_kind_of_input_has_its_row() -> None:
    rows = " ".join(line.split("|")[1] for line in TEXT.splitlines() if line.startswith("| `"))
    assert set(re.findall(r"`([a-z][a-z-]*)`", rows)) == set(Kind)


def test_the_published_shape_is_a_schema() -> None:
    import jsonschema

    schema = json.loads((ROOT / "tooling" / "schemaward" / "cli" / "validate.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
