"""The report for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemaward.judgement import Report
from schemaward.report.values import bounded_lines, edit_text, pretty, printable, shortened
from schemaward.report.wire import deed, wire_words
from schemaward.verdict import Finding, Proof, Severity

_FACT = 600
_WITNESS_LINES = 24
_WITNESS_WIDTH = 110
_EDIT_LINES = 40

_RED, _YELLOW, _BOLD, _DIM, _PLAIN = "\x1b[31m", "\x1b[33m", "\x1b[1m", "\x1b[2m", "\x1b[0m"


def render(report: Report, color: bool = False) -> str:
    """Each finding with place, rule, fact, remedy and witness, and a line that sums up."""
    return "\n\n".join([*blocks(report.findings, color), summary(report)])


def blocks(findings: Iterable[Finding], color: bool = False) -> list[str]:
    """Each finding as a block of lines."""
    return ["\n".join(_finding(found, color)) for found in findings]


def summary(report: Report) -> str:
    """One line: how much was looked at, and what came of it."""
    looked = f"{_count(report.contracts, 'contract')}, {_count(report.versions, 'version')}"
    asked = f"{_count(len(report.judgements), 'compatibility question')}"
    found = f"{_count(report.errors, 'error')}, {_count(report.warnings, 'warning')}"
    return f"checked {looked}, {asked}: {found if report.findings else 'no findings'}"


def _finding(found: Finding, color: bool) -> Iterator[str]:
    tone = _RED if found.severity is Severity.ERROR else _YELLOW
    label = found.rule if found.severity is Severity.ERROR else f"{found.rule} (warning)"
    yield f"{_in(_BOLD, printable(str(found.place)), color)}  {_in(tone, label, color)}"
    yield f"  {shortened(printable(found.fact), _FACT)}"
    if found.proof is not None:
        yield from _proof(found.proof, color)
    yield f"  {_in(_DIM, 'fix:', color)} {printable(found.remedy)}"


def _proof(proof: Proof, color: bool) -> Iterator[str]:
    writer, reader = proof.writer or "the writer", proof.reader or "the reader"
    yield f"  {_in(_DIM, 'witness:', color)} {deed(proof, writer, reader)}"
    for line in bounded_lines(pretty(proof.document), _WITNESS_LINES, _WITNESS_WIDTH):
        yield f"    {line}"
    for label, words in wire_words(proof, writer, reader):
        yield f"  {_in(_DIM, f'{label}:', color)} {words}"
    if proof.expectation is not None:
        answer = {"accepts": "accept", "refuses": "refuse"}.get(proof.expectation.answer or "")
        said = f"is expected to {answer} it" if answer else "may accept or refuse it"
        yield f"  {_in(_DIM, 'AWS Glue:', color)} {said} ({printable(proof.expectation.reason)})"
    if proof.mending is not None:
        yield f"  {_in(_DIM, 'smallest edit that makes it safe:', color)}"
        for line in bounded_lines(edit_text(proof.mending, _WITNESS_WIDTH), _EDIT_LINES, _WITNESS_WIDTH):
            yield f"    {line}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _in(tone: str, text: str, color: bool) -> str:
    return f"{tone}{text}{_PLAIN}" if color else text
