"""Records of a Protobuf schema, in the JSON mapping; on the wire with the message index of the Glue serializers.

The index is the rank of a message among all messages of the file, sorted by full name: those inside others count, and
so do the entries of maps; those of imports do not. It is written as a plain varint before the message, also when it is
zero. Source: awslabs/aws-glue-schema-registry, ``MessageIndexFinder`` and ``ProtobufWireFormatEncoder``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from schemaward.errors import InputError
from schemaward.formats.base import Refusal, Schema
from schemaward.formats.protobuf import examples, runtime
from schemaward.formats.protobuf.declared import Message
from schemaward.formats.protobuf.linking import Linked, nested

_LONGEST_VARINT = 5


class ProtobufRecords:
    """See ``Records``."""

    decoded_passes = True

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._messages = messages_by_index(schema.parsed)
        try:
            runtime.pool_of(schema.parsed)
        except runtime.CannotDescribeError as error:
            raise InputError(f"the schema cannot be used to validate: {error}", "", schema.place("")) from None

    def accepts(self, record: Any) -> bool:
        """See ``Records``."""
        return not self.refusals(record)

    def doubtful(self, records: Sequence[Any]) -> list[int]:
        """See ``Records``."""
        return [at for at, record in enumerate(records) if self.refusals(record)]

    def refusals(self, record: Any) -> tuple[Refusal, ...]:
        """See ``Records``."""
        return examples.refusals(self._schema, record)

    def explain(self, record: Any) -> Refusal | None:
        """See ``Records``."""
        return next(iter(self.refusals(record)), None)

    def decode(self, payload: bytes, writer: Schema) -> Any:
        """See ``Records``. The writer's schema tells which message it is; the reader's tells what is in it."""
        index, at = _varint(payload)
        written = self._messages if writer.identity == self._schema.identity else messages_by_index(writer.parsed)
        if index >= len(written):
            raise _unreadable(f"the file has {len(written)} messages, and the index is {index}")
        message = self._schema.parsed.types.get(written[index].name)
        if not isinstance(message, Message):
            raise _unreadable(f'the reader has no message "{written[index].name}"')
        return self.read(payload[at:], message)

    def read(self, data: bytes, message: Message) -> Any:
        """The record in the bytes of ``message``, without an index before them; raises InputError."""
        reading = runtime.decode(self._schema.parsed, message, data)
        if reading.message is None:
            raise _unreadable(reading.failure)
        try:
            record = runtime.mapped(reading.message)
        except runtime.NoMappingError as error:
            raise _unreadable(f"it has no form in JSON: {error}") from None
        if message is not self._schema.parsed.file.messages[0]:
            record["@type"] = message.name
        return record

    def encode(self, record: Any) -> bytes:
        """See ``Records``."""
        refused = examples.refusals(self._schema, record)
        message = None if refused else examples.message_of(self._schema, record)
        if message is None:
            raise InputError(f"the record cannot be written: {refused[0].message}", "give what the schema asks for")
        return _varint_bytes(self._messages.index(message)) + examples.encoded(self._schema, record)


def messages_by_index(linked: Linked) -> tuple[Message, ...]:
    """The messages of the file at the places of their indexes."""
    return tuple(sorted(nested(linked.file.messages), key=lambda message: message.name))


def _varint(data: bytes) -> tuple[int, int]:
    """The plain varint at the start, and where it ends."""
    value = 0
    for at, byte in enumerate(data[:_LONGEST_VARINT]):
        value |= (byte & 0x7F) << (7 * at)
        if byte < 0x80:
            return value, at + 1
    raise _unreadable("it does not begin with the index of a message")


def _varint_bytes(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _unreadable(why: str) -> InputError:
    return InputError(f"the Protobuf message cannot be read: {why}", "find out with which schema it was written")
