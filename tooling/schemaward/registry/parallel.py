"""Work on several things at a time, with results in the order of the things."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def _nothing() -> None:
    """Nobody has to be told."""


def in_parallel(
    jobs: int, work: Callable[[_Item], _Result], items: Sequence[_Item], over: Callable[[], None] = _nothing
) -> Iterator[_Result]:
    """The result of ``work`` for each item, in order, at most ``jobs`` at a time (1: in the thread of the caller).

    When ``work`` raises, or the caller stops listening, nothing new is begun; ``over`` is called before what is
    still going on is waited for.
    """
    if jobs == 1:
        yield from map(work, items)
        return
    pool = ThreadPoolExecutor(jobs)
    try:
        yield from pool.map(work, items)
    finally:
        over()
        pool.shutdown(cancel_futures=True)
