"""Runs against one registry: time that runs out, another run that takes over, roles that lack a permission."""

from __future__ import annotations

import itertools
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from registry_worlds import COMMIT, GROWING, contract, desired, in_process, target, two_contracts

from schemaward.emulator.faults import Fault, Killed, Kind
from schemaward.emulator.inprocess import attach
from schemaward.emulator.options import Options
from schemaward.emulator.service import Service
from schemaward.errors import RegistryError
from schemaward.registry import lease
from schemaward.registry.apply import Ending
from schemaward.registry.connection import Connection, Pace, connect
from schemaward.registry.reading import read_registry
from schemaward.registry.run import Order, sync
from schemaward.registry.seal import Mark, Stage, registry_digest

MANY = desired(*(contract(f"a.number{number}", *GROWING) for number in range(6)))


def paced(pace: Pace, jobs: int = 1, options: Options | None = None) -> tuple[Connection, Service]:
    service = Service(options)
    connection = connect(target(), local=True, jobs=jobs, pace=pace)
    attach(connection.client, service)
    return connection, service


def stage(connection: Connection) -> Stage | None:
    mark = read_registry(connection).mark
    return mark.stage if mark else None


def test_a_clean_run_leaves_its_commit_and_the_digest_of_what_git_wants() -> None:
    connection, _ = in_process()
    wish = two_contracts()
    sync(connection, Order(wish, commit=COMMIT))
    mark = read_registry(connection).mark
    assert mark is not None
    assert (mark.stage, mark.commit, mark.digest) == (Stage.IN_SYNC, COMMIT, registry_digest(wish))


def test_a_run_that_is_out_of_time_begins_nothing_new_and_the_next_one_goes_on() -> None:
    now = itertools.count()
    connection, _ = paced(Pace(clock=lambda: float(next(now)), sleep=lambda _seconds: None, deadline=100.0))
    result = sync(connection, Order(MANY))
    assert not result.clean
    endings = [outcome.ending for outcome in result.outcomes]
    assert endings.count(Ending.FAILED) == 1
    assert endings == sorted(endings, key=[Ending.DONE, Ending.FAILED, Ending.SKIPPED].index)
    failed = next(outcome for outcome in result.outcomes if outcome.ending is Ending.FAILED)
    assert "the time of this run was over before" in failed.fact
    assert "--deadline" in failed.remedy
    late = Connection(connection.target, connection.client, jobs=1, pace=Pace(sleep=lambda _seconds: None))
    assert stage(late) is Stage.OPEN
    assert sync(late, Order(MANY)).clean


def test_contracts_at_a_time_end_as_one_after_the_other() -> None:
    connection, _ = paced(Pace(sleep=lambda _seconds: None), jobs=4)
    result = sync(connection, Order(MANY))
    assert result.clean
    contracts = [outcome.action.contract for outcome in result.outcomes]
    assert contracts == sorted(contracts)


def test_a_run_that_another_one_has_taken_over_from_stops_between_two_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "_FRESH", 0.0)
    connection, service = in_process()
    arn = "arn:aws:glue:eu-central-1:123456789012:registry/ai"

    def take_over(operation: str, after: bool) -> None:
        if operation == "RegisterSchemaVersion" and after:
            tags = {"schemaward-sync": str(Mark(Stage.BUSY, "feed", "f" * 40))}
            connection.client.tag_resource(ResourceArn=arn, TagsToAdd=tags)

    service.fault = take_over
    result = sync(connection, Order(MANY, commit=COMMIT))
    assert [str(outcome.ending) for outcome in result.outcomes[:4]] == ["done", "done", "done", "failed"]
    assert {outcome.ending for outcome in result.outcomes[4:]} == {Ending.SKIPPED}
    assert f"another sync, of commit {'f' * 40}, has taken over" in result.outcomes[3].fact
    mark = read_registry(connection).mark
    assert mark is not None
    assert mark.run == "feed", "the registry belongs to the other run"


def test_a_run_that_finds_another_one_at_work_waits_until_that_has_stopped() -> None:
    pauses: list[float] = []
    connection, service = paced(Pace(sleep=pauses.append))
    wish = two_contracts()
    service.play(Fault(Kind.KILL_AFTER, operation="RegisterSchemaVersion"))
    with pytest.raises(Killed):
        sync(connection, Order(wish))
    service.play()
    pauses.clear()
    assert sync(connection, Order(wish)).clean
    assert max(pauses) == 30.0


@dataclass
class Timer:
    """A clock that only waiting moves on."""

    now: float = 0.0

    def pace(self, deadline: float) -> Pace:
        return Pace(clock=lambda: self.now, sleep=self.sleep, deadline=deadline)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_a_run_that_waits_for_a_version_ends_at_its_deadline() -> None:
    timer = Timer()
    connection, _ = paced(timer.pace(20.0), options=Options(pending=1000))
    result = sync(connection, Order(two_contracts()))
    assert timer.now == 20.0
    facts = "".join(outcome.fact for outcome in result.outcomes)
    assert "the time of this run was over before GetSchemaVersion was called" in facts


def test_a_run_that_is_throttled_ends_at_its_deadline() -> None:
    timer = Timer()
    connection, service = paced(timer.pace(3.0))
    service.play(Fault(Kind.THROTTLE, times=None))
    with pytest.raises(RegistryError, match="the time of this run was over"):
        read_registry(connection)
    assert timer.now == 3.0


def test_a_run_that_has_no_time_to_wait_for_another_one_leaves_the_next_one_to_wait_in_full() -> None:
    timer = Timer()
    connection, service = paced(timer.pace(20.0))
    service.play(Fault(Kind.KILL_AFTER, operation="RegisterSchemaVersion"))
    with pytest.raises(Killed):
        sync(connection, Order(two_contracts()))
    service.play()
    begun = timer.now
    with pytest.raises(RegistryError, match="the time of this run was over"):
        sync(connection, Order(two_contracts()))
    assert timer.now == 20.0 > begun
    patient = replace(connection, pace=timer.pace(math.inf))
    assert stage(patient) is Stage.BUSY
    assert sync(patient, Order(two_contracts())).clean
    assert timer.now >= 20.0 + 30.0


def test_a_registry_without_a_readable_mark_is_read_whole() -> None:
    connection, _ = in_process()
    wish = two_contracts()
    sync(connection, Order(wish))
    arn = read_registry(connection).arn
    connection.client.tag_resource(ResourceArn=arn, TagsToAdd={"schemaward-sync": "who knows"})
    result = sync(connection, Order(wish))
    assert result.survey.unchanged == ()
    assert result.clean


@pytest.mark.parametrize("gone", [None, two_contracts()], ids=["not in this clone", "not what was synced"])
def test_a_commit_that_does_not_tell_what_was_synced_makes_everything_be_read(gone: object) -> None:
    connection, _ = in_process()
    sync(connection, Order(desired(contract("a.growing", *GROWING[:1])), commit=COMMIT))
    found = sync(connection, Order(two_contracts(), earlier=lambda _commit: gone))  # type: ignore[arg-type,return-value]
    assert found.survey.unchanged == ()
    assert found.clean


# --- calls -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "calls"),
    [
        (Fault(Kind.THROTTLE, times=None), 10),
        (Fault(Kind.INTERNAL_ERROR, times=None), 3),
        (Fault(Kind.LOSE_ANSWER, times=None), 3),
        (Fault(Kind.REFUSE, times=None), 1),
        (Fault(Kind.INTERNAL_ERROR, times=2), 3),
    ],
    ids=str,
)
def test_how_often_a_call_is_made(fault: Fault, calls: int) -> None:
    pauses: list[float] = []
    connection, service = paced(Pace(sleep=pauses.append))
    service.play(fault)
    try:
        found = read_registry(connection)
    except RegistryError:
        assert fault.times is None
    else:
        assert found.arn is None
    assert service.calls.total() == connection.calls.count == calls
    assert len(pauses) == calls - 1
    assert pauses == sorted(pauses)


def test_a_server_that_never_answers_ends_the_run(
    serving: Callable[[Callable[[str], tuple[int, bytes]]], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schemaward.registry.connection._READ_SECONDS", 0.05)
    answer = threading.Event()
    url = serving(lambda _operation: (200, b"{}") if answer.wait(20) else (500, b""))
    connection = connect(target(url), local=True, pace=Pace(sleep=lambda _seconds: None))
    try:
        with pytest.raises(RegistryError, match="ReadTimeoutError"):
            sync(connection, Order(MANY))
    finally:
        answer.set()
    assert connection.calls.count == 3


@pytest.mark.parametrize(("local", "mode"), [(False, "adaptive"), (True, "standard")])
def test_aws_is_asked_more_slowly_when_it_throttles_and_tries_are_counted_by_us(local: bool, mode: str) -> None:
    retries = connect(target(), local=local).client.meta.config.retries
    assert (retries["mode"], retries["total_max_attempts"]) == (mode, 1)
