"""The engine, as the diff asks it, and a judge for tests that are not about effects."""

from __future__ import annotations

from typing import Any

import schemaward
from schemaward.verdict import Undecided, Verdict


def engine(reader: Any, writer: Any) -> Verdict:
    return schemaward.can_read(reader, writer)


def silent(reader: Any, writer: Any) -> Verdict:
    return Undecided("not asked")
