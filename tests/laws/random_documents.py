"""Documents with which to attack a verdict: from the constants of the schemas, and along their structure."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

TEXTS = (
    "", "a", "b", "ab", "ba", "aa", "bb", "x", "c", "0", "12", "a\n", "\n", "aab", "abb", "é", "a b", "2024-01-31", "a@b.example", "192.0.2.1",
    "2024-01-31T12:00:00Z", "https://example.com", "example.com", "12:00:00Z", "123e4567-e89b-12d3-a456-426614174000", "(",
)  # fmt: skip
SCALARS: tuple[Any, ...] = (None, True, False, 0, 1, 1.0, -1, 2, 3, 0.5, 1.5, 2.5, -0.5, 0.1, 4, 6, 7, 100, *TEXTS)
NAMES = ("a", "b", "ab", "ba", "c", "x", "", "0")


class Attack:
    """Makes documents for schemas of one pair."""

    def __init__(self, rng: Random, *schemas: Any) -> None:
        self.rng = rng
        self.schemas = schemas
        found = [value for schema in schemas for value in _constants(schema)]
        self.values: list[Any] = [*SCALARS, *found, *found, *(near for value in found for near in _near(value))]

    def documents(self, count: int) -> Iterator[Any]:
        """``count`` documents: constants, free ones, and ones that follow a schema, some of them spoilt afterwards."""
        yield from self.values[-count // 4 :]
        for _ in range(count - count // 4):
            roll = self.rng.randrange(8)
            if roll == 0:
                yield self.free(2)
            else:
                root = self.rng.choice(self.schemas)
                document = self.along(root, root, 5)
                yield self.spoilt(document) if roll < 3 else document

    def free(self, depth: int) -> Any:
        """Any value."""
        rng = self.rng
        roll = rng.randrange(6)
        if depth and roll == 0:
            return [self.free(depth - 1) for _ in range(rng.randrange(4))]
        if depth and roll < 3:
            return {rng.choice(NAMES): self.free(depth - 1) for _ in range(rng.randrange(4))}
        return rng.choice(self.values)

    def spoilt(self, document: Any) -> Any:
        """The document with one part of it dropped, added or replaced."""
        rng = self.rng
        if isinstance(document, dict) and document and rng.randrange(4):
            name = rng.choice(sorted(document))
            roll = rng.randrange(4)
            if roll == 0:
                return {key: value for key, value in document.items() if key != name}
            if roll == 1:
                return {**document, rng.choice(NAMES): self.free(1)}
            return {**document, name: self.spoilt(document[name])}
        if isinstance(document, list) and document and rng.randrange(4):
            at = rng.randrange(len(document))
            roll = rng.randrange(4)
            if roll == 0:
                return document[:at] + document[at + 1 :]
            if roll == 1:
                return [*document, rng.choice(document)]
            return [*document[:at], self.spoilt(document[at]), *document[at + 1 :]]
        return self.free(1)

    def along(self, schema: Any, root: Any, depth: int) -> Any:
        """A value that follows some of the keywords of a schema."""
        rng = self.rng
        if not isinstance(schema, dict) or depth <= 0:
            return self.free(1 if depth > 0 else 0)
        if "const" in schema and rng.randrange(5):
            return schema["const"]
        if "enum" in schema and rng.randrange(5):
            return rng.choice(schema["enum"])
        inner = [self.along(part, root, depth - 1) for part in self._in_place(schema, root)]
        kinds = schema.get("type")
        kind = rng.choice(kinds) if isinstance(kinds, list) else kinds
        if kind is None and inner and rng.randrange(4):
            return self._joined(schema, root, inner, depth)
        if kind is None:
            kind = self._likely(schema)
        if kind == "object":
            return self._joined(schema, root, [{}, *inner], depth)
        if kind == "array":
            return self._array(schema, root, depth)
        fitting = [value for value in self.values if _is(value, kind)]
        return rng.choice(fitting or self.values)

    def _in_place(self, schema: dict[str, Any], root: Any) -> Iterator[Any]:
        if isinstance(schema.get("$ref"), str):
            yield _pointed(root, schema["$ref"])
        yield from schema.get("allOf", ())
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                yield self.rng.choice(schema[keyword])
        if "if" in schema:
            yield from (
                part for part in (schema["if"], schema.get("then"), schema.get("else")) if self.rng.randrange(2)
            )

    def _joined(self, schema: dict[str, Any], root: Any, inner: list[Any], depth: int) -> Any:
        if not all(isinstance(value, dict) for value in inner):
            return self.rng.choice(inner)
        return {**{k: v for value in inner for k, v in value.items()}, **self._object(schema, root, depth)}

    def _object(self, schema: dict[str, Any], root: Any, depth: int) -> dict[str, Any]:
        rng = self.rng
        properties = schema.get("properties", {})
        names = [name for name in properties if rng.randrange(2)] + list(schema.get("required", ()))
        made = {name: self.along(properties.get(name), root, depth - 1) for name in names}
        others = [
            *schema.get("patternProperties", {}).values(),
            schema.get("additionalProperties"),
            schema.get("unevaluatedProperties"),
        ]
        while len(made) < schema.get("minProperties", 0) or rng.randrange(3) == 0:
            made[rng.choice((*NAMES, f"n{len(made)}"))] = self.along(rng.choice(others), root, depth - 1)
            if len(made) > 5:
                break
        return made

    def _array(self, schema: dict[str, Any], root: Any, depth: int) -> list[Any]:
        rng = self.rng
        listed = schema.get("prefixItems", schema["items"] if isinstance(schema.get("items"), list) else [])
        rest = [
            schema.get("contains"),
            schema.get("additionalItems"),
            schema.get("unevaluatedItems"),
            schema.get("items"),
        ]
        length = rng.randrange(schema.get("minItems", 0), max(schema.get("minItems", 0), schema.get("maxItems", 3)) + 1)
        made = []
        for at in range(min(length, 6)):
            part = listed[at] if at < len(listed) else rng.choice([part for part in rest if not isinstance(part, list)])
            made.append(rng.choice(made) if made and rng.randrange(6) == 0 else self.along(part, root, depth - 1))
        return made

    def _likely(self, schema: dict[str, Any]) -> str:
        for kind, words in _WORDS.items():
            if any(word in schema for word in words) and self.rng.randrange(5):
                return kind
        return self.rng.choice(("null", "boolean", "number", "string", "array", "object"))


_WORDS = {
    "object": ("properties", "required", "patternProperties", "additionalProperties", "minProperties", "maxProperties", "dependencies",
               "propertyNames", "dependentRequired", "dependentSchemas", "unevaluatedProperties"),
    "array": ("items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems", "unevaluatedItems"),
    "string": ("pattern", "minLength", "maxLength", "format"),
    "number": ("minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"),
}  # fmt: skip


def _is(value: Any, kind: str | None) -> bool:
    if isinstance(value, bool) or value is None:
        return kind == ("null" if value is None else "boolean")
    if isinstance(value, (int, float)):
        return kind == "number" or (kind == "integer" and value == int(value))
    return kind == ("string" if isinstance(value, str) else "array" if isinstance(value, list) else "object")


def _pointed(root: Any, ref: str) -> Any:
    value = root
    for token in ref.removeprefix("#").split("/")[1:]:
        value = value.get(token) if isinstance(value, dict) else None
    return value


def _constants(schema: Any) -> Iterator[Any]:
    if isinstance(schema, dict):
        for keyword, value in schema.items():
            if keyword == "const":
                yield value
            elif keyword == "enum":
                yield from value
            elif isinstance(value, (int, float)) and not isinstance(value, bool):
                yield value
            else:
                yield from _constants(value)
    elif isinstance(schema, list):
        for member in schema:
            yield from _constants(member)


def _near(value: Any) -> Iterator[Any]:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from (value + 1, value - 1, value + 0.5, value * 2, -value)
        if value == int(value):
            yield float(value)
    elif isinstance(value, str):
        yield from (value + "a", value[1:])
    elif isinstance(value, list):
        yield from ([*value, *value], value[1:], [*value, "a"])
    elif isinstance(value, dict):
        yield from ({**value, "c": 1}, {**value, "a": "a"})
