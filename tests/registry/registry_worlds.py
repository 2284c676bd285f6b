"""Contracts with real definitions, and an emulator in this process whose calls can be made to fail."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from schemaward.emulator.inprocess import attach
from schemaward.emulator.options import Options
from schemaward.emulator.service import Service
from schemaward.emulator.state import ApiError
from schemaward.formats import format_module
from schemaward.model import DataFormat, Mode, Target
from schemaward.registry import run
from schemaward.registry.apply import Outcome
from schemaward.registry.connection import Connection, Pace, connect
from schemaward.registry.desired import DesiredRegistry, DesiredSchema, DesiredVersion, fingerprint, owned
from schemaward.registry.plan import Permit, Plan, plan
from schemaward.registry.reading import read_state
from schemaward.registry.run import Order
from schemaward.registry.state import RegistryState

COMMIT = "0123456789abcdef0123456789abcdef01234567"
OURS = Permit(repository="example-org/contracts")
UNHURRIED = Pace(sleep=lambda _seconds: None)
DRAFT = "http://json-schema.org/draft-07/schema#"


def words(*allowed: str) -> str:
    """A JSON Schema that allows these words and nothing else."""
    return json.dumps({"$schema": DRAFT, "enum": list(allowed)})


def contract(name: str, *definitions: str, mode: Mode = Mode.BACKWARD, checkpoint: int | None = None) -> DesiredSchema:
    module = format_module(DataFormat.JSON)
    versions = tuple(
        DesiredVersion(number, text, fingerprint(module.load_value(text, name).identity))
        for number, text in enumerate(definitions, 1)
    )
    return DesiredSchema(
        name, name, DataFormat.JSON, mode, f"About {name}.", owned((("Domain", "test"),)), versions, checkpoint
    )


GROWING = (words("a"), words("a", "b"), words("a", "b", "c"))


def two_contracts() -> DesiredRegistry:
    frozen = contract("b.frozen", *GROWING[:2], mode=Mode.DISABLED, checkpoint=2)
    return desired(contract("a.growing", *GROWING), frozen)


def desired(*schemas: DesiredSchema) -> DesiredRegistry:
    return DesiredRegistry("ai", "For AI workloads", (("Purpose", "AI"),), True, schemas)


def target(url: str = "http://registry.invalid") -> Target:
    return Target("test", "ai", "eu-central-1", endpoint=url, create=True)


class Faulty(Service):
    """An emulator of which ``fault`` sees every call: before it takes effect, and after."""

    fault: Callable[[str, bool], ApiError | None] = staticmethod(lambda _operation, _after: None)

    def call(self, scope: Any, operation: str, request: Any) -> Any:
        before = self.fault(operation, False)
        if before is not None:
            return before
        answer = super().call(scope, operation, request)
        return self.fault(operation, True) or answer


def in_process(options: Options | None = None, attempts: int = 3) -> tuple[Connection, Faulty]:
    """A connection of a real boto3 client to a fresh emulator in this process, one call after the other."""
    service = Faulty(options)
    return connected(service, attempts), service


def connected(service: Service, attempts: int = 3) -> Connection:
    """The same to ``service``."""
    connection = connect(target(), local=True, attempts=attempts, jobs=1, pace=UNHURRIED)
    attach(connection.client, service)
    return connection


def look(connection: Connection, wish: DesiredRegistry) -> tuple[Plan, RegistryState]:
    state = read_state(connection, [schema.name for schema in wish.schemas])
    return plan(wish, state), state


def sync(connection: Connection, wish: DesiredRegistry) -> list[Outcome]:
    """A run that reads everything; how its actions ended."""
    return list(run.sync(connection, Order(wish, OURS, full=True, commit=COMMIT)).outcomes)


def endings(outcomes: list[Outcome]) -> list[str]:
    return [f"{outcome.ending}: {outcome.action}" for outcome in outcomes]
