"""The pages about exports do what they say."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from console_sessions import replayed

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("page", ["llm-export.md", "infrastructure.md"])
def test_the_sessions_are_real(page: str, repository_copy: Path) -> None:
    assert replayed(ROOT / "docs" / page, repository_copy)


def test_the_python_session_is_real() -> None:
    assert doctest.testfile(str(ROOT / "docs" / "llm-export.md"), module_relative=False) == (0, 7)
