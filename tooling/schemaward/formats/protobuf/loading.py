"""One .proto file to a usable schema: parsed, its names resolved, and judged by what AWS Glue takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from schemaward.errors import InputError
from schemaward.formats.base import Schema
from schemaward.formats.protobuf.canonical import identity_of
from schemaward.formats.protobuf.declared import File, Problem
from schemaward.formats.protobuf.linking import Linked, link
from schemaward.formats.protobuf.parsing import parse
from schemaward.rules import finding
from schemaward.syntax.document import Document
from schemaward.syntax.parse import decode
from schemaward.syntax.places import LazyPlaces, refused
from schemaward.verdict import Finding

GLUE_SIZE = 170_000
"""Bytes of a schema definition that AWS Glue takes (Glue API, ``SchemaDefinitionString``)."""


def load(document: Document) -> tuple[Schema | None, tuple[Finding, ...]]:
    """Parse and check one file; see ``FormatModule.load``. Nothing else is read: AWS Glue stores no references."""
    try:
        file = parse(document.path, document.text)
    except InputError as error:
        place = error.place or document.place()
        return None, (finding("schema-invalid", place, error.fact, error.remedy),)
    linked, problems = _linked(file)
    if linked is None:
        return None, tuple(_finding(document, problem) for problem in problems)
    schema = schema_of(document, linked)
    return schema, tuple(_too_large(schema))


def load_value(value: Any, name: str) -> Schema:
    """A schema from the text of a .proto file; see ``FormatModule.load_value``."""
    if isinstance(value, bytes):
        text = decode(name, value)
    elif isinstance(value, str):
        text = decode(name, _utf8(value, name))
    else:
        raise InputError(f"the {name} is no text", "give the text of a .proto file")
    linked, problems = _linked(parse(name, text))
    if linked is None:
        problem = problems[0]
        raise refused(name, text, problem.at, problem.fact, problem.remedy)
    return schema_of(Document(name, text, text), linked)


def _utf8(text: str, name: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise refused(name, text, error.start, "the text contains half of a surrogate pair", "remove it") from None


def _linked(file: File) -> tuple[Linked | None, tuple[Problem, ...]]:
    """The file with its names resolved, or everything that is wrong with it by place."""
    linked, found = link([file])
    problems = sorted({*file.problems, *(problem for _, problem in found)}, key=lambda each: (each.at, each.fact))
    return (None if problems else linked), tuple(problems)


def schema_of(document: Document, linked: Linked) -> Schema:
    """The schema of linked files, the first of which is the text of ``document``."""
    file = linked.file
    placed = replace(document, value=file.text, places=LazyPlaces(file.text, lambda: file.marks))
    return Schema(placed, file.text, identity_of(linked), linked)


def _finding(document: Document, problem: Problem) -> Finding:
    place = refused(document.path, document.text, problem.at, "").place or document.place()
    return finding(problem.rule, place, problem.fact, problem.remedy)


def _too_large(schema: Schema) -> Iterator[Finding]:
    size = len(schema.definition.encode())
    if size > GLUE_SIZE:
        fact = f"the definition has {size:,} bytes; AWS Glue takes {GLUE_SIZE:,}"
        yield finding("glue-size", schema.place(""), fact)
