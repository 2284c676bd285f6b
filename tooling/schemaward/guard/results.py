"""What the guard says: a result, or one of a few errors with types of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from schemaward.errors import InputError, SchemawardError
from schemaward.formats.base import Refusal

Outcome: TypeAlias = Literal["passed", "refused", "unreadable", "undecided"]
"""``unreadable`` are bytes that are no record at all, or of a version that is not known; ``undecided`` is what only the
registry can tell when it does not answer."""

Count: TypeAlias = Callable[[str, Outcome], None]
"""Hears the name of the contract version and what became of one record."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of one check: why the record does not pass; nothing when it does."""

    refusals: tuple[Refusal, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the record passes."""
        return not self.refusals


PASSED = Checked()


class RecordError(SchemawardError):
    """A record that does not pass where it must. ``refusals`` say why, values of personal data left out."""

    exit_code: ClassVar[int] = 1

    def __init__(self, name: str, refusals: tuple[Refusal, ...]) -> None:
        first = refusals[0]
        more = f" (and {len(refusals) - 1} more)" if len(refusals) > 1 else ""
        where = f'at "{first.pointer}": ' if first.pointer else ""
        super().__init__(f"the record does not pass {name}: {where}{first.message}{more}", "correct it at its source")
        self.refusals = refusals


class UnknownVersionError(InputError):
    """A schema version id that is none of the contract's."""
