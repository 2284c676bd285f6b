"""Data contracts in Git: compatibility proven offline, synced to the AWS Glue Schema Registry.

>>> import schemaward
>>> old = {"type": "object", "properties": {"age": {"type": "integer", "minimum": 0}}}
>>> new = {"type": "object", "properties": {"age": {"type": "integer", "minimum": 18}}}
>>> verdict = schemaward.can_read(reader=new, writer=old)
>>> verdict.kind, verdict.witness
('incompatible', {'age': 0})
"""

from schemaward.api import can_read
from schemaward.verdict import Compatible, Incompatible, Undecided, Verdict

__all__ = ["Compatible", "Incompatible", "Undecided", "Verdict", "__version__", "can_read"]

__version__ = "0.1.0"
