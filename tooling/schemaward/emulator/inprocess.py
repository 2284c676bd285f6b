"""The in-process face: a boto3 client whose requests never reach a socket."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from schemaward.emulator.protocol import respond
from schemaward.emulator.service import Service


def attach(client: Any, service: Service) -> None:
    """Let ``service`` answer every request of a boto3 Glue or STS ``client``."""

    def send(request: Any, **_: Any) -> Any:
        from botocore.awsrequest import AWSResponse
        from botocore.compat import HTTPHeaders

        headers = {name.lower(): _text(value) for name, value in request.headers.items()}
        answer = respond(service, headers, _bytes(request.body))
        carried = HTTPHeaders()
        carried["Content-Type"] = answer.content_type
        carried["x-amzn-RequestId"] = answer.request_id
        return AWSResponse(request.url, answer.status, carried, _Raw(answer.body))

    client.meta.events.register("before-send", send)


class _Raw(io.BytesIO):
    """What botocore reads a body from."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        while block := self.read(65536):
            yield block


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _bytes(body: str | bytes | None) -> bytes:
    return body.encode() if isinstance(body, str) else body or b""
