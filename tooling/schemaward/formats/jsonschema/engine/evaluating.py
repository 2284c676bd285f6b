"""Does a value satisfy a formula? Our own reading of the formulas, which steers the search; the judge is another."""

from __future__ import annotations

from fractions import Fraction
from itertools import repeat
from typing import Any

from schemaward.formats.jsonschema.engine.formulas import (
    KIND_OF,
    NUMBER,
    TRUE,
    Kind,
    Literal,
    Node,
    Op,
    Universe,
    exact,
    kind_of,
    value_key,
)
from schemaward.formats.jsonschema.engine.outcomes import UndecidableError
from schemaward.formats.jsonschema.engine.texts import Texts
from schemaward.formats.jsonschema.string_formats import conforms

_MOST_REMEMBERED = 50_000
"""Answers about values that are kept at a time."""


class Evaluator:
    """Evaluates literals of one universe; ``texts`` answers for patterns."""

    def __init__(self, universe: Universe, texts: Texts) -> None:
        self.universe = universe
        self.texts = texts
        self._names: dict[tuple[Literal, str], bool] = {}
        self._conjunctions: dict[tuple[Literal, int], tuple[bool, Any]] = {}
        """Answers for values by identity; each is kept beside its answer, so that no other takes its place."""

    def holds(self, literal: Literal, value: Any) -> bool:
        """True when ``value`` satisfies ``literal``."""
        if literal < 0:
            return not self._node_holds(self.universe.node(literal), -literal, value)
        return self._node_holds(self.universe.node(literal), literal, value)

    def name_holds(self, literal: Literal, name: str) -> bool:
        """As ``holds`` for the name of a property, remembered."""
        key = (literal, name)
        found = self._names.get(key)
        if found is None:
            found = self._names[key] = self.holds(literal, name)
        return found

    def _node_holds(self, node: Node, literal: Literal, value: Any) -> bool:
        op, args = node.op, node.args
        about = KIND_OF.get(op)
        if about is None:
            return self._of_any_kind(op, args, literal, value)
        kind = kind_of(value)
        if not kind & about:
            return True
        if op is Op.ASIDE:
            return args[1].isdisjoint(value) or self.holds(self.universe.definition(literal), value)
        if kind & NUMBER:
            return self._number(op, args, value)
        if kind == Kind.STRING:
            return self._string(op, args, value)
        return self._array(op, args, value) if kind == Kind.ARRAY else self._object(op, args, value)

    def _of_any_kind(self, op: Op, args: tuple[Any, ...], literal: Literal, value: Any) -> bool:
        match op:
            case Op.ALL:
                return self._conjunction_holds(literal, args[0], value)
            case Op.KIND:
                return bool(kind_of(value) & args[0])
            case Op.ENUM:
                return value_key(value) in args[0]
            case Op.ONE:
                return sum(map(self.holds, args[0], repeat(value))) == 1
            case Op.DEFINED:
                return self.holds(self.universe.definition(literal), value)
            case Op.OPAQUE:
                raise UndecidableError(args[0])
            case _:
                return literal == TRUE

    def _conjunction_holds(self, literal: Literal, members: frozenset[Literal], value: Any) -> bool:
        """Remembered: the attempts of a search and of the shrinker differ in few of their parts."""
        key = (literal, id(value))
        known = self._conjunctions.get(key)
        if known is None:
            if len(self._conjunctions) >= _MOST_REMEMBERED:
                self._conjunctions.clear()
            known = self._conjunctions[key] = (all(map(self.holds, members, repeat(value))), value)
        return known[0]

    def _number(self, op: Op, args: tuple[Any, ...], value: Any) -> bool:
        number = exact(value)
        bound: Fraction = args[0]
        if op is Op.MINIMUM:
            return number > bound if args[1] else number >= bound
        if op is Op.MAXIMUM:
            return number < bound if args[1] else number <= bound
        return (number / bound).denominator == 1

    def _string(self, op: Op, args: tuple[Any, ...], value: str) -> bool:
        match op:
            case Op.MIN_LENGTH:
                return bool(len(value) >= args[0])
            case Op.MAX_LENGTH:
                return bool(len(value) <= args[0])
            case Op.PATTERN:
                return self.texts.matches(args[0], value)
            case _:
                return conforms(value, args[0])

    def _array(self, op: Op, args: tuple[Any, ...], value: list[Any]) -> bool:
        match op:
            case Op.ITEMS:
                start, stop, item = args
                # One object at many positions, as the search makes long arrays, is looked at once.
                return all(self.holds(item, member) for member in {id(m): m for m in value[start:stop]}.values())
            case Op.MIN_ITEMS:
                return bool(len(value) >= args[0])
            case Op.MAX_ITEMS:
                return bool(len(value) <= args[0])
            case Op.UNIQUE:
                return len({value_key(member) for member in value}) == len(value)
            case _:
                return bool(sum(self.holds(args[0], member) for member in value) >= args[1])

    def _object(self, op: Op, args: tuple[Any, ...], value: dict[str, Any]) -> bool:
        match op:
            case Op.REQUIRED:
                return args[0] in value
            case Op.MIN_PROPERTIES:
                return bool(len(value) >= args[0])
            case Op.MAX_PROPERTIES:
                return bool(len(value) <= args[0])
            case _:
                name_literal, member_literal = args
                names = self.universe.node(name_literal)
                if name_literal > 0 and names.op is Op.ENUM and len(names.args[0]) == 1:
                    ((_, name),) = names.args[0]
                    return name not in value or self.holds(member_literal, value[name])
                return all(
                    self.holds(member_literal, member)
                    for name, member in value.items()
                    if self.name_holds(name_literal, name)
                )
