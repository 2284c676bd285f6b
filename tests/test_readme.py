"""The documentation does what it says: marked console blocks are run, links lead somewhere, commands exist."""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from schemaward.cli import COMMANDS, exits

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "tooling").glob("*.md")])

BLOCK = re.compile(r"^<!-- tested -->\n```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


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


def test_the_sessions_of_the_readme_are_real(repository_copy: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "clone", "-q", str(repository_copy), str(tmp_path / "clone")], check=True)
    blocks = BLOCK.findall(README)
    assert len(blocks) >= 3
    for block in blocks:
        done = subprocess.run(
            ["sh", "-c", session(block)],
            cwd=repository_copy,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert pattern(block).fullmatch(done.stdout), f"the README says\n\n{block}\nbut this happens:\n\n{done.stdout}"


def test_the_python_session_of_the_readme_is_real() -> None:
    assert doctest.testfile(str(ROOT / "README.md"), module_relative=False) == (0, 5)


def test_the_demo_ends_with_receipts(repository_copy: Path) -> None:
    done = subprocess.run(
        ["sh", "tooling/demo.sh"], cwd=repository_copy, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == 0, done.stdout
    assert "forward-break" in done.stdout
    assert '"status": "AVAILABLE"' in done.stdout.rpartition("What the receipts say")[2]
    unchanged = subprocess.run(
        ["git", "status", "--porcelain"], cwd=repository_copy, check=True, capture_output=True, text=True
    ).stdout
    assert "contracts/" not in unchanged


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text("utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_that_pages_name_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    makefile = (ROOT / "Makefile").read_text("utf-8")
    code = "\n".join(re.findall(r"^```.*?^```$|`[^`\n]+`", text, re.MULTILINE | re.DOTALL))
    assert set(re.findall(r"(?:^|`|\$ )schemaward ([a-z]+)", code, re.MULTILINE)) <= set(COMMANDS)
    targets = set(re.findall(r"(?:^|`|\$ )make ([a-z]+)", code, re.MULTILINE))
    assert [target for target in targets if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []


def test_the_map_of_the_code_names_what_exists() -> None:
    folder = ROOT / "tooling" / "schemaward"
    code = re.findall(r"`([\w./]+(?:\.py|\.json|/))`", (ROOT / "tooling" / "README.md").read_text("utf-8"))
    formats = folder / "formats"
    known = (folder, *formats.iterdir(), *formats.glob("jsonschema/*"), folder / "emulator", ROOT, ROOT / "tooling")
    assert len(code) > 30
    assert [name for name in code if not any((place / name).exists() for place in known)] == []


def test_the_table_of_exit_codes_is_complete() -> None:
    codes = {value for name, value in vars(exits).items() if name.isupper()}
    assert {int(code) for code in re.findall(r"^\| `(\d+)` \|", README, re.MULTILINE)} == codes
