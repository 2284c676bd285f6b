"""ARNs of registries and schemas: ``arn:aws:glue:REGION:ACCOUNT:registry/NAME`` and ``...:schema/REGISTRY/NAME``."""

from __future__ import annotations

from schemaward.emulator.state import Context
from schemaward.limits import partition

DEFAULT_REGISTRY = "default-registry"


def registry_arn(context: Context, registry: str) -> str:
    """The ARN of a registry."""
    return f"{_prefix(context)}registry/{registry}"


def schema_arn(context: Context, registry: str, schema: str) -> str:
    """The ARN of a schema."""
    return f"{_prefix(context)}schema/{registry}/{schema}"


def registry_of(context: Context, arn: str) -> str | None:
    """The registry name in a registry ARN of this account and Region, else None."""
    head, _, name = arn.partition("registry/")
    return name if head == _prefix(context) and name and "/" not in name else None


def schema_of(context: Context, arn: str) -> tuple[str, str] | None:
    """The registry and schema names in a schema ARN of this account and Region, else None."""
    head, _, rest = arn.partition("schema/")
    registry, _, name = rest.partition("/")
    return (registry, name) if head == _prefix(context) and registry and name and "/" not in name else None


def _prefix(context: Context) -> str:
    return f"arn:{partition(context.region)}:glue:{context.region}:{context.account}:"
