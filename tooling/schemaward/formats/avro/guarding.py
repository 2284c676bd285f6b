"""Records of an Avro schema: fastavro reads and writes, and resolves what another version wrote."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any, TypeAlias

from schemaward.errors import InputError
from schemaward.formats.avro import natives
from schemaward.formats.avro.bounds import UnboundedError, needs_a_walk, walk
from schemaward.formats.avro.wire import schema_of
from schemaward.formats.base import Refusal, Schema

Decode: TypeAlias = Callable[[bytes], Any]

_ASKED = "give what the schema asks for"


class AvroRecords:
    """See ``Records``."""

    decoded_passes = True

    def __init__(self, schema: Schema) -> None:
        self.definition = schema.parsed.value
        self._schema = schema
        self._prepared = prepared(schema)
        self._decoders: dict[str, Decode] = {}

    def accepts(self, record: Any) -> bool:
        """See ``Records``."""
        return not self.refusals(record)

    def doubtful(self, records: Sequence[Any]) -> list[int]:
        """See ``Records``."""
        return [at for at, record in enumerate(records) if self.refusals(record)]

    def refusals(self, record: Any) -> tuple[Refusal, ...]:
        """See ``Records``."""
        return natives.refusals(self._schema.parsed, record)

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
            fastavro.schemaless_writer(stream, self._prepared, record)
        except Exception as error:
            raise InputError(f"the record cannot be written: {_words(error)}", _ASKED) from error
        return stream.getvalue()


def prepared(schema: Schema) -> Any:
    """A schema as fastavro takes it, with the logical types that count."""
    import fastavro

    return fastavro.parse_schema(schema_of(schema.parsed.root, True))


def decoder(writer: Schema, reader: Schema) -> Decode:
    """A function from one datum of ``writer``, and nothing after it, to the record that ``reader`` gets.

    It raises InputError for bytes that are none, or that the reader cannot take.
    """
    import fastavro

    writes = prepared(writer)
    reads = None if writer.identity == reader.identity else prepared(reader)
    root, watched = writer.parsed.root, needs_a_walk(writer.parsed)

    def decode(payload: bytes) -> Any:
        stream = BytesIO(payload)
        try:
            if watched:
                walk(root, payload)
            record = fastavro.schemaless_reader(stream, writes, reads)
        except UnboundedError as error:
            raise _unreadable(str(error)) from None
        except Exception as error:
            raise _unreadable(_words(error)) from error
        if stream.tell() != len(payload):
            raise _unreadable(f"{len(payload) - stream.tell():,} bytes follow the end of the datum")
        return record

    return decode


def _unreadable(why: str) -> InputError:
    return InputError(f"the Avro datum cannot be read: {why}", "find out with which schema it was written")


def _words(error: Exception) -> str:
    text = " ".join(str(error).split())[:200]
    return text if " " in text and not isinstance(error, IndexError) else "it ends in the middle of a value"
