"""Runs that are killed, answers that are lost, calls that are refused: the next run ends in the same state."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
from botocore.exceptions import ReadTimeoutError
from registry_worlds import COMMIT, GROWING, contract, desired, endings, in_process, look, sync, two_contracts, words

from schemaward.emulator.state import ApiError, Options
from schemaward.model import Mode
from schemaward.registry import run
from schemaward.registry.apply import Ending
from schemaward.registry.desired import DesiredRegistry
from schemaward.registry.plan import Plan
from schemaward.registry.run import Order
from schemaward.registry.state import RegistryState

WRITES = {
    "CreateRegistry",
    "CreateSchema",
    "RegisterSchemaVersion",
    "UpdateSchema",
    "PutSchemaVersionMetadata",
}


class Killed(BaseException):
    """The process ends here."""


def timeless(state: RegistryState) -> RegistryState:
    """The state without ids and without the mark of the run, which differ from run to run."""
    schemas = tuple(
        replace(schema, versions=tuple(replace(version, id="") for version in schema.versions))
        for schema in state.schemas
    )
    return replace(state, schemas=schemas, mark=None)


def undisturbed(wish: DesiredRegistry) -> tuple[RegistryState, int]:
    """Where a sync ends that nothing disturbs, and how many writing calls it makes."""
    connection, service = in_process()
    calls: list[str] = []
    service.fault = lambda operation, after: calls.append(operation) if after and operation in WRITES else None
    sync(connection, wish)
    return timeless(look(connection, wish)[1]), len(calls)


@pytest.mark.parametrize("after", [False, True], ids=["before it takes effect", "after it took effect"])
def test_killed_at_any_write_and_run_again_ends_in_the_same_state(after: bool) -> None:
    wish = two_contracts()
    expected, writes = undisturbed(wish)
    connection, service = in_process()
    for stop in range(writes):
        # The same clients, a registry as on the first day.
        service._world.clear()
        left = [stop]

        def kill(operation: str, is_after: bool, left: list[int] = left) -> None:
            if operation in WRITES and is_after is after:
                left[0] -= 1
                if left[0] == -1:
                    raise Killed

        service.fault = kill
        with pytest.raises(Killed):
            sync(connection, wish)
        service.fault = lambda _operation, _after: None
        assert {outcome.ending for outcome in sync(connection, wish)} <= {Ending.DONE}
        found, state = look(connection, wish)
        assert found == Plan(), f"broken off at write {stop}"
        assert timeless(state) == expected, f"broken off at write {stop}"


@pytest.mark.parametrize("lost", sorted(WRITES))
def test_an_answer_that_is_lost_is_no_failure(lost: str) -> None:
    wish = two_contracts()
    connection, service = in_process()
    losses = [1]

    def lose(operation: str, after: bool) -> None:
        if after and operation == lost and losses[0]:
            losses[0] -= 1
            raise ReadTimeoutError(endpoint_url="http://registry.invalid")

    service.fault = lose
    outcomes = sync(connection, wish)
    assert losses == [0]
    assert {outcome.ending for outcome in outcomes} == {Ending.DONE}
    assert timeless(look(connection, wish)[1]) == undisturbed(wish)[0]


def test_somebody_else_changing_the_same_schema_is_waited_out() -> None:
    wish = desired(contract("a.growing", *GROWING))
    connection, service = in_process()
    refusals = [3]

    def busy(operation: str, after: bool) -> ApiError | None:
        if operation == "RegisterSchemaVersion" and not after and refusals[0]:
            refusals[0] -= 1
            return ApiError("ConcurrentModificationException", "Busy.")
        return None

    service.fault = busy
    assert {outcome.ending for outcome in sync(connection, wish)} == {Ending.DONE}
    assert refusals == [0]


def test_somebody_else_who_never_ends_is_a_failure_of_that_contract() -> None:
    wish = desired(contract("a.growing", *GROWING), contract("b.other", words("x")))
    connection, service = in_process()
    service.fault = lambda operation, _after: (
        ApiError("ConcurrentModificationException", "Busy.") if operation == "RegisterSchemaVersion" else None
    )
    outcomes = sync(connection, wish)
    assert endings(outcomes)[2:] == [
        "failed: register v2 under BACKWARD",
        "skipped: register v3 under BACKWARD",
        "done: create schema b.other (JSON, BACKWARD) with v1",
    ]
    assert "something else is changing the same schema" in outcomes[2].remedy


def test_a_registry_that_cannot_be_created_skips_everything() -> None:
    connection, service = in_process()
    service.fault = lambda operation, _after: (
        ApiError("AccessDeniedException", "No.") if operation == "CreateRegistry" else None
    )
    outcomes = sync(connection, two_contracts())
    assert [outcome.ending for outcome in outcomes] == [Ending.FAILED, *[Ending.SKIPPED] * 7]
    assert "allow glue:CreateRegistry" in outcomes[0].remedy


def test_a_setting_of_the_registry_that_is_denied_stops_no_contract() -> None:
    connection, service = in_process()
    wish = two_contracts()
    sync(connection, wish)
    renewed = tuple(replace(schema, description="New") for schema in wish.schemas)
    service.fault = lambda operation, _after: (
        ApiError("AccessDeniedException", "No.") if operation == "UpdateRegistry" else None
    )
    outcomes = sync(connection, replace(wish, description="New", tags=(("Purpose", "New"),), schemas=renewed))
    assert [str(outcome.ending) for outcome in outcomes] == ["failed", "done", "done", "done"]


def test_an_adopted_version_gets_its_commit_also_when_the_run_is_killed_in_between() -> None:
    connection, service = in_process(Options(pending=0))
    wish = desired(contract("a.growing", *GROWING[:2]))
    sync(connection, desired(contract("a.growing", *GROWING[:1])))
    address = {"RegistryName": "ai", "SchemaName": "a.growing"}
    connection.client.register_schema_version(SchemaId=address, SchemaDefinition=GROWING[1])

    def kill(operation: str, after: bool) -> None:
        if operation == "PutSchemaVersionMetadata" and after:
            raise Killed

    for _ in range(3):
        service.fault = kill
        with contextlib.suppress(Killed):
            sync(connection, wish)
    service.fault = lambda _operation, _after: None
    sync(connection, wish)
    found, state = look(connection, wish)
    assert found == Plan()
    adopted = state.schemas[0].versions[1]
    assert ("commit", COMMIT) in (adopted.metadata or ())


def test_a_write_that_is_denied_fails_its_contract_and_no_other() -> None:
    connection, service = in_process()
    wish = two_contracts()
    sync(connection, desired(*(replace(schema, description="Old") for schema in wish.schemas)))
    denials = [1]

    def deny_once(operation: str, after: bool) -> ApiError | None:
        if operation == "UpdateSchema" and not after and denials[0]:
            denials[0] -= 1
            return ApiError("AccessDeniedException", "No.")
        return None

    service.fault = deny_once
    assert [str(outcome.ending) for outcome in sync(connection, wish)] == ["failed", "done"]


@pytest.mark.parametrize(
    ("denied", "fact"),
    [
        ("GetTags", "tags could not be read"),
        ("QuerySchemaVersionMetadata", "the metadata of versions could not be read"),
        ("ListSchemas", "the list of schemas could not be read"),
    ],
)
def test_what_the_role_may_not_read_is_named_and_nothing_is_changed(denied: str, fact: str) -> None:
    connection, service = in_process()
    sync(connection, two_contracts())
    wish = desired(contract("a.growing", *GROWING, mode=Mode.FULL))
    service.fault = lambda operation, _after: ApiError("AccessDeniedException", "No.") if operation == denied else None
    result = run.sync(connection, Order(wish, full=True))
    assert not result.clean
    assert result.outcomes == ()
    assert fact in result.survey.plan.unread[0]
    assert f"allow glue:{denied}" in result.survey.plan.unread[0]


def test_a_definition_that_glue_takes_for_another_is_a_failure() -> None:
    connection, service = in_process(Options(pending=0))
    wish = desired(contract("a.growing", words("a")))
    sync(connection, wish)
    grown = desired(contract("a.growing", words("a"), words("a", "b")))
    real = service.call

    def confused(scope: object, operation: str, request: dict[str, object]) -> object:
        if operation == "RegisterSchemaVersion":
            request = {**request, "SchemaDefinition": words("a")}
        return real(scope, operation, request)

    service.call = confused  # type: ignore[method-assign]
    (outcome,) = sync(connection, grown)
    assert outcome.ending is Ending.FAILED
    assert "whose definition differs from Git" in outcome.fact
