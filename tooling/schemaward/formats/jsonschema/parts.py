"""Which schemas speak of a value, and of a part of it, however they name it: a property by its name, an item by its position."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import lru_cache
from typing import Any, TypeAlias

from schemaward.formats.jsonschema.diffing.canonical import Node
from schemaward.formats.jsonschema.regex.syntax import Alt, Cat, Chars, PatternError, Repeat, Syntax, parse

Group: TypeAlias = tuple[Node, ...]
"""The nodes that speak about the same value."""

_LISTS = ("allOf", "anyOf", "oneOf")
_BRANCHES = ("then", "else")
_LONGEST_SAMPLE = 256
_READABLE = "a0A_-. "
_FREE_NAMES = ("*", "other", "Other", "_", "0", "$", "é", " ")


def together(nodes: Iterable[Node]) -> Group:
    """The nodes with all that speak about the same value, beside them or as one of several alternatives."""
    found: dict[int, Node] = {}
    pending = [*nodes][::-1]
    while pending:
        node = pending.pop()
        if id(node) not in found:
            found[id(node)] = node
            said: dict[str, Any] = node.keywords
            beside = [branch for word in _LISTS for branch in said.get(word, ())]
            beside += [said[word] for word in _BRANCHES if word in said]
            beside += said.get("dependentSchemas", {}).values()
            pending += beside[::-1]
    return tuple(found.values())


def parts_named(node: Node, name: str) -> Iterator[Node]:
    """What one schema object says of the property ``name``."""
    own = node.keywords.get("properties", {}).get(name)
    matching = [part for source, part in node.keywords.get("patternProperties", {}).items() if matches(source, name)]
    yield from [*([] if own is None else [own]), *matching]
    if own is None and not matching and "additionalProperties" in node.keywords:
        yield node.keywords["additionalProperties"]


def parts_at(node: Node, position: int) -> list[Node]:
    """What one schema object says of the item at ``position``."""
    first: list[Node] = node.keywords.get("prefixItems", [])
    if position < len(first):
        return [first[position]]
    return [node.keywords["items"]] if "items" in node.keywords else []


def names(nodes: Collection[Node]) -> dict[str, str]:
    """One name for each way in which ``nodes`` speak of properties, with the word for it: itself, its pattern, or "*".

    A pattern for which no name is found is left out.
    """
    declared = {name: name for node in nodes for name in node.keywords.get("properties", ())}
    patterns = dict.fromkeys(source for node in nodes for source in node.keywords.get("patternProperties", ()))
    found = {name: source for source in patterns if (name := sample(source)) is not None} | declared
    free = (name for name in _FREE_NAMES if name not in declared and not any(matches(each, name) for each in patterns))
    return found | dict.fromkeys([*free][:1], "*")


def positions(nodes: Iterable[Node]) -> int:
    """The first position from which on ``nodes`` make no difference."""
    return max((len(node.keywords.get("prefixItems", ())) for node in nodes), default=0)


def matches(source: str, name: str) -> bool:
    """True when the pattern ``source`` is found in ``name``."""
    return _matcher(source)(name)


@lru_cache(maxsize=1024)
def _matcher(source: str) -> Callable[[str], bool]:
    import jsonschema_rs

    return jsonschema_rs.Draft7Validator({"pattern": source}).is_valid


@lru_cache(maxsize=1024)
def sample(source: str) -> str | None:
    """A short text in which the pattern ``source`` is found; None when none is found at once."""
    try:
        text = _sampled(parse(source))
    except PatternError:
        return None
    return text if text is not None and matches(source, text) else None


def _sampled(syntax: Syntax) -> str | None:
    """A text for each part, one after the other; anchors and what is around a text are not looked at."""
    match syntax:
        case Chars(ranges):
            codes = [ord(each) for each in _READABLE if any(low <= ord(each) <= high for low, high in ranges)]
            return chr(codes[0] if codes else ranges[0][0]) if ranges else None
        case Repeat(part, least):
            text = _sampled(part) if least else ""
            return None if text is None or len(text) * least > _LONGEST_SAMPLE else text * least
        case Alt(options):
            return next((text for option in options if (text := _sampled(option)) is not None), None)
        case Cat(parts):
            texts = [_sampled(part) for part in parts]
            whole = "".join(text or "" for text in texts)
            return None if None in texts or len(whole) > _LONGEST_SAMPLE else whole
        case _:
            return ""
