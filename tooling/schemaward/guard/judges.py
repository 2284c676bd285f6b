"""One judge for each kind of input: from a record as it stands in the file to why it does not pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemaward.errors import InputError, UsageError
from schemaward.formats import format_module
from schemaward.formats.base import FormatModule, Records, Refusal, Schema
from schemaward.guard.cache import landed
from schemaward.guard.expected import expected_by
from schemaward.guard.inputs import Kind, TooLarge, Unreadable
from schemaward.guard.personal import Personal, personal
from schemaward.guard.reasons import SCHEMA_ID, SYNTAX, WIRE, Reason, reasons, unreadable
from schemaward.guard.results import UnknownVersionError
from schemaward.guard.tabular import from_cells
from schemaward.guard.text_inputs import Row
from schemaward.guard.versions import Versions
from schemaward.guard.wire import WireError, unframe
from schemaward.model import DataFormat
from schemaward.syntax.record_text import exact_record, fast_records
from schemaward.syntax.record_text import record as parsed

if TYPE_CHECKING:
    from schemaward.formats.protobuf.declared import Message


@dataclass(frozen=True, slots=True)
class Judge:
    """``doubtful`` gives the indexes of the records that may not pass, quickly; all others do.

    ``reasons`` says why one does not pass: nothing when it passes after all, None when there is no record.
    """

    doubtful: Callable[[Sequence[Any]], list[int]]
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
    def hides_text(self) -> bool:
        """Whether what stands in a text that cannot be read must not be shown."""
        return self.redact or self.secret.any

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
    return Subject(name, data_format, schema, records, personal(data_format, schema), redact, explain)


Meant = Callable[[Any], Any]
"""From a value that was read to the record that is meant by it; raises InputError when it says that it is another."""


def _as_it_is(value: Any) -> Any:
    return value


def text_judge(of: Subject, meant: Meant = _as_it_is, lines: bool = True) -> Judge:
    """Of JSON texts: JSON itself, Avro in its JSON encoding, Protobuf in its JSON mapping. Of ``lines``, blank ones are none.

    A record of JSON passes by the floats that its reader gets, or by its numbers as they are written, whichever parser is installed.
    """

    def doubtful(records: Sequence[Any]) -> list[int]:
        found: list[int] = []
        step = 1 + len(records) // _PARTS
        for start in range(0, len(records), step):
            part = records[start : start + step]
            try:
                found += [start + at for at in of.records.doubtful(fast_records(part))]
            except (ValueError, TypeError):  # a text that is no value; no text, since the record is too large
                found += [start + at for at, raw in enumerate(part) if not passes(raw)]
        return found

    def passes(raw: Any) -> bool:
        try:
            return of.records.accepts(parsed(raw))
        except (InputError, AttributeError):
            return False

    def why(raw: bytes) -> tuple[Reason, ...] | None:
        if lines and not raw.strip():
            return None
        try:
            record = meant(exact_record("record", raw))
        except InputError as error:
            return unreadable(SYNTAX, error, of.hides_text and _quotes(error))
        return of.why(of.module.refusals(of.schema, record), record)

    return Judge(doubtful if of.data_format is DataFormat.JSON else _all, why)


def _quotes(error: InputError) -> bool:
    """Whether words of a text in JSON or YAML are in what is said of it: they stand in quotes there."""
    return '"' in error.fact


def yaml_judge(of: Subject, meant: Meant = _as_it_is) -> Judge:
    """Of YAML texts, whose values are judged as those of JSON."""
    from schemaward.syntax.parse import parse_document

    def why(raw: bytes) -> tuple[Reason, ...]:
        try:
            record = meant(parse_document("record.yaml", raw).value)
        except InputError as error:
            return unreadable(SYNTAX, error, of.hides_text and _quotes(error))
        return of.why(of.module.refusals(of.schema, record), record)

    return Judge(_all, why)


def message_judge(of: Subject, versions: Versions, most: int) -> Judge:
    """Of messages of the Glue wire format, whichever version of the contract wrote each, with payloads up to ``most`` bytes."""

    def decoded(raw: bytes) -> Any:
        wire = unframe(raw, most)
        return of.records.decode(wire.payload, landed(versions.find(wire.version_id)))

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

    return Judge(lambda records: judge().doubtful(records), lambda record: judge().reasons(record))


def protobuf_judge(of: Subject, name: str) -> Judge:
    """Of Protobuf messages called ``name``, "" for the first of the file. Raises UsageError when there is none."""
    from schemaward.formats.protobuf.guarding import ProtobufRecords

    message = _message(of, name)
    if not isinstance(of.records, ProtobufRecords):
        raise UsageError(f"{of.name} is {of.data_format}, which has no messages", "give a contract of Protobuf")
    read = of.records.read
    return _decoding(of, lambda raw: read(raw, message))


def meant_as(of: Subject, name: str) -> Meant:
    """Of Protobuf in its JSON mapping: that each record is the message called ``name``. Raises UsageError when there is none."""
    from schemaward.formats.protobuf.examples import message_named

    if not name:
        return _as_it_is
    message = _message(of, name)

    def meant(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        said = str(value.get("@type", message.name)).rpartition("/")[2]
        if message_named(of.schema, said) is not message:
            raise InputError(f'the record says that it is "{said}", and not "{name}"')
        return {**value, "@type": message.name}

    return meant


def _message(of: Subject, name: str) -> Message:
    from schemaward.formats.protobuf.examples import message_named

    found = message_named(of.schema, name)
    if found is None:
        raise UsageError(f'{of.name} has no message "{name}"', "name one that its file declares")
    return found


def row_judge(of: Subject, names: Callable[[], list[str]]) -> Judge:
    """Of rows of CSV, whose columns are called ``names``."""
    expected = expected_by(of.schema)

    def passes(row: Row | TooLarge) -> bool:
        if isinstance(row, TooLarge) or row.problem or not row.cells:
            return False
        return of.records.accepts(from_cells(expected, names(), row.cells))

    def why(row: Row) -> tuple[Reason, ...] | None:
        if row.problem:
            return (Reason(SYNTAX, "", row.problem),)
        if not row.cells:
            return None
        record = from_cells(expected, names(), row.cells)
        return of.why(of.records.refusals(record), record)

    return Judge(_one_by_one(passes), why)


def value_judge(of: Subject) -> Judge:
    """Of values that are read already."""

    def why(record: Any) -> tuple[Reason, ...]:
        if isinstance(record, Unreadable):
            return (Reason(SYNTAX, "", "the row cannot be read" if of.hides_text else record.problem),)
        return of.why(of.records.refusals(record), record)

    return Judge(of.records.doubtful, why)


def _decoding(of: Subject, decoded: Callable[[bytes], Any]) -> Judge:
    def passes(raw: Any) -> bool:
        if isinstance(raw, TooLarge):
            return False
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
            return unreadable(SYNTAX, error, of.hides_text)
        return () if of.records.decoded_passes else of.why(of.records.refusals(record), record)

    return Judge(_one_by_one(passes), why)


def _one_by_one(passes: Callable[[Any], bool]) -> Callable[[Sequence[Any]], list[int]]:
    return lambda records: [at for at, record in enumerate(records) if not passes(record)]


def _all(records: Sequence[Any]) -> list[int]:
    return list(range(len(records)))


_PARTS = 32
"""Parts of a batch that are parsed before they are judged. Fewer would fill the memory with values, and more lose time."""


KINDS: dict[DataFormat, tuple[Kind, ...]] = {
    DataFormat.JSON: (Kind.JSON, Kind.JSONL, Kind.YAML, Kind.CSV, Kind.PARQUET, Kind.GLUE),
    DataFormat.AVRO: (Kind.JSON, Kind.JSONL, Kind.YAML, Kind.AVRO, Kind.AVRO_BINARY, Kind.PARQUET, Kind.GLUE),
    DataFormat.PROTOBUF: (Kind.JSON, Kind.JSONL, Kind.YAML, Kind.PROTOBUF, Kind.GLUE),
}
"""What may hold the records of a contract."""
