"""The state file: read once at the start, written whole and atomically after every change."""

from __future__ import annotations

import dataclasses
import enum
import json
import os
import tempfile
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias, Union, get_args, get_origin, get_type_hints

from schemaward.emulator import eventbridge
from schemaward.emulator.state import Scope, State
from schemaward.errors import InputError
from schemaward.model import Place

World: TypeAlias = Mapping[Scope, "Held"]

_FORMAT = 1


@dataclasses.dataclass(frozen=True, slots=True)
class Held:
    """What one account holds in one Region: of AWS Glue, and of EventBridge Schemas."""

    glue: State = dataclasses.field(default_factory=State)
    eventbridge: eventbridge.State = dataclasses.field(default_factory=eventbridge.State)


def load(path: Path) -> World:
    """The stored states, none when the file does not exist; raises InputError when it cannot be understood."""
    try:
        content = json.loads(path.read_bytes())
        if content["schemaward-emulator-state"] != _FORMAT:
            raise ValueError("the version of the file is unknown")
        return {(scope["account"], scope["region"]): _held(scope) for scope in content["scopes"]}
    except FileNotFoundError:
        if path.parent.is_dir():
            return {}
        raise InputError("the folder of the state file does not exist", "create it", Place(str(path))) from None
    except OSError as error:
        raise InputError(
            f"the state file cannot be read: {error.strerror}", "name another with --state", Place(str(path))
        ) from None
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise InputError(
            f"the state file is damaged ({type(error).__name__}: {error}); it was left as it is",
            "restore it, or move it away to start with an empty registry",
            Place(str(path)),
        ) from None


def save(path: Path, world: World) -> None:
    """Replace the state file in one step; raises OSError."""
    scopes = [
        {"account": account, "region": region, "state": _encode(held.glue), "eventbridge": _encode(held.eventbridge)}
        for (account, region), held in sorted(world.items())
    ]
    text = json.dumps({"schemaward-emulator-state": _FORMAT, "scopes": scopes}, indent=1)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise


def _held(scope: Mapping[str, Any]) -> Held:
    return Held(_decode(State, scope["state"]), _decode(eventbridge.State, scope.get("eventbridge", {})))


def _encode(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {field.name: _encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {name: _encode(entry) for name, entry in value.items()}
    return [_encode(entry) for entry in value] if isinstance(value, tuple) else value


def _decode(kind: Any, value: Any) -> Any:
    """``value`` as ``kind``, a type of a field in ``state``; raises ValueError or TypeError where it does not fit."""
    origin = get_origin(kind)
    if origin in (types.UnionType, Union):
        inner = next(option for option in get_args(kind) if option is not type(None))
        return None if value is None else _decode(inner, value)
    if origin is tuple:
        return tuple(_decode(get_args(kind)[0], entry) for entry in _of_type(list, value))
    if origin is Mapping:
        entries = {name: _decode(get_args(kind)[1], entry) for name, entry in _of_type(dict, value).items()}
        return types.MappingProxyType(entries)
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: _decode(hints[name], entry) for name, entry in _of_type(dict, value).items()})  # type: ignore[operator] # it is a class
    return kind(value) if issubclass(kind, enum.Enum) else _of_type(kind, value)


def _of_type(expected: type, value: Any) -> Any:
    if type(value) is not expected:
        raise ValueError(f"{str(value)[:40]!r} is not of type {expected.__name__}")
    return value
