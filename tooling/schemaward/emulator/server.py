"""The HTTP face: sockets and headers, nothing else."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

from schemaward.emulator import eventbridge_rest
from schemaward.emulator.control import look, replace_faults
from schemaward.emulator.faults import Killed, NoAnswerError
from schemaward.emulator.options import Options
from schemaward.emulator.protocol import MAX_BODY, HttpAnswer, refuse, respond
from schemaward.emulator.service import Service
from schemaward.emulator.state import ApiError, Judge
from schemaward.errors import UsageError

LOOPBACK = "127.0.0.1"


@contextmanager
def running(options: Options | None = None, judge: Judge | None = None) -> Iterator[str]:
    """A registry on a free port that answers while the context lasts, and its URL.

    >>> with running() as url:
    ...     url.startswith("http://127.0.0.1:")
    True
    """
    with serving(Service(options, judge=judge)) as url:
        yield url


@contextmanager
def serving(service: Service, host: str = LOOPBACK, port: int = 0) -> Iterator[str]:
    """The URL under which ``service`` answers while the context lasts. Port 0 takes a free one.

    Raises UsageError when the address cannot be had.
    """
    with _bound(service, host, port) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield _url(server)
        finally:
            server.shutdown()
            thread.join()


def _bound(service: Service, host: str, port: int) -> _Server:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        kind = _Server if family == socket.AF_INET else _Server6
        return kind((host, port), service)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"cannot listen on {host}, port {port}: {reason}", "choose another --port or --host") from None


def _url(server: _Server) -> str:
    host, port = server.server_address[:2]
    return f"http://[{host!s}]:{port}" if server.address_family == socket.AF_INET6 else f"http://{host!s}:{port}"


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], service: Service) -> None:
        self.service = service
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up in the middle is no event worth a traceback."""


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 60
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        """One call; without an answer where a scripted fault takes it."""
        body = self._body()
        if body is None or self._rest(body):
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            answer = respond(self.server.service, headers, body)
        except (NoAnswerError, Killed):
            self.close_connection = True
        else:
            self._send(answer)

    def do_PUT(self) -> None:
        """A new script of faults."""
        body = self._body()
        if body is not None and not self._rest(body):
            self._send(replace_faults(self.server.service, self.path, body))

    def do_GET(self) -> None:
        """The script of faults; elsewhere a greeting, for a script that waits until the emulator is up."""
        if not self._rest(b""):
            self._send(look(self.server.service, self.path))

    def do_DELETE(self) -> None:
        """A call of EventBridge Schemas."""
        self._rest(b"")

    def version_string(self) -> str:
        """What the Server header says."""
        return "schemaward-emulator"

    def log_message(self, format: str, *args: Any) -> None:
        """Standard error belongs to the command line."""

    def _rest(self, body: bytes) -> bool:
        """Answer a call of EventBridge Schemas; False when it is none."""
        if not eventbridge_rest.is_rest(self.path):
            if self.command == "DELETE":
                self._hang_up(404, "There is nothing to delete here.")
            return False
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            self._send(eventbridge_rest.respond(self.server.service, headers, self.command, self.path, body))
        except (NoAnswerError, Killed):
            self.close_connection = True
        return True

    def _body(self) -> bytes | None:
        """The body of the request; None when it was refused."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or len(length) > 12:
            self._hang_up(411, "A Content-Length is required.")
        elif int(length) > MAX_BODY:
            self._hang_up(413, f"A request has at most {MAX_BODY} bytes.")
        else:
            return self.rfile.read(int(length))
        return None

    def _hang_up(self, status: int, message: str) -> None:
        self.close_connection = True
        self._send(refuse(self.server.service, ApiError("SerializationException", message), status))

    def _send(self, answer: HttpAnswer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("x-amzn-RequestId", answer.request_id)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)
