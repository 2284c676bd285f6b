"""Contracts in a folder, and an emulator that holds them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from guard_contracts import CONTRACTS, content_hash, definition, write_contract

from schemaward.emulator.options import Options
from schemaward.emulator.server import running


@pytest.fixture
def contracts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a contract of each format."""
    for name, (data_format, suffix, versions) in CONTRACTS.items():
        write_contract(tmp_path, name, data_format, suffix, versions)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def connect(aws_models: None) -> Callable[[str], Any]:
    """Make a real boto3 client of an endpoint."""
    session = boto3.Session(aws_access_key_id="local", aws_secret_access_key="local", region_name="eu-west-1")
    return lambda url: session.client("glue", endpoint_url=url)


@pytest.fixture
def glue(connect: Callable[[str], Any]) -> Iterator[Any]:
    """A client of an emulator with the registry "ai" and the first version of each contract."""
    with running(Options(pending=0)) as url:
        client = connect(url)
        client.create_registry(RegistryName="ai")
        for name, (data_format, _, versions) in CONTRACTS.items():
            client.create_schema(
                RegistryId={"RegistryName": "ai"},
                SchemaName=name,
                DataFormat=data_format,
                Compatibility="NONE",
                SchemaDefinition=definition(versions[0]),
            )
        yield client


@pytest.fixture
def register(glue: Any) -> Callable[..., str]:
    """Register version ``number`` of a contract; the answer is its id."""

    def do(name: str, number: int) -> str:
        answer = glue.register_schema_version(
            SchemaId={"RegistryName": "ai", "SchemaName": name},
            SchemaDefinition=definition(CONTRACTS[name][2][number - 1]),
        )
        return str(answer["SchemaVersionId"])

    return do


@pytest.fixture
def receipts(contracts: Path, register: Callable[..., str]) -> Path:
    """Receipts that name both versions of each contract, in the working folder."""
    document = {
        "format": 1,
        "target": "local",
        "registry": {"name": "ai", "arn": "arn:aws:glue:eu-west-1:123456789012:registry/ai", "region": "eu-west-1"},
        "contracts": {
            name: {
                "schema": name,
                "arn": f"arn:aws:glue:eu-west-1:123456789012:schema/ai/{name}",
                "versions": [
                    {
                        "version": number,
                        "number": number,
                        "id": register(name, number),
                        "sha256": content_hash(name, number),
                        "status": "AVAILABLE",
                    }
                    for number in (1, 2)
                ],
            }
            for name in CONTRACTS
        },
    }
    path = contracts / "receipts.json"
    path.write_text(json.dumps(document))
    return path
