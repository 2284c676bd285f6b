"""The list of AWS permissions in the documentation is the list of calls that the code makes."""

from __future__ import annotations

import re
from pathlib import Path

import botocore.session
from botocore import xform_name

ROOT = Path(__file__).parent.parent


def test_the_page_lists_exactly_the_calls_that_are_made() -> None:
    operations = botocore.session.get_session().get_service_model("glue").operation_names
    named = {xform_name(operation): operation for operation in operations}
    source = "".join(path.read_text("utf-8") for path in (ROOT / "tooling" / "schemaward" / "registry").rglob("*.py"))
    called = {named[word] for word in re.findall(r'"([a-z_]+)"', source) if word in named}
    page = (ROOT / "docs" / "set-up-aws.md").read_text("utf-8")
    assert set(re.findall(r"`glue:(\w+)`", page)) == called
    assert not [operation for operation in called if operation.startswith(("Delete", "Remove", "Untag"))]
