"""Loading: identity, definitions, places, well-known types, and text that wishes us ill."""

from __future__ import annotations

import pytest

import schemaward
from schemaward.errors import InputError
from schemaward.formats import protobuf
from schemaward.formats.protobuf import runtime
from schemaward.model import Policy
from schemaward.syntax.document import Document
from schemaward.verdict import Expectation, Undecided

ORDER = """\
syntax = "proto3";
package shop; // who sells

import "google/protobuf/timestamp.proto";

message Order {
  string id = 1;
  repeated Item items = 2;
  map<string, Item> gifts = 3;
  oneof payment {
    string card = 4;
    string iban = 5;
  }
  message Item {
    string sku = 1;
    Colour colour = 2;
  }
  google.protobuf.Timestamp at = 6;
}
enum Colour {
  COLOUR_UNKNOWN = 0;
  RED = 1;
}
service Orders {
  rpc Get(Order) returns (stream Order.Item);
}
"""
PLACES = {
    "": (1, 1), "/package": (2, 1), "/Order": (6, 1), "/Order/items": (8, 3), "/Order/gifts": (9, 3),
    "/Order/payment": (10, 9), "/Order/iban": (12, 5), "/Order/Item/sku": (15, 5), "/Colour/RED": (22, 3),
    "/Orders/Get": (25, 3),
}  # fmt: skip


def nothing(path: str) -> Document:
    raise AssertionError(f"{path} was read")


@pytest.mark.parametrize(
    "text",
    [
        "message google { } enum E { protobuf = 0; }",
        "package google; message protobuf { }",
        'package own; import "google/protobuf/any.proto"; message google { }',
        'syntax = "proto2"; message M { optional int32 a = 1 [default = -0]; }',
    ],
)
def test_what_only_resembles_a_mistake_is_a_schema(text: str) -> None:
    text = text if text.startswith("syntax") else f'syntax = "proto3"; {text}'
    assert can_read(text, text).kind == "compatible"


def test_the_package_counts_for_all_of_the_file_wherever_it_stands() -> None:
    text = 'syntax = "proto3"; option java_package = "package"; {} message M {{ E e = 1; .shop.E f = 2; }} enum E {{ A = 0; }} {}'
    before, behind = (
        protobuf.load_value(text.format(*places), "schema") for places in (("package shop;", ""), ("", "package shop;"))
    )
    assert before.identity == behind.identity
    assert behind.parsed.file.messages[0].name == "shop.M"


def test_everything_has_its_place() -> None:
    schema, findings = protobuf.load(Document("v1.proto", ORDER, ORDER), nothing)
    assert schema is not None
    assert findings == ()
    assert {pointer: schema.document.places[pointer] for pointer in PLACES} == PLACES
    assert str(schema.place("/Order/items/0")) == "v1.proto:8:3"


def test_the_author_s_text_is_registered_as_it_is() -> None:
    schema, _ = protobuf.load(Document("v1.proto", ORDER, ORDER), nothing)
    assert schema is not None
    assert schema.definition == ORDER


def test_text_and_bytes_load_alike() -> None:
    schemas = [protobuf.load_value(value, "reader") for value in (ORDER, ORDER.encode(), "\ufeff" + ORDER)]
    assert len({schema.identity for schema in schemas}) == 1


@pytest.mark.parametrize(
    ("value", "fact"),
    [
        (None, "is no text"),
        ({"a": 1}, "is no text"),
        ("", "is empty"),
        ("\0", "is binary"),
        ("message M { string a = 1; } // \ud800", "half of a surrogate pair"),
        ("x" * 3_000_000, "more than the 2,000,000"),
    ],
)
def test_what_is_no_text_is_refused(value: object, fact: str) -> None:
    with pytest.raises(InputError, match=fact):
        protobuf.load_value(value, "reader")


def test_several_things_wrong_are_told_in_the_order_of_the_file() -> None:
    text = 'syntax = "proto3";\nmessage M {\n  Nothing a = 1;\n  string b = 1;\n  required string c = 3;\n}\n'
    schema, findings = protobuf.load(Document("v1.proto", text, text), nothing)
    assert schema is None
    assert [(found.place.line, found.rule) for found in findings] == [(3, "schema-invalid")] + [
        (line, "schema-invalid") for line in (4, 5)
    ]


def test_a_definition_beyond_what_aws_glue_takes_is_a_finding_and_a_refusal() -> None:
    text = ORDER + "//" + "x" * 170_000
    schema, findings = protobuf.load(Document("v1.proto", text, text), nothing)
    assert schema is not None
    assert [found.rule for found in findings] == ["glue-size"]
    assert protobuf.expectation(schema, schema).answer == "refuses"


# what Glue is expected to answer


@pytest.mark.parametrize(
    ("reader", "writer", "answer"),
    [
        ("message M { string a = 1; }", "message M { string a = 1; string b = 2; }", "accepts"),
        ("message M { required string a = 1; }", "message M { optional string a = 1; }", "refuses"),
        ("message M { optional int32 a = 1; }", "message M { optional string a = 1; }", None),
        ("message M {} service S {}", "message M {} service S { rpc A(M) returns (M); }", "refuses"),
        ("message M {} service S { rpc A(M) returns (M); }", "message M {} service S {}", "accepts"),
        ("message A {} message B {}", "message C {} message D {}", None),
    ],
)
def test_what_aws_glue_is_expected_to_answer(reader: str, writer: str, answer: str | None) -> None:
    proto2 = [
        text.replace("{ string", "{ optional string").replace("; string", "; optional string")
        for text in (reader, writer)
    ]
    read, written = (protobuf.load_value(f'syntax = "proto2"; {text}', "schema") for text in proto2)
    expected = protobuf.expectation(read, written)
    assert isinstance(expected, Expectation)
    assert (expected.answer, bool(expected.reason)) == (answer, True)


# hostile text


def can_read(reader: str, writer: str) -> schemaward.Verdict:
    return schemaward.can_read(reader, writer, data_format="PROTOBUF")


@pytest.mark.parametrize(
    "text",
    [
        "message M { " * 10_000,
        "message M { oneof o { " * 10_000,
        "option x = " + "{" * 50_000,
        "option (x" + ".y" * 50_000 + ") = 1;",
        "message M { string a = " + "9" * 50_000 + "; }",
        'option java_package = "' + "\\" * 50_001,
        "/*" * 50_000,
        "message M { reserved " + "1, " * 20_000 + "2; }",
        "enum E { " + " ".join(f"A{number} = 0;" for number in range(20_000)) + " }",
        "message M { M" + ".M" * 20_000 + " m = 1; }",
    ],
    ids=range(10),
)
def test_hostile_text_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        protobuf.load_value(text, "reader")


def chain(length: int, label: str, end: str) -> str:
    inside = " ".join(f"message M{at} {{ {label} M{at + 1} m = 1; }}" for at in range(length))
    return f'syntax = "proto2"; {inside} message M{length} {{ {label} {end} m = 1; }}'


@pytest.mark.parametrize("label", ["optional", "required", "repeated"])
def test_a_long_chain_of_messages_ends(label: str) -> None:
    writer, reader = chain(2_000, label, "int64"), chain(2_000, label, "int32")
    assert can_read(writer, writer).kind == "compatible"
    assert can_read(reader, writer).kind in ("incompatible", "undecided", "compatible")


def test_a_chain_within_reason_is_shown_from_the_top() -> None:
    verdict = can_read(chain(30, "optional", "int32"), chain(30, "optional", "int64"))
    assert verdict.kind == "incompatible"
    assert isinstance(verdict, schemaward.Incompatible)
    assert str(verdict.witness).count("'m'") == 31


def doubling(levels: int, top: str, innermost: str) -> str:
    """Messages that require two of the next, and each a field that may be left out."""
    inside = (f"message A{at} {{ required A{at + 1} a = 1; required A{at + 1} b = 2; }}\n" for at in range(1, levels))
    first = f"message A0 {{ required A1 a = 1; required A1 b = 2; optional {top} x = 3; }}\n"
    return f'syntax = "proto2";\n{first}{"".join(inside)}message A{levels} {{ optional {innermost} x = 1; }}\n'


def test_required_messages_that_double_with_each_level_are_not_written_out() -> None:
    """At the top 2**40 messages would have to be written; the innermost one is proof enough by itself."""
    writer = doubling(40, "int32", "string")
    verdict = can_read(doubling(40, "int32", "int32"), writer)
    assert isinstance(verdict, schemaward.Incompatible)
    assert [found.pointer for found in verdict.findings] == ["/A40/x"]
    assert verdict.witness == {"x": "a"}
    assert can_read(writer, writer).kind == "compatible"


def test_what_is_too_large_to_be_written_out_is_undecided() -> None:
    verdict = can_read(doubling(40, "int32", "bool"), doubling(40, "string", "bool"))
    assert isinstance(verdict, Undecided)
    assert "too large" in verdict.reason


def test_too_many_pairs_of_messages_end_in_undecided() -> None:
    """Each message of one side meets each of the other: two rings of lengths without a common divisor."""

    def ring(length: int) -> str:
        fields = (f"message A{at} {{ A{(at + 1) % length} a = 1; }}" for at in range(length))
        return f'syntax = "proto3"; message Root {{ A0 a = 1; }} {" ".join(fields)}'

    verdict = can_read(ring(499), ring(500).replace("A", "B"))
    assert isinstance(verdict, Undecided)
    assert "too large" in verdict.reason


def test_a_message_with_more_fields_than_the_package_holds_is_undecided_for_that_reason() -> None:
    reader, writer = (
        f'syntax = "proto3"; message M {{ {" ".join(f"{kind} f{at} = {at};" for at in range(1, 6_001))} }}'
        for kind in ("int32", "string")
    )
    verdict = can_read(reader, writer)
    assert isinstance(verdict, Undecided)
    assert "size exceeded maximum" in verdict.reason


def test_what_the_package_cannot_describe_is_undecided_not_a_traceback() -> None:
    """The official compiler only warns of two fields with one name in JSON in proto2; the package refuses them."""
    text = 'syntax = "proto2"; message M {{ optional {} a_b = 1; optional string aB = 2; }}'
    reader, writer = (protobuf.load_value(text.format(kind), "schema") for kind in ("int32", "string"))
    with pytest.raises(runtime.CannotDescribeError):
        runtime.pool_of(reader.parsed)
    verdict = protobuf.can_read(reader, writer, Policy.STRICT, True)
    assert isinstance(verdict, Undecided)
    assert "does not take the schema: " in verdict.reason
    with pytest.raises(InputError, match="cannot be used to validate"):
        protobuf.refusals(reader, {"aB": "x"})
