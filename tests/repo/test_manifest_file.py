"""The manifest and the list of targets: every problem is found, with its place and what to write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from git_repository import MANIFEST, PERSON
from jsonschema import Draft7Validator

from schemaward.model import Contract, DataFormat, Mode, Policy, Role, Status, Target
from schemaward.repo import published
from schemaward.repo.manifest import read_manifest, read_targets
from schemaward.rules import RULES
from schemaward.syntax.parse import parse_document
from schemaward.verdict import Finding

FULL = """\
name: identity.person
description: A person.
format: JSON
compatibility: FULL_ALL
policy: lenient
owners: ["@anna", "@example-org/people", privacy@example.org]
status: deprecated
tags: {Purpose: AI workloads, Team: ""}
registry: {schema-name: person, mode: NONE, checkpoint: 2}
consumers: [billing, "@example-org/search"]
"""
TARGETS = """\
targets:
  production:
    registry: ai-workloads
    region: eu-west-1
    description: For AI workloads.
    tags: {Purpose: AI}
    account: "012345678901"
    endpoint: https://glue.example.org/path
    create: true
    role: arn:aws:iam::012345678901:role/schemas
  staging: {registry: staging, region: us-gov-west-1}
"""


def read(text: str, path: str = f"{PERSON}/contract.yaml") -> tuple[Contract | None, tuple[Finding, ...]]:
    return read_manifest(parse_document(path, text.encode()), PERSON)


def targets(text: str) -> tuple[tuple[Target, ...], tuple[Finding, ...]]:
    return read_targets(parse_document("contracts/registries.yaml", text.encode()))


def changed(**fields: Any) -> str:
    """The manifest as JSON on one line for each field, with some fields changed; None removes a field."""
    values = {**yaml.safe_load(MANIFEST), **fields}
    lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in values.items() if value is not None]
    return "{\n" + ",\n".join(lines) + "\n}"


def test_the_manifest_may_set_exactly_the_rules_that_are_adjustable() -> None:
    schema = json.loads(Path(published.__file__).with_name(published.MANIFEST_SCHEMA).read_text("utf-8"))
    names = schema["properties"]["severity"]["propertyNames"]["enum"]
    assert names == sorted(rule.id for rule in RULES.values() if rule.adjustable)


@pytest.mark.parametrize("name", [published.MANIFEST_SCHEMA, published.REGISTRIES_SCHEMA])
def test_the_published_schemas_are_schemas_and_tell_editors_everything(name: str) -> None:
    schema = json.loads(Path(published.__file__).with_name(name).read_text("utf-8"))
    Draft7Validator.check_schema(schema)

    def visit(part: dict[str, Any]) -> None:
        assert part["title"]
        assert part["description"].endswith(".")
        below = [*part.get("properties", {}).values(), part.get("items"), part.get("additionalProperties")]
        for child in below:
            if isinstance(child, dict):
                visit(child)

    visit(schema)


def test_every_field_of_a_manifest() -> None:
    contract, findings = read(FULL)
    assert findings == ()
    assert contract is not None
    assert contract.name == "identity.person"
    assert contract.folder == PERSON
    assert (contract.data_format, contract.mode, contract.policy) == (DataFormat.JSON, Mode.FULL_ALL, Policy.LENIENT)
    assert contract.owners == ("@anna", "@example-org/people", "privacy@example.org")
    assert contract.status is Status.DEPRECATED
    assert contract.tags == (("Purpose", "AI workloads"), ("Team", ""))
    assert (contract.registry.schema_name, contract.registry_mode, contract.registry.checkpoint) == (
        "person",
        Mode.NONE,
        2,
    )
    assert contract.consumers == ("billing", "@example-org/search")


def test_what_a_manifest_may_leave_out() -> None:
    contract, findings = read(MANIFEST)
    assert findings == ()
    assert contract is not None
    assert contract.policy is Policy.STRICT
    assert contract.registry.schema_name == "identity.person"
    assert contract.registry_mode is Mode.FORWARD


@pytest.mark.parametrize(
    ("fields", "pointer", "fact", "remedy"),
    [
        ({"onwers": ["@a"]}, "/onwers", '"onwers" is not a field', 'did you mean "owners"?'),
        ({"Status": "draft"}, "/Status", '"Status" is not a field', 'did you mean "status"?'),
        ({"zebra": 1}, "/zebra", '"zebra" is not a field', "The fields are name, description"),
        ({"registry": {"schema_name": "x"}}, "/registry/schema_name", 'in "registry"', 'did you mean "schema-name"?'),
        ({"registry": {"mode": "NON"}}, "/registry/mode", '"registry.mode" is "NON"', 'did you mean "NONE"?'),
        ({"compatibility": "BACKWARDS"}, "/compatibility", '"BACKWARDS"', 'did you mean "BACKWARD"?'),
        ({"compatibility": "full-all"}, "/compatibility", '"full-all"', 'did you mean "FULL_ALL"?'),
        ({"compatibility": "none"}, "/compatibility", '"none"', 'did you mean "NONE"?'),
        ({"compatibility": 7}, "/compatibility", "is 7", "Write one of NONE, DISABLED, BACKWARD"),
        ({"format": "json"}, "/format", '"json"', 'did you mean "JSON"?'),
        ({"policy": "strickt"}, "/policy", '"strickt"', 'did you mean "strict"?'),
        ({"status": "live"}, "/status", '"live"', "Write one of proposed, draft, active"),
        ({"owners": []}, "/owners", '"owners" is empty', "at least one owner"),
        ({"owners": "@a"}, "/owners", '"owners" is text, not a list', "at least one owner"),
        ({"owners": ["@a", "nobody"]}, "/owners/1", 'item 2 of "owners" is "nobody"', "e-mail address"),
        ({"owners": ["@a/b/c"]}, "/owners/0", '"@a/b/c"', "@organisation/team"),
        ({"owners": ["a@b"]}, "/owners/0", '"a@b"', "e-mail address"),
        ({"owners": ["@a", "@b", "@a"]}, "/owners/2", '"owners" names "@a" twice', "Remove"),
        ({"owners": [1]}, "/owners/0", "is a whole number, not text", "GitHub user"),
        ({"name": "Person"}, "/name", '"name" is "Person"', "<domain>.<name>"),
        ({"name": None}, "", 'the field "name" is missing', "Add it."),
        ({"description": " "}, "/description", '"description" is " "', "one or two sentences"),
        ({"tags": {"Cost": 42}}, "/tags/Cost", "is a whole number, not text", "quote numbers"),
        ({"tags": {"Live": True}}, "/tags/Live", "is true or false, not text", "quote"),
        ({"tags": ["a"]}, "/tags", '"tags" is a list, not a mapping', "names with values"),
        ({"registry": {"checkpoint": 0}}, "/registry/checkpoint", "is 0", "number of the version"),
        ({"registry": {"checkpoint": "1"}}, "/registry/checkpoint", "is text, not a whole number", "number"),
        (
            {"severity": {"unit-change": "off"}},
            "/severity/unit-change",
            "is not allowed",
            'did you mean "unit-changed"?',
        ),
        ({"severity": {"unit": "off"}}, "/severity/unit", "is not allowed", "Write one of avro-alias-swallows, "),
        ({"consumers": ["a", "a"]}, "/consumers/1", '"consumers" names "a" twice', "Remove"),
    ],
)
@pytest.mark.parametrize("syntax", ["json", "yaml"])
def test_one_wrong_field(syntax: str, fields: dict[str, Any], pointer: str, fact: str, remedy: str) -> None:
    text = changed(**fields)
    if syntax == "yaml":
        text = yaml.safe_dump(json.loads(text), sort_keys=False)
    contract, (finding,) = read(text, f"{PERSON}/contract.{syntax}")
    assert contract is None
    assert finding.rule == "manifest-invalid"
    assert finding.contract == "identity.person"
    assert fact in finding.fact
    assert remedy in finding.remedy
    assert finding.pointer == pointer
    assert finding.place.path == f"{PERSON}/contract.{syntax}"
    token = pointer.rpartition("/")[2]
    line = text.split("\n")[finding.place.line - 1][finding.place.column - 1 :]
    if pointer and not token.isdigit():
        assert line.lstrip('"').startswith(token)


def test_all_problems_are_listed_not_the_first() -> None:
    _, findings = read("name: identity.person\nformat: XML\nowner: x\nstatus: live\n")
    assert sorted(finding.fact for finding in findings) == [
        '"format" is "XML"',
        '"owner" is not a field',
        '"status" is "live"',
        'the field "compatibility" is missing',
        'the field "description" is missing',
        'the field "owners" is missing',
    ]


@pytest.mark.parametrize("text", ["[]", "null", "text", "5", "1e400"])
def test_a_manifest_that_is_no_mapping(text: str) -> None:
    contract, (finding,) = read(text)
    assert contract is None
    assert finding.fact.startswith("the file is ")
    assert finding.fact.endswith(", not a mapping")


def test_a_name_that_disagrees_with_its_folder_is_a_finding_and_the_folder_counts() -> None:
    contract, (finding,) = read(MANIFEST.replace("identity.person", "identity.people"))
    assert contract is not None
    assert contract.name == "identity.person"
    assert finding.rule == "manifest-name"
    assert finding.place.line == 1
    assert "identity.people" in finding.fact
    assert finding.remedy == "Write `name: identity.person`, or move the folder to contracts/identity/people."


def test_a_folder_that_makes_no_name_can_only_be_moved() -> None:
    document = parse_document("contracts/identity/Person/contract.yaml", MANIFEST.encode())
    _, (finding,) = read_manifest(document, "contracts/identity/Person")
    assert finding.rule == "manifest-name"
    assert finding.remedy == "Move the folder to contracts/identity/person."


def test_every_field_of_a_target() -> None:
    found, findings = targets(TARGETS)
    assert findings == ()
    assert found == (
        Target(
            "production",
            "ai-workloads",
            "eu-west-1",
            "For AI workloads.",
            (("Purpose", "AI"),),
            "012345678901",
            "https://glue.example.org/path",
            True,
            tuple((role, "arn:aws:iam::012345678901:role/schemas") for role in Role),
        ),
        Target("staging", "staging", "us-gov-west-1"),
    )


def test_roles_for_what_is_done_and_one_for_the_rest() -> None:
    plan, rest = (f"arn:aws:iam::012345678901:role/{name}" for name in ("plan", "rest"))
    text = f"targets: {{dev: {{registry: ai, region: eu-west-1, roles: {{plan: {plan!r}}}, role: {rest!r}}}}}"
    [target], findings = targets(text)
    assert findings == ()
    assert [target.role_arn(role) for role in Role] == [plan, rest, rest]
    [alone], _ = targets(text.replace(f", role: {rest!r}", ""))
    assert [alone.role_arn(role) for role in Role] == [plan, None, None]


@pytest.mark.parametrize(
    ("before", "after", "line", "fact", "remedy"),
    [
        ("  staging:", "  local:", 11, 'the name "local" is not allowed', "reserved"),
        ("  staging:", f"  {'s' * 48}:", 11, "is not allowed", "at most 47 small letters"),
        ("  staging:", "  Staging:", 11, 'the name "Staging" is not allowed', "small letters"),
        ('"012345678901"', "012345678901", 7, "is a whole number, not text", "in quotes"),
        ('"012345678901"', '"12345"', 7, '"12345"', "12 digits"),
        ("eu-west-1", "Ireland", 4, '"Ireland"', "eu-west-1"),
        ("region: eu-west-1", "regoin: eu-west-1", 4, '"regoin" is not a field', 'did you mean "region"?'),
        ("    region: eu-west-1\n", "", 2, 'the field "region" is missing', "Add it."),
        ("ai-workloads", "ai workloads", 3, '"ai workloads"', "letters, digits"),
        ("https:", "ftp:", 8, '"ftp://glue.example.org/path"', "https://"),
        ("create: true", "create: yes", 9, "is text, not true or false", "true"),
        ("{Purpose: AI}", "{aws:x: AI}", 6, 'the name "aws:x" is not allowed', "belong to AWS"),
        ("arn:aws:iam::012345678901:role/schemas", "schemas", 10, '"schemas"', "ARN"),
        ("role: arn", "roles: {plan: schemas}\n    role: arn", 10, '"schemas"', "ARN"),
        ("role: arn", "roles: {read: schemas}\n    role: arn", 10, '"read"', "Write one of plan, apply, prune."),
        ("targets:", "target:", 1, '"target" is not a field', 'did you mean "targets"?'),
    ],
)
def test_one_wrong_target(before: str, after: str, line: int, fact: str, remedy: str) -> None:
    found, findings = targets(TARGETS.replace(before, after, 1))
    assert found == ()
    finding = next(finding for finding in findings if fact in finding.fact)
    assert finding.rule == "registries-invalid"
    assert remedy in finding.remedy
    assert finding.place.line == line


@pytest.mark.parametrize(
    ("field", "remedy"),
    [
        ("registry: a$b#c", "Write a name that EventBridge takes"),
        (f"registry: {'a' * 65}", "Write a name that EventBridge takes"),
        (f"registry: a\n    description: {'a' * 257}", "EventBridge takes at most 256 characters"),
    ],
)
def test_eventbridge_takes_less_than_glue(field: str, remedy: str) -> None:
    text = f"targets:\n  bus:\n    region: eu-west-1\n    {field}\n"
    assert targets(text)[1] == ()
    found, [finding] = targets(f"{text}    kind: eventbridge\n")
    assert (found, finding.rule) == ((), "registries-invalid")
    assert remedy in finding.remedy
