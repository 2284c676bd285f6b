"""JSON Schema: Draft-04, -06, -07, and offline 2019-09 and 2020-12. The functions of ``FormatModule``."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from schemaward.errors import InputError
from schemaward.formats.base import Question, Records, Refusal, Schema
from schemaward.formats.jsonschema.engine.deciding import can_read
from schemaward.formats.jsonschema.loading import load
from schemaward.formats.jsonschema.prediction import expectation
from schemaward.model import JsonValue, Policy
from schemaward.verdict import Change, Finding, Mending, Verdict

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

_MOST_REMEMBERED = 8
_remembered: dict[bytes, Schema] = {}
"""The schemas last given as values, by their content: who asks in one direction mostly asks in the other too."""
_remembering = threading.Lock()

_STEPS_FOR_A_CHANGE = 40_000
"""Work that the effect of one change may take: a diff asks for many, of small parts of the schemas."""


def load_value(value: Any, name: str) -> Schema:
    """A schema from a parsed value or from text; see ``FormatModule.load_value``."""
    from schemaward.formats.jsonschema.loading import load_value as load_parsed
    from schemaward.syntax.document import Document

    if isinstance(value, (str, bytes)):
        from schemaward.syntax.parse import parse_text

        document = parse_text(value if isinstance(value, str) else value.decode(errors="replace"), name)
        return load_parsed(document.value, document)
    from schemaward.formats.jsonschema.values import copy_of, plain_json, private_copy

    key = private_copy(value)
    with _remembering:
        known = _remembered.get(key) if key is not None else None
    if known is None:
        try:
            # A copy, since the caller may change the value while the schema is remembered.
            own = plain_json(value if key is None else copy_of(key), name)
            known = load_parsed(own, Document(name, "", own))
        except RecursionError:
            raise InputError(f"the {name} is nested too deeply", "flatten it") from None
        with _remembering:
            if key is not None:
                _remembered[key] = known
            while len(_remembered) > _MOST_REMEMBERED:
                del _remembered[next(iter(_remembered))]
    return replace(known, document=Document(name, "", known.document.value))


def fill_defaults(schema: Schema, assert_formats: bool = True) -> Schema:
    """The schema of a reader that fills in defaults; see ``FormatModule.fill_defaults``."""
    from schemaward.formats.jsonschema.defaults import fill_defaults as without_defaults

    return without_defaults(schema, assert_formats)


def diff(old: Schema, new: Schema, policy: Policy = Policy.STRICT, assert_formats: bool = True) -> tuple[Change, ...]:
    """The semantic changes from ``old`` to ``new``; see ``FormatModule.diff``."""
    from schemaward.formats.jsonschema.diffing.changes import changes
    from schemaward.formats.jsonschema.loading import trusted

    def ask(reader: JsonValue, writer: JsonValue) -> Verdict:
        return can_read(trusted(reader), trusted(writer), policy, assert_formats, _STEPS_FOR_A_CHANGE)

    return changes(
        old.parsed.value,
        new.parsed.value,
        can_read=ask,
        old_place=old.place,
        new_place=new.place,
    )


def mend(
    new: Schema, questions: Sequence[Question], policy: Policy = Policy.STRICT, assert_formats: bool = True
) -> Mending | None:
    """The smallest edit of ``new`` that answers all ``questions``; see ``FormatModule.mend``."""
    from schemaward.formats.jsonschema.engine.stacks import with_deep_stack
    from schemaward.formats.jsonschema.mending.mend import mend as search

    changes = diff(questions[0].old, new, policy, assert_formats)
    try:
        return with_deep_stack(lambda: search(new, questions, changes, policy, assert_formats))
    except RecursionError:
        return None


def conventions(old: Schema, new: Schema) -> tuple[Finding, ...]:
    """What the step changes of what the data mean beside their type; see ``FormatModule.conventions``."""
    from schemaward.formats.jsonschema.meaning import conventions as of_meaning

    return tuple(of_meaning(old, new))


def refusals(schema: Schema, value: JsonValue) -> tuple[Refusal, ...]:
    """Why ``value`` does not pass ``schema``; see ``FormatModule.refusals``."""
    from schemaward.formats.jsonschema import judging

    try:
        return judging.refusals(schema.parsed, value)
    except judging.CannotJudgeError as error:
        place = schema.place(error.pointer)
        raise InputError(f"the schema cannot be used to validate: {error}", "", place) from error


def records(schema: Schema) -> Records:
    """A schema made ready for many records; see ``FormatModule.records``."""
    from schemaward.formats.jsonschema.guarding import JsonRecords

    return JsonRecords(schema)
