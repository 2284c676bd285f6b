"""From what files declare to what the names in them mean.

Source: "Protocol Buffers Language Guide", sections "Packages and Name Resolution" and "Importing Definitions".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from schemaward.formats.protobuf.declared import SCALARS, Enum, Field, File, Message, Problem, is_well_known
from schemaward.formats.protobuf.wellknown import well_known_file

Target: TypeAlias = Message | Enum

_PACKABLE = frozenset(SCALARS) - {"string", "bytes"}
_LARGE_INTEGERS = frozenset(("int64", "uint64", "sint64", "fixed64", "sfixed64"))
_NAMES = frozenset(SCALARS)


@dataclass(frozen=True, slots=True, eq=False)
class Linked:
    """Files whose names are resolved; the first is the schema. Well-known files that they import are not among them.

    ``types`` holds every message and enum of the authors by full name, ``targets`` what a name means in a scope.
    """

    files: tuple[File, ...]
    types: Mapping[str, Target]
    targets: Mapping[tuple[str, str], Target] = field(repr=False)

    @property
    def file(self) -> File:
        """The file that is the schema."""
        return self.files[0]

    def target(self, found: Field) -> Target | None:
        """The message or enum that is the type of a field; None for a scalar."""
        return None if found.type in _NAMES else self.targets[found.scope, found.type]

    def message(self, scope: str, name: str) -> Message:
        """The message that an RPC names."""
        found = self.targets[scope, name]
        if not isinstance(found, Message):
            raise TypeError(f"{name} is no message, though it was linked as one")
        return found


def nested(messages: Iterable[Message]) -> Iterator[Message]:
    """All messages with those inside them, outer ones first."""
    for message in messages:
        yield message
        yield from nested(message.messages)


def file_enums(file: File) -> Iterator[Enum]:
    """All enums of a file, at its top and inside messages."""
    yield from file.enums
    for message in nested(file.messages):
        yield from message.enums


def link(files: Sequence[File]) -> tuple[Linked | None, tuple[tuple[File, Problem], ...]]:
    """Resolve all names; no result when one means nothing, or has a meaning that is not allowed there.

    Files may import each other and the well-known types, and nothing else. Problems come with the file they are in.
    """
    problems: list[tuple[File, Problem]] = []
    targets: dict[tuple[str, str], Target] = {}
    known = {file.path: file for file in files}
    bundled = _bundled(files, known, problems)
    types: dict[str, Target] = {}
    for file in files:
        for name, target in _types(file).items():
            if name in types:
                problems.append((file, Problem(target.at, f'"{name}" is declared in another file too', "Rename it.")))
            types[name] = target
        problems += [(file, problem) for problem in _taken(file, bool(bundled))]
    for file in files:
        problems += [(file, problem) for problem in _Resolver(file, {**known, **bundled}, targets).problems()]
    if problems:
        return None, tuple(problems)
    for each in bundled.values():
        list(_Resolver(each, bundled, targets).problems())
    return Linked(tuple(files), types, targets), ()


def _bundled(files: Sequence[File], known: Mapping[str, File], problems: list[tuple[File, Problem]]) -> dict[str, File]:
    """The well-known files that are imported, and those that they import."""
    found: dict[str, File] = {}
    pending = [(file, each) for file in files for each in file.imports]
    while pending:
        file, wanted = pending.pop()
        if wanted.path == file.path:
            problems.append((file, Problem(wanted.at, "the file imports itself", "Remove the import.")))
        if wanted.path in known or wanted.path in found:
            continue
        imported = well_known_file(wanted.path)
        if imported is None:
            fact = f'the file imports "{wanted.path[:200]}"; AWS Glue stores no references, and takes only well-known types'
            problems.append((file, Problem(wanted.at, fact, "Copy what is needed into this file.", "glue-protobuf")))
        else:
            found[wanted.path] = imported
            pending += [(imported, each) for each in imported.imports]
    return found


def _types(file: File) -> dict[str, Target]:
    found: dict[str, Target] = {message.name: message for message in nested(file.messages)}
    found.update((enum.name, enum) for enum in file_enums(file))
    return found


def _taken(file: File, imports_well_known: bool) -> Iterator[Problem]:
    """Declarations with the names of well-known types, or of the packages that these are in."""
    if is_well_known(file.package):
        return
    declared = [(each.name, each.at) for each in _types(file).values()]
    declared += [(each.name, each.at) for each in file.services]
    declared += [(f"{file.package}.{value.name}".lstrip("."), value.at) for enum in file.enums for value in enum.values]
    for name, at in declared:
        if name in ("google", "google.protobuf"):
            if imports_well_known:
                yield Problem(at, f'"{name}" is the name of a package of the imported types', "Rename it.")
        elif is_well_known(name):
            yield Problem(at, f'"{name[:200]}" has the name of a well-known type', "Rename it.")


class _Resolver:
    """Looks up the names of one file, and judges what is found."""

    def __init__(self, file: File, files: Mapping[str, File], targets: dict[tuple[str, str], Target]) -> None:
        self._file = file
        self._targets = targets
        self._symbols: dict[str, Target] = {}
        self._aggregates: set[str] = set()
        for each in _visible(file, files):
            self._symbols.update(_types(each))
            parts = each.package.split(".")
            self._aggregates.update(".".join(parts[:end]) for end in range(1, len(parts) + 1))
        self._aggregates.update(self._symbols)

    def problems(self) -> Iterator[Problem]:
        """What is wrong with the names of the file; fills the targets on the way."""
        for message in nested(self._file.messages):
            for each in message.fields:
                yield from self._field(each)
        for extendee, each in self._file.extensions:
            yield from self._lookup(each.scope, extendee, each.at, messages_only=True)
            yield from self._field(each)
        for service in self._file.services:
            methods = {method.name for method in service.methods}
            for method in service.methods:
                for name in (method.takes, method.gives):
                    if name in methods:
                        yield Problem(method.at, f'"{name}" is an RPC of the service', "Put the package before it.")
                    yield from self._lookup(service.name, name, method.at, messages_only=True)

    def _field(self, found: Field) -> Iterator[Problem]:
        if found.type in _NAMES:
            target = None
        else:
            missed = tuple(self._lookup(found.scope, found.type, found.at))
            yield from missed
            if missed:
                return
            target = self._targets[found.scope, found.type]
        yield from _misuse(found, target)
        if isinstance(target, Enum):
            yield from self._enum_field(found, target)
        elif target is not None and target.map_entry and target.pointer != found.pointer:
            yield Problem(found.at, f'"{found.type}" stands for the entries of a map', "Declare a message.")

    def _enum_field(self, found: Field, enum: Enum) -> Iterator[Problem]:
        if found.default is not None and not any(value.name == found.default for value in enum.values):
            fact = f'the default of "{found.name}" is no value of the enum "{enum.name}"'
            yield Problem(found.at, fact, "Use one of its values.")
        if enum.closed and self._file.syntax == "proto3":
            yield Problem(found.at, f'"{enum.name}" is an enum of proto2, which proto3 cannot use', "Declare another.")
        if enum.closed and found.scope in self._symbols and enum.values and enum.values[0].number != 0:
            around = self._symbols[found.scope]
            if isinstance(around, Message) and around.map_entry:
                yield Problem(found.at, f'the first value of "{enum.name}" is not 0, as a map needs', "Put 0 first.")

    def _lookup(self, scope: str, name: str, at: int, messages_only: bool = False) -> Iterator[Problem]:
        key = (scope, name)
        target = self._targets.get(key) or self._resolve(scope, name)
        if target is None:
            yield Problem(at, f'"{name[:200]}" is not declared', _where_it_is(name))
        elif messages_only and not isinstance(target, Message):
            yield Problem(at, f'"{name[:200]}" is no message', "Use a message.")
        else:
            self._targets[key] = target

    def _resolve(self, scope: str, name: str) -> Target | None:
        """The innermost scope that knows the first part of a name decides what the name means."""
        if name.startswith("."):
            return self._symbols.get(name[1:])
        first, _, rest = name.partition(".")
        while True:
            base = f"{scope}.{first}" if scope else first
            if rest and base in self._aggregates:
                return self._symbols.get(f"{base}.{rest}")
            if not rest and base in self._symbols:
                return self._symbols[base]
            if not scope:
                return None
            scope = scope.rpartition(".")[0]


def _visible(file: File, files: Mapping[str, File]) -> list[File]:
    """The file, what it imports, and what that imports for others to see."""
    found, pending, done = [file], [each.path for each in file.imports], {file.path}
    while pending:
        path = pending.pop()
        if path not in done and path in files:
            done.add(path)
            found.append(files[path])
            pending += [each.path for each in files[path].imports if each.kind == "public"]
    return found


def _misuse(found: Field, target: Target | None) -> Iterator[Problem]:
    """Options that a field of this type cannot have."""
    options = dict(found.options)
    if found.packed and not (found.label == "repeated" and (isinstance(target, Enum) or found.type in _PACKABLE)):
        yield Problem(found.at, f'"{found.name}" cannot be packed', "Only repeated numbers, bools and enums can.")
    if isinstance(target, Message) and found.default is not None:
        yield Problem(found.at, f'"{found.name}" is a message, and has a default', "Remove it.")
    if {"lazy", "unverified_lazy"} & options.keys() and not isinstance(target, Message):
        yield Problem(found.at, f'"{found.name}" is lazy, which only a message can be', "Remove the option.")
    if "jstype" in options and options["jstype"] != "JS_NORMAL" and found.type not in _LARGE_INTEGERS:
        yield Problem(
            found.at, f'"{found.name}" has a jstype, which only integers of 64 bits have', "Remove the option."
        )


def _where_it_is(name: str) -> str:
    if name.lstrip(".").startswith("google.protobuf."):
        return "Import the file that declares it."
    return "Declare it, or write it as it is declared."
