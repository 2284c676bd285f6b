"""What stands in a registry: frozen values, filled by the adapter, read by the planner."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace

from schemaward.model import Mode
from schemaward.registry.desired import Tags
from schemaward.registry.seal import Mark


class VersionStatus(enum.StrEnum):
    """The life of a schema version, in the words of the AWS Glue API."""

    AVAILABLE = "AVAILABLE"
    PENDING = "PENDING"
    FAILURE = "FAILURE"
    DELETING = "DELETING"


@dataclass(frozen=True, slots=True)
class RemoteVersion:
    """One version in the registry. ``number`` is Glue's own; ``metadata`` None means that it could not be read.

    Of several values of a key in ``metadata`` the newest is the last. ``definition`` is the text that the registry holds; ``repeats``: see ``in_sequence``.
    """

    number: int
    id: str
    status: VersionStatus
    sha256: str
    metadata: Tags | None = ()
    repeats: str = ""
    definition: str = ""

    @property
    def content(self) -> str:
        """The hash of the definition alone, wherever it stands."""
        return self.repeats or self.sha256

    @property
    def repositories(self) -> tuple[str, ...]:
        """The repositories that the version was synced from, as far as its metadata tells; the newest is the last."""
        return tuple(value for key, value in self.metadata or () if key == "repository")


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

    @property
    def repository(self) -> str:
        """The repository that it belongs to: the newest that the last version names which names any; "" for none."""
        return next((each.repositories[-1] for each in reversed(self.versions) if each.repositories), "")

    def of_another(self, repository: str) -> str:
        """The repository that it belongs to when that is not ``repository``, otherwise "". GitHub ignores case."""
        return self.repository if repository and self.repository.lower() != repository.lower() else ""

    def having(self, version: RemoteVersion) -> RemoteSchema:
        """The schema with this version, in place of what was known by its number."""
        others = self.lacking(version.number).versions
        return replace(self, versions=tuple(sorted((*others, version), key=lambda each: each.number)))

    def lacking(self, number: int) -> RemoteSchema:
        """The schema without the version of this number."""
        return replace(self, versions=tuple(version for version in self.versions if version.number != number))

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

    ``mark`` is what the last sync from this repository left among the tags; no mark is in ``tags``. ``schemas`` holds
    those that were asked for and exist, ``others`` the names of the rest, ``unread`` a sentence for each thing that the
    role may not read, what to do behind its last semicolon.
    """

    name: str
    arn: str | None = None
    available: bool = True
    description: str = ""
    tags: Tags | None = ()
    schemas: tuple[RemoteSchema, ...] = ()
    others: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    mark: Mark | None = None

    def schema(self, name: str) -> RemoteSchema | None:
        """The schema of that name, or None when the registry has none."""
        return next((schema for schema in self.schemas if schema.name == name), None)
