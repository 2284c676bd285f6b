"""One file or text to one Document."""

from __future__ import annotations

from functools import partial

from schemaward.errors import InputError
from schemaward.model import Place
from schemaward.syntax.document import Document
from schemaward.syntax.json_text import json_marks, parse_json
from schemaward.syntax.limits import MAX_BYTES
from schemaward.syntax.places import LazyPlaces, Mark, refused
from schemaward.syntax.yaml_text import parse_yaml

JSON_SUFFIXES = (".json", ".avsc")
YAML_SUFFIXES = (".yaml", ".yml")
TEXT_SUFFIXES = (".proto",)
_UTF8_BOM = b"\xef\xbb\xbf"
_OTHER_UNICODE = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


def parse_document(path: str, data: bytes) -> Document:
    """Parse the content of a file; its suffix decides how: JSON (also ``.avsc``), YAML, or text (``.proto``).

    Values are those of JSON: a number without fraction and exponent is an int, another a float, or a
    ``decimal.Decimal`` where the float would not be what was written. A UTF-8 byte order mark is skipped.
    Raises InputError, with the place, for everything else than one well-formed value in UTF-8 within the limits of
    ``schemaward.syntax.limits``.
    """
    return _parse(path, decode(path, data), path)


def parse_text(text: str, name: str) -> Document:
    """Parse a value given as text: JSON when it starts with a brace, a bracket or a quote, else YAML.

    ``name`` stands for the path in messages. Raises InputError as ``parse_document`` does.
    """
    try:
        decoded = decode(name, text.encode())
    except UnicodeEncodeError as error:
        raise refused(name, text, error.start, "the text contains half of a surrogate pair", "remove it") from None
    return _parse(name, decoded, "x.json" if decoded.lstrip()[:1] in ("{", "[", '"') else "x.yaml")


def decode(path: str, data: bytes) -> str:
    """The text of a file: UTF-8, not empty, not binary, within ``MAX_BYTES``. Raises InputError."""
    if len(data) > MAX_BYTES:
        raise too_large(path, len(data))
    if data.startswith(_OTHER_UNICODE):
        raise InputError("the file is not in UTF-8 but in UTF-16 or UTF-32", "save it as UTF-8", Place(path))
    try:
        text = data.removeprefix(_UTF8_BOM).decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError("the file is not text in UTF-8", "save it as UTF-8", Place(path, line)) from None
    if "\0" in text:
        raise refused(path, text, text.index("\0"), "the file is binary: it contains NUL", "use a text file")
    if not text.strip():
        raise InputError("the file is empty", "write its content, or delete it", Place(path))
    return text


def too_large(path: str, size: int) -> InputError:
    """The refusal of a file of ``size`` bytes."""
    return InputError(
        f"the file has {size:,} bytes, more than the {MAX_BYTES:,} that are read", "split it", Place(path)
    )


def _parse(path: str, text: str, kind: str) -> Document:
    """``kind`` is a name whose suffix tells the syntax."""
    if kind.endswith(JSON_SUFFIXES):
        return Document(path, text, parse_json(path, text), LazyPlaces(text, partial(json_marks, path, text)))
    if kind.endswith(YAML_SUFFIXES):
        value, marks = parse_yaml(path, text)
        return Document(path, text, value, LazyPlaces(text, partial(_known, marks)))
    if kind.endswith(TEXT_SUFFIXES):
        return Document(path, text, text)
    raise InputError(
        "the kind of the file is not known by its suffix", "use .json, .yaml, .yml, .avsc or .proto", Place(path)
    )


def _known(marks: Mark) -> Mark:
    return marks
