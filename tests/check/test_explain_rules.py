"""``schemaward explain``, the page made from the rule table, and that table against the code."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from schemaward.cli import exits, run
from schemaward.report.rules import rules_markdown
from schemaward.rules import RULES

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "tooling" / "schemaward"


def test_explain_lists_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain"]) == exits.CLEAN
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(RULES)


def test_explain_one_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "forward-break"]) == exits.CLEAN
    out = capsys.readouterr().out
    rule = RULES["forward-break"]
    assert out.startswith("forward-break (error)\n")
    assert all(words in " ".join(out.split()) for words in (rule.summary, rule.why, rule.remedy))


def test_explain_a_rule_that_is_misspelt(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "forwards-brake"]) == exits.USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == 'error: there is no rule "forwards-brake"\n  fix: did you mean "forward-break"?\n'


def test_the_rules_page_is_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "--format", "markdown"]) == exits.CLEAN
    page = (ROOT / "docs" / "rules.md").read_text("utf-8")
    assert capsys.readouterr().out == page, "run `schemaward explain --format markdown > docs/rules.md`"
    assert page == rules_markdown(RULES.values())


def _constants(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_every_rule_is_used_by_the_code() -> None:
    used = set().union(*(_constants(path) for path in PACKAGE.rglob("*.py") if "rules" not in path.parts))
    assert set(RULES) <= used, f"no code finds {sorted(set(RULES) - used)}"


def test_every_rule_that_the_code_names_is_in_the_table() -> None:
    named = {
        (path.relative_to(PACKAGE).as_posix(), node.args[0].value)
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("finding", "Finding", "rules.finding", "verdict.Finding")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert named
    assert {rule for _, rule in named} <= set(RULES), sorted(pair for pair in named if pair[1] not in RULES)
