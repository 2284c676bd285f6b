"""What is fetched from afar: one flight for many who ask, at once what is known, and nothing that anybody can fill up."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from copy import copy
from typing import Any
from weakref import WeakSet

import pytest

from schemaward.errors import InputError, RegistryError, UsageError
from schemaward.guard.cache import Cache, Lifetimes, landed, landed_later


class Afar:
    """A place to fetch from: it counts, waits while it is held, and fails when it is told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.error: BaseException | None = None
        self.now = 0.0
        self._open = threading.Event()
        self._open.set()

    def fetch(self, key: str) -> str:
        self.asked.append(key)
        assert self._open.wait(10)
        if self.error is not None:
            raise copy(self.error)
        return key.upper()

    def cache(self, fresh: float = 10, retry: float = 3) -> Cache[str, str]:
        return Cache(self.fetch, Lifetimes(fresh, retry), lambda: self.now)

    @contextmanager
    def held(self) -> Iterator[None]:
        self._open.clear()
        yield
        self._open.set()


@pytest.fixture
def afar() -> Afar:
    return Afar()


def settled() -> None:
    for thread in threading.enumerate():
        if thread.name == "schemaward-fetch":
            thread.join(10)


def test_threads_that_want_the_same_wait_for_one_flight(afar: Afar) -> None:
    cache = afar.cache()
    with ThreadPoolExecutor(8) as pool, afar.held():
        answers = [pool.submit(lambda: landed(cache.find("a"))) for _ in range(8)]
    assert {answer.result() for answer in answers} == {"A"}
    assert afar.asked == ["a"]


def test_who_comes_while_a_flight_lands_makes_no_second_one(afar: Afar) -> None:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(6) as pool:
            for _ in range(200):
                cache, begin = afar.cache(), threading.Barrier(6)
                list(pool.map(lambda _, cache=cache, begin=begin: begin.wait() and landed(cache.find("a")), range(6)))
    finally:
        sys.setswitchinterval(interval)
    assert len(afar.asked) == 200


def test_what_is_known_is_given_at_once_and_fetched_anew_meanwhile(afar: Afar) -> None:
    cache = afar.cache()
    assert landed(cache.find("a")) == "A"
    afar.now = 9.9
    assert cache.find("a") == "A"
    assert len(afar.asked) == 1
    afar.now = 10
    with afar.held():
        assert [cache.find("a") for _ in range(5)] == ["A"] * 5
    settled()
    assert len(afar.asked) == 2
    afar.now = 19.9
    assert cache.find("a") == "A"
    assert len(afar.asked) == 2


@pytest.mark.parametrize("error", [RegistryError("down"), KeyError("bug"), SystemExit(3)])
def test_a_failure_leaves_what_is_known_and_is_tried_again_after_a_while(afar: Afar, error: BaseException) -> None:
    cache = afar.cache()
    landed(cache.find("a"))
    afar.error = error
    for afar.now, asked in ((10, 2), (12.9, 2), (13, 3)):
        assert cache.find("a") == "A"
        settled()
        assert len(afar.asked) == asked
    with pytest.raises(RegistryError):
        landed(cache.find("b"))


def test_a_refusal_is_remembered_for_a_while(afar: Afar) -> None:
    cache = afar.cache()
    afar.error = InputError("no such version", "ask somebody")
    for afar.now, asked in ((0, 1), (2.9, 1), (3, 2)):
        with pytest.raises(InputError) as refused:
            landed(cache.find("a"))
        assert (refused.value.fact, refused.value.remedy) == ("no such version", "ask somebody")
        assert len(afar.asked) == asked


def test_a_refusal_ends_what_is_known(afar: Afar) -> None:
    cache = afar.cache()
    landed(cache.find("a"))
    afar.error, afar.now = InputError("deleted"), 10
    assert cache.find("a") == "A"
    settled()
    with pytest.raises(InputError, match="deleted"):
        cache.find("a")


def test_lifetimes_are_lifetimes(afar: Afar) -> None:
    """A thread that fetches must not meet them first: nobody would hear of it."""
    with pytest.raises(UsageError, match="5 are no lifetimes"):
        Cache(afar.fetch, 5)  # type: ignore[arg-type]


def test_keys_that_anybody_makes_up_push_nothing_out(afar: Afar) -> None:
    cache = afar.cache(fresh=1)
    landed(cache.find("good"))
    afar.error = InputError("unknown")
    for number in range(1_200):
        with pytest.raises(InputError):
            landed(cache.find(f"made up {number}"))
    afar.error, afar.now = RegistryError("down"), 2
    assert cache.find("good") == "good".upper()


def test_there_is_a_bound_for_values_too(afar: Afar) -> None:
    cache = afar.cache()
    for number in range(1_001):
        landed(cache.find(str(number)))
    assert not cache.knows("0")
    assert cache.knows("1")


class Message:
    """Something large."""


def test_a_refusal_holds_nothing_of_who_asked(afar: Afar) -> None:
    """Neither by what is remembered, nor in a circle that only the collector of garbage would find."""
    cache = afar.cache()
    afar.error = InputError("unknown")
    alive: WeakSet[Message] = WeakSet()

    def ask() -> None:
        message = Message()
        alive.add(message)
        with suppress(InputError):
            landed(cache.find("a"))

    gc.disable()
    try:
        ask()
        ask()
        settled()
        assert not alive
    finally:
        gc.enable()


def test_a_task_that_gives_up_ends_the_flight_for_nobody_else(afar: Afar) -> None:
    cache = afar.cache()

    async def flown() -> str:
        with afar.held():
            hasty = asyncio.ensure_future(landed_later(cache.find("a")))
            patient = asyncio.ensure_future(landed_later(cache.find("a")))
            await asyncio.sleep(0)
            hasty.cancel()
        return await patient

    assert asyncio.run(flown()) == "A"
    assert afar.asked == ["a"]


def _child(cache: Cache[str, str], answers: multiprocessing.Queue[str]) -> None:
    answers.put(landed(cache.find("a")))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_process_forked_during_a_fetch_makes_its_own(afar: Afar) -> None:
    cache = afar.cache()
    fork = multiprocessing.get_context("fork")
    answers = fork.Queue()
    afar._open.clear()
    flight = cache.find("a")
    with cache._lock:  # as another thread may hold it
        afar._open.set()
        child = fork.Process(target=_child, args=(cache, answers), daemon=True)
        child.start()
    try:
        assert answers.get(timeout=10) == "A"
    finally:
        child.kill()
        child.join()
    assert landed(flight) == "A"


@pytest.mark.parametrize("wrong", ["a", None, True, -1, float("nan")])
def test_a_lifetime_is_a_number_of_seconds(wrong: Any) -> None:
    for name in ("fresh", "retry"):
        with pytest.raises(UsageError, match=f"{name} is .* which is no lifetime"):
            Lifetimes(**{name: wrong})


def test_whatever_goes_wrong_nobody_waits_for_ever(afar: Afar) -> None:
    """More often than there are hands: none of them is lost."""
    readings: list[float] = []
    cache = Cache(afar.fetch, Lifetimes(), lambda: readings.pop())
    for number in range(20):
        readings.append(0.0)
        flight = cache.find(f"{number}")
        assert isinstance(flight, Future)
        with pytest.raises(RegistryError, match="could not be asked: IndexError"):
            flight.result(10)
