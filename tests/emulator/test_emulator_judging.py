"""The verdicts of the real engine, as the emulator asks for them, and what counts as a definition."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from emulator_machine import PERSON

from schemaward.emulator.judging import expect, identify, judge, validate
from schemaward.emulator.options import Options, assumptions
from schemaward.emulator.server import running
from schemaward.model import DataFormat, Mode


def person(age: str, **more: Any) -> str:
    return json.dumps({"type": "object", "properties": {"age": {"type": age, **more}}})


INTEGER, NUMBER, TEXT = person("integer"), person("number"), person("string")


@pytest.mark.parametrize(
    ("mode", "earlier", "candidate", "verdict"),
    [
        (Mode.BACKWARD, [INTEGER], NUMBER, True),
        (Mode.BACKWARD, [NUMBER], INTEGER, False),
        (Mode.FORWARD, [NUMBER], INTEGER, True),
        (Mode.FORWARD, [INTEGER], NUMBER, False),
        (Mode.FULL, [INTEGER], NUMBER, False),
        (Mode.FULL, [INTEGER], INTEGER, True),
        (Mode.BACKWARD_ALL, [INTEGER, NUMBER], NUMBER, True),
        (Mode.BACKWARD_ALL, [TEXT, NUMBER], NUMBER, False),
        (Mode.BACKWARD, [], NUMBER, True),
        (Mode.BACKWARD, [person("string")], person("string", format="date"), False),
    ],
)
def test_verdict(mode: Mode, earlier: list[str], candidate: str, verdict: bool) -> None:
    assert judge(DataFormat.JSON, mode, earlier, candidate) is verdict


AGE, MAIL = '{"name": "age", "type": "int"}', '{"name": "mail", "type": "string"}'
MAYBE = '{"name": "mail", "type": ["null", "string"], "default": null}'


def record(*fields: str) -> str:
    return f'{{"type": "record", "name": "Person", "fields": [{", ".join(fields)}]}}'


def message(*fields: str) -> str:
    return f'syntax = "proto3"; message Person {{ {"; ".join(fields)}; }}'


@pytest.mark.parametrize(
    ("mode", "earlier", "candidate", "verdict"),
    [
        # Avro: the truth table that AWS documents and others have validated.
        (Mode.BACKWARD, record(AGE, MAIL), record(AGE), True),
        (Mode.BACKWARD, record(AGE), record(AGE, MAIL), False),
        (Mode.FORWARD, record(AGE), record(AGE, MAIL), True),
        (Mode.FORWARD, record(AGE, MAIL), record(AGE), False),
        (Mode.FULL, record(AGE), record(AGE, MAIL), False),
        (Mode.FULL, record(AGE, MAIL), record(AGE), False),
        (Mode.FULL, record(AGE), record(AGE, MAYBE), True),
        (Mode.FULL, record(AGE, MAYBE), record(AGE), True),
        (Mode.BACKWARD, message("int32 age = 1"), message("int32 age = 1", "string mail = 2"), True),
        (Mode.BACKWARD, message("int32 age = 1"), message("string age = 1"), False),
    ],
)
def test_verdict_of_avro_and_protobuf(mode: Mode, earlier: str, candidate: str, verdict: bool) -> None:
    data_format = DataFormat.AVRO if earlier.startswith("{") else DataFormat.PROTOBUF
    assert judge(data_format, mode, [earlier], candidate) is verdict


def test_an_all_mode_sees_what_is_between() -> None:
    """Name, age and a salary that may be null; then only the name; then an age again: it reads the first, not the second."""
    name, salary = '{"name": "name", "type": "string"}', MAYBE.replace("mail", "salary")
    history = [record(name, AGE, salary), record(name)]
    assert judge(DataFormat.AVRO, Mode.BACKWARD_ALL, history, record(name, AGE)) is False
    assert judge(DataFormat.AVRO, Mode.BACKWARD_ALL, history[:1], record(name, AGE)) is True


OPEN, WIDER = '{"type": "object"}', '{"type": "object", "properties": {"age": {"type": "integer"}}}'


@pytest.mark.parametrize(
    ("mode", "earlier", "candidate", "strict", "expected"),
    [
        (Mode.BACKWARD, INTEGER, NUMBER, True, True),
        (Mode.BACKWARD, NUMBER, INTEGER, False, False),
        (Mode.FORWARD, OPEN, WIDER, True, True),
        (Mode.BACKWARD, OPEN, WIDER, False, False),
        (Mode.FORWARD, WIDER, OPEN, False, False),
        (Mode.BACKWARD, '{"definitions": {}}', WIDER, False, True),
    ],
)
def test_two_judges(mode: Mode, earlier: str, candidate: str, strict: bool, expected: bool) -> None:
    assert judge(DataFormat.JSON, mode, [earlier], candidate) is strict
    assert expect(DataFormat.JSON, mode, [earlier], candidate) is expected


def test_the_judge_is_an_assumption(connect: Callable[..., Any]) -> None:
    for word, status in (("strict", "FAILURE"), ("expected", "AVAILABLE")):
        options = Options(pending=0, assume=assumptions([f"verdicts={word}"]))
        with running(options) as url:
            glue = connect(url)
            glue.create_schema(SchemaName="s", DataFormat="JSON", SchemaDefinition='{"definitions": {}}')
            version = glue.register_schema_version(SchemaId={"SchemaName": "s"}, SchemaDefinition=WIDER)
            assert version["Status"] == status


@pytest.mark.parametrize(
    "definition",
    [
        "{}",
        '{"$schema": "http://json-schema.org/draft-04/schema#", "exclusiveMinimum": true, "minimum": 1}',
        '{"$schema": "http://json-schema.org/draft-06/schema", "const": 1}',
        '{"$schema": "https://json-schema.org/draft-07/schema#", "if": {}}',
        '{"definitions": {"tree": {"items": {"$ref": "#/definitions/tree"}}}, "$ref": "#/definitions/tree"}',
    ],
)
def test_valid(definition: str) -> None:
    assert validate(DataFormat.JSON, definition) is None


@pytest.mark.parametrize(
    ("definition", "reason"),
    [
        ("type: object", "Expecting value"),
        ("{", "Expecting property name"),
        ('{"minimum": NaN}', "NaN is not JSON"),
        ('{"type": "object", "type": "string"}', 'the name "type" occurs twice in one object'),
        ("[]", "it is not an object"),
        ("true", "it is not an object"),
        ('{"type": "objekt"}', "objekt"),
        ('{"$schema": "http://json-schema.org/draft-04/schema#", "exclusiveMinimum": 1}', "exclusiveMinimum"),
        ('{"$schema": "https://json-schema.org/draft/2020-12/schema"}', "is none of Draft-04, Draft-06 and Draft-07"),
        ('{"$schema": 7}', "is none of Draft-04, Draft-06 and Draft-07"),
        ('{"$ref": "#/definitions/nowhere"}', "nowhere"),
        ('{"$ref": "http://example.org/person.json"}', "http://example.org/person.json"),
        ("[" * 80_000 + "]" * 80_000, "nested too deeply"),
        ('{"not": ' * 20_000 + "{}" + "}" * 20_000, "deep"),
        ('{"minimum": ' + "9" * 5000 + "}", "digits"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_invalid(definition: str, reason: str) -> None:
    problem = validate(DataFormat.JSON, definition)
    assert problem is not None
    assert reason in problem


_ODD = '{"name": "a", "type": {"type": "enum", "name": "E", "symbols": ["A"]}, "default": "B"}'


@pytest.mark.parametrize(
    ("data_format", "definition", "reason"),
    [
        (DataFormat.AVRO, '"string"', None),
        (DataFormat.AVRO, record(AGE), None),
        (DataFormat.AVRO, "record", "Expecting value"),
        (DataFormat.AVRO, "type: record\nname: Person\nfields: []", "Expecting value"),
        (DataFormat.AVRO, '"type: record"', "type: record"),
        (DataFormat.AVRO, record(_ODD), "default"),
        (DataFormat.AVRO, '{"type": "nonsense"}', "nonsense"),
        (DataFormat.AVRO, '{"type": "record", "name": "a", "name": "b", "fields": []}', "occurs twice"),
        (DataFormat.AVRO, "[" * 80_000, "nested too deeply"),
        (DataFormat.PROTOBUF, message("int32 age = 1"), None),
        (DataFormat.PROTOBUF, "message", "message"),
        (DataFormat.PROTOBUF, 'syntax = "proto3"; import "other.proto";', "other.proto"),
        (DataFormat.PROTOBUF, "{" * 80_000, "{"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_definitions_of_avro_and_protobuf(data_format: DataFormat, definition: str, reason: str | None) -> None:
    problem = validate(data_format, definition)
    assert (problem is None) is (reason is None)
    assert reason is None or reason in str(problem)


@pytest.mark.parametrize(
    ("data_format", "one", "same", "other"),
    [
        (
            DataFormat.JSON,
            '{"enum": [1, 2], "title": "a"}',
            '{ "title":"\\u0061","enum":[1,2] }',
            '{"enum": [2, 1], "title": "a"}',
        ),
        (DataFormat.AVRO, record(AGE), record('{"type":"int" , "name":"age"}'), record(AGE, MAYBE)),
        (DataFormat.PROTOBUF, message("int32 age = 1"), message("int32  age =\n1"), message("int32 age = 2")),
        (DataFormat.AVRO, "no schema", " no schema\n", "no  schema"),
    ],
    ids=["json", "avro", "protobuf", "broken"],
)
def test_the_canonical_form(data_format: DataFormat, one: str, same: str, other: str) -> None:
    assert identify(data_format, one) == identify(data_format, same) != identify(data_format, other)


def test_from_the_client_to_the_engine_and_back(connect: Callable[..., Any]) -> None:
    with running(Options(pending=0)) as url:
        glue = connect(url)
        glue.create_registry(RegistryName="ai")
        glue.create_schema(
            RegistryId={"RegistryName": "ai"}, SchemaName="person", DataFormat="JSON", SchemaDefinition=INTEGER
        )
        wider = glue.register_schema_version(SchemaId=PERSON, SchemaDefinition=NUMBER)
        other = glue.register_schema_version(SchemaId=PERSON, SchemaDefinition=TEXT)
        assert [wider["Status"], other["Status"]] == ["AVAILABLE", "FAILURE"]
        with pytest.raises(glue.exceptions.InvalidInputException, match="definition of JSON data format is invalid"):
            glue.register_schema_version(SchemaId=PERSON, SchemaDefinition='{"type": "objekt"}')
        check = glue.check_schema_version_validity(DataFormat="JSON", SchemaDefinition='{"type": "objekt"}')
        assert check["Valid"] is False
        assert "objekt" in check["Error"]
