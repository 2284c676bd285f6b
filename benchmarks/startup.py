"""How long a hook takes: whole processes, medians of interleaved runs, as ratios to a bare interpreter.

    python benchmarks/startup.py [--contracts 500] [--rounds 9]

Generates a Git repository of contracts, stages one new version, and times what a commit would wait for.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

SCRIPTS = Path(sysconfig.get_path("scripts"))


def write(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n")


def schema(number: int, required: list[str]) -> dict[str, object]:
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"Record {number}",
        "type": "object",
        "required": required,
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "score": {"type": "number", "minimum": 0, "maximum": 1},
            "labels": {"type": "array", "items": {"type": "string", "minLength": 1}, "maxItems": 20},
            "source": {"enum": ["web", "mobile", "batch"]},
        },
    }


def generate(folder: Path, contracts: int, history: Callable[[int], tuple[str, list[object]]]) -> Path:
    """A Git repository of published contracts, each with the mode and the versions that ``history`` gives for its number.

    The answer is the folder of the last one.
    """
    owners = []
    for number in range(contracts):
        mode, versions = history(number)
        name = f"domain{number % 20:02}/record{number:04}"
        contract = folder / "contracts" / name
        manifest = {
            "name": name.replace("/", "."),
            "description": f"Generated contract {number}.",
            "format": "JSON",
            "compatibility": mode,
            "owners": ["@example-org/data"],
            "status": "active",
        }
        write(contract / "contract.json", manifest)
        for version, value in enumerate(versions, 1):
            write(contract / f"v{version}.json", value)
        owners.append(f"/contracts/{name}/ @example-org/data\n")
    (folder / "CODEOWNERS").write_text("".join(owners))
    for arguments in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "contracts"]):
        git(folder, *arguments)
    return contract


def git(folder: Path, *arguments: str) -> None:
    identity = {f"GIT_{who}_{what}": "bench" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    subprocess.run(["git", *arguments], cwd=folder, check=True, env=os.environ | identity)


def seconds(command: list[str], folder: Path) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    elapsed = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return elapsed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--contracts", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        last = generate(
            folder, options.contracts, lambda number: ("BACKWARD", [schema(number, ["id", "score", "source"])])
        )
        changed = str(last / "v2.json")
        write(last / "v2.json", schema(options.contracts - 1, ["id", "score"]))
        git(folder, "add", "-A")
        program = str(SCRIPTS / "schemaward")
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "schemaward --version": [program, "--version"],
            "schemaward check --against HEAD": [program, "check", "--against", "HEAD"],
            "schemaward check --staged --against HEAD": [program, "check", "--staged", "--against", "HEAD"],
            "schemaward check (all contracts)": [program, "check"],
            "check-jsonschema --check-metaschema": [
                str(SCRIPTS / "check-jsonschema"),
                "--check-metaschema",
                changed,
            ],
        }
        times: dict[str, list[float]] = {label: [] for label in commands}
        for _ in range(options.rounds):
            for label, command in commands.items():
                times[label].append(seconds(command, folder))
    medians = {label: statistics.median(values) for label, values in times.items()}
    bare = medians["python -c pass"]
    neighbour = medians["check-jsonschema --check-metaschema"]
    print(f"{options.contracts} contracts, one changed; medians of {options.rounds} interleaved runs, whole processes")
    print(f"{'command':44}{'seconds':>9}{'x python':>10}{'x check-jsonschema':>20}")
    for label, median in medians.items():
        print(f"{label:44}{median:9.3f}{median / bare:10.1f}{median / neighbour:20.2f}")


if __name__ == "__main__":
    main()
