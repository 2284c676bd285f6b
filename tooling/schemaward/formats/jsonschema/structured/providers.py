"""What providers of language models take as the schema of an answer: dated data, each with its source.

Providers change these rules. Renew a record as a whole: read its source, correct the fields, and set ``as_of``, the month
in which the rules were last seen to be these, by copies of the source or by answers to requests. What a source leaves open
is taken in the narrower sense, so that a request is not refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    """The rules of one provider, by ``source``, in the month ``as_of``.

    ``keywords`` are the assertions on texts, numbers and arrays that it enforces, and ``formats`` the values of
    ``format``. ``most_min_items`` is the largest ``minItems``. ``all_required`` says that every property must be
    required, so that null stands for a property that is left out; ``recursion`` that a schema may lead back to itself.
    ``names`` is what the whole name of a property must match; None where any is taken. The other fields bound one schema as a whole; None means that no bound is known.
    """

    name: str
    title: str
    source: str
    as_of: str
    keywords: frozenset[str]
    formats: frozenset[str]
    all_required: bool
    recursion: bool
    names: str | None = None
    most_min_items: int | None = None
    most_properties: int | None = None
    most_levels: int | None = None
    most_enum_values: int | None = None
    most_text: int | None = None
    large_enum: tuple[int, int] | None = None
    """An enum of texts with more values than the first number may have this many characters in all."""
    most_optional: int | None = None
    most_unions: int | None = None


_COMMON_FORMATS = frozenset({"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"})

OPENAI = Provider(
    name="openai",
    title="OpenAI structured outputs",
    # Sections "Supported schemas" and "Supported properties". `minLength`, `maxLength` and `uniqueItems` are not
    # listed there, and requests with them are refused. So are schemas without `type`, enums too (openclaw/clawpatch#60,
    # 2026-05), and patterns that Python's `re` does not compile (BerriAI/litellm#40485, router-for-me/CLIProxyAPI#5644,
    # 2026-09).
    source="https://platform.openai.com/docs/guides/structured-outputs",
    as_of="2026-08",
    keywords=frozenset(
        {
            "pattern",
            "format",
            "multipleOf",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "minItems",
            "maxItems",
        }
    ),
    formats=_COMMON_FORMATS,
    all_required=True,
    recursion=True,
    most_properties=5_000,
    most_levels=10,
    most_enum_values=1_000,
    most_text=120_000,
    large_enum=(250, 15_000),
)

ANTHROPIC = Provider(
    name="anthropic",
    title="Anthropic structured outputs",
    # Sections "JSON Schema limitations" and "Schema complexity limits"; the bounds are those of one request. Requests
    # with tools that have properties of other names are refused (n8n-io/n8n#30590, 2026-05; anthropics/claude-code#79418,
    # 2026-07), which some saw at the root only.
    source="https://platform.claude.com/docs/en/build-with-claude/structured-outputs",
    as_of="2026-09",
    keywords=frozenset({"pattern", "format", "minItems"}),
    formats=_COMMON_FORMATS | {"uri"},
    all_required=False,
    recursion=False,
    names="[a-zA-Z0-9_.-]{1,64}",
    most_min_items=1,
    most_optional=24,
    most_unions=16,
)

PROVIDERS: dict[str, Provider] = {provider.name: provider for provider in (OPENAI, ANTHROPIC)}
"""The providers by the name that the command line and manifests use."""


def name_refusal(provider: Provider, name: str) -> str | None:
    """Why no property of an answer can be called ``name``; None when one can."""
    if provider.names is None or re.fullmatch(provider.names, name):
        return None
    return f'{provider.title} take no property "{name}", only names like `{provider.names}`'
