"""The wire format of the serializers of AWS Glue Schema Registry: eighteen bytes, then the payload.

Byte 0 is 3, byte 1 says whether the payload is as it is (0) or compressed with zlib (5), and bytes 2 to 17 are the id of
the schema version, a UUID in the order of its text. Source: awslabs/aws-glue-schema-registry, README and
``AWSSchemaRegistryConstants``.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from schemaward.errors import InputError

VERSION = 3
PLAIN = 0
ZLIB = 5
HEADER = 18
"""Bytes before the payload."""

MOST_BYTES = 16_000_000
"""Bytes of a payload, uncompressed: what a record may have at most where nothing else is said."""

_FOREIGN = "it was written by another serializer, or for another registry"


class WireError(InputError):
    """Bytes that are no message of the Glue wire format."""


class Frame(NamedTuple):
    """One message: which schema version wrote it, and its payload, which is not compressed any more."""

    version_id: UUID
    payload: bytes


def is_framed(data: bytes) -> bool:
    """Whether the bytes begin as a message does."""
    return len(data) >= HEADER and data[0] == VERSION and data[1] in (PLAIN, ZLIB)


def unframe(data: bytes, most: int = MOST_BYTES) -> Frame:
    """Take a message apart; raises WireError. A payload of more than ``most`` bytes is never held in memory."""
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise WireError(f"the message is of type {type(data).__name__}, not bytes", "pass what was received")
    if len(data) < HEADER:
        raise WireError(f"the message has {len(data)} bytes, and the header alone has {HEADER}", "it was cut off")
    if data[0] != VERSION:
        raise WireError(f"the message begins with byte {data[0]}, not with {VERSION}", _FOREIGN)
    payload = bytes(data[HEADER:])
    if data[1] == ZLIB:
        payload = _inflated(payload, most)
    elif data[1] != PLAIN:
        raise WireError(f"byte 1 of the message is {data[1]}; {PLAIN} and {ZLIB} are known", _FOREIGN)
    if len(payload) > most:
        raise too_large(most)
    return Frame(_version_id(bytes(data[2:HEADER])), payload)


def frame(version_id: UUID, payload: bytes, *, compress: bool = False) -> bytes:
    """Put a message together."""
    header = bytes((VERSION, ZLIB if compress else PLAIN)) + version_id.bytes
    return header + (zlib.compress(payload) if compress else payload)


@lru_cache(maxsize=1024)
def _version_id(data: bytes) -> UUID:
    return UUID(bytes=data)


def _inflated(data: bytes, most: int) -> bytes:
    inflate = zlib.decompressobj()
    try:
        payload = inflate.decompress(data, most + 1)
    except zlib.error as error:
        raise WireError(f"the payload cannot be decompressed: {error}", "it was damaged on its way") from None
    if len(payload) > most:
        raise too_large(most)
    if not inflate.eof:
        raise WireError("the compressed payload ends too early", "it was cut off")
    if inflate.unused_data:
        fact = f"{len(inflate.unused_data)} bytes follow the end of the compressed payload"
        raise WireError(fact, "send one record in a message")
    return payload


def too_large(most: int) -> WireError:
    """What is said of a payload of more than ``most`` bytes."""
    return WireError(f"the payload has more than {most:,} bytes", "raise the limit if records may be so large")
