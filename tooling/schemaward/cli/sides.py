"""One side of a comparison, as people name it: a file, a file at a Git ref, or a version of a contract."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from schemaward.errors import InputError, UsageError
from schemaward.formats.base import ReadFile
from schemaward.model import Contract, DataFormat, Place, Policy
from schemaward.repo.git import find_root, resolve
from schemaward.repo.load import ROOT, load_catalog
from schemaward.repo.trees import GitTree, Tree, WorkTree
from schemaward.rules import suggestions
from schemaward.syntax.document import Document
from schemaward.syntax.limits import MAX_BYTES
from schemaward.syntax.parse import JSON_SUFFIXES, TEXT_SUFFIXES, YAML_SUFFIXES, parse_document, too_large

_CONTRACT = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)(?:@v?([1-9][0-9]{0,5}))?")
_HOW = "name a file, a file at a Git ref (REF:path), or a contract such as identity.person@1"
_SUFFIXES = (*JSON_SUFFIXES, *YAML_SUFFIXES, *TEXT_SUFFIXES)
_FORMATS = {".avsc": DataFormat.AVRO, ".proto": DataFormat.PROTOBUF}


@dataclass(frozen=True, slots=True)
class Side:
    """A schema file and what surrounds it. ``policy`` is that of its contract, None for a file alone."""

    name: str
    document: Document
    read: ReadFile
    data_format: DataFormat
    policy: Policy | None = None


def find_side(word: str, start: Path) -> Side:
    """The schema that ``word`` names, seen from the folder ``start``.

    A file that exists comes first, then ``REF:path`` (a path from the root of the repository, or from ``start`` with
    ``./`` before it), then ``<domain>.<name>`` with or without ``@N``. Raises UsageError when it is none of them, and
    InputError when the file cannot be read.
    """
    path = Path(os.path.abspath(start / word)) if word and "\0" not in word else start
    if path.is_file():
        return _file(word, path, start)
    ref, colon, inside = word.partition(":")
    if colon and ref and inside:
        return _at_ref(word, ref, inside, start)
    named = _CONTRACT.fullmatch(word)
    if named is None or (path.suffix in _SUFFIXES and "@" not in word):
        if path.is_dir():
            raise UsageError(f'"{word}" is a folder', _HOW)
        raise UsageError(f'there is no file "{word}"', _HOW)
    return _version(word, f"{named[1]}.{named[2]}", int(named[3]) if named[3] else None, start)


def _file(word: str, path: Path, start: Path) -> Side:
    """A file of the user's. Its references are followed only inside the repository that it lies in."""
    root = _root(start)
    real = Path(os.path.realpath(path))
    if real.is_relative_to(root):
        inside = real.relative_to(root).as_posix()
        tree = WorkTree(root)
        return Side(word, parse_document(inside, tree.read(inside)), reader(tree), _format(inside))
    try:
        size = real.stat().st_size
        if size > MAX_BYTES:
            raise too_large(word, size)
        document = parse_document(word, real.read_bytes())
    except OSError as error:
        raise InputError(f"the file cannot be read: {error.strerror}", "", Place(word)) from None
    return Side(word, document, _nothing_beside(word), _format(word))


def _at_ref(word: str, ref: str, inside: str, start: Path) -> Side:
    root = find_root(start)
    if inside.startswith(("./", "../")):
        inside = Path(os.path.relpath(os.path.normpath(start / inside), root)).as_posix()
    tree = GitTree(root, resolve(root, ref), ref)
    return Side(word, parse_document(inside, tree.read(inside)), reader(tree), _format(inside))


def _version(word: str, name: str, number: int | None, start: Path) -> Side:
    tree = WorkTree(_root(start))
    folder = f"{ROOT}/{name.replace('.', '/')}"
    catalog, findings = load_catalog(tree, [folder])
    contract = next((each for each in catalog.contracts if each.folder == folder), None)
    if contract is None:
        if findings and tree.files(folder):
            raise InputError(findings[0].fact, findings[0].remedy, findings[0].place)
        folders = {"/".join(path.split("/")[1:3]) for path in tree.files(ROOT) if path.count("/") > 2}
        near = suggestions(name, [each.replace("/", ".") for each in sorted(folders)])
        raise UsageError(f'there is no file and no contract "{word}"', near or _HOW)
    return _of_contract(word, contract, number, tree)


def _of_contract(word: str, contract: Contract, number: int | None, tree: Tree) -> Side:
    known = {version.number: version for version in contract.versions}
    if not known:
        raise UsageError(f'the contract "{contract.name}" has no version that can be read', "add v1.json or v1.yaml")
    if number is not None and number not in known:
        raise UsageError(
            f'the contract "{contract.name}" has no version {number}',
            f"name one of {', '.join(str(each) for each in known)}",
        )
    version = known[max(known) if number is None else number]
    name = f"{contract.name}@{version.number}"
    return Side(name, version.document, reader(tree), contract.data_format, contract.policy)


def reader(tree: Tree) -> ReadFile:
    """Reads other files of the same tree."""

    def read(path: str) -> Document:
        return parse_document(path, tree.read(path))

    return read


def _nothing_beside(word: str) -> ReadFile:
    def read(path: str) -> Document:
        raise InputError(
            f'"{word}" is outside the repository, so its reference to "{path}" is not followed',
            "put both files into the repository, or the referenced schema into the file",
            Place(word),
        )

    return read


def _root(start: Path) -> Path:
    """The repository around ``start``, or the nearest folder with contracts, or ``start`` itself."""
    for folder in (start, *start.parents):
        if (folder / ".git").exists() or (folder / ROOT).is_dir():
            return Path(os.path.realpath(folder))
    return Path(os.path.realpath(start))


def _format(path: str) -> DataFormat:
    return _FORMATS.get(Path(path).suffix, DataFormat.JSON)
