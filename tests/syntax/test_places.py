"""The place of every value: of the key for a member of an object, of the value for an item, in JSON and YAML alike."""

from __future__ import annotations

import pytest

from schemaward.syntax.parse import parse_document

JSON = """{
  "type": "object",
  "properties": {
    "a/b": {"enum": [1, "two", {"~": null}]},
    "\\u0061": true
  }
}
"""
YAML = """\
# a comment
type: object
properties:
  a/b:
    enum:
      - 1
      - "two"
      - {"~": null}
  ? 'a'
  : yes
"""


@pytest.mark.parametrize(
    ("pointer", "in_json", "in_yaml"),
    [
        ("", (1, 1), (2, 1)),
        ("/type", (2, 3), (2, 1)),
        ("/properties", (3, 3), (3, 1)),
        ("/properties/a~1b", (4, 5), (4, 3)),
        ("/properties/a~1b/enum", (4, 13), (5, 5)),
        ("/properties/a~1b/enum/0", (4, 22), (6, 9)),
        ("/properties/a~1b/enum/1", (4, 25), (7, 9)),
        ("/properties/a~1b/enum/2", (4, 32), (8, 9)),
        ("/properties/a~1b/enum/2/~0", (4, 33), (8, 10)),
        ("/properties/a", (5, 5), (9, 5)),
    ],
)
def test_places(pointer: str, in_json: tuple[int, int], in_yaml: tuple[int, int]) -> None:
    assert parse_document("a.json", JSON.encode()).places[pointer] == in_json
    assert parse_document("a.yaml", YAML.encode()).places[pointer] == in_yaml


@pytest.mark.parametrize("pointer", ["/x", "/properties/a~1b/enum/3", "/properties/a~1b/enum/x", "/type/0", "type"])
def test_what_is_not_there_has_the_place_of_its_nearest_ancestor(pointer: str) -> None:
    document = parse_document("a.json", JSON.encode())
    assert pointer not in document.places
    parent = pointer.rpartition("/")[0]
    assert document.place(pointer) == document.place(parent)


def test_an_item_number_that_is_no_array_index_names_nothing() -> None:
    places = parse_document("a.json", b"[1, 2]").places
    assert "/0" in places
    assert not [pointer for pointer in ("/-1", "/9999999999999999999999", "/²", "/-") if pointer in places]


def test_inside_an_alias_the_place_is_that_of_the_anchor() -> None:
    places = parse_document("a.yaml", b"a: &x {k: 1}\nb: *x").places
    assert places["/b"] == (2, 1)
    assert places["/b/k"] == places["/a/k"] == (1, 8)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("path", "lines"), [("a.json", ["{", '"é\U0001f600": 1,', '"b": 2}']), ("a.yaml", ["é\U0001f600: 1", "", "b: 2"])]
)
def test_columns_count_characters_and_lines_count_line_breaks(path: str, lines: list[str], newline: str) -> None:
    assert parse_document(path, newline.join(lines).encode()).places["/b"] == (3, 1)


def test_a_long_key_above_many_values_stays_cheap() -> None:
    text = '{"' + "k" * 1_000_000 + '": [' + ",".join(["0"] * 100_000) + "]}"
    places = parse_document("a.json", text.encode()).places
    assert places["/" + "k" * 1_000_000 + "/99999"] == (1, 1_000_007 + 2 * 99_999)
