"""The answer to the one question: can this reader read everything that this writer writes?"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from schemaward.model import JsonValue, Place


class Severity(enum.StrEnum):
    """How much a finding matters: an ERROR fails the check, a WARNING does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Edit:
    """One operation on a document, as JSON Patch has it (RFC 6902). ``value`` means nothing for ``remove``."""

    pointer: str
    operation: Literal["add", "remove", "replace"]
    value: JsonValue = None


@dataclass(frozen=True, slots=True)
class Mending:
    """An edit of a schema after which it is compatible: operations to be applied in their order.

    ``diff`` is a unified diff of the author's text, which parses to the same; empty when it could not be made.
    """

    edits: tuple[Edit, ...]
    diff: str = ""


@dataclass(frozen=True, slots=True)
class Wire:
    """A document of a binary format on its way: the bytes of the writer, and what the reader makes of them.

    ``encoded`` is lower-case hexadecimal. ``failure`` says why the reader cannot decode the bytes; when it is empty,
    the reader gets ``seen``, which is not what was written, or what its schema takes the same value for.
    """

    encoded: str
    failure: str = ""
    seen: JsonValue = None


@dataclass(frozen=True, slots=True)
class Proof:
    """A document that the writer accepts and the reader refuses, or, in a binary format, misreads.

    ``writer`` and ``reader`` name the two sides in messages (``v2``, ``v3``), and ``expectation`` says what AWS Glue
    is expected to answer to the registration; all three stay empty when they are not known. ``mending`` is the
    smallest edit of the newer version that was found to make it compatible, if one was.
    """

    document: JsonValue
    writer: str = ""
    reader: str = ""
    expectation: Expectation | None = None
    mending: Mending | None = None
    wire: Wire | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact that somebody must act on.

    ``rule`` is an id of the rule table; ``pointer`` an RFC 6901 pointer into the file at ``place``;
    ``proof`` the witness, for a compatibility break. ``contract`` is empty for findings outside a contract.
    Inside a verdict, ``place`` and ``pointer`` are of the reader, and ``counterpart`` is the pointer into the writer's
    schema, None where the format does not know it.
    """

    rule: str
    place: Place
    fact: str
    remedy: str
    contract: str = ""
    pointer: str = ""
    severity: Severity = Severity.ERROR
    proof: Proof | None = None
    counterpart: str | None = None

    @property
    def order(self) -> tuple[object, ...]:
        """Sort key, so that output is stable: contract by contract its files, then its examples; in a file by position.

        An example shows what became of a schema: the cause stands before it.
        """
        folder = tuple(self.place.path.split("/")[:3])
        return (folder, "/examples/" in self.place.path, self.place, self.rule, self.fact)


@dataclass(frozen=True, slots=True)
class Compatible:
    """The reader accepts every document that the writer accepts.

    ``findings``, each with its proof, tell what comes back as another value all the same; JSON has none of that.
    """

    findings: tuple[Finding, ...] = ()
    kind: ClassVar[Literal["compatible"]] = "compatible"


@dataclass(frozen=True, slots=True)
class Incompatible:
    """``witness`` is a document that the writer accepts and the reader refuses; verified by an independent validator.

    ``findings`` say why, gravest first, and ``wire`` is the witness in bytes, in a binary format.
    """

    witness: JsonValue
    findings: tuple[Finding, ...] = ()
    wire: Wire | None = None
    kind: ClassVar[Literal["incompatible"]] = "incompatible"


@dataclass(frozen=True, slots=True)
class Undecided:
    """Neither was proven; ``reason`` says why. Never to be read as a yes."""

    reason: str
    kind: ClassVar[Literal["undecided"]] = "undecided"


Verdict: TypeAlias = Compatible | Incompatible | Undecided


@dataclass(frozen=True, slots=True)
class Expectation:
    """What AWS Glue is expected to answer to a registration, and why; ``answer`` None means: not known."""

    answer: Literal["accepts", "refuses"] | None
    reason: str


class Effect(enum.StrEnum):
    """What a change does to the set of accepted documents."""

    WIDENS = "widens"
    NARROWS = "narrows"
    BOTH = "widens and narrows"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Change:
    """A fact of the semantic diff, without opinion.

    ``kind`` reads element-verb, for example ``property-added`` or ``bound-tightened``. ``pointer`` addresses
    the document of ``side``: the new one, or the old one for what is gone; ``place`` is the position in that file.
    """

    kind: str
    pointer: str
    effect: Effect
    old: JsonValue = None
    new: JsonValue = None
    place: Place | None = None
    side: Literal["old", "new"] = "new"
