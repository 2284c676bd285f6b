"""The guard in the hands of people: what is used wrongly is told at once, and everything is counted."""

from __future__ import annotations

import asyncio
import logging
import pickle
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from schemaward import Guard
from schemaward.errors import InputError, RegistryError, UsageError
from schemaward.formats import format_module
from schemaward.guard.cache import Lifetimes
from schemaward.guard.results import RecordError
from schemaward.guard.versions import RegistryVersions, Remote
from schemaward.guard.wire import WireError, frame
from schemaward.model import DataFormat
from schemaward.spark import validate

OWN = UUID(int=1)
PERSON = {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "required": ["name"]}


def guarded(definition: Any = PERSON, **more: Any) -> Guard:
    """A guard on a registry that never answers."""
    schema = format_module(DataFormat.JSON).load_value(definition, "schema")
    own = Remote(OWN, 1, "arn:aws:glue:eu-west-1:1:schema/r/crm.person", DataFormat.JSON, schema)

    def nobody(_id: UUID) -> Remote:
        raise RegistryError("nobody answers")

    return Guard("crm.person@1", DataFormat.JSON, schema, RegistryVersions(own, nobody, Lifetimes()), **more)


ADA = {"name": "Ada"}


class Service:
    guard = guarded()

    @guard.takes()
    def greet(self, person: dict[str, Any]) -> str:
        return str(person["name"])

    @classmethod
    @guard.takes()
    def make(cls, person: dict[str, Any]) -> str:
        return str(person["name"])


def test_the_first_argument_of_a_method_is_not_its_owner() -> None:
    assert Service().greet(ADA) == Service.make(ADA) == "Ada"
    for call in (Service().greet, Service.make):
        with pytest.raises(RecordError):
            call({})


class Later:
    """An object that is called as a coroutine."""

    async def __call__(self, person: Any) -> Any:
        return person


def test_an_object_that_is_called_as_a_coroutine_is_one() -> None:
    guard = guarded()
    for guarded_one in (guard.returns(Later()), guard.takes()(Later())):
        assert asyncio.run(guarded_one(ADA)) == ADA  # type: ignore[arg-type]
        with pytest.raises(RecordError):
            asyncio.run(guarded_one({}))  # type: ignore[arg-type]


def many() -> Iterator[Any]:
    yield ADA


async def many_later() -> AsyncIterator[Any]:
    yield ADA


@pytest.mark.parametrize(
    ("decorate", "fact"),
    [
        (lambda guard: guard.takes(many), r"takes\(\) was given no name"),
        (lambda guard: guard.takes()(dict), 'nobody can tell what "dict" takes'),
        (lambda guard: guard.takes()(5), "5 is no function"),
        (lambda guard: guard.takes("person")(classmethod(many)), "guarded before it is bound"),
        (lambda guard: guard.returns(staticmethod(many)), "guarded before it is bound"),
        (lambda guard: guard.returns(many), '"many" yields many'),
        (lambda guard: guard.returns(many_later), '"many_later" yields many'),
    ],
)
def test_what_cannot_be_guarded_is_told_when_it_is_decorated(decorate: Any, fact: str) -> None:
    with pytest.raises(UsageError, match=fact) as told:
        decorate(guarded())
    assert told.value.remedy


@pytest.mark.parametrize("message", [None, "text", 5, [3, 0] + [0] * 16])
def test_a_message_is_bytes(message: Any) -> None:
    with pytest.raises(WireError, match="not bytes"):
        guarded().decode(message)


def test_bytes_may_come_in_any_hands() -> None:
    guard = guarded()
    message = guard.encode(ADA)
    assert guard.decode(bytearray(message)) == guard.decode(memoryview(message)) == ADA  # type: ignore[arg-type]


@pytest.mark.parametrize("contract", [None, 5, b"crm.person", Path("crm.person")])
def test_a_contract_has_a_name(contract: Any) -> None:
    for use in (lambda: Guard.from_contract(contract), lambda: validate(None, contract)):  # type: ignore[arg-type]
        with pytest.raises(UsageError, match="is no name of a contract"):
            use()


@pytest.mark.parametrize("given", [{"root": 5}, {"receipts": 5}, {"receipts": b"receipts.json"}])
def test_a_path_is_a_path(contracts: Path, given: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=f"{next(iter(given))} is .*, which is no path"):
        Guard.from_contract("crm.person", **given)


def test_a_guard_does_not_leave_its_process() -> None:
    with pytest.raises(UsageError, match="does not leave its process"):
        pickle.dumps(guarded())


@pytest.mark.parametrize("record", [{1: 2}, {"name": {1, 2}}, float("nan"), {"mail": "a..b@c.d"}, {}])
def test_what_is_refused_is_explained(record: Any) -> None:
    guard = guarded({**PERSON, "properties": {"mail": {"format": "email"}}, "required": []} if record else PERSON)
    assert guard.check(record).ok == (guard.explain(record) is None)


@pytest.mark.parametrize("record", [{"on": "2026-12-31T23:59:60Z"}, {"at": 1e30}, {"all": (1,)}])
def test_what_passes_is_not_explained_though_the_other_package_refuses_it(record: dict[str, Any]) -> None:
    properties = {"on": {"format": "date-time"}, "at": {"const": 10**30}, "all": {"type": "array"}}
    guard = guarded({**PERSON, "properties": properties, "required": []})
    assert guard.check(record).ok
    assert guard.explain(record) is None


def test_a_number_beyond_a_float_is_not_called_null() -> None:
    guard = guarded({**PERSON, "properties": {"age": {"type": "number"}}, "required": []})
    (refusal,) = guard.check({"age": float("-inf")}).refusals
    assert refusal.message == '-inf is not of type "number"'
    with pytest.raises(RecordError, match='at "/age": inf is not of type "number"'):
        guard.decode(frame(OWN, b'{"age":1e400}'))


def deep() -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(150):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    "more",
    [deep(), {1: "a", "1": "b"}, 10**1_001, "x" * 1_000],
    ids=["too deep", "one key twice", "too many digits", "too large"],
)
def test_what_would_not_be_read_is_not_written(more: Any) -> None:
    with pytest.raises(InputError):
        guarded(most_bytes=1_000).encode({**ADA, "more": more})


def test_every_outcome_is_counted() -> None:
    heard: list[str] = []
    guard = guarded(count=lambda _name, outcome: heard.append(outcome))
    message = guard.encode(ADA)
    guard.decode(message)
    for use, error in (
        (lambda: guard.encode({}), RecordError),
        (lambda: guard.encode({**ADA, "more": float("nan")}), InputError),
        (lambda: guard.decode(frame(OWN, b"{}")), RecordError),
        (lambda: guard.decode(frame(OWN, b"{")), InputError),
        (lambda: guard.decode(frame(UUID(int=2), b"{}")), RegistryError),
        (lambda: asyncio.run(guard.decode_async(frame(UUID(int=3), b"{}"))), RegistryError),
    ):
        with pytest.raises(error):
            use()
    assert heard == ["passed"] * 2 + ["refused"] * 3 + ["unreadable"] + ["undecided"] * 2


def test_who_counts_does_not_stop_what_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    def count(_name: str, _outcome: str) -> None:
        raise ZeroDivisionError

    with caplog.at_level(logging.ERROR):
        assert guarded(count=count).check(ADA).ok
    assert "the count of crm.person@1 failed for passed" in caplog.text
    with pytest.raises(UsageError, match="cannot be called"):
        guarded(count=5)
