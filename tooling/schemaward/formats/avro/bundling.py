"""Named types from shared files, put in where they are first used: AWS Glue stores no references.

A type that a file does not define is looked for as ``<full name>.avsc``, ``.yaml``, ``.yml`` or ``.json`` in the nearest
folder ``shared`` on the way up from the folder of the contract, as far as ``contracts/shared``: what stands outside of
``contracts`` is no part of any contract, and nobody would see that it changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from posixpath import dirname
from typing import Any

from schemaward.errors import InputError, MissingFileError
from schemaward.formats.avro.canonical import full_name
from schemaward.formats.avro.problems import Problem
from schemaward.formats.base import ReadFile
from schemaward.syntax.document import Document
from schemaward.syntax.places import tokens_of

SUFFIXES = (".avsc", ".yaml", ".yml", ".json")
_MOST_FILES = 200
_LONGEST_NAME = 200
"""Characters of a name that is looked for: file systems refuse longer ones."""


class Bundle:
    """A schema file that grows by the definitions that it lacks."""

    def __init__(self, document: Document, read: ReadFile) -> None:
        self.document = document
        self.value: Any = document.value
        self._read = read
        self._origins: dict[str, Document] = {}
        """The files that were put in, by the pointer of their place."""

    def include(self, problems: Sequence[Problem]) -> bool:
        """Put in the definition of the first name that is missing; False when there is nothing to put in.

        Raises InputError when the shared file for it cannot be read, or defines something else.
        """
        for problem in problems:
            if problem.unknown_name and len(self._origins) < _MOST_FILES:
                found = self._definition(problem.unknown_name)
                if found is not None:
                    self.value = _replaced(self.value, tokens_of(problem.pointer), _absolute(found.value))
                    self._origins[problem.pointer] = found
                    return True
        return False

    def origin(self, pointer: str) -> tuple[Document, str]:
        """The file that a pointer into ``value`` leads to, and the pointer in that file."""
        inside = [each for each in self._origins if pointer == each or pointer.startswith(f"{each}/")]
        if not inside:
            return self.document, pointer
        nearest = max(inside, key=len)
        return self._origins[nearest], pointer[len(nearest) :]

    def _definition(self, name: str) -> Document | None:
        """The nearest shared file for ``name``; None when there is none."""
        for path in _paths(self.document.path, name) if len(name) <= _LONGEST_NAME else ():
            try:
                found = self._read(path)
            except MissingFileError:
                continue
            value = found.value
            if isinstance(value, dict) and isinstance(value.get("name"), str) and full_name(value, "")[0] == name:
                return found
            remedy = "define that type, or name the file after the type that it defines"
            raise InputError(
                f'the file does not define the type "{name}" that it is named after', remedy, found.place()
            )
        return None


def _paths(path: str, name: str) -> Iterator[str]:
    folder = dirname(dirname(path))
    while folder.strip("/"):
        for suffix in SUFFIXES:
            yield f"{folder}/shared/{name}{suffix}"
        folder = dirname(folder)


def _absolute(value: Any) -> Any:
    """A definition that means the same inside any namespace."""
    return value if "." in value["name"] or "namespace" in value else {**value, "namespace": ""}


def _replaced(value: Any, path: list[str], inner: Any) -> Any:
    """A copy of ``value`` with ``inner`` at ``path``."""
    if not path:
        return inner
    first, rest = path[0], path[1:]
    if isinstance(value, list):
        index = int(first)
        return [*value[:index], _replaced(value[index], rest, inner), *value[index + 1 :]]
    return {**value, first: _replaced(value[first], rest, inner)}
