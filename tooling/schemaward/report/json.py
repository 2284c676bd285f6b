"""The report for programs. Its shape is ``report.schema.json`` beside this file; ``format`` counts up when it breaks."""

from __future__ import annotations

from typing import Any

from schemaward.judgement import Judgement, Report
from schemaward.report.values import edit_value, exact
from schemaward.verdict import Compatible, Expectation, Finding, Incompatible, Mending, Verdict, Wire

FORMAT = 1


def render(report: Report) -> str:
    """The whole report as one JSON document in ASCII."""
    return exact(
        {
            "format": FORMAT,
            "summary": {
                "contracts": report.contracts,
                "versions": report.versions,
                "questions": len(report.judgements),
                "errors": report.errors,
                "warnings": report.warnings,
            },
            "findings": [_finding(found) for found in report.findings],
            "judgements": [_judgement(judgement) for judgement in report.judgements],
        }
    )


def _finding(found: Finding) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "rule": found.rule,
        "severity": str(found.severity),
        "contract": found.contract,
        "path": found.place.path,
        "line": found.place.line,
        "column": found.place.column,
        "pointer": found.pointer,
        "fact": found.fact,
        "remedy": found.remedy,
    }
    if found.proof is not None:
        entry["witness"] = {
            "document": found.proof.document,
            "writer": found.proof.writer,
            "reader": found.proof.reader,
            "glue": _expectation(found.proof.expectation),
            **wire_entry(found.proof.wire),
        }
        if found.proof.mending is not None:
            entry["edit"] = mending_entry(found.proof.mending)
    return entry


def _judgement(judgement: Judgement) -> dict[str, Any]:
    return {
        "contract": judgement.contract,
        "mode": str(judgement.mode),
        "direction": judgement.pair.direction,
        "writer": judgement.pair.writer,
        "reader": judgement.pair.reader,
        **_verdict(judgement.verdict),
        "glue": _expectation(judgement.expectation),
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    match verdict:
        case Compatible():
            return {"verdict": verdict.kind}
        case Incompatible(witness=witness):
            return {"verdict": verdict.kind, "witness": witness}
    return {"verdict": verdict.kind, "reason": verdict.reason}


def wire_entry(wire: Wire | None) -> dict[str, Any]:
    """The bytes of a witness and what the reader makes of them; nothing where the format has no bytes."""
    if wire is None:
        return {}
    return {"bytes": wire.encoded} | ({"failure": wire.failure} if wire.failure else {"seen": wire.seen})


def mending_entry(mending: Mending) -> dict[str, Any]:
    """An edit as a JSON Patch and as a diff."""
    return {"operations": [edit_value(edit) for edit in mending.edits], "diff": mending.diff}


def _expectation(expectation: Expectation | None) -> dict[str, Any] | None:
    return None if expectation is None else {"answer": expectation.answer, "reason": expectation.reason}
