"""Records of a JSON Schema: ``jsonschema-rs`` decides, formats asserted, as the serializers of AWS Glue have it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from schemaward.errors import InputError
from schemaward.formats.base import Refusal, Schema
from schemaward.formats.jsonschema import judging
from schemaward.formats.jsonschema.effort import never_too_much
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
            return (Refusal("", "", f"the record is no JSON value: {error}"),)

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
            payload = json.dumps(record, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
        except _NO_JSON as error:
            raise InputError(f"the record is no JSON value: {error}", "use values that JSON has") from None
        try:
            parsed(payload)
        except InputError as error:
            raise InputError(f"the record could not be read again: {error.fact}", error.remedy) from None
        return payload
