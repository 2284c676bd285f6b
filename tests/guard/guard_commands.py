"""The command, run in this process, and what it said."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from typing import Any, NamedTuple

from schemaward.cli import run


class Said(NamedTuple):
    """The exit code of a command, its output, and its messages."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        return json.loads(self.out)


def command(*arguments: object) -> Said:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run([str(each) for each in arguments])
    return Said(code, out.getvalue(), err.getvalue())


def validate(contract: str, *arguments: object) -> Said:
    """``validate`` with its result in JSON."""
    return command("validate", contract, *arguments, "--format", "json")


def told(said: Said) -> list[tuple[int, str, str]]:
    """Place, rule and path of each reason that was shown."""
    return [
        (record["place"], reason["rule"], reason["path"])
        for record in said.value["shown"]
        for reason in record["reasons"]
    ]


def counts(said: Said) -> tuple[int, int]:
    return said.value["good"], said.value["bad"]
