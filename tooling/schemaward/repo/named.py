"""Contracts by their names, as people write them: ``identity.person``, or ``identity.person@3`` for one version."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from schemaward.errors import InputError, UsageError
from schemaward.formats import format_module
from schemaward.formats.base import ReadFile, Schema
from schemaward.model import Contract, Place, Version
from schemaward.repo.load import ROOT, load_catalog
from schemaward.repo.trees import Tree, WorkTree
from schemaward.rules import suggestions
from schemaward.syntax.document import Document
from schemaward.syntax.parse import parse_document
from schemaward.verdict import Finding, Severity

HOW = "name a contract such as identity.person, or one of its versions, identity.person@1"
_NAME = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)(?:@v?([1-9][0-9]{0,5}))?")


@dataclass(frozen=True, slots=True)
class Named:
    """A version of a contract, and how files beside it are read."""

    contract: Contract
    version: Version
    read: ReadFile

    @property
    def name(self) -> str:
        """The full name, for example ``identity.person@3``."""
        return f"{self.contract.name}@{self.version.number}"

    def schema(self, version: Version | None = None) -> Schema:
        """The schema of this version, or of another one of the contract. Raises InputError when it cannot be used."""
        chosen = version or self.version
        return usable(*format_module(self.contract.data_format).load(chosen.document, self.read), chosen.path)


def is_name(word: str) -> bool:
    """Whether ``word`` has the form of the name of a contract or of a version."""
    return _NAME.fullmatch(word) is not None


def find_version(word: str, start: Path, how: str = HOW) -> Named:
    """The version that ``word`` names (without a number: the latest), in the work tree around ``start``.

    Raises UsageError, with ``how`` as the remedy, when there is none, and InputError when its files cannot be read.
    """
    named = _NAME.fullmatch(word)
    if named is None:
        raise UsageError(f'"{word}" is no name of a contract', how)
    tree = WorkTree(repository_root(start))
    name = f"{named[1]}.{named[2]}"
    folder = f"{ROOT}/{named[1]}/{named[2]}"
    catalog, findings = load_catalog(tree, [folder])
    contract = next((each for each in catalog.contracts if each.folder == folder), None)
    if contract is None:
        if findings and tree.files(folder):
            raise InputError(findings[0].fact, findings[0].remedy, findings[0].place)
        folders = {"/".join(path.split("/")[1:3]) for path in tree.files(ROOT) if path.count("/") > 2}
        near = suggestions(name, [each.replace("/", ".") for each in sorted(folders)])
        raise UsageError(f'there is no contract "{word}" in "{tree.root}"', near or how)
    return Named(contract, _version(contract, int(named[3]) if named[3] else None), reader(tree))


def repository_root(start: Path) -> Path:
    """The repository around ``start``, or the nearest folder with contracts, or ``start`` itself."""
    for folder in (start, *start.parents):
        if (folder / ".git").exists() or (folder / ROOT).is_dir():
            return Path(os.path.realpath(folder))
    return Path(os.path.realpath(start))


def reader(tree: Tree) -> ReadFile:
    """Reads other files of the same tree."""

    def read(path: str) -> Document:
        return parse_document(path, tree.read(path))

    return read


def usable(schema: Schema | None, findings: tuple[Finding, ...], path: str) -> Schema:
    """The schema of a file that was loaded; raises InputError with the first thing that makes it unusable."""
    if schema is not None:
        return schema
    if not findings:
        raise InputError("the schema cannot be used", "mend the file", Place(path))
    first = min((each for each in findings if each.severity is Severity.ERROR), key=lambda each: each.order)
    raise InputError(first.fact, first.remedy, first.place)


def _version(contract: Contract, number: int | None) -> Version:
    known = {version.number: version for version in contract.versions}
    if not known:
        raise UsageError(f'the contract "{contract.name}" has no version that can be read', "add v1.json or v1.yaml")
    if number is not None and number not in known:
        raise UsageError(
            f'the contract "{contract.name}" has no version {number}',
            f"name one of {', '.join(str(each) for each in known)}",
        )
    return known[max(known) if number is None else number]
