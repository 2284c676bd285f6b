"""The way to a registry: one boto3 client for one target, patience, and every failure turned into one clear message.

boto3 is imported here and nowhere else, inside the functions.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from schemaward.errors import RegistryError, UsageError
from schemaward.model import RegistryKind, Role, Target
from schemaward.registry.eventbridge import GlueFace
from schemaward.registry.failures import OUT_OF_TIME, CallError, api_name, failed_call, garbage, no_session

Answer: TypeAlias = dict[str, Any]

_ATTEMPTS = 10
_CONNECT_SECONDS = 5
_READ_SECONDS = 15
_SHORTEST_PAUSE = 0.1
_LONGEST_PAUSE = 10.0
_PAGE = 100
_MOST_PAGES = 1000
_HARMLESS = ("get_", "list_", "query_", "put_schema_version_metadata")
"""Calls that need no guard: a run that has lost the registry may still say where its versions come from."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How time passes: ``timeout`` bounds the wait for one version (seconds), ``deadline`` the run (by ``clock``)."""

    timeout: float = 120.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    deadline: float = math.inf

    def rest(self, seconds: float) -> None:
        """Sleep, at most until the time of the run is over."""
        self.sleep(max(0.0, min(seconds, self.deadline - self.clock())))


def _unwatched(_count: int) -> None:
    """Nobody wants to know."""


class Calls:
    """Counts the requests that were sent, repeated ones too; ``watch`` hears the count. Threads share it."""

    def __init__(self, watch: Callable[[int], None] = _unwatched) -> None:
        self.count = 0
        self._watch = watch
        self._lock = threading.Lock()

    def add(self) -> None:
        """Count one request."""
        with self._lock:
            self.count += 1
            self._watch(self.count)


def _unguarded() -> None:
    """Nothing stands in the way of a write."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A client for one target, and how it is used.

    ``attempts`` bounds the tries of one call, ``jobs`` the contracts that are worked on at a time. ``guard`` is asked
    before every try of a call that changes what others rely on, and raises when it must not be made.
    """

    target: Target
    client: Any
    attempts: int = _ATTEMPTS
    jobs: int = 4
    pace: Pace = field(default_factory=Pace)
    guard: Callable[[], None] = _unguarded
    calls: Calls = field(default_factory=Calls)


def connect(
    target: Target,
    role: Role = Role.PLAN,
    *,
    local: bool = False,
    attempts: int = _ATTEMPTS,
    jobs: int = 4,
    pace: Pace | None = None,
    calls: Calls | None = None,
) -> Connection:
    """Open ``target`` as ``role`` and, when it names an account, make sure that the credentials belong to that account.

    ``local`` ignores all AWS settings of the user and signs with dummy credentials. Raises UsageError when boto3 is
    not installed, RegistryError for everything else.
    """
    session = _session(target, local)
    glue = _registry_client(session, target, local)
    connection = Connection(target, glue, attempts, jobs, pace or Pace(), calls=calls or Calls())
    if arn := target.role_arn(role):
        session = _assumed(connection, _sts_client(session, target, local), arn)
        connection = replace(connection, client=_registry_client(session, target, local))
    if target.account:
        _require_account(connection, _sts_client(session, target, local))
    return connection


def call(connection: Connection, operation: str, parameters: dict[str, Any]) -> Answer:
    """Make one call, by its botocore name (``get_schema``), again where that may help. Raises CallError."""
    return _called(connection, connection.client, operation, parameters)


def pages(connection: Connection, operation: str, key: str, parameters: dict[str, Any]) -> Iterator[Any]:
    """All items under ``key`` over all pages of a listing. Raises CallError."""
    token: dict[str, Any] = {}
    for _ in range(_MOST_PAGES):
        page = call(connection, operation, {**parameters, "MaxResults": _PAGE, **token})
        yield from _listed(connection.target, operation, page, key)
        if not page.get("NextToken"):
            return
        token = {"NextToken": page["NextToken"]}
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


def pauses() -> Iterator[float]:
    """Longer and longer pauses (seconds), without end."""
    pause = _SHORTEST_PAUSE
    while True:
        yield pause
        pause = min(pause * 1.7, _LONGEST_PAUSE)


def _called(connection: Connection, client: Any, operation: str, parameters: dict[str, Any]) -> Answer:
    for tried, pause in enumerate(pauses(), 1):
        require_time(connection.pace, operation)
        if not operation.startswith(_HARMLESS):
            connection.guard()
        connection.calls.add()
        try:
            return _guarded(connection.target, operation, lambda: getattr(client, operation)(**parameters))
        except CallError as error:
            if tried >= min(error.tries, connection.attempts):
                raise
        connection.pace.rest(pause)
    raise AssertionError("pauses never end")


def require_time(pace: Pace, operation: str) -> None:
    """Raises CallError when the time of the run is over before ``operation``, a botocore name."""
    if pace.clock() >= pace.deadline:
        fact = f"the time of this run was over before {api_name(operation)} was called"
        remedy = "run the command again, it goes on where it stopped; or give it a longer --deadline"
        raise CallError(fact, remedy, OUT_OF_TIME)


def _guarded(target: Target, operation: str, ask: Callable[[], Answer]) -> Answer:
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    try:
        answer = ask()
    except (BotoCoreError, ClientError) as error:
        raise failed_call(target, operation, error) from error
    except (ResponseParserError, AttributeError, TypeError, ValueError, LookupError) as error:
        # botocore's parser meets an answer that is JSON of another shape, or not text at all, with any of these.
        raise garbage(target, operation, f"{type(error).__name__}: {error}") from error
    if not isinstance(answer, dict):
        raise garbage(target, operation, "no object")
    return answer


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


def _registry_client(session: Any, target: Target, local: bool) -> Any:
    if target.kind is RegistryKind.EVENTBRIDGE:
        return GlueFace(_client(session, "schemas", target, local, target.endpoint), target)
    return _client(session, "glue", target, local, target.endpoint)


def _sts_client(session: Any, target: Target, local: bool) -> Any:
    """The emulator answers as STS too. AWS has no endpoint without TLS, and one of the registry knows no STS."""
    plain = target.endpoint is not None and target.endpoint.lower().startswith("http:")
    return _client(session, "sts", target, local, target.endpoint if plain else None)


def _client(session: Any, service: str, target: Target, local: bool, endpoint: str | None) -> Any:
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        # Adaptive: throttled answers slow down the sending; our own emulator need not be spared. The tries themselves
        # are ours, so that each can be counted, guarded and kept within the time of the run.
        retries={"mode": "standard" if local else "adaptive", "total_max_attempts": 1},
        user_agent_extra="schemaward",
    )
    if local:
        # No proxy of the environment may come between us and our own emulator.
        config = config.merge(Config(proxies={}, use_fips_endpoint=False, use_dualstack_endpoint=False))
    try:
        return session.client(service, endpoint_url=endpoint, config=config)
    except (BotoCoreError, ValueError) as error:
        raise no_session(target, error) from error


def _assumed(connection: Connection, sts: Any, arn: str) -> Any:
    """A session in the role ``arn``. It lasts an hour, the default of AWS: longer than a sync."""
    import boto3

    target = connection.target
    run = os.environ.get("GITHUB_RUN_ID", "")
    # The name is what CloudTrail shows beside each call.
    name = f"schemaward-{run}" if run.isdecimal() else "schemaward"
    answer = _called(connection, sts, "assume_role", {"RoleArn": arn, "RoleSessionName": name})
    issued = answer.get("Credentials") or {}
    return boto3.session.Session(
        aws_access_key_id=text(connection, "assume_role", issued, "AccessKeyId"),
        aws_secret_access_key=text(connection, "assume_role", issued, "SecretAccessKey"),
        aws_session_token=text(connection, "assume_role", issued, "SessionToken"),
        region_name=target.region,
    )


def _require_account(connection: Connection, sts: Any) -> None:
    answer = _called(connection, sts, "get_caller_identity", {})
    actual = answer.get("Account")
    if not isinstance(actual, str):
        raise garbage(connection.target, "get_caller_identity", 'no text "Account"')
    if actual != connection.target.account:
        fact = f"the credentials belong to account {actual}"
        raise _wrong_place(connection.target, fact, "account", "nothing was written")


def require_place(target: Target, operation: str, arn: str, so_far: str) -> None:
    """The ARN of a registry tells its Region and account without any permission. ``so_far``: what was done until now.

    Raises RegistryError when either is not the one of ``target``, CallError when it is no such ARN.
    """
    parts = arn.split(":")
    if len(parts) < 6 or parts[2] not in ("glue", "schemas"):
        raise garbage(target, operation, f'"{arn}" is no ARN of a registry')
    if parts[3] != target.region:
        fact = f"the registry {target.registry} that answers is in Region {parts[3]}"
        raise _wrong_place(target, fact, "region", so_far)
    if target.account and parts[4] != target.account:
        fact = f"the registry {target.registry} belongs to account {parts[4]}"
        raise _wrong_place(target, fact, "account", so_far)


def _wrong_place(target: Target, fact: str, field: str, so_far: str) -> RegistryError:
    """The refusal to work in an account or a Region that the target does not name."""
    named = f"Region {target.region}" if field == "region" else f"account {target.account}"
    way = "an `endpoint`" if field == "region" else "credentials"
    remedy = f"use {way} of {named}, or correct `{field}` in contracts/registries.yaml; {so_far}"
    return RegistryError(f'{fact}, but the target "{target.name}" names {named}', remedy)
