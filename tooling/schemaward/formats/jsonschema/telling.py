"""Which of the reasons that ``jsonschema-rs`` gives for a refusal tells most: the branch of a union that was meant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

_VALUES = frozenset({"const", "enum"})
_KINDS = frozenset({"type", "falseSchema"})
_MOST = 240
"""Characters of a reason; what was refused is quoted in it."""


class Reason(NamedTuple):
    """One error; ``branch`` is the innermost branch of a union that it is in (``oneOf/0``), empty outside of one."""

    error: Any
    branch: str = ""

    @property
    def words(self) -> str:
        """What the error says, in a sentence."""
        told = (
            "the schema is false, which no value passes" if _name(self.error) == "falseSchema" else self.error.message
        )
        return f"{abridged(told)}, in {self.branch}" if self.branch else abridged(told)


def abridged(words: str) -> str:
    """``words`` without most of what they quote, when that is long: how they begin, and how they end."""
    return words if len(words) <= _MOST else f"{words[: _MOST // 2]} ... {words[-_MOST // 4 :]}"


def most_telling(errors: Iterable[Any]) -> Reason | None:
    """The reason that tells most of all ``errors`` of one document: the one that is nearest to its root."""
    return min(_reasons(errors), key=lambda each: len(each.error.instance_path), default=None)


def _reasons(errors: Iterable[Any]) -> list[Reason]:
    """The errors, those of a union replaced by what is wrong with the branch that was meant."""
    found: list[Reason] = []
    for error in errors:
        branches = getattr(error.kind, "context", None) or ()
        found += _of_meant([_reasons(branch) for branch in branches], _name(error)) or [Reason(error)]
    return found


def _of_meant(branches: list[list[Reason]], union: str) -> list[Reason]:
    """What is wrong with the one branch that is nearest to the value, if it is clear which.

    Where a value is of another type than a branch wants it is far away, and where it is another constant less so. When
    all branches refuse the same place for that, none of them was meant.
    """
    distances = [_distance(branch) for branch in branches]
    nearest = min(distances, default=())
    if distances.count(nearest) != 1:
        return []
    if len(branches) > 1 and set.intersection(*(_strange(branch) for branch in branches)):
        return []
    meant = distances.index(nearest)
    return [each if each.branch else each._replace(branch=f"{union}/{meant}") for each in branches[meant]]


def _distance(branch: list[Reason]) -> tuple[int, ...]:
    names = [_name(reason.error) for reason in branch]
    return sum(name in _KINDS for name in names), sum(name in _VALUES for name in names), len(names)


def _strange(branch: list[Reason]) -> set[tuple[Any, ...]]:
    """The places that a branch refuses as a whole, and whether for their type or for their value."""
    names = [(_name(reason.error), reason.error.instance_path) for reason in branch]
    return {(name in _KINDS, *path) for name, path in names if name in _KINDS | _VALUES}


def _name(error: Any) -> str:
    return str(error.kind.name)
