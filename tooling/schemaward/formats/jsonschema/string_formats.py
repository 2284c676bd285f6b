"""The values of ``format``: an outer and an inner bound as patterns, values that everybody accepts, and the check itself.

The check is the one of the ``jsonschema`` package, which also judges every witness. The bounds hold for any validator
that follows the RFC named, so that "no such string" and "every such string" can be concluded from them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from schemaward.formats.jsonschema.dialects import Draft

if TYPE_CHECKING:
    from jsonschema import FormatChecker


@dataclass(frozen=True, slots=True)
class StringFormat:
    """A format: ``within`` is a pattern that every valid value matches, ``surely`` one that no other value matches.

    ``samples`` are valid, ``part_of`` are wider formats.
    """

    samples: tuple[str, ...]
    surely: str
    within: str | None = None
    part_of: frozenset[str] = frozenset()
    since: Draft = Draft.DRAFT4
    """The draft that defined it; to earlier ones the name means nothing."""


_LEAP_YEAR = r"(\d\d(0[48]|[2468][048]|[13579][26])|(0[48]|[2468][048]|[13579][26])00)"
_YEAR = r"([1-9]\d{3}|0[1-9]\d\d|00[1-9]\d|000[1-9])"
_DAY = rf"{_YEAR}-((0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)|{_LEAP_YEAR}-02-29"
_ANY_DAY = r"(\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))"
_OFFSET = r"([zZ]|[+-]([01]\d|2[0-3]):[0-5]\d)"
_TIME = rf"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?{_OFFSET}"
_ANY_TIME = rf"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?{_OFFSET}"
_OCTET = r"(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = rf"({_OCTET}\.){{3}}{_OCTET}"
_GROUP = r"[0-9A-Fa-f]{1,4}"
_IPV6 = "|".join(
    [rf"({_GROUP}:){{7}}{_GROUP}", rf"::({_GROUP}(:{_GROUP}){{0,6}})?", rf"({_GROUP}:){{7}}:"]
    + [rf"({_GROUP}:){{{left}}}(:{_GROUP}){{1,{7 - left}}}|({_GROUP}:){{{left}}}:" for left in range(1, 7)]
)
_LABEL = r"[A-Za-z0-9]{1,30}(-[A-Za-z0-9]{1,30})?"
_DOMAIN = rf"{_LABEL}(\.{_LABEL}){{0,3}}"
_HOST = rf"[A-Za-z0-9]{{1,63}}|{_DOMAIN}"
_ADDRESS = rf"[A-Za-z0-9_+-]{{1,20}}(\.[A-Za-z0-9_+-]{{1,20}}){{0,2}}@{_DOMAIN}"
_ANY_ADDRESS = r"[^]+@[^@\s]+"
_HEX = "[0-9A-Fa-f]"
_UUID = rf"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"
_CLOCK = r"(\d+H(\d+M(\d+S)?)?|\d+M(\d+S)?|\d+S)"
_DURATION = rf"P(\d+W|(\d+Y(\d+M(\d+D)?)?|\d+M(\d+D)?|\d+D)(T{_CLOCK})?|T{_CLOCK})"
_ANY_CLOCK = r"(\d+H(\d+M)?(\d+S)?|\d+M(\d+S)?|\d+S)"
_ANY_DURATION = rf"P(\d+W|(\d+Y(\d+M)?(\d+D)?|\d+M(\d+D)?|\d+D)(T{_ANY_CLOCK})?|T{_ANY_CLOCK})"
_POINTER = r"(/([^/~]|~[01])*)*"
_CHAR = rf"([A-Za-z0-9._~!$&'()*+,;=:@-]|%{_HEX}{{2}})"
_AUTHORITY = rf"//[A-Za-z0-9._~-]*(:\d{{1,4}})?(/{_CHAR}*)*"
_TAIL = rf"(\?({_CHAR}|[/?])*)?(#({_CHAR}|[/?])*)?"
_ANY_URI = r"[A-Za-z][A-Za-z0-9+.-]*:[^]*"
_URI = rf"[A-Za-z][A-Za-z0-9+.-]*:({_AUTHORITY}|/?({_CHAR}+(/{_CHAR}*)*)?){_TAIL}"
_RELATIVE = rf"({_AUTHORITY}|/({_CHAR}+(/{_CHAR}*)*)?|([A-Za-z0-9._~!$&'()*+,;=@-]+(/{_CHAR}*)*)?){_TAIL}"
"""RFC 3339, 2673, 4291, 1123, 5321, 4122, 6901, 3986; inner bounds leave out what validators do not agree on."""


_AS_TEXT = ("uri-reference", "iri-reference", "uri-template", "regex")
"""What any word of letters, digits, dots and hyphens is, too."""


def _format(*samples: str, surely: str, within: str | None = None, part_of: tuple[str, ...] = ()) -> StringFormat:
    return StringFormat(samples, f"^(?:{surely})$", f"^(?:{within})$" if within else None, frozenset(part_of))


FORMATS: dict[str, StringFormat] = {
    "date-time": _format(
        "2024-01-31T12:00:00Z", "1999-12-31T23:59:59.5+01:00",
        surely=f"({_DAY})[tT]{_TIME}", within=f"{_ANY_DAY}[tT ]{_ANY_TIME}", part_of=("uri-template", "regex"),
    ),
    "date": _format(
        "2024-01-31", "1999-12-31", surely=_DAY, within=_ANY_DAY, part_of=("hostname", "idn-hostname", *_AS_TEXT)
    ),
    "time": _format("12:00:00Z", "23:59:59.5+01:00", surely=_TIME, within=_ANY_TIME, part_of=("uri-template", "regex")),
    "duration": _format(
        "P1D", "PT1H", "P1Y2M3DT4H5M6S", "P2W", f"P{'1' * 64}D",
        surely=_DURATION, within=_ANY_DURATION, part_of=_AS_TEXT,
    ),
    "email": _format(
        "a@example.com", "jane.doe@example.org", "{a@example.com", "*a@example.com",
        surely=_ADDRESS, within=_ANY_ADDRESS, part_of=("idn-email",),
    ),
    "idn-email": _format(
        "a@example.com", "{a@example.com", "*a@example.com", surely=_ADDRESS, within=_ANY_ADDRESS
    ),
    "hostname": _format(
        "example.com", "a.example.org", "localhost",
        surely=_HOST, within=r"[A-Za-z0-9.-]{1,253}", part_of=_AS_TEXT,
    ),
    "idn-hostname": _format("example.com", "a.example.org", "\u00e4.example.org", surely=_HOST, within=r"[^\s]+"),
    "ipv4": _format("192.0.2.1", "127.0.0.1", surely=_IPV4, within=_IPV4, part_of=_AS_TEXT),
    "ipv6": _format("2001:db8::1", "::1", surely=_IPV6, within=r"[0-9A-Fa-f:.]+(%[^]*)?"),
    "uri": _format(
        "https://example.com", "https://example.com/a", "urn:example:a", "mailto:a@example.com", "https://example.com/(a",
        surely=_URI, within=_ANY_URI, part_of=("uri-reference", "iri", "iri-reference"),
    ),
    "uri-reference": _format(
        "https://example.com", "/a", "a", "#a", "", surely=f"{_URI}|{_RELATIVE}", part_of=("iri-reference",)
    ),
    "iri": _format(
        "https://example.com", "urn:example:a", "https://example.com/\u00e4", "https://example.com/(a",
        surely=_URI, within=_ANY_URI, part_of=("iri-reference",),
    ),
    "iri-reference": _format("https://example.com", "/a", "a", "", "\u00e4", surely=f"{_URI}|{_RELATIVE}"),
    "uri-template": _format(
        "https://example.com/{id}", "/a", "a", "", surely=r"([A-Za-z0-9._~/:?#&=@+,;-]|\{[A-Za-z_][A-Za-z0-9_]*\})*"
    ),
    "uuid": _format(
        "123e4567-e89b-12d3-a456-426614174000",
        surely=_UUID, within=_UUID, part_of=("hostname", "idn-hostname", *_AS_TEXT),
    ),
    "json-pointer": _format("/a", "", "/a/0", "/{a", "/(a", surely=_POINTER, within=_POINTER),
    "relative-json-pointer": _format(
        "0", "1/a", "0#", "0/{a", "0/(a", surely=rf"([1-9]*0|[1-9]+)(#|{_POINTER})", within=r"\d[^]*"
    ),
    "regex": _format("a", "^a$", "", surely=r"\^?[A-Za-z0-9_-]*\$?"),
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


def undisputed(value: str, name: str) -> bool:
    """True when ``jsonschema-rs`` says so too: to the other one, "@" is an e-mail address."""
    return conforms(value, name) and bool(_second(name).is_valid(value))


@cache
def _second(name: str) -> Any:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True)


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
