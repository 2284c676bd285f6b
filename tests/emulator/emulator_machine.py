"""A state machine to call by hand: no HTTP, no clock, verdicts read from the definitions."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from schemaward.emulator.judging import identify
from schemaward.emulator.machine import answer
from schemaward.emulator.options import Options
from schemaward.emulator.state import ApiError, Context, State

PERSON = {"SchemaName": "person", "RegistryName": "ai"}
NO_PERSON = "EntityNotFoundException", "Schema is not found. RegistryName: ai, SchemaName: person, SchemaArn: null"


def says_compatible(_format: object, _mode: object, _earlier: object, candidate: str) -> bool | None:
    """A judge that reads its verdict from the candidate."""
    if "undecided" in candidate:
        return None
    return "incompatible" not in candidate


def is_no_schema(_format: object, definition: str) -> str | None:
    """A validity check that reads its verdict from the definition."""
    return "it is broken" if "broken" in definition else None


class Machine:
    """Pure calls one after another; time and ids count up from one."""

    def __init__(self, options: Options | None = None, judge: Callable[..., bool | None] = says_compatible) -> None:
        self.state = State()
        self.options = options or Options()
        self.judge = judge
        self.ids = itertools.count(1)
        self.clock = itertools.count(1)

    def __call__(self, operation: str, **request: Any) -> dict[str, Any]:
        """The response; raises the error answer."""
        result = self.answer(operation, request)
        if isinstance(result, ApiError):
            raise result
        return result

    def answer(self, operation: str, request: dict[str, Any]) -> dict[str, Any] | ApiError:
        """The response or the error; the state moves on in both cases."""
        context = Context(
            account="123456789012",
            region="eu-west-1",
            now=f"time {next(self.clock)}",
            new_id=lambda: f"00000000-0000-0000-0000-{next(self.ids):012}",
            judge=self.judge,
            validate=is_no_schema,
            identify=identify,
            options=self.options,
        )
        self.state, result = answer(self.state, operation, request, context)
        return result

    def refused(self, operation: str, **request: Any) -> tuple[str, str]:
        """The code and message of the error that a call must end in."""
        with pytest.raises(ApiError) as caught:
            self(operation, **request)
        return caught.value.code, caught.value.message

    def register(self, definition: str, schema: dict[str, str] = PERSON) -> tuple[int, str]:
        """The number and the status in the answer to a registration."""
        given = self("RegisterSchemaVersion", SchemaId=schema, SchemaDefinition=definition)
        return given["VersionNumber"], given["Status"]

    def status(self, number: int, schema: dict[str, str] = PERSON) -> str:
        """The status of one version."""
        wanted = {"VersionNumber": number}
        return str(self("GetSchemaVersion", SchemaId=schema, SchemaVersionNumber=wanted)["Status"])


def with_person(machine: Machine, mode: str = "BACKWARD") -> Machine:
    """The machine with registry "ai" and schema "person", version 1."""
    machine("CreateRegistry", RegistryName="ai")
    machine(
        "CreateSchema",
        RegistryId={"RegistryName": "ai"},
        SchemaName="person",
        DataFormat="JSON",
        Compatibility=mode,
        SchemaDefinition='{"title": "one"}',
    )
    return machine
