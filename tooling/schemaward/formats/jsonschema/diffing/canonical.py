"""The canonical form of a JSON Schema: a graph in which spelling makes no difference.

Every subschema becomes a ``Node``. A ``$ref`` is an edge, so that it does not matter whether a schema is written in
place or elsewhere, nor what its definition is called; a recursive schema is a cycle. The keywords of all drafts are
brought to one vocabulary, that of 2020-12 (``canonical_keywords``), and wrappers that add nothing (an ``allOf`` of one
member, a ``$ref`` with a description beside it) are taken off. ``$dynamicRef`` and ``$recursiveRef`` are followed as
they stand, without dynamic scope: a self-contained schema rarely extends itself.

The graph is built with a work list, so that a long chain of references costs no stack.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from schemaward.formats.jsonschema.dialects import Draft, draft_of, escape, value_at
from schemaward.formats.jsonschema.sources import RefNotFoundError, Sources, Spot
from schemaward.meaning import NAMES

_MAX_WRAPPERS = 200
_MAX_SPREAD = 200
_SOURCE = "https://schema.invalid/"


@dataclass(slots=True, eq=False)
class Node:
    """One subschema.

    ``keywords`` maps canonical assertions to data, or to the nodes of subschemas; ``notes`` maps annotations to their
    values; ``sites`` says where the author wrote each of them. ``pointer`` is the place of the schema itself: behind a
    ``$ref``, that of the definition. Equal only to itself.
    """

    pointer: str
    keywords: dict[str, Any] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    sites: dict[str, str] = field(default_factory=dict)

    @property
    def never(self) -> bool:
        """True for the schema ``false``, which accepts nothing."""
        return "never" in self.keywords


@dataclass(frozen=True, slots=True)
class Landing:
    """Where the wrappers around a schema lead, and the annotations that stand on ``height`` wrappers."""

    spot: Spot
    notes: Mapping[str, Any] = field(default_factory=dict)
    sites: Mapping[str, str] = field(default_factory=dict)
    height: int = 0


@dataclass(frozen=True, slots=True)
class Graph:
    """A schema document in canonical form; ``definitions`` maps pointers of the root's definitions to their nodes."""

    value: Any
    draft: Draft
    root: Node
    definitions: dict[str, Node]
    nodes: tuple[Node, ...]

    def at(self, pointer: str) -> Any:
        """What the author wrote at an RFC 6901 ``pointer``; None where there is nothing."""
        try:
            return value_at(self.value, pointer)
        except (LookupError, TypeError):
            return None


def children(node: Node) -> list[Node]:
    """The direct subschemas of a node, with repetitions."""
    return [child for value in node.keywords.values() for child in members(value)]


def members(value: Any) -> list[Node]:
    """The nodes in the value of one canonical keyword."""
    if isinstance(value, Node):
        return [value]
    if isinstance(value, dict):
        return [child for child in value.values() if isinstance(child, Node)]
    if isinstance(value, list):
        return [child for child in value if isinstance(child, Node)]
    return []


def reachable(root: Node) -> dict[int, Node]:
    """All nodes that ``root`` leads to, itself included, by their ``id``."""
    found = {id(root): root}
    stack = [root]
    while stack:
        for child in children(stack.pop()):
            if id(child) not in found:
                found[id(child)] = child
                stack.append(child)
    return found


def canonical(value: Any) -> Graph:
    """The canonical form of a self-contained schema document. An unknown ``$schema`` is read as Draft-07."""
    builder = Builder(value)
    root = builder.node(builder.root)
    definitions = builder.definitions()
    builder.finish()
    return Graph(value, builder.root.draft, root, definitions, tuple(builder.nodes.values()))


class Builder:
    """Makes the nodes of one document, each once."""

    def __init__(self, value: Any) -> None:
        self.sources = Sources()
        self.root = self.sources.add(_SOURCE, value, draft_of(value) or Draft.DRAFT7)
        self.nodes: dict[str, Node] = {}
        self.circles: set[str] = set()
        self._landings: dict[str, Landing] = {}
        self._targets: set[str] = set()
        self._queue: list[tuple[Node, Spot]] = []

    def node(self, spot: Spot) -> Node:
        """The node of a schema, behind its wrappers; filled in by ``finish``."""
        landing = self.unwrap(spot)
        # Annotations at the place of use make a node of their own; without them all uses share the definition's.
        key = _key(spot if landing.notes else landing.spot)
        if key not in self.nodes:
            node = self.nodes[key] = Node(landing.spot.pointer, {}, dict(landing.notes), dict(landing.sites))
            self._queue.append((node, landing.spot))
        return self.nodes[key]

    def at(self, spot: Spot, path: str) -> Node:
        """The node of the subschema at a relative ``path`` below ``spot``."""
        return self.node(self.sources.descend(spot, f"/{path}"))

    def definitions(self) -> dict[str, Node]:
        """The nodes of the definitions at the root, by pointer."""
        found = {}
        for keyword in ("definitions", "$defs"):
            group = self.root.value.get(keyword) if isinstance(self.root.value, dict) else None
            for name in group if isinstance(group, dict) else ():
                path = f"{keyword}/{escape(name)}"
                found[f"/{path}"] = self.at(self.root, path)
        return found

    def finish(self) -> None:
        """Fill in all nodes, and those that they lead to."""
        from schemaward.formats.jsonschema.diffing.canonical_keywords import fill

        while self._queue:
            node, spot = self._queue.pop()
            fill(node, spot, self)
        self._drop_shelves()
        spread = [(node, *_spread(node)) for node in self.nodes.values() if "allOf" in node.keywords]
        for node, found, sites in spread:
            node.keywords["allOf"] = found
            node.sites |= sites
            if not found:
                del node.keywords["allOf"]

    def _drop_shelves(self) -> None:
        """Take unknown keywords that hold the targets of references out of the annotations: they are definitions."""
        shelves = set()
        for pointer in self._targets:
            while pointer and pointer not in shelves:
                shelves.add(pointer)
                pointer = pointer.rpartition("/")[0]
        for node in self.nodes.values():
            node.notes = {name: value for name, value in node.notes.items() if node.sites[name] not in shelves}

    def unwrap(self, spot: Spot) -> Landing:
        """The schema behind the wrappers at ``spot``, with the annotations of the wrappers and where they stand."""
        path: dict[str, Spot] = {}
        current, loop = spot, ""
        while (key := _key(current)) not in self._landings:
            inner = self._inside(current)
            if inner is None or key in path:
                loop = key if inner is not None else ""
                break
            path[key] = current
            current = inner
        landing = self._landings.setdefault(key, Landing(current)) if not loop else Landing(current)
        if loop:
            self.circles.add(loop)
        for key, wrapper in reversed(path.items()):
            stays = key == loop or landing.height >= _MAX_WRAPPERS or _contradicts(wrapper, landing)
            landing = Landing(wrapper) if stays else _wrapped(wrapper, landing)
            self._landings[key] = landing
        return landing

    def circular(self, spot: Spot) -> bool:
        """True for a schema that wraps only itself."""
        return _key(spot) in self.circles

    def _inside(self, spot: Spot) -> Spot | None:
        """The one schema that ``spot`` wraps; None when it says something itself, or leads nowhere."""
        from schemaward.formats.jsonschema.diffing.canonical_keywords import asserting, references

        schema = spot.value
        if not isinstance(schema, dict):
            return None
        refs = references(schema, spot.draft)
        said = asserting(schema, spot.draft)
        if len(refs) == 1 and not said:
            return self.follow(spot, refs[0])
        if refs or len(said) != 1 or said[0] not in ("allOf", "anyOf", "oneOf"):
            return None
        branches = schema[said[0]]
        if not isinstance(branches, list) or len(branches) != 1:
            return None
        return self.sources.descend(spot, f"/{said[0]}/0")

    def follow(self, spot: Spot, ref: str) -> Spot | None:
        """The target of a reference at ``spot``; None when it is not in the document."""
        try:
            target = self.sources.resolve(spot.base, ref)
        except RefNotFoundError:
            return None
        self._targets.add(target.pointer)
        return target


def _wrapped(wrapper: Spot, landing: Landing) -> Landing:
    """The landing of a wrapper around what lands at ``landing``; what is said outside hides what is said inside."""
    from schemaward.formats.jsonschema.diffing.canonical_keywords import notes_of

    own = notes_of(wrapper)
    sites = {name: f"{wrapper.pointer}/{escape(name)}" for name in own}
    return Landing(landing.spot, {**landing.notes, **own}, {**landing.sites, **sites}, landing.height + 1)


def _contradicts(wrapper: Spot, landing: Landing) -> bool:
    """True for a wrapper that says of the data what its inside denies: neither may hide the other."""
    from schemaward.formats.jsonschema.diffing.canonical_keywords import notes_of

    if not isinstance(wrapper.value, dict) or not any(name in wrapper.value for name in NAMES):
        return False
    outside, inside = notes_of(wrapper), {**notes_of(landing.spot), **landing.notes}
    return any(name in inside and outside.get(name, inside[name]) != inside[name] for name in NAMES)


def _spread(node: Node) -> tuple[list[Node], dict[str, str]]:
    """The members of a conjunction and where they stand: nested conjunctions spread out, each once, without those that say nothing."""
    found: list[Node] = []
    sites: dict[str, str] = {}
    seen, opened = {id(node)}, 1
    pending = _conjuncts(node)
    while pending:
        member, site = pending.pop()
        if id(member) in seen or not (member.keywords or member.notes):
            continue
        seen.add(id(member))
        if set(member.keywords) == {"allOf"} and not member.notes and opened < _MAX_SPREAD:
            opened += 1
            pending.extend(_conjuncts(member))
        else:
            sites[f"allOf/{len(found)}"] = site
            found.append(member)
    return found, sites


def _conjuncts(node: Node) -> list[tuple[Node, str]]:
    """The members of ``allOf`` as they are written, the last one first."""
    written = node.keywords["allOf"]
    return [(member, node.sites[f"allOf/{index}"]) for index, member in enumerate(written)][::-1]


def _key(spot: Spot) -> str:
    return f"{spot.source}#{spot.pointer}"
