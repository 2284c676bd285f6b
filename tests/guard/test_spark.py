"""Spark in local mode; and without Spark the function that it runs on Arrow batches."""

from __future__ import annotations

import datetime
import json
import shutil
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from guard_contracts import DRAFT7, write_contract

from schemaward import Guard
from schemaward.errors import UsageError
from schemaward.model import DataFormat
from schemaward.spark import REASONS, judging, validate

arrow = pytest.importorskip("pyarrow")

CLICK: dict[str, Any] = {
    "$schema": DRAFT7,
    "type": "object",
    "required": ["id", "at", "user"],
    "properties": {
        "id": {"type": "integer"},
        "at": {"type": "string", "format": "date-time"},
        "price": {"type": "number", "multipleOf": 0.01},
        "note": {"type": ["string", "null"]},
        "user": {
            "type": "object",
            "required": ["mail"],
            "properties": {"mail": {"type": "string", "format": "email", "x-personal-data": "personal"}},
        },
        "tags": {"type": "array", "items": {"type": "string", "maxLength": 3}},
    },
}


@pytest.fixture
def clicks(contracts: Path) -> Path:
    write_contract(contracts, "web.click", "JSON", "json", [CLICK])
    return contracts


def batch(rows: list[dict[str, Any]]) -> Any:
    kinds = [
        ("id", arrow.int64()),
        ("at", arrow.timestamp("us", "UTC")),
        ("price", arrow.decimal128(10, 2)),
        ("note", arrow.string()),
        ("user", arrow.struct([("mail", arrow.string())])),
        ("tags", arrow.list_(arrow.string())),
    ]
    return arrow.RecordBatch.from_pylist(rows, schema=arrow.schema(kinds))


def row(**more: Any) -> dict[str, Any]:
    at = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
    return {"id": 1, "at": at, "price": Decimal("1.25"), "user": {"mail": "a@example.org"}, "tags": ["a"], **more}


def reasons(contract: str, *batches: Any) -> list[list[tuple[str, str]]]:
    guard = Guard.from_contract(contract)
    done = judging(guard.name, guard.data_format, guard.schema.definition)(iter(batches))
    return [[(each["rule"], each["path"]) for each in told] for out in done for told in out.column(REASONS).to_pylist()]


@pytest.mark.usefixtures("clicks")
def test_rows_of_a_batch_are_judged_as_the_records_that_they_are() -> None:
    rows = [
        row(),
        row(id=None, note=None, tags=None, price=Decimal("3.00")),
        row(user={"mail": None}),
        row(user={"mail": "nobody"}, tags=["a", "long"]),
        row(at=None),
    ]
    assert reasons("web.click", batch(rows), batch([row()])) == [
        [],
        [("required", "")],
        [("required", "/user")],
        [("format", "/user/mail"), ("maxLength", "/tags/1")],
        [("required", "")],
        [],
    ]


@pytest.mark.usefixtures("clicks")
def test_the_columns_stay_and_personal_values_are_not_told() -> None:
    guard = Guard.from_contract("web.click")
    given = batch([row(user={"mail": "my.secret"})])
    (out,) = judging(guard.name, guard.data_format, guard.schema.definition)(iter([given]))
    assert out.schema.names == [*given.schema.names, REASONS]
    assert out.drop_columns([REASONS]).equals(given)
    assert "my.secret" not in str(out.column(REASONS).to_pylist())


def test_an_avro_contract_takes_the_values_of_python(contracts: Path) -> None:
    given = arrow.RecordBatch.from_pylist([{"id": 1, "page": None}, {"id": None, "page": "/"}])
    assert reasons("web.event", given) == [[], [("type", "/id")]]


WHEN = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
INSTANT = arrow.timestamp("us", "UTC")
POINT = arrow.struct([("x", arrow.int64()), ("y", arrow.int64())])


def mapped(schema: Any, kind: Any, pairs: Any) -> list[tuple[str, str]]:
    """The reasons against one row with the map "m"."""
    text = json.dumps({"$schema": DRAFT7, "properties": {"m": {"type": "object", **schema}}})
    given = arrow.RecordBatch.from_pylist([{"m": pairs}], schema=arrow.schema([("m", kind)]))
    (out,) = judging("a.b@1", DataFormat.JSON, text)(iter([given]))
    return [(each["rule"], each["path"]) for each in out.column(REASONS).to_pylist()[0]]


DATE_TIME = {"type": "string", "format": "date-time"}
PLANE = {"type": "object", "properties": {"x": {"type": "integer"}, "y": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("schema", "kind", "pairs"),
    [
        ({"additionalProperties": DATE_TIME}, arrow.map_(arrow.string(), INSTANT), [("a", WHEN)]),
        ({"patternProperties": {"^a": DATE_TIME}}, arrow.map_(arrow.string(), INSTANT), [("a", WHEN)]),
        ({"additionalProperties": {"type": "number"}}, arrow.map_(arrow.string(), arrow.decimal128(5, 2)), [("a", Decimal("1.5"))]),
        ({"additionalProperties": PLANE}, arrow.map_(arrow.string(), POINT), [("a", {"x": 1, "y": None})]),
        ({"properties": {"a": PLANE}}, arrow.map_(arrow.string(), POINT), [("a", {"x": 1, "y": None}), ("b", None)]),
        ({"additionalProperties": {"type": ["integer", "null"]}}, arrow.map_(arrow.string(), arrow.int64()), [("a", None)]),
        ({"propertyNames": {"enum": ["true"]}}, arrow.map_(arrow.bool_(), arrow.int64()), [(True, 1)]),
        ({"propertyNames": {"format": "date-time"}}, arrow.map_(INSTANT, arrow.int64()), [(WHEN, 1)]),
    ],
)  # fmt: skip
def test_the_values_of_a_map_are_those_of_json(schema: Any, kind: Any, pairs: Any) -> None:
    assert mapped(schema, kind, pairs) == []


def test_the_values_of_a_map_are_judged() -> None:
    kind = arrow.map_(arrow.string(), POINT)
    schema = {"additionalProperties": {**PLANE, "required": ["y"]}}
    assert mapped(schema, kind, [("a", {"x": 1, "y": None})]) == [("required", "/m/a")]


@pytest.mark.parametrize("word", [{"additionalProperties": {"type": ["integer", "null"]}}, {"patternProperties": {"^x": {"type": ["integer", "null"]}}}])  # fmt: skip
def test_null_is_allowed_where_no_property_is_named(word: Any) -> None:
    text = json.dumps({"$schema": DRAFT7, "required": ["xa"], **word})
    given = arrow.RecordBatch.from_pylist([{"xa": None}], schema=arrow.schema([("xa", arrow.int64())]))
    (out,) = judging("a.b@1", DataFormat.JSON, text)(iter([given]))
    assert out.column(REASONS).to_pylist() == [[]]


def test_an_avro_contract_takes_maps_wherever_they_are() -> None:
    inner = {"type": "record", "name": "In", "fields": [{"name": "m", "type": {"type": "map", "values": "int"}}]}
    fields = [
        {"name": "m", "type": {"type": "map", "values": "int"}},
        {"name": "l", "type": {"type": "array", "items": {"type": "map", "values": inner}}},
    ]
    text = json.dumps({"type": "record", "name": "R", "fields": fields})
    ints = arrow.map_(arrow.string(), arrow.int64())
    kinds = [("m", ints), ("l", arrow.list_(arrow.map_(arrow.string(), arrow.struct([("m", ints)]))))]
    rows = [{"m": [("a", 1)], "l": [[("b", {"m": [("c", 2)]})]]}, {"m": [("a", 2**40)], "l": []}]
    given = arrow.RecordBatch.from_pylist(rows, schema=arrow.schema(kinds))
    (out,) = judging("a.b@1", DataFormat.AVRO, text)(iter([given]))
    assert [[each["path"] for each in told] for told in out.column(REASONS).to_pylist()] == [[], ["/m/a"]]


def test_a_message_is_no_row(contracts: Path) -> None:
    with pytest.raises(UsageError, match="are no rows"):
        validate(None, "shop.order")  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql")
    pytest.importorskip("pandas")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        builder = sql.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        # For a run of seconds the compilers of the JVM and of Spark cost more than they save.
        builder = builder.config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        builder = builder.config("spark.sql.codegen.wholeStage", "false")
        session = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
        yield session
        session.stop()


@pytest.mark.slow
# Spark leaves sockets to the garbage collector, and calls what pandas is about to drop.
@pytest.mark.filterwarnings("ignore")
def test_spark_parts_a_data_frame(clicks: Path, spark: Any) -> None:
    rows = [row(id=number, tags=["a"] * (number % 3) + ["much too long"] * (number % 5 == 0)) for number in range(100)]
    schema = "id long, at timestamp, price decimal(10,2), note string, user struct<mail:string>, tags array<string>"
    frame = spark.createDataFrame(rows, schema)
    result = validate(frame, "web.click")
    assert result.name == "web.click@1"
    assert result.metrics() == {"records": 100, "good": 80, "bad": 20}
    assert result.good.schema == frame.schema
    assert sorted(each["id"] for each in result.good.collect()) == [number for number in range(100) if number % 5]
    told = {reason["rule"] for each in result.bad.collect() for reason in each[REASONS]}
    assert told == {"maxLength"}
    assert [each.asDict() for each in result.summary().collect()] == [
        {"rule": "maxLength", "path": "/tags/*", "records": 20}
    ]
    with pytest.raises(UsageError, match="a column"):
        validate(result.bad, "web.click")
    assert validate(frame.limit(0), Guard.from_contract("web.click")).metrics()["records"] == 0


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("clicks")
def test_columns_have_any_names_but_each_its_own(spark: Any) -> None:
    frame = spark.createDataFrame([(1, "x", 2)], "id long, `a.b` string, `q``r` long")
    result = validate(frame, "web.click")
    assert result.bad.columns == ["id", "a.b", "q`r", REASONS]
    assert result.bad.drop(REASONS).collect() == frame.collect()
    with pytest.raises(UsageError, match='two columns have the name "id"'):
        validate(frame.selectExpr("id", "id"), "web.click")
