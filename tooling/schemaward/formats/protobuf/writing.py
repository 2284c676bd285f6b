"""Small messages that a writer can write, as plans: which fields hold what, by number."""

from __future__ import annotations

from typing import TypeAlias

from schemaward.formats.protobuf.declared import Enum, Field, Message
from schemaward.formats.protobuf.linking import Linked
from schemaward.formats.protobuf.scalars import Scalar, samples, zero

Plan: TypeAlias = "dict[int, PlanValue]"
PlanValue: TypeAlias = "Scalar | Plan | list[Scalar | Plan]"

_DEEPEST = 60
"""Required messages inside each other; decoders stop at 100 levels, and a path leads to the first."""

LARGEST = 2_000
"""Messages in one plan. Where each requires two of the next, they double with each level."""


class TooMuchWorkError(Exception):
    """The schemas pair more messages, or require larger ones, than a check can look at."""


class Writing:
    """Plans for the messages of one schema."""

    def __init__(self, linked: Linked) -> None:
        self._linked = linked
        self._depths: dict[str, int | None] = {}
        self._sizes: dict[str, int] = {}

    def possible(self, message: Message) -> bool:
        """False when nobody can write the message, since it requires itself, or too many levels of others."""
        if message.name not in self._depths:
            self._measure(message)
        return self._depths[message.name] is not None

    def _measure(self, start: Message) -> None:
        """The levels of required messages below ``start`` and all that it requires; None where there is no end."""
        below: dict[str, list[str]] = {}
        pending = [start]
        while pending:
            message = pending.pop()
            if message.name not in below:
                inner = [self._linked.target(each) for each in message.fields if _is_needed(each, message)]
                required = [each for each in inner if isinstance(each, Message)]
                below[message.name] = [each.name for each in required]
                pending += required
        depths: dict[str, int] = {}
        for depth in range(_DEEPEST):
            new = [name for name in below if name not in depths and all(each in depths for each in below[name])]
            if not new:
                break
            depths.update(dict.fromkeys(new, depth))
            self._sizes.update((name, 1 + sum(self._sizes[each] for each in below[name])) for name in new)
        self._depths.update((name, depths.get(name)) for name in below)

    def least(self, message: Message, reader: Message | None = None) -> Plan:
        """What must be written, and what ``reader`` requires besides, as far as the writer has it.

        Raises TooMuchWorkError when that is too large to be written out.
        """
        if self.size(message, reader) > LARGEST:
            raise TooMuchWorkError
        return {each.number: self._held(each) for each in self._needed(message, reader)}

    def size(self, message: Message, reader: Message | None = None) -> int:
        """How many messages ``least`` would put into a message, on all levels."""
        return sum(map(self._size, self._needed(message, reader)))

    def _size(self, field: Field) -> int:
        target = self._linked.target(field)
        return self._sizes[target.name] if isinstance(target, Message) and self.possible(target) else 0

    def _needed(self, message: Message, reader: Message | None) -> list[Field]:
        asked = {each.number for each in reader.fields if each.label == "required"} if reader else set()
        return [
            each
            for each in message.fields
            if _is_needed(each, message) or (each.number in asked and self._writable(each))
        ]

    def example(self, message: Message, last: bool = False) -> Plan:
        """A plan with one field set where there is one; with ``last``, another value of the same field if it has two."""
        plan = self.least(message)
        chosen = next((each for each in message.fields if self._linked.target(each) is None), None)
        chosen = chosen or next((each for each in message.fields if self._writable(each)), None)
        if chosen is not None:
            plan[chosen.number] = self._held(chosen, last)
        return plan

    def value(self, field: Field, last: bool = False) -> Scalar | Plan:
        """One value of a field, whatever its label: its default if it declares one, else the smallest that is not zero."""
        target = self._linked.target(field)
        if isinstance(target, Message):
            return self.least(target)
        kind = target or field.type
        known = list(samples(kind)) or [zero(kind)]
        return ("b" if kind == "string" else known[-1]) if last else known[0]

    def _held(self, field: Field, last: bool = False) -> PlanValue:
        value = self.value(field, last)
        return [value] if field.label == "repeated" else value

    def _writable(self, field: Field) -> bool:
        target = self._linked.target(field)
        return target is None or isinstance(target, Enum) or self.possible(target)


def _is_needed(field: Field, message: Message) -> bool:
    """Whether a message is not written without a field; the entry of a map always has both of its own."""
    return field.label == "required" or message.map_entry
