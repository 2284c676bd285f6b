"""Good records in one file, bad ones in another: each in exactly one, byte by byte, however often the run is killed."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import fastavro
import pytest
from guard_commands import command, counts, validate
from guard_contracts import DRAFT7, EVENT, write_contract

from schemaward import Guard
from schemaward.guard import binary_inputs, inputs, splitting, text_inputs
from schemaward.guard.binary_inputs import varint
from schemaward.guard.splitting import Splitter


def lines(count: int) -> list[bytes]:
    """Records of which every third is bad in one way or another."""
    bad = (b'{"age":1}', b"{", b'{"name":"' + b"x" * 50 + b'","age":-1}')
    return [bad[number % 9 // 3] if number % 3 == 0 else b'{"name":"n%d"}' % number for number in range(count)]


def part(contract: str, name: str, *arguments: object) -> Any:
    return validate(contract, name, "--good", "good.out", "--bad", "bad.out", *arguments)


def test_every_line_ends_in_one_of_two_files(contracts: Path) -> None:
    given = lines(100)
    for name, data in (("a.jsonl", b"\n".join(given)), ("b.jsonl.gz", gzip.compress(b"\n".join(given)))):
        Path(name).write_bytes(data)
        said = part("crm.person", name)
        assert counts(said) == (66, 34)
        assert Path("good.out").read_bytes().splitlines() == [each for at, each in enumerate(given) if at % 3]
        assert Path("bad.out").read_bytes().splitlines() == given[::3]
        Path("good.out").unlink()
        Path("bad.out").unlink()
    assert not list(Path().glob("*journal*"))


def test_a_record_that_is_too_large_is_handed_on_as_it_is(contracts: Path) -> None:
    large = b'{"name":"' + b"a" * 3_000_000 + b'"}'
    given = [b'{"name":"Ada"}', large, b'{"age":1}', b'{"name":"Bob"}']
    Path("a.jsonl").write_bytes(b"\n".join(given))
    assert counts(part("crm.person", "a.jsonl", "--max-record-mb", 1)) == (2, 2)
    assert Path("good.out").read_bytes() == b'{"name":"Ada"}\n{"name":"Bob"}\n'
    assert Path("bad.out").read_bytes() == large + b'\n{"age":1}\n'
    messages = [b"\x0a\x01a", b"\x0a" * 2_000_000, b"\x0a\x05a"]
    Path("o.bin").write_bytes(b"".join(varint(len(each)) + each for each in messages))
    Path("good.out").unlink()
    Path("bad.out").unlink()
    assert counts(part("shop.order", "o.bin", "--input", "protobuf", "--max-record-mb", 1)) == (1, 2)
    assert Path("good.out").read_bytes() + Path("bad.out").read_bytes() == Path("o.bin").read_bytes()


def test_a_datum_that_is_too_large_is_handed_on_in_a_block_of_its_own(contracts: Path) -> None:
    schema = {"type": "record", "name": "Note", "fields": [{"name": "text", "type": "string"}]}
    write_contract(contracts, "some.note", "AVRO", "avsc", [schema])
    notes = [{"text": "a"}, {"text": "b" * 2_000_000}, {"text": "c"}]
    with open("notes.avro", "wb") as file:
        fastavro.writer(file, schema, notes, codec="deflate", sync_interval=10_000_000)
    said = part("some.note", "notes.avro", "--max-record-mb", 1)
    assert counts(said) == (2, 1)
    assert said.value["shown"][0]["reasons"][0]["message"].startswith("the record has 2,000,004 bytes, more than")
    for name, wanted in (("good.out", notes[::2]), ("bad.out", notes[1:2])):
        assert list(fastavro.reader(BytesIO(Path(name).read_bytes()))) == wanted


def test_nothing_is_overwritten(contracts: Path) -> None:
    Path("a.jsonl").write_bytes(b'{"name":"Ada"}')
    Path("bad.out").write_bytes(b"mine")
    said = command("validate", "crm.person", "a.jsonl", "--good", "good.out", "--bad", "bad.out")
    assert (said.code, "exists already" in said.err) == (2, True)
    assert Path("bad.out").read_bytes() == b"mine"
    assert not Path("good.out").exists()
    assert not list(Path().glob("*journal*"))


class Killed(BaseException):
    """Ends a run like a kill: nothing is written after it."""


def killed_after(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    """Let the run end at the given one of its writes, with half of it on the disk."""
    left = [steps]

    def dying(original: Any) -> Any:
        def step(self: Splitter, *arguments: Any) -> Any:
            if left[0] == 0:
                for file in self._files:
                    file.write(b"half of a rec")
                    file.flush()
                raise Killed
            left[0] -= 1
            return original(self, *arguments)

        return step

    for name in ("flush", "pause", "spill"):
        monkeypatch.setattr(Splitter, name, dying(getattr(Splitter, name)))


def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs.pieces, "__defaults__", (200,))
    monkeypatch.setattr(binary_inputs, "BATCH_BYTES", 200)
    monkeypatch.setattr(text_inputs, "_ROWS", 7)
    monkeypatch.setattr(splitting, "_SYNC_BYTES", 300)


def run_with_kills(monkeypatch: pytest.MonkeyPatch, contract: str, name: str, *arguments: object) -> Any:
    """Repeat the run, killed later each time, until it comes to its end."""
    small_batches(monkeypatch)
    for steps in range(2, 500):
        with monkeypatch.context() as patch:
            killed_after(patch, steps)
            try:
                return part(contract, name, *arguments)
            except Killed:
                continue
    raise AssertionError("the run never ended")


def whole_and_killed(monkeypatch: pytest.MonkeyPatch, contract: str, name: str, *arguments: object) -> tuple[Any, Any]:
    """What both files hold after one run, and after a run that was killed again and again."""
    results = []
    for run in (
        lambda: part(contract, name, *arguments),
        lambda: run_with_kills(monkeypatch, contract, name, *arguments),
    ):
        said = run()
        results.append((counts(said), Path("good.out").read_bytes(), Path("bad.out").read_bytes()))
        Path("good.out").unlink()
        Path("bad.out").unlink()
    assert not list(Path().glob("*journal*"))
    return results[0], results[1]


def test_lines_survive_kills(contracts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.jsonl.gz").write_bytes(gzip.compress(b"\n".join(lines(200))))
    whole, killed = whole_and_killed(monkeypatch, "crm.person", "a.jsonl.gz")
    assert killed == whole


def test_rows_survive_kills(contracts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    schema = {"$schema": DRAFT7, "type": "object", "properties": {"id": {"type": "integer"}}}
    write_contract(contracts, "some.row", "JSON", "json", [schema])
    rows = ["id,note", *(f'{number if number % 4 else "x"},"a\n{number}"' for number in range(100))]
    Path("t.csv").write_text("\n".join(rows))
    whole, killed = whole_and_killed(monkeypatch, "some.row", "t.csv")
    assert killed == whole
    assert whole[0] == (75, 25)
    assert whole[1].startswith(b'id,note\n1,"a\n1"\n')
    assert whole[2].startswith(b'id,note\nx,"a\n0"\n')


def test_blocks_survive_kills_and_are_containers_again(contracts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wide = {**EVENT[0], "fields": [{"name": "id", "type": ["long", "string"]}]}
    records = [{"id": str(number) if number % 5 == 0 else number} for number in range(300)]
    with open("e.avro", "wb") as file:
        fastavro.writer(file, wide, records, codec="deflate", sync_interval=50)
    whole, killed = whole_and_killed(monkeypatch, "web.event", "e.avro")
    assert killed == whole
    assert list(fastavro.reader(BytesIO(whole[1]))) == [each for each in records if isinstance(each["id"], int)]
    assert list(fastavro.reader(BytesIO(whole[2]))) == [each for each in records if isinstance(each["id"], str)]


def test_messages_survive_kills(contracts: Path, receipts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guard = Guard.from_contract("crm.person@1", receipts=receipts)
    messages = [guard.encode({"name": "Ada", "age": number * 10}) for number in range(60)]
    Path("m.bin").write_bytes(b"".join(varint(len(each)) + each for each in messages))
    whole, killed = whole_and_killed(monkeypatch, "crm.person@2", "m.bin", "--input", "glue", "--receipts", receipts)
    assert killed == whole
    assert whole[0] == (16, 44)


def test_a_file_that_broke_off_or_was_stopped_is_gone_on_with(contracts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = gzip.compress(b"\n".join(lines(3000)))
    Path("a.jsonl.gz").write_bytes(data[: len(data) // 2])
    assert part("crm.person", "a.jsonl.gz").code == 2
    Path("a.jsonl.gz").write_bytes(data)
    assert counts(part("crm.person", "a.jsonl.gz")) == (2000, 1000)
    both = Path("good.out").read_bytes() + Path("bad.out").read_bytes()
    assert sorted(both.splitlines()) == sorted(lines(3000))
    Path("good.out").unlink()
    Path("bad.out").unlink()
    small_batches(monkeypatch)
    assert part("crm.person", "a.jsonl.gz", "--max-errors", 5).value["files"][0]["stopped"]
    assert counts(part("crm.person", "a.jsonl.gz")) == (2000, 1000)


def test_a_journal_of_another_run_is_not_gone_on_with(contracts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.jsonl").write_bytes(b'{"name":"Ada"}')
    Path("b.jsonl").write_bytes(b'{"name":"Bob"}')
    with monkeypatch.context() as patch:
        killed_after(patch, 1)
        with pytest.raises(Killed):
            part("crm.person", "a.jsonl")
    for arguments in (("crm.person", "b.jsonl"), ("crm.person@1", "a.jsonl")):
        said = command("validate", *arguments, "--good", "good.out", "--bad", "bad.out")
        assert (said.code, "is of another run" in said.err) == (2, True)
    assert counts(part("crm.person", "a.jsonl")) == (1, 0)
    Path("good.out.journal").write_text("no journal")
    assert part("crm.person", "a.jsonl").code == 2


def test_a_process_that_is_killed_loses_nothing(contracts: Path) -> None:
    given = [b'{"name":"n%d","age":%d,"note":"%s"}' % (number, number % 200, b"x" * 150) for number in range(60_000)]
    Path("a.jsonl").write_bytes(b"\n".join(given))
    arguments = [sys.executable, "-m", "schemaward", "validate", "crm.person", "a.jsonl", "--format", "json"]
    arguments += ["--good", "good.out", "--bad", "bad.out"]
    kills = 0
    while True:
        process = subprocess.Popen(arguments, stdout=subprocess.PIPE)
        journal = Path("good.out.journal")
        before = journal.read_bytes() if journal.exists() else b""
        while process.poll() is None and kills < 2 and (not journal.exists() or journal.read_bytes() == before):
            time.sleep(0.002)
        if process.poll() is None and kills < 2:
            process.send_signal(signal.SIGKILL)
            kills += 1
            process.communicate()
            continue
        result = json.loads(process.communicate()[0])
        break
    assert (result["good"], result["bad"]) == (45_300, 14_700)
    assert Path("good.out").read_bytes().splitlines() == [
        each for number, each in enumerate(given) if number % 200 <= 150
    ]
    assert Path("bad.out").read_bytes().splitlines() == [
        each for number, each in enumerate(given) if number % 200 > 150
    ]
