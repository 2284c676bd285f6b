"""Every call of a sync to EventBridge, every fault: run again, it ends as if it had not been disturbed."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
from eventbridge_world import BUS, EARLIER, LATER, bus
from registry_worlds import OURS

from schemaward.emulator.faults import Fault, Killed, Kind
from schemaward.emulator.service import Service
from schemaward.errors import SchemawardError
from schemaward.registry.connection import Connection
from schemaward.registry.desired import DesiredRegistry
from schemaward.registry.reading import read_state
from schemaward.registry.receipts import receipts as receipts_of
from schemaward.registry.receipts import receipts_text
from schemaward.registry.run import Order, Result, sync

# What stays PENDING or becomes a FAILURE is for Glue; throttling is waited out as there.
KINDS: list[Kind] = [kind for kind in Kind if kind not in (Kind.STAY_PENDING, Kind.GO_FAILURE, Kind.THROTTLE)]


def run(connection: Connection, wish: DesiredRegistry) -> Result:
    return sync(connection, Order(wish, replace(OURS, prune=5)))


def ended(connection: Connection) -> tuple[object, str]:
    """What stands (version ids are names and numbers there, so they are compared too), and the receipts."""
    names = sorted({schema.name for wish in (EARLIER, LATER) for schema in wish.schemas})
    state = read_state(connection, names)
    return replace(state, mark=None), receipts_text(receipts_of(BUS, LATER, state))


@pytest.mark.parametrize("kind", KINDS)
def test_a_sync_that_was_disturbed_at_any_call_is_completed_by_the_next(kind: Kind) -> None:
    service = Service()
    connection = bus(service)
    run(connection, EARLIER)
    before = dict(service._world)
    service.play()
    assert run(connection, LATER).clean
    calls, expected = service.calls.total(), ended(connection)
    # Each kind begins at another call, so that together they strike most of them.
    for call in range(1 + KINDS.index(kind) % 3, calls + 1, 3):
        service._world = dict(before)
        service.play(Fault(kind, call=call))
        with contextlib.suppress(Killed, SchemawardError):
            run(connection, LATER)
        service.play()
        assert run(connection, LATER).clean, f"at call {call}"
        assert ended(connection) == expected, f"at call {call}"
