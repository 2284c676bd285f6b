"""A whole repository: how long ``schemaward check`` takes, how much memory, and where the time goes.

    python benchmarks/repository.py [--contracts 2000] [--top 25] [--keep FOLDER]

Generates a Git repository of contracts with five versions each, in turn a closed object with optional properties added, an
open object read by old readers, wider enums, a ``$ref`` to a definition that grows, and a ``oneOf`` with more branches.
Timed are whole processes: everything, cold, and one change against HEAD. Each is run once more under the profiler.
"""

from __future__ import annotations

import argparse
import os
import pstats
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from startup import generate, write

VERSIONS = 5
DRAFT_07 = "http://json-schema.org/draft-07/schema#"
TEXT = {"type": "string", "minLength": 1, "maxLength": 200}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contracts", type=int, default=2000)
    parser.add_argument("--top", type=int, default=25, help="functions to list of each profile; 0 for no profile")
    parser.add_argument("--keep", type=Path, help="generate into this folder, and leave it there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        last = generate(folder, options.contracts, history)
        print(f"{options.contracts} contracts with {VERSIONS} versions each")
        measure("check, everything", ["check"], folder, options.top)
        write(last / f"v{VERSIONS + 1}.json", shape(options.contracts - 1, VERSIONS)[1])
        measure("check --against HEAD, one change", ["check", "--against", "HEAD"], folder, options.top)


def measure(title: str, arguments: list[str], folder: Path, top: int) -> None:
    command = ["-m", "schemaward", *arguments]
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, *command], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output = process.stdout.read().decode() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    spent = time.perf_counter() - start
    processor = usage.ru_utime + usage.ru_stime
    print(f"\n{title}: {spent:.2f} s, {processor:.2f} s of processor time, {usage.ru_maxrss / 1024:.0f} MB at most")
    print(f"exit code {process.returncode}; {output.strip().splitlines()[-1] if output.strip() else 'no output'}")
    if top:
        with tempfile.NamedTemporaryFile(suffix=".prof") as file:
            profiler = [sys.executable, "-m", "cProfile", "-o", file.name, *command]
            subprocess.run(profiler, cwd=folder, capture_output=True)
            pstats.Stats(file.name).strip_dirs().sort_stats("cumulative").print_stats(top)


# the shapes, each with a mode that its history keeps


def history(number: int) -> tuple[str, list[object]]:
    mode = shape(number, 0)[0]
    return mode, [shape(number, age)[1] for age in range(VERSIONS)]


def shape(number: int, age: int) -> tuple[str, dict[str, object]]:
    make = (closed, opened, enumerated, referring, united)[number % 5]
    mode, body = make(age)
    return mode, {"$schema": DRAFT_07, "title": f"Record {number}", "description": f"State {age}.", **body}


def record(properties: dict[str, object], required: list[str]) -> dict[str, object]:
    common = {
        "id": {"type": "string", "format": "uuid"},
        "created_at": {"type": "string", "format": "date-time"},
        "score": {"type": "number", "minimum": 0, "maximum": 1},
        "labels": {"type": "array", "items": TEXT, "maxItems": 20},
    }
    return {"type": "object", "required": ["id", "created_at", *required], "properties": {**common, **properties}}


def closed(age: int) -> tuple[str, dict[str, object]]:
    added = {f"field_{n}": {"type": ["string", "null"], "maxLength": 80} for n in range(6 + age)}
    return "BACKWARD_ALL", {**record(added, []), "additionalProperties": False}


def opened(age: int) -> tuple[str, dict[str, object]]:
    added = {f"field_{n}": {"type": "integer", "minimum": n} for n in range(4 + age)}
    return "FORWARD_ALL", record(added, list(added)[:4])


def enumerated(age: int) -> tuple[str, dict[str, object]]:
    states = {"enum": [f"state-{n}" for n in range(12 + age)]}
    codes = {"type": "string", "pattern": f"^[A-Z]{{2,{4 + age}}}-[0-9]+$"}
    return "BACKWARD", record({"state": states, "code": codes}, ["state"])


def referring(age: int) -> tuple[str, dict[str, object]]:
    address = {
        "type": "object",
        "required": ["city"],
        "additionalProperties": False,
        "properties": {"city": TEXT, "country": {"type": "string", "pattern": "^[A-Z]{2}$"}}
        | {f"line_{n}": TEXT for n in range(age + 1)},
    }
    places = {"billing": {"$ref": "#/definitions/address"}, "delivery": {"$ref": "#/definitions/address"}}
    return "BACKWARD_ALL", {**record(places, ["billing"]), "definitions": {"address": address}}


def united(age: int) -> tuple[str, dict[str, object]]:
    branches = [
        {
            "type": "object",
            "required": ["kind", "value"],
            "properties": {"kind": {"const": f"kind-{n}"}, "value": TEXT if n % 2 else {"type": "integer"}},
        }
        for n in range(4 + age)
    ]
    return "BACKWARD", record({"event": {"oneOf": branches}}, ["event"])


if __name__ == "__main__":
    main()
