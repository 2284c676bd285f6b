"""The gate before a registry: versions that break what their contract promises are not registered.

A registry may ask for less than the contract does, or for nothing at all. Judged is only what is to be registered.
"""

from __future__ import annotations

import functools

from schemaward.formats.base import ReadFile
from schemaward.judgement import Report
from schemaward.model import Catalog, Contract, Mode
from schemaward.modes import pairs, weakened
from schemaward.registry.plan import Gate
from schemaward.registry.steps import Blocked
from schemaward.report.values import compact, shortened
from schemaward.verdict import Finding, Severity

_LONGEST = 200
_STRONGEST_FIRST = (Mode.FULL_ALL, Mode.BACKWARD_ALL, Mode.FORWARD_ALL, Mode.FULL, Mode.BACKWARD, Mode.FORWARD)


def gate(catalog: Catalog, read: ReadFile) -> Gate:
    """What forbids to register versions of a contract of ``catalog``: the findings for which a check of them fails."""
    contracts = {contract.name: contract for contract in catalog.contracts}

    @functools.cache
    def judge(name: str, coming: frozenset[int]) -> Blocked | None:
        from schemaward.check import check_contract
        from schemaward.judgement import Scope

        report = check_contract(contracts[name], read, Scope(judged=coming))
        broken = next(filter(_breaks, report.findings), None)
        return _blocked(name, contracts[name].folder, broken) if broken else None

    return judge


def refused(contract: Contract, read: ReadFile) -> str:
    """What a check of ``contract`` alone refuses, with the mode that its versions do keep; "" when it passes."""
    from schemaward.check import check_contract

    report = check_contract(contract, read)
    errors = [found for found in report.findings if found.severity is Severity.ERROR]
    if not errors:
        return ""
    more = f" (and {len(errors) - 1} more)" if errors[1:] else ""
    kept = _kept(contract, report)
    advice = "" if kept is contract.mode else f"; write `compatibility: {kept}`, which its versions keep"
    return f"{errors[0].fact}{more}{advice}"


def _kept(contract: Contract, report: Report) -> Mode:
    """The mode of the contract, or the strongest of the weaker ones that all its versions keep."""
    broken = {each.pair for each in report.judgements if each.verdict.kind != "compatible"}
    numbers = [version.number for version in contract.versions]
    weaker = (mode for mode in _STRONGEST_FIRST if not weakened(mode, contract.mode))
    for mode in (contract.mode, *weaker):
        if not any(broken & {*pairs(mode, numbers[:place], number)} for place, number in enumerate(numbers)):
            return mode
    return Mode.NONE


def _breaks(found: Finding) -> bool:
    told = found.proof is not None or found.rule == "compatibility-undecided"
    return told and found.severity is Severity.ERROR


def _blocked(contract: str, folder: str, broken: Finding) -> Blocked:
    fact = f"{broken.place}: {broken.fact}"
    if broken.proof is not None:
        fact += f"; witness: {shortened(compact(broken.proof.document), _LONGEST)}"
    remedy = (
        f"`schemaward check {folder}` tells more; take the version back, or let `compatibility` in the manifest "
        "promise less"
    )
    return Blocked(contract, "breaks-promise", fact, remedy)
