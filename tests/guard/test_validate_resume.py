"""Runs that part a file and go on later: which journal is whose, what may change in between, what is never touched."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from guard_commands import Said, command, counts, told, validate
from guard_contracts import PERSON, write_contract

from schemaward import Guard
from schemaward.guard import inputs
from schemaward.guard.binary_inputs import varint

GOOD, BAD = b'{"name":"Ada"}\n', b'{"age":1}\n'


def part(contract: str, name: str, *arguments: object, good: str = "good.out", bad: str = "bad.out") -> Said:
    return command("validate", contract, name, "--good", good, "--bad", bad, *arguments)


def stopped(monkeypatch: pytest.MonkeyPatch, data: bytes = (GOOD + BAD) * 50, *arguments: object) -> bytes:
    """A run over ``data`` in ``a.jsonl`` that stopped after a few records."""
    Path("a.jsonl").write_bytes(data)
    monkeypatch.setattr(inputs.pieces, "__defaults__", (200,))
    assert part("crm.person", "a.jsonl", "--max-errors", 3, *arguments).code == 1
    assert Path("good.out.journal").exists()
    return data


def files() -> set[str]:
    return {path.name for path in Path().iterdir() if path.is_file()}


def test_a_journal_is_of_one_run_alone(contracts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = stopped(monkeypatch)
    precious = b"precious data, longer than a few bytes"
    Path("precious.txt").write_bytes(precious)
    Path("b.jsonl").write_bytes(data)
    others: list[tuple[Said, str]] = [
        (part("crm.person", "a.jsonl", bad="precious.txt"), "bad"),
        (part("crm.person", "b.jsonl"), "input"),
        (part("crm.person@1", "a.jsonl"), "contract"),
        (part("crm.person", "a.jsonl", "--max-record-mb", 1), "max_record"),
        (part("crm.person", "a.jsonl", "--input", "csv"), "kind"),
    ]
    for said, name in others:
        assert (said.code, f"is of another run, with another {name}: " in said.err) == (2, True)
    assert Path("precious.txt").read_bytes() == precious
    assert part("crm.person", "a.jsonl").code == 1
    assert Path("good.out").read_bytes() + Path("bad.out").read_bytes() == GOOD * 50 + BAD * 50


def test_two_runs_do_not_write_the_same_files(contracts: Path) -> None:
    """The second would go on by the journal of the first, which would then cut off what the second has written."""
    data = (GOOD + BAD) * 100_000
    program = "import sys; from schemaward.cli import run; sys.exit(run(sys.argv[1:]))"
    arguments = ["validate", "crm.person", "-", "--good", "good.out", "--bad", "bad.out"]
    first = subprocess.Popen([sys.executable, "-c", program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert first.stdin is not None
    first.stdin.write(data)  # more than a pipe holds, so it has begun
    said = part("crm.person", "-")
    assert (said.code, "another run is writing" in said.err) == (2, True)
    first.communicate()
    assert first.returncode == 1
    assert Path("good.out").read_bytes() + Path("bad.out").read_bytes() == GOOD * 100_000 + BAD * 100_000
    assert files() == {"good.out", "bad.out"}


def test_the_lock_of_a_run_that_was_killed_holds_nobody_up(contracts: Path) -> None:
    Path("a.jsonl").write_bytes(GOOD)
    Path(".good.out.journal.lock").touch()
    assert part("crm.person", "a.jsonl").code == 0
    assert files() == {"a.jsonl", "good.out", "bad.out"}


def test_a_journal_is_of_one_message(contracts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.jsonl").write_bytes(b'{"count":"x"}\n' * 100)
    monkeypatch.setattr(inputs.pieces, "__defaults__", (200,))
    assert part("shop.order", "a.jsonl", "--message", "Line", "--max-errors", 3).code == 1
    said = part("shop.order", "a.jsonl", "--message", "Order")
    assert (said.code, "is of another run, with another message: Line" in said.err) == (2, True)


def test_a_journal_is_of_one_content_of_the_contract(contracts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped(monkeypatch)
    Path("contracts/crm/person/v2.json").write_text(json.dumps({**PERSON[1], "required": []}))
    assert "with another schema" in part("crm.person", "a.jsonl").err


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("good.out", "good.out.journal"),
        ("good.out", "good.out"),
        ("a.jsonl", "bad.out"),
        ("good.out", ".good.out.journal.lock"),
        ("good.out", "a.jsonl"),
        ("good.out", "link.jsonl"),
    ],
)
def test_input_outputs_journal_and_lock_are_different_files(contracts: Path, good: str, bad: str) -> None:
    Path("a.jsonl").write_bytes(GOOD + BAD)
    Path("link.jsonl").symlink_to("a.jsonl")
    before = files()
    said = part("crm.person", "a.jsonl", good=good, bad=bad)
    assert (said.code, "must be different files" in said.err) == (2, True)
    assert Path("a.jsonl").read_bytes() == GOOD + BAD
    assert files() == before


@pytest.mark.parametrize("packed", [False, True])
def test_an_input_that_was_replaced_is_not_gone_on_with(
    contracts: Path, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    data = stopped(monkeypatch)
    done = Path("good.out").read_bytes(), Path("bad.out").read_bytes()
    other = data.replace(b"Ada", b"Bob", 1)
    Path("a.jsonl").write_bytes(gzip.compress(other) if packed else other)
    said = part("crm.person", "a.jsonl")
    assert (said.code, "the input is not what it was" in said.err) == (2, True)
    assert (Path("good.out").read_bytes(), Path("bad.out").read_bytes()) == done
    longer = data + GOOD
    Path("a.jsonl").write_bytes(gzip.compress(longer) if packed else longer)
    assert part("crm.person", "a.jsonl").code == 1
    assert Path("good.out").read_bytes() == GOOD * 51


def test_a_large_record_that_was_cut_off_is_in_one_file_once(contracts: Path) -> None:
    noise = random.Random(1).randbytes(1_500_000).hex().encode()
    data = GOOD * 100 + b'{"name":"' + noise + b'"}\n' + BAD * 100
    packed = gzip.compress(data)
    Path("a.jsonl.gz").write_bytes(packed[: len(packed) * 7 // 10])
    assert part("crm.person", "a.jsonl.gz", "--max-record-mb", 1).code == 2
    Path("a.jsonl.gz").write_bytes(packed)
    assert part("crm.person", "a.jsonl.gz", "--max-record-mb", 1).code == 1
    assert Path("good.out").read_bytes() + Path("bad.out").read_bytes() == data


def test_a_large_message_that_was_cut_off_is_in_one_file_once(contracts: Path) -> None:
    messages = [b"\x0a\x01a", b"\x0a" * 3_000_000, b"\x0a\x05a"]
    data = b"".join(varint(len(each)) + each for each in messages)
    Path("o.bin").write_bytes(data[:2_500_000])
    options = ("--input", "protobuf", "--max-record-mb", 1)
    assert part("shop.order", "o.bin", *options).code == 2
    Path("o.bin").write_bytes(data)
    assert part("shop.order", "o.bin", *options).code == 1
    assert Path("good.out").read_bytes() + Path("bad.out").read_bytes() == data


def test_a_large_row_that_was_cut_off_is_in_one_file_once(contracts: Path) -> None:
    write_contract(contracts, "some.row", "JSON", "json", [{"$schema": PERSON[0]["$schema"], "type": "object"}])
    rows = b"id,note\n", b"1,ok\n", b'2,"' + random.Random(1).randbytes(1_500_000).hex().encode() + b'\n"\n', b"3,ok\n"
    packed = gzip.compress(b"".join(rows))
    Path("t.csv.gz").write_bytes(packed[: len(packed) * 7 // 10])
    said = part("some.row", "t.csv.gz", "--max-record-mb", 1)
    assert "t.csv.gz: 1 record against some.row@1: 1 good, 0 bad" in said.out
    Path("t.csv.gz").write_bytes(packed)
    said = part("some.row", "t.csv.gz", "--max-record-mb", 1)
    assert "t.csv.gz: 3 records against some.row@1: 2 good, 1 bad" in said.out
    assert Path("good.out").read_bytes() == rows[0] + rows[1] + rows[3]
    assert Path("bad.out").read_bytes() == rows[0] + rows[2]


@pytest.mark.parametrize("length", [10, 2_500_000])
def test_one_message_alone_is_copied_as_it_stands(contracts: Path, receipts: Path, length: int) -> None:
    message = Guard.from_contract("crm.person", receipts=receipts).encode({"name": "x" * length})
    Path("one.bin").write_bytes(message)
    options = ("--input", "glue", "--receipts", receipts, "--max-record-mb", 1)
    assert part("crm.person", "one.bin", *options).code == (length > 1_000_000)
    assert Path("good.out").read_bytes() + Path("bad.out").read_bytes() == message
    said = validate("crm.person", "one.bin", *options)
    if said.code:
        assert told(said) == [(0, "size", "")]
        assert f"the record has {len(message):,} bytes" in said.value["shown"][0]["reasons"][0]["message"]


@pytest.mark.parametrize(
    ("contract", "arguments"),
    [
        ("crm.person", ("--input", "avro-binary")),
        ("crm.person", ("--input", "glue")),
        ("shop.order", ("--input", "protobuf", "--message", "Nothing")),
        ("web.event", ("--input", "avro")),
        ("crm.person", ("--input", "jsonl", "--bad", "no/folder")),
        ("crm.person", ("--input", "jsonl", "--good", "no/folder")),
    ],
)
def test_a_wrong_first_try_leaves_nothing_behind(contracts: Path, contract: str, arguments: tuple[str, ...]) -> None:
    Path("a.bin").write_bytes(GOOD)
    assert part(contract, "a.bin", *arguments).code == 2
    assert files() == {"a.bin"}


def test_a_folder_that_is_not_there_is_told_before_anything_is_read(contracts: Path) -> None:
    Path("a.jsonl").write_bytes(GOOD)
    said = part("crm.person", "a.jsonl", good="no/good.out")
    assert (said.code, said.out) == (2, "")
    assert f'there is no folder "{Path.cwd() / "no"}" for "good.out"' in said.err


def test_each_repetition_finds_as_many_bad_records(contracts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped(monkeypatch, BAD * 60)
    for _ in range(50):
        said = part("crm.person", "a.jsonl", "--max-errors", 25, "--format", "json")
        if not said.value["files"][0]["stopped"]:
            break
        earlier = said.value["files"][0]["earlier"]
        assert 25 <= said.value["bad"] - earlier < 50
        assert said.value["summary"][0]["records"] == said.value["bad"] - earlier
    assert counts(said) == (0, 60)
    assert Path("bad.out").read_bytes() == BAD * 60


def test_what_an_earlier_run_told_is_said(contracts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped(monkeypatch)
    earlier = json.loads(Path("good.out.journal").read_text())["mark"]["bad"]
    said = part("crm.person", "a.jsonl")
    assert f"  {earlier} of the bad ones are those of the run before, which told their reasons" in said.out


def test_nothing_was_stopped_where_nothing_is_left(contracts: Path) -> None:
    Path("a.jsonl").write_bytes(GOOD + BAD)
    said = part("crm.person", "a.jsonl", "--max-errors", 1)
    assert (said.code, "stopped" in said.out) == (1, False)
    assert files() == {"a.jsonl", "good.out", "bad.out"}


@pytest.mark.parametrize("mark", [{}, {"offset": "x", "sizes": [0, 0]}, {"offset": -1, "sizes": [0, 0]}, {"sizes": 3}])
def test_a_journal_that_is_none_is_told(contracts: Path, monkeypatch: pytest.MonkeyPatch, mark: Any) -> None:
    stopped(monkeypatch)
    journal = Path("good.out.journal")
    journal.write_text(json.dumps({**json.loads(journal.read_text()), "mark": mark}))
    said = part("crm.person", "a.jsonl")
    assert (said.code, "cannot be read" in said.err) == (2, True)


def test_a_disk_that_is_full_is_told(contracts: Path) -> None:
    pytest.importorskip("resource")
    Path("a.jsonl").write_bytes(GOOD * 20_000)
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000));"
        "from schemaward.cli import run; sys.exit(run(sys.argv[1:]))"
    )
    arguments = ["validate", "crm.person", "a.jsonl", "--good", "good.out", "--bad", "bad.out"]
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True)
    assert (done.returncode, "cannot be written: File too large" in done.stderr) == (2, True)
    assert part("crm.person", "a.jsonl").code == 0
    assert Path("good.out").read_bytes() == GOOD * 20_000


CUT: dict[str, list[bytes]] = {
    "a.jsonl": [b"", *[b'{"name":"n"}\n', b'{"age":1}\n', b'{"name":"' + b"x" * 500 + b'"}\n'] * 5],
    "t.csv": [b"id,note\n", *[b"1,ok\n", b'x,"two\nlines"\n', b'3,"' + b"long\n" * 100 + b'"\n'] * 5],
}


@pytest.mark.parametrize("name", CUT)
def test_wherever_the_input_is_cut_off_each_record_is_in_one_file(
    contracts: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    schema = {"$schema": PERSON[0]["$schema"], "type": "object", "properties": {"id": {"type": "integer"}}}
    write_contract(contracts, "some.row", "JSON", "json", [schema])
    contract = "crm.person" if name == "a.jsonl" else "some.row"
    monkeypatch.setattr("schemaward.cli.validate._MEGABYTE", 20)  # so that a record may have 320 bytes
    monkeypatch.setattr(inputs.pieces, "__defaults__", (90,))
    monkeypatch.setattr("schemaward.guard.text_inputs._ROWS", 2)
    head, *records = CUT[name]
    whole = gzip.compress(head + b"".join(records), 0)
    packed = Path(f"{name}.gz")
    for cut in range(2, len(whole), 131):
        for end in (cut, len(whole)):
            packed.write_bytes(whole[:end])
            assert part(contract, packed.name).code == (1 if end == len(whole) else 2)
        good, bad = (Path(each).read_bytes().removeprefix(head) for each in ("good.out", "bad.out"))
        assert good == records[0] * 5
        assert sorted(bad.splitlines()) == sorted(b"".join(records[1::3] + records[2::3]).splitlines())
        for each in ("good.out", "bad.out"):
            Path(each).unlink()
