"""Values that are fetched from afar: one flight for each however many ask, and what is known is used while it is fetched anew."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from copy import copy
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from weakref import WeakSet

from schemaward.errors import InputError, RegistryError, SchemawardError, UsageError

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
Entry = TypeVar("Entry")

_MOST = 1_000
"""Values that are kept, and refusals: keys come from messages, so that anybody can make up new ones."""
_HANDS = 8
"""Fetches that go on at a time."""


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """Seconds that a value counts as fresh; and after a failure, until the next try. Raises UsageError for what is none."""

    fresh: float = 3600.0
    retry: float = 30.0

    def __post_init__(self) -> None:
        for name, seconds in (("fresh", self.fresh), ("retry", self.retry)):
            if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds >= 0:
                raise UsageError(f"{name} is {seconds!r}, which is no lifetime", "give a number of seconds, 0 or more")


@dataclass(frozen=True, slots=True)
class _Kept(Generic[Value]):
    """A value, or an error that was never raised, and until when that counts."""

    it: Value
    until: float


class Cache(Generic[Key, Value]):
    """Values by key. Threads share it, tasks too, and what a process forks into has it for itself.

    ``fetch`` raises an InputError for a key without a value. Every other failure passes by: a known value is used on.
    """

    def __init__(
        self,
        fetch: Callable[[Key], Value],
        lifetimes: Lifetimes | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not isinstance(lifetimes, Lifetimes | None):
            raise UsageError(
                f"{lifetimes!r} are no lifetimes", "give schemaward.guard.cache.Lifetimes(fresh=..., retry=...)"
            )
        self._fetch = fetch
        self._lifetimes = lifetimes or Lifetimes()
        self._clock = clock
        self._values: dict[Key, _Kept[Value]] = {}
        self._refused: dict[Key, _Kept[SchemawardError]] = {}
        self.forget_flights()
        _ALL.add(self)

    def forget_flights(self) -> None:
        """Begin without threads: those that fetched are not in a forked process."""
        self._lock = threading.Lock()
        self._flights: dict[Key, Future[Value]] = {}
        self._waiting: deque[Key] = deque()
        self._hands = 0

    def find(self, key: Key) -> Value | Future[Value]:
        """The value, at once if it is known, else its flight. Raises the error that is remembered in its place.

        A value that is not fresh any more is fetched again meanwhile.
        """
        kept = self._values.get(key)
        if kept is not None and kept.until > self._clock():
            return kept.it
        with self._lock:
            return self._sought(key)

    def knows(self, key: Key) -> bool:
        """Whether there is a value, fresh or not."""
        return key in self._values

    def _sought(self, key: Key) -> Value | Future[Value]:
        now = self._clock()
        kept, refused = self._values.get(key), self._refused.get(key)
        if kept is not None and kept.until > now:
            return kept.it
        if kept is None and refused is not None and refused.until > now:
            raise copy(refused.it)
        flight = self._flights.get(key) or self._take_off(key)
        return flight if kept is None else kept.it

    def _take_off(self, key: Key) -> Future[Value]:
        flight: Future[Value] = Future()
        flight.set_running_or_notify_cancel()  # one who does not wait any more ends it for nobody else
        self._flights[key] = flight
        self._waiting.append(key)
        if self._hands < _HANDS:
            try:
                threading.Thread(target=self._work, name="schemaward-fetch", daemon=True).start()
            except RuntimeError as error:
                self._waiting.remove(key)
                del self._flights[key]
                flight.set_exception(RegistryError(f"the registry cannot be asked: {error}"))
            else:
                self._hands += 1
        return flight

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._hands -= 1
                    return
                key = self._waiting.popleft()
            try:
                self._fly(key)
            except BaseException as error:  # noqa: BLE001 - nobody may wait for ever, whatever went wrong
                with self._lock:
                    flight = self._flights.pop(key)
                flight.set_exception(_told(error))

    def _fly(self, key: Key) -> None:
        try:
            value = self._fetch(key)
        except BaseException as error:  # noqa: BLE001 - handed to all who wait
            self._failed(key, _told(error))
        else:
            self._landed(key, value)

    def _landed(self, key: Key, value: Value) -> None:
        with self._lock:
            self._refused.pop(key, None)
            _keep(self._values, key, _Kept(value, self._clock() + self._lifetimes.fresh))
            flight = self._flights.pop(key)
        flight.set_result(value)

    def _failed(self, key: Key, error: SchemawardError) -> None:
        with self._lock:
            until = self._clock() + self._lifetimes.retry
            kept = self._values.pop(key, None)
            if kept is None or isinstance(error, InputError):
                _keep(self._refused, key, _Kept(copy(error), until))
            else:
                self._values[key] = _Kept(kept.it, until)
            flight = self._flights.pop(key)
        flight.set_exception(error)


def _told(error: BaseException) -> SchemawardError:
    if isinstance(error, SchemawardError):
        return error
    told = RegistryError(f"the registry could not be asked: {type(error).__name__}: {error}")
    told.__cause__ = error
    return told


def landed(found: Value | Future[Value]) -> Value:
    """What ``Cache.find`` found, waited for."""
    if not isinstance(found, Future):
        return found
    try:
        return found.result()
    finally:
        del found  # else the error, its traceback, this frame and the flight hold each other, and what was asked for


async def landed_later(found: Value | Future[Value]) -> Value:
    """As ``landed``; other tasks go on meanwhile."""
    if not isinstance(found, Future):
        return found
    try:
        return await asyncio.wrap_future(found)
    finally:
        del found


def _keep(entries: dict[Key, Entry], key: Key, entry: Entry) -> None:
    entries.pop(key, None)
    entries[key] = entry
    if len(entries) > _MOST:
        del entries[next(iter(entries))]


_ALL: WeakSet[Cache[Any, Any]] = WeakSet()


def _forget_all_flights() -> None:
    for cache in _ALL:
        cache.forget_flights()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all_flights)
