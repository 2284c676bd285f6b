"""Values that are fetched from afar: kept for a while, fetched once however many ask, and kept on when nobody answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Generic, TypeVar

from schemaward.errors import RegistryError, SchemawardError

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

_MOST = 1_000
"""Entries that are kept: keys come from messages, so that anybody can make up new ones."""


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """Seconds that a value counts as fresh; that it is used on, and a failure remembered, before the next try."""

    fresh: float = 3600.0
    retry: float = 30.0


@dataclass(frozen=True, slots=True)
class _Entry(Generic[Value]):
    """A value or why there is none, and until when that counts."""

    value: Value | None
    error: SchemawardError | None
    until: float


class Cache(Generic[Key, Value]):
    """Values by key. ``fetch`` raises RegistryError when nobody answers, another SchemawardError when there is none."""

    def __init__(
        self,
        fetch: Callable[[Key], Value],
        lifetimes: Lifetimes | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = fetch
        self._lifetimes = lifetimes or Lifetimes()
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: dict[Key, _Entry[Value]] = {}
        self._flights: dict[Key, Future[Value]] = {}

    def fresh(self, key: Key) -> Value | None:
        """The value, if it need not be fetched. Raises what is remembered in its place."""
        entry = self._entries.get(key)
        if entry is None or entry.until <= self._clock():
            return None
        if entry.error is not None:
            raise entry.error.with_traceback(None)
        return entry.value

    def get(self, key: Key) -> Value:
        """The value, fetched where it must be. Threads that ask for the same one wait for one fetch."""
        value = self.fresh(key)
        if value is not None:
            return value
        with self._lock:
            flight = self._flights.get(key)
            mine = flight is None
            if flight is None:
                flight = self._flights[key] = Future()
        if mine:
            self._fly(key, flight)
        return flight.result()

    def _fly(self, key: Key, flight: Future[Value]) -> None:
        try:
            value = self._fetched(key)
        except BaseException as error:  # noqa: BLE001 - handed to all who wait
            self._land(key)
            flight.set_exception(error)
        else:
            self._land(key)
            flight.set_result(value)

    def _land(self, key: Key) -> None:
        with self._lock:
            del self._flights[key]

    def _fetched(self, key: Key) -> Value:
        known = self._entries.get(key)
        try:
            value = self._fetch(key)
        except RegistryError as error:
            if known is None or known.value is None:
                self._keep(key, None, error)
                raise
            self._keep(key, known.value, None, self._lifetimes.retry)
            return known.value
        except SchemawardError as error:
            self._keep(key, None, error)
            raise
        self._keep(key, value, None, self._lifetimes.fresh)
        return value

    def _keep(self, key: Key, value: Value | None, error: SchemawardError | None, seconds: float = 0) -> None:
        until = self._clock() + (self._lifetimes.retry if error else seconds)
        with self._lock:
            self._entries.pop(key, None)
            self._entries[key] = _Entry(value, error, until)
            while len(self._entries) > _MOST:
                del self._entries[next(iter(self._entries))]
