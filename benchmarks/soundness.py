"""Attack verdicts on random pairs of schemas: a wrong "compatible" or a false witness is a bug.

    python benchmarks/soundness.py [--pairs 100000] [--seed N] [--draft NAME] [--documents N] [--no-oracle] [--show N]

Every pair of small random schemas (many readers are an edit of the writer) is given to ``schemaward.can_read``. A "compatible" is attacked
with documents made from the constants and along the structure of both schemas, judged by ``jsonschema-rs`` and confirmed by
``jsonschema``; and with the set algebra of ``jsonschema-rs`` as an oracle, where it answers. A witness is verified by both validators again.
The table must say 0 under "refuted". What is refuted, raised or slow is printed as JSON that reproduces it. The exit code is 1 if
something was refuted or raised.
"""

from __future__ import annotations

import argparse
import collections
import json
import re
import sys
import time
import traceback
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import jsonschema_rs
from jsonschema_rs.canonical import CanonicalizationError

import schemaward
from schemaward.errors import InputError

# The schemas and documents are those of the property tests, so that both attack the same shapes.
sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "laws"))

from dense_schemas import DOCUMENTS, dense_schema
from judges import fast, thorough
from random_documents import Attack
from random_schemas import DRAFTS, edited, random_schema

NUMBERS = {
    "draft4": jsonschema_rs.Draft4,
    "draft6": jsonschema_rs.Draft6,
    "draft7": jsonschema_rs.Draft7,
    "2019-09": jsonschema_rs.Draft201909,
    "2020-12": jsonschema_rs.Draft202012,
}
COLUMNS = (
    "pairs",
    "compatible",
    "incompatible",
    "undecided",
    "refused",
    "raised",
    "refuted",
    "disputed",
    "documents",
    "slow",
)
ORACLE_MOST = 1_500
"""Characters of a pair above which the set algebra is not asked: it may blow up."""


@dataclass
class Tally:
    counts: collections.Counter[str] = field(default_factory=collections.Counter)
    reasons: collections.Counter[str] = field(default_factory=collections.Counter)
    shown: collections.Counter[str] = field(default_factory=collections.Counter)
    slowest: float = 0.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000_007)
    parser.add_argument("--draft", choices=DRAFTS, action="append")
    parser.add_argument("--documents", type=int, default=60, help="documents with which a pair is attacked")
    parser.add_argument("--no-oracle", action="store_true")
    parser.add_argument("--show", type=int, default=20, help="reproducers printed of each sort")
    parser.add_argument("--undecided", default="", help="print pairs whose reason contains this text")
    parser.add_argument("--slow", type=float, default=1.0, help="seconds above which a verdict is reported")
    arguments = parser.parse_args()
    drafts = arguments.draft or DRAFTS
    print(f"seed {arguments.seed}, {arguments.pairs} pairs", flush=True)
    tallies = {draft: Tally() for draft in drafts}
    for number in range(arguments.pairs):
        draft = drafts[number % len(drafts)]
        attack_pair(f"{arguments.seed}:{number}", draft, tallies[draft], arguments)
    report(tallies)
    return int(any(tally.counts["refuted"] or tally.counts["raised"] for tally in tallies.values()))


def report(tallies: dict[str, Tally]) -> None:
    print(f"{'draft':8}" + "".join(f"{column:>13}" for column in COLUMNS) + f"{'slowest':>10}")
    for draft, tally in tallies.items():
        print(f"{draft:8}" + "".join(f"{tally.counts[c]:>13}" for c in COLUMNS) + f"{tally.slowest:>9.1f}s")
    reasons: collections.Counter[str] = sum((t.reasons for t in tallies.values()), collections.Counter())
    for reason, count in reasons.most_common():
        print(f"  {count:>7}  {reason}")


def attack_pair(seed: str, draft: str, tally: Tally, arguments: argparse.Namespace) -> None:
    """Make one pair, decide it, and hold the verdict against everything that might know better."""
    rng = Random(seed)
    writer, reader, documents = made(rng, draft, arguments.documents)
    tally.counts["pairs"] += 1

    def show(sort: str, **more: Any) -> None:
        tally.counts[sort] += 1
        if tally.counts[sort] <= arguments.show or sort == "refuted":
            print(
                json.dumps({"sort": sort, "seed": seed, "draft": draft, "writer": writer, "reader": reader, **more}),
                flush=True,
            )

    start = time.perf_counter()
    try:
        verdict = schemaward.can_read(reader, writer)
    except InputError:
        tally.counts["refused"] += 1
        return
    except Exception:  # noqa: BLE001  # a campaign counts what the library should not raise
        show("raised", traceback=traceback.format_exc()[-600:])
        return
    spent = time.perf_counter() - start
    tally.slowest = max(tally.slowest, spent)
    if spent > arguments.slow:
        show("slow", seconds=round(spent, 2), verdict=verdict.kind, reason=getattr(verdict, "reason", None))
    tally.counts[verdict.kind] += 1
    if isinstance(verdict, schemaward.Undecided):
        reason = re.sub(r"(jsonschema package \w+ it for the \w+): .*", r"\1", verdict.reason)
        tally.reasons[reason] += 1
        if arguments.undecided and arguments.undecided in verdict.reason:
            show("undecided as asked", reason=verdict.reason)
        return
    write, read = judges(writer, draft), judges(reader, draft)
    said = "unknown" if arguments.no_oracle else oracle(reader, writer, draft)
    if isinstance(verdict, schemaward.Incompatible):
        document = json.loads(json.dumps(verdict.witness))
        agreed = [write[judge](document) and not read[judge](document) for judge in (0, 1)]
        if not all(agreed):
            show("disputed" if any(agreed) else "refuted", verdict="incompatible", witness=document, agreed=agreed)
        elif said == "YES":
            show("disputed", verdict="incompatible", witness=document, by="the set algebra")
        return
    if said == "NO":
        show("disputed", verdict="compatible", by="the set algebra")
    for document in documents:
        tally.counts["documents"] += 1
        if write[0](document) and not read[0](document):
            if write[1](document) and not read[1](document):
                show("refuted", verdict="compatible", document=document)
                return
            show("disputed", verdict="compatible", document=document)
            return


def made(rng: Random, draft: str, count: int) -> tuple[Any, Any, Iterable[Any]]:
    """A writer, a reader, and documents to attack them with; every third pair is dense, and meets all small documents."""
    if rng.randrange(3) == 0:
        kind = rng.choice(sorted(DOCUMENTS))
        return dense_schema(rng, draft, kind), dense_schema(rng, draft, kind), DOCUMENTS[kind]
    writer = random_schema(rng, draft)
    reader = edited(rng, writer, draft) if rng.randrange(2) else random_schema(rng, draft)
    if rng.randrange(4) == 0:
        writer, reader = reader, writer
    return writer, reader, Attack(rng, writer, reader).documents(count)


def judges(schema: Any, draft: str) -> tuple[Any, Any]:
    """The fast validator and the slow one: functions from a document to a verdict."""
    return fast(schema, draft), thorough(schema, draft)


def oracle(reader: Any, writer: Any, draft: str) -> str:
    """What the set algebra of jsonschema-rs says: YES, NO or UNKNOWN."""
    text = json.dumps([reader, writer])
    if len(text) > ORACLE_MOST or 'ef": "#' in text:  # on some references it exhausts its stack and ends the process
        return "UNKNOWN"
    number = NUMBERS[draft]
    try:
        canonical = [
            jsonschema_rs.canonicalize(schema, draft=number, validate_formats=True) for schema in (reader, writer)
        ]
        return repr(canonical[0].covers(canonical[1])).rpartition(".")[2]
    except (ValueError, CanonicalizationError):
        return "UNKNOWN"


if __name__ == "__main__":
    sys.exit(main())
