"""What a check looks at and what it answers: scopes, judgements, and the report of all findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from schemaward.model import Mode
from schemaward.modes import Pair
from schemaward.verdict import Expectation, Finding, Severity, Verdict


@dataclass(frozen=True, slots=True)
class Scope:
    """Which versions of a contract are judged against the others, and which of them the base does not have.

    ``judged`` None means: all of them. ``new`` stays empty when there is no base to compare with.
    """

    judged: frozenset[int] | None = None
    new: frozenset[int] = frozenset()

    def __contains__(self, number: int) -> bool:
        return self.judged is None or number in self.judged


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer to one question that the mode of a contract asks, and what AWS Glue is expected to answer.

    ``expectation`` None means that the contract does not go to the registry (any more).
    """

    contract: str
    mode: Mode
    pair: Pair
    verdict: Verdict
    expectation: Expectation | None = None

    @property
    def candidate(self) -> int:
        """The newer of the two versions: the one whose registration is in question."""
        return max(self.pair.writer, self.pair.reader)


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found: findings in their order, judgements by contract and version, and how much was looked at."""

    findings: tuple[Finding, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    contracts: int = 0
    versions: int = 0

    @property
    def errors(self) -> int:
        """The number of findings that fail the check."""
        return sum(found.severity is Severity.ERROR for found in self.findings)

    @property
    def warnings(self) -> int:
        """The number of findings that do not."""
        return len(self.findings) - self.errors


def merge(reports: Iterable[Report], findings: Iterable[Finding] = ()) -> Report:
    """One report of several, with further ``findings``; sorted, and each finding once."""
    parts = (*reports, Report(findings=tuple(findings)))
    return Report(
        sorted_findings(found for part in parts for found in part.findings),
        tuple(judgement for part in parts for judgement in part.judgements),
        sum(part.contracts for part in parts),
        sum(part.versions for part in parts),
    )


def shared(reports: Iterable[Report]) -> Report:
    """The first report, with those of its findings that every other has too; no further one is made when it has none."""
    pending = iter(reports)
    report = next(pending)
    for other in pending if report.findings else ():
        known = {_identity(found) for found in other.findings}
        report = replace(report, findings=tuple(found for found in report.findings if _identity(found) in known))
    return report


def _identity(found: Finding) -> tuple[str, ...]:
    """What is found: compared with another base, the words and the line may differ."""
    return (found.rule, found.contract, found.place.path, found.pointer)


def sorted_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """In their order (see ``Finding.order``); what several contracts found in one shared file appears once."""
    once = {(found.order, found.contract if found.proof else ""): found for found in findings}
    return tuple(sorted(once.values(), key=lambda found: (found.order, found.contract)))


def gravest_first(findings: Iterable[Finding]) -> list[Finding]:
    """Breaks, then all other findings, then those about examples, which follow from them: for who shows a part only."""
    return sorted(findings, key=lambda found: (found.proof is None, found.rule.startswith("example-")))
