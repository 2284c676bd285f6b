"""What a proof says of the two sides, in words: of a document, and of its bytes where the format has bytes."""

from __future__ import annotations

from collections.abc import Iterator

from schemaward.report.values import compact, printable, shortened
from schemaward.verdict import Proof

_WIDTH = 200


def deed(proof: Proof, writer: str, reader: str) -> str:
    """One clause: what the sides called ``writer`` and ``reader`` do with the document."""
    if proof.wire is None:
        return f"{writer} allows this document, {reader} refuses it"
    return f"{writer} writes this, {reader} {'cannot read it' if proof.wire.failure else 'reads something else'}"


def wire_words(proof: Proof, writer: str, reader: str) -> Iterator[tuple[str, str]]:
    """Labels and texts of bounded length: the bytes, and what the reader makes of them. Empty without bytes."""
    if proof.wire is not None:
        yield "bytes", shortened(proof.wire.encoded, _WIDTH) or "none"
        failure = f"fails: {printable(proof.wire.failure)}" if proof.wire.failure else compact(proof.wire.seen)
        yield f"{reader} reads", shortened(failure, _WIDTH)
