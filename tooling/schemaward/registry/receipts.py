"""Receipts: where each contract version stands in a registry, for the applications that use it.

The shape is ``receipts.schema.json`` beside this file; ``format`` counts up when it breaks. No time is in it, so that
the bytes stay the same as long as the registry does.
"""

from __future__ import annotations

import json
from typing import Any

from schemaward.model import Target
from schemaward.registry.desired import DesiredRegistry, DesiredSchema
from schemaward.registry.state import RegistryState, RemoteSchema

FORMAT = 1


def receipts(target: Target, desired: DesiredRegistry, actual: RegistryState) -> dict[str, Any]:
    """What stands in the registry of what Git wants; contracts and versions that are not there are left out."""
    found = ((schema, actual.schema(schema.name)) for schema in desired.schemas)
    return {
        "format": FORMAT,
        "target": target.name,
        "registry": {"name": actual.name, "arn": actual.arn, "region": target.region},
        "contracts": {schema.contract: _contract(schema, remote) for schema, remote in found if remote},
    }


def receipts_text(document: dict[str, Any]) -> str:
    """The content of the receipts file."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _contract(desired: DesiredSchema, remote: RemoteSchema) -> dict[str, Any]:
    held = ((version, remote.holding(version.sha256)) for version in desired.versions)
    return {
        "schema": remote.name,
        "arn": remote.arn,
        "versions": [
            {
                "version": version.number,
                "number": there.number,
                "id": there.id,
                "sha256": version.sha256,
                "status": str(there.status),
            }
            for version, there in held
            if there
        ],
    }
