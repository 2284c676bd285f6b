"""References through the repository's files, and one document made of all of them: AWS Glue stores no references."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urldefrag

from schemaward.errors import InputError
from schemaward.formats.base import ReadFile
from schemaward.formats.jsonschema.dialects import Draft, draft_of, escape
from schemaward.formats.jsonschema.sources import REPOSITORY, RefNotFoundError, Sources, Spot, join
from schemaward.rules import finding
from schemaward.syntax.document import Document
from schemaward.verdict import Finding


class Bundle:
    """Follows the references of a file through the repository and makes one document of all the files."""

    def __init__(self, document: Document, draft: Draft, read: ReadFile) -> None:
        self.document = document
        self.draft = draft
        self.read = read
        self.findings: list[Finding] = []
        self.uri = REPOSITORY + document.path
        self.sources = Sources()
        self.root = self.sources.add(self.uri, document.value, draft)
        self.names: dict[str, str] = {}

    def value(self) -> Any:
        """The bundled schema: the file itself, when it refers to no other."""
        links = self._links()
        if self.findings or not links:
            return self.document.value
        root = _rewritten(self.sources.documents[self.uri], self.uri, "", links)
        if not self.names:
            return root
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
                inside = target.source == self.uri or target.source in self.names  # and not a published meta-schema
                if inside and (source != self.uri or target.source != self.uri or self._names_itself(spot)):
                    links[spot.source, spot.pointer] = f"#{prefix}{target.pointer}"
        return links

    def _names_itself(self, spot: Spot) -> bool:
        """True for a reference to the file by its own name, which no validator knows."""
        ref: str = spot.value["$ref"]
        return not ref.startswith("#") and urldefrag(join(spot.base, ref))[0] == self.uri

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
            self.findings.append(finding_in(rule, self.document, f"{spot.pointer}/$ref", fact))
        else:
            path = spot.source.removeprefix(REPOSITORY)
            self.findings.append(finding_in(rule, self.document, "", f"in {path}: {fact}"))


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


def finding_in(rule: str, document: Document, pointer: str, fact: str, remedy: str = "") -> Finding:
    """A finding at a pointer into a file."""
    return finding(rule, document.place(pointer), fact, remedy, pointer=pointer)
