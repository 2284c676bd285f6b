"""Sentences about changes, for people. The words of a kind come from its grammar, ``<element>-<verb>``; a few read better by hand."""

from __future__ import annotations

from collections.abc import Callable
from posixpath import commonprefix
from typing import Any

from schemaward.report.values import ELLIPSIS, compact, printable, shortened
from schemaward.verdict import Change, Effect

_WIDTH = 60


def sentence(change: Change) -> str:
    """What changed, in one line without the place."""
    special = _SPECIAL.get(change.kind)
    if special is not None:
        return special(change)
    element, _, verb = change.kind.rpartition("-")
    words = _ELEMENTS.get(element, f"the {element.replace('-', ' ')}")
    if element == "branch":
        words = f"a branch of {quoted(_last(change.pointer.rpartition('/')[0]))}"
    elif element in _NAMED:
        words = f"{words} {quoted(_last(change.pointer))}"
    elif element == "field" and isinstance(content := change.old if change.new is None else change.new, dict):
        words = f"{words} {quoted(str(content.get('name')))}"
    if verb == "added":
        return f"{words} was added: {_told(element, change.new)}"
    if verb == "removed":
        return f"{words} was removed: {_told(element, change.old)}"
    return f"{words} was {verb}: {_step(change)}"


_ELEMENTS = {
    "additional-properties": "what undeclared properties may hold",
    "unevaluated-properties": "what unevaluated properties may hold",
    "property-names": "how properties may be called",
    "items": "what further items may hold",
    "unevaluated-items": "what unevaluated items may hold",
    "enum": "the list of allowed values",
    "uniqueness": "the demand for unique items",
    "contains": "the demand for an item of a kind",
    "exclusion": "the schema that must not match",
    "condition": "the condition",
    "composition": "the composition of schemas",
    "identifier": "the identifier",
    "pattern-property": "the pattern of properties",
    "tuple-item": "the item at position",
}
_NAMED = frozenset(("property", "pattern-property", "annotation", "tuple-item"))

_SCHEMAS = frozenset(("property", "pattern-property", "tuple-item", "branch", "contains", "exclusion"))
_WORDS = frozenset(("description", "$comment", "examples"))


def _bound(change: Change) -> str:
    name = quoted(_last(change.pointer))
    if change.old is None:
        return f"the bound {name} was added: {value(change.new)}"
    if change.new is None:
        return f"the bound {name} was removed: {value(change.old)}"
    return f"the bound {name} was {change.kind.rpartition('-')[2]}: {_step(change)}"


def _required(change: Change) -> str:
    now = change.kind.endswith("added")
    return f"{quoted(str(change.new))} is required now" if now else f"{quoted(str(change.old))} is no longer required"


def _enum_value(change: Change) -> str:
    now = change.kind.endswith("added")
    return (
        f"the value {value(change.new)} is allowed now"
        if now
        else f"the value {value(change.old)} is no longer allowed"
    )


_SPECIAL: dict[str, Callable[[Change], str]] = {
    "required-added": _required,
    "required-removed": _required,
    "enum-value-added": _enum_value,
    "enum-value-removed": _enum_value,
    "bound-tightened": _bound,
    "bound-loosened": _bound,
    "bound-changed": _bound,
    "property-renamed": lambda change: (
        f"the property {quoted(str(change.old))} is called {quoted(str(change.new))} now"
    ),
    "const-changed": lambda change: f"the only allowed value was changed: {_step(change)}",
    "value-forbidden": lambda change: f"no value is allowed here any more: {_step(change)}",
    "value-allowed": lambda change: f"values are allowed here now: {_step(change)}",
    "schema-skipped": lambda change: "the schemas are too large to be compared further",
    "schema-respelled": lambda change: f"the same data are accepted, written differently: {_step(change)}",
    "keyword-counted": lambda change: (
        f"{quoted(_last(change.pointer))} was ignored and counts now: {value(change.new)}"
    ),
    "keyword-ignored": lambda change: (
        f"{quoted(_last(change.pointer))} counted and is ignored now: {value(change.old)}"
    ),
    "definition-added": lambda change: f"the definition {quoted(_last(change.pointer))}, which nothing uses, was added",
    "definition-removed": lambda change: (
        f"the definition {quoted(_last(change.pointer))}, which nothing used, was removed"
    ),
    "draft-changed": lambda change: f"the draft of JSON Schema was changed: {_step(change)}",
}

_MEANINGS = {
    Effect.NARROWS: "Narrows: readers on the new version refuse some old data",
    Effect.WIDENS: "Widens: readers on the old version refuse some new data",
    Effect.BOTH: "Narrows and widens: readers on either version refuse some data of the other",
    Effect.UNKNOWN: "Effect not known: what the change does by itself could not be decided",
    Effect.NONE: "No effect on what is accepted",
}
_INSIDE = {
    Effect.NARROWS: "Narrows a part of the schema",
    Effect.WIDENS: "Widens a part of the schema",
    Effect.BOTH: "Narrows and widens a part of the schema",
}


def meaning(effect: Effect, backward: str, forward: str) -> str:
    """Whom changes with this effect hurt. ``backward`` and ``forward`` are the verdicts on the whole."""
    healed = []
    if effect in (Effect.NARROWS, Effect.BOTH) and backward == "compatible":
        healed.append("the new version reads all old data")
    if effect in (Effect.WIDENS, Effect.BOTH) and forward == "compatible":
        healed.append("the old version reads all new data")
    return f"{_INSIDE[effect]}, but {' and '.join(healed)}" if healed else _MEANINGS[effect]


def value(content: Any) -> str:
    """A value of any size and content, short and harmless."""
    return shortened(compact(content), _WIDTH)


def quoted(name: str) -> str:
    """A name of any size and content in quotes."""
    return f'"{shortened(printable(name), _WIDTH)}"'


def _told(element: str, content: Any) -> str:
    """A value that came or went; of a schema, what it asserts."""
    if element in _SCHEMAS and isinstance(content, dict):
        content = {name: member for name, member in content.items() if name not in _WORDS} or content
    elif element == "field" and isinstance(content, dict):
        content = {name: member for name, member in content.items() if name not in ("name", "doc")}
    return value(content)


def _step(change: Change) -> str:
    old, new = change.old, change.new
    if isinstance(old, str) and isinstance(new, str) and max(len(old), len(new)) > _WIDTH:
        # Two long texts differ where they begin to differ, not where they begin.
        same = commonprefix([old, new]).rfind(" ") + 1
        old, new = (f"{ELLIPSIS}{text[same:]}" if same > _WIDTH // 2 else text for text in (old, new))
    return f"{_or_nothing(old)} -> {_or_nothing(new)}"


def _or_nothing(content: Any) -> str:
    return "nothing said" if content is None else value(content)


def _last(pointer: str) -> str:
    return pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
