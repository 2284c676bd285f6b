"""Outcomes as metrics of OpenTelemetry (extra "otel")."""

from __future__ import annotations

from typing import Any

from schemaward.errors import UsageError
from schemaward.guard.results import Count, Outcome

METRIC = "schemaward.records"


def opentelemetry_count(meter: Any = None) -> Count:
    """A ``count`` for a guard: adds to the counter ``schemaward.records``, by contract version and outcome.

    ``meter`` is one of OpenTelemetry; without it, the global provider is asked. Raises UsageError when the extra is missing.
    """
    if meter is None:
        try:
            from opentelemetry import metrics
        except ImportError:
            fact = "opentelemetry-api, which metrics are handed to, is not installed"
            raise UsageError(fact, 'install it with the extra "otel": pip install "schemaward[otel]"') from None
        meter = metrics.get_meter("schemaward")
    counter = meter.create_counter(METRIC, unit="{record}", description="Records that were held against a contract")

    def count(name: str, outcome: Outcome) -> None:
        counter.add(1, {"schemaward.contract": name, "schemaward.outcome": outcome})

    return count
