"""Receipts: where each contract version stands in a registry, for the applications that use it.

The shape is ``receipts.schema.json`` beside this file; ``format`` counts up when it breaks. No time is in it, so that
the bytes stay the same as long as the registry does.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from schemaward.errors import InputError
from schemaward.model import Target
from schemaward.registry.desired import DesiredRegistry, DesiredSchema
from schemaward.registry.state import RegistryState, VersionStatus

FORMAT = 1


def receipts(
    target: Target,
    desired: DesiredRegistry,
    actual: RegistryState,
    unchanged: Collection[str] = (),
    kept: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Any]:
    """What stands in the registry of what Git wants; contracts and versions that are not there are left out.

    ``unchanged`` contracts were not read: their entries come from ``kept``.
    """
    entries = (
        (schema.contract, kept.get(schema.contract) if schema.contract in unchanged else _entry(schema, actual))
        for schema in desired.schemas
    )
    return {
        "format": FORMAT,
        "target": target.name,
        "run": actual.mark.run if actual.mark else "",
        "registry": {"name": actual.name, "arn": actual.arn, "region": target.region},
        "contracts": {contract: entry for contract, entry in entries if entry},
    }


def read_receipts(text: str, name: str) -> dict[str, Any]:
    """The receipts in a file. Raises InputError when it holds something else."""
    try:
        document = json.loads(text)
        known = document["format"] == FORMAT and isinstance(document["registry"], dict)
        contracts = document["contracts"]
        shaped = all(isinstance(version, dict) for entry in contracts.values() for version in entry["versions"])
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        known = shaped = False
    if not (known and shaped):
        raise InputError(
            f'"{name}" holds no receipts of this version of schemaward', "sync with --receipts to write it"
        )
    return dict(document)


def still_good(document: Mapping[str, Any], desired: DesiredRegistry, registry: RegistryState) -> dict[str, Any]:
    """The entries of earlier receipts that are as a sync of ``desired`` to ``registry`` would write them.

    None when another run has written to the registry since: what it made anew has other ids.
    """
    mark = registry.mark
    if mark is None or document.get("run") != mark.run or document["registry"].get("arn") != registry.arn:
        return {}
    contracts = document["contracts"]
    return {
        schema.contract: contracts[schema.contract]
        for schema in desired.schemas
        if schema.contract in contracts and _covers(contracts[schema.contract], schema)
    }


def _covers(entry: Mapping[str, Any], schema: DesiredSchema) -> bool:
    there = [(version.get("version"), version.get("sha256"), version.get("status")) for version in entry["versions"]]
    wanted = [(version.number, version.content, VersionStatus.AVAILABLE) for version in schema.versions]
    return entry.get("schema") == schema.name and there == wanted


def receipts_text(document: dict[str, Any]) -> str:
    """The content of the receipts file."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _entry(desired: DesiredSchema, actual: RegistryState) -> dict[str, Any] | None:
    remote = actual.schema(desired.name)
    if remote is None:
        return None
    held = ((version, remote.holding(version.sha256)) for version in desired.versions)
    return {
        "schema": remote.name,
        "arn": remote.arn,
        "versions": [
            {
                "version": version.number,
                "number": there.number,
                "id": there.id,
                "sha256": version.content,
                "status": str(there.status),
            }
            for version, there in held
            if there
        ],
    }
