"""One run against one registry: how much to read, whose turn it is to write, the plan, and what is remembered.

A registry that the last sync left in the very state that Git wants costs a handful of calls, whatever its size. When
contracts changed since, only those are read. Whenever there is doubt (no mark, a run that broke off, another tool's
mark, a commit that this clone does not have), everything is read.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from schemaward.errors import RegistryError, SchemawardError
from schemaward.registry.actions import CreateSchema
from schemaward.registry.apply import Ending, Outcome, apply, standing
from schemaward.registry.connection import Connection
from schemaward.registry.desired import DesiredRegistry, Tags
from schemaward.registry.failures import CallError
from schemaward.registry.glue import perform
from schemaward.registry.lease import guarded, new_mark, take
from schemaward.registry.plan import Gate, Permit, Plan, plan, ungated
from schemaward.registry.reading import read_registry, read_schemas
from schemaward.registry.seal import Mark, Stage, changed, registry_digest
from schemaward.registry.state import RegistryState
from schemaward.registry.steps import Note


class MovedError(SchemawardError):
    """The world is not the one that a saved plan was made for. Nothing was changed."""

    exit_code = 1


def _no_history(_commit: str) -> DesiredRegistry | None:
    return None


def _nothing_else(_registry: RegistryState) -> frozenset[str]:
    return frozenset()


def _whatever(_found: Survey) -> None:
    """Any plan will do."""


def _nobody(_outcome: Outcome) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a run is asked for.

    ``earlier`` gives what Git wanted at an earlier commit, None when that is not known. ``also`` names contracts
    to read although they did not change. ``agreed`` raises MovedError when a plan is not the one that was agreed on. With
    ``private`` nobody else can reach the registry. ``gate`` forbids registrations.
    """

    desired: DesiredRegistry
    permit: Permit = field(default_factory=Permit)
    full: bool = False
    commit: str = ""
    earlier: Callable[[str], DesiredRegistry | None] = _no_history
    also: Callable[[RegistryState], frozenset[str]] = _nothing_else
    agreed: Callable[[Survey], None] = _whatever
    private: bool = False
    gate: Gate = ungated

    @property
    def provenance(self) -> Tags:
        """Where new versions come from, as pairs for their metadata.

        The commit is the last: where it stands, a run that broke off has written the others too.
        """
        return tuple(pair for pair in (("repository", self.permit.repository), ("commit", self.commit)) if pair[1])


@dataclass(frozen=True, slots=True)
class Survey:
    """What stands, as far as it was read, and what must be done.

    ``unchanged`` are the contracts that were left out because they did not change since the last sync.
    """

    state: RegistryState
    plan: Plan
    unchanged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """How a run ended. ``trouble`` is what broke it off, if anything did; ``state`` is what is known to stand."""

    survey: Survey
    outcomes: tuple[Outcome, ...]
    state: RegistryState
    trouble: SchemawardError | None = None

    @property
    def clean(self) -> bool:
        """True when everything that Git asks for stands now."""
        plan = self.survey.plan
        done = all(outcome.ending is Ending.DONE for outcome in self.outcomes)
        return done and not (plan.blocked or plan.unread or self.trouble)


def survey(connection: Connection, order: Order) -> Survey:
    """Read what must be read, and plan. Writes nothing. Raises RegistryError."""
    order = replace(order, earlier=functools.cache(order.earlier))
    registry = read_registry(connection, order.permit.repository)
    asked = _asked(order, registry)
    names = {schema.contract: schema.name for schema in order.desired.schemas}
    contracts = [contract for contract in names if asked is None or contract in asked]
    retired = [each.schema for each in order.desired.retired] if order.permit.prune is not None else []
    wanted = [*(names[contract] for contract in contracts), *retired]
    state = read_schemas(connection, registry, wanted, everything=asked is None)
    found = plan(order.desired.only(contracts), state, order.permit, order.gate)
    found = replace(found, notes=(*found.notes, *_new_ids(order, registry, found)))
    return Survey(state, found, tuple(contract for contract in names if contract not in contracts))


def sync(connection: Connection, order: Order, tell: Callable[[Outcome], None] = _nobody) -> Result:
    """Bring the registry to what Git says; ``tell`` hears of each action as it ends. Raises RegistryError, MovedError.

    Raises only as long as nothing was changed; what goes wrong later is in the result.
    """
    found = survey(connection, order)
    order.agreed(found)
    if found.plan.unread or _settled(order, found):
        return Result(found, (), found.state)
    if found.state.arn is not None:
        return _synced(connection, order, found, found.state.arn, tell)
    return _with_new_registry(connection, order, found, tell)


def _asked(order: Order, registry: RegistryState) -> frozenset[str] | None:
    """The contracts that must be read; None for everything."""
    mark = registry.mark
    if order.full or mark is None or mark.stage is not Stage.IN_SYNC or registry.arn is None:
        return None
    if order.permit.prune is not None or order.permit.remove_failed:
        # Before anything is deleted, everything is looked at: what is left decides too.
        return None
    synced = _last_synced(order, mark)
    return None if synced is None else order.also(registry) | changed(order.desired, synced)


def _last_synced(order: Order, mark: Mark) -> DesiredRegistry | None:
    """What Git wanted when the sync of ``mark`` had brought the registry to it; None when that is not known."""
    if mark.digest == registry_digest(order.desired):
        return order.desired
    earlier = order.earlier(mark.commit) if mark.commit else None
    return earlier if earlier and registry_digest(earlier) == mark.digest else None


def _new_ids(order: Order, registry: RegistryState, found: Plan) -> Iterator[Note]:
    """Contracts that the last sync left in the registry, and whose schemas are to be created: readers know other ids."""
    created = [each for each in found.actions if isinstance(each, CreateSchema) and each.version.marked]
    if not created or registry.mark is None or registry.mark.stage is not Stage.IN_SYNC:
        return
    synced = _last_synced(order, registry.mark)
    names = {schema.contract: schema.name for schema in synced.schemas} if synced else {}
    for action in created:
        name = names.get(action.contract)
        if name == action.schema:
            fact = "the schema was in the registry after the last sync: its versions come back with other ids, and nobody can decode messages with the old ones"
            yield Note(action.contract, "new-ids", fact)
        elif name:
            fact = f'the versions get other ids than in the schema "{name}", which stays in the registry and belongs to no contract any more'
            yield Note(action.contract, "new-ids", fact)


def _settled(order: Order, found: Survey) -> bool:
    """True when nothing needs to be written, the mark neither."""
    if found.plan.actions or found.state.arn is None or not found.state.available:
        return not found.plan.actions
    mark = found.state.mark
    if mark is None or mark.stage is not Stage.IN_SYNC:
        return not found.plan.settled
    return found.plan.settled and mark.digest == registry_digest(order.desired)


def _with_new_registry(connection: Connection, order: Order, found: Survey, tell: Callable[[Outcome], None]) -> Result:
    """Create the registry, then go on as in any other."""
    create, *rest = found.plan.actions
    try:
        perform(connection, create)
        registry = read_registry(connection, order.permit.repository)
        made = replace(found, state=registry, plan=plan(order.desired, registry, order.permit, order.gate))
    except RegistryError as error:
        if not isinstance(error, CallError) or error.code != "AlreadyExistsException":
            failed = Outcome(create, Ending.FAILED, error.fact, error.remedy)
            outcomes = (failed, *(Outcome(action, Ending.SKIPPED) for action in rest))
            return Result(found, tuple(_telling(outcomes, tell)), found.state)
        # It came into being meanwhile, by another run or by the try whose answer was lost.
        made = survey(connection, replace(order, full=True))
    done = tuple(_telling((Outcome(create, Ending.DONE),), tell))
    if made.state.arn is None:
        return Result(found, done, made.state, CallError("the registry is gone again", "run the sync again", "Gone"))
    result = _synced(connection, replace(order, agreed=_whatever), made, made.state.arn, tell)
    whole = replace(result.survey.plan, actions=(create, *result.survey.plan.actions))
    return replace(result, survey=replace(result.survey, plan=whole), outcomes=(*done, *result.outcomes))


def _synced(connection: Connection, order: Order, found: Survey, arn: str, tell: Callable[[Outcome], None]) -> Result:
    """Take the registry, carry out the plan, and leave the mark that tells how far it came."""
    lease = take(connection, arn, order.permit.repository, new_mark(order.commit), private=order.private)
    with guarded(connection, lease) as writing:
        if lease.before != found.state.mark or (lease.before and lease.before.stage is Stage.BUSY):
            # Another run was here since the registry was read, or broke off before.
            found = survey(connection, replace(order, full=True))
            order.agreed(found)
        outcomes: tuple[Outcome, ...] = ()
        if not found.plan.unread:
            steps = apply(writing, found.plan, order.desired, found.state, provenance=order.provenance)
            outcomes = tuple(_telling(steps, tell))
        result = Result(found, outcomes, replace(standing(found.state, outcomes), mark=lease.mark))
    try:
        if result.clean and found.plan.settled:
            lease.end(Stage.IN_SYNC, registry_digest(order.desired))
        else:
            lease.end(Stage.OPEN)
    except CallError as error:
        return replace(result, trouble=error)
    return result


def _telling(outcomes: Iterable[Outcome], tell: Callable[[Outcome], None]) -> Iterator[Outcome]:
    for outcome in outcomes:
        tell(outcome)
        yield outcome
