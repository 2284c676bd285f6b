"""JSON records by the million: one value in UTF-8, by the rules of ``json_text``, in the time of a compiled parser."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

from schemaward.errors import InputError
from schemaward.model import JsonValue, Place
from schemaward.syntax.json_text import parse_json
from schemaward.syntax.limits import MAX_DEPTH


def fast_record(data: bytes) -> JsonValue:
    """The value of a JSON text; raises ValueError for what only ``exact_record`` can tell.

    Fractions are floats, also where the text has more digits than a float holds; beyond its range they are infinite.
    """
    if data.count(b"{") + data.count(b"[") > MAX_DEPTH:
        raise ValueError
    return _parser()(data)


def fast_records(texts: Sequence[bytes]) -> list[JsonValue]:
    """The values of many JSON texts, as ``fast_record`` has them; raises ValueError when not all of them are one value each.

    They are parsed as one text, with a number between them that nobody can guess: where it stands between the values,
    and nowhere else, each text was one value.
    """
    parse, layers = _parser(), _spare_layers()
    mark = secrets.randbits(62)
    value: Any = parse(b"[" * layers + (b",%d," % mark).join(texts) + b"]" * layers)
    for _ in range(layers - 1):
        (value,) = value
    if len(value) != 2 * len(texts) - 1 or value[1::2] != [mark] * (len(texts) - 1):
        raise ValueError
    values: list[JsonValue] = value[::2]
    return values


def exact_record(name: str, data: bytes, line: int = 1) -> JsonValue:
    """The value of a JSON text that begins on ``line`` of the file ``name``. Raises InputError with the place."""
    try:
        return parse_json(name, data.decode())
    except UnicodeDecodeError as error:
        start = data.rfind(b"\n", 0, error.start) + 1
        place = Place(name, line + data.count(b"\n", 0, start), error.start - start + 1)
        raise InputError("the text is not in UTF-8", "write it in UTF-8", place) from None
    except InputError as error:
        at = error.place or Place(name)
        raise InputError(error.fact, error.remedy, Place(name, at.line + line - 1, at.column)) from None


@cache
def _parser() -> Callable[[bytes], JsonValue]:
    """The parser of the extra "guard"; without it, one that leaves every text to ``exact_record``."""
    try:
        import jiter
    except ImportError:
        return _nothing
    parse: Any = partial(jiter.from_json, allow_inf_nan=False, catch_duplicate_keys=True)
    known: Callable[[bytes], JsonValue] = parse
    return known


@cache
def _spare_layers() -> int:
    """Arrays to put around records, so that the parser's own limit of depth leaves ``MAX_DEPTH`` for each."""
    parse = _parser()
    for layers in range(1, 10 * MAX_DEPTH):
        depth = layers + MAX_DEPTH
        try:
            parse(b"[" * depth + b"]" * depth)
        except ValueError:
            return layers - 1
    return 1


def _nothing(_data: bytes) -> JsonValue:
    raise ValueError
