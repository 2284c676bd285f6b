"""The lenient policy as a transformation: a writer writes only the properties that it declares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from schemaward.formats.jsonschema.engine.formulas import FALSE, TRUE, Literal
from schemaward.formats.jsonschema.sources import Spot

if TYPE_CHECKING:
    from schemaward.formats.jsonschema.engine.compiling import Compiler

Key: TypeAlias = "tuple[str, str]"


def closed(compiler: Compiler, spot: Spot) -> Literal:
    """Writers write only what they declare: no property beyond those that the schema names in place."""
    names, explicit = _declared_in_place(compiler, spot, set())
    if explicit or names in (TRUE, FALSE):
        return TRUE
    return compiler.universe.properties(-names, FALSE)


def _declared_in_place(compiler: Compiler, spot: Spot, seen: set[Key]) -> tuple[Literal, bool]:
    """The names declared by a schema and its in-place neighbours, and whether one of them says what else may come."""
    schema = spot.value
    if not isinstance(schema, dict) or (spot.source, spot.pointer) in seen:
        return FALSE, False
    seen.add((spot.source, spot.pointer))
    hidden = spot.draft.ref_hides_siblings and "$ref" in schema
    names = [] if hidden else [compiler.declared(spot)]
    explicit = not hidden and any(
        keyword in schema and compiler.asserts(spot, keyword)
        for keyword in ("additionalProperties", "unevaluatedProperties")
    )
    for neighbour in _in_place(compiler, spot, hidden):
        more, also = _declared_in_place(compiler, neighbour, seen)
        names.append(more)
        explicit = explicit or also
    return compiler.universe.any(names), explicit


def _in_place(compiler: Compiler, spot: Spot, hidden: bool) -> Iterator[Spot]:
    schema = spot.value
    if isinstance(schema.get("$ref"), str):
        yield compiler.target(spot)
    if hidden:
        return
    for keyword in ("allOf", "anyOf", "oneOf"):
        for index in range(len(schema.get(keyword, ()))):
            yield compiler.below(spot, keyword, index)
    for keyword in ("if", "then", "else"):
        if keyword in schema and compiler.asserts(spot, "if"):
            yield compiler.below(spot, keyword)
    for keyword in ("dependentSchemas", "dependencies"):
        if keyword in schema and compiler.asserts(spot, keyword):
            for name, demand in schema[keyword].items():
                if not isinstance(demand, list):
                    yield compiler.below(spot, keyword, name)
