"""A file's text, its value, and the place of every value in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from schemaward.model import JsonValue, Place


@dataclass(frozen=True, slots=True)
class Document:
    """One parsed file.

    ``path`` is repository-relative and POSIX; ``value`` the parsed content (for Protobuf: the text itself), in which
    a ``decimal.Decimal`` stands where no float is what was written; ``places`` maps RFC 6901 pointers to (line,
    column), counted from 1, and may find them only when it is asked.
    """

    path: str
    text: str
    value: JsonValue
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict, repr=False, compare=False)

    def place(self, pointer: str = "") -> Place:
        """The position of ``pointer``, or of its nearest ancestor that is in the file."""
        while pointer not in self.places and pointer:
            pointer = pointer.rpartition("/")[0]
        return Place(self.path, *self.places.get(pointer, (1, 1)))
