"""Score ``schemaward.can_read`` on files of schema pairs with known truth.

    python benchmarks/score_pairs.py PATH... [--show KIND] [--seconds N]

A PATH is a ``.jsonl`` or ``.jsonl.gz`` file, or a folder of them. Every line is one pair with ``id``, ``draft``, ``old``, ``new``,
``truth_backward`` and ``truth_forward`` (each with a ``verdict``). Formats are not asserted, as in the truth. Printed are, for each file,
the directions that are right, wrong, undecided, refused (the schema itself is not usable) and incompatible without a witness, and the
milliseconds a direction takes. A witness that contradicts a "compatible" label is verified again and counted as "label refuted".
"""

from __future__ import annotations

import argparse
import collections
import gzip
import json
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
from jsonschema_specifications import REGISTRY

import schemaward
from schemaward.errors import SchemawardError

URIS = {
    "draft4": "http://json-schema.org/draft-04/schema#",
    "draft6": "http://json-schema.org/draft-06/schema#",
    "draft7": "http://json-schema.org/draft-07/schema#",
    "2019-09": "https://json-schema.org/draft/2019-09/schema",
    "2020-12": "https://json-schema.org/draft/2020-12/schema",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument(
        "--show", action="append", default=[], help="list the ids of: wrong, undecided, refused, refuted"
    )
    parser.add_argument("--slow", type=float, default=2000, help="list directions that take longer (milliseconds)")
    arguments = parser.parse_args()
    print(
        f"{'file':28} {'right':>6} {'wrong':>6} {'undec.':>6} {'refused':>7} {'refuted':>7} {'unlabl.':>7} {'median':>8} {'p95':>8} {'max':>9} ms"
    )
    total: collections.Counter[str] = collections.Counter()
    times: list[float] = []
    for path in files(arguments.paths):
        counts, spent = score(path, arguments)
        total += counts
        times += spent
        report(path.name, counts, spent)
    report("all", total, times)


def files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.glob("*.jsonl*")) if path.is_dir() else [path]


def read_pairs(path: Path) -> Iterator[dict[str, Any]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def report(name: str, counts: collections.Counter[str], times: list[float]) -> None:
    times = sorted(times) or [0.0]
    p95 = times[int(len(times) * 0.95)]
    cells = " ".join(
        f"{counts[k]:>{w}}"
        for k, w in (("right", 6), ("wrong", 6), ("undecided", 6), ("refused", 7), ("refuted", 7), ("unlabelled", 7))
    )
    print(f"{name:28} {cells} {statistics.median(times):8.2f} {p95:8.2f} {times[-1]:9.1f}", flush=True)


def score(path: Path, arguments: argparse.Namespace) -> tuple[collections.Counter[str], list[float]]:
    counts: collections.Counter[str] = collections.Counter()
    times: list[float] = []
    for pair in read_pairs(path):
        old = with_draft(pair["old"], pair.get("draft_old", pair["draft"]))
        new = with_draft(pair["new"], pair["draft"])
        for truth, reader, writer in (("truth_backward", new, old), ("truth_forward", old, new)):
            start = time.perf_counter()
            kind, detail = ask(reader, writer)
            times.append(1000 * (time.perf_counter() - start))
            result = judge(kind, pair[truth]["verdict"], detail, reader, writer, pair["draft"])
            counts[result] += 1
            if result in arguments.show:
                print(
                    f"  {result}: {pair['id']} {truth[6:]}: we say {kind}, truth {pair[truth]['verdict']}: {detail!s:.300}"
                )
            if times[-1] > arguments.slow:
                print(f"  slow: {pair['id']} {truth[6:]}: {times[-1]:.0f} ms, {kind}")
    return counts, times


def with_draft(schema: Any, draft: str) -> Any:
    if isinstance(schema, dict) and "$schema" not in schema:
        return {"$schema": URIS[draft], **schema}
    return schema


def ask(reader: Any, writer: Any) -> tuple[str, Any]:
    try:
        verdict = schemaward.can_read(reader, writer, assert_formats=False)
    except SchemawardError as error:
        return "refused", error.fact
    if verdict.kind == "incompatible":
        return verdict.kind, verdict.witness
    return verdict.kind, getattr(verdict, "reason", None)


def judge(kind: str, truth: str, detail: Any, reader: Any, writer: Any, draft: str) -> str:
    if kind in ("undecided", "refused"):
        return kind
    if truth == "unknown":
        return "unlabelled"
    if kind == truth:
        return "right"
    if kind == "incompatible" and valid(writer, detail, draft) and not valid(reader, detail, draft):
        return "refuted"
    return "wrong"


def valid(schema: Any, value: Any, draft: str) -> bool:
    uri = schema.get("$schema", URIS[draft]) if isinstance(schema, dict) else URIS[draft]
    checker = jsonschema.validators.validator_for({"$schema": uri}, default=jsonschema.Draft7Validator)
    try:
        return bool(checker(schema, registry=REGISTRY).is_valid(value))
    except ArithmeticError:  # the package divides floats; the other validator is exact
        return bool(jsonschema_rs.validator_for(schema).is_valid(value))


if __name__ == "__main__":
    main()
