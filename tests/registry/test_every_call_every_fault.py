"""A small part of the campaign in ``benchmarks/faults.py``: every fault at some calls, and two syncs at once."""

from __future__ import annotations

import functools

import pytest
from registry_faults import Campaign, Contest, campaign, contest

from schemaward.emulator.faults import Fault, Kind

_prepared = functools.cache(campaign)
_rivals = functools.cache(contest)


def every(prepared: Campaign, step: int, kind: Kind) -> list[Fault]:
    # Each kind begins at another call, so that together they strike most of them.
    return [Fault(kind, call=call) for call in range(1 + list(Kind).index(kind) % step, prepared.calls + 1, step)]


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.THROTTLE])
@pytest.mark.parametrize("fresh", [False, True], ids=["a registry with contracts", "an empty account"])
def test_a_sync_that_was_disturbed_ends_as_if_it_had_not_been(kind: Kind, fresh: bool) -> None:
    prepared = _prepared(fresh=fresh)
    lost = {fault.call: found for fault in every(prepared, 11, kind) if (found := prepared.losses(fault))}
    assert lost == {}


@pytest.mark.parametrize("kind", [Kind.LOSE_ANSWER, Kind.KILL_AFTER])
def test_the_same_with_several_contracts_at_a_time(kind: Kind) -> None:
    prepared = _prepared(jobs=4)
    lost = {fault.call: found for fault in every(prepared, 16, kind) if (found := prepared.losses(fault))}
    assert lost == {}


def test_throttling_is_waited_out() -> None:
    prepared = campaign()
    assert prepared.losses(Fault(Kind.THROTTLE, call=75, times=3)) == []


@pytest.mark.parametrize("newest_first", [True, False])
def test_two_syncs_at_once_never_leave_a_mixture_in_a_contract(newest_first: bool) -> None:
    prepared: Contest = _rivals(newest_first=newest_first)
    for seed in range(15):
        assert prepared.mixtures(start=seed * 0.8, seed=seed) == [], f"seed {seed}"
        assert prepared.mended(), f"seed {seed}"
