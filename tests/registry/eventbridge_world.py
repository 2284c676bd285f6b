"""Contracts as EventBridge holds them, and a registry of that kind in this process."""

from __future__ import annotations

from dataclasses import replace

from registry_worlds import UNHURRIED, contract, desired, target, words

from schemaward.emulator.inprocess import attach
from schemaward.emulator.service import Service
from schemaward.model import Mode, RegistryKind
from schemaward.registry.connection import Connection, connect
from schemaward.registry.desired import DesiredSchema, Retired, owned
from schemaward.registry.eventbridge import REPOSITORY

BUS = replace(target(), kind=RegistryKind.EVENTBRIDGE)


def held(name: str, *definitions: str) -> DesiredSchema:
    """A contract without what EventBridge has no place for."""
    made = contract(name, *definitions, mode=Mode.NONE)
    versions = tuple(replace(version, marked=False) for version in made.versions)
    tags = owned(((REPOSITORY, "example-org/contracts"),))
    return replace(made, versions=versions, tags=tags, accepts_revert=True)


EARLIER = desired(held("b.grown", words("a")), held("c.same", words("a")), held("d.retired", words("a")))
LATER = replace(
    desired(
        held("a.created", words("a"), words("a", "b")),
        replace(held("b.grown", words("a"), words("a", "b"), words("c")), description="New."),
        held("c.same", words("a")),
    ),
    description="New.",
    tags=(("Purpose", "New"),),
    retired=(Retired("d.retired", "d.retired", frozenset({held("d.retired", words("a")).versions[0].sha256})),),
)
"""Everything that a sync can write there."""


def bus(service: Service) -> Connection:
    """A connection of a real boto3 client for EventBridge Schemas to ``service``."""
    connection = connect(BUS, local=True, jobs=1, pace=UNHURRIED)
    attach(connection.client, service)
    return connection
