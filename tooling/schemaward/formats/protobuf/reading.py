"""The question: can this reader read everything that this writer writes?"""

from __future__ import annotations

from schemaward.formats.base import Schema
from schemaward.formats.protobuf.linking import Linked
from schemaward.formats.protobuf.suspicions import Search, Suspicion
from schemaward.formats.protobuf.writing import TooMuchWorkError
from schemaward.rules import finding
from schemaward.verdict import Compatible, Finding, Incompatible, Proof, Undecided, Verdict

MOST_FINDINGS = 100
"""Findings that one question collects; more would help nobody."""


def can_read(reader: Schema, writer: Schema) -> Verdict:
    """Decide whether a reader gets back what a writer wrote, field by field; see ``FormatModule.can_read``.

    Fields that only the writer has do not count: the reader skips them and keeps their bytes.
    """
    search = Search(reader.parsed, writer.parsed)
    breaks: list[tuple[Finding, Proof]] = []
    losses: list[Finding] = []
    unproven: list[Suspicion] = []
    undescribed: Undecided | None = None
    try:
        for suspicion in search.suspicions():
            proof = prove(suspicion, reader.parsed, writer.parsed)
            if isinstance(proof, Undecided):
                undescribed = undescribed or proof
                unproven.append(suspicion)
            elif proof is None:
                unproven.append(suspicion)
            elif suspicion.loss is None:
                breaks.append((_finding(suspicion, reader, proof), proof))
            else:
                losses.append(_finding(suspicion, reader, proof))
            if len(breaks) + len(losses) + len(unproven) >= MOST_FINDINGS:
                break
    except TooMuchWorkError:
        if not breaks:
            return Undecided("the schemas are too large to be compared")
    if breaks:
        proof = breaks[0][1]
        return Incompatible(proof.document, (*(found for found, _ in breaks), *losses), proof.wire)
    if undescribed is not None:
        return undescribed
    for suspicion in unproven:
        if suspicion.loss is None:
            return Undecided(f"no message was found that shows this:{_fact(suspicion)}")
    if not search.compared and any(file.messages for file in writer.parsed.files):
        return Undecided("the reader has none of the writer's messages, so there is nothing to compare")
    return Compatible(tuple(losses))


def prove(suspicion: Suspicion, reader: Linked, writer: Linked) -> Proof | Undecided | None:
    """The proof of a suspicion; only then is the library loaded that writes and reads messages.

    Undecided when that library does not take the schema, and with its reason.
    """
    from schemaward.formats.protobuf import runtime, witnesses

    try:
        return witnesses.prove(suspicion, reader, writer)
    except runtime.CannotDescribeError as error:
        return Undecided(f"the protobuf package, which has to show a break, does not take the schema: {error}")


def _finding(suspicion: Suspicion, reader: Schema, proof: Proof) -> Finding:
    return finding(
        suspicion.rule,
        reader.place(suspicion.pointer),
        _fact(suspicion),
        pointer=suspicion.pointer,
        proof=proof,
        counterpart=suspicion.counterpart,
    )


def _fact(suspicion: Suspicion) -> str:
    return f' at "{suspicion.pointer}": {suspicion.fact}'
