"""The permissions that ``schemaward iam`` grants are the calls that the code makes; the commands of the page work."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

from schemaward.cli import exits, run
from schemaward.model import RegistryKind
from schemaward.registry.iam import CALLS

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "set-up-aws.md").read_text("utf-8")
COMMANDS = [
    line.removeprefix("    $ schemaward ") for line in PAGE.splitlines() if line.startswith("    $ schemaward ")
]


@pytest.mark.parametrize(
    ("kind", "sources"),
    [(RegistryKind.GLUE, "*.py"), (RegistryKind.EVENTBRIDGE, "eventbridge.py")],
)
def test_the_roles_may_make_exactly_the_calls_that_are_made(kind: RegistryKind, sources: str) -> None:
    calls = CALLS[kind]
    operations = botocore.session.get_session().get_service_model(calls.service).operation_names
    named = {xform_name(operation): operation for operation in operations}
    folder = ROOT / "tooling" / "schemaward" / "registry"
    files = [path for path in folder.glob(sources) if kind is RegistryKind.EVENTBRIDGE or path.name != "eventbridge.py"]
    words = re.findall(r'"([a-z_]+)"', "".join(path.read_text("utf-8") for path in files))
    called = {named[word] for word in words if word in named}
    assert {*calls.reads, *calls.by_id, *calls.writes, *calls.creates, *calls.deletes} == called


@pytest.mark.parametrize("line", [line for line in COMMANDS if line.startswith("iam")])
def test_the_commands_of_the_page_print_policies(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert run(shlex.split(line.partition(" > ")[0])) == exits.CLEAN
    assert '"Version": "2012-10-17"' in capsys.readouterr().out
