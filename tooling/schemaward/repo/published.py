"""Judge a file by one of our published JSON Schemas, in words that help: every problem, its place, and what to write."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemaward.model import JsonValue
from schemaward.rules import finding, suggestions
from schemaward.syntax.document import Document
from schemaward.syntax.places import pointer_of
from schemaward.verdict import Finding

MANIFEST_SCHEMA = "manifest.schema.json"
REGISTRIES_SCHEMA = "registries.schema.json"

_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (str, "text"),
    (int, "a whole number"),
    (dict, "a mapping"),
    (list, "a list"),
    (type(None), "nothing"),
)
_WANTED = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
}


@dataclass(frozen=True, slots=True)
class _Problem:
    """What is wrong at ``pointer``, and what to do about it."""

    pointer: str
    fact: str
    remedy: str


def schema_findings(document: Document, schema_name: str, rule: str, contract: str = "") -> tuple[Finding, ...]:
    """A finding of ``rule`` for everything in ``document`` that the published schema ``schema_name`` refuses."""
    schema, validator = _published(schema_name)
    if validator.is_valid(document.value):
        return ()
    problems = dict.fromkeys(
        problem for error in validator.iter_errors(document.value) for problem in _problems(schema, document, error)
    )
    return tuple(
        finding(
            rule,
            document.place(problem.pointer),
            problem.fact,
            problem.remedy,
            contract=contract,
            pointer=problem.pointer,
        )
        for problem in problems
    )


@functools.cache
def _published(name: str) -> tuple[dict[str, Any], Any]:
    import jsonschema_rs

    schema = json.loads(Path(__file__).with_name(name).read_text("utf-8"))
    return schema, jsonschema_rs.Draft7Validator(schema)


def _problems(schema: dict[str, Any], document: Document, error: Any) -> Iterator[_Problem]:
    """The problems that one error of the validator stands for."""
    pointer = functools.reduce(pointer_of, error.instance_path, "")
    where, path = _where(error.instance_path), list(error.schema_path)
    part = _at(schema, path[:-1])
    instance = _at(document.value, error.instance_path)
    details = error.kind.as_dict()
    match error.kind.name:
        case "additionalProperties":
            for name in details["unexpected"]:
                yield _unknown_field(pointer, where, name, list(part["properties"]))
        case "required":
            name = details["property"]
            told = part["properties"][name]["description"]
            yield _Problem(pointer, f'the field "{name}" is missing{_inside(where)}', f"Add it. {told}")
        case "enum":
            yield _Problem(pointer, *_not_one_of(where, instance, details["options"]))
        case "type":
            wanted = " or ".join(_WANTED[kind] for kind in details["types"])
            yield _Problem(pointer, f"{where} is {_kind(instance)}, not {wanted}", _told(part))
        case "propertyNames":
            name = str(details["error"].instance)
            names = _at(schema, path[: path.index("propertyNames") + 1])
            remedy = _not_one_of(where, name, names["enum"])[1] if "enum" in names else _told(names)
            yield _Problem(pointer_of(pointer, name), f"the name {_shown(name)} is not allowed{_inside(where)}", remedy)
        case "minItems":
            yield _Problem(pointer, f"{where} is empty", _told(part))
        case "uniqueItems":
            yield from _repeated(pointer, where, instance)
        case _:
            yield _Problem(pointer, f"{where} is {_shown(instance)}, which is not allowed", _told(part))


def _unknown_field(pointer: str, where: str, name: str, known: Sequence[str]) -> _Problem:
    fields = ", ".join(each for each in known if not each.startswith("$"))
    meant = suggestions(name, known) or suggestions(name.lower(), known)
    remedy = f"{meant} The fields are {fields}." if meant else f"Remove it. The fields are {fields}."
    return _Problem(pointer_of(pointer, name), f"{_shown(name)} is not a field{_inside(where)}", remedy)


def _not_one_of(where: str, value: JsonValue, options: list[str]) -> tuple[str, str]:
    """Fact and remedy for a word that is not in the list, whatever its case."""
    folded = {option.casefold(): option for option in options}
    meant = ""
    if isinstance(value, str):
        word = value.casefold().replace("-", "_").replace(" ", "_")
        exact = folded.get(word)
        meant = f'did you mean "{exact}"?' if exact else suggestions(word, folded)
        for low, option in folded.items():
            meant = meant.replace(f'"{low}"', f'"{option}"')
    choice = f"Write one of {', '.join(options)}."
    return f"{where} is {_shown(value)}", f"{meant} {choice}" if meant else choice


def _repeated(pointer: str, where: str, items: Any) -> Iterator[_Problem]:
    seen: list[JsonValue] = []
    for index, item in enumerate(items):
        if item in seen:
            yield _Problem(pointer_of(pointer, index), f"{where} names {_shown(item)} twice", "Remove one of the two.")
        seen.append(item)


def _at(value: Any, path: Sequence[str | int]) -> Any:
    return functools.reduce(lambda part, token: part[token], path, value)


def _where(path: Sequence[str | int]) -> str:
    """The words for a place: fields joined by dots, items by their number from 1."""
    if not path:
        return "the file"
    names = ".".join(str(token) for token in path if isinstance(token, str))
    return f'item {path[-1] + 1} of "{names}"' if isinstance(path[-1], int) else f'"{names}"'


def _inside(where: str) -> str:
    return "" if where == "the file" else f" in {where}"


def _kind(value: JsonValue) -> str:
    return next((word for kind, word in _KINDS if isinstance(value, kind)), "a number")


def _told(part: dict[str, Any]) -> str:
    return str(part["description"])


def _shown(value: JsonValue) -> str:
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
