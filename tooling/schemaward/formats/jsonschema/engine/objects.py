"""Objects: which properties must there be, which may there be, and is there a value for each?

Every assertion about properties has one form: "if the name satisfies N, the value satisfies V". Denied, it asks for a
property with such a name whose value does not. Names are strings, so they are found by the same search.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from schemaward.formats.jsonschema.engine.formulas import FALSE, TRUE, Kind, Literal, Op
from schemaward.formats.jsonschema.engine.outcomes import NOTHING, Found, Open, Outcome, UndecidableError
from schemaward.formats.jsonschema.engine.variety import counted, different

if TYPE_CHECKING:
    from schemaward.formats.jsonschema.engine.search import Search

_MOST_ADDED = 100_000
_USUAL_NAME = "other"
"""A name that says what it is, where any would do."""


@dataclass(slots=True)
class ObjectGoal:
    """The plain assertions about one object, sorted by what they say."""

    required: set[str] = field(default_factory=set)
    named: dict[str, set[Literal]] = field(default_factory=dict)
    """Literals that the value of a property must satisfy, if there is a property of that name."""
    matching: list[tuple[Literal, Literal]] = field(default_factory=list)
    """The same for names that satisfy a literal."""
    wanted: list[tuple[Literal, Literal]] = field(default_factory=list)
    """There must be a property with such a name and such a value."""
    least: int = 0
    most: int | None = None


def solve_object(search: Search, units: Iterable[Literal]) -> Outcome:
    """An object that satisfies all ``units`` (literals of kind OBJECT, no positive ENUM)."""
    goal = _goal(search, sorted(units))
    if goal.most is not None and max(goal.least, len(goal.required)) > goal.most:
        return NOTHING
    return _Filling(search, goal).solve()


def _goal(search: Search, units: list[Literal]) -> ObjectGoal:
    goal = ObjectGoal()
    for unit in units:
        node = search.universe.node(unit)
        match node.op:
            case Op.REQUIRED if unit > 0:
                goal.required.add(node.args[0])
            case Op.REQUIRED:
                goal.named.setdefault(node.args[0], set()).add(FALSE)
            case Op.PROPERTIES:
                _add_properties(search, goal, node.args[0], node.args[1], unit > 0)
            case Op.MIN_PROPERTIES | Op.MAX_PROPERTIES if (node.op is Op.MIN_PROPERTIES) == (unit > 0):
                goal.least = max(goal.least, node.args[0] + (unit < 0))
            case Op.MIN_PROPERTIES | Op.MAX_PROPERTIES:
                most = node.args[0] - (unit < 0)
                goal.most = most if goal.most is None else min(goal.most, most)
            case _:
                pass  # a denied ENUM: the search itself sees to it
    return goal


def _add_properties(search: Search, goal: ObjectGoal, name: Literal, value: Literal, positive: bool) -> None:
    name = search.reduce(name, Kind.STRING)
    node = search.universe.node(name)
    names = sorted(key[1] for key in node.args[0]) if name > 0 and node.op is Op.ENUM else None
    if positive and names is not None:
        for each in names:
            goal.named.setdefault(each, set()).add(value)
    elif positive:
        goal.matching.append((name, value))
    elif names is not None and len(names) == 1:
        goal.required.add(names[0])
        goal.named.setdefault(names[0], set()).add(-value)
    else:
        goal.wanted.append((name, -value))


class _Filling:
    """One attempt to find the properties; ``doubt`` remembers what kept it from excluding something."""

    def __init__(self, search: Search, goal: ObjectGoal) -> None:
        self.search = search
        self.goal = goal
        self.doubt: Open | None = None
        named_in_wishes = {
            key[1] for name, _ in (*goal.wanted, *goal.matching) for key in self._enumerated(name) if key[0] == "string"
        }
        self.known = sorted({*goal.required, *goal.named, *named_in_wishes})
        self._values: dict[str, set[Literal]] = {}

    def _enumerated(self, literal: Literal) -> Iterable[tuple[str, Any]]:
        node = self.search.universe.node(literal)
        if node.op is Op.ENUM:
            return node.args[0]  # type: ignore[no-any-return]  # arguments of ENUM are value keys
        if node.op is Op.ALL:
            return [key for member in node.args[0] for key in self._enumerated(member)]
        return ()

    def solve(self) -> Outcome:
        """The object, from what is certain to what is free."""
        chosen: dict[str, frozenset[Literal]] = {}
        for name in sorted(self.goal.required, key=lambda n: (-len(self.goal.named.get(n, ())), n)):
            if not self._possible(name, frozenset()):
                return self.doubt or NOTHING
            chosen[name] = frozenset()
        filled = self._grant(0, chosen)
        if filled is not None:
            return Found(filled)
        return self.doubt or NOTHING

    # -- one property

    def value_goal(self, name: str) -> set[Literal]:
        """What the value of a property of that name must satisfy; FALSE among it when the name is forbidden."""
        found = self._values.get(name)
        if found is None:
            holds = self.search.evaluator.name_holds
            found = set(self.goal.named.get(name, ()))
            found.update(value for pattern, value in self.goal.matching if holds(pattern, name))
            self._values[name] = found
        return found

    def _outcome(self, literals: Iterable[Literal]) -> Outcome:
        outcome = self.search.solve(literals)
        if isinstance(outcome, Open):
            self.doubt = self.doubt or outcome
        return outcome

    def _possible(self, name: str, more: frozenset[Literal]) -> bool:
        return isinstance(self._outcome(self.value_goal(name) | more), Found)

    # -- properties that must be somewhere

    def _grant(self, at: int, chosen: dict[str, frozenset[Literal]]) -> dict[str, Any] | None:
        """Find a place for every wanted property, from ``at`` on, then complete the object."""
        if self.goal.most is not None and len(chosen) > self.goal.most:
            return None
        if at == len(self.goal.wanted):
            return self._complete(chosen)
        self.search.budget.spend()
        pattern, value = self.goal.wanted[at]
        for name in self._places(chosen, pattern):
            more = chosen.get(name, frozenset()) | {value}
            if self._possible(name, more):
                filled = self._grant(at + 1, {**chosen, name: more})
                if filled is not None:
                    return filled
        for names, goal in self._fresh(
            {pattern}, frozenset({value}), chosen, [later for later, _ in self.goal.wanted[at + 1 :]]
        ):
            for name in self._names(names, 1):
                filled = self._grant(at + 1, {**chosen, name: goal})
                if filled is not None:
                    return filled
        return None

    def _places(self, chosen: dict[str, frozenset[Literal]], pattern: Literal) -> list[str]:
        """Known names that satisfy the pattern, those that the object has already first."""
        holds = self.search.evaluator.name_holds
        names = [*sorted(chosen), *(name for name in self.known if name not in chosen)]
        return [name for name in names if holds(pattern, name)]

    def _fresh(
        self, names: set[Literal], values: frozenset[Literal], used: Iterable[str], later: Iterable[Literal] = ()
    ) -> Iterator[tuple[frozenset[Literal], frozenset[Literal]]]:
        """What new names satisfy, for each combination of patterns that one can match, and what their values must.

        The patterns of ``later`` wishes count, because one property may have to grant several.
        """
        universe = self.search.universe
        taken = universe.enum(sorted({*self.known, *used}))
        splits = [*self.goal.matching, *((pattern, TRUE) for pattern in dict.fromkeys(later) if pattern not in names)]
        yield from self._cells(splits, 0, frozenset({universe.kind(Kind.STRING), -taken, *names}), values)

    def _cells(
        self, splits: list[tuple[Literal, Literal]], at: int, names: frozenset[Literal], values: frozenset[Literal]
    ) -> Iterator[tuple[frozenset[Literal], frozenset[Literal]]]:
        if not isinstance(self._outcome(names), Found):
            return
        if at == len(splits):
            if isinstance(self._outcome(values), Found):
                yield names, values
            return
        self.search.budget.spend()
        pattern, value = splits[at]
        yield from self._cells(splits, at + 1, names | {-pattern}, values)
        if value != FALSE and -value not in values:
            yield from self._cells(splits, at + 1, names | {pattern}, values | {value})

    def _names(self, goal: frozenset[Literal], number: int) -> list[str]:
        """So many names that satisfy a goal, fewer only if there are no more."""
        first = chain([_USUAL_NAME], counted(""))
        return [name for _, name in different(self.search, self._outcome, goal, number, first)]

    # -- the number of properties, and the values

    def _complete(self, chosen: dict[str, frozenset[Literal]]) -> dict[str, Any] | None:
        """Add free properties up to the least number, and give every property its value."""
        if self.goal.least - len(chosen) > _MOST_ADDED:
            raise UndecidableError(f"an object with {self.goal.least} properties would be needed")
        added = dict(chosen)
        for name in self.known:
            if len(added) >= self.goal.least:
                break
            if name not in added and self._possible(name, frozenset()):
                added[name] = frozenset()
        filled: dict[str, Any] = {}
        for name in added:
            outcome = self._outcome(self.value_goal(name) | added[name])
            if not isinstance(outcome, Found):
                return None
            filled[name] = outcome.value
        self._add_fresh(filled)
        return dict(sorted(filled.items())) if len(filled) >= self.goal.least else None

    def _add_fresh(self, filled: dict[str, Any]) -> None:
        """Add properties of new names up to the least number, if there are so many; those of like names share a value."""
        if len(filled) >= self.goal.least:
            return
        for names, values in self._fresh(set(), frozenset(), filled):
            outcome = self._outcome(values)
            if isinstance(outcome, Found):
                filled.update(dict.fromkeys(self._names(names, self.goal.least - len(filled)), outcome.value))
            if len(filled) >= self.goal.least:
                return
