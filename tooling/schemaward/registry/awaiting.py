"""Waiting for what AWS Glue does in its own time: registrations, deletions, and others who change the same schema."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import TypeVar

from schemaward.errors import RegistryError
from schemaward.model import Mode
from schemaward.registry.actions import (
    AwaitVersion,
    CreateSchema,
    DeleteSchema,
    RegisterVersion,
    RemoveFailedVersion,
)
from schemaward.registry.connection import Connection, pauses
from schemaward.registry.desired import DesiredSchema
from schemaward.registry.explain import explain_refusal, strangers
from schemaward.registry.failures import CallError
from schemaward.registry.reading import read_outline, read_schema, read_version
from schemaward.registry.state import RemoteSchema, RemoteVersion, VersionStatus

_Seen = TypeVar("_Seen")

_CHANGING = "ConcurrentModificationException"
_MOST_TRIES = 6


class RefusedError(RegistryError):
    """A version that did not become AVAILABLE; ``version`` is how it was seen last, ``reasons`` say why it may be."""

    def __init__(
        self, fact: str, remedy: str, version: RemoteVersion | None = None, reasons: tuple[str, ...] = ()
    ) -> None:
        super().__init__(fact, remedy)
        self.version = version
        self.reasons = reasons


def patiently(connection: Connection, ask: Callable[[], str | None]) -> str:
    """The answer of ``ask``, asked again while somebody else changes the same thing. Raises CallError."""
    for pause in islice(pauses(), _MOST_TRIES - 1):
        try:
            return ask() or ""
        except CallError as error:
            if error.code != _CHANGING:
                raise
        connection.pace.rest(pause)
    return ask() or ""


def await_version(
    connection: Connection,
    schema: DesiredSchema,
    action: CreateSchema | RegisterVersion | AwaitVersion,
    version_id: str,
) -> RemoteVersion:
    """The version when it is AVAILABLE. Polled by id, never by "latest": after a failure, that is an older version.

    Raises RefusedError when it does not become AVAILABLE, or is not the one that Git holds, and CallError.
    """
    name = f"v{action.version.number} of {action.contract}"
    seen = _poll(connection, lambda: _settled(read_version(connection, version_id)))
    if seen is None:
        fact = f"{name} (id {version_id}) was not AVAILABLE within {connection.pace.timeout:g} s"
        raise RefusedError(fact, "run the sync again: it goes on waiting for the same version")
    if seen.status is not VersionStatus.AVAILABLE:
        fact = (
            f"Glue refused {name} under {action.mode}: number {seen.number} (id {version_id}) has status {seen.status}"
        )
        remedy = (
            "mend the version or the mode; the failed number stays in the registry until `schemaward sync "
            "--remove-failed` deletes it, and until then Glue answers the same definition with the same failure"
        )
        raise RefusedError(fact, remedy, seen, _reasons(connection, schema, action))
    if seen.content != action.version.content:
        fact = f"Glue took {name} for number {seen.number} (id {version_id}), whose definition differs from Git"
        raise RefusedError(fact, "make the definition differ from that version in more than Glue ignores")
    return replace(seen, sha256=action.version.sha256, repeats=action.version.repeats)


def await_schema(connection: Connection, action: CreateSchema) -> RemoteSchema:
    """The schema, still without versions, when it is AVAILABLE. Raises RefusedError and CallError."""

    def available() -> RemoteSchema | None:
        outline = read_outline(connection, action.schema)
        return outline if outline and outline.available else None

    found = _poll(connection, available)
    if found is None:
        fact = f"the schema {action.schema} was not AVAILABLE within {connection.pace.timeout:g} s"
        raise RefusedError(fact, "run the sync again")
    return found


def await_deletion(connection: Connection, action: RemoveFailedVersion | DeleteSchema) -> None:
    """Come back when the thing is gone: made anew before that, it could be deleted too.

    Raises RefusedError and CallError.
    """

    def gone() -> bool | None:
        if isinstance(action, DeleteSchema):
            return read_outline(connection, action.schema) is None or None
        return read_version(connection, action.id) is None or None

    if _poll(connection, gone) is None:
        fact = f"the deletion did not end within {connection.pace.timeout:g} s ({action})"
        raise RefusedError(fact, "run the command again later")


def _settled(version: RemoteVersion | None) -> RemoteVersion | None:
    """A version that has ended its registration. One that Glue does not know yet has not been replicated."""
    return version if version and version.status is not VersionStatus.PENDING else None


def _reasons(
    connection: Connection, schema: DesiredSchema, action: CreateSchema | RegisterVersion | AwaitVersion
) -> tuple[str, ...]:
    found = explain_refusal(schema, action.version, action.mode)
    try:
        remote = read_schema(connection, schema.name)
    except RegistryError:
        return found
    return (*found, *strangers(schema, remote)) if remote and action.mode is not Mode.NONE else found


def _poll(connection: Connection, look: Callable[[], _Seen | None]) -> _Seen | None:
    """Look until there is something to see or the time is up; at least once."""
    pace = connection.pace
    deadline = pace.clock() + pace.timeout
    for pause in pauses():
        seen = look()
        if seen is not None:
            return seen
        left = deadline - pace.clock()
        if left <= 0:
            return None
        pace.rest(min(pause, left))
    return None
