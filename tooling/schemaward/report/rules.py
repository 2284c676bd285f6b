"""The rule table as text and as the page ``docs/rules.md``."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from schemaward.rules import Rule

_WIDTH = 100

_PREFACE = """# Rules

Every finding names one of these rules. `schemaward explain RULE` shows the same text. An error fails the check
(exit code 1), a warning does not.

<!-- Made from the rule table by `schemaward explain --format markdown > docs/rules.md`. Edit tooling/schemaward/rules/. -->
"""


def rule_text(rule: Rule) -> str:
    """One rule, for a terminal."""
    lines = [f"{rule.id} ({rule.severity})", ""]
    told = (("What", rule.summary), ("Why", rule.why), ("Do", rule.remedy), ("By", rule.source), ("Set", _set(rule)))
    for label, words in told:
        lines += textwrap.wrap(words, _WIDTH, initial_indent=f"{label + ':':6}", subsequent_indent=" " * 6)
    return "\n".join(lines)


def rule_list(rules: Iterable[Rule]) -> str:
    """All rules, one a line."""
    every = tuple(rules)
    width = max(len(rule.id) for rule in every)
    return "\n".join(f"{rule.id:{width}}  {rule.summary}" for rule in every)


def rules_markdown(rules: Iterable[Rule]) -> str:
    """The page of all rules, with an anchor for each."""
    every = tuple(rules)
    table = ["| Rule | Severity | What is wrong |", "| --- | --- | --- |"]
    table += [f"| [`{rule.id}`](#{rule.id}) | {rule.severity} | {_cell(rule.summary)} |" for rule in every]
    return "\n".join([_PREFACE, *table, "", "\n\n".join(rule_markdown(rule) for rule in every)]) + "\n"


def rule_markdown(rule: Rule) -> str:
    """One rule as a section of the page."""
    told = (("Why", rule.why), ("What to do", rule.remedy), ("Source", rule.source), ("Severity", _set(rule)))
    return f"## {rule.id}\n\n{rule.summary}" + "".join(f"\n\n**{label}.** {words}" for label, words in told if words)


def _set(rule: Rule) -> str:
    """How its severity is set, where it can be."""
    return f"`severity: {{{rule.id}: error}}` in the manifest; or `warning`, or `off`." if rule.adjustable else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
