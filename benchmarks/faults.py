"""Every call, every fault; and two syncs at once.

    python benchmarks/faults.py [--step 1] [--duels 400]

A sync that writes everything a sync can write is disturbed at every ``step``-th of its calls by every kind of fault of the
emulator, then run again without: the end must be that of an undisturbed run, with nothing registered twice, no version
lost, and the same receipts. Then two syncs of different commits go at the same time, the second one beginning at another
moment each time: no contract may hold some of one and some of the other, and a further sync must put all right.

Rows are worked out on all processors, and printed as they come. Time is virtual: nobody waits between two tries.
"""

from __future__ import annotations

import argparse
import collections
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "registry"))

from registry_faults import campaign, contest

from schemaward.emulator.faults import Fault, Kind

SETTINGS = {
    "contracts stand, one at a time": {"fresh": False, "jobs": 1},
    "contracts stand, four at a time": {"fresh": False, "jobs": 4},
    "empty account, one at a time": {"fresh": True, "jobs": 1},
}
LASTING = (Kind.REFUSE, Kind.THROTTLE, Kind.INTERNAL_ERROR, Kind.LOSE_REQUEST, Kind.LOSE_ANSWER)
"""Faults that can also go on until the sync gives up."""


@dataclass(frozen=True)
class Row:
    """One kind of fault in one setting, at every ``step``-th call; ``lasts`` when it goes on from that call."""

    setting: str
    kind: Kind
    lasts: bool
    step: int


@dataclass(frozen=True)
class Counted:
    """How many calls the undisturbed sync makes, at how many of them it was disturbed, and what was lost at which."""

    calls: int
    runs: int
    lost: dict[int, list[str]]
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--step", type=int, default=1, help="disturb only every so many calls")
    parser.add_argument("--duels", type=int, default=400, help="how many pairs of syncs at once")
    options = parser.parse_args()
    with ProcessPoolExecutor() as pool:
        rows = list(every_row(options.step))
        tell(rows, pool.map(disturbed, rows))
        print(f"\n{'two at once':34} {'first':9} {'second':9} {'duels':>6} {'mixtures':>8} {'mended':>6}")
        for lines in pool.map(duels, (True, False), (options.duels // 2,) * 2):
            print("\n".join(lines), flush=True)


def every_row(step: int) -> Iterator[Row]:
    for setting in SETTINGS:
        for kind in Kind:
            yield Row(setting, kind, lasts=False, step=step)
            if kind in LASTING:
                yield Row(setting, kind, lasts=True, step=step)


def tell(rows: list[Row], results: Iterator[Counted]) -> None:
    print(f"{'a sync disturbed':34} {'fault':16} {'how long':13} {'calls':>5} {'runs':>6} {'losses':>6} {'seconds':>8}")
    runs = losses = 0
    for row, found in zip(rows, results, strict=True):
        length = "from then on" if row.lasts else "once"
        numbers = f"{found.calls:5} {found.runs:6} {len(found.lost):6} {found.seconds:8.1f}"
        print(f"{row.setting:34} {row.kind:16} {length:13} {numbers}", flush=True)
        for call, what in found.lost.items():
            print(f"    at call {call}: {'; '.join(what)}"[:200], flush=True)
        runs, losses = runs + found.runs, losses + len(found.lost)
    print(f"{'in all':70} {runs:6} {losses:6}")


def disturbed(row: Row) -> Counted:
    start, prepared = time.perf_counter(), campaign(**SETTINGS[row.setting])
    calls = range(1, prepared.calls + 1, row.step)
    faults = (Fault(row.kind, call, times=None if row.lasts else 1) for call in calls)
    lost = {fault.call: found for fault in faults if (found := prepared.losses(fault))}
    return Counted(prepared.calls, len(calls), lost, time.perf_counter() - start)


def duels(newest_first: bool, many: int) -> list[str]:
    """A line for each way in which they ended."""
    prepared = contest(newest_first=newest_first)
    counts: collections.Counter[tuple[str, ...]] = collections.Counter()
    mixtures: collections.Counter[tuple[str, ...]] = collections.Counter()
    mended: collections.Counter[tuple[str, ...]] = collections.Counter()
    for seed in range(many):
        mixed = prepared.mixtures(start=seed * 12 / many, seed=seed)
        ends = tuple(rival.ended.split(":")[0] for rival in prepared.rivals)
        counts[ends] += 1
        mixtures[ends] += bool(mixed)
        mended[ends] += prepared.mended()
    title = "the newer commit first" if newest_first else "the older commit first"
    return [
        f"{title:34} {ends[0]:9} {ends[1]:9} {count:6} {mixtures[ends]:8} {mended[ends]:6}"
        for ends, count in sorted(counts.items())
    ]


if __name__ == "__main__":
    main()
