"""What data mean beside their type: ``x-embedding``, ``x-personal-data`` and ``x-unit``, and what a step does to them.

No validator looks at them, so no verdict can. Their places are found by the formats; here is what they say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from schemaward.model import JsonValue

EMBEDDING, PERSONAL_DATA, UNIT = "x-embedding", "x-personal-data", "x-unit"
NAMES = (EMBEDDING, PERSONAL_DATA, UNIT)

CLASSES = ("none", "pseudonymous", "personal", "special")
"""Classes of personal data, from the least to the most: Articles 4(1), 4(5) and 9(1) of Regulation (EU) 2016/679."""

METRICS = ("cosine", "dot", "euclidean", "manhattan", "hamming", "jaccard")
_LONGEST = 128
_EMBEDDING_FIELDS = ("model", "dimension", "metric", "normalized")

Said: TypeAlias = Mapping[str, Iterable[JsonValue]]
"""The values of each annotation at one place of the data; alternatives may say different ones."""


class Step(NamedTuple):
    """What a new version does to an annotation: the rule, the annotation, and a fact without its place."""

    rule: str
    name: str
    fact: str


def problem(name: str, value: Any) -> str:
    """Why ``value`` is no value of the annotation ``name``, or an empty string."""
    if name == EMBEDDING:
        return _embedding_problem(value)
    if name == PERSONAL_DATA:
        return "" if value in CLASSES else f"is {_shown(value)}, not one of {', '.join(CLASSES)}"
    return "" if _is_text(value) else f"is {_shown(value)}, not a unit in text"


def _embedding_problem(value: Any) -> str:
    if not isinstance(value, dict) or set(value) != set(_EMBEDDING_FIELDS):
        return f"does not have exactly the fields {', '.join(_EMBEDDING_FIELDS)}"
    dimension = value["dimension"]
    if not _is_text(value["model"]):
        return f"has the model {_shown(value['model'])}, which is no text"
    if not isinstance(dimension, int) or isinstance(dimension, bool) or dimension < 1:
        return f"has the dimension {_shown(dimension)}, which is no positive whole number"
    if value["metric"] not in METRICS:
        return f"has the metric {_shown(value['metric'])}, not one of {', '.join(METRICS)}"
    if not isinstance(value["normalized"], bool):
        return f'has {_shown(value["normalized"])} for "normalized", not true or false'
    return ""


def steps(old: Said, new: Said) -> Iterator[Step]:
    """What the step from ``old`` to ``new`` changes or takes away at one place; what is said for the first time needs no word."""
    was, is_now = _class(old), _class(new)
    if was > is_now:
        yield Step("personal-data-weakened", PERSONAL_DATA, _told(PERSONAL_DATA, old, new))
    elif was < is_now and old.get(PERSONAL_DATA):
        yield Step("personal-data-raised", PERSONAL_DATA, _told(PERSONAL_DATA, old, new))
    for rule, name in (("embedding-changed", EMBEDDING), ("unit-changed", UNIT)):
        before, now = list(old.get(name, ())), list(new.get(name, ()))
        # Who knows the old values takes every value for one of them.
        if before and (any(value not in now for value in before) or any(value not in before for value in now)):
            yield Step(rule, name, _told(name, old, new))


def _class(said: Said) -> int:
    """The highest class, by its index; what is not said to be personal is "none"."""
    return max((CLASSES.index(value) for value in said.get(PERSONAL_DATA, ()) if value in CLASSES), default=0)


def _told(name: str, old: Said, new: Said) -> str:
    before, now = (" or ".join(_shown(value) for value in said.get(name, ())) for said in (old, new))
    return f"`{name}` was {before} and is {f'now {now}' if now else 'gone'}"


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST and value.isprintable() and value == value.strip()


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(part)}" for name, part in value.items())
    words = {None: "null", True: "true", False: "false"}
    if value is None or isinstance(value, bool):
        return words[value]
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
