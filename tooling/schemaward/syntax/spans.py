"""Where each value of a text begins and ends, so that one can be exchanged and the rest stay as it was written."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from schemaward.syntax.json_text import json_tokens


@dataclass(slots=True)
class Span:
    """Offsets of a value: ``start`` to ``end`` without space around it, and ``entry``, where its key begins if it has one.

    ``block`` marks a YAML collection that is written without brackets, ``plain`` a YAML value without quotes.
    """

    entry: int
    start: int
    end: int = 0
    members: dict[str, Span] | list[Span] | None = None
    block: bool = False
    plain: bool = False

    @property
    def inner(self) -> list[Span]:
        """The values inside, in the order of the text."""
        return list(self.members.values() if isinstance(self.members, dict) else self.members or ())


@dataclass(slots=True)
class _Tree:
    """The values that are open, and the key that waits for its value."""

    stack: list[Span] = field(default_factory=list)
    key: tuple[str, int] | None = None
    root: Span | None = None

    @property
    def wants_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].members, dict) and self.key is None

    def put(self, span: Span) -> None:
        """Enter a value where it belongs; it stays open when it has members."""
        holder = self.stack[-1].members if self.stack else None
        if isinstance(holder, dict) and self.key is not None:
            name, span.entry = self.key
            holder[name] = span
        elif isinstance(holder, list):
            holder.append(span)
        if self.root is None:
            self.root = span
        self.key = None
        if span.members is not None:
            self.stack.append(span)


def json_spans(text: str) -> Span | None:
    """The spans of a JSON text that was parsed before."""
    tree = _Tree()
    for offset, lexeme in json_tokens(text):
        if lexeme in "}]":
            tree.stack.pop().end = offset + 1
        elif lexeme in ",:":
            continue
        elif tree.wants_key:
            tree.key = (json.loads(lexeme), offset)
        else:
            members: Any = {"{": {}, "[": []}.get(lexeme)
            tree.put(Span(offset, offset, offset + len(lexeme), members))
    return tree.root


def yaml_spans(text: str) -> Span | None:
    """The spans of a YAML text that was parsed before; None for one with anchors, whose values stand in several places."""
    import yaml

    loader: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    tree = _Tree()
    event: Any
    for event in yaml.parse(text, Loader=loader):
        kind = type(event).__name__
        if kind == "AliasEvent" or getattr(event, "anchor", None):
            return None
        if kind in ("MappingEndEvent", "SequenceEndEvent"):
            span = tree.stack.pop()
            last = span.inner[-1].end if span.inner else span.start
            span.end = last if span.block else event.end_mark.index
        elif kind == "ScalarEvent" and tree.wants_key:
            tree.key = (event.value, event.start_mark.index)
        elif kind in ("ScalarEvent", "MappingStartEvent", "SequenceStartEvent"):
            tree.put(_yaml_span(kind, event, text))
    return tree.root


def _yaml_span(kind: str, event: Any, text: str) -> Span:
    start, end = event.start_mark.index, event.end_mark.index
    if kind == "ScalarEvent":
        # A scalar in block style ends where the next line begins.
        end = start + len(text[start:end].rstrip())
        return Span(start, start, end, plain=event.style in (None, ""))
    members: Any = {} if kind == "MappingStartEvent" else []
    return Span(start, start, end, members, block=not event.flow_style, plain=True)
