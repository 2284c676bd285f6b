"""One report in every format: what a reader sees, and that nothing in it can do harm."""

from __future__ import annotations

import html
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from schemaward.judgement import Judgement, Report
from schemaward.model import Mode, Place
from schemaward.modes import Pair
from schemaward.report import RENDERERS, text
from schemaward.report.markdown import table_cell
from schemaward.report.values import compact, exact, pretty, printable, shortened
from schemaward.rules import finding
from schemaward.verdict import Compatible, Edit, Expectation, Finding, Incompatible, Mending, Proof, Undecided, Wire

REPORT_SCHEMA = Path(text.__file__).with_name("report.schema.json")
ACCEPTS = Expectation("accepts", "nothing was added")
REFUSES = Expectation("refuses", "a property was added to an open schema")
UNKNOWN = Expectation(None, "the documentation is silent")
PATH = "contracts/identity/person/v3.yaml"


def broken(witness: Any, expectation: Expectation | None = REFUSES, **changes: Any) -> Finding:
    return finding(
        changes.get("rule", "forward-break"),
        changes.get("place", Place(PATH, 12, 5)),
        changes.get("fact", "consumers on v2 cannot read what v3 writes"),
        changes.get("remedy", ""),
        contract="identity.person",
        pointer="/properties/age",
        proof=Proof(witness, "v3", "v2", expectation, changes.get("mending"), changes.get("wire")),
    )


def judged(kind: str, expectation: Expectation | None, writer: int = 3, reader: int = 2) -> Judgement:
    verdicts = {
        "compatible": Compatible(),
        "incompatible": Incompatible({"age": -1}),
        "undecided": Undecided("too deep"),
    }
    return Judgement("identity.person", Mode.FULL, Pair(writer, reader, "forward"), verdicts[kind], expectation)


BREAK = broken({"age": -1})
OWNER = finding("owner-removed", Place("contracts/identity/person/contract.yaml", 9), '"@a/b" is no longer an owner')
REPORT = Report(
    (OWNER, BREAK),
    (judged("compatible", ACCEPTS, 1, 2), judged("incompatible", REFUSES), judged("undecided", UNKNOWN)),
    contracts=1,
    versions=3,
)
EDITS = (Edit("/required/1", "remove"), Edit("/properties/age/minimum", "replace", 0))
DIFF = """\
--- a/v3.yaml
+++ b/v3.yaml
@@ -2,2 +2,1 @@
   - name
-  - age
"""


# text


@pytest.mark.parametrize(
    ("wire", "told"),
    [
        (Wire("0a", "10 is no \x1b age"), ("v3 writes this, v2 cannot read it", "0a", "fails: 10 is no \\x1b age")),
        (Wire("0a", seen={"age": 1}), ("v3 writes this, v2 reads something else", "0a", '{"age": 1}')),
        (Wire("00" * 999, seen=None), ("v3 writes this, v2 reads something else", "00" * 99 + "0…", "null")),
    ],
)
def test_bytes_and_what_the_reader_makes_of_them(wire: Wire, told: tuple[str, str, str]) -> None:
    report = Report((broken({"age": 5}, wire=wire),))
    deed, encoded, seen = told
    page = RENDERERS["text"](report)
    assert f'  witness: {deed}\n    {{"age": 5}}\n  bytes: {encoded}\n  v2 reads: {seen}\n' in page
    assert f"bytes: {encoded}" in RENDERERS["github"](report)
    assert f": {deed}</summary>" in RENDERERS["markdown"](report)
    entry = json.loads(RENDERERS["json"](report))["findings"][0]["witness"]
    assert entry["bytes"] == wire.encoded
    assert ("failure" in entry) != ("seen" in entry)


def test_text_shows_place_rule_fact_witness_glue_and_remedy() -> None:
    assert RENDERERS["text"](Report((BREAK,), (judged("incompatible", REFUSES),), 1, 3)) == (
        """contracts/identity/person/v3.yaml:12:5  forward-break
  consumers on v2 cannot read what v3 writes
  witness: v3 allows this document, v2 refuses it
    {"age": -1}
  AWS Glue: is expected to refuse it (a property was added to an open schema)
  fix: Keep the new version within what the old one accepts, or start a new contract.

checked 1 contract, 3 versions, 1 compatibility question: 1 error, 0 warnings"""
    )


def test_text_tells_a_warning_from_an_error_without_colors() -> None:
    lines = text.render(REPORT).splitlines()
    assert lines[0] == "contracts/identity/person/contract.yaml:9:1  owner-removed (warning)"


def test_text_of_a_clean_report_is_one_line() -> None:
    assert RENDERERS["text"](Report(contracts=2, versions=1)) == (
        "checked 2 contracts, 1 version, 0 compatibility questions: no findings"
    )


def test_color_is_asked_for() -> None:
    assert "\x1b" not in text.render(REPORT)
    assert "\x1b[31mforward-break\x1b[0m" in text.render(REPORT, color=True)
    assert "\x1b[33mowner-removed (warning)\x1b[0m" in text.render(REPORT, color=True)


def test_a_long_witness_is_cut_with_a_note() -> None:
    shown = text.render(Report((broken({f"key{n}": "v" * 300 for n in range(100)}),)))
    assert "… 78 more lines" in shown
    assert max(len(line) for line in shown.splitlines()) < 130


@pytest.mark.parametrize(
    ("expectation", "words"),
    [
        (ACCEPTS, "is expected to accept it"),
        (REFUSES, "is expected to refuse it"),
        (UNKNOWN, "may accept or refuse it"),
    ],
)
def test_text_says_what_glue_is_expected_to_do(expectation: Expectation, words: str) -> None:
    assert f"AWS Glue: {words} (" in text.render(Report((broken(1, expectation),)))


def test_text_shows_the_smallest_edit_as_lines_or_as_operations() -> None:
    shown = text.render(Report((broken(1, mending=Mending(EDITS, DIFF)),)))
    assert "  smallest edit that makes it safe:\n    @@ -2,2 +2,1 @@\n       - name\n    -  - age\n  fix: " in shown
    one_line = f"--- a/v3.json\n+++ b/v3.json\n@@ -1 +1 @@\n-{'x' * 200}1\n+{'x' * 200}2\n"
    for mending in (Mending(EDITS), Mending(EDITS, one_line)):
        shown = text.render(Report((broken(1, mending=mending),)))
        assert (
            '    {"op": "remove", "path": "/required/1"}\n'
            '    {"op": "replace", "path": "/properties/age/minimum", "value": 0}\n'
        ) in shown


# json


def test_json_keeps_to_its_published_shape() -> None:
    schema = json.loads(REPORT_SCHEMA.read_text("utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.validate(json.loads(RENDERERS["json"](REPORT)), schema)
    jsonschema.validate(json.loads(RENDERERS["json"](Report())), schema)


def test_json_holds_the_smallest_edit_as_a_json_patch() -> None:
    shown = RENDERERS["json"](Report((broken(1, mending=Mending(EDITS, DIFF)),)))
    jsonschema.validate(json.loads(shown), json.loads(REPORT_SCHEMA.read_text("utf-8")))
    assert json.loads(shown)["findings"][0]["edit"] == {
        "operations": [
            {"op": "remove", "path": "/required/1"},
            {"op": "replace", "path": "/properties/age/minimum", "value": 0},
        ],
        "diff": DIFF,
    }


def test_json_holds_every_finding_and_judgement() -> None:
    value = json.loads(RENDERERS["json"](REPORT))
    assert value["summary"] == {"contracts": 1, "versions": 3, "questions": 3, "errors": 1, "warnings": 1}
    assert [found["rule"] for found in value["findings"]] == ["owner-removed", "forward-break"]
    assert value["findings"][1]["witness"] == {
        "document": {"age": -1},
        "writer": "v3",
        "reader": "v2",
        "glue": {"answer": "refuses", "reason": "a property was added to an open schema"},
    }
    assert [entry["verdict"] for entry in value["judgements"]] == ["compatible", "incompatible", "undecided"]
    assert value["judgements"][2]["reason"] == "too deep"


def test_json_is_exact_for_numbers_that_no_double_holds() -> None:
    numbers = [10**5000, -(10**5000), Decimal("0.1000000000000000000001"), Decimal("1E+400"), 1e-7, True]
    shown = RENDERERS["json"](Report((broken(numbers),)))
    read = json.loads(shown, parse_int=Decimal, parse_float=Decimal)["findings"][0]["witness"]["document"]
    assert read == [Decimal(10**5000), Decimal(-(10**5000)), numbers[2], numbers[3], Decimal("1e-07"), True]


# github


def test_an_annotation_is_one_line_with_escaped_properties() -> None:
    odd = broken({"a": 1}, place=Place("contracts/a,b:c/v1.json", 2, 3), fact="50% of it\nfails", remedy="mend")
    line = RENDERERS["github"](Report((odd,))).splitlines()[0]
    assert line == (
        "::error file=contracts/a%2Cb%3Ac/v1.json,line=2,col=3,title=forward-break"
        '::50%25 of it\\nfails%0Awitness: {"a": 1}%0Afix: mend'
    )


def test_a_warning_is_a_warning_annotation() -> None:
    assert "::warning file=contracts/identity/person/contract.yaml,line=9,col=1,title=owner-removed::" in (
        RENDERERS["github"](REPORT)
    )


def test_no_more_annotations_than_github_shows() -> None:
    errors = tuple(broken(n, place=Place(PATH, n + 1)) for n in range(13))
    warnings = tuple(finding("owner-removed", Place(PATH, n + 1), "gone") for n in range(12))
    lines = RENDERERS["github"](Report(errors + warnings)).splitlines()
    assert sum(line.startswith("::error ") for line in lines) == 10
    assert sum(line.startswith("::warning ") for line in lines) == 10
    assert "::notice title=schemaward::5 more findings are in the log of this step" in lines


def test_the_log_has_every_finding_with_its_smallest_edit() -> None:
    report = Report(tuple(broken(n, place=Place(PATH, n + 1), mending=Mending(EDITS, DIFF)) for n in range(13)))
    shown = RENDERERS["github"](report)
    assert "::group::Every finding\n" in shown
    assert all(block in shown for block in text.blocks(report.findings))
    assert "::group::" not in RENDERERS["github"](Report())


def test_a_finding_cannot_start_a_workflow_command() -> None:
    report = Report((broken("\n::set-output name=x::y", fact="a\r\n::stop-commands::x"),))
    lines = RENDERERS["github"](report).splitlines()
    commands = [line for line in lines if line.startswith("::")]
    stop, resume = commands[2:4]
    assert commands[0].startswith("::error ")
    assert (commands[1], stop, commands[4:]) == (
        "::group::Every finding",
        f"::stop-commands::{resume.strip(':')}",
        ["::endgroup::"],
    )
    assert resume not in RENDERERS["github"](report), "the token is a new one each time"


def test_an_annotation_says_where_the_smallest_edit_is() -> None:
    shown = RENDERERS["github"](Report((broken(1, mending=Mending(EDITS, DIFF)),)))
    assert "%0AThe smallest edit that makes it safe is in the log.%0Afix: " in shown.splitlines()[0]
    assert "@@" not in shown.splitlines()[0]


# markdown


def test_markdown_shows_findings_verdicts_and_a_block_for_each_break() -> None:
    shown = RENDERERS["markdown"](REPORT)
    assert shown.startswith("## Data contracts: findings\n")
    assert "| identity.person | FULL | can v2 read v3? | incompatible | refuse&#58; a property was added" in shown
    assert shown.index("incompatible") < shown.index("| compatible |")
    assert shown.count("<details>") == shown.count("</details>") == 1
    assert html.escape('{"age": -1}') in shown


def test_markdown_of_a_clean_report_says_so() -> None:
    assert RENDERERS["markdown"](Report(contracts=1)).startswith("## Data contracts: no findings\n")


def test_markdown_escapes_once() -> None:
    quoting = finding("schema-invalid", Place(PATH), "'a' & \"b\"", "c")
    assert "'a' &amp; \"b\"" in RENDERERS["markdown"](Report((quoting,)))


def test_markdown_takes_no_markup_from_a_contract() -> None:
    evil = broken("</pre><script>", fact="|[x](javascript:1) <b>@everyone</b> `code`")
    shown = RENDERERS["markdown"](Report((evil,)))
    assert "<script>" not in shown
    assert "<b>" not in shown
    assert "@everyone" not in shown
    assert "[x]" not in shown


@pytest.mark.parametrize(
    ("told", "active"),
    [
        ("ping @octocat", "@octocat"),
        ("see octo/repo#1", "#1"),
        ("see GH-1", "GH-1"),
        ("www.example.org", "www."),
        ("https://example.org", "://"),
        ("mail a@example.org", "a@example"),
    ],
)
def test_markdown_does_nothing_in_the_name_of_a_contract(told: str, active: str) -> None:
    """GitHub looks for mentions, references and addresses when entities are decoded."""
    shown = html.unescape(RENDERERS["markdown"](Report((broken(1, fact=told),))))
    assert active not in shown
    assert told in shown.replace("\u200b", "")


def test_markdown_keeps_a_pointer_as_it_is() -> None:
    assert table_cell("a.json#/definitions/b") == "a.json&#35;/definitions/b"


def test_markdown_shows_the_smallest_edit_and_takes_no_markup_from_it() -> None:
    shown = RENDERERS["markdown"](Report((broken(1, mending=Mending(EDITS, f"{DIFF}+</pre><script>\n")),)))
    assert '<pre lang="diff">@@ -2,2 +2,1 @@\n   - name\n-  - age\n+&lt;/pre&gt;&lt;script&gt;</pre>' in shown


def test_markdown_of_a_very_large_report_stays_within_what_github_takes() -> None:
    findings = tuple(broken(["x" * 10_000] * 100, place=Place(PATH, n + 1), fact="f" * 5_000) for n in range(500))
    judgements = tuple(judged("incompatible", REFUSES) for _ in range(5_000))
    assert len(RENDERERS["markdown"](Report(findings, judgements)).encode()) < 1_000_000


# values


@pytest.mark.parametrize("layout", RENDERERS)
def test_no_control_character_reaches_the_output(layout: str) -> None:
    steering = "\x1b[2J\x07\x00\u202e\u2028\ud800 end"
    mendings = (Mending(EDITS, DIFF + steering), Mending((Edit(f"/{steering}", "add", steering),)))
    findings = tuple(broken({steering: steering}, fact=steering, remedy=steering, mending=each) for each in mendings)
    shown = RENDERERS[layout](Report(findings))
    assert all(character.isprintable() or character == "\n" for character in shown)
    shown.encode()


def test_printable_keeps_what_people_write() -> None:
    assert printable("Grüße, 日本 – „x“") == "Grüße, 日本 – „x“"
    assert printable("a\tb\x1b") == "a\\tb\\x1b"


def test_what_looks_the_same_and_is_not_looks_different() -> None:
    assert printable("Caf\u00e9 is not Cafe\u0301, \u00c5 is not \u212b") == "Café is not Cafe\\u0301, Å is not \\u212b"
    assert compact(["Caf\u00e9", "Cafe\u0301"]) == '["Café", "Cafe\\u0301"]'
    assert printable("สวัสดี") == "สวัสดี"


def test_of_a_very_long_text_people_see_the_beginning_and_the_length() -> None:
    assert pretty({"a": "x" * 262_145}) == '{\n  "a": "' + "x" * 40 + '…" (262,145 characters)\n}'
    assert json.loads(exact("x" * 262_145)) == "x" * 262_145


@pytest.mark.parametrize("value", [{}, [], "é\n", {"a": [1, {"b": None}]}, [[]], 1.5, -0.0, "\U0001f600 \\ \" '"])
def test_written_values_read_back(value: Any) -> None:
    for written in (compact(value), pretty(value), exact(value)):
        assert json.loads(written) == value
    assert exact(value) == json.dumps(value, indent=2)


def test_a_value_of_any_depth_can_be_written() -> None:
    value: Any = 1
    for _ in range(5_000):
        value = {"x": [value]}
    assert compact(value).startswith('{"x": [{"x": [')
    assert exact(value).count("[") == 5_000


@pytest.mark.parametrize("layout", ["text", "github", "markdown"])
def test_a_long_fact_is_cut(layout: str) -> None:
    assert len(RENDERERS[layout](Report((broken(1, fact="f" * 100_000),)))) < 3_000


def test_a_number_beyond_doubles_reads_back_as_itself() -> None:
    assert json.loads(exact([float("inf"), float("-inf")])) == [float("inf"), float("-inf")]


def test_shortened() -> None:
    assert (shortened("abc", 3), shortened("abcd", 3)) == ("abc", "ab…")
