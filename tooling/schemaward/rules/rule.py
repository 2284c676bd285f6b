"""What a rule is."""

from __future__ import annotations

from dataclasses import dataclass

from schemaward.verdict import Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: ``summary`` says what is wrong, ``why`` whom it hurts, ``remedy`` what to do in general.

    ``source`` cites the paragraph that the rule implements, where it is not our own. ``adjustable`` means that the
    manifest of a contract may set another severity, since who reads and writes the data decides how much it matters.
    """

    id: str
    summary: str
    why: str
    remedy: str
    severity: Severity = Severity.ERROR
    source: str = ""
    adjustable: bool = False
