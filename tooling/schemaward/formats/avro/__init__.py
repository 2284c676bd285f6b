"""Avro 1.11, as AWS Glue takes it. The functions of ``FormatModule``."""

from __future__ import annotations

from collections.abc import Sequence

from schemaward.formats.avro.judging import can_read
from schemaward.formats.avro.loading import load, load_value
from schemaward.formats.base import Question, Records, Refusal, Schema
from schemaward.model import JsonValue, Policy
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


def fill_defaults(schema: Schema, assert_formats: bool = True) -> Schema:
    """The schema as it is: in Avro every reader fills in defaults; see ``FormatModule.fill_defaults``."""
    return schema


def diff(old: Schema, new: Schema, policy: Policy = Policy.STRICT, assert_formats: bool = True) -> tuple[Change, ...]:
    """The semantic changes from ``old`` to ``new``; see ``FormatModule.diff``."""
    from schemaward.formats.avro.diffing import changes

    return changes(old, new)


def mend(
    new: Schema, questions: Sequence[Question], policy: Policy = Policy.STRICT, assert_formats: bool = True
) -> Mending | None:
    """The smallest edit of ``new`` that answers all ``questions``; see ``FormatModule.mend``."""
    from schemaward.formats.avro.mending import mend as search

    return search(new, questions)


def conventions(old: Schema, new: Schema) -> tuple[Finding, ...]:
    """What the step changes of what fields mean beside their type; see ``FormatModule.conventions``."""
    from schemaward.formats.avro.meaning import conventions as of_meaning

    return tuple(of_meaning(old, new))


def refusals(schema: Schema, value: JsonValue) -> tuple[Refusal, ...]:
    """Why ``value``, in Avro's JSON encoding, does not pass ``schema``; see ``FormatModule.refusals``."""
    from schemaward.formats.avro.examples import refusals as why_not

    return why_not(schema.parsed, value)


def expectation(reader: Schema, writer: Schema, strict: Verdict | None = None) -> Expectation:
    """What AWS Glue is expected to answer; see ``FormatModule.expectation``."""
    from schemaward.formats.avro.prediction import expectation as predicted

    return predicted(reader, writer)


def records(schema: Schema) -> Records:
    """A schema made ready for many records; see ``FormatModule.records``."""
    from schemaward.formats.avro.guarding import AvroRecords

    return AvroRecords(schema)
