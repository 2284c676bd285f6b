"""docs/emulator.md says what is so."""

from __future__ import annotations

import doctest
import re
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from typing import get_args, get_type_hints

import pytest
from click import Option

from schemaward.cli.emulator import command
from schemaward.emulator import eventbridge, faults, options, server, service, throttle
from schemaward.emulator.machine import CALLS
from schemaward.emulator.options import Assumptions, Quotas

PAGE = (Path(__file__).parents[2] / "docs" / "emulator.md").read_text("utf-8")


EXAMPLES = re.findall(r"```python\n(.*?)```.*?It prints (.*?):", PAGE, re.DOTALL)


@pytest.mark.parametrize(("example", "output"), EXAMPLES, ids=["over HTTP", "faults"])
def test_the_python_examples_run(
    example: str, output: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _seconds: None)
    exec(compile(example, "docs/emulator.md", "exec"), {})
    assert capsys.readouterr().out.split() == re.findall("`([^`]+)`", output)


def test_every_call_is_named() -> None:
    section = PAGE.partition("## What it answers")[2].partition("##")[0]
    assert set(re.findall(r"\b[A-Z][a-z]+[A-Z]\w+", section)) - {"GetCallerIdentity", "AssumeRole"} == set(CALLS)


def test_every_option_is_explained() -> None:
    names = [name for option in command.params if isinstance(option, Option) for name in option.opts]
    assert set(re.findall(r"`(--[a-z]+)[ `]", PAGE)) - {"--target"} >= set(names) - {"--help"}


@pytest.mark.parametrize("module", [faults, options, server, service, throttle], ids=lambda module: module.__name__)
def test_the_examples_in_the_code_are_true(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("name", [field.name for field in fields(Assumptions)])
def test_every_assumption_has_its_line(name: str) -> None:
    words = ", ".join(f"`{word}`" for word in get_args(get_type_hints(Assumptions)[name]))
    rows = [line for line in PAGE.splitlines() if f"`{name.replace('_', '-')}`: {words} |" in line]
    assert len(rows) == 1


def test_every_kind_field_and_quota_is_explained() -> None:
    section = PAGE.partition("## Faults on order")[2].partition("\n## ")[0]
    explained = set(re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE))
    assert explained == set(faults.Kind) | {field.name for field in fields(faults.Fault)}
    quotas = re.search(r"Another quota: (.*) \|", PAGE)
    assert quotas
    assert set(re.findall("`([a-z]+)`", quotas[1])) == {field.name for field in fields(Quotas)}


def test_the_script_of_the_page_is_one() -> None:
    example = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert example
    assert len(faults.parsed(example[1], service.OPERATIONS)) == 3


def test_every_call_of_eventbridge_is_named() -> None:
    sentence = PAGE.partition("answers the `schemas` API too: ")[2].partition(";")[0]
    assert set(re.split(r",\s+", sentence)) == set(eventbridge.CALLS)
