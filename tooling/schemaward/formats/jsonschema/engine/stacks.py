"""Deep recursion without a deep risk: what is nested too deeply for the usual stack is done again on a large one."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")

_STACK = 512 * 1024 * 1024
"""Bytes of address space; only what is used becomes memory."""
_FRAMES = 60_000

_one_at_a_time = threading.Lock()
_here = threading.local()
"""Has ``deep`` in a thread that has the large stack already."""


def with_deep_stack(question: Callable[[], Answer]) -> Answer:
    """The answer of ``question``, which may be asked twice; raises what it raises, RecursionError only as a last word."""
    if getattr(_here, "deep", False):
        return question()
    try:
        return question()
    except RecursionError:
        pass
    outcome: list[Answer | BaseException] = []

    def ask() -> None:
        _here.deep = True
        try:
            outcome.append(question())
        except BaseException as error:  # noqa: BLE001 - handed on to the thread that asked
            outcome.append(error)

    with _one_at_a_time:  # the size of stacks and the limit on frames belong to the whole process
        limit, size = sys.getrecursionlimit(), threading.stack_size(_STACK)
        sys.setrecursionlimit(_FRAMES)
        try:
            thread = threading.Thread(target=ask)
            thread.start()
            thread.join()
        finally:
            threading.stack_size(size)
            sys.setrecursionlimit(limit)
    answer = outcome[0]
    if isinstance(answer, BaseException):
        raise answer
    return answer
