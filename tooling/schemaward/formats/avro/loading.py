"""One schema file, or one value, to a usable schema."""

from __future__ import annotations

from typing import Any

from schemaward.errors import InputError
from schemaward.formats.avro.canonical import identity
from schemaward.formats.avro.parsing import parse
from schemaward.formats.avro.problems import Problem
from schemaward.formats.avro.types import PRIMITIVES
from schemaward.formats.base import ReadFile, Schema
from schemaward.rules import finding
from schemaward.syntax.document import Document
from schemaward.syntax.numbers import json_text
from schemaward.verdict import Finding

GLUE_SIZE = 170_000
"""Bytes of a schema definition that AWS Glue takes (Glue API, ``SchemaDefinitionString``)."""


def load(document: Document, read: ReadFile) -> tuple[Schema | None, tuple[Finding, ...]]:
    """Parse one schema file, with the named types that it takes from shared files; see ``FormatModule.load``."""
    from schemaward.formats.avro.bundling import Bundle

    bundle = Bundle(document, read)
    parsed, problems = parse(bundle.value)
    try:
        while parsed is None and bundle.include(problems):
            parsed, problems = parse(bundle.value)
    except InputError as error:
        return None, (finding("schema-invalid", error.place or document.place(), error.fact, error.remedy),)
    findings = [_finding(*bundle.origin(problem.pointer), problem) for problem in problems]
    if parsed is None:
        return None, tuple(findings)
    schema = Schema(document, _definition(parsed.value), identity(parsed.value), parsed)
    size = len(schema.definition.encode())
    if size > GLUE_SIZE:
        fact = f"the definition has {size:,} bytes; AWS Glue takes {GLUE_SIZE:,}"
        findings.append(finding("glue-size", document.place(), fact))
    if '"x-' in schema.definition:
        from schemaward.formats.avro.meaning import problems as wrong_values

        findings += wrong_values(schema)
    return schema, tuple(findings)


def load_value(value: Any, name: str) -> Schema:
    """A schema from a parsed value, from JSON or YAML text, or from a primitive's name; see ``FormatModule.load_value``."""
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    if isinstance(value, str) and value not in PRIMITIVES:
        from schemaward.syntax.parse import parse_text

        document = parse_text(value, name)
    else:
        document = Document(name, "", value)
    parsed, problems = parse(document.value)
    if parsed is None:
        first = next(each for each in problems if each.rule == "schema-invalid")
        raise InputError(first.fact, first.remedy, document.place(first.pointer))
    try:
        text = identity(parsed.value)
    except (TypeError, ValueError, RecursionError):
        raise InputError(f"the {name} contains what is no JSON", "use JSON values", document.place()) from None
    return Schema(document, text, text, parsed)


def _finding(document: Document, pointer: str, problem: Problem) -> Finding:
    return finding(problem.rule, document.place(pointer), problem.fact, problem.remedy, pointer=pointer)


def _definition(value: Any) -> str:
    """The text that the registry stores: readable where it fits, else without white space."""
    text = json_text(value, ensure_ascii=False, indent=2)
    if len(text.encode()) <= GLUE_SIZE:
        return text
    return json_text(value, ensure_ascii=False, separators=(",", ":"))
