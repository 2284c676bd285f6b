"""A hook runs on every commit: what a command does not need must not be loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HEAVY = frozenset(
    {"boto3", "botocore", "deepdiff", "fastavro", "google.protobuf", "jsonschema", "urllib3", "http.server"}
)
PROBE = """
import json, sys
from schemaward.cli import run
code = run(sys.argv[1:])
print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)
"""

MANIFEST = {
    "name": "shop.order",
    "description": "An order.",
    "format": "JSON",
    "compatibility": "BACKWARD",
    "owners": ["@example-org/shop"],
    "status": "active",
}
FIRST = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "required": ["id", "amount"],
    "properties": {"id": {"type": "string"}, "amount": {"type": "number"}},
}
SECOND = FIRST | {"required": ["id"]}


def loaded(*arguments: str, cwd: Path) -> tuple[int, set[str], str]:
    """The exit code of a command line, the modules in memory at its end, and its output."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments], cwd=cwd, capture_output=True, text=True, check=True
    )
    *messages, report = done.stderr.splitlines()
    code, modules = json.loads(report)
    return code, set(modules), done.stdout + "\n".join(messages)


def repository(folder: Path) -> Path:
    """A repository with one published contract and a second version in the index."""
    contract = folder / "contracts" / "shop" / "order"
    contract.mkdir(parents=True)
    (folder / "CODEOWNERS").write_text("/contracts/shop/order/ @example-org/shop\n")
    (contract / "contract.json").write_text(json.dumps(MANIFEST))
    (contract / "v1.json").write_text(json.dumps(FIRST))
    for arguments in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "first"]):
        subprocess.run(["git", *arguments], cwd=folder, check=True)
    (contract / "v2.json").write_text(json.dumps(SECOND))
    subprocess.run(["git", "add", "-A"], cwd=folder, check=True)
    return folder


def test_the_version_loads_nothing_heavy(tmp_path: Path) -> None:
    code, modules, output = loaded("--version", cwd=tmp_path)
    assert code == 0, output
    assert not modules & (HEAVY | {"yaml", "jsonschema_rs", "schemaward.check", "schemaward.formats.jsonschema"})


def test_a_clean_check_of_json_contracts_loads_no_heavy_library(tmp_path: Path) -> None:
    folder = repository(tmp_path)
    for arguments in (["check"], ["check", "--against", "HEAD"], ["check", "--staged", "--against", "HEAD", "--quiet"]):
        code, modules, output = loaded(*arguments, cwd=folder)
        assert code == 0, output
        assert not modules & HEAVY, arguments
        assert not {name for name in modules if ".mending" in name}, arguments
