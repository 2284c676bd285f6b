"""``schemaward explain [RULE]``: what a rule means, why it is there, and what to do."""

from __future__ import annotations

import click

from schemaward.errors import UsageError
from schemaward.rules import RULES, suggestions


@click.command(short_help="Explain a rule: what it means, why, and what to do.")
@click.argument("rule", required=False)
@click.option("--format", "layout", type=click.Choice(["text", "markdown"]), default="text", show_default=True)
def command(rule: str | None, layout: str) -> None:
    """Explain RULE, or list all rules when none is named."""
    from schemaward.report.rules import rule_list, rule_markdown, rule_text, rules_markdown

    if rule is None:
        page = rule_list(RULES.values()) if layout == "text" else rules_markdown(RULES.values())
    elif rule in RULES:
        page = rule_text(RULES[rule]) if layout == "text" else rule_markdown(RULES[rule])
    else:
        near = suggestions(rule, RULES)
        raise UsageError(f'there is no rule "{rule}"', near or "run `schemaward explain` to list all rules")
    click.echo(page.removesuffix("\n"))
