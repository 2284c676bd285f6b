"""The patterns that a provider of language models takes, and reads as ECMA 262 does."""

from __future__ import annotations

import re
import warnings

from schemaward.formats.jsonschema.regex.syntax import Alt, Cat, Look, Other, PatternError, Repeat, Syntax, parse

_READ_OTHERWISE = re.compile(r"\\u[dD][89a-fA-F]|\[\]")
"""What Python compiles to another meaning: halves of a character, and the empty class, in which "]" is a member there."""


def is_plain(source: str) -> bool:
    """True for a pattern that every provider is known to take.

    Without look-around, word boundaries and back-references, which none of them documents; and of one meaning in
    ECMA 262 and in Python's ``re``, by which OpenAI checks patterns (see ``providers``).
    """
    try:
        syntax = parse(source)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(source)
    except (PatternError, re.error, OverflowError, RecursionError):
        return False
    return _is_plain(syntax) and not _READ_OTHERWISE.search(source)


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
