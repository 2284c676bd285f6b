"""The tags in which a registry remembers the last sync of each repository, and the digests that tell whether anything
changed since. Pure.

A run that writes marks the registry as busy first and as in sync last. Whatever breaks off in between leaves the
busy mark, or an open one, and the next run reads everything again.
"""

from __future__ import annotations

import enum
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemaward.limits import MAX_TAG_KEY
from schemaward.registry.desired import DesiredRegistry, DesiredSchema, Tags

_TAG = "schemaward-sync"
_FORMAT = 1
_MARK = re.compile(
    r"(?P<stage>in-sync|busy|open) run=(?P<run>[0-9a-f]+) commit=(?P<commit>[0-9a-f]*) digest=(?P<digest>[0-9a-f]*)"
)


class Stage(enum.StrEnum):
    """How far a run has come."""

    BUSY = "busy"
    OPEN = "open"
    IN_SYNC = "in-sync"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a run wrote on the registry: who it was, of which commit ("": not known), and of which content."""

    stage: Stage
    run: str
    commit: str = ""
    digest: str = ""

    def __str__(self) -> str:
        return f"{self.stage} run={self.run} commit={self.commit} digest={self.digest}"


def mark_key(repository: str) -> str:
    """The key of the tag for the mark of ``repository``, "" when it is not known; GitHub ignores case in its name."""
    name = repository.lower()
    key = f"{_TAG}/{name}" if name else _TAG
    return key if len(key) <= MAX_TAG_KEY else f"{_TAG}/{hashlib.sha256(name.encode()).hexdigest()}"


def is_mark(key: str) -> bool:
    """True for the key of a tag that a sync from any repository leaves on the registry."""
    return key == _TAG or key.startswith(f"{_TAG}/")


def mark_of(tags: Tags | None, repository: str) -> Mark | None:
    """The mark of ``repository`` among the tags of a registry; None when there is none that we understand."""
    found = _MARK.fullmatch(dict(tags or ()).get(mark_key(repository), ""))
    return Mark(Stage(found["stage"]), found["run"], found["commit"], found["digest"]) if found else None


def schema_digest(schema: DesiredSchema) -> str:
    """The digest of everything that a sync writes for one contract, and of what decides about it."""
    versions = [[version.number, version.sha256] for version in schema.versions]
    settings = [schema.data_format, schema.mode, schema.description, schema.tags, schema.checkpoint]
    return _digest([schema.contract, schema.name, settings, schema.accepts_revert, versions])


def registry_digest(desired: DesiredRegistry) -> str:
    """The digest of everything that a sync writes to a registry."""
    schemas = sorted(schema_digest(schema) for schema in desired.schemas)
    return _digest([desired.name, desired.description, desired.tags, schemas])


def changed(desired: DesiredRegistry, earlier: DesiredRegistry) -> frozenset[str]:
    """The contracts that ask for something else than they did in ``earlier``."""
    before: Mapping[str, str] = {schema.contract: schema_digest(schema) for schema in earlier.schemas}
    return frozenset(
        schema.contract for schema in desired.schemas if before.get(schema.contract) != schema_digest(schema)
    )


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps([_FORMAT, value], ensure_ascii=False).encode()).hexdigest()
