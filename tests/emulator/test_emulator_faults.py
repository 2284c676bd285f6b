"""Faults on order: what strikes when, what takes effect, and what a client sees; in-process and over HTTP."""

from __future__ import annotations

import http.client
import json
import re
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from emulator_machine import PERSON
from emulator_machine import says_compatible as judge

from schemaward.emulator.faults import Fault, Killed, Kind, fault_of, parsed, shown
from schemaward.emulator.inprocess import attach
from schemaward.emulator.options import Options
from schemaward.emulator.server import serving
from schemaward.emulator.service import OPERATIONS, Service
from schemaward.errors import InputError

Connect = Callable[..., Any]


@pytest.fixture
def service() -> Service:
    return Service(Options(pending=0), judge=judge)


@pytest.fixture
def glue(service: Service, connect: Connect) -> Any:
    """A client that does not try again, of a service in this process."""
    return attached(connect, service)


def attached(connect: Connect, service: Service, kind: str = "glue", attempts: int = 1) -> Any:
    client = connect("http://registry.invalid", kind, config=Config(retries={"total_max_attempts": attempts}))
    attach(client, service)
    return client


def person(glue: Any) -> str:
    """Create the schema, without its registry; the id of its first version."""
    created = glue.create_schema(
        RegistryId={"RegistryName": "ai"},
        SchemaName="person",
        DataFormat="JSON",
        Compatibility="NONE",
        SchemaDefinition='{"title": "one"}',
    )
    return str(created["SchemaVersionId"])


def registries(service: Service, glue: Any) -> list[str]:
    """What took effect."""
    service.play()
    return [item["RegistryName"] for item in glue.list_registries()["Registries"]]


@pytest.mark.parametrize(
    ("fault", "struck"),
    [
        (Fault(Kind.REFUSE, call=2), [2]),
        (Fault(Kind.REFUSE, call=2, times=2), [2, 3]),
        (Fault(Kind.REFUSE, call=3, times=None), [3, 4, 5, 6]),
        (Fault(Kind.REFUSE, operation="B"), [2]),
        (Fault(Kind.REFUSE, operation="B", call=2), [4]),
        (Fault(Kind.REFUSE, operation="B", times=None), [2, 4, 5]),
        (Fault(Kind.REFUSE, operation="D", times=None), []),
        (Fault(Kind.REFUSE, call=7, times=None), []),
    ],
    ids=str,
)
def test_which_calls_a_fault_strikes(fault: Fault, struck: list[int]) -> None:
    calls: Counter[str] = Counter()
    hits = []
    for number, operation in enumerate("ABABBC", 1):
        calls[operation] += 1
        if fault_of((fault,), operation, calls):
            hits.append(number)
    assert hits == struck


def test_the_first_fault_that_fits_strikes() -> None:
    script = (Fault(Kind.THROTTLE, operation="A"), Fault(Kind.REFUSE), Fault(Kind.LOSE_ANSWER))
    found = fault_of(script, "B", Counter("B"))
    assert found is not None
    assert found.kind is Kind.REFUSE


@pytest.mark.parametrize(
    ("fault", "code", "status"),
    [
        (Fault(Kind.REFUSE), "AccessDeniedException", 400),
        (Fault(Kind.REFUSE, code="ExpiredTokenException"), "ExpiredTokenException", 400),
        (Fault(Kind.THROTTLE), "ThrottlingException", 400),
        (Fault(Kind.INTERNAL_ERROR), "InternalServiceException", 500),
    ],
    ids=lambda value: str(getattr(value, "kind", value)),
)
def test_a_refusal_has_no_effect(service: Service, connect: Connect, fault: Fault, code: str, status: int) -> None:
    for kind in ("glue", "sts"):
        client = attached(connect, service, kind)
        service.play(fault)
        with pytest.raises(ClientError) as caught:
            client.create_registry(RegistryName="ai") if kind == "glue" else client.get_caller_identity()
        assert caught.value.response["Error"]["Code"] == code
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert registries(service, attached(connect, service)) == []


@pytest.mark.parametrize(("kind", "effect"), [(Kind.LOSE_REQUEST, []), (Kind.LOSE_ANSWER, ["ai"])])
def test_a_call_without_an_answer(service: Service, glue: Any, kind: Kind, effect: list[str]) -> None:
    service.play(Fault(kind))
    with pytest.raises(ReadTimeoutError):
        glue.create_registry(RegistryName="ai")
    assert registries(service, glue) == effect


def test_a_client_that_tries_again_gets_over_it(
    service: Service, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _seconds: None)
    patient = attached(connect, service, attempts=4)
    service.play(Fault(Kind.THROTTLE), Fault(Kind.INTERNAL_ERROR, call=2), Fault(Kind.LOSE_REQUEST, call=3))
    assert patient.create_registry(RegistryName="ai")["RegistryName"] == "ai"
    assert service.calls == {"CreateRegistry": 4}


@pytest.mark.parametrize(("kind", "effect"), [(Kind.KILL_BEFORE, []), (Kind.KILL_AFTER, ["ai"])])
def test_a_killed_process_makes_no_further_call(service: Service, glue: Any, kind: Kind, effect: list[str]) -> None:
    service.play(Fault(kind))
    with pytest.raises(Killed):
        glue.create_registry(RegistryName="ai")
    with pytest.raises(Killed):
        glue.create_registry(RegistryName="another thread")
    assert registries(service, glue) == effect


def test_a_version_stays_pending_for_as_many_polls_as_ordered(service: Service, glue: Any) -> None:
    glue.create_registry(RegistryName="ai")
    service.play(Fault(Kind.STAY_PENDING, polls=2), Fault(Kind.STAY_PENDING, operation="RegisterSchemaVersion"))
    first = person(glue)
    seen = [glue.get_schema_version(SchemaVersionId=first)["Status"] for _ in range(2)]
    second = glue.register_schema_version(SchemaId=PERSON, SchemaDefinition='{"title": "two"}')
    version = {"SchemaVersionId": second["SchemaVersionId"]}
    later = [second["Status"], *(glue.get_schema_version(**version)["Status"] for _ in range(3))]
    assert seen == ["PENDING", "AVAILABLE"]
    assert later == ["PENDING", "PENDING", "PENDING", "AVAILABLE"]


def test_a_version_fails_on_order_also_where_nothing_is_compared(service: Service, glue: Any) -> None:
    glue.create_registry(RegistryName="ai")
    service.play(Fault(Kind.GO_FAILURE, operation="RegisterSchemaVersion"))
    person(glue)
    second = glue.register_schema_version(SchemaId=PERSON, SchemaDefinition='{"title": "two"}')
    third = glue.register_schema_version(SchemaId=PERSON, SchemaDefinition='{"title": "three"}')
    assert [second["Status"], third["Status"]] == ["FAILURE", "AVAILABLE"]


def test_a_script_counts_from_its_beginning(service: Service, glue: Any) -> None:
    glue.create_registry(RegistryName="ai")
    service.play(Fault(Kind.THROTTLE, call=2))
    glue.list_registries()
    with pytest.raises(ClientError, match="Rate exceeded"):
        glue.list_schemas()
    assert service.calls == {"ListRegistries": 1, "ListSchemas": 1}
    assert service.calls.total() == 2


def control(url: str, method: str, script: object = None, path: str = "/_faults") -> tuple[int, Any]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.request(method, path, None if script is None else json.dumps(script))
    response = connection.getresponse()
    answer = response.status, json.loads(response.read())
    connection.close()
    return answer


ONCE = Config(retries={"total_max_attempts": 1})


def test_the_same_script_over_http(service: Service, connect: Connect) -> None:
    with serving(service) as url:
        glue = connect(url, config=ONCE)
        given = [{"kind": "lose-answer", "operation": "CreateRegistry"}, {"kind": "throttle", "call": 3}]
        status, shown = control(url, "PUT", given)
        assert (status, shown["calls"]) == (200, {})
        assert [
            {name: fault[name] for name in wanted} for fault, wanted in zip(shown["faults"], given, strict=True)
        ] == given
        with pytest.raises(ConnectionClosedError):
            glue.create_registry(RegistryName="ai")
        assert [item["RegistryName"] for item in glue.list_registries()["Registries"]] == ["ai"]
        with pytest.raises(ClientError, match="Rate exceeded"):
            glue.list_registries()
        assert control(url, "GET")[1] == {**shown, "calls": {"CreateRegistry": 1, "ListRegistries": 2}}
        assert control(url, "PUT", shown["faults"]) == (200, shown)


def test_a_killed_server_is_silent_until_it_is_told_otherwise(service: Service, connect: Connect) -> None:
    with serving(service) as url:
        glue = connect(url, config=ONCE)
        control(url, "PUT", [{"kind": "kill-after"}])
        for _ in range(2):
            with pytest.raises(ConnectionClosedError):
                glue.create_registry(RegistryName="ai")
        assert service.killed.is_set()
        control(url, "PUT", [])
        assert [item["RegistryName"] for item in glue.list_registries()["Registries"]] == ["ai"]


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("[", "the faults are not JSON"),
        ("{}", "the faults are not a list"),
        ("[7]", "fault 1 is not an object with a kind"),
        ('[{"kind": "refuse"}, {"call": 1}]', "fault 2 is not an object with a kind"),
        ('[{"kind": "explode"}]', 'fault 1: kind cannot be "explode"'),
        ('[{"kind": ["refuse"]}]', "fault 1: kind cannot be"),
        ('[{"kind": "refuse", "calls": 1}]', 'fault 1 has an unknown field "calls"'),
        ('[{"kind": "refuse", "call": 0}]', "fault 1: call cannot be 0"),
        ('[{"kind": "refuse", "call": true}]', "fault 1: call cannot be true"),
        ('[{"kind": "refuse", "times": 0}]', "fault 1: times cannot be 0"),
        ('[{"kind": "refuse", "polls": -1}]', "fault 1: polls cannot be -1"),
        ('[{"kind": "refuse", "code": "No entry"}]', "fault 1: code cannot be"),
        ('[{"kind": "refuse", "operation": 7}]', "fault 1: operation cannot be 7"),
        ('[{"kind": "refuse", "operation": "GetJob"}]', 'fault 1 names the unknown operation "GetJob"'),
        ("[" * 100_000, "the faults are not JSON"),
    ],
)
def test_a_wrong_script_is_refused_with_the_reason(script: str, error: str) -> None:
    with pytest.raises(InputError, match=re.escape(error)) as caught:
        parsed(script, OPERATIONS)
    assert caught.value.remedy


def test_a_refused_script_changes_nothing(service: Service) -> None:
    service.play(Fault(Kind.THROTTLE))
    with serving(service) as url:
        status, answer = control(url, "PUT", [{"kind": "explode"}])
        assert (status, set(answer)) == (400, {"error", "remedy"})
        assert control(url, "PUT", [], path="/elsewhere")[0] == 404
    assert service.script == (Fault(Kind.THROTTLE),)


def test_a_script_survives_its_own_writing() -> None:
    script = tuple(Fault(kind, call=2, operation="GetSchema", times=None, polls=7) for kind in Kind)
    assert parsed(json.dumps(shown(script)), OPERATIONS) == script


def test_calls_are_throttled_above_their_rate(connect: Connect) -> None:
    clock = [0.0]
    service = Service(Options(rate=2), seconds=lambda: clock[0])
    glue = attached(connect, service)
    outcomes = []
    for seconds in (0.0, 0.0, 0.0, 0.4, 0.5, 9.0, 9.0, 9.0):
        clock[0] = seconds
        try:
            glue.list_registries()
        except ClientError as error:
            outcomes.append(error.response["Error"]["Code"])
        else:
            outcomes.append("fine")
    late = "ThrottlingException"
    assert outcomes == ["fine", "fine", late, late, "fine", "fine", "fine", late]


def test_nobody_waits_for_a_judge(connect: Connect) -> None:
    """A registration whose judge is asleep stops no other call, and is answered from the state as it then is."""
    asked, awake = threading.Event(), threading.Event()
    questions: list[str] = []

    def slow(_format: object, _mode: object, _earlier: object, candidate: str) -> bool:
        questions.append(candidate)
        asked.set()
        return awake.wait(20)

    service = Service(Options(pending=0), judge=slow)
    glue = attached(connect, service)
    glue.create_registry(RegistryName="ai")
    schema = {"RegistryId": {"RegistryName": "ai"}, "DataFormat": "JSON", "SchemaDefinition": "{}"}
    glue.create_schema(SchemaName="person", Compatibility="BACKWARD", **schema)
    answers: list[Any] = []
    thread = threading.Thread(
        target=lambda: answers.append(
            glue.register_schema_version(SchemaId=PERSON, SchemaDefinition='{"title": "two"}')
        )
    )
    thread.start()
    assert asked.wait(20)
    attached(connect, service).create_schema(SchemaName="other", Compatibility="BACKWARD", **schema)
    assert answers == []
    awake.set()
    thread.join()
    assert (answers[0]["VersionNumber"], answers[0]["Status"]) == (2, "AVAILABLE")
    assert len(questions) == 1
    names = [item["SchemaName"] for item in glue.list_schemas()["Schemas"]]
    assert names == ["other", "person"]
