"""The state machine: one table of calls, and the one way to make a call."""

from __future__ import annotations

from typing import Any

from schemaward.emulator.calls import definitions, metadata, registries, schemas, tags, versions
from schemaward.emulator.settle import advance
from schemaward.emulator.shapes import INPUTS
from schemaward.emulator.state import ApiError, Call, Context, Response, State
from schemaward.emulator.validation import validated

CALLS: dict[str, Call] = {
    **registries.CALLS,
    **schemas.CALLS,
    **versions.CALLS,
    **definitions.CALLS,
    **metadata.CALLS,
    **tags.CALLS,
}


def answer(state: State, operation: str, request: Any, context: Context) -> tuple[State, Response | ApiError]:
    """The answer to one call, and the state after it. Pure: equal arguments give equal results.

    Input is validated before anything else. A refused call changes nothing, but it does count for the
    asynchronous work underway where it points.
    """
    if operation not in CALLS:
        return state, ApiError("UnknownOperationException", f"The emulator has no operation {operation}.")
    try:
        given = validated(INPUTS[operation], request)
        state = advance(state, operation, given, context)
        after, response = CALLS[operation](state, given, context)
    except ApiError as error:
        return state, error
    return after, _without_nulls(response)


def _without_nulls(value: Any) -> Any:
    """AWS leaves out what is not there."""
    if isinstance(value, dict):
        return {name: _without_nulls(entry) for name, entry in value.items() if entry is not None}
    return [_without_nulls(entry) for entry in value] if isinstance(value, list) else value
