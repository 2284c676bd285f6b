"""The bytes of a file: inflated where it is compressed, and added up for a run that may have to go on later."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from contextlib import suppress
from typing import IO, cast

from schemaward.guard.inputs import BATCH_BYTES, Stream

_GZIP = b"\x1f\x8b"
_PROBE = 1 << 16
"""Bytes that show whether a file is compressed, where its first two do not."""


def uncompressed(stream: Stream, certain: bool = True) -> Stream:
    """The file itself, or what is in it when it is compressed with gzip, which its first bytes tell.

    Unless it is ``certain`` that no record begins with the same two bytes, the file must also go on as such a file does.
    Why a file cannot be read is told when it is read on.
    """
    head = _up_to(len(_GZIP), stream)
    if head == _GZIP and not certain:
        head += _up_to(_PROBE, stream)
        certain = _inflates(head)
    whole = _Reread(head, stream)
    return _Inflated(whole) if head.startswith(_GZIP) and certain else whole


def _up_to(count: int, stream: Stream) -> bytes:
    """The next bytes; fewer where the file ends or cannot be read on."""
    head = b""
    with suppress(OSError):
        while len(head) < count and (piece := stream.read(count - len(head))):
            head += piece
    return head


def _inflates(head: bytes) -> bool:
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        return bool(inflater.decompress(head, _PROBE)) or inflater.eof
    except zlib.error:
        return False


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
