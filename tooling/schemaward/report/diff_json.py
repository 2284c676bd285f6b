"""A comparison for programs. Its shape is ``diff.schema.json`` beside this file; ``format`` counts up when it breaks."""

from __future__ import annotations

from typing import Any

from schemaward.compare import Answer, Comparison
from schemaward.report.json import mending_entry, wire_entry
from schemaward.report.values import exact
from schemaward.verdict import Change, Finding, Incompatible, Undecided

FORMAT = 1


def render(comparison: Comparison, old: str, new: str) -> str:
    """The comparison as one JSON document in ASCII."""
    return exact(
        {
            "format": FORMAT,
            "old": old,
            "new": new,
            "policy": str(comparison.policy),
            "assert_formats": comparison.assert_formats,
            "changes": [_change(change) for change in comparison.changes],
            "conventions": [_finding(each) for each in comparison.conventions],
            "backward": _answer(comparison.backward),
            "forward": _answer(comparison.forward),
            "allowed": {str(mode): allowed for mode, allowed in comparison.allowed.items()},
        }
    )


def _change(change: Change) -> dict[str, Any]:
    place = change.place
    return {
        "kind": change.kind,
        "effect": str(change.effect),
        "side": change.side,
        "pointer": change.pointer,
        "path": place.path if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "old": change.old,
        "new": change.new,
    }


def _finding(found: Finding) -> dict[str, Any]:
    entry: dict[str, Any] = {"rule": found.rule, "pointer": found.pointer, "fact": found.fact.strip()}
    if found.counterpart is not None:
        entry["counterpart"] = found.counterpart
    if found.proof is not None:
        entry |= {"witness": found.proof.document, **wire_entry(found.proof.wire)}
    return entry


def _answer(answer: Answer) -> dict[str, Any]:
    verdict = answer.verdict
    entry: dict[str, Any] = {"verdict": verdict.kind}
    if isinstance(verdict, Incompatible):
        entry["witness"] = verdict.witness
        entry |= wire_entry(verdict.wire)
        entry["refusals"] = [
            {"pointer": each.pointer, "schema_pointer": each.schema_pointer, "message": each.message}
            for each in answer.refusals
        ]
    if isinstance(verdict, Undecided):
        entry["reason"] = verdict.reason
    else:
        entry["findings"] = [_finding(each) for each in verdict.findings if each.counterpart is not None]
    if answer.mending is not None:
        entry["edit"] = mending_entry(answer.mending)
    return entry | {"glue": {"answer": answer.expectation.answer, "reason": answer.expectation.reason}}
