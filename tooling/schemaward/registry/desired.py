"""What Git wants to stand in one registry: a pure projection of the catalog."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from textwrap import shorten
from typing import TypeAlias

from schemaward.errors import InputError
from schemaward.formats import format_module
from schemaward.formats.base import Schema
from schemaward.model import Catalog, Contract, DataFormat, Mode, RegistryKind, Status, Target, Version
from schemaward.registry.eventbridge import MOST_CHARACTERS, MOST_DESCRIPTION, REPOSITORY

Tags: TypeAlias = tuple[tuple[str, str], ...]
SchemaOf: TypeAlias = Callable[[Contract, Version], Schema]

OWNERSHIP: tuple[str, str] = ("managed-by", "schemaward")
"""The tag on everything that the sync creates: it tells our schemas from those of others in a shared registry."""


@dataclass(frozen=True, slots=True)
class DesiredVersion:
    """One version to be registered: the text that the registry stores, and ``sha256`` of its canonical identity.

    ``repeats``: see ``in_sequence``.
    """

    number: int
    definition: str
    sha256: str
    marked: bool = True
    repeats: str = ""

    @property
    def content(self) -> str:
        """The hash of the definition alone, wherever it stands."""
        return self.repeats or self.sha256

    @property
    def metadata(self) -> Tags:
        """The metadata pairs that mark the version in the registry, within Glue's charset; none where it takes none."""
        if not self.marked:
            return ()
        return (("contract-version", str(self.number)), ("content-sha256", self.sha256))


@dataclass(frozen=True, slots=True)
class DesiredSchema:
    """One contract as the registry should show it. ``checkpoint`` is a contract version; None leaves Glue's alone.

    ``accepts_revert`` allows that the last version repeats an earlier one, although Glue's latest is then another.
    ``obstacle`` says why this registry cannot hold the contract.
    """

    contract: str
    name: str
    data_format: DataFormat
    mode: Mode
    description: str
    tags: Tags
    versions: tuple[DesiredVersion, ...]
    checkpoint: int | None = None
    accepts_revert: bool = False
    obstacle: str = ""


@dataclass(frozen=True, slots=True)
class Retired:
    """A contract whose schema a prune may delete.

    ``contents`` are the hashes of its versions where those in the registry carry no marks; None where they do.
    """

    contract: str
    schema: str
    contents: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Unsynced:
    """Why a contract that Git holds is not synced, and what to do when it is meant to be."""

    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class DesiredRegistry:
    """One target with its schemas, sorted by contract.

    ``create`` says whether a missing registry may be created. ``unsynced`` holds the contracts that Git does not
    sync (drafts, retired ones, those of other kinds of targets), by schema name: the sync leaves them as they are.
    """

    name: str
    description: str
    tags: Tags
    create: bool
    schemas: tuple[DesiredSchema, ...]
    unsynced: Mapping[str, Unsynced] = field(default_factory=dict)
    retired: tuple[Retired, ...] = ()

    def only(self, contracts: Collection[str]) -> DesiredRegistry:
        """The same registry with these contracts alone."""
        return replace(self, schemas=tuple(schema for schema in self.schemas if schema.contract in contracts))


def desired_registry(catalog: Catalog, target: Target, schema_of: SchemaOf, repository: str = "") -> DesiredRegistry:
    """Project ``catalog`` on ``target``; ``schema_of`` gives the parsed schema of a version.

    ``repository`` is the one that holds the catalog, "" when it is not known.
    """
    eventbridge = target.kind is RegistryKind.EVENTBRIDGE
    left = {each.name: why for each in catalog.contracts if (why := _left_out(each, target.kind))}
    synced = [each for each in catalog.contracts if each.name not in left]
    return DesiredRegistry(
        name=target.registry,
        description=target.description,
        tags=tuple(sorted(target.tags)),
        create=target.create,
        schemas=tuple(
            _eventbridge_schema(contract, schema_of, repository)
            if eventbridge
            else _desired_schema(contract, schema_of)
            for contract in synced
        ),
        unsynced={each.registry.schema_name: left[each.name] for each in catalog.contracts if each.name in left},
        retired=tuple(
            _retired(contract, schema_of, eventbridge)
            for contract in catalog.contracts
            if contract.status is Status.RETIRED
        ),
    )


def _left_out(contract: Contract, kind: RegistryKind) -> Unsynced | None:
    """What keeps a contract out of targets of one kind; None when it is synced."""
    if not contract.status.synced:
        return Unsynced(f"its `status` is {contract.status}", "set its `status` to active")
    if kind not in (contract.registry.kinds or RegistryKind):
        return Unsynced(f"its `registry.kinds` leaves {kind} out", f"add {kind} to `registry.kinds`")
    if kind is RegistryKind.EVENTBRIDGE and contract.data_format is not DataFormat.JSON:
        return Unsynced(f"EventBridge takes no {contract.data_format}", "write another contract, in JSON Schema")
    return None


def fingerprint(identity: str) -> str:
    """The content hash of a definition: SHA-256 of its canonical identity, in hexadecimal."""
    return hashlib.sha256(identity.encode()).hexdigest()


def in_sequence(hashes: Iterable[str]) -> Iterator[tuple[str, str]]:
    """``sha256`` and ``repeats`` of the versions of a history in which a definition may come again, as in EventBridge.

    A definition that comes back after another one is a version of its own: ``sha256`` then also says which time it is,
    and ``repeats`` is the hash of the definition alone, otherwise "". One that follows itself is no new version.
    """
    times: Counter[str] = Counter()
    last = ""
    for sha256 in hashes:
        times[sha256] += sha256 != last
        last = sha256
        yield (sha256, "") if times[sha256] == 1 else (fingerprint(f"{sha256} {times[sha256]}"), sha256)


def owned(tags: Tags) -> Tags:
    """``tags`` with the ownership tag; a value that the author gave to that key stays."""
    return tuple(sorted({OWNERSHIP[0]: OWNERSHIP[1], **dict(tags)}.items()))


def _retired(contract: Contract, schema_of: SchemaOf, eventbridge: bool) -> Retired:
    name = contract.registry.schema_name
    if not eventbridge:
        return Retired(contract.name, name)
    synced = contract.data_format is DataFormat.JSON
    versions = _eventbridge_schema(contract, schema_of, "").versions if synced else ()
    return Retired(contract.name, name, frozenset(version.content for version in versions))


def _desired_schema(contract: Contract, schema_of: SchemaOf) -> DesiredSchema:
    return DesiredSchema(
        contract=contract.name,
        name=contract.registry.schema_name,
        data_format=contract.data_format,
        mode=contract.registry_mode,
        description=contract.description,
        tags=owned(contract.tags),
        versions=tuple(_desired_version(version.number, schema_of(contract, version)) for version in contract.versions),
        checkpoint=contract.registry.checkpoint,
        accepts_revert=contract.registry.accepts_revert,
    )


def _eventbridge_schema(contract: Contract, schema_of: SchemaOf, repository: str) -> DesiredSchema:
    """As EventBridge can hold it: in Draft-04, with a short description, without mode, checkpoint and metadata."""
    from schemaward.formats.jsonschema.draft4 import as_draft4

    tags = {**dict(owned(contract.tags)), **({REPOSITORY: repository} if repository else {})}
    plain = replace(
        _desired_schema(contract, schema_of), mode=Mode.NONE, checkpoint=None, tags=tuple(sorted(tags.items()))
    )
    if len(plain.description) > MOST_DESCRIPTION:
        plain = replace(plain, description=shorten(plain.description, MOST_DESCRIPTION, placeholder="..."))
    versions: list[DesiredVersion] = []
    for version in contract.versions:
        try:
            text = as_draft4(schema_of(contract, version))
            identity = format_module(DataFormat.JSON).load_value(text, f"v{version.number}").identity
        except InputError as error:
            return replace(plain, versions=(), obstacle=f"v{version.number}: {error.fact}")
        if len(text) > MOST_CHARACTERS:
            fact = f"v{version.number} has {len(text):,} characters in Draft-04; EventBridge takes {MOST_CHARACTERS:,}"
            return replace(plain, versions=(), obstacle=fact)
        versions.append(DesiredVersion(version.number, text, fingerprint(identity), marked=False))
    places = in_sequence(version.sha256 for version in versions)
    return replace(
        plain,
        accepts_revert=True,
        versions=tuple(
            replace(version, sha256=sha256, repeats=repeats)
            for version, (sha256, repeats) in zip(versions, places, strict=True)
        ),
    )


def _desired_version(number: int, schema: Schema) -> DesiredVersion:
    return DesiredVersion(number, schema.definition, fingerprint(schema.identity))
