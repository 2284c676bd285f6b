"""A Spark DataFrame against a contract: the rows that pass, the others with their reasons, and numbers (extra "spark").

Rows reach Python in Arrow batches, on the executors; nothing is collected. The same code runs in local mode, in AWS Glue
jobs and on EMR, where each executor must have schemaward installed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemaward.errors import UsageError
from schemaward.model import DataFormat

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from schemaward.guard.columns import BatchJudge
    from schemaward.guard.gate import Guard

REASONS = "schemaward_reasons"
"""The column of bad rows that says why: an array of structs with ``rule``, ``path`` and ``message``."""


@dataclass(frozen=True, slots=True)
class Validated:
    """All rows with their reasons. What is made of it judges anew, unless ``checked`` is kept with ``checked.persist()``."""

    name: str
    checked: DataFrame
    """The rows as they came, and the column ``schemaward_reasons``, which is empty for those that pass."""

    @property
    def good(self) -> DataFrame:
        """The rows that pass, as they came."""
        from pyspark.sql import functions

        return self.checked.where(functions.size(REASONS) == 0).drop(REASONS)

    @property
    def bad(self) -> DataFrame:
        """The other rows, with the column of their reasons."""
        from pyspark.sql import functions

        return self.checked.where(functions.size(REASONS) > 0)

    def metrics(self) -> dict[str, int]:
        """The numbers of ``records``, ``good`` and ``bad`` ones. Runs a job."""
        from pyspark.sql import functions

        bad = functions.sum(functions.when(functions.size(REASONS) > 0, 1).otherwise(0))
        row = self.checked.agg(functions.count("*").alias("records"), bad.alias("bad")).first()
        records, wrong = (row["records"], row["bad"] or 0) if row is not None else (0, 0)
        return {"records": records, "good": records - wrong, "bad": wrong}

    def summary(self) -> DataFrame:
        """Bad rows counted by rule and path, the most frequent first."""
        from pyspark.sql import functions

        reasons = self.checked.select(functions.explode(functions.array_distinct(_groups())).alias("reason"))
        counted = reasons.groupBy("reason.rule", "reason.path").agg(functions.count("*").alias("records"))
        return counted.orderBy(functions.desc("records"), "rule", "path")


def validate(dataframe: DataFrame, contract: str | Guard, root: Path | str | None = None) -> Validated:
    """Hold the rows of ``dataframe`` against a contract version.

    ``contract`` is a name as ``Guard.from_contract`` takes it, looked for from ``root`` on the driver; or a guard, for
    example one from a registry. An empty place of a row is null where the contract allows null there, and a missing
    property elsewhere. Raises UsageError for a contract in Protobuf, whose records are no rows, for two columns of one
    name, and without the extra.
    """
    from schemaward.guard.gate import Guard

    guard = contract if isinstance(contract, Guard) else Guard.from_contract(contract, root)
    if guard.data_format is DataFormat.PROTOBUF:
        raise UsageError(
            f"{guard.name} is in Protobuf, whose records are no rows", "validate its messages with a guard"
        )
    _require_extra()
    from pyspark.sql.types import ArrayType, StringType, StructField, StructType

    columns = _columns(dataframe)
    texts = [StructField(name, StringType(), False) for name in ("rule", "path", "message")]
    reasons = StructField(REASONS, ArrayType(StructType(texts), False), False)
    schema = StructType([*dataframe.schema.fields, reasons])
    work = judging(guard.name, guard.data_format, guard.schema.definition)
    # Spark looks up each column that it hands over by its name, which it parses: "a.b" is the field b of a column a.
    plain = dataframe.toDF(*(f"c{place}" for place in range(len(columns))))
    return Validated(guard.name, plain.mapInArrow(lambda batches: work(_named(batches, columns)), schema))


def _require_extra() -> None:
    missing = next((name for name in ("pyspark", "pyarrow", "pandas") if find_spec(name) is None), None)
    if missing is not None:
        remedy = 'install it with the extra "spark": pip install "schemaward[spark]"'
        raise UsageError(f"{missing}, which Spark needs in Python, is not installed", remedy)


def _columns(dataframe: DataFrame) -> list[str]:
    """The names of the columns. Raises UsageError where rows with them are no records."""
    names: list[str] = dataframe.columns
    if REASONS in names:
        raise UsageError(f'the data have a column "{REASONS}" already', "drop it: it comes from an earlier validation")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UsageError(f'two columns have the name "{twice}"', "rename one of them, or drop it")
    return names


def _named(batches: Iterator[Any], columns: list[str]) -> Iterator[Any]:
    from pyarrow import RecordBatch

    for batch in batches:
        yield RecordBatch.from_arrays(batch.columns, names=columns)


def judging(name: str, data_format: DataFormat, definition: str) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """The function that runs on the executors: from Arrow batches to the same with the column of reasons."""

    def work(batches: Iterator[Any]) -> Iterator[Any]:
        judge = _judge(name, data_format, definition)
        for batch in batches:
            yield judge.with_reasons(batch, REASONS)

    return work


@lru_cache(maxsize=16)
def _judge(name: str, data_format: DataFormat, definition: str) -> BatchJudge:
    """A judge for one process: what crosses to the executors is text."""
    from schemaward.formats import format_module
    from schemaward.guard.columns import BatchJudge
    from schemaward.guard.judges import subject

    schema = format_module(data_format).load_value(definition, name)
    return BatchJudge(subject(name, data_format, schema, redact=False, explain=False))


def _groups() -> Any:
    from pyspark.sql import functions

    def group(reason: Any) -> Any:
        path = functions.regexp_replace(reason["path"], r"/[0-9]+(?=/|$)", "/*")
        return functions.struct(reason["rule"].alias("rule"), path.alias("path"))

    return functions.transform(functions.col(REASONS), group)
