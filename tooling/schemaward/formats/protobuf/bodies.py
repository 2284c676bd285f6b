"""Messages, enums and extensions: the declarations that nest."""

from __future__ import annotations

from dataclasses import replace

from schemaward.formats.protobuf.building import FileParts, Scope
from schemaward.formats.protobuf.declared import Enum, Field, Message, Options, Reserved, Value
from schemaward.formats.protobuf.fields import parse_field, parse_map_field
from schemaward.formats.protobuf.options import Option, read_option, read_option_list, settle
from schemaward.formats.protobuf.reservations import (
    MAX_FIELD,
    check_fields,
    check_json_names,
    check_values,
    parse_ranges,
    parse_reserved,
)
from schemaward.formats.protobuf.tokens import Tokens

_LEGACY_JSON = "deprecated_legacy_json_field_conflicts"
_DEEPEST = 31
"""Messages inside each other; the official compiler stops there too."""


class _Body:
    """The parts of one message while it is being read."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.fields: list[Field] = []
        self.oneofs: list[tuple[str, Options]] = []
        self.reserved = Reserved()
        self.extensions: list[tuple[int, int]] = []
        self.options: list[Option] = []


def parse_message(tokens: Tokens, parts: FileParts, outer: Scope) -> None:
    """``message Name { ... }``, into the messages of ``outer``."""
    at = tokens.expect("message")
    scope = Scope.inside(outer, tokens.name("the name of the message"), at, parts)
    outer.messages.append(_message_body(tokens, parts, scope, at))


def _message_body(tokens: Tokens, parts: FileParts, scope: Scope, at: int) -> Message:
    if scope.depth > _DEEPEST:
        tokens.refuse(f"messages are nested more than {_DEEPEST} deep", "move some of them outside", at)
    body = _Body(scope)
    tokens.expect("{")
    while not tokens.skip("}"):
        _member(tokens, parts, body)
    end = tokens.behind
    options = settle(body.options, "message", parts.problems)
    if ("message_set_wire_format", "true") in options:
        parts.problem(at, "a message set holds extensions; AWS Glue takes none", "Remove the option.", "glue-protobuf")
    check_fields(body.fields, body.reserved, body.extensions, parts)
    if (_LEGACY_JSON, "true") not in options:
        check_json_names(body.fields, parts)
    return Message(
        name=scope.name,
        pointer=scope.pointer,
        at=at,
        fields=tuple(body.fields),
        oneofs=tuple(body.oneofs),
        messages=tuple(scope.messages),
        enums=tuple(scope.enums),
        reserved=body.reserved,
        extensions=tuple(body.extensions),
        options=options,
        end=end,
    )


def _member(tokens: Tokens, parts: FileParts, body: _Body) -> None:
    """One statement of a message. A keyword may also be the type of a field: then no name or brace follows as it must."""
    word = tokens.word
    if word == "message":
        parse_message(tokens, parts, body.scope)
    elif word == "enum":
        parse_enum(tokens, parts, body.scope)
    elif word == "extend":
        parse_extend(tokens, parts, body.scope)
    elif tokens.skip("oneof"):
        _oneof(tokens, parts, body)
    elif word == "extensions":
        _extensions(tokens, parts, body)
    elif word == "reserved":
        body.reserved = parse_reserved(tokens, parts, body.reserved, (1, MAX_FIELD))
    elif tokens.skip("option"):
        body.options.append(read_option(tokens))
        tokens.expect(";")
    elif word == "map" and tokens.next_is("<"):
        entry, entries = parse_map_field(tokens, parts, body.scope)
        body.scope.messages.append(entry)
        body.fields.append(entries)
    elif not tokens.skip(";"):
        _field(tokens, parts, body)


def _field(tokens: Tokens, parts: FileParts, body: _Body, oneof: str = "") -> None:
    found = parse_field(tokens, parts, body.scope, oneof)
    body.fields.append(found)
    if found.group:
        _group(tokens, parts, body.scope, found)


def _group(tokens: Tokens, parts: FileParts, outer: Scope, declared: Field) -> None:
    """The message that a group declares together with its field."""
    scope = Scope.inside(outer, declared.type, declared.at, parts)
    outer.messages.append(_message_body(tokens, parts, scope, declared.at))


def _oneof(tokens: Tokens, parts: FileParts, body: _Body) -> None:
    at = tokens.offset
    name = tokens.name("the name of the oneof")
    body.scope.declare(name, at, parts)
    before = len(body.fields)
    options: list[Option] = []
    tokens.expect("{")
    while not tokens.skip("}"):
        if tokens.skip("option"):
            options.append(read_option(tokens))
            tokens.expect(";")
        elif tokens.word == "map" and tokens.next_is("<"):
            tokens.refuse("a map stands in a oneof", "move it out, or wrap it in a message")
        else:
            _field(tokens, parts, body, name)
    if len(body.fields) == before:
        parts.problem(at, f'the oneof "{name}" has no fields', "Give it a field, or remove it.")
    body.oneofs.append((name, settle(options, "oneof", parts.problems)))


def _extensions(tokens: Tokens, parts: FileParts, body: _Body) -> None:
    at = tokens.expect("extensions")
    if parts.syntax == "proto3":
        parts.problem(at, "extension ranges do not exist in proto3", "Remove them.")
    body.extensions = parse_ranges(tokens, parts, (1, MAX_FIELD), body.extensions)
    if tokens.word == "[":
        settle(read_option_list(tokens), "extensions", parts.problems)
    tokens.expect(";")
    parts.problem(at, "the message leaves room for extensions; AWS Glue takes none", "Remove them.", "glue-protobuf")


def parse_extend(tokens: Tokens, parts: FileParts, outer: Scope) -> None:
    """``extend Name { ... }``: fields that belong to another message."""
    at = tokens.expect("extend")
    extendee = tokens.dotted("the name of a message", leading=True)
    tokens.expect("{")
    before = len(parts.extensions)
    while not tokens.skip("}"):
        if not tokens.skip(";"):
            found = parse_field(tokens, parts, outer, "")
            if found.label == "required":
                parts.problem(found.at, "an extension cannot be required", "Make it optional.")
            parts.extensions.append((extendee, replace(found, scope=outer.name)))
            if found.group:
                _group(tokens, parts, outer, found)
    if len(parts.extensions) == before:
        tokens.refuse(f'"{extendee[:60]}" is extended by nothing', "add a field, or remove the block", at)
    parts.problem(at, "the file declares extensions; AWS Glue takes none", "Remove them.", "glue-protobuf")


def parse_enum(tokens: Tokens, parts: FileParts, outer: Scope) -> None:
    """``enum Name { ... }``, into the enums of ``outer``, which must not know the names of the values either."""
    at = tokens.expect("enum")
    scope = Scope.inside(outer, tokens.name("the name of the enum"), at, parts)
    values: list[Value] = []
    reserved = Reserved()
    options: list[Option] = []
    tokens.expect("{")
    while not tokens.skip("}"):
        if tokens.word == "reserved":
            reserved = parse_reserved(tokens, parts, reserved, (-(2**31), 2**31 - 1))
        elif tokens.skip("option"):
            options.append(read_option(tokens))
            tokens.expect(";")
        elif not tokens.skip(";"):
            values.append(_value(tokens, parts, scope, outer))
    settled = settle(options, "enum", parts.problems)
    closed = parts.syntax == "proto2"
    enum = Enum(scope.name, scope.pointer, at, tuple(values), closed, reserved, settled, tokens.behind)
    check_values(enum, parts)
    outer.enums.append(enum)


def _value(tokens: Tokens, parts: FileParts, scope: Scope, outer: Scope) -> Value:
    at = tokens.offset
    name = tokens.name("the name of a value")
    pointer = scope.declare(name, at, parts)
    if name not in outer.declared:
        outer.claim(name, at, parts)
    elif name not in scope.marks or scope.marks[name] == at:
        parts.problem(at, f'"{name}" is declared beside the enum too, where its values count', "Rename one of the two.")
    tokens.expect("=")
    number = tokens.integer("the number of the value", -(2**31), 2**31 - 1)
    options = settle(read_option_list(tokens), "value", parts.problems)
    tokens.expect(";")
    return Value(name, number, pointer, at, options, tokens.behind)
