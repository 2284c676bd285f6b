"""A toy data format, and builders of contracts in it.

A schema is a list of words; a document is one word, and passes when it is in the list. ``"?"`` in a schema makes every
question about it undecided, ``"!"`` makes it unusable, and ``"#"`` unusable for validation. A word
that begins with ``"~"`` comes back without it, in bytes, and one that begins with ``"_"`` is not to go. AWS Glue, as this format has it, refuses lists of five words.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from schemaward.errors import InputError
from schemaward.formats.base import Question, Refusal, Schema
from schemaward.model import (
    Contract,
    DataFormat,
    Example,
    JsonValue,
    Mode,
    Place,
    Policy,
    RegistrySide,
    Status,
    Version,
)
from schemaward.rules import finding
from schemaward.syntax.document import Document
from schemaward.verdict import (
    Change,
    Compatible,
    Effect,
    Expectation,
    Finding,
    Incompatible,
    Mending,
    Proof,
    Undecided,
    Verdict,
    Wire,
)


class Words:
    """The functions of a format module, counting the questions."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.told: list[Verdict | None] = []

    def load(self, document: Document, read: object) -> tuple[Schema | None, tuple[Finding, ...]]:
        words = document.value
        assert isinstance(words, list)
        if "!" in words:
            return None, (finding("schema-invalid", document.place(f"/{words.index('!')}"), "! is no word"),)
        warning = (finding("glue-size", document.place(), "too many words"),) if len(words) > 8 else ()
        return Schema(document, document.text, json.dumps(sorted(map(str, words))), words), warning

    def load_value(self, value: Any, name: str) -> Schema:
        raise InputError(name)

    def can_read(self, reader: Schema, writer: Schema, policy: Policy, assert_formats: bool) -> Verdict:
        self.asked.append((reader.document.path, writer.document.path))
        if "?" in reader.parsed + writer.parsed:
            return Undecided("a question mark stands in the way")
        unreadable = [word for word in writer.parsed if word not in reader.parsed]
        if not unreadable:
            return Compatible(tuple(_lost(reader, writer, word) for word in writer.parsed if word.startswith("~")))
        fact = f"the reader refuses the document: '{unreadable[0]}'"
        return Incompatible(unreadable[0], (finding("document-refused", reader.place(""), fact),))

    def diff(
        self, old: Schema, new: Schema, policy: Policy = Policy.STRICT, assert_formats: bool = True
    ) -> tuple[Change, ...]:
        """Added words, each at its place; a word that is gone, at the end of the old list."""
        added = [(position, word) for position, word in enumerate(new.parsed) if word not in old.parsed]
        gone = [(position, word) for position, word in enumerate(old.parsed) if word not in new.parsed]
        return (
            *(Change("word-added", f"/{position}", Effect.WIDENS, new=word) for position, word in added),
            *(Change("word-gone", f"/{position}", Effect.NARROWS, old=word, side="old") for position, word in gone),
        )

    def mend(
        self, new: Schema, questions: Sequence[Question], policy: Policy = Policy.STRICT, assert_formats: bool = True
    ) -> Mending | None:
        """Words are not mended."""
        return None

    def conventions(self, old: Schema, new: Schema) -> tuple[Finding, ...]:
        gone = [word for word in old.parsed if word.startswith("_") and word not in new.parsed]
        return tuple(finding("glue-size", new.place(""), f"{word} is not to go") for word in gone)

    def refusals(self, schema: Schema, value: JsonValue) -> tuple[Refusal, ...]:
        if "#" in schema.parsed:
            raise InputError("# cannot be compared", "", schema.place(""))
        return () if value in schema.parsed else (Refusal("", "/0", f'"{value}" is not in the list'),)

    def expectation(self, reader: Schema, writer: Schema, strict: Verdict | None = None) -> Expectation:
        self.told.append(strict)
        if 5 in (len(reader.parsed), len(writer.parsed)):
            return Expectation("refuses", "it does not like five")
        return Expectation("accepts", "it likes the number")


def _lost(reader: Schema, writer: Schema, word: str) -> Finding:
    """A loss, by a rule that the toy format has to borrow."""
    position, counterpart = reader.parsed.index(word), writer.parsed.index(word)
    return finding(
        "schema-pattern",
        reader.place(f"/{position}"),
        f' at "/{position}": the mark is lost',
        pointer=f"/{position}",
        proof=Proof(word, wire=Wire(word.encode().hex(), seen=word[1:])),
        counterpart=f"/{counterpart}",
    )


def no_files(path: str) -> Document:
    raise InputError(f"{path} does not exist")


def document(path: str, value: JsonValue, text: str | None = None) -> Document:
    """A document with one value a line: the value of pointer ``/0`` is on line 2, and so on."""
    places = {"": (1, 1)}
    if isinstance(value, list):
        places |= {f"/{position}": (position + 2, 3) for position in range(len(value))}
    if isinstance(value, dict):
        places |= {f"/{key}": (position + 2, 3) for position, key in enumerate(value)}
    return Document(path, json.dumps(value, indent=2) if text is None else text, value, places)


def contract(
    *versions: list[JsonValue],
    mode: Mode = Mode.BACKWARD,
    registry_mode: Mode | None = None,
    status: Status = Status.ACTIVE,
    policy: Policy = Policy.STRICT,
    data_format: DataFormat = DataFormat.JSON,
    owners: tuple[str, ...] = ("@words/team",),
    consumers: tuple[str, ...] = (),
    examples: tuple[Example, ...] = (),
    description: str = "",
    schema_name: str = "words.list",
    tags: tuple[tuple[str, str], ...] = (),
    folder: str = "contracts/words/list",
    severities: tuple[tuple[str, str], ...] = (),
) -> Contract:
    """A contract whose versions are v1, v2, ... with these words."""
    manifest: JsonValue = {"compatibility": mode, "policy": policy, "status": status, "owners": list(owners)}
    return Contract(
        name=".".join(folder.split("/")[1:]),
        folder=folder,
        description=description,
        data_format=data_format,
        mode=mode,
        policy=policy,
        owners=owners,
        status=status,
        registry=RegistrySide(schema_name, registry_mode),
        manifest=document(f"{folder}/contract.yaml", manifest),
        tags=tags,
        consumers=consumers,
        severities=severities,
        versions=tuple(
            Version(number, document(f"{folder}/v{number}.json", words)) for number, words in enumerate(versions, 1)
        ),
        examples=examples,
    )


def example(name: str, value: JsonValue, valid: bool, number: int | None = None) -> Example:
    side = "valid" if valid else "invalid"
    return Example(document(f"contracts/words/list/examples/{side}/{name}", value), valid, number)


def at(path: str, line: int = 1, column: int = 1) -> Place:
    return Place(f"contracts/words/list/{path}", line, column)
