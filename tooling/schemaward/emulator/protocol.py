"""The wire: AWS JSON 1.1 for Glue, and the query protocol for the one STS call that shows the account."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from schemaward.emulator.service import ASSUME, WHO_AM_I, Service
from schemaward.emulator.state import ApiError, Scope

MAX_BODY = 4 * 1024 * 1024
"""Bytes: the longest definition, with every character escaped, and room to spare."""

DEFAULT_REGION = "us-east-1"

_TARGET = "AWSGlue."
_CREDENTIAL = re.compile(r"Credential=([^/\s,]{1,128})/\d{8}/([a-z0-9-]{1,40})/")
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::([0-9]{12}):role/[\w+=,.@/-]{1,512}")
_STS = "https://sts.amazonaws.com/doc/2011-06-15/"


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """Status, content type, request id and body of one HTTP answer."""

    status: int
    content_type: str
    request_id: str
    body: bytes


def respond(service: Service, headers: Mapping[str, str], body: bytes) -> HttpAnswer:
    """The answer to one POST, whatever was sent. ``headers`` has lower-case names.

    Raises NoAnswerError and Killed where a scripted fault leaves the call without an answer.
    """
    scope = scope_of(service, headers)
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return _sts(service, scope, body)
    target = headers.get("x-amz-target", "")
    if not target.startswith(_TARGET):
        shown = json.dumps(target[:80])
        return refuse(service, ApiError("UnknownOperationException", f"The X-Amz-Target {shown} is no Glue operation."))
    try:
        request = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return refuse(service, ApiError("SerializationException", "The request body is not JSON."))
    result = service.call(scope, target.removeprefix(_TARGET), request)
    return refuse(service, result) if isinstance(result, ApiError) else _json(service, 200, result)


def refuse(service: Service, error: ApiError, status: int | None = None) -> HttpAnswer:
    """The answer that carries an error."""
    return _json(service, status or _status(error), {"__type": error.code, "Message": error.message})


def _status(error: ApiError) -> int:
    return 500 if error.code == "InternalServiceException" else 400


def scope_of(service: Service, headers: Mapping[str, str]) -> Scope:
    """The account and Region of a request.

    The Region is in the credential scope of the signature. An access key id of twelve digits names the account.
    """
    found = _CREDENTIAL.search(headers.get("authorization", ""))
    if found is None:
        return service.account, DEFAULT_REGION
    key, region = found.groups()
    return (key if re.fullmatch(r"[0-9]{12}", key) else service.account), region


def _json(service: Service, status: int, content: Any) -> HttpAnswer:
    return HttpAnswer(status, "application/x-amz-json-1.1", service.new_id(), json.dumps(content).encode())


def _sts(service: Service, scope: Scope, body: bytes) -> HttpAnswer:
    """AWS Security Token Service: GetCallerIdentity and AssumeRole."""
    asked = parse_qs(body.decode("utf-8", "replace"))
    action = asked.get("Action", [""])[0]
    if action == ASSUME:
        return _assumed(service, asked.get("RoleArn", [""])[0])
    account = service.who_am_i(scope) if action == WHO_AM_I else ApiError("InvalidAction", f"No action {action[:80]}")
    if isinstance(account, ApiError):
        return _sts_refusal(service, account)
    identity = f"<Arn>arn:aws:iam::{account}:root</Arn><UserId>{account}</UserId><Account>{account}</Account>"
    return _sts_result(service, WHO_AM_I, identity)


def _assumed(service: Service, role: str) -> HttpAnswer:
    """Credentials of the account of a role, whoever asks: their key id is its number, see ``scope_of``."""
    found = _ROLE.fullmatch(role)
    refusal = ApiError("ValidationError", f"{role[:80]} is no ARN of a role")
    account = service.answered(ASSUME, lambda: found[1] if found else refusal)
    if isinstance(account, ApiError):
        return _sts_refusal(service, account)
    secrets = "<SecretAccessKey>emulator</SecretAccessKey><SessionToken>emulator</SessionToken>"
    issued = f"<AccessKeyId>{account}</AccessKeyId>{secrets}<Expiration>2100-01-01T00:00:00Z</Expiration>"
    return _sts_result(service, ASSUME, f"<Credentials>{issued}</Credentials>")


def _sts_result(service: Service, action: str, result: str) -> HttpAnswer:
    request_id = service.new_id()
    content = f"<{action}Result>{result}</{action}Result>"
    content += f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>"
    return _xml(200, request_id, f"{action}Response", content)


def _sts_refusal(service: Service, error: ApiError) -> HttpAnswer:
    request_id = service.new_id()
    detail = f"<Type>Sender</Type><Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
    content = f"<Error>{detail}</Error><RequestId>{request_id}</RequestId>"
    return _xml(_status(error), request_id, "ErrorResponse", content)


def _xml(status: int, request_id: str, root: str, content: str) -> HttpAnswer:
    return HttpAnswer(status, "text/xml", request_id, f'<{root} xmlns="{_STS}">{content}</{root}>'.encode())
