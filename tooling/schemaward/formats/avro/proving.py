"""A datum for each clash, encoded with the writer and decoded with the reader by a library that did not find the clash.

The reader asks only for what the clash is about (``projecting``), and must fail, or hold another value than was meant. Who
cannot read a part cannot read the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from schemaward.formats.avro import wire
from schemaward.formats.avro.data import (
    KEY,
    MAX_DEPTH,
    NoDatumError,
    Sizes,
    decimal_text,
    field_sample,
    in_branch,
    logical_sample,
    sample,
    sizes,
)
from schemaward.formats.avro.encoding import WrongValueError, native, shown
from schemaward.formats.avro.projecting import at_reader, at_writer, projected
from schemaward.formats.avro.resolution import BranchStep, Clash, FieldStep, Spot
from schemaward.formats.avro.types import INT_RANGE, Array, Fixed, Logical, Parsed, Primitive, Record, Type, described
from schemaward.model import JsonValue
from schemaward.verdict import Proof, Wire

_NOT_IN_FLOAT = 2**24 + 1
_NOT_IN_DOUBLE = 2**53 + 1


@dataclass(frozen=True, slots=True)
class Bench:
    """What all proofs of one question need; ``renamed`` maps the reader's records to the names of the writer.

    ``prepared`` is the writer's schema as the library wants it.
    """

    writer: Type
    known: Sizes
    renamed: Mapping[str, str]
    prepared: Any


class UnprovenError(Exception):
    """No datum could be made, encoded and decoded that would show whether a value comes back as another."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A proof of another value: what the writer meant and what the reader has, at the place of the clash."""

    proof: Proof
    written: JsonValue
    read: JsonValue


def bench(writer: Parsed, renamed: Mapping[str, str]) -> Bench:
    """Everything that is made once; raises ``wire.CannotWriteError`` when the library does not take the writer's schema."""
    return Bench(writer.root, sizes(writer), renamed, wire.prepared(writer.root))


def break_proof(bench: Bench, clash: Clash) -> Proof | None:
    """A datum that the reader cannot decode because of ``clash``; None when none was found that shows it."""
    try:
        leaf = clash.symbols[0] if clash.symbols else sample(clash.spot.writer, bench.known)
        document = _document(clash.spot, leaf, bench.known)
        data = wire.encoded(bench.prepared, native(bench.writer, document))
        failure = _failure(bench, clash, data)
    except (NoDatumError, wire.CannotWriteError):
        return None
    return Proof(document, wire=Wire(data.hex(), failure)) if failure else None


def _failure(bench: Bench, clash: Clash, data: bytes) -> str:
    """What the library says of the clash, or nothing when it reads the bytes after all."""
    reader = projected(clash, bench.renamed)
    try:
        shown(reader, wire.decoded(data, bench.prepared, wire.prepared(reader)))
    except wire.CannotReadError as error:
        return f"fastavro: {error}"
    except WrongValueError:
        return f"fastavro hands out a value that is no {described(clash.spot.reader)}"
    return ""


def loss_proof(bench: Bench, clash: Clash) -> Loss | None:
    """A datum that comes back as another value because of ``clash``; None when each that was tried comes back as it was.

    Raises UnprovenError when there was nothing to try, or a trial went wrong and no other shows a difference.
    """
    tried = failed = False
    for leaf in _candidates(bench, clash):
        tried = True
        try:
            found = _difference(bench, clash, _document(clash.spot, leaf, bench.known))
        except (NoDatumError, wire.CannotReadError, wire.CannotWriteError, WrongValueError):
            failed = True
            continue
        if found is not None:
            return found
    if failed or not tried:
        raise UnprovenError
    return None


def _difference(bench: Bench, clash: Clash, document: JsonValue) -> Loss | None:
    """How the reader misreads ``document``, if it does.

    What it has decoded it keeps in its own schema, so that a number that does not fit is seen as it is kept, and it takes
    the raw value for what its own logical type says, as Java does. What the writer meant is compared with that; the
    document of the proof stays as it is written.
    """
    data = wire.encoded(bench.prepared, native(bench.writer, document))
    meaning = clash.rule in _MEANINGS
    written = _meant_by(bench.writer, data) if meaning else document
    reader = projected(clash, bench.renamed)
    raw = wire.prepared(reader)
    ours = at_writer(clash.spot, written)
    try:
        kept = wire.encoded(raw, wire.decoded(data, bench.prepared, raw))
        seen = _meant_by(reader, kept) if meaning else shown(reader, wire.decoded(kept, raw))
    except wire.CannotReadError as error:
        return Loss(Proof(document, wire=Wire(data.hex(), f"fastavro: {error}")), ours, None)
    ours, theirs = _compared(clash, ours, seen)
    same = theirs == ours and type(theirs) is type(ours)
    return None if same else Loss(Proof(document, wire=Wire(data.hex(), seen=seen)), ours, theirs)


def _meant_by(type_: Type, data: bytes) -> JsonValue:
    """What bytes say by the logical types of the schema that they were written with."""
    return shown(type_, wire.decoded(data, wire.prepared(type_, wire.marked)))


_MEANINGS = frozenset({"avro-decimal", "avro-time-unit", "avro-logical-type", "avro-logical-one-sided"})


def _compared(clash: Clash, ours: Any, seen: Any) -> tuple[JsonValue, JsonValue]:
    """The values that should be equal, of the writer and of the reader."""
    spot = clash.spot
    if clash.writer_field is not None and clash.reader_field is not None:
        return ours[clash.writer_field.name], at_reader(spot, seen)[clash.reader_field.name]
    if clash.rule == "avro-union-order" and spot.parent is not None:
        return in_branch(spot.writer, ours), at_reader(spot.parent, seen)
    return ours, at_reader(spot, seen)


# -- what to write


def _document(spot: Spot, value: JsonValue, known: Sizes) -> JsonValue:
    """A datum of the writer that has ``value`` at ``spot``, and elsewhere what is smallest; raises NoDatumError."""
    for _ in range(MAX_DEPTH):
        if spot.parent is None:
            return value
        above = spot.parent.writer
        match spot.step:
            case FieldStep(writer=own) if isinstance(above, Record):
                fields = above.fields
                value = {each.name: value if each is own else field_sample(each, known) for each in fields}
            case BranchStep(writer=index):
                value = value if index is None else in_branch(spot.writer, value)
            case _:
                value = [value] if isinstance(above, Array) else {KEY: value}
        spot = spot.parent
    raise NoDatumError


def _candidates(bench: Bench, clash: Clash) -> Iterator[JsonValue]:
    """Values of the writer at the clash that may come back as others, the most telling first; raises nothing."""
    writer, reader = clash.spot.writer, clash.spot.reader
    if clash.symbols:
        yield clash.symbols[0]
    elif clash.writer_field is not None and isinstance(writer, Record):
        try:
            record = {each.name: field_sample(each, bench.known) for each in writer.fields}
            values = [sample(clash.writer_field.type, bench.known, other) for other in (True, False)]
        except NoDatumError:
            return
        yield from ({**record, clash.writer_field.name: value} for value in values)
    elif clash.rule == "avro-bytes-as-string":
        yield "\xff"
    elif clash.rule == "avro-number-precision" and isinstance(reader, Primitive):
        yield _NOT_IN_FLOAT if reader.kind == "float" else _NOT_IN_DOUBLE
    elif isinstance(writer, (Primitive, Fixed)) and isinstance(reader, (Primitive, Fixed)) and clash.rule in _MEANINGS:
        yield from _telling(writer, reader)
    else:
        for other in (True, False):
            try:
                yield sample(writer, bench.known, other)
            except NoDatumError:
                return


def _telling(writer: Primitive | Fixed, reader: Primitive | Fixed) -> Iterator[JsonValue]:
    """Raw values that mean something to one side."""
    for logical in (writer.logical, reader.logical):
        if logical is not None:
            yield from (each for each in _worth(logical, writer, reader) if _holds(writer, each))
    if writer.kind == "string":
        yield "a"
    elif writer.kind in ("int", "long"):
        yield from (0, 1)


def _worth(logical: Logical, writer: Primitive | Fixed, reader: Primitive | Fixed) -> Iterator[JsonValue]:
    size = writer.size if isinstance(writer, Fixed) else 0
    if logical.name != "decimal":
        yield logical_sample(logical)
    else:
        yield logical_sample(logical, size)
        if reader.logical and reader.logical.precision < logical.precision:
            yield decimal_text(10**logical.precision - 1, size)


def _holds(writer: Primitive | Fixed, value: JsonValue) -> bool:
    """True when the raw ``value`` is one of the writer's."""
    if isinstance(value, str):
        return writer.kind in ("string", "bytes") or (isinstance(writer, Fixed) and len(value) == writer.size)
    fits_int = isinstance(value, int) and INT_RANGE[0] <= value <= INT_RANGE[1]
    return writer.kind == "long" or (writer.kind == "int" and fits_int)
