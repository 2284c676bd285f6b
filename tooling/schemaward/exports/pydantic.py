"""A contract as classes of Pydantic, made by datamodel-code-generator (extra ``pydantic``)."""

from __future__ import annotations

from typing import Any

from schemaward.errors import InputError, UsageError
from schemaward.formats.base import Schema
from schemaward.formats.jsonschema.dialects import LISTS, MAPS, SINGLE, Draft, leads_to_schema
from schemaward.formats.jsonschema.diffing.canonical_keywords import asserting, references
from schemaward.formats.jsonschema.sources import RefNotFoundError
from schemaward.syntax.numbers import json_text

_DEFINITIONS = frozenset(("definitions", "$defs"))
_TOLD = _DEFINITIONS | {
    "$schema", "$anchor", "$dynamicAnchor", "$ref", "$dynamicRef", "$recursiveRef", "$recursiveAnchor", "title",
    "description", "default",
}  # fmt: skip
"""What the generator is told beside assertions."""


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
    return {keyword: _value(keyword, value, draft) for keyword, value in schema.items() if keyword in kept}


def _value(keyword: str, value: Any, draft: Draft) -> Any:
    if keyword in LISTS[draft] or (keyword == "items" and isinstance(value, list)):
        return [_known(part, draft) for part in value]
    if keyword in SINGLE[draft] or keyword == "items":
        return _known(value, draft)
    if keyword in MAPS[draft] | _DEFINITIONS or keyword == "dependencies":
        return {name: _known(part, draft) for name, part in value.items()}
    return value
