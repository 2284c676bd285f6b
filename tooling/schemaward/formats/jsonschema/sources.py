"""Where a ``$ref`` leads: base URIs, ids, anchors and pointers of self-contained sets of schemas.

Source: JSON Schema Core, "Base URI, Anchors, and Dereferencing"; Draft-07 Core, section 8.
Nothing here reads a file or the network: what is not among the sources is not found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin

from schemaward.formats.jsonschema.dialects import Draft, draft_of, member_at, subschemas
from schemaward.formats.jsonschema.scanning import compact, plain_targets

REPOSITORY = "https://repository.invalid/"
"""Base URI of files in the repository; ``.invalid`` never resolves (RFC 2606)."""


_NAMES = frozenset({"$schema", "$id", "id"})
"""Members without which a schema has the draft and the base URI of what is around it."""


class Spot(NamedTuple):
    """A schema within a source: its pointer, and the draft and base URI in force there. Made by the thousand."""

    source: str
    pointer: str
    value: Any
    base: str
    draft: Draft


class RefNotFoundError(Exception):
    """A ``$ref`` leads to nothing among the sources; the argument is the full URI."""


@dataclass(slots=True)
class Sources:
    """All documents that one schema may refer to."""

    _roots: dict[str, Spot] = field(default_factory=dict)
    _ids: dict[str, Spot] = field(default_factory=dict)
    _anchors: dict[str, Spot] = field(default_factory=dict)
    _spots: dict[tuple[str, str], Spot] = field(default_factory=dict)
    _inner: dict[tuple[str, str], tuple[Spot, ...]] = field(default_factory=dict)
    _plain: dict[str, frozenset[str]] = field(default_factory=dict)
    """Documents that need no index, since nothing below the root has a name: where all their references lead."""
    dynamic: dict[str, list[Spot]] = field(default_factory=dict)
    """Spots of each ``$dynamicAnchor``, in document order; ``""`` holds ``$recursiveAnchor: true``."""

    def add(self, uri: str, value: Any, draft: Draft, text: str | None = None) -> Spot:
        """Index a document under ``uri``; returns its root. ``text`` is its compact text, where it is at hand."""
        root = self._roots[uri] = _entered(Spot(uri, "", value, uri, draft))
        self._ids.setdefault(uri, root)
        self._ids.setdefault(root.base, root)
        targets = plain_targets(value, draft, compact(value) if text is None else text)
        if targets is not None:
            self._plain[uri] = targets
            return root
        for spot in self._below(root):
            self._index(spot)
        return root

    def _below(self, root: Spot) -> Iterator[Spot]:
        stack = [root]
        while stack:
            spot = stack.pop()
            yield spot
            stack.extend(reversed(self.inner(spot)))

    def inner(self, spot: Spot) -> tuple[Spot, ...]:
        """The direct subschemas of a schema, in document order."""
        key = (spot.source, spot.pointer)
        found = self._inner.get(key)
        if found is None:
            found = self._inner[key] = tuple(
                _entered(Spot(spot.source, f"{spot.pointer}/{path}", value, spot.base, spot.draft))
                for path, value in (subschemas(spot.value, spot.draft) if isinstance(spot.value, dict) else ())
            )
        return found

    def _index(self, spot: Spot) -> None:
        schema = spot.value
        self._spots[spot.source, spot.pointer] = spot
        if not isinstance(schema, dict):
            return
        self._ids.setdefault(spot.base, spot)
        plain = _legacy_anchor(schema, spot.draft)
        if plain:
            self._anchors.setdefault(f"{spot.base}#{plain}", spot)
        if spot.draft >= Draft.DRAFT2019:
            if isinstance(schema.get("$anchor"), str):
                self._anchors.setdefault(f"{spot.base}#{schema['$anchor']}", spot)
            if schema.get("$recursiveAnchor") is True and spot.draft is Draft.DRAFT2019:
                self.dynamic.setdefault("", []).append(spot)
            anchor = schema.get("$dynamicAnchor")
            if isinstance(anchor, str) and spot.draft is Draft.DRAFT2020:
                self._anchors.setdefault(f"{spot.base}#{anchor}", spot)
                self.dynamic.setdefault(anchor, []).append(spot)

    def targets(self, source: str) -> frozenset[str] | None:
        """Where the references of a document lead, when all of them are pointers to its schemas; None otherwise."""
        return self._plain.get(source)

    def dynamic_spots(self) -> Iterator[Spot]:
        """All schemas with a dynamic anchor."""
        for spots in self.dynamic.values():
            yield from spots

    def spots(self, source: str) -> Iterator[Spot]:
        """All schemas of one document, in document order."""
        return self._below(self._roots[source])

    def knows(self, uri: str) -> bool:
        """True when a document or embedded schema has that URI (without fragment)."""
        return uri in self._ids

    def resolve(self, base: str, ref: str) -> Spot:
        """The schema that ``ref`` means at ``base``; raises RefNotFoundError."""
        full = join(base, ref)
        uri, _, fragment = full.partition("#")
        resource = self._ids.get(uri)
        if resource is None:
            metaschema = _metaschema(uri)
            if metaschema is None:
                raise RefNotFoundError(full)
            self.add(uri, metaschema, draft_of(metaschema) or Draft.DRAFT7)
            return self.resolve(base, ref)
        if not fragment:
            return resource
        if not fragment.startswith("/"):
            spot = self._anchors.get(f"{uri}#{unquote(fragment)}")
            if spot is None:
                raise RefNotFoundError(full)
            return spot
        return self.descend(resource, unquote(fragment), full)

    def descend(self, spot: Spot, pointer: str, full: str = "") -> Spot:
        """The value at ``pointer`` below ``spot``, with the base URI of its nearest schema; raises RefNotFoundError."""
        known = self._spots.get((spot.source, spot.pointer + pointer))
        if known is not None:
            return known
        value = spot.value
        path = spot.pointer
        base, draft = spot.base, spot.draft
        for token in pointer.split("/")[1:]:
            try:
                value = member_at(value, token)
            except (LookupError, TypeError):
                raise RefNotFoundError(full or pointer) from None
            path = f"{path}/{token}"
            passed = self._spots.get((spot.source, path))
            base, draft = (passed.base, passed.draft) if passed else (base, draft)
        return Spot(spot.source, path, value, base, draft)


def dynamic_candidates(sources: Sources, spot: Spot) -> tuple[Spot, list[Spot]]:
    """Where the ``$dynamicRef`` or ``$recursiveRef`` of a schema leads at first, and where it may lead instead.

    Raises RefNotFoundError.
    """
    keyword = "$dynamicRef" if spot.draft is Draft.DRAFT2020 else "$recursiveRef"
    ref = spot.value[keyword]
    target = sources.resolve(spot.base, ref)
    schema = target.value if isinstance(target.value, dict) else {}
    if keyword == "$recursiveRef":
        return target, sources.dynamic.get("", []) if schema.get("$recursiveAnchor") is True else []
    name = ref.rpartition("#")[2]
    return target, sources.dynamic.get(name, []) if schema.get("$dynamicAnchor") == name else []


def join(base: str, ref: str) -> str:
    """Resolve ``ref`` against ``base`` (RFC 3986, section 5); a fragment alone stays in the document, whatever its scheme."""
    if ref.startswith("#"):
        return without_fragment(base) + ref
    return urljoin(base, ref)


def without_fragment(uri: str) -> str:
    """A URI up to its fragment, which the first "#" begins (RFC 3986, section 3.5)."""
    return uri.partition("#")[0]


def _entered(spot: Spot) -> Spot:
    """The spot with its own ``$id`` and ``$schema`` applied."""
    schema = spot.value
    if not isinstance(schema, dict) or _NAMES.isdisjoint(schema):
        return spot
    draft = draft_of(schema, spot.draft) or spot.draft
    name = schema.get(draft.id_keyword)
    if not isinstance(name, str) or (draft.ref_hides_siblings and "$ref" in schema):
        return Spot(spot.source, spot.pointer, schema, spot.base, draft if not spot.pointer else spot.draft)
    uri, _, fragment = name.partition("#")
    if not uri and fragment:
        return spot
    return Spot(spot.source, spot.pointer, schema, without_fragment(join(spot.base, uri)), draft)


def _legacy_anchor(schema: dict[str, Any], draft: Draft) -> str | None:
    """The plain name of ``"$id": "#name"``, which drafts before 2019-09 allow."""
    name = schema.get(draft.id_keyword)
    if draft >= Draft.DRAFT2019 or not isinstance(name, str):
        return None
    fragment = name.partition("#")[2]
    return fragment if fragment and not fragment.startswith("/") else None


@cache
def _metaschema(uri: str) -> Any:
    """A published meta-schema or vocabulary, from the copy that the jsonschema package carries; None if it is none."""
    if "json-schema.org/" not in uri:
        return None
    from jsonschema_specifications import REGISTRY
    from referencing.exceptions import NoSuchResource

    for spelling in (uri, f"{uri}#", f"{uri.rstrip('#')}"):
        try:
            return REGISTRY.get_or_retrieve(spelling).value.contents
        except NoSuchResource:
            continue
    return None
