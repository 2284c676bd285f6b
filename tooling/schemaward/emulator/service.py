"""The one mutable thing: the current state of every account and Region, behind one lock."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from schemaward.emulator import judging, storage
from schemaward.emulator.machine import answer
from schemaward.emulator.state import ApiError, Context, Judge, Options, Response, State, Validate
from schemaward.emulator.storage import Scope

DEFAULT_ACCOUNT = "123456789012"

_log = logging.getLogger(__name__)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _new_id() -> str:
    return str(uuid.uuid4())


class Service:
    """Makes calls one after another, with a clock and fresh ids, and keeps the state file up to date.

    Raises InputError when the state file cannot be understood.
    """

    def __init__(
        self,
        options: Options | None = None,
        *,
        account: str = DEFAULT_ACCOUNT,
        state_file: Path | None = None,
        judge: Judge = judging.judge,
        validate: Validate = judging.validate,
        now: Callable[[], str] = _now,
        new_id: Callable[[], str] = _new_id,
    ) -> None:
        self.account = account
        self.new_id = new_id
        self._options = options or Options()
        self._judge = judge
        self._validate = validate
        self._now = now
        self._state_file = state_file
        self._world = dict(storage.load(state_file)) if state_file else {}
        self._lock = threading.Lock()

    def call(self, scope: Scope, operation: str, request: Any) -> Response | ApiError:
        """The answer to one call in an account and Region; nothing else is ever raised or returned."""
        account, region = scope
        with self._lock:
            try:
                context = Context(account, region, self._now(), self.new_id, self._judge, self._validate, self._options)
                before = self._world.get(scope, State())
                after, response = answer(before, operation, request, context)
                if after is not before:
                    self._keep(scope, after)
            except Exception as error:  # noqa: BLE001 - a server outlives a failed call
                _log.error("%s failed: %s: %s", operation, type(error).__name__, error)
                _log.debug("%s failed", operation, exc_info=error)
                return ApiError("InternalServiceException", f"The emulator failed in {operation}; see its log.")
        return response

    def _keep(self, scope: Scope, state: State) -> None:
        world = {**self._world, scope: state}
        if self._state_file:
            storage.save(self._state_file, world)
        self._world = world
