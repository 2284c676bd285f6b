"""The way to a registry: boto3 clients for one target, and every failure turned into one clear message.

boto3 is imported here and nowhere else, inside the functions.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from schemaward.errors import RegistryError, UsageError
from schemaward.model import Target
from schemaward.registry.failures import failed_call, garbage, no_session

Answer: TypeAlias = dict[str, Any]

_ATTEMPTS = 10
_FIRST_ATTEMPTS = 3
_CONNECT_SECONDS = 5
_READ_SECONDS = 30
_MOST_PAGES = 1000


@dataclass(frozen=True, slots=True)
class Connection:
    """Clients for one target. ``first`` gives up early: it asks whether anybody is there; ``client`` is patient."""

    target: Target
    client: Any
    first: Any


def connect(target: Target, *, local: bool = False, attempts: int = _ATTEMPTS) -> Connection:
    """Open ``target`` and, when it names an account, make sure that the credentials belong to that account.

    ``local`` ignores all AWS settings of the user and signs with dummy credentials. ``attempts`` bounds the tries
    of one call. Raises UsageError when boto3 is not installed, RegistryError for everything else.
    """
    session = _session(target, local)
    first = min(attempts, _FIRST_ATTEMPTS)
    connection = Connection(
        target, _client(session, "glue", target, attempts, local), _client(session, "glue", target, first, local)
    )
    if target.account:
        _require_account(target, _client(session, "sts", target, first, local))
    return connection


def call(connection: Connection, operation: str, parameters: dict[str, Any], *, patient: bool = True) -> Answer:
    """Make one call, by its botocore name (``get_schema``). Raises CallError."""
    client = connection.client if patient else connection.first
    return _call(connection.target, client, operation, parameters)


def pages(connection: Connection, operation: str, key: str, parameters: dict[str, Any]) -> Iterator[Any]:
    """All items under ``key`` over all pages of a listing. Raises CallError."""
    iterator = iter(connection.client.get_paginator(operation).paginate(**parameters))
    for _ in range(_MOST_PAGES):
        page = _guarded(connection.target, operation, lambda: next(iterator, None))
        if page is None:
            return
        yield from _listed(connection.target, operation, page, key)
    raise garbage(connection.target, operation, f"more than {_MOST_PAGES} pages")


def text(connection: Connection, operation: str, answer: Answer, key: str) -> str:
    """A text that the answer must hold. Raises CallError when it does not."""
    value = answer.get(key) if isinstance(answer, dict) else None
    if not isinstance(value, str):
        raise garbage(connection.target, operation, f'no text "{key}"')
    return value


def number(connection: Connection, operation: str, answer: Answer, key: str) -> int:
    """A number that the answer must hold. Raises CallError when it does not."""
    value = answer.get(key) if isinstance(answer, dict) else None
    if not isinstance(value, int) or isinstance(value, bool):
        raise garbage(connection.target, operation, f'no number "{key}"')
    return value


def _call(target: Target, client: Any, operation: str, parameters: dict[str, Any]) -> Answer:
    answer: Answer = _guarded(target, operation, lambda: getattr(client, operation)(**parameters))
    return answer


def _guarded(target: Target, operation: str, ask: Any) -> Any:
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    try:
        return ask()
    except (BotoCoreError, ClientError) as error:
        raise failed_call(target, operation, error) from error
    except (ResponseParserError, AttributeError, TypeError, ValueError, LookupError) as error:
        # botocore's parser meets an answer that is JSON of another shape, or not text at all, with any of these.
        raise garbage(target, operation, f"{type(error).__name__}: {error}") from error


def _listed(target: Target, operation: str, page: Answer, key: str) -> list[Any]:
    items = page.get(key)
    if not isinstance(items, list):
        raise garbage(target, operation, f'no list "{key}"')
    return items


def _session(target: Target, local: bool) -> Any:
    try:
        import boto3
        import botocore.exceptions
        import botocore.session
    except ImportError:
        fact = "boto3, which talks to AWS, is not installed"
        raise UsageError(fact, 'install it with the extra "aws": pip install "schemaward[aws]"') from None
    try:
        if not local:
            return boto3.session.Session(region_name=target.region or None)
        known = botocore.session.Session.SESSION_VARIABLES
        settings = {name: (None, None, default, None) for name, (_, _, default, _) in known.items()}
        settings |= dict.fromkeys(("config_file", "credentials_file"), (None, None, os.devnull, None))
        core = botocore.session.Session(session_vars=settings)
        core.set_credentials("local", "local")
        return boto3.session.Session(botocore_session=core, region_name=target.region)
    except botocore.exceptions.BotoCoreError as error:
        raise no_session(target, error) from error


def _client(session: Any, service: str, target: Target, attempts: int, local: bool) -> Any:
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"mode": "adaptive", "total_max_attempts": attempts},
        user_agent_extra="schemaward",
    )
    if local:
        # No proxy of the environment may come between us and our own emulator.
        config = config.merge(Config(proxies={}, use_fips_endpoint=False, use_dualstack_endpoint=False))
    try:
        return session.client(service, endpoint_url=target.endpoint, config=config)
    except (BotoCoreError, ValueError) as error:
        raise no_session(target, error) from error


def _require_account(target: Target, sts: Any) -> None:
    answer = _call(target, sts, "get_caller_identity", {})
    actual = answer.get("Account")
    if not isinstance(actual, str):
        raise garbage(target, "get_caller_identity", 'no text "Account"')
    if actual != target.account:
        raise wrong_account(target, f"the credentials belong to account {actual}")


def wrong_account(target: Target, fact: str) -> RegistryError:
    """The refusal to work in an account that the target does not name."""
    return RegistryError(
        f'{fact}, but the target "{target.name}" names account {target.account}',
        f"use credentials of account {target.account}, or correct `account` in contracts/registries.yaml; nothing was written",
    )
