"""One judge for each kind of input: from a record as it stands in the file to why it does not pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from schemaward.errors import InputError, UsageError
from schemaward.formats import format_module
from schemaward.formats.base import FormatModule, Records, Refusal, Schema
from schemaward.guard.inputs import Kind
from schemaward.guard.personal import Personal, personal
from schemaward.guard.reasons import SCHEMA_ID, SYNTAX, WIRE, Reason, reasons, unreadable
from schemaward.guard.results import UnknownVersionError
from schemaward.guard.tabular import Shape, from_cells, shape_of
from schemaward.guard.text_inputs import Row
from schemaward.guard.versions import Versions
from schemaward.guard.wire import WireError, unframe
from schemaward.model import DataFormat
from schemaward.syntax.record_text import exact_record, fast_record


@dataclass(frozen=True, slots=True)
class Judge:
    """``passes`` is quick, and right when it says yes. ``reasons`` says why not: nothing when it passes after all, None when there is no record."""

    passes: Callable[[Any], bool]
    reasons: Callable[[Any], tuple[Reason, ...] | None]


@dataclass(frozen=True, slots=True)
class Subject:
    """What records are held against: a schema of a contract, and how reasons are told."""

    name: str
    data_format: DataFormat
    schema: Schema
    records: Records
    secret: Personal
    redact: bool = False
    explain: bool = False

    @property
    def module(self) -> FormatModule:
        """The functions of the format."""
        return format_module(self.data_format)

    def why(self, refusals: tuple[Refusal, ...], record: Any) -> tuple[Reason, ...]:
        """What refusals say of a record; by the second opinion where that is asked for."""
        if self.explain and refusals:
            telling = self.records.explain(record)
            refusals = (telling,) if telling is not None else refusals
        return reasons(refusals, record, self.secret, self.redact)


def subject(name: str, data_format: DataFormat, schema: Schema, *, redact: bool, explain: bool) -> Subject:
    """A schema, made ready to judge files."""
    records = format_module(data_format).records(schema)
    return Subject(name, data_format, schema, records, personal(records.definition), redact, explain)


def text_judge(of: Subject) -> Judge:
    """Of JSON texts: JSON itself, Avro in its JSON encoding, Protobuf in its JSON mapping."""

    accepts = of.records.accepts

    def passes(raw: bytes) -> bool:
        try:
            return accepts(fast_record(raw))
        except ValueError:
            return False

    def why(raw: bytes) -> tuple[Reason, ...] | None:
        if not raw.strip():
            return None
        try:
            record = exact_record("record", raw)
        except InputError as error:
            return unreadable(SYNTAX, error)
        return of.why(of.module.refusals(of.schema, record), record)

    return Judge(passes if of.data_format is DataFormat.JSON else _never, why)


def yaml_judge(of: Subject) -> Judge:
    """Of YAML texts, whose values are judged as those of JSON."""
    from schemaward.syntax.parse import parse_document

    def why(raw: bytes) -> tuple[Reason, ...]:
        try:
            record = parse_document("record.yaml", raw).value
        except InputError as error:
            line = f" (line {error.place.line})" if error.place else ""
            return (Reason(SYNTAX, "", f"{error.fact}{line}"),)
        return of.why(of.module.refusals(of.schema, record), record)

    return Judge(_never, why)


def message_judge(of: Subject, versions: Versions) -> Judge:
    """Of messages of the Glue wire format, whichever version of the contract wrote each."""

    def decoded(raw: bytes) -> Any:
        wire = unframe(raw)
        return of.records.decode(wire.payload, versions.schema(wire.version_id))

    return _decoding(of, decoded)


def datum_judge(of: Subject, writer: Schema) -> Judge:
    """Of Avro data that ``writer`` wrote."""
    return _decoding(of, lambda raw: of.records.decode(raw, writer))


def late_judge(make: Callable[[], Judge]) -> Judge:
    """A judge that is made when the first record is there, since the head of its file says how."""
    made: list[Judge] = []

    def judge() -> Judge:
        if not made:
            made.append(make())
        return made[0]

    return Judge(lambda record: judge().passes(record), lambda record: judge().reasons(record))


def protobuf_judge(of: Subject, message: str) -> Judge:
    """Of Protobuf messages called ``message``, "" for the first of the file. Raises UsageError when there is none."""
    from schemaward.formats.protobuf.examples import message_named
    from schemaward.formats.protobuf.guarding import ProtobufRecords

    found = message_named(of.schema, message)
    if found is None or not isinstance(of.records, ProtobufRecords):
        raise UsageError(f'{of.name} has no message "{message}"', "name one that its file declares")
    read = of.records.read
    return _decoding(of, lambda raw: read(raw, found))


def row_judge(of: Subject, names: Callable[[], list[str]]) -> Judge:
    """Of rows of CSV, whose columns are called ``names``."""
    shape: Shape = shape_of(of.records.definition)

    def passes(row: Row) -> bool:
        return not row.problem and bool(row.cells) and of.records.accepts(from_cells(shape, names(), row.cells))

    def why(row: Row) -> tuple[Reason, ...] | None:
        if row.problem:
            return (Reason(SYNTAX, "", row.problem),)
        if not row.cells:
            return None
        record = from_cells(shape, names(), row.cells)
        return of.why(of.records.refusals(record), record)

    return Judge(passes, why)


def value_judge(of: Subject) -> Judge:
    """Of values that are read already."""
    return Judge(of.records.accepts, lambda record: of.why(of.records.refusals(record), record))


def _decoding(of: Subject, decoded: Callable[[bytes], Any]) -> Judge:
    def passes(raw: bytes) -> bool:
        try:
            record = decoded(raw)
        except InputError:
            return False
        return of.records.decoded_passes or of.records.accepts(record)

    def why(raw: bytes) -> tuple[Reason, ...]:
        try:
            record = decoded(raw)
        except UnknownVersionError as error:
            return unreadable(SCHEMA_ID, error)
        except WireError as error:
            return unreadable(WIRE, error)
        except InputError as error:
            return (Reason(SYNTAX, "", error.fact if not of.redact else "the record cannot be read"),)
        return () if of.records.decoded_passes else of.why(of.records.refusals(record), record)

    return Judge(passes, why)


def _never(_raw: Any) -> bool:
    return False


KINDS: dict[DataFormat, tuple[Kind, ...]] = {
    DataFormat.JSON: (Kind.JSON, Kind.JSONL, Kind.YAML, Kind.CSV, Kind.PARQUET, Kind.GLUE),
    DataFormat.AVRO: (Kind.JSON, Kind.JSONL, Kind.YAML, Kind.AVRO, Kind.AVRO_BINARY, Kind.PARQUET, Kind.GLUE),
    DataFormat.PROTOBUF: (Kind.JSON, Kind.JSONL, Kind.YAML, Kind.PROTOBUF, Kind.GLUE),
}
"""What may hold the records of a contract."""
