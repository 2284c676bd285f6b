"""Sessions at a terminal that a page shows: they are typed again, and must say the same."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

BLOCK = re.compile(r"^<!-- tested -->\n```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def replayed(page: Path, folder: Path) -> int:
    """Run the sessions of ``page``, one after the other, in ``folder``, and hold the page to them; returns how many there are."""
    blocks = BLOCK.findall(page.read_text("utf-8"))
    for block in blocks:
        done = subprocess.run(
            ["sh", "-c", session(block)], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert pattern(block).fullmatch(done.stdout), f"{page.name} says\n\n{block}\nbut this happens:\n\n{done.stdout}"
    return len(blocks)


def session(block: str) -> str:
    """A shell script that types the commands of a block and so repeats the block, if the block is true."""
    script = []
    for line in block.splitlines():
        if line.startswith("$ "):
            # The exit code survives the echo of the next command, so that `echo $?` means what it says.
            script.append(f"s=$?; printf '%s\\n' {shlex.quote(line)}; (exit $s)")
            script.append(line.removeprefix("$ "))
    return "\n".join(script)


def pattern(block: str) -> re.Pattern[str]:
    """The block as a pattern: a line ``...`` stands for any lines, three dots in a line for any text in it."""
    lines = (
        r"(?:[^\n]*\n)*?" if line.strip() == "..." else re.escape(line).replace(r"\.\.\.", "[^\n]*") + "\n"
        for line in block.splitlines()
    )
    return re.compile("".join(lines))
