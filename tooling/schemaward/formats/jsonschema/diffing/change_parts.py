"""The edits of the subschemas of one canonical schema: which were added or removed, and which pairs to descend into."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from schemaward.formats.jsonschema.diffing.canonical import Node, members
from schemaward.formats.jsonschema.diffing.change_branches import ALIKE, alike, partners
from schemaward.formats.jsonschema.diffing.change_edits import Couple, Edit, property_site, says, steps
from schemaward.formats.jsonschema.diffing.change_kinds import Kind
from schemaward.formats.jsonschema.diffing.fingerprints import Fingerprints

TRUE = Node("")
"""The schema that accepts everything; what an absent keyword means."""

_IN_PLACE = frozenset(("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"))
_TURNING = frozenset(("not", "if", "oneOf"))
_DISTINCTIVE = 3
_NEARLY = 0.6
_MOST_RENAMES = 50


@dataclass(slots=True)
class Parts:
    """What was found: edits, and pairs of subschemas by the canonical keyword that holds them."""

    edits: list[Edit] = field(default_factory=list)
    pairs: list[tuple[str, Node, Node]] = field(default_factory=list)


def turning(node: Node, keyword: str) -> bool:
    """True when a wider subschema under ``keyword`` may make the whole ``node`` narrower."""
    if keyword in _TURNING or (keyword == "contains" and "maxContains" in node.keywords):
        return True
    unevaluated = "unevaluatedProperties" in node.keywords or "unevaluatedItems" in node.keywords
    return unevaluated and keyword in _IN_PLACE


def singles(couple: Couple) -> tuple[Parts, Parts]:
    """Edits of keywords that hold one schema: those that open, and all others."""
    opening, other = Parts(), Parts()
    for name, element in _ELEMENTS:
        old, new = couple.old.keywords.get(name, TRUE), couple.new.keywords.get(name, TRUE)
        kind = _single_kind(old, new, element)
        if kind is None:
            if old is not new:
                other.pairs.append((name, old, new))
        else:
            edits = opening if kind.value.endswith("opened") else other
            edits.edits.append(couple.keyword(kind, name))
    return opening, other


_ELEMENTS = (
    ("additionalProperties", "additional-properties"),
    ("unevaluatedProperties", "unevaluated-properties"),
    ("propertyNames", "property-names"),
    ("items", "items"),
    ("unevaluatedItems", "unevaluated-items"),
)


def _single_kind(old: Node, new: Node, element: str) -> Kind | None:
    """How one place was opened, closed or restricted; None when its two schemas are to be compared."""
    if old.never == new.never and bool(old.keywords) == bool(new.keywords):
        return None
    if new.never:
        return Kind(f"{element}-closed")
    if old.never or not new.keywords:
        return Kind(f"{element}-opened")
    return Kind(f"{element}-restricted")


def renames(couple: Couple) -> dict[str, str]:
    """Properties that were renamed, as nearly as can be known: old name to new name.

    One property went and one came with an equal schema, no other pair is like it, both or neither are required, and
    the names are alike or the schema is distinctive.
    """
    old, new = (value or {} for value in couple.has("properties"))
    gone = {name: old[name] for name in old if name not in new and old[name].keywords}
    come = {name: new[name] for name in new if name not in old and new[name].keywords}
    by_print_old, by_print_new = _by_print(gone, couple.sides.prints), _by_print(come, couple.sides.prints)
    required_old, required_new = (value or frozenset() for value in couple.has("required"))
    found: dict[str, str] = {}
    if max(len(gone), len(come)) > _MOST_RENAMES:
        return found
    for key, names in by_print_old.items():
        others = by_print_new.get(key, [])
        if len(names) == len(others) == 1:
            before, after = names[0], others[0]
            same_need = (before in required_old) == (after in required_new)
            if same_need and (_distinctive(old[before]) or _names_alike(before, after)):
                found[before] = after
    return found


def _by_print(nodes: dict[str, Node], prints: Fingerprints) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for name, node in nodes.items():
        found.setdefault(prints.of(node), []).append(name)
    return found


def _distinctive(node: Node) -> bool:
    size = len(node.keywords) + sum(len(members(value)) for value in node.keywords.values())
    return "description" in node.notes or size > _DISTINCTIVE


def _names_alike(one: str, other: str) -> bool:
    from difflib import SequenceMatcher

    plain_one, plain_other = (name.replace("_", "").replace("-", "").lower()[:100] for name in (one, other))
    # The ratio depends on the order of its arguments.
    first, second = sorted((plain_one, plain_other))
    return SequenceMatcher(None, first, second).ratio() >= _NEARLY


def properties(couple: Couple, renamed: dict[str, str]) -> Parts:
    """Edits of ``properties``."""
    parts = Parts()
    old, new = (value or {} for value in couple.has("properties"))
    current = dict(old)
    required = couple.old.keywords.get("required", frozenset())
    for before, after in renamed.items():
        current[after] = current.pop(before)
        required = (required - {before}) | {after} if before in required else required
        pointers = (property_site(couple.old, before), property_site(couple.new, after))
        patch = {"properties": dict(current), "required": required or None}
        parts.edits.append(Edit(Kind.PROPERTY_RENAMED, *pointers, patch, (before, after)))
    comers = set(renamed.values())
    kept = {name: node for name, node in old.items() if name not in renamed}
    fresh = {name: node for name, node in new.items() if name not in comers}
    _members(couple, "properties", (kept, fresh), current, (Kind.PROPERTY_ADDED, Kind.PROPERTY_REMOVED), parts)
    return parts


def maps(couple: Couple) -> Parts:
    """Edits of ``patternProperties`` and ``dependentSchemas``."""
    parts = Parts()
    for keyword, kinds in (
        ("patternProperties", (Kind.PATTERN_PROPERTY_ADDED, Kind.PATTERN_PROPERTY_REMOVED)),
        ("dependentSchemas", (Kind.DEPENDENCY_ADDED, Kind.DEPENDENCY_REMOVED)),
    ):
        old, new = (value or {} for value in couple.has(keyword))
        _members(couple, keyword, (old, new), old, kinds, parts)
    return parts


def _members(
    couple: Couple,
    keyword: str,
    sides: tuple[dict[str, Node], dict[str, Node]],
    current: dict[str, Node],
    kinds: tuple[Kind, Kind],
    parts: Parts,
) -> None:
    """Edits of a keyword that maps names to schemas; ``current`` is its state when they begin."""
    old, new = sides
    added, removed = [name for name in new if name not in old], [name for name in old if name not in new]

    def patch(state: dict[str, Node]) -> dict[str, Any]:
        return {keyword: state or None}

    coming = steps(current, added, lambda state, name: state.update({name: new[name]}), patch)
    after = current | {name: new[name] for name in added}
    going = steps(after, removed, dict.__delitem__, patch)
    for kind, names, patches in ((kinds[0], added, coming), (kinds[1], removed, going)):
        parts.edits.extend(
            couple.edit(kind, f"{keyword}/{name}", step) for name, step in zip(names, patches, strict=True)
        )
    parts.pairs.extend((keyword, old[name], new[name]) for name in old if name in new)


def tuples(couple: Couple) -> Parts:
    """Edits of ``prefixItems``, by position."""
    parts = Parts()
    old, new = (value or [] for value in couple.has("prefixItems"))
    shorter = min(len(old), len(new))
    parts.pairs.extend(("prefixItems", old[index], new[index]) for index in range(shorter))

    def patch(state: list[Node]) -> dict[str, Any]:
        return {"prefixItems": state or None}

    site = (couple.new if len(new) > len(old) else couple.old).sites.get("prefixItems")
    coming, going = range(shorter, len(new)), range(shorter, len(old))
    for index, step in zip(coming, steps(old, new[shorter:], list.append, patch), strict=True):
        parts.edits.append(Edit(Kind.TUPLE_ITEM_ADDED, None, f"{site}/{index}", step))
    # The last item goes first: what is left in between keeps its position.
    for index, step in zip(reversed(going), steps(old, going, lambda state, _: _pop(state), patch), strict=True):
        parts.edits.append(Edit(Kind.TUPLE_ITEM_REMOVED, f"{site}/{index}", None, step))
    return parts


def _pop(state: list[Node]) -> None:
    state.pop()


def guards(couple: Couple) -> Parts:
    """Edits of ``contains``, ``not`` and conditions."""
    parts = Parts()
    for name, added, removed in (
        ("contains", Kind.CONTAINS_ADDED, Kind.CONTAINS_REMOVED),
        ("not", Kind.EXCLUSION_ADDED, Kind.EXCLUSION_REMOVED),
    ):
        old, new = couple.has(name)
        if old is None and new is None:
            continue
        if old is None or new is None:
            parts.edits.append(couple.keyword(added if old is None else removed, name))
        else:
            parts.pairs.append((name, old, new))
    parts.edits.extend(_conditions(couple, parts))
    return parts


def _conditions(couple: Couple, parts: Parts) -> Iterator[Edit]:
    old, new = couple.has("if")
    if old is None and new is None:
        return
    if old is None or new is None:
        patch = {name: couple.new.keywords.get(name) for name in ("if", "then", "else")}
        yield couple.edit(Kind.CONDITION_ADDED if old is None else Kind.CONDITION_REMOVED, "if", patch)
        return
    parts.pairs.append(("if", old, new))
    for name in ("then", "else"):
        before, after = couple.has(name)
        if before is not None and after is not None:
            parts.pairs.append((name, before, after))
        elif before is not None or after is not None:
            yield couple.keyword(Kind.CONDITION_CHANGED, name)


def compositions(couple: Couple) -> Parts:
    """Edits of ``allOf``, ``anyOf`` and ``oneOf``."""
    parts = Parts()
    swapped = _swapped(couple)
    if swapped:
        before, after = swapped
        old = couple.old.keywords[before]
        pointers = (couple.old.sites[before], couple.new.sites[after])
        parts.edits.append(Edit(Kind.COMPOSITION_CHANGED, *pointers, {before: None, after: old}, (before, after)))
        _branches(couple, before, after, parts)
    for name in ("allOf", "anyOf", "oneOf"):
        before, after = couple.has(name)
        if (swapped and name in swapped) or (before is None and after is None):
            continue
        if before is None or after is None:
            parts.edits.append(
                couple.keyword(Kind.COMPOSITION_ADDED if before is None else Kind.COMPOSITION_REMOVED, name)
            )
        else:
            _branches(couple, name, name, parts)
    return parts


def _swapped(couple: Couple) -> tuple[str, str] | None:
    """``anyOf`` that became ``oneOf``, or the other way round."""
    for before, after in (("anyOf", "oneOf"), ("oneOf", "anyOf")):
        if (before in couple.old.keywords and before not in couple.new.keywords) and (
            after in couple.new.keywords and after not in couple.old.keywords
        ):
            return before, after
    return None


def _branches(couple: Couple, before: str, after: str, parts: Parts) -> None:
    old: list[Node] = couple.old.keywords[before]
    new: list[Node] = couple.new.keywords[after]
    pairs = partners(old, new, couple.sides.prints)
    parts.pairs.extend((after if before != after else before, old[i], new[j]) for i, j in pairs)
    kept_old, kept_new = {i for i, _ in pairs}, {j for _, j in pairs}
    added = [index for index in range(len(new)) if index not in kept_new]
    removed = [index for index in range(len(old)) if index not in kept_old]

    def patch(state: dict[int, Node]) -> dict[str, Any]:
        return {after: list(state.values()) or None}

    # New branches have negative keys, old ones their index.
    start = dict(enumerate(old))
    grown = start | {-1 - index: new[index] for index in added}
    coming = steps(start, added, lambda state, index: state.update({-1 - index: new[index]}), patch)
    going = steps(grown, removed, dict.__delitem__, patch)
    for index, step in zip(added, coming, strict=True):
        parts.edits.append(Edit(Kind.BRANCH_ADDED, None, _branch_site(couple.new, after, index), step))
    for index, step in zip(removed, going, strict=True):
        parts.edits.append(Edit(Kind.BRANCH_REMOVED, _branch_site(couple.old, before, index), None, step))


def _branch_site(node: Node, keyword: str, index: int) -> str:
    return node.sites.get(f"{keyword}/{index}", f"{node.sites[keyword]}/{index}")


def as_composition(couple: Couple) -> Couple:
    """``S`` against ``anyOf: [S, T]`` or ``allOf: [S, T]``: one side is taken as a composition of one, so that only ``T`` is a change."""
    for keyword in ("anyOf", "oneOf", "allOf"):
        for one, other, flip in ((couple.old, couple.new, False), (couple.new, couple.old, True)):
            if _stands_in(one, other, keyword):
                # What both say about the whole stays with the whole, the rest is said about the branch.
                about = {name: note for name, note in one.notes.items() if name in other.notes or says(other, name)}
                rest = {name: note for name, note in one.notes.items() if name not in about}
                inner = Node(one.pointer, one.keywords, rest, one.sites)
                lone = Node(one.pointer, {keyword: [inner]}, about, one.sites | {f"{keyword}/0": one.pointer})
                lone.sites[keyword] = one.pointer
                return Couple(other, lone, couple.sides) if flip else Couple(lone, other, couple.sides)
    return couple


def _stands_in(one: Node, other: Node, keyword: str) -> bool:
    """True when ``one`` is what a branch of ``other`` is, rather than what ``other`` is beside its branches."""
    if keyword not in other.keywords or not one.keywords or {keyword, "never"} & one.keywords.keys():
        return False
    beside = {name: value for name, value in other.keywords.items() if name != keyword}
    if beside and keyword != "allOf":
        return False
    likeness = max(alike(one, branch) for branch in other.keywords[keyword])
    return likeness >= ALIKE and not (beside and alike(one, Node(other.pointer, beside)) >= likeness)
