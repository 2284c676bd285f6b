"""Compare two schemas: what changed, who can read whom, and which modes would allow the step."""

from __future__ import annotations

from dataclasses import dataclass

from schemaward.formats.base import FormatModule, Question, Refusal, Schema
from schemaward.model import Mode, Policy
from schemaward.modes import Direction, pairs
from schemaward.verdict import (
    Change,
    Compatible,
    Expectation,
    Finding,
    Incompatible,
    Mending,
    Severity,
    Undecided,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One direction: the verdict, why the reader refuses the witness, and what AWS Glue is expected to answer.

    ``refusals`` are of a document; a format of bytes says why in the findings of its verdict. ``mending`` is the
    smallest edit of the new schema that was found to make this direction compatible.
    """

    verdict: Verdict
    refusals: tuple[Refusal, ...]
    expectation: Expectation
    mending: Mending | None = None

    @property
    def passes(self) -> bool | None:
        """Whether a check of this direction is clean of errors; None when that was not decided. A loss is an error too."""
        if isinstance(self.verdict, Undecided):
            return None
        lost = any(found.severity is Severity.ERROR for found in self.verdict.findings)
        return isinstance(self.verdict, Compatible) and not lost


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything about one step from an old schema to a new one. ``backward``: new reads old; ``forward``: old reads new.

    ``conventions`` are findings on what the step takes from people though no reader misreads data.
    """

    changes: tuple[Change, ...]
    backward: Answer
    forward: Answer
    policy: Policy
    assert_formats: bool
    conventions: tuple[Finding, ...] = ()

    def answers(self, direction: Direction) -> Answer:
        """The answer of one direction."""
        return self.backward if direction == "backward" else self.forward

    @property
    def allowed(self) -> dict[Mode, bool | None]:
        """Whether each mode allows the step, given these two versions alone; None when that was not decided."""
        return {mode: self._allowed(mode) for mode in Mode}

    def _allowed(self, mode: Mode) -> bool | None:
        if mode is Mode.DISABLED:
            return False
        passed = {self.answers(pair.direction).passes for pair in pairs(mode, [1], 2)}
        if False in passed:
            return False
        return None if None in passed else True


def compare(module: FormatModule, old: Schema, new: Schema, policy: Policy, assert_formats: bool) -> Comparison:
    """Compare two schemas of one format."""

    def answer(direction: Direction) -> Answer:
        reader, writer = (new, old) if direction == "backward" else (old, new)
        verdict = module.can_read(reader, writer, policy, assert_formats)
        refusals: tuple[Refusal, ...] = ()
        mending = None
        if isinstance(verdict, Incompatible):
            refusals = module.refusals(reader, verdict.witness) if verdict.wire is None else ()
            mending = module.mend(new, [Question(old, direction)], policy, assert_formats)
        strict = verdict if policy is Policy.STRICT and assert_formats else None
        return Answer(verdict, refusals, module.expectation(reader, writer, strict), mending)

    return Comparison(
        module.diff(old, new, policy, assert_formats),
        answer("backward"),
        answer("forward"),
        policy,
        assert_formats,
        module.conventions(old, new),
    )
