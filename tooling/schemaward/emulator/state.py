"""The values of the state machine: what one account holds in one Region.

Every value is frozen; a call answers with a new state. Times and ids come in from outside (``Context``).
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

from schemaward.emulator.options import Options
from schemaward.model import DataFormat, Mode

Scope: TypeAlias = tuple[str, str]
"""Account id and Region."""

Request: TypeAlias = Mapping[str, Any]
Response: TypeAlias = dict[str, Any]
Tags: TypeAlias = Mapping[str, str]

Judge: TypeAlias = Callable[[DataFormat, Mode, Sequence[str], str], "bool | None"]
"""``judge(data_format, mode, earlier definitions, candidate)``: compatible, incompatible, or None for not known."""

Validate: TypeAlias = Callable[[DataFormat, str], "str | None"]
"""``validate(data_format, definition)``: why the definition is invalid, or None when it is valid."""


Identify: TypeAlias = Callable[[DataFormat, str], str]
"""``identify(data_format, definition)``: a text that is equal for definitions that the registry takes for equal."""


class ApiError(Exception):
    """An error answer of the API: ``code`` is the exception name in the Glue model."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class Stage(enum.StrEnum):
    """The status words of registries, schemas and versions (AWS Glue API)."""

    AVAILABLE = "AVAILABLE"
    PENDING = "PENDING"
    FAILURE = "FAILURE"
    DELETING = "DELETING"


@dataclass(frozen=True, slots=True)
class Underway:
    """Asynchronous work: ``calls`` more calls that address the thing, then it is ``then`` (None: it is gone)."""

    calls: int
    then: Stage | None


@dataclass(frozen=True, slots=True)
class Metadata:
    """One key-value pair of a version."""

    key: str
    value: str
    created: str


@dataclass(frozen=True, slots=True)
class Version:
    """One stored definition; ``identity`` is its canonical form, or a hash of it."""

    number: int
    id: str
    definition: str
    identity: str
    created: str
    stage: Stage
    underway: Underway | None = None
    metadata: tuple[Metadata, ...] = ()


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema with its versions in ascending order.

    ``issued`` is the highest number ever given to a version, ``reached`` the highest that became AVAILABLE.
    """

    registry: str
    name: str
    data_format: DataFormat
    mode: Mode
    created: str
    updated: str
    description: str | None = None
    checkpoint: int = 1
    tags: Tags = field(default_factory=lambda: MappingProxyType({}))
    versions: tuple[Version, ...] = ()
    issued: int = 0
    reached: int = 0
    stage: Stage = Stage.AVAILABLE
    underway: Underway | None = None


@dataclass(frozen=True, slots=True)
class Registry:
    """A registry with its schemas by name."""

    name: str
    created: str
    updated: str
    description: str | None = None
    tags: Tags = field(default_factory=lambda: MappingProxyType({}))
    schemas: Mapping[str, Schema] = field(default_factory=lambda: MappingProxyType({}))
    stage: Stage = Stage.AVAILABLE
    underway: Underway | None = None


@dataclass(frozen=True, slots=True)
class State:
    """The registries of one account in one Region, by name."""

    registries: Mapping[str, Registry] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Context:
    """Everything that a call needs besides state and request; ``now`` is an ISO 8601 time.

    ``ending`` is how a new version ends, where a scripted fault has decided that.
    """

    account: str
    region: str
    now: str
    new_id: Callable[[], str]
    judge: Judge
    validate: Validate
    identify: Identify
    options: Options = field(default_factory=Options)
    ending: Stage | None = None


Call: TypeAlias = Callable[[State, Request, Context], "tuple[State, Response]"]
"""One API call: a pure function of validated input; raises ApiError, and then nothing has changed."""
