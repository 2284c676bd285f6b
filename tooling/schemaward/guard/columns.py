"""Rows in columns: Parquet files (extra "parquet"), and the Arrow batches of other engines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemaward.errors import UsageError
from schemaward.guard.expected import Expected, expected_by
from schemaward.guard.inputs import Batch, BrokenError, Spill, Start, Unreadable
from schemaward.guard.judges import Subject, value_judge
from schemaward.guard.tabular import TwoOfAKeyError, arrow_records
from schemaward.model import DataFormat

_ROWS = 4_096


class Parquet:
    """The rows of a Parquet file: as JSON has them with what is ``expected`` of them, else as Python has them."""

    unit = "row"

    def __init__(self, path: str, expected: Expected | None) -> None:
        self._path = path
        self._expected = expected

    def batches(self, start: Start, _spill: Spill) -> Iterator[Batch]:
        """See ``Source``."""
        try:
            import pyarrow
            import pyarrow.parquet
        except ImportError:
            fact = "pyarrow, which reads Parquet, is not installed"
            raise UsageError(fact, 'install it with the extra "parquet": pip install "schemaward[parquet]"') from None
        place = start.place
        try:
            with pyarrow.parquet.ParquetFile(self._path) as file:
                names = file.schema_arrow.names
                if len(set(names)) != len(names):
                    raise BrokenError("two columns have the same name", "write it anew with other names")
                for group in file.iter_batches(_ROWS):
                    records = _records(self._expected, group)
                    yield Batch(records, range(place, place + len(records)), 0, place + len(records))
                    place += len(records)
        except (pyarrow.ArrowException, OSError) as error:
            first = " ".join(str(error).split())[:200]
            raise BrokenError(f"the Parquet file cannot be read: {first}", "get the whole file") from None


def _records(expected: Expected | None, batch: Any) -> list[Any]:
    """The rows of a batch; Python has no value for some that Arrow has, such as times after the year 9999."""
    try:
        return arrow_records(expected, batch)
    except (OverflowError, ValueError, TwoOfAKeyError) as error:
        if batch.num_rows == 1:
            words = " ".join(str(error).split())[:200]
            return [Unreadable(f"a value of the row cannot be read: {words}")]
    half = batch.num_rows // 2
    return _records(expected, batch.slice(0, half)) + _records(expected, batch.slice(half))


class BatchJudge:
    """Judges the rows of ``pyarrow.RecordBatch``."""

    def __init__(self, of: Subject) -> None:
        self._judge = value_judge(of)
        self._expected = expected_by(of.schema) if of.data_format is DataFormat.JSON else None

    def with_reasons(self, batch: Any, column: str) -> Any:
        """The batch with one more column: for each row a list of reasons (rule, path, message), empty where it passes."""
        import pyarrow

        records = _records(self._expected, batch)
        told: list[list[dict[str, str]]] = [[] for _ in records]
        for at in self._judge.doubtful(records):
            found = self._judge.reasons(records[at]) or ()
            told[at] = [{"rule": each.rule, "path": each.path, "message": each.message} for each in found]
        texts = pyarrow.struct([pyarrow.field(name, pyarrow.string(), False) for name in ("rule", "path", "message")])
        kind = pyarrow.list_(pyarrow.field("element", texts, False))
        names = [*batch.schema.names, column]
        return pyarrow.RecordBatch.from_arrays([*batch.columns, pyarrow.array(told, kind)], names=names)
