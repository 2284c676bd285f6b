"""The rule table: every finding names one of these. Docs, ``explain`` and reports are made from it."""

from __future__ import annotations

from collections.abc import Iterable

from schemaward.model import Place
from schemaward.rules.ai import AI_RULES
from schemaward.rules.avro import AVRO_RULES
from schemaward.rules.contracts import CONTRACT_RULES
from schemaward.rules.protobuf import PROTOBUF_RULES
from schemaward.rules.rule import Rule
from schemaward.verdict import Finding, Proof

__all__ = ["RULES", "Rule", "finding", "suggestions"]

RULES: dict[str, Rule] = {rule.id: rule for rule in (*CONTRACT_RULES, *AI_RULES, *AVRO_RULES, *PROTOBUF_RULES)}


def finding(
    rule: str,
    place: Place,
    fact: str,
    remedy: str = "",
    *,
    contract: str = "",
    pointer: str = "",
    proof: Proof | None = None,
    counterpart: str | None = None,
) -> Finding:
    """A finding of ``rule`` with the severity of the table, and its remedy unless a more precise one is given.

    Raises KeyError when there is no such rule.
    """
    known = RULES[rule]
    return Finding(rule, place, fact, remedy or known.remedy, contract, pointer, known.severity, proof, counterpart)


def suggestions(word: str, known: Iterable[str]) -> str:
    """A did-you-mean clause for ``word``, or an empty string.

    >>> suggestions("onwers", ["owners", "status"])
    'did you mean "owners"?'
    """
    import difflib

    near = difflib.get_close_matches(word, list(known), n=1)
    return f'did you mean "{near[0]}"?' if near else ""
