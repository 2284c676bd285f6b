"""A contract in the Open Data Contract Standard (ODCS) of Bitol, version 3.1: derived, for catalogs that read it.

Source: https://bitol-io.github.io/open-data-contract-standard/v3.1.0/. Properties are those of JSON Schemas; what the
standard has no word for (conditions, alternatives) stays in the contract, to which the document refers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from schemaward.errors import InputError
from schemaward.formats.base import Schema
from schemaward.formats.jsonschema.diffing.canonical import Node, canonical
from schemaward.formats.jsonschema.diffing.canonical_keywords import Bound, limit_keyword
from schemaward.formats.jsonschema.structured.forms import conjuncts
from schemaward.meaning import EMBEDDING, PERSONAL_DATA, UNIT
from schemaward.model import Contract, DataFormat, Version

Property: TypeAlias = dict[str, Any]

API_VERSION = "v3.1.0"
MOST_PROPERTIES = 5_000

_TIMES = {"date-time": "timestamp", "date": "date", "time": "time"}
_OPTIONS = {
    "string": ("minLength", "maxLength", "pattern", "format"),
    "number": ("lower", "upper", "multipleOf"),
    "integer": ("lower", "upper", "multipleOf"),
    "array": ("minItems", "maxItems", "uniqueItems"),
    "object": ("minProperties", "maxProperties"),
}


def odcs(contract: Contract, version: Version, schema: Schema) -> str:
    """The document for ``version`` of ``contract``, as YAML. Raises InputError for more than ``MOST_PROPERTIES``."""
    import yaml

    document = yaml.safe_dump(_document(contract, version, schema), sort_keys=False, allow_unicode=True, width=120)
    note = f"# Derived from {contract.name}@{version.number} by schemaward. Do not edit: export it again.\n"
    return note + document


def _document(contract: Contract, version: Version, schema: Schema) -> dict[str, Any]:
    domain, _, name = contract.name.partition(".")
    return {
        "apiVersion": API_VERSION,
        "kind": "DataContract",
        "id": contract.name,
        "name": contract.name,
        "version": str(version.number),
        "status": str(contract.status),
        "domain": domain,
        "description": {"purpose": contract.description},
        "tags": [f"{key}={value}" for key, value in contract.tags],
        "team": {
            "name": contract.owners[0],
            "members": [{"username": owner, "role": "owner"} for owner in contract.owners],
        },
        "schema": [_object(contract, name, version, schema)],
        "customProperties": [
            _custom("derivedFrom", version.path),
            _custom("compatibility", str(contract.mode)),
            _custom("consumers", list(contract.consumers)),
        ],
    }


def _object(contract: Contract, name: str, version: Version, schema: Schema) -> Property:
    told: Property = {
        "name": name,
        "logicalType": "object",
        "physicalName": contract.registry.schema_name,
        "physicalType": f"{contract.data_format} record",
        "description": contract.description,
    }
    if contract.data_format is DataFormat.JSON:
        told["properties"] = _Properties().of([canonical(schema.parsed.value).root])
    return told


class _Properties:
    """Makes properties out of canonical schemas; counts them, and does not enter a schema inside itself."""

    def __init__(self) -> None:
        self._made = 0
        self._open: set[int] = set()

    def of(self, nodes: list[Node]) -> list[Property]:
        """The properties that an object has by all of ``nodes``."""
        group = [*conjuncts(nodes)]
        required = {name for node in group for name in node.keywords.get("required", ())}
        named: dict[str, list[Node]] = {}
        for node in group:
            for name, part in node.keywords.get("properties", {}).items():
                named.setdefault(name, []).append(part)
        return [{"name": name, **self._property(parts), "required": name in required} for name, parts in named.items()]

    def _property(self, nodes: list[Node]) -> Property:
        self._made += 1
        if self._made > MOST_PROPERTIES:
            fact = f"the contract has more than {MOST_PROPERTIES:,} properties when its references are followed"
            raise InputError(fact, "let fewer references lead to each other")
        group = [*conjuncts(nodes)]
        told = _told(group)
        inside = {id(node) for node in group}
        if self._open & inside:  # a schema inside itself has no end that this standard could say
            return told
        self._open |= inside
        if told["logicalType"] == "object" and (properties := self.of(group)):
            told["properties"] = properties
        items = [node.keywords["items"] for node in group if "items" in node.keywords]
        if told["logicalType"] == "array" and items:
            told["items"] = self._property(items)
        self._open -= inside
        return told


def _told(group: list[Node]) -> Property:
    """What the standard says of a value beside what is inside it."""
    values = next((list(node.keywords["enum"].values()) for node in group if "enum" in node.keywords), None)
    kinds = sorted({kind for node in group for kind in _kinds(node)} - {"null"})
    # The published schema asks for a logical type; what may be of several is text there, and told beside it.
    kind = kinds[0] if len(kinds) == 1 else "string"
    options = dict(_options(group, kind)) if len(kinds) == 1 else {}
    logical = _TIMES.get(options.get("format", ""), kind)
    told: Property = {"logicalType": logical, "physicalType": " or ".join(kinds) or "any"}
    description = next(
        (node.notes["description"] for node in group if isinstance(node.notes.get("description"), str)), ""
    )
    if description:
        told["description"] = description
    if options and logical == kind:
        told["logicalTypeOptions"] = options
    notes = {
        name: node.notes[name] for node in group for name in (EMBEDDING, PERSONAL_DATA, UNIT) if name in node.notes
    }
    if PERSONAL_DATA in notes:
        told["classification"] = notes[PERSONAL_DATA]
    custom = [_custom(name, notes[key]) for key, name in ((EMBEDDING, "embedding"), (UNIT, "unit")) if key in notes]
    custom += [_custom("allowedValues", values)] if values is not None else []
    return {**told, "customProperties": custom} if custom else told


def _kinds(node: Node) -> Iterator[str]:
    """The types that a schema names, itself or by its values or its alternatives."""
    said = node.keywords
    if "type" in said:
        yield from said["type"]
    elif "enum" in said:
        yield from map(_kind, said["enum"].values())
    else:
        for word in ("anyOf", "oneOf"):
            yield from (kind for branch in said.get(word, ()) for kind in branch.keywords.get("type", ()))


def _kind(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    names = {str: "string", int: "integer", list: "array", dict: "object"}
    return names.get(type(value), "number")


def _options(group: list[Node], kind: str) -> Iterator[tuple[str, Any]]:
    for node in group:
        for word in _OPTIONS.get(kind, ()):
            value = node.keywords.get(word)
            if isinstance(value, Bound):
                yield limit_keyword(word, value), value.value
            elif value is not None:
                yield word, value


def _custom(name: str, value: Any) -> dict[str, Any]:
    return {"property": name, "value": value}
