"""Functions whose argument or result is a record; plain ones and coroutines."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar, cast

from schemaward.errors import UsageError

Function = TypeVar("Function", bound=Callable[..., Any])
Require = Callable[[Any], Any]


def guarded_argument(require: Require, argument: str | None) -> Callable[[Function], Function]:
    """A decorator that asks ``require`` about one argument before the function is called."""

    def decorate(function: Function) -> Function:
        look = _looking(require, function, argument)

        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def awaiting(*given: Any, **named: Any) -> Any:
                look(given, named)
                return await function(*given, **named)

            return cast(Function, awaiting)

        @functools.wraps(function)
        def calling(*given: Any, **named: Any) -> Any:
            look(given, named)
            return function(*given, **named)

        return cast(Function, calling)

    return decorate


def guarded_result(require: Require, function: Function) -> Function:
    """The function, with ``require`` asked about what it returns."""
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def awaiting(*given: Any, **named: Any) -> Any:
            return require(await function(*given, **named))

        return cast(Function, awaiting)

    @functools.wraps(function)
    def calling(*given: Any, **named: Any) -> Any:
        return require(function(*given, **named))

    return cast(Function, calling)


def _looking(require: Require, function: Callable[..., Any], argument: str | None) -> Callable[..., None]:
    """A function that asks ``require`` about one argument of a call, if the call gives it."""
    signature = inspect.signature(function)
    known = [each for each in signature.parameters.values() if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)]
    name = argument or (known[0].name if known else "")
    at = next((place for place, each in enumerate(known) if each.name == name), None)
    if at is None:
        called = getattr(function, "__name__", "the function")
        names = ", ".join(each.name for each in known)
        raise UsageError(f'"{called}" has no argument "{name}"', f"name one of {names}" if names else "let it take one")
    positional = known[at].kind is not inspect.Parameter.KEYWORD_ONLY

    def look(given: tuple[Any, ...], named: dict[str, Any]) -> None:
        if positional and at < len(given):
            require(given[at])
        elif name in named:
            require(named[name])

    return look
