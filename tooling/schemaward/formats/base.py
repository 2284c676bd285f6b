"""What a data format offers to the rest of the package. Formats never import each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from schemaward.model import JsonValue, Place, Policy
from schemaward.modes import Direction
from schemaward.syntax.document import Document
from schemaward.verdict import Change, Expectation, Finding, Mending, Verdict

ReadFile: TypeAlias = Callable[[str], Document]
"""Read another file of the repository by its path; raises MissingFileError when there is none, InputError for one that cannot be read."""


@dataclass(frozen=True, slots=True)
class Schema:
    """One schema, parsed and self-contained.

    ``definition`` is the text that the registry stores; ``identity`` is equal exactly when two definitions are
    the same up to layout; ``parsed`` belongs to the format.
    """

    document: Document
    definition: str
    identity: str
    parsed: Any

    def place(self, pointer: str) -> Place:
        """The position of an RFC 6901 ``pointer`` (or of its nearest ancestor) in the author's file."""
        return self.document.place(pointer)


@dataclass(frozen=True, slots=True)
class Question:
    """What a new schema is asked: to read what ``old`` writes (backward), or to be read by it (forward)."""

    old: Schema
    direction: Direction


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a document does not pass a schema: RFC 6901 pointers into the document and the schema, and a sentence.

    ``rule`` is what refuses, in a word; without it, the keyword that ``schema_pointer`` ends in.
    """

    pointer: str
    schema_pointer: str
    message: str
    rule: str = ""


class Records(Protocol):
    """Records of one schema, which is made ready once to judge, read and write many. Threads may share it.

    A record is a value as Python has it: of JSON itself; of Avro as fastavro reads and writes it, with dates, times and
    decimals; of Protobuf in its JSON mapping, where "@type" names the message if it is not the first of the file.
    """

    decoded_passes: bool
    """Whether what ``decode`` gives needs no further check."""

    def accepts(self, record: Any) -> bool:
        """Whether ``record`` passes. A no may be a mistake, which ``refusals`` mends; a yes is one."""

    def doubtful(self, records: Sequence[Any]) -> list[int]:
        """The indexes of those ``records`` that ``accepts`` says no to, found in less time."""

    def refusals(self, record: Any) -> tuple[Refusal, ...]:
        """Why ``record`` does not pass; empty when it passes."""

    def explain(self, record: Any) -> Refusal | None:
        """The most telling reason why ``record`` does not pass, by a second opinion where there is one; None when it passes."""

    def decode(self, payload: bytes, writer: Schema) -> Any:
        """The record in a payload of the Glue wire format that ``writer`` wrote, as this schema reads it.

        Raises InputError when it cannot be read. Work and memory are bounded by the length of the payload.
        """

    def encode(self, record: Any) -> bytes:
        """The payload of a record that passes; raises InputError when it cannot be written."""


class FormatModule(Protocol):
    """The functions that a module in ``FORMATS`` offers.

    A format whose data are bytes gives each finding of a verdict its own proof, with ``wire``, and ``counterpart``.
    """

    def load(self, document: Document, read: ReadFile) -> tuple[Schema | None, tuple[Finding, ...]]:
        """Parse and bundle one schema file. No schema comes back when a finding of severity error makes it unusable."""

    def load_value(self, value: Any, name: str) -> Schema:
        """A schema from a parsed value or from text, without files; raises InputError. ``name`` is for messages."""

    def fill_defaults(self, schema: Schema, assert_formats: bool = True) -> Schema:
        """The schema of a reader that fills in defaults: what it refuses after that."""

    def can_read(self, reader: Schema, writer: Schema, policy: Policy, assert_formats: bool) -> Verdict:
        """Decide whether ``reader`` accepts everything that ``writer`` accepts."""

    def diff(
        self, old: Schema, new: Schema, policy: Policy = Policy.STRICT, assert_formats: bool = True
    ) -> tuple[Change, ...]:
        """The semantic changes from ``old`` to ``new``; empty exactly when the canonical forms are equal.

        ``policy`` and ``assert_formats`` are those under which the effects are judged.
        """

    def mend(
        self, new: Schema, questions: Sequence[Question], policy: Policy = Policy.STRICT, assert_formats: bool = True
    ) -> Mending | None:
        """The smallest edit of ``new`` found after which all ``questions`` are compatible, the first of which breaks.

        None when no such edit was found within a bounded search.
        """

    def conventions(self, old: Schema, new: Schema) -> tuple[Finding, ...]:
        """What a step from ``old`` to ``new`` takes from people though no reader misreads data: names, numbers, calls.

        Their places are in ``new``. They do not belong to a verdict, and their severity can be set by contract.
        """

    def refusals(self, schema: Schema, value: JsonValue) -> tuple[Refusal, ...]:
        """Why ``value`` does not pass ``schema``; empty when it passes."""

    def expectation(self, reader: Schema, writer: Schema, strict: Verdict | None = None) -> Expectation:
        """What Glue is expected to answer for this pair, whatever our own policy says.

        ``strict`` is the answer of ``can_read`` under the strict policy with formats asserted, where it is known.
        """

    def records(self, schema: Schema) -> Records:
        """Makes a schema ready for many records."""
