"""The text of a .proto file to what it declares; strict, with the offset of everything.

Source: "Protocol Buffers Language Specification", proto2 and proto3.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from schemaward.formats.protobuf.bodies import parse_enum, parse_extend, parse_message
from schemaward.formats.protobuf.building import FileParts, Scope
from schemaward.formats.protobuf.declared import File, Import, Method, Options, Problem, Service, is_well_known
from schemaward.formats.protobuf.options import Option, read_option, settle
from schemaward.formats.protobuf.tokens import Tokens


def parse(path: str, text: str) -> File:
    """Parse one file.

    Raises InputError, with the place, at the first thing that is no syntax; what is wrong in meaning is in the
    ``problems`` of the file.
    """
    tokens = Tokens(path, text)
    parts = FileParts(_syntax(tokens))
    # The package counts for all of the file, wherever it stands.
    parts.top.name = tokens.named_at_top("package")
    options: list[Option] = []
    while tokens.kind != "end":
        _statement(tokens, parts, options)
    settled = settle(options, "file", parts.problems)
    return File(
        path=path,
        text=text,
        syntax=parts.syntax,
        package=parts.package,
        imports=tuple(parts.imports),
        messages=tuple(parts.top.messages),
        enums=tuple(parts.top.enums),
        services=tuple(parts.services),
        extensions=tuple(parts.extensions),
        options=settled,
        problems=tuple(parts.problems),
        marks=(0, parts.top.marks),
    )


def _syntax(tokens: Tokens) -> Literal["proto2", "proto3"]:
    """The ``syntax`` statement, which comes first; without it a file is in proto2."""
    if tokens.word == "edition" and tokens.next_is("="):
        tokens.refuse(
            "the file is written in an edition; AWS Glue takes proto2 and proto3", 'write `syntax = "proto3";`'
        )
    if not tokens.skip("syntax"):
        return "proto2"
    tokens.expect("=")
    offset = tokens.offset
    name = tokens.text("the syntax")
    if name not in ("proto2", "proto3"):
        tokens.refuse(f'the syntax "{name[:60]}" is not known', 'write "proto2" or "proto3"', offset)
    tokens.expect(";")
    return "proto2" if name == "proto2" else "proto3"


def _statement(tokens: Tokens, parts: FileParts, options: list[Option]) -> None:
    word = tokens.word
    if tokens.skip(";"):
        return
    if tokens.kind == "word" and word in _STATEMENTS:
        _STATEMENTS[word](tokens, parts)
    elif tokens.skip("option"):
        options.append(read_option(tokens))
        tokens.expect(";")
    else:
        tokens.refuse(
            f'"{word[:60]}" begins no declaration', "declare a message, enum, service, option, import or package"
        )


def _package(tokens: Tokens, parts: FileParts) -> None:
    at = tokens.expect("package")
    if parts.package:
        parts.problems.append(Problem(at, "the package is declared twice", "Keep one."))
    parts.package = tokens.dotted("the name of the package")
    parts.top.marks["package"] = at
    tokens.expect(";")
    if is_well_known(parts.package):
        fact = f'the package "{parts.package[:200]}" belongs to the well-known types'
        parts.problems.append(Problem(at, fact, "Use a package of your own."))


def _import(tokens: Tokens, parts: FileParts) -> None:
    at = tokens.expect("import")
    kind = tokens.advance() if tokens.one_of(("public", "weak")) else ""
    path = tokens.text("the path of the file")
    tokens.expect(";")
    if any(each.path == path for each in parts.imports):
        parts.problems.append(Problem(at, f'"{path[:200]}" is imported twice', "Keep one."))
    parts.imports.append(Import(path, kind, at))


def _message(tokens: Tokens, parts: FileParts) -> None:
    parse_message(tokens, parts, parts.top)


def _enum(tokens: Tokens, parts: FileParts) -> None:
    parse_enum(tokens, parts, parts.top)


def _extend(tokens: Tokens, parts: FileParts) -> None:
    parse_extend(tokens, parts, parts.top)


def _service(tokens: Tokens, parts: FileParts) -> None:
    at = tokens.expect("service")
    scope = Scope.inside(parts.top, tokens.name("the name of the service"), at, parts)
    methods: list[Method] = []
    options: list[Option] = []
    tokens.expect("{")
    while not tokens.skip("}"):
        if tokens.skip("option"):
            options.append(read_option(tokens))
            tokens.expect(";")
        elif tokens.word == "rpc":
            methods.append(_method(tokens, parts, scope))
        elif not tokens.skip(";"):
            tokens.refuse(f'"{tokens.word[:60]}" begins nothing that a service has', "declare an rpc or an option")
    settled = settle(options, "service", parts.problems)
    parts.services.append(Service(scope.name, scope.pointer, at, tuple(methods), settled))


def _method(tokens: Tokens, parts: FileParts, scope: Scope) -> Method:
    at = tokens.expect("rpc")
    name = tokens.name("the name of the rpc")
    pointer = scope.declare(name, at, parts)
    takes, takes_stream = _side(tokens)
    tokens.expect("returns")
    gives, gives_stream = _side(tokens)
    options = _method_options(tokens, parts)
    return Method(name, pointer, at, takes, gives, takes_stream, gives_stream, options)


def _side(tokens: Tokens) -> tuple[str, bool]:
    tokens.expect("(")
    # A message that is itself called `stream` must be written with its package, as protoc has it.
    stream = tokens.skip("stream")
    name = tokens.dotted("the name of a message", leading=True)
    tokens.expect(")")
    return name, stream


def _method_options(tokens: Tokens, parts: FileParts) -> Options:
    options: list[Option] = []
    if not tokens.skip("{"):
        tokens.expect(";")
        return ()
    while not tokens.skip("}"):
        if tokens.skip("option"):
            options.append(read_option(tokens))
            tokens.expect(";")
        elif not tokens.skip(";"):
            tokens.refuse(f'"{tokens.word[:60]}" begins nothing that an rpc has', "declare an option")
    return settle(options, "method", parts.problems)


_STATEMENTS: dict[str, Callable[[Tokens, FileParts], None]] = {
    "package": _package,
    "import": _import,
    "message": _message,
    "enum": _enum,
    "extend": _extend,
    "service": _service,
}
