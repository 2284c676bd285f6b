"""The edits that turn the assertions of one canonical schema into those of another, keyword by keyword.

Each edit knows what it does to the canonical keywords, so that its effect can be proven by itself. The edits of one
schema come in an order in which they can be applied one after the other: what opens a schema first, what closes it
last, so that no edit is judged in a context that neither side has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from schemaward.formats.jsonschema.canonical import Graph, Node
from schemaward.formats.jsonschema.canonical_keywords import Bound, limit_keyword
from schemaward.formats.jsonschema.change_kinds import Kind
from schemaward.formats.jsonschema.dialects import escape
from schemaward.formats.jsonschema.fingerprints import Fingerprints, plain
from schemaward.formats.jsonschema.formulas import exact, value_key

_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of one schema.

    ``patch`` maps canonical keywords to their new value, None for removal. ``old`` and ``new`` are pointers, empty
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
    for key in [key for key in new if key not in old]:
        site = new_sites.get(key, couple.new.sites["enum"])
        yield Edit(Kind.ENUM_VALUE_ADDED, None, site, {"enum": union}, (None, new[key]))
    for key in [key for key in old if key not in new]:
        site = old_sites.get(key, couple.old.sites["enum"])
        yield Edit(Kind.ENUM_VALUE_REMOVED, site, None, {"enum": new}, (old[key], None))


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
            yield couple.edit(kind, name, {name: new}, _limit_values(name, old, new))
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


def _limit_values(name: str, old: Any, new: Any) -> tuple[Any, Any] | None:
    """Both limits by name when one of them is exclusive and the other is not."""
    if not isinstance(old, Bound) or not isinstance(new, Bound) or old.exclusive == new.exclusive:
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
    """Edits of ``required`` and of dependencies between names. ``renamed`` maps old property names to new ones."""
    old, new = (value or _NOTHING for value in couple.has("required"))
    old = frozenset(renamed.get(name, name) for name in old)
    old_sites, new_sites = couple.member_sites("required")
    current = set(old)
    for name in sorted(new - old):
        current.add(name)
        site = new_sites.get(value_key(name))
        yield Edit(Kind.REQUIRED_ADDED, None, site, {"required": frozenset(current)}, (None, name))
    for name in sorted(old - new):
        current.discard(name)
        site = old_sites.get(value_key(name))
        yield Edit(Kind.REQUIRED_REMOVED, site, None, {"required": frozenset(current) or None}, (name, None))
    old_needs, new_needs = (value or {} for value in couple.has("dependentRequired"))
    needs = dict(old_needs)
    for trigger in sorted(old_needs.keys() | new_needs.keys()):
        before, after = old_needs.get(trigger, _NOTHING), new_needs.get(trigger, _NOTHING)
        for kind, name in [(Kind.DEPENDENCY_ADDED, name) for name in sorted(after - before)] + [
            (Kind.DEPENDENCY_REMOVED, name) for name in sorted(before - after)
        ]:
            added = kind is Kind.DEPENDENCY_ADDED
            needs[trigger] = needs.get(trigger, _NOTHING) | {name} if added else needs[trigger] - {name}
            values = (None, name) if added else (name, None)
            site = f"dependentRequired/{trigger}"
            before_site, after_site = (None, couple.new.sites[site]) if added else (couple.old.sites[site], None)
            yield Edit(kind, before_site, after_site, {"dependentRequired": dict(needs)}, values)


def property_site(node: Node, name: str) -> str:
    """The pointer of a property of ``node``."""
    return node.sites.get(f"properties/{name}", f"{node.pointer}/properties/{escape(name)}")
