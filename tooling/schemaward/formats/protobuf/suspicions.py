"""Where a reader may fail on a writer's bytes: one suspicion for each place, still without its proof.

Source: "Protocol Buffers Language Guide" (proto2 and proto3), section "Updating A Message Type", and "Encoding".
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from schemaward.formats.protobuf.declared import Enum, Field, Message
from schemaward.formats.protobuf.linking import Linked
from schemaward.formats.protobuf.pairing import message_pairs
from schemaward.formats.protobuf.scalars import Kind, Scalar, difference, samples, wire_type, zero
from schemaward.formats.protobuf.writing import Plan, PlanValue, TooMuchWorkError, Writing

MOST_STEPS = 50_000
"""Fields that one question may look at."""

_LONGEST_PATH = 40

Path: TypeAlias = "tuple[tuple[Message, Message, Field], ...]"


@dataclass(frozen=True, slots=True)
class Spot:
    """A pair of messages, and the fields that lead to it from the message at the top: of the writer, of the reader."""

    writer: Message
    reader: Message
    root: tuple[Message, Message]
    path: Path = ()


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What may go wrong at a spot. ``plan`` is what the writer puts into its message there.

    ``number`` is the field whose value comes back different; None where the reader refuses the whole message.
    A ``loss`` decodes all the same, and ``loss`` is the number of the reader's field that is not what was meant.
    """

    rule: str
    spot: Spot
    pointer: str
    counterpart: str
    fact: str
    plan: Plan
    number: int | None = None
    loss: int | None = None


@dataclass(slots=True)
class Search:
    """One question. ``suspicions`` visits each pair of messages once, nearest to a whole record first."""

    reader: Linked
    writer: Linked
    steps: int = 0
    enums: set[tuple[str, str]] = field(default_factory=set)
    moved: set[tuple[str, str]] = field(default_factory=set)
    compared: int = 0

    def suspicions(self) -> Iterator[Suspicion]:
        """All suspicions, in the order of the search; raises TooMuchWorkError."""
        writing = Writing(self.writer)
        pairs = message_pairs(self.writer, self.reader)
        self.compared = len(pairs)
        queue = deque(Spot(written, read, (written, read)) for written, read in pairs)
        # The first of the queue leads to most others; what it leads to is looked at before the rest.
        visited: set[tuple[str, str]] = set()
        while queue:
            spot = queue.popleft()
            key = (spot.writer.name, spot.reader.name)
            if key in visited or not writing.possible(spot.writer):
                continue
            visited.add(key)
            yield from map(_placed, _Pair(self, writing, spot).suspicions())
            queue.extendleft(reversed([*self._inside(spot, writing)]))

    def _inside(self, spot: Spot, writing: Writing) -> Iterator[Spot]:
        """The pairs of messages in the fields that both sides have as messages."""
        readable = {each.number: each for each in spot.reader.fields}
        for each in spot.writer.fields:
            other = readable.get(each.number)
            if other is None or each.group != other.group:
                continue
            written, read = self.writer.target(each), self.reader.target(other)
            if isinstance(written, Message) and isinstance(read, Message) and written is not read:
                if len(spot.path) < _LONGEST_PATH and writing.possible(written):
                    yield Spot(written, read, spot.root, (*spot.path, (spot.writer, spot.reader, each)))
                else:
                    yield Spot(written, read, (written, read))

    def step(self) -> None:
        """Count one field."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooMuchWorkError


def _placed(found: Suspicion) -> Suspicion:
    """A suspicion inside a well-known type has its place at the field of the author's file that leads there."""
    for _, outer, written in reversed(found.spot.path if not found.pointer else ()):
        read = next(each for each in outer.fields if each.number == written.number)
        if read.pointer:
            return replace(found, pointer=read.pointer, counterpart=written.pointer)
    return found


class _Pair:
    """Compares one pair of messages."""

    def __init__(self, search: Search, writing: Writing, spot: Spot) -> None:
        self._search = search
        self._writing = writing
        self._spot = spot
        self._readable = {each.number: each for each in spot.reader.fields}
        self._writable = {each.number: each for each in spot.writer.fields}

    def suspicions(self) -> Iterator[Suspicion]:
        yield from self._required()
        for number, written in self._writable.items():
            self._search.step()
            read = self._readable.get(number)
            if read is not None:
                yield from self._field(written, read)
                yield from self._default(written, read)
        yield from self._oneofs()
        yield from self._renumbered()

    def _plan(self, written: Field | None = None, value: PlanValue = 0) -> Plan:
        """The least that the writer can write which the reader does not refuse for what is missing, and one field."""
        plan = self._writing.least(self._spot.writer, self._spot.reader)
        return plan if written is None else {**plan, written.number: value}

    def _suspect(
        self, rule: str, written: Field, read: Field, fact: str, value: PlanValue, counterpart: str = ""
    ) -> Suspicion:
        held = value
        if written.label == "repeated" and not isinstance(value, list):
            # One zero that is lost reads as zero where the reader has a single value; two do not.
            held = [value, value] if value in (0, "", b"") and read.label != "repeated" else [value]
        return Suspicion(
            rule,
            self._spot,
            read.pointer,
            counterpart or written.pointer,
            fact,
            self._plan(written, held),
            written.number,
        )

    def _required(self) -> Iterator[Suspicion]:
        for number, read in self._readable.items():
            written = self._writable.get(number)
            if read.label != "required" or (written is not None and written.label == "required"):
                continue
            left_out = "the writer does not have" if written is None else "the writer may leave out"
            fact = f'the reader requires "{read.name}" (number {number}), which {left_out}'
            plan = self._plan()
            plan.pop(number, None)
            counterpart = self._spot.writer.pointer if written is None else written.pointer
            yield Suspicion("protobuf-required-field", self._spot, read.pointer, counterpart, fact, plan)

    def _field(self, written: Field, read: Field) -> Iterator[Suspicion]:
        w, r = self._search.writer.target(written), self._search.reader.target(read)
        if isinstance(w, Message) and not self._writing.possible(w):
            return
        if isinstance(w, Message) or isinstance(r, Message):
            found = self._with_message(written, read, w, r)
        else:
            found = self._scalars(written, read, w or written.type, r or read.type)
        if found is not None:
            yield found
        elif written.label == "repeated" and read.label != "repeated":
            yield self._dropped(written, read)
        elif isinstance(r, Message) and r.map_entry and isinstance(w, Message) and not w.map_entry:
            yield from self._entries(written, read, w)

    def _with_message(
        self, written: Field, read: Field, w: Message | Enum | None, r: Message | Enum | None
    ) -> Suspicion | None:
        """A message on one side; on two sides what is inside is compared by itself."""
        before, after = self._type(written, w), self._type(read, r)
        fact = f'"{written.name}" (number {written.number}) is written as {before} and read as {after}'
        rule = "protobuf-type-changed"
        if isinstance(w, Message):
            if isinstance(r, Message) and written.group == read.group:
                return None
            if read.type == "bytes" and not written.group:
                rule = "protobuf-message-as-bytes"
                fact += ", which are its encoding"
            return self._suspect(rule, written, read, fact, self._writing.example(w))
        kind = w or written.type
        # Bytes that are no message are refused, which says more than a message that is another.
        writable = [*samples(kind)][:: -1 if kind == "bytes" else 1]
        writable += [zero(kind)] if _writes_zero(written) else []
        return self._suspect(rule, written, read, fact, writable[0]) if writable else None

    def _scalars(self, written: Field, read: Field, w: Kind, r: Kind) -> Suspicion | None:
        # A single zero that is lost reads as zero where the reader cannot tell it from nothing.
        blind = written.label != "repeated" and read.label == "singular" and not read.oneof
        found = difference(w, r, _writes_zero(written) and not blind)
        if found is None:
            return self._moved_value(written, read, w, r)
        value, why = found
        before, after = self._type(written, w), self._type(read, r)
        name = f'"{written.name}" (number {written.number})'
        if why == "unknown" and isinstance(r, Enum):
            return self._unknown_value(written, read, w, r, value)
        if why == "truncated":
            fact = f"{name} is written as {before} and read as {after}, which does not hold all its values"
            return self._suspect("protobuf-value-truncated", written, read, fact, value)
        if why == "text":
            fact = f"{name} is written as {before} and read as {after}, though not all bytes are UTF-8"
            return self._suspect("protobuf-bytes-as-text", written, read, fact, value)
        fact = f"{name} is written as {before} and read as {after}"
        if wire_type(w) != wire_type(r):
            fact += ", which has another wire type"
        return self._suspect("protobuf-type-changed", written, read, fact, value)

    def _unknown_value(self, written: Field, read: Field, w: Kind, r: Enum, value: Scalar) -> Suspicion | None:
        if not isinstance(w, Enum):
            fact = f'"{written.name}" is written as any {w}, and read as the closed enum {r.name}, which has not all of them'
            return self._suspect("protobuf-enum-value", written, read, fact, value)
        if (w.name, r.name) in self._search.enums:
            return None
        self._search.enums.add((w.name, r.name))
        known = {each.number for each in r.values}
        gone = [each for each in w.values if each.number not in known]
        names = ", ".join(f"{each.name} ({each.number})" for each in gone[:5]) + (", ..." if len(gone) > 5 else "")
        fact = f"the closed enum {r.name} of the reader does not know {names}, so the field reads as not set"
        missing = next(each for each in gone if each.number == value)
        found = self._suspect("protobuf-enum-value", written, read, fact, value, missing.pointer)
        return replace(found, pointer=r.pointer or read.pointer)

    def _moved_value(self, written: Field, read: Field, w: Kind, r: Kind) -> Suspicion | None:
        """A name of an enum that stands at another number: what was written as one value is read as another."""
        if not isinstance(w, Enum) or not isinstance(r, Enum) or (w.name, r.name) in self._search.moved:
            return None
        self._search.moved.add((w.name, r.name))
        there = {each.name: each for each in r.values}
        for value in w.values:
            now = there.get(value.name, value)
            if now.number == value.number:
                continue
            same = [each.name for each in r.values if each.number == value.number]
            seen = f'"{same[0]}"' if same else "unknown"
            fact = f'the writer writes "{value.name}" as {value.number}, which is {seen} to the reader: its "{value.name}" is {now.number}'
            found = self._suspect("protobuf-enum-value-renumbered", written, read, fact, value.number, value.pointer)
            return replace(found, pointer=now.pointer or read.pointer, loss=read.number)
        return None

    def _dropped(self, written: Field, read: Field) -> Suspicion:
        w = self._search.writer.target(written)
        one: Scalar | Plan
        other: Scalar | Plan
        if isinstance(w, Message):
            one, other = self._writing.example(w), self._writing.example(w, last=True)
        else:
            kind = w or written.type
            numbers = list(samples(kind))
            one = numbers[0] if numbers else zero(kind)
            other = "b" if kind == "string" else numbers[1] if len(numbers) > 1 else one
        fact = f'the writer may write several "{written.name}" (number {written.number}), the reader keeps one at most'
        return self._suspect("protobuf-values-dropped", written, read, fact, [one, other])

    def _entries(self, written: Field, read: Field, w: Message) -> Iterator[Suspicion]:
        """Messages that the reader takes for the entries of a map."""
        for each in w.fields:
            if each.number not in (1, 2) and self._can_be_set(each):
                held = self._writing.value(each)
                value = {**self._writing.least(w), each.number: [held] if each.label == "repeated" else held}
                fact = (
                    f'the reader takes "{written.name}" for a map, and drops an entry that has the field "{each.name}"'
                )
                yield self._suspect("protobuf-map-entries", written, read, fact, value)
                return
        if written.label == "repeated":
            same = self._writing.least(w)
            fact = f'"{written.name}" may hold several entries with one key to the writer, the reader keeps the last'
            yield self._suspect("protobuf-map-entries", written, read, fact, [same, same])

    def _type(self, declared: Field, kind: Message | Kind | None) -> str:
        if isinstance(kind, Message):
            return "a map entry" if kind.map_entry else "a group" if declared.group else f"the message {kind.name}"
        return f"the enum {kind.name}" if isinstance(kind, Enum) else kind or declared.type

    def _oneofs(self) -> Iterator[Suspicion]:
        """Fields that the writer may set together, and the reader has in one oneof: the last on the wire stays."""
        for name in dict.fromkeys(each.oneof for each in self._spot.reader.fields if each.oneof):
            groups: dict[str, Field] = {}
            for read in self._spot.reader.fields:
                written = self._writable.get(read.number) if read.oneof == name else None
                if written is not None and self._can_be_set(written):
                    groups.setdefault(f"oneof {written.oneof}" if written.oneof else str(written.number), written)
            if len(groups) > 1:
                yield self._joined(name, sorted(groups.values(), key=lambda each: each.number))

    def _can_be_set(self, written: Field) -> bool:
        target = self._search.writer.target(written)
        return not isinstance(target, Message) or self._writing.possible(target)

    def _joined(self, oneof: str, fields: list[Field]) -> Suspicion:
        first, second = fields[0], fields[1]
        plan = self._plan()
        for each in (first, second):
            value = self._writing.value(each)
            plan[each.number] = [value] if each.label == "repeated" else value
        names = " and ".join(f'"{each.name}" ({each.number})' for each in (first, second))
        fact = f'the writer may set {names} together, the reader has them in the oneof "{oneof}" and keeps one'
        pointer = f"{self._spot.reader.pointer}/{oneof}"
        return Suspicion("protobuf-oneof-joined", self._spot, pointer, second.pointer, fact, plan, first.number)

    def _renumbered(self) -> Iterator[Suspicion]:
        """A name that stands at another number: what was written under it is not found there."""
        by_name = {each.name: each for each in self._spot.reader.fields}
        for written in self._writable.values():
            read = by_name.get(written.name)
            if read is None or read.number == written.number or not self._can_be_set(written):
                continue
            value = self._writing.value(written)
            fact = f'the writer writes "{written.name}" as number {written.number}, the reader looks for it at {read.number}'
            found = self._suspect("protobuf-field-renumbered", written, read, fact, value)
            yield replace(found, loss=read.number)

    def _default(self, written: Field, read: Field) -> Iterator[Suspicion]:
        """What a field means that is left out: each side has its own default."""
        w = self._search.writer.target(written) or written.type
        r = self._search.reader.target(read) or read.type
        if isinstance(w, Message) or isinstance(r, Message):
            return
        labels = (written.label, read.label)
        if "required" in labels or "repeated" in labels or written.oneof or read.oneof:
            return
        if difference(w, r, True) is not None:
            return
        meant, seen = default_of(written, w), default_of(read, r)
        if _comparable(meant) == _comparable(seen):
            return
        fact = f'"{written.name}" (number {written.number}) left out is {_told(meant)} to the writer and {_told(seen)} to the reader'
        yield Suspicion(
            "protobuf-default-changed",
            self._spot,
            read.pointer,
            written.pointer,
            fact,
            self._plan(),
            written.number,
            read.number,
        )


def _writes_zero(written: Field) -> bool:
    """Whether a field of a scalar type is on the wire also when it holds the zero of its type."""
    return written.label != "singular" or bool(written.oneof)


def default_of(found: Field, kind: Kind) -> Scalar:
    """What a field of a scalar type or enum is when it is left out; of an enum, the number."""
    if found.default is None:
        return zero(kind)
    if isinstance(kind, Enum):
        return next(value.number for value in kind.values if value.name == found.default)
    return found.default


def _comparable(value: Scalar) -> object:
    if isinstance(value, float) and value != value:
        return "nan"
    return value.encode() if isinstance(value, str) else value


def _told(value: Scalar) -> str:
    if isinstance(value, bytes):
        return f'"{value.decode(errors="backslashreplace")[:60]}"'
    return str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else f"{value}"
