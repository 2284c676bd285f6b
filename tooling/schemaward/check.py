"""Judge contracts: schemas, examples, and the compatibility that their modes promise. Pure: values in, a Report out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from schemaward.breaks import break_findings
from schemaward.errors import InputError
from schemaward.formats import format_module
from schemaward.formats.base import FormatModule, ReadFile, Schema
from schemaward.judgement import EVERYTHING, Judgement, Report, Scope, merge, sorted_findings
from schemaward.limits import name_findings
from schemaward.model import Catalog, Contract, DataFormat, Example, Mode, Policy, Status
from schemaward.modes import Pair, pairs
from schemaward.rules import finding
from schemaward.verdict import Expectation, Finding, Severity, Undecided, Verdict

_MOST_REFUSALS = 5


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
    module = module or format_module(contract.data_format)
    schemas, findings = _load(contract, read, scope, module)
    verdicts = {
        pair: module.can_read(schemas[pair.reader], schemas[pair.writer], contract.policy, True)
        for pair in _questions(contract.mode, schemas, scope)
    }
    expected = _expectations(contract, schemas, scope, module, verdicts)
    judgements = tuple(_judgements(contract, verdicts, expected))
    findings += [
        *name_findings(contract),
        *_unchanged(contract, schemas, scope),
        *_frozen(contract, scope),
        *_example_findings(contract, schemas, module),
        *break_findings(contract, judgements, schemas, module),
        *_convention_findings(contract, schemas, scope, module),
        *_underivable(contract, schemas, scope),
        *_undecided(contract, judgements),
        *_glue_refusals(contract, judgements, scope, expected),
    ]
    judged = sum(version.number in scope for version in contract.versions)
    return Report(sorted_findings(_weighed(findings, contract)), judgements, contracts=1, versions=judged)


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


def _questions(mode: Mode, numbers: Collection[int], scope: Scope) -> Iterator[Pair]:
    """What a mode asks of the judged versions; one that could not be loaded has its own finding, and no question."""
    for candidate in numbers:
        if candidate in scope:
            yield from pairs(mode, _before(candidate, numbers), candidate)


def _expectations(
    contract: Contract,
    schemas: Mapping[int, Schema],
    scope: Scope,
    module: FormatModule,
    verdicts: Mapping[Pair, Verdict],
) -> dict[Pair, Expectation]:
    """What AWS Glue is expected to answer to each question that the registry's own mode asks of the judged versions."""
    if contract.status is Status.RETIRED:
        return {}
    strict = verdicts if contract.policy is Policy.STRICT else {}
    return {
        pair: module.expectation(schemas[pair.reader], schemas[pair.writer], strict.get(pair))
        for pair in _questions(contract.registry_mode, schemas, scope)
    }


def _judgements(
    contract: Contract, verdicts: Mapping[Pair, Verdict], expected: Mapping[Pair, Expectation]
) -> Iterator[Judgement]:
    unasked = Expectation("accepts", f"the registry's mode {contract.registry_mode} does not ask this")
    for pair, verdict in verdicts.items():
        expectation = None if contract.status is Status.RETIRED else expected.get(pair, unasked)
        yield Judgement(contract.name, contract.mode, pair, verdict, expectation)


def _before(candidate: int, numbers: Iterable[int]) -> list[int]:
    return sorted(number for number in numbers if number < candidate)


def _unchanged(contract: Contract, schemas: Mapping[int, Schema], scope: Scope) -> Iterator[Finding]:
    if contract.registry.accepts_revert:
        return
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


def _convention_findings(
    contract: Contract, schemas: Mapping[int, Schema], scope: Scope, module: FormatModule
) -> Iterator[Finding]:
    """Of each judged version against the one before it, where the mode promises anything at all."""
    for older, newer in pairwise(sorted(schemas)):
        if newer in scope and any(pairs(contract.mode, [older], newer)):
            for found in module.conventions(schemas[older], schemas[newer]):
                yield replace(found, contract=contract.name)


def _underivable(contract: Contract, schemas: Mapping[int, Schema], scope: Scope) -> Iterator[Finding]:
    """The providers to whose strict form the latest version cannot be brought, if it is judged."""
    latest = max(schemas, default=0)
    if not contract.structured_output or latest not in scope:
        return
    for name in contract.structured_output:
        for pointer, reason in _obstacles(contract, schemas[latest], name) if latest else ():
            yield finding(
                "structured-output-underivable",
                schemas[latest].place(pointer),
                f"v{latest} has no strict form for {name}: {reason}",
                contract=contract.name,
                pointer=pointer,
            )


def _obstacles(contract: Contract, schema: Schema, provider: str) -> tuple[tuple[str, str], ...]:
    if contract.data_format is not DataFormat.JSON:
        return (("", f"the format is {contract.data_format}, and providers take JSON Schemas"),)
    from schemaward.formats.jsonschema.structured.deriving import derive
    from schemaward.formats.jsonschema.structured.providers import PROVIDERS

    return derive(schema, PROVIDERS[provider]).obstacles


def _weighed(findings: Iterable[Finding], contract: Contract) -> Iterator[Finding]:
    """The findings with the severities that the manifest sets, without those that it turns off."""
    chosen = dict(contract.severities)
    for found in findings:
        setting = chosen.get(found.rule, found.severity)
        if setting != "off":
            yield replace(found, severity=Severity(setting))


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
