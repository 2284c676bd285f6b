"""Cheap outer bounds of literals: which kinds, which finite values, which tags an object must carry.

They settle most alternatives of a discriminated union before anything is searched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import combinations, islice
from operator import or_

from schemaward.formats.jsonschema.engine.formulas import (
    ANY_KIND,
    KIND_OF,
    TRUE,
    Kinds,
    Literal,
    Op,
    Universe,
    ValueKey,
    kinds_of_key,
)

_FEW = 256
"""Excluded values that are worth remembering, such as the tags of all branches but one."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The kinds that a value may have, and the values if they are finitely many; else, ``without``, some that it has not."""

    kinds: Kinds = ANY_KIND
    keys: frozenset[ValueKey] | None = None
    without: frozenset[ValueKey] = frozenset()

    @property
    def empty(self) -> bool:
        """True when no value has this shape."""
        return not self.kinds or (self.keys is not None and not self.keys)

    def meet(self, other: Shape) -> Shape:
        """The shape of what has both shapes."""
        if self is ANYTHING or other is ANYTHING:
            return other if self is ANYTHING else self
        kinds, without = self.kinds & other.kinds, self.without | other.without
        if self.keys is None and other.keys is None:
            return Shape(kinds, None, without)
        if self.keys is None or other.keys is None:
            keys = self.keys if other.keys is None else other.keys
        else:
            keys = self.keys & other.keys
        return Shape(kinds, frozenset(key for key in keys or () if kinds_of_key(key) & kinds and key not in without))

    def join(self, other: Shape) -> Shape:
        """The shape of what has either shape."""
        if self is ANYTHING or other is ANYTHING:
            return ANYTHING
        kinds = self.kinds | other.kinds
        if self.keys is not None and other.keys is not None:
            return Shape(kinds, self.keys | other.keys)
        if self.keys is None and other.keys is None:
            return Shape(kinds, None, self.without & other.without)
        return Shape(kinds, None, (self.without or other.without) - (self.keys or other.keys or frozenset()))


ANYTHING = Shape()
NOWHERE = Shape(0, frozenset())


@dataclass(slots=True)
class Facts:
    """What an object must look like: names that it has, and shapes of the values that it may have there."""

    required: set[str] = field(default_factory=set)
    shapes: dict[str, Shape] = field(default_factory=dict)
    allowed: frozenset[str] | None = None
    """The only names that it may have, if they are listed."""

    def add(self, other: Facts) -> None:
        """Both hold."""
        self.required |= other.required
        if other.allowed is not None:
            self.allowed = other.allowed if self.allowed is None else self.allowed & other.allowed
        for name, shape in other.shapes.items():
            self.shapes[name] = shape.meet(self.shapes.get(name, ANYTHING))

    def copy(self) -> Facts:
        """The same facts, to which others can be added."""
        return Facts(set(self.required), dict(self.shapes), self.allowed)

    def clash(self, other: Facts) -> bool:
        """True when no object is like both."""
        if self.allowed is not None and not other.required <= self.allowed:
            return True
        if other.allowed is not None and not self.required <= other.allowed:
            return True
        small, large = (other, self) if len(other.shapes) <= len(self.shapes) else (self, other)
        for name, shape in small.shapes.items():
            if (name in small.required or name in large.required) and shape.meet(
                large.shapes.get(name, ANYTHING)
            ).empty:
                return True
        return any(large.shapes[name].empty for name in small.required if name in large.shapes)


class Outlines:
    """The outer bounds of the literals of one universe, remembered."""

    def __init__(self, universe: Universe) -> None:
        self.universe = universe
        self._shapes: dict[Literal, Shape] = {}
        self._facts: dict[Literal, Facts] = {}

    def kinds(self, literal: Literal) -> Kinds:
        """The kinds of value that may satisfy a literal."""
        return self.shape(literal).kinds

    def shape(self, literal: Literal) -> Shape:
        """The shape of the values that satisfy a literal."""
        found = self._shapes.get(literal)
        if found is None:
            self._shapes[literal] = ANYTHING  # a recursive definition says nothing new about itself
            found = self._shapes[literal] = self._shape(literal)
        return found

    def _shape(self, literal: Literal) -> Shape:
        node = self.universe.node(literal)
        op, args, positive = node.op, node.args, literal > 0
        match op:
            case Op.TRUE:
                return ANYTHING if literal == TRUE else NOWHERE
            case Op.KIND:
                return Shape(args[0] if positive else ANY_KIND & ~args[0])
            case Op.ENUM:
                if not positive:
                    return Shape(without=args[0]) if len(args[0]) <= _FEW else ANYTHING
                return Shape(reduce(or_, map(kinds_of_key, args[0])), args[0])
            case Op.ALL if positive:
                return reduce(Shape.meet, (self.shape(member) for member in args[0]))
            case Op.ALL:
                return reduce(Shape.join, (self.shape(-member) for member in args[0]))
            case Op.ONE:
                return reduce(Shape.join, (self.shape(member) for member in args[0])) if positive else ANYTHING
            case Op.DEFINED:
                definition = self.universe.definition(abs(literal))
                return self.shape(definition if positive else -definition)
            case _:
                return ANYTHING if positive or op is Op.OPAQUE else Shape(KIND_OF[op])

    def clash(self, first: Literal, second: Literal) -> bool:
        """True when no object satisfies both literals, as far as can be seen at once."""
        return self.shape(first).meet(self.shape(second)).empty or self.facts_of(first).clash(self.facts_of(second))

    def exactly_one(self, members: Sequence[Literal]) -> Literal:
        """Any of the literals, all of one kind of value, and no two: what counts nothing is like any other alternative.

        Of most unions no two can hold. Where many can, it is left to be counted.
        """
        pairs = list(islice(self._overlaps(members), len(members)))
        if len(pairs) == len(members):
            return self.universe.one(members)
        return self.universe.all([self.universe.any(members), *(-self.universe.all(pair) for pair in pairs)])

    def exclusive(self, members: Sequence[Literal]) -> bool:
        """True when no value satisfies two of the literals, all of one kind of value, as far as can be seen at once."""
        return next(self._overlaps(members), None) is None

    def _overlaps(self, members: Sequence[Literal]) -> Iterator[tuple[Literal, Literal]]:
        """The pairs of which it is not seen at once that no value satisfies both."""
        if len(members) < 2 or _apart([self.shape(member) for member in members]):
            return
        facts = [self.facts_of(member) for member in members]
        tags = set.intersection(*(each.required & each.shapes.keys() for each in facts))
        if any(_apart([each.shapes[tag] for each in facts]) for tag in tags):
            return
        for pair in combinations(members, 2):
            if not self._exclude(*pair):
                yield pair

    def _exclude(self, first: Literal, second: Literal) -> bool:
        """True when the two clash, or every way to satisfy one of them clashes with the other."""
        if self.clash(first, second):
            return True
        for one, other in ((first, second), (second, first)):
            node = self.universe.node(one)
            if one < 0 and node.op is Op.ALL:
                return all(self._exclude(-denied, other) for denied in node.args[0])
        return False

    def facts(self, literals: Iterable[Literal]) -> Facts:
        """What an object must look like that satisfies all ``literals``."""
        facts = Facts()
        for literal in literals:
            facts.add(self.facts_of(literal))
        return facts

    def facts_of(self, literal: Literal) -> Facts:
        """What an object must look like that satisfies a literal."""
        found = self._facts.get(literal)
        if found is None:
            self._facts[literal] = Facts()
            found = self._facts[literal] = self._facts_of(literal)
        return found

    def _facts_of(self, literal: Literal) -> Facts:
        node = self.universe.node(literal)
        op, args, positive = node.op, node.args, literal > 0
        match op:
            case Op.REQUIRED if positive:
                return Facts({args[0]})
            case Op.PROPERTIES:
                name = self._single_name(args[0])
                if name is None:
                    listed = self._listed(args[0]) if positive else None
                    return Facts(allowed=listed if listed is not None and self.shape(args[1]).empty else None)
                shape = self.shape(args[1] if positive else -args[1])
                return Facts(set() if positive else {name}, {name: shape})
            case Op.ALL if positive:
                return self.facts(args[0])
            case Op.ALL:
                return _common([self.facts_of(-member) for member in args[0]])
            case Op.ONE if positive:
                return _common([self.facts_of(member) for member in args[0]])
            case Op.DEFINED if positive:
                return self.facts_of(self.universe.definition(literal))
            case _:
                return Facts()

    def _listed(self, literal: Literal) -> frozenset[str] | None:
        """The names outside ``literal``, if they are listed."""
        node = self.universe.node(literal)
        if literal < 0 and node.op is Op.ENUM:
            return frozenset(key[1] for key in node.args[0] if key[0] == "string")
        return None

    def _single_name(self, literal: Literal) -> str | None:
        node = self.universe.node(literal)
        if literal > 0 and node.op is Op.ENUM and len(node.args[0]) == 1:
            ((kind, name),) = node.args[0]
            return name if kind == "string" else None
        return None


def _apart(shapes: list[Shape]) -> bool:
    """True when each has a few values of its own."""
    keys = [shape.keys for shape in shapes if shape.keys is not None]
    return len(keys) == len(shapes) and sum(map(len, keys)) == len(frozenset().union(*keys))


def _common(options: list[Facts]) -> Facts:
    """What holds whichever of the options holds."""
    required = set.intersection(*(facts.required for facts in options))
    names = set.intersection(*(set(facts.shapes) for facts in options))
    shapes = {name: reduce(Shape.join, (facts.shapes[name] for facts in options)) for name in sorted(names)}
    allowed = [facts.allowed for facts in options]
    return Facts(
        required, shapes, None if None in allowed else frozenset().union(*(a for a in allowed if a is not None))
    )
