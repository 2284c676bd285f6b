"""The smallest edit that makes a version in Protobuf safe: what it is, and that it is."""

from __future__ import annotations

import pytest

from schemaward.formats import protobuf
from schemaward.formats.base import Question, Schema
from schemaward.model import Policy
from schemaward.modes import Direction
from schemaward.syntax.document import Document
from schemaward.verdict import Compatible

OLD = """\
syntax = "proto2";
message Order {
  optional string id = 1; // chosen by the shop
  optional int64 amount = 2;
  repeated string tags = 3;
  optional State state = 4;
  optional string card = 5;
  optional string iban = 6;
}
enum State {
  OPEN = 0;
  PAID = 1;
}
"""


def load(text: str) -> Schema:
    schema, findings = protobuf.load(Document("v2.proto", text, text), lambda path: Document(path, "", ""))
    assert schema is not None, findings
    return schema


def offered(new: str, direction: Direction = "backward", old: str = OLD) -> str | None:
    """The lines of the offered edit, after which the question really is answered."""
    mending = protobuf.mend(load(new), [Question(load(old), direction)])
    if mending is None:
        return None
    assert mending.edits
    mended = load(apply(new, mending.diff))
    reader, writer = (mended, load(old)) if direction == "backward" else (load(old), mended)
    verdict = protobuf.can_read(reader, writer, Policy.STRICT, True)
    assert isinstance(verdict, Compatible)
    assert {loss.rule for loss in verdict.findings} <= {"protobuf-default-changed"}
    lines = mending.diff.splitlines()[2:]
    return "\n".join(line.strip() for line in lines if line[0] in "+-")


def apply(text: str, diff: str) -> str:
    """The text after a unified diff."""
    lines, result, at = text.splitlines(keepends=True), [], 0
    for line in diff.splitlines(keepends=True)[2:]:
        if line.startswith("@@"):
            start = int(line.split()[1].split(",")[0][1:]) - 1
            result += lines[at:start]
            at = start
        elif line[0] == "+":
            result.append(line[1:])
        else:
            assert lines[at] == line[1:]
            result += [line[1:]] if line[0] == " " else []
            at += 1
    return "".join(result + lines[at:])


@pytest.mark.parametrize(
    ("before", "after", "edit"),
    [
        ("int64 amount", "int32 amount", "-  optional int32 amount = 2;\n+  optional int64 amount = 2;"),
        ("repeated string tags", "optional string tags", "-  optional string tags = 3;\n+  repeated string tags = 3;"),
        ("optional string id", "required string id", "-  required string id = 1; // chosen by the shop\n+  optional string id = 1; // chosen by the shop"),
        ("}\nenum", "  required bool paid = 7;\n}\nenum", "-  required bool paid = 7;\n+  optional bool paid = 7;"),
        ("  PAID = 1;\n", "", "+  PAID = 1;"),
    ],
    ids=["type", "label", "required", "required added", "value removed"],
)  # fmt: skip
def test_a_break_is_undone_where_it_stands(before: str, after: str, edit: str) -> None:
    assert OLD.count(before) == 1
    assert offered(OLD.replace(before, after)) == edit


def test_a_value_that_old_readers_do_not_know_goes() -> None:
    assert offered(OLD.replace("  PAID = 1;\n", "  PAID = 1;\n  LOST = 2;\n"), "forward") == "-  LOST = 2;"


def test_a_required_field_comes_back_for_old_readers() -> None:
    old = OLD.replace("optional string id = 1; // chosen by the shop", "required string id = 1;")
    assert offered(old.replace("  required string id = 1;\n", ""), "forward", old) == "+  required string id = 1;"


def test_a_field_leaves_the_oneof_that_it_joined() -> None:
    new = OLD.replace(
        "  optional string card = 5;\n  optional string iban = 6;\n",
        "  oneof payment {\n    string card = 5;\n    string iban = 6;\n  }\n",
    )
    assert offered(new) == "-    string iban = 6;\n+  optional string iban = 6;"


def test_several_breaks_are_undone_together() -> None:
    new = OLD.replace("int64 amount", "bool amount").replace("repeated string", "optional string")
    assert (offered(new) or "").count("\n") == 3


def test_several_values_come_back_in_their_order() -> None:
    old = OLD.replace("  PAID = 1;\n", "  PAID = 1;\n  SENT = 2;\n  LOST = 3;\n")
    assert offered(OLD.replace("  PAID = 1;\n", ""), "backward", old) == "+  PAID = 1;\n+  SENT = 2;\n+  LOST = 3;"


def test_a_loss_that_is_an_error_is_undone_too() -> None:
    new = OLD.replace("optional string id = 1;", "optional string id = 9;").replace("int64 amount", "int32 amount")
    assert (offered(new) or "").splitlines() == [
        "-  optional string id = 9; // chosen by the shop",
        "-  optional int32 amount = 2;",
        "+  optional string id = 1; // chosen by the shop",
        "+  optional int64 amount = 2;",
    ]


def test_a_loss_that_is_a_warning_is_left_as_it_is() -> None:
    new = OLD.replace("string id = 1;", 'string id = 1 [default = "x"];').replace("int64 amount", "int32 amount")
    assert offered(new) == "-  optional int32 amount = 2;\n+  optional int64 amount = 2;"


def test_an_edit_that_leaves_an_error_behind_is_not_offered() -> None:
    """The old number is reserved, so that the field cannot have it again."""
    new = OLD.replace("optional string id = 1;", "reserved 1; optional string id = 9;").replace("int64", "int32")
    assert offered(new) is None


def test_on_one_line() -> None:
    old = 'syntax = "proto2"; message M { optional E e = 1; } enum E { A = 0; B = 1; }\n'
    new = old.replace(" B = 1;", "")
    assert offered(new, "backward", old) == f"-{new}+{old}".strip()


@pytest.mark.parametrize("direction", ["backward", "forward"])
def test_what_has_no_simple_way_gets_no_edit(direction: Direction) -> None:
    """The old type is gone, so that its field cannot be declared again."""
    old = 'syntax = "proto3";\nmessage M {\n  Gone a = 1;\n}\nmessage Gone {\n  int32 x = 1;\n}\n'
    new = 'syntax = "proto3";\nmessage M {\n  int32 a = 1;\n}\n'
    assert offered(new, direction, old) is None
