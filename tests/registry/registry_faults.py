"""Syncs that are disturbed at every call, and two of them at once: what they must end in.

Used by the tests beside it and, on a larger scale, by ``benchmarks/faults.py``.
"""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from registry_worlds import COMMIT, OURS, contract, desired, target, words

from schemaward.emulator.faults import Fault, Killed, Kind
from schemaward.emulator.inprocess import attach
from schemaward.emulator.service import Service
from schemaward.emulator.state import Options
from schemaward.errors import SchemawardError
from schemaward.model import Mode
from schemaward.registry.connection import Pace, connect
from schemaward.registry.desired import DesiredRegistry, owned
from schemaward.registry.plan import Permit
from schemaward.registry.reading import read_state
from schemaward.registry.receipts import receipts
from schemaward.registry.run import Order, Result, sync
from schemaward.registry.state import RegistryState

LATER_COMMIT = "fedcba98" * 5
WORDS = (words("a"), words("a", "b"), words("a", "b", "c"))

EARLIER = desired(
    contract("b.grown", *WORDS[:1]),
    contract("c.relaxed", *WORDS[:1], mode=Mode.FULL),
    contract("d.frozen", *WORDS[:1]),
    contract("e.same", *WORDS[:2]),
)
"""What stands when a disturbed sync begins."""

LATER = replace(
    desired(
        contract("a.created", *WORDS[:2]),
        replace(
            contract("b.grown", *WORDS, mode=Mode.BACKWARD_ALL, checkpoint=2),
            description="New.",
            tags=owned((("T", "2"),)),
        ),
        replace(contract("c.relaxed", *WORDS[:2], mode=Mode.NONE), description="New."),
        contract("d.frozen", *WORDS[:2], mode=Mode.DISABLED, checkpoint=2),
        contract("e.same", *WORDS[:2]),
    ),
    description="New.",
    tags=(("Purpose", "New"),),
)
"""What it is to bring about: everything that a sync can write."""

KINDS = tuple(Kind)


def agreeable(*_: object) -> bool:
    """A judge that finds everything compatible, quickly."""
    return True


@dataclass
class World:
    """A registry in this process that can be put back to how it was, and a connection to it."""

    service: Service = field(default_factory=lambda: Service(Options(), judge=agreeable))
    jobs: int = 1

    def __post_init__(self) -> None:
        pace = Pace(sleep=lambda _seconds: None)
        self.connection = connect(target(), local=True, jobs=self.jobs, pace=pace)
        attach(self.connection.client, self.service)

    def keep(self) -> dict[Any, Any]:
        return dict(self.service._world)

    def put_back(self, kept: dict[Any, Any]) -> None:
        self.service.play()
        self.service._world = dict(kept)

    def sync(self, wish: DesiredRegistry, commit: str = LATER_COMMIT, permit: Permit = OURS) -> Result:
        return sync(self.connection, Order(wish, permit, commit=commit, earlier=history))

    def state(self, *wishes: DesiredRegistry) -> RegistryState:
        return read_state(self.connection, sorted({schema.name for wish in wishes for schema in wish.schemas}))


def history(commit: str) -> DesiredRegistry | None:
    """What Git wanted at a commit."""
    return {COMMIT: EARLIER, "a" * 40: BETWEEN, LATER_COMMIT: LATER}.get(commit)


def comparable(state: RegistryState) -> Any:
    """Everything but ids, with versions counted anew: a failure that was deleted leaves a gap."""
    schemas = {}
    for schema in state.schemas:
        rank = {version.number: place for place, version in enumerate(schema.versions, 1)}
        versions = [(rank[each.number], each.status, each.sha256, each.metadata) for each in schema.versions]
        settings = (schema.mode, rank.get(schema.checkpoint), schema.description, schema.tags, schema.available)
        schemas[schema.name] = (settings, versions)
    return state.description, state.tags, state.others, schemas


def comparable_receipts(state: RegistryState) -> Any:
    """The receipts, with the place of a version instead of its id: two ids for one place would show."""
    document = receipts(target(), LATER, state)
    places = {each.id: place for schema in state.schemas for place, each in enumerate(schema.versions, 1)}
    return {
        name: [(each["version"], places[each["id"]], each["sha256"], each["status"]) for each in entry["versions"]]
        for name, entry in document["contracts"].items()
    }


def ids(state: RegistryState) -> set[str]:
    return {version.id for schema in state.schemas for version in schema.versions}


@dataclass(frozen=True)
class Campaign:
    """A sync to ``LATER`` in a world as it was ``before``, its number of calls, and what stands after it."""

    world: World
    before: dict[Any, Any]
    calls: int
    expected: tuple[Any, Any]
    ids: set[str]

    def losses(self, fault: Fault) -> list[str]:
        """Sync under a fault, then without: what is then not as it should be."""
        world = self.world
        world.put_back(self.before)
        world.service.play(fault)
        with contextlib.suppress(Killed, SchemawardError):
            world.sync(LATER)
        world.service.play()
        result = world.sync(LATER, permit=replace(OURS, remove_failed=fault.kind is Kind.GO_FAILURE))
        found = [] if result.clean else [f"the second run is not clean: {trouble(result)}"]
        state = world.state(LATER)
        found += [] if comparable(state) == self.expected[0] else ["the end differs from that of an undisturbed run"]
        found += [] if comparable_receipts(state) == self.expected[1] else ["the receipts differ"]
        return [*found, *([] if self.ids <= ids(state) else ["versions were lost"])]


def campaign(*, fresh: bool = False, jobs: int = 1) -> Campaign:
    """A sync to be disturbed; ``fresh`` begins in an empty account."""
    world = World(jobs=jobs)
    if not fresh:
        world.sync(EARLIER, COMMIT)
    before = world.keep()
    known = ids(world.state(EARLIER))
    world.service.play()
    world.sync(LATER)
    calls = world.service.calls.total()
    state = world.state(LATER)
    return Campaign(world, before, calls, (comparable(state), comparable_receipts(state)), known)


def trouble(result: Result) -> str:
    plan = result.survey.plan
    facts = [outcome.fact for outcome in result.outcomes if outcome.fact]
    return "; ".join([*facts, *(entry.fact for entry in plan.blocked), *plan.unread, str(result.trouble or "")])


# --- two at once -----------------------------------------------------------------------------------------------------

BETWEEN = replace(
    desired(
        contract("a.created", *WORDS[:1]),
        replace(contract("b.grown", *WORDS[:2], mode=Mode.FULL), description="Mid.", tags=owned((("T", "1"),))),
        contract("c.relaxed", *WORDS[:2], mode=Mode.FORWARD),
        contract("d.frozen", *WORDS[:1], mode=Mode.NONE),
        contract("e.same", *WORDS[:2]),
    ),
    description="Mid.",
)
"""What Git wanted at a commit between ``EARLIER`` and ``LATER``."""


class Turns:
    """Virtual time for several runs: whoever is furthest behind goes next, so that every repetition is the same."""

    def __init__(self, starts: Sequence[float]) -> None:
        self.at = list(starts)
        self._live = set(range(len(starts)))
        self._turn = threading.Condition()

    def pass_time(self, who: int, seconds: float) -> None:
        with self._turn:
            self.at[who] += seconds
            self._turn.notify_all()
            self._turn.wait_for(lambda: min(self._live, key=lambda each: (self.at[each], each)) == who)

    def leave(self, who: int) -> None:
        with self._turn:
            self._live.discard(who)
            self._turn.notify_all()


class Rival:
    """One of several runs at once: what it wants, and how it ended. Each has a client of its own."""

    def __init__(self, world: World, wish: DesiredRegistry, commit: str) -> None:
        self.order = Order(wish, OURS, commit=commit, earlier=history)
        self.ended = ""
        self._connection = connect(target(), local=True, jobs=1)
        self._before_each: Callable[[], None] = lambda: None
        self._connection.client.meta.events.register("before-send", lambda **_: self._before_each())
        attach(self._connection.client, world.service)

    def run(self, turns: Turns, who: int, seed: int) -> None:
        chance = random.Random(seed * 2 + who)
        self._before_each = lambda: turns.pass_time(who, chance.uniform(0.02, 0.2))
        pace = Pace(clock=lambda: turns.at[who], sleep=lambda seconds: turns.pass_time(who, seconds))
        try:
            turns.pass_time(who, 0)
            result = sync(replace(self._connection, pace=pace), self.order)
            self.ended = "clean" if result.clean else f"refused: {trouble(result)}"
        except SchemawardError as error:
            self.ended = f"refused: {error.fact}"
        finally:
            turns.leave(who)

    def steps(self, world: World) -> Iterator[dict[str, Any]]:
        """Everything that stands in between while the run goes undisturbed."""
        seen: list[dict[str, Any]] = []
        self._before_each = lambda: seen.append(standing(world))
        pace = Pace(sleep=lambda _seconds: None)
        with contextlib.suppress(SchemawardError):
            sync(replace(self._connection, pace=pace), self.order)
        yield from (*seen, standing(world))


@dataclass(frozen=True)
class Contest:
    """Two runs at once, and for each contract what may stand at the end: what stands anywhere in runs one by one."""

    world: World
    before: dict[Any, Any]
    rivals: tuple[Rival, Rival]
    allowed: dict[str, list[Any]]
    last: dict[str, Any]

    def mixtures(self, start: float, seed: int) -> list[str]:
        """Let both go, the second one ``start`` seconds after the first: the contracts that hold some of each."""
        self.world.put_back(self.before)
        turns = Turns((0.0, start))
        threads = [threading.Thread(target=each.run, args=(turns, who, seed)) for who, each in enumerate(self.rivals)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = unsigned(standing(self.world))
        return [name for name, schema in found.items() if schema not in self.allowed[name]]

    def mended(self) -> bool:
        """Whether a further run of the newest commit ends as it would have ended alone."""
        clean = self.world.sync(LATER).clean
        return clean and unsigned(standing(self.world)) == self.last


def contest(*, newest_first: bool) -> Contest:
    world = World()
    world.sync(EARLIER, COMMIT)
    before = world.keep()
    world.sync(LATER)
    last = unsigned(standing(world))
    older, newer = Rival(world, BETWEEN, "a" * 40), Rival(world, LATER, LATER_COMMIT)
    rivals = (newer, older) if newest_first else (older, newer)
    allowed: dict[str, list[Any]] = {}
    for order in ((rivals[0], rivals[1]), (rivals[1], rivals[0])):
        world.put_back(before)
        for step in (step for rival in order for step in rival.steps(world)):
            for name, schema in unsigned(step).items():
                allowed.setdefault(name, []).append(schema)
    return Contest(world, before, rivals, allowed, last)


def standing(world: World) -> dict[str, Any]:
    """What the emulator holds of each schema, without ids, times and what is only on its way."""
    ((_, held),) = world.service._world.items()
    registry = held.glue.registries.get("ai")
    return {name: _plain(schema) for name, schema in (registry.schemas if registry else {}).items()}


def unsigned(schemas: dict[str, Any]) -> dict[str, Any]:
    """The same without the commits: whichever run registered a version first has signed it."""
    return {
        name: (*settings, [(*version, [pair for pair in pairs if pair[0] != "commit"]) for *version, pairs in versions])
        for name, (*settings, versions) in schemas.items()
    }


def _plain(schema: Any) -> Any:
    versions = [
        (each.number, each.stage, each.definition, sorted((pair.key, pair.value) for pair in each.metadata))
        for each in schema.versions
    ]
    return schema.mode, schema.checkpoint, schema.description, dict(schema.tags), versions
