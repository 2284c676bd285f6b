"""One schema file to a usable schema: checked against its draft, its references followed and bundled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urldefrag

from schemaward.errors import InputError
from schemaward.formats.base import ReadFile, Schema
from schemaward.formats.jsonschema.dialects import GLUE_DRAFTS, Draft, draft_of, escape, meant_draft, subschemas
from schemaward.formats.jsonschema.recursion import loops
from schemaward.formats.jsonschema.regex_syntax import PatternError, parse
from schemaward.formats.jsonschema.sources import REPOSITORY, RefNotFoundError, Sources, Spot, join
from schemaward.rules import RULES
from schemaward.syntax.document import Document
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
    around = loops(schema.parsed.sources, [schema.parsed.root])
    if around:
        fact = "this reference leads back to itself"
        return None, tuple(_finding("ref-loop", document, spot.pointer, fact) for spot in around)
    return schema, tuple(_for_glue(schema))


def _usable(document: Document, draft: Draft, read: ReadFile) -> tuple[Schema | None, tuple[Finding, ...]]:
    """A schema that can be judged, or what keeps it from that."""
    findings = tuple(_problems(document, draft))
    if findings:
        return None, findings
    bundle = _Bundle(document, draft, read)
    value = bundle.value()
    if bundle.findings:
        return None, tuple(bundle.findings)
    identity = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return Schema(document, _definition(value), identity, parsed_of(value, draft)), ()


def load_value(value: Any, document: Document) -> Schema:
    """A schema that stands for itself, without other files; raises InputError for the first thing wrong with it.

    Where a file would be told to mend its ``$schema``, a value is taken in the draft that it means.
    """

    def read(path: str) -> Document:
        raise InputError(f'the schema refers to "{path}", which is not part of it', "include it under `definitions`")

    own = Document(document.path, document.text, value, document.places)
    draft = draft_of(value) or meant_draft(value)
    schema, findings = (None, (_unknown_draft(own),)) if draft is None else _usable(own, draft, read)
    if schema is None:
        first = findings[0]
        raise InputError(first.fact, first.remedy, first.place)
    return schema


def trusted(value: Any) -> Schema:
    """A schema that was made here, from parts of schemas that were checked before."""
    draft = draft_of(value)
    if draft is None:
        raise InputError("the schema names a draft that is not known", "")
    text = json.dumps(value, sort_keys=True, default=repr)
    return Schema(Document("schema", "", value), text, text, parsed_of(value, draft))


def parsed_of(value: Any, draft: Draft) -> Parsed:
    """Index a self-contained schema."""
    sources = Sources()
    root = sources.add(REPOSITORY, value, draft)
    return Parsed(value, draft, sources, root)


# -- what is wrong with one file alone


def _unknown_draft(document: Document) -> Finding:
    value: Any = document.value
    known = ", ".join(f'"{draft.uri}"' for draft in Draft)
    fact = f'"$schema" is {json.dumps(value.get("$schema"))}, which names no draft of JSON Schema'
    return _finding("schema-invalid", document, "/$schema", fact, f"use one of {known}")


def _problems(document: Document, draft: Draft) -> Iterator[Finding]:
    value = document.value
    if not isinstance(value, (dict, bool)):
        yield _finding("schema-invalid", document, "", "a JSON Schema is an object or a boolean")
        return
    broken = False
    for error in _metaschema_errors(value, draft):
        broken = True
        pointer = "".join(f"/{escape(str(token))}" for token in error.instance_path)
        fact = f'{error.message}, at "{pointer or "the root"}" of the {draft.title} schema'
        rule = "schema-pattern" if error.kind.as_dict() == {"format": "regex"} else "schema-invalid"
        yield _finding(rule, document, pointer, fact)
    if not broken:
        yield from _pattern_problems(document, draft)


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


def _pattern_problems(document: Document, draft: Draft) -> Iterator[Finding]:
    stack: list[tuple[str, Any]] = [("", document.value)]
    while stack:
        pointer, schema = stack.pop()
        if not isinstance(schema, dict):
            continue
        sources = [(f"{pointer}/pattern", schema["pattern"])] if isinstance(schema.get("pattern"), str) else []
        sources += [(f"{pointer}/patternProperties/{escape(s)}", s) for s in schema.get("patternProperties", ())]
        for where, source in sources:
            try:
                parse(source)
            except PatternError as error:
                yield _finding("schema-pattern", document, where, f"{source!r} is no regular expression: {error}")
        stack.extend((f"{pointer}/{path}", inner) for path, inner in subschemas(schema, draft))


def _for_glue(schema: Schema) -> Iterator[Finding]:
    document, draft, value = schema.document, schema.parsed.draft, schema.parsed.value
    if draft not in GLUE_DRAFTS:
        fact = f"the schema is written in {draft.title}; AWS Glue takes Draft-04, Draft-06 and Draft-07"
        yield _finding("glue-draft", document, "/$schema", fact)
    size = len(schema.definition.encode())
    if size > GLUE_SIZE:
        yield _finding("glue-size", document, "", f"the definition has {size:,} bytes; AWS Glue takes {GLUE_SIZE:,}")
    if constrains_nothing(value):
        yield _finding("schema-open-root", document, "", _open_root(value))


def constrains_nothing(value: Any) -> bool:
    """True when the root of a schema accepts every document: it has no keyword that asserts anything."""
    if not isinstance(value, dict):
        return value is True
    from schemaward.formats.jsonschema.keywords import RULES as ASSERTIONS

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


# -- references and bundling


class _Bundle:
    """Follows the references of a file through the repository and makes one document of all the files."""

    def __init__(self, document: Document, draft: Draft, read: ReadFile) -> None:
        self.document = document
        self.draft = draft
        self.read = read
        self.findings: list[Finding] = []
        self.uri = REPOSITORY + document.path
        self.sources = Sources()
        self.sources.add(self.uri, document.value, draft)
        self.names: dict[str, str] = {}

    def value(self) -> Any:
        """The bundled schema: the file itself, when it refers to no other."""
        links = self._links()
        if self.findings or not self.names:
            return self.document.value
        root = _rewritten(self.sources.documents[self.uri], self.uri, "", links)
        definitions = dict(root.get("definitions", {}))
        for uri, name in self.names.items():
            inner = _rewritten(self.sources.documents[uri], uri, "", links)
            if isinstance(inner, dict):
                inner = {k: v for k, v in inner.items() if k not in ("$schema", "$id", "id")}
            definitions[name] = inner
        return {**root, "definitions": definitions}

    def _links(self) -> dict[tuple[str, str], str]:
        """New texts of the references in all files, by source and pointer of the schema that has them."""
        links: dict[tuple[str, str], str] = {}
        waiting = [self.uri]
        while waiting:
            source = waiting.pop()
            for spot in _with_reference(self.sources, source):
                target = self._target(spot)
                if target is None:
                    continue
                if target.source not in (self.uri, *self.names) and target.source.startswith(REPOSITORY):
                    self.names[target.source] = self._name(target.source)
                    waiting.append(target.source)
                prefix = f"/definitions/{escape(self.names[target.source])}" if target.source in self.names else ""
                if source != self.uri or target.source != self.uri:
                    links[spot.source, spot.pointer] = f"#{prefix}{target.pointer}"
        return links

    def _name(self, uri: str) -> str:
        path = uri.removeprefix(REPOSITORY).removeprefix("contracts/")
        root: Any = self.document.value
        taken = {*self.names.values(), *root.get("definitions", {})}
        name = path.rsplit(".", 1)[0].replace("/", ".")
        while name in taken:
            name += "_"
        return name

    def _target(self, spot: Spot) -> Spot | None:
        ref = spot.value["$ref"]
        uri = urldefrag(join(spot.base, ref))[0]
        try:
            if not self.sources.knows(uri) and uri.startswith(REPOSITORY):
                self._fetch(uri)
            return self.sources.resolve(spot.base, ref)
        except InputError as error:
            rule = "ref-outside" if _outside(ref) else "ref-unresolved"
            self._report(rule, spot, f'"$ref" is "{ref}": {error.fact}')
        except RefNotFoundError:
            if uri.startswith(REPOSITORY) or self.sources.knows(uri):
                self._report("ref-unresolved", spot, f'"$ref" is "{ref}", which leads to nothing')
            else:
                self._report("ref-outside", spot, f'"$ref" is "{ref}", which would have to be fetched from {uri}')
        return None

    def _fetch(self, uri: str) -> None:
        path = unquote(uri.removeprefix(REPOSITORY))
        document = self.read(path)
        if not isinstance(document.value, (dict, bool)):
            raise InputError(f'"{path}" is no JSON Schema')
        draft = draft_of(document.value, self.draft)
        if draft is not self.draft:
            raise InputError(f'"{path}" is written in another draft', f"write it in {self.draft.title}")
        self.sources.add(uri, document.value, self.draft)

    def _report(self, rule: str, spot: Spot, fact: str) -> None:
        if spot.source == self.uri:
            self.findings.append(_finding(rule, self.document, f"{spot.pointer}/$ref", fact))
        else:
            path = spot.source.removeprefix(REPOSITORY)
            self.findings.append(_finding(rule, self.document, "", f"in {path}: {fact}"))


def _outside(ref: str) -> bool:
    return "://" in ref or ref.startswith(("/", "file:")) or ".." in ref


def _with_reference(sources: Sources, source: str) -> Iterator[Spot]:
    for spot in sources.spots(source):
        if isinstance(spot.value, dict) and isinstance(spot.value.get("$ref"), str):
            yield spot


def _rewritten(value: Any, source: str, pointer: str, links: dict[tuple[str, str], str]) -> Any:
    """A copy of a document with its references replaced."""
    if isinstance(value, dict):
        copy = {k: _rewritten(v, source, f"{pointer}/{escape(k)}", links) for k, v in value.items()}
        if (source, pointer) in links:
            copy["$ref"] = links[source, pointer]
        return copy
    if isinstance(value, list):
        return [_rewritten(v, source, f"{pointer}/{i}", links) for i, v in enumerate(value)]
    return value


def _definition(value: Any) -> str:
    """The text that the registry stores: readable where it fits, else without white space."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=float)
    if len(text.encode()) <= GLUE_SIZE:
        return text
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=float)


def _finding(rule: str, document: Document, pointer: str, fact: str, remedy: str = "") -> Finding:
    record = RULES[rule]
    return Finding(
        rule, document.place(pointer), fact, remedy or record.remedy, pointer=pointer, severity=record.severity
    )
