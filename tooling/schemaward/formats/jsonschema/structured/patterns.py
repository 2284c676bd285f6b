"""The patterns that a provider of language models takes, and reads as ECMA 262 does."""

from __future__ import annotations

import re
import warnings

from schemaward.formats.jsonschema.regex.syntax import Alt, Cat, Look, Other, PatternError, Repeat, Syntax, parse

_READ_OTHERWISE = re.compile(r"\\u[dD][89a-fA-F]|\[\]")
"""What Python compiles to another meaning: halves of a character, and the empty class, in which "]" is a member there."""
_SETS = re.compile(r"&&|--|~~|\|\|")
"""Between members of a class: operators of sets in Rust, and announced ones in Python; in ECMA 262 two characters."""
_TOKEN = re.compile(r"\\.|\[\^?|\]|[^\\\[\]]+", re.DOTALL)
_SHORT = {
    "d": "0-9",
    "w": "A-Za-z0-9_",
    "s": r"\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff",
}
"""The members of ECMA 262, section "CharacterClassEscape"; elsewhere these hold digits, letters and spaces of Unicode."""


def plain_pattern(source: str) -> str | None:
    r"""The pattern in the words that every provider is known to take, None for one that cannot be said in them.

    Without look-around, word boundaries and back-references, which none of them documents; and of one meaning in
    ECMA 262, in Rust and in Python's ``re``, by which OpenAI checks patterns (see ``providers``). So ``\d``, ``\w`` and
    ``\s`` are spelled out. Two differences remain: Python's ``$`` is also found before a line feed that ends the
    text, and in both ``.`` is also "\r", U+2028 and U+2029 (in Rust and Python only "\n" ends a line).
    """
    try:
        syntax = parse(source)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(source)
    except (PatternError, re.error, OverflowError, RecursionError):
        return None
    return _spelled_out(source) if _is_plain(syntax) and not _READ_OTHERWISE.search(source) else None


def _spelled_out(source: str) -> str | None:
    said: list[str] = []
    in_class = False
    for part in _TOKEN.findall(source):
        members = _SHORT.get(part[1:].lower()) if part[0] == "\\" else None
        others = members is not None and part[1].isupper()
        if in_class and (others or _SETS.search(part)):
            return None
        if members:
            said.append(members if in_class else f"[^{members}]" if others else f"[{members}]")
        elif in_class and part[0] == "[":
            said.append("\\" + part)
        else:
            said.append(part)
            in_class = part[0] == "[" or (in_class and part != "]")
    return "".join(said)


def _is_plain(syntax: Syntax) -> bool:
    pending = [syntax]
    while pending:
        part = pending.pop()
        if isinstance(part, (Look, Other)):
            return False
        if isinstance(part, Cat):
            pending += part.parts
        elif isinstance(part, Alt):
            pending += part.options
        elif isinstance(part, Repeat):
            pending.append(part.part)
    return True
