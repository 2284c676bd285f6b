"""A contract in the Open Data Contract Standard (ODCS) of Bitol, version 3.1: derived, for catalogs that read it.

Source: https://bitol-io.github.io/open-data-contract-standard/v3.1.0/. Properties are those of JSON Schemas. What the
standard has no word for (conditions, alternatives) is listed as left out, and stays in the contract, to which the document
refers. What alternatives say of a property is told of it, the highest class of personal data above all.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from schemaward.errors import InputError
from schemaward.formats.base import Schema
from schemaward.formats.jsonschema.diffing.canonical import Node, canonical
from schemaward.formats.jsonschema.diffing.canonical_keywords import Bound, limit_keyword
from schemaward.formats.jsonschema.parts import Group, together
from schemaward.formats.jsonschema.structured.forms import conjuncts
from schemaward.formats.jsonschema.structured.plain import strictest, types_of
from schemaward.meaning import CLASSES, EMBEDDING, PERSONAL_DATA, UNIT
from schemaward.model import Contract, DataFormat, Version

Property: TypeAlias = dict[str, Any]

API_VERSION = "v3.1.0"
MOST_PROPERTIES = 5_000

_CHOICES = ("anyOf", "oneOf")
_SAID = frozenset(("type", "enum", "properties", "required", "allOf"))
_TIMES = {"date-time": "timestamp", "date": "date", "time": "time"}
_OPTIONS = {
    "string": ("minLength", "maxLength", "pattern", "format"),
    "number": ("lower", "upper", "multipleOf"),
    "integer": ("lower", "upper", "multipleOf"),
    "array": ("minItems", "maxItems", "uniqueItems"),
    "object": ("minProperties", "maxProperties"),
}


class Odcs(NamedTuple):
    """A document as YAML, and what it leaves out: pointers into the schema of the version."""

    text: str
    left_out: tuple[str, ...]


def odcs(contract: Contract, version: Version, schema: Schema) -> Odcs:
    """The document for ``version`` of ``contract``. Raises InputError for more than ``MOST_PROPERTIES``."""
    properties = _Properties()
    document = _document(contract, version, schema, properties)
    left_out = tuple(properties.left_out)
    if left_out:
        document["customProperties"].append(_custom("leftOut", list(left_out)))
    note = f"# Derived from {contract.name}@{version.number} by schemaward. Do not edit: export it again.\n"
    return Odcs(note + _yaml(document), left_out)


def _yaml(document: dict[str, Any]) -> str:
    import yaml

    class Dumper(yaml.SafeDumper):
        """Writes the numbers that are no floats as they are."""

    def number(dumper: yaml.SafeDumper, value: Decimal) -> yaml.ScalarNode:
        text = format(value, "f")
        return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)

    Dumper.add_representer(Decimal, number)
    return yaml.dump(document, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=120)


def _document(contract: Contract, version: Version, schema: Schema, properties: _Properties) -> dict[str, Any]:
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
        "schema": [_object(contract, name, schema, properties)],
        "customProperties": [
            _custom("derivedFrom", version.path),
            _custom("compatibility", str(contract.mode)),
            _custom("consumers", list(contract.consumers)),
        ],
    }


def _object(contract: Contract, name: str, schema: Schema, properties: _Properties) -> Property:
    told: Property = {
        "name": name,
        "logicalType": "object",
        "physicalName": contract.registry.schema_name,
        "physicalType": f"{contract.data_format} record",
        "description": contract.description,
    }
    if contract.data_format is DataFormat.JSON:
        root = _value([canonical(schema.parsed.value).root])
        if "object" not in _kinds(root) and not any("properties" in node.keywords for node in root.every):
            properties.left_out[""] = None  # the standard describes objects alone
        else:
            properties.told(root)
        told["properties"] = properties.of(root)
    return told


class _Properties:
    """Makes properties out of canonical schemas; counts them, and does not enter a schema inside itself.

    ``left_out`` are pointers to what the standard has no word for.
    """

    def __init__(self) -> None:
        self.left_out: dict[str, None] = {}
        self._made = 0
        self._open: set[int] = set()

    def of(self, value: _Value) -> list[Property]:
        """The properties that an object has."""
        required = {name for node in value.certain for name in node.keywords.get("required", ())}
        named: dict[str, list[Node]] = {}
        for node in value.every:
            for name, part in node.keywords.get("properties", {}).items():
                named.setdefault(name, []).append(part)
        values = {name: _value(parts) for name, parts in named.items()}
        # What the standard calls required is never null.
        return [
            {"name": name, **self._property(part), "required": name in required and not part.may_be_null}
            for name, part in values.items()
        ]

    def _property(self, value: _Value) -> Property:
        self._made += 1
        if self._made > MOST_PROPERTIES:
            fact = f"the contract has more than {MOST_PROPERTIES:,} properties when its references are followed"
            raise InputError(fact, "let fewer references lead to each other")
        told = self.told(value)
        inside = {id(node) for node in value.every}
        if self._open & inside:  # a schema inside itself has no end that this standard could say
            return told
        self._open |= inside
        if told["logicalType"] == "object" and (properties := self.of(value)):
            told["properties"] = properties
        items = [node.keywords["items"] for node in value.every if "items" in node.keywords]
        if told["logicalType"] == "array" and items:
            told["items"] = self._property(_value(items))
        self._open -= inside
        return told

    def told(self, value: _Value) -> Property:
        """What the standard says of a value beside what is inside it."""
        kinds = sorted(_kinds(value) - {"null"})
        # The published schema asks for a logical type; what may be of several is text there, and told beside it.
        kind = kinds[0] if len(kinds) == 1 else "string"
        options = _options(value, kind) if len(kinds) == 1 else {}
        logical = _TIMES.get(str(options.get("format", "")), kind)
        told: Property = {"logicalType": logical, "physicalType": " or ".join(kinds) or "any"}
        if description := _description(value):
            told["description"] = description
        if options and logical == kind:
            told["logicalTypeOptions"] = options
        elif logical != kind:
            options = {"format": options["format"]}
        self._leave_out(value, {*_SAID, *options, *(("items",) if kind == "array" else ())})
        return {**told, **_meaning(value)}

    def _leave_out(self, value: _Value, said: set[str]) -> None:
        """Remember the keywords of a value that are not ``said``."""
        for node in value.certain:
            for word, what in node.keywords.items():
                name = limit_keyword(word, what) if isinstance(what, Bound) else word
                if name not in said and not (word in _CHOICES and _only_choice(what)):
                    self.left_out |= dict.fromkeys(_sites(node, word))


def _sites(node: Node, word: str) -> list[str]:
    """Where a keyword is written, or each name in it."""
    below = [site for name, site in node.sites.items() if name.startswith(f"{word}/")]
    return [node.sites[word]] if word in node.sites else below or [node.pointer]


class _Value(NamedTuple):
    """The schemas that speak of a value: those that hold in any case, and all of them, alternatives too.

    ``or_null``: an alternative is null, and those that hold are of the other one.
    """

    certain: Group
    every: Group
    or_null: bool

    @property
    def may_be_null(self) -> bool:
        """True when some schema says so."""
        return self.or_null or "null" in _kinds(self)


def _value(nodes: list[Node]) -> _Value:
    found = {id(node): node for node in conjuncts(nodes)}
    pending, or_null = [*found.values()], False
    while pending:
        said = pending.pop().keywords
        for branches in (said[word] for word in _CHOICES if word in said):
            if only := _only_choice(branches):
                or_null |= len(branches) > 1
                new = {id(node): node for node in conjuncts([only]) if id(node) not in found}
                found |= new
                pending += new.values()
    return _Value(tuple(found.values()), together(nodes), or_null)


def _only_choice(branches: list[Node]) -> Node | None:
    """The one alternative beside null; None when there are more."""
    others = [branch for branch in branches if branch.keywords.get("type") != {"null"}]
    return others[0] if len(others) == 1 else None


def _kinds(value: _Value) -> set[str]:
    """The types that a value may have, as far as they are said."""
    kinds = types_of(value.certain)
    values = next((node.keywords["enum"].values() for node in value.certain if "enum" in node.keywords), None)
    if kinds is None and values is not None:
        kinds = tuple(map(_kind, values))
    if kinds is None:
        kinds = tuple(kind for node in value.every for kind in node.keywords.get("type", ()))
    return {*kinds}


def _options(value: _Value, kind: str) -> dict[str, Any]:
    """The strictest bounds; of several patterns the first."""
    found: dict[str, Any] = {}
    for word, said, _ in strictest([*value.certain], _OPTIONS.get(kind, ())):
        if isinstance(said, Bound):
            found[limit_keyword(word, said)] = said.value
        else:
            found.setdefault(word, said)
    return found


def _description(value: _Value) -> str:
    texts = (node.notes.get("description") for node in (*value.certain, *value.every))
    return next((text for text in texts if isinstance(text, str) and text), "")


def _meaning(value: _Value) -> Property:
    """The highest class of personal data, and all that alternatives say of embeddings, units and values."""
    told: Property = {}
    classes = [said for said in _notes(value, PERSONAL_DATA) if said in CLASSES]
    if classes:
        told["classification"] = max(classes, key=CLASSES.index)
    custom = [
        _custom(name, said[0] if len(said) == 1 else said)
        for key, name in ((EMBEDDING, "embedding"), (UNIT, "unit"))
        if (said := _notes(value, key))
    ]
    values = next((list(node.keywords["enum"].values()) for node in value.certain if "enum" in node.keywords), None)
    custom += [_custom("allowedValues", values)] if values is not None else []
    return {**told, "customProperties": custom} if custom else told


def _notes(value: _Value, name: str) -> list[Any]:
    """What is said, each once."""
    said = [node.notes[name] for node in value.every if name in node.notes]
    return [each for index, each in enumerate(said) if each not in said[:index]]


def _kind(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    names = {str: "string", int: "integer", list: "array", dict: "object"}
    return names.get(type(value), "number")


def _custom(name: str, value: Any) -> dict[str, Any]:
    return {"property": name, "value": value}
