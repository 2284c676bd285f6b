"""What a file may be at most, so that hostile input ends early and with a clear message."""

from __future__ import annotations

MAX_BYTES = 2_000_000
"""Bytes of one file. AWS Glue stores at most 170,000; the rest is room for examples, and read in a few seconds."""

MAX_DEPTH = 100
"""Objects and arrays inside each other.

Everything later may walk a value recursively: validators and diffs spend up to about eight Python frames a level, and
Python stops at 1,000 frames.
"""

MAX_NUMBER = 1_000
"""Digits of a number, and the largest exponent of ten. Python alone turns at most 4,300 digits into an integer."""

MAX_EXPANSION = 200_000
"""Values and characters that the aliases of one YAML file may add to it."""
