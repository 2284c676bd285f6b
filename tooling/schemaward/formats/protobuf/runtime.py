"""The one adapter to the ``protobuf`` package: descriptors, and messages that are really written and read.

Below this module nothing else imports ``google.protobuf``.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory, text_encoding, text_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError, EncodeError

from schemaward.formats.protobuf.declared import Enum, Field, File, Message
from schemaward.formats.protobuf.linking import Linked
from schemaward.formats.protobuf.mapping import faults
from schemaward.formats.protobuf.wellknown import FILES
from schemaward.formats.protobuf.writing import Plan
from schemaward.model import JsonValue

_Proto = descriptor_pb2.FieldDescriptorProto
SCALAR_NAMES: dict[int, str] = {
    number: name.removeprefix("TYPE_").lower()
    for name, number in _Proto.Type.items()
    if name not in ("TYPE_GROUP", "TYPE_MESSAGE", "TYPE_ENUM")
}
_SCALARS = {name: number for number, name in SCALAR_NAMES.items()}
_KEYS = {FieldDescriptor.CPPTYPE_STRING: "a", FieldDescriptor.CPPTYPE_BOOL: True}
_ANY = "google/protobuf/any.proto"
_LABELS = {"singular": 1, "optional": 1, "required": 2, "repeated": 3}


class CannotDescribeError(Exception):
    """The package refuses a schema that we, and the official compiler, take."""


def well_known_descriptor(name: str) -> Any:
    """The FileDescriptorProto of ``google/protobuf/<name>.proto``."""
    import importlib

    described = descriptor_pb2.FileDescriptorProto()
    importlib.import_module(f"google.protobuf.{name}_pb2").DESCRIPTOR.CopyToProto(described)
    return described


def pool_of(linked: Linked) -> Any:
    """The descriptors of all files of a schema; raises CannotDescribeError."""
    pool = _built(linked)
    if isinstance(pool, str):
        raise CannotDescribeError(pool)
    return pool


@lru_cache(maxsize=32)
def _built(linked: Linked) -> Any:
    """The pool, or why there is none: a refusal takes as long as a pool, and is asked for as often."""
    pool = descriptor_pool.DescriptorPool()
    done: set[str] = set()
    own = {file.path: file for file in linked.files}

    def add(path: str) -> None:
        if path in done:
            return
        done.add(path)
        if path in own:
            described = _file(own[path], linked)
        else:
            described = well_known_descriptor(path.removeprefix("google/protobuf/").removesuffix(".proto"))
        for each in described.dependency:
            add(each)
        pool.AddSerializedFile(described.SerializeToString())

    try:
        for path in own:
            add(path)
        if _ANY in done:
            # What an Any holds may be a well-known type that the file does not import.
            for name in sorted(FILES):
                add(f"google/protobuf/{name}.proto")
    except TypeError as error:
        return str(error)
    return pool


def empty(linked: Linked, message: Message) -> Any:
    """A new message without any field set; raises CannotDescribeError."""
    try:
        return message_factory.GetMessageClass(pool_of(linked).FindMessageTypeByName(message.name))()
    except RecursionError:
        # The package makes the classes of all messages that one leads to, each inside the one before.
        raise CannotDescribeError(f"{message.name} leads through too many other messages") from None


# -- declarations to descriptors


def _file(file: File, linked: Linked) -> Any:
    described = descriptor_pb2.FileDescriptorProto(name=file.path, package=file.package or None)
    if file.syntax == "proto3":
        described.syntax = "proto3"
    described.dependency.extend(each.path for each in file.imports)
    described.public_dependency.extend(at for at, each in enumerate(file.imports) if each.kind == "public")
    for message in file.messages:
        _describe_message(described.message_type.add(), message, linked, file.syntax)
    for enum in file.enums:
        _describe_enum(described.enum_type.add(), enum)
    return described


def _describe_message(described: Any, message: Message, linked: Linked, syntax: str) -> None:
    described.name = message.name.rpartition(".")[2]
    described.options.map_entry = message.map_entry
    oneofs = [name for name, _ in message.oneofs]
    for name in oneofs:
        described.oneof_decl.add(name=name)
    for field in message.fields:
        proto = described.field.add(name=field.name, number=field.number, label=_LABELS[field.label])
        _describe_type(proto, field, linked)
        proto.json_name = field.json_name
        if field.oneof:
            proto.oneof_index = oneofs.index(field.oneof)
    for field, proto in zip(message.fields, described.field, strict=True):
        if field.label == "optional" and syntax == "proto3":
            proto.proto3_optional = True
            proto.oneof_index = len(described.oneof_decl)
            described.oneof_decl.add(name=_free(f"_{field.name}", {each.name for each in described.oneof_decl}))
    for inner in message.messages:
        _describe_message(described.nested_type.add(), inner, linked, syntax)
    for enum in message.enums:
        _describe_enum(described.enum_type.add(), enum)
    for first, last in message.extensions:
        described.extension_range.add(start=first, end=last + 1)


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name = f"X{name}"
    return name


def _describe_type(proto: Any, field: Field, linked: Linked) -> None:
    target = linked.target(field)
    if target is None:
        proto.type = _SCALARS[field.type]
    else:
        proto.type_name = f".{target.name}"
        if isinstance(target, Enum):
            proto.type = _Proto.TYPE_ENUM
        else:
            proto.type = _Proto.TYPE_GROUP if field.group else _Proto.TYPE_MESSAGE
    if field.packed is not None:
        proto.options.packed = field.packed
    if field.default is not None:
        proto.default_value = _default_text(field)


def _default_text(field: Field) -> str:
    """A default as descriptors spell it."""
    value = field.default
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, bytes):
        return value.decode() if field.type == "string" else text_encoding.CEscape(value, as_utf8=False)
    return str(value).removesuffix(".0")


def _describe_enum(described: Any, enum: Enum) -> None:
    described.name = enum.name.rpartition(".")[2]
    if ("allow_alias", "true") in enum.options:
        described.options.allow_alias = True
    for value in enum.values:
        described.value.add(name=value.name, number=value.number)


# -- messages


def filled(linked: Linked, message: Message, plan: Plan) -> Any:
    """A message that holds what ``plan`` says."""
    instance = empty(linked, message)
    _fill(instance, plan)
    return instance


def _fill(instance: Any, plan: Any) -> None:
    for number, value in plan.items():
        described = instance.DESCRIPTOR.fields_by_number[number]
        held: Any = getattr(instance, described.name)
        if is_map(described):
            for entry in value:
                _fill_entry(held, described, entry)
        elif described.is_repeated:
            for each in value:
                if described.message_type:
                    _fill(held.add(), each)
                else:
                    held.append(each)
        elif described.message_type:
            held.SetInParent()
            _fill(held, value)
        else:
            setattr(instance, described.name, value)


def _fill_entry(held: Any, described: Any, entry: Any) -> None:
    key, value = (described.message_type.fields_by_number[number] for number in (1, 2))
    at = entry.get(1, _KEYS.get(key.cpp_type, 1))
    if value.message_type:
        _fill(held[at], entry.get(2, {}))
    else:
        held[at] = entry.get(2, value.default_value)


def is_map(described: Any) -> bool:
    """Whether a field, by its descriptor, is a map."""
    return described.message_type is not None and bool(described.message_type.GetOptions().map_entry)


def encode(instance: Any) -> bytes | None:
    """The bytes of a message; None when a required field is missing, so that no writer would send it."""
    return bytes(instance.SerializeToString(deterministic=True)) if instance.IsInitialized() else None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of bytes: a message, or why not. ``incomplete`` means that required fields are missing."""

    message: Any
    failure: str = ""
    incomplete: bool = False


def decode(linked: Linked, message: Message, data: bytes) -> Reading:
    """Read bytes as ``message``."""
    instance = empty(linked, message)
    try:
        instance.MergeFromString(data)
    except DecodeError as error:
        return Reading(None, str(error))
    missing = instance.FindInitializationErrors()
    if missing:
        return Reading(None, f"the required field is missing: {', '.join(sorted(missing)[:5])}", True)
    return Reading(instance)


class NoMappingError(Exception):
    """A message cannot be written in the JSON mapping; the argument says why."""


def mapped(instance: Any) -> dict[str, JsonValue]:
    """A message in the JSON mapping of Protobuf; raises NoMappingError."""
    try:
        _go_through_texts(instance, _text)
        found: dict[str, JsonValue] = json_format.MessageToDict(instance, descriptor_pool=_pool(instance))
    except (json_format.Error, DecodeError, ValueError, TypeError, OverflowError) as error:
        raise NoMappingError(" ".join(str(error).split())[:200].rstrip(".")) from error
    return found


def document(instance: Any) -> JsonValue:
    """A message to be shown: in the JSON mapping, its broken text mended; in the text format where it has no mapping."""
    _go_through_texts(instance, as_text)
    try:
        return mapped(instance)
    except NoMappingError:
        # Without a pool of messages the bytes of an Any are shown as they are: they may be none.
        nothing = descriptor_pool.DescriptorPool()
        return str(text_format.MessageToString(instance, as_one_line=True, descriptor_pool=nothing))


def _pool(instance: Any) -> Any:
    """The descriptors that a message is made of, among which the messages are that an Any in it may hold."""
    return instance.DESCRIPTOR.file.pool


def as_text(value: str | bytes) -> str:
    """The value of a string field. Proto2 lets bytes through that are no text: they are what other languages make of them."""
    return value if isinstance(value, str) else value.decode(errors="replace")


def _text(value: str | bytes) -> str:
    if isinstance(value, bytes):
        raise ValueError("a text is not in UTF-8")
    return value


def _go_through_texts(instance: Any, text: Callable[[str | bytes], str]) -> None:
    """Put what ``text`` makes of it in the place of each text."""
    for described, value in instance.ListFields():
        if is_map(described):
            _go_through_entries(described, value, text)
        elif described.message_type:
            for each in value if described.is_repeated else (value,):
                _go_through_texts(each, text)
        elif described.type == described.TYPE_STRING and described.is_repeated:
            value[:] = [text(each) for each in value]
        elif described.type == described.TYPE_STRING:
            setattr(instance, described.name, text(value))


def _go_through_entries(described: Any, entries: Any, text: Callable[[str | bytes], str]) -> None:
    kind = described.message_type.fields_by_number[2]
    for key in entries:
        if kind.message_type:
            _go_through_texts(entries[key], text)
        elif kind.type == kind.TYPE_STRING:
            entries[key] = text(entries[key])


def shown_with(instance: Any, number: int) -> JsonValue:
    """The JSON mapping of a message with one scalar field in it even when it is not set."""
    shown = document(instance)
    described = instance.DESCRIPTOR.fields_by_number[number]
    if not isinstance(shown, dict) or described.json_name in shown or described.is_repeated or described.message_type:
        return shown
    value = getattr(instance, described.name)
    if described.enum_type:
        value = described.enum_type.values_by_number[value].name
    return {**shown, described.json_name: base64.b64encode(value).decode() if isinstance(value, bytes) else value}


def parse_document(linked: Linked, message: Message, value: dict[str, JsonValue]) -> tuple[str, list[str]]:
    """Read a document in the JSON mapping: what is wrong with it, and which required fields it lacks."""
    instance = empty(linked, message)
    try:
        json_format.ParseDict(value, instance, descriptor_pool=_pool(instance))
    except (json_format.ParseError, EncodeError, ValueError, TypeError, OverflowError, RecursionError) as error:
        return str(error) or "it is no message in JSON", []
    except SystemError as error:  # the package meets text that has no UTF-8 in a place where it expects none
        return str(error.__cause__ or error), []
    wrong = next(faults(instance.DESCRIPTOR, value, instance.DESCRIPTOR.name), "")
    return wrong, [] if wrong else list(instance.FindInitializationErrors())


def encoded_document(linked: Linked, message: Message, value: dict[str, JsonValue]) -> bytes:
    """The bytes of a document that ``parse_document`` finds nothing wrong with."""
    instance = empty(linked, message)
    json_format.ParseDict(value, instance, descriptor_pool=_pool(instance))
    return bytes(instance.SerializeToString(deterministic=True))
