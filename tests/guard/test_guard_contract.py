"""The guard of a contract in Git: checks, messages by receipts, functions and streams; without any AWS library."""

from __future__ import annotations

import asyncio
import datetime
import enum
import json
import pickle
import subprocess
import sys
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from guard_contracts import write_contract

from schemaward import Guard
from schemaward.errors import InputError, UsageError
from schemaward.guard.results import RecordError, UnknownVersionError
from schemaward.guard.telemetry import opentelemetry_count
from schemaward.guard.wire import WireError, unframe
from schemaward.model import Place
from schemaward.registry.failures import CallError

GOOD = {"name": "Ada", "age": 36}


class Colour(enum.Enum):
    RED = "red"


def test_a_record_passes_or_the_reasons_are_told(contracts: Path) -> None:
    guard = Guard.from_contract("crm.person@2")
    assert guard.check(GOOD).ok
    checked = guard.check({"age": 200, "name": "Ada"})
    assert not checked.ok
    assert [(each.pointer, each.message) for each in checked.refusals] == [
        ("/age", "200 is greater than the maximum of 150")
    ]
    assert guard.require(GOOD) is GOOD
    with pytest.raises(RecordError) as refused:
        guard.require({"age": -1, "name": "Ada"})
    assert str(refused.value) == 'the record does not pass crm.person@2: at "/age": -1 is less than the minimum of 0'


def test_the_version_counts_and_without_one_it_is_the_latest(contracts: Path) -> None:
    assert Guard.from_contract("crm.person@1").check({"name": "Ada", "age": 200}).ok
    assert not Guard.from_contract("crm.person").check({"name": "Ada", "age": 200}).ok
    assert Guard.from_contract("crm.person", root=contracts / "contracts").name == "crm.person@2"


def test_formats_are_asserted_as_the_serializers_of_glue_do(contracts: Path) -> None:
    assert not Guard.from_contract("crm.person@2").check({"name": "Ada", "mail": "nobody"}).ok


def test_values_of_personal_data_are_not_shown(contracts: Path) -> None:
    guard = Guard.from_contract("crm.person@2")
    said = str(guard.check({"name": "Ada", "mail": "ada.at.home", "age": 1}).refusals)
    assert "ada.at.home" not in said
    assert "/properties/mail/format" in said
    assert "Lovelace" not in str(guard.check([{"name": "Lovelace"}]).refusals)
    assert '"name" is a required property' in str(guard.check({"mail": "a@example.org"}).refusals)


@pytest.mark.parametrize("record", [{"name": datetime.date.today()}, {1: 2}, {"name": {1, 2}}, float("nan"), object()])
def test_what_is_no_json_is_refused_and_nothing_breaks(contracts: Path, record: Any) -> None:
    guard = Guard.from_contract("crm.person@2")
    assert not guard.check(record).ok
    with pytest.raises(RecordError):
        guard.require(record)


class Int64(int):
    """As the numbers of numpy, which this test does not need."""

    def item(self) -> int:
        return int(self)


@pytest.mark.parametrize(
    ("record", "pointer", "message"),
    [
        (
            {"name": "Ada", "more": [1, {"a/b": Int64(1)}], "age": Int64(36)},
            "/more/1/a~1b",
            "the value is of type test_guard_contract.Int64 (use its .item()), which is no JSON value",
        ),
        ({"name": "Ada", "age": b"36"}, "/age", "the value is of type bytes, which is no JSON value"),
        ({"name": "Ada", 1: 2}, "", "a name is of type int, which is no JSON value"),
    ],
)
def test_what_is_no_json_is_told_with_its_place(
    contracts: Path, record: dict[Any, Any], pointer: str, message: str
) -> None:
    (refusal,) = Guard.from_contract("crm.person@2").check(record).refusals
    assert (refusal.pointer, refusal.message) == (pointer, message)


@pytest.mark.parametrize(
    ("value", "read"), [(Decimal("0.03"), 0.03), (Decimal("5"), 5), (Decimal("1E+3"), 1000), (Colour.RED, "red")]
)
def test_what_passes_can_be_written(contracts: Path, receipts: Path, value: Any, read: Any) -> None:
    guard = Guard.from_contract("crm.person@2", receipts=receipts)
    record = {"name": "Ada", "more": value}
    assert guard.check(record).ok
    assert guard.decode(guard.encode(record)) == {"name": "Ada", "more": read}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (float("nan"), 'at "/more": the value is nan, which is no JSON value'),
        (Decimal("0.1000000000000000000001"), "a Decimal is none of the numbers that its reader has"),
        (Decimal("1E+400"), "a Decimal is none of the numbers that its reader has"),
        (object(), 'at "/more": the value is of type object, which is no JSON value'),
    ],
)
def test_what_cannot_be_written_is_told(contracts: Path, receipts: Path, value: Any, message: str) -> None:
    with pytest.raises(InputError) as refused:
        Guard.from_contract("crm.person@2", receipts=receipts).encode({"name": "Ada", "more": value})
    assert message in refused.value.fact


def test_what_the_schema_does_not_look_at_is_found_by_the_encoder(contracts: Path, receipts: Path) -> None:
    guard = Guard.from_contract("crm.person@2", receipts=receipts)
    around: dict[str, Any] = {"name": "Ada"}
    around["more"] = around
    for record in (around, {"name": "Ada", "more": float("nan")}, {"name": "Ada", "more": object()}):
        assert guard.check(record).ok
        with pytest.raises(InputError, match="no JSON value"):
            guard.encode(record)


def test_an_unknown_contract_is_told_with_a_near_one(contracts: Path) -> None:
    with pytest.raises(UsageError) as unknown:
        Guard.from_contract("crm.persn")
    assert unknown.value.remedy == 'did you mean "crm.person"?'
    with pytest.raises(UsageError, match="has no version 9"):
        Guard.from_contract("crm.person@9")


def test_avro_records_are_those_of_python(tmp_path: Path) -> None:
    money = {"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2}
    fields = [
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "sum", "type": money},
        {"name": "tags", "type": {"type": "map", "values": ["null", "int", {"type": "array", "items": "string"}]}},
        {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["A", "B"]}, "default": "A"},
    ]
    write_contract(tmp_path, "pay.sum", "AVRO", "avsc", [{"type": "record", "name": "Sum", "fields": fields}])
    guard = Guard.from_contract("pay.sum", tmp_path)
    good = {"at": datetime.datetime.now(datetime.UTC), "sum": Decimal("12.5"), "tags": {"a": None, "b": ["c"]}}
    assert guard.check(good).ok
    assert guard.check({**good, "kind": "B", "at": 5}).ok
    bad = {"at": "now", "sum": Decimal("123.45"), "tags": {"a": [1]}, "kind": "C", "more": 1}
    assert [(each.pointer, each.schema_pointer) for each in guard.check(bad).refusals] == [
        ("/at", "/fields/0/type"),
        ("/sum", "/fields/1/type"),
        ("/tags/a/0", "/fields/2/type/values/2/items"),
        ("/kind", "/fields/3/type"),
        ("/more", ""),
    ]
    assert [each.message for each in guard.check({"at": 1, "sum": Decimal(1)}).refusals] == [
        'the field "tags" of "record Sum" is missing'
    ]


@pytest.mark.parametrize(
    ("contract", "record"),
    [("crm.person@1", GOOD), ("web.event@1", {"id": 5}), ("shop.order@1", {"id": "a"})],
)
def test_what_is_encoded_is_decoded_by_receipts_offline(
    contracts: Path, receipts: Path, contract: str, record: Any
) -> None:
    guard = Guard.from_contract(contract, receipts=receipts)
    for compress in (False, True):
        assert guard.decode(guard.encode(record, compress=compress)) == record


def test_a_reader_gets_what_an_older_version_wrote_in_its_own_shape(contracts: Path, receipts: Path) -> None:
    old = Guard.from_contract("web.event@1", receipts=receipts)
    new = Guard.from_contract("web.event@2", receipts=receipts)
    assert new.decode(old.encode({"id": 5})) == {"id": 5, "page": None}


def test_what_an_older_version_allowed_is_refused_by_the_newer_one(contracts: Path, receipts: Path) -> None:
    old = Guard.from_contract("crm.person@1", receipts=receipts)
    new = Guard.from_contract("crm.person@2", receipts=receipts)
    with pytest.raises(RecordError, match="greater than the maximum of 150"):
        new.decode(old.encode({"name": "Ada", "age": 200}))


def test_an_id_that_is_none_of_the_contract_is_refused(contracts: Path, receipts: Path) -> None:
    person = Guard.from_contract("crm.person", receipts=receipts)
    message = Guard.from_contract("web.event", receipts=receipts).encode({"id": 5})
    with pytest.raises(UnknownVersionError) as unknown:
        person.decode(message)
    assert str(unframe(message).version_id) in unknown.value.fact
    with pytest.raises(WireError):
        person.decode(b"{}")


def test_without_receipts_an_id_means_nothing(contracts: Path, receipts: Path) -> None:
    message = Guard.from_contract("crm.person", receipts=receipts).encode(GOOD)
    guard = Guard.from_contract("crm.person")
    with pytest.raises(UsageError, match="nothing says which version"):
        guard.decode(message)
    with pytest.raises(UsageError, match="nothing says which id"):
        guard.encode(GOOD)


def test_receipts_must_name_the_contract_and_be_readable(contracts: Path) -> None:
    (contracts / "empty.json").write_text('{"format": 1, "registry": {}, "contracts": {}}')
    with pytest.raises(UsageError, match="name no contract"):
        Guard.from_contract("crm.person", receipts="empty.json")
    with pytest.raises(InputError, match="cannot be read"):
        Guard.from_contract("crm.person", receipts="missing.json")


def test_the_files_must_be_what_the_receipts_name(contracts: Path, receipts: Path) -> None:
    """Fields in another order are read without a word, and the values stand under the wrong names."""
    message = Guard.from_contract("web.event@1", receipts=receipts).encode({"id": 5})
    other = {"type": "record", "name": "Event", "namespace": "web", "fields": [{"name": "id", "type": "long"}]}
    (contracts / "contracts/web/event/v1.avsc").write_text(json.dumps(other))
    newer = Guard.from_contract("web.event@2", receipts=receipts)
    fact = 'version 1 of "web.event" is not what the receipts name'
    with pytest.raises(UsageError, match=fact):
        newer.decode(message)
    with pytest.raises(UsageError, match=fact):
        Guard.from_contract("web.event@1", receipts=receipts)


def test_a_version_that_failed_is_not_used(contracts: Path, receipts: Path) -> None:
    guard = Guard.from_contract("crm.person@1", receipts=receipts)
    message = Guard.from_contract("crm.person@2", receipts=receipts).encode(GOOD)
    assert guard.decode(message) == GOOD
    document = json.loads(receipts.read_text())
    document["contracts"]["crm.person"]["versions"][1]["status"] = "FAILURE"
    receipts.write_text(json.dumps(document))
    with pytest.raises(UnknownVersionError, match="is FAILURE, not AVAILABLE"):
        Guard.from_contract("crm.person@1", receipts=receipts).decode(message)
    with pytest.raises(UsageError, match="nothing says which id"):
        Guard.from_contract("crm.person@2", receipts=receipts).encode(GOOD)


def test_errors_cross_processes(contracts: Path) -> None:
    with pytest.raises(RecordError) as refused:
        Guard.from_contract("crm.person@2").require({})
    call = CallError("nobody answers", "look at the network", "ReadTimeoutError")
    for error in (refused.value, call, InputError("fact", "remedy", Place("a.json", 3))):
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))
        assert again.__traceback__ is None


def test_a_record_that_does_not_pass_is_not_encoded(contracts: Path, receipts: Path) -> None:
    for contract, record in (("crm.person", {"age": 1}), ("web.event", {"id": "x"}), ("shop.order", {"ident": 1})):
        with pytest.raises(RecordError):
            Guard.from_contract(contract, receipts=receipts).encode(record)


def test_functions_are_guarded_at_their_arguments_and_results(contracts: Path) -> None:
    guard = Guard.from_contract("crm.person")

    @guard.takes()
    def greet(person: dict[str, Any], loud: bool = False) -> str:
        """Greets."""
        return person["name"] + "!" * loud

    @guard.takes("person")
    async def later(loud: bool, *, person: dict[str, Any]) -> str:
        return str(person["name"])

    @guard.returns
    def make(age: int) -> dict[str, Any]:
        return {"name": "Ada", "age": age}

    @guard.returns
    async def make_later(age: int) -> dict[str, Any]:
        return make(age)

    assert greet(GOOD, loud=True) == "Ada!"
    assert greet(person=GOOD) == "Ada"
    assert (greet.__name__, greet.__doc__) == ("greet", "Greets.")
    assert asyncio.run(later(True, person=GOOD)) == "Ada"
    assert make(3) == asyncio.run(make_later(3)) == {"name": "Ada", "age": 3}
    for call in (lambda: greet({}), lambda: greet(person={}), lambda: make(-3)):
        with pytest.raises(RecordError):
            call()
    for coroutine in (later(True, person={}), make_later(-3)):
        with pytest.raises(RecordError):
            asyncio.run(coroutine)
    with pytest.raises(TypeError):
        greet()  # type: ignore[call-arg]
    with pytest.raises(UsageError, match='has no argument "persn"'):
        guard.takes("persn")(greet)


def test_a_stream_is_filtered_and_counted(contracts: Path) -> None:
    outcomes: list[tuple[str, str]] = []
    guard = Guard.from_contract("crm.person", count=lambda name, outcome: outcomes.append((name, outcome)))
    records = [GOOD, {"age": 1}, {"name": "Bob"}]
    refused: list[Any] = []
    assert list(guard.filter(records, lambda record, reasons: refused.append((record, reasons)))) == [
        records[0],
        records[2],
    ]
    assert [(record, reasons[0].message) for record, reasons in refused] == [
        ({"age": 1}, '"name" is a required property')
    ]

    async def stream() -> AsyncIterator[Any]:
        for record in records:
            yield record

    async def collected() -> list[Any]:
        return [record async for record in guard.filter_async(stream())]

    assert asyncio.run(collected()) == [records[0], records[2]]
    assert outcomes == [("crm.person@2", "passed"), ("crm.person@2", "refused"), ("crm.person@2", "passed")] * 2


def test_outcomes_become_metrics_of_opentelemetry(contracts: Path, receipts: Path) -> None:
    metrics = pytest.importorskip("opentelemetry.sdk.metrics")
    export = pytest.importorskip("opentelemetry.sdk.metrics.export")
    reader = export.InMemoryMetricReader()
    meter = metrics.MeterProvider(metric_readers=[reader]).get_meter("test")
    guard = Guard.from_contract("crm.person", receipts=receipts, count=opentelemetry_count(meter))
    guard.check(GOOD)
    guard.check({})
    guard.decode(guard.encode(GOOD))
    with pytest.raises(WireError):
        guard.decode(b"")
    (metric,) = reader.get_metrics_data().resource_metrics[0].scope_metrics[0].metrics
    counted = {point.attributes["schemaward.outcome"]: point.value for point in metric.data.data_points}
    assert (metric.name, counted) == ("schemaward.records", {"passed": 3, "refused": 1, "unreadable": 1})


def test_no_aws_library_is_loaded_for_a_contract_in_git(contracts: Path) -> None:
    script = (
        "import sys, schemaward\n"
        "assert not [m for m in sys.modules if m.startswith('schemaward.guard')]\n"
        "guard = schemaward.Guard.from_contract('crm.person@2')\n"
        "assert guard.check({'name': 'Ada'}).ok\n"
        "heavy = {'boto3', 'botocore', 'fastavro', 'google.protobuf', 'jsonschema', 'deepdiff', 'click', 'pyarrow', 'pyspark'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=contracts, check=True)


def test_the_ids_of_receipts_are_those_of_the_registry(contracts: Path, receipts: Path, glue: Any) -> None:
    message = Guard.from_contract("crm.person@2", receipts=receipts).encode(GOOD)
    found = glue.get_schema_version(SchemaVersionId=str(UUID(bytes=message[2:18])))
    assert (found["VersionNumber"], found["Status"]) == (2, "AVAILABLE")
