"""Three contracts, one of each format, with two versions each."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from schemaward.formats import format_module
from schemaward.model import DataFormat

DRAFT7 = "http://json-schema.org/draft-07/schema#"

PERSON = [
    {
        "$schema": DRAFT7,
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "x-personal-data": "direct"},
            "age": {"type": "integer", "minimum": 0},
        },
    },
    {
        "$schema": DRAFT7,
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "x-personal-data": "direct"},
            "age": {"type": "integer", "minimum": 0, "maximum": 150},
            "mail": {"type": "string", "format": "email", "x-personal-data": "direct"},
        },
    },
]
EVENT = [
    {"type": "record", "name": "Event", "namespace": "web", "fields": [{"name": "id", "type": "int"}]},
    {
        "type": "record",
        "name": "Event",
        "namespace": "web",
        "fields": [{"name": "id", "type": "long"}, {"name": "page", "type": ["null", "string"], "default": None}],
    },
]
ORDER = [
    'syntax = "proto3";\npackage shop;\nmessage Order { string id = 1; }\nmessage Line { int32 count = 1; }\n',
    'syntax = "proto3";\npackage shop;\nmessage Order { string id = 1; string note = 2; }\n'
    "message Line { int32 count = 1; }\n",
]

CONTRACTS: dict[str, tuple[str, str, list[Any]]] = {
    "crm.person": ("JSON", "json", PERSON),
    "web.event": ("AVRO", "avsc", EVENT),
    "shop.order": ("PROTOBUF", "proto", ORDER),
}


def write_contract(root: Path, name: str, data_format: str, suffix: str, versions: list[Any]) -> None:
    folder = root / "contracts" / name.replace(".", "/")
    folder.mkdir(parents=True)
    manifest = {
        "name": name,
        "description": "For tests.",
        "format": data_format,
        "compatibility": "NONE",
        "owners": ["@example-org/data"],
        "status": "active",
    }
    (folder / "contract.json").write_text(json.dumps(manifest))
    for number, version in enumerate(versions, 1):
        text = version if isinstance(version, str) else json.dumps(version)
        (folder / f"v{number}.{suffix}").write_text(text)


def definition(version: Any) -> str:
    return version if isinstance(version, str) else json.dumps(version)


def content_hash(name: str, number: int) -> str:
    """The hash of a version as receipts have it."""
    data_format, _, versions = CONTRACTS[name]
    schema = format_module(DataFormat(data_format)).load_value(versions[number - 1], name)
    return hashlib.sha256(schema.identity.encode()).hexdigest()
