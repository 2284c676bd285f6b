"""The gate before a registry: versions that break what their contract promises are not registered.

A registry may ask for less than the contract does, or for nothing at all. Judged is only what is to be registered.
"""

from __future__ import annotations

import functools

from schemaward.formats.base import ReadFile
from schemaward.model import Catalog
from schemaward.registry.plan import Gate
from schemaward.registry.steps import Blocked
from schemaward.report.values import compact, shortened
from schemaward.verdict import Finding, Severity

_LONGEST = 200


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
