"""Roles that lack one permission, each of those that the policies give, for both kinds of registries."""

from __future__ import annotations

from dataclasses import replace

import eventbridge_world
import pytest
from registry_worlds import GROWING, OURS, connected, contract, desired, words

from schemaward.emulator.faults import Fault, Kind
from schemaward.emulator.service import Service
from schemaward.errors import RegistryError
from schemaward.model import RegistryKind
from schemaward.registry.desired import Retired
from schemaward.registry.iam import CALLS
from schemaward.registry.run import Order, Result, sync

GONE = contract("d.retired", words("a"))
BEFORE = desired(contract("a.growing", *GROWING[:1]), contract("b.failed", words("a", "b"), words("a")), GONE)
AFTER = replace(
    desired(
        contract("a.growing", *GROWING, checkpoint=2),
        contract("b.failed", words("a", "b"), words("a", "b", "c")),
        contract("c.new", words("a")),
    ),
    description="New.",
    retired=(Retired(GONE.contract, GONE.name),),
)
WORLDS = {
    RegistryKind.GLUE: (connected, BEFORE, AFTER),
    RegistryKind.EVENTBRIDGE: (eventbridge_world.bus, eventbridge_world.EARLIER, eventbridge_world.LATER),
}
NEEDED = [
    (kind, action)
    for kind, calls in CALLS.items()
    for action in (*calls.reads, *calls.by_id, *calls.writes, *calls.creates, *calls.deletes)
]


def facts(result: Result) -> list[str]:
    plan = result.survey.plan
    failed = [f"{outcome.fact}; {outcome.remedy}" for outcome in result.outcomes if outcome.fact]
    return [*failed, *plan.unread, *([f"{result.trouble.fact}; {result.trouble.remedy}"] if result.trouble else [])]


@pytest.mark.parametrize(("kind", "denied"), NEEDED)
def test_each_permission_that_is_missing_is_named_and_a_later_run_ends_what_was_begun(
    kind: RegistryKind, denied: str
) -> None:
    connect, before, after = WORLDS[kind]
    service = Service()
    connection = connect(service)
    if denied != "CreateRegistry":
        sync(connection, Order(before, OURS))
    order = Order(after, replace(OURS, remove_failed=True, prune=5), full=True)
    service.play(Fault(Kind.REFUSE, operation=denied, times=None))
    try:
        result = sync(connection, order)
    except RegistryError as error:
        told = [f"{error.fact}; {error.remedy}"]
    else:
        assert not result.clean
        told = facts(result)
    assert told
    for each in told:
        assert f"{denied} on " in each
        assert f"allow {CALLS[kind].service}:{denied} " in each
    service.play()
    assert sync(connection, order).clean
