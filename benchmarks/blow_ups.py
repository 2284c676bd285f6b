"""Shapes on which set algebra over schemas blows up, scaled: time, memory and verdict of ``schemaward.can_read`` as a table.

    python benchmarks/blow_ups.py [--sizes 4 8 16 32 64]

Each shape is asked about an edit that breaks and one that does not. Formats are not asserted.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import schemaward


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=[4, 8, 16, 32, 64])
    arguments = parser.parse_args()
    print(f"{'shape':34} {'size':>7} {'edit':8} {'verdict':13} {'ms':>9} {'MB':>7}")
    for name, make, factor in SHAPES:
        for size in arguments.sizes:
            for edit, reader, writer in make(size * factor):
                row(name, size * factor, edit, reader, writer)


def row(name: str, size: int, edit: str, reader: Any, writer: Any) -> None:
    start = time.perf_counter()
    verdict = schemaward.can_read(reader, writer, assert_formats=False)
    spent = 1000 * (time.perf_counter() - start)
    tracemalloc.start()
    schemaward.can_read({**reader, "$comment": "again"}, writer, assert_formats=False)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    print(f"{name:34} {size:7} {edit:8} {verdict.kind:13} {spent:9.1f} {peak:7.1f}", flush=True)


Cases = Iterator[tuple[str, Any, Any]]


def chain(size: int) -> Cases:
    def links(last: str) -> Any:
        schema: Any = {"properties": {"v": {"type": last}}}
        for n in range(size):
            schema = {
                "if": {"properties": {"kind": {"const": f"k{n}"}}, "required": ["kind"]},
                "then": {"properties": {f"p{n}": {"type": "string"}}, "required": [f"p{n}"]},
                "else": schema,
            }
        return {"type": "object", **schema}

    yield "breaks", links("integer"), links("string")
    yield "widens", links("string"), {**links("string"), "required": ["z"]}


def table(size: int) -> Cases:
    def rows(count: int) -> Any:
        cases = [
            {
                "if": {"properties": {"kind": {"const": f"k{n}"}}},
                "then": {"properties": {f"p{n}": {"type": "string"}}, "required": [f"p{n}"]},
            }
            for n in range(count)
        ]
        kinds = {"enum": [f"k{n}" for n in range(count)]}
        return {"type": "object", "required": ["kind"], "properties": {"kind": kinds}, "allOf": cases}

    yield "breaks", rows(size), rows(size + 1)
    yield "widens", rows(size + 1), rows(size)


def closed_table(size: int) -> Cases:
    """What the branches declare is all that there may be: the combinations of branches that hold are many."""
    for edit, reader, writer in table(size):
        draft = {"$schema": "https://json-schema.org/draft/2020-12/schema", "unevaluatedProperties": False}
        yield edit, {**reader, **draft}, {**writer, **draft}


def dependencies(size: int) -> Cases:
    def schema(more: list[str]) -> Any:
        return {"type": "object", "dependencies": {f"a{n}": [f"b{n}", *(more if not n else [])] for n in range(size)}}

    yield "breaks", schema(["c"]), schema([])
    yield "widens", schema([]), schema(["c"])


def conjunction(size: int) -> Cases:
    def option(n: int, m: int, first: str) -> Any:
        name = f"x{n}_{m}"
        return {"properties": {name: {"type": first if n == 0 else "string"}}, "required": [name]}

    def schema(first: str) -> Any:
        return {"allOf": [{"anyOf": [option(n, m, first) for m in range(5)]} for n in range(size)]}

    yield "breaks", schema("integer"), schema("string")
    yield "widens", {"allOf": schema("string")["allOf"][1:]}, schema("string")


def enumeration(size: int) -> Cases:
    few, many = [f"v{n}" for n in range(size - 1)], [f"v{n}" for n in range(size)]
    yield "breaks", {"enum": few}, {"enum": many}
    yield "widens", {"enum": many}, {"enum": few}


def union(keyword: str, tagged: bool) -> Callable[[int], Cases]:
    def branch(n: int) -> Any:
        if tagged:
            properties = {"t": {"const": f"t{n}"}, "v": {"type": "string"}}
            return {"type": "object", "required": ["t"], "properties": properties}
        name = f"r{n}"
        closed = {"additionalProperties": False, "properties": {name: {"type": "string"}}}
        return {"type": "object", "required": [name], **closed}

    def schema(size: int) -> Any:
        return {keyword: [branch(n) for n in range(size)]}

    def cases(size: int) -> Cases:
        yield "breaks", schema(size), schema(size + 1)
        yield "widens", schema(size + 1), schema(size)

    return cases


def nesting(size: int) -> Cases:
    def schema(leaf: str) -> Any:
        nested: Any = {"type": leaf}
        for _ in range(size):
            nested = {"type": "object", "properties": {"a": nested}, "required": ["a"]}
        return nested

    yield "breaks", schema("integer"), schema("string")
    yield "widens", schema("number"), schema("integer")


SHAPES: list[tuple[str, Callable[[int], Cases], int]] = [
    ("if/then/else chain on a tag", chain, 1),
    ("allOf of if/then on a tag", table, 1),
    ("allOf of if/then, unevaluated", closed_table, 1),
    ("dependencies", dependencies, 1),
    ("allOf of anyOf of 5", conjunction, 1),
    ("enum", enumeration, 1500),
    ("oneOf by tag", union("oneOf", tagged=True), 3),
    ("anyOf by tag", union("anyOf", tagged=True), 3),
    ("oneOf of closed objects", union("oneOf", tagged=False), 3),
    ("nesting", nesting, 7),
]

if __name__ == "__main__":
    main()
