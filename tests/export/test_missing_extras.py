"""What a program imports without the extra that it needs says which one."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from schemaward.errors import UsageError
from schemaward.spark import validate

ROOT = Path(__file__).parents[2]


def test_the_component_asks_for_the_extra_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pulumi", None)
    monkeypatch.delitem(sys.modules, "schemaward.pulumi", raising=False)
    with pytest.raises(UsageError, match="pulumi is not installed") as told:
        importlib.import_module("schemaward.pulumi")
    assert 'pip install "schemaward[pulumi]"' in told.value.remedy


@pytest.mark.parametrize("missing", ["pyspark", "pyarrow", "pandas"])
def test_spark_asks_for_the_extra_by_name(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(UsageError, match="is not installed") as told:
        validate(None, "identity.person", ROOT)  # type: ignore[arg-type]
    assert 'pip install "schemaward[spark]"' in told.value.remedy
