"""Attack the formats of bytes with mutated schemas: nothing but InputError may come out, soon, and in bounded memory.

    python benchmarks/fuzz_formats.py CORPUS [--format AVRO|PROTOBUF] [--count 50000] [--seed 1] [--seconds 20]

CORPUS is a folder with ``avro/pairs.jsonl`` and ``protobuf/pairs.jsonl``. Each round takes two texts of the corpus, spoils one or
both (words dropped, doubled, swapped, replaced by others or by hostile ones; bytes changed; texts spliced; deep nesting), loads
both, and where they load, asks ``can_read`` both ways, the diff, the conventions, what AWS Glue would answer, an
edit of what breaks, and whether a document passes. Printed are how many texts were refused, the verdicts, the slowest round, and the memory at the end. A round
that raises anything else, or takes longer than --seconds, is listed with its seed, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import collections
import json
import random
import re
import resource
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from schemaward.errors import InputError
from schemaward.formats import format_module
from schemaward.formats.base import Question, Schema
from schemaward.model import DataFormat, Policy

WORD = re.compile(r'"(?:[^"\\]|\\.)*"|\w+|\s+|[^\w\s]')
HOSTILE = {
    DataFormat.AVRO: (
        '"null"', '"record"', '"enum"', '"fixed"', '"error"', '"union"', '""', '"a.b.c"', "[]", "{}", "null", "-1", "1e999", "9" * 40,
        '"\\ud800"', '{"type": "array", "items": "int"}', '"decimal"', '"logicalType"', '"aliases"', '"default"',
    ),
    DataFormat.PROTOBUF: (
        "message", "enum", "oneof", "map<string, string>", "repeated", "required", "optional", "reserved", "extend", "group", "0",
        "19000", "536870911", "-1", "0x7fffffff", "9" * 40, '"\\xff"', '"\\u0000"', "inf", "nan", "max", "stream", "//", "/*", "*/", "'",
        "default", "json_name", "packed", "import", 'import "google/protobuf/struct.proto";', "google.protobuf.Struct", ".", "..",
    ),
}  # fmt: skip
DOCUMENTS: tuple[Any, ...] = (
    None,
    {},
    [],
    1,
    "a",
    {"a": 1},
    {"a": {"b": [None]}},
    {"@type": "M"},
    {"id": "1", "name": 2},
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--format", action="append", type=DataFormat, choices=list(HOSTILE))
    parser.add_argument("--count", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=20)
    arguments = parser.parse_args()
    signal.signal(signal.SIGALRM, too_slow)
    bad = 0
    for data_format in arguments.format or HOSTILE:
        bad += campaign(data_format, texts_of(arguments.corpus, data_format), arguments)
    return 1 if bad else 0


def too_slow(signal_number: int, frame: object) -> None:
    raise TimeoutError


def texts_of(corpus: Path, data_format: DataFormat) -> list[str]:
    lines = (corpus / data_format.lower() / "pairs.jsonl").read_text("utf-8").splitlines()
    sides = [json.loads(line)[side] for line in lines for side in ("old", "new")]
    if data_format is DataFormat.AVRO:
        return [json.dumps(side) for side in sides]
    return [text for side in sides for text in side.values()]


def campaign(data_format: DataFormat, texts: list[str], arguments: argparse.Namespace) -> int:
    counts: collections.Counter[str] = collections.Counter()
    slowest, slowest_seed, bad, begin = 0.0, 0, 0, time.perf_counter()
    for number in range(arguments.count):
        seed = arguments.seed * 1_000_000 + number
        signal.alarm(arguments.seconds)
        start = time.perf_counter()
        try:
            counts.update(attack(data_format, texts, random.Random(seed)))
        except Exception:  # noqa: BLE001 - what this looks for
            bad += 1
            print(f"{data_format} seed {seed}: {traceback.format_exc(limit=-4)}")
        finally:
            signal.alarm(0)
        spent = time.perf_counter() - start
        if spent > slowest:
            slowest, slowest_seed = spent, seed
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{data_format}: {arguments.count:,} rounds in {time.perf_counter() - begin:.0f} s, {bad} of them wrong")
    print("  " + ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items())))
    print(f"  slowest round {1000 * slowest:.0f} ms (seed {slowest_seed}), at most {memory:.0f} MB in all")
    return bad


def attack(data_format: DataFormat, texts: list[str], rng: random.Random) -> list[str]:
    """One round; returns what happened."""
    module = format_module(data_format)
    first = rng.choice(texts)
    second = first if rng.random() < 0.6 else rng.choice(texts)
    schemas: list[Schema] = []
    happened: list[str] = []
    for text in (spoilt(first, data_format, rng), spoilt(second, data_format, rng) if rng.random() < 0.5 else second):
        try:
            schemas.append(module.load_value(text, "text"))
        except InputError:
            happened.append("refused")
    if len(schemas) == 2:
        old, new = schemas
        for reader, writer in ((new, old), (old, new)):
            verdict = module.can_read(reader, writer, Policy.STRICT, True)
            happened.append(verdict.kind)
            module.expectation(reader, writer, verdict)
            if verdict.kind == "incompatible":
                module.mend(new, [Question(old, "backward" if reader is new else "forward")])
        module.diff(old, new)
        module.conventions(old, new)
        try:
            module.refusals(new, rng.choice(DOCUMENTS))
        except InputError:
            happened.append("not judged")
    return happened


def spoilt(text: str, data_format: DataFormat, rng: random.Random) -> str:
    choice = rng.random()
    if choice < 0.1:
        return text
    if choice < 0.15:
        return nested(data_format, rng)
    if choice < 0.25:
        at = rng.randrange(len(text) + 1)
        return text[:at] + chr(rng.choice((0, 9, 10, 34, 92, 127, 233, 0x2028, 0x1F600, 0xD800))) + text[at:]
    words = WORD.findall(text)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(words))
        action = rng.randrange(5)
        if action == 0:
            words[at] = ""
        elif action == 1:
            words[at] = words[at] * 2
        elif action == 2:
            other = rng.randrange(len(words))
            words[at], words[other] = words[other], words[at]
        elif action == 3:
            words[at] = rng.choice(words)
        else:
            words[at] = f" {rng.choice(HOSTILE[data_format])} "
    return "".join(words)


def nested(data_format: DataFormat, rng: random.Random) -> str:
    """Something very deep or very long."""
    depth = rng.choice((30, 90, 200, 3_000))
    if data_format is DataFormat.AVRO:
        return '{"type": "array", "items": ' * depth + '"int"' + "}" * rng.choice((depth, depth - 1))
    if rng.random() < 0.5:
        body = "".join(f"message M{number} {{ " for number in range(depth)) + "}" * depth
    else:
        label = rng.choice(("optional", "required", "repeated"))
        body = " ".join(f"message M{number} {{ {label} M{number + 1} m = 1; }}" for number in range(depth))
        body += f" message M{depth} {{ {label} {rng.choice(('int32', 'string', 'M0'))} m = 1; }}"
    return f'syntax = "proto2"; {body}'


if __name__ == "__main__":
    sys.exit(main())
