"""From verdicts to findings: who breaks, which change does it, and the document that proves it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from posixpath import commonprefix

from schemaward.formats.base import FormatModule, Question, Schema
from schemaward.judgement import Judgement
from schemaward.model import Contract, JsonValue, Policy
from schemaward.modes import Pair
from schemaward.rules import finding
from schemaward.syntax.document import Document
from schemaward.verdict import Change, Effect, Finding, Incompatible, Mending, Proof, Undecided, Wire

_MOST_OTHERS = 3


@dataclass(frozen=True, slots=True)
class _Break:
    """One place where one pair breaks: the rule, the document, the reader's reason, and what else changed."""

    judgement: Judgement
    rule: str
    pointer: str
    why: str
    witness: JsonValue
    wire: Wire | None = None
    others: tuple[str, ...] = ()


def break_findings(
    contract: Contract, judgements: Sequence[Judgement], schemas: Mapping[int, Schema], module: FormatModule
) -> Iterator[Finding]:
    """One finding for each cause: pairs of one version that break at the same place are told together."""
    causes: dict[tuple[int, str, str, str, str], list[_Break]] = {}
    for judgement in judgements:
        for found in _breaks(judgement, contract.policy, schemas, module):
            cause = (judgement.candidate, judgement.pair.direction, found.rule, found.pointer, found.why)
            causes.setdefault(cause, []).append(found)
    mendings = {
        candidate: _mending(candidate, contract.policy, judgements, schemas, module)
        for candidate in dict.fromkeys(each.candidate for each in judgements if each.verdict.kind == "incompatible")
    }
    for (candidate, *_), group in causes.items():
        yield _break_finding(contract, group, schemas[candidate], mendings.get(candidate))


def _breaks(
    judgement: Judgement, policy: Policy, schemas: Mapping[int, Schema], module: FormatModule
) -> Iterator[_Break]:
    """What a format located itself, losses included; else the change that is nearest to what was refused."""
    verdict, pair = judgement.verdict, judgement.pair
    if isinstance(verdict, Undecided):
        return
    reading = judgement.candidate == pair.reader
    located = False
    for found in verdict.findings:
        if found.counterpart is not None and found.proof is not None:
            located = True
            pointer = found.pointer if reading else found.counterpart
            yield _Break(judgement, found.rule, pointer, found.fact, found.proof.document, found.proof.wire)
    if isinstance(verdict, Incompatible) and not located:
        changes = _harmful(pair, policy, schemas, module)
        yield _nearest(judgement, verdict, changes, schemas[judgement.candidate].document)


def _mending(
    candidate: int,
    policy: Policy,
    judgements: Sequence[Judgement],
    schemas: Mapping[int, Schema],
    module: FormatModule,
) -> Mending | None:
    """An edit of version ``candidate`` after which it passes every question of its contract's mode, nearest break first."""
    asked = [judgement for judgement in judgements if judgement.candidate == candidate]
    asked.sort(key=lambda each: (each.verdict.kind != "incompatible", -min(each.pair.writer, each.pair.reader)))
    questions = [Question(schemas[min(each.pair.writer, each.pair.reader)], each.pair.direction) for each in asked]
    return module.mend(schemas[candidate], questions, policy)


def _harmful(pair: Pair, policy: Policy, schemas: Mapping[int, Schema], module: FormatModule) -> tuple[Change, ...]:
    """The changes from the older to the newer version that can break in the direction of ``pair``."""
    older, newer = sorted((pair.writer, pair.reader))
    effects = (Effect.NARROWS if pair.direction == "backward" else Effect.WIDENS, Effect.BOTH, Effect.UNKNOWN)
    changes = module.diff(schemas[older], schemas[newer], policy, True)
    return tuple(change for change in changes if change.effect in effects)


def _nearest(judgement: Judgement, verdict: Incompatible, changes: Sequence[Change], new: Document) -> _Break:
    """The place of a break is that of the change which is nearest to what was refused.

    Without a change it is the keyword of the reader that refuses the witness, as far as the new version has it.
    """
    refused = verdict.findings[0] if verdict.findings else None
    # What is left ends our own sentence: ` at "/age": -1 is less than the minimum of 0`.
    why = refused.fact.removeprefix("the reader refuses the document") if refused else ""
    steps = (refused.pointer if refused else "").split("/")

    def closeness(change: Change) -> tuple[bool, int]:
        own = change.pointer.split("/")
        return any(f"{quote}{own[-1]}{quote}" in why for quote in "'\""), len(commonprefix([own, steps]))

    culprit = max(changes, key=closeness, default=None)
    pointer = _present(new, _pointer_in_new(culprit) if culprit else "/".join(steps))
    others = tuple(change.pointer for change in changes if change is not culprit)
    rule = "backward-break" if judgement.pair.direction == "backward" else "forward-break"
    return _Break(judgement, rule, pointer, why, verdict.witness, others=others)


def _pointer_in_new(change: Change) -> str:
    """What is gone is found where it was: its neighbour in a list may have its old number."""
    return change.pointer if change.side == "new" else change.pointer.rpartition("/")[0]


def _break_finding(contract: Contract, group: Sequence[_Break], schema: Schema, mending: Mending | None) -> Finding:
    """``group`` holds the pairs of one cause, by ascending earlier version: the nearest one serves as the proof."""
    nearest = group[-1]
    pair = nearest.judgement.pair
    writers = _versions(sorted({each.judgement.pair.writer for each in group}))
    readers = _versions(sorted({each.judgement.pair.reader for each in group}))
    consumers = f" ({', '.join(contract.consumers)})" if contract.consumers else ""
    backward = pair.direction == "backward"
    misread = nearest.wire is not None and not nearest.wire.failure
    also = _also("narrowed" if backward else "widened", nearest.others)
    return finding(
        nearest.rule,
        schema.place(nearest.pointer),
        f"consumers on {readers}{consumers} {'misread' if misread else 'cannot read'} what {writers} "
        f"{'wrote' if backward else 'writes'}{nearest.why}{also}",
        contract=contract.name,
        pointer=nearest.pointer,
        proof=Proof(
            nearest.witness,
            f"v{pair.writer}",
            f"v{pair.reader}",
            nearest.judgement.expectation,
            mending,
            nearest.wire,
        ),
    )


def _also(verb: str, pointers: Sequence[str]) -> str:
    """A clause on further changes in the same direction: one document shows only one of them."""
    shown = ", ".join(f'"{pointer}"' for pointer in pointers[:_MOST_OTHERS])
    more = f" and {len(pointers) - _MOST_OTHERS} more" if len(pointers) > _MOST_OTHERS else ""
    return f"; {verb} too: {shown}{more}" if pointers else ""


def _present(document: Document, pointer: str) -> str:
    """``pointer``, or its nearest ancestor that is in ``document``: what a version dropped is found at its parent."""
    while pointer and pointer not in document.places:
        pointer = pointer.rpartition("/")[0]
    return pointer


def _versions(numbers: Sequence[int]) -> str:
    names = [f"v{number}" for number in numbers]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
