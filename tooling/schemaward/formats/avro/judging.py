"""The verdict on a pair: what the resolution found, each finding with a datum that a library confirms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemaward.formats.avro.resolution import MAX_CLASHES, MAX_STEPS, Resolution, resolve
from schemaward.model import Policy
from schemaward.rules import finding
from schemaward.verdict import Compatible, Finding, Incompatible, Undecided, Verdict

if TYPE_CHECKING:
    from schemaward.formats.avro.proving import Bench
    from schemaward.formats.base import Schema

_COMPATIBLE = Compatible()


def can_read(reader: Schema, writer: Schema, policy: Policy = Policy.STRICT, assert_formats: bool = True) -> Verdict:
    """Decide whether ``reader`` can decode all that ``writer`` can encode; policy and formats mean nothing in Avro."""
    if reader.identity == writer.identity:
        return _COMPATIBLE
    found = resolve(reader.parsed, writer.parsed)
    if found.finished and not found.clashes and not found.losses:
        return _COMPATIBLE
    return _proven(reader, writer, found)


def _proven(reader: Schema, writer: Schema, found: Resolution) -> Verdict:
    from schemaward.formats.avro.proving import bench
    from schemaward.formats.avro.wire import CannotWriteError

    try:
        ready = bench(writer.parsed, found.renamed)
    except CannotWriteError as error:
        return Undecided(f"fastavro, which verifies, does not take the writer's schema: {error}")
    breaks, unproven = _breaks(reader, found, ready)
    losses, unshown = _losses(reader, found, ready)
    if breaks:
        proof = breaks[0].proof
        document, wire = (proof.document, proof.wire) if proof else (None, None)
        return Incompatible(document, (*breaks, *losses), wire)
    if unproven:
        return Undecided(
            f"by the specification the reader cannot read this{unproven}; but no datum was found that shows it"
        )
    if unshown:
        return Undecided(
            f"the reader may have other values than were written{unshown}; but no datum was found that shows it"
        )
    if not found.finished:
        return Undecided(f"the schemas are too large: more than {MAX_STEPS:,} pairs of types would have to be compared")
    return Compatible(losses)


def _breaks(reader: Schema, found: Resolution, ready: Bench) -> tuple[tuple[Finding, ...], str]:
    """The findings that have a proof, and what the first clash without one is about."""
    from schemaward.formats.avro.proving import break_proof
    from schemaward.formats.avro.telling import fact, pointers

    proven: list[Finding] = []
    unproven = ""
    for clash in found.clashes[:MAX_CLASHES]:
        proof = break_proof(ready, clash)
        if proof is None:
            unproven = unproven or fact(clash)
            continue
        here, there = pointers(clash)
        place = reader.place(here)
        proven.append(finding(clash.rule, place, fact(clash), pointer=here, proof=proof, counterpart=there))
    return tuple(proven), unproven


def _losses(reader: Schema, found: Resolution, ready: Bench) -> tuple[tuple[Finding, ...], str]:
    """The findings that have a proof, and what the first loss is about that could be neither shown nor ruled out."""
    from schemaward.formats.avro.proving import UnprovenError, loss_proof
    from schemaward.formats.avro.telling import fact, pointers

    proven: list[Finding] = []
    unshown = ""
    for clash in found.losses:
        try:
            loss = loss_proof(ready, clash)
        except UnprovenError:
            unshown = unshown or fact(clash)
            continue
        if loss is not None:
            here, there = pointers(clash)
            place, told = reader.place(here), fact(clash, loss)
            proven.append(finding(clash.rule, place, told, pointer=here, proof=loss.proof, counterpart=there))
    return tuple(proven), unshown
