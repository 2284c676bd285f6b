"""Schemas as formulas: hash-consed nodes, addressed by signed numbers.

A *literal* is an ``int``: the number of a node, or its negative for "the value does not satisfy that node".
Negation is therefore free, and one structure has one number, whatever ``$ref`` or spelling it came from:
``literal in goal`` and ``-literal in goal`` are the whole of structural equality.

Every assertion about one kind of value holds vacuously for values of other kinds, as in JSON Schema
(Validation 6, "Assertions and Instance Primitive Types").
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeAlias

Literal: TypeAlias = int

TRUE: Literal = 1
FALSE: Literal = -1


Kinds: TypeAlias = int
"""A set of kinds: a plain ``int``, since sets of kinds meet in every step of a search."""


class Kind:
    """The kinds of JSON values, one bit each. Draft-04 tells ``1`` from ``1.0`` by its spelling, later drafts do not."""

    NULL = 1
    BOOLEAN = 2
    INTEGER = 4
    INTEGRAL = 8  # a whole number that is spelt with a fraction, such as 1.0
    FRACTION = 16
    STRING = 32
    ARRAY = 64
    OBJECT = 128


NUMBER: Kinds = Kind.INTEGER | Kind.INTEGRAL | Kind.FRACTION
ANY_KIND: Kinds = 255


class Op(enum.IntEnum):
    """The operators, with the shape of their arguments."""

    TRUE = 0
    ALL = enum.auto()  # (frozenset of literals)
    ONE = enum.auto()  # (sorted tuple of literals): exactly one holds
    OPAQUE = enum.auto()  # (reason, key): an assertion that has no formula; whether a value satisfies it is not told
    DEFINED = enum.auto()  # (key): stands for another literal, see Universe.definition
    KIND = enum.auto()  # (Kinds)
    ENUM = enum.auto()  # (frozenset of value keys)
    MINIMUM = enum.auto()  # (Fraction, exclusive)
    MAXIMUM = enum.auto()  # (Fraction, exclusive)
    MULTIPLE = enum.auto()  # (Fraction)
    MIN_LENGTH = enum.auto()  # (int)
    MAX_LENGTH = enum.auto()  # (int)
    PATTERN = enum.auto()  # (syntax tree, searched for)
    FORMAT = enum.auto()  # (name)
    ITEMS = enum.auto()  # (start, stop or None, literal): each item in [start, stop) satisfies the literal
    MIN_ITEMS = enum.auto()  # (int)
    MAX_ITEMS = enum.auto()  # (int)
    UNIQUE = enum.auto()  # ()
    AT_LEAST = enum.auto()  # (literal, int): that many items satisfy the literal
    REQUIRED = enum.auto()  # (name)
    PROPERTIES = enum.auto()  # (name literal, value literal): if the name of a property ..., then its value ...
    MIN_PROPERTIES = enum.auto()  # (int)
    MAX_PROPERTIES = enum.auto()  # (int)
    ASIDE = enum.auto()  # (pointer, names): properties that both sides of a question assert, see Universe.definition


KIND_OF: dict[Op, Kinds] = {
    **dict.fromkeys((Op.MINIMUM, Op.MAXIMUM, Op.MULTIPLE), NUMBER),
    **dict.fromkeys((Op.MIN_LENGTH, Op.MAX_LENGTH, Op.PATTERN, Op.FORMAT), Kind.STRING),
    **dict.fromkeys((Op.ITEMS, Op.MIN_ITEMS, Op.MAX_ITEMS, Op.UNIQUE, Op.AT_LEAST), Kind.ARRAY),
    **dict.fromkeys((Op.REQUIRED, Op.PROPERTIES, Op.MIN_PROPERTIES, Op.MAX_PROPERTIES, Op.ASIDE), Kind.OBJECT),
}


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One operator with its arguments; made by Universe only, equal only to itself."""

    op: Op
    args: tuple[Any, ...]


class Universe:
    """All formulas of one question. Nodes are numbered in the order of their creation, which makes every run alike."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._nodes: list[Node] = [Node(Op.TRUE, ()), Node(Op.TRUE, ())]
        self._opposites: dict[Literal, frozenset[Literal]] = {}
        self._definitions: dict[Literal, Literal | Callable[[], Literal]] = {}
        self.values: dict[ValueKey, Any] = {}
        self.pattern_sources: dict[Any, str] = {}
        self.spelling_matters = False
        """True when a Draft-04 ``integer`` occurs, which refuses 1.0."""

    def node(self, literal: Literal) -> Node:
        """The node of a literal, whatever its sign."""
        return self._nodes[literal if literal > 0 else -literal]

    def opposites(self, conjunction: Literal) -> frozenset[Literal]:
        """The denials of the parts of a conjunction, remembered."""
        found = self._opposites.get(conjunction)
        if found is None:
            found = self._opposites[conjunction] = frozenset(-member for member in self.node(conjunction).args[0])
        return found

    def make(self, op: Op, *args: Any) -> Literal:
        """The literal of an operator with arguments; one number for one structure."""
        key = (op, *args)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._nodes)
            self._nodes.append(Node(op, args))
        return number

    def define(self, key: tuple[Any, ...], definition: Callable[[], Literal], op: Op = Op.DEFINED) -> Literal:
        """A literal that stands for another, which is made when it is asked for; the first definition of a key holds."""
        literal = self.make(op, *key)
        self._definitions.setdefault(literal, definition)
        return literal

    def definition(self, literal: Literal) -> Literal:
        """What a literal of DEFINED or ASIDE stands for; TRUE while that is being made."""
        found = self._definitions[literal]
        if not isinstance(found, int):
            self._definitions[literal] = TRUE
            found = self._definitions[literal] = self._without(literal, found())
        return found

    def _without(self, literal: Literal, definition: Literal) -> Literal:
        """A definition without itself as one of its parts: that part says nothing."""
        node = self.node(definition)
        if definition == literal:
            return TRUE
        if definition > 0 and node.op is Op.ALL and literal in node.args[0]:
            return self.all(node.args[0] - {literal})
        return definition

    def all(self, literals: Iterable[Literal]) -> Literal:
        """The conjunction."""
        members: set[Literal] = set()
        for literal in literals:
            if literal == TRUE:
                continue
            node = self._nodes[abs(literal)]
            if literal > 0 and node.op is Op.ALL:
                members |= node.args[0]
            else:
                members.add(literal)
        if FALSE in members or any(-literal in members for literal in members):
            return FALSE
        if not members:
            return TRUE
        if len(members) == 1:
            return members.pop()
        return self.make(Op.ALL, frozenset(members))

    def any(self, literals: Iterable[Literal]) -> Literal:
        """The disjunction."""
        return -self.all(-literal for literal in literals)

    def one(self, literals: Iterable[Literal]) -> Literal:
        """Exactly one of the literals holds; a literal that stands twice can then never be the one."""
        members = sorted(literal for literal in literals if literal != FALSE)
        twice = {a for a, b in pairwise(members) if a == b}
        if twice:
            once = [literal for literal in members if literal not in twice]
            return self.all([self.one(once), *(-literal for literal in twice)])
        if not members:
            return FALSE
        if len(members) == 1:
            return members[0]
        return self.make(Op.ONE, tuple(members))

    def kind(self, kinds: Kinds) -> Literal:
        """The value is of one of ``kinds``."""
        if kinds == ANY_KIND:
            return TRUE
        if not kinds:
            return FALSE
        complement = ANY_KIND & ~kinds
        # One spelling for a set and its complement, so that their contradiction is seen at once.
        if complement < kinds:
            return -self.make(Op.KIND, complement)
        return self.make(Op.KIND, kinds)

    def enum(self, values: Iterable[Any]) -> Literal:
        """The value equals one of ``values``."""
        keys = frozenset(self.remember(value) for value in values)
        return self.make(Op.ENUM, keys) if keys else FALSE

    def enum_of_keys(self, keys: frozenset[ValueKey]) -> Literal:
        """As ``enum``, for keys that were remembered before."""
        return self.make(Op.ENUM, keys) if keys else FALSE

    def remember(self, value: Any) -> ValueKey:
        """The key of a value, from which the value itself can be found again in ``values``."""
        key = value_key(value)
        self.values.setdefault(key, value)
        return key

    def properties(self, name: Literal, value: Literal) -> Literal:
        """Every property whose name satisfies ``name`` has a value that satisfies ``value``."""
        return TRUE if value == TRUE or name == FALSE else self.make(Op.PROPERTIES, name, value)

    def items(self, start: int, stop: int | None, item: Literal) -> Literal:
        """Every item from ``start`` up to ``stop`` (None: the end) satisfies ``item``."""
        return TRUE if item == TRUE or start == stop else self.make(Op.ITEMS, start, stop, item)


ValueKey: TypeAlias = tuple[Any, ...]


def exact(number: float | Decimal) -> Fraction:
    """The number that its decimal spelling means: 0.1 is one tenth."""
    if isinstance(number, float):
        return Fraction(repr(number))
    return Fraction(number)


def value_key(value: Any) -> ValueKey:
    """A hashable key that is equal exactly for equal JSON values.

    Numbers compare by value (1 equals 1.0) and booleans are no numbers (Validation 6.1.2 with Core 4.2.2).
    """
    if value is None:
        return ("null",)
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, int):
        return ("number", value)  # equal to, and hashed like, the Fraction of the same value
    if isinstance(value, (float, Decimal)):
        return ("number", exact(value))
    if isinstance(value, str):
        return ("string", value)
    if isinstance(value, list):
        return ("array", tuple(value_key(item) for item in value))
    return ("object", frozenset((name, value_key(member)) for name, member in value.items()))


def kind_of(value: Any) -> Kinds:
    """The kind of a JSON value."""
    if value is None:
        return Kind.NULL
    if isinstance(value, bool):
        return Kind.BOOLEAN
    if isinstance(value, int):
        return Kind.INTEGER
    if isinstance(value, (float, Decimal)):
        return Kind.INTEGRAL if exact(value).denominator == 1 else Kind.FRACTION
    if isinstance(value, str):
        return Kind.STRING
    return Kind.ARRAY if isinstance(value, list) else Kind.OBJECT


_KINDS_OF_KEY = {
    "null": Kind.NULL,
    "boolean": Kind.BOOLEAN,
    "string": Kind.STRING,
    "array": Kind.ARRAY,
    "object": Kind.OBJECT,
}


def kinds_of_key(key: ValueKey) -> Kinds:
    """The kinds in which the value of a key can be spelt."""
    if key[0] != "number":
        return _KINDS_OF_KEY[key[0]]
    return Kind.INTEGER | Kind.INTEGRAL if key[1].denominator == 1 else Kind.FRACTION
