"""Throttling by rate: a bucket of tokens, as AWS describes it for its own APIs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many calls may be made at once, at a time in seconds."""

    tokens: float
    at: float


def take(bucket: Bucket | None, rate: float, now: float) -> tuple[Bucket, bool]:
    """The bucket after one more call, and whether the call may be made.

    A bucket fills with ``rate`` tokens a second and holds those of one second, at least one; the first is full.

    >>> bucket, allowed = take(None, rate=1, now=0.0)
    >>> take(bucket, rate=1, now=0.5)
    (Bucket(tokens=0.5, at=0.5), False)
    """
    most = max(rate, 1.0)
    filled = most if bucket is None else min(most, bucket.tokens + (now - bucket.at) * rate)
    allowed = filled >= 1
    return Bucket(filled - 1 if allowed else filled, now), allowed
