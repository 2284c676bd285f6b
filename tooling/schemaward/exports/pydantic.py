"""A contract as classes of Pydantic, made by datamodel-code-generator (extra ``pydantic``)."""

from __future__ import annotations

from schemaward.errors import InputError, UsageError
from schemaward.formats.base import Schema


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
    try:
        made = generate(
            schema.definition,
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
