"""What a change may not do to the history of a published contract."""

from __future__ import annotations

from dataclasses import replace

import pytest
from toy_format import at, contract, document

from schemaward.evolve import Selection, concerned, guard, referrers, scope_of
from schemaward.judgement import Scope
from schemaward.model import Catalog, Contract, DataFormat, Mode, Policy, Status, Version
from schemaward.verdict import Finding

BASE = contract(["a"], ["a", "b"], mode=Mode.BACKWARD_ALL)


def guarded(base: Contract, head: Contract | None, *present: str) -> tuple[Finding, ...]:
    return guard(Catalog((base,)), Catalog((head,) if head else ()), set(present))


def only(findings: tuple[Finding, ...]) -> Finding:
    assert len(findings) == 1, findings
    return findings[0]


def with_versions(*versions: Version) -> Contract:
    return replace(BASE, versions=versions)


def version(number: int, words: list[str], suffix: str = "json", text: str | None = None) -> Version:
    return Version(number, document(f"{BASE.folder}/v{number}.{suffix}", list(words), text))


V1, V2 = BASE.versions


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(BASE, id="no change"),
        pytest.param(with_versions(V1, V2, version(3, ["c"])), id="a new version"),
        pytest.param(replace(BASE, mode=Mode.FULL_ALL), id="a stronger mode"),
        pytest.param(replace(BASE, status=Status.RETIRED), id="retired"),
        pytest.param(replace(BASE, owners=("@words/team", "@words/more")), id="one more owner"),
        pytest.param(replace(BASE, owners=("@Words/Team",)), id="an owner in other letters"),
        pytest.param(replace(BASE, description="other words"), id="another description"),
    ],
)
def test_what_is_allowed(head: Contract) -> None:
    assert guarded(BASE, head) == ()


def test_an_edited_version_is_shown_at_the_line_of_the_edit() -> None:
    found = only(guarded(BASE, with_versions(V1, version(2, ["a", "c"]))))
    assert (found.rule, found.place) == ("version-edited", at("v2.json", 3))
    assert found.remedy == "restore contracts/words/list/v2.json and put the change into v3"


def test_another_layout_is_an_edit_too() -> None:
    assert only(guarded(BASE, with_versions(version(1, ["a"], text='["a"]'), V2))).rule == "version-edited"


def test_other_line_endings_are_no_edit() -> None:
    crlf = version(1, ["a"], text=V1.document.text.replace("\n", "\r\n"))
    assert guarded(BASE, with_versions(crlf, V2)) == ()


def test_a_version_that_cannot_be_parsed_any_more_was_edited_not_deleted() -> None:
    found = only(guarded(BASE, with_versions(V1), V2.path))
    assert (found.rule, found.place) == ("version-edited", at("v2.json"))


def test_a_deleted_version_is_shown_at_the_manifest() -> None:
    found = only(guarded(BASE, with_versions(V1)))
    assert (found.rule, found.place) == ("version-deleted", at("contract.yaml"))
    assert "contracts/words/list/v2.json" in found.fact


@pytest.mark.parametrize(
    "renamed",
    [
        pytest.param(version(2, ["a", "b"], suffix="yaml"), id="another suffix"),
        pytest.param(version(3, ["a", "b"]), id="another number"),
    ],
)
def test_a_renamed_version_is_shown_at_its_new_name(renamed: Version) -> None:
    found = only(guarded(BASE, with_versions(V1, renamed)))
    assert (found.rule, found.place.path) == ("version-renamed", renamed.path)


def test_a_deleted_contract_is_shown_at_its_old_manifest() -> None:
    found = only(guarded(BASE, None))
    assert (found.rule, found.place) == ("contract-deleted", at("contract.yaml"))


def test_a_moved_contract_is_shown_at_its_new_manifest() -> None:
    found = only(guarded(BASE, contract(["a"], ["a", "b"], folder="contracts/words/other")))
    assert found.rule == "contract-deleted"
    assert found.place.path == "contracts/words/other/contract.yaml"
    assert "was moved from contracts/words/list to contracts/words/other" in found.fact


def test_a_manifest_that_cannot_be_read_is_no_deleted_contract() -> None:
    assert guarded(BASE, None, BASE.manifest.path) == ()


@pytest.mark.parametrize(
    ("head", "rule", "line"),
    [
        (replace(BASE, mode=Mode.BACKWARD), "mode-weakened", 2),
        (replace(BASE, registry=replace(BASE.registry, mode=Mode.NONE)), "mode-weakened", 1),
        (replace(BASE, policy=Policy.LENIENT), "mode-weakened", 3),
        (replace(BASE, severities=(("owner-removed", "off"),)), "mode-weakened", 1),
        (replace(BASE, data_format=DataFormat.AVRO), "format-changed", 1),
        (replace(BASE, registry=replace(BASE.registry, schema_name="words.list2")), "schema-renamed", 1),
        (replace(BASE, status=Status.DRAFT), "status-unpublished", 4),
        (replace(BASE, owners=("@words/other",)), "owner-removed", 5),
    ],
)
def test_a_promise_that_is_taken_back_is_shown_in_the_manifest(head: Contract, rule: str, line: int) -> None:
    found = only(guarded(BASE, head))
    assert (found.rule, found.place.path, found.place.line) == (rule, BASE.manifest.path, line)


def test_a_severity_may_be_raised() -> None:
    assert guarded(BASE, replace(BASE, severities=(("owner-removed", "error"),))) == ()


def test_a_weaker_mode_is_told_once_though_it_holds_in_the_registry_too() -> None:
    assert [found.rule for found in guarded(BASE, replace(BASE, mode=Mode.NONE))] == ["mode-weakened"]


@pytest.mark.parametrize("status", [Status.PROPOSED, Status.DRAFT])
def test_a_contract_that_is_not_published_may_change_freely(status: Status) -> None:
    draft = replace(BASE, status=status)
    assert guarded(draft, None) == ()
    assert guarded(draft, replace(draft, mode=Mode.NONE, owners=(), versions=())) == ()


# what is concerned


@pytest.mark.parametrize(
    ("added", "altered", "folders", "names"),
    [
        (["README.md"], ["tooling/x/y/z.py"], (), set()),
        ([], ["contracts/registries.yaml"], (), set()),
        (["contracts/a/b/v1.json", "contracts/a/b/examples/valid/x.json"], [], ("contracts/a/b",), set()),
        (
            [],
            ["contracts/a/c/contract.json", "contracts/a/b/examples/valid/x.json"],
            ("contracts/a/b", "contracts/a/c"),
            set(),
        ),
        ([], ["contracts/a/b/v2.yaml"], ("contracts/a/b",), {"v2.yaml"}),
        (["contracts/shared.json"], ["contracts/a/shared.json"], (), {"shared.json"}),
        (["contracts/a/shared/shop.Money.avsc"], [], ("contracts/a/shared",), {"Money"}),
        ([], ["contracts/shared/types/address.json"], ("contracts/shared/types",), {"address.json"}),
        ([], ["contracts/a/b/README.md"], ("contracts/a/b",), set()),
    ],
)
def test_what_a_change_concerns(
    added: list[str], altered: list[str], folders: tuple[str, ...], names: set[str]
) -> None:
    assert concerned(added, altered) == Selection(folders, frozenset(names))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"$ref": "../shared/address.json#/x"}', True),
        ("$ref: ../shared/address.json", True),
        ('{"$ref": "street.json"}', True),
        ('{"$ref": "#/definitions/address"}', False),
        ('{"$ref": "address%2Ejson"}', True),
        ('{"$ref": "address\\u002ejson"}', True),
        ('{"description": "100%25 of \\\\ under"}', False),
    ],
)
def test_what_refers_to_a_changed_file(text: str, found: bool) -> None:
    street = '{"properties": {"in": {"$ref": "address.json"}}}'
    texts = {"contracts/a/b/v1.json": text, "contracts/shared/street.json": street}
    assert ("contracts/a/b/v1.json" in referrers(texts, {"address.json"})) == found


def test_a_new_contract_is_judged_whole() -> None:
    assert scope_of(None, BASE, set()) == Scope()


def test_a_new_version_alone_is_judged() -> None:
    head = with_versions(V1, V2, version(3, ["c"]))
    assert scope_of(BASE, head, {f"{BASE.folder}/v3.json"}) == Scope(frozenset({3}), frozenset({3}))


def test_an_edited_version_is_judged_with_the_later_ones() -> None:
    head = with_versions(V1, V2, version(3, ["c"]))
    assert scope_of(head, head, {V2.path}) == Scope(frozenset({2, 3}))


def test_a_changed_manifest_asks_everything_again() -> None:
    head = contract(["a"], ["a", "b"], mode=Mode.FULL)
    assert scope_of(BASE, head, {BASE.manifest.path}) == Scope()


def test_a_changed_example_asks_no_question_again() -> None:
    assert scope_of(BASE, BASE, {f"{BASE.folder}/examples/valid/x.json"}) == Scope(frozenset())
