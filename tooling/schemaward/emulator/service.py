"""The one mutable thing: the current state of every account and Region, and the script of faults."""

from __future__ import annotations

import functools
import logging
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from schemaward.emulator import eventbridge, judging, storage
from schemaward.emulator.faults import Fault, Killed, Kind, NoAnswerError, Script, fault_of
from schemaward.emulator.machine import CALLS, answer
from schemaward.emulator.options import Options
from schemaward.emulator.refusals import throttled
from schemaward.emulator.state import ApiError, Context, Judge, Response, Scope, Stage, Validate
from schemaward.emulator.storage import Held
from schemaward.emulator.throttle import Bucket, take

DEFAULT_ACCOUNT = "123456789012"

Answer = TypeVar("Answer")

_EMPTY = Held()

WHO_AM_I = "GetCallerIdentity"
"""The call of AWS STS that shows the account."""

ASSUME = "AssumeRole"
"""The call of AWS STS that gives credentials of a role, here of its account."""

OPERATIONS = frozenset({*CALLS, *eventbridge.CALLS, WHO_AM_I, ASSUME})
"""The names of the calls that a service answers, counts and lets go wrong."""

_log = logging.getLogger(__name__)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _new_id() -> str:
    return str(uuid.uuid4())


class Service:
    """Answers calls with a clock and fresh ids, keeps the state file up to date, and lets calls go wrong on order.

    Raises InputError when the state file cannot be understood.
    """

    def __init__(
        self,
        options: Options | None = None,
        *,
        account: str = DEFAULT_ACCOUNT,
        state_file: Path | None = None,
        judge: Judge | None = None,
        validate: Validate = judging.validate,
        now: Callable[[], str] = _now,
        seconds: Callable[[], float] = time.monotonic,
        new_id: Callable[[], str] = _new_id,
    ) -> None:
        self.account = account
        self.new_id = new_id
        self.killed = threading.Event()
        """Set when a scripted fault has ended the process."""
        self._options = options or Options()
        self._judge = judge or judging.JUDGES[self._options.assume.verdicts]
        self._validate = validate
        self._now = now
        self._seconds = seconds
        self._state_file = state_file
        self._world = dict(storage.load(state_file)) if state_file else {}
        self._script: Script = ()
        self._calls: Counter[str] = Counter()
        self._bucket: Bucket | None = None
        self._counting = threading.Lock()
        self._writing = threading.Lock()

    def play(self, *script: Fault) -> None:
        """Begin a script of faults: calls are counted from 1 again, and a killed service is alive again.

        >>> service = Service()
        >>> service.play(Fault(Kind.THROTTLE, call=2))
        >>> scope = (DEFAULT_ACCOUNT, "eu-central-1")
        >>> service.call(scope, "CreateRegistry", {"RegistryName": "ai"})["RegistryName"]
        'ai'
        >>> service.call(scope, "ListRegistries", {})
        ApiError('ThrottlingException: Rate exceeded')
        >>> service.calls
        Counter({'CreateRegistry': 1, 'ListRegistries': 1})
        """
        with self._counting:
            self._script = script
            self._calls = Counter()
            self.killed.clear()

    @property
    def script(self) -> Script:
        """The faults of the script that plays."""
        return self._script

    @property
    def calls(self) -> Counter[str]:
        """How many calls of each operation were made since the script began."""
        with self._counting:
            return self._calls.copy()

    def call(self, scope: Scope, operation: str, request: Any) -> Response | ApiError:
        """The answer to one call of Glue in an account and Region.

        Raises NoAnswerError and Killed where the script says so, and nothing else.
        """
        return self._played(
            operation,
            lambda fault: throttled() if self._too_fast() else self._answer(scope, operation, request, fault),
        )

    def who_am_i(self, scope: Scope) -> str | ApiError:
        """The account of a caller, as AWS STS tells it; under the same script as ``call``."""
        return self._played(WHO_AM_I, lambda _: scope[0])

    def call_eventbridge(self, scope: Scope, operation: str, request: eventbridge.Request) -> Response | ApiError:
        """The answer to one call of EventBridge Schemas, a known one; otherwise as ``call``."""

        def step(held: Held) -> tuple[Held, Response | ApiError]:
            after, response = eventbridge.answer(held.eventbridge, scope, operation, request)
            return held if after is held.eventbridge else replace(held, eventbridge=after), response

        return self.answered(operation, lambda: self._step(scope, operation, step))

    def answered(self, operation: str, effect: Callable[[], Answer | ApiError]) -> Answer | ApiError:
        """The answer to a call of another service that takes ``effect``; under the same script and rate as ``call``."""
        return self._played(operation, lambda _: throttled() if self._too_fast() else effect())

    def _played(self, operation: str, effect: Callable[[Fault | None], Answer]) -> Answer | ApiError:
        """The answer of a call that takes ``effect``, with what the script has for it before and after."""
        fault = self._next_fault(operation)
        refusal = fault.refusal() if fault else None
        if refusal is not None:
            return refusal
        _break_off(fault, after=False)
        result = effect(fault)
        _break_off(fault, after=True)
        return result

    def _next_fault(self, operation: str) -> Fault | None:
        """Count a call, and find what the script has for it; raises Killed when the process has ended."""
        with self._counting:
            if self.killed.is_set():
                raise Killed
            self._calls[operation if operation in OPERATIONS else "other"] += 1
            fault = fault_of(self._script, operation, self._calls)
            if fault and fault.kind in (Kind.KILL_BEFORE, Kind.KILL_AFTER):
                self.killed.set()
            return fault

    def _too_fast(self) -> bool:
        if self._options.rate is None:
            return False
        with self._counting:
            self._bucket, allowed = take(self._bucket, self._options.rate, self._seconds())
        return not allowed

    def _answer(self, scope: Scope, operation: str, request: Any, fault: Fault | None) -> Response | ApiError:
        context = self._context(scope, fault)

        def step(held: Held) -> tuple[Held, Response | ApiError]:
            after, response = answer(held.glue, operation, request, context)
            return held if after is held.glue else replace(held, glue=after), response

        return self._step(scope, operation, step)

    def _step(
        self, scope: Scope, operation: str, step: Callable[[Held], tuple[Held, Response | ApiError]]
    ) -> Response | ApiError:
        """The answer, made from the state as it is and again when another call overtakes it: nobody waits for a judge."""
        try:
            while True:
                before = self._world.get(scope, _EMPTY)
                after, response = step(before)
                if after is before or self._replaced(scope, before, after):
                    return response
        except Exception as error:  # noqa: BLE001 - a server outlives a failed call
            _log.error("%s failed: %s: %s", operation, type(error).__name__, error)
            _log.debug("%s failed", operation, exc_info=error)
            return ApiError("InternalServiceException", f"The emulator failed in {operation}; see its log.")

    def _context(self, scope: Scope, fault: Fault | None) -> Context:
        account, region = scope
        # A call that is overtaken asks again; its judge is asked each question once.
        judge, validate = functools.cache(self._judge), functools.cache(self._validate)
        identify = functools.cache(judging.identify)
        context = Context(account, region, self._now(), self.new_id, judge, validate, identify, self._options)
        match fault:
            case Fault(kind=Kind.STAY_PENDING, polls=polls):
                slow = replace(self._options.assume, first_version="pending")
                return replace(context, options=replace(self._options, pending=polls, assume=slow))
            case Fault(kind=Kind.GO_FAILURE):
                return replace(context, ending=Stage.FAILURE)
            case _:
                return context

    def _replaced(self, scope: Scope, before: Held, after: Held) -> bool:
        """Put a state in the place of the one that it was made from; False when that is no longer there."""
        with self._writing:
            if self._world.get(scope, _EMPTY) is not before:
                return False
            world = {**self._world, scope: after}
            if self._state_file:
                storage.save(self._state_file, world)
            self._world = world
            return True


def _break_off(fault: Fault | None, *, after: bool) -> None:
    """End a call before or after it takes effect, if that is its fault."""
    kind = fault.kind if fault else None
    if kind is (Kind.KILL_AFTER if after else Kind.KILL_BEFORE):
        raise Killed
    if kind is (Kind.LOSE_ANSWER if after else Kind.LOSE_REQUEST):
        raise NoAnswerError
