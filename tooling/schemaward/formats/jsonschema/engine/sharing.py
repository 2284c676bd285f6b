"""Which parts of two versions of a schema are the same, and so need not be looked at.

Two versions mostly differ in a few places. A part is the same when it stands at the same place in both documents with
the same content, and refers to nothing that differs. This holds for documents whose references are plain pointers into
themselves; for others nothing is claimed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Set
from contextlib import suppress
from typing import Any

from schemaward.formats.jsonschema.dialects import escape, is_below, value_at
from schemaward.formats.jsonschema.scanning import compact, pointers
from schemaward.formats.jsonschema.sources import Sources, Spot
from schemaward.formats.jsonschema.values import private_copy

_MOST_DIFFERENCES = 200


class Shared:
    """Tells for a spot in either of two documents whether it is the same in the other."""

    def __init__(self, values: tuple[Any, Any], differences: list[str], targets: frozenset[str]) -> None:
        self.targets = targets
        """Pointers of the schemas that references name."""
        self.differences = dict.fromkeys(sorted(differences))
        """Pointers of the smallest parts that differ."""
        self._around = {p[:end] for p in differences for end in range(len(p) + 1) if end == len(p) or p[end] == "/"}
        self.recursive = False
        """True when a schema that differs, or refers to such, may lead back to itself."""
        self.changed_targets = frozenset(target for target in targets if not self._alike(target))
        self._stale = self._spread(values)
        """The targets that differ, or refer to such."""
        self._same: dict[str, bool] = {}

    def __call__(self, spot: Spot) -> bool:
        """True when the schema at ``spot`` and all that it refers to is the same in both documents."""
        known = self._same.get(spot.pointer)
        if known is None:
            known = self._alike(spot.pointer)
            if known and self._stale:
                known = self._stale.isdisjoint(_leads(spot.value))
            self._same[spot.pointer] = known
        return known

    def apart(self, spot: Spot, members: Mapping[str, Any], path: str) -> list[str]:
        """The names among ``members``, which stand at ``path`` below ``spot``, whose schemas are not known to be the same."""
        below = f"{spot.pointer}/{path}/"
        if spot.pointer not in self._around:
            return list(members)
        apart = [name for name in members if below + escape(name) in self._around]
        alike = [(name, value) for name, value in members.items() if below + escape(name) not in self._around]
        return apart + self._leading_to_stale(alike)

    def _leading_to_stale(self, members: list[tuple[str, Any]]) -> list[str]:
        """The names of those members that refer to what is stale: mostly few, so that halves are asked as one."""
        if not self._stale or self._stale.isdisjoint(_leads([value for _, value in members])):
            return []
        if len(members) == 1:
            return [members[0][0]]
        half = len(members) // 2
        return [*self._leading_to_stale(members[:half]), *self._leading_to_stale(members[half:])]

    def _alike(self, pointer: str) -> bool:
        """True when the content at ``pointer`` is the same: it contains no difference, and lies in none."""
        if pointer in self._around:
            return False
        while pointer and pointer not in self._around:
            pointer = pointer.rpartition("/")[0]
        return pointer not in self.differences

    def _spread(self, values: tuple[Any, Any]) -> frozenset[str]:
        stale = set(self.changed_targets)
        leads = {target: _leads_at(values, target) for target in self.targets} if stale else {}
        more = stale
        while more:
            more = {target for target in self.targets - stale if not leads[target].isdisjoint(stale)}
            stale |= more
        self.recursive = _may_recur({target: leads[target] & stale for target in stale})
        return frozenset(stale)


def _may_recur(leads: Mapping[str, Set[str]]) -> bool:
    """True when one of some schemas, of which those below another are parts, may lead back to itself."""
    left = set(leads)
    while left:
        ended = {
            here for here in left if not any(to in leads[here] or (to != here and is_below(to, here)) for to in left)
        }
        if not ended:
            return True
        left -= ended
    return False


def shared_parts(one: tuple[Sources, Spot], two: tuple[Sources, Spot]) -> Shared | None:
    """What two documents have in common; None when nothing can be said."""
    (sources, root), (others, other) = one, two
    targets, more = sources.targets(root.source), others.targets(other.source)
    if root.draft is not other.draft or targets is None or more is None:
        return None
    differences = _differences(root.value, other.value)
    return None if differences is None else Shared((root.value, other.value), differences, targets | more)


def _leads(value: Any) -> frozenset[str]:
    """Where the references in a part of a plain document lead."""
    return pointers(compact(value)) or frozenset()


def _leads_at(values: tuple[Any, Any], pointer: str) -> frozenset[str]:
    """Where the references below ``pointer`` lead, in either document."""
    found: frozenset[str] = frozenset()
    for value in values:
        with suppress(LookupError, TypeError):
            found |= _leads(value_at(value, pointer))
    return found


def _differences(one: Any, two: Any) -> list[str] | None:
    """The pointers of the smallest parts that differ; None when there are too many to be worth it."""
    found: list[str] = []
    stack = [("", one, two)]
    while stack and len(found) <= _MOST_DIFFERENCES:
        pointer, a, b = stack.pop()
        if isinstance(a, dict) and isinstance(b, dict):
            common = [key for key in a if key in b]
            stack += ((f"{pointer}/{escape(key)}", x, y) for key, x, y in _unlike(common, a, b))
            found += (f"{pointer}/{escape(key)}" for key in a.keys() ^ b.keys())
        elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
            stack += ((f"{pointer}/{index}", x, y) for index, x, y in _unlike(range(len(a)), a, b))
        else:
            found.append(pointer)
    return found if len(found) <= _MOST_DIFFERENCES else None


def _unlike(keys: Iterable[Any], one: Any, two: Any) -> list[tuple[Any, Any, Any]]:
    """The members of two values that differ. What is equal, is mostly of equal types too: that is asked of all at once."""
    members = [(key, one[key], two[key]) for key in keys]
    equal = [(a, b) for _, a, b in members if a is b or a == b]
    if not equal or _bytes([a for a, _ in equal]) == _bytes([b for _, b in equal]):
        return [each for each in members if each[1] is not each[2] and each[1] != each[2]]
    return [each for each in members if _bytes(each[1]) != _bytes(each[2])]


def _bytes(value: Any) -> bytes:
    """Bytes that differ whenever two values differ; 1, 1.0 and true do."""
    return private_copy(value) or json.dumps(value, sort_keys=True, default=repr).encode()
