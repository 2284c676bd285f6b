"""Where a value stands in its file: marks that cost nothing until a place is asked for."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from schemaward.errors import InputError
from schemaward.model import Place

Children: TypeAlias = "dict[str, Mark] | list[Mark]"
Mark: TypeAlias = "int | tuple[int, Children]"
"""The offset of a value (of its key, for a member of an object), with the marks of what is inside it.

A tree rather than a table of pointers: a long key above many values would make the table quadratic in the file.
"""


def refused(path: str, text: str, offset: int, fact: str, remedy: str = "") -> InputError:
    """An InputError that points at the character ``offset`` (from 0) of ``text``."""
    line = text.count("\n", 0, offset) + 1
    return InputError(fact, remedy, Place(path, line, offset - text.rfind("\n", 0, offset)))


def pointer_of(parent: str, token: str | int) -> str:
    """The RFC 6901 pointer of a member or an item.

    >>> pointer_of("/a", "b/c")
    '/a/b~1c'
    """
    return f"{parent}/{str(token).replace('~', '~0').replace('/', '~1')}"


def tokens_of(pointer: str) -> list[str]:
    """The reference tokens of an RFC 6901 pointer.

    >>> tokens_of("/a/b~1c")
    ['a', 'b/c']
    """
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


class LazyPlaces(Mapping[str, tuple[int, int]]):
    """RFC 6901 pointers to (line, column), counted from 1 in characters; the file is scanned on first use.

    A member of an object has the place of its key, an item of an array the place of its value.
    """

    __slots__ = ("_lines", "_root", "_scan", "_text")

    def __init__(self, text: str, scan: Callable[[], Mark]) -> None:
        self._text = text
        self._scan = scan
        self._root: Mark | None = None
        self._lines: list[int] = []

    def __getitem__(self, pointer: str) -> tuple[int, int]:
        mark = self._marks()
        if pointer:
            if pointer[0] != "/":
                raise KeyError(pointer)
            for token in tokens_of(pointer):
                mark = _child(mark, token)
        return self._position(mark if isinstance(mark, int) else mark[0])

    def __iter__(self) -> Iterator[str]:
        pending = [("", self._marks())]
        while pending:
            pointer, mark = pending.pop()
            yield pointer
            if not isinstance(mark, int):
                inside = mark[1].items() if isinstance(mark[1], dict) else enumerate(mark[1])
                pending.extend((pointer_of(pointer, token), child) for token, child in inside)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _marks(self) -> Mark:
        if self._root is None:
            self._root = self._scan()
        return self._root

    def _position(self, offset: int) -> tuple[int, int]:
        if not self._lines:
            self._lines = [0, *(found.end() for found in re.finditer("\n", self._text))]
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1


def _child(mark: Mark, token: str) -> Mark:
    """The mark of a member or an item; raises KeyError."""
    if isinstance(mark, int):
        raise KeyError(token)
    inside = mark[1]
    if isinstance(inside, dict):
        return inside[token]
    if not (token.isascii() and token.isdigit()) or len(token) > 9 or int(token) >= len(inside):
        raise KeyError(token)
    return inside[int(token)]
