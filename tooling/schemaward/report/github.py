"""The report as annotations of GitHub Actions, and below them as text, for the log.

Source: GitHub Actions, "Workflow commands": an annotation is one line; a step shows ten errors and ten warnings and
drops the rest without a word. Between ``stop-commands`` and its token, no line of the log is a command.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator

from schemaward.judgement import Report, gravest_first
from schemaward.report.text import blocks, summary
from schemaward.report.values import compact, printable, shortened
from schemaward.report.wire import wire_words
from schemaward.verdict import Finding, Severity

_MOST = 10
_FACT = 600
_WITNESS = 300


def render(report: Report) -> str:
    """At most ten annotations of errors and ten of warnings, the gravest of each, and every finding for the log."""
    lines: list[str] = []
    left_out = 0
    for severity in (Severity.ERROR, Severity.WARNING):
        every = gravest_first(found for found in report.findings if found.severity is severity)
        lines += [_annotation(found) for found in every[:_MOST]]
        left_out += len(every[_MOST:])
    if left_out:
        lines.append(f"::notice title=schemaward::{left_out} more findings are in the log of this step")
    return "\n".join([*lines, *_logged(report.findings), summary(report)])


def _logged(findings: Iterable[Finding]) -> Iterator[str]:
    """The findings as text that GitHub folds; no line of a contract can be a command, as nobody knows the token."""
    if text := "\n\n".join(blocks(findings)):
        token = secrets.token_hex(16)
        yield from ("::group::Every finding", f"::stop-commands::{token}", text, f"::{token}::", "::endgroup::")


def _annotation(found: Finding) -> str:
    place = found.place
    where = f"file={_property(place.path)},line={place.line},col={place.column},title={_property(found.rule)}"
    message = (
        f"{shortened(printable(found.fact), _FACT)}\n{_witness(found)}{_edit(found)}fix: {printable(found.remedy)}"
    )
    return f"::{found.severity} {where}::{_data(message)}"


def _witness(found: Finding) -> str:
    if found.proof is None:
        return ""
    lines = [f"witness: {shortened(compact(found.proof.document), _WITNESS)}"]
    sides = found.proof.writer or "the writer", found.proof.reader or "the reader"
    lines += [f"{label}: {words}" for label, words in wire_words(found.proof, *sides)]
    return "".join(f"{line}\n" for line in lines)


def _edit(found: Finding) -> str:
    if found.proof is None or found.proof.mending is None:
        return ""
    return "The smallest edit that makes it safe is in the log.\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
