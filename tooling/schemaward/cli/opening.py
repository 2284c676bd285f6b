"""What ``plan`` and ``sync`` begin with: contracts that load cleanly, one target, and the way to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemaward.errors import UsageError
from schemaward.model import Target
from schemaward.verdict import Finding, Severity

if TYPE_CHECKING:
    from schemaward.formats.base import ReadFile, Schema
    from schemaward.model import Catalog, Contract, Version
    from schemaward.registry.connection import Connection
    from schemaward.registry.desired import DesiredRegistry

LOCAL = "local"

_TARGETS = "contracts/registries.yaml"
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class Opened:
    """One target, what Git wants there, and the connection to it."""

    target: Target
    desired: DesiredRegistry
    connection: Connection


@contextmanager
def opened(start: Path, name: str | None, layout: str) -> Iterator[Opened]:
    """Load the contracts around ``start`` and connect to target ``name`` (None: the only one that is declared).

    ``local`` is an emulator that lives as long as the context. Contracts that do not load are printed in ``layout``
    and end the command with exit code 1. Raises UsageError and RegistryError.
    """
    catalog, schemas = _loaded(start, layout)
    target = _target(catalog.targets, name)
    desired = _desired(catalog, target, schemas)
    with _reached(target) as (reached, connection):
        yield Opened(reached, desired, connection)


def desired_now(start: Path, target: Target, layout: str) -> DesiredRegistry:
    """What the contracts around ``start`` want on ``target``, after a command has changed them; see ``opened``."""
    catalog, schemas = _loaded(start, layout)
    return _desired(catalog, target, schemas)


def commit_of(start: Path, environ_commit: str | None) -> str:
    """The commit that the contracts are read from, or "" when that is not known or the work tree differs from it."""
    from schemaward.repo.git import Side, changed_files, find_root, resolve

    if environ_commit and _COMMIT.fullmatch(environ_commit):
        return environ_commit
    try:
        root = find_root(start)
        head = resolve(root, "HEAD")
        return "" if changed_files(root, head, Side.WORK) else head
    except UsageError:
        return ""


def _loaded(start: Path, layout: str) -> tuple[Catalog, dict[tuple[str, int], Schema]]:
    from schemaward.cli.gather import whole_tree

    subject = whole_tree(start, ())
    schemas, findings = _schemas(subject.catalog, subject.read)
    wrong = [found for found in (*subject.findings, *findings) if found.severity is Severity.ERROR]
    if wrong:
        # Before a target is looked up: a file of targets that does not load declares none.
        _refuse(wrong, layout)
    return subject.catalog, schemas


def _schemas(catalog: Catalog, read: ReadFile) -> tuple[dict[tuple[str, int], Schema], list[Finding]]:
    from schemaward.formats import format_module

    schemas: dict[tuple[str, int], Schema] = {}
    findings: list[Finding] = []
    for contract in catalog.contracts:
        if not contract.status.synced:
            continue
        module = format_module(contract.data_format)
        for version in contract.versions:
            schema, found = module.load(version.document, read)
            findings += [replace(each, contract=contract.name) for each in found]
            if schema is not None:
                schemas[contract.name, version.number] = schema
    return schemas, findings


def _desired(catalog: Catalog, target: Target, schemas: dict[tuple[str, int], Schema]) -> DesiredRegistry:
    from schemaward.registry.desired import desired_registry

    def schema_of(contract: Contract, version: Version) -> Schema:
        return schemas[contract.name, version.number]

    return desired_registry(catalog, target, schema_of)


def _target(targets: Sequence[Target], name: str | None) -> Target:
    from schemaward.rules import suggestions

    if name == LOCAL:
        # The registry of the first target, but in an emulator: nothing of a real account stays in it.
        first = targets[0] if targets else Target(LOCAL, "schemaward", "us-east-1")
        return replace(first, name=LOCAL, account=None, endpoint=None, create=True)
    known = ", ".join(target.name for target in targets)
    if name is None:
        if len(targets) == 1:
            return targets[0]
        fact = f"{_TARGETS} declares several targets" if targets else f"{_TARGETS} declares no target"
        choice = f"choose one with --target: {known}, {LOCAL}" if targets else "declare one, or use --target local"
        raise UsageError(fact, choice)
    for target in targets:
        if target.name == name:
            return target
    meant = suggestions(name, [*(target.name for target in targets), LOCAL])
    raise UsageError(f'{_TARGETS} declares no target "{name}"', meant or f"targets: {known or 'none'}, and {LOCAL}")


@contextmanager
def _reached(target: Target) -> Iterator[tuple[Target, Connection]]:
    from schemaward.registry.connection import connect

    if target.name != LOCAL:
        yield target, connect(target)
        return
    from schemaward.emulator.server import running

    with running() as url:
        there = replace(target, endpoint=url)
        yield there, connect(there, local=True)


def _refuse(findings: Sequence[Finding], layout: str) -> None:
    """Print what is wrong with the contracts and end the command."""
    from schemaward.cli import exits
    from schemaward.judgement import Report
    from schemaward.report import RENDERERS

    report = Report(findings=tuple(sorted(findings, key=lambda found: found.order)))
    click.echo(RENDERERS[layout](report))
    click.echo("error: the contracts do not load; the registry was not asked and nothing was changed", err=True)
    raise click.exceptions.Exit(exits.FINDINGS)
