"""References through the repository's files, and one document made of all of them: AWS Glue stores no references."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any, TypeAlias
from urllib.parse import quote, unquote

from schemaward.errors import InputError
from schemaward.formats.base import ReadFile
from schemaward.formats.jsonschema.dialects import Draft, draft_of, escape, leads_to_schema
from schemaward.formats.jsonschema.sources import REPOSITORY, RefNotFoundError, Sources, Spot, join, without_fragment
from schemaward.rules import finding
from schemaward.syntax.document import Document
from schemaward.verdict import Finding

Key: TypeAlias = tuple[str, str]

_DYNAMIC = ("$dynamicRef", "$recursiveRef")


class Bundle:
    """Follows the references of a file through the repository and makes one document of all the files."""

    def __init__(self, document: Document, draft: Draft, read: ReadFile, text: str) -> None:
        self.document = document
        self.draft = draft
        self.read = read
        self.findings: list[Finding] = []
        self.uri = REPOSITORY + document.path
        self.sources = Sources()
        self.root = self.sources.add(self.uri, document.value, draft, text)
        self.files: dict[str, Document] = {self.uri: document}
        self.names: dict[str, str] = {}
        """Definitions that the other files become, by address."""
        self.strays: list[Spot] = []
        """Schemas that only a reference leads to, because they stand where no keyword has a schema."""
        targets = self.sources.targets(self.uri)
        self.alone = targets is not None and all(
            leads_to_schema(document.value, target.split("/")[1:], draft) for target in targets
        )
        """True for a file that needs nothing, which is seen at once: all its references lead to its own schemas."""
        self._spots: dict[Key, Spot] = {}
        self._waiting: list[Spot] = []

    def value(self) -> Any:
        """The bundled schema: the file itself, when it refers to no other."""
        if self.alone:
            return self.document.value
        targets = self._targets()
        if self.names:
            self._refuse_dynamic()
        if self.findings or not (self.names or any(self._names_itself(self._spots[key]) for key in targets)):
            return self.document.value
        links = {key: self._link(target) for key, target in targets.items() if target.source in self.files}
        root = self._rewritten(self.document.value, self.uri, "", links)
        definitions = dict(root.get("definitions", {}))
        for uri, name in self.names.items():
            inner = self._rewritten(self.files[uri].value, uri, "", links)
            definitions[name] = {k: v for k, v in inner.items() if k != "$schema"} if isinstance(inner, dict) else inner
        return {**root, "definitions": definitions} if self.names else root

    def spots(self, uri: str) -> Iterator[Spot]:
        """The schemas of one file, also those that only a reference leads to."""
        if self.alone:
            return self.sources.spots(uri)
        return (spot for (source, _), spot in self._spots.items() if source == uri)

    def _targets(self) -> dict[Key, Spot]:
        """Where every reference leads, by source and pointer of the schema that has it."""
        targets: dict[Key, Spot] = {}
        self._walk(self.root)
        while self._waiting:
            spot = self._waiting.pop()
            target = self._target(spot)
            if target is None:
                continue
            targets[spot.source, spot.pointer] = target
            if target.source in self.files and (target.source, target.pointer) not in self._spots:
                self.strays.append(target)
                self._walk(target)
        return targets

    def _walk(self, root: Spot) -> None:
        """Remember a schema and all below it; those with a reference wait to be followed."""
        stack, found = [root], []
        while stack:
            spot = stack.pop()
            self._spots[spot.source, spot.pointer] = spot
            if isinstance(spot.value, dict) and isinstance(spot.value.get("$ref"), str):
                found.append(spot)
            stack.extend(reversed(self.sources.inner(spot)))
        self._waiting.extend(reversed(found))

    def _link(self, target: Spot) -> str:
        name = self.names.get(target.source)
        prefix = "" if name is None else f"/definitions/{escape(name)}"
        return "#" + quote(prefix + target.pointer, safe="/~!$&'()*+,;=:@?")

    def _rewritten(self, value: Any, source: str, pointer: str, links: dict[Key, str]) -> Any:
        """A copy of a document with its references replaced, and without names, which would change where they lead."""
        if isinstance(value, list):
            return [self._rewritten(v, source, f"{pointer}/{i}", links) for i, v in enumerate(value)]
        if not isinstance(value, dict):
            return value
        copy = {k: self._rewritten(v, source, f"{pointer}/{escape(k)}", links) for k, v in value.items()}
        if (source, pointer) in self._spots and (source, pointer) != (self.uri, ""):
            for keyword in (self.draft.id_keyword, "$anchor"):
                copy.pop(keyword, None)
        if (source, pointer) in links:
            copy["$ref"] = links[source, pointer]
        return copy

    def _refuse_dynamic(self) -> None:
        for spot in self._spots.values():
            for keyword in _DYNAMIC:
                if isinstance(spot.value, dict) and keyword in spot.value and spot.draft >= Draft.DRAFT2019:
                    fact = f'"{keyword}" is followed within one file only, and this schema has several'
                    self._report("ref-unresolved", spot, keyword, fact)

    def _names_itself(self, spot: Spot) -> bool:
        """True for a reference to the file by its own name, which no validator knows."""
        ref: str = spot.value["$ref"]
        return not ref.startswith("#") and without_fragment(join(spot.base, ref)) == self.uri

    def _name(self, uri: str) -> str:
        path = unquote(uri.removeprefix(REPOSITORY)).removeprefix("contracts/")
        root: Any = self.document.value
        taken = {*self.names.values(), *root.get("definitions", {})}
        name = path.rsplit(".", 1)[0].replace("/", ".")
        while name in taken:
            name += "_"
        return name

    def _target(self, spot: Spot) -> Spot | None:
        ref = spot.value["$ref"]
        uri = without_fragment(join(spot.base, ref))
        try:
            if not self.sources.knows(uri) and uri.startswith(REPOSITORY):
                self._fetch(uri)
            return self.sources.resolve(spot.base, ref)
        except InputError as error:
            rule, remedy = ("ref-outside", "") if _outside(spot.base, ref) else ("ref-unresolved", error.remedy)
            self._report(rule, spot, "$ref", f'"$ref" is "{ref}": {error.fact}', remedy)
        except RefNotFoundError:
            if uri.startswith(REPOSITORY) or self.sources.knows(uri):
                self._report("ref-unresolved", spot, "$ref", f'"$ref" is "{ref}", which leads to nothing')
            else:
                fact = f'"$ref" is "{ref}", which would have to be fetched from {uri}'
                self._report("ref-outside", spot, "$ref", fact)
        return None

    def _fetch(self, uri: str) -> None:
        path = unquote(uri.removeprefix(REPOSITORY))
        document = self.read(path)
        if not isinstance(document.value, (dict, bool)):
            raise InputError(f'"{path}" is no JSON Schema')
        draft = draft_of(document.value, self.draft)
        if draft is not self.draft:
            raise InputError(f'"{path}" is written in another draft', f"write it in {self.draft.title}")
        self.files[uri] = document
        self.names[uri] = self._name(uri)
        self._walk(self.sources.add(uri, document.value, self.draft))

    def _report(self, rule: str, spot: Spot, keyword: str, fact: str, remedy: str = "") -> None:
        if spot.source == self.uri:
            self.findings.append(finding_in(rule, self.document, f"{spot.pointer}/{keyword}", fact, remedy))
        else:
            path = spot.source.removeprefix(REPOSITORY)
            self.findings.append(finding_in(rule, self.document, "", f"in {path}: {fact}", remedy))


def _outside(base: str, ref: str) -> bool:
    """True for a reference to the network, to an absolute path, or, from ``base``, above the repository."""
    folder = posixpath.dirname(unquote(base.removeprefix(REPOSITORY)))
    path = posixpath.normpath(posixpath.join(folder, unquote(ref)))
    return "://" in ref or ref.startswith(("/", "file:")) or path.startswith("../")


def finding_in(rule: str, document: Document, pointer: str, fact: str, remedy: str = "") -> Finding:
    """A finding at a pointer into a file."""
    return finding(rule, document.place(pointer), fact, remedy, pointer=pointer)
