"""The table of data formats. A format's module is imported on first use, so that one format never loads another."""

from __future__ import annotations

import importlib
from typing import cast

from schemaward.formats.base import FormatModule
from schemaward.model import DataFormat

FORMATS: dict[DataFormat, str] = {
    DataFormat.JSON: "schemaward.formats.jsonschema",
    DataFormat.AVRO: "schemaward.formats.avro",
    DataFormat.PROTOBUF: "schemaward.formats.protobuf",
}


def format_module(data_format: DataFormat) -> FormatModule:
    """The module of a data format."""
    return cast(FormatModule, importlib.import_module(FORMATS[data_format]))
