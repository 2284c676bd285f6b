"""A contract as classes of Pydantic, made by datamodel-code-generator (extra ``pydantic``)."""

from __future__ import annotations

import warnings
from collections.abc import Callable
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
    _require_known_targets(schema)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they are about what is left out, and name files of the generator
        try:
            made = generate(
                json_text(_known(schema.parsed.value, schema.parsed.draft)),
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


def _require_known_targets(schema: Schema) -> None:
    """Raise InputError for a reference to data, to what an unknown keyword holds, or to another document."""
    parsed = schema.parsed
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


def _known(schema: Any, draft: Draft) -> Any:
    """The schema with the keywords of its draft alone."""
    if not isinstance(schema, dict):
        return schema
    kept = {*asserting(schema, draft), draft.id_keyword, *_TOLD}
    kept -= {keyword for keyword, usable in _USABLE.items() if keyword in kept and not usable(schema, draft)}
    known = {keyword: _value(keyword, value, draft) for keyword, value in schema.items() if keyword in kept}
    return _with_enum(known)


def _value(keyword: str, value: Any, draft: Draft) -> Any:
    if keyword in LISTS[draft] or (keyword == "items" and isinstance(value, list)):
        return [_known(part, draft) for part in value]
    if keyword in SINGLE[draft] or keyword == "items":
        return _known(value, draft)
    if keyword == "pattern":
        return plain_pattern(value)
    if keyword == "patternProperties":
        return {plain_pattern(source): _known(part, draft) for source, part in value.items()}
    if keyword in MAPS[draft] | _DEFINITIONS or keyword == "dependencies":
        return {name: _known(part, draft) for name, part in value.items()}
    return value


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
