"""Faults on order: which call of a script goes wrong, and how. The same script serves both faces.

>>> script = (Fault(Kind.LOSE_ANSWER, call=3), Fault(Kind.THROTTLE, operation="GetSchema", times=None))
>>> fault_of(script, "CreateSchema", Counter({"CreateRegistry": 2, "CreateSchema": 1}))
Fault(kind=<Kind.LOSE_ANSWER: 'lose-answer'>, call=3, operation=None, times=1, code='AccessDeniedException', polls=3)
"""

from __future__ import annotations

import enum
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

from schemaward.emulator.refusals import throttled
from schemaward.emulator.state import ApiError
from schemaward.errors import InputError


class Kind(enum.StrEnum):
    """What goes wrong with a call."""

    REFUSE = "refuse"
    """No effect; the answer is the error ``code``."""
    THROTTLE = "throttle"
    """No effect; ThrottlingException."""
    INTERNAL_ERROR = "internal-error"
    """No effect; InternalServiceException, HTTP 500."""
    LOSE_REQUEST = "lose-request"
    """No effect, no answer: the connection breaks."""
    LOSE_ANSWER = "lose-answer"
    """The call takes effect, its answer never arrives: the connection breaks, or times out in-process."""
    STAY_PENDING = "stay-pending"
    """What the call begins (a registration, also of a first version; a deletion) takes ``polls`` more calls."""
    GO_FAILURE = "go-failure"
    """The version that the call registers ends in FAILURE, whatever the mode and the judge would say."""
    KILL_BEFORE = "kill-before"
    """No effect; the process ends here (see ``Killed``)."""
    KILL_AFTER = "kill-after"
    """The call takes effect; the process ends here (see ``Killed``)."""


class NoAnswerError(Exception):
    """A call that gets no answer, as the script says. The faces break the connection."""


class Killed(BaseException):
    """The process ends here, as the script says; a test catches it as the end of the client's process.

    Every later call raises it too, until the next script: a dead process has no threads that go on. Over HTTP
    the connection is broken instead, and ``schemaward emulator`` ends.
    """


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: from the ``call``-th call of the script on (from 1), ``times`` times, None for ever.

    Where ``operation`` is named ("CreateSchema"), only calls of it are counted. Every request counts, also the
    repeated one of a client that tries again.
    """

    kind: Kind
    call: int = 1
    operation: str | None = None
    times: int | None = 1
    code: str = "AccessDeniedException"
    polls: int = 3

    def refusal(self) -> ApiError | None:
        """The error answer, for a fault that is one."""
        match self.kind:
            case Kind.REFUSE:
                return ApiError(self.code, "Refused by a scripted fault.")
            case Kind.THROTTLE:
                return throttled()
            case Kind.INTERNAL_ERROR:
                return ApiError("InternalServiceException", "A scripted fault.")
            case _:
                return None


Script: TypeAlias = tuple[Fault, ...]


def fault_of(script: Script, operation: str, calls: Counter[str]) -> Fault | None:
    """The first fault of the script that strikes a call of ``operation``; ``calls`` counts it already."""
    for fault in script:
        if fault.operation not in (None, operation):
            continue
        number = calls.total() if fault.operation is None else calls[operation]
        if fault.call <= number and (fault.times is None or number < fault.call + fault.times):
            return fault
    return None


def parsed(text: str | bytes, operations: Collection[str]) -> Script:
    """The script in a JSON text: a list of objects with the fields of ``Fault``.

    Raises InputError with the number of the fault that is wrong, also when it names none of ``operations``.
    """
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"the faults are not JSON: {error}", "write a list of faults") from None
    if not isinstance(listed, list):
        raise InputError("the faults are not a list", 'write, for example, [{"kind": "throttle", "call": 3}]')
    return tuple(_fault(number, given, operations) for number, given in enumerate(listed, 1))


def shown(script: Sequence[Fault]) -> list[dict[str, Any]]:
    """The script as JSON values, as ``parsed`` takes it."""
    return [{field.name: getattr(fault, field.name) for field in fields(Fault)} for fault in script]


def _fault(number: int, given: Any, operations: Collection[str]) -> Fault:
    if not isinstance(given, dict) or "kind" not in given:
        raise InputError(f"fault {number} is not an object with a kind", f"kinds: {', '.join(Kind)}")
    for name, value in given.items():
        if name not in _FIELDS:
            raise InputError(f'fault {number} has an unknown field "{name}"', f"fields: {', '.join(_FIELDS)}")
        if not _FIELDS[name](value):
            raise InputError(f"fault {number}: {name} cannot be {json.dumps(value)[:80]}", _WANTED[name])
    operation = given.get("operation")
    if operation is not None and operation not in operations:
        raise InputError(f'fault {number} names the unknown operation "{operation[:80]}"', "for example CreateSchema")
    return Fault(**{**given, "kind": Kind(given["kind"])})


def _positive(value: Any) -> bool:
    return type(value) is int and value > 0


_WANTED: Mapping[str, str] = {
    "kind": f"one of {', '.join(Kind)}",
    "call": "the number of a call, from 1",
    "operation": "the name of a call, such as CreateSchema, or null for any",
    "times": "a number from 1, or null for ever",
    "code": "the name of an exception, such as ConcurrentModificationException",
    "polls": "a number of calls, from 1",
}
_FIELDS: Mapping[str, Any] = {
    "kind": lambda value: value in tuple(Kind),
    "call": _positive,
    "operation": lambda value: value is None or isinstance(value, str),
    "times": lambda value: value is None or _positive(value),
    "code": lambda value: isinstance(value, str) and value.isalnum() and value.isascii(),
    "polls": _positive,
}
