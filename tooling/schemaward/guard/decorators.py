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
    if argument is not None and not isinstance(argument, str):
        raise UsageError(
            "takes() was given no name of an argument", 'write @guard.takes(), or @guard.takes("argument")'
        )

    def decorate(function: Function) -> Function:
        look = _looking(require, function, argument)

        if _is_coroutine(function):

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
    _require_function(function)
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise UsageError(
            f'"{_name(function)}" yields many and returns no record', "filter what it yields: guard.filter"
        )
    if _is_coroutine(function):

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
    _require_function(function)
    try:
        signature = inspect.signature(function)
    except ValueError:
        raise UsageError(f'nobody can tell what "{_name(function)}" takes', "put a function around it") from None
    known = [each for each in signature.parameters.values() if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)]
    name = argument or next((each.name for each in known if each.name not in _OWNERS), "")
    at = next((place for place, each in enumerate(known) if each.name == name), None)
    if at is None:
        names = ", ".join(each.name for each in known)
        remedy = f"name one of {names}" if names else "let it take one"
        raise UsageError(f'"{_name(function)}" has no argument "{name}"', remedy)
    positional = known[at].kind is not inspect.Parameter.KEYWORD_ONLY

    def look(given: tuple[Any, ...], named: dict[str, Any]) -> None:
        if positional and at < len(given):
            require(given[at])
        elif name in named:
            require(named[name])

    return look


_OWNERS = ("self", "cls")
"""What a method calls its first argument, which is no record."""


def _require_function(function: Any) -> None:
    if isinstance(function, (classmethod, staticmethod)):
        raise UsageError(
            "a method is guarded before it is bound", "write the guard under @classmethod or @staticmethod"
        )
    if not callable(function):
        raise UsageError(f"{function!r} is no function", "decorate a function")


def _is_coroutine(function: Any) -> bool:
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(type(function).__call__)


def _name(function: Any) -> str:
    return str(getattr(function, "__name__", "the function"))
