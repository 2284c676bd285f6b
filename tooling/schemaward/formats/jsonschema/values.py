"""JSON values as Python has them: is one given by a caller JSON at all, and how is it written exactly?"""

from __future__ import annotations

import json
import marshal
import math
import re
from decimal import Decimal
from typing import Any

from schemaward.errors import InputError

MAX_DEPTH = 1_200
"""Levels of a schema given as a value. Files are held to less (``syntax.limits``)."""


def plain_json(value: Any, name: str) -> Any:
    """The value itself, if it is JSON within the depth that the search can walk; raises InputError otherwise."""
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        below: list[Any] = []
        for item in level:
            if isinstance(item, str):
                continue
            if isinstance(item, dict):
                if not all(isinstance(key, str) for key in item):
                    raise InputError(f"the {name} has a member whose name is no string", "use strings")
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
            elif isinstance(item, float) and not math.isfinite(item):
                raise InputError(f"the {name} contains {item}, which JSON cannot express", "use a finite number")
            elif item is not None and not isinstance(item, (bool, int, float, Decimal)):
                what = type(item).__name__
                raise InputError(f"the {name} contains a {what}, which is no JSON value", "use JSON values")
        if not below:
            return value
        level = below
    raise InputError(f"the {name} is nested more than {MAX_DEPTH} levels deep", "flatten it")


def private_copy(value: Any) -> bytes | None:
    """The content of a value as bytes that no later change of it can reach, for ``marshal``; None where it has no such form.

    Equal bytes mean equal values of equal types: 1, 1.0 and true differ.
    """
    try:
        return marshal.dumps(value, 2)
    except ValueError:  # a Decimal, or nested too deeply
        return None


def copy_of(private: bytes) -> Any:
    """The value that ``private_copy`` kept."""
    return marshal.loads(private)  # noqa: S302 - bytes of our own making, never from outside


def json_text(value: Any, **layout: Any) -> str:
    """The value as JSON text, its Decimals as the numbers that they are; ``layout`` is for ``json.dumps``."""
    decimals = False

    def note(number: Decimal) -> str:
        nonlocal decimals
        decimals = True
        return ""

    text = json.dumps(value, default=note, **layout)
    if not decimals:
        return text
    mark = "#"
    while f'"{mark}' in text:
        mark += "#"
    marked = json.dumps(value, default=lambda number: f"{mark}{number}", **layout)
    return re.sub(f'"{mark}([^"]+)"', r"\1", marked)
