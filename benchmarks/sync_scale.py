"""A large registry: calls, time and memory of plans and syncs.

    python benchmarks/sync_scale.py [--contracts 1000] [--versions 10]

The registry is an emulator in this process, so the time is that of both sides, without a network. 10,000 versions are the
quota of AWS Glue for an account in a Region.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "registry"))

from registry_faults import World
from registry_worlds import COMMIT, DRAFT, contract, desired

from schemaward.registry.desired import DesiredRegistry, DesiredSchema
from schemaward.registry.plan import plan
from schemaward.registry.run import Order, survey, sync


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contracts", type=int, default=1000)
    parser.add_argument("--versions", type=int, default=10)
    options = parser.parse_args()
    wish = desired(*(grown(number, options.versions) for number in range(options.contracts)))
    size = sum(len(schema.versions) for schema in wish.schemas)
    print(f"{len(wish.schemas)} contracts with {size} versions, {memory()} MB before the first call")
    print(f"{'':34} {'calls':>7} {'seconds':>8} {'MB at most':>10}")
    world = World(jobs=1)
    first = Order(wish, commit=COMMIT)
    measure(world, "first sync", lambda: sync(world.connection, first))
    measure(world, "sync, no change", lambda: sync(world.connection, first))
    measure(world, "plan, no change", lambda: survey(world.connection, first))
    # A new version would exceed the quota of the emulator, as it would exceed that of AWS.
    one = changed(wish, 1)
    earlier = Order(one, commit="1" * 40, earlier=lambda _commit: wish)
    measure(world, "plan, one contract changed", lambda: survey(world.connection, earlier))
    measure(world, "sync, one contract changed", lambda: sync(world.connection, earlier))
    ten = Order(changed(wish, 10), commit="2" * 40, earlier=lambda _commit: one)
    measure(world, "sync, ten contracts changed", lambda: sync(world.connection, ten))
    whole = measure(world, "plan --full", lambda: survey(world.connection, replace(ten, full=True)))
    start = time.perf_counter()
    plan(ten.desired, whole.state)
    print(f"{'the planner alone':34} {0:7} {time.perf_counter() - start:8.3f} {memory():10}")


def grown(number: int, versions: int) -> DesiredSchema:
    """A contract of ordinary size to which every version adds an optional property."""
    texts = []
    for version in range(1, versions + 1):
        properties = {f"field{index}": {"type": "string", "maxLength": 100 + number} for index in range(version + 5)}
        texts.append(json.dumps({"$schema": DRAFT, "type": "object", "properties": properties}))
    return contract(f"domain.contract{number:04}", *texts)


def changed(wish: DesiredRegistry, count: int) -> DesiredRegistry:
    """The same with other descriptions of ``count`` contracts."""
    schemas = [
        replace(schema, description=f"Changed with {count}.") if index < count else schema
        for index, schema in enumerate(wish.schemas)
    ]
    return replace(wish, schemas=tuple(schemas))


def measure(world: World, title: str, run: Callable[[], Any]) -> Any:
    world.service.play()
    start = time.perf_counter()
    result = run()
    spent = time.perf_counter() - start
    print(f"{title:34} {world.service.calls.total():7} {spent:8.2f} {memory():10}", flush=True)
    return result


def memory() -> int:
    """The most that this process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
