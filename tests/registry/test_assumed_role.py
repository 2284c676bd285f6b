"""The role of a target: assumed before anything else, and the account is that of the role."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from schemaward.errors import RegistryError
from schemaward.model import Role, Target
from schemaward.registry.connection import call, connect

ROLE = "arn:aws:iam::111122223333:role/schemas"
CREDENTIALS = "<AccessKeyId>{}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2026-11-22T00:00:00Z</Expiration>"
ASSUMED = f"<AssumeRoleResponse><AssumeRoleResult><Credentials>{CREDENTIALS.format('ASSUMED')}</Credentials></AssumeRoleResult></AssumeRoleResponse>"
IDENTITY = "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>{}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
DENIED = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>"

Serving = Callable[[Callable[[str], tuple[int, bytes]]], str]


def opened(serving: Serving, *sts: tuple[int, str]) -> tuple[Target, list[str]]:
    """A target with a role at a server that gives the ``sts`` answers in order, and the calls that it sees."""
    answers, seen = list(sts), []

    def answer(operation: str) -> tuple[int, bytes]:
        seen.append(operation)
        if operation == "sts":
            status, body = answers.pop(0)
            return status, body.encode()
        return 200, json.dumps({"RegistryArn": "arn", "RegistryName": "ai"}).encode()

    url = serving(answer)
    return Target("prod", "ai", "eu-west-1", account="111122223333", roles=((Role.PLAN, ROLE),), endpoint=url), seen


def test_sts_is_not_asked_at_an_endpoint_that_is_the_registrys_alone(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, seen = opened(serving, (200, ASSUMED), (200, IDENTITY.format("111122223333")))
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", str(target.endpoint))
    inside = "https://vpce-0a1b.glue.eu-west-1.vpce.amazonaws.com"
    connection = connect(replace(target, endpoint=inside))
    assert connection.client.meta.endpoint_url == inside
    assert seen == ["sts", "sts"]


def test_calls_are_signed_with_the_credentials_of_the_role(serving: Serving) -> None:
    target, seen = opened(serving, (200, ASSUMED), (200, IDENTITY.format("111122223333")))
    connection = connect(target)
    signed: list[str] = []

    def note(request: Any, **_: Any) -> None:
        signed.append(request.headers["Authorization"].decode())

    connection.client.meta.events.register("before-send.glue", note)
    call(connection, "get_registry", {"RegistryId": {"RegistryName": "ai"}})
    assert "Credential=ASSUMED/" in signed[0]
    assert seen == ["sts", "sts", "GetRegistry"]


def test_a_role_that_may_not_be_assumed_is_told_before_any_call_of_glue(serving: Serving) -> None:
    target, seen = opened(serving, (403, DENIED))
    with pytest.raises(RegistryError) as failure:
        connect(target)
    assert failure.value.fact.startswith('AssumeRole on target "prod"')
    assert "sts:AssumeRole" in failure.value.remedy
    assert seen == ["sts"]


def test_a_role_in_another_account_than_the_target_names(serving: Serving) -> None:
    target, seen = opened(serving, (200, ASSUMED), (200, IDENTITY.format("999999999999")))
    with pytest.raises(RegistryError, match="999999999999"):
        connect(target)
    assert seen == ["sts", "sts"]


def test_an_answer_without_credentials(serving: Serving) -> None:
    target, _ = opened(serving, (200, "<AssumeRoleResponse><AssumeRoleResult/></AssumeRoleResponse>"))
    with pytest.raises(RegistryError, match="AssumeRole"):
        connect(target)
