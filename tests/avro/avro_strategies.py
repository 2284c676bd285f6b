"""Random Avro schemas that are valid, small edits of them, and data of a schema in Avro's JSON encoding."""

from __future__ import annotations

import copy
import random
from typing import Any

from hypothesis import strategies as st

from schemaward.formats.avro.data import in_branch
from schemaward.formats.avro.types import Array, Enum, Fixed, Map, Record, Type, Union

PRIMITIVES = ("null", "boolean", "int", "long", "float", "double", "bytes", "string")
LOGICAL = (
    {"type": "int", "logicalType": "date"},
    {"type": "long", "logicalType": "timestamp-millis"},
    {"type": "long", "logicalType": "timestamp-micros"},
    {"type": "string", "logicalType": "uuid"},
    {"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 2},
)


class Maker:
    """Makes types from a source of randomness; names that are defined may be used again."""

    def __init__(self, source: random.Random) -> None:
        self.source = source
        self.named: list[str] = []
        self.open: list[str] = []

    def type(self, depth: int) -> Any:
        kind = self.source.choice(
            ["primitive"] * 4
            + ["logical", "reference"]
            + (["record", "enum", "fixed", "array", "map", "union"] if depth else [])
        )
        if kind == "reference" and self.named:
            return self.source.choice(self.named)
        make = getattr(self, kind, None)
        return make(depth - 1) if make and depth else self.plain()

    def plain(self) -> Any:
        return self.source.choice(PRIMITIVES)

    def logical(self, depth: int) -> Any:
        return dict(self.source.choice(LOGICAL))

    def name(self) -> str:
        return f"{self.source.choice(['a.', 'a.', 'b.c.'])}T{len(self.named) + len(self.open)}"

    def record(self, depth: int) -> Any:
        name = self.name()
        self.open.append(name)
        fields = [self.field(f"f{index}", depth) for index in range(self.source.randint(0, 3))]
        if self.source.random() < 0.2:
            fields.append({"name": "again", "type": ["null", name], "default": None})
        self.open.remove(name)
        self.named.append(name)
        return {"type": "record", "name": name, "namespace": "", "fields": fields}

    def field(self, name: str, depth: int) -> Any:
        field = {"name": name, "type": self.type(depth)}
        if isinstance(field["type"], str) and field["type"] in _DEFAULTS and self.source.random() < 0.5:
            field["default"] = _DEFAULTS[field["type"]]
        return field

    def enum(self, depth: int) -> Any:
        name = self.name()
        self.named.append(name)
        symbols = self.source.sample(["A", "B", "C", "D"], self.source.randint(1, 4))
        default = {"default": symbols[0]} if self.source.random() < 0.3 else {}
        return {"type": "enum", "name": name, "namespace": "", "symbols": symbols, **default}

    def fixed(self, depth: int) -> Any:
        name = self.name()
        self.named.append(name)
        return {"type": "fixed", "name": name, "namespace": "", "size": self.source.randint(0, 4)}

    def array(self, depth: int) -> Any:
        return {"type": "array", "items": self.type(depth)}

    def map(self, depth: int) -> Any:
        return {"type": "map", "values": self.type(depth)}

    def union(self, depth: int) -> Any:
        branches: list[Any] = self.source.sample(PRIMITIVES, self.source.randint(1, 3))
        while self.source.random() < 0.5:
            branches.append(self.record(depth))
        return branches


_DEFAULTS: dict[str, Any] = {
    "int": 7,
    "long": 8,
    "string": "x",
    "boolean": True,
    "double": 1.5,
    "bytes": "\u00ff",
    "null": None,
}


def schemas() -> st.SearchStrategy[Any]:
    return st.integers(0, 2**32).map(lambda seed: Maker(random.Random(seed)).type(3))


def edited(schema: Any, seed: int) -> Any:
    """The schema after one to three small edits; it may not be valid any more."""
    source, schema = random.Random(seed), copy.deepcopy(schema)
    for _ in range(source.randint(1, 3)):
        parts = [part for part in _parts(schema) if isinstance(part, dict)]
        if not parts:
            return source.choice(PRIMITIVES)
        _edit(source.choice(parts), source)
    return schema


def _parts(schema: Any) -> list[Any]:
    found, waiting = [], [schema]
    while waiting:
        part = waiting.pop()
        found.append(part)
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            waiting += [
                part[key] for key in ("type", "items", "values", "fields") if isinstance(part.get(key), (dict, list))
            ]
    return found


def _edit(part: dict[str, Any], source: random.Random) -> None:
    match source.randint(0, 7), part.get("type"):
        case 0, "record":
            part["fields"].append({"name": f"n{source.randint(0, 9)}", "type": source.choice(PRIMITIVES)})
        case 1, "record":
            part["fields"] = part["fields"][1:]
        case 2, "record":
            part["fields"] = part["fields"][::-1]
        case 3, "record" | "enum" | "fixed":
            part["name"] = f"{part['name']}x"
        case _, "enum":
            part["symbols"] = part["symbols"][1:] or ["Z"]
        case _, "fixed":
            part["size"] += 1
        case 4, _ if "fields" not in part and "name" in part:
            part["aliases"] = [part["name"]]
            part["name"] = f"{part['name']}y"
        case 5, _:
            part["doc"] = f"No {source.randint(0, 9)}"
        case _, "long" if "logicalType" in part:
            part["logicalType"] = source.choice(["timestamp-millis", "timestamp-micros"])
        case _, str(kind) if "name" in part and "fields" not in part and "symbols" not in part and kind in PRIMITIVES:
            part["type"] = source.choice(PRIMITIVES)
            part.pop("default", None)
        case _, list(branches):
            part["type"] = branches[1:] or ["boolean"]
            part.pop("default", None)
        case _, "array":
            part["items"] = source.choice(PRIMITIVES)
        case _, "map":
            part["values"] = source.choice(PRIMITIVES)


def document(type_: Type, source: random.Random, room: int = 6) -> Any:
    """A datum of a type in the JSON encoding; raises RecursionError when none ends within ``room`` levels."""
    if room < 0:
        raise RecursionError
    match type_:
        case Record():
            return {field.name: document(field.type, source, room - 1) for field in type_.fields}
        case Enum():
            return source.choice(type_.symbols)
        case Fixed():
            return _bytes(source, type_.size)
        case Array():
            return [document(type_.items, source, room - 1) for _ in range(source.randint(0, 2))]
        case Map():
            return {f"k{index}": document(type_.values, source, room - 1) for index in range(source.randint(0, 2))}
        case Union():
            branch = source.choice(type_.branches) if room else type_.branches[0]
            return in_branch(branch, document(branch, source, room - 1))
    return {
        "null": lambda: None,
        "boolean": lambda: source.random() < 0.5,
        "int": lambda: source.choice((0, -1, 2**31 - 1, -(2**31))),
        "long": lambda: source.choice((0, -1, 2**63 - 1, -(2**63))),
        "float": lambda: source.choice((0.0, -1.5)),
        "double": lambda: source.choice((0.0, 1e300)),
        "bytes": lambda: _bytes(source, source.randint(0, 3)),
        "string": lambda: source.choice(("", "a", "\u20ac\U0001f600")),
    }[type_.kind]()


def _bytes(source: random.Random, size: int) -> str:
    return "".join(chr(source.randint(0, 255)) for _ in range(size))
