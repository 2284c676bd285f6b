"""Canonical schemas as text again: a self-contained schema of draft 2020-12, to put a question to the engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from schemaward.formats.jsonschema.dialects import Draft
from schemaward.formats.jsonschema.diffing.canonical import Node, members
from schemaward.formats.jsonschema.diffing.canonical_keywords import Bound, limit_keyword

_INLINE_DEPTH = 12


class UnrenderableError(Exception):
    """The schema leads to a reference that is not in the document."""


def render(node: Node, replaced: Mapping[int, dict[str, Any]], limit: int) -> tuple[dict[str, Any], int]:
    """``node`` as a schema, and how many subschemas it has.

    ``replaced`` gives other keywords for the nodes with these ids. Raises UnrenderableError for a reference that leads
    nowhere, and for more than ``limit`` subschemas.
    """
    printer = _Printer(node, replaced, limit)
    schema = printer.document(node)
    return schema, printer.size


class _Printer:
    def __init__(self, root: Node, replaced: Mapping[int, dict[str, Any]], limit: int) -> None:
        self._replaced = replaced
        self._shared, self.size = self._count(root, limit)
        self._names: dict[int, str] = {}
        self._pending: list[Node] = []

    def _keywords(self, node: Node) -> dict[str, Any]:
        return self._replaced.get(id(node), node.keywords)

    def _count(self, root: Node, limit: int) -> tuple[frozenset[int], int]:
        """The nodes with several uses (every cycle has one), and the number of nodes."""
        uses = Counter({id(root): 1})
        stack, size = [root], 0
        while stack:
            size += 1
            if size > limit:
                raise UnrenderableError
            for value in self._keywords(stack.pop()).values():
                for child in members(value):
                    uses[id(child)] += 1
                    if uses[id(child)] == 1:
                        stack.append(child)
        return frozenset(key for key, count in uses.items() if count > 1), size

    def document(self, root: Node) -> dict[str, Any]:
        """The whole schema with its definitions."""
        schema = self.reference(root) if id(root) in self._shared else self.schema(root, 0)
        definitions: dict[str, Any] = {}
        while self._pending:
            node = self._pending.pop()
            definitions[self._names[id(node)]] = self.schema(node, 0)
        head: dict[str, Any] = {"$schema": Draft.DRAFT2020.uri}
        body = {"not": {}} if schema is False else schema
        return head | (body if isinstance(body, dict) else {}) | ({"$defs": definitions} if definitions else {})

    def reference(self, node: Node) -> dict[str, Any]:
        """A ``$ref`` to the definition that will hold ``node``."""
        if id(node) not in self._names:
            self._names[id(node)] = f"d{len(self._names)}"
            self._pending.append(node)
        return {"$ref": f"#/$defs/{self._names[id(node)]}"}

    def child(self, node: Node, depth: int) -> Any:
        """A subschema: in place, or by reference when it is shared or lies deep."""
        if node.keywords and (id(node) in self._shared or depth > _INLINE_DEPTH):
            return self.reference(node)
        return self.schema(node, depth)

    def schema(self, node: Node, depth: int) -> Any:
        """One schema object."""
        keywords = self._keywords(node)
        if "never" in keywords:
            return False
        if "reference" in keywords:
            raise UnrenderableError
        written: dict[str, Any] = {}
        for name, value in keywords.items():
            written |= self._keyword(name, value, depth + 1)
        return written or True

    def _keyword(self, name: str, value: Any, depth: int) -> dict[str, Any]:
        if isinstance(value, Node):
            return {name: self.child(value, depth)}
        if isinstance(value, Bound):
            return {limit_keyword(name, value): value.value}
        if isinstance(value, frozenset):
            return {name: sorted(value)}
        if name == "enum":
            return {name: list(value.values())}
        if name == "dependentRequired":
            return {name: {key: sorted(needs) for key, needs in value.items()}}
        if isinstance(value, list):
            return {name: [self.child(child, depth) for child in value]}
        if isinstance(value, dict):
            return {name: {key: self.child(child, depth) for key, child in value.items()}}
        return {name: value}
