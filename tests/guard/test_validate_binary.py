"""``validate`` over bytes: Avro containers and bare data, Glue messages of several versions, Protobuf; whole and damaged."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import fastavro
import pytest
from guard_commands import command, counts, told, validate
from guard_contracts import EVENT, write_contract

from schemaward import Guard
from schemaward.guard.binary_inputs import varint
from schemaward.guard.wire import frame

SYNC = bytes(range(16))


def zigzag(value: int) -> bytes:
    return varint(2 * value if value >= 0 else -2 * value - 1)


def container(schema: Any, blocks: list[tuple[int, bytes]], codec: str = "null") -> bytes:
    """An Avro container file made by the letter of the specification."""
    meta = {"avro.schema": json.dumps(schema).encode(), "avro.codec": codec.encode()}
    pairs = b"".join(zigzag(len(key)) + key.encode() + zigzag(len(value)) + value for key, value in meta.items())
    head = b"Obj\x01" + zigzag(len(meta)) + pairs + b"\x00" + SYNC
    return head + b"".join(zigzag(count) + zigzag(len(data)) + data + SYNC for count, data in blocks)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def delimited(records: list[bytes]) -> bytes:
    return b"".join(varint(len(record)) + record for record in records)


@pytest.mark.parametrize("codec", ["null", "deflate", "bzip2", "xz"])
def test_containers_that_others_write_are_read(contracts: Path, codec: str) -> None:
    with open("events.avro", "wb") as file:
        fastavro.writer(file, EVENT[1], [{"id": number, "page": None} for number in range(5000)], codec=codec)
    assert counts(validate("web.event", "events.avro")) == (5000, 0)


def test_records_of_another_version_are_resolved_one_by_one(contracts: Path) -> None:
    old, wide = EVENT[0], {**EVENT[0], "fields": [{"name": "id", "type": ["long", "string"]}]}
    Path("old.avro").write_bytes(container(old, [(2, b"\x02\x04")]))
    assert counts(validate("web.event@2", "old.avro")) == (2, 0)
    Path("wide.avro").write_bytes(container(wide, [(3, b"\x00\x02" + b"\x02\x02x" + b"\x00\x04"), (1, b"\x02\x02y")]))
    said = validate("web.event@2", "wide.avro")
    assert counts(said) == (2, 2)
    assert [place for place, _, _ in told(said)] == [2, 4]


@pytest.mark.parametrize(
    ("data", "fact"),
    [
        (b"", "this is no Avro container file"),
        (b"Obj\x01", "the head of the Avro container file cannot be read"),
        (container(EVENT[0], [(1, b"\x02")])[:-1], "the file ends in the middle of a record"),
        (container(EVENT[0], [(1, b"\x02")]) + b"\x80", "the file ends in the middle of a record"),
        (container(EVENT[0], [(1, b"\x02")])[:-1] + b"x", "the mark after a block is another than that of the file"),
        (container(EVENT[0], [(2**40, b"\x02")]), "a block of 1 bytes claims 1,099,511,627,776 records"),
        (container(EVENT[0], [(1, b"\x02\x02")]), "a block has 1 bytes after its last record"),
        (container(EVENT[0], [(1, b"\x80")]), "a record of a block cannot be read: it ends in the middle of a value"),
        (container(EVENT[0], [(1, b"junk")], "deflate"), "a block cannot be inflated: it is cut off"),
        (container(EVENT[0], [(1, b"junk")], "bzip2"), "a block cannot be inflated: "),
        (container(EVENT[0], [(1, b"\x02")], "snappy"), 'the blocks are compressed with "snappy"'),
        (container({"type": "recrd"}, []), "the schema in the head of the file cannot be used"),
    ],
)
def test_damaged_containers_break_off_where_they_are_damaged(contracts: Path, data: bytes, fact: str) -> None:
    Path("events.avro").write_bytes(data)
    said = validate("web.event", "events.avro")
    assert said.code == 2
    assert said.value["files"][0]["broken"].startswith(fact)


@pytest.mark.parametrize(
    ("codec", "pack"),
    [("deflate", raw_deflate), ("bzip2", bz2.compress), ("xz", lambda data: lzma.compress(data, preset=0))],
    ids=["deflate", "bzip2", "xz"],
)
def test_a_block_that_inflates_without_end_is_not_read(
    contracts: Path, codec: str, pack: Callable[[bytes], bytes]
) -> None:
    Path("events.avro").write_bytes(container(EVENT[0], [(1, pack(bytes(65_000_000)))], codec))
    said = validate("web.event", "events.avro")
    assert said.code == 2
    assert said.value["files"][0]["broken"].startswith("a block inflates to more than 64,000,000")


def test_what_comes_before_the_damage_counts(contracts: Path) -> None:
    Path("events.avro").write_bytes(container(EVENT[0], [(2, b"\x02\x04"), (1, b"\x80")]))
    said = command("validate", "web.event", "events.avro")
    assert said.code == 2
    assert said.out.splitlines()[0] == "events.avro: 2 records against web.event@2: 2 good, 0 bad"
    assert "the rest cannot be read" in said.out


def test_a_container_of_a_hostile_schema_is_walked_before_it_is_decoded(contracts: Path) -> None:
    chain = {"type": "record", "name": "L", "fields": [{"name": "n", "type": ["null", "L"]}]}
    Path("deep.avro").write_bytes(container(chain, [(1, b"\x02" * 100_000 + b"\x00")]))
    said = validate("web.event", "deep.avro")
    assert "nested deeper than 100 levels" in said.value["files"][0]["broken"]


def test_bare_avro_data_follow_one_another(contracts: Path) -> None:
    stream = BytesIO()
    for number in range(3000):
        fastavro.schemaless_writer(stream, EVENT[1], {"id": number, "page": "/"})
    Path("events.bin").write_bytes(stream.getvalue())
    assert counts(validate("web.event", "events.bin", "--input", "avro-binary")) == (3000, 0)
    Path("events.bin").write_bytes(stream.getvalue()[:-1])
    said = validate("web.event", "events.bin", "--input", "avro-binary")
    assert (said.code, counts(said)) == (2, (2999, 0))


def test_messages_of_mixed_versions_in_one_file(contracts: Path, receipts: Path) -> None:
    old, new = (Guard.from_contract(f"web.event@{number}", receipts=receipts) for number in (1, 2))
    person = Guard.from_contract("crm.person", receipts=receipts)
    messages = [
        old.encode({"id": 1}),
        new.encode({"id": 2, "page": "/"}, compress=True),
        person.encode({"name": "Ada"}),
        frame(UUID(int=7), b"\x02"),
        old.encode({"id": 3})[:17],
        b"\x00" + old.encode({"id": 3})[1:],
        b"\x03\x05" + old.encode({"id": 3})[2:18] + zlib.compress(bytes(50_000_000)),
        old.encode({"id": 3}) + b"\x00",
        old.encode({"id": 4}),
    ]
    Path("events.bin").write_bytes(delimited(messages))
    said = validate("web.event@2", "events.bin", "--input", "glue", "--receipts", receipts)
    assert counts(said) == (3, 6)
    assert [rule for _, rule, _ in told(said)] == ["schema-id", "schema-id", "wire", "wire", "wire", "syntax"]
    offsets = [place for place, _, _ in told(said)]
    assert offsets[0] == len(delimited(messages[:2]))


@pytest.mark.parametrize(("contract", "record"), [("crm.person", {"name": "Ada"}), ("shop.order", {"id": "a"})])
def test_one_message_alone_is_a_file_too(contracts: Path, receipts: Path, contract: str, record: Any) -> None:
    message = Guard.from_contract(contract, receipts=receipts).encode(record)
    Path("one.bin").write_bytes(message)
    assert counts(validate(contract, "one.bin", "--input", "glue", "--receipts", receipts)) == (1, 0)


def test_bytes_that_begin_as_a_compressed_file_does_are_records(contracts: Path) -> None:
    fields = [{"name": name, "type": "int"} for name in ("one", "two")]
    write_contract(contracts, "some.pair", "AVRO", "avsc", [{"type": "record", "name": "Pair", "fields": fields}])
    for data, records in (
        (b"\x1f\x8b\x08\x02\x02", 2),  # (-16, 517), (1, 1): as much of a head as two records have
        (b"\x1f\x8b\x08" + b"\x02" * 98, 50),
        (b"\x1f\x8b\x08\x00" * 50, 75),
    ):
        Path("pairs.bin").write_bytes(data)
        assert counts(validate("some.pair", "pairs.bin", "--input", "avro-binary")) == (records, 0)
        Path("pairs.bin").write_bytes(gzip.compress(data))
        assert counts(validate("some.pair", "pairs.bin", "--input", "avro-binary")) == (records, 0)
    Path("pairs.bin.gz").write_bytes(b"\x1f\x8b\x08\x02\x02")
    assert validate("some.pair", "pairs.bin.gz", "--input", "avro-binary").code == 2


def test_protobuf_records_stand_behind_their_lengths(contracts: Path) -> None:
    Path("orders.bin").write_bytes(delimited([b"\x0a\x01a", b"", b"\x0a\x05a", b"\x0a\x01b"]))
    said = validate("shop.order", "orders.bin", "--input", "protobuf")
    assert (told(said), counts(said)) == ([(5, "syntax", "")], (3, 1))
    Path("lines.bin").write_bytes(delimited([b"\x08\x03"]))
    assert counts(validate("shop.order", "lines.bin", "--input", "protobuf", "--message", "Line")) == (1, 0)
    assert validate("shop.order", "lines.bin", "--input", "protobuf", "--message", "Nothing").code == 2


@pytest.mark.parametrize("data", [b"\x05abc", b"\x80", b"\xff" * 11])
def test_lengths_that_promise_too_much_break_off(contracts: Path, data: bytes) -> None:
    Path("orders.bin").write_bytes(delimited([b"\x0a\x01a"]) + data)
    said = validate("shop.order", "orders.bin", "--input", "protobuf")
    assert (said.code, counts(said)) == (2, (1, 0))


def test_a_record_behind_a_huge_length_is_passed_over(contracts: Path) -> None:
    Path("orders.bin").write_bytes(delimited([b"\x0a\x01a", bytes(3_000_000), b"\x0a\x01b"]))
    said = validate("shop.order", "orders.bin", "--input", "protobuf", "--max-record-mb", 1)
    assert (told(said), counts(said)) == ([(4, "size", "")], (2, 1))


def test_rows_of_parquet_are_held_against_an_avro_contract(contracts: Path) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    parquet.write_table(arrow.table({"id": [1, 2], "page": ["/", None]}), "events.parquet")
    assert counts(validate("web.event", "events.parquet")) == (2, 0)


def test_avro_with_a_meaning_is_read_by_its_meaning(tmp_path: Path, contracts: Path) -> None:
    fields = [{"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}}]
    write_contract(tmp_path, "web.visit", "AVRO", "avsc", [{"type": "record", "name": "Visit", "fields": fields}])
    Path("visits.avro").write_bytes(
        container({"type": "record", "name": "Visit", "fields": fields}, [(1, zigzag(5)), (1, zigzag(2**62))])
    )
    assert counts(validate("web.visit", "visits.avro")) == (1, 1)
