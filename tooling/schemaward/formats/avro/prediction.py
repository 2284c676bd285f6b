"""What AWS Glue is expected to answer to an Avro schema.

AWS documents that an Avro schema is checked by resolution, and its own tests show it (a field without a default refused, one
with a default taken). They also register records of different names under one schema in mode BACKWARD, so that the name
of the root seems to be overlooked. Java's check is content when any branch of a union reads a type: the very type, or
the first that matches. Losses, and the severities of a contract, are no business of Glue's.
"""

from __future__ import annotations

from schemaward.formats.avro.loading import GLUE_SIZE
from schemaward.formats.avro.matching import branch_for, exact_branch_for
from schemaward.formats.avro.resolution import resolve
from schemaward.formats.base import Schema
from schemaward.verdict import Expectation


def expectation(reader: Schema, writer: Schema) -> Expectation:
    """The expected answer to the registration of the newer of two versions, in a mode that asks about this pair."""
    if max(len(schema.definition.encode()) for schema in (reader, writer)) > GLUE_SIZE:
        return Expectation("refuses", f"the definition is larger than {GLUE_SIZE:,} bytes")
    ways = (resolve(reader.parsed, writer.parsed, choose=choose) for choose in (exact_branch_for, branch_for))
    found = min(ways, key=lambda each: len(each.clashes))
    if any(clash.rule != "avro-root-name" for clash in found.clashes):
        return Expectation("refuses", "the reader does not resolve everything that the writer writes")
    if not found.finished:
        return Expectation(None, "the schemas are too large to be compared")
    if found.clashes:
        return Expectation(
            "accepts", "the reader's record has another name, which AWS Glue seems to overlook at the root"
        )
    return Expectation("accepts", "the reader resolves everything that the writer writes")
