"""docs/emulator.md says what is so."""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from types import ModuleType

import pytest
from click import Option

from schemaward.cli.emulator import command
from schemaward.emulator import faults, server, service
from schemaward.emulator.machine import CALLS

PAGE = (Path(__file__).parents[2] / "docs" / "emulator.md").read_text("utf-8")


def test_the_python_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    example = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert example
    exec(compile(example[1], "docs/emulator.md", "exec"), {})
    assert capsys.readouterr().out.split() == re.findall(r"`([A-Z]+)`", PAGE.partition("It prints ")[2])[:2]


def test_every_call_is_named() -> None:
    section = PAGE.partition("## What it answers")[2].partition("##")[0]
    assert set(re.findall(r"\b[A-Z][a-z]+[A-Z]\w+", section)) - {"GetCallerIdentity"} == set(CALLS)


def test_every_option_is_explained() -> None:
    options = [name for option in command.params if isinstance(option, Option) for name in option.opts]
    assert set(re.findall(r"`(--[a-z]+)[ `]", PAGE)) - {"--target"} >= set(options) - {"--help"}


@pytest.mark.parametrize("module", [faults, server, service], ids=lambda module: module.__name__)
def test_the_examples_in_the_code_are_true(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
