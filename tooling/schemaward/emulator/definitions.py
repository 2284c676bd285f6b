"""The canonical form of a definition, by which the registry knows that it has seen it before."""

from __future__ import annotations

import hashlib
import json

from schemaward.model import DataFormat


def identity(data_format: DataFormat, definition: str) -> str:
    """A hash that is equal for definitions that differ only in layout and, for JSON and Avro, in the order of keys.

    AWS documents that definitions are "canonicalized and hashed", not how (API reference, GetSchemaByDefinition).
    """
    text = definition.strip() if data_format is DataFormat.PROTOBUF else _sorted_json(definition)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _sorted_json(definition: str) -> str:
    try:
        return json.dumps(json.loads(definition), sort_keys=True, separators=(",", ":"))
    except (ValueError, RecursionError):
        return definition.strip()
