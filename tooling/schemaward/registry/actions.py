"""The steps that a sync can take. The two that delete are planned only on request.

``str(action)`` is the line that a plan prints.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from schemaward.model import DataFormat, Mode
from schemaward.modes import weakened
from schemaward.registry.desired import DesiredVersion, Tags


@dataclass(frozen=True, slots=True)
class CreateRegistry:
    """Create the registry itself."""

    description: str
    tags: Tags
    contract: str = ""
    kind: ClassVar[str] = "create-registry"

    def __str__(self) -> str:
        return f"create the registry{_tagged(self.tags)}"


@dataclass(frozen=True, slots=True)
class UpdateRegistryDescription:
    """Give the registry the description of the target."""

    old: str
    new: str
    contract: str = ""
    kind: ClassVar[str] = "set-registry-description"

    def __str__(self) -> str:
        return f'set the description of the registry to "{_short(self.new)}"'


@dataclass(frozen=True, slots=True)
class TagResource:
    """Add or overwrite tags of the registry (``contract`` empty) or of a schema; other tags stay."""

    contract: str
    arn: str
    tags: Tags
    kind: ClassVar[str] = "tag"

    def __str__(self) -> str:
        return f"tag{_tagged(self.tags, ' ')}"


@dataclass(frozen=True, slots=True)
class CreateSchema:
    """Create a schema with its first version, which Glue takes without a compatibility check."""

    contract: str
    schema: str
    data_format: DataFormat
    mode: Mode
    description: str
    tags: Tags
    version: DesiredVersion
    kind: ClassVar[str] = "create-schema"

    def __str__(self) -> str:
        return f"create schema {self.schema} ({self.data_format}, {self.mode}) with v{self.version.number}"


@dataclass(frozen=True, slots=True)
class RegisterVersion:
    """Register one more version; ``mode`` is the one that Glue judges it under."""

    contract: str
    schema: str
    version: DesiredVersion
    mode: Mode
    kind: ClassVar[str] = "register-version"

    def __str__(self) -> str:
        return f"register v{self.version.number} under {self.mode}"


@dataclass(frozen=True, slots=True)
class AwaitVersion:
    """Wait for a version that was registered before and is still PENDING."""

    contract: str
    schema: str
    version: DesiredVersion
    mode: Mode
    id: str
    kind: ClassVar[str] = "await-version"

    def __str__(self) -> str:
        return f"wait for v{self.version.number}, which is PENDING"


@dataclass(frozen=True, slots=True)
class AnnotateVersion:
    """Add metadata that a registered version lacks; ``first`` when it names no commit yet."""

    contract: str
    version: DesiredVersion
    id: str
    pairs: Tags
    first: bool
    kind: ClassVar[str] = "annotate-version"

    def __str__(self) -> str:
        return f"add metadata to v{self.version.number}: {', '.join(key for key, _ in self.pairs)}"


@dataclass(frozen=True, slots=True)
class SetMode:
    """Change the compatibility mode. Glue asks for a checkpoint with it: the present one, so that it stays."""

    contract: str
    schema: str
    old: Mode
    new: Mode
    checkpoint: int
    kind: ClassVar[str] = "set-mode"

    @property
    def weaker(self) -> bool:
        """True when the new mode no longer promises everything that the old one did."""
        return weakened(self.old, self.new)

    def __str__(self) -> str:
        return f"set mode {self.old} -> {self.new}{' (weaker)' if self.weaker else ''}"


@dataclass(frozen=True, slots=True)
class SetCheckpoint:
    """Move Glue's checkpoint forward to contract version ``version``; ``old`` is a Glue number."""

    contract: str
    schema: str
    version: DesiredVersion
    old: int
    kind: ClassVar[str] = "set-checkpoint"

    def __str__(self) -> str:
        return f"move the checkpoint from number {self.old} to v{self.version.number}"


@dataclass(frozen=True, slots=True)
class SetDescription:
    """Give a schema the description of its contract."""

    contract: str
    schema: str
    old: str
    new: str
    kind: ClassVar[str] = "set-description"

    def __str__(self) -> str:
        return f'set the description to "{_short(self.new)}"'


@dataclass(frozen=True, slots=True)
class RemoveFailedVersion:
    """Delete a version that Glue refused once: it answers its definition with the same failure for ever."""

    contract: str
    schema: str
    number: int
    id: str
    kind: ClassVar[str] = "remove-failed-version"

    def __str__(self) -> str:
        return f"delete number {self.number}, which is a FAILURE"


@dataclass(frozen=True, slots=True)
class DeleteSchema:
    """Delete a schema, of which so many ``versions`` are of use. Readers can decode their messages no longer."""

    contract: str
    schema: str
    versions: int
    kind: ClassVar[str] = "delete-schema"

    def __str__(self) -> str:
        if not self.versions:
            return f"delete schema {self.schema}, which holds only failures"
        return f"delete schema {self.schema} with {self.versions} {'version' if self.versions == 1 else 'versions'}"


RegistryAction: TypeAlias = CreateRegistry | UpdateRegistryDescription | TagResource
SchemaAction: TypeAlias = (
    CreateSchema
    | RegisterVersion
    | AwaitVersion
    | AnnotateVersion
    | SetMode
    | SetCheckpoint
    | SetDescription
    | TagResource
    | RemoveFailedVersion
    | DeleteSchema
)
Action: TypeAlias = RegistryAction | SchemaAction


def same_step(one: Action, other: Action) -> bool:
    """True when both do the same thing to the same object, whatever state they start from."""
    return (one.kind, one.contract, _number(one)) == (other.kind, other.contract, _number(other))


def _number(action: Action) -> int | None:
    if isinstance(action, RemoveFailedVersion):
        return action.number
    version = getattr(action, "version", None)
    return version.number if isinstance(version, DesiredVersion) else None


def _tagged(tags: Tags, lead: str = ", tags ") -> str:
    return lead + ", ".join(f"{key}={value}" for key, value in tags) if tags else ""


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:57] + "..."
