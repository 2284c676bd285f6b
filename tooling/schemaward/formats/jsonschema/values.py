"""JSON values as Python has them: is one given by a caller JSON at all, and how is it written exactly?"""

from __future__ import annotations

import marshal
import math
from decimal import Decimal
from itertools import chain
from typing import Any

from schemaward.errors import InputError

MAX_DEPTH = 1_200
"""Levels of a schema given as a value. Files are held to less (``syntax.limits``)."""


_JSON = (dict, list, str, int, float, Decimal, type(None))


def plain_json(value: Any, name: str) -> Any:
    """The value itself, if it is JSON within the depth that the search can walk; raises InputError otherwise."""
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        kinds = set(map(type, level))
        for kind in kinds:
            if not issubclass(kind, _JSON):
                raise InputError(f"the {name} contains a {kind.__name__}, which is no JSON value", "use JSON values")
        objects = [item for item in level if isinstance(item, dict)]
        if not all(issubclass(kind, str) for kind in set(map(type, chain.from_iterable(objects)))):
            raise InputError(f"the {name} has a member whose name is no string", "use strings")
        for item in level if any(issubclass(kind, float) for kind in kinds) else ():
            if isinstance(item, float) and not math.isfinite(item):
                raise InputError(f"the {name} contains {item}, which JSON cannot express", "use a finite number")
        lists = [item for item in level if isinstance(item, list)]
        level = [*chain.from_iterable(each.values() for each in objects), *chain.from_iterable(lists)]
        if not level:
            return value
    raise InputError(f"the {name} is nested more than {MAX_DEPTH} levels deep", "flatten it")


def private_copy(value: Any) -> bytes | None:
    """The content of a value as bytes that no later change of it can reach; None where it has no such form.

    Equal bytes mean equal values of equal types: 1, 1.0 and true differ.
    """
    try:
        return marshal.dumps(value, 2)
    except ValueError:  # a Decimal, or nested too deeply
        return None


def copy_of(private: bytes) -> Any:
    """The value that ``private_copy`` kept."""
    return marshal.loads(private)  # noqa: S302 - bytes of our own making, never from outside
