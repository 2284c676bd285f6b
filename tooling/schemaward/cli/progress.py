"""A line on a terminal that tells that a long run is still alive."""

from __future__ import annotations

import time

import click

_QUIET_SECONDS = 2.0
_EVERY_SECONDS = 0.25
_CLEAR = "\r\x1b[K"


class Progress:
    """Shows a number (of calls, records ...) and the time, when a run takes longer than a moment and somebody can see it."""

    def __init__(self, *, shown: bool, what: str = "calls") -> None:
        self._shown = shown
        self._what = what
        self._start = time.monotonic()
        self._next = self._start + _QUIET_SECONDS
        self._written = False

    def watch(self, count: int) -> None:
        """Hear how many there are by now."""
        now = time.monotonic()
        if self._shown and now >= self._next:
            click.echo(f"{_CLEAR}{count:,} {self._what}, {now - self._start:.0f} s", err=True, nl=False)
            self._next, self._written = now + _EVERY_SECONDS, True

    def end(self) -> None:
        """Leave an empty line behind."""
        if self._written:
            click.echo(_CLEAR, err=True, nl=False)
