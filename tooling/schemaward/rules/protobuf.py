"""The rules on Protobuf schemas: what a reader cannot take from a writer."""

from __future__ import annotations

from schemaward.rules.rule import Rule

PROTOBUF_RULES: tuple[Rule, ...] = ()
