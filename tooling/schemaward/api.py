"""The public question: can this reader read everything that this writer writes?"""

from __future__ import annotations

from typing import Any, Literal

from schemaward.verdict import Verdict


def can_read(
    reader: Any,
    writer: Any,
    *,
    data_format: Literal["JSON", "AVRO", "PROTOBUF"] = "JSON",
    policy: Literal["strict", "lenient"] = "strict",
    assert_formats: bool = True,
    fill_defaults: bool = False,
) -> Verdict:
    """Decide whether ``reader`` accepts every document that ``writer`` accepts.

    ``reader`` and ``writer`` are schemas: parsed values or text (JSON or YAML), of Protobuf the text of a file. The
    answer is Compatible; Incompatible with a ``witness``, a document that the writer accepts and the reader refuses or,
    in Protobuf, misreads; or Undecided with a ``reason``. A witness was verified by a library that did not make it:
    ``jsonschema``, or ``jsonschema-rs`` where that one stumbles; ``fastavro``; ``protobuf``, the last two with real bytes,
    which ``wire`` holds. The ``findings`` of a Compatible verdict tell what is read as another value all the same.

    For JSON Schema alone: ``policy``; ``assert_formats``, whether ``format`` is an assertion, as AWS Glue's serializers
    treat it, or an annotation; and ``fill_defaults``, for a reader that replaces a missing property by the ``default``
    beside its ``required``, so that it may be missing.

    Raises ``schemaward.errors.InputError`` when a schema cannot be parsed, is not valid, or refers to what is not in it.

    >>> can_read({"type": "number"}, {"type": "integer"})
    Compatible()
    """
    from schemaward.formats import format_module
    from schemaward.model import DataFormat, Policy

    module = format_module(DataFormat(data_format))
    reads, writes = module.load_value(reader, "reader"), module.load_value(writer, "writer")
    if fill_defaults:
        reads = module.fill_defaults(reads, assert_formats)
    return module.can_read(reads, writes, Policy(policy), assert_formats)
