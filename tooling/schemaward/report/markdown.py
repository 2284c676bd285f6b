"""The report as Markdown, for the summary of a job."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from schemaward.judgement import Judgement, Report, gravest_first
from schemaward.report.text import summary
from schemaward.report.values import bounded_lines, edit_text, pretty, printable, shortened
from schemaward.report.wire import deed, wire_words
from schemaward.verdict import Expectation, Proof

_MOST_FINDINGS = 100
_MOST_JUDGEMENTS = 100
_MOST_BREAKS = 25
_WITNESS_LINES = 60
_WITNESS_WIDTH = 160
_CELL = 400
_ACTIVE = re.compile(
    r"(?<=(?<!\w)@)(?=\w)|(?<=@)(?=[\w-]+\.\w)|(?:(?<=#)|(?<=GH-))(?=\d)|(?<=www)(?=\.)|(?<=:)(?=//)", re.IGNORECASE
)


def render(report: Report) -> str:
    """A headline, the findings (the gravest first), the verdicts (what is not plainly compatible first), and a block for each break."""
    blocks = [f"## Data contracts: {_headline(report)}", summary(report)]
    if report.findings:
        blocks.append("\n".join(_findings(report)))
    if report.judgements:
        blocks.append("\n".join(_verdicts(report)))
    breaks = [(found.contract, found.proof) for found in report.findings if found.proof is not None]
    blocks += ["\n".join(_details(contract, proof)) for contract, proof in breaks[:_MOST_BREAKS]]
    if breaks[_MOST_BREAKS:]:
        blocks.append(f"{len(breaks) - _MOST_BREAKS} more breaks are in the log of the step.")
    return "\n\n".join(blocks) + "\n"


def _headline(report: Report) -> str:
    return "findings" if report.errors else "warnings" if report.findings else "no findings"


def _findings(report: Report) -> Iterator[str]:
    yield "| | Rule | Place | Fact | What to do |"
    yield "| --- | --- | --- | --- | --- |"
    for found in gravest_first(report.findings)[:_MOST_FINDINGS]:
        cells = (found.severity, found.rule, str(found.place), found.fact, found.remedy)
        yield f"| {' | '.join(table_cell(cell) for cell in cells)} |"
    if report.findings[_MOST_FINDINGS:]:
        yield f"\n{len(report.findings) - _MOST_FINDINGS} more findings are in the log of the step."


def _verdicts(report: Report) -> Iterator[str]:
    yield "| Contract | Mode | Question | Verdict | AWS Glue is expected to |"
    yield "| --- | --- | --- | --- | --- |"
    ordered = sorted(report.judgements, key=lambda judgement: not _telling(judgement))
    for judgement in ordered[:_MOST_JUDGEMENTS]:
        question = f"can v{judgement.pair.reader} read v{judgement.pair.writer}?"
        answer = _answer(judgement.expectation)
        cells = (judgement.contract, judgement.mode, question, judgement.verdict.kind, answer)
        yield f"| {' | '.join(table_cell(cell) for cell in cells)} |"
    if ordered[_MOST_JUDGEMENTS:]:
        yield f"\n{len(ordered) - _MOST_JUDGEMENTS} more questions are in the report in JSON."


def _telling(judgement: Judgement) -> bool:
    expected = judgement.expectation
    return judgement.verdict.kind != "compatible" or (expected is not None and expected.answer != "accepts")


def _answer(expectation: Expectation | None) -> str:
    if expectation is None:
        return "not be asked"
    verb = {"accepts": "accept", "refuses": "refuse"}.get(expectation.answer or "", "accept or refuse")
    return f"{verb}: {expectation.reason}"


def _details(contract: str, proof: Proof) -> Iterator[str]:
    writer, reader = proof.writer or "the writer", proof.reader or "the reader"
    yield f"<details><summary>{_text(contract)}: {deed(proof, writer, reader)}</summary>"
    yield ""
    lines = bounded_lines(pretty(proof.document), _WITNESS_LINES, _WITNESS_WIDTH)
    # HTML rather than a fence: no content can end it.
    yield f'<pre lang="json">{html.escape(chr(10).join(lines))}</pre>'
    yield ""
    for label, words in wire_words(proof, writer, reader):
        yield f"{label}: <code>{_text(words)}</code>"
        yield ""
    if proof.mending is not None:
        yield "The smallest edit that makes it safe:"
        yield ""
        edit = bounded_lines(edit_text(proof.mending, _WITNESS_WIDTH), _WITNESS_LINES, _WITNESS_WIDTH)
        yield f'<pre lang="diff">{html.escape(chr(10).join(edit))}</pre>'
        yield ""
    yield "</details>"


def table_cell(text: str) -> str:
    """``text`` as the content of one cell of a table: plain words on one line, of bounded length."""
    return _text(shortened(printable(text), _CELL))


def _text(text: str) -> str:
    """``text`` as plain words in Markdown: no markup, no link, no mention of a user, no reference to an issue.

    GitHub decodes entities before it looks for names and addresses: only a space of no width parts these.
    """
    parted = _ACTIVE.sub("\u200b", printable(text))
    return re.sub(r"[\\`*_\[\]#|~@:]", lambda match: f"&#{ord(match[0])};", html.escape(parted, quote=False))
