"""How the search for a value ends, and the budget that makes it end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Found:
    """A value that satisfies the goal."""

    value: Any


@dataclass(frozen=True, slots=True)
class Nothing:
    """No value satisfies the goal; proven."""


@dataclass(frozen=True, slots=True)
class Open:
    """Neither found nor refuted, and why."""

    reason: str


Outcome: TypeAlias = Found | Nothing | Open

NOTHING = Nothing()


class NotSupportedError(Exception):
    """A schema uses something that has no formula; the argument says what."""


class UndecidableError(Exception):
    """A step of the search needs something that cannot be decided; the argument says what."""


class BudgetExceededError(Exception):
    """The question needs more work than one question may take."""


class Budget:
    """A bound on work, counted in steps and not in seconds, so that every run ends alike."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def grant(self, steps: int) -> None:
        """Allow that much work from now on."""
        self._left = steps

    def spend(self, steps: int = 1) -> None:
        """Count work; raises BudgetExceededError when there has been too much of it."""
        self._left -= steps
        if self._left < 0:
            raise BudgetExceededError
