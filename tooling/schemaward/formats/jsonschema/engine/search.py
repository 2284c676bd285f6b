"""Is there a value that satisfies a goal, a set of literals? The one question behind every verdict.

``writer`` and not ``reader`` is the goal of a compatibility question: a value found is the witness, and no value means
containment. The search is directed by the goal:

1. The goal is split by kind of value; for one kind, all assertions about other kinds fall away.
2. What is a plain assertion goes to the theory of its kind (``texts``, ``numbers``, ``arrays``, ``objects``), which
   asks this search again for the parts of an array or object. Its proposal is then held against the alternatives
   (``anyOf``, ``not`` of a conjunction, ...): only one that the proposal misses is split into cases. Alternatives that
   have no bearing on the question are therefore never multiplied out.
3. Results are remembered by goal. A goal that comes up again below itself, on a part of the value, is abandoned there:
   if it had a value, a smaller one would do. This decides recursive schemas; what depends on such an assumption is
   remembered only once the assumption is proven (as in tabled logic programming).

The search ends because it has a budget; and it never says "none" unless every case was refuted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from schemaward.formats.jsonschema.engine.arrays import solve_array
from schemaward.formats.jsonschema.engine.evaluating import Evaluator
from schemaward.formats.jsonschema.engine.finite import among, difference
from schemaward.formats.jsonschema.engine.formulas import (
    FALSE,
    KIND_OF,
    NUMBER,
    TRUE,
    Kind,
    Kinds,
    Literal,
    Op,
    Universe,
    kinds_of_key,
    value_key,
)
from schemaward.formats.jsonschema.engine.numbers import solve_number
from schemaward.formats.jsonschema.engine.objects import solve_object
from schemaward.formats.jsonschema.engine.outcomes import NOTHING, Budget, Found, Open, Outcome, UndecidableError
from schemaward.formats.jsonschema.engine.outlines import Facts, Outlines
from schemaward.formats.jsonschema.engine.texts import Texts

Clause: TypeAlias = "tuple[Literal, ...]"
Key: TypeAlias = "tuple[object, ...]"

KINDS: tuple[Kinds, ...] = (
    Kind.OBJECT,
    Kind.STRING,
    Kind.INTEGER,
    Kind.NULL,
    Kind.BOOLEAN,
    Kind.ARRAY,
    Kind.FRACTION,
    Kind.INTEGRAL,
)
"""Kinds in the order in which a value is looked for when several would do."""

_NOT_PLAIN = frozenset({Op.ALL, Op.ONE, Op.OPAQUE})
"""Literals that no theory takes: alternatives, and what has no formula."""

_NEVER = 1 << 60


@dataclass(frozen=True, slots=True)
class Case:
    """What holds: every unit, and a literal of each clause. ``facts`` are those of the units, while there are clauses."""

    units: frozenset[Literal] = frozenset()
    clauses: tuple[Clause, ...] = ()
    facts: Facts = field(default_factory=Facts)


_NO_CASE = Case()


class Search:
    """One search over one universe; its memory serves all goals of one question."""

    def __init__(self, universe: Universe, budget: Budget) -> None:
        self.universe = universe
        self.budget = budget
        self.texts = Texts(universe, budget)
        self.evaluator = Evaluator(universe, self.texts)
        self.outlines = Outlines(universe)
        self._reduced: dict[tuple[Literal, Kinds], Literal] = {}
        self._known: dict[Key, Outcome] = {}
        self._open: dict[Key, int] = {}
        self._assumed: dict[Key, int] = {}
        self._deepest_use = _NEVER
        """The outermost open goal that the current one was assumed not to contain, as its depth."""

    def solve(self, goal: Iterable[Literal]) -> Outcome:
        """A value that satisfies every literal of ``goal``."""
        whole = self._conjunction(goal)
        if whole == FALSE:
            return NOTHING
        known = self._known.get((whole,))
        if known is not None:
            return known
        rest, asides = self._without_aside(whole)
        if asides:
            outcome = self.solve([rest])
            if outcome is NOTHING or (isinstance(outcome, Found) and self._all_hold(asides, outcome.value)):
                return outcome
        kinds = self.outlines.kinds(whole)
        doubt: Open | None = None
        used = self._deepest_use
        self._deepest_use = _NEVER
        for kind in KINDS:
            if not kind & kinds or (kind == Kind.INTEGRAL and not self.universe.spelling_matters):
                continue
            outcome = self._of_kind(kind, whole)
            if isinstance(outcome, Found):
                self._deepest_use = min(used, self._deepest_use)
                self._known[whole,] = outcome
                return outcome
            if isinstance(outcome, Open):
                doubt = doubt or outcome
        if self._deepest_use == _NEVER:
            self._known[whole,] = doubt or NOTHING
        self._deepest_use = min(used, self._deepest_use)
        return doubt or NOTHING

    def _without_aside(self, whole: Literal) -> tuple[Literal, list[Literal]]:
        """A goal without what both sides assert, and that: often the rest alone has no value, or one that will do."""
        node = self.universe.node(whole)
        if whole < 0 or node.op is not Op.ALL:
            return whole, []
        members = node.args[0]
        asides = [each for each in members if each > 0 and self.universe.node(each).op is Op.ASIDE]
        return self.universe.all(members.difference(asides)) if asides else whole, asides

    def _all_hold(self, literals: Iterable[Literal], value: Any) -> bool:
        try:
            return all(self.evaluator.holds(literal, value) for literal in literals)
        except UndecidableError:
            return False

    def _conjunction(self, goal: Iterable[Literal]) -> Literal:
        """All of the goal as one literal; what holds anyway needs no denial."""
        universe = self.universe
        whole = universe.all(goal)
        node = universe.node(whole)
        if whole < 0 or node.op is not Op.ALL:
            return whole
        certain = node.args[0]
        literals = []
        for literal in sorted(certain):
            denied = universe.node(literal)
            if literal < 0 and denied.op is Op.ALL and not certain.isdisjoint(denied.args[0]):
                literal = -universe.all(denied.args[0] - certain)
            literals.append(literal)
        return universe.all(literals)

    def _of_kind(self, kind: Kinds, whole: Literal) -> Outcome:
        reduced = self.reduce(whole, kind)
        if reduced == FALSE:
            return NOTHING
        return self._tabled((kind, reduced), lambda: self._branch(kind, _NO_CASE, [reduced]))

    def _tabled(self, key: Key, compute: Callable[[], Outcome]) -> Outcome:
        """Compute once per key; a key that is still being computed is assumed to have no value."""
        known = self._known.get(key)
        if known is not None:
            return known
        assumed = self._open.get(key, self._assumed.get(key))
        if assumed is not None:
            self._deepest_use = min(self._deepest_use, assumed)
            return NOTHING
        depth = len(self._open)
        self._open[key] = depth
        already, used = len(self._assumed), self._deepest_use
        self._deepest_use = _NEVER
        outcome = compute()
        del self._open[key]
        mine = self._deepest_use
        if outcome is NOTHING and mine < depth:
            self._assumed[key] = mine
        else:
            self._settle(already, proven=outcome is NOTHING)
            if isinstance(outcome, Found) or mine >= depth:
                self._known[key] = outcome
        self._deepest_use = min(used, mine if mine < depth else _NEVER)
        return outcome

    def _settle(self, already: int, *, proven: bool) -> None:
        """What was assumed below a goal: known, if the goal has no value indeed, else forgotten."""
        while len(self._assumed) > already:
            key, _ = self._assumed.popitem()
            if proven:
                self._known[key] = NOTHING

    # -- one kind

    def reduce(self, literal: Literal, kind: Kinds) -> Literal:
        """What remains of a literal for values of one kind."""
        key = (abs(literal), kind)
        found = self._reduced.get(key)
        if found is None:
            found = self._reduced[key] = self._reduce(*key)
        return found if literal > 0 else -found

    def _reduce(self, number: Literal, kind: Kinds) -> Literal:
        node = self.universe.node(number)
        op, args = node.op, node.args
        if op in KIND_OF and not KIND_OF[op] & kind:
            return TRUE
        match op:
            case Op.KIND:
                return TRUE if args[0] & kind else FALSE
            case Op.ALL:
                return self.universe.all(self.reduce(member, kind) for member in sorted(args[0]))
            case Op.ONE:
                self.budget.spend(len(args[0]) ** 2 // 16)
                return self.outlines.exactly_one([self.reduce(member, kind) for member in args[0]])
            case Op.DEFINED | Op.ASIDE:
                # A definition that only refers to itself says nothing (and is reported as `ref-loop`).
                self._reduced[number, kind] = TRUE
                return self.reduce(self.universe.definition(number), kind)
            case Op.ENUM:
                keys = frozenset(key for key in args[0] if kinds_of_key(key) & kind)
                if kind == Kind.NULL or (kind == Kind.BOOLEAN and len(keys) == 2):
                    return TRUE if keys else FALSE
                return self.universe.enum_of_keys(keys)
            case _:
                return number

    # -- alternatives

    def _branch(self, kind: Kinds, case: Case, news: list[Literal]) -> Outcome:
        """A value for a case in which ``news`` hold too."""
        self.budget.spend()
        settled = self._settled(kind, case, news)
        if settled is None:
            return NOTHING
        plain = frozenset(unit for unit in settled.units if self.universe.node(unit).op not in _NOT_PLAIN)
        outcome = self._tabled((kind, plain), lambda: self._theory(kind, plain))
        if outcome is NOTHING:
            return NOTHING
        chosen = self._missed(settled.clauses, plain, outcome)
        if chosen is None:
            return self._unless_opaque(settled.units, outcome)
        rest = replace(settled, clauses=tuple(clause for clause in settled.clauses if clause is not chosen))
        doubt: Open | None = outcome if isinstance(outcome, Open) else None
        any_open = False
        refuted: list[Literal] = []
        for option in chosen:
            result = self._branch(kind, rest, [option, *refuted])
            if isinstance(result, Found):
                return result
            if isinstance(result, Open):
                any_open, doubt = True, result
            elif self.universe.node(option).op is not Op.ALL:
                refuted.append(-option)
        return doubt if any_open and doubt is not None else NOTHING

    def _unless_opaque(self, units: frozenset[Literal], outcome: Outcome) -> Outcome:
        """A value proves nothing where something must hold besides that no formula tells."""
        reasons = [self.universe.node(unit).args[0] for unit in units if self.universe.node(unit).op is Op.OPAQUE]
        return Open(min(reasons)) if reasons and isinstance(outcome, Found) else outcome

    def _settled(self, kind: Kinds, case: Case, news: list[Literal]) -> Case | None:
        """The case with ``news`` worked in and every clause of one literal made a unit; None: contradictory.

        Literals with parts stay among the units beside their parts.
        """
        certain = set(case.units)
        pending: list[Clause] = list(case.clauses)
        facts = case.facts.copy() if kind == Kind.OBJECT else None
        work = list(news)
        while work:
            fresh: list[Literal] = []
            if not self._absorb(work, certain, pending, fresh):
                return None
            if pending and facts is not None:
                self.budget.spend(len(fresh) // 8)
                for literal in fresh:
                    facts.add(self.outlines.facts_of(literal))
            open_clauses: list[Clause] = []
            for clause in pending:
                self.budget.spend(1 + len(clause) // 8)
                live = self._live(clause, certain, facts)
                if live is None:
                    continue
                if not live:
                    return None
                if len(live) == 1:
                    work.append(live[0])
                else:
                    open_clauses.append(live)
            pending = open_clauses
        return Case(frozenset(certain), tuple(dict.fromkeys(pending)), case.facts if facts is None else facts)

    def _absorb(self, work: list[Literal], certain: set[Literal], pending: list[Clause], fresh: list[Literal]) -> bool:
        """Move all of ``work`` into ``certain`` and ``fresh``, and its alternatives into ``pending``; False: contradictory."""
        while work:
            literal = work.pop()
            if literal == TRUE or literal in certain:
                continue
            if literal == FALSE or -literal in certain:
                return False
            fresh.append(literal)
            certain.add(literal)  # also where it has parts, so that its denial is seen as such
            node = self.universe.node(literal)
            if node.op is Op.ALL and literal > 0:
                work.extend(node.args[0])
            elif node.op is Op.ALL:
                pending.append(tuple(sorted(-member for member in node.args[0])))
            elif node.op is Op.ONE:
                pending.append(tuple(self._cases(literal, node.args[0])))
        return True

    def _cases(self, literal: Literal, members: tuple[Literal, ...]) -> Iterable[Literal]:
        """The ways to satisfy "exactly one", or to miss it."""
        universe = self.universe
        if literal > 0:
            for member in members:
                yield universe.all([member, *(-other for other in members if other != member)])
            return
        yield universe.all(-member for member in members)
        for at, first in enumerate(members):
            for second in members[at + 1 :]:
                self.budget.spend()
                if not self.outlines.clash(first, second):
                    yield universe.all([first, second])

    def _live(self, clause: Clause, certain: set[Literal], facts: Facts | None) -> Clause | None:
        """The literals of a clause that may still hold; None if one holds already."""
        live: list[Literal] = []
        for literal in clause:
            if literal in certain:
                return None
            if literal == FALSE or -literal in certain:
                continue
            node = self.universe.node(literal)
            if literal > 0 and node.op is Op.ALL:
                if node.args[0] <= certain:
                    return None
                if not self.universe.opposites(literal).isdisjoint(certain):
                    continue
            if facts is not None and facts.clash(self.outlines.facts_of(literal)):
                continue
            live.append(literal)
        return tuple(live)

    def _missed(self, clauses: tuple[Clause, ...], units: frozenset[Literal], outcome: Outcome) -> Clause | None:
        """The narrowest alternative that the proposed value does not satisfy."""
        if not isinstance(outcome, Found):
            return min(clauses, key=len, default=None)
        value = outcome.value
        missed: list[Clause] = []
        self.budget.spend(len(clauses) // 4)
        for clause in clauses:
            try:
                satisfied = any(self.evaluator.holds(literal, value) for literal in clause)
            except UndecidableError:
                satisfied = False
            if not satisfied:
                missed.append(clause)
        if isinstance(value, (list, dict)):
            missed.extend(self._differences(units, value))
        return min(missed, key=len, default=None)

    def _differences(self, units: frozenset[Literal], value: list[Any] | dict[str, Any]) -> Iterable[Clause]:
        """For a proposed array or object that is excluded as a whole: the ways in which another can differ from it."""
        excluded = [self.universe.node(unit).args[0] for unit in units if unit < 0 and self._is_enum(unit)]
        if excluded and value_key(value) in frozenset().union(*excluded):
            yield tuple(difference(self.universe, value))

    # -- plain assertions

    def _theory(self, kind: Kinds, units: frozenset[Literal]) -> Outcome:
        """A value of ``kind`` for plain assertions; arrays and objects may still be one that is excluded as a whole."""
        self.budget.spend(1 + len(units) // 8)
        try:
            enums = [self.universe.node(unit).args[0] for unit in units if unit > 0 and self._is_enum(unit)]
            if enums:
                return among(self, kind, frozenset.intersection(*enums), units)
            if kind == Kind.NULL:
                return Found(None)
            if kind == Kind.BOOLEAN:
                return among(self, kind, frozenset({("boolean", False), ("boolean", True)}), units)
            if kind & NUMBER:
                return solve_number(self.universe, self.budget, kind, units)
            if kind == Kind.STRING:
                return self.texts.solve(units)
            return solve_array(self, units) if kind == Kind.ARRAY else solve_object(self, units)
        except UndecidableError as error:
            return Open(str(error))

    def _is_enum(self, unit: Literal) -> bool:
        return self.universe.node(unit).op is Op.ENUM
