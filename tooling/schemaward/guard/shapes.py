"""How records are written to a file of their kind, each as it stood."""

from __future__ import annotations

from typing import Any, Protocol

from schemaward.guard.binary_inputs import varint
from schemaward.guard.text_inputs import Row


class Shape(Protocol):
    """How records are written to a file of their kind."""

    def head(self) -> bytes:
        """What stands before the first record."""

    def batch(self, records: list[Any]) -> bytes:
        """The records of one batch."""


class LineShape:
    """Lines as they were."""

    def head(self) -> bytes:
        """See ``Shape``."""
        return b""

    def batch(self, records: list[Any]) -> bytes:
        """See ``Shape``."""
        return b"".join(record + b"\n" for record in records)


class RowShape:
    """Rows as they were, below the head of their file."""

    def __init__(self, head: bytes) -> None:
        self._head = head

    def head(self) -> bytes:
        """See ``Shape``."""
        return _ended(self._head)

    def batch(self, records: list[Row]) -> bytes:
        """See ``Shape``."""
        return b"".join(_ended(row.raw) for row in records)


class DelimitedShape:
    """Records behind their lengths."""

    def head(self) -> bytes:
        """See ``Shape``."""
        return b""

    def batch(self, records: list[Any]) -> bytes:
        """See ``Shape``."""
        return b"".join(varint(len(record)) + record for record in records)


class BareShape:
    """Records one after another, with nothing between them."""

    def head(self) -> bytes:
        """See ``Shape``."""
        return b""

    def batch(self, records: list[Any]) -> bytes:
        """See ``Shape``."""
        return b"".join(records)


class BlockShape:
    """Blocks of an Avro container file with the head and the mark of the input."""

    def __init__(self, head: bytes, sync: bytes) -> None:
        self._head = head
        self._sync = sync

    def head(self) -> bytes:
        """See ``Shape``."""
        return self._head

    def batch(self, records: list[Any]) -> bytes:
        """See ``Shape``."""
        return block(records, self._sync) if records else b""


def block(records: list[bytes], sync: bytes) -> bytes:
    """A block of an Avro container file that is not compressed, with the mark of the file behind it."""
    data = b"".join(records)
    return varint(2 * len(records)) + varint(2 * len(data)) + data + sync


def _ended(line: bytes) -> bytes:
    return line if not line or line.endswith(b"\n") else line + b"\n"
