"""The files in which a GitHub Actions job takes outputs and its summary."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click


def append_summary(environ: Mapping[str, str], markdown: str) -> None:
    """Add to the summary of the job, when there is one."""
    _append(environ.get("GITHUB_STEP_SUMMARY"), markdown)


def write_outputs(environ: Mapping[str, str], outputs: Mapping[str, str]) -> None:
    """Set outputs of the step, when there is one. Line ends in values become spaces, so that no value sets another."""
    lines = (f"{name}={' '.join(value.splitlines())}\n" for name, value in outputs.items())
    _append(environ.get("GITHUB_OUTPUT"), "".join(lines))


def _append(path: str | None, text: str) -> None:
    """A file that cannot be written does not hide the result of the command."""
    if not path:
        return
    try:
        # A path whose bytes are no UTF-8 is a value too.
        with Path(path).open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError as error:
        click.echo(f'warning: the job file "{path}" cannot be written: {error.strerror}', err=True)
