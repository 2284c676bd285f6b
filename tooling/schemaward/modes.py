"""The eight compatibility modes, as lists of (writer, reader) pairs.

Source: AWS Glue Developer Guide, "Schema Versioning and Compatibility".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from schemaward.model import Mode

Direction: TypeAlias = Literal["backward", "forward"]


@dataclass(frozen=True, slots=True)
class Pair:
    """One question: can version ``reader`` read everything that version ``writer`` writes?

    ``direction`` is "backward" when the newer version reads, "forward" when it writes.
    """

    writer: int
    reader: int
    direction: Direction


_DIRECTIONS: dict[Mode, tuple[Direction, ...]] = {
    Mode.NONE: (),
    Mode.DISABLED: (),
    Mode.BACKWARD: ("backward",),
    Mode.BACKWARD_ALL: ("backward",),
    Mode.FORWARD: ("forward",),
    Mode.FORWARD_ALL: ("forward",),
    Mode.FULL: ("backward", "forward"),
    Mode.FULL_ALL: ("backward", "forward"),
}
TRANSITIVE = frozenset({Mode.BACKWARD_ALL, Mode.FORWARD_ALL, Mode.FULL_ALL})


def pairs(mode: Mode, earlier: Sequence[int], candidate: int) -> tuple[Pair, ...]:
    """The questions that ``mode`` asks of version ``candidate``, given the ``earlier`` versions in ascending order.

    >>> pairs(Mode.FULL, [1, 2], 3)
    (Pair(writer=2, reader=3, direction='backward'), Pair(writer=3, reader=2, direction='forward'))
    """
    against = earlier if mode in TRANSITIVE else earlier[-1:]
    return tuple(
        Pair(old, candidate, "backward") if direction == "backward" else Pair(candidate, old, "forward")
        for old in against
        for direction in _DIRECTIONS[mode]
    )


def weakened(old: Mode, new: Mode) -> bool:
    """True when ``new`` no longer asks everything that ``old`` asked (DISABLED asks the most, NONE the least)."""
    return not _demands(old) <= _demands(new)


def _demands(mode: Mode) -> frozenset[tuple[str, bool]]:
    """The promises of a mode, as (direction, transitive); DISABLED makes all of them and one of its own."""
    if mode is Mode.DISABLED:
        return _demands(Mode.FULL_ALL) | {("frozen", True)}
    reach = (False, True) if mode in TRANSITIVE else (False,)
    return frozenset((direction, transitive) for direction in _DIRECTIONS[mode] for transitive in reach)
