"""Pages of 25 by default, with opaque tokens that stay good while the list changes."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from typing import TypeAlias, TypeVar

from schemaward.emulator.refusals import invalid
from schemaward.emulator.state import Request

Item = TypeVar("Item")
Key: TypeAlias = "list[str | int]"

_DEFAULT = 25


def page(
    items: Iterable[Item], key: Callable[[Item], Key], request: Request, listing: str
) -> tuple[list[Item], str | None]:
    """The page that the request asks for, in ascending order of ``key``, and the token of the next one.

    ``listing`` names the list: the token of one list is refused by another with InvalidInputException.
    """
    ordered = sorted(items, key=key)
    if "NextToken" in request:
        ordered = _after(ordered, key, request["NextToken"], listing)
    size = request.get("MaxResults", _DEFAULT)
    shown = ordered[:size]
    return shown, _token(listing, key(shown[-1])) if len(ordered) > size else None


def _token(listing: str, last: Key) -> str:
    return base64.urlsafe_b64encode(json.dumps([listing, last]).encode()).decode()


def _after(ordered: list[Item], key: Callable[[Item], Key], token: str, listing: str) -> list[Item]:
    try:
        issued_for, last = json.loads(base64.urlsafe_b64decode(token.encode()))
        if issued_for == listing and isinstance(last, list):
            return [item for item in ordered if key(item) > last]
    except (ValueError, TypeError, RecursionError):
        pass
    raise invalid("NextToken is not valid for this request.")
