"""The edits that turn the assertions of one canonical schema into those of another, keyword by keyword.

Each edit knows what it does to the canonical keywords, so that its effect can be proven by itself. The edits of one
schema come in an order in which they can be applied one after the other: what opens a schema first, what closes it
last, so that no edit is judged in a context that neither side has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any, TypeVar

from schemaward.formats.jsonschema.dialects import escape
from schemaward.formats.jsonschema.diffing.canonical import Graph, Node
from schemaward.formats.jsonschema.diffing.canonical_keywords import Bound, limit_keyword
from schemaward.formats.jsonschema.diffing.change_kinds import Kind
from schemaward.formats.jsonschema.diffing.fingerprints import Fingerprints, plain
from schemaward.formats.jsonschema.engine.formulas import exact, value_key

_NOTHING: frozenset[str] = frozenset()
_SINGLY = 50
_State = TypeVar("_State")
_Member = TypeVar("_Member")


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of one schema.

    ``patch`` maps canonical keywords to their new value, None for removal; edits that share one patch (the very object)
    are one step together. ``old`` and ``new`` are pointers, empty
    strings excluded where the root is not meant: None says that the side has nothing. ``values`` overrides what the
    author wrote at the pointers, where that alone would not tell the change.
    """

    kind: Kind
    old: str | None
    new: str | None
    patch: Mapping[str, Any] = field(default_factory=dict)
    values: tuple[Any, Any] | None = None


@dataclass(frozen=True, slots=True)
class Sides:
    """The two documents, and the fingerprints of the nodes of both."""

    old: Graph
    new: Graph
    prints: Fingerprints


@dataclass(frozen=True, slots=True)
class Couple:
    """Two canonical schemas that stand for each other."""

    old: Node
    new: Node
    sides: Sides

    def has(self, name: str) -> tuple[Any, Any]:
        """The value of a canonical keyword on both sides."""
        return self.old.keywords.get(name), self.new.keywords.get(name)

    def edit(self, kind: Kind, name: str, patch: Mapping[str, Any], values: tuple[Any, Any] | None = None) -> Edit:
        """An edit at ``name``, a canonical keyword or ``keyword/member``."""
        return Edit(kind, self.old.sites.get(name), self.new.sites.get(name), patch, values)

    def keyword(self, kind: Kind, name: str) -> Edit:
        """An edit that takes a whole canonical keyword from the new side."""
        return self.edit(kind, name, {name: self.new.keywords.get(name)})

    def member_sites(self, name: str) -> tuple[dict[Any, str], dict[Any, str]]:
        """Pointers of the members of a keyword that is written as a list of data, by their keys."""
        return _member_sites(self.sides.old, self.old, name), _member_sites(self.sides.new, self.new, name)


def _member_sites(graph: Graph, node: Node, name: str) -> dict[Any, str]:
    site = node.sites.get(name)
    written = graph.at(site) if site is not None else None
    if site is None or not isinstance(written, list) or site.endswith("/const"):
        return {}
    return {value_key(member): f"{site}/{index}" for index, member in enumerate(written)}


def value_edits(couple: Couple) -> Iterator[Edit]:
    """Edits of ``type``, ``enum``, limits, ``pattern``, ``format`` and flags, in that order."""
    yield from _types(couple)
    yield from _enums(couple)
    yield from _limits(couple)
    yield from _texts(couple)
    old, new = couple.has("uniqueItems")
    if old != new:
        yield couple.keyword(Kind.UNIQUENESS_ADDED if new else Kind.UNIQUENESS_REMOVED, "uniqueItems")
    old, new = couple.has("reference")
    if old != new:
        yield couple.keyword(Kind.REFERENCE_CHANGED, "reference")


_EVERY_TYPE = frozenset(("null", "boolean", "integer", "number", "string", "array", "object"))


def _types(couple: Couple) -> Iterator[Edit]:
    old, new = couple.has("type")
    if old == new:
        return
    old, new = _expanded(old), _expanded(new)
    kind = Kind.TYPE_WIDENED if old < new else Kind.TYPE_NARROWED if new < old else Kind.TYPE_CHANGED
    yield couple.keyword(kind, "type")


def _expanded(types: frozenset[str] | None) -> frozenset[str]:
    if types is None:
        return _EVERY_TYPE
    return types | {"integer"} if "number" in types else types


def _enums(couple: Couple) -> Iterator[Edit]:
    old, new = couple.has("enum")
    if old is None and new is None:
        return
    if old is None or new is None:
        yield couple.keyword(Kind.ENUM_ADDED if old is None else Kind.ENUM_REMOVED, "enum")
        return
    if len(old) == len(new) == 1:
        if old.keys() != new.keys():
            (before,), (after,) = old.values(), new.values()
            yield couple.edit(Kind.CONST_CHANGED, "enum", {"enum": new}, (before, after))
        return
    old_sites, new_sites = couple.member_sites("enum")
    union = old | {key: value for key, value in new.items() if key not in old}
    added, removed = {"enum": union}, {"enum": new}
    for key in [key for key in new if key not in old]:
        site = new_sites.get(key, couple.new.sites["enum"])
        yield Edit(Kind.ENUM_VALUE_ADDED, None, site, added, (None, new[key]))
    for key in [key for key in old if key not in new]:
        site = old_sites.get(key, couple.old.sites["enum"])
        yield Edit(Kind.ENUM_VALUE_REMOVED, site, None, removed, (old[key], None))


_UPWARD = ("lower", "minLength", "minItems", "minProperties", "minContains")
_DOWNWARD = ("upper", "maxLength", "maxItems", "maxProperties", "maxContains")


def _limits(couple: Couple) -> Iterator[Edit]:
    for names, sign in ((_UPWARD, 1), (_DOWNWARD, -1)):
        for name in names:
            old, new = couple.has(name)
            if plain(old) == plain(new) and (old is None) == (new is None):
                continue
            tight_old, tight_new = _tightness(name, old, sign), _tightness(name, new, sign)
            kind = Kind.BOUND_TIGHTENED if tight_new > tight_old else Kind.BOUND_LOOSENED
            yield couple.edit(kind, name, {name: new}, _limit_values(couple, name, old, new))
    old, new = couple.has("multipleOf")
    if value_key(old) != value_key(new):
        yield couple.keyword(_divisor_kind(old, new), "multipleOf")


def _tightness(name: str, value: Any, sign: int) -> tuple[Any, ...]:
    """A key that grows as a limit excludes more; no limit excludes least, but ``minContains`` is 1 when unwritten."""
    if value is None:
        return (1, 1, False) if name == "minContains" else (0,)
    if isinstance(value, Bound):
        return (1, sign * exact(value.value), value.exclusive)
    return (1, sign * value, False)


def _limit_values(couple: Couple, name: str, old: Any, new: Any) -> tuple[Any, Any] | None:
    """Both limits by name where the numbers that the author wrote do not tell them apart."""
    if not isinstance(old, Bound) or not isinstance(new, Bound):
        return None
    before, after = couple.old.sites[name], couple.new.sites[name]
    low, high = couple.sides.old.at(before), couple.sides.new.at(after)
    keywords = before.rpartition("/")[2], after.rpartition("/")[2]
    if keywords[0] != keywords[1]:
        return {keywords[0]: low}, {keywords[1]: high}
    if old.exclusive == new.exclusive and value_key(low) != value_key(high):
        return None
    return {limit_keyword(name, old): old.value}, {limit_keyword(name, new): new.value}


def _divisor_kind(old: Any, new: Any) -> Kind:
    if old is None:
        return Kind.BOUND_TIGHTENED
    if new is None:
        return Kind.BOUND_LOOSENED
    if not old or not new:
        return Kind.BOUND_CHANGED
    ratio = exact(new) / exact(old)
    if ratio.denominator == 1:
        return Kind.BOUND_TIGHTENED
    return Kind.BOUND_LOOSENED if ratio.numerator == 1 else Kind.BOUND_CHANGED


def _texts(couple: Couple) -> Iterator[Edit]:
    for name, added, removed, changed in (
        ("pattern", Kind.PATTERN_ADDED, Kind.PATTERN_REMOVED, Kind.PATTERN_CHANGED),
        ("format", Kind.FORMAT_ADDED, Kind.FORMAT_REMOVED, Kind.FORMAT_CHANGED),
    ):
        old, new = couple.has(name)
        if old != new:
            yield couple.keyword(added if old is None else removed if new is None else changed, name)


def name_edits(couple: Couple, renamed: Mapping[str, str]) -> Iterator[Edit]:
    """Edits of ``required`` and of dependencies between names, of each the removals first.

    ``renamed`` maps old property names to new ones.
    """
    yield from _required(couple, renamed)
    yield from _needs(couple)


def _required(couple: Couple, renamed: Mapping[str, str]) -> Iterator[Edit]:
    old, new = (value or _NOTHING for value in couple.has("required"))
    old = frozenset(renamed.get(name, name) for name in old)
    old_sites, new_sites = couple.member_sites("required")

    def patch(names: set[str]) -> dict[str, Any]:
        return {"required": frozenset(names) or None}

    added, removed = sorted(new - old), sorted(old - new)
    for name, step in zip(removed, steps(set(old), removed, set.discard, patch), strict=True):
        yield Edit(Kind.REQUIRED_REMOVED, old_sites.get(value_key(name)), None, step, (name, None))
    for name, step in zip(added, steps(set(old & new), added, set.add, patch), strict=True):
        yield Edit(Kind.REQUIRED_ADDED, None, new_sites.get(value_key(name)), step, (None, name))


def _needs(couple: Couple) -> Iterator[Edit]:
    old, new = (_flat(value or {}) for value in couple.has("dependentRequired"))

    def patch(needs: set[tuple[str, str]]) -> dict[str, Any]:
        found: dict[str, frozenset[str]] = {}
        for trigger, name in needs:
            found[trigger] = found.get(trigger, _NOTHING) | {name}
        return {"dependentRequired": found or None}

    added, removed = sorted(new - old), sorted(old - new)
    for (trigger, name), step in zip(removed, steps(set(old), removed, set.discard, patch), strict=True):
        site = couple.old.sites[f"dependentRequired/{trigger}"]
        yield Edit(Kind.DEPENDENCY_REMOVED, site, None, step, (name, None))
    for (trigger, name), step in zip(added, steps(old & new, added, set.add, patch), strict=True):
        site = couple.new.sites[f"dependentRequired/{trigger}"]
        yield Edit(Kind.DEPENDENCY_ADDED, None, site, step, (None, name))


def _flat(needs: Mapping[str, frozenset[str]]) -> set[tuple[str, str]]:
    return {(trigger, name) for trigger, names in needs.items() for name in names}


def steps(
    start: _State,
    members: Sequence[_Member],
    change: Callable[[_State, _Member], None],
    patch: Callable[[_State], dict[str, Any]],
) -> list[dict[str, Any]]:
    """The patch for each of ``members``, where ``change`` enters one member into the state of a keyword.

    Few members are entered one after the other; many at once, as one step with one patch, which bounds the work.
    """
    state = copy(start)
    if len(members) > _SINGLY:
        for member in members:
            change(state, member)
        return [patch(state)] * len(members)
    patches = []
    for member in members:
        change(state, member)
        patches.append(patch(copy(state)))
    return patches


def says(node: Node, keyword: str) -> bool:
    """True when something is said under ``keyword`` at the very place of ``node``, asserted or not."""
    return any(is_under(site, node, keyword) for site in node.sites.values())


def is_under(pointer: str | None, node: Node, keyword: str) -> bool:
    """True for a pointer to ``keyword`` at the place of ``node``, or below it."""
    return pointer is not None and f"{pointer}/".startswith(f"{node.pointer}/{escape(keyword)}/")


def property_site(node: Node, name: str) -> str:
    """The pointer of a property of ``node``."""
    return node.sites.get(f"properties/{name}", f"{node.pointer}/properties/{escape(name)}")
