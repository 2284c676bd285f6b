"""The random choices of the laws: a ``random.Random`` for the generators of schemas and documents."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st

CHOICES = st.randoms(use_true_random=settings.get_current_profile_name() == "steady")
"""In the gate Hypothesis draws the seed alone: to note down every choice takes twice the time of the laws themselves.

``--hypothesis-profile explore`` notes them down, and so shrinks what refutes a law.
"""
