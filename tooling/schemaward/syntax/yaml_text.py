"""YAML by the core schema of YAML 1.2, as far as it is JSON: no tags, no merge keys, no cycles, bounded aliases.

PyYAML splits the text into events (its C parser when there is one); everything above that is here, because PyYAML's
own constructors follow YAML 1.1, where ``NO`` is false and ``1:30`` is ninety.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from schemaward.errors import InputError
from schemaward.model import JsonValue
from schemaward.syntax.json_text import (
    DUPLICATE_REMEDY,
    SURROGATE,
    SURROGATE_REMEDY,
    TOO_DEEP,
    TOO_DEEP_REMEDY,
)
from schemaward.syntax.limits import MAX_DEPTH, MAX_EXPANSION, MAX_NUMBER
from schemaward.syntax.numbers import TOO_LARGE, TOO_LARGE_REMEDY, NumberTooLargeError, integer, real
from schemaward.syntax.places import Children, Mark, refused

_WORDS: dict[str, JsonValue] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_REAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_OLD_BREAKS = re.compile("[\x85\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class _Node:
    """A finished value: where it starts, the marks inside, and what an alias of it would add in size and depth."""

    value: JsonValue
    offset: int
    children: Children | None
    size: int
    height: int
    plain: bool = False


@dataclass(slots=True)
class _Open:
    """An object or array that is being read."""

    value: Any
    children: Any
    offset: int
    anchor: str | None
    key: tuple[str, int] | None = None
    size: int = 1
    height: int = 0


def parse_yaml(path: str, text: str) -> tuple[JsonValue, Mark]:
    """The value and the marks of a YAML text with one document. Raises InputError."""
    import yaml

    _refuse_what_versions_differ_on(path, text)
    builder = _Builder(path, text)
    loader: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    try:
        for event in yaml.parse(text, Loader=loader):
            builder.feed(type(event).__name__, event)
    except yaml.YAMLError as error:
        raise _syntax_error(path, text, error) from None
    root = builder.root
    if root is None or (root.plain and root.size == 1):
        raise refused(path, text, 0, "the file is empty", "write its content, or delete it")
    return root.value, root.offset if root.children is None else (root.offset, root.children)


def _refuse_what_versions_differ_on(path: str, text: str) -> None:
    """Directives, and the line breaks that YAML 1.2 took back: PyYAML folds them, other parsers keep them."""
    if directive := re.search(r"^%", text, re.MULTILINE):
        raise refused(path, text, directive.start(), "a line starts with %, a YAML directive", "remove the line")
    if found := _OLD_BREAKS.search(text):
        code = f"{ord(found[0]):04X}"
        fact = f"U+{code} is a line break in YAML 1.1 and none in YAML 1.2"
        raise refused(path, text, found.start(), fact, f'write it as "\\u{code}" in double quotes')


class _Builder:
    """Builds one value from events, with its own stack: the depth of a file never becomes a depth of calls."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.root: _Node | None = None
        self._stack: list[_Open] = []
        self._anchors: dict[str, _Node] = {}
        self._expanded = 0

    def feed(self, kind: str, event: Any) -> None:
        """Take the next event; ``kind`` is the name of its class."""
        offset = event.start_mark.index
        if kind == "ScalarEvent":
            self._finish(self._scalar(event, offset), event.anchor)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            self._open(kind == "MappingStartEvent", event, offset)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            top = self._stack.pop()
            self._finish(_Node(top.value, top.offset, top.children, top.size, top.height + 1), top.anchor)
        elif kind == "AliasEvent":
            self._finish(self._alias(event.anchor, offset), None)
        elif kind == "DocumentStartEvent" and self.root is not None:
            raise self._refused(offset, "a second YAML document starts here", "keep one document in a file")

    def _open(self, mapping: bool, event: Any, offset: int) -> None:
        self._refuse_tag(event, offset)
        if len(self._stack) >= MAX_DEPTH:
            raise self._refused(offset, TOO_DEEP, TOO_DEEP_REMEDY)
        if self._stack and isinstance(self._stack[-1].value, dict) and self._stack[-1].key is None:
            raise self._refused(offset, "a key is an object or an array", "use a plain text as the key")
        self._stack.append(_Open({} if mapping else [], {} if mapping else [], offset, event.anchor))

    def _finish(self, node: _Node, anchor: str | None) -> None:
        """Put a finished value where it belongs."""
        if anchor is not None:
            self._anchors[anchor] = node
        if not self._stack:
            self.root = node
            return
        top = self._stack[-1]
        top.size += node.size
        top.height = max(top.height, node.height)
        if isinstance(top.value, dict) and top.key is None:
            top.key = (self._key(node, top.value), node.offset)
            return
        start = top.key[1] if top.key else node.offset
        mark = start if node.children is None else (start, node.children)
        if top.key:
            top.value[top.key[0]], top.children[top.key[0]] = node.value, mark
            top.key = None
        else:
            top.value.append(node.value)
            top.children.append(mark)

    def _key(self, node: _Node, siblings: dict[str, JsonValue]) -> str:
        name = node.value
        if not isinstance(name, str):
            written = self.text[node.offset : node.offset + 40].split(":")[0].strip()
            fact = f'the key "{written}" is not text' if written else "a key is missing before the colon"
            raise self._refused(node.offset, fact, f'quote it: "{written}"')
        if name == "<<" and node.plain:
            raise self._refused(node.offset, "merge keys (<<) are not part of YAML 1.2", "write the members out")
        if name in siblings:
            shown = name if len(name) <= 60 else f"{name[:57]}..."
            raise self._refused(node.offset, f'the key "{shown}" appears twice in one object', DUPLICATE_REMEDY)
        return name

    def _scalar(self, event: Any, offset: int) -> _Node:
        self._refuse_tag(event, offset)
        text: str = event.value
        plain = bool(event.implicit[0])
        if plain:
            value = self._plain(text, offset)
        elif _SURROGATE.search(text):
            raise self._refused(offset, SURROGATE, SURROGATE_REMEDY)
        else:
            value = text
        return _Node(value, offset, None, 1 + len(text), 0, plain)

    def _plain(self, text: str, offset: int) -> JsonValue:
        """Resolve an unquoted scalar. Source: YAML 1.2.2, section 10.3.2 (core schema)."""
        if text in _WORDS:
            return _WORDS[text]
        if text[0] not in "+-.0123456789":
            return text
        try:
            if _INTEGER.fullmatch(text):
                return integer(text)
            if _BASED.fullmatch(text):
                return int(text, 0) if len(text) <= MAX_NUMBER else integer(text)
            if _REAL.fullmatch(text):
                return real(text)
        except NumberTooLargeError:
            raise self._refused(offset, TOO_LARGE, TOO_LARGE_REMEDY) from None
        if _NOT_FINITE.fullmatch(text):
            raise self._refused(offset, f"{text} is no JSON value", "write null, a number, or text in quotes")
        return text

    def _alias(self, name: str, offset: int) -> _Node:
        if any(frame.anchor == name for frame in self._stack):
            raise self._refused(offset, f'the alias "*{name}" stands inside its own anchor', "write the value out")
        node = self._anchors.get(name)
        if node is None:
            raise self._refused(offset, f'the alias "*{name}" has no anchor', f"define &{name} before it is used")
        self._expanded += node.size
        if self._expanded > MAX_EXPANSION:
            fact = f"the aliases of this file expand to more than {MAX_EXPANSION:,} values and characters"
            raise self._refused(offset, fact, "write the values out, or use fewer aliases")
        if len(self._stack) + node.height > MAX_DEPTH:
            raise self._refused(offset, TOO_DEEP, TOO_DEEP_REMEDY)
        return _Node(node.value, offset, node.children, node.size, node.height, node.plain)

    def _refuse_tag(self, event: Any, offset: int) -> None:
        if event.tag is not None:
            shown = event.tag.replace("tag:yaml.org,2002:", "!!")
            raise self._refused(offset, f'the tag "{shown}" is not allowed', "remove it; quote what is meant as text")

    def _refused(self, offset: int, fact: str, remedy: str) -> InputError:
        return refused(self.path, self.text, offset, fact, remedy)


def _syntax_error(path: str, text: str, error: Any) -> InputError:
    """The two parsers of PyYAML word some problems differently; the frequent ones get one wording here."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        found = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]", text)
        return refused(path, text, found.start() if found else 0, "the text contains a control character", "remove it")
    offset = min(mark.index, len(text))
    line = text[text.rfind("\n", 0, offset) + 1 : offset + 1]
    if "\t" in line[: len(line) - len(line.lstrip())] or line.endswith("\t"):
        return refused(
            path, text, offset, "not valid YAML: a tab stands where spaces are expected", "indent with spaces"
        )
    problem = getattr(error, "problem", None) or "the structure is broken"
    context = getattr(error, "context", None)
    fact, remedy = f"{problem} {context}" if context else str(problem), "mend the YAML at this place"
    if "mapping values are not allowed" in problem:
        fact, remedy = "a second colon on the line starts a value", "quote the text that contains the colon"
    elif "cannot start any token" in problem:
        fact, remedy = f'the character "{text[offset : offset + 1]}" cannot start a value', "quote the text"
    elif offset >= len(text.rstrip()):
        remedy = "close what is open; the file may have been cut off"
    return refused(path, text, offset, f"not valid YAML: {fact}", remedy)
