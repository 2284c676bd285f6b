"""What a check compares with when nobody says so: the base of the pull request, the merge queue or the push."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from schemaward.errors import UsageError


def baseline(against: str | None, staged: bool, environ: Mapping[str, str]) -> tuple[str | None, bool]:
    """The ref to compare with (None: with nothing), and whether the index is the new side.

    When pre-commit runs a hook for a range of commits (a push, or ``--from-ref``), it names the range in
    ``PRE_COMMIT_FROM_REF``. Nothing of it is staged any more, so the range wins over ``--staged``. Without
    ``--against``, a pull request in GitHub Actions is compared with its target branch and a merge queue with
    its base. Raises UsageError when the event of a merge queue cannot be read.
    """
    pushed = environ.get("PRE_COMMIT_FROM_REF")
    if pushed and (staged or against is None):
        return pushed, False
    if against is None and environ.get("GITHUB_ACTIONS") == "true":
        against = _github_base(environ)
    return ("HEAD" if staged else None) if against is None else against, staged


def _github_base(environ: Mapping[str, str]) -> str | None:
    if environ.get("GITHUB_EVENT_NAME") == "merge_group":
        return _merge_group_base(environ.get("GITHUB_EVENT_PATH", ""))
    branch = environ.get("GITHUB_BASE_REF")
    return f"origin/{branch}" if branch else None


def _merge_group_base(path: str) -> str:
    try:
        event = json.loads(Path(path).read_bytes())
        return str(event["merge_group"]["base_sha"])
    except (OSError, ValueError, TypeError, KeyError):
        raise UsageError(
            f'the event of the merge queue ("{path}") does not name its base', "give the base with --against"
        ) from None
