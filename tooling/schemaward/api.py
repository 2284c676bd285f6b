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

    ``reader`` and ``writer`` are schemas: parsed values or text (JSON or YAML). The answer is Compatible;
    Incompatible with a ``witness``, a document that the writer accepts and the reader refuses, verified by the
    ``jsonschema`` package; or Undecided with a ``reason``. ``assert_formats`` says whether ``format`` is an
    assertion, as AWS Glue's serializers treat it, or an annotation. ``fill_defaults`` is for a reader that replaces a
    missing property by the ``default`` beside its ``required``: such a property may be missing.

    Raises ``schemaward.errors.InputError`` when a schema cannot be parsed, is not valid in its draft, or has a
    ``$ref`` that does not resolve within itself.

    >>> can_read({"type": "number"}, {"type": "integer"})
    Compatible()
    """
    from schemaward.formats import format_module
    from schemaward.model import DataFormat, Policy

    module = format_module(DataFormat(data_format))
    reads, writes = module.load_value(reader, "reader"), module.load_value(writer, "writer")
    if fill_defaults:
        reads = module.fill_defaults(reads)
    return module.can_read(reads, writes, Policy(policy), assert_formats)
