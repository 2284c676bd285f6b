"""What ``plan`` and ``sync`` begin with: contracts that load cleanly, one target, and the way to it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemaward.cli.progress import Progress
from schemaward.errors import SchemawardError, UsageError
from schemaward.model import Role, Status, Target
from schemaward.verdict import Finding, Severity

if TYPE_CHECKING:
    from schemaward.formats.base import ReadFile, Schema
    from schemaward.model import Catalog, Contract, Version
    from schemaward.registry.connection import Connection
    from schemaward.registry.desired import DesiredRegistry
    from schemaward.registry.plan import Gate, Permit
    from schemaward.registry.run import Order

LOCAL = "local"

_TARGETS = "contracts/registries.yaml"
_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class Contracts:
    """The contracts of a work tree, loaded without errors; ``schemas`` by contract and version."""

    start: Path
    catalog: Catalog
    read: ReadFile
    schemas: Mapping[tuple[str, int], Schema]

    def desired(self, target: Target) -> DesiredRegistry:
        """What they want on ``target``."""
        return _desired(self.start, self.catalog, target, self.schemas)


@dataclass(frozen=True, slots=True)
class Opened:
    """One target, what Git wants there, and the connection to it, whose calls ``progress`` shows."""

    target: Target
    desired: DesiredRegistry
    connection: Connection
    gate: Gate
    progress: Progress


@contextmanager
def opened(start: Path, name: str | None, layout: str | None, deadline: float) -> Iterator[Opened]:
    """Load the contracts around ``start`` and connect to target ``name`` (None: the only one that is declared).

    ``local`` is an emulator that lives as long as the context. Contracts that do not load end the command: printed in
    ``layout``, with exit code 1; without one among the errors, with 2. Raises UsageError and RegistryError.
    """
    contracts = loaded(start, layout)
    with reached(contracts, one_target(contracts.catalog.targets, name), deadline) as place:
        yield place


def loaded(start: Path, layout: str | None) -> Contracts:
    """The contracts around ``start``; those that do not load end the command, see ``opened``."""
    from schemaward.cli.gather import whole_tree

    subject = whole_tree(start, ())
    schemas, findings = _schemas(subject.catalog, subject.read)
    wrong = [found for found in (*subject.findings, *findings) if found.severity is Severity.ERROR]
    if wrong:
        # Before a target is looked up: a file of targets that does not load declares none.
        _refuse(wrong, layout)
    return Contracts(start, subject.catalog, subject.read, schemas)


@contextmanager
def reached(
    contracts: Contracts,
    target: Target,
    deadline: float,
    *,
    role: Role = Role.PLAN,
    jobs: int = 4,
    timeout: float = 120.0,
) -> Iterator[Opened]:
    """Connect to ``target`` as ``role``, for ``deadline`` seconds; ``timeout`` bounds the wait for one version.

    See ``opened``.

    Raises UsageError and RegistryError.
    """
    from schemaward.cli.gate import gate
    from schemaward.registry.connection import Calls, Pace, connect

    desired, judge = contracts.desired(target), gate(contracts.catalog, contracts.read)
    progress = Progress(shown=sys.stderr.isatty())
    pace, calls = Pace(timeout=timeout, deadline=Pace().clock() + deadline), Calls(progress.watch)
    try:
        with _endpoint(target) as there:
            local = target.name == LOCAL
            connection = connect(there, role, local=local, jobs=jobs, pace=pace, calls=calls)
            yield Opened(there, desired, connection, judge, progress)
    finally:
        progress.end()


@contextmanager
def _endpoint(target: Target) -> Iterator[Target]:
    """``target``, or for ``local`` the emulator that lives as long as the context."""
    if target.name != LOCAL:
        yield target
        return
    from schemaward.emulator.server import running

    with running() as url:
        yield replace(target, endpoint=url)


def declared_target(start: Path, name: str | None) -> Target:
    """The target ``name`` (None: the only one), without looking at any contract. Raises UsageError."""
    from schemaward.cli.root import contracts_root
    from schemaward.repo.load import load_catalog
    from schemaward.repo.trees import WorkTree

    catalog, findings = load_catalog(WorkTree(contracts_root(start)), ())
    if findings:
        raise UsageError(f"{findings[0].place}: {findings[0].fact}", findings[0].remedy)
    return one_target(catalog.targets, name)


def desired_at(start: Path, commit: str, target: str) -> DesiredRegistry | None:
    """What the contracts at ``commit`` wanted on the target of this name; None when this clone does not tell."""
    from schemaward.cli.gather import tree_at

    try:
        subject = tree_at(start, commit)
    except SchemawardError:
        return None
    schemas, findings = _schemas(subject.catalog, subject.read)
    wrong = [found for found in (*subject.findings, *findings) if found.severity is Severity.ERROR]
    there = next((each for each in subject.catalog.targets if each.name == target), None)
    return None if wrong or there is None else _desired(start, subject.catalog, there, schemas)


def order_for(place: Opened, start: Path, permit: Permit, *, full: bool) -> Order:
    """What a run on ``place`` is asked for, with what Git and the job tell about the contracts around ``start``."""
    from schemaward.registry.run import Order

    local = place.target.name == LOCAL
    repository = repository_of(start, os.environ.get("GITHUB_REPOSITORY"))
    return Order(
        desired=place.desired,
        permit=replace(permit, repository=repository),
        full=full or local,
        commit=commit_of(start, os.environ.get("GITHUB_SHA")),
        earlier=lambda commit: desired_at(start, commit, place.target.name),
        private=local,
        gate=place.gate,
    )


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


def repository_of(start: Path, environ_repository: str | None) -> str:
    """The repository as ``owner/name``, as GitHub or the remote "origin" tells; "" when neither does."""
    from schemaward.repo.git import find_root, origin

    if environ_repository and _REPOSITORY.fullmatch(environ_repository):
        return environ_repository
    try:
        found = origin(find_root(start))
    except UsageError:
        return ""
    return found if _REPOSITORY.fullmatch(found) else ""


def _schemas(catalog: Catalog, read: ReadFile) -> tuple[dict[tuple[str, int], Schema], list[Finding]]:
    from schemaward.formats import format_module

    schemas: dict[tuple[str, int], Schema] = {}
    findings: list[Finding] = []
    for contract in catalog.contracts:
        if not (contract.status.synced or contract.status is Status.RETIRED):
            continue
        module = format_module(contract.data_format)
        for version in contract.versions:
            schema, found = module.load(version.document, read)
            findings += [replace(each, contract=contract.name) for each in found]
            if schema is not None:
                schemas[contract.name, version.number] = schema
    return schemas, findings


def _desired(
    start: Path, catalog: Catalog, target: Target, schemas: Mapping[tuple[str, int], Schema]
) -> DesiredRegistry:
    from schemaward.registry.desired import desired_registry

    def schema_of(contract: Contract, version: Version) -> Schema:
        return schemas[contract.name, version.number]

    repository = repository_of(start, os.environ.get("GITHUB_REPOSITORY"))
    return desired_registry(catalog, target, schema_of, repository)


def several_targets(contracts: Contracts, names: Sequence[str], every: bool) -> tuple[Target, ...]:
    """The targets of these names in their order, or all in the order of their file. Raises UsageError."""
    if every and names:
        raise UsageError("--all and --target contradict each other", "give one of them")
    if every and contracts.catalog.targets:
        return contracts.catalog.targets
    return tuple(one_target(contracts.catalog.targets, name) for name in dict.fromkeys(names or (None,)))


def one_target(targets: Sequence[Target], name: str | None) -> Target:
    """The target of this name, or the only one. Raises UsageError when there is none, or more than one."""
    from schemaward.rules import suggestions

    if name == LOCAL:
        # The registry of the first target, but in an emulator: nothing of a real account stays in it.
        first = targets[0] if targets else Target(LOCAL, "schemaward", "us-east-1")
        return replace(first, name=LOCAL, account=None, roles=(), endpoint=None, create=True)
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


def _refuse(findings: Sequence[Finding], layout: str | None) -> None:
    """Print what is wrong with the contracts and end the command; without ``layout``, 1 has another meaning there."""
    from schemaward.cli import exits
    from schemaward.judgement import Report
    from schemaward.report import RENDERERS

    report = Report(findings=tuple(sorted(findings, key=lambda found: found.order)))
    click.echo(RENDERERS[layout or "text"](report), err=layout is None)
    click.echo("error: the contracts do not load; the registry was not asked and nothing was changed", err=True)
    raise click.exceptions.Exit(exits.USAGE if layout is None else exits.FINDINGS)
