"""From the id in a message to the schema that wrote it: by the receipts of a sync, or by asking the registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from schemaward.errors import InputError, RegistryError, SchemawardError, UsageError
from schemaward.formats import format_module
from schemaward.formats.base import Schema
from schemaward.guard.cache import Cache, Lifetimes
from schemaward.guard.results import UnknownVersionError
from schemaward.model import DataFormat, Target
from schemaward.registry.desired import fingerprint
from schemaward.repo.named import Named

if TYPE_CHECKING:
    from schemaward.registry.connection import Connection

_ATTEMPTS = 3


class Versions(Protocol):
    """The versions of one contract, by their ids in a registry."""

    @property
    def own(self) -> UUID | None:
        """The id of the version that the guard writes; None where it is not known."""

    def find(self, version_id: UUID) -> Schema | Future[Schema]:
        """The schema of an id, or the flight that fetches it.

        Both raise UnknownVersionError when it is none of the contract's, RegistryError without an answer.
        """


class NoVersions:
    """Ids mean nothing here."""

    own = None

    def find(self, version_id: UUID) -> Schema:
        """See ``Versions``."""
        raise UsageError(
            f"the message names schema version {version_id}, and nothing says which version of the contract that is",
            "give the receipts of a sync, or open the guard from a registry",
        )


class ReceiptVersions:
    """The versions that receipts name, with their schemas from Git. Asks nobody.

    Raises UsageError when the receipts do not name the contract, or name another text than the one in Git.
    """

    def __init__(self, named: Named, receipts: Mapping[str, Any]) -> None:
        self._named = named
        self._noted = _noted(named.contract.name, receipts)
        self._schemas: dict[UUID, Schema] = {}
        number = named.version.number
        self.own = next((each for each, noted in self._noted.items() if noted.usable and noted.number == number), None)
        if self.own is not None:
            self.find(self.own)

    def find(self, version_id: UUID) -> Schema:
        """See ``Versions``."""
        schema = self._schemas.get(version_id)
        if schema is None:
            schema = self._schemas[version_id] = self._load(version_id)
        return schema

    def _load(self, version_id: UUID) -> Schema:
        contract, noted = self._named.contract, self._noted.get(version_id)
        version = next((each for each in contract.versions if noted and each.number == noted.number), None)
        if noted is None or version is None:
            raise UnknownVersionError(
                f'schema version {version_id} is none of "{contract.name}", by the receipts',
                "find out who sends it; if the version is new, use the receipts of the last sync and the contracts of its commit",
            )
        if not noted.usable:
            raise _unusable(version_id, noted.status)
        schema = self._named.schema(version)
        if fingerprint(schema.identity) != noted.sha256:
            raise UsageError(
                f'version {noted.number} of "{contract.name}" is not what the receipts name: its content is another',
                "use the contracts of the commit that was synced, or the receipts of a sync of this one",
            )
        return schema


@dataclass(frozen=True, slots=True)
class _Noted:
    """What receipts say of one version."""

    number: int
    sha256: str
    status: str

    @property
    def usable(self) -> bool:
        """Whether anybody may write with it."""
        return self.status == _USABLE


def _noted(contract: str, receipts: Mapping[str, Any]) -> dict[UUID, _Noted]:
    """The versions of a contract by their ids. Raises UsageError when the receipts do not name the contract."""
    entry = receipts["contracts"].get(contract)
    if entry is None:
        raise UsageError(
            f'the receipts name no contract "{contract}"', "use the receipts of a sync that it was part of"
        )
    try:
        return {
            UUID(each["id"]): _Noted(int(each["version"]), str(each["sha256"]), str(each["status"]))
            for each in entry["versions"]
        }
    except (LookupError, TypeError, ValueError, AttributeError):
        raise UsageError(
            f'the receipts of "{contract}" hold versions that are none of AWS Glue', "use the receipts of a Glue target"
        ) from None


def _unusable(version_id: UUID, status: str) -> UnknownVersionError:
    fact = f"schema version {version_id} is {status}, not {_USABLE}"
    return UnknownVersionError(fact, "look at the last sync; nobody may write with such a version")


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

    def find(self, version_id: UUID) -> Schema | Future[Schema]:
        """See ``Versions``."""
        return self._own.schema if version_id == self._own.id else self._cache.find(version_id)

    def _load(self, version_id: UUID) -> Schema:
        found, own = self._fetch(version_id), self._own
        if found.arn != own.arn:
            fact = f'schema version {version_id} is one of "{found.arn}", not of "{own.arn}"'
            remedy = "find out who sends it; a guard reads the messages of one contract"
        elif found.data_format is not own.data_format:
            fact = f'schema version {version_id} is in {found.data_format}, and "{own.arn}" was in {own.data_format}'
            remedy = "the schema was made anew: open the guard anew"
        else:
            return found.schema
        if self._cache.knows(version_id):
            raise RegistryError(f"{fact}; it was, as the registry said before", "look what answers at the endpoint")
        raise UnknownVersionError(fact, remedy)


def registry_fetch(target: Target, client: Any = None) -> Callable[[dict[str, Any]], Remote]:
    """A function that asks for one version, with the parameters of GetSchemaVersion.

    Raises UsageError when boto3 is not installed, RegistryError when the registry cannot be used.
    """
    from schemaward.registry.connection import Connection, connect

    connection = connect(target, attempts=_ATTEMPTS) if client is None else Connection(target, client, _ATTEMPTS)
    return lambda parameters: _fetched(connection, parameters)


def _fetched(connection: Connection, parameters: dict[str, Any]) -> Remote:
    from schemaward.registry.connection import call
    from schemaward.registry.failures import CallError

    try:
        return _remote(connection, parameters, call(connection, _OPERATION, parameters))
    except CallError as error:
        if error.code == "EntityNotFoundException":
            raise UnknownVersionError(
                error.fact, "check id, name and registry; a version that was deleted is gone for good"
            ) from None
        raise
    except SchemawardError:
        raise
    except Exception as error:  # the client may be anybody's, and so may be what it raises
        raise RegistryError(f"the registry could not be asked: {type(error).__name__}: {error}") from error


def _remote(connection: Connection, parameters: dict[str, Any], answer: dict[str, Any]) -> Remote:
    """An answer, if it is one to what was asked; raises RegistryError."""
    from schemaward.registry.connection import number, text

    said = {key: text(connection, _OPERATION, answer, key) for key in _TEXTS}
    version = number(connection, _OPERATION, answer, "VersionNumber")
    status, asked = said["Status"], parameters.get("SchemaVersionId")
    try:
        version_id, data_format = UUID(said["SchemaVersionId"]), DataFormat(said["DataFormat"])
        if status not in _STATUSES or asked not in (None, str(version_id)):
            raise ValueError(f'schema version {version_id} of status "{status}" for {asked}')
        schema = format_module(data_format).load_value(said["SchemaDefinition"], f"schema version {version_id}")
    except (ValueError, InputError) as error:
        raise RegistryError(
            f"the registry answered with something that is not AWS Glue: {error}", "look what answers at the endpoint"
        ) from None
    if status != _USABLE:
        raise _unusable(version_id, status)
    return Remote(version_id, version, said["SchemaArn"], data_format, schema)


_OPERATION = "get_schema_version"
_TEXTS = ("SchemaVersionId", "SchemaArn", "DataFormat", "SchemaDefinition", "Status")
_USABLE = "AVAILABLE"
_STATUSES = (_USABLE, "PENDING", "FAILURE", "DELETING")
