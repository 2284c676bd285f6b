"""The bytes of a file: inflated where it is compressed, and added up for a run that may have to go on later."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from contextlib import suppress
from typing import IO, cast

from schemaward.guard.inputs import BATCH_BYTES, Stream

_GZIP = b"\x1f\x8b"


def uncompressed(stream: Stream) -> Stream:
    """The file itself, or what is in it when it is compressed with gzip, which its first bytes tell.

    Why a file cannot be read is told when it is read on.
    """
    head = b""
    with suppress(OSError):
        while len(head) < len(_GZIP) and (piece := stream.read(len(_GZIP) - len(head))):
            head += piece
    whole = _Reread(head, stream)
    return _Inflated(whole) if head == _GZIP else whole


class _Reread:
    """A file of which the first bytes were read before: a pipe cannot go back."""

    def __init__(self, head: bytes, rest: Stream) -> None:
        self._head = head
        self._rest = rest

    def read(self, size: int, /) -> bytes:
        """See ``Stream``."""
        head, self._head = self._head[:size], self._head[size:]
        return head + self._rest.read(size - len(head))


class _Inflated:
    """What is in a file compressed with gzip. All that can be inflated comes before the error that ends it."""

    def __init__(self, stream: Stream) -> None:
        self._gzip = gzip.GzipFile(fileobj=cast(IO[bytes], stream))
        self._error: Exception | None = None

    def read(self, size: int, /) -> bytes:
        """See ``Stream``."""
        parts: list[bytes] = []
        while size and self._error is None:
            try:
                part = self._gzip.read1(size)
            except (OSError, EOFError, zlib.error) as error:
                self._error = error
                break
            if not part:
                break
            parts.append(part)
            size -= len(part)
        if self._error is not None and not parts:
            raise self._error
        return b"".join(parts)


class Traced:
    """A file with a checksum of all that lies before an offset, so that another run can tell that it reads the same.

    An offset that is asked for is none before an earlier one, and lies less than ``room`` bytes back.
    """

    def __init__(self, stream: Stream, room: int) -> None:
        self._stream = stream
        self._room = room + 4 * BATCH_BYTES
        self._sum = hashlib.sha256()
        self._summed = 0
        self._ahead = bytearray()

    def read(self, size: int, /) -> bytes:
        """See ``Stream``."""
        piece = self._stream.read(size)
        self._ahead += piece
        if len(self._ahead) > self._room:  # inside a record that is too large to be held
            self._add(len(self._ahead) - self._room)
        return piece

    def sum_to(self, offset: int) -> str:
        """The checksum of the bytes before ``offset``."""
        self._add(offset - self._summed)
        return self._sum.hexdigest()

    def _add(self, count: int) -> None:
        self._sum.update(self._ahead[:count])
        del self._ahead[:count]
        self._summed += count
