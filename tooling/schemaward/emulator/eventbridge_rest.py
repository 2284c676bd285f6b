"""The wire of EventBridge Schemas: REST with JSON. One object holds the state that changes."""

from __future__ import annotations

import json
import re
import threading
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from schemaward.emulator.eventbridge import State, answer
from schemaward.emulator.state import ApiError
from schemaward.emulator.storage import Scope

_REGISTRY = "/v1/registries/name/(?P<registryName>[^/]+)"
_SCHEMA = f"{_REGISTRY}/schemas/name/(?P<schemaName>[^/]+)"
_ROUTES: tuple[tuple[str, str, str, int], ...] = (
    ("POST", _REGISTRY, "CreateRegistry", 201),
    ("GET", _REGISTRY, "DescribeRegistry", 200),
    ("PUT", _REGISTRY, "UpdateRegistry", 200),
    ("GET", f"{_REGISTRY}/schemas", "ListSchemas", 200),
    ("POST", _SCHEMA, "CreateSchema", 201),
    ("GET", _SCHEMA, "DescribeSchema", 200),
    ("PUT", _SCHEMA, "UpdateSchema", 200),
    ("DELETE", _SCHEMA, "DeleteSchema", 204),
    ("GET", f"{_SCHEMA}/versions", "ListSchemaVersions", 200),
    ("GET", "/tags/(?P<arn>.+)", "ListTagsForResource", 200),
    ("POST", "/tags/(?P<arn>.+)", "TagResource", 204),
)
_STATUS = {"NotFoundException": 404, "ConflictException": 409}
_QUERY = frozenset({"limit", "nextToken", "schemaVersion"})


def is_rest(path: str) -> bool:
    """True for the paths of EventBridge Schemas; Glue and STS are asked at ``/``."""
    return path.startswith(("/v1/registries/", "/tags/"))


class Schemas:
    """EventBridge Schemas for all accounts and Regions. Nothing is kept on disk."""

    def __init__(self) -> None:
        self._states: dict[Scope, State] = {}
        self._lock = threading.Lock()

    def respond(self, scope: Scope, method: str, url: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """Status and content of the answer; an error has its code under ``__type``."""
        try:
            operation, status, request = _request(method, url, body)
            with self._lock:
                state, content = answer(self._states.get(scope, State()), scope, operation, request)
                self._states[scope] = state
        except ApiError as error:
            return _STATUS.get(error.code, 400), {"__type": error.code, "Code": error.code, "Message": error.message}
        return status, content


def _request(method: str, url: str, body: bytes) -> tuple[str, int, dict[str, Any]]:
    """The operation, the status of its success, and its parameters. Raises ApiError."""
    parts = urlsplit(url)
    for verb, pattern, operation, status in _ROUTES:
        match = re.fullmatch(pattern, parts.path) if verb == method else None
        if match:
            names = {name: unquote(value) for name, value in match.groupdict().items()}
            names |= {"resource-arn": names.pop("arn")} if "arn" in names else {}
            query = {name: value for name, value in parse_qsl(parts.query) if name in _QUERY}
            if not all(value.isdecimal() and len(value) < 7 for value in query.values()):
                raise ApiError("BadRequestException", "limit, nextToken and schemaVersion are numbers.")
            return operation, status, {**_content(body), **query, **names}
    raise ApiError("NotFoundException", f"There is no {method} at {parts.path[:80]}.")


def _content(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise ApiError("BadRequestException", "The request body is no JSON object.")
    texts = (value for name, value in content.items() if name != "tags")
    if not all(isinstance(value, str) for value in texts) or not isinstance(content.get("tags", {}), dict):
        raise ApiError("BadRequestException", "The members of the request are texts, and tags is an object.")
    return content
