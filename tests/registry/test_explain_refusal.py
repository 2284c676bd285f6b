"""What is said about a version that Glue refused without a reason."""

from __future__ import annotations

from registry_worlds import contract, words

from schemaward.model import Mode
from schemaward.registry.explain import explain_refusal


def reasons(*definitions: str, mode: Mode) -> tuple[str, ...]:
    wish = contract("a.one", *definitions, mode=mode)
    return explain_refusal(wish, wish.versions[-1], mode)


def test_both_directions_of_full_are_asked() -> None:
    found = reasons(words("a", "b"), words("b", "c"), mode=Mode.FULL)
    breaks = [line for line in found if "cannot read" in line]
    assert breaks == [
        'backward: v2 cannot read what v1 allows, for example "a"',
        'forward: v1 cannot read what v2 allows, for example "c"',
    ]


def test_every_earlier_version_is_asked_in_a_mode_that_asks_all() -> None:
    found = reasons(words("a", "b"), words("b"), words("b", "c"), mode=Mode.BACKWARD_ALL)
    assert found[0] == 'backward: v3 cannot read what v1 allows, for example "a"'
    assert not any("v3 cannot read what v2" in line for line in found)


def test_later_versions_have_no_say() -> None:
    wish = contract("a.one", words("a", "b"), words("a"), words("z"))
    assert not any("v3" in line for line in explain_refusal(wish, wish.versions[1], Mode.BACKWARD))


def test_a_refusal_that_our_engine_does_not_share_says_so() -> None:
    (line,) = reasons(words("a"), words("a", "b"), mode=Mode.BACKWARD)
    assert line.startswith("backward: by our own engine v2 can read everything that v1 allows; on Glue's side: ")


def test_a_refusal_without_any_comparison_is_about_the_definition_itself() -> None:
    (line,) = reasons(words("a"), words("b"), mode=Mode.NONE)
    assert line.startswith("no other version is compared with it under NONE")


def test_a_long_witness_is_cut() -> None:
    found = reasons(words("x" * 5000), words("y"), mode=Mode.BACKWARD)
    assert found[0].endswith("...")
    assert len(found[0]) < 600
