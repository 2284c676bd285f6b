"""Small random schemas of all five drafts, and small edits of a schema, from one source of random choices.

The source is a ``random.Random``; property tests pass one of Hypothesis, which can be replayed.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, TypeAlias

Refs: TypeAlias = tuple[str, ...]

URIS = {
    "draft4": "http://json-schema.org/draft-04/schema#",
    "draft6": "http://json-schema.org/draft-06/schema#",
    "draft7": "http://json-schema.org/draft-07/schema#",
    "2019-09": "https://json-schema.org/draft/2019-09/schema",
    "2020-12": "https://json-schema.org/draft/2020-12/schema",
}
DRAFTS = tuple(URIS)
NAMES = ("a", "b", "ab", "ba", "c")
PATTERNS = (
    "a", "^a", "b$", "^[ab]$", "^b*$", "^.{2}$", "^(a|b)+$", "^(?!a)", "^(?=.*b)a", "^\\d+$", "x|^$", "^a?b{1,2}$", "[^a]", ".",
    "^\\w*$", "(^a|b)$", "^[\\s\\S]*$",
)  # fmt: skip
FORMATS = (
    "date-time",
    "email",
    "ipv4",
    "uri",
    "hostname",
    "unheard-of",
    "uri-reference",
    "date",
    "time",
    "regex",
    "uuid",
)
"""In the order of the drafts that defined them."""
_FORMATS_OF_DRAFT = (6, 7, 10, 11, 11)
TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")
VALUES: tuple[Any, ...] = (
    0, 1, "a", None, True, False, 1.0, -1, 2, 0.5, "", "b", "ab", [], {}, [1], [1.0], [True], ["a"], {"a": 1}, {"a": 1.0}, {"b": None},
    {"a": {"b": 1}}, [[1]], [0, 1], {"a": 0, "b": "a"},
)  # fmt: skip
BOUNDS = (0, 1, 2, -1, 3, 0.5, 1.5, 5)


def random_schema(rng: Random, draft: str, depth: int = 3) -> dict[str, Any]:
    """A schema of ``draft`` with two definitions, to which its references lead."""
    maker = _Maker(rng, draft)
    root = maker.schema(depth, ("d", "e"))
    if not isinstance(root, dict) or (draft in ("draft4", "draft6", "draft7") and "$ref" in root):
        root = {"allOf": [root]} if isinstance(root, dict) or draft != "draft4" else {}
    definitions = {"d": maker.schema(depth - 1, ("e",)), "e": maker.schema(depth - 1, ())}
    return {"$schema": URIS[draft], **root, maker.definitions: definitions}


_ALL = ("#", "d", "e")
"""What a reference may lead to from a schema of another value. In place it leads onwards only: no validator ends on a loop."""


class _Maker:
    def __init__(self, rng: Random, draft: str) -> None:
        self.rng = rng
        self.draft = draft
        self.age = DRAFTS.index(draft)
        self.definitions = "definitions" if self.age < 3 else "$defs"

    def schema(self, depth: int, refs: Refs = _ALL) -> Any:
        """A schema in which the references in place lead to ``refs``."""
        rng = self.rng
        roll = rng.randrange(20)
        if roll == 0:
            return {}
        if roll == 1 and self.age >= 1:
            return rng.randrange(3) > 0
        if roll < 5 and depth < 3 and refs:
            ref = rng.choice(refs)
            return {"$ref": ref if ref == "#" else f"#/{self.definitions}/{ref}"}
        made: dict[str, Any] = {}
        for _ in range(rng.choice((1, 1, 2, 2, 3))):
            made.update(self.part(depth, refs))
        return made

    def part(self, depth: int, refs: Refs = ()) -> dict[str, Any]:
        plain: list[Callable[[], dict[str, Any]]] = [
            self.type,
            self.type,
            self.number,
            self.string,
            self.values,
            self.sizes,
        ]
        deep: list[Callable[[int, Refs], dict[str, Any]]] = [
            self.objects,
            self.objects,
            self.arrays,
            self.branches,
            self.branches,
            self.rare,
        ]
        if depth <= 0 or self.rng.randrange(10) < 4:
            return self.rng.choice(plain)()
        return self.rng.choice(deep)(depth - 1, refs)

    def type(self) -> dict[str, Any]:
        if self.rng.randrange(3):
            return {"type": self.rng.choice(TYPES)}
        return {"type": self.rng.sample(TYPES, 2)}

    def values(self) -> dict[str, Any]:
        if self.age >= 1 and self.rng.randrange(2):
            return {"const": copy.deepcopy(self.rng.choice(VALUES))}
        chosen: list[Any] = []
        for value in self.rng.sample(VALUES, self.rng.choice((1, 2, 4))):
            if not any(_same(value, other) for other in chosen):
                chosen.append(copy.deepcopy(value))
        return {"enum": chosen}

    def number(self) -> dict[str, Any]:
        rng = self.rng
        side = rng.choice(("Minimum", "Maximum"))
        bound = rng.choice(BOUNDS)
        if rng.randrange(3) == 0:
            return {"multipleOf": rng.choice((1, 2, 3, 0.5, 0.1, 1.5, 0.25))}
        if rng.randrange(2):
            return {side.lower(): bound}
        return {side.lower(): bound, f"exclusive{side}": True} if self.age == 0 else {f"exclusive{side}": bound}

    def string(self) -> dict[str, Any]:
        rng = self.rng
        roll = rng.randrange(6)
        if roll == 0:
            return {"format": rng.choice(FORMATS[: _FORMATS_OF_DRAFT[self.age]])}
        if roll < 4:
            return {"pattern": rng.choice(PATTERNS)}
        return {rng.choice(("minLength", "maxLength")): rng.randrange(4)}

    def sizes(self) -> dict[str, Any]:
        rng = self.rng
        roll = rng.randrange(6)
        if roll < 2:
            return {"required": rng.sample(NAMES, rng.choice((1, 1, 2)))}
        if roll == 2:
            return {"uniqueItems": True}
        return {rng.choice(("minItems", "maxItems", "minProperties", "maxProperties")): rng.randrange(4)}

    def objects(self, depth: int, _refs: Refs) -> dict[str, Any]:
        rng = self.rng
        made: dict[str, Any] = {}
        if rng.randrange(4):
            made["properties"] = {name: self.schema(depth) for name in rng.sample(NAMES, rng.choice((1, 2, 2)))}
        if rng.randrange(4) == 0:
            made["patternProperties"] = {p: self.schema(depth) for p in rng.sample(PATTERNS, rng.choice((1, 2)))}
        if rng.randrange(3) == 0:
            made["additionalProperties"] = rng.choice((False, False, self.schema(depth)))
        return made

    def arrays(self, depth: int, _refs: Refs) -> dict[str, Any]:
        rng = self.rng
        roll = rng.randrange(4)
        if roll == 0 and self.age >= 1:
            return self.contains(depth)
        listed, rest = ("prefixItems", "items") if self.age == 4 else ("items", "additionalItems")
        if roll < 3:
            return {"items": self.schema(depth)}
        made: dict[str, Any] = {listed: [self.schema(depth) for _ in range(rng.choice((1, 2)))]}
        if rng.randrange(2):
            made[rest] = rng.choice((False, self.schema(depth)))
        return made

    def contains(self, depth: int) -> dict[str, Any]:
        made = {"contains": self.schema(depth)}
        if self.age >= 3:
            if self.rng.randrange(2):
                made["minContains"] = self.rng.randrange(3)
            if self.rng.randrange(2):
                made["maxContains"] = self.rng.randrange(3)
        return made

    def branches(self, depth: int, refs: Refs) -> dict[str, Any]:
        rng = self.rng
        keyword = rng.choice(("allOf", "anyOf", "anyOf", "oneOf", "oneOf", "not"))
        if keyword == "not":
            return {"not": self.schema(depth, refs)}
        return {keyword: [self.schema(depth, refs) for _ in range(rng.choice((1, 2, 2, 3)))]}

    def rare(self, depth: int, refs: Refs) -> dict[str, Any]:
        rng = self.rng
        kinds = (
            ["dependencies"]
            if self.age < 3
            else ["dependentRequired", "dependentSchemas", "unevaluated", "unevaluated"]
        )
        kinds += ["propertyNames"] if self.age >= 1 else []
        kinds += ["if", "if"] if self.age >= 2 else []
        kind = rng.choice(kinds)
        name, names = rng.choice(NAMES), rng.sample(NAMES, 1)
        if kind == "if":
            made = {"if": self.schema(depth, refs), "then": self.schema(depth, refs)}
            return made | ({"else": self.schema(depth, refs)} if rng.randrange(2) else {})
        if kind == "dependencies":
            return {kind: {name: self.schema(depth, refs) if rng.randrange(2) else names}}
        if kind == "dependentRequired":
            return {kind: {name: names}}
        if kind == "unevaluated":
            made = self.branches(depth, refs) | (
                self.objects(depth, refs) if rng.randrange(2) else self.arrays(depth, refs)
            )
            return made | {
                rng.choice(("unevaluatedProperties", "unevaluatedItems")): rng.choice((False, self.schema(depth)))
            }
        return {kind: self.schema(depth) if kind == "propertyNames" else {name: self.schema(depth, refs)}}


def edited(rng: Random, schema: dict[str, Any], draft: str) -> dict[str, Any]:
    """The schema after one small edit somewhere: a keyword added, dropped, replaced, or a bound moved."""
    made = copy.deepcopy(schema)
    maker = _Maker(rng, draft)
    places = [place for place in objects_in(made) if "$ref" not in place]
    place = rng.choice(places or [made])
    keywords = [k for k in place if k not in ("$schema", "definitions", "$defs")]
    roll = rng.randrange(5)
    if roll < 2 or not keywords:
        place.update(maker.part(1))
        return made
    keyword = rng.choice(keywords)
    value = place[keyword]
    if isinstance(value, (int, float)) and not isinstance(value, bool) and keyword != "const":
        place[keyword] = max(0, value + rng.choice((1, -1))) or 1
    elif isinstance(value, list) and len(value) > 1 and keyword != "const" and roll < 4:
        value.pop(rng.randrange(len(value)))
    elif roll == 2:
        place.update(maker.part(1))
    else:
        for gone in (keyword, f"exclusive{keyword.capitalize()}"):
            place.pop(gone, None)
    return made


def objects_in(schema: Any) -> Iterator[dict[str, Any]]:
    """All schema objects of a schema, itself included."""
    if not isinstance(schema, dict):
        return
    yield schema
    for keyword, value in schema.items():
        if keyword in ("properties", "patternProperties", "definitions", "$defs", "dependencies", "dependentSchemas"):
            members = list(value.values())
        elif keyword in ("allOf", "anyOf", "oneOf", "items", "prefixItems"):
            members = value if isinstance(value, list) else [value]
        elif keyword in ("enum", "const", "dependentRequired"):
            members = []
        else:
            members = [value]
        for member in members:
            yield from objects_in(member)


def _same(left: Any, right: Any) -> bool:
    return bool(repr(left).replace(".0", "") == repr(right).replace(".0", ""))
