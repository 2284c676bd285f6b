"""The well-known types, as declarations; they come with the ``protobuf`` package."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

from schemaward.formats.protobuf.declared import (
    Enum,
    Field,
    File,
    Import,
    Label,
    Message,
    Reserved,
    Value,
    json_name_of,
)

_PREFIX = "google/protobuf/"
FILES = frozenset(
    ("any", "api", "duration", "empty", "field_mask", "source_context", "struct", "timestamp", "type", "wrappers",
     "descriptor")
)  # fmt: skip
"""The names of the well-known files, without folder and suffix."""

_LABELS: dict[int, Label] = {1: "optional", 2: "required", 3: "repeated"}


@lru_cache(maxsize=len(FILES))
def well_known_file(path: str) -> File | None:
    """What ``google/protobuf/<name>.proto`` declares; None when ``path`` is no well-known file."""
    name = path.removeprefix(_PREFIX).removesuffix(".proto")
    if name not in FILES or path != f"{_PREFIX}{name}.proto":
        return None
    from schemaward.formats.protobuf.runtime import well_known_descriptor

    described = well_known_descriptor(name)
    syntax: Literal["proto2", "proto3"] = "proto3" if described.syntax == "proto3" else "proto2"
    return File(
        path=path,
        text="",
        syntax=syntax,
        package=described.package,
        imports=tuple(Import(each, "", 0) for each in described.dependency),
        messages=tuple(_message(each, described.package, syntax) for each in described.message_type),
        enums=tuple(_enum(each, described.package, syntax) for each in described.enum_type),
    )


def _message(described: Any, scope: str, syntax: str) -> Message:
    name = f"{scope}.{described.name}"
    oneofs = [each.name for each in described.oneof_decl]
    return Message(
        name=name,
        pointer="",
        at=0,
        fields=tuple(_field(each, name, oneofs, syntax) for each in described.field),
        oneofs=tuple((each, ()) for each in oneofs),
        messages=tuple(_message(each, name, syntax) for each in described.nested_type),
        enums=tuple(_enum(each, name, syntax) for each in described.enum_type),
        map_entry=described.options.map_entry,
    )


def _field(described: Any, scope: str, oneofs: list[str], syntax: str) -> Field:
    from schemaward.formats.protobuf.runtime import SCALAR_NAMES

    label = _LABELS[described.label]
    in_oneof = described.HasField("oneof_index")
    singular = label == "optional" and (syntax == "proto3" or in_oneof)
    return Field(
        name=described.name,
        number=described.number,
        type=SCALAR_NAMES.get(described.type, described.type_name),
        label="singular" if singular else label,
        scope=scope,
        pointer="",
        at=0,
        json_name=described.json_name or json_name_of(described.name),
        oneof=oneofs[described.oneof_index] if in_oneof else "",
    )


def _enum(described: Any, scope: str, syntax: str) -> Enum:
    values = tuple(Value(each.name, each.number, "", 0) for each in described.value)
    return Enum(f"{scope}.{described.name}", "", 0, values, syntax == "proto2", Reserved())
