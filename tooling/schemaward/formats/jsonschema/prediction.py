"""What AWS Glue is expected to answer to a JSON Schema, whatever we think of it.

Source: AWS Glue Developer Guide, "Schema versioning and compatibility" (open and closed content models), which is pure
containment in its effect; and the observation that a root that constrains nothing is compared with nothing
(awslabs/aws-glue-schema-registry, pull request 494).
"""

from __future__ import annotations

from schemaward.formats.base import Schema
from schemaward.formats.jsonschema.dialects import GLUE_DRAFTS
from schemaward.formats.jsonschema.engine.deciding import can_read
from schemaward.formats.jsonschema.loading import GLUE_SIZE, constrains_nothing
from schemaward.model import Policy
from schemaward.verdict import Compatible, Expectation, Incompatible, Verdict


def expectation(reader: Schema, writer: Schema, strict: Verdict | None = None) -> Expectation:
    """The expected answer to the registration of the newer of two versions, in a mode that asks about this pair.

    ``strict`` is the verdict on containment with formats asserted, where it is known.
    """
    for schema in (reader, writer):
        draft = schema.parsed.draft
        if draft not in GLUE_DRAFTS:
            return Expectation("refuses", f"AWS Glue takes Draft-04, Draft-06 and Draft-07, not {draft.title}")
        if len(schema.definition.encode()) > GLUE_SIZE:
            return Expectation("refuses", f"the definition is larger than {GLUE_SIZE:,} bytes")
    if constrains_nothing(reader.parsed.value) or constrains_nothing(writer.parsed.value):
        return Expectation("accepts", "the root of one version constrains nothing, so AWS Glue compares nothing")
    verdict = strict or can_read(reader, writer, Policy.STRICT, True)
    if isinstance(verdict, Compatible):
        return Expectation("accepts", "the reader accepts everything that the writer accepts")
    if isinstance(verdict, Incompatible):
        return Expectation("refuses", "by its documented rules for open and closed content models")
    return Expectation(None, verdict.reason)
