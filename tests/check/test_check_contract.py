"""The check of one contract, with a toy format: which questions are asked, and what the answers turn into."""

from __future__ import annotations

from dataclasses import replace

import pytest
from toy_format import Words, at, contract, example, no_files

from schemaward.check import check_contract
from schemaward.judgement import Report, Scope, merge
from schemaward.model import Contract, JsonValue, Mode, Policy, Status
from schemaward.modes import Pair
from schemaward.rules import finding
from schemaward.verdict import Compatible, Finding, Severity, Verdict, Wire


def check(subject: Contract, scope: Scope | None = None, module: Words | None = None) -> Report:
    return check_contract(subject, no_files, scope or Scope(), module or Words())


def only(report: Report) -> Finding:
    assert len(report.findings) == 1, report.findings
    return report.findings[0]


def rules(report: Report) -> list[str]:
    return [found.rule for found in report.findings]


def test_a_sound_contract_has_judgements_and_no_findings() -> None:
    report = check(contract(["a"], ["a", "b"], ["a", "b", "c"]))
    assert report.findings == ()
    assert [judgement.pair for judgement in report.judgements] == [Pair(1, 2, "backward"), Pair(2, 3, "backward")]
    assert {judgement.verdict.kind for judgement in report.judgements} == {"compatible"}
    assert (report.contracts, report.versions, report.errors, report.warnings) == (1, 3, 0, 0)


def test_a_backward_break_stands_in_the_new_version_and_says_who_breaks() -> None:
    found = only(check(contract(["a", "b"], ["a"])))
    assert (found.rule, found.place, found.pointer) == ("backward-break", at("v2.json"), "")
    assert found.fact == "consumers on v2 cannot read what v1 wrote: 'b'"
    assert found.proof is not None
    assert (found.proof.document, found.proof.writer, found.proof.reader) == ("b", "v1", "v2")
    assert found.proof.expectation is not None
    assert found.proof.expectation.answer == "accepts"


def test_a_forward_break_stands_in_the_new_version_too() -> None:
    found = only(check(contract(["a"], ["a", "b"], mode=Mode.FORWARD)))
    assert (found.rule, found.place) == ("forward-break", at("v2.json", 3, 3))
    assert found.fact == "consumers on v1 cannot read what v2 writes: 'b'"


def test_a_break_names_the_consumers_of_the_manifest() -> None:
    found = only(check(contract(["a", "b"], ["a"], consumers=("ranking", "search"))))
    assert found.fact.startswith("consumers on v2 (ranking, search) cannot read")


def test_pairs_that_break_for_one_cause_are_told_together() -> None:
    found = only(check(contract(["a", "z"], ["z", "a", "b"], ["a", "b"], mode=Mode.BACKWARD_ALL)))
    assert found.fact == "consumers on v3 cannot read what v1 and v2 wrote: 'z'"
    assert found.proof is not None
    assert found.proof.writer == "v2"


def test_a_break_names_further_changes_in_its_direction() -> None:
    found = only(check(contract(["a"], list("bcdefag"), mode=Mode.FORWARD, registry_mode=Mode.NONE)))
    assert found.place == at("v2.json", 2, 3)
    assert found.fact.endswith(': \'b\'; widened too: "/1", "/2", "/3" and 2 more')


def test_a_loss_stands_in_the_new_version_whichever_side_it_reads_on() -> None:
    ahead = only(check(contract(["a", "~b"], ["~b"], mode=Mode.FORWARD)))
    assert ahead.fact == 'consumers on v1 misread what v2 writes at "/1": the mark is lost'
    back = only(check(contract(["~b"], ["a", "~b"])))
    assert back.fact == 'consumers on v2 misread what v1 wrote at "/1": the mark is lost'
    assert (ahead.place, back.place) == (at("v2.json", 2, 3), at("v2.json", 3, 3))
    assert back.proof is not None
    assert back.proof.wire == Wire("7e62", seen="b")


def test_conventions_are_asked_of_each_step_where_the_mode_promises_anything() -> None:
    versions: list[list[JsonValue]] = [["_a", "_b"], ["_a", "c"], ["c", "d"]]
    told = [found.fact for found in check(contract(*versions, mode=Mode.FORWARD)).findings if found.rule == "glue-size"]
    assert told == ["_b is not to go", "_a is not to go"]
    assert check(contract(*versions, mode=Mode.NONE)).findings == ()


@pytest.mark.parametrize(("setting", "errors", "warnings"), [("error", 1, 0), ("warning", 0, 1), ("off", 0, 0)])
def test_the_manifest_sets_the_severity(setting: str, errors: int, warnings: int) -> None:
    report = check(contract(["~a"], ["~a", "b"], severities=(("schema-pattern", setting),)))
    assert (report.errors, report.warnings) == (errors, warnings)


def test_an_undecided_question_is_a_finding_with_its_reason() -> None:
    found = only(check(contract(["a"], ["a", "?"])))
    assert (found.rule, found.place) == ("compatibility-undecided", at("v2.json"))
    assert found.fact.endswith("was neither proven nor refuted: a question mark stands in the way")


def test_mode_none_asks_nothing() -> None:
    report = check(contract(["a"], ["b"], mode=Mode.NONE))
    assert (report.findings, report.judgements) == ((), ())


@pytest.mark.parametrize(("policy", "told"), [(Policy.STRICT, Compatible()), (Policy.LENIENT, None)])
def test_the_format_is_told_what_it_answered_before(policy: Policy, told: Verdict | None) -> None:
    module = Words()
    check(contract(["a"], ["a", "b"], policy=policy), module=module)
    assert module.told == [told]


def test_only_judged_versions_are_asked_about() -> None:
    module = Words()
    check(contract(["a"], ["a", "b"], ["a", "b", "c"]), Scope(frozenset({3})), module)
    assert module.asked == [("contracts/words/list/v3.json", "contracts/words/list/v2.json")]


def test_findings_of_an_old_schema_do_not_stop_a_new_version() -> None:
    old, new = [str(number) for number in range(9)], [str(number) for number in range(10)]
    assert rules(check(contract(old, new), Scope(frozenset({2})))) == ["glue-size"]


def test_an_unusable_schema_is_a_finding_and_no_answer() -> None:
    report = check(contract(["a"], ["a", "!"], ["a", "b"]))
    assert only(report).place == at("v2.json", 3, 3)
    assert [judgement.pair for judgement in report.judgements] == [Pair(1, 3, "backward")]


def test_an_unusable_old_schema_is_told_even_when_it_is_not_judged() -> None:
    assert rules(check(contract(["!"], ["a"]), Scope(frozenset({2})))) == ["schema-invalid"]


def test_a_version_that_says_the_same_as_an_earlier_one() -> None:
    found = only(check(contract(["a"], ["a", "b"], ["b", "a"])))
    assert (found.rule, found.place) == ("schema-unchanged", at("v3.json"))
    assert found.fact == "v3 says the same as v2, so the registry would answer with v2"


def test_disabled_refuses_versions_that_the_base_does_not_have() -> None:
    frozen = contract(["a"], ["b"], mode=Mode.DISABLED)
    assert rules(check(frozen)) == []
    assert only(check(frozen, Scope(frozenset({2}), frozenset({2})))).rule == "mode-disabled"


# examples


def test_a_valid_example_that_is_refused() -> None:
    found = only(check(contract(["a"], examples=(example("b.json", "b", True),))))
    assert (found.rule, found.place) == ("example-refused", at("examples/valid/b.json"))
    assert found.fact == 'v1 refuses this example: "b" is not in the list'


def test_an_invalid_example_that_is_accepted() -> None:
    found = only(check(contract(["a"], examples=(example("a.json", "a", False),))))
    assert (found.rule, found.place) == ("example-accepted", at("examples/invalid/a.json"))


def test_an_example_is_tried_on_its_own_version_or_the_latest() -> None:
    examples = (example("v1.b.json", "b", False, 1), example("b.json", "b", True))
    assert check(contract(["a"], ["a", "b"], examples=examples)).findings == ()


def test_a_schema_that_no_validator_can_use() -> None:
    examples = (example("a.json", "a", True), example("b.json", "b", False))
    found = only(check(contract(["a", "#"], examples=examples)))
    assert (found.rule, found.place, found.fact) == ("schema-invalid", at("v1.json"), "# cannot be compared")


# AWS Glue


FIVE = ["a", "b", "c", "d", "e"]


def test_a_version_that_glue_will_refuse_though_we_allow_it() -> None:
    found = only(check(contract(["a"], FIVE)))
    assert (found.rule, found.place) == ("glue-refuses", at("v2.json"))
    assert found.fact == "AWS Glue, in mode BACKWARD, is expected to refuse v2 (v2 reads v1: it does not like five)"


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param(contract(["a"], FIVE, registry_mode=Mode.NONE), id="the registry asks nothing"),
        pytest.param(contract(["a"], FIVE, status=Status.RETIRED), id="the contract is retired"),
    ],
)
def test_glue_is_not_feared_when_it_is_not_asked(subject: Contract) -> None:
    assert check(subject).findings == ()


def test_a_break_needs_no_second_word_about_glue() -> None:
    assert rules(check(contract(["z"], FIVE))) == ["backward-break"]


def test_the_registry_may_ask_more_than_the_contract() -> None:
    subject = contract(["a"], FIVE, mode=Mode.NONE, registry_mode=Mode.FORWARD)
    assert only(check(subject)).fact.endswith("(v1 reads v2: it does not like five)")


def test_a_registry_that_is_frozen_refuses_a_new_version() -> None:
    subject = contract(["a"], ["a", "b"], registry_mode=Mode.DISABLED)
    assert rules(check(subject)) == []
    assert rules(check(subject, Scope(frozenset({2}), frozenset({2})))) == ["glue-refuses"]


@pytest.mark.parametrize(
    ("subject", "fact"),
    [
        (contract(["a"], schema_name="a/b"), "the schema name \"a/b\" contains '/'"),
        (contract(["a"], schema_name="n" * 256), "has 256 characters, allowed are 1 to 255"),
        (contract(["a"], description="d" * 2049), "the description has 2049 characters"),
        (contract(["a"], description="bell \x07"), "the description contains a control character"),
        (contract(["a"], tags=(("k" * 129, ""),)), "has a key of 129 characters"),
        (contract(["a"], tags=(("k", "v" * 257),)), "has a value of 257 characters"),
        (contract(["a"], tags=(("AWS:own", ""),)), "which AWS keeps for itself"),
        (contract(["a"], tags=tuple((f"k{n}", "") for n in range(51))), "there are 51 tags, allowed are 50"),
    ],
)
def test_names_beyond_the_limits_of_glue(subject: Contract, fact: str) -> None:
    found = only(check(subject))
    assert found.rule == "glue-name"
    assert fact in found.fact


def test_names_within_the_limits_of_glue() -> None:
    tags = tuple((f"k{n}", "v" * 256) for n in range(50))
    subject = contract(["a"], schema_name="aZ09-_$#.", description="d\r\n\t" * 500, tags=tags)
    assert check(subject).findings == ()


# reports


def test_findings_are_sorted_by_place_and_told_once() -> None:
    late = finding("schema-invalid", at("v9.json", 7), "late")
    early = finding("schema-invalid", at("v9.json", 2), "early")
    merged = merge([Report((late,), contracts=1), Report((early, late), contracts=1)], [early])
    assert merged.findings == (early, late)
    assert merged.contracts == 2


def test_one_finding_in_a_shared_file_is_told_once_for_all_contracts() -> None:
    one = finding("schema-invalid", at("shared.json"), "wrong", contract="a.a")
    assert len(merge([Report((one,)), Report((replace(one, contract="b.b"),))]).findings) == 1


def test_a_warning_is_no_error() -> None:
    report = Report((replace(finding("owner-removed", at("contract.yaml"), "gone"), severity=Severity.WARNING),))
    assert (report.errors, report.warnings) == (0, 1)
