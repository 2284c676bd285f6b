"""The wire of EventBridge Schemas: REST with JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from schemaward.emulator.protocol import HttpAnswer, scope_of
from schemaward.emulator.service import Service
from schemaward.emulator.state import ApiError

_REGISTRY = "/v1/registries/name/(?P<registryName>[^/]+)"
_SCHEMA = f"{_REGISTRY}/schemas/name/(?P<schemaName>[^/]+)"
_ROUTES: tuple[tuple[str, str, str, int], ...] = (
    ("GET", "/v1/registries", "ListRegistries", 200),
    ("POST", _REGISTRY, "CreateRegistry", 201),
    ("GET", _REGISTRY, "DescribeRegistry", 200),
    ("PUT", _REGISTRY, "UpdateRegistry", 200),
    ("GET", f"{_REGISTRY}/schemas", "ListSchemas", 200),
    ("POST", _SCHEMA, "CreateSchema", 201),
    ("GET", _SCHEMA, "DescribeSchema", 200),
    ("PUT", _SCHEMA, "UpdateSchema", 200),
    ("DELETE", _SCHEMA, "DeleteSchema", 204),
    ("GET", f"{_SCHEMA}/versions", "ListSchemaVersions", 200),
    ("DELETE", f"{_SCHEMA}/version/(?P<schemaVersion>[^/]+)", "DeleteSchemaVersion", 204),
    ("GET", "/tags/(?P<arn>.+)", "ListTagsForResource", 200),
    ("POST", "/tags/(?P<arn>.+)", "TagResource", 204),
    ("DELETE", "/tags/(?P<arn>.+)", "UntagResource", 204),
)
_STATUS = {"NotFoundException": 404, "ConflictException": 409, "InternalServiceException": 500}
_NUMBERS = ("limit", "nextToken", "schemaVersion")
_TEXTS = ("registryNamePrefix", "schemaNamePrefix", "scope")


def is_rest(url: str) -> bool:
    """True for what EventBridge Schemas is asked, a URL or its path; Glue and STS are asked at ``/``."""
    return urlsplit(url).path.startswith(("/v1/", "/tags/"))


def respond(service: Service, headers: Mapping[str, str], method: str, url: str, body: bytes) -> HttpAnswer:
    """The answer to one request; an error has its code under ``__type``. ``headers`` has lower-case names.

    Raises NoAnswerError and Killed where a scripted fault leaves the call without an answer.
    """
    try:
        operation, status, request = _request(method, url, body)
    except ApiError as error:
        return _refusal(service, error)
    result = service.call_eventbridge(scope_of(service, headers), operation, request)
    return _refusal(service, result) if isinstance(result, ApiError) else _json(service, status, result)


def _refusal(service: Service, error: ApiError) -> HttpAnswer:
    content = {"__type": error.code, "Code": error.code, "Message": error.message}
    return _json(service, _STATUS.get(error.code, 400), content)


def _json(service: Service, status: int, content: dict[str, Any]) -> HttpAnswer:
    body = b"" if status == 204 else json.dumps(content).encode()
    return HttpAnswer(status, "application/json", service.new_id(), body)


def _request(method: str, url: str, body: bytes) -> tuple[str, int, dict[str, Any]]:
    """The operation, the status of its success, and its parameters. Raises ApiError."""
    parts = urlsplit(url)
    for verb, pattern, operation, status in _ROUTES:
        match = re.fullmatch(pattern, parts.path) if verb == method else None
        if match:
            names = {name: unquote(value) for name, value in match.groupdict().items()}
            names |= {"resource-arn": names.pop("arn")} if "arn" in names else {}
            asked = parse_qs(parts.query)
            query = {name: asked[name][0] for name in (*_NUMBERS, *_TEXTS) if name in asked}
            request = {**_content(body), **query, **names, "tagKeys": asked.get("tagKeys", [])}
            if not all(request[name].isdecimal() and len(request[name]) < 7 for name in _NUMBERS if name in request):
                raise ApiError("BadRequestException", "limit, nextToken and schemaVersion are numbers.")
            return operation, status, request
    raise ApiError("NotFoundException", f"There is no {method} at {parts.path[:80]}.")


def _content(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise ApiError("BadRequestException", "The request body is no JSON object.")
    texts = (value for name, value in content.items() if name != "tags")
    tags = content.get("tags", {})
    if not isinstance(tags, dict) or not all(isinstance(value, str) for value in (*texts, *tags.values())):
        raise ApiError("BadRequestException", "The members of the request are texts, and so are the values of tags.")
    return content
