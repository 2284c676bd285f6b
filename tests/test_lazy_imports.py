"""A hook runs on every commit: what a command does not need must not be loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

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


OTHERS = {
    "AVRO": ("avsc", '{"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"}]}', "fastavro"),
    "PROTOBUF": ("proto", 'syntax = "proto3";\nmessage Order {\n  string id = 1;\n}\n', "google.protobuf"),
}
"""By format: the suffix of a version, its text, and the library of the format."""


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


@pytest.mark.parametrize("data_format", OTHERS)
def test_a_check_of_one_format_loads_the_library_of_no_other(tmp_path: Path, data_format: str) -> None:
    suffix, text, _ = OTHERS[data_format]
    others = {library for name, (_, _, library) in OTHERS.items() if name != data_format}
    contract = tmp_path / "contracts" / "shop" / "order"
    (contract / "examples" / "valid").mkdir(parents=True)
    (tmp_path / "CODEOWNERS").write_text("/contracts/shop/order/ @example-org/shop\n")
    (contract / "contract.json").write_text(json.dumps(MANIFEST | {"format": data_format}))
    (contract / f"v1.{suffix}").write_text(text)
    (contract / "examples" / "valid" / "first.json").write_text('{"id": "o-1"}')
    code, modules, output = loaded("check", cwd=tmp_path)
    assert code == 0, output
    assert not modules & (others | {"boto3", "deepdiff", "schemaward.formats.jsonschema"})


def test_a_clean_step_in_protobuf_is_judged_without_the_library(tmp_path: Path) -> None:
    probe = """
import sys
import schemaward
text = 'syntax = "proto3"; message Order { string id = 1; %s }'
verdict = schemaward.can_read(text % "", text % "int32 amount = 2;", data_format="PROTOBUF")
print(verdict.kind, "google.protobuf" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", probe], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["compatible", "False"]
