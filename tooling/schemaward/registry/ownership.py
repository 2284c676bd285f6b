"""Which schemas that Git does not hold were made by a sync from this repository: a registry can be shared."""

from __future__ import annotations

from schemaward.registry.connection import Connection, call
from schemaward.registry.desired import OWNERSHIP
from schemaward.registry.failures import CallError
from schemaward.registry.parallel import in_parallel
from schemaward.registry.reading import read_schema
from schemaward.registry.state import RegistryState

_DENIED = "AccessDeniedException"
_NOT_FOUND = "EntityNotFoundException"


def forgotten(connection: Connection, state: RegistryState, repository: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Those of ``state.others`` that a sync made and no other repository, and a sentence for what could not be read.

    One call a schema, and the whole schema where it carries the ownership tag. ``repository`` is "" when it is not
    known. Raises RegistryError.
    """
    prefix = (state.arn or "").replace(":registry/", ":schema/", 1)
    unread: set[str] = set()

    def ours(name: str) -> bool:
        try:
            return _owner(connection, f"{prefix}/{name}") == OWNERSHIP[1] and not _elsewhere(
                connection, name, repository
            )
        except CallError as error:
            if error.code == _DENIED:
                unread.add(
                    f"the tags of schemas that Git does not hold could not be read: {error.fact}; {error.remedy}"
                )
            elif error.code != _NOT_FOUND:
                raise
            return False

    found = in_parallel(connection.jobs, ours, state.others)
    names = frozenset(name for name, made in zip(state.others, found, strict=True) if made)
    return names, tuple(sorted(unread))


def _owner(connection: Connection, arn: str) -> str | None:
    answer = call(connection, "get_tags", {"ResourceArn": arn})
    owner = (answer.get("Tags") or {}).get(OWNERSHIP[0])
    return owner if isinstance(owner, str) else None


def _elsewhere(connection: Connection, name: str, repository: str) -> bool:
    """True when the last version that names a repository names another one: a contract can move to it."""
    remote = read_schema(connection, name, lambda _format, _definition: "")
    makers = [version.repositories for version in (remote.versions if remote else ()) if version.repositories]
    return bool(repository and makers) and makers[-1] != {repository}
