"""One side of a comparison, as people name it: a file, a file at a Git ref, or a version of a contract."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from schemaward.errors import InputError, MissingFileError, UsageError
from schemaward.formats.base import ReadFile
from schemaward.model import DataFormat, Place, Policy
from schemaward.repo.git import find_root, resolve
from schemaward.repo.named import find_version, is_name, reader, repository_root
from schemaward.repo.trees import GitTree, WorkTree
from schemaward.syntax.document import Document
from schemaward.syntax.limits import MAX_BYTES
from schemaward.syntax.parse import JSON_SUFFIXES, TEXT_SUFFIXES, YAML_SUFFIXES, parse_document, too_large

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
    if not is_name(word) or (path.suffix in _SUFFIXES and "@" not in word):
        if path.is_dir():
            raise UsageError(f'"{word}" is a folder', _HOW)
        raise UsageError(f'there is no file "{word}"', _HOW)
    named = find_version(word, start, _HOW)
    return Side(named.name, named.version.document, named.read, named.contract.data_format, named.contract.policy)


def _file(word: str, path: Path, start: Path) -> Side:
    """A file of the user's. Its references are followed only inside the repository that it lies in."""
    root = repository_root(start)
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


def _nothing_beside(word: str) -> ReadFile:
    def read(path: str) -> Document:
        raise MissingFileError(
            f'"{word}" is outside the repository, so its reference to "{path}" is not followed',
            "put both files into the repository, or the referenced schema into the file",
            Place(word),
        )

    return read


def _format(path: str) -> DataFormat:
    return _FORMATS.get(Path(path).suffix, DataFormat.JSON)
