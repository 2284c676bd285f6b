"""Runs that take long: a terminal sees that they are alive, and they end when their time is over."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import sys
from collections.abc import Iterator
from typing import Any, TextIO

import pytest
from contract_folder import Repository

from schemaward.cli import exits
from schemaward.registry import connection

COMMANDS = [("plan", "--full"), ("sync", "--full"), ("drift",), ("import",)]


@pytest.fixture
def terminal() -> Iterator[tuple[int, TextIO]]:
    """A terminal: a descriptor to read what is shown there, and a stream to write to it."""
    ours, theirs = pty.openpty()
    os.set_blocking(ours, False)
    with open(theirs, "w", encoding="utf-8") as stream:
        yield ours, stream
    os.close(ours)


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda each: each[0])
def test_a_terminal_sees_the_calls_that_are_made(
    synced: Repository, terminal: tuple[int, TextIO], monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    shown_at, stream = terminal
    # In the test itself: pytest puts its own stream back when the fixtures are done.
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr("schemaward.cli.progress._QUIET_SECONDS", 0.0)
    assert synced.run(*arguments)[0] == exits.CLEAN
    shown = ""
    with contextlib.suppress(BlockingIOError):
        while True:
            shown += os.read(shown_at, 10_000).decode()
    assert re.search(r" calls?, \d+ s", shown)
    assert shown.endswith("\r\x1b[K"), "the line is gone at the end"


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda each: each[0])
def test_no_call_is_begun_after_the_deadline(
    synced: Repository, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    times: list[float] = []
    connect = connection.connect

    def noting(*positional: Any, pace: connection.Pace, **named: Any) -> connection.Connection:
        times.append(pace.deadline - pace.clock())
        return connect(*positional, pace=pace, **named)

    monkeypatch.setattr(connection, "connect", noting)
    synced.run(*arguments, "--deadline", "77")
    assert len(times) == 1
    assert 0 < times[0] <= 77


def test_a_reading_that_is_out_of_time_says_so(synced: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    late = connection.Pace(deadline=0.0)
    monkeypatch.setattr(connection, "Pace", lambda **_: late)
    code, _, err = synced.run("drift")
    assert code == exits.REGISTRY
    assert "the time of this run was over before GetRegistry was called" in err
