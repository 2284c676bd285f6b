"""What the keywords of one schema object mean, in the vocabulary of 2020-12.

Canonical assertions: ``never`` (the schema ``false``), ``type`` (a frozenset), ``enum`` (key to value; ``const`` is an
enum of one), ``lower`` and ``upper`` (``Bound``), ``required`` (a frozenset), ``dependentRequired`` (name to frozenset),
``prefixItems`` and ``items`` for the array form of ``items``, ``dependentSchemas``, and the rest under their own names.
Assertions that assert nothing (``minLength: 0``, ``items: true``) are left out.
"""

from __future__ import annotations

from decimal import Decimal
from math import ceil, floor
from typing import TYPE_CHECKING, Any, NamedTuple

from schemaward.formats.jsonschema.dialects import Draft, escape
from schemaward.formats.jsonschema.engine.formulas import exact, value_key
from schemaward.formats.jsonschema.sources import Spot
from schemaward.formats.jsonschema.string_formats import FORMATS, asserted

if TYPE_CHECKING:
    from schemaward.formats.jsonschema.diffing.canonical import Builder, Node

_SINCE = {
    **dict.fromkeys(("const", "contains", "propertyNames"), Draft.DRAFT6),
    **dict.fromkeys(("if", "then", "else"), Draft.DRAFT7),
    **dict.fromkeys(("dependentRequired", "dependentSchemas", "unevaluatedItems"), Draft.DRAFT2019),
    **dict.fromkeys(("unevaluatedProperties", "minContains", "maxContains"), Draft.DRAFT2019),
    "prefixItems": Draft.DRAFT2020,
}
_UNTIL = {"dependencies": Draft.DRAFT7, "additionalItems": Draft.DRAFT2019}
_COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
_LIMITS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAPS = ("properties", "patternProperties", "dependentSchemas", "dependencies", "dependentRequired")
_SCHEMAS = ("additionalProperties", "unevaluatedProperties", "unevaluatedItems", "propertyNames")
_CONDITIONS = ("not", "if", "then", "else", "contains", "minContains", "maxContains")
_VALUES = ("type", "enum", "const", "pattern", "format", "uniqueItems", "required", "items", "additionalItems")
_ASSERTIONS = frozenset((*_VALUES, *_COUNTS, *_LIMITS, *_LISTS, *_MAPS, *_SCHEMAS, *_CONDITIONS))
_REFERENCES = ("$ref", "$recursiveRef", "$dynamicRef")
_NAMES = ("$anchor", "$dynamicAnchor", "$recursiveAnchor", "$vocabulary", "definitions", "$defs")
_STRUCTURE = frozenset(("$schema", *_REFERENCES, *_NAMES))
_ALL_TYPES = frozenset(("null", "boolean", "number", "string", "array", "object"))


class Bound(NamedTuple):
    """A limit of a number."""

    value: Any
    exclusive: bool


def _of_integers(bound: Bound, sign: int) -> Bound:
    """The same limit where all numbers are integers: whole, and within what is allowed. ``sign`` is 1 for a lower limit."""
    limit = exact(bound.value)
    nearest = ceil(limit) if sign > 0 else floor(limit)
    return Bound(nearest + sign if bound.exclusive and nearest == limit else nearest, False)


def limit_keyword(name: str, bound: Bound) -> str:
    """The keyword of a limit that is called ``lower`` or ``upper`` here."""
    plain = "minimum" if name == "lower" else "maximum"
    return f"exclusive{plain.title()}" if bound.exclusive else plain


def references(schema: dict[str, Any], draft: Draft) -> list[str]:
    """The references that a schema object makes."""
    names = {Draft.DRAFT2019: ("$ref", "$recursiveRef"), Draft.DRAFT2020: ("$ref", "$dynamicRef")}.get(draft, ("$ref",))
    return [schema[name] for name in names if isinstance(schema.get(name), str)]


def asserting(schema: dict[str, Any], draft: Draft) -> list[str]:
    """The keywords of a schema object, other than references, that assert something in ``draft``."""
    if draft.ref_hides_siblings and references(schema, draft):
        return []
    return [name for name in schema if _asserts(name, schema[name], draft)]


def _asserts(name: str, value: Any, draft: Draft) -> bool:
    if name == "format" and isinstance(value, str) and value in FORMATS:
        return asserted(value, draft)
    return name in _ASSERTIONS and _SINCE.get(name, draft) <= draft <= _UNTIL.get(name, draft)


def notes_of(spot: Spot) -> dict[str, Any]:
    """The annotations of a schema object: everything that asserts nothing, or is hidden by a ``$ref``."""
    schema = spot.value
    if not isinstance(schema, dict):
        return {}
    said = {*asserting(schema, spot.draft), *_STRUCTURE}
    return {
        "$id" if name == spot.draft.id_keyword else name: value for name, value in schema.items() if name not in said
    }


def fill(node: Node, spot: Spot, builder: Builder) -> None:
    """Write the canonical assertions and the annotations of the schema at ``spot`` into ``node``."""
    schema = spot.value
    if schema is False:
        node.keywords["never"] = True
    if not isinstance(schema, dict):
        return
    for name, value in notes_of(spot).items():
        written = spot.draft.id_keyword if name == "$id" else name
        if name not in node.notes:
            node.notes[name], node.sites[name] = value, f"{spot.pointer}/{escape(written)}"
    reader = _Reader(node, spot, builder)
    reader.references()
    if asserting(schema, spot.draft):
        reader.values()
        reader.numbers()
        reader.objects()
        reader.arrays()
        reader.composition()
    if "never" in node.keywords:
        node.keywords = {"never": True}


class _Reader:
    """Reads the keywords of one schema object into one node."""

    def __init__(self, node: Node, spot: Spot, builder: Builder) -> None:
        self.node, self.spot, self.builder = node, spot, builder
        self.schema: dict[str, Any] = spot.value
        self.said = frozenset(asserting(spot.value, spot.draft))

    def get(self, name: str, *types: type) -> Any:
        """The value of an assertion when it has one of ``types`` (a float may be a Decimal), else None."""
        value = self.schema.get(name) if name in self.said else None
        if isinstance(value, bool) and bool not in types:
            return None
        return value if isinstance(value, types) or (float in types and isinstance(value, Decimal)) else None

    def put(self, name: str, value: Any, written: str = "") -> None:
        """Record a canonical assertion and where it is written."""
        self.node.keywords[name] = value
        self.node.sites[name] = f"{self.spot.pointer}/{escape(written or name)}"

    def child(self, path: str) -> Node:
        """The node of a subschema, by its relative pointer."""
        return self.builder.at(self.spot, path)

    def trivial(self, path: str) -> bool:
        """True when the subschema at ``path`` accepts everything and says nothing."""
        landing = self.builder.unwrap(self.builder.sources.descend(self.spot, f"/{path}"))
        spot, notes = landing.spot, landing.notes
        if not isinstance(spot.value, dict):
            return spot.value is True and not notes
        said = asserting(spot.value, spot.draft) or references(spot.value, spot.draft)
        return not said and not notes and not notes_of(spot)

    def references(self) -> None:
        """References that were not taken off as wrappers: beside other assertions, circular, or leading nowhere."""
        for ref in references(self.schema, self.spot.draft):
            target = self.builder.follow(self.spot, ref)
            if target is None:
                self.put("reference", ref, "$ref")
            elif self.builder.circular(self.spot):
                # A circle of references has no content, whatever its members are called.
                self.put("reference", "", "$ref")
            else:
                members = self.node.keywords.setdefault("allOf", [])
                self.node.sites[f"allOf/{len(members)}"] = self.node.sites["allOf"] = f"{self.spot.pointer}/$ref"
                members.append(self.builder.node(target))

    def values(self) -> None:
        """``type``, ``enum``, ``const``, ``pattern``, ``format``."""
        types = self.get("type", str, list)
        if types is not None:
            names = frozenset([types] if isinstance(types, str) else [name for name in types if isinstance(name, str)])
            names -= {"integer"} if "number" in names else set()
            if not names >= _ALL_TYPES:
                self.put("type", names, "type")
        enum = self.get("enum", list)
        if enum is not None:
            self.put("enum", {value_key(value): value for value in enum})
        if "const" in self.said:
            key = value_key(self.schema["const"])
            allowed = enum is None or key in self.node.keywords["enum"]
            self.put("enum", {key: self.schema["const"]} if allowed else {}, "const")
        if self.node.keywords.get("enum") == {}:
            self.node.keywords["never"] = True
        for name in ("pattern", "format"):
            if self.get(name, str) is not None:
                self.put(name, self.schema[name])

    def numbers(self) -> None:
        """Limits of numbers, lengths and counts."""
        self._bound("lower", "minimum", "exclusiveMinimum", max)
        self._bound("upper", "maximum", "exclusiveMaximum", min)
        if self.get("multipleOf", int, float) is not None:
            self.put("multipleOf", self.schema["multipleOf"])
        for name in _COUNTS:
            if (count := self.get(name, int, float)) is not None and (name.startswith("max") or count > 0):
                self.put(name, int(count))
        if self.get("uniqueItems", bool):
            self.put("uniqueItems", True)

    def _bound(self, name: str, plain: str, strict: str, stricter: Any) -> None:
        found = []
        if (value := self.get(plain, int, float)) is not None:
            found.append((exact(value), self.get(strict, bool) is True, value, plain))
        if (value := self.get(strict, int, float)) is not None:
            found.append((exact(value), True, value, strict))
        if found:
            sign = 1 if stricter is max else -1
            _, exclusive, value, written = max(found, key=lambda one: (sign * one[0], one[1]))
            bound = Bound(value, exclusive)
            types = self.node.keywords.get("type", _ALL_TYPES)
            whole = "integer" in types and "number" not in types
            self.put(name, _of_integers(bound, sign) if whole else bound, written)

    def objects(self) -> None:
        """Properties, required names and dependencies."""
        if required := self.get("required", list):
            self.put("required", frozenset(name for name in required if isinstance(name, str)))
        for name in ("properties", "patternProperties", "dependentSchemas"):
            self._map(name, name)
        self._map("dependencies", "dependentSchemas")
        needs: dict[str, frozenset[str]] = {}
        for keyword in ("dependencies", "dependentRequired"):
            for name, names in (self.get(keyword, dict) or {}).items():
                if isinstance(names, list) and names:
                    needs[name] = frozenset(need for need in names if isinstance(need, str))
                    self.node.sites[f"dependentRequired/{name}"] = f"{self.spot.pointer}/{keyword}/{escape(name)}"
        if needs:
            self.node.keywords["dependentRequired"] = needs
        for name in _SCHEMAS:
            self._schema(name, name)

    def _map(self, keyword: str, name: str) -> None:
        found = {}
        for key, value in (self.get(keyword, dict) or {}).items():
            path = f"{keyword}/{escape(key)}"
            # An unconstrained property is still a declared one; an unconstrained dependency is nothing.
            if isinstance(value, (dict, bool)) and not (name == "dependentSchemas" and self.trivial(path)):
                found[key] = self.child(path)
                self.node.sites[f"{name}/{key}"] = f"{self.spot.pointer}/{path}"
        if found:
            self.node.keywords[name] = self.node.keywords.get(name, {}) | found

    def _schema(self, keyword: str, name: str) -> None:
        if self.get(keyword, dict, bool) is not None and not self.trivial(keyword):
            self.put(name, self.child(keyword), keyword)

    def arrays(self) -> None:
        """Items by position and the rest, and what an array contains."""
        by_position = "prefixItems" if self.spot.draft >= Draft.DRAFT2020 else "items"
        if positions := self.get(by_position, list):
            self.put(
                "prefixItems", [self.child(f"{by_position}/{index}") for index in range(len(positions))], by_position
            )
        rest = "additionalItems" if by_position == "items" and isinstance(self.schema.get("items"), list) else "items"
        self._schema(rest, "items")
        if self.get("contains", dict, bool) is not None:
            self.put("contains", self.child("contains"))
            at_least, at_most = self.get("minContains", int, float), self.get("maxContains", int, float)
            if at_least is not None and at_least != 1:
                self.put("minContains", int(at_least))
            if at_most is not None:
                self.put("maxContains", int(at_most))

    def composition(self) -> None:
        """``allOf``, ``anyOf``, ``oneOf``, ``not`` and conditions."""
        self._conjunction()
        for name in ("anyOf", "oneOf"):
            if branches := self.get(name, list):
                self.put(name, [self.child(f"{name}/{index}") for index in range(len(branches))])
        if self.get("not", dict, bool) is not None:
            inner = self.builder.unwrap(self.builder.sources.descend(self.spot, "/not")).spot
            if self.trivial("not"):
                self.node.keywords["never"] = True
            elif inner.value is not False:
                self.put("not", self.child("not"))
        for name in ("then", "else"):
            if self.get("if", dict, bool) is not None:
                self._schema(name, name)
        if "then" in self.node.keywords or "else" in self.node.keywords:
            self.put("if", self.child("if"))

    def _conjunction(self) -> None:
        """The members of ``allOf``, behind those that stand for references."""
        found = self.node.keywords.get("allOf", [])
        for index in range(len(self.get("allOf", list) or [])):
            site = f"{self.spot.pointer}/allOf/{index}"
            self.node.sites[f"allOf/{len(found)}"] = site
            self.node.sites.setdefault("allOf", f"{self.spot.pointer}/allOf")
            found.append(self.child(f"allOf/{index}"))
        if found:
            self.node.keywords["allOf"] = found
