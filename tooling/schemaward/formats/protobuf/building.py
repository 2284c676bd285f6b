"""What the parser has gathered so far: the parts of a file, and the scopes in which names must differ."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from schemaward.formats.protobuf.declared import Enum, Field, Import, Message, Problem, Service
from schemaward.syntax.places import Mark


@dataclass(slots=True)
class Scope:
    """A package, message, enum or service while it is being read.

    ``declared`` are the names in it: of types, fields, oneofs, values of enums, and methods alike, which must differ.
    """

    name: str
    pointer: str
    depth: int = 0
    declared: set[str] = field(default_factory=set)
    marks: dict[str, Mark] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    enums: list[Enum] = field(default_factory=list)

    def full(self, name: str) -> str:
        """The full name of what is called ``name`` in this scope."""
        return f"{self.name}.{name}" if self.name else name

    def claim(self, name: str, at: int, parts: FileParts) -> None:
        """Take a name; it is a problem when it is taken already."""
        if name in self.declared:
            around = f'"{self.name}"' if self.name else "the file"
            parts.problems.append(Problem(at, f'"{name}" is declared twice in {around}', "Rename one of the two."))
        self.declared.add(name)

    def declare(self, name: str, at: int, parts: FileParts) -> str:
        """Take a name for what is declared at the offset ``at``; returns its pointer."""
        self.claim(name, at, parts)
        self.marks.setdefault(name, at)
        return f"{self.pointer}/{name}"

    @classmethod
    def inside(cls, outer: Scope, name: str, at: int, parts: FileParts) -> Scope:
        """The scope of what is declared as ``name`` in ``outer``."""
        pointer = outer.declare(name, at, parts)
        scope = cls(outer.full(name), pointer, outer.depth + 1)
        outer.marks[name] = (at, scope.marks)
        return scope


@dataclass(slots=True)
class FileParts:
    """The parts of a file while it is being read; ``top`` is the scope of its package."""

    syntax: Literal["proto2", "proto3"]
    package: str = ""
    top: Scope = field(default_factory=lambda: Scope("", ""))
    imports: list[Import] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    extensions: list[tuple[str, Field]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, at: int, fact: str, remedy: str = "", rule: str = "schema-invalid") -> None:
        """Note something wrong."""
        self.problems.append(Problem(at, fact, remedy, rule))
