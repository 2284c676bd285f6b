"""What stands in a registry: frozen values, filled by the adapter, read by the planner."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from schemaward.model import Mode
from schemaward.registry.desired import Tags


class VersionStatus(enum.StrEnum):
    """The life of a schema version, in the words of the AWS Glue API."""

    AVAILABLE = "AVAILABLE"
    PENDING = "PENDING"
    FAILURE = "FAILURE"
    DELETING = "DELETING"


@dataclass(frozen=True, slots=True)
class RemoteVersion:
    """One version in the registry. ``number`` is Glue's own; ``metadata`` None means that it could not be read."""

    number: int
    id: str
    status: VersionStatus
    sha256: str
    metadata: Tags | None = ()


@dataclass(frozen=True, slots=True)
class RemoteSchema:
    """One schema in the registry, its versions in ascending order of Glue's numbers.

    ``tags`` None means that they could not be read; ``checkpoint`` is a Glue number.
    """

    name: str
    arn: str
    data_format: str
    mode: Mode
    checkpoint: int
    description: str
    available: bool
    tags: Tags | None
    versions: tuple[RemoteVersion, ...]

    def holding(self, sha256: str) -> RemoteVersion | None:
        """The version with this content: an AVAILABLE one before a PENDING one before a dead one."""
        return min(
            (version for version in self.versions if version.sha256 == sha256),
            key=lambda version: (list(VersionStatus).index(version.status), version.number),
            default=None,
        )


@dataclass(frozen=True, slots=True)
class RegistryState:
    """One registry; ``arn`` None means that it does not exist.

    ``schemas`` holds those that were asked for and exist, ``others`` the names of the rest, ``unread`` a sentence
    for each thing that the role may not read.
    """

    name: str
    arn: str | None = None
    available: bool = True
    description: str = ""
    tags: Tags | None = ()
    schemas: tuple[RemoteSchema, ...] = ()
    others: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    def schema(self, name: str) -> RemoteSchema | None:
        """The schema of that name, or None when the registry has none."""
        return next((schema for schema in self.schemas if schema.name == name), None)
