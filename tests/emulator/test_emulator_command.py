"""``schemaward emulator`` as a process, and the real AWS CLI against it."""

from __future__ import annotations

import functools
import json
import os
import re
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError

from schemaward.cli import run
from schemaward.emulator.server import running

AWS = Path(sysconfig.get_path("scripts")) / "aws"


@contextmanager
def emulator(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and the line that it prints."""
    command = [sys.executable, "-m", "schemaward", "emulator", "--port", "0", *arguments]
    # A suite that runs in the background of a shell ignores SIGINT, and so would its children.
    heeded = functools.partial(signal.signal, signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heeded)
    with process:
        try:
            assert process.stdout
            yield process, process.stdout.readline()
        finally:
            process.kill()


def aws(line: str, *arguments: str) -> Any:
    """The parsed output of one AWS CLI call, in the environment that the emulator's line sets."""
    settings = dict(word.split("=", 1) for word in line.split()[1:])
    result = subprocess.run(
        [AWS, *arguments, "--output", "json"],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    return json.loads(result.stdout) if result.returncode == 0 else result.stderr


def test_the_aws_cli_understands_it() -> None:
    schema = ("--schema-id", "RegistryName=ai,SchemaName=person")
    with emulator("--account", "111122223333") as (_, line):
        assert aws(line, "sts", "get-caller-identity")["Account"] == "111122223333"
        aws(line, "glue", "create-registry", "--registry-name", "ai", "--tags", "Purpose=AI")
        definition = (
            "--data-format",
            "JSON",
            "--compatibility",
            "BACKWARD",
            "--schema-definition",
            '{"type": "object"}',
        )
        home = ("--registry-id", "RegistryName=ai", "--schema-name", "person")
        created = aws(line, "glue", "create-schema", *home, *definition)
        assert created["SchemaArn"] == "arn:aws:glue:us-east-1:111122223333:schema/ai/person"
        listed = aws(line, "glue", "list-schema-versions", *schema)
        assert [item["Status"] for item in listed["Schemas"]] == ["AVAILABLE"]
        again = aws(line, "glue", "create-registry", "--registry-name", "ai")
        assert "AlreadyExistsException" in again


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_ends_it_cleanly(sent: signal.Signals, code: int) -> None:
    with emulator() as (process, line):
        assert re.fullmatch(
            r"export AWS_ENDPOINT_URL=http://127\.0\.0\.1:\d+ AWS_DEFAULT_REGION=us-east-1"
            r" AWS_ACCESS_KEY_ID=emulator AWS_SECRET_ACCESS_KEY=emulator\n",
            line,
        )
        assert process.stderr
        assert process.stderr.readline() == "The registry is ready. Ctrl-C stops it.\n"
        process.send_signal(sent)
        assert process.wait(timeout=30) == code
        assert "Traceback" not in process.stderr.read()


def test_bad_options_have_clear_messages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    damaged = tmp_path / "state.json"
    damaged.write_text("{")
    with running() as url:
        port = url.rpartition(":")[2]
        for arguments, message in (
            (["--port", port], f"error: cannot listen on 127.0.0.1, port {port}: "),
            (["--port", "0", "--state", str(damaged)], "the state file is damaged"),
            (["--account", "12"], 'error: the account id "12" is not twelve digits'),
            (["--pending", "-1"], "error: invalid value for '--pending'"),
            (["--port", "70000"], "error: invalid value for '--port'"),
            (["--rate", "0"], "error: invalid value for '--rate'"),
            (["--quota", "schemas=3"], 'error: --quota has no "schemas"'),
            (["--quota", "versions=many"], 'error: --quota versions cannot be "many"'),
            (["--assume", "failed-nummer=reuse"], 'did you mean "failed-number"?'),
            (["--assume", "failed-number"], 'error: --assume failed-number cannot be ""'),
            (["--faults", str(tmp_path / "none.json")], "the faults cannot be read: No such file or directory"),
            (["--faults", str(damaged)], "the faults are not JSON"),
        ):
            assert run(["emulator", *arguments]) == 2
            assert message in capsys.readouterr().err


def test_it_ends_where_its_script_says_and_keeps_what_took_effect(tmp_path: Path, connect: Callable[..., Any]) -> None:
    state, faults = tmp_path / "state.json", tmp_path / "faults.json"
    faults.write_text('[{"kind": "kill-after", "operation": "CreateRegistry", "call": 2}]')
    once = Config(retries={"total_max_attempts": 1})
    with emulator("--state", str(state), "--faults", str(faults)) as (process, line):
        glue = connect(url_of(line), config=once)
        glue.create_registry(RegistryName="one")
        with pytest.raises(ConnectionClosedError):
            glue.create_registry(RegistryName="two")
        assert process.wait(timeout=30) == 0
        assert process.stderr
        assert process.stderr.read().splitlines()[-1] == "A scripted fault has ended the registry."
    with emulator("--state", str(state), "--assume", "no-compatibility=refuse", "--quota", "registries=2") as (_, line):
        glue = connect(url_of(line), config=once)
        assert [item["RegistryName"] for item in glue.list_registries()["Registries"]] == ["one", "two"]
        with pytest.raises(glue.exceptions.ResourceNumberLimitExceededException):
            glue.create_registry(RegistryName="three")
        with pytest.raises(glue.exceptions.InvalidInputException, match="Compatibility"):
            glue.create_schema(RegistryId={"RegistryName": "one"}, SchemaName="s", DataFormat="JSON")


def url_of(line: str) -> str:
    """The endpoint in the line that the emulator prints."""
    return line.split()[1].removeprefix("AWS_ENDPOINT_URL=")
