"""Data contracts in Git: compatibility proven offline, synced to the AWS Glue Schema Registry.

>>> import schemaward
>>> old = {"type": "object", "properties": {"age": {"type": "integer", "minimum": 0}}}
>>> new = {"type": "object", "properties": {"age": {"type": "integer", "minimum": 18}}}
>>> verdict = schemaward.can_read(reader=new, writer=old)
>>> verdict.kind, verdict.witness
('incompatible', {'age': 0})
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemaward.api import can_read
from schemaward.verdict import Compatible, Incompatible, Undecided, Verdict

if TYPE_CHECKING:
    from schemaward.guard.gate import Guard

__all__ = ["Compatible", "Guard", "Incompatible", "Undecided", "Verdict", "__version__", "can_read"]

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """``Guard``, which is loaded on first use: the command line and ``can_read`` do without it."""
    if name != "Guard":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from schemaward.guard.gate import Guard

    return Guard
