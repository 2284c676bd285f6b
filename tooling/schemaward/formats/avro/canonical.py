"""One form for all spellings of a schema: names in full, primitives bare, what says nothing left out.

Documentation, aliases, defaults and attributes of one's own stay: they are part of what people agreed on.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from schemaward.formats.avro.types import PRIMITIVES
from schemaward.syntax.numbers import json_text

_PRIMITIVES = frozenset(PRIMITIVES)
_NAMED = frozenset({"record", "error", "enum", "fixed"})
_NAMING = frozenset({"name", "namespace", "aliases"})


_LAYOUT: dict[str, Any] = {"sort_keys": True, "ensure_ascii": False, "separators": (",", ":")}
_encoded = json.JSONEncoder(**_LAYOUT).encode


def identity(value: Any) -> str:
    """The canonical form of a schema that was parsed before, as text; raises TypeError for what is no JSON inside it."""
    form = canonical(value)
    try:
        return _encoded(form)
    except TypeError:
        json.dumps(form, default=_only_decimals)
        return json_text(form, **_LAYOUT)


def _only_decimals(value: object) -> str:
    if isinstance(value, Decimal):
        return ""
    raise TypeError(type(value).__name__)


def canonical(value: Any, space: str = "") -> Any:
    """The canonical form of a valid schema inside the namespace ``space``; pointers into it are pointers into ``value``."""
    if isinstance(value, str):
        return _full(value, space)
    if isinstance(value, list):
        return [canonical(branch, space) for branch in value]
    kind = value["type"]
    if kind in _NAMED:
        return _named(value, kind, space)
    if kind in ("array", "map"):
        inside = "items" if kind == "array" else "values"
        return {**value, inside: canonical(value[inside], space)}
    kind = _full(kind, space)
    return kind if len(value) == 1 or kind not in _PRIMITIVES else {**value, "type": kind}


def full_name(value: dict[str, Any], space: str) -> tuple[str, str]:
    """The full name of a definition inside ``space``, and the namespace inside it (specification: "Names")."""
    name: str = value["name"]
    if "." in name:
        return name, name.rpartition(".")[0]
    own: str = value.get("namespace", space)
    return (f"{own}.{name}" if own else name), own


def _full(name: str, space: str) -> str:
    return name if not space or "." in name or name in _PRIMITIVES else f"{space}.{name}"


def _named(value: dict[str, Any], kind: str, space: str) -> dict[str, Any]:
    name, inner = full_name(value, space)
    form = {key: member for key, member in value.items() if key not in _NAMING}
    form["name"] = name
    aliases = value.get("aliases")
    if aliases:
        form["aliases"] = sorted({_full(alias, inner) for alias in aliases})
    if kind in ("record", "error"):
        form["fields"] = [_field(field, inner) for field in value["fields"]]
    elif kind == "enum" and value.get("default", "") is None:
        del form["default"]
    return form


def _field(value: dict[str, Any], space: str) -> dict[str, Any]:
    form = {**value, "type": canonical(value["type"], space)}
    if "aliases" in form:
        form["aliases"] = sorted(set(form["aliases"] or ()))
        if not form["aliases"]:
            del form["aliases"]
    if form.get("order") == "ascending":
        del form["order"]
    return form
