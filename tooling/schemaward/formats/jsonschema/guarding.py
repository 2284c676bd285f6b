"""Records of a JSON Schema: ``jsonschema-rs`` decides, formats asserted, as the serializers of AWS Glue have it."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from decimal import Decimal
from enum import Enum
from typing import Any

from schemaward.errors import InputError
from schemaward.formats.base import Refusal, Schema
from schemaward.formats.jsonschema import judging
from schemaward.formats.jsonschema.effort import never_too_much
from schemaward.syntax.places import pointer_of
from schemaward.syntax.record_text import record as parsed

_NO_JSON = (ValueError, TypeError, OverflowError, RecursionError)


class JsonRecords:
    """See ``Records``."""

    decoded_passes = False

    def __init__(self, schema: Schema) -> None:
        self._parsed = schema.parsed
        try:
            self._passes = judging.fast_validator(self._parsed).is_valid
        except judging.CannotJudgeError as error:
            raise InputError(f"the schema cannot be used to validate: {error}", "", schema.place("")) from error
        self._bounded = never_too_much(self._parsed.sources, self._parsed.root)

    def accepts(self, record: Any) -> bool:
        """See ``Records``."""
        if not self._bounded:
            return not self.refusals(record)
        try:
            return bool(self._passes(record))
        except _NO_JSON:
            return False

    def doubtful(self, records: Sequence[Any]) -> list[int]:
        """See ``Records``."""
        if self._bounded:
            passes = self._passes
            try:
                return [at for at, record in enumerate(records) if not passes(record)]
            except _NO_JSON:
                pass
        return [at for at, record in enumerate(records) if not self.accepts(record)]

    def refusals(self, record: Any) -> tuple[Refusal, ...]:
        """See ``Records``."""
        try:
            return judging.refusals(self._parsed, record)
        except judging.CannotJudgeError as error:
            return (Refusal("", "", f"the record cannot be judged: {error}"),)
        except _NO_JSON as error:
            return (_no_json(record, error),)

    def explain(self, record: Any) -> Refusal | None:
        """See ``Records``. The ``jsonschema`` package explains what it refuses too."""
        try:
            told = judging.explain(self._parsed, record, assert_formats=True)
        except (judging.CannotJudgeError, *_NO_JSON):
            told = None
        return told or next(iter(self.refusals(record)), None)

    def decode(self, payload: bytes, writer: Schema) -> Any:
        """See ``Records``. JSON means the same to every reader, so ``writer`` does not matter."""
        return parsed(payload)

    def encode(self, record: Any) -> bytes:
        """See ``Records``."""
        try:
            text = json.dumps(record, default=_plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
            payload = text.encode()
        except _NO_JSON as error:
            said = _no_json(record, error)
            where = f'at "{said.pointer}": ' if said.pointer else ""
            raise InputError(f"{where}{said.message}", "use values that JSON has") from None
        try:
            parsed(payload)
        except InputError as error:
            raise InputError(f"the record could not be read again: {error.fact}", error.remedy) from None
        return payload


def _plain(value: Any) -> Any:
    """What the validator takes for JSON, and the encoder does not; raises TypeError and ValueError."""
    if isinstance(value, Enum):
        return value.value
    if not isinstance(value, Decimal):
        raise TypeError(f"a value is {_kind(value)}")
    near = float(value)
    if not math.isfinite(near) or Decimal(repr(near)) != value:
        raise ValueError("a Decimal is none of the numbers that its reader has, which are floats")
    return int(near) if near.is_integer() else near


def _no_json(record: Any, error: Exception) -> Refusal:
    """Where a record has the first value that JSON does not have; what ``error`` says where none is found."""
    pending: list[tuple[str, Any]] = [("", record)]
    seen: set[int] = set()
    while pending:
        pointer, value = pending.pop()
        if why := _foreign(value):
            return Refusal(pointer, "", f"{why}, which is no JSON value", "json")
        if isinstance(value, (dict, list, tuple)) and id(value) not in seen:
            seen.add(id(value))
            items = list(value.items() if isinstance(value, dict) else enumerate(value))
            pending += [(pointer_of(pointer, name), member) for name, member in reversed(items)]
    return Refusal("", "", f"the record is no JSON value: {error}")


def _foreign(value: Any) -> str:
    """What JSON does not have in a value itself, whatever is inside it; "" for nothing."""
    if isinstance(value, dict):
        name = next((name for name in value if not isinstance(name, str)), "")
        return "" if isinstance(name, str) else f"a name is {_kind(name)}"
    if type(value) is float and not math.isfinite(value):
        return f"the value is {value}"
    if type(value) in _JSON or isinstance(value, (list, tuple, Enum)):
        return ""
    return f"the value is {_kind(value)}{' (use its .item())' if hasattr(value, 'item') else ''}"


_JSON = (str, int, float, bool, type(None), Decimal)


def _kind(value: Any) -> str:
    kind = type(value)
    home = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    return f"of type {home}{kind.__qualname__}"
