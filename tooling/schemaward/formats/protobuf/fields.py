"""Fields of messages: types, numbers, defaults."""

from __future__ import annotations

from schemaward.formats.protobuf.building import FileParts, Scope
from schemaward.formats.protobuf.declared import (
    INTEGERS,
    SCALARS,
    Default,
    Field,
    Label,
    Message,
    entry_name_of,
    json_name_of,
)
from schemaward.formats.protobuf.options import Option, read_option_list, settle
from schemaward.formats.protobuf.reservations import MAX_FIELD
from schemaward.formats.protobuf.scalars import is_text
from schemaward.formats.protobuf.tokens import Tokens

_LABELS: dict[str, Label] = {"optional": "optional", "required": "required", "repeated": "repeated"}
_MAP_KEYS = frozenset(SCALARS) - {"float", "double", "bytes"}
_UNPACKED = frozenset(("string", "bytes"))
_OWN = ("default", "json_name", "packed")


def parse_field(tokens: Tokens, parts: FileParts, scope: Scope, oneof: str) -> Field:
    """``label type name = number [options];``, or the head of a group, up to its brace."""
    at = tokens.offset
    label = _label(tokens, parts, oneof)
    if tokens.word == "group" and not tokens.next_is("."):
        return _group_field(tokens, parts, scope, label, oneof, at)
    kind = tokens.dotted("the type of a field", leading=True)
    name = tokens.name("the name of the field")
    pointer = scope.declare(name, at, parts)
    number = _number(tokens, parts)
    written = read_option_list(tokens)
    tokens.expect(";")
    found = Field(name, number, kind, label, scope.name, pointer, at, json_name_of(name), oneof, end=tokens.behind)
    return _with_options(found, written, parts)


def _label(tokens: Tokens, parts: FileParts, oneof: str) -> Label:
    at = tokens.offset
    label = _LABELS[tokens.advance()] if tokens.one_of(_LABELS) else None
    if oneof:
        if label is not None:
            parts.problem(at, f'a field of a oneof has no label, this one has "{label}"', "Remove the label.")
        return "singular"
    if label is None:
        if parts.syntax == "proto2" and not (tokens.word == "map" and tokens.next_is("<")):
            parts.problem(at, "a field has no label, which proto2 asks for", "Write optional, required or repeated.")
        return "singular"
    if label == "required" and parts.syntax == "proto3":
        parts.problem(at, "a field is required, which proto3 does not know", "Remove the label.")
    return label


def _number(tokens: Tokens, parts: FileParts) -> int:
    tokens.expect("=")
    at = tokens.offset
    number = tokens.integer("the number of the field", 1, MAX_FIELD)
    if 19_000 <= number <= 19_999:
        parts.problem(at, f"the number {number} is kept for the implementation of Protobuf", "Use another number.")
    return number


def _group_field(tokens: Tokens, parts: FileParts, scope: Scope, label: Label, oneof: str, at: int) -> Field:
    tokens.expect("group")
    kind = tokens.name("the name of the group")
    name = kind.lower()
    if not kind[0].isupper():
        parts.problem(at, f'the name of the group "{kind}" begins with a small letter', "Write it with a capital.")
    pointer = scope.declare(name, at, parts)
    number = _number(tokens, parts)
    options = settle(read_option_list(tokens), "field", parts.problems)
    if parts.syntax == "proto3":
        parts.problem(at, "groups do not exist in proto3", "Use a field of a message type.")
    parts.problem(at, "the field is a group; AWS Glue takes none", "Use a field of a message type.", "glue-protobuf")
    return Field(
        name, number, kind, label, scope.name, pointer, at, json_name_of(name), oneof, group=True, options=options
    )


def parse_map_field(tokens: Tokens, parts: FileParts, scope: Scope) -> tuple[Message, Field]:
    """``map<key, value> name = number;`` as the entry message and the repeated field that it stands for.

    Source: language guide, "Maps", section "Backwards compatibility".
    """
    at = tokens.expect("map")
    tokens.expect("<")
    key_at = tokens.offset
    key = tokens.dotted("the type of the keys")
    if key not in _MAP_KEYS:
        parts.problem(key_at, f'"{key}" cannot be the key of a map', "Use a string, bool or integer type.")
    tokens.expect(",")
    kind = tokens.dotted("the type of the values", leading=True)
    tokens.expect(">")
    name = tokens.name("the name of the map")
    pointer = scope.declare(name, at, parts)
    number = _number(tokens, parts)
    written = read_option_list(tokens)
    tokens.expect(";")
    entry_name = entry_name_of(name)
    scope.claim(entry_name, at, parts)
    full = scope.full(entry_name)
    inner: Label = "optional" if parts.syntax == "proto2" else "singular"
    entry = Message(
        full,
        pointer,
        at,
        (
            Field("key", 1, key, inner, full, pointer, at, "key"),
            Field("value", 2, kind, inner, full, pointer, at, "value"),
        ),
        map_entry=True,
    )
    entries = Field(
        name, number, f".{full}", "repeated", scope.name, pointer, at, json_name_of(name), end=tokens.behind
    )
    return entry, _with_options(entries, written, parts)


def _with_options(found: Field, written: list[Option], parts: FileParts) -> Field:
    """``found`` with its options; ``default``, ``json_name`` and ``packed`` are part of what it means."""
    if not written:
        return found
    from dataclasses import replace

    defaults = [option for option in written if option.name == "default"]
    settled = settle([option for option in written if option.name != "default"], "field", parts.problems)
    chosen = dict(settled)
    _check_json_name(chosen.get("json_name"), found, parts)
    packed = chosen.get("packed")
    return replace(
        found,
        default=_default(defaults, found, parts),
        json_name=chosen.get("json_name", found.json_name),
        packed=None if packed is None else packed == "true",
        options=tuple((name, value) for name, value in settled if name not in _OWN),
    )


def _check_json_name(name: str | None, found: Field, parts: FileParts) -> None:
    if name is not None and ("\0" in name or (name.startswith("[") and name.endswith("]"))):
        parts.problem(found.at, f'the JSON name of "{found.name}" is in brackets, or has NUL in it', "Use another.")


def _default(options: list[Option], found: Field, parts: FileParts) -> Default:
    """The default of a field as a value: a name (of an enum's value) is a str, text is bytes."""
    if not options:
        return None
    option = options[0]
    fact = ""
    if len(options) > 1:
        fact = "the default is set twice"
    elif parts.syntax == "proto3":
        fact = "a field has a default, which proto3 does not know"
    elif found.label == "repeated":
        fact = "a repeated field has a default"
    if fact:
        parts.problem(option.at, fact, "Remove it.")
        return None
    value = _fitting(option, found.type)
    if value is None:
        parts.problem(option.at, f'the default of "{found.name}" is no value of {found.type}', "Write one that is.")
    return value


def _fitting(option: Option, kind: str) -> Default:
    """The value of a default for a field of type ``kind``; None when it does not fit."""
    value = option.value
    if kind in INTEGERS:
        least, most = INTEGERS[kind]
        if least == 0 and option.kind == "negative":
            return None
        return value if isinstance(value, int) and least <= value <= most else None
    if kind in ("float", "double"):
        if option.kind == "word" and value in ("inf", "nan"):
            return float(str(value))
        return float(value) if isinstance(value, (int, float)) else None
    if kind == "bool":
        return value == "true" if option.kind == "word" and value in ("true", "false") else None
    if kind == "string":
        return value if isinstance(value, bytes) and is_text(value) else None
    if kind == "bytes":
        return value if isinstance(value, bytes) else None
    return value if option.kind == "word" else None
