"""The documentation does what it says: marked console blocks are run, links lead somewhere, commands exist."""

from __future__ import annotations

import doctest
import re
import subprocess
from pathlib import Path

import pytest

from console_sessions import replayed
from schemaward.cli import COMMANDS, exits

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "tooling").glob("*.md")])

LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def test_the_sessions_of_the_readme_are_real(repository_copy: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "clone", "-q", str(repository_copy), str(tmp_path / "clone")], check=True)
    assert replayed(ROOT / "README.md", repository_copy) >= 3


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
