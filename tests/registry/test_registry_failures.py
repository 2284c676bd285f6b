"""A registry that cannot be reached, refuses, or talks nonsense: one clear message each, through the real boto3."""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest
from registry_worlds import connected, contract, desired, in_process, look, sync, two_contracts, words

from schemaward.emulator.server import running
from schemaward.emulator.service import Service
from schemaward.emulator.state import Scope
from schemaward.errors import RegistryError, UsageError
from schemaward.model import Target
from schemaward.registry.apply import Ending
from schemaward.registry.connection import connect
from schemaward.registry.failures import CallError
from schemaward.registry.glue import annotate
from schemaward.registry.reading import read_state

Serving = Callable[[Callable[[str], tuple[int, bytes]]], str]

ARN = "arn:aws:glue:eu-central-1:123456789012:registry/ai"
REGISTRY = {"RegistryName": "ai", "RegistryArn": ARN, "Status": "AVAILABLE"}
SCHEMA = {
    "SchemaName": "one",
    "SchemaArn": "arn:aws:glue:eu-central-1:123456789012:schema/ai/one",
    "DataFormat": "JSON",
    "Compatibility": "NONE",
    "SchemaCheckpoint": 1,
    "SchemaStatus": "AVAILABLE",
}
ANSWERS = {
    "GetRegistry": REGISTRY,
    "ListSchemas": {"Schemas": []},
    "GetTags": {"Tags": {}},
    "GetSchema": SCHEMA,
    "ListSchemaVersions": {"Schemas": []},
}


def target(endpoint: str | None, *, account: str | None = None, region: str = "eu-central-1") -> Target:
    return Target("prod", "ai", region, account=account, endpoint=endpoint)


def read(place: Target) -> RegistryError:
    """The failure of a first reading."""
    with pytest.raises(RegistryError) as caught:
        read_state(connect(place, attempts=1), ["one"])
    assert caught.value.exit_code == 3
    assert caught.value.remedy
    assert "\n" not in caught.value.fact
    assert caught.value.fact.isprintable()
    return caught.value


def error(code: str, message: str = "No.") -> tuple[int, bytes]:
    return 400, json.dumps({"__type": code, "message": message}).encode()


def test_a_refused_connection() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        failure = read(target(url))
    assert 'GetRegistry on target "prod" (registry ai' in failure.fact
    assert "EndpointConnectionError" in failure.fact
    assert "emulator running" in failure.remedy


def test_no_credentials(no_credentials: None) -> None:
    failure = read(target("http://127.0.0.1:9"))
    assert "NoCredentialsError" in failure.fact
    assert "--target local" in failure.remedy


def test_half_of_the_credentials(no_credentials: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    assert "PartialCredentialsError" in read(target("http://127.0.0.1:9")).fact


def test_no_region() -> None:
    failure = read(target("http://127.0.0.1:9", region=""))
    assert "NoRegionError" in failure.fact
    assert "region" in failure.remedy


def test_a_profile_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    failure = read(target("http://127.0.0.1:9"))
    assert "nobody" in failure.fact
    assert "AWS_PROFILE" in failure.remedy


def test_an_endpoint_that_is_no_url() -> None:
    failure = read(target("not a url"))
    assert "not a url" in failure.fact
    assert "contracts/registries.yaml" in failure.remedy


def test_boto3_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(UsageError) as caught:
        connect(target(None))
    assert 'pip install "schemaward[aws]"' in caught.value.remedy


@pytest.mark.parametrize(
    ("operation", "remedy"),
    [
        ("GetRegistry", "allow glue:GetRegistry"),
        ("GetSchema", "allow glue:GetSchema"),
        ("ListSchemaVersions", "allow glue:ListSchemaVersions"),
    ],
)
def test_access_denied_names_the_call_to_allow(serving: Serving, operation: str, remedy: str) -> None:
    def answer(name: str) -> tuple[int, bytes]:
        return error("AccessDeniedException", "User: x is not authorized") if name == operation else ok(name)

    failure = read(target(serving(answer)))
    assert f"{operation} on" in failure.fact
    assert "User: x is not authorized" in failure.fact
    assert remedy in failure.remedy


def test_a_version_is_read_by_id_which_needs_every_resource(serving: Serving) -> None:
    listed = {"Schemas": [{"SchemaVersionId": "0" * 36, "VersionNumber": 1, "Status": "AVAILABLE"}]}

    def answer(name: str) -> tuple[int, bytes]:
        if name == "GetSchemaVersion":
            return error("AccessDeniedException")
        return ok(name, listed if name == "ListSchemaVersions" else None)

    assert 'on resource "*"' in read(target(serving(answer))).remedy


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        ("ExpiredTokenException", "renew the credentials"),
        ("UnrecognizedClientException", "which credentials are in use"),
        ("ThrottlingException", "goes on where it stopped"),
        ("InternalServiceException", "run the command again"),
        ("SomethingNewException", "read the message of AWS"),
    ],
)
def test_what_aws_refuses(serving: Serving, code: str, remedy: str) -> None:
    failure = read(target(serving(lambda _name: error(code))))
    assert code in failure.fact
    assert remedy in failure.remedy


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html><body>Welcome</body></html>"),
        (200, b'{"RegistryName": "ai", "Regis'),
        (200, b'{"RegistryName": "ai"...'),
        (200, b""),
        (200, b"null"),
        (200, b"[1, 2]"),
        (200, b'"text"'),
        (200, b"\xff\xfe\x00"),
        (200, b'{"RegistryArn": 7}'),
        (200, b'{"RegistryArn": "nonsense"}'),
        (404, b"<html>Not found \x1b[31m</html>"),
        (400, b"[]"),
    ],
)
def test_garbage(serving: Serving, status: int, body: bytes) -> None:
    failure = read(target(serving(lambda _name: (status, body))))
    assert "not the AWS Glue API" in failure.remedy
    assert len(failure.fact) < 600


@pytest.mark.parametrize("body", [b"", b"<html>" + b"x" * 5000 + b"</html>"])
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_load_balancer_that_answers_in_the_place_of_aws(serving: Serving, status: int, body: bytes) -> None:
    failure = read(target(serving(lambda _name: (status, body))))
    assert f"HTTP {status} and no error code" in failure.fact
    assert failure.remedy.startswith("AWS, or a proxy in between, is in trouble: run the command again")
    assert len(failure.fact) < 600


@pytest.mark.parametrize(
    ("operation", "answer"),
    [
        ("GetSchema", {**SCHEMA, "Compatibility": "SIDEWAYS"}),
        ("GetSchema", {**SCHEMA, "SchemaCheckpoint": "one"}),
        ("ListSchemaVersions", {}),
        ("ListSchemaVersions", {"Schemas": [{}]}),
        ("ListSchemas", {"Schemas": [{"SchemaName": 3}]}),
        ("ListSchemas", {"Schemas": [], "NextToken": "again"}),
        ("GetTags", {"Tags": 7}),
    ],
)
def test_answers_of_another_shape(serving: Serving, operation: str, answer: object) -> None:
    failure = read(target(serving(lambda name: ok(name, answer if name == operation else None))))
    assert operation in failure.fact


def test_a_server_that_hangs_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            # Until the shutdown below: a thread left waiting would disturb whoever gets the descriptor next.
            with contextlib.suppress(OSError):
                while True:
                    server.accept()[0].close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        try:
            failure = read(target(f"http://127.0.0.1:{server.getsockname()[1]}"))
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
    assert "GetRegistry" in failure.fact


def test_the_account_of_the_credentials_must_be_that_of_the_target() -> None:
    with running() as url:
        failure = read(target(url, account="999999999999"))
    assert "123456789012" in failure.fact
    assert "999999999999" in failure.fact
    assert "nothing was written" in failure.remedy


def test_the_account_of_the_registry_must_be_that_of_the_target(serving: Serving) -> None:
    identity = b"<GetCallerIdentityResponse><GetCallerIdentityResult><Account>999999999999</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
    url = serving(lambda name: (200, identity) if name == "sts" else ok(name))
    assert "belongs to account 123456789012" in read(target(url, account="999999999999")).fact


class Elsewhere(Service):
    """An endpoint that stands for another Region than the one it is asked in."""

    def call(self, scope: Scope, operation: str, request: Any) -> Any:
        return super().call((scope[0], "us-east-1"), operation, request)


def test_a_registry_in_another_region_is_never_written_to() -> None:
    service = Elsewhere()
    connection = connected(service)
    connection.client.create_registry(RegistryName="ai")
    with pytest.raises(RegistryError, match=r"that answers is in Region us-east-1, but the target .* eu-central-1"):
        sync(connection, two_contracts())
    assert service.calls == {"CreateRegistry": 1, "GetRegistry": 1}


def test_a_registry_that_comes_into_being_in_another_region_stays_empty() -> None:
    service = Elsewhere()
    connection = connected(service)
    created, *others = sync(connection, two_contracts())
    assert created.ending is Ending.FAILED
    assert "is in Region us-east-1" in created.fact
    assert "delete the empty registry arn:aws:glue:us-east-1:123456789012:registry/ai by hand" in created.remedy
    assert {outcome.ending for outcome in others} == {Ending.SKIPPED}
    assert service.calls == {"GetRegistry": 1, "CreateRegistry": 1}


def test_an_identity_that_names_no_account(serving: Serving) -> None:
    url = serving(lambda _name: (200, b"<html/>"))
    assert "GetCallerIdentity" in read(target(url, account="999999999999")).fact


def test_the_local_target_needs_and_asks_nothing_of_the_user(
    no_credentials: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ENDPOINT_URL_GLUE", "http://127.0.0.1:9")
    for name in ("AWS_DEFAULTS_MODE", "AWS_ACCOUNT_ID_ENDPOINT_MODE", "AWS_STS_REGIONAL_ENDPOINTS"):
        monkeypatch.setenv(name, "no such mode")
    with running() as url:
        state = read_state(connect(target(url), local=True, attempts=1), ["one"])
    assert state.arn is None


def ok(name: str, answer: object = None) -> tuple[int, bytes]:
    return 200, json.dumps(ANSWERS[name] if answer is None else answer).encode()


def test_a_version_whose_metadata_is_full_is_told_from_an_account_that_is() -> None:
    connection, _ = in_process()
    wish = desired(contract("a.one", words("a")))
    sync(connection, wish)
    _, state = look(connection, wish)
    version = state.schemas[0].versions[0].id
    with pytest.raises(CallError) as failed:
        annotate(connection, version, tuple((f"Key{number}", "x") for number in range(10)))
    assert "ten pairs of metadata" in failed.value.remedy
