"""The values of ``format``: an outer bound as a pattern, values that everybody accepts, and the check itself.

The check is the one of the ``jsonschema`` package, which also judges every witness. The outer bounds hold for any
validator that follows the RFC named, so that "no such string" can be concluded from them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from schemaward.formats.jsonschema.dialects import Draft

if TYPE_CHECKING:
    from jsonschema import FormatChecker


@dataclass(frozen=True, slots=True)
class StringFormat:
    """A format: ``within`` is a pattern that every valid value matches, ``samples`` are valid, ``part_of`` wider formats."""

    samples: tuple[str, ...]
    within: str | None = None
    part_of: frozenset[str] = frozenset()
    since: Draft = Draft.DRAFT4
    """The draft that defined it; to earlier ones the name means nothing."""


_DATE = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_TIME = r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([zZ]|[+-]([01]\d|2[0-3]):[0-5]\d)"
_IPV4 = r"((25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(25[0-5]|2[0-4]\d|1?\d?\d)"


_AS_TEXT = ("uri-reference", "iri-reference", "uri-template", "regex")
"""What any word of letters, digits, dots and hyphens is, too."""


def _format(*samples: str, within: str | None = None, part_of: tuple[str, ...] = ()) -> StringFormat:
    return StringFormat(samples, f"^(?:{within})$" if within else None, frozenset(part_of))


FORMATS: dict[str, StringFormat] = {
    "date-time": _format(
        "2024-01-31T12:00:00Z", "1999-12-31T23:59:59.5+01:00",
        within=f"{_DATE}[tT ]{_TIME}", part_of=("uri-template", "regex"),
    ),
    "date": _format("2024-01-31", "1999-12-31", within=_DATE, part_of=("hostname", "idn-hostname", *_AS_TEXT)),
    "time": _format("12:00:00Z", "23:59:59.5+01:00", within=_TIME, part_of=("uri-template", "regex")),
    "duration": _format("P1D", "PT1H", "P1Y2M3DT4H5M6S", "P2W", f"P{'1' * 64}D", within=r"P[0-9YMWDTHS]+", part_of=_AS_TEXT),
    "email": _format(
        "a@example.com", "jane.doe@example.org", "{a@example.com", "*a@example.com",
        within=r"[^@]*@[^]*", part_of=("idn-email",),
    ),
    "idn-email": _format("a@example.com", "{a@example.com", "*a@example.com", within=r"[^@]*@[^]*"),
    "hostname": _format("example.com", "a.example.org", "localhost", within=r"[A-Za-z0-9.-]+", part_of=_AS_TEXT),
    "idn-hostname": _format("example.com", "a.example.org", "\u00e4.example.org", within=r"[^\s]+"),
    "ipv4": _format("192.0.2.1", "127.0.0.1", within=_IPV4, part_of=_AS_TEXT),
    "ipv6": _format("2001:db8::1", "::1", within=r"[0-9A-Fa-f:.]+(%[^]*)?"),
    "uri": _format(
        "https://example.com", "https://example.com/a", "urn:example:a", "mailto:a@example.com", "https://example.com/(a",
        within=r"[A-Za-z][A-Za-z0-9+.-]*:[^]*", part_of=("uri-reference", "iri", "iri-reference"),
    ),
    "uri-reference": _format("https://example.com", "/a", "a", "#a", "", part_of=("iri-reference",)),
    "iri": _format("https://example.com", "urn:example:a", "https://example.com/\u00e4", "https://example.com/(a", within=r"[A-Za-z][A-Za-z0-9+.-]*:[^]*", part_of=("iri-reference",)),
    "iri-reference": _format("https://example.com", "/a", "a", "", "\u00e4"),
    "uri-template": _format("https://example.com/{id}", "/a", "a", ""),
    "uuid": _format(
        "123e4567-e89b-12d3-a456-426614174000",
        within=r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}",
        part_of=("hostname", "idn-hostname", *_AS_TEXT),
    ),
    "json-pointer": _format("/a", "", "/a/0", "/{a", "/(a", within=r"(/[^]*)?"),
    "relative-json-pointer": _format("0", "1/a", "0#", "0/{a", "0/(a", within=r"\d[^]*"),
    "regex": _format("a", "^a$", ""),
}  # fmt: skip
"""The formats of Draft-04 to 2020-12 (JSON Schema Validation, "Defined Formats")."""


_SINCE = {
    Draft.DRAFT6: ("uri-reference", "uri-template", "json-pointer"),
    Draft.DRAFT7: (
        "date", "time", "idn-email", "idn-hostname", "iri", "iri-reference", "relative-json-pointer", "regex",
    ),
    Draft.DRAFT2019: ("duration", "uuid"),
}  # fmt: skip
FORMATS |= {name: replace(FORMATS[name], since=draft) for draft, names in _SINCE.items() for name in names}

ODD = ("", "a", " ", "-", "%", "(", "[", "{", "\\", ":", "@", "a b", "-a", "(a", "[a", "{a", "%a")
"""Strings of which some are not valid in almost any format."""


def asserted(name: str, draft: Draft) -> bool:
    """True when ``format: name`` is an assertion of ``draft``, where formats are asserted at all."""
    return name in FORMATS and draft >= FORMATS[name].since


def conforms(value: str, name: str) -> bool:
    """True when ``value`` is valid in the format ``name``."""
    return format_checker().conforms(value, name)


@cache
def checker_of(draft: Draft) -> FormatChecker:
    """The checks of the formats that a draft defines."""
    from jsonschema import FormatChecker

    checker = FormatChecker(formats=())
    known = format_checker().checkers
    checker.checkers = {name: check for name, check in known.items() if asserted(name, draft)}
    return checker


@cache
def format_checker() -> FormatChecker:
    """The checks of the jsonschema package, completed by those that it only makes with heavy extras installed."""
    import re

    from jsonschema import Draft202012Validator, FormatChecker

    checker = FormatChecker(formats=())
    iso_duration = re.compile(
        r"P(?:\d+W|(?=\d|T\d)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)", re.ASCII
    )

    def is_duration(value: object) -> bool:
        return not isinstance(value, str) or iso_duration.fullmatch(value) is not None

    def as_uri(wider: str) -> None:
        def check(value: object) -> bool:
            encoded = "".join(c if c.isascii() else "%41" for c in value) if isinstance(value, str) else value
            return checker.conforms(encoded, wider.replace("iri", "uri"))

        checker.checks(wider)(check)

    # The checks of the latest draft: under the same names, FormatChecker itself still has some of Draft-03.
    checker.checkers = dict(Draft202012Validator.FORMAT_CHECKER.checkers)
    checker.checks("duration")(is_duration)
    as_uri("iri")
    as_uri("iri-reference")
    return checker
