"""The rules on Avro schemas: what a reader cannot take from a writer."""

from __future__ import annotations

from schemaward.rules.rule import Rule

AVRO_RULES: tuple[Rule, ...] = ()
