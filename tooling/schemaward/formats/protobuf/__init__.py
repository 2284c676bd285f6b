"""Protobuf: proto2 and proto3 in one file, as AWS Glue takes it. The functions of ``FormatModule``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from schemaward.formats.base import Question, ReadFile, Records, Refusal, Schema
from schemaward.model import JsonValue, Policy
from schemaward.syntax.document import Document
from schemaward.verdict import Change, Expectation, Finding, Mending, Verdict

__all__ = [
    "can_read",
    "conventions",
    "diff",
    "expectation",
    "fill_defaults",
    "load",
    "load_value",
    "mend",
    "records",
    "refusals",
]


def load(document: Document, read: ReadFile) -> tuple[Schema | None, tuple[Finding, ...]]:
    """Parse and check one file; see ``FormatModule.load``. It imports well-known types only, so nothing is read."""
    from schemaward.formats.protobuf.loading import load as load_file

    return load_file(document)


def load_value(value: Any, name: str) -> Schema:
    """A schema from the text of a .proto file; see ``FormatModule.load_value``."""
    from schemaward.formats.protobuf.loading import load_value as load_text

    return load_text(value, name)


def fill_defaults(schema: Schema, assert_formats: bool = True) -> Schema:
    """The schema as it is: every reader of Protobuf fills in defaults."""
    return schema


def can_read(reader: Schema, writer: Schema, policy: Policy, assert_formats: bool) -> Verdict:
    """Decide whether ``reader`` gets back what ``writer`` wrote; see ``FormatModule.can_read``.

    ``policy`` and ``assert_formats`` mean nothing here: bytes hold what the writer's schema declares.
    """
    from schemaward.formats.protobuf.reading import can_read as read

    return read(reader, writer)


def diff(old: Schema, new: Schema, policy: Policy = Policy.STRICT, assert_formats: bool = True) -> tuple[Change, ...]:
    """The semantic changes from ``old`` to ``new``; see ``FormatModule.diff``."""
    from schemaward.formats.protobuf.changes import changes

    return changes(old, new)


def mend(
    new: Schema, questions: Sequence[Question], policy: Policy = Policy.STRICT, assert_formats: bool = True
) -> Mending | None:
    """The smallest edit of ``new`` that answers all ``questions``; see ``FormatModule.mend``."""
    from schemaward.formats.protobuf.mending import mend as undo

    return undo(new, questions)


def conventions(old: Schema, new: Schema) -> tuple[Finding, ...]:
    """What the step takes from people though no data breaks; see ``FormatModule.conventions``."""
    from schemaward.formats.protobuf.promises import conventions as of_step

    return of_step(old, new)


def refusals(schema: Schema, value: JsonValue) -> tuple[Refusal, ...]:
    """Why ``value``, in the JSON mapping of Protobuf, is no message of ``schema``; see ``FormatModule.refusals``."""
    from schemaward.formats.protobuf.examples import refusals as of_document

    return of_document(schema, value)


def expectation(reader: Schema, writer: Schema, strict: Verdict | None = None) -> Expectation:
    """What Glue is expected to answer; see ``FormatModule.expectation``."""
    from schemaward.formats.protobuf.prediction import expectation as predict

    return predict(reader, writer, strict)


def records(schema: Schema) -> Records:
    """A schema made ready for many records; see ``FormatModule.records``."""
    from schemaward.formats.protobuf.guarding import ProtobufRecords

    return ProtobufRecords(schema)
