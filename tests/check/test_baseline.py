"""What a check compares with when ``--against`` does not say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemaward.cli.baseline import baseline
from schemaward.errors import UsageError

ACTIONS = {"GITHUB_ACTIONS": "true"}


@pytest.mark.parametrize(
    ("against", "staged", "environ", "expected"),
    [
        (None, False, {}, (None, False)),
        ("main", False, {}, ("main", False)),
        (None, True, {}, ("HEAD", True)),
        ("main", True, {}, ("main", True)),
        ("", False, {}, ("", False)),  # an empty variable in a workflow is a wrong ref, not a wish to compare nothing
        (None, False, {"PRE_COMMIT_FROM_REF": "abc"}, ("abc", False)),
        ("HEAD", True, {"PRE_COMMIT_FROM_REF": "abc"}, ("abc", False)),
        ("main", False, {"PRE_COMMIT_FROM_REF": "abc"}, ("main", False)),
        (None, False, {**ACTIONS, "GITHUB_BASE_REF": "release/1"}, ("origin/release/1", False)),
        ("v1", False, {**ACTIONS, "GITHUB_BASE_REF": "main"}, ("v1", False)),
        (None, False, {**ACTIONS, "GITHUB_BASE_REF": "", "GITHUB_EVENT_NAME": "push"}, (None, False)),
        (None, False, {"GITHUB_BASE_REF": "main"}, (None, False)),
    ],
)
def test_baseline(
    against: str | None, staged: bool, environ: dict[str, str], expected: tuple[str | None, bool]
) -> None:
    assert baseline(against, staged, environ) == expected


def test_a_merge_queue_is_compared_with_its_base(tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"merge_group": {"base_sha": "f" * 40}}))
    environ = {**ACTIONS, "GITHUB_EVENT_NAME": "merge_group", "GITHUB_EVENT_PATH": str(event)}
    assert baseline(None, False, environ) == ("f" * 40, False)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"merge_group": null}', None])
def test_a_merge_queue_without_a_base_is_no_reason_to_check_nothing(tmp_path: Path, content: str | None) -> None:
    event = tmp_path / "event.json"
    if content is not None:
        event.write_text(content)
    environ = {**ACTIONS, "GITHUB_EVENT_NAME": "merge_group", "GITHUB_EVENT_PATH": str(event)}
    with pytest.raises(UsageError, match="does not name its base"):
        baseline(None, False, environ)
