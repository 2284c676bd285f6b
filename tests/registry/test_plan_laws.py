"""Laws of the planner, on generated worlds."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from registry_values import after, registry, standing, state, stored, wanted

from schemaward.model import Mode
from schemaward.registry.plan import Permit, plan
from schemaward.registry.state import RegistryState, RemoteSchema, VersionStatus

CONTENTS = st.lists(st.sampled_from("abcde"), max_size=5)
TAGS = st.dictionaries(st.sampled_from(["Purpose", "Team"]), st.sampled_from(["x", "y"])).map(
    lambda found: tuple(sorted(found.items()))
)
NAMES = ("a.one", "b.two", "c.three")


@st.composite
def schemas_in_git(draw: st.DrawFn, name: str):
    contents = draw(CONTENTS)
    checkpoint = draw(st.none() | st.integers(1, 6))
    mode = draw(st.sampled_from(Mode))
    return wanted(*contents, contract=name, mode=mode, checkpoint=checkpoint, tags=draw(TAGS))


@st.composite
def schemas_that_stand(draw: st.DrawFn, name: str) -> RemoteSchema | None:
    if draw(st.booleans()):
        return None
    contents = draw(st.lists(st.tuples(st.sampled_from("abcdexy"), st.sampled_from(VersionStatus)), max_size=6))
    versions = tuple(
        stored(number, text, status, metadata=draw(st.sampled_from([None, ()])))
        for number, (text, status) in enumerate(contents, 1)
    )
    return standing(
        *versions,
        name=name,
        mode=draw(st.sampled_from(Mode)),
        checkpoint=draw(st.integers(1, max(1, len(versions)))),
        tags=draw(TAGS),
        description=draw(st.sampled_from(["A person.", "Old"])),
    )


@st.composite
def worlds(draw: st.DrawFn):
    desired = registry(*(draw(schemas_in_git(name)) for name in NAMES), tags=draw(TAGS))
    standing_schemas = [draw(schemas_that_stand(name)) for name in NAMES]
    there = state(*filter(None, standing_schemas), description=draw(st.sampled_from(["AI", "Old"])), tags=draw(TAGS))
    return desired, draw(st.sampled_from([there, RegistryState("ai")]))


def carried_out(found, actual: RegistryState) -> RegistryState:
    for action in found.actions:
        actual = after(actual, action)
    return actual


PERMITS = st.sampled_from([Permit(), Permit(remove_failed=True)])


@given(worlds(), PERMITS)
def test_a_plan_that_is_carried_out_leaves_nothing_to_do(world, permit):
    desired, actual = world
    first = plan(desired, actual, permit)
    second = plan(desired, carried_out(first, actual), permit)
    assert second.actions == ()
    assert {(entry.contract, entry.kind) for entry in second.blocked} == {
        (entry.contract, entry.kind) for entry in first.blocked
    }


@given(worlds(), PERMITS, st.data())
def test_a_plan_that_is_broken_off_anywhere_ends_in_the_same_state(world, permit, data):
    desired, actual = world
    whole = plan(desired, actual, permit)
    actions = whole.actions
    stop = data.draw(st.integers(0, len(actions)))
    halfway = actual
    for action in actions[:stop]:
        halfway = after(halfway, action)
    assert by_name(carried_out(plan(desired, halfway, permit), halfway)) == by_name(carried_out(whole, actual))


def by_name(actual: RegistryState) -> RegistryState:
    return replace(actual, schemas=tuple(sorted(actual.schemas, key=lambda schema: schema.name)))


@given(worlds(), PERMITS)
def test_nothing_that_is_available_is_ever_deleted(world, permit):
    desired, actual = world
    end = carried_out(plan(desired, actual, permit), actual)
    for schema in actual.schemas:
        left = end.schema(schema.name)
        kept = {version.id for version in left.versions} if left else set()
        assert {each.id for each in schema.versions if each.status is VersionStatus.AVAILABLE} <= kept


@given(worlds())
def test_a_plan_does_not_depend_on_anything_but_its_arguments(world):
    assert plan(*world) == plan(*world)


@given(worlds())
def test_a_contract_that_is_blocked_as_a_whole_has_no_actions(world):
    desired, actual = world
    found = plan(desired, actual)
    whole = {"format-differs", "owned-by-another", "schema-unavailable"}
    refused = {entry.contract for entry in found.blocked if entry.kind in whole}
    assert not [action for action in found.actions if action.contract in refused]
