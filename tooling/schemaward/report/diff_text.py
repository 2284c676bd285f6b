"""A comparison for people at a terminal: the changes, both verdicts with their witness, the modes, and AWS Glue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schemaward.compare import Answer, Comparison
from schemaward.model import Mode
from schemaward.report.diff_words import meaning, sentence
from schemaward.report.values import abridged, bounded_lines, edit_text, pretty, printable, shortened
from schemaward.report.wire import deed, wire_words
from schemaward.verdict import Change, Effect, Finding, Incompatible, Proof, Undecided

_MOST_CHANGES = 50
_MOST_REFUSALS = 3
_WITNESS_LINES = 24
_WIDTH = 110
_FACT = 400
_BOLD, _DIM, _GREEN, _RED, _YELLOW, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[31m", "\x1b[33m", "\x1b[0m"
_TONES = {"compatible": _GREEN, "incompatible": _RED, "undecided": _YELLOW}
_ORDER = (Effect.NARROWS, Effect.BOTH, Effect.WIDENS, Effect.UNKNOWN, Effect.NONE)


def render(comparison: Comparison, old: str, new: str, color: bool = False) -> str:
    """The comparison of the versions that are called ``old`` and ``new``."""
    return "\n".join(_Page(comparison, printable(old), printable(new), color).lines())


class _Page:
    def __init__(self, comparison: Comparison, old: str, new: str, color: bool) -> None:
        self._comparison, self._old, self._new, self._color = comparison, old, new, color

    def lines(self) -> Iterator[str]:
        """All lines of the page."""
        yield f"{self._in(_DIM, 'old:')} {self._old}"
        yield f"{self._in(_DIM, 'new:')} {self._new}"
        yield ""
        if not self._comparison.changes:
            yield "No changes: the schemas differ in spelling at most."
            yield ""
        yield from self._groups()
        yield from self._answer("Backward", "new reads old", self._old, self._new, self._comparison.backward)
        yield from self._answer("Forward", "old reads new", self._new, self._old, self._comparison.forward)
        yield from self._conventions()
        yield from self._modes()

    def _groups(self) -> Iterator[str]:
        changes = self._comparison.changes
        for effect in _ORDER:
            yield from self._group(effect, [change for change in changes if change.effect is effect])

    def _group(self, effect: Effect, changes: Sequence[Change]) -> Iterator[str]:
        if not changes:
            return
        backward, forward = self._comparison.backward.verdict.kind, self._comparison.forward.verdict.kind
        yield f"{self._in(_BOLD, meaning(effect, backward, forward))} ({_counted(len(changes), 'change')})"
        for change in changes[:_MOST_CHANGES]:
            place = f"{printable(str(change.place))}  " if change.place else ""
            yield f"  {self._in(_DIM, f'{place}{change.kind}')}"
            yield f"    {sentence(change)}{self._at(change)}"
        if len(changes) > _MOST_CHANGES:
            yield f"  and {len(changes) - _MOST_CHANGES} more: `--format json` shows all"
        yield ""

    def _at(self, change: Change) -> str:
        where = shortened(printable(change.pointer), _WIDTH) or "the root"
        return self._in(_DIM, f"  ({where} of the old version)" if change.side == "old" else f"  ({where})")

    def _answer(self, word: str, role: str, writer: str, reader: str, answer: Answer) -> Iterator[str]:
        verdict = answer.verdict
        yield f"{self._in(_BOLD, f'{word} ({role}):')} {self._in(_TONES[verdict.kind], verdict.kind)}"
        if isinstance(verdict, Undecided):
            yield f"  {printable(verdict.reason)}"
        if isinstance(verdict, Incompatible):
            yield from self._witness(Proof(verdict.witness, wire=verdict.wire), writer, reader)
            yield from self._refusals(answer)
        if not isinstance(verdict, Undecided):
            yield from self._located(verdict.findings, writer, reader)
        if answer.mending is not None:
            yield f"  {self._in(_DIM, 'smallest edit of the new version that makes it safe:')}"
            for line in bounded_lines(edit_text(answer.mending, _WIDTH), _WITNESS_LINES, _WIDTH):
                yield f"    {line}"
        said = {"accepts": "is expected to accept", "refuses": "is expected to refuse"}.get(
            answer.expectation.answer or "", "may accept or refuse"
        )
        yield f"  {self._in(_DIM, 'AWS Glue')} {said} this direction: {printable(answer.expectation.reason)}"
        yield ""

    def _witness(self, proof: Proof, writer: str, reader: str) -> Iterator[str]:
        yield f"  {deed(proof, writer, reader)}:"
        for line in bounded_lines(pretty(proof.document), _WITNESS_LINES, _WIDTH):
            yield f"    {line}"
        for label, words in wire_words(proof, writer, reader):
            yield f"  {self._in(_DIM, f'{label}:')} {words}"

    def _located(self, findings: Sequence[Finding], writer: str, reader: str) -> Iterator[str]:
        """The breaks and losses of a format of bytes; the first break is the witness that is already shown."""
        for found in findings[:_MOST_REFUSALS]:
            if found.counterpart is not None:
                loss = found.proof is not None and found.proof.wire is not None and not found.proof.wire.failure
                yield f"  {'misread' if loss else 'not read'}{shortened(printable(found.fact), _FACT)} {self._in(_DIM, f'({found.rule})')}"

    def _conventions(self) -> Iterator[str]:
        found = self._comparison.conventions
        if found:
            yield f"{self._in(_BOLD, 'Conventions')} ({_counted(len(found), 'finding')}; no data break)"
            for each in found[:_MOST_CHANGES]:
                yield f"  {shortened(printable(each.fact), _FACT)} {self._in(_DIM, f'({each.rule})')}"
            yield ""

    def _refusals(self, answer: Answer) -> Iterator[str]:
        for refusal in answer.refusals[:_MOST_REFUSALS]:
            where = printable(refusal.pointer) or "the document"
            keyword = shortened(printable(refusal.schema_pointer), _WIDTH)
            message = abridged(printable(refusal.message), _WIDTH)
            yield f"  {where}: {message} {self._in(_DIM, f'(keyword {keyword})')}"

    def _modes(self) -> Iterator[str]:
        allowed = self._comparison.allowed
        for title, wanted in (("Allowed under", True), ("Not allowed under", False), ("Not decided for", None)):
            modes = [str(mode) for mode, answer in allowed.items() if answer is wanted and mode is not Mode.DISABLED]
            if modes:
                yield f"{self._in(_BOLD, f'{title}:')} {', '.join(modes)}"
        formats = "asserted" if self._comparison.assert_formats else "not asserted"
        yield self._in(
            _DIM,
            f"DISABLED allows no new version. _ALL modes also ask about earlier versions. Policy {self._comparison.policy}, formats {formats}.",
        )

    def _in(self, tone: str, text: str) -> str:
        return f"{tone}{text}{_PLAIN}" if self._color else text


def _counted(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"
