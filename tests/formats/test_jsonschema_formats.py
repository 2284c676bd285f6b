"""Formats: asserted from the draft on that defines them, told apart by documents, and checked by the judge likewise."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import schemaward
from schemaward.formats import jsonschema as jsonschema_format
from schemaward.formats.jsonschema.dialects import Draft
from schemaward.formats.jsonschema.regex.languages import Languages
from schemaward.formats.jsonschema.regex.syntax import parse
from schemaward.formats.jsonschema.string_formats import FORMATS, asserted, conforms

VALIDATORS: dict[Draft, Any] = {
    Draft.DRAFT4: jsonschema.Draft4Validator,
    Draft.DRAFT6: jsonschema.Draft6Validator,
    Draft.DRAFT7: jsonschema.Draft7Validator,
    Draft.DRAFT2019: jsonschema.Draft201909Validator,
    Draft.DRAFT2020: jsonschema.Draft202012Validator,
}
UNCHECKED = {"duration", "iri", "iri-reference"}
"""What the jsonschema package checks only with extras that this project does not install."""


def found(pattern: str, text: str) -> bool:
    languages = Languages()
    return languages.contains(languages.search(parse(pattern)), text)


@pytest.mark.parametrize("name", FORMATS)
def test_the_samples_are_valid(name: str) -> None:
    assert all(conforms(sample, name) for sample in FORMATS[name].samples)


@pytest.mark.parametrize("name", FORMATS)
@given(data=st.data())
def test_what_surely_is_valid_is_so_to_both_validators(name: str, data: st.DataObject) -> None:
    kind = FORMATS[name]
    text = data.draw(st.from_regex(re.compile(kind.surely, re.ASCII), fullmatch=True))
    assert conforms(text, name)
    assert jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True).is_valid(text)
    assert kind.within is None or found(kind.within, text)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("draft", Draft, ids=lambda draft: draft.title)
def test_a_format_divides_strings_from_the_draft_on_that_defines_it(name: str, draft: Draft) -> None:
    schema = {"$schema": draft.uri, "format": name}
    verdict = schemaward.can_read(schema, {"$schema": draft.uri, "type": "string"})
    assert verdict.kind == ("incompatible" if asserted(name, draft) else "compatible")
    if isinstance(verdict, schemaward.Incompatible) and name not in UNCHECKED:
        judge = VALIDATORS[draft](schema, format_checker=VALIDATORS[draft].FORMAT_CHECKER)
        assert not judge.is_valid(verdict.witness)


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_leaves_strings(name: str) -> None:
    uri = Draft.DRAFT2020.uri
    verdict = schemaward.can_read(
        {"$schema": uri, "maxLength": 0}, {"$schema": uri, "format": name, "minLength": 1, "type": "string"}
    )
    assert isinstance(verdict, schemaward.Incompatible)
    assert isinstance(verdict.witness, str)
    assert conforms(verdict.witness, name)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("draft", Draft, ids=lambda draft: draft.title)
def test_records_are_judged_by_the_formats_of_their_draft(name: str, draft: Draft) -> None:
    records = jsonschema_format.records(jsonschema_format.load_value({"$schema": draft.uri, "format": name}, "schema"))
    no_format_takes_it = "%zz [("
    assert records.accepts(no_format_takes_it) is not asserted(name, draft)
    assert bool(records.refusals(no_format_takes_it)) is asserted(name, draft)


def test_formats_may_be_annotations() -> None:
    assert schemaward.can_read({"format": "date"}, {"type": "string"}, assert_formats=False).kind == "compatible"


SIGNS = "*+,-./"
"""What stands before "0" in ASCII: a sign taken for a digit is a number all the same."""
TEXTS = {sample[:at] + sign + sample[at + 1 :] for sample in ("2024-01-31T12:00:00.5Z", "1999-12-31t23:59:59+01:00") for at in range(len(sample)) for sign in SIGNS}  # fmt: skip


@pytest.mark.parametrize("name", ["date", "time", "date-time"])
@pytest.mark.parametrize("draft", Draft, ids=lambda draft: draft.title)
def test_a_sign_is_no_digit_of_a_date_or_a_time(name: str, draft: Draft) -> None:
    """The verdict says that ``within`` holds for every value, so the records are held to it too."""
    schema = {"$schema": draft.uri, "format": name}
    records = jsonschema_format.records(jsonschema_format.load_value(schema, "schema"))
    judge = VALIDATORS[draft](schema, format_checker=VALIDATORS[draft].FORMAT_CHECKER)
    for text in {part for whole in TEXTS for part in (whole, whole[:10], whole[11:])}:
        passes = not asserted(name, draft) or judge.is_valid(text)
        assert records.accepts(text) is passes, text
        told = [(each.schema_pointer, each.message) for each in records.refusals(text)]
        assert told == ([] if passes else [("/format", f'"{text}" is not a "{name}"')])


def test_dates_are_held_to_digits_wherever_the_schema_asserts_them_and_only_there() -> None:
    day = {"format": "date", "allOf": [{"type": "string"}]}
    schema = {
        "$schema": Draft.DRAFT7.uri,
        "properties": {
            "by/way": {"$ref": "#/x-kept/day~1"},
            "text": {"$ref": "#/properties/by~1way"},
            "list": {"items": [{}, {"items": {"anyOf": [day, {"type": "null"}]}}]},
            "said": {"enum": [{"format": "date"}]},
            "const": {"const": day},
        },
        "x-kept": {"day/": day},
    }
    records = jsonschema_format.records(jsonschema_format.load_value(schema, "schema"))
    for good in ({"said": {"format": "date"}}, {"const": day}, {"list": [1, ["2024-01-31"]]}, {"text": "2024-01-31"}):
        assert records.accepts(good), good
    for bad in ({"by/way": "202/-01-31"}, {"text": "202/-01-31"}, {"list": [1, ["202/-01-31"]]}):
        assert not records.accepts(bad), bad
        assert records.refusals(bad)
