"""One runner for ``cases/avro/*.yaml``: two schemas, the verdict, and the rules that must be found with their words.

A case has ``description``, ``writer``, ``reader`` and ``verdict``; ``findings`` are the rules in their order, each with a part of
its fact, none when it is missing. Each proof is checked here once more, by an encoder of our own and by fastavro.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from avro_bytes import decoded, encode

import schemaward
from schemaward.formats import avro
from schemaward.rules import RULES
from schemaward.rules.avro import AVRO_RULES
from schemaward.verdict import Compatible, Finding, Incompatible, Undecided

FILES = sorted((Path(__file__).parents[1] / "cases" / "avro").glob("*.yaml"))
CASES = [
    pytest.param(case, id=f"{path.stem}: {case['description']}")
    for path in FILES
    for case in yaml.safe_load(path.read_text("utf-8"))
]
MEANINGS = ("avro-decimal", "avro-time-unit", "avro-logical-type", "avro-logical-one-sided")


def found(case: dict[str, Any]) -> tuple[Finding, ...]:
    verdict = schemaward.can_read(case["reader"], case["writer"], data_format="AVRO")
    assert verdict.kind == case["verdict"], verdict
    assert not isinstance(verdict, Undecided)
    return verdict.findings


@pytest.mark.parametrize("case", CASES)
def test_the_verdict_is_right_and_says_why(case: dict[str, Any]) -> None:
    assert set(case) <= {"description", "writer", "reader", "verdict", "findings"}
    said = [(finding.rule, finding.fact) for finding in found(case)]
    wanted = [next(iter(each.items())) for each in case.get("findings", [])]
    assert [rule for rule, _ in said] == [rule for rule, _ in wanted], said
    assert [fact for (_, fact), (_, part) in zip(said, wanted, strict=True) if part not in fact] == []


@pytest.mark.parametrize("case", CASES)
def test_each_finding_has_a_proof_in_bytes(case: dict[str, Any]) -> None:
    for finding in found(case):
        assert finding.severity is RULES[finding.rule].severity
        assert finding.counterpart is not None
        assert finding.proof is not None
        document, wire = finding.proof.document, finding.proof.wire
        assert wire is not None
        data = bytes.fromhex(wire.encoded)
        assert data == encode(case["writer"], document)
        assert avro.refusals(avro.load_value(case["writer"], "writer"), document) == ()
        assert wire.failure or wire.seen != document or finding.rule in MEANINGS, finding


@pytest.mark.parametrize("case", [each for each in CASES if each.values[0]["verdict"] == "incompatible"])
def test_fastavro_fails_on_the_bytes_of_a_break(case: dict[str, Any]) -> None:
    verdict = schemaward.can_read(case["reader"], case["writer"], data_format="AVRO")
    assert isinstance(verdict, Incompatible)
    assert verdict.wire is not None
    data = bytes.fromhex(verdict.wire.encoded)
    if "hands out a value" in verdict.wire.failure:
        decoded(case["writer"], case["reader"], data)
    else:
        with pytest.raises(Exception):  # noqa: B017, PT011 - a decoder fails in any way it likes
            decoded(case["writer"], case["reader"], data)


def test_every_rule_of_a_pair_has_a_case_that_breaks_it_and_one_that_keeps_it() -> None:
    """A case without the rule, of the same file, is the negative one."""
    of_pairs = {rule.id for rule in AVRO_RULES} - {"avro-logical-ignored", "avro-union-default"}
    seen = {finding.rule for case in CASES for finding in found(case.values[0])}
    assert seen == of_pairs
    clean = [case for case in CASES if case.values[0]["verdict"] == "compatible" and not found(case.values[0])]
    assert len(clean) >= len(of_pairs)


def test_all_is_well_with_equal_schemas() -> None:
    assert all(
        schemaward.can_read(case.values[0][side], case.values[0][side], data_format="AVRO") == Compatible()
        for case in CASES
        for side in ("reader", "writer")
    )
