"""The planner, case by case: what stands, what Git wants, and the lines that the plan prints."""

from __future__ import annotations

from dataclasses import replace

import pytest
from registry_values import registry, standing, state, stored, wanted

from schemaward.model import DataFormat, Mode
from schemaward.registry.desired import Retired, Unsynced
from schemaward.registry.plan import Permit, plan
from schemaward.registry.schema_plan import plan_schema
from schemaward.registry.state import RegistryState

MISSING = RegistryState("ai")


def lines(desired, actual):
    return [str(action) for action in plan_schema(desired, actual).actions]


def blocked(desired, actual):
    return [entry.kind for entry in plan_schema(desired, actual).blocked]


def test_an_empty_account_gets_everything_in_order():
    found = plan(registry(wanted("a", "b"), tags=(("Purpose", "ai"),)), MISSING)
    assert [str(action) for action in found.actions] == [
        "create the registry, tags Purpose=ai, managed-by=schemaward",
        "create schema identity.person (JSON, BACKWARD) with v1",
        "register v2 under BACKWARD",
    ]
    assert not found.blocked


def test_what_is_as_desired_needs_nothing():
    found = plan(registry(wanted("a", "b")), state(standing(stored(1, "a"), stored(2, "b"))))
    assert found.in_sync
    assert not found.notes


def test_a_missing_registry_is_not_created_unless_the_target_says_so():
    found = plan(registry(wanted("a"), create=False), MISSING)
    assert not found.actions
    assert [entry.kind for entry in found.blocked] == ["registry-missing"]
    assert "create: true" in found.blocked[0].remedy


def test_a_registry_that_is_being_deleted_is_left_alone():
    found = plan(registry(wanted("a")), replace(state(), available=False))
    assert not found.actions
    assert [entry.kind for entry in found.blocked] == ["registry-deleting"]


def test_description_and_tags_of_the_registry_follow_the_target_and_other_tags_stay():
    desired = registry(tags=(("Purpose", "ai"), ("Team", "data")))
    found = plan(desired, state(description="Old", tags=(("Cost", "7"), ("Purpose", "x"), ("Team", "data"))))
    assert [str(action) for action in found.actions] == [
        'set the description of the registry to "AI"',
        "tag Purpose=ai",
    ]


def test_what_git_does_not_state_about_the_registry_is_left_alone():
    assert plan(registry(description=""), state(description="Of somebody else")).in_sync


def test_missing_versions_are_registered_in_order_and_numbers_of_glue_do_not_matter():
    actual = standing(stored(1, "a"), stored(2, "x", "FAILURE"), stored(3, "b", version=2))
    assert lines(wanted("a", "b", "c", "d"), actual) == ["register v3 under BACKWARD", "register v4 under BACKWARD"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (Mode.BACKWARD, Mode.NONE, ["set mode BACKWARD -> NONE (weaker)", "register v2 under NONE"]),
        (Mode.NONE, Mode.BACKWARD, ["register v2 under NONE", "set mode NONE -> BACKWARD"]),
        (Mode.BACKWARD, Mode.FULL_ALL, ["register v2 under BACKWARD", "set mode BACKWARD -> FULL_ALL"]),
        (Mode.BACKWARD, Mode.FORWARD, ["set mode BACKWARD -> FORWARD (weaker)", "register v2 under FORWARD"]),
        (Mode.DISABLED, Mode.FULL, ["set mode DISABLED -> FULL (weaker)", "register v2 under FULL"]),
        (Mode.FULL, Mode.DISABLED, ["register v2 under FULL", "set mode FULL -> DISABLED"]),
        (Mode.FULL, Mode.FULL, ["register v2 under FULL"]),
    ],
)
def test_a_mode_is_relaxed_before_and_tightened_after_the_registrations(old, new, expected):
    assert lines(wanted("a", "b", mode=new), standing(stored(1, "a"), mode=old)) == expected


def test_a_mode_change_sends_the_checkpoint_that_stands():
    (change,) = plan_schema(
        wanted("a", "b", mode=Mode.FULL), standing(stored(1, "a"), stored(2, "b"), checkpoint=2)
    ).actions
    assert change.checkpoint == 2


def test_a_frozen_contract_is_created_open_and_frozen_at_the_end():
    assert lines(wanted("a", "b", mode=Mode.DISABLED), None) == [
        "create schema identity.person (JSON, NONE) with v1",
        "register v2 under NONE",
        "set mode NONE -> DISABLED",
    ]
    assert lines(wanted("a", mode=Mode.DISABLED), None) == ["create schema identity.person (JSON, DISABLED) with v1"]


def test_a_frozen_contract_takes_no_new_version():
    desired, actual = wanted("a", "b", mode=Mode.DISABLED), standing(stored(1, "a"), mode=Mode.DISABLED)
    assert blocked(desired, actual) == ["mode-disabled"]
    assert lines(desired, actual) == []


def test_the_checkpoint_moves_forward_and_only_when_the_manifest_says_so():
    actual = standing(stored(1, "a"), stored(5, "b", version=2))
    assert lines(wanted("a", "b"), actual) == []
    assert lines(wanted("a", "b", checkpoint=2), actual) == ["move the checkpoint from number 1 to v2"]
    assert lines(wanted("a", "b", checkpoint=2), replace(actual, checkpoint=5)) == []
    assert blocked(wanted("a", "b", checkpoint=1), replace(actual, checkpoint=5)) == ["checkpoint-back"]
    assert blocked(wanted("a", "b", checkpoint=3), actual) == ["checkpoint-unknown"]


def test_the_checkpoint_may_move_to_a_version_that_is_registered_in_the_same_run():
    assert lines(wanted("a", "b", checkpoint=2), None)[-1] == "move the checkpoint from number 1 to v2"
    assert lines(wanted("a", "b", checkpoint=1), None) == lines(wanted("a", "b"), None)


def test_another_data_format_blocks_the_contract():
    desired = replace(wanted("a", "b"), data_format=DataFormat.AVRO)
    assert blocked(desired, standing(stored(1, "a"))) == ["format-differs"]
    assert lines(desired, standing(stored(1, "a"))) == []


def test_a_schema_that_something_else_manages_is_not_touched():
    actual = standing(stored(1, "a"), tags=(("managed-by", "terraform"),))
    assert blocked(wanted("a", "b"), actual) == ["owned-by-another"]
    assert lines(wanted("a", "b"), actual) == []


def test_a_schema_that_others_made_as_git_has_it_is_adopted_without_a_change():
    assert lines(wanted("a"), standing(stored(1, "a", metadata=()), tags=())) == []


def test_the_first_change_of_an_adopted_schema_brings_the_marks_and_begins_with_the_tag():
    assert lines(wanted("a", "b"), standing(stored(1, "a", metadata=()), tags=())) == [
        "tag managed-by=schemaward",
        "register v2 under BACKWARD",
        "add metadata to v1: contract-version, content-sha256",
    ]


def test_a_mark_that_somebody_removed_is_put_back():
    assert lines(wanted("a"), standing(stored(1, "a"), tags=())) == ["tag managed-by=schemaward"]


def test_a_schema_in_motion_is_left_alone():
    assert blocked(wanted("a"), replace(standing(stored(1, "a")), available=False)) == ["schema-unavailable"]


def test_a_failed_version_of_the_same_definition_blocks_its_successors_but_not_the_rest():
    actual = standing(stored(1, "a"), stored(2, "b", "FAILURE"), mode=Mode.NONE, description="Old")
    desired = wanted("a", "b", "c")
    assert blocked(desired, actual) == ["failed-version"]
    assert "deletes number 2" in plan_schema(desired, actual).blocked[0].remedy
    # The mode is not tightened: the missing versions could be refused under it.
    assert lines(desired, actual) == ['set the description to "A person."']


def test_an_available_version_outweighs_a_failed_one_of_the_same_definition():
    assert lines(wanted("a"), standing(stored(1, "a", "FAILURE"), stored(2, "a", version=1))) == []


def test_a_version_that_is_being_deleted_is_waited_for():
    assert blocked(wanted("a", "b"), standing(stored(1, "a"), stored(2, "b", "DELETING"))) == ["version-deleting"]


def test_a_pending_version_is_awaited_and_not_registered_again():
    actual = standing(stored(1, "a"), stored(2, "b", "PENDING"))
    assert lines(wanted("a", "b", "c"), actual) == ["wait for v2, which is PENDING", "register v3 under BACKWARD"]


def test_an_older_version_never_becomes_the_latest():
    actual = standing(stored(1, "a"), stored(2, "c", version=3))
    assert blocked(wanted("a", "b", "c"), actual) == ["out-of-order"]
    assert lines(wanted("a", "b", "c"), actual) == []


def test_a_revert_at_the_end_is_blocked_and_one_in_the_middle_is_a_note():
    actual = standing(stored(1, "a"), stored(2, "b"))
    assert blocked(wanted("a", "b", "a"), actual) == ["repeated-definition"]
    assert blocked(wanted("a", "b", "a"), None) == ["repeated-definition"]
    steps = plan_schema(wanted("a", "b", "a", "c"), actual)
    assert [str(action) for action in steps.actions] == ["register v4 under BACKWARD"]
    assert not steps.blocked
    assert [note.fact for note in steps.notes] == [
        "v3 says the same as v1: the registry knows it as that version, and no new one appears"
    ]


def test_a_revert_that_is_blocked_tightens_no_mode():
    actual = standing(stored(1, "a"), stored(2, "b"))
    assert lines(wanted("a", "b", "a", mode=Mode.FULL_ALL), actual) == []
    accepted = replace(wanted("a", "b", "a", mode=Mode.FULL_ALL), accepts_revert=True)
    assert lines(accepted, actual) == ["set mode BACKWARD -> FULL_ALL"]


def test_what_git_does_not_hold_is_noted_and_left():
    desired = replace(
        registry(wanted("a")),
        unsynced=dict.fromkeys(("legal.draft", "legal.old"), Unsynced("a draft", "")),
        retired=(Retired("legal.old", "legal.old"),),
    )
    found = plan(desired, state(standing(stored(1, "a")), others=("legal.draft", "legal.old", "of.others")))
    assert found.in_sync
    assert [(note.kind, note.contract) for note in found.notes] == [
        ("unpublished-schema", ""),
        ("retired-schema", "legal.old"),
        ("unknown-schema", ""),
    ]


@pytest.mark.parametrize(
    ("stray", "kind"),
    [(stored(2, "z", metadata=()), "unknown-version"), (stored(2, "z", "FAILURE"), "failed-leftover")],
)
def test_what_others_left_in_a_contract_of_ours_is_not_in_sync(stray, kind):
    found = plan(registry(wanted("a")), state(standing(stored(1, "a"), stray)))
    assert not found.in_sync
    assert found.actions == ()
    assert [(note.kind, note.contract) for note in found.notes] == [(kind, "identity.person")]


def test_an_old_commit_does_not_turn_back_what_a_newer_one_has_set():
    actual = standing(stored(1, "a"), stored(2, "b"), mode=Mode.NONE)
    assert blocked(wanted("a", mode=Mode.FULL), actual) == ["newer-version"]
    assert lines(wanted("a", mode=Mode.FULL), actual) == []


def test_failures_are_deleted_on_request_and_their_definitions_registered_anew():
    actual = standing(stored(1, "a"), stored(2, "b", "FAILURE"), stored(3, "z", "FAILURE"), mode=Mode.NONE)
    found = plan(registry(wanted("a", "b", mode=Mode.NONE)), state(actual), Permit(remove_failed=True))
    assert [str(action) for action in found.actions] == [
        "delete number 2, which is a FAILURE",
        "delete number 3, which is a FAILURE",
        "register v2 under NONE",
    ]
    assert not found.blocked
    assert not found.notes


def test_a_failure_at_number_1_stays_and_is_no_reason_to_look_again():
    actual = standing(stored(1, "x", "FAILURE"), stored(2, "a", version=1))
    found = plan(registry(wanted("a")), state(actual), Permit(remove_failed=True))
    assert found.in_sync
    assert [note.kind for note in found.notes] == ["failed-for-good"]
    (needed,) = plan_schema(wanted("x", "a"), actual).blocked
    assert "only with the whole schema" in needed.remedy


def test_a_schema_that_holds_only_failures_is_made_anew_on_request():
    actual = standing(stored(1, "a", "FAILURE"))
    assert blocked(wanted("a"), actual) == ["failed-version"]
    steps = plan_schema(wanted("a"), actual, remove_failed=True)
    assert [str(action) for action in steps.actions] == [
        "delete schema identity.person, which holds only failures",
        "create schema identity.person (JSON, BACKWARD) with v1",
    ]
    others = replace(actual, tags=())
    assert not [
        step for step in plan_schema(wanted("a"), others, remove_failed=True).actions if step.kind == "delete-schema"
    ]


def test_a_revert_is_accepted_where_the_manifest_says_so():
    desired = replace(wanted("a", "b", "a"), accepts_revert=True)
    steps = plan_schema(desired, standing(stored(1, "a"), stored(2, "b")))
    assert not steps.actions
    assert not steps.blocked
    assert [note.kind for note in steps.notes] == ["repeated-definition"]


def test_a_revert_is_explained():
    (blocked,) = plan_schema(wanted("a", "b", "a"), standing(stored(1, "a"), stored(2, "b"))).blocked
    assert blocked.fact.endswith("no new one appears; its latest stays v2")
    assert "registry: {revert: accept}" in blocked.remedy


def test_what_could_not_be_read_is_named_and_not_planned_on():
    unread = standing(replace(stored(1, "a"), metadata=None), tags=None)
    found = plan(registry(wanted("a", tags=(("Purpose", "ai"),))), replace(state(unread), unread=("tags are unread",)))
    assert not found.in_sync
    assert found.unread == ("tags are unread",)
    assert found.actions == ()


# --- several repositories --------------------------------------------------------------------------------------------


def made_by(*repositories):
    pairs = (("contract-version", "1"), ("content-sha256", "a"), *(("repository", name) for name in repositories))
    return standing(stored(1, "a", metadata=pairs))


@pytest.mark.parametrize(
    ("makers", "repository", "claims"),
    [
        (("org/old",), "org/data", ["add metadata to v1: repository"]),
        (("org/old", "org/data"), "org/data", []),
        (("Org/Data",), "org/data", []),
        (("org/old",), "", []),
        ((), "org/data", []),
    ],
)
def test_a_contract_of_another_repository_comes_to_name_the_one_that_holds_it(makers, repository, claims):
    found = plan(registry(wanted("a")), state(made_by(*makers)), Permit(repository=repository))
    assert [str(action) for action in found.actions] == claims


def test_a_version_without_marks_names_no_repository():
    desired = wanted("a")
    unmarked = replace(desired, versions=tuple(replace(version, marked=False) for version in desired.versions))
    found = plan(registry(unmarked), state(made_by("org/old")), Permit(repository="org/data"))
    assert not found.actions


# --- prune -----------------------------------------------------------------------------------------------------------

OLD = standing(stored(1, "a", metadata=(("repository", "org/data"),)), name="old.one")
RETIRED = replace(
    registry(wanted("a")), retired=(Retired("old.one", "old.one"),), unsynced={"old.one": Unsynced("it is retired", "")}
)


def pruned(actual, desired=RETIRED, limit=5):
    return plan(desired, state(standing(stored(1, "a")), actual), Permit(prune=limit, repository="org/data"))


def test_a_retired_contract_stays_in_the_registry_until_a_prune():
    assert plan(RETIRED, state(standing(stored(1, "a")), OLD)).in_sync
    assert [str(action) for action in pruned(OLD).actions] == ["delete schema old.one with 1 version"]


@pytest.mark.parametrize(
    "actual",
    [
        replace(OLD, tags=()),
        replace(OLD, tags=(("managed-by", "terraform"),)),
        replace(OLD, versions=(stored(1, "a", metadata=(("repository", "org/other"),)),)),
        replace(OLD, versions=(*OLD.versions, stored(2, "b", metadata=()))),
        replace(OLD, versions=(stored(1, "a", metadata=(("repository", "org/data"), ("repository", "org/other"))),)),
    ],
    ids=["without a tag", "of another tool", "of another repository", "of a producer", "of two repositories"],
)
def test_a_prune_takes_only_what_carries_our_marks(actual):
    found = pruned(actual)
    assert not found.actions
    assert [entry.kind for entry in found.blocked] == ["not-ours"]


def test_a_repository_that_is_not_known_prunes_nothing():
    unnamed = replace(OLD, versions=(stored(1, "a"),))
    for actual in (OLD, unnamed):
        found = plan(RETIRED, state(standing(stored(1, "a")), actual), Permit(prune=5))
        assert [entry.kind for entry in found.blocked] == ["not-ours"]


def test_failures_that_nobody_can_use_keep_no_schema_from_a_prune():
    failed = replace(OLD, versions=(*OLD.versions, stored(2, "b", "FAILURE", metadata=())))
    assert [str(action) for action in pruned(failed).actions] == ["delete schema old.one with 1 version"]


def test_a_prune_never_takes_more_than_its_limit():
    two = replace(RETIRED, retired=(Retired("old.one", "old.one"), Retired("old.two", "old.two")))
    actual = state(standing(stored(1, "a")), OLD, replace(OLD, name="old.two"))
    found = plan(two, actual, Permit(prune=1, repository="org/data"))
    assert not found.actions
    assert [entry.kind for entry in found.blocked] == ["prune-limit"]
    assert "--prune-limit 2" in found.blocked[0].remedy


def test_a_prune_never_takes_everything():
    found = plan(replace(RETIRED, schemas=()), state(OLD), Permit(prune=5, repository="org/data"))
    assert not found.actions
    assert [entry.kind for entry in found.blocked] == ["prune-to-nothing"]


def test_what_is_gone_or_going_needs_no_prune():
    assert pruned(replace(OLD, available=False)).in_sync
    assert plan(RETIRED, state(standing(stored(1, "a"))), Permit(prune=5)).in_sync


# --- contracts without versions --------------------------------------------------------------------------------------


def test_a_contract_without_versions_plans_nothing():
    assert lines(wanted(), None) == []


def test_a_schema_without_versions_gets_them():
    assert lines(wanted("a"), standing()) == ["register v1 under BACKWARD"]
