"""``schemaward.can_read`` beside its peers on schema pairs with known truth, in one run.

    python benchmarks/peers.py PATH... [--seconds 20] [--peer NAME]

A PATH is a file of pairs, or a folder of them, in the form that ``score_pairs.py`` describes. The peers are ``covers`` of
jsonschema-rs alone, and jsonsubschema where it is installed (it is no dependency of this project). Formats are not
asserted. An exception, "unknown", the end of the time or of the process count as abstaining. Every peer works in a
process of its own, which times both directions of a pair with what it remembers from the first for the second.

Printed are, for each file and peer, the directions that are right, said to be compatible although a document refutes it,
said to be incompatible although contained, and abstained from; then the milliseconds for both directions of the pairs that
the peer decides, our median on these, and by how much it is faster. A label that a verified witness refutes is corrected.
"""

from __future__ import annotations

import argparse
import collections
import importlib.util
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeAlias

from score_pairs import ask, files, judge, read_pairs, with_draft

OURS = "schemaward"
DIRECTIONS = ("truth_backward", "truth_forward")
COLUMNS = ("right", "false compatible", "false incompatible", "abstains")
Answer: TypeAlias = "tuple[str, Any]"
"""A verdict, and a witness if there is one."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--seconds", type=float, default=20, help="time that one direction may take")
    parser.add_argument("--peer", action="append", choices=sorted(PEERS), help="only this one (may be repeated)")
    arguments = parser.parse_args()
    names = [name for name in PEERS if name in (arguments.peer or installed())]
    peers = {name: Peer(name, arguments.seconds) for name in dict.fromkeys([OURS, *names])}
    for path in files(arguments.paths):
        scores = {name: Score() for name in peers}
        for pair in read_pairs(path):
            score(pair, peers, scores)
        report(path.name, scores)
    for peer in peers.values():
        peer.stop()


def installed() -> list[str]:
    return [name for name in PEERS if importlib.util.find_spec(name.partition(" ")[0].replace("-", "_"))]


# the peers: what each makes of a schema, and what it says of two


def covers(reader: Any, writer: Any) -> Answer:
    said = repr(reader.covers(writer)).rpartition(".")[2].upper()
    return {"YES": "compatible", "NO": "incompatible"}.get(said, "abstains"), None


def is_subschema(reader: Any, writer: Any) -> Answer:
    from jsonsubschema import isSubschema

    return "compatible" if isSubschema(writer, reader) else "incompatible", None


def canonical(schema: Any) -> Any:
    import jsonschema_rs

    return jsonschema_rs.canonicalize(schema, validate_formats=False)


def as_it_is(schema: Any) -> Any:
    return schema


PEERS: dict[str, tuple[Callable[[Any], Any], Callable[[Any, Any], Answer]]] = {
    OURS: (as_it_is, ask),
    "jsonschema-rs covers": (canonical, covers),
    "jsonsubschema": (as_it_is, is_subschema),
}


class Peer:
    """A peer in a process of its own, which is started anew when it hangs or dies."""

    def __init__(self, name: str, seconds: float) -> None:
        self.name, self.seconds = name, seconds
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._ask, far = context.Pipe()
        self._process = context.Process(target=serve, args=(self.name, far), daemon=True)
        self._process.start()
        far.close()
        self._ask.recv()  # it is ready, with what it imports

    def answers(self, old: Any, new: Any) -> list[tuple[str, Any, float]]:
        """For each direction what it says, with which witness, and after how many milliseconds."""
        self._ask.send((old, new))
        found: list[tuple[str, Any, float]] = []
        while len(found) < len(DIRECTIONS):
            try:
                answer = self._ask.recv() if self._ask.poll(self.seconds) else None
            except EOFError:
                answer = None
            if answer is None:
                self.stop()
                self._start()
                abstained = ("abstains", None, 1000 * self.seconds)
                return [*found, *[abstained] * (len(DIRECTIONS) - len(found))]
            found.append(answer)
        return found

    def stop(self) -> None:
        """End its process."""
        self._process.kill()
        self._process.join()
        self._ask.close()


def serve(name: str, asked: Connection) -> None:
    """Answer for one peer until the other end is closed."""
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - for as long as the process lives; jsonsubschema prints its doubts
    list(attempts(name, {"type": "object"}, {"type": "array"}))
    asked.send("ready")
    while True:
        for answer in attempts(name, *asked.recv()):
            asked.send(answer)


def attempts(name: str, old: Any, new: Any) -> Iterator[tuple[str, Any, float]]:
    """The timed answers of a peer; whatever it raises, once or in Rust, is an abstention."""
    prepare, decide = PEERS[name]
    made: dict[int, Any] = {}
    for sides in ((new, old), (old, new)):
        start = time.perf_counter()
        try:
            for side in sides:
                if id(side) not in made:
                    made[id(side)] = prepare(side)
            kind, witness = decide(*(made[id(side)] for side in sides))
        except BaseException as error:  # a panic in Rust is no Exception
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
            kind, witness = "abstains", None
        yield kind, witness, 1000 * (time.perf_counter() - start)


@dataclass
class Score:
    """What one peer said on one file."""

    counts: collections.Counter[str] = field(default_factory=collections.Counter)
    decided: list[tuple[float, float]] = field(default_factory=list)
    """For each pair that it decides in both directions: its milliseconds, and ours."""


def score(pair: dict[str, Any], peers: dict[str, Peer], scores: dict[str, Score]) -> None:
    """Ask every peer about one pair; ours comes first, since its witnesses may correct a label."""
    old = with_draft(pair["old"], pair.get("draft_old", pair["draft"]))
    new = with_draft(pair["new"], pair["draft"])
    truths = [pair[direction]["verdict"] for direction in DIRECTIONS]
    our_time = 0.0
    for name, peer in peers.items():
        answers = peer.answers(old, new)
        spent = sum(milliseconds for _, _, milliseconds in answers)
        if name == OURS:
            our_time = spent
            truths = corrected(truths, answers, old, new, pair["draft"])
        kinds = [kind if kind in ("compatible", "incompatible") else "abstains" for kind, _, _ in answers]
        if "abstains" not in kinds:
            scores[name].decided.append((spent, our_time))
        for kind, truth in zip(kinds, truths, strict=True):
            if truth != "unknown":
                result = kind if kind == "abstains" else "right" if kind == truth else f"false {kind}"
                scores[name].counts[result] += 1


def corrected(truths: list[str], answers: list[tuple[str, Any, float]], old: Any, new: Any, draft: str) -> list[str]:
    sides = (new, old), (old, new)
    return [
        "incompatible" if judge(kind, truth, witness, reader, writer, draft) == "refuted" else truth
        for truth, (kind, witness, _), (reader, writer) in zip(truths, answers, sides, strict=True)
    ]


def report(title: str, scores: dict[str, Score]) -> None:
    print(f"\n{title:24} {'right':>6} {'false':>6} {'false':>6} {'abst.':>6} {'pairs':>6} "
          f"{'median':>8} {'p95':>8} {'max':>9}  {'ours':>8} {'faster':>7}")  # fmt: skip
    print(f"{'':24} {'':>6} {'comp.':>6} {'incom.':>6} {'':>6} {'':>6} {'ms':>8} {'ms':>8} {'ms':>9}  {'median':>8}")
    for name, result in scores.items():
        times = sorted(theirs for theirs, _ in result.decided) or [0.0]
        median = statistics.median(times)
        ours = statistics.median([our for _, our in result.decided] or [0.0])
        counts = " ".join(f"{result.counts[column]:6}" for column in COLUMNS)
        print(f"{name:24} {counts} {len(result.decided):6} {median:8.2f} {times[int(len(times) * 0.95)]:8.2f} "
              f"{times[-1]:9.1f}  {ours:8.2f} {median / ours if ours else 0:6.1f}x", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
