"""Schemas about arrays, objects, strings or numbers alone, so dense that their keywords cannot but meet, with all small documents."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from random import Random
from typing import Any

from random_schemas import DRAFTS, PATTERNS, URIS

_ITEMS = (0, 1, "a", True)
_NAMES = ("a", "b", "ab", "bb")
_VALUES = (0, "a", [])
_MISSING = object()


def _arrays() -> list[Any]:
    small = [list(items) for length in range(4) for items in product(_ITEMS, repeat=length)]
    return [
        *small,
        *([*items, 1, 1] for items in small[5:21]),
        [0, 1, "a", True],
        [2, 0.5, None],
        [[], []],
        [1, 1.0],
        [2, 3, 4, 5, 6],
    ]


def _objects() -> list[Any]:
    small = product((_MISSING, *_VALUES), repeat=len(_NAMES))
    made: list[Any] = [{n: v for n, v in zip(_NAMES, values, strict=True) if v is not _MISSING} for values in small]
    return [*made, {"c": 0}, {"c": 0, "a": 0}, {"": 0}, {"x": "a", "y": 0, "z": 1}, {"ba": 1, "b": 0}]


DOCUMENTS: dict[str, list[Any]] = {
    "array": _arrays(),
    "object": _objects(),
    "string": ["".join(letters) for length in range(5) for letters in product("abx", repeat=length)]
    + ["\n", "é", "0", "12", "a\n"],
    "number": [number / 20 for number in range(-40, 121)] + list(range(-3, 13)) + [100, 1e10, 0.001],
}


def dense_schema(rng: Random, draft: str, kind: str) -> dict[str, Any]:
    """A schema whose every assertion is about values of one kind."""
    maker = _Dense(rng, draft, kind)
    return {"$schema": URIS[draft], "type": kind, **maker.conjunction(2)}


class _Dense:
    def __init__(self, rng: Random, draft: str, kind: str) -> None:
        self.rng = rng
        self.age = DRAFTS.index(draft)
        words: dict[str, Callable[[], dict[str, Any]]] = {
            "array": self.array,
            "object": self.object,
            "string": self.string,
            "number": self.number,
        }
        self.word = words[kind]

    def conjunction(self, depth: int) -> dict[str, Any]:
        rng = self.rng
        made: dict[str, Any] = {}
        for _ in range(rng.choice((1, 2, 2, 3))):
            roll = rng.randrange(8)
            if depth and roll < 3:
                keyword = ("allOf", "anyOf", "oneOf")[roll]
                made[keyword] = [self.conjunction(depth - 1) for _ in range(rng.choice((2, 2, 3)))]
            elif depth and roll == 3:
                made["not"] = self.conjunction(depth - 1)
            else:
                made |= self.word()
        return made

    def value(self) -> dict[str, Any]:
        rng = self.rng
        roll = rng.randrange(6)
        if roll < 3:
            return {"enum": rng.sample((0, 1, "a"), rng.choice((1, 2)))}
        return (
            {"type": rng.choice(("integer", "string", "boolean"))}
            if roll < 5
            else {"not": {"enum": [rng.choice((0, 1, "a"))]}}
        )

    def false(self) -> Any:
        return False if self.age >= 1 else {"not": {}}

    def array(self) -> dict[str, Any]:
        rng = self.rng
        listed, rest = ("prefixItems", "items") if self.age == 4 else ("items", "additionalItems")
        roll = rng.randrange(9)
        if roll == 0:
            return {"items": self.value()}
        if roll == 1:
            return {"uniqueItems": True}
        if roll < 4:
            return {rng.choice(("minItems", "maxItems")): rng.randrange(5)}
        if roll < 6:
            more = {rest: rng.choice((self.value(), self.false()))} if rng.randrange(2) else {}
            return {listed: [self.value() for _ in range(rng.choice((1, 2)))], **more}
        if self.age == 0:
            return {"not": {"items": self.value()}}
        made: dict[str, Any] = {"contains": self.value()}
        if self.age >= 3:
            made |= {word: rng.randrange(4) for word in ("minContains", "maxContains") if rng.randrange(2)}
            if rng.randrange(3) == 0:
                made["unevaluatedItems"] = rng.choice((False, self.value()))
        return made

    def object(self) -> dict[str, Any]:
        rng = self.rng
        roll = rng.randrange(9)
        pattern, name = rng.choice(("^a", "b$", "^[ab]$", "^.{2}$", "^(?!a)", "^b*$")), rng.choice(_NAMES)
        if roll == 0:
            return {"properties": {name: rng.choice((self.value(), self.false()))}}
        if roll < 3:
            return {"patternProperties": {pattern: rng.choice((self.value(), self.false()))}}
        if roll < 5:
            return {rng.choice(("minProperties", "maxProperties")): rng.randrange(4)}
        if roll == 5:
            return {"required": rng.sample(_NAMES, rng.choice((1, 2)))}
        if roll == 6 and self.age >= 1:
            return {"propertyNames": {"pattern": pattern}}
        if roll == 7:
            word = "dependencies" if self.age < 3 else "dependentRequired"
            return {word: {name: [rng.choice(_NAMES)]}}
        made = {"properties": {name: self.value()}, "additionalProperties": rng.choice((False, self.value()))}
        if self.age >= 3 and rng.randrange(2):
            made["unevaluatedProperties"] = made.pop("additionalProperties")
        return made

    def string(self) -> dict[str, Any]:
        rng = self.rng
        roll = rng.randrange(5)
        if roll == 0:
            return {rng.choice(("minLength", "maxLength")): rng.randrange(5)}
        if roll == 1:
            return {"enum": rng.sample(("a", "b", "ab", "abb", "x", ""), rng.choice((1, 3)))}
        return {"pattern": rng.choice(PATTERNS)}

    def number(self) -> dict[str, Any]:
        rng = self.rng
        roll = rng.randrange(6)
        bound = rng.choice((-1, 0, 1, 2, 5, 0.5, 1.5, 0.1, 0.25))
        if roll == 0:
            return {"multipleOf": rng.choice((1, 2, 3, 0.5, 0.1, 1.5, 0.25, 0.15))}
        if roll == 1:
            return {"type": "integer"}
        if roll == 2:
            return {"enum": rng.sample((0, 1, 2, 0.5, 1.5, -1, 4), rng.choice((1, 3)))}
        side = rng.choice(("Minimum", "Maximum"))
        if roll == 3 and self.age >= 1:
            return {f"exclusive{side}": bound}
        return {side.lower(): bound, **({f"exclusive{side}": True} if self.age == 0 and rng.randrange(2) else {})}
