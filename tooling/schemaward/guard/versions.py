"""From the id in a message to the schema that wrote it: by the receipts of a sync, or by asking the registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from schemaward.errors import RegistryError, UsageError
from schemaward.formats import format_module
from schemaward.formats.base import Schema
from schemaward.guard.cache import Cache, Lifetimes
from schemaward.guard.results import UnknownVersionError
from schemaward.model import DataFormat, Target
from schemaward.repo.named import Named

_ATTEMPTS = 3


class Versions(Protocol):
    """The versions of one contract, by their ids in a registry."""

    @property
    def own(self) -> UUID | None:
        """The id of the version that the guard writes; None where it is not known."""

    def known(self, version_id: UUID) -> Schema | None:
        """The schema of an id, if it is at hand. Raises UnknownVersionError for what is known to be none."""

    def schema(self, version_id: UUID) -> Schema:
        """The schema of an id. Raises UnknownVersionError when it is none of the contract's, RegistryError without an answer."""


class NoVersions:
    """Ids mean nothing here."""

    own = None

    def known(self, version_id: UUID) -> Schema | None:
        """See ``Versions``."""
        return self.schema(version_id)

    def schema(self, version_id: UUID) -> Schema:
        """See ``Versions``."""
        raise UsageError(
            f"the message names schema version {version_id}, and nothing says which version of the contract that is",
            "give the receipts of a sync, or open the guard from a registry",
        )


class ReceiptVersions:
    """The versions that receipts name, with their schemas from Git. Asks nobody."""

    def __init__(self, named: Named, receipts: Mapping[str, Any]) -> None:
        self._named = named
        self._numbers = _numbers(named.contract.name, receipts)
        self._cache: Cache[UUID, Schema] = Cache(self._load, Lifetimes(fresh=float("inf")))
        ids = {number: version_id for version_id, number in self._numbers.items()}
        self.own = ids.get(named.version.number)

    def known(self, version_id: UUID) -> Schema | None:
        """See ``Versions``."""
        return self.schema(version_id)

    def schema(self, version_id: UUID) -> Schema:
        """See ``Versions``."""
        return self._cache.get(version_id)

    def _load(self, version_id: UUID) -> Schema:
        contract = self._named.contract
        number = self._numbers.get(version_id)
        version = next((each for each in contract.versions if each.number == number), None)
        if version is None:
            raise UnknownVersionError(
                f'schema version {version_id} is none of "{contract.name}", by the receipts',
                "find out who sends it; if the version is new, use the receipts of the last sync and the contracts of its commit",
            )
        return self._named.schema(version)


def _numbers(contract: str, receipts: Mapping[str, Any]) -> dict[UUID, int]:
    """From ids to the numbers of contract versions. Raises UsageError when the receipts do not name the contract."""
    entry = receipts["contracts"].get(contract)
    if entry is None:
        raise UsageError(
            f'the receipts name no contract "{contract}"', "use the receipts of a sync that it was part of"
        )
    try:
        return {UUID(each["id"]): int(each["version"]) for each in entry["versions"]}
    except (LookupError, TypeError, ValueError, AttributeError):
        raise UsageError(
            f'the receipts of "{contract}" hold ids that are none of AWS Glue', "use the receipts of a Glue target"
        ) from None


@dataclass(frozen=True, slots=True)
class Remote:
    """One version as the registry has it."""

    id: UUID
    number: int
    arn: str
    data_format: DataFormat
    schema: Schema

    @property
    def name(self) -> str:
        """The full name, as that of a contract version: the number is that of AWS Glue."""
        return f"{self.arn.rpartition('/')[2]}@{self.number}"


class RegistryVersions:
    """The versions of one schema in a registry, each fetched when a message first names it."""

    def __init__(self, own: Remote, fetch: Callable[[UUID], Remote], lifetimes: Lifetimes | None = None) -> None:
        self._own = own
        self._fetch = fetch
        self._cache: Cache[UUID, Schema] = Cache(self._load, lifetimes)
        self.own = own.id

    def known(self, version_id: UUID) -> Schema | None:
        """See ``Versions``."""
        return self._own.schema if version_id == self._own.id else self._cache.fresh(version_id)

    def schema(self, version_id: UUID) -> Schema:
        """See ``Versions``."""
        return self._own.schema if version_id == self._own.id else self._cache.get(version_id)

    def _load(self, version_id: UUID) -> Schema:
        found = self._fetch(version_id)
        if found.arn != self._own.arn:
            raise UnknownVersionError(
                f'schema version {version_id} is one of "{found.arn}", not of "{self._own.arn}"',
                "find out who sends it; a guard reads the messages of one contract",
            )
        return found.schema


def registry_fetch(target: Target, client: Any = None) -> Callable[[dict[str, Any]], Remote]:
    """A function that asks for one version, with the parameters of GetSchemaVersion.

    Raises UsageError when boto3 is not installed, RegistryError when the registry cannot be used.
    """
    from schemaward.registry.connection import Connection, connect

    connection = connect(target, attempts=_ATTEMPTS) if client is None else Connection(target, client, _ATTEMPTS)
    return lambda parameters: _fetched(connection, parameters)


def _fetched(connection: Any, parameters: dict[str, Any]) -> Remote:
    from schemaward.registry.connection import call, number, text
    from schemaward.registry.failures import CallError

    operation = "get_schema_version"
    try:
        answer = call(connection, operation, parameters)
    except CallError as error:
        if error.code == "EntityNotFoundException":
            raise UnknownVersionError(
                error.fact, "check id, name and registry; a version that was deleted is gone for good"
            ) from None
        raise
    said = {key: text(connection, operation, answer, key) for key in _TEXTS}
    if said["Status"] != "AVAILABLE":
        fact = f"schema version {said['SchemaVersionId']} is {said['Status']}, not AVAILABLE"
        raise UnknownVersionError(fact, "look at the last sync; nobody may write with such a version")
    try:
        data_format = DataFormat(said["DataFormat"])
        version_id = UUID(said["SchemaVersionId"])
    except ValueError as error:
        raise RegistryError(f"the registry answered with something that is not AWS Glue: {error}") from None
    schema = format_module(data_format).load_value(said["SchemaDefinition"], f"schema version {version_id}")
    return Remote(
        version_id, number(connection, operation, answer, "VersionNumber"), said["SchemaArn"], data_format, schema
    )


_TEXTS = ("SchemaVersionId", "SchemaArn", "DataFormat", "SchemaDefinition", "Status")
