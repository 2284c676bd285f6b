"""Numbers: the roundest one within these bounds and multiples, outside those."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor, gcd, lcm
from typing import Any

from schemaward.formats.jsonschema.engine.formulas import Kind, Kinds, Literal, Op, Universe, exact
from schemaward.formats.jsonschema.engine.outcomes import NOTHING, Budget, Found, Open, Outcome

_TRIES = 20_000
_TRIES_FOR_PLAIN = 100
"""Further numbers to look at for one on which validators that divide floats agree: 0.3 is 3 times 0.1 to the exact only."""
_DIGITS = 60
_FINEST = 10**500
FLOATS_APART = 2**53
"""From here on floats are more than one apart: a bound that is read as a float may lie on either side of the one written."""


@dataclass(slots=True)
class NumberGoal:
    """An interval, a step that the number must be a multiple of, and what it must not be."""

    low: tuple[Fraction, bool] | None = None
    high: tuple[Fraction, bool] | None = None
    step: Fraction | None = None
    steps: list[Fraction] = field(default_factory=list)
    """What ``step`` is the least common multiple of."""
    no_steps: list[Fraction] = field(default_factory=list)
    excluded: set[Fraction] = field(default_factory=set)

    def raise_low(self, bound: Fraction, exclusive: bool) -> None:
        """Take a lower bound into account."""
        if self.low is None or (bound, exclusive) > self.low:
            self.low = (bound, exclusive)

    def lower_high(self, bound: Fraction, exclusive: bool) -> None:
        """Take an upper bound into account."""
        if self.high is None or (-bound, exclusive) > (-self.high[0], self.high[1]):
            self.high = (bound, exclusive)

    def within(self, number: Fraction) -> bool:
        """True when the number lies in the interval."""
        low, high = self.low, self.high
        return (low is None or number > low[0] or (number == low[0] and not low[1])) and (
            high is None or number < high[0] or (number == high[0] and not high[1])
        )

    def undisputed(self) -> NumberGoal:
        """The goal with bounds that hold also where a large bound is read as a float, which is not quite the decimal."""
        low, high = self.low, self.high
        if low is not None:
            low = (max(low[0], _as_float(low[0])), low[1])
        if high is not None:
            high = (min(high[0], _as_float(high[0])), high[1])
        return replace(self, low=low, high=high)

    def fits(self, number: Fraction) -> bool:
        """True when nothing excludes the number."""
        return number not in self.excluded and not any((number / step).denominator == 1 for step in self.no_steps)

    def plain(self, number: Fraction) -> bool:
        """True when a validator that divides floats says the same of all the steps."""
        return all(_divides(step, number) for step in self.steps) and not any(
            _divides(step, number) for step in self.no_steps
        )


def solve_number(universe: Universe, budget: Budget, kind: Kinds, units: Iterable[Literal]) -> Outcome:
    """A number of ``kind`` that satisfies all ``units`` (no positive ENUM)."""
    goal = _goal(universe, units)
    if kind == Kind.FRACTION:
        goal.no_steps.append(Fraction(1))
    else:
        goal.step = Fraction(1) if goal.step is None else _common(goal.step, Fraction(1))
    if goal.step is not None and any((goal.step / step).denominator == 1 for step in goal.no_steps):
        return NOTHING
    narrower = goal.undisputed()
    found = _solve(narrower, budget)
    if narrower != goal and not isinstance(found, Found):
        found = _solve(goal, budget)
    return Found(spell(found.value, kind)) if isinstance(found, Found) else found


def _solve(goal: NumberGoal, budget: Budget) -> Outcome:
    return _stepped(goal, budget) if goal.step is not None else _dense(goal, budget)


def _goal(universe: Universe, units: Iterable[Literal]) -> NumberGoal:
    goal = NumberGoal()
    for unit in units:
        node = universe.node(unit)
        if node.op is Op.ENUM:
            goal.excluded |= {key[1] for key in node.args[0]}
        elif node.op is Op.MULTIPLE:
            if unit < 0:
                goal.no_steps.append(node.args[0])
            else:
                goal.steps.append(node.args[0])
                goal.step = node.args[0] if goal.step is None else _common(goal.step, node.args[0])
        elif (node.op is Op.MINIMUM) == (unit > 0):
            goal.raise_low(node.args[0], node.args[1] == (unit > 0))
        else:
            goal.lower_high(node.args[0], node.args[1] == (unit > 0))
    return goal


def _as_float(number: Fraction) -> Fraction:
    """The float next to a number whose neighbours, as floats, are more than one apart; else the number itself."""
    if abs(number) < FLOATS_APART:
        return number
    try:
        return Fraction(float(number))
    except OverflowError:
        return number


def _common(a: Fraction, b: Fraction) -> Fraction:
    """The least common multiple of two fractions in lowest terms."""
    return Fraction(lcm(a.numerator, b.numerator), gcd(a.denominator, b.denominator))


def _stepped(goal: NumberGoal, budget: Budget) -> Outcome:
    """Multiples of the step, from the one nearest to zero outwards."""
    step = goal.step or Fraction(1)
    first = None if goal.low is None else ceil(goal.low[0] / step)
    last = None if goal.high is None else floor(goal.high[0] / step)
    if first is not None and not goal.within(first * step):
        first += 1
    if last is not None and not goal.within(last * step):
        last -= 1
    if first is not None and last is not None and first > last:
        return NOTHING
    tries = _TRIES + len(goal.excluded)
    fallback: Outcome = NOTHING
    for count, factor in enumerate(_outwards(first, last)):
        number = factor * step
        budget.spend()
        if goal.fits(number):
            if goal.plain(number):
                return Found(number)
            if fallback is NOTHING:
                fallback, tries = Found(number), count + _TRIES_FOR_PLAIN
        if count > tries:
            break
    else:
        return fallback
    if isinstance(fallback, Found):
        return fallback
    return Open(f"no multiple of {step} was found, and none excluded, by {len(goal.no_steps)} other multipleOf")


def _divides(step: Fraction, number: Fraction) -> bool:
    """Whether the quotient is whole when it is worked out in floats, as many validators do."""
    if step.denominator == 1 and number.denominator == 1:
        return number % step == 0
    try:
        quotient = float(number) / float(step)
        return quotient == int(quotient)
    except (OverflowError, ZeroDivisionError, ValueError):
        return number % step == 0


def _outwards(first: int | None, last: int | None) -> Iterator[int]:
    """The whole numbers from ``first`` to ``last``, those of small absolute value first, positive before negative."""
    start = max(first or 0, 0) if first is not None else 0
    if last is not None and last < start:
        start = last
    yield start
    distance = 0
    while True:
        distance += 1
        up, down = start + distance, start - distance
        more_up, more_down = last is None or up <= last, first is None or down >= first
        if more_up:
            yield up
        if more_down:
            yield down
        if not more_up and not more_down:
            return


def _dense(goal: NumberGoal, budget: Budget) -> Outcome:
    """Any fraction: of an interval with more than one point, the one with the fewest decimals."""
    low, high = goal.low, goal.high
    if low is not None and high is not None and low[0] >= high[0]:
        point = low[0]
        inside = low[0] == high[0] and not low[1] and not high[1]
        return Found(point) if inside and goal.fits(point) else NOTHING
    fallback: Outcome = Open("the interval is too small to name a number in it")
    for digits in _decimals(goal):
        first = None if low is None else ceil(low[0] * 10**digits)
        last = None if high is None else floor(high[0] * 10**digits)
        for count, factor in enumerate(_outwards(first, last)):
            if count > 200 + len(goal.excluded):
                break
            budget.spend()
            number = Fraction(factor, 10**digits)
            if goal.within(number) and goal.fits(number):
                if goal.plain(number):
                    return Found(number)
                fallback = fallback if isinstance(fallback, Found) else Found(number)
        if isinstance(fallback, Found):
            break
    return fallback


def _decimals(goal: NumberGoal) -> list[int]:
    """How many decimals to try: few, and one more than a bound or a step has that is finer than all those."""
    fine = [*goal.no_steps, *(bound[0] for bound in (goal.low, goal.high) if bound is not None)]
    return sorted({*range(1, _DIGITS), *(len(str(each.denominator)) for each in fine if each.denominator < _FINEST)})


def spell(number: Fraction, kind: Kinds) -> Any:
    """The number as a JSON value: an int, a float where that is exact in decimals, else a Decimal."""
    if kind == Kind.INTEGER:
        return int(number)
    try:
        nearest = float(number)
    except OverflowError:
        nearest = float("inf")
    if nearest not in (float("inf"), float("-inf")) and exact(nearest) == number:
        return nearest
    return _decimal(number)


def _decimal(number: Fraction) -> Any:
    digits = 1
    while digits < 10 * _DIGITS and (number * 10**digits).denominator != 1:
        digits += 1
    return Decimal(f"{int(number * 10**digits)}E-{digits}")  # arithmetic of decimals would round
