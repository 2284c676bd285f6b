"""A large registry: calls, time and memory of plans and syncs.

    python benchmarks/sync_scale.py [--contracts 1000] [--versions 10] [--jobs 4]

The registry is an emulator in a process of its own, asked over HTTP: the memory is that of the client alone, the time that
of both sides. 10,000 versions are the quota of AWS Glue for an account in a Region; the emulator takes the few more that the
changes bring.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "registry"))

from registry_faults import agreeable
from registry_worlds import COMMIT, DRAFT, OURS, contract, desired, target

from schemaward.emulator.options import Options, Quotas
from schemaward.emulator.server import serving
from schemaward.emulator.service import Service
from schemaward.registry.connection import Connection, connect
from schemaward.registry.desired import DesiredRegistry, DesiredSchema
from schemaward.registry.drift import drift
from schemaward.registry.ownership import strangers
from schemaward.registry.plan import plan
from schemaward.registry.reading import read_state
from schemaward.registry.run import Order, survey, sync


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contracts", type=int, default=1000)
    parser.add_argument("--versions", type=int, default=10)
    parser.add_argument("--jobs", type=int, default=4)
    options = parser.parse_args()
    wish = desired(*(grown(number, options.versions) for number in range(options.contracts)))
    size = sum(len(schema.versions) for schema in wish.schemas)
    print(f"{len(wish.schemas)} contracts with {size} versions, {memory()} MB before the first call")
    print(f"{'':34} {'calls':>7} {'seconds':>8} {'MB at most':>10}")
    with registry() as url:
        compare(connect(target(url), local=True, jobs=options.jobs), wish)


def compare(connection: Connection, wish: DesiredRegistry) -> None:
    first = Order(wish, OURS, commit=COMMIT)
    measure(connection, "first sync", lambda: sync(connection, first))
    measure(connection, "sync, no change", lambda: sync(connection, first))
    measure(connection, "plan, no change", lambda: survey(connection, first))
    one = with_new_versions(wish, 1)
    earlier = Order(one, OURS, commit="1" * 40, earlier=lambda _commit: wish)
    measure(connection, "plan, one new version", lambda: survey(connection, earlier))
    measure(connection, "sync, one new version", lambda: sync(connection, earlier))
    ten = Order(with_new_versions(wish, 10), OURS, commit="2" * 40, earlier=lambda _commit: one)
    measure(connection, "sync, nine more new versions", lambda: sync(connection, ten))
    whole = measure(connection, "plan --full", lambda: survey(connection, replace(ten, full=True)))
    found = measure(connection, "drift", lambda: look(connection, ten.desired))
    start = time.perf_counter()
    plan(ten.desired, whole.state)
    print(f"{'the planner alone':34} {0:7} {time.perf_counter() - start:8.3f} {memory():10}")
    if found:
        raise SystemExit(f"drift after a sync: {found[0].fact}")


def look(connection: Connection, wish: DesiredRegistry) -> Any:
    """What the command ``drift`` does."""
    state = read_state(connection, [schema.name for schema in wish.schemas], repository=OURS.repository)
    strange, _ = strangers(connection, wish, state, OURS.repository)
    return drift(wish, state, "test", strange, OURS.repository)


@contextmanager
def registry() -> Iterator[str]:
    """The URL of an emulator in another process, which finds every version compatible: judging is not measured here."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,))
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send("over")
        process.join()


def serve(pipe: Pipe) -> None:
    service = Service(Options(quotas=Quotas(versions=1_000_000)), judge=agreeable)
    with serving(service) as url:
        pipe.send(url)
        pipe.recv()


def grown(number: int, versions: int) -> DesiredSchema:
    """A contract of ordinary size to which every version adds an optional property."""
    texts = []
    for version in range(1, versions + 1):
        properties = {f"field{index}": {"type": "string", "maxLength": 100 + number} for index in range(version + 5)}
        texts.append(json.dumps({"$schema": DRAFT, "type": "object", "properties": properties}))
    return contract(f"domain.contract{number:04}", *texts)


def with_new_versions(wish: DesiredRegistry, count: int) -> DesiredRegistry:
    """The same with one more version of ``count`` contracts."""
    schemas = [
        grown(index, len(schema.versions) + 1) if index < count else schema for index, schema in enumerate(wish.schemas)
    ]
    return replace(wish, schemas=tuple(schemas))


def measure(connection: Connection, title: str, run: Callable[[], Any]) -> Any:
    before, start = connection.calls.count, time.perf_counter()
    result = run()
    spent, calls = time.perf_counter() - start, connection.calls.count - before
    print(f"{title:34} {calls:7} {spent:8.2f} {memory():10}", flush=True)
    return result


def memory() -> int:
    """The most that this process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
