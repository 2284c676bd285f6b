"""Score Avro verdicts on pairs with known truth, beside the ``avro`` package in the same run.

    python benchmarks/avro_pairs.py PATH [--show] [--rounds N]

PATH is a ``.jsonl`` file or a folder of them. Every line is one pair with ``id``, ``old``, ``new``, ``truth_backward`` and
``truth_forward``; a truth has the ``verdict`` of a real decode by fastavro, and ``java_decodes``, what Java's decoder did with the
same bytes. Where the two decoders differ, the pair is a matter of policy, and is counted apart; so is a schema that is refused, since
it has no verdict. Printed are the agreement, every disagreement by its id, how many breaks carry a datum that fastavro, asked here
once more, fails on, and the time a pair takes from text to verdict. Both packages are asked in turn, so that a busy machine slows both; the ratio is what counts.
"""

from __future__ import annotations

import argparse
import collections
import json
import logging
import statistics
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import avro.compatibility
import avro.schema
import fastavro

import schemaward
from schemaward.errors import SchemawardError


class Question(NamedTuple):
    """One direction of a pair: JSON texts, and what the decoders did."""

    name: str
    reader: str
    writer: str
    truth: str
    policy: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--show", action="store_true", help="list the findings of every question")
    parser.add_argument("--rounds", type=int, default=5, help="how often each question is timed")
    arguments = parser.parse_args()
    logging.disable(logging.CRITICAL)
    questions = list(read(arguments.path))
    for name, ask in (("schemaward", ours), ("avro", theirs)):
        print_score(name, questions, ask)
    print_proofs(questions, arguments.show)
    print_times(questions, arguments.rounds)


def read(path: Path) -> Iterator[Question]:
    for file in sorted(path.glob("*.jsonl")) if path.is_dir() else [path]:
        for line in file.read_text("utf-8").splitlines():
            pair = json.loads(line)
            for key, reader, writer in (("truth_backward", "new", "old"), ("truth_forward", "old", "new")):
                truth = pair[key]
                differs = truth["java_decodes"] is not None and truth["java_decodes"] != (
                    truth["verdict"] == "compatible"
                )
                texts = json.dumps(pair[reader]), json.dumps(pair[writer])
                yield Question(f"{pair['id']} {key[6:]}", *texts, truth["verdict"], differs)


def ours(question: Question) -> str:
    try:
        return schemaward.can_read(question.reader, question.writer, data_format="AVRO").kind
    except SchemawardError as error:
        return f"refused: {error.fact}"


def theirs(question: Question) -> str:
    try:
        reader, writer = avro.schema.parse(question.reader), avro.schema.parse(question.writer)
    except avro.schema.AvroException:
        return "refused"
    found = avro.compatibility.ReaderWriterCompatibilityChecker().get_compatibility(reader, writer)
    return (
        "compatible" if found.compatibility is avro.compatibility.SchemaCompatibilityType.compatible else "incompatible"
    )


def print_score(name: str, questions: list[Question], ask: Callable[[Question], str]) -> None:
    counts: collections.Counter[str] = collections.Counter()
    for question in questions:
        kind = ask(question)
        if question.truth == "unknown":
            counts["unlabelled"] += 1
            continue
        group = "refused" if kind.startswith("refused") else "policy" if question.policy else "settled"
        counts[group] += 1
        counts[f"{group} right"] += kind == question.truth
        if kind != question.truth:
            print(f"  {name}: {question.name} ({group}): says {kind}, truth {question.truth}")
    for group in ("settled", "policy"):
        print(f"{name:12} {group:8} {counts[group + ' right']:5} of {counts[group]:5} agree")
    print(f"{name:12} refused {counts['refused']}, unlabelled {counts['unlabelled']}")


def print_proofs(questions: list[Question], show: bool) -> None:
    """Every break, its bytes decoded by fastavro once more."""
    confirmed = breaks = losses = 0
    for question in questions:
        try:
            verdict = schemaward.can_read(question.reader, question.writer, data_format="AVRO")
        except SchemawardError:
            continue
        if isinstance(verdict, schemaward.Incompatible):
            breaks += 1
            assert verdict.wire is not None
            fails = not decodes(question, bytes.fromhex(verdict.wire.encoded))
            confirmed += fails or "hands out a value" in verdict.wire.failure
            if not fails:
                print(f"  decoded, but to no value of the reader: {question.name}: {verdict.wire.failure}")
        if not isinstance(verdict, schemaward.Undecided):
            losses += sum(
                not found.proof.wire.failure for found in verdict.findings if found.proof and found.proof.wire
            )
            for found in verdict.findings if show else ():
                print(f"  {question.name}: {found.rule}{found.fact}")
    print(f"breaks {breaks}, confirmed by fastavro {confirmed}; values that come back as others {losses}")


def decodes(question: Question, data: bytes) -> bool:
    try:
        fastavro.schemaless_reader(BytesIO(data), json.loads(question.writer), json.loads(question.reader))
    except Exception:  # noqa: BLE001 - a decoder fails in any way it likes
        return False
    return True


def print_times(questions: list[Question], rounds: int) -> None:
    times: dict[tuple[str, str], list[float]] = collections.defaultdict(list)
    for question in questions:
        kind = ours(question)
        for _ in range(rounds):
            for name, ask in (("schemaward", ours), ("avro", theirs)):
                start = time.perf_counter()
                ask(question)
                times[name, kind].append(1000 * (time.perf_counter() - start))
    for kind in ("compatible", "incompatible"):
        mine, other = (statistics.median(times[name, kind]) for name in ("schemaward", "avro"))
        print(
            f"{kind:12} median ms a pair, parse included: schemaward {mine:.3f}, avro {other:.3f}, ratio {mine / other:.2f}"
        )


if __name__ == "__main__":
    main()
