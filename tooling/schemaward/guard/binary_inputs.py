"""Records in bytes: each behind its length, one Avro datum after another, or in the blocks of an Avro container file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

from schemaward.guard.inputs import BATCH_BYTES, Batch, BrokenError, Spill, Start, Stream, TooLarge, pieces, skipped

if TYPE_CHECKING:
    from schemaward.formats.base import Schema

_LONGEST_VARINT = 10
_COST = 50
"""What holding a record costs beside its bytes, about."""
_END: Any = object()

Item: TypeAlias = "tuple[bytes | TooLarge, int] | None"
"""A record and its offset; None where a batch must end, since the next record is handed on while it is read."""


class Window:
    """A file through a buffer that grows as far as it must."""

    def __init__(self, stream: Stream, offset: int) -> None:
        skipped(stream, offset)
        self._pieces = pieces(stream)
        self.data = b""
        self.at = 0
        self._before = offset

    @property
    def offset(self) -> int:
        """Where the window stands in the file."""
        return self._before + self.at

    @property
    def held(self) -> int:
        """Bytes that were read and not taken yet."""
        return len(self.data) - self.at

    def more(self, count: int = 1) -> bool:
        """Read on, so far that ``count`` more bytes are held; false when the file ends before."""
        parts = [self.data[self.at :]]
        while count > 0 and (piece := next(self._pieces, b"")):
            parts.append(piece)
            count -= len(piece)
        self._before += self.at
        self.data, self.at = b"".join(parts), 0
        return count <= 0

    def take(self, count: int) -> bytes | None:
        """The next bytes; None when there are fewer."""
        if self.held < count and not self.more(count - self.held):
            return None
        self.at += count
        return self.data[self.at - count : self.at]

    def varint(self) -> int | None:
        """The next plain varint; None at the end of the file. Raises BrokenError."""
        value = 0
        for place in range(_LONGEST_VARINT):
            byte = self.take(1)
            if byte is None:
                if place:
                    raise cut_off()
                return None
            value |= (byte[0] & 0x7F) << (7 * place)
            if byte[0] < 0x80:
                return value
        raise BrokenError("a length is no varint", "is the file of another kind?")


class Delimited:
    """Records that each stand behind their length, a plain varint, as Protobuf's ``writeDelimitedTo`` has it.

    With ``single``, a file that begins like a message of the Glue wire format is one such message: behind a length, no
    message begins with that byte, since it would say that the message is shorter than its header.
    """

    unit = "offset"

    def __init__(self, stream: Stream, most: int, single: Callable[[bytes], bool] | None = None) -> None:
        self._stream = stream
        self._most = most
        self._single = single
        self.alone = False

    def batches(self, start: Start, spill: Spill) -> Iterator[Batch]:
        """See ``Source``. ``alone`` says whether the file is one message, once reading has begun."""
        window = Window(self._stream, start.offset)
        window.more()
        self.alone = self._single is not None and not start.offset and self._single(window.data)
        if self.alone:
            yield self._one(window, spill)
        else:
            yield from _batches(window, self._records(window, spill))

    def _records(self, window: Window, spill: Spill) -> Iterator[Item]:
        while True:
            began = window.offset
            length = window.varint()
            if length is None:
                return
            if length > self._most:
                yield None
                _hand_on(window, length, spill)
                yield TooLarge(length), began
                continue
            record = window.take(length)
            if record is None:
                raise cut_off()
            yield record, began

    def _one(self, window: Window, spill: Spill) -> Batch:
        if not window.more(self._most + 1 - window.held):
            return Batch([window.data], [0], len(window.data), len(window.data))
        while window.held:
            spill(window.take(window.held) or b"")
            window.more()
        return Batch([TooLarge(window.offset)], [0], window.offset, window.offset)


def _hand_on(window: Window, length: int, spill: Spill) -> None:
    spill(varint(length))
    while length:
        piece = window.take(min(length, BATCH_BYTES))
        if piece is None:
            raise cut_off()
        spill(piece)
        length -= len(piece)


class Data:
    """Avro data of one schema, one after another, with nothing between them."""

    unit = "offset"

    def __init__(self, stream: Stream, most: int, schema: Schema) -> None:
        from schemaward.formats.avro.bounds import walker

        self._stream = stream
        self._most = most
        self._walk = walker(schema.parsed.root, exact=False)

    def batches(self, start: Start, _spill: Spill) -> Iterator[Batch]:
        """See ``Source``. After a datum that cannot be read nobody knows where the next one begins."""
        window = Window(self._stream, start.offset)
        yield from _batches(window, self._records(window))

    def _records(self, window: Window) -> Iterator[Item]:
        while window.at < len(window.data) or window.more():
            began = window.offset
            yield self._datum(window), began

    def _datum(self, window: Window) -> bytes:
        from schemaward.formats.avro.bounds import CutOffError, WrongBytesError

        while True:
            try:
                end = self._walk(window.data, window.at)
            except CutOffError:
                held = window.held
                if held > self._most:
                    raise BrokenError(f"a datum has more than {self._most:,} bytes", _WHICH) from None
                window.more(min(held, self._most + 1 - held))  # as much again, since the walk begins anew
                if window.held == held:
                    raise cut_off() from None
            except WrongBytesError as error:
                raise BrokenError(f"the datum at offset {window.offset:,} cannot be read: {error}", _WHICH) from None
            else:
                if end == window.at:
                    raise BrokenError("a datum of this schema has no bytes, so they cannot be told apart", _WHICH)
                record = window.data[window.at : end]
                window.at = end
                return record


_WHICH = "find out with which schema the file was written"


def _batches(window: Window, records: Iterator[Item]) -> Iterator[Batch]:
    """Records in batches; those before the place where the file breaks off come before the error."""
    gathered: list[tuple[bytes | TooLarge, int]] = []
    end, size = window.offset, 0
    while True:
        try:
            item = next(records, _END)
        except BrokenError:
            if gathered:
                yield _batch(gathered, end)
            raise
        if isinstance(item, tuple):
            gathered.append(item)
            end, size = window.offset, size + _COST + (len(item[0]) if isinstance(item[0], bytes) else 0)
        if gathered and (not isinstance(item, tuple) or size > BATCH_BYTES):
            yield _batch(gathered, end)
            gathered, size = [], 0
        if item is _END:
            return


def _batch(gathered: list[tuple[bytes | TooLarge, int]], end: int) -> Batch:
    return Batch([record for record, _ in gathered], [place for _, place in gathered], end, end)


def varint(value: int) -> bytes:
    """A number as a plain varint."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))


def cut_off() -> BrokenError:
    """The end of a file in the middle of a record."""
    return BrokenError("the file ends in the middle of a record", "get the whole file")
