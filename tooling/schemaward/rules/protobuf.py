"""The rules on Protobuf schemas: what a reader cannot take from a writer, and what a step takes from people."""

from __future__ import annotations

from schemaward.rules.rule import Rule
from schemaward.verdict import Severity

_UPDATING = "Protocol Buffers Language Guide, Updating A Message Type"
_DELETING = "Protocol Buffers Language Guide, Deleting Fields"
_JSON = "ProtoJSON Format"

_DATA_BREAKS = (
    Rule(
        "protobuf-required-field",
        "A reader requires a field that a writer may leave out.",
        "The reader refuses the whole message, however little it needs the field.",
        "Make the field optional; a required field can be neither added nor removed.",
        source="Protocol Buffers Language Guide (proto2), Field Labels",
    ),
    Rule(
        "protobuf-type-changed",
        "The type of a field changed to one that takes the same bytes for something else.",
        "The reader sees nothing, or another value than was written, and no error tells it.",
        "Restore the type, and add a field with a new number and name for the new one.",
        source=_UPDATING,
    ),
    Rule(
        "protobuf-value-truncated",
        "The reader's type does not hold all values of the writer's.",
        "Large or negative values come back as other numbers, without an error.",
        "Keep the wider type, or add a field with a new number.",
        source=_UPDATING,
        adjustable=True,
    ),
    Rule(
        "protobuf-bytes-as-text",
        "The reader takes bytes for a string.",
        "Bytes that are not UTF-8 make a reader in proto3 refuse the message.",
        "Keep `bytes`. Where the bytes are text for certain, set the severity of this rule.",
        source=_UPDATING,
        adjustable=True,
    ),
    Rule(
        "protobuf-message-as-bytes",
        "The reader takes a message for its bytes.",
        "Nothing is lost, but the reader has to decode the message by itself.",
        "Keep the message. Where readers decode it for certain, set the severity of this rule.",
        source=_UPDATING,
        adjustable=True,
    ),
    Rule(
        "protobuf-values-dropped",
        "A writer may write several values of a field, and the reader keeps one, or none.",
        "Packed numbers are lost altogether; of others the last one stays; messages are merged into one.",
        "Keep the field repeated.",
        source=_UPDATING,
        adjustable=True,
    ),
    Rule(
        "protobuf-map-entries",
        "The reader takes messages for the entries of a map.",
        "The last entry with a key replaces the ones before, and an entry with more than a key and a value may be dropped.",
        "Keep the repeated field. Where keys are unique for certain, set the severity of this rule.",
        source="Protocol Buffers Language Guide, Maps",
        adjustable=True,
    ),
    Rule(
        "protobuf-oneof-joined",
        "Fields that a writer may set together are in one oneof of the reader.",
        "Only the one that comes last on the wire stays; the others are gone without an error.",
        "Leave the fields outside. Where no writer sets more than one for certain, set the severity of this rule.",
        source=_UPDATING,
        adjustable=True,
    ),
    Rule(
        "protobuf-enum-value",
        "A closed enum of the reader does not know a value that a writer may write.",
        "The field reads as not set, and in a list the value is missing.",
        "Keep the value, or make the enum open (proto3) before values are added.",
        source="Protocol Buffers Documentation, Enum Behavior",
        adjustable=True,
    ),
)

_LOSSES = (
    Rule(
        "protobuf-field-renumbered",
        "A field has another number under the same name.",
        "The reader looks for the value at the new number, and finds nothing, or the value of another field.",
        "Restore the number.",
        source=_UPDATING,
        adjustable=True,
    ),
    Rule(
        "protobuf-enum-value-renumbered",
        "A value of an enum has another number under the same name.",
        "The reader takes what was written for the value that has the number now.",
        "Restore the number.",
        source=_UPDATING,
        adjustable=True,
    ),
    Rule(
        "protobuf-default-changed",
        "A field that is left out means something else to the reader than to the writer.",
        "Defaults are never sent: each side takes its own.",
        "Restore the default, or have writers set the field.",
        Severity.WARNING,
        source=_UPDATING,
        adjustable=True,
    ),
)

_CONVENTIONS = (
    Rule(
        "protobuf-number-not-reserved",
        "A field or value of an enum was deleted, and its number is not reserved.",
        "Who takes the number again lets new readers misread old data.",
        "Add the number to a `reserved` statement.",
        source=_DELETING,
        adjustable=True,
    ),
    Rule(
        "protobuf-name-not-reserved",
        "A field or value of an enum was deleted, and its name is not reserved.",
        "Who takes the name again changes the meaning of data in JSON and in the text format.",
        "Add the name to a `reserved` statement.",
        Severity.WARNING,
        source=_DELETING,
        adjustable=True,
    ),
    Rule(
        "protobuf-reservation-removed",
        "A number or name is no longer reserved.",
        "It was reserved because old data uses it.",
        "Restore it.",
        source=_DELETING,
        adjustable=True,
    ),
    Rule(
        "protobuf-field-renamed",
        "A field has another name, or another name in JSON.",
        "Bytes do not carry names, but JSON, the text format and everybody's code do.",
        "Restore the name, or set `json_name` to the old one.",
        Severity.WARNING,
        source=_JSON,
        adjustable=True,
    ),
    Rule(
        "protobuf-enum-value-renamed",
        "A value of an enum has another name.",
        "Bytes carry its number, but JSON and everybody's code its name.",
        "Restore the name, or keep it as an alias.",
        Severity.WARNING,
        source=_JSON,
        adjustable=True,
    ),
    Rule(
        "protobuf-json-changed",
        "A field is the same in bytes, and something else in JSON.",
        "Who reads the JSON mapping gets a number for a string, a name for a number, a list for a value.",
        "Restore the type where anybody uses JSON.",
        Severity.WARNING,
        source=_JSON,
        adjustable=True,
    ),
    Rule(
        "protobuf-type-deleted",
        "A message or enum was deleted or renamed.",
        "Readers, and AWS Glue's deserializers, find a message by its full name.",
        "Restore it, or start a new contract.",
        adjustable=True,
    ),
    Rule(
        "protobuf-package-changed",
        "The package changed, and with it the full name of everything.",
        "Readers, and AWS Glue's deserializers, find a message by its full name.",
        "Restore the package, or start a new contract.",
        adjustable=True,
    ),
    Rule(
        "protobuf-rpc-changed",
        "A service or an RPC was deleted, or takes, gives or streams something else.",
        "Clients of the earlier version call what is no longer there; AWS Glue is documented to refuse a deleted RPC.",
        "Restore it, and add a new RPC beside it.",
        source="AWS Glue Developer Guide, Schema Versioning and Compatibility",
        adjustable=True,
    ),
)

PROTOBUF_RULES: tuple[Rule, ...] = (
    Rule(
        "glue-protobuf",
        "A .proto file uses what AWS Glue does not take: extensions, groups, editions, or imports of other files.",
        "AWS Glue stores one self-contained file in proto2 or proto3; the registration would be refused after the merge.",
        "Declare everything in one file, without extensions and groups.",
        source="AWS Glue Developer Guide, AWS Glue Schema Registry",
    ),
    *_DATA_BREAKS,
    *_LOSSES,
    *_CONVENTIONS,
)
