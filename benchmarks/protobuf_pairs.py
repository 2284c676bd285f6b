"""Score the Protobuf verdicts on pairs with known truth, and ``buf breaking`` beside them in the same run.

    python benchmarks/protobuf_pairs.py PAIRS.jsonl [--buf PATH] [--show KIND]

Every line is one pair with ``id``, ``old`` and ``new`` (each a map from path to text), ``truth_backward`` and ``truth_forward``
(each with a ``verdict``: compatible, incompatible or unknown). Printed are the directions that are

    right      the verdict of the truth
    missed     the truth has a break, and we say compatible
    refuted    the truth has none, and our message shows one: written and read again here, by descriptors of protoc
               where grpcio-tools is installed, else by ours
    alarm      the truth has none, and our message shows nothing
    undecided  neither was proven
    refused    a file is no schema for AWS Glue (an edition, an import that is not there), or none at all
    unlabelled the truth is unknown

``refuted`` and ``alarm`` are always listed; ``--show`` lists the others of a kind. With ``--buf`` (an executable of buf; its npm
package will do) each pair is also judged by ``buf breaking`` in the categories WIRE and WIRE_JSON, backward, which is how it is
meant. Times are for a pair: ours for both directions with parsing and proofs, buf's for one process.
"""

from __future__ import annotations

import argparse
import collections
import json
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from google.protobuf.message import DecodeError

from schemaward.errors import InputError
from schemaward.formats.base import Schema
from schemaward.formats.protobuf import runtime
from schemaward.formats.protobuf.linking import link
from schemaward.formats.protobuf.loading import schema_of
from schemaward.formats.protobuf.parsing import parse
from schemaward.formats.protobuf.reading import can_read
from schemaward.formats.protobuf.witnesses import differences
from schemaward.syntax.document import Document
from schemaward.verdict import Incompatible, Verdict

LOSSES = ("protobuf-field-renumbered", "protobuf-enum-value-renumbered", "protobuf-default-changed")
KINDS = ("right", "missed", "refuted", "alarm", "undecided", "refused", "unlabelled")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--buf", type=Path)
    parser.add_argument("--show", action="append", default=[], choices=KINDS)
    arguments = parser.parse_args()
    pairs = [json.loads(line) for line in arguments.pairs.read_text("utf-8").splitlines()]
    load(pairs[0]["old"])  # imports are not part of the time
    counts: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    times: list[float] = []
    for pair in pairs:
        start = time.perf_counter()
        verdicts = verdicts_of(pair)
        times.append(time.perf_counter() - start)
        for direction, verdict in verdicts.items():
            kind = judged(pair, direction, verdict)
            counts[f"schemaward, {direction}"][kind] += 1
            if kind in (*arguments.show, "refuted", "alarm"):
                print(
                    f"  {kind}: {pair['id']} {direction}: truth {pair[f'truth_{direction}']['verdict']}, we {told(verdict)}"
                )
    ours = statistics.median(times)
    if arguments.buf:
        score_buf(pairs, arguments.buf, counts, ours)
    print(f"{'':22}" + "".join(f"{kind:>11}" for kind in KINDS))
    for name, counted in counts.items():
        print(f"{name:22}" + "".join(f"{counted[kind]:>11}" for kind in KINDS))
    print(
        f"schemaward: median {1000 * ours:.2f} ms a pair, 95% within {1000 * sorted(times)[int(0.95 * len(times))]:.2f} ms"
    )


def load(files: dict[str, str]) -> Schema:
    """A schema of several files, which may import each other. AWS Glue takes one; extensions are left aside here."""
    parsed = [parse(path, text) for path, text in files.items()]
    wrong = [problem for file in parsed for problem in file.problems if problem.rule != "glue-protobuf"]
    linked, problems = link(parsed)
    wrong += [problem for _, problem in problems]
    if linked is None or wrong:
        raise InputError(wrong[0].fact)
    return schema_of(Document(parsed[0].path, parsed[0].text, parsed[0].text), linked)


def verdicts_of(pair: dict[str, Any]) -> dict[str, Verdict | InputError]:
    try:
        old, new = load(pair["old"]), load(pair["new"])
    except InputError as error:
        return {"backward": error, "forward": error}
    return {"backward": can_read(new, old), "forward": can_read(old, new)}


def judged(pair: dict[str, Any], direction: str, verdict: Verdict | InputError) -> str:
    truth = pair[f"truth_{direction}"]["verdict"]
    if isinstance(verdict, InputError):
        return "refused"
    if truth == "unknown" or verdict.kind == "undecided":
        return "unlabelled" if truth == "unknown" else "undecided"
    shown = isinstance(verdict, Incompatible) and shows_a_break(pair, direction, verdict)
    if verdict.kind == truth:
        return "right" if shown or verdict.kind == "compatible" else "alarm"
    return "missed" if truth == "incompatible" else "refuted" if shown else "alarm"


def told(verdict: Verdict | InputError) -> str:
    if isinstance(verdict, InputError):
        return f"refused: {verdict.fact}"
    lines = [verdict.kind, getattr(verdict, "reason", "")]
    lines += [f"{found.rule}{found.fact} {found.proof}" for found in getattr(verdict, "findings", ())[:3]]
    return "\n      ".join(filter(None, lines))


# -- a second look at the proofs


def shows_a_break(pair: dict[str, Any], direction: str, verdict: Incompatible) -> bool:
    """Whether every proof of a break is one: its document encodes to its bytes, and the reader has them otherwise, or not."""
    sides = ("old", "new") if direction == "backward" else ("new", "old")
    writer, reader = (messages(pair[side]) for side in sides)
    return all(
        found.proof is not None
        and found.proof.wire is not None
        and shown(found.proof.document, found.proof.wire, writer, reader)
        for found in verdict.findings
        if found.rule not in LOSSES
    )


def shown(document: Any, wire: Any, writer: dict[str, Any], reader: dict[str, Any]) -> bool:
    data = bytes.fromhex(wire.encoded)
    for name, kind in writer.items():
        try:
            written = json_format.ParseDict(document, kind())
        except json_format.ParseError:
            continue
        if not written.IsInitialized() or written.SerializeToString(deterministic=True) != data:
            continue
        candidates = [reader[name]] if name in reader else list(reader.values())
        for candidate in candidates:
            seen = candidate()
            try:
                seen.MergeFromString(data)
            except DecodeError:
                return True
            if not seen.IsInitialized() or any(True for _ in differences(written, seen)):
                return True
    return False


def messages(files: dict[str, str]) -> dict[str, Any]:
    """The classes of all messages by full name."""
    pool = protoc_pool(files) or runtime.pool_of(load(files).parsed)
    found: dict[str, Any] = {}
    pending = [each for path in files for each in pool.FindFileByName(path).message_types_by_name.values()]
    while pending:
        described = pending.pop()
        found[described.full_name] = message_factory.GetMessageClass(described)
        pending += [each for each in described.nested_types if not each.GetOptions().map_entry]
    return found


def protoc_pool(files: dict[str, str]) -> Any:
    """Descriptors of the official compiler, where it is installed and takes the files."""
    try:
        import grpc_tools
        from grpc_tools import protoc
    except ImportError:
        return None
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), files)
        bundled = str(Path(grpc_tools.__file__).parent / "_proto")
        output = f"{folder}/descriptors.pb"
        command = [
            "protoc",
            f"-I{folder}",
            f"-I{bundled}",
            f"--descriptor_set_out={output}",
            "--include_imports",
            *files,
        ]
        if protoc.main(command) != 0:
            return None
        described = descriptor_pb2.FileDescriptorSet.FromString(Path(output).read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in described.file:
        pool.AddSerializedFile(file.SerializeToString())
    return pool


def write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")


# -- buf


def score_buf(pairs: list[dict[str, Any]], buf: Path, counts: dict[str, collections.Counter[str]], ours: float) -> None:
    for category in ("WIRE", "WIRE_JSON"):
        times = []
        for pair in pairs:
            start = time.perf_counter()
            answer = ask_buf(buf, category, pair)
            times.append(time.perf_counter() - start)
            counts[f"buf {category}, backward"][judged_buf(answer, pair["truth_backward"]["verdict"])] += 1
        median = statistics.median(times)
        print(f"buf breaking, {category}: median {1000 * median:.0f} ms a pair, {median / ours:.0f} times ours")


def ask_buf(buf: Path, category: str, pair: dict[str, Any]) -> str:
    config = json.dumps({"version": "v2", "breaking": {"use": [category]}})
    with tempfile.TemporaryDirectory() as folder:
        old, new = Path(folder, "old"), Path(folder, "new")
        write(old, pair["old"])
        write(new, pair["new"])
        command = [
            str(buf),
            "breaking",
            str(new),
            "--against",
            str(old),
            "--config",
            config,
            "--against-config",
            config,
        ]
        done = subprocess.run(command, capture_output=True, check=False)
    return {0: "compatible", 100: "incompatible"}.get(done.returncode, "refused")


def judged_buf(answer: str, truth: str) -> str:
    if answer == "refused" or truth == "unknown":
        return "refused" if answer == "refused" else "unlabelled"
    if answer == truth:
        return "right"
    return "missed" if truth == "incompatible" else "alarm"


if __name__ == "__main__":
    main()
