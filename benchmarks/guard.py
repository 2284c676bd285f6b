"""How fast records meet their contract, as ratios between runs in one process; and how much memory that takes.

    python benchmarks/guard.py [--records 20000] [--rounds 5] [--spark]

For three contracts (a small event, a row of 40 fields, a nested document): `validate` from a file to the verdict, against
the validator of jsonschema_rs alone over parsed objects, with the same parser before it, and against other validators.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import fastjsonschema
import jiter
import jsonschema
import jsonschema_rs
from aws_schema_registry.avro import AvroSchema
from aws_schema_registry.codec import decode as decode_header
from aws_schema_registry.jsonschema import JsonSchema

from schemaward.formats import format_module
from schemaward.guard.gate import Guard
from schemaward.guard.judges import subject, text_judge
from schemaward.guard.reasons import Reason
from schemaward.guard.text_inputs import Lines
from schemaward.guard.validation import Course, FileTally, Tally, validate
from schemaward.guard.versions import RegistryVersions, Remote
from schemaward.model import DataFormat

DRAFT7 = "http://json-schema.org/draft-07/schema#"
DICE = random.Random(7)

EVENT = {
    "$schema": DRAFT7,
    "type": "object",
    "required": ["id", "at", "kind"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "at": {"type": "string", "format": "date-time"},
        "kind": {"enum": ["view", "click", "buy"]},
        "value": {"type": "number", "minimum": 0},
    },
}
ROW = {
    "$schema": DRAFT7,
    "type": "object",
    "required": [f"f{number:02}" for number in range(40)],
    "additionalProperties": False,
    "properties": {
        f"f{number:02}": [
            {"type": "integer", "minimum": 0, "maximum": 10_000},
            {"type": "number"},
            {"type": "string", "minLength": 1, "maxLength": 30},
            {"type": ["boolean", "null"]},
        ][number % 4]
        for number in range(40)
    },
}
DOCUMENT = {
    "$schema": DRAFT7,
    "type": "object",
    "required": ["title", "sections"],
    "definitions": {
        "span": {
            "type": "object",
            "required": ["start", "end", "label"],
            "properties": {
                "start": {"type": "integer", "minimum": 0},
                "end": {"type": "integer", "minimum": 0},
                "label": {"type": "string", "pattern": "^[A-Z]+$"},
            },
        }
    },
    "properties": {
        "title": {"type": "string"},
        "sections": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["text"],
                "properties": {
                    "text": {"type": "string"},
                    "spans": {"type": "array", "items": {"$ref": "#/definitions/span"}},
                },
            },
        },
    },
}


def event() -> Any:
    ident = UUID(int=DICE.getrandbits(128), version=4)
    return {"id": str(ident), "at": "2026-11-22T10:11:12Z", "kind": "click", "value": DICE.random()}


def row() -> Any:
    values = (lambda: DICE.randrange(10_000), DICE.random, lambda: f"text {DICE.randrange(999)}", lambda: None)
    return {f"f{number:02}": values[number % 4]() for number in range(40)}


def document() -> Any:
    spans = [{"start": number, "end": number + 5, "label": "NAME"} for number in range(8)]
    return {
        "title": "A report",
        "sections": [{"text": "Some text of a section. " * 4, "spans": spans} for _ in range(4)],
    }


CONTRACTS: dict[str, tuple[Any, Callable[[], Any]]] = {
    "small event": (EVENT, event),
    "row of 40": (ROW, row),
    "document": (DOCUMENT, document),
}


strict = partial(jiter.from_json, allow_inf_nan=False, catch_duplicate_keys=True)


def seconds(works: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median time of each work, in interleaved rounds."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(each) for name, each in times.items()}


def file_to_verdict(schema: Any, path: Path) -> Callable[[], object]:
    loaded = format_module(DataFormat.JSON).load_value(schema, "schema")
    judged = subject("contract@1", DataFormat.JSON, loaded, redact=False, explain=False)
    judge = text_judge(judged)

    def work() -> tuple[Reason, ...]:
        tally, file = Tally(20), FileTally("file", "line")
        with path.open("rb") as stream:
            validate(Lines(stream, 16_000_000), judge, file, tally, Course())
        assert (file.bad, file.broken) == (0, None)
        return ()

    return work


def peers(schema: Any, records: list[Any], lines: list[bytes], few: int) -> dict[str, Callable[[], Any]]:
    """What others take for the same records; the slow ones get only ``few``."""
    raw = jsonschema_rs.Draft7Validator(schema, validate_formats=True).is_valid
    python = jsonschema.Draft7Validator(schema, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER).is_valid
    compiled = fastjsonschema.compile(schema)
    return {
        "limit": lambda: [raw(strict(line)) for line in lines],
        "lenient": lambda: [raw(jiter.from_json(line)) for line in lines],
        "judged": lambda: [raw(record) for record in records],
        "fastjsonschema": lambda: [compiled(record) for record in records],
        "jsonschema": lambda: [python(record) for record in records[:few]],
        "with json": lambda: [python(json.loads(line)) for line in lines[:few]],
    }


def throughput(count: int, rounds: int, folder: Path) -> None:
    print(f"records a second from a file to the verdict, {count:,} records, medians of {rounds} rounds")
    for name, (schema, make) in CONTRACTS.items():
        records = [make() for _ in range(count)]
        lines = [json.dumps(record).encode() for record in records]
        path = folder / "records.jsonl"
        path.write_bytes(b"\n".join(lines))
        few = max(1, count // 50)
        took = seconds({"ours": file_to_verdict(schema, path), **peers(schema, records, lines, few)}, rounds)
        for name_of_few in ("jsonschema", "with json"):
            took[name_of_few] *= count / few
        ours = took["ours"]
        print(
            f"  {name:12} {count / ours:>9,.0f}/s;"
            f" of the same parser and jsonschema_rs: {took['limit'] / ours:.2f},"
            f" blind for duplicate keys: {took['lenient'] / ours:.2f};"
            f" of jsonschema_rs over parsed objects: {took['judged'] / ours:.2f};"
            f" times python-jsonschema over parsed objects: {took['jsonschema'] / ours:.0f},"
            f" with json before it: {took['with json'] / ours:.0f};"
            f" times fastjsonschema over parsed objects: {took['fastjsonschema'] / ours:.2f}"
        )


MEASURE = """
import sys
from schemaward.cli import run
code = run(["validate", "bench.event", sys.argv[1]])
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")), file=sys.stderr)
"""


def memory(folder: Path) -> None:
    contract = folder / "contracts" / "bench" / "event"
    contract.mkdir(parents=True)
    manifest = {
        "name": "bench.event",
        "description": "x",
        "format": "JSON",
        "compatibility": "NONE",
        "owners": ["@example-org/data"],
        "status": "active",
    }
    (contract / "contract.json").write_text(json.dumps(manifest))
    (contract / "v1.json").write_text(json.dumps(EVENT))
    print("peak memory of the command by size of the file")
    chunk = b"".join(json.dumps(event()).encode() + b"\n" for _ in range(10_000))
    for megabytes in (10, 100, 1000):
        path = folder / "large.jsonl"
        with path.open("wb") as file:
            while file.tell() < megabytes * 1_000_000:
                file.write(chunk)
        start = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", MEASURE, str(path)], cwd=folder, capture_output=True, text=True)
        peak = int(done.stderr.split()[-1]) / 1024
        print(f"  {megabytes:>5} MB: {peak:.0f} MB, {time.perf_counter() - start:.1f} s")
        path.unlink()


def guarded(data_format: DataFormat, schema: Any) -> Guard:
    loaded = format_module(data_format).load_value(schema, "schema")
    own = Remote(UUID(int=1), 1, "arn:aws:glue:eu-west-1:1:schema/r/bench", data_format, loaded)

    def nobody(_id: UUID) -> Remote:
        raise AssertionError

    return Guard("bench@1", data_format, loaded, RegistryVersions(own, nobody))


def over(function: Callable[[Any], Any], records: list[Any]) -> Callable[[], Any]:
    return lambda: [function(each) for each in records]


def calls(count: int, rounds: int) -> None:
    print("guard.check over the raw validator, a call")
    for name, (schema, make) in CONTRACTS.items():
        records = [make() for _ in range(count)]
        raw = jsonschema_rs.Draft7Validator(schema, validate_formats=True).is_valid
        took = seconds(
            {"raw": over(raw, records), "ours": over(guarded(DataFormat.JSON, schema).check, records)}, rounds
        )
        more = (took["ours"] - took["raw"]) / count * 1e9
        print(f"  {name:12} {took['ours'] / took['raw']:.2f} times, {more:.0f} ns more")


def decoding(count: int, rounds: int) -> None:
    print("guard.decode against aws-glue-schema-registry, from bytes to a record")
    avro = {"type": "record", "name": "Event", "fields": [{"name": name, "type": "string"} for name in "abcdef"]}
    values: dict[DataFormat, tuple[Any, Any, Any]] = {
        DataFormat.JSON: (EVENT, event(), JsonSchema(EVENT)),
        DataFormat.AVRO: (avro, dict.fromkeys("abcdef", "text"), AvroSchema(avro)),
    }
    for data_format, (schema, record, theirs) in values.items():
        guard = guarded(data_format, schema)
        message = guard.encode(record)

        def other(theirs: Any = theirs, message: bytes = message) -> None:
            for _ in range(count):
                theirs.read(decode_header(message)[0])

        def ours(guard: Guard = guard, message: bytes = message) -> None:
            for _ in range(count):
                guard.decode(message)

        took = seconds({"ours": ours, "theirs": other}, rounds)
        print(f"  {data_format}: {count / took['ours']:,.0f}/s, {took['theirs'] / took['ours']:.1f} times theirs")


def spark(count: int, folder: Path) -> None:
    import pyarrow.parquet
    from pyspark.sql import SparkSession

    from schemaward.guard.columns import BatchJudge
    from schemaward.spark import REASONS
    from schemaward.spark import validate as spark_validate

    table = pyarrow.Table.from_pylist([row() for _ in range(count)])
    path = str(folder / "rows.parquet")
    pyarrow.parquet.write_table(table, path)
    guard = guarded(DataFormat.JSON, ROW)
    judge = BatchJudge(subject("bench@1", DataFormat.JSON, guard.schema, redact=False, explain=False))
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    frame = session.read.parquet(path)

    def single() -> None:
        for batch in pyarrow.parquet.ParquetFile(path).iter_batches(4096):
            judge.with_reasons(batch, REASONS)

    works: dict[str, Callable[[], object]] = {
        "single": single,
        "spark": lambda: spark_validate(frame, guard).checked.write.format("noop").mode("overwrite").save(),
        "boundary": lambda: (
            frame.mapInArrow(lambda batches: batches, frame.schema).write.format("noop").mode("overwrite").save()
        ),
    }
    for work in works.values():
        work()
    took = seconds(works, 3)
    print(f"Spark, local mode with one core, {count:,} rows of 40 fields")
    print(
        f"  {count / took['spark']:,.0f} rows/s; {took['single'] / took['spark']:.2f} of one process without Spark;"
        f" the Arrow boundary alone: {took['boundary'] / took['spark']:.2f} of the time"
    )
    session.stop()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--records", type=int, default=20_000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--spark", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        throughput(given.records, given.rounds, Path(name))
        calls(given.records, given.rounds)
        decoding(given.records, given.rounds)
        if given.spark:
            spark(given.records * 5, Path(name))
        memory(Path(name))


if __name__ == "__main__":
    main()
