"""A contract as classes of Pydantic, made by datamodel-code-generator (extra ``pydantic``)."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from schemaward.errors import InputError, UsageError
from schemaward.formats.base import Schema
from schemaward.formats.jsonschema.dialects import LISTS, MAPS, SINGLE, Draft, leads_to_schema
from schemaward.formats.jsonschema.diffing.canonical_keywords import asserting, references
from schemaward.formats.jsonschema.sources import RefNotFoundError
from schemaward.formats.jsonschema.string_formats import asserted
from schemaward.formats.jsonschema.structured.patterns import plain_pattern
from schemaward.syntax.numbers import json_text

_DEFINITIONS = frozenset(("definitions", "$defs"))
_TOLD = _DEFINITIONS | {
    "$schema", "$anchor", "$dynamicAnchor", "$ref", "$dynamicRef", "$recursiveRef", "$recursiveAnchor", "title",
    "description", "default",
}  # fmt: skip
"""What the generator is told beside assertions."""
_OF_A_VALUE = frozenset(("const", "type", "title", "description", "default"))
"""What may stand beside a value without a word more about it."""
_OF_OBJECTS = frozenset(("properties", "required", "additionalProperties", "patternProperties"))
_TYPED = frozenset(("date-time", "date", "time", "uuid", "ipv4", "ipv6"))
"""Formats that Python has a type for; it takes their values, and writes them back so that they mean the same."""


def pydantic_models(name: str, schema: Schema) -> str:
    """The source of a module with a class for each object of the JSON Schema ``schema``, which is called ``name``.

    The classes are derived: they hold less than the contract says (conditions, for one), so they do not replace
    validation. Raises UsageError without the extra, and InputError when the generator cannot use the schema.
    """
    try:
        from datamodel_code_generator import InputFileType, generate
        from datamodel_code_generator.enums import DataModelType
        from datamodel_code_generator.format import Formatter, PythonVersion
    except ImportError:
        raise UsageError("the extra for Pydantic is not installed", "pip install 'schemaward[pydantic]'") from None
    source = _Source(schema.parsed.draft, _targets(schema))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they are about what is left out, and name files of the generator
        try:
            made = generate(
                json_text(_known(schema.parsed.value, source)),
                input_file_type=InputFileType.JsonSchema,
                output_model_type=DataModelType.PydanticV2BaseModel,
                target_python_version=PythonVersion.PY_311,
                custom_file_header=f"# Derived from {name} by schemaward. Do not edit: export it again.",
                use_schema_description=True,
                use_field_description=True,
                use_standard_collections=True,
                use_union_operator=True,
                field_constraints=True,
                formatters=[Formatter.BUILTIN],
            )
        except Exception as error:
            fact = f"datamodel-code-generator cannot use {name}: {error}"
            raise InputError(fact, "simplify the part that it names", schema.place("")) from error
    return made if isinstance(made, str) else ""


# The generator has keywords of its own, such as "customBasePath" and "x-python-import", by which a schema chooses what
# the module imports and inherits. It gets those of JSON Schema alone, wherever it may look for a schema.


@dataclass(frozen=True, slots=True)
class _Source:
    """The draft of a contract, and by the ``id`` of each of its schemas the schemas that it refers to."""

    draft: Draft
    targets: Mapping[int, list[Any]]


def _targets(schema: Schema) -> dict[int, list[Any]]:
    """Where references lead. Raises InputError for one to data, to what an unknown keyword holds, or to another document."""
    parsed = schema.parsed
    found: dict[int, list[Any]] = {}
    for spot in parsed.sources.spots(parsed.root.source):
        for ref in references(spot.value, spot.draft) if isinstance(spot.value, dict) else ():
            try:
                target = parsed.sources.resolve(spot.base, ref)
                inside = target.source == parsed.root.source
            except RefNotFoundError:
                inside = False
            if not (inside and leads_to_schema(parsed.value, target.pointer.split("/")[1:], parsed.draft)):
                fact = f'the reference "{ref}" leads to no schema of this document'
                remedy = "put what it means under `definitions`"
                raise InputError(fact, remedy, schema.place(spot.pointer))
            found.setdefault(id(spot.value), []).append(target.value)
    return found


def _known(schema: Any, source: _Source) -> Any:
    """The schema with the keywords of its draft alone."""
    if not isinstance(schema, dict):
        return schema
    draft = source.draft
    kept = {*asserting(schema, draft), draft.id_keyword, *_TOLD}
    kept -= {keyword for keyword, usable in _USABLE.items() if keyword in kept and not usable(schema, draft)}
    plain = _with_plain_conjunction(schema, source)
    known = {keyword: _value(keyword, value, source) for keyword, value in plain.items() if keyword in kept}
    if _becomes_open_class(known, schema, source):
        known["additionalProperties"] = True  # else the class would drop what has no name of its own
    return _with_enum(known)


def _becomes_open_class(known: dict[str, Any], schema: dict[str, Any], source: _Source) -> bool:
    """True for the known part of ``schema`` where it names properties, itself or by ``allOf``, and is silent about others."""
    if not known.keys() & {"properties", "allOf"} or known.keys() & {"additionalProperties", "unevaluatedProperties"}:
        return False
    return any("properties" in part for part in _demands(schema, source))


def _value(keyword: str, value: Any, source: _Source) -> Any:
    draft = source.draft
    if keyword in LISTS[draft] or (keyword == "items" and isinstance(value, list)):
        return [_known(part, source) for part in value]
    if keyword in SINGLE[draft] or keyword == "items":
        return _known(value, source)
    if keyword == "pattern":
        return plain_pattern(value)
    if keyword == "patternProperties":
        return {plain_pattern(name): _known(part, source) for name, part in value.items()}
    if keyword in MAPS[draft] | _DEFINITIONS or keyword == "dependencies":
        return {name: _known(part, source) for name, part in value.items()}
    return value


# Of alternatives beside other conditions in `allOf` the generator makes a class with the properties of all of them, also
# where they are about no objects.


def _with_plain_conjunction(schema: dict[str, Any], source: _Source) -> dict[str, Any]:
    """The schema with an ``allOf`` that the generator understands; what it does not is left out."""
    beside = {word: schema[word] for word in ("anyOf", "oneOf") if word in schema}
    members = [*schema.get("allOf", ()), *([beside] if beside else ())]
    if "allOf" not in schema or len(members) < 2 or _is_about_objects(schema, source):
        return schema
    plain = [member for member in members if not [*_alternatives(member, source)]]
    if len(plain) == len(members):
        return schema
    rest = {keyword: value for keyword, value in schema.items() if keyword not in ("allOf", *beside)}
    typed = any("type" in part for member in plain for part in _demands(member, source))
    return rest | {"allOf": plain} if typed else rest


def _is_about_objects(schema: dict[str, Any], source: _Source) -> bool:
    """True where only an object is valid, and every alternative says something of one."""

    def says_something(alternative: Any) -> bool:
        return any(part.keys() & _OF_OBJECTS for part in _demands(alternative, source))

    only_objects = any(part.get("type") == "object" for part in _demands(schema, source))
    return only_objects and all(map(says_something, _alternatives(schema, source)))


def _alternatives(schema: Any, source: _Source) -> Iterator[Any]:
    for part in _demands(schema, source):
        yield from (*part.get("anyOf", ()), *part.get("oneOf", ()))


def _demands(schema: Any, source: _Source) -> Iterator[dict[str, Any]]:
    """The schemas that hold where ``schema`` does: itself, what it refers to, the members of ``allOf``, and so on."""
    seen: set[int] = set()
    pending = [schema]
    while pending:
        part = pending.pop()
        if isinstance(part, dict) and id(part) not in seen:
            seen.add(id(part))
            yield part
            pending += [*source.targets.get(id(part), ()), *part.get("allOf", ())]


def _with_enum(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with values of several types, each an alternative, as an enum: of those the generator keeps the types."""
    for word in ("anyOf", "oneOf"):
        parts = schema.get(word, [])
        if "enum" in schema or not all(isinstance(part, dict) and "const" in part for part in parts):
            continue
        values = [part["const"] for part in parts if part.keys() <= _OF_A_VALUE]
        if len(values) == len(parts) and len({*map(type, values)}) > 1:
            rest = {keyword: value for keyword, value in schema.items() if keyword != word}
            return {**rest, "enum": values} if _are_told_apart(values) else rest
    return schema


# What the module would refuse although the contract accepts it, or could not be imported with, is left out.


def _has_type(schema: dict[str, Any], draft: Draft) -> bool:
    return schema["format"] in _TYPED and asserted(schema["format"], draft)


def _compiles(source: str) -> bool:
    """True for Python's ``re`` and for the engine of Pydantic: which of them a class uses is for the generator to say."""
    from pydantic_core import SchemaError, SchemaValidator, core_schema

    plain = plain_pattern(source)
    try:
        SchemaValidator(core_schema.str_schema(pattern=plain))
    except SchemaError:
        return False
    return plain is not None


def _are_told_apart(values: list[Any]) -> bool:
    """False where one value is 1 and another true, or 0 and false, which are equal in Python."""
    flags = [value for value in values if isinstance(value, bool)]
    return not any(value in flags for value in values if not isinstance(value, bool))


def _names_by_pattern(schema: dict[str, Any], _draft: Draft) -> bool:
    """The generator makes of patterns the only names that there may be."""
    alone = schema.get("additionalProperties") is False and not schema.get("properties")
    return alone and all(map(_compiles, schema["patternProperties"]))


def _is_about_the_rest(schema: dict[str, Any], draft: Draft) -> bool:
    """The generator takes what has no name of its own for the rest, also what a pattern names."""
    return not schema.get("patternProperties") or _names_by_pattern(schema, draft)


_USABLE: dict[str, Callable[[dict[str, Any], Draft], bool]] = {
    "enum": lambda schema, _draft: _are_told_apart(schema["enum"]),
    "format": _has_type,
    "pattern": lambda schema, _draft: _compiles(schema["pattern"]),
    "patternProperties": _names_by_pattern,
    "additionalProperties": _is_about_the_rest,
}
