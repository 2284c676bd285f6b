"""Drift: every kind, the command that resolves it, and that it agrees with the planner."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from registry_values import registry, standing, state, stored, wanted
from test_plan_laws import worlds

from schemaward.model import Mode
from schemaward.registry.desired import Retired, Unsynced
from schemaward.registry.drift import Drift, Kind, changed_outside, drift
from schemaward.registry.ownership import Stranger
from schemaward.registry.plan import plan
from schemaward.registry.seal import Mark, Stage, registry_digest
from schemaward.registry.state import RegistryState

SYNC = "schemaward sync --target dev --full"
REMOVE_FAILED = "schemaward sync --target dev --remove-failed"
ONE = wanted("a")
AGREED = standing(stored(1, "a"))


def found(*schemas, git=ONE, others=(), ours=(), **fields) -> list[tuple[str, str, str]]:
    """Kind, contract or schema, and command of each difference between ``git`` and the ``schemas``."""
    actual = replace(state(*schemas, others=others), **fields)
    return [
        (each.kind.value, each.contract or each.schema, each.command)
        for each in drift(registry(git), actual, "dev", [Stranger(name, ours=True) for name in ours])
    ]


def test_a_registry_that_is_what_git_says_has_no_drift():
    assert found(AGREED) == []


@pytest.mark.parametrize(
    ("actual", "git", "kind"),
    [
        (standing(stored(1, "a")), wanted("a", "b"), "version-missing"),
        (standing(stored(1, "a", "PENDING")), wanted("a"), "version-pending"),
        (standing(stored(1, "a", metadata=())), wanted("a"), "metadata"),
        (standing(stored(1, "a"), mode=Mode.NONE), wanted("a"), "mode"),
        (standing(stored(1, "a"), stored(2, "b")), wanted("a", "b", checkpoint=2), "checkpoint"),
        (standing(stored(1, "a"), description="Old"), wanted("a"), "description"),
        (standing(stored(1, "a")), wanted("a", tags=(("Team", "x"),)), "tags"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_sync_would_mend_is_resolved_by_a_sync(actual, git, kind):
    assert found(actual, git=git) == [(kind, "identity.person", SYNC)]


def test_tags_that_git_does_not_say_are_told_with_the_call_that_removes_them():
    tags = (("Team", "x"), ("aws:cloudformation:stack-name", "s"), ("managed-by", "schemaward"), ("Old one", "1"))
    untag = "aws glue untag-resource --resource-arn arn:aws:glue:eu-central-1:123456789012:schema/ai/identity.person"
    actual = standing(stored(1, "a"), tags=tags)
    git = wanted("a", tags=(("Team", "x"),))
    assert found(actual, git=git) == [
        ("tags", "identity.person", f"{untag} --tags-to-remove 'Old one' --region eu-central-1")
    ]
    bus = replace(actual, arn="arn:aws:schemas:eu-central-1:123456789012:schema/ai/identity.person")
    ((_, _, command),) = found(bus, git=git)
    assert command.startswith("aws schemas untag-resource --resource-arn arn:aws:schemas:")
    assert command.endswith("--tag-keys 'Old one' --region eu-central-1")
    assert found(replace(bus, arn="not an ARN"), git=git), "whatever a registry answers"


def test_tags_of_a_schema_that_no_sync_has_touched_are_those_of_its_makers():
    assert found(standing(stored(1, "a", metadata=()), tags=(("Theirs", "1"),))) == []


@pytest.mark.parametrize(("key", "reported"), [("content-sha256", True), ("contract-version", True), ("Note", False)])
def test_a_second_value_of_a_mark_of_ours_is_told(key, reported):
    ours = stored(1, "a").metadata
    (each,) = found(standing(stored(1, "a", metadata=(*ours, (key, "evil"))))) or [None]
    command = (
        "aws glue remove-schema-version-metadata --schema-version-id id-1 "
        f"--metadata-key-value MetadataKey={key},MetadataValue=evil --region eu-central-1"
    )
    assert each == (("metadata", "identity.person", command) if reported else None)


def test_a_description_is_shown_where_it_differs():
    long = "word " * 30
    (told,) = drift(
        registry(wanted("a", description=f"{long}new {long}")),
        state(standing(stored(1, "a"), description=f"{long}old {long}")),
        "dev",
    )
    assert '"...word word word word old word' in told.fact
    assert '"...word word word word new word' in told.fact
    assert len(told.fact) < 250
    (longer,) = drift(
        registry(wanted("a", description=f"{long}more")), state(standing(stored(1, "a"), description=long)), "dev"
    )
    assert 'word more" in Git' in longer.fact


def test_a_frozen_version_that_somebody_deleted_is_missing_and_the_way_to_put_it_back_is_told():
    actual = standing(stored(1, "a"), mode=Mode.DISABLED)
    (gone,) = drift(registry(wanted("a", "b", mode=Mode.DISABLED)), state(actual), "dev")
    assert (gone.kind, gone.fact) == (
        Kind.VERSION_MISSING,
        "v2 cannot be registered: the mode is DISABLED in Git and in the registry",
    )
    assert gone.advice == (
        "a new version needs another mode; one that somebody deleted comes back, with another id: "
        "write `registry: {mode: NONE}` into the manifest and sync; then restore the manifest and sync again"
    )


def test_a_frozen_version_that_is_missing_before_another_one_is_put_back_by_hand_after_a_thaw():
    actual = standing(stored(1, "a"), stored(3, "c"), mode=Mode.DISABLED)
    (gone,) = drift(registry(wanted("a", "b", "c", mode=Mode.DISABLED)), state(actual), "dev")
    assert gone.kind is Kind.VERSION_MISSING
    assert gone.advice == (
        "if that is wanted: write `registry: {mode: NONE}` into the manifest and sync; register v2 by hand; "
        "then restore the manifest and sync again, which adopts it"
    )


def test_a_schema_that_is_missing_is_told_once_whatever_its_versions():
    assert found(git=wanted("a", "b", "c")) == [("schema-missing", "identity.person", SYNC)]


def test_a_registry_that_is_missing():
    absent = RegistryState("ai")
    assert [each.kind for each in drift(registry(wanted("a")), absent, "dev")] == ["registry-missing", "schema-missing"]
    (refused,) = drift(registry(wanted("a"), create=False), absent, "dev")
    assert (refused.kind, refused.command) == (Kind.REGISTRY_MISSING, "")
    assert "create: true" in refused.advice


def test_a_version_of_a_producer_is_told_from_one_that_git_forgot():
    actual = standing(stored(1, "a"), stored(2, "x", metadata=()), stored(3, "y", version=2))
    assert found(actual) == [
        ("version-foreign", "identity.person", "schemaward import --target dev --schema identity.person"),
        ("version-forgotten", "identity.person", "git log --diff-filter=MDR -- contracts/identity/person"),
    ]


def test_a_version_of_a_producer_waits_for_those_that_git_has_not_synced():
    told = drift(registry(wanted("a", "b")), state(standing(stored(1, "a"), stored(2, "x", metadata=()))), "dev")
    assert [(each.kind, each.command) for each in told] == [
        (Kind.VERSION_MISSING, SYNC),
        (Kind.VERSION_FOREIGN, SYNC),
    ]
    assert "v2 goes first; afterwards `schemaward import --target dev --schema identity.person`" in told[1].advice


def test_a_failure_is_a_leftover_whoever_registered_it_and_is_told_once():
    for text, git in (("x", wanted("a")), ("b", wanted("a", "b"))):
        assert found(standing(stored(1, "a"), stored(2, text, "FAILURE", metadata=())), git=git) == [
            ("version-failed", "identity.person", REMOVE_FAILED)
        ]


def test_a_failure_that_nobody_can_remove_is_told_and_is_no_drift():
    failed = stored(1, "x", "FAILURE")
    (dead,) = drift(registry(wanted("a")), state(standing(failed, stored(2, "a", version=1))), "dev")
    assert (dead.kind, dead.tolerated, dead.command) == (Kind.VERSION_DEAD, True, "")
    (needed,) = drift(registry(wanted("x", "a")), state(standing(failed, stored(2, "a"))), "dev")
    assert (needed.kind, needed.tolerated, needed.command) == (Kind.VERSION_FAILED, False, "")


def test_a_version_that_was_deleted_by_others_cannot_be_put_back_by_a_sync():
    (gone,) = drift(registry(wanted("a", "b")), state(standing(stored(2, "b"))), "dev")
    assert (gone.kind, gone.command) == (Kind.VERSION_MISSING, "")
    assert "by hand" in gone.advice


def test_a_checkpoint_that_moved_although_git_names_none():
    actual = standing(stored(1, "a"), stored(3, "b", version=2), checkpoint=3)
    (moved,) = drift(registry(wanted("a", "b")), state(actual), "dev")
    assert (moved.kind, moved.command) == (Kind.CHECKPOINT, "")
    assert "checkpoint: 2" in moved.advice


def test_a_checkpoint_that_git_wants_further_back():
    actual = standing(stored(1, "a"), stored(2, "b"), checkpoint=2)
    (ahead,) = drift(registry(wanted("a", "b", checkpoint=1)), state(actual), "dev")
    assert (ahead.kind, ahead.command) == (Kind.CHECKPOINT, "")


def test_a_schema_of_others_is_listed_and_is_no_drift():
    (other,) = drift(registry(wanted("a")), state(AGREED, others=("Orders",)), "dev")
    assert (other.kind, other.tolerated) == (Kind.SCHEMA_UNMANAGED, True)


def test_a_schema_of_ours_that_git_forgot_is_drift():
    assert found(AGREED, others=("Orders",), ours=("Orders",)) == [
        (
            "schema-forgotten",
            "Orders",
            "schemaward import --target dev --schema Orders --owner @organisation/team",
        )
    ]


DRAFT = Unsynced("its `status` is draft", "set its `status` to active")


def test_a_contract_that_git_does_not_sync_may_stand_in_the_registry():
    git = replace(registry(wanted("a")), unsynced={"old.one": DRAFT})
    assert drift(git, state(AGREED, others=("old.one",)), "dev", [Stranger("old.one", ours=True)]) == ()


def test_schemas_of_contracts_that_are_not_synced_are_listed_and_what_others_add_to_them_is_drift():
    git = replace(
        registry(ONE), unsynced=dict.fromkeys(("old.one", "new.draft"), DRAFT), retired=(Retired("old.one", "old.one"),)
    )
    old = standing(stored(1, "o"), stored(2, "p", metadata=()), name="old.one")
    told = drift(git, state(AGREED, old, standing(stored(1, "d"), name="new.draft")), "dev")
    assert [(each.kind, each.contract, each.schema, each.tolerated) for each in told] == [
        (Kind.SCHEMA_RETIRED, "old.one", "old.one", True),
        (Kind.VERSION_FOREIGN, "old.one", "old.one", False),
        (Kind.SCHEMA_UNPUBLISHED, "", "new.draft", True),
    ]
    assert told[0].command == "schemaward sync --target dev --prune"
    assert told[2].fact.endswith("its contract is not synced: its `status` is draft")
    assert told[2].advice == "set its `status` to active when it is meant"


def test_what_could_not_be_read_is_no_proof_of_agreement():
    assert found(AGREED, unread=("tags could not be read",)) == [("unread", "", "")]


def test_nothing_is_claimed_that_rests_on_what_could_not_be_read():
    adopted_without_tags = standing(stored(1, "a", metadata=()), tags=None, description="")
    assert found(adopted_without_tags, unread=("tags could not be read",)) == [("unread", "", "")]
    unmarked = standing(replace(stored(1, "a"), metadata=None), replace(stored(2, "x"), metadata=None))
    told = drift(registry(ONE), replace(state(unmarked), unread=("metadata is unread; allow it",)), "dev")
    assert [(each.kind, each.command) for each in told] == [(Kind.UNREAD, ""), (Kind.UNREAD, "")]
    assert "number 2" in told[0].fact
    assert told[1].advice == "allow it"


@pytest.mark.parametrize(
    ("kind", "outside"),
    [(Kind.MODE, True), (Kind.SCHEMA_FORGOTTEN, False), (Kind.VERSION_FORGOTTEN, False), (Kind.UNREAD, False)],
)
def test_what_git_deleted_or_nobody_could_read_was_not_changed_in_the_registry(kind, outside):
    git = registry(ONE)
    mark = Mark(Stage.IN_SYNC, "run", digest=registry_digest(git))
    assert changed_outside(git, replace(state(AGREED), mark=mark), [Drift(kind, "", "", "fact", "")]) is outside


def test_what_something_else_manages_is_left_to_people():
    (blocked,) = drift(registry(wanted("a")), state(standing(stored(1, "a"), tags=(("managed-by", "x"),))), "dev")
    assert (blocked.kind, blocked.command) == (Kind.BLOCKED, "")
    assert "agree with its owner" in blocked.advice


def test_names_from_outside_cannot_break_out_of_a_command():
    (other,) = drift(registry(wanted("a")), state(AGREED, others=("a#b$(reboot)",)), "dev")
    assert "--schema 'a#b$(reboot)'" in other.command


@given(worlds())
def test_a_registry_without_drift_leaves_nothing_to_plan(world):
    desired, actual = world
    differences = drift(desired, actual, "dev")
    assert all(isinstance(each, Drift) and each.fact for each in differences)
    if not differences:
        assert plan(desired, actual).in_sync


@given(worlds())
def test_whatever_a_plan_does_or_refuses_is_told_as_drift(world):
    desired, actual = world
    found_plan = plan(desired, actual)
    concerned = {entry.contract for entry in (*found_plan.actions, *found_plan.blocked)}
    assert concerned <= {each.contract for each in drift(desired, actual, "dev")}
