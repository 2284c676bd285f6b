"""Arrays: how many items are needed, what each must be, and can they differ where they have to?

Items beyond every position that the schemas name are alike, so that an array never has to be longer than those
positions plus one item for each thing that must be somewhere: with more items, one of them could be left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from schemaward.formats.jsonschema.engine.formulas import Kind, Literal, Op, ValueKey
from schemaward.formats.jsonschema.engine.outcomes import NOTHING, Found, Open, Outcome, UndecidableError
from schemaward.formats.jsonschema.engine.variety import different

if TYPE_CHECKING:
    from schemaward.formats.jsonschema.engine.search import Search

Items: TypeAlias = "tuple[frozenset[Literal], ...]"

_SPELT = Kind.INTEGER | Kind.INTEGRAL | Kind.ARRAY | Kind.OBJECT
"""Kinds of values of which two may be equal, though a number in them is spelt 1 in one and 1.0 in the other."""
_LONGEST = 1 << 20
_LONGEST_DISTINCT = 1 << 10


@dataclass(slots=True)
class ArrayGoal:
    """The plain assertions about one array, sorted by what they say."""

    ranges: list[tuple[int, int | None, Literal]] = field(default_factory=list)
    wanted: list[tuple[int, int | None, Literal]] = field(default_factory=list)
    """There must be an item in that range that satisfies the literal."""
    at_least: list[tuple[Literal, int]] = field(default_factory=list)
    at_most: list[tuple[Literal, int]] = field(default_factory=list)
    least: int = 0
    most: int | None = None
    distinct: bool = False
    repeated: bool = False

    @property
    def boundary(self) -> int:
        """The first position from which on all items are alike."""
        ends = [end for start, stop, _ in (*self.ranges, *self.wanted) for end in (start, stop) if end is not None]
        return max(ends, default=0)


def solve_array(search: Search, units: Iterable[Literal]) -> Outcome:
    """An array that satisfies all ``units`` (literals of kind ARRAY, no positive ENUM)."""
    goal = _goal(search, sorted(units))
    if goal.distinct and goal.repeated:
        return NOTHING
    for start, _, _ in goal.wanted:
        goal.least = max(goal.least, start + 1)
    goal.least = max([goal.least, *(count for _, count in goal.at_least)])
    needed = max(goal.least, goal.boundary) + len(goal.wanted) + sum(n for _, n in goal.at_least) + 2 * goal.repeated
    longest = needed if goal.most is None else min(goal.most, needed)
    filling = _Filling(search, goal)
    if not filling.placeable():
        return filling.doubt or NOTHING
    for length in range(goal.least, longest + 1):
        if length > _LONGEST:
            raise UndecidableError(f"an array of {length} items would be needed")
        base = filling.base(length)
        if base is None:
            break
        items = filling.grant(base)
        if items is not None:
            return Found(items)
    return filling.doubt or NOTHING


def _goal(search: Search, units: list[Literal]) -> ArrayGoal:
    goal = ArrayGoal()
    for unit in units:
        node = search.universe.node(unit)
        match node.op:
            case Op.ITEMS:
                start, stop, item = node.args
                (goal.ranges if unit > 0 else goal.wanted).append((start, stop, item if unit > 0 else -item))
            case Op.AT_LEAST if unit > 0:
                goal.at_least.append(node.args)
            case Op.AT_LEAST:
                goal.at_most.append((node.args[0], node.args[1] - 1))
            case Op.UNIQUE:
                goal.distinct, goal.repeated = goal.distinct or unit > 0, goal.repeated or unit < 0
            case Op.MIN_ITEMS | Op.MAX_ITEMS if (node.op is Op.MIN_ITEMS) == (unit > 0):
                goal.least = max(goal.least, node.args[0] + (unit < 0))
            case Op.MIN_ITEMS | Op.MAX_ITEMS:
                most = node.args[0] - (unit < 0)
                goal.most = most if goal.most is None else min(goal.most, most)
            case _:
                pass  # a denied ENUM: the search itself sees to it
    return goal


class _Filling:
    """Attempts to fill arrays of one goal; ``doubt`` remembers what kept one from being excluded."""

    def __init__(self, search: Search, goal: ArrayGoal) -> None:
        self.search = search
        self.goal = goal
        self.boundary = goal.boundary
        self.doubt: Open | None = None

    def _outcome(self, literals: frozenset[Literal]) -> Outcome:
        outcome = self.search.solve(literals)
        if isinstance(outcome, Open):
            self.doubt = self.doubt or outcome
        return outcome

    def _possible(self, literals: frozenset[Literal]) -> bool:
        return isinstance(self._outcome(literals), Found)

    def placeable(self) -> bool:
        """False when something that must be in the array fits at no position, however long the array is."""
        tasks = [*self.goal.wanted, *((0, None, literal) for literal, _ in self.goal.at_least)]
        for start, stop, literal in tasks:
            last = self.boundary + 1 if stop is None else stop
            goals = dict.fromkeys(self._at(position) | {literal} for position in range(start, max(last, start + 1)))
            if not any(self._possible(goal) for goal in goals):
                return False
        return True

    def base(self, length: int) -> Items | None:
        """What each of ``length`` items must satisfy; None when one of them, and so any longer array, is impossible."""
        head = [self._at(position) for position in range(min(length, self.boundary))]
        tail = self._at(self.boundary)
        if any(not self._possible(item) for item in dict.fromkeys(head)):
            return None
        if length > self.boundary and not self._possible(tail):
            return None
        return (*head, *(tail for _ in range(length - self.boundary)))

    def _at(self, position: int) -> frozenset[Literal]:
        return frozenset(
            literal
            for start, stop, literal in self.goal.ranges
            if start <= position and (stop is None or position < stop)
        )

    # -- items that must be somewhere

    def grant(self, base: Items) -> list[Any] | None:
        """Find a place for everything that must be in the array, then its values."""
        tasks = [(start, stop, literal, False) for start, stop, literal in self.goal.wanted]
        for literal, count in self.goal.at_least:
            tasks += [(0, None, literal, again > 0) for again in range(count)]
        return self._place(tasks, 0, base, -1)

    def _place(
        self, tasks: list[tuple[int, int | None, Literal, bool]], at: int, items: Items, last: int
    ) -> list[Any] | None:
        if at == len(tasks):
            return self._repeat(items)
        start, stop, literal, again = tasks[at]
        for position in self._positions(items, max(start, last + 1) if again else start, stop):
            self.search.budget.spend(1 + len(items) // 64)
            goal = items[position] | {literal}
            if self._possible(goal):
                found = self._place(tasks, at + 1, _with(items, position, goal), position)
                if found is not None:
                    return found
        return None

    def _positions(self, items: Items, start: int, stop: int | None) -> Iterator[int]:
        """The positions in a range; of those beyond the boundary that nobody has used, only the first."""
        tail = self._at(self.boundary)
        unused = False
        for position in range(start, len(items) if stop is None else min(stop, len(items))):
            if position >= self.boundary and items[position] == tail:
                if unused:
                    continue
                unused = True
            yield position

    def _repeat(self, items: Items) -> list[Any] | None:
        """If the items must not all differ, make two of them equal."""
        if not self.goal.repeated:
            return self._limit(items, None, 0, 0, 0)
        for second in range(len(items)):
            for first in range(second):
                goal = items[first] | items[second]
                self.search.budget.spend()
                if self._possible(goal):
                    twins = _with(_with(items, first, goal), second, goal)
                    found = self._limit(twins, (first, second), 0, 0, 0)
                    if found is not None:
                        return found
                self._doubt_spelling(items[first], items[second])
        return None

    def _doubt_spelling(self, first: frozenset[Literal], second: frozenset[Literal]) -> None:
        """Two items may be equal and yet not alike, such as 1 and 1.0 where a draft tells them apart."""
        universe, outlines = self.search.universe, self.search.outlines
        if universe.spelling_matters and all(outlines.kinds(universe.all(g)) & _SPELT for g in (first, second)):
            self.doubt = self.doubt or Open("equal items may be spelt differently in Draft-04")

    # -- items of which there must not be too many

    def _limit(
        self, items: Items, twins: tuple[int, int] | None, which: int, position: int, count: int
    ) -> list[Any] | None:
        """Let all but so many items miss a literal, for each literal that is limited; twins stay equal."""
        while which < len(self.goal.at_most):
            literal, most = self.goal.at_most[which]
            if position == len(items):
                which, position, count = which + 1, 0, 0
                continue
            alike = [position]
            if twins is not None and position in twins:
                if position == twins[1]:
                    position += 1
                    continue
                alike = list(twins)
            self.search.budget.spend(1 + len(items) // 64)
            missing = items[position] | {-literal}
            if self._possible(missing):
                fewer = items
                for each in alike:
                    fewer = _with(fewer, each, missing)
                found = self._limit(fewer, twins, which, position + 1, count)
                if found is not None:
                    return found
            count += len(alike)
            if count > most:
                return None
            position += 1
        return self._values(items)

    # -- values

    def _values(self, items: Items) -> list[Any] | None:
        if self.goal.distinct:
            return self._distinct(items)
        outcomes = {goal: self._outcome(goal) for goal in dict.fromkeys(items)}
        values = []
        for goal in items:
            outcome = outcomes[goal]
            if not isinstance(outcome, Found):
                return None
            values.append(outcome.value)
        return values

    def _distinct(self, items: Items) -> list[Any] | None:
        """Values that differ from each other: a matching of positions and values (Kuhn's algorithm).

        As many different values as there are items are enough to try for any position.
        """
        if len(items) > _LONGEST_DISTINCT:
            raise UndecidableError(f"an array of {len(items)} different items would be needed")
        domains = {goal: different(self.search, self._outcome, goal, len(items)) for goal in dict.fromkeys(items)}
        untouched = {goal: iter(domain) for goal, domain in domains.items()}
        owner: dict[ValueKey, int] = {}

        def settle(position: int, tried: set[ValueKey]) -> bool:
            free = next((key for key in untouched[items[position]] if key not in owner), None)
            if free is not None:
                owner[free] = position
                return True
            for key in domains[items[position]]:
                if key not in tried:
                    tried.add(key)
                    self.search.budget.spend()
                    if settle(owner[key], tried):
                        owner[key] = position
                        return True
            return False

        if not all(settle(position, set()) for position in range(len(items))):
            return None
        keys = {position: key for key, position in owner.items()}
        return [domains[goal][keys[position]] for position, goal in enumerate(items)]


def _with(items: Items, position: int, goal: frozenset[Literal]) -> Items:
    return (*items[:position], goal, *items[position + 1 :])
