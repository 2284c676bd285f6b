"""Random .proto files, close enough to each other that steps between them mean something, and random messages."""

from __future__ import annotations

import random
from typing import Any

from schemaward.formats.protobuf import runtime
from schemaward.formats.protobuf.declared import SCALARS, Message
from schemaward.formats.protobuf.linking import Linked

NAMES = ("A", "B", "C")
COMMON = ("int32", "int64", "uint32", "bool", "string", "bytes", "sint32", "fixed32", "double", "E", *NAMES)


def random_file(rng: random.Random, syntax: str) -> str:
    """A file with up to three messages, which refer to each other, and an enum."""
    names = NAMES[: rng.randint(1, 3)]
    parts = [f'syntax = "{syntax}";', random_enum(rng)]
    parts += [f"message {name} {{ {random_body(rng, syntax, names)} }}" for name in names]
    rng.shuffle(rest := parts[1:])
    return "\n".join([parts[0], *rest])


def random_enum(rng: random.Random) -> str:
    values = [0, *sorted(rng.sample(range(1, 5), rng.randint(0, 3)))]
    return "enum E { " + " ".join(f"V{number} = {number};" for number in values) + " }"


def random_body(rng: random.Random, syntax: str, names: tuple[str, ...]) -> str:
    numbers = rng.sample(range(1, 6), rng.randint(0, 4))
    inside = [random_field(rng, syntax, names, number) for number in numbers]
    together = [text for text, alone in inside if not alone]
    free = [text for text, alone in inside if alone]
    if together:
        free.append(f"oneof choice {{ {' '.join(together)} }}")
    rng.shuffle(free)
    return " ".join(free)


def random_field(rng: random.Random, syntax: str, names: tuple[str, ...], number: int) -> tuple[str, bool]:
    """A field, and whether it stands outside the oneof."""
    kind = rng.choice([each for each in (*COMMON, *SCALARS) if each not in NAMES or each in names])
    name = f"f{number if rng.random() < 0.9 else number + 1}_{number}"
    if rng.random() < 0.1:
        return f"map<{rng.choice(('string', 'int32', 'bool'))}, {kind}> {name} = {number};", True
    if rng.random() < 0.2:
        return f"{kind} {name} = {number};", False
    labels = ["optional", "repeated"] + (["required"] if syntax == "proto2" and kind not in NAMES else [""])
    label = rng.choice(labels)
    packing = f" [packed = {rng.choice(('true', 'false'))}]" if label == "repeated" and rng.random() < 0.2 else ""
    if packing and (kind in ("string", "bytes") or kind in names):
        packing = ""
    if label == "" and syntax == "proto2":
        label = "optional"
    return f"{label} {kind} {name} = {number}{packing};", True


def edited(rng: random.Random, text: str, syntax: str) -> str:
    """The file with one word changed, or another file; it may be no schema any more."""
    if rng.random() < 0.3:
        return random_file(rng, syntax)
    words = text.split(" ")
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(words))
        if words[at] in (*SCALARS, "E", *NAMES):
            words[at] = rng.choice((*COMMON, *SCALARS))
        elif words[at] in ("optional", "repeated", "required"):
            words[at] = rng.choice(("optional", "repeated", "required"))
        elif words[at].rstrip(";").isdigit():
            words[at] = f"{rng.randint(0, 6)};"
        elif words[at] == "oneof":
            words[at] = "message"
    return " ".join(words)


INTEGERS = (0, 1, 2, -1, 3, 2**31 - 1, 2**31, 2**32, -(2**31), 2**63 - 1, 2**63, -(2**63))


def random_message(rng: random.Random, linked: Linked, message: Message) -> Any:
    """A message with random content, possibly without a required field."""
    instance = runtime.empty(linked, message)
    fill(rng, instance, 3)
    return instance


def fill(rng: random.Random, instance: Any, depth: int) -> None:
    for described in instance.DESCRIPTOR.fields:
        if rng.random() < 0.3 and not described.is_required:
            continue
        held = getattr(instance, described.name)
        if runtime.is_map(described):
            key, value = described.message_type.fields
            for _ in range(rng.randint(0, 2)):
                at = random_scalar(rng, key)
                if not value.message_type:
                    held[at] = random_scalar(rng, value)
                elif depth:
                    fill(rng, held[at], depth - 1)
        elif described.message_type and depth:
            for _ in range(rng.randint(0, 2) if described.is_repeated else 1):
                inner = held.add() if described.is_repeated else held
                inner.SetInParent()
                fill(rng, inner, depth - 1)
        elif not described.message_type and described.is_repeated:
            held.extend(random_scalar(rng, described) for _ in range(rng.randint(0, 3)))
        elif not described.message_type:
            setattr(instance, described.name, random_scalar(rng, described))


def random_scalar(rng: random.Random, described: Any) -> Any:
    if described.enum_type:
        return rng.choice([value.number for value in described.enum_type.values])
    if described.type == described.TYPE_BOOL:
        return rng.random() < 0.5
    if described.type == described.TYPE_STRING:
        return rng.choice(("", "a", "é", "long enough to be something"))
    if described.type == described.TYPE_BYTES:
        return rng.choice((b"", b"a", b"\xff\x00", b"\x08\x01"))
    if described.type in (described.TYPE_DOUBLE, described.TYPE_FLOAT):
        return rng.choice((0.0, 1.5, -2.0))
    bits = 64 if described.cpp_type in (described.CPPTYPE_INT64, described.CPPTYPE_UINT64) else 32
    signed = described.cpp_type in (described.CPPTYPE_INT32, described.CPPTYPE_INT64)
    least, most = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    return rng.choice([value for value in INTEGERS if least <= value <= most])
