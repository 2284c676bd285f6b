"""Every call, every fault; and two syncs at once.

    python benchmarks/faults.py [--step 1] [--duels 400]

A sync that writes everything a sync can write is disturbed at every ``step``-th of its calls by every kind of fault of the
emulator, then run again without: the end must be that of an undisturbed run, with nothing registered twice, no version
lost, and the same receipts. Then two syncs of different commits go at the same time, the second one beginning at another
moment each time: no contract may hold some of one and some of the other, and a further sync must put all right.
"""

from __future__ import annotations

import argparse
import collections
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "registry"))

from registry_faults import campaign, contest

from schemaward.emulator.faults import Fault, Kind

SETTINGS = {
    "contracts stand, one at a time": {"fresh": False, "jobs": 1},
    "contracts stand, four at a time": {"fresh": False, "jobs": 4},
    "empty account, one at a time": {"fresh": True, "jobs": 1},
}
LONG = {"once": 1, "from then on": None}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--step", type=int, default=1, help="disturb only every so many calls")
    parser.add_argument("--duels", type=int, default=400, help="how many pairs of syncs at once")
    options = parser.parse_args()
    print(f"{'a sync disturbed':34} {'fault':16} {'how long':13} {'calls':>5} {'runs':>6} {'losses':>6} {'seconds':>8}")
    totals = [sum(column) for column in zip(*(row for row in disturbed(options.step)), strict=True)]
    print(f"{'in all':70} {totals[0]:6} {totals[1]:6}")
    duels(options.duels)


def disturbed(step: int):
    for title, setting in SETTINGS.items():
        for kind in Kind:
            for length, times in LONG.items():
                if times is None and kind not in (Kind.REFUSE, Kind.LOSE_REQUEST, Kind.LOSE_ANSWER):
                    continue
                start, prepared = time.perf_counter(), campaign(**setting)
                calls = range(1, prepared.calls + 1, step)
                lost = {call: found for call in calls if (found := prepared.losses(Fault(kind, call, times=times)))}
                spent = time.perf_counter() - start
                row = f"{title:34} {kind:16} {length:13} {prepared.calls:5} {len(calls):6} {len(lost):6} {spent:8.1f}"
                print(row, flush=True)
                for call, found in list(lost.items())[:3]:
                    print(f"    at call {call}: {'; '.join(found)}"[:200])
                yield len(calls), len(lost)


def duels(many: int) -> None:
    print(f"\n{'two at once':34} {'first':9} {'second':9} {'duels':>6} {'mixtures':>8} {'mended':>6}")
    for newest_first in (True, False):
        prepared = contest(newest_first=newest_first)
        counts: collections.Counter[tuple[str, str]] = collections.Counter()
        mixtures: collections.Counter[tuple[str, str]] = collections.Counter()
        mended: collections.Counter[tuple[str, str]] = collections.Counter()
        for seed in range(many // 2):
            mixed = prepared.mixtures(start=seed * 12 / (many // 2), seed=seed)
            ends = tuple(rival.ended.split(":")[0] for rival in prepared.rivals)
            counts[ends] += 1
            mixtures[ends] += bool(mixed)
            mended[ends] += prepared.mended()
        title = "the newer commit first" if newest_first else "the older commit first"
        for ends, count in sorted(counts.items()):
            print(f"{title:34} {ends[0]:9} {ends[1]:9} {count:6} {mixtures[ends]:8} {mended[ends]:6}", flush=True)


if __name__ == "__main__":
    main()
