"""What a planner answers: actions, what is blocked, and what is to be known. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from schemaward.registry.actions import SchemaAction


@dataclass(frozen=True, slots=True)
class Blocked:
    """Something that Git asks for and the sync will not or cannot do. ``contract`` is empty for the registry."""

    contract: str
    kind: str
    fact: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know that the sync leaves alone."""

    contract: str
    kind: str
    fact: str

    @property
    def differs(self) -> bool:
        """True when the registry holds something in a contract of ours that Git does not, and that could go."""
        return self.kind in ("failed-leftover", "unknown-version")

    @property
    def used(self) -> bool:
        """True when readers can use what Git does not hold, so that every run has to look at it."""
        return self.kind == "unknown-version"


@dataclass(frozen=True, slots=True)
class Steps:
    """The part of a plan that concerns one contract."""

    actions: tuple[SchemaAction, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    notes: tuple[Note, ...] = ()
