"""Proofs: messages that are really written with one schema and really read with the other.

What differs is found by the descriptors of the runtime, not by what made the suspicion.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemaward.formats.protobuf import runtime
from schemaward.formats.protobuf.declared import Message
from schemaward.formats.protobuf.linking import Linked
from schemaward.formats.protobuf.suspicions import Suspicion
from schemaward.formats.protobuf.writing import LARGEST, Plan, Writing
from schemaward.verdict import Proof, Wire


def prove(suspicion: Suspicion, reader: Linked, writer: Linked) -> Proof | None:
    """A message that shows what is suspected, from the record at the top if it can be, else from the message itself.

    None when neither shows it: then the reader fails on something else first, or there is no harm.
    Raises CannotDescribeError.
    """
    return _prove_loss(suspicion, reader, writer) if suspicion.loss else _prove(suspicion, reader, writer)


def _prove(suspicion: Suspicion, reader: Linked, writer: Linked) -> Proof | None:
    spot = suspicion.spot
    path = tuple(each.number for _, _, each in spot.path)
    whole = _whole(suspicion, Writing(writer))
    proof = None if whole is None else _prove_break(suspicion, reader, writer, spot.root, whole, path)
    if proof is None and spot.path:
        proof = _prove_break(suspicion, reader, writer, (spot.writer, spot.reader), suspicion.plan, ())
    return proof


def _whole(suspicion: Suspicion, writing: Writing) -> Plan | None:
    """The record at the top, with what is suspected inside; None when what it requires besides is too large."""
    path, plan = suspicion.spot.path, suspicion.plan
    if sum(writing.size(outer, beside) for outer, beside, _ in path) > LARGEST:
        return None
    for outer, beside, each in reversed(path):
        plan = {**writing.least(outer, beside), each.number: [plan] if each.label == "repeated" else plan}
    return plan


def _prove_break(
    suspicion: Suspicion,
    reader: Linked,
    writer: Linked,
    pair: tuple[Message, Message],
    plan: Plan,
    path: tuple[int, ...],
) -> Proof | None:
    written = runtime.filled(writer, pair[0], plan)
    encoded = runtime.encode(written)
    if encoded is None:
        return None
    reading = runtime.decode(reader, pair[1], encoded)
    if reading.message is None:
        if not _explains(suspicion, reading.incomplete):
            return None
        return Proof(runtime.document(written), wire=Wire(encoded.hex(), reading.failure))
    place = (*path, suspicion.number)
    if not any(each[: len(place)] == place for each in differences(written, reading.message)):
        return None
    return Proof(runtime.document(written), wire=Wire(encoded.hex(), seen=runtime.document(reading.message)))


def _explains(suspicion: Suspicion, incomplete: bool) -> bool:
    """Whether the reader refuses the message for what is suspected: a required field that is lost is missing, too."""
    if suspicion.number is None:
        return incomplete
    required = (each.number == suspicion.number and each.label == "required" for each in suspicion.spot.reader.fields)
    return not incomplete or any(required)


def _prove_loss(suspicion: Suspicion, reader: Linked, writer: Linked) -> Proof | None:
    """The field of the reader is not what the field of the writer is, though both sides read the same bytes."""
    spot = suspicion.spot
    exchanged = _exchanged((writer, spot.writer), (reader, spot.reader), suspicion.plan)
    if exchanged is None or suspicion.loss is None:
        return None
    written, encoded, read = exchanged
    if _same(_value(written, suspicion.number), _value(read, suspicion.loss)):
        return None
    shown = runtime.shown_with(read, suspicion.loss)
    if spot.writer.map_entry and spot.path:
        # An entry is shown in the message that has the map.
        outer, beside, held = spot.path[-1]
        plan: Plan = {**Writing(writer).least(outer, beside), held.number: [suspicion.plan]}
        exchanged = _exchanged((writer, outer), (reader, beside), plan)
        if exchanged is None:
            return None
        written, encoded, read = exchanged
        shown = runtime.document(read)
    return Proof(runtime.document(written), wire=Wire(encoded.hex(), seen=shown))


def _exchanged(
    writer: tuple[Linked, Message], reader: tuple[Linked, Message], plan: Plan
) -> tuple[Any, bytes, Any] | None:
    """A message as it is written, its bytes, and what is read of them; None when one side refuses it."""
    written = runtime.filled(*writer, plan)
    encoded = runtime.encode(written)
    if encoded is None:
        return None
    read = runtime.decode(*reader, encoded).message
    return None if read is None else (written, encoded, read)


def _value(instance: Any, number: int | None) -> Any:
    """The value of a field; of an enum, what it is called."""
    described = instance.DESCRIPTOR.fields_by_number[number]
    value = getattr(instance, described.name)
    if described.enum_type is None:
        return value
    numbers = value if described.is_repeated else [value]
    return [{each.name for each in described.enum_type.values if each.number == said} or said for said in numbers]


def differences(written: Any, seen: Any, path: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    """The fields, as paths of numbers, that the writer set, the reader knows, and the reader has otherwise.

    A field that the reader does not know is skipped on purpose: Protobuf keeps it for whoever does.
    """
    known = seen.DESCRIPTOR.fields_by_number
    for described, _ in written.ListFields():
        other = known.get(described.number)
        if other is not None:
            yield from _field_differences(written, described, seen, other, (*path, described.number))


def _field_differences(
    written: Any, described: Any, seen: Any, other: Any, path: tuple[int, ...]
) -> Iterator[tuple[int, ...]]:
    if described.message_type and other.message_type and (runtime.is_map(described) or runtime.is_map(other)):
        yield from _entry_differences(_entries(written, described, True), _entries(seen, other, False), path)
        return
    before, after = _values(written, described), _values(seen, other)
    if len(before) != len(after) or bool(described.message_type) != bool(other.message_type):
        yield path
        return
    for one, two in zip(before, after, strict=True):
        if described.message_type:
            yield from differences(one, two, path)
        elif not _same(one, two):
            yield path


def _values(instance: Any, described: Any) -> list[Any]:
    held = getattr(instance, described.name)
    if not described.is_repeated:
        held = [] if described.has_presence and not instance.HasField(described.name) else [held]
    if described.type == described.TYPE_STRING:
        return [runtime.as_text(each) for each in held]
    return list(held)


def _entries(instance: Any, described: Any, only_set: bool) -> list[tuple[Any, Any, Any]]:
    """Keys and values of a map, or of messages that look like its entries, and the descriptor of the value.

    In place of what does not exist stands None, and with ``only_set`` also in place of what is not set.
    """
    fields = described.message_type.fields_by_number
    if runtime.is_map(described):
        held = getattr(instance, described.name)
        is_text = fields[2].type == described.TYPE_STRING
        return [(key, runtime.as_text(held[key]) if is_text else held[key], fields[2]) for key in held]
    return [
        (_part(each, fields.get(1), only_set), _part(each, fields.get(2), only_set), fields.get(2))
        for each in _values(instance, described)
    ]


def _part(entry: Any, described: Any, only_set: bool) -> Any:
    if described is None or (only_set and all(each.number != described.number for each, _ in entry.ListFields())):
        return None
    return getattr(entry, described.name)


def _entry_differences(
    before: list[tuple[Any, Any, Any]], after: list[tuple[Any, Any, Any]], path: tuple[int, ...]
) -> Iterator[tuple[int, ...]]:
    """Entries are found by their keys; those of a reader that knows no key are only counted."""
    dropped = len(before) != len(after)
    if dropped:
        yield path
    read = {_hashable(key): (value, described) for key, value, described in after}
    for key, value, described in before:
        if key is None or None in read:
            continue
        if _hashable(key) not in read:
            yield (*path, 1)
            if dropped:
                # A reader that cannot hold the value keeps nothing of the entry.
                yield (*path, 2)
            continue
        other, other_described = read[_hashable(key)]
        if value is not None and other_described is not None:
            yield from _value_differences(value, described, other, other_described, (*path, 2))


def _value_differences(
    value: Any, described: Any, other: Any, other_described: Any, path: tuple[int, ...]
) -> Iterator[tuple[int, ...]]:
    if bool(described.message_type) != bool(other_described.message_type):
        yield path
    elif described.message_type and not described.is_repeated and not other_described.is_repeated:
        yield from differences(value, other, path)
    elif not described.message_type and not _same(value, other):
        yield path


def _hashable(key: Any) -> Any:
    return key if isinstance(key, (str, int, bytes, float)) or key is None else repr(key)


def _same(one: Any, two: Any) -> bool:
    """Whether two values of scalars say the same: a string and its bytes do, a bool and its number too."""
    if isinstance(one, str) and isinstance(two, bytes):
        return one.encode() == two
    if isinstance(one, bytes) and isinstance(two, str):
        return one == two.encode()
    return bool(one == two)
