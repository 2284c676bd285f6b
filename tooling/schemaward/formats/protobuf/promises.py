"""What a step takes from people though no reader misreads data: reserved numbers and names, JSON, full names, RPCs.

Source: "Protocol Buffers Language Guide", "Deleting Fields"; "ProtoJSON Format"; AWS Glue Developer Guide for RPCs.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemaward.formats.base import Schema
from schemaward.formats.protobuf.declared import Enum, Field, Message, Reserved, Service, is_well_known
from schemaward.formats.protobuf.linking import Linked, Target
from schemaward.formats.protobuf.scalars import Kind, encoding
from schemaward.rules import finding
from schemaward.verdict import Finding

_DIGITS = frozenset(("int64", "uint64", "sint64", "fixed64", "sfixed64"))
_WELL_KNOWN = {
    "Timestamp": "a time",
    "Duration": "a duration in seconds",
    "FieldMask": "a list of paths in one string",
    "Any": "an object with its type",
    "Value": "any value",
    "ListValue": "a list",
}
"""Well-known messages that are no object of their fields in JSON; "ProtoJSON Format"."""


def conventions(old: Schema, new: Schema) -> tuple[Finding, ...]:
    """The findings of a step, with their places in ``new``; see ``FormatModule.conventions``."""
    return tuple(_Step(old, new).findings())


class _Step:
    def __init__(self, old: Schema, new: Schema) -> None:
        self._new = new
        self._before: Linked = old.parsed
        self._after: Linked = new.parsed

    def findings(self) -> Iterator[Finding]:
        """Of the whole file."""
        before, after = self._before.file.package, self._after.file.package
        if before != after:
            fact = f"the package was {_named(before)} and is now {_named(after)}"
            yield self._found("protobuf-package-changed", "/package", fact)
        types = _relative(self._after)
        for name, was in _relative(self._before).items():
            now = types.get(name)
            if isinstance(was, Message) and isinstance(now, Message):
                yield from self._message(was, now)
            elif isinstance(was, Enum) and isinstance(now, Enum):
                yield from self._enum(was, now)
            elif name.rpartition(".")[0] in ("", *types):
                what = "message" if isinstance(was, Message) else "enum"
                yield self._found("protobuf-type-deleted", _around(now), f'there is no {what} "{name}" any more')
        services = {each.name.rpartition(".")[2]: each for each in self._after.file.services}
        for service in self._before.file.services:
            yield from self._service(service, services.get(service.name.rpartition(".")[2]))

    def _message(self, was: Message, now: Message) -> Iterator[Finding]:
        fields = {each.number: each for each in now.fields}
        names = {each.name for each in now.fields}
        for each in was.fields:
            still = fields.get(each.number)
            if still is not None:
                yield from self._field(each, still)
            else:
                yield from self._freed("field", each.name, each.number, now, each.name in names)
        yield from self._reservations(was, now)

    def _field(self, was: Field, now: Field) -> Iterator[Finding]:
        if was.json_name != now.json_name:
            fact = f'the field {was.number}, "{was.json_name}" in JSON, is now "{now.json_name}"'
            yield self._found("protobuf-field-renamed", now.pointer, fact)
        elif was.name != now.name:
            fact = f'the field {was.number}, "{was.name}", is now called "{now.name}"'
            yield self._found("protobuf-field-renamed", now.pointer, fact)
        if not self._same_bytes(was, now):
            return
        before, after = self._json(self._before, was), self._json(self._after, now)
        if before != after:
            fact = f'in JSON, "{now.name}" was {before} and is now {after}'
            yield self._found("protobuf-json-changed", now.pointer, fact)
            return
        renamed = self._named_otherwise(self._before.target(was), self._after.target(now))
        if renamed:
            yield self._found("protobuf-json-changed", now.pointer, f'in JSON of "{now.name}", {renamed}')

    def _named_otherwise(self, was: Target | None, now: Target | None) -> str:
        """What another type calls otherwise in JSON; what one type does is told where it is declared."""
        if was is None or now is None or _within(self._before, was.name) == _within(self._after, now.name):
            return ""
        before, after = _json_names(was), _json_names(now)
        for number, name in before.items():
            if number in after and after[number] != name:
                return f'"{name}" ({number}) of {_short(was)} is "{after[number]}" of {_short(now)}'
        return ""

    def _same_bytes(self, was: Field, now: Field) -> bool:
        """False where the bytes are taken for something else: that is a break of its own."""
        before, after = self._before.target(was), self._after.target(now)
        if isinstance(before, Message) and isinstance(after, Message):
            one, two = _held(before), _held(after)
            return one is None or two is None or self._same_bytes(one, two)
        if isinstance(before, Message) or isinstance(after, Message):
            return False
        return encoding(before or was.type) == encoding(after or now.type)

    def _json(self, linked: Linked, field: Field) -> str:
        """What a field is in JSON."""
        target = linked.target(field)
        if isinstance(target, Message):
            held = _held(target)
            if target.map_entry and held is not None:
                return f"an object by key (each value {self._json(linked, held)})"
            kind = _json_of_message(target) if held is None else f"{_json_of(held.type)} or null"
        else:
            kind = _json_of(target or field.type)
        return f"a list (each item {kind})" if field.label == "repeated" else kind

    def _enum(self, was: Enum, now: Enum) -> Iterator[Finding]:
        names: dict[int, list[str]] = {}
        for value in now.values:
            names.setdefault(value.number, []).append(value.name)
        every = {value.name for value in now.values}
        pointers = {value.number: value.pointer for value in reversed(now.values)}
        for value in was.values:
            if value.number not in names:
                yield from self._freed("value", value.name, value.number, now, value.name in every)
            elif value.name not in names[value.number]:
                fact = f'the value {value.number}, "{value.name}", is now called "{names[value.number][0]}"'
                yield self._found("protobuf-enum-value-renamed", pointers[value.number], fact)
        yield from self._reservations(was, now)

    def _freed(self, what: str, name: str, number: int, now: Message | Enum, named: bool) -> Iterator[Finding]:
        """A number that is used no more; ``named`` says that its name is."""
        if not now.reserved.number(number):
            fact = f'the {what} "{name}" is gone, and its number {number} is not reserved'
            yield self._found(
                "protobuf-number-not-reserved", now.pointer, fact, f"Write `reserved {number};` into {_short(now)}."
            )
        if not named and name not in now.reserved.names:
            fact = f'the {what} "{name}" is gone, and its name is not reserved'
            yield self._found(
                "protobuf-name-not-reserved", now.pointer, fact, f'Write `reserved "{name}";` into {_short(now)}.'
            )

    def _reservations(self, was: Message | Enum, now: Message | Enum) -> Iterator[Finding]:
        for told in _given_up(was.reserved, now.reserved):
            fact = f"{told} was reserved in {_short(now)}, and is no longer"
            yield self._found("protobuf-reservation-removed", now.pointer, fact)

    def _service(self, was: Service, now: Service | None) -> Iterator[Finding]:
        name = was.name.rpartition(".")[2]
        if now is None:
            yield self._found("protobuf-rpc-changed", "", f'there is no service "{name}" any more')
            return
        methods = {each.name: each for each in now.methods}
        for each in was.methods:
            still = methods.get(each.name)
            if still is None:
                yield self._found("protobuf-rpc-changed", now.pointer, f'there is no RPC "{name}.{each.name}" any more')
                continue
            sides = (
                ("takes", each.takes, still.takes, each.takes_stream, still.takes_stream),
                ("gives", each.gives, still.gives, each.gives_stream, still.gives_stream),
            )
            for verb, before, after, before_stream, after_stream in sides:
                one = _side(self._before, was.name, before, before_stream)
                two = _side(self._after, now.name, after, after_stream)
                if one != two:
                    fact = f'the RPC "{name}.{each.name}" {verb} {two}, no longer {one}'
                    yield self._found("protobuf-rpc-changed", still.pointer, fact)
            one, two = (dict(side.options).get("idempotency_level", "unset") for side in (each, still))
            if one != two:
                fact = f'the idempotency level of the RPC "{name}.{each.name}" is {two}, no longer {one}'
                yield self._found("protobuf-rpc-changed", still.pointer, fact)

    def _found(self, rule: str, pointer: str, fact: str, remedy: str = "") -> Finding:
        return finding(rule, self._new.place(pointer), fact, remedy, pointer=pointer)


def _relative(linked: Linked) -> dict[str, Target]:
    """The messages and enums by their names without the package; the entries of maps are no types of their own."""
    return {
        _within(linked, name): target
        for name, target in linked.types.items()
        if not (isinstance(target, Message) and target.map_entry)
    }


def _within(linked: Linked, name: str) -> str:
    """A full name without the package of the file."""
    return name.removeprefix(f"{linked.file.package}.") if linked.file.package else name


def _side(linked: Linked, scope: str, name: str, stream: bool) -> str:
    full = _within(linked, linked.message(scope, name).name)
    return f"a stream of {full}" if stream else full


def _given_up(was: Reserved, now: Reserved) -> Iterator[str]:
    for first, last in was.numbers:
        covered = first
        for start, end in sorted(now.numbers):
            if start <= covered <= end:
                covered = end + 1
        if covered <= last:
            yield f"the number {first}" if first == last else f"the range {first} to {last}"
    for name in was.names:
        if name not in now.names:
            yield f'the name "{name}"'


def _json_of(kind: Kind) -> str:
    if isinstance(kind, Enum):
        return "the name of a value"
    if kind in _DIGITS:
        return "a string of digits"
    return {"bool": "true or false", "string": "a string", "bytes": "a string in base64"}.get(kind, "a number")


def _held(message: Message) -> Field | None:
    """The field that an entry of a map, or a wrapper such as ``Int32Value``, is all about."""
    if message.map_entry or (is_well_known(message.name) and [each.name for each in message.fields] == ["value"]):
        return next((each for each in message.fields if each.name == "value"), None)
    return None


def _json_of_message(message: Message) -> str:
    """What a message is in JSON: some of the well-known ones have a form of their own."""
    short = message.name.rpartition(".")[2] if is_well_known(message.name) else ""
    return _WELL_KNOWN.get(short, "an object")


def _json_names(target: Target) -> dict[int, str]:
    """What the fields of a message, or the values of an enum, are called in JSON, by number."""
    if isinstance(target, Message):
        return {each.number: each.json_name for each in target.fields}
    return {each.number: each.name for each in reversed(target.values)}


def _named(package: str) -> str:
    return f'"{package}"' if package else "none"


def _short(declared: Message | Enum) -> str:
    return f'"{declared.name.rpartition(".")[2]}"'


def _around(target: Target | None) -> str:
    return target.pointer if target is not None else ""
