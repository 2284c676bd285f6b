"""State machines in common states, and real clients that can reach nothing but an emulator."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from emulator_machine import Machine, says_compatible, with_person

from schemaward.emulator.options import Options
from schemaward.emulator.server import running

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "emulator",
    "AWS_SECRET_ACCESS_KEY": "emulator",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


@pytest.fixture(autouse=True)
def _no_way_to_aws(aws_models: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    # Where a test forgets the endpoint, it ends at the discard port of this machine.
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")


@pytest.fixture
def machine() -> Machine:
    """Registry "ai" with schema "person", version 1, mode BACKWARD."""
    return with_person(Machine())


@pytest.fixture
def at_once() -> Machine:
    """The same, where everything settles at once."""
    return with_person(Machine(Options(pending=0)))


@pytest.fixture
def empty() -> Machine:
    """Nothing in it."""
    return Machine()


@pytest.fixture(scope="session")
def connect(aws_models: None) -> Callable[..., Any]:
    """Make a real boto3 client of an endpoint."""
    session = boto3.Session()

    def make(
        url: str, service: str = "glue", region: str = "eu-west-1", key: str = "emulator", config: Any = None
    ) -> Any:
        return session.client(
            service,
            endpoint_url=url,
            region_name=region,
            aws_access_key_id=key,
            aws_secret_access_key="secret",
            config=config,
        )

    return make


@pytest.fixture
def url() -> Iterator[str]:
    """A running emulator whose judge reads its verdict from the candidate."""
    with running(judge=says_compatible) as address:
        yield address
