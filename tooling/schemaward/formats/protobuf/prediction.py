"""What AWS Glue is expected to answer to a Protobuf schema, whatever we think of it.

Source: AWS Glue Developer Guide, "Schema Versioning and Compatibility", which says of Protobuf that required and
optional fields count as in Avro, and that an RPC may be added but not removed under BACKWARD, and the reverse under
FORWARD. No independent observation of further rules is known.
"""

from __future__ import annotations

from schemaward.formats.base import Schema
from schemaward.formats.protobuf.linking import Linked
from schemaward.formats.protobuf.loading import GLUE_SIZE
from schemaward.formats.protobuf.reading import can_read
from schemaward.verdict import Expectation, Incompatible, Undecided, Verdict


def expectation(reader: Schema, writer: Schema, strict: Verdict | None = None) -> Expectation:
    """The expected answer to the registration of the newer of two versions, in a mode that asks about this pair."""
    for schema in (reader, writer):
        if len(schema.definition.encode()) > GLUE_SIZE:
            return Expectation("refuses", f"the definition is larger than {GLUE_SIZE:,} bytes")
    missing = sorted(_methods(writer.parsed) - _methods(reader.parsed))
    if missing:
        return Expectation("refuses", f'the reader lacks the RPC "{missing[0]}", which AWS documents as incompatible')
    verdict = strict or can_read(reader, writer)
    if isinstance(verdict, Undecided):
        return Expectation(None, verdict.reason)
    if isinstance(verdict, Incompatible):
        if any(found.rule == "protobuf-required-field" for found in verdict.findings):
            return Expectation("refuses", "a required field was added or removed, which AWS documents as incompatible")
        return Expectation(None, "AWS does not document what it does with this change")
    return Expectation("accepts", "no rule that AWS documents stands against it")


def _methods(linked: Linked) -> set[str]:
    """The RPCs as ``Service.Method``, without the package."""
    return {
        f"{service.name.rpartition('.')[2]}.{method.name}"
        for service in linked.file.services
        for method in service.methods
    }
