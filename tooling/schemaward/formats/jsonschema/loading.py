"""One schema file to a usable schema: checked against its draft, its references followed and bundled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from schemaward.errors import InputError
from schemaward.formats.base import ReadFile, Schema
from schemaward.formats.jsonschema.bundling import Bundle, finding_in
from schemaward.formats.jsonschema.dialects import GLUE_DRAFTS, Draft, draft_of, escape, is_below, meant_draft
from schemaward.formats.jsonschema.engine.recursion import loops
from schemaward.formats.jsonschema.engine.stacks import with_deep_stack
from schemaward.formats.jsonschema.regex.syntax import PatternError, leniency, parse
from schemaward.formats.jsonschema.scanning import compact, patterns
from schemaward.formats.jsonschema.sources import REPOSITORY, Sources, Spot
from schemaward.syntax.document import Document
from schemaward.syntax.numbers import json_text
from schemaward.verdict import Finding

GLUE_SIZE = 170_000
"""Bytes of a schema definition that AWS Glue takes (Glue API, ``SchemaDefinitionString``)."""

_INDEPENDENT = frozenset(
    {"$schema", "$id", "id", "$comment", "title", "description", "default", "examples", "definitions", "$defs",
     "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$vocabulary", "readOnly", "writeOnly", "deprecated"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Parsed:
    """A self-contained schema: ``value`` is one document, ``root`` its place among ``sources``."""

    value: Any
    draft: Draft
    sources: Sources
    root: Spot


def load(document: Document, read: ReadFile) -> tuple[Schema | None, tuple[Finding, ...]]:
    """Parse, check and bundle one schema file; see ``FormatModule.load``."""
    draft = draft_of(document.value)
    if draft is None:
        return None, (_unknown_draft(document),)
    schema, findings = _usable(document, draft, read)
    if schema is None:
        return None, findings
    around = loops(schema.parsed.sources, schema.parsed.root)
    if around:
        fact = "this reference leads back to itself"
        return None, tuple(finding_in("ref-loop", document, spot.pointer, fact) for spot in around)
    schema = replace(schema, definition=_definition(schema.parsed.value))
    return schema, (*_for_glue(schema), *_about_meaning(schema))


def _usable(document: Document, draft: Draft, read: ReadFile) -> tuple[Schema | None, tuple[Finding, ...]]:
    """A schema that can be judged, or what keeps it from that."""
    findings = tuple(_problems(document, draft, document.value))
    if findings:
        return None, findings
    text = compact(document.value)
    bundle = Bundle(document, draft, read, text)
    value = bundle.value()
    findings = (*(() if bundle.alone and _all_patterns(text) else _problems_of(bundle)), *bundle.findings)
    if findings:
        return None, findings
    parsed = parsed_of(value, draft) if bundle.names else Parsed(value, draft, bundle.sources, bundle.root)
    identity = text if value is document.value else compact(value)
    return Schema(document, identity, identity, parsed), ()


def load_value(value: Any, document: Document) -> Schema:
    """A schema that stands for itself, without other files; raises InputError for the first thing wrong with it.

    Where a file would be told to mend its ``$schema``, a value is taken in the draft that it means.
    """

    def read(path: str) -> Document:
        raise InputError(f'the schema refers to "{path}", which is not part of it', "include it under `definitions`")

    own = Document(document.path, document.text, value, document.places)
    draft = draft_of(value) or meant_draft(value)
    if draft is None:
        raise _error(_unknown_draft(own))
    schema, findings = with_deep_stack(lambda: _usable(own, draft, read))
    if schema is None:
        raise _error(findings[0])
    return schema


def _error(finding: Finding) -> InputError:
    return InputError(finding.fact, finding.remedy, finding.place)


def trusted(value: Any) -> Schema:
    """A schema that was made here, from parts of schemas that were checked before; InputError for endless references."""
    draft = draft_of(value)
    if draft is None:
        raise InputError("the schema names a draft that is not known", "")
    text = compact(value)
    parsed = parsed_of(value, draft, text)
    for spot in loops(parsed.sources, parsed.root):
        raise InputError(f'the reference at "{spot.pointer}" leads back to itself', "")
    return Schema(Document("schema", "", value), text, text, parsed)


def parsed_of(value: Any, draft: Draft, text: str | None = None) -> Parsed:
    """Index a self-contained schema; ``text`` is its compact text, where it is at hand."""
    sources = Sources()
    root = sources.add(REPOSITORY, value, draft, text)
    return Parsed(value, draft, sources, root)


# -- what is wrong with one file alone


def _unknown_draft(document: Document) -> Finding:
    value: Any = document.value
    known = ", ".join(f'"{draft.uri}"' for draft in Draft)
    fact = f'"$schema" is {json_text(value.get("$schema"))}, which names no draft of JSON Schema'
    return finding_in("schema-invalid", document, "/$schema", fact, f"use one of {known}")


def _problems_of(bundle: Bundle) -> Iterator[Finding]:
    """What is wrong with the schemas that the references lead to, and with all patterns."""
    found: list[Finding] = []
    for uri, document in bundle.files.items():
        if uri != bundle.uri:
            found += _problems(document, bundle.draft, document.value)
    for stray in bundle.strays:
        found += _problems(bundle.files[stray.source], bundle.draft, stray.value, stray.pointer)
    yield from found
    if not found:
        for uri, document in bundle.files.items():
            yield from _pattern_problems(document, bundle.spots(uri))


def _problems(document: Document, draft: Draft, value: Any, at: str = "") -> Iterator[Finding]:
    """What is wrong with the schema ``value``, which stands in a document at the pointer ``at``."""
    if not isinstance(value, (dict, bool)):
        yield finding_in("schema-invalid", document, at, "a JSON Schema is an object or a boolean")
        return
    errors = _metaschema_errors(value, draft)
    if not errors:
        return
    sources = Sources()
    sources.add(REPOSITORY, value, draft)
    strangers = list(_of_other_drafts(sources, draft))
    for spot in strangers:
        yield from _problems(document, spot.draft, spot.value, at + spot.pointer)
    patterns = list(_pattern_problems(document, sources.spots(REPOSITORY), at))
    yield from patterns
    for error in errors:
        below = "".join(f"/{escape(str(token))}" for token in error.instance_path)
        pointer = at + below
        elsewhere = any(below == spot.pointer or is_below(below, spot.pointer) for spot in strangers)
        if not elsewhere and not any(found.pointer.startswith(pointer) for found in patterns):
            fact = f'{error.message}, at "{pointer or "the root"}" of the {draft.title} schema'
            if error.kind.as_dict() != {"format": "regex"}:
                yield finding_in("schema-invalid", document, pointer, fact)
                continue
            why = leniency(error.instance)
            fact = f"{error.instance!r} is no regular expression: {why}" if why else fact
            yield finding_in("schema-pattern", document, pointer, fact)


def _of_other_drafts(sources: Sources, draft: Draft) -> Iterator[Spot]:
    """The embedded resources that name a draft of their own, which is the one that they keep to (Core 2020-12, 9.3.3)."""
    for spot in sources.spots(REPOSITORY):
        if isinstance(spot.value, dict) and spot.draft is not draft and "$schema" in spot.value:
            yield spot


def _metaschema_errors(value: Any, draft: Draft) -> list[Any]:
    import jsonschema_rs

    checked = {**value, "$schema": draft.uri} if isinstance(value, dict) else value
    if draft is not Draft.DRAFT4 and isinstance(value, bool):
        return []
    if jsonschema_rs.meta.is_valid(checked):
        return []
    from jsonschema_specifications import REGISTRY

    metaschema = REGISTRY.contents(draft.uri.rstrip("#") if draft >= Draft.DRAFT2019 else draft.uri)
    errors = list(jsonschema_rs.validator_for(metaschema).iter_errors(checked))
    deepest = {tuple(error.instance_path): error for error in errors}
    return [deepest[path] for path in sorted(deepest, key=str)]


def _all_patterns(text: str) -> bool:
    """True when everything in a compact text that may be a regular expression is one."""
    try:
        for source in patterns(text):
            parse(source)
    except PatternError:
        return False
    return True


def _pattern_problems(document: Document, spots: Iterable[Spot], at: str = "") -> Iterator[Finding]:
    for spot in spots:
        schema = spot.value
        if not isinstance(schema, dict):
            continue
        sources = [("/pattern", schema["pattern"])] if isinstance(schema.get("pattern"), str) else []
        named = schema.get("patternProperties")
        sources += [(f"/patternProperties/{escape(s)}", s) for s in (named if isinstance(named, dict) else ())]
        for where, source in sources:
            try:
                parse(source)
            except PatternError as error:
                fact = f"{source!r} is no regular expression: {error}"
                yield finding_in("schema-pattern", document, at + spot.pointer + where, fact)


def _for_glue(schema: Schema) -> Iterator[Finding]:
    document, draft, value = schema.document, schema.parsed.draft, schema.parsed.value
    if draft not in GLUE_DRAFTS:
        fact = f"the schema is written in {draft.title}; AWS Glue takes Draft-04, Draft-06 and Draft-07"
        yield finding_in("glue-draft", document, "/$schema", fact)
    size = len(schema.definition.encode())
    if size > GLUE_SIZE:
        yield finding_in("glue-size", document, "", f"the definition has {size:,} bytes; AWS Glue takes {GLUE_SIZE:,}")
    if constrains_nothing(value):
        yield finding_in("schema-open-root", document, "", _open_root(value))


def _about_meaning(schema: Schema) -> Iterator[Finding]:
    if '"x-' not in schema.identity:
        return
    from schemaward.formats.jsonschema.meaning import problems

    yield from problems(schema)


def constrains_nothing(value: Any) -> bool:
    """True when the root of a schema accepts every document: it has no keyword that asserts anything."""
    if not isinstance(value, dict):
        return value is True
    from schemaward.formats.jsonschema.engine.keywords import RULES as ASSERTIONS

    draft = draft_of(value) or Draft.DRAFT7
    words = {*ASSERTIONS[draft], "$ref"}
    return not any(keyword in words and keyword not in _INDEPENDENT for keyword in value)


def _open_root(value: Any) -> str:
    wrapped = (
        [name for name, inner in value.items() if name not in _INDEPENDENT and isinstance(inner, dict)]
        if isinstance(value, dict)
        else []
    )
    inside = f'; "{wrapped[0]}" is not a keyword, and what stands below it is not looked at' if wrapped else ""
    return f"the root has no keyword that constrains a document{inside}"


def _definition(value: Any) -> str:
    """The text that the registry stores: readable where it fits, else without white space."""
    text = json_text(value, ensure_ascii=False, indent=2)
    if len(text.encode()) <= GLUE_SIZE:
        return text
    return json_text(value, ensure_ascii=False, separators=(",", ":"))
