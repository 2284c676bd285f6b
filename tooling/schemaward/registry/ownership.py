"""What Git does not hold of a registry: whose it is, since a registry can be shared, and whether it could be a contract."""

from __future__ import annotations

from dataclasses import dataclass

from schemaward.registry.adoption import NotAdopted, adopt
from schemaward.registry.connection import Connection
from schemaward.registry.desired import OWNERSHIP, DesiredRegistry, DesiredSchema
from schemaward.registry.parallel import in_parallel
from schemaward.registry.reading import read_schemas
from schemaward.registry.state import RegistryState, RemoteSchema, VersionStatus


@dataclass(frozen=True, slots=True)
class Stranger:
    """A schema of which Git does not hold everything, or anything.

    ``ours``: it belongs to this repository; ``owner``: to that one. ``refusal`` is what an import would say instead of
    adopting it.
    """

    schema: str
    ours: bool = False
    owner: str = ""
    refusal: NotAdopted | None = None


def strangers(
    connection: Connection, desired: DesiredRegistry, state: RegistryState, repository: str
) -> tuple[tuple[Stranger, ...], tuple[str, ...]]:
    """All of them, each read as an import reads it, and a sentence for what could not be read. Raises RegistryError.

    ``repository`` is the one that Git is here, "" when it is not known.
    """
    known = {schema.name: schema for schema in desired.schemas}
    grown = (name for name, schema in known.items() if _holds_more(schema, state.schema(name)))
    unread: set[str] = set()

    def look(name: str) -> Stranger:
        found = read_schemas(connection, state, [name], everything=False)
        unread.update(found.unread)
        remote = found.schema(name)
        if remote is None:  # deleted since it was listed
            return Stranger(name)
        owner = remote.of_another(repository)
        ours = OWNERSHIP in (remote.tags or ()) and not owner
        verdict = adopt(remote, known.get(name))
        return Stranger(name, ours, owner, verdict if isinstance(verdict, NotAdopted) else None)

    found = tuple(in_parallel(connection.jobs, look, (*grown, *state.others)))
    return found, tuple(sorted(unread.difference(state.unread)))


def _holds_more(desired: DesiredSchema, actual: RemoteSchema | None) -> bool:
    ours = {version.sha256 for version in desired.versions}
    versions = actual.versions if actual else ()
    return any(version.status is VersionStatus.AVAILABLE and version.sha256 not in ours for version in versions)
