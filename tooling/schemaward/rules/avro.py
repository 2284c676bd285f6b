"""The rules on Avro schemas: what a reader cannot take from a writer, and what it takes for something else."""

from __future__ import annotations

from schemaward.rules.rule import Rule
from schemaward.verdict import Severity

_RESOLUTION = "Avro specification 1.11.1, Schema Resolution"
_ALIASES = "Avro specification 1.11.1, Aliases"
_LOGICAL = "Avro specification 1.11.1, Logical Types"

AVRO_RULES: tuple[Rule, ...] = (
    # a schema by itself
    Rule(
        "avro-logical-ignored",
        "A logical type is ignored: it stands on a type that cannot carry it, or its attributes are wrong.",
        "Readers see the raw value, a number or bytes, where the author meant a time or a decimal.",
        "Mend the logical type at the place shown.",
        Severity.WARNING,
        source=_LOGICAL,
        adjustable=True,
    ),
    Rule(
        "avro-union-default",
        "The default of a union is not of its first branch.",
        "Readers before Avro 1.12 refuse the schema.",
        "Put the branch of the default first.",
        Severity.WARNING,
        source="Avro specification 1.11.1, Complex Types, Unions",
        adjustable=True,
    ),
    # what a reader cannot decode
    Rule(
        "avro-type",
        "The reader expects a type that the writer's type is not, and cannot be promoted to.",
        "No decoder reads the value, nor anything after it.",
        "Keep the type, widen it by promotion (int to long, float or double; long to float or double; float to double; "
        "string to bytes and back), or add a field for the new type.",
        source=_RESOLUTION,
    ),
    Rule(
        "avro-union-branch",
        "The writer may choose a branch of a union that the reader has no place for.",
        "Data in that branch cannot be read; a field that may be null is the common case.",
        "Keep the branch in the reader's union.",
        source=_RESOLUTION,
    ),
    Rule(
        "avro-field-without-default",
        "The reader has a field that the writer does not write, and no default for it.",
        "The reader has nothing to put there, so that no record can be read.",
        "Give the field a default.",
        source=_RESOLUTION,
    ),
    Rule(
        "avro-enum-symbol",
        "The writer may write a symbol that the reader's enum does not have, and the enum has no default.",
        "Data with that symbol cannot be read. The default of a field does not help, only that of the enum.",
        "Keep the symbol, or give the enum a `default`.",
        source=_RESOLUTION,
    ),
    Rule(
        "avro-fixed-size",
        "A `fixed` has another size.",
        "The bytes of one do not fit the other.",
        "Keep the size, or use a field of a new type.",
        source=_RESOLUTION,
    ),
    Rule(
        "avro-type-name",
        "An enum or a `fixed` is called otherwise, and no alias says so.",
        "Decoders match named types by their names.",
        "Keep the name, or add the old one to `aliases`.",
        source=_RESOLUTION,
    ),
    Rule(
        "avro-record-name",
        "A record inside the schema is called otherwise, and no alias says so.",
        "Decoders by the specification refuse it (fastavro and avro for Python do); Java's decoder goes by the fields.",
        "Keep the name, or add the old one to `aliases`. Where all readers are Java, the severity can be set.",
        source=_RESOLUTION,
        adjustable=True,
    ),
    Rule(
        "avro-root-name",
        "The record at the root of the schema is called otherwise, and no alias says so.",
        "Decoders by the specification refuse it (fastavro and avro for Python do); Java's decoder goes by the fields, and "
        "AWS Glue seems to overlook the name.",
        "Keep the name, or add the old one to `aliases`. Where all readers are Java, the severity can be set.",
        source=_RESOLUTION,
        adjustable=True,
    ),
    Rule(
        "avro-alias-collision",
        "Two fields of the writer are read as one field of the reader, one by its name and one by an alias.",
        "Decoders stop, or keep either of the two.",
        "Drop the alias: the field that it speaks of has its own name again.",
        source=_ALIASES,
    ),
    # what a reader takes for something else
    Rule(
        "avro-bytes-as-string",
        "Bytes are read as a string.",
        "Bytes that are no UTF-8 stop some decoders, and others put replacement characters in their place for good.",
        "Keep `bytes`, or add a field for the text.",
        source=_RESOLUTION,
        adjustable=True,
    ),
    Rule(
        "avro-decimal",
        "A decimal is read with another scale, or with fewer digits.",
        "The reader gets another number, without an error: 1.00 becomes 0.100.",
        "Keep scale and precision, or add a field for the new decimal. More precision at the same scale is safe.",
        source=f"{_LOGICAL}, Decimal",
        adjustable=True,
    ),
    Rule(
        "avro-time-unit",
        "A time or timestamp is read in another unit.",
        "The reader gets another moment, without an error: milliseconds taken for microseconds lie in January 1970.",
        "Keep the unit, or add a field for the new one.",
        source=_LOGICAL,
        adjustable=True,
    ),
    Rule(
        "avro-logical-type",
        "A value is read under another logical type.",
        "The reader gets something else than was meant, without an error.",
        "Keep the logical type, or add a field for the new one.",
        source=_LOGICAL,
        adjustable=True,
    ),
    Rule(
        "avro-logical-one-sided",
        "Only one side gives a value a logical type.",
        "The raw value is the same, but one side sees a number or bytes, and the other a time, a decimal or a UUID.",
        "Keep the logical type, unless both sides have always meant the same.",
        Severity.WARNING,
        source=_LOGICAL,
        adjustable=True,
    ),
    Rule(
        "avro-number-precision",
        "A whole number is read as a floating-point number that does not hold all of its values.",
        "Large values, identifiers above all, come back rounded, without an error.",
        "Promote to `long`, or `int` to `double`; otherwise keep the type.",
        Severity.WARNING,
        source=_RESOLUTION,
        adjustable=True,
    ),
    Rule(
        "avro-enum-default",
        "A symbol that the reader's enum does not have becomes its default.",
        "That is what the default is for; but the reader can no longer tell the symbols apart.",
        "Keep the symbol where readers must know it.",
        Severity.WARNING,
        source=_RESOLUTION,
        adjustable=True,
    ),
    Rule(
        "avro-alias-swallows",
        "A field keeps its default, or gets another field's value, since an alias takes what the writer wrote for it.",
        "The reader gets another value than was written, without an error.",
        "Let each alias name one field of the past, and none that is written still.",
        source=_ALIASES,
        adjustable=True,
    ),
    Rule(
        "avro-union-order",
        "A branch of the reader's union takes a value by promotion, or by its short name, before the branch of that very type.",
        "The specification and fastavro take the first branch that matches, Java the exact one: applications see different types.",
        "Put the exact branch first.",
        Severity.WARNING,
        source=_RESOLUTION,
        adjustable=True,
    ),
)
