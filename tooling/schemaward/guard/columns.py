"""Parquet files, row group by row group (extra "parquet")."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemaward.errors import UsageError
from schemaward.guard.inputs import Batch, BrokenError, Start
from schemaward.guard.tabular import Shape, arrow_records

_ROWS = 4_096


class Parquet:
    """The rows of a Parquet file: as JSON has them with a ``shape``, else as Python has them."""

    unit = "row"

    def __init__(self, path: str, shape: Shape | None) -> None:
        self._path = path
        self._shape = shape

    def batches(self, start: Start) -> Iterator[Batch]:
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
                for group in file.iter_batches(_ROWS):
                    records: list[Any] = group.to_pylist() if self._shape is None else arrow_records(self._shape, group)
                    yield Batch(records, range(place, place + len(records)), 0, place + len(records))
                    place += len(records)
        except (pyarrow.ArrowException, OSError) as error:
            first = " ".join(str(error).split())[:200]
            raise BrokenError(f"the Parquet file cannot be read: {first}", "get the whole file") from None
