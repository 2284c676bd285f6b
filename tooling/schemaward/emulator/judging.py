"""The verdicts of our own engines, in the form that the state machine asks for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from schemaward.emulator.state import Judge
from schemaward.errors import InputError, MissingFileError
from schemaward.formats import format_module
from schemaward.formats.base import FormatModule, Schema
from schemaward.model import DataFormat, Mode, Policy
from schemaward.modes import pairs
from schemaward.syntax.document import Document
from schemaward.syntax.parse import parse_text
from schemaward.verdict import Compatible, Incompatible

_GLUE_DRAFTS = frozenset(
    f"{scheme}://json-schema.org/draft-0{number}/schema" for scheme in ("http", "https") for number in (4, 6, 7)
)

_NAME = "definition"

Ask: TypeAlias = Callable[[FormatModule, Schema, Schema], "bool | None"]
"""``ask(module, reader, writer)``: yes, no, or None for not known."""


def judge(data_format: DataFormat, mode: Mode, earlier: Sequence[str], candidate: str) -> bool | None:
    """Whether ``candidate`` may follow every one of the ``earlier`` definitions; None when that is not known.

    It may when the engine of the format proves that readers read what writers write, whatever they write.
    """
    return _every(_can_read, data_format, mode, earlier, candidate)


def expect(data_format: DataFormat, mode: Mode, earlier: Sequence[str], candidate: str) -> bool | None:
    """As ``judge``, but by what AWS is expected to answer: its documented rules, gaps included."""
    return _every(_is_expected, data_format, mode, earlier, candidate)


JUDGES: Mapping[Literal["strict", "expected"], Judge] = {"strict": judge, "expected": expect}


def _every(ask: Ask, data_format: DataFormat, mode: Mode, earlier: Sequence[str], candidate: str) -> bool | None:
    answers = []
    try:
        module = format_module(data_format)
        new = _loaded(data_format, candidate)
        for old in (_loaded(data_format, definition) for definition in earlier):
            for pair in pairs(mode, [1], 2):
                answers.append(ask(module, *((new, old) if pair.reader == 2 else (old, new))))
                if answers[-1] is False:
                    return False
    except InputError:
        # A definition of a state file that an older engine took.
        return None
    return None if None in answers else True


def _can_read(module: FormatModule, reader: Schema, writer: Schema) -> bool | None:
    match module.can_read(reader, writer, Policy.STRICT, assert_formats=True):
        case Compatible():
            return True
        case Incompatible():
            return False
        case _:
            return None


def _is_expected(module: FormatModule, reader: Schema, writer: Schema) -> bool | None:
    return {"accepts": True, "refuses": False, None: None}[module.expectation(reader, writer).answer]


def validate(data_format: DataFormat, definition: str) -> str | None:
    """Why a definition is no schema that Glue takes, or None: it stores no references, and no YAML.

    JSON: a JSON Schema of Draft-04, -06 or -07 (AWS Glue Developer Guide), Draft-07 where ``$schema`` is missing.
    """
    try:
        _loaded(data_format, definition)
    except InputError as error:
        return error.fact
    return None


def identify(data_format: DataFormat, definition: str) -> str:
    """A hash that is equal for definitions with the same canonical form, as the engine of the format knows it.

    AWS documents that definitions are "canonicalized and hashed", not how (API reference, GetSchemaByDefinition).
    """
    try:
        form = _loaded(data_format, definition).identity
    except InputError:
        form = definition.strip()
    return hashlib.sha256(form.encode("utf-8", "surrogatepass")).hexdigest()


def _loaded(data_format: DataFormat, definition: str) -> Schema:
    """The schema of a definition; raises InputError when Glue would not take it."""
    module = format_module(data_format)
    if data_format is DataFormat.PROTOBUF:
        return module.load_value(definition, _NAME)
    value = _json(definition)
    if data_format is DataFormat.JSON:
        _check_dialect(value)
        return module.load_value(value, _NAME)
    # As a file: what some readers overlook, Java's parser refuses, and Glue with it.
    schema, findings = module.load(parse_text(definition, _NAME), _no_other_file)
    if schema is None or any(found.rule == "schema-invalid" for found in findings):
        raise InputError(next(found.fact for found in findings if found.rule == "schema-invalid"))
    return schema


def _no_other_file(path: str) -> Document:
    raise MissingFileError(f'it refers to "{path}", and Glue stores no references')


def _json(definition: str) -> Any:
    try:
        return json.loads(definition, parse_constant=_no_constant, object_pairs_hook=_unique)
    except RecursionError:
        raise InputError("it is nested too deeply") from None
    except ValueError as error:
        raise InputError(str(error)) from None


def _check_dialect(value: Any) -> None:
    if not isinstance(value, dict):
        raise InputError("it is not an object")
    dialect = value.get("$schema", "http://json-schema.org/draft-07/schema")
    if not isinstance(dialect, str) or dialect.removesuffix("#") not in _GLUE_DRAFTS:
        raise InputError(f"the dialect {json.dumps(dialect)} is none of Draft-04, Draft-06 and Draft-07")


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in members:
        if name in found:
            raise ValueError(f"the name {json.dumps(name)} occurs twice in one object")
        found[name] = value
    return found
