"""Records of an Avro schema: fastavro reads and writes, and resolves what another version wrote."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any, TypeAlias

from schemaward.errors import InputError
from schemaward.formats.avro.bounds import WrongBytesError, walker
from schemaward.formats.avro.natives import Natives
from schemaward.formats.avro.reading import pair
from schemaward.formats.avro.wire import DATUM, CannotWriteError, holder, marked, prepared, words
from schemaward.formats.avro.writing import telling
from schemaward.formats.base import Refusal, Schema

Decode: TypeAlias = Callable[[bytes], Any]

_ASKED = "give what the schema asks for"


class AvroRecords:
    """See ``Records``."""

    decoded_passes = True

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._natives = Natives(schema.parsed)
        self._written = telling(schema.parsed.root)
        self._prepared = _usable(lambda: prepared(holder(schema.parsed.root), marked))
        self._decoders: dict[str, Decode] = {}

    def accepts(self, record: Any) -> bool:
        """See ``Records``."""
        return self._natives.accepts(record)

    def doubtful(self, records: Sequence[Any]) -> list[int]:
        """See ``Records``."""
        accepts = self._natives.accepts
        return [at for at, record in enumerate(records) if not accepts(record)]

    def refusals(self, record: Any) -> tuple[Refusal, ...]:
        """See ``Records``."""
        return self._natives.refusals(record)

    def explain(self, record: Any) -> Refusal | None:
        """See ``Records``."""
        return next(iter(self.refusals(record)), None)

    def decode(self, payload: bytes, writer: Schema) -> Any:
        """See ``Records``. What ``writer`` wrote is resolved as the specification says ("Schema Resolution")."""
        decode = self._decoders.get(writer.identity)
        if decode is None:
            decode = self._decoders[writer.identity] = decoder(writer, self._schema)
        return decode(payload)

    def encode(self, record: Any) -> bytes:
        """See ``Records``."""
        import fastavro

        stream = BytesIO()
        try:
            fastavro.schemaless_writer(stream, self._prepared, {DATUM: self._written(record)})
        except Exception as error:  # its words would show values
            raise InputError(f"the record cannot be written: {type(error).__name__}", _ASKED) from error
        return stream.getvalue()


def decoder(writer: Schema, reader: Schema) -> Decode:
    """A function from one datum of ``writer``, and nothing after it, to the record that ``reader`` gets.

    It raises InputError for bytes that are none, or that the reader cannot take.
    """
    import fastavro

    same = writer.identity == reader.identity
    root = writer.parsed.root
    writes, reads = _usable(
        lambda: (prepared(holder(root), marked), None) if same else pair(writer.parsed, reader.parsed)
    )
    walk = walker(root)

    def decode(payload: bytes) -> Any:
        try:
            end = walk(payload, 0)
        except WrongBytesError as error:
            raise _unreadable(str(error)) from None
        if end != len(payload):
            raise _unreadable(f"{len(payload) - end:,} bytes follow the end of the datum")
        try:
            held: Any = fastavro.schemaless_reader(BytesIO(payload), writes, reads)
        except Exception as error:
            raise _unreadable(words(error)) from error
        return held[DATUM]

    return decode


def _usable(prepare: Callable[[], Any]) -> Any:
    try:
        return prepare()
    except CannotWriteError as error:
        raise InputError(
            f"fastavro does not take the schema: {error}", "write it in a way that libraries take"
        ) from None


def _unreadable(why: str) -> InputError:
    return InputError(f"the Avro datum cannot be read: {why}", "find out with which schema it was written")
