"""How long a run may take, and a line on a terminal that tells that it is still alive."""

from __future__ import annotations

import threading
import time

import click

_QUIET_SECONDS = 2.0
_EVERY_SECONDS = 0.25
_CLEAR = "\r\x1b[K"

deadline_option = click.option(
    "--deadline",
    metavar="SECONDS",
    type=click.IntRange(1, 86400),
    default=1500,
    show_default=True,
    help="Begin nothing new, and wait for nothing, after this time.",
)


class Progress:
    """Shows a number (of a ``noun``: calls, records ...) and the time, when a run takes longer than a moment and somebody can see it.

    Threads share it.
    """

    def __init__(self, *, shown: bool, noun: str = "call") -> None:
        self._shown = shown
        self._noun = noun
        self._start = time.monotonic()
        self._next = self._start + _QUIET_SECONDS
        self._written = False
        self._lock = threading.Lock()

    def watch(self, count: int) -> None:
        """Hear how many there are by now."""
        now = time.monotonic()
        with self._lock:
            if self._shown and now >= self._next:
                noun = self._noun if count == 1 else f"{self._noun}s"
                click.echo(f"{_CLEAR}{count:,} {noun}, {now - self._start:.0f} s", err=True, nl=False)
                self._next, self._written = now + _EVERY_SECONDS, True

    def tell(self, text: str) -> None:
        """Print ``text`` on standard output, where the line on standard error may be in sight too."""
        with self._lock:
            self._clear()
            click.echo(text)

    def end(self) -> None:
        """Leave an empty line behind."""
        with self._lock:
            self._clear()

    def _clear(self) -> None:
        if self._written:
            click.echo(_CLEAR, err=True, nl=False)
            self._written = False
