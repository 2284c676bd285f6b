"""What may differ between emulators: pace, quotas, and the answers to what AWS leaves open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args, get_type_hints

from schemaward.errors import UsageError
from schemaward.rules import suggestions


@dataclass(frozen=True, slots=True)
class Assumptions:
    """One field for each question that AWS leaves open; the default is what the emulator assumes.

    ``docs/emulator.md`` says what each word means and what is known of the question.
    """

    verdicts: Literal["strict", "expected"] = "strict"
    undecided: Literal["accept", "refuse"] = "accept"
    compared: Literal["both", "latest", "checkpoint"] = "both"
    first_version: Literal["available", "pending"] = "available"
    second_registration: Literal["refuse", "accept"] = "refuse"
    equal_definitions: Literal["canonical", "exact"] = "canonical"
    failed_definition: Literal["sticky", "forgotten"] = "sticky"
    failed_number: Literal["skip", "reuse"] = "skip"
    failed_in_quota: Literal["count", "ignore"] = "count"
    disabled_and_known: Literal["refuse", "answer"] = "refuse"
    needed_versions: Literal["delete", "refuse"] = "delete"
    name_in_deletion: Literal["refuse", "lose"] = "refuse"
    no_compatibility: Literal["backward", "refuse"] = "backward"
    no_registry: Literal["default", "refuse"] = "default"
    metadata_characters: Literal["range", "literal"] = "range"


@dataclass(frozen=True, slots=True)
class Quotas:
    """How many there may be, by default as the AWS Glue Developer Guide says.

    Registries and versions of an account in a Region, metadata pairs of a version, tags of a resource.
    """

    registries: int = 100
    versions: int = 10_000
    metadata: int = 10
    tags: int = 50


@dataclass(frozen=True, slots=True)
class Options:
    """``pending`` counts the calls after which asynchronous work shows its end (0: at once).

    ``rate`` is the number of calls a second above which they are throttled; None throttles nothing.
    """

    pending: int = 1
    rate: float | None = None
    quotas: Quotas = field(default_factory=Quotas)
    assume: Assumptions = field(default_factory=Assumptions)


def assumptions(settings: Iterable[str]) -> Assumptions:
    """The assumptions that ``question=answer`` settings make, with hyphens for underscores; raises UsageError.

    >>> assumptions(["failed-number=reuse"]).failed_number
    'reuse'
    """
    hints = get_type_hints(Assumptions)
    chosen: dict[str, Any] = {}
    for name, value in _split(settings, "assume", hints):
        if value not in get_args(hints[name]):
            choices = " or ".join(get_args(hints[name]))
            raise UsageError(f'--assume {_shown(name)} cannot be "{value}"', f"write {choices}")
        chosen[name] = value
    return replace(Assumptions(), **chosen)


def quotas(settings: Iterable[str]) -> Quotas:
    """The quotas that ``name=number`` settings make; raises UsageError.

    >>> quotas(["versions=3"]).versions
    3
    """
    chosen = {}
    for name, value in _split(settings, "quota", get_type_hints(Quotas)):
        if not (value.isascii() and value.isdigit() and len(value) < 10):
            raise UsageError(f'--quota {name} cannot be "{value}"', "write a number")
        chosen[name] = int(value)
    return replace(Quotas(), **chosen)


def _split(settings: Iterable[str], option: str, known: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for setting in settings:
        name, _, value = setting.partition("=")
        field_name = name.replace("-", "_")
        if field_name not in known:
            shown = [_shown(one) for one in known]
            raise UsageError(f'--{option} has no "{name}"', suggestions(name, shown) or f"one of {', '.join(shown)}")
        yield field_name, value


def _shown(name: str) -> str:
    return name.replace("_", "-")
