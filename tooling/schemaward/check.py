"""Judge contracts: schemas, examples, and the compatibility that their modes promise. Pure: values in, a Report out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from posixpath import commonprefix

from schemaward.errors import InputError, UsageError
from schemaward.formats import format_module
from schemaward.formats.base import FormatModule, ReadFile, Schema
from schemaward.limits import name_findings
from schemaward.model import Catalog, Contract, Example, JsonValue, Mode, Policy, Status
from schemaward.modes import Pair, pairs
from schemaward.rules import finding
from schemaward.syntax.document import Document
from schemaward.verdict import Change, Effect, Expectation, Finding, Incompatible, Proof, Severity, Undecided, Verdict

_MOST_REFUSALS = 5
_MOST_OTHERS = 3


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
    """What a check found: findings by place, judgements by contract and version, and how much was looked at."""

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
        _sorted(found for part in parts for found in part.findings),
        tuple(judgement for part in parts for judgement in part.judgements),
        sum(part.contracts for part in parts),
        sum(part.versions for part in parts),
    )


def check_catalog(catalog: Catalog, read: ReadFile, scopes: Mapping[str, Scope] | None = None) -> Report:
    """Check every contract of ``catalog``, each within its scope (by contract name; the default is everything)."""
    scopes = scopes or {}
    return merge(check_contract(each, read, scopes.get(each.name, EVERYTHING)) for each in catalog.contracts)


def check_contract(
    contract: Contract, read: ReadFile, scope: Scope = EVERYTHING, module: FormatModule | None = None
) -> Report:
    """Check one contract: its names, schemas and examples, and the questions of its mode for the judged versions.

    ``read`` resolves references to other files. All schemas are loaded, since examples and pairs need them, but only
    the findings of judged versions count, and of those that cannot be used at all.
    """
    try:
        module = module or format_module(contract.data_format)
    except UsageError as error:
        place = contract.manifest.place("/format")
        wrong = finding("manifest-invalid", place, error.fact, error.remedy, contract=contract.name, pointer="/format")
        return Report((wrong,), contracts=1)
    schemas, findings = _load(contract, read, scope, module)
    expected = _expectations(contract, schemas, scope, module)
    judgements = tuple(_judge(contract, schemas, scope, module, expected))
    findings += [
        *name_findings(contract),
        *_unchanged(contract, schemas, scope),
        *_frozen(contract, scope),
        *_example_findings(contract, schemas, module),
        *_breaks(contract, judgements, schemas, module),
        *_undecided(contract, judgements),
        *_glue_refusals(contract, judgements, scope, expected),
    ]
    judged = sum(version.number in scope for version in contract.versions)
    return Report(_sorted(findings), judgements, contracts=1, versions=judged)


def _load(
    contract: Contract, read: ReadFile, scope: Scope, module: FormatModule
) -> tuple[dict[int, Schema], list[Finding]]:
    schemas: dict[int, Schema] = {}
    findings: list[Finding] = []
    for version in contract.versions:
        schema, found = module.load(version.document, read)
        if schema is not None:
            schemas[version.number] = schema
        if schema is None or version.number in scope:
            findings += [replace(each, contract=contract.name) for each in found]
    return schemas, findings


def _expectations(
    contract: Contract, schemas: Mapping[int, Schema], scope: Scope, module: FormatModule
) -> dict[Pair, Expectation]:
    """What AWS Glue is expected to answer to each question that the registry's own mode asks of the judged versions."""
    if contract.status is Status.RETIRED:
        return {}
    return {
        pair: module.expectation(schemas[pair.reader], schemas[pair.writer])
        for candidate in schemas
        if candidate in scope
        for pair in pairs(contract.registry_mode, _before(candidate, schemas), candidate)
    }


def _judge(
    contract: Contract,
    schemas: Mapping[int, Schema],
    scope: Scope,
    module: FormatModule,
    expected: Mapping[Pair, Expectation],
) -> Iterator[Judgement]:
    """The answers for the judged versions; a schema that could not be loaded has its own finding, and no answer."""
    unasked = Expectation("accepts", f"the registry's mode {contract.registry_mode} does not ask this")
    for candidate in schemas:
        if candidate in scope:
            for pair in pairs(contract.mode, _before(candidate, schemas), candidate):
                verdict = module.can_read(schemas[pair.reader], schemas[pair.writer], contract.policy, True)
                expectation = None if contract.status is Status.RETIRED else expected.get(pair, unasked)
                yield Judgement(contract.name, contract.mode, pair, verdict, expectation)


def _before(candidate: int, numbers: Iterable[int]) -> list[int]:
    return sorted(number for number in numbers if number < candidate)


def _unchanged(contract: Contract, schemas: Mapping[int, Schema], scope: Scope) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for number, schema in schemas.items():
        same = first.setdefault(schema.identity, number)
        if same != number and number in scope:
            yield finding(
                "schema-unchanged",
                schema.place(""),
                f"v{number} says the same as v{same}, so the registry would answer with v{same}",
                contract=contract.name,
            )


def _frozen(contract: Contract, scope: Scope) -> Iterator[Finding]:
    if contract.mode is not Mode.DISABLED:
        return
    for version in contract.versions:
        if version.number in scope.new:
            yield finding(
                "mode-disabled",
                version.document.place(),
                f"v{version.number} is new, and the mode DISABLED allows no further version",
                contract=contract.name,
            )


# examples


def _example_findings(contract: Contract, schemas: Mapping[int, Schema], module: FormatModule) -> Iterator[Finding]:
    latest = contract.versions[-1].number if contract.versions else 0
    for example in contract.examples:
        number = latest if example.number is None else example.number
        if number in schemas:
            yield from _judge_example(contract, example, schemas[number], number, module)


def _judge_example(
    contract: Contract, example: Example, schema: Schema, number: int, module: FormatModule
) -> Iterator[Finding]:
    document = example.document
    try:
        refusals = module.refusals(schema, document.value)
    except InputError as error:
        place = error.place or schema.place("")
        yield finding("schema-invalid", place, error.fact, error.remedy, contract=contract.name)
        return
    if example.valid:
        for refusal in refusals[:_MOST_REFUSALS]:
            yield finding(
                "example-refused",
                document.place(refusal.pointer),
                f"v{number} refuses this example: {_where(refusal.pointer)}{refusal.message}",
                contract=contract.name,
                pointer=refusal.pointer,
            )
    elif not refusals:
        fact = f"v{number} accepts this example, which stands among the invalid ones"
        yield finding("example-accepted", document.place(), fact, contract=contract.name)


def _where(pointer: str) -> str:
    return f'at "{pointer}": ' if pointer else ""


# compatibility


@dataclass(frozen=True, slots=True)
class _Break:
    """One pair that breaks: the document, the place that does it, the reader's reason, and what else changed."""

    judgement: Judgement
    witness: JsonValue
    pointer: str
    why: str
    others: tuple[str, ...]


def _breaks(
    contract: Contract, judgements: Sequence[Judgement], schemas: Mapping[int, Schema], module: FormatModule
) -> Iterator[Finding]:
    """One finding for each cause: pairs of one version that break at the same place are told together."""
    causes: dict[tuple[int, str, str, str], list[_Break]] = {}
    for judgement in judgements:
        if isinstance(judgement.verdict, Incompatible):
            changes = _harmful(judgement.pair, contract.policy, schemas, module)
            found = _broken(judgement, judgement.verdict, changes, schemas[judgement.candidate].document)
            cause = (judgement.candidate, judgement.pair.direction, found.pointer, found.why)
            causes.setdefault(cause, []).append(found)
    for (candidate, *_), group in causes.items():
        yield _break_finding(contract, group, schemas[candidate])


def _harmful(pair: Pair, policy: Policy, schemas: Mapping[int, Schema], module: FormatModule) -> tuple[Change, ...]:
    """The changes from the older to the newer version that can break in the direction of ``pair``."""
    older, newer = sorted((pair.writer, pair.reader))
    effects = (Effect.NARROWS if pair.direction == "backward" else Effect.WIDENS, Effect.BOTH, Effect.UNKNOWN)
    changes = module.diff(schemas[older], schemas[newer], policy, True)
    return tuple(change for change in changes if change.effect in effects)


def _broken(judgement: Judgement, verdict: Incompatible, changes: Sequence[Change], new: Document) -> _Break:
    """The place of a break is that of the change which is nearest to what was refused.

    Without a change it is the keyword of the reader that refuses the witness, as far as the new version has it.
    """
    refused = verdict.findings[0] if verdict.findings else None
    # What is left ends our own sentence: ` at "/age": -1 is less than the minimum of 0`.
    why = refused.fact.removeprefix("the reader refuses the document") if refused else ""
    steps = (refused.pointer if refused else "").split("/")

    def closeness(change: Change) -> tuple[bool, int]:
        own = change.pointer.split("/")
        return any(f"{quote}{own[-1]}{quote}" in why for quote in "'\""), len(commonprefix([own, steps]))

    culprit = max(changes, key=closeness, default=None)
    pointer = _present(new, _pointer_in_new(culprit) if culprit else "/".join(steps))
    others = tuple(change.pointer for change in changes if change is not culprit)
    return _Break(judgement, verdict.witness, pointer, why, others)


def _pointer_in_new(change: Change) -> str:
    """What is gone is found where it was: its neighbour in a list may have its old number."""
    return change.pointer if change.side == "new" else change.pointer.rpartition("/")[0]


def _break_finding(contract: Contract, group: Sequence[_Break], schema: Schema) -> Finding:
    """``group`` holds the pairs of one cause, by ascending earlier version: the nearest one serves as the proof."""
    nearest = group[-1]
    pair = nearest.judgement.pair
    writers = _versions(sorted({each.judgement.pair.writer for each in group}))
    readers = _versions(sorted({each.judgement.pair.reader for each in group}))
    consumers = f" ({', '.join(contract.consumers)})" if contract.consumers else ""
    backward = pair.direction == "backward"
    also = _also("narrowed" if backward else "widened", nearest.others)
    return finding(
        "backward-break" if backward else "forward-break",
        schema.place(nearest.pointer),
        f"consumers on {readers}{consumers} cannot read what {writers} {'wrote' if backward else 'writes'}"
        f"{nearest.why}{also}",
        contract=contract.name,
        pointer=nearest.pointer,
        proof=Proof(nearest.witness, f"v{pair.writer}", f"v{pair.reader}", nearest.judgement.expectation),
    )


def _also(verb: str, pointers: Sequence[str]) -> str:
    """A clause on further changes in the same direction: one document shows only one of them."""
    shown = ", ".join(f'"{pointer}"' for pointer in pointers[:_MOST_OTHERS])
    more = f" and {len(pointers) - _MOST_OTHERS} more" if len(pointers) > _MOST_OTHERS else ""
    return f"; {verb} too: {shown}{more}" if pointers else ""


def _present(document: Document, pointer: str) -> str:
    """``pointer``, or its nearest ancestor that is in ``document``: what a version dropped is found at its parent."""
    while pointer and pointer not in document.places:
        pointer = pointer.rpartition("/")[0]
    return pointer


def _versions(numbers: Sequence[int]) -> str:
    names = [f"v{number}" for number in numbers]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _undecided(contract: Contract, judgements: Sequence[Judgement]) -> Iterator[Finding]:
    by_number = {version.number: version for version in contract.versions}
    for judgement in judgements:
        if isinstance(judgement.verdict, Undecided):
            pair = judgement.pair
            yield finding(
                "compatibility-undecided",
                by_number[judgement.candidate].document.place(),
                f"whether consumers on v{pair.reader} can read what v{pair.writer} writes was neither proven nor "
                f"refuted: {judgement.verdict.reason}",
                contract=contract.name,
            )


# what AWS Glue will answer


def _glue_refusals(
    contract: Contract, judgements: Sequence[Judgement], scope: Scope, expected: Mapping[Pair, Expectation]
) -> Iterator[Finding]:
    """Versions that our check allows and the registry's own mode does not; a version with a break needs no second word."""
    stopped = {each.candidate for each in judgements if each.verdict.kind != "compatible"}
    for version in contract.versions:
        if version.number in scope and version.number not in stopped:
            reasons = [
                f"v{pair.reader} reads v{pair.writer}: {answer.reason}"
                for pair, answer in expected.items()
                if answer.answer == "refuses" and version.number == max(pair.reader, pair.writer)
            ]
            if _frozen_in_registry(contract) and version.number in scope.new:
                reasons.append("DISABLED allows no further version")
            if reasons:
                fact = f"AWS Glue, in mode {contract.registry_mode}, is expected to refuse v{version.number} ({reasons[0]})"
                yield finding("glue-refuses", version.document.place(), fact, contract=contract.name)


def _frozen_in_registry(contract: Contract) -> bool:
    return contract.registry_mode is Mode.DISABLED and contract.mode is not Mode.DISABLED


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By place, rule and text; what several contracts found in one shared file appears once."""
    once = {(found.order, found.contract if found.proof else ""): found for found in findings}
    return tuple(sorted(once.values(), key=lambda found: (found.order, found.contract)))
