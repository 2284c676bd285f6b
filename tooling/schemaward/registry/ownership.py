"""Which schemas of a registry carry our mark: the tag that a sync puts on everything it creates."""

from __future__ import annotations

from collections.abc import Sequence

from schemaward.registry.connection import Connection, call
from schemaward.registry.desired import OWNERSHIP
from schemaward.registry.failures import CallError
from schemaward.registry.parallel import in_parallel

_DENIED = "AccessDeniedException"
_NOT_FOUND = "EntityNotFoundException"


def marked(connection: Connection, registry_arn: str, names: Sequence[str]) -> frozenset[str]:
    """Those of the schemas ``names`` that carry the ownership tag; none when the role may not read tags.

    One call a schema. Raises CallError.
    """
    prefix = registry_arn.replace(":registry/", ":schema/", 1)
    owners = in_parallel(connection.jobs, lambda name: _owner(connection, f"{prefix}/{name}"), names)
    return frozenset(name for name, owner in zip(names, owners, strict=True) if owner == OWNERSHIP[1])


def _owner(connection: Connection, arn: str) -> str | None:
    try:
        answer = call(connection, "get_tags", {"ResourceArn": arn})
    except CallError as error:
        if error.code in (_DENIED, _NOT_FOUND):
            return None
        raise
    owner = (answer.get("Tags") or {}).get(OWNERSHIP[0])
    return owner if isinstance(owner, str) else None
