"""Which parts of two versions of a schema are the same, and so need not be looked at.

Two versions mostly differ in a few places. A part is the same when it stands at the same place in both documents with
the same content, and refers to nothing that differs. This holds for documents whose references are plain pointers into
themselves; for others nothing is claimed.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from typing import Any

from schemaward.formats.jsonschema.dialects import escape
from schemaward.formats.jsonschema.sources import Sources, Spot
from schemaward.formats.jsonschema.values import private_copy

_MOST_DIFFERENCES = 200


class Shared:
    """Tells for a spot in either of two documents whether it is the same in the other."""

    def __init__(self, differences: list[str], references: list[tuple[str, str]]) -> None:
        self.targets = frozenset(target for _, target in references)
        """Pointers of the schemas that references name."""
        self._differences = frozenset(differences)
        self._around = {p[:end] for p in differences for end in range(len(p) + 1) if end == len(p) or p[end] == "/"}
        self._stale = self._spread(sorted(references))
        """Places of references that lead to what differs, sorted."""

    def __call__(self, spot: Spot) -> bool:
        """True when the schema at ``spot`` and all that it refers to is the same in both documents."""
        return self._alike(spot.pointer) and not _within(self._stale, spot.pointer)

    def _alike(self, pointer: str) -> bool:
        """True when the content at ``pointer`` is the same: it contains no difference, and lies in none."""
        if pointer in self._around:
            return False
        while pointer and pointer not in self._around:
            pointer = pointer.rpartition("/")[0]
        return pointer not in self._differences

    def _spread(self, references: list[tuple[str, str]]) -> list[str]:
        places = [place for place, _ in references]
        leads = dict(references)
        inside = {target: {leads[place] for place in _within(places, target)} for target in self.targets}
        stale = {target for target in self.targets if not self._alike(target)}
        more = stale
        while more:
            more = {target for target in self.targets - stale if not inside[target].isdisjoint(stale)}
            stale |= more
        return [place for place, target in references if target in stale]


def shared_parts(one: tuple[Sources, Spot], two: tuple[Sources, Spot]) -> Shared | None:
    """What two documents have in common; None when nothing can be said."""
    (sources, root), (others, other) = one, two
    if root.draft is not other.draft or not sources.plain(root.source) or not others.plain(other.source):
        return None
    differences = _differences(root.value, other.value)
    if differences is None:
        return None
    references = list(dict.fromkeys([*sources.references(root.source), *others.references(other.source)]))
    return Shared(differences, references)


def _differences(one: Any, two: Any) -> list[str] | None:
    """The pointers of the smallest parts that differ; None when there are too many to be worth it."""
    found: list[str] = []
    stack = [("", one, two)]
    while stack and len(found) <= _MOST_DIFFERENCES:
        pointer, a, b = stack.pop()
        if a is b or _bytes(a) == _bytes(b):
            continue
        if isinstance(a, dict) and isinstance(b, dict) and a.keys() == b.keys():
            stack.extend((f"{pointer}/{escape(key)}", a[key], b[key]) for key in a)
        elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
            stack.extend((f"{pointer}/{index}", x, y) for index, (x, y) in enumerate(zip(a, b, strict=True)))
        elif isinstance(a, dict) and isinstance(b, dict):
            stack.extend((f"{pointer}/{escape(key)}", a[key], b[key]) for key in a if key in b)
            found.extend(f"{pointer}/{escape(key)}" for key in a.keys() ^ b.keys())
        else:
            found.append(pointer)
    return found if len(found) <= _MOST_DIFFERENCES else None


def _bytes(value: Any) -> bytes:
    """Bytes that differ whenever two values differ; 1, 1.0 and true do."""
    return private_copy(value) or json.dumps(value, sort_keys=True, default=repr).encode()


def _within(places: list[str], pointer: str) -> list[str]:
    """Those of a sorted list of pointers that lie at or below ``pointer``; "0" is the character after "/"."""
    if not pointer:
        return places
    here = bisect_left(places, pointer)
    start, stop = bisect_left(places, pointer + "/"), bisect_left(places, pointer + "0")
    return places[start:stop] if places[here : here + 1] != [pointer] else [pointer, *places[start:stop]]
