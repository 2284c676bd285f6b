"""The words of a .proto file: a tokenizer, and a cursor that asks for what must come next.

Source: "Protocol Buffers Language Specification" (proto2 and proto3), section "Lexical Elements".
"""

from __future__ import annotations

import re
from collections.abc import Container
from itertools import takewhile
from typing import NoReturn

from schemaward.syntax.places import refused

END = "end of the file"
MAX_INTEGER = 2**64 - 1

_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n\v\f]+ | //[^\n]* | /\*.*?\*/)
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<integer>0[xX][0-9A-Fa-f]+ | [0-9]+ (?![0-9.eE]))
  | (?P<float>(?:[0-9]+\.[0-9]* | \.[0-9]+ | [0-9]+) (?:[eE][+-]?[0-9]+)?)
  | (?P<string>"(?:[^"\\\n] | \\[^\n])*" | '(?:[^'\\\n] | \\[^\n])*')
  | (?P<symbol>[;{}=\[\](),<>.:/+-])
  | (?P<wrong>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(
    r"\\(?:x[0-9A-Fa-f]{1,2}|X[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[0-7]{1,3}|.)", re.DOTALL
)
_PLAIN_ESCAPES = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "?": 63, "\\": 92, "'": 39, '"': 34}


class Tokens:
    """A cursor over the tokens of one file. Every complaint is an InputError with the place of the token."""

    __slots__ = ("_at", "_kinds", "_offsets", "_path", "_text", "_words")

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._text = text
        self._at = 0
        self._kinds: list[str] = []
        self._words: list[str] = []
        self._offsets: list[int] = []
        self._split()

    def _split(self) -> None:
        behind = -1
        for match in _TOKEN.finditer(self._text):
            kind = match.lastgroup or ""
            if kind == "space":
                if "/*" in match[0][2:] and match[0].startswith("/*"):
                    self.refuse("a comment begins inside a comment", "remove the inner /*", match.start())
                continue
            if kind == "wrong":
                self._refuse_character(match.start())
            if kind in ("word", "integer", "float") and match.start() == behind:
                self.refuse("a number runs into the word behind it", "put a space between them", match.start())
            behind = match.end() if kind in ("integer", "float") else -1
            self._kinds.append(kind)
            self._words.append(match[0])
            self._offsets.append(match.start())
        self._kinds.append("end")
        self._words.append(END)
        self._offsets.append(len(self._text))

    def _refuse_character(self, offset: int) -> NoReturn:
        character = self._text[offset]
        if character == "*" and self._text[offset - 1 : offset] == "/":
            self.refuse("a comment is not closed", "close it with */", offset - 1)
        if character in "\"'":
            self.refuse("a string is not closed on its line", f"close it with {character}", offset)
        self.refuse(f"{character!r} has no meaning here", "remove it", offset)

    @property
    def offset(self) -> int:
        """Where the next token begins."""
        return self._offsets[self._at]

    @property
    def behind(self) -> int:
        """Where the token that was stepped over last ends."""
        return self._offsets[self._at - 1] + len(self._words[self._at - 1])

    @property
    def kind(self) -> str:
        """What the next token is: word, integer, float, string, symbol or end."""
        return self._kinds[self._at]

    @property
    def word(self) -> str:
        """The text of the next token."""
        return self._words[self._at]

    def refuse(self, fact: str, remedy: str = "", offset: int | None = None) -> NoReturn:
        """Raise an InputError about the next token, or about ``offset``."""
        raise refused(self._path, self._text, self.offset if offset is None else offset, fact, remedy)

    def advance(self) -> str:
        """Step over the next token and return its text."""
        word = self._words[self._at]
        self._at += 1
        return word

    def skip(self, symbol: str) -> bool:
        """Step over ``symbol`` if it comes next."""
        if self._words[self._at] == symbol and self._kinds[self._at] in ("symbol", "word"):
            self._at += 1
            return True
        return False

    def expect(self, symbol: str) -> int:
        """Step over ``symbol``, which must come next; returns its offset."""
        offset = self.offset
        if not self.skip(symbol):
            self._missed(f'"{symbol}"')
        return offset

    def next_is(self, symbol: str) -> bool:
        """Whether the token after the next one is ``symbol``."""
        return self._at + 1 < len(self._words) and self._words[self._at + 1] == symbol

    def named_at_top(self, keyword: str) -> str:
        """The dotted name behind the first ``keyword`` that begins a statement outside all braces; "" without one."""
        depth, begins = 0, True
        for at, (kind, word) in enumerate(zip(self._kinds, self._words, strict=True)):
            if begins and depth == 0 and word == keyword:
                rest = zip(self._kinds[at + 1 :], self._words[at + 1 :], strict=True)
                return "".join(each for _, each in takewhile(lambda pair: pair[0] == "word" or pair[1] == ".", rest))
            if kind == "symbol":
                depth += (word == "{") - (word == "}")
            begins = kind == "symbol" and word in (";", "}")
        return ""

    def one_of(self, words: Container[str]) -> bool:
        """Whether the next token is one of ``words``."""
        return self._kinds[self._at] == "word" and self._words[self._at] in words

    def name(self, what: str) -> str:
        """An identifier; ``what`` it names is for messages."""
        if self._kinds[self._at] != "word":
            self._missed(what)
        return self.advance()

    def dotted(self, what: str, leading: bool = False) -> str:
        """Identifiers with dots between them; with ``leading``, a dot may stand before the first."""
        parts = ["."] if leading and self.skip(".") else []
        parts.append(self.name(what))
        while self.skip("."):
            parts.append("." + self.name(what))
        return "".join(parts)

    def integer(self, what: str, least: int = 0, most: int = MAX_INTEGER) -> int:
        """A whole number, after a minus when ``least`` is negative; decimal, hexadecimal or octal."""
        offset, negative = self.offset, least < 0 and self.skip("-")
        if self.kind != "integer":
            self._missed(what)
        value = -self.natural() if negative else self.natural()
        if not least <= value <= most:
            self.refuse(f"{what} is {value}, allowed are {least} to {most}", "", offset)
        return value

    def natural(self) -> int:
        """The integer token that comes next."""
        word = self.word
        base = 16 if word[1:2] in ("x", "X") else 8 if word[0] == "0" and len(word) > 1 else 10
        if base == 8 and not set(word) <= set("01234567"):
            self.refuse(f"{word} is no octal number", "remove the leading 0")
        if len(word) > 30 or (value := int(word, base)) > MAX_INTEGER:
            self.refuse("the number does not fit into 64 bits", "write a smaller one")
        self._at += 1
        return value

    def string(self, what: str) -> bytes:
        """One or more string literals beside each other, as one value in bytes."""
        if self.kind != "string":
            self._missed(what)
        parts = []
        while self.kind == "string":
            parts.append(self._unescaped())
            self._at += 1
        return b"".join(parts)

    def text(self, what: str) -> str:
        """As ``string``, as text in UTF-8."""
        offset = self.offset
        try:
            return self.string(what).decode()
        except UnicodeDecodeError:
            self.refuse("the string is not text in UTF-8", "write it without escapes", offset)

    def _unescaped(self) -> bytes:
        inside = self.word[1:-1]
        if "\\" not in inside:
            return inside.encode()
        parts, done = [], 0
        for match in _ESCAPE.finditer(inside):
            parts += [inside[done : match.start()].encode(), self._escape(match[0][1:])]
            done = match.end()
        return b"".join([*parts, inside[done:].encode()])

    def _escape(self, code: str) -> bytes:
        if code[0] in "01234567":
            return bytes([int(code, 8) & 0xFF])
        if len(code) > 1:
            value = int(code[1:], 16)
            if code[0] in "xX":
                return bytes([value])
            if value <= 0x10FFFF and not 0xD800 <= value <= 0xDFFF:
                return chr(value).encode()
        elif code in _PLAIN_ESCAPES:
            return bytes([_PLAIN_ESCAPES[code]])
        return self.refuse(
            f"the string has the escape \\{code}, which has no meaning", "remove it, or double the backslash"
        )

    def _missed(self, what: str) -> NoReturn:
        found = END if self.kind == "end" else f'"{self.word[:60]}"'
        self.refuse(f"here stands {found}, where {what} must be", "")
