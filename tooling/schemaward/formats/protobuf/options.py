"""Options: how they are written, and which there are.

Source: google/protobuf/descriptor.proto, the messages FileOptions to MethodOptions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from schemaward.formats.protobuf.declared import Default, Options, Problem
from schemaward.formats.protobuf.tokens import Tokens

Kind: TypeAlias = Literal["word", "integer", "negative", "float", "string", "block"]
"""How a value is written; ``negative`` is an integer behind a minus, which may be 0."""

_BOOL = frozenset(("true", "false"))
_TEXT: frozenset[str] = frozenset()

KNOWN: dict[str, dict[str, frozenset[str]]] = {
    "file": {
        **dict.fromkeys(
            ("java_package", "java_outer_classname", "go_package", "objc_class_prefix", "csharp_namespace",
             "swift_prefix", "php_class_prefix", "php_namespace", "php_metadata_namespace", "ruby_package"),
            _TEXT,
        ),
        **dict.fromkeys(
            ("java_multiple_files", "java_generate_equals_and_hash", "java_string_check_utf8", "cc_generic_services",
             "java_generic_services", "py_generic_services", "deprecated", "cc_enable_arenas"),
            _BOOL,
        ),
        "optimize_for": frozenset(("SPEED", "CODE_SIZE", "LITE_RUNTIME")),
    },
    "message": dict.fromkeys(
        ("message_set_wire_format", "no_standard_descriptor_accessor", "deprecated",
         "deprecated_legacy_json_field_conflicts"),
        _BOOL,
    ),
    "field": {
        **dict.fromkeys(("packed", "lazy", "unverified_lazy", "deprecated", "weak", "debug_redact"), _BOOL),
        "ctype": frozenset(("STRING", "CORD", "STRING_PIECE")),
        "jstype": frozenset(("JS_NORMAL", "JS_STRING", "JS_NUMBER")),
        "retention": frozenset(("RETENTION_UNKNOWN", "RETENTION_RUNTIME", "RETENTION_SOURCE")),
        "targets": frozenset(
            f"TARGET_TYPE_{name}"
            for name in ("UNKNOWN", "FILE", "EXTENSION_RANGE", "MESSAGE", "FIELD", "ONEOF", "ENUM", "ENUM_ENTRY",
                         "SERVICE", "METHOD")
        ),
        "json_name": _TEXT,
    },
    "oneof": {},
    "enum": dict.fromkeys(("allow_alias", "deprecated", "deprecated_legacy_json_field_conflicts"), _BOOL),
    "value": dict.fromkeys(("deprecated", "debug_redact"), _BOOL),
    "service": {"deprecated": _BOOL},
    "method": {
        "deprecated": _BOOL,
        "idempotency_level": frozenset(("IDEMPOTENCY_UNKNOWN", "NO_SIDE_EFFECTS", "IDEMPOTENT")),
    },
    "extensions": {},
}  # fmt: skip
"""By what an option stands on: its name, and the words that it takes; no words mean a string."""

_SEVERAL = frozenset(("targets",))
_CLOSING = {"{": "}", "[": "]", "<": ">"}


@dataclass(frozen=True, slots=True)
class Option:
    """One option as it is written; ``value`` is None for a block, which only custom options have."""

    name: str
    kind: Kind
    value: Default
    at: int


def read_option(tokens: Tokens) -> Option:
    """``name = value``, up to what follows it."""
    at = tokens.offset
    parts = [_part(tokens)]
    while tokens.skip("."):
        parts.append(_part(tokens))
    tokens.expect("=")
    return Option(".".join(parts), *read_constant(tokens), at)


def _part(tokens: Tokens) -> str:
    if not tokens.skip("("):
        return tokens.name("the name of an option")
    name = tokens.dotted("the name of an option", leading=True)
    tokens.expect(")")
    return f"({name})"


def read_constant(tokens: Tokens) -> tuple[Kind, Default]:
    """A value: a word, a number, a string, or a block."""
    negative = tokens.skip("-")
    kind = tokens.kind
    if kind == "integer":
        value = tokens.natural()
        return ("negative", -value) if negative else ("integer", value)
    if kind == "float" or (negative and tokens.one_of(("inf", "nan"))):
        value_of_float = float(tokens.advance())
        return "float", -value_of_float if negative else value_of_float
    if negative:
        tokens.refuse("a minus stands before what is no number", "remove it")
    if kind == "word":
        return "word", tokens.advance()
    if kind == "string":
        return "string", tokens.string("a value")
    if tokens.word == "{":
        _skip_block(tokens)
        return "block", None
    return tokens.refuse(f'"{tokens.word}" is no value', "write a word, a number, or a string")


def _skip_block(tokens: Tokens) -> None:
    """Step over a value in the text format, whose brackets must match."""
    start, open_brackets = tokens.offset, [_CLOSING[tokens.advance()]]
    while open_brackets:
        if tokens.kind == "end":
            tokens.refuse("a block is not closed", "close it", start)
        word = tokens.advance()
        if word in _CLOSING:
            open_brackets.append(_CLOSING[word])
        elif word in ("}", "]", ">") and word != open_brackets.pop():
            tokens.refuse(f'"{word}" closes what it did not open', "match the brackets", tokens.offset)


def read_option_list(tokens: Tokens) -> list[Option]:
    """The options in square brackets behind a declaration, if there are any."""
    found: list[Option] = []
    if tokens.skip("["):
        found.append(read_option(tokens))
        while tokens.skip(","):
            found.append(read_option(tokens))
        tokens.expect("]")
    return found


def settle(options: list[Option], element: str, problems: list[Problem]) -> Options:
    """The options as names and values in the order of names; adds to ``problems`` what is wrong with them."""
    settled: dict[str, str] = {}
    for option in options:
        problem = _problem(option, element, settled)
        if problem is not None:
            problems.append(problem)
        elif option.name in _SEVERAL and option.name in settled:
            settled[option.name] += f" {_text(option.value)}"
        else:
            settled[option.name] = _text(option.value)
    return tuple(sorted(settled.items()))


def _text(value: Default) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def _problem(option: Option, element: str, settled: dict[str, str]) -> Problem | None:
    name = option.name
    if name.startswith("("):
        fact = f'the option "{name}" is a custom one, an extension; AWS Glue takes no extensions'
        return Problem(option.at, fact, "Remove it.", "glue-protobuf")
    if name.split(".")[0] == "features":
        return Problem(option.at, "features belong to editions, and this file is none", "Remove the option.")
    if name not in KNOWN[element]:
        known = ", ".join(KNOWN[element]) or "none"
        return Problem(option.at, f'"{name}" is no option of a {element}', f"Remove it; there are: {known}.")
    if name in settled and name not in _SEVERAL:
        return Problem(option.at, f'the option "{name}" is set twice', "Keep one.")
    words = KNOWN[element][name]
    if words and (option.kind != "word" or option.value not in words):
        return Problem(option.at, f'the option "{name}" has a value that it does not take', f"Use {_either(words)}.")
    if not words and option.kind != "string":
        return Problem(option.at, f'the option "{name}" takes a string', "Put the value in quotes.")
    return None


def _either(words: frozenset[str]) -> str:
    return " or ".join(sorted(words, reverse=words == _BOOL))
