"""No way to AWS, and servers that answer what a test tells them to."""

from __future__ import annotations

import http.server
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

Answer = tuple[int, bytes]
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


@pytest.fixture(autouse=True)
def _no_way_to_aws(aws_models: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    # Where a test forgets the endpoint, it ends at the discard port of this machine.
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that does not wait for its answer is what some tests are about."""


@pytest.fixture
def serving() -> Iterator[Callable[[Callable[[str], Answer]], str]]:
    """Start a server whose answers a function gives by the name of the call; returns its URL."""
    running: list[tuple[_Server, threading.Thread]] = []

    def start(answer: Callable[[str], Answer]) -> str:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                operation = self.headers.get("X-Amz-Target", "sts").rpartition(".")[2]
                status, body = answer(operation)
                self.send_response(status)
                # A body that ends in "..." is announced as longer than it is.
                self.send_header("Content-Length", str(len(body) + 50 * body.endswith(b"...")))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Tests print nothing."""

        server = _Server(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def no_rivals(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sync that need not wait for another one to come to rest."""
    monkeypatch.setattr("schemaward.registry.lease._QUICK", 0.0)
    monkeypatch.setattr("schemaward.registry.lease._STOPPED", 0.0)


@contextmanager
def _without(monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]) -> Iterator[None]:
    with monkeypatch.context() as patch:
        for name in names:
            patch.delenv(name, raising=False)
        yield


@pytest.fixture
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An environment in which no credentials can be found."""
    with _without(monkeypatch, tuple(CREDENTIALS)):
        yield
