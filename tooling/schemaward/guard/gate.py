"""The guard itself: one version of a contract, made ready to check, read and write records."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from uuid import UUID

from schemaward.errors import InputError, RegistryError, SchemawardError, UsageError
from schemaward.formats import format_module
from schemaward.formats.base import Refusal, Schema
from schemaward.guard.addresses import require_positive, target_meant, version_wanted
from schemaward.guard.cache import Lifetimes, landed, landed_later
from schemaward.guard.decorators import guarded_argument, guarded_result
from schemaward.guard.personal import personal
from schemaward.guard.reasons import worded
from schemaward.guard.results import PASSED, Checked, Count, Outcome, RecordError
from schemaward.guard.versions import NoVersions, ReceiptVersions, RegistryVersions, Remote, Versions, registry_fetch
from schemaward.guard.wire import MOST_BYTES, Frame, frame, too_large, unframe
from schemaward.model import DataFormat

Record = TypeVar("Record")
Function = TypeVar("Function", bound=Callable[..., Any])
OnRefused = Callable[[Any, tuple[Refusal, ...]], None]


class Guard:
    """Lets the records of one contract version through, and no others. Threads may share it.

    Open one with ``from_contract`` or ``from_registry``. ``check`` answers, because in a stream a bad record is a fact
    like any other; ``require`` and the decorators raise, because a function that was handed one cannot go on. What the
    schema does not look at is not looked at here either.
    """

    def __init__(
        self,
        name: str,
        data_format: DataFormat,
        schema: Schema,
        versions: Versions | None = None,
        count: Count | None = None,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self.name = name
        self.data_format = data_format
        self.schema = schema
        self._records = format_module(data_format).records(schema)
        self._accepts = self._records.accepts
        self._personal = personal(data_format, schema)
        self._versions: Versions = versions or NoVersions()
        if count is not None and not callable(count):
            raise UsageError(f"count is {count!r}, which cannot be called", "give a function of a name and an outcome")
        self._count = count
        require_positive("most_bytes", most_bytes, "how many bytes a payload may have")
        self._most_bytes = most_bytes

    def __repr__(self) -> str:
        return f"<Guard of {self.name}>"

    def __reduce__(self) -> NoReturn:
        fact = f"the guard of {self.name} does not leave its process: it may hold connections"
        raise UsageError(fact, "open one in each process")

    @property
    def own_id(self) -> UUID | None:
        """The id of this version in the registry, which messages carry; None where nothing tells it."""
        return self._versions.own

    @classmethod
    def from_contract(
        cls,
        contract: str,
        root: Path | str | None = None,
        *,
        receipts: Path | str | None = None,
        count: Count | None = None,
        most_bytes: int = MOST_BYTES,
    ) -> Guard:
        """The guard of a contract version in a repository: ``identity.person@3``, or the latest without a number.

        ``root`` is the repository or a folder in it; without it, the working folder. ``receipts`` is a file that a sync
        wrote: with it, messages can be decoded and encoded without asking a registry. Raises UsageError for what is not
        there, InputError for files that cannot be read.
        """
        from schemaward.repo.named import HOW, find_version

        if not isinstance(contract, str):
            raise UsageError(f"{contract!r} is no name of a contract", HOW)
        named = find_version(contract, _path("root", root) if root is not None else Path.cwd())
        versions = None if receipts is None else ReceiptVersions(named, _receipts(_path("receipts", receipts)))
        return cls(named.name, named.contract.data_format, named.schema(), versions, count, most_bytes)

    @classmethod
    def from_registry(
        cls,
        version_id: UUID | str | None = None,
        *,
        arn: str | None = None,
        name: str | None = None,
        registry: str = "default-registry",
        version: int | None = None,
        region: str | None = None,
        endpoint: str | None = None,
        role: str | None = None,
        client: Any = None,
        count: Count | None = None,
        lifetimes: Lifetimes | None = None,
        most_bytes: int = MOST_BYTES,
    ) -> Guard:
        """The guard of a version in AWS Glue: by its id, or by the ARN or name of its schema and a number of AWS Glue.

        Without a number it is the latest version at this moment; the guard stays with it. Other versions of the schema
        are fetched when a message names them, and kept for the ``lifetimes``. ``client`` is a boto3 client for Glue to
        use instead of a new one. Raises UsageError, UnknownVersionError and RegistryError.
        """
        parameters = version_wanted(version_id, arn, name, registry, version)
        ask = registry_fetch(target_meant(arn, registry, region, endpoint, role, client), client)
        own = ask(parameters)

        def fetch(wanted: UUID) -> Remote:
            return ask({"SchemaVersionId": str(wanted)})

        versions = RegistryVersions(own, fetch, lifetimes)
        return cls(own.name, own.data_format, own.schema, versions, count, most_bytes)

    # -- records

    def check(self, record: Any) -> Checked:
        """Whether a record passes, and why not."""
        checked = PASSED if self._accepts(record) else self._checked(record)
        if self._count is not None:
            self._tell("refused" if checked.refusals else "passed")
        return checked

    def require(self, record: Record) -> Record:
        """The record itself, if it passes; raises RecordError."""
        checked = self.check(record)
        if checked.refusals:
            raise RecordError(self.name, checked.refusals)
        return record

    def explain(self, record: Any) -> Refusal | None:
        """The one most telling reason why a record does not pass, values included; of JSON, by the ``jsonschema`` package."""
        if self._accepts(record):
            return None
        told = self._records.explain(record)
        return told and worded(told, record)

    # -- messages

    def decode(self, message: bytes) -> Any:
        """The record in a message of the Glue wire format, as this version reads it, whichever version wrote it.

        Raises WireError, UnknownVersionError, InputError for a payload that cannot be read, RecordError for a record
        that does not pass, and RegistryError when the registry must be asked and does not answer.
        """
        try:
            wire = unframe(message, self._most_bytes)
            return self._read(wire, landed(self._versions.find(wire.version_id)))
        except (InputError, RegistryError) as error:
            self._tell(_unread(error))
            raise

    async def decode_async(self, message: bytes) -> Any:
        """As ``decode``; other tasks go on while the registry is asked."""
        try:
            wire = unframe(message, self._most_bytes)
            return self._read(wire, await landed_later(self._versions.find(wire.version_id)))
        except (InputError, RegistryError) as error:
            self._tell(_unread(error))
            raise

    def encode(self, record: Any, *, compress: bool = False) -> bytes:
        """The message of a record that passes. What ``decode`` would not read is not written.

        Raises RecordError, InputError for a record that cannot be written, UsageError when the id of this version is not known.
        """
        own = self.own_id
        if own is None:
            raise UsageError(
                f"nothing says which id {self.name} has in a registry",
                "give the receipts of a sync that it was part of, or open the guard from a registry",
            )
        checked = PASSED if self._accepts(record) else self._checked(record)
        try:
            if checked.refusals:
                raise RecordError(self.name, checked.refusals)
            payload = self._records.encode(record)
            if len(payload) > self._most_bytes:
                raise too_large(self._most_bytes)
        except SchemawardError:
            self._tell("refused")
            raise
        self._tell("passed")
        return frame(own, payload, compress=compress)

    # -- many records, and functions

    def filter(self, records: Iterable[Record], refused: OnRefused | None = None) -> Iterator[Record]:
        """The records that pass. Each other one goes to ``refused``, with its reasons."""
        for record in records:
            if self._let_through(record, refused):
                yield record

    async def filter_async(
        self, records: AsyncIterable[Record], refused: OnRefused | None = None
    ) -> AsyncIterator[Record]:
        """As ``filter``, of an asynchronous iterable."""
        async for record in records:
            if self._let_through(record, refused):
                yield record

    def takes(self, argument: str | None = None) -> Callable[[Function], Function]:
        """A decorator: what is given for ``argument`` (by default the first one) must pass, else RecordError is raised."""
        return guarded_argument(self.require, argument)

    def returns(self, function: Function) -> Function:
        """A decorator: what the function returns must pass, else RecordError is raised."""
        return guarded_result(self.require, function)

    def _let_through(self, record: Any, refused: OnRefused | None) -> bool:
        checked = self.check(record)
        if checked.refusals and refused is not None:
            refused(record, checked.refusals)
        return checked.ok

    def _read(self, wire: Frame, writer: Schema) -> Any:
        record = self._records.decode(wire.payload, writer)
        if not self._records.decoded_passes:
            return self.require(record)
        self._tell("passed")
        return record

    def _checked(self, record: Any) -> Checked:
        refusals = [worded(each, record) for each in self._records.refusals(record)]
        return Checked(tuple(self._personal.shown(each, record) for each in refusals)) if refusals else PASSED

    def _tell(self, outcome: Outcome) -> None:
        if self._count is not None:
            try:
                self._count(self.name, outcome)
            except Exception:  # who counts must not stop what is counted
                logging.getLogger(__name__).exception("the count of %s failed for %s", self.name, outcome)


def _unread(error: SchemawardError) -> Outcome:
    return "unreadable" if isinstance(error, InputError) else "undecided"


def _path(name: str, given: Path | str) -> Path:
    try:
        return Path(given)
    except TypeError:
        raise UsageError(f"{name} is {given!r}, which is no path", "give the name of a file or folder") from None


def _receipts(path: Path) -> dict[str, Any]:
    from schemaward.registry.receipts import read_receipts

    try:
        return read_receipts(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f'the receipts "{path}" cannot be read: {error}', "name another file") from None
