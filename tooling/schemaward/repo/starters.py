"""What a new contract starts with in each data format: one record with an identifier, a moment, and a remark. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from schemaward.model import DataFormat, JsonValue


@dataclass(frozen=True, slots=True)
class Starter:
    """A first version, as a value or (Protobuf) as text, and examples by ``valid/<name>`` and ``invalid/<name>``."""

    schema: JsonValue
    examples: dict[str, JsonValue]


def starter(data_format: DataFormat, name: str, description: str, closed: bool) -> Starter:
    """The start of the contract ``name`` (``<domain>.<name>``). ``closed`` forbids undeclared properties, in JSON."""
    match data_format:
        case DataFormat.JSON:
            return _json(name, description, closed)
        case DataFormat.AVRO:
            return _avro(name, description)
        case DataFormat.PROTOBUF:
            return _protobuf(name, description)


def _json(name: str, description: str, closed: bool) -> Starter:
    openness: dict[str, JsonValue] = {"additionalProperties": False} if closed else {}
    schema: dict[str, JsonValue] = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": " ".join(_words(name)).capitalize(),
        "description": description,
        "type": "object",
        **openness,
        "required": ["id", "created_at"],
        "properties": {
            "id": {"description": "Identifies the record.", "type": "string", "minLength": 1},
            "created_at": {"description": "When the record was made.", "type": "string", "format": "date-time"},
            "note": {"description": "A remark for people.", "type": "string"},
        },
    }
    record: dict[str, JsonValue] = {"id": "r-1", "created_at": "2026-01-31T09:00:00Z"}
    examples: dict[str, JsonValue] = {
        "valid/minimal": record,
        "valid/with-note": {**record, "note": "The first of its kind."},
        "invalid/no-id": {"created_at": record["created_at"]},
        "invalid/time-without-offset": {**record, "created_at": "2026-01-31 09:00:00"},
        f"{'invalid' if closed else 'valid'}/undeclared-property": {**record, "colour": "green"},
    }
    return Starter(schema, examples)


def _avro(name: str, description: str) -> Starter:
    schema: dict[str, JsonValue] = {
        "type": "record",
        "name": _title(name),
        "namespace": _identifier(name.partition(".")[0]),
        "doc": description,
        "fields": [
            {"name": "id", "type": "string", "doc": "Identifies the record."},
            {
                "name": "created_at",
                "type": {"type": "long", "logicalType": "timestamp-millis"},
                "doc": "When the record was made.",
            },
            {"name": "note", "type": ["null", "string"], "default": None, "doc": "A remark for people."},
        ],
    }
    record: dict[str, JsonValue] = {"id": "r-1", "created_at": 1769850000000, "note": None}
    examples: dict[str, JsonValue] = {
        "valid/minimal": record,
        "valid/with-note": {**record, "note": {"string": "The first of its kind."}},
        "invalid/no-id": {"created_at": record["created_at"], "note": None},
        "invalid/note-without-its-branch": {**record, "note": "The first of its kind."},
    }
    return Starter(schema, examples)


def _protobuf(name: str, description: str) -> Starter:
    told = " ".join(description.split())
    schema = f"""\
syntax = "proto3";

package {_identifier(name.partition(".")[0])};

import "google/protobuf/timestamp.proto";

// {told}
message {_title(name)} {{
  // Identifies the record.
  string id = 1;
  // When the record was made.
  google.protobuf.Timestamp created_at = 2;
  // A remark for people.
  optional string note = 3;
}}
"""
    record: dict[str, JsonValue] = {"id": "r-1", "createdAt": "2026-01-31T09:00:00Z"}
    examples: dict[str, JsonValue] = {
        "valid/minimal": record,
        "valid/with-note": {**record, "note": "The first of its kind."},
        "invalid/id-is-a-number": {**record, "id": 1},
        "invalid/time-without-offset": {**record, "createdAt": "2026-01-31 09:00:00"},
    }
    return Starter(schema, examples)


def _words(name: str) -> list[str]:
    return [word for word in re.split("[-_]+", name.partition(".")[2]) if word]


def _title(name: str) -> str:
    """``tool-call`` as the name of a type: ``ToolCall``."""
    return _identifier("".join(word.capitalize() for word in _words(name)) or "Contract")


def _identifier(text: str) -> str:
    """``text`` as a name in Avro and Protobuf, which begins with no digit and has no hyphen."""
    plain = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_")
    return plain if plain[:1].isalpha() else f"c{plain}"
