"""Runners for the cases of Protobuf: breaks with their proofs, conventions, and texts that are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from google.protobuf import json_format

import schemaward
from schemaward.errors import InputError
from schemaward.formats import protobuf
from schemaward.formats.protobuf import runtime
from schemaward.rules.protobuf import PROTOBUF_RULES
from schemaward.syntax.document import Document
from schemaward.verdict import Finding

CASES = Path(__file__).parent / "cases"


def cases(name: str) -> list[Any]:
    loaded = yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))
    return [pytest.param(case, id=case.get("description") or case["text"][:60]) for case in loaded]


def source(case: dict[str, Any], text: str) -> str:
    """The text of a file: the syntax stands on a line of its own before it."""
    return f'syntax = "{case.get("syntax", "proto3")}";\n{text}'


def ask(case: dict[str, Any]) -> schemaward.Verdict:
    reader, writer = source(case, case["reader"]), source(case, case["writer"])
    return schemaward.can_read(reader, writer, data_format="PROTOBUF")


@pytest.mark.parametrize("case", cases("breaks"))
def test_the_verdict_is_right(case: dict[str, Any]) -> None:
    verdict = ask(case)
    assert verdict.kind == case["verdict"], verdict
    if isinstance(verdict, schemaward.Undecided):
        assert verdict.reason
        return
    found = verdict.findings
    assert [each.rule for each in found] == case.get("rules", [])
    if "at" in case:
        assert [each.pointer for each in found] == case["at"]
    if "fact" in case:
        assert case["fact"] in found[0].fact
    for each in found:
        assert each.fact.startswith(f' at "{each.pointer}": ')
        assert each.counterpart is not None
        assert each.place.line == 2
    if found:
        proof = found[0].proof
        assert proof is not None
        assert proof.wire is not None
        assert proof.document == case.get("witness", proof.document)
        assert proof.wire.encoded == case.get("hex", proof.wire.encoded)
        assert case.get("failure", "") in proof.wire.failure
        assert ("seen" in case) <= (not proof.wire.failure)
        assert proof.wire.seen == case.get("seen", proof.wire.seen)


@pytest.mark.parametrize("case", [each for each in cases("breaks") if each.values[0].get("rules")])
def test_a_proof_is_what_the_package_writes_and_reads(case: dict[str, Any]) -> None:
    """The bytes of each proof are those of its document, and the reader makes of them what the proof says."""
    verdict = ask(case)
    assert not isinstance(verdict, schemaward.Undecided)
    reader = protobuf.load_value(source(case, case["reader"]), "reader").parsed
    writer = protobuf.load_value(source(case, case["writer"]), "writer").parsed
    for found in verdict.findings:
        assert found.proof is not None
        assert found.proof.wire is not None
        encoded = bytes.fromhex(found.proof.wire.encoded)
        assert encoded in {
            json_format.ParseDict(found.proof.document, runtime.empty(writer, message)).SerializePartialToString()
            for message in writer.file.messages
            if fits(found.proof.document, runtime.empty(writer, message))
        }
        readings = [runtime.decode(reader, message, encoded) for message in reader.file.messages]
        assert found.proof.wire.failure in [each.failure for each in readings]


def fits(document: Any, instance: Any) -> bool:
    try:
        json_format.ParseDict(document, instance)
    except json_format.ParseError:
        return False
    return True


@pytest.mark.parametrize("case", cases("conventions"))
def test_conventions(case: dict[str, Any]) -> None:
    found = step(case)
    assert {each.rule: each.pointer for each in found} == case.get("rules", {})
    assert len(found) == case.get("count", len(case.get("rules", {})))
    assert case.get("fact", "") in (found[0].fact if found else "")
    assert all(each.place.path == "new" for each in found)


def step(case: dict[str, Any]) -> tuple[Finding, ...]:
    old, new = (protobuf.load_value(source(case, case[side]), side) for side in ("old", "new"))
    return protobuf.conventions(old, new)


@pytest.mark.parametrize("case", cases("refused"))
def test_what_is_no_schema_is_refused_with_its_place(case: dict[str, Any]) -> None:
    text = source(case, case["text"])
    line, column = case["at"]
    with pytest.raises(InputError) as refusal:
        protobuf.load_value(text, "reader")
    assert case["fact"] in refusal.value.fact
    assert (str(refusal.value.place)) == f"reader:{line + 1}:{column}"
    schema, findings = protobuf.load(Document("v1.proto", text, text), read_nothing)
    assert schema is None
    assert (str(findings[0].place), findings[0].rule) == (
        f"v1.proto:{line + 1}:{column}",
        case.get("rule", "schema-invalid"),
    )


def read_nothing(path: str) -> Document:
    raise AssertionError(f"{path} was read")


def test_every_rule_has_a_case_that_finds_it_and_one_that_does_not() -> None:
    found: list[set[str]] = [
        set(case.values[0].get("rules", ())) for name in ("breaks", "conventions") for case in cases(name)
    ]
    found += [{case.values[0].get("rule", "schema-invalid")} for case in cases("refused")]
    for rule in PROTOBUF_RULES:
        assert any(rule.id in each for each in found), rule.id
    assert set() in found
