"""What a schema of others is as a contract, and what keeps it from being one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from registry_values import standing, stored, wanted

from schemaward.registry.adoption import Adopted, NotAdopted, adopt
from schemaward.registry.reading import content_hash

A, B = '{"enum": ["a"]}', '{\r\n  "enum": ["a", "b"]}'
TEXTS = {content_hash("JSON", text): text for text in (A, B)}
SHA_A, SHA_B = TEXTS


def theirs(*versions: Any, **fields: Any) -> Any:
    return standing(*versions, **{"tags": (), **fields})


def of(sha256: str, number: int, status: str = "AVAILABLE") -> Any:
    return stored(number, sha256, status, metadata=(), definition=TEXTS.get(sha256, ""))


def adopted(remote: Any, **known: Any) -> Adopted:
    found = adopt(remote, **known)
    assert isinstance(found, Adopted)
    return found


def refused(remote: Any) -> str:
    found = adopt(remote)
    assert isinstance(found, NotAdopted)
    assert found.remedy
    return found.fact


def test_versions_count_up_by_one_whatever_their_numbers() -> None:
    found = adopted(theirs(of(SHA_A, 1), of(SHA_B, 2, "FAILURE"), of(SHA_B, 5), checkpoint=5))
    assert [(each.number, each.remote, each.definition) for each in found.versions] == [(1, 1, A), (2, 5, B)]
    assert found.checkpoint == 2
    assert found.remarks[0] == "left out with status FAILURE: number 2"
    assert found.remarks[1].startswith("number 5 is v2")


def test_a_checkpoint_where_it_always_is_is_not_recorded() -> None:
    assert adopted(theirs(of(SHA_A, 1))).checkpoint is None


def test_a_definition_that_is_there_twice_is_one_version() -> None:
    found = adopted(theirs(of(SHA_A, 1), of(SHA_B, 2), of(SHA_A, 3)))
    assert [each.remote for each in found.versions] == [1, 2]
    assert "an earlier version says the same: number 3" in found.remarks[0]


def test_only_what_git_lacks_is_added_to_a_contract() -> None:
    known = wanted(SHA_A)
    found = adopted(theirs(of(SHA_A, 1), of(SHA_B, 2)), known=known)
    assert [(each.number, each.remote) for each in found.versions] == [(2, 2)]
    assert adopted(theirs(of(SHA_A, 1)), known=known).versions == ()


def test_what_git_holds_goes_to_the_registry_first() -> None:
    known = wanted(SHA_A, "c")
    late = adopt(theirs(of(SHA_A, 1), of(SHA_B, 2)), known)
    assert isinstance(late, NotAdopted)
    assert "Git holds v2" in late.fact
    assert "sync --full" in late.remedy
    found = adopted(theirs(of(SHA_A, 1), of(SHA_B, 2), of("c", 3)), known=known)
    assert [(each.number, each.remote) for each in found.versions] == [(3, 2)]
    assert found.remarks == (
        "number 2 is v3, and so on: contracts count up by one, and Git held others before, which the registry got later",
    )


def test_tags_of_aws_and_our_own_mark_are_not_for_a_manifest() -> None:
    tags = (("Team", "x"), ("aws:cloudformation:stack-name", "s"), ("managed-by", "schemaward"))
    found = adopted(theirs(of(SHA_A, 1), tags=tags))
    assert found.tags == (("Team", "x"),)
    assert found.remarks == ('the tag "aws:cloudformation:stack-name" belongs to AWS and was left out',)


@pytest.mark.parametrize(
    ("remote", "reason"),
    [
        (replace(theirs(of(SHA_A, 1)), available=False), "not AVAILABLE"),
        (replace(theirs(of(SHA_A, 1)), data_format="OpenApi3"), "OpenApi3"),
        (theirs(of(SHA_A, 1), tags=(("managed-by", "terraform"),)), "managed-by=terraform"),
        (theirs(of(SHA_A, 1), tags=None), "tags could not be read"),
        (theirs(of(SHA_A, 1), of(SHA_B, 2, "PENDING")), "number 2 is still PENDING"),
        (theirs(), "no version that is AVAILABLE"),
        (theirs(of(SHA_A, 1, "FAILURE")), "no version that is AVAILABLE"),
    ],
)
def test_what_cannot_be_a_contract_or_not_yet(remote: Any, reason: str) -> None:
    assert reason in refused(remote)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "number 1 is no version that a contract can hold"),
        ('{"$ref": "https://example.org/a.json"}', "https://example.org/a.json"),
        ('{"$ref": "other.json"}', "other.json"),
        ('{"enum": ["\\ud800"]}', "surrogate"),
        ("", "empty"),
    ],
)
def test_a_definition_that_no_contract_can_hold(text: str, reason: str) -> None:
    assert reason in refused(theirs(replace(of(content_hash("JSON", text), 1), definition=text)))
