"""Where a contract tags personal data: which fields are tagged, and which have such fields inside.

A tag is a member of a schema (JSON Schema), or of a field or type (Avro), with a value that is not "none" or false.
The text of a .proto file has none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from schemaward.formats.base import Schema
from schemaward.meaning import PERSONAL_DATA
from schemaward.model import DataFormat
from schemaward.syntax.places import tokens_of

if TYPE_CHECKING:
    from schemaward.formats.jsonschema.sources import Sources, Spot

TAGS = (PERSONAL_DATA, "x-pii")
_NOTHING = (None, False, "none")
_NAMED_TYPES = ("record", "error", "enum", "fixed")

Key: TypeAlias = Hashable


class Tagged(NamedTuple):
    """Names of fields: all of them, the tagged ones, and those that are tagged or have tagged ones inside.

    ``everything`` when a tag is on the whole record, or on fields without a name.
    """

    names: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    around: frozenset[str] = frozenset()
    everything: bool = False


@dataclass(slots=True)
class _Links:
    """Which schema leads to which: for the same field (also for the items of a list), or for a field with a name."""

    tagged: set[Key] = field(default_factory=set)
    users: dict[Key, list[Key]] = field(default_factory=lambda: defaultdict(list))
    owners: dict[Key, list[Key]] = field(default_factory=lambda: defaultdict(list))
    fields: list[tuple[str, Key]] = field(default_factory=list)

    def see(self, key: Key, schema: Any) -> None:
        """Note the tag of a schema."""
        if isinstance(schema, dict) and any(schema.get(tag) not in _NOTHING for tag in TAGS):
            self.tagged.add(key)

    def link(self, key: Key, name: str | None, inner: Key) -> None:
        """``key`` leads to ``inner``, for its field ``name`` if that is one."""
        self.owners[inner].append(key)
        if name is None:
            self.users[inner].append(key)
        else:
            self.fields.append((name, inner))

    def result(self, root: Key) -> Tagged:
        """What the tags mean for the names of fields."""
        same, inside = _above(self.tagged, self.users), _above(self.tagged, self.owners)
        return Tagged(
            frozenset(name for name, _ in self.fields),
            frozenset(name for name, key in self.fields if key in same),
            frozenset(name for name, key in self.fields if key in inside),
            root in same,
        )


def tagged(data_format: DataFormat, schema: Schema) -> Tagged:
    """What a contract tags."""
    if data_format is DataFormat.JSON:
        return _of_json_schema(schema.parsed.sources, schema.parsed.root)
    return _of_avro(schema.parsed.value) if data_format is DataFormat.AVRO else Tagged()


def _above(found: Iterable[Key], leading: Mapping[Key, list[Key]]) -> set[Key]:
    """All that lead to what was found."""
    pending, seen = [*found], set(found)
    while pending:
        for key in leading.get(pending.pop(), ()):
            if key not in seen:
                seen.add(key)
                pending.append(key)
    return seen


def _of_json_schema(sources: Sources, root: Spot) -> Tagged:
    links = _Links()
    pending, seen = [root], {_key(root)}
    while pending:
        spot = pending.pop()
        links.see(_key(spot), spot.value)
        for name, inner in _leads(sources, spot):
            links.link(_key(spot), name, _key(inner))
            if _key(inner) not in seen:
                seen.add(_key(inner))
                pending.append(inner)
    return links.result(_key(root))


def _leads(sources: Sources, spot: Spot) -> Iterator[tuple[str | None, Spot]]:
    """The schemas that a schema leads to; with the name of a property where it is for that."""
    from schemaward.formats.jsonschema.sources import RefNotFoundError, dynamic_candidates

    if not isinstance(spot.value, dict):
        return
    for inner in sources.inner(spot):
        keyword, *name = tokens_of(inner.pointer.removeprefix(spot.pointer))
        if keyword not in ("definitions", "$defs"):
            yield name[0] if keyword == "properties" else None, inner
    found: list[Spot] = []
    with suppress(RefNotFoundError):
        if isinstance(spot.value.get("$ref"), str):
            found.append(sources.resolve(spot.base, spot.value["$ref"]))
    with suppress(RefNotFoundError, KeyError):
        first, others = dynamic_candidates(sources, spot)
        found += [first, *others]
    yield from ((None, target) for target in found)


def _key(spot: Spot) -> Key:
    return spot.source, spot.pointer


def _of_avro(definition: Any) -> Tagged:
    """Types are found by their simple names: two in different namespaces count as one, which hides more, not less."""
    links = _Links()
    pending = [definition]
    while pending:
        node = pending.pop()
        links.see(_avro_key(node), node)
        if isinstance(node, dict) and node.get("type") in _NAMED_TYPES:
            links.link(_simple(node["name"]), None, id(node))
        for name, inner in _avro_leads(node):
            links.link(_avro_key(node), name, _avro_key(inner))
            pending.append(inner)
    return links.result(_avro_key(definition))


def _avro_leads(node: Any) -> Iterator[tuple[str | None, Any]]:
    if isinstance(node, list):
        yield from ((None, branch) for branch in node)
    elif isinstance(node, dict):
        yield from ((None, node[word]) for word in ("type", "items", "values") if word in node)
        if node.get("type") in ("record", "error"):
            yield from ((each["name"], each) for each in node["fields"])


def _avro_key(node: Any) -> Key:
    return _simple(node) if isinstance(node, str) else id(node)


def _simple(name: str) -> str:
    return name.rpartition(".")[2]
