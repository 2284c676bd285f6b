"""The permissions that ``schemaward iam`` grants are the calls that the code makes; the commands of the page work."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

from schemaward.cli import exits, run
from schemaward.registry.iam import CREATES, DELETES, READS, READS_BY_ID, WRITES

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "set-up-aws.md").read_text("utf-8")
COMMANDS = [
    line.removeprefix("    $ schemaward ") for line in PAGE.splitlines() if line.startswith("    $ schemaward ")
]


def test_the_roles_may_make_exactly_the_calls_that_are_made() -> None:
    operations = botocore.session.get_session().get_service_model("glue").operation_names
    named = {xform_name(operation): operation for operation in operations}
    source = "".join(path.read_text("utf-8") for path in (ROOT / "tooling" / "schemaward" / "registry").rglob("*.py"))
    called = {named[word] for word in re.findall(r'"([a-z_]+)"', source) if word in named}
    assert {*READS, *READS_BY_ID, *WRITES, *CREATES, *DELETES} == called


@pytest.mark.parametrize("line", [line for line in COMMANDS if line.startswith("iam")])
def test_the_commands_of_the_page_print_policies(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert run(shlex.split(line.partition(" > ")[0])) == exits.CLEAN
    assert '"Version": "2012-10-17"' in capsys.readouterr().out
