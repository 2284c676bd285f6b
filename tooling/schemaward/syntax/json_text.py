"""JSON by RFC 8259, and nothing beyond it: no NaN, no duplicate keys, no lone surrogates."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NoReturn, TypeAlias

from schemaward.errors import InputError
from schemaward.model import JsonValue
from schemaward.syntax.limits import MAX_DEPTH
from schemaward.syntax.numbers import TOO_LARGE, TOO_LARGE_REMEDY, NumberTooLargeError, integer, real
from schemaward.syntax.places import Children, Mark, refused

_TOKEN = re.compile(r'[ \t\n\r]*(?:([{}\[\],:])|("[^"\\]*(?:\\.[^"\\]*)*")|([^\s{}\[\],:"]+))', re.DOTALL)
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONSTANT = re.compile(r"NaN|-?Infinity")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
DUPLICATE_REMEDY = "keep one of the two; parsers differ on which one they take"
TOO_DEEP = f"objects and arrays are nested deeper than {MAX_DEPTH} levels"
TOO_DEEP_REMEDY = "flatten the value, or move the inner parts to definitions of their own"
SURROGATE = "a string contains half of a surrogate pair, which is no character"
SURROGATE_REMEDY = "write the character itself, or both halves of the pair"

_PROBLEMS: tuple[tuple[str, str, str], ...] = (
    ("Extra data", "text follows the end of the value", "keep one JSON value in the file"),
    ("Unterminated string", "a string is not closed", 'close it with "'),
    ("Expecting property name", "a property name in double quotes is expected", 'write "name": value'),
    ("Illegal trailing comma", "a comma stands before a closing bracket", "remove the comma"),
    ("Expecting ':'", "a colon is expected after the property name", 'write "name": value'),
    ("Expecting ','", "a comma or a closing bracket is expected", "add the comma or the bracket"),
    ("Invalid control character", "a string contains a line break or another control character", r"write it as \n, \t"),
    ("Invalid \\", "a string contains an escape that JSON does not know", r"write \\ for a backslash"),
    (
        "Expecting value",
        "a value is expected",
        "write a value: an object, an array, a string in double quotes, a number",
    ),
)


class _SuspectError(ValueError):
    """The fast parser met something that the slow scan will name and place."""


Fraction: TypeAlias = Callable[[str], float]
"""From a literal with a fraction or an exponent to its value; raises NumberTooLargeError."""


def parse_json(path: str, text: str, fraction: Fraction = real) -> JsonValue:
    """The value of a JSON text; integers stay int, fractions are what ``fraction`` makes of them. Raises InputError."""
    try:
        value: JsonValue = _decoder(fraction).decode(text)
    except json.JSONDecodeError as error:
        raise _syntax_error(path, text, error) from None
    except (_SuspectError, NumberTooLargeError, RecursionError):
        json_marks(path, text, fraction)
        raise refused(path, text, 0, TOO_DEEP, TOO_DEEP_REMEDY) from None
    if _SURROGATE_ESCAPE.search(text) or _too_deep(text, value):
        json_marks(path, text, fraction)
    return value


def json_marks(path: str, text: str, fraction: Fraction = real) -> Mark:
    """The mark of every value in a JSON text that ``json.loads`` takes, in one linear pass without recursion.

    Raises InputError at what RFC 8259 allows or Python tolerates and we do not.
    """
    root: Mark = 0
    stack: list[Children] = []
    key: tuple[str, int] | None = None
    for offset, token in json_tokens(text):
        kind = token[0]
        inside = stack[-1] if stack else None
        if kind in "}]":
            stack.pop()
        elif kind in ",:":
            continue
        elif isinstance(inside, dict) and key is None:
            key = (_key(path, text, offset, token, inside), offset)
        else:
            children: Children | None = {} if kind == "{" else [] if kind == "[" else None
            if children is None:
                _check_scalar(path, text, offset, token, fraction)
            mark = _attach(inside, key, offset, children)
            if not stack:
                root = mark
            key = None
            if children is not None:
                stack.append(children)
                if len(stack) > MAX_DEPTH:
                    raise refused(path, text, offset, TOO_DEEP, TOO_DEEP_REMEDY)
    return root


def json_tokens(text: str) -> Iterator[tuple[int, str]]:
    """The tokens of a JSON text, each with its offset."""
    end = 0
    while match := _TOKEN.match(text, end):
        yield match.start(match.lastindex or 0), match[match.lastindex or 0]
        end = match.end()


def _attach(inside: Children | None, key: tuple[str, int] | None, offset: int, children: Children | None) -> Mark:
    """Enter a value into the object or array that is open."""
    start = key[1] if key else offset
    mark: Mark = start if children is None else (start, children)
    if isinstance(inside, list):
        inside.append(mark)
    elif inside is not None and key:
        inside[key[0]] = mark
    return mark


def _key(path: str, text: str, offset: int, token: str, siblings: dict[str, Mark]) -> str:
    name = _string(path, text, offset, token)
    if name in siblings:
        raise refused(path, text, offset, f'the key "{_short(name)}" appears twice in one object', DUPLICATE_REMEDY)
    return name


def _string(path: str, text: str, offset: int, token: str) -> str:
    if "\\" not in token:
        return token[1:-1]
    value: str = json.loads(token)
    if _SURROGATE.search(value):
        raise refused(path, text, offset, SURROGATE, SURROGATE_REMEDY)
    return value


def _check_scalar(path: str, text: str, offset: int, token: str, fraction: Fraction) -> None:
    """Judges how ``token`` begins, as the parser did that stopped there: it has not seen what follows."""
    if token[0] == '"':
        _string(path, text, offset, token)
    elif constant := _CONSTANT.match(token):
        raise refused(path, text, offset, f"{constant[0]} is no JSON value", "write null, a number, or text in quotes")
    elif number := _NUMBER.match(token):
        try:
            integer(number[0]) if number[0].lstrip("-").isdigit() else fraction(number[0])
        except NumberTooLargeError:
            raise refused(path, text, offset, TOO_LARGE, TOO_LARGE_REMEDY) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _SuspectError
    return members


def _suspect(_constant: str) -> NoReturn:
    raise _SuspectError


@cache
def _decoder(fraction: Fraction) -> json.JSONDecoder:
    return json.JSONDecoder(object_pairs_hook=_unique, parse_int=integer, parse_float=fraction, parse_constant=_suspect)


def _too_deep(text: str, value: JsonValue) -> bool:
    if text.count("{") + text.count("[") <= MAX_DEPTH:
        return False
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for parent in level
            if isinstance(parent, (dict, list))
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, (dict, list))
        ]
    return bool(level)


def _short(name: str) -> str:
    return name if len(name) <= 60 else f"{name[:57]}..."


def _syntax_error(path: str, text: str, error: json.JSONDecodeError) -> InputError:
    offset = min(error.pos, len(text))
    fact, remedy = next(
        ((fact, remedy) for start, fact, remedy in _PROBLEMS if error.msg.startswith(start)),
        (error.msg, "mend the JSON at this place"),
    )
    rest, before = text[offset : offset + 40].lstrip(), text[max(0, offset - 200) : offset].rstrip()
    if not rest or error.msg.startswith("Unterminated"):
        remedy = f"{remedy}; the file may have been cut off"
        fact = fact if rest else f"the text ends here, and {fact}"
    elif rest[0] in "}]" and before.endswith(","):
        fact, remedy = "a comma stands before a closing bracket", "remove the comma"
    elif rest.startswith(("//", "/*", "#")):
        fact, remedy = "JSON has no comments", 'remove the comment, use a "$comment" or "description", or write YAML'
    elif rest[0] == "'":
        fact, remedy = "a string stands in single quotes", 'use double quotes: "..."'
    return refused(path, text, offset, f"not valid JSON: {fact}", remedy)
