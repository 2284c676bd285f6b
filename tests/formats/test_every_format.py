"""What holds for every data format, whatever its schemas are: one contract, asked of each module in FORMATS."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest

import schemaward
from schemaward.errors import InputError
from schemaward.formats import FORMATS, format_module
from schemaward.formats.base import FormatModule, Question, Schema
from schemaward.model import DataFormat, Policy
from schemaward.rules import RULES
from schemaward.syntax.document import Document
from schemaward.syntax.parse import parse_document
from schemaward.verdict import Compatible, Expectation, Incompatible, Verdict

TESTS = Path(__file__).parents[1]


class Sample(NamedTuple):
    """A schema, another spelling of it, a version that old data breaks, one that they do not, faults, and documents."""

    suffix: str
    old: str
    respelt: str
    breaking: str
    safe: str
    faulty: tuple[str, ...]
    passes: Any
    fails: Any
    rules: str
    """How the ids of the format's own rules begin."""
    cases: tuple[str, ...]
    """Folders of tests that show them."""


SAMPLES: dict[DataFormat, Sample] = {
    DataFormat.JSON: Sample(
        "json",
        '{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "properties": {"id": {"type": "string"}}}',
        '{"type": "object", "properties": {"id": {"type": "string"}}, "$schema": "http://json-schema.org/draft-07/schema#"}',
        '{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "properties": {"id": {"type": "integer"}}}',
        '{"$schema": "http://json-schema.org/draft-07/schema#", "type": ["object", "null"], "properties": {"id": {"type": "string"}}}',
        ('{"type": "objekt"}', '{"$ref": "other.json"}'),
        {"id": "a"},
        {"id": 1},
        "-",
        (),
    ),
    DataFormat.AVRO: Sample(
        "avsc",
        '{"type": "record", "name": "R", "fields": [{"name": "id", "type": "string"}]}',
        '{"fields": [{"type": {"type": "string"}, "name": "id"}], "name": "R", "type": "record"}',
        '{"type": "record", "name": "R", "fields": [{"name": "id", "type": "int"}]}',
        '{"type": "record", "name": "R", "fields": [{"name": "id", "type": ["null", "string"]}]}',
        ('{"type": "record", "name": "R"}', '{"type": "other"}'),
        {"id": "a"},
        {"id": 1},
        "avro-",
        ("avro", "cases/avro"),
    ),
    DataFormat.PROTOBUF: Sample(
        "proto",
        'syntax = "proto3";\nmessage R {\n  string id = 1;\n}\n',
        'syntax="proto3"; message R { string id = 1; }',
        'syntax = "proto3";\nmessage R {\n  int32 id = 1;\n}\n',
        'syntax = "proto3";\nmessage R {\n  string id = 1;\n  string note = 2;\n}\n',
        ('syntax = "proto3";\nmessage R {\n  strin id = 1;\n}\n', 'syntax = "proto3";\nmessage R {\n'),
        {"id": "a"},
        {"id": {}},
        "protobuf-",
        ("protobuf",),
    ),
}
EACH = pytest.mark.parametrize("data_format", FORMATS)


def test_every_format_has_a_sample() -> None:
    assert set(SAMPLES) == set(FORMATS)


def no_file(path: str) -> Document:
    raise InputError(f"{path} does not exist", "")


def loaded(data_format: DataFormat, text: str) -> Schema:
    sample = SAMPLES[data_format]
    schema, findings = module(data_format).load(parse_document(f"v1.{sample.suffix}", text.encode()), no_file)
    assert schema is not None, findings
    return schema


def module(data_format: DataFormat) -> FormatModule:
    return format_module(data_format)


def ask(data_format: DataFormat, reader: str, writer: str) -> Verdict:
    return module(data_format).can_read(loaded(data_format, reader), loaded(data_format, writer), Policy.STRICT, True)


@EACH
def test_every_schema_reads_itself(data_format: DataFormat) -> None:
    sample = SAMPLES[data_format]
    for text in (sample.old, sample.breaking, sample.safe):
        assert ask(data_format, text, text) == Compatible()


@EACH
def test_the_public_question_and_the_module_say_the_same(data_format: DataFormat) -> None:
    sample = SAMPLES[data_format]
    for reader in (sample.old, sample.breaking, sample.safe):
        public = schemaward.can_read(reader, sample.old, data_format=data_format.value)
        assert public.kind == ask(data_format, reader, sample.old).kind


@EACH
def test_a_break_has_a_witness_a_place_and_a_rule(data_format: DataFormat) -> None:
    sample = SAMPLES[data_format]
    verdict = ask(data_format, sample.breaking, sample.old)
    assert isinstance(verdict, Incompatible)
    first = verdict.findings[0]
    assert first.rule in RULES
    assert first.place.line >= 1
    if data_format is DataFormat.JSON:
        asked = module(data_format)
        assert not asked.refusals(loaded(data_format, sample.old), verdict.witness)
        assert asked.refusals(loaded(data_format, sample.breaking), verdict.witness)
    else:
        assert first.proof is not None
        assert first.counterpart is not None
        assert verdict.wire is not None
        assert bytes.fromhex(verdict.wire.encoded)
        assert verdict.wire.failure or verdict.wire.seen != verdict.witness


@EACH
def test_a_safe_step_is_compatible_and_what_glue_answers_is_known(data_format: DataFormat) -> None:
    sample = SAMPLES[data_format]
    assert isinstance(ask(data_format, sample.safe, sample.old), Compatible)
    old, new = loaded(data_format, sample.old), loaded(data_format, sample.safe)
    expected = module(data_format).expectation(new, old)
    assert isinstance(expected, Expectation)
    assert (expected.answer, bool(expected.reason)) == ("accepts", True)
    assert module(data_format).expectation(loaded(data_format, sample.breaking), old).answer != "accepts"


@EACH
def test_a_diff_is_empty_exactly_when_the_identities_are_equal(data_format: DataFormat) -> None:
    sample = SAMPLES[data_format]
    old = loaded(data_format, sample.old)
    for text in (sample.old, sample.respelt, sample.breaking, sample.safe):
        new = loaded(data_format, text)
        changes = module(data_format).diff(old, new)
        assert bool(changes) == (old.identity != new.identity)
        assert all(change.place is not None for change in changes)
    assert loaded(data_format, sample.respelt).identity == old.identity


@EACH
def test_a_definition_is_a_schema_that_says_the_same(data_format: DataFormat) -> None:
    schema = loaded(data_format, SAMPLES[data_format].old)
    again = module(data_format).load_value(schema.definition, "again")
    assert module(data_format).can_read(again, schema, Policy.STRICT, True) == Compatible()
    assert again.identity == schema.identity


@EACH
def test_a_fault_has_a_place_in_files_and_is_an_error_elsewhere(data_format: DataFormat) -> None:
    sample = SAMPLES[data_format]
    for text in sample.faulty:
        document = parse_document(f"v1.{sample.suffix}", text.encode())
        schema, findings = module(data_format).load(document, no_file)
        assert schema is None
        assert findings
        assert findings[0].place.path == document.path
        with pytest.raises(InputError) as caught:
            module(data_format).load_value(text, "reader")
        assert caught.value.fact
        assert caught.value.place is None or caught.value.place.path == "reader"


@EACH
def test_documents_stand_on_the_right_side(data_format: DataFormat) -> None:
    sample = SAMPLES[data_format]
    schema = loaded(data_format, sample.old)
    assert module(data_format).refusals(schema, sample.passes) == ()
    assert all(refusal.message for refusal in module(data_format).refusals(schema, sample.fails))
    assert module(data_format).refusals(schema, sample.fails)


@EACH
def test_an_edit_that_is_offered_answers_the_question(data_format: DataFormat) -> None:
    sample = SAMPLES[data_format]
    old, new = loaded(data_format, sample.old), loaded(data_format, sample.breaking)
    mending = module(data_format).mend(new, [Question(old, "backward")])
    assert mending is None or mending.edits


@EACH
def test_every_rule_of_the_format_is_shown_by_a_test(data_format: DataFormat) -> None:
    sample = SAMPLES[data_format]
    texts = [
        path.read_text("utf-8")
        for folder in sample.cases
        for path in (TESTS / folder).rglob("*")
        if path.suffix in (".py", ".yaml")
    ]
    own = [rule for rule in RULES if rule.startswith(sample.rules)]
    assert [rule for rule in own if not any(rule in text for text in texts)] == []
