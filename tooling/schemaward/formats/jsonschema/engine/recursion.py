"""Which schemas lead back to themselves, and names for them that depend on what they contain alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from schemaward.formats.jsonschema.dialects import Draft, escape
from schemaward.formats.jsonschema.engine.sharing import Shared
from schemaward.formats.jsonschema.sources import RefNotFoundError, Sources, Spot, dynamic_candidates
from schemaward.syntax.numbers import json_text

Key: TypeAlias = tuple[str, str]

_ANNOTATIONS = frozenset({"title", "description", "$comment", "examples", "default", "$schema", "definitions", "$defs"})
_REFS = ("$ref", "$dynamicRef", "$recursiveRef")


def recursive_names(
    documents: Sequence[tuple[Sources, Spot]], shared: Shared | None = None
) -> list[dict[Key, tuple[str, str]]]:
    """For each document the referenced schemas from which they themselves can be reached, with their names.

    Two schemas, of one document or of two, get the same name exactly if no sequence of references tells them apart:
    the coarsest stable partition (Moore's algorithm). What ``shared`` says is the same in all documents is not entered.
    """
    if shared is not None and not shared.recursive:
        return [{} for _ in documents]
    contents: dict[tuple[int, Key], tuple[str, list[tuple[int, Key]]]] = {}
    recursive: list[list[Key]] = []
    for number, (sources, root) in enumerate(documents):
        known = -1
        while known < len(list(sources.dynamic_spots())):  # a meta-schema that is met on the way may bring more
            known = len(list(sources.dynamic_spots()))
            graph, spots, targets = _graph(sources, [root], shared)
        cyclic = {key for part in components(graph, graph.get) if _is_cycle(part, graph) for key in part}
        recursive.append([key for key in targets if key in cyclic])
        if recursive[-1]:
            for key in targets:
                text, refs = _content(sources, spots[key], shared)
                contents[number, key] = (text, [(number, ref) for ref in refs])
    colours = {key: _digest(text) for key, (text, _) in contents.items()}
    classes = 0
    while len(set(colours.values())) > classes:
        classes = len(set(colours.values()))
        colours = {key: _digest([text, *(colours[ref] for ref in refs)]) for key, (text, refs) in contents.items()}
    return [{key: ("recursive", colours[number, key]) for key in keys} for number, keys in enumerate(recursive)]


def loops(sources: Sources, root: Spot) -> list[Spot]:
    """The schemas of a document that refer to themselves in place, without any value in between; validators never end on them."""
    targets = sources.targets(root.source)
    # Every loop goes through what a reference leads to; what only looks like a reference is sorted out after that.
    if targets is not None and not _looping(sources, [sources.descend(root, target) for target in targets]):
        return []
    return _looping(sources, _graph(sources, [root])[1].values())


def _looping(sources: Sources, starts: Iterable[Spot]) -> list[Spot]:
    spots: dict[Key, Spot] = {}
    in_place: Graph = {}
    stack = list(starts)
    while stack:
        spot = stack.pop()
        key = (spot.source, spot.pointer)
        if key not in in_place:
            spots[key] = spot
            below = list(_in_place(sources, spot))
            in_place[key] = tuple((each.source, each.pointer) for each in below)
            stack += below
    found = [c for c in components(sorted(in_place), in_place.get) if _is_cycle(c, in_place)]
    return [spots[min(component)] for component in found]


Graph: TypeAlias = dict[Key, tuple[Key, ...]]


def _graph(
    sources: Sources, roots: Iterable[Spot], shared: Shared | None = None
) -> tuple[Graph, dict[Key, Spot], list[Key]]:
    """All schemas that can be reached from the roots with their successors, and which of them a reference names."""
    spots: dict[Key, Spot] = {}
    graph: Graph = {}
    targets: dict[Key, None] = {}
    stack = list(roots)
    while stack:
        spot = stack.pop()
        key = (spot.source, spot.pointer)
        if key in graph:
            continue
        spots[key] = spot
        if shared is not None and shared(spot):
            graph[key] = ()
            continue
        inner = sources.inner(spot)
        leads = list(referred(sources, spot))
        targets.update(((target.source, target.pointer), None) for target in leads)
        graph[key] = tuple((s.source, s.pointer) for s in (*inner, *leads))
        stack.extend((*inner, *leads))
    return graph, spots, list(targets)


def referred(sources: Sources, spot: Spot) -> Iterator[Spot]:
    """The schemas that the references of one schema may lead to."""
    if not isinstance(spot.value, dict):
        return
    for keyword in _REFS:
        ref = spot.value.get(keyword)
        if isinstance(ref, str) and _is_keyword(keyword, spot.draft):
            try:
                if keyword == "$ref":
                    yield sources.resolve(spot.base, ref)
                else:
                    target, candidates = dynamic_candidates(sources, spot)
                    yield from (target, *candidates)
            except RefNotFoundError:
                continue


def _is_keyword(keyword: str, draft: Draft) -> bool:
    return keyword == "$ref" or draft is (Draft.DRAFT2020 if keyword == "$dynamicRef" else Draft.DRAFT2019)


def _in_place(sources: Sources, spot: Spot) -> Iterator[Spot]:
    """The schemas that apply to the same value as ``spot`` does."""
    schema = spot.value
    if not isinstance(schema, dict):
        return
    yield from referred(sources, spot)
    if spot.draft.ref_hides_siblings and "$ref" in schema:
        return
    for keyword in ("allOf", "anyOf", "oneOf"):
        members = schema.get(keyword)
        for index in range(len(members) if isinstance(members, list) else 0):
            yield sources.descend(spot, f"/{keyword}/{index}")
    for keyword in ("not", "if", "then", "else"):
        if keyword in schema:
            yield sources.descend(spot, f"/{keyword}")
    for keyword in ("dependentSchemas", "dependencies"):
        members = schema.get(keyword)
        for name in members if isinstance(members, dict) else ():
            yield sources.descend(spot, f"/{keyword}/{escape(name)}")


def _is_cycle(component: list[Key], graph: Graph) -> bool:
    return len(component) > 1 or component[0] in graph.get(component[0], ())


def components(nodes: Iterable[Key], successors: Callable[[Key], Iterable[Key] | None]) -> list[list[Key]]:
    """The strongly connected components (Tarjan 1972), without recursion."""
    index: dict[Key, int] = {}
    low: dict[Key, int] = {}
    on_stack: set[Key] = set()
    stack: list[Key] = []
    found: list[list[Key]] = []
    for root in nodes:
        if root in index:
            continue
        work: list[tuple[Key, Iterator[Key]]] = []
        following: Key | None = root
        while True:
            if following is not None:
                index[following] = low[following] = len(index)
                stack.append(following)
                on_stack.add(following)
                work.append((following, iter(successors(following) or ())))
            node, rest = work[-1]
            following = None
            for successor in rest:
                if successor not in index:
                    following = successor
                    break
                if successor in on_stack:
                    low[node] = min(low[node], index[successor])
            if following is not None:
                continue
            work.pop()
            if low[node] == index[node]:
                component: list[Key] = []
                while not component or component[-1] != node:
                    component.append(stack.pop())
                    on_stack.discard(component[-1])
                found.append(component)
            if not work:
                break
            low[work[-1][0]] = min(low[work[-1][0]], low[node])
    return found


def _content(sources: Sources, spot: Spot, shared: Shared | None) -> tuple[str, list[Key]]:
    """A schema as text with its references numbered away, and where they lead, in the order of the text."""
    refs: list[Key] = []

    def plain(at: Spot) -> Any:
        schema = at.value
        if not isinstance(schema, dict):
            return schema
        if shared is not None and shared(at):
            return f"shared {at.pointer}"
        inner = {spot.pointer[len(at.pointer) + 1 :]: spot for spot in sources.inner(at)}
        own: dict[str, Any] = {}
        for keyword in sorted(schema):
            if keyword in _ANNOTATIONS:
                continue
            below = [p for p in sorted(inner) if p == escape(keyword) or p.startswith(f"{escape(keyword)}/")]
            own[keyword] = schema[keyword]
            if below:
                lists = keyword == "dependencies" and {k: v for k, v in schema[keyword].items() if isinstance(v, list)}
                own[keyword] = [lists, {p: plain(inner[p]) for p in below}]
            if keyword in _REFS and isinstance(schema[keyword], str):
                own[keyword] = "?"
        for target in referred(sources, at):
            refs.append((target.source, target.pointer))
            if len(sources.dynamic) > 0:
                own.setdefault(" bases", []).append(target.base)
        return own

    text = json_text([spot.draft, plain(spot)], sort_keys=True)
    return text, refs


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
