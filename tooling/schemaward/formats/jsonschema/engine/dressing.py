"""Make a witness speak: where the writer's schema gives an example or a default for a value, use that value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from schemaward.formats.jsonschema.sources import Sources, Spot
from schemaward.formats.jsonschema.visiting import next_visits

Path: TypeAlias = "tuple[str | int, ...]"

_MOST_VISITS = 2_000
_MOST_ATTEMPTS = 64


def dress(sources: Sources, root: Spot, document: Any, still_good: Callable[[Any], bool]) -> Any:
    """``document`` with strings and numbers replaced by those that the schema shows, as long as ``still_good`` holds.

    Its shape stays: nothing is added, and the document stays as small as it is in properties and items.
    """
    attempts = 0
    dressed: set[Path] = set()
    for path, shown in _shown(sources, root, document):
        if path in dressed:
            continue
        attempts += 1
        if attempts > _MOST_ATTEMPTS:
            break
        candidate = _replaced(document, path, shown)
        if still_good(candidate):
            document = candidate
            dressed.add(path)
    return document


def _shown(sources: Sources, root: Spot, document: Any) -> Iterator[tuple[Path, Any]]:
    """Values that schemas show for the strings and numbers of a document, in the order of the schemas."""
    seen: set[tuple[str, str, Path]] = set()
    stack: list[tuple[Spot, Any, Path]] = [(root, document, ())]
    while stack and len(seen) < _MOST_VISITS:
        spot, value, path = stack.pop()
        key = (spot.source, spot.pointer, path)
        if key in seen:
            continue
        seen.add(key)
        if _speakable(value) and isinstance(spot.value, dict):
            examples = spot.value.get("examples")
            shown = [*(examples if isinstance(examples, list) else ()), spot.value.get("default")]
            yield from ((path, each) for each in shown if _speakable(each) and each != value)
        following = [
            (inner, part, path + step) for inner, part, step in next_visits(sources, spot, value) if step is not None
        ]
        stack.extend(reversed(following))


def _speakable(value: Any) -> bool:
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)


def _replaced(document: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    step, rest = path[0], path[1:]
    copy: Any = dict(document) if isinstance(document, dict) else list(document)
    copy[step] = _replaced(document[step], rest, value)
    return copy
