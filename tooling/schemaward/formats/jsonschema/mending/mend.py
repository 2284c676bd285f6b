"""The smallest edit of a new schema after which everybody can read who should: found by undoing less and less.

All harmful changes undone surely help; from there, edits are dropped one by one as long as the engine still says
compatible (delta debugging: Zeller, Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002), and what is
left is exchanged for something gentler where that does too. What the new version says in other words is restored whole,
since an edit that only takes the words away would throw a part of the contract away. The order is fixed and the work bounded, so the same
input gives the same edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from schemaward.errors import SchemawardError
from schemaward.formats.base import Question, Schema
from schemaward.formats.jsonschema.engine.deciding import can_read
from schemaward.formats.jsonschema.engine.recursion import loops
from schemaward.formats.jsonschema.loading import load_value, parsed_of
from schemaward.formats.jsonschema.mending.candidates import (
    Candidate,
    companions,
    from_changes,
    from_documents,
    touched,
)
from schemaward.formats.jsonschema.mending.patches import meaningful, ordered
from schemaward.formats.jsonschema.sources import Spot
from schemaward.model import Policy
from schemaward.syntax.document import Document
from schemaward.syntax.numbers import json_text
from schemaward.syntax.patches import PatchError, applied, parent
from schemaward.verdict import Change, Edit, Effect, Incompatible, Mending

_STEPS = 20_000
"""Work for one question: a fraction of that for a verdict, since there are many."""
_MOST_TRIALS = 120
_WITNESS_OF_A_TRIAL = 4_000
"""Characters of a witness that cost as much as a trial: each is checked by a validator."""
_MOST_UNDECIDED = 3
"""Questions that may stay open: each of them costs the whole of its steps."""
_MOST_CANDIDATES = 400
_MOST_SCHEMAS = 20
"""Edited schemas that are looked at in themselves."""

_HARMFUL = {"backward": Effect.NARROWS, "forward": Effect.WIDENS}


@dataclass(slots=True)
class Trials:
    """Asks the engine whether an edited schema answers all questions, a bounded number of times."""

    new: Schema
    questions: Sequence[Question]
    policy: Policy
    assert_formats: bool
    left: int = _MOST_TRIALS
    undecided: int = _MOST_UNDECIDED
    _known: dict[str, bool] = field(default_factory=dict)

    @property
    def spent(self) -> bool:
        """True when there is no work left for another trial."""
        return self.left <= 0 or self.undecided <= 0

    def works(self, edits: Sequence[Edit]) -> bool:
        """True when every question about the edited schema is proven compatible."""
        if self.spent:
            return False
        value = self.new.parsed.value
        try:
            edited = applied(ordered(edits, value), value)
        except PatchError:
            return False
        if not meaningful(edits, edited):
            return False
        key = json_text(edited)
        if key not in self._known:
            self.left -= 1
            self._known[key] = self._answers(edited, edits)
        return self._known[key]

    def _answers(self, edited: Any, edits: Sequence[Edit]) -> bool:
        try:
            schema = load_value(edited, Document("schema", "", edited))
        except SchemawardError:
            return False
        if _looping(schema, self.new) or not all(self._answer(schema, question) for question in self.questions):
            return False
        return not any(question.direction == "forward" for question in self.questions) or self._lives(schema, edits)

    def _lives(self, schema: Schema, edits: Sequence[Edit]) -> bool:
        """False when an edit left nothing to pass the schema around it: everybody could read that."""
        before, after = _spots(self.new), _spots(schema)
        around = {_nearest(edit.pointer, before) for edit in edits}
        return not any(
            pointer in after and self._nothing(schema, after[pointer]) and not self._nothing(self.new, before[pointer])
            for pointer in sorted(around)[:_MOST_SCHEMAS]
        )

    def _nothing(self, schema: Schema, spot: Spot) -> bool:
        """True when it is proven that no value passes the part of ``schema`` at ``spot``."""
        part = replace(schema, parsed=replace(schema.parsed, root=spot))
        never = Schema(Document("schema", "", False), "false", "false", parsed_of(False, schema.parsed.draft))
        return can_read(never, part, self.policy, self.assert_formats, _STEPS).kind == "compatible"

    def _answer(self, schema: Schema, question: Question) -> bool:
        reader, writer = (schema, question.old) if question.direction == "backward" else (question.old, schema)
        verdict = can_read(reader, writer, self.policy, self.assert_formats, _STEPS)
        self.undecided -= verdict.kind == "undecided"
        if isinstance(verdict, Incompatible):
            self.left -= len(json_text(verdict.witness)) // _WITNESS_OF_A_TRIAL
        return verdict.kind == "compatible"


def mend(
    new: Schema, questions: Sequence[Question], changes: Sequence[Change], policy: Policy, assert_formats: bool
) -> Mending | None:
    """The smallest edit of ``new`` that was found to answer all ``questions``; None when none was.

    The first question is one that breaks; ``changes`` lead from its old schema to ``new``. Edits stay within the
    file of ``new``: what other files hold is not touched.
    """
    trials = Trials(new, questions, policy, assert_formats)
    edits = _smallest(trials, questions[0].old, _harmful(changes, questions))
    if not edits:
        return None
    from schemaward.syntax.edits import diff_of

    return Mending(edits, diff_of(new.document, edits))


def _spots(schema: Schema) -> dict[str, Spot]:
    parsed = schema.parsed
    return {spot.pointer: spot for spot in parsed.sources.spots(parsed.root.source)}


def _nearest(pointer: str, known: Mapping[str, Spot]) -> str:
    """The pointer of the nearest schema that holds the place at ``pointer``."""
    pointer = parent(pointer)
    while pointer and pointer not in known:
        pointer = parent(pointer)
    return pointer


def _looping(edited: Schema, new: Schema) -> bool:
    """True when the edit made references lead back to themselves."""
    return bool(_loops(edited)) and not _loops(new)


def _loops(schema: Schema) -> Any:
    return loops(schema.parsed.sources, schema.parsed.root)


def _harmful(changes: Sequence[Change], questions: Sequence[Question]) -> list[Change]:
    effects = {_HARMFUL[question.direction] for question in questions} | {Effect.BOTH, Effect.UNKNOWN}
    return [change for change in changes if change.effect in effects]


def _smallest(trials: Trials, old: Schema, changes: Sequence[Change]) -> tuple[Edit, ...]:
    """Semantic changes name the place where something is said, so they are undone first; then all that was written."""
    before, new = old.document.value, trials.new.document.value
    movable = not (_bundled(old) or _bundled(trials.new))
    written = [each for each in from_documents(before, new) if movable or not _refers(each.undo.value)]
    said = [each for each in from_changes(changes, new) if movable or not _refers(each.undo.value)]
    for start in (touched(said, before, new), written):
        every = sorted(start, key=lambda each: -each.weight)
        if 0 < len(every) <= _MOST_CANDIDATES and trials.works([each.undo for each in every]):
            kept = _fewer(trials, every)
            # What was not reduced to the end is not offered: it may be far from small.
            return () if trials.spent else ordered(_whole(trials, _gentle(trials, kept), written), new)
    return ()


def _refers(value: Any) -> bool:
    """True when a schema inside ``value`` may refer to another."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            if "$ref" in item:
                return True
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
    return False


def _bundled(schema: Schema) -> bool:
    """True when the schema holds other files, so that its references are not those that the author wrote."""
    return schema.parsed.value is not schema.document.value and bool(schema.parsed.value != schema.document.value)


def _fewer(trials: Trials, every: list[Candidate]) -> list[Candidate]:
    """A subset that works and of which no single candidate can be spared, as far as the trials reach."""
    size = len(every)
    while every:
        size = max(size // 2, 1)
        position = 0
        while position < len(every):
            rest = every[:position] + every[position + size :]
            if trials.works([each.undo for each in rest]):
                every = rest
            else:
                position += size
        if size == 1:
            break
    return every


def _whole(trials: Trials, edits: list[Edit], written: Sequence[Candidate]) -> list[Edit]:
    """The edits, each with what belongs to it: what the new version says in another way is not just dropped."""
    for edit in tuple(edits):
        further = [each for each in companions(edit, written) if each not in edits]
        if further and trials.works([*edits, *further]):
            edits = [*edits, *further]
    return edits


def _gentle(trials: Trials, kept: list[Candidate]) -> list[Edit]:
    """The candidates' edits, each exchanged for the gentlest that works together with the others."""
    chosen: list[tuple[Edit, ...]] = [(each.undo,) for each in kept]
    for position, candidate in enumerate(kept):
        for gentler in candidate.gentler:
            trial = [*chosen[:position], gentler, *chosen[position + 1 :]]
            if trials.works([edit for edits in trial for edit in edits]):
                chosen = trial
                break
    return [edit for edits in chosen for edit in edits]
