"""A target that could not be planned for, synced to or compared, told to programs in the place of the result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from schemaward.errors import SchemawardError

if TYPE_CHECKING:
    from schemaward.model import Target


def _print(value: dict[str, Any]) -> None:
    from schemaward.report.values import exact

    click.echo(exact(value))


@contextmanager
def failures_told(target: Target, layout: str, tell: Callable[[dict[str, Any]], None] = _print) -> Iterator[None]:
    """In the layout ``json``, ``tell`` a failure with ``target`` as a value; it ends the command all the same."""
    try:
        yield
    except SchemawardError as error:
        if layout == "json":
            tell(_value(target, error))
        raise


def _value(target: Target, error: SchemawardError) -> dict[str, Any]:
    """The failure in the published shapes of plan, sync and drift."""
    from schemaward.cli.plan_json import FORMAT, target_value
    from schemaward.registry.failures import CallError

    code = error.code if isinstance(error, CallError) else None
    found = {"fact": error.fact, "remedy": error.remedy, "code": code}
    return {"format": FORMAT, "target": target_value(target), "error": found}
