"""The nouns of the domain: frozen values without behaviour of their own."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from schemaward.syntax.document import Document

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"


class Mode(enum.StrEnum):
    """The compatibility modes of AWS Glue Schema Registry, by its own words.

    Source: AWS Glue API, data type ``Compatibility``.
    """

    NONE = "NONE"
    DISABLED = "DISABLED"
    BACKWARD = "BACKWARD"
    BACKWARD_ALL = "BACKWARD_ALL"
    FORWARD = "FORWARD"
    FORWARD_ALL = "FORWARD_ALL"
    FULL = "FULL"
    FULL_ALL = "FULL_ALL"


class DataFormat(enum.StrEnum):
    """The data formats of AWS Glue Schema Registry."""

    JSON = "JSON"
    AVRO = "AVRO"
    PROTOBUF = "PROTOBUF"


class Policy(enum.StrEnum):
    """What a writer may put into a property that an open schema does not declare.

    STRICT: anything (pure containment). LENIENT: nothing, writers write only what they declare.
    """

    STRICT = "strict"
    LENIENT = "lenient"


class Status(enum.StrEnum):
    """The life of a contract, in the words of the Open Data Contract Standard.

    Versions of PROPOSED and DRAFT contracts may still be edited and are not synced.
    """

    PROPOSED = "proposed"
    DRAFT = "draft"
    ACTIVE = "active"
    DEPRECATED = "deprecated"
    RETIRED = "retired"

    @property
    def published(self) -> bool:
        """True when the versions of the contract are immutable."""
        return self not in (Status.PROPOSED, Status.DRAFT)

    @property
    def synced(self) -> bool:
        """True when the contract belongs in the registry."""
        return self in (Status.ACTIVE, Status.DEPRECATED)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file: repository-relative POSIX path, line and column counted from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Version:
    """One immutable schema file ``v<number>.<suffix>`` of a contract."""

    number: int
    document: Document

    @property
    def path(self) -> str:
        """Repository-relative path of the file."""
        return self.document.path


@dataclass(frozen=True, slots=True)
class Example:
    """A document that must (or must not) pass version ``number`` of its contract (None: the latest)."""

    document: Document
    valid: bool
    number: int | None = None


@dataclass(frozen=True, slots=True)
class RegistrySide:
    """What the manifest overrides on the registry side.

    ``mode`` None means: the contract's own mode. ``checkpoint`` None means: leave Glue's marker alone.
    ``accepts_revert``: the last version may repeat an earlier one, although Glue's latest is then another. ``kinds`` are
    those of the targets that the contract is synced to, none for all.
    """

    schema_name: str
    mode: Mode | None = None
    checkpoint: int | None = None
    accepts_revert: bool = False
    kinds: tuple[RegistryKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Contract:
    """A named, owned schema with its versions (in ascending order) and examples.

    ``severities`` pairs ids of adjustable rules with ``error``, ``warning`` or ``off``. ``structured_output`` names the
    providers of language models that are held to answers in the form of the contract.
    """

    name: str
    folder: str
    description: str
    data_format: DataFormat
    mode: Mode
    policy: Policy
    owners: tuple[str, ...]
    status: Status
    registry: RegistrySide
    manifest: Document
    tags: tuple[tuple[str, str], ...] = ()
    consumers: tuple[str, ...] = ()
    severities: tuple[tuple[str, str], ...] = ()
    structured_output: tuple[str, ...] = ()
    versions: tuple[Version, ...] = ()
    examples: tuple[Example, ...] = ()

    @property
    def registry_mode(self) -> Mode:
        """The mode that the registry is set to."""
        return self.registry.mode or self.mode


class RegistryKind(enum.StrEnum):
    """The two schema registries of AWS: that of Glue, and that of EventBridge, which holds JSON Schemas in Draft-04."""

    GLUE = "glue"
    EVENTBRIDGE = "eventbridge"


class Role(enum.StrEnum):
    """The roles on one target: PLAN reads, APPLY also writes and can delete nothing, PRUNE deletes as well."""

    PLAN = "plan"
    APPLY = "apply"
    PRUNE = "prune"


@dataclass(frozen=True, slots=True)
class Target:
    """One registry in one account and Region.

    ``endpoint`` None means: the AWS endpoint of the Region. ``roles`` are the ARNs of roles to assume; in a role that
    has none, the credentials of the environment are used as they are.
    """

    name: str
    registry: str
    region: str
    description: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    account: str | None = None
    endpoint: str | None = None
    create: bool = False
    roles: tuple[tuple[Role, str], ...] = ()
    kind: RegistryKind = RegistryKind.GLUE

    def role_arn(self, role: Role) -> str | None:
        """What is assumed to work as ``role``, if anything."""
        return dict(self.roles).get(role)


@dataclass(frozen=True, slots=True)
class Catalog:
    """The contracts of one tree, sorted by name, and the sync targets in file order."""

    contracts: tuple[Contract, ...] = ()
    targets: tuple[Target, ...] = field(default=())
