"""Compare two schemas: what changed, who can read whom, and which modes would allow the step."""

from __future__ import annotations

from dataclasses import dataclass

from schemaward.formats.base import FormatModule, Refusal, Schema
from schemaward.model import Mode, Policy
from schemaward.modes import Direction, pairs
from schemaward.verdict import Change, Expectation, Incompatible, Verdict


@dataclass(frozen=True, slots=True)
class Answer:
    """One direction: the verdict, why the reader refuses the witness, and what AWS Glue is expected to answer."""

    verdict: Verdict
    refusals: tuple[Refusal, ...]
    expectation: Expectation


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything about one step from an old schema to a new one. ``backward``: new reads old; ``forward``: old reads new."""

    changes: tuple[Change, ...]
    backward: Answer
    forward: Answer
    policy: Policy
    assert_formats: bool

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
        kinds = {self.answers(pair.direction).verdict.kind for pair in pairs(mode, [1], 2)}
        if "incompatible" in kinds:
            return False
        return None if "undecided" in kinds else True


def compare(module: FormatModule, old: Schema, new: Schema, policy: Policy, assert_formats: bool) -> Comparison:
    """Compare two schemas of one format."""
    return Comparison(
        module.diff(old, new, policy, assert_formats),
        _answer(module, new, old, policy, assert_formats),
        _answer(module, old, new, policy, assert_formats),
        policy,
        assert_formats,
    )


def _answer(module: FormatModule, reader: Schema, writer: Schema, policy: Policy, assert_formats: bool) -> Answer:
    verdict = module.can_read(reader, writer, policy, assert_formats)
    refusals = module.refusals(reader, verdict.witness) if isinstance(verdict, Incompatible) else ()
    strict = verdict if policy is Policy.STRICT and assert_formats else None
    return Answer(verdict, refusals, module.expectation(reader, writer, strict))
