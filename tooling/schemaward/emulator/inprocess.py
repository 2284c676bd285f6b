"""The in-process face: a boto3 client whose requests never reach a socket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from schemaward.emulator import eventbridge_rest
from schemaward.emulator.faults import NoAnswerError
from schemaward.emulator.protocol import HttpAnswer, respond
from schemaward.emulator.service import Service


@dataclass(frozen=True, slots=True)
class _Answer:
    """What botocore reads of an HTTP response whose body is not streamed."""

    url: str
    status_code: int
    headers: dict[str, str]
    content: bytes


def attach(client: Any, service: Service) -> None:
    """Let ``service`` answer every request of a boto3 Glue, EventBridge Schemas or STS ``client``, through botocore's ``before-send``.

    A call whose answer is lost by a scripted fault ends in botocore's ReadTimeoutError, after its retries; where
    the script kills the process, Killed passes through the client.
    """

    def send(request: Any, **_: Any) -> _Answer:
        headers = {name.lower(): _text(value) for name, value in request.headers.items()}
        answer = _answered(service, request.method, request.url, headers, _bytes(request.body))
        carried = {"content-type": answer.content_type, "x-amzn-requestid": answer.request_id}
        return _Answer(request.url, answer.status, carried, answer.body)

    client.meta.events.register("before-send", send)


def _answered(service: Service, method: str, url: str, headers: dict[str, str], body: bytes) -> HttpAnswer:
    from botocore.exceptions import ReadTimeoutError

    try:
        if eventbridge_rest.is_rest(url):
            return eventbridge_rest.respond(service, headers, method, url, body)
        return respond(service, headers, body)
    except NoAnswerError:
        raise ReadTimeoutError(endpoint_url=url) from None


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _bytes(body: str | bytes | None) -> bytes:
    return body.encode() if isinstance(body, str) else body or b""
