"""The pages about exports do what they say."""

from __future__ import annotations

import doctest
import subprocess
from pathlib import Path

import pytest

from test_readme import BLOCK, ROOT, pattern, session


@pytest.mark.parametrize("page", ["llm-export.md", "infrastructure.md"])
def test_the_sessions_are_real(page: str, repository_copy: Path) -> None:
    blocks = BLOCK.findall((ROOT / "docs" / page).read_text("utf-8"))
    assert blocks
    for block in blocks:
        done = subprocess.run(
            ["sh", "-c", session(block)],
            cwd=repository_copy,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert pattern(block).fullmatch(done.stdout), f"{page} says\n\n{block}\nbut this happens:\n\n{done.stdout}"


def test_the_python_session_is_real() -> None:
    assert doctest.testfile(str(ROOT / "docs" / "llm-export.md"), module_relative=False) == (0, 7)
