"""CODEOWNERS: GitHub's patterns, the generated block, and the owners whom nobody would ask."""

from __future__ import annotations

from pathlib import Path

import pytest
from git_repository import MANIFEST, PERSON, write
from hypothesis import given, settings
from hypothesis import strategies as st

from schemaward.errors import InputError
from schemaward.model import Catalog
from schemaward.repo.codeowners import (
    BEGIN,
    END,
    codeowners_findings,
    effective_owners,
    find_codeowners,
    generated_block,
    with_block,
)
from schemaward.repo.load import load_catalog
from schemaward.repo.trees import WorkTree


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    write(tmp_path, {f"{PERSON}/contract.yaml": MANIFEST, f"{PERSON}/v1.json": "{}"})
    return load_catalog(WorkTree(tmp_path))[0]


@pytest.mark.parametrize(
    ("pattern", "matched", "others"),
    [
        ("*", ["a", "a/b", "a/b/c.js"], []),
        ("*.js", ["a.js", "x/y/a.js"], ["a.jsx", "ajs"]),
        ("/*", ["a"], ["a/b"]),
        ("/*.js", ["a.js"], ["x/a.js"]),
        ("/build/logs/", ["build/logs/a", "build/logs/x/y"], ["x/build/logs/a", "build/logs", "build/logsx/a"]),
        ("docs/*", ["docs/start.md"], ["docs/build/trouble.md", "x/docs/start.md"]),
        ("docs/**", ["docs/start.md", "docs/build/trouble.md"], ["docs"]),
        ("apps/", ["apps/a", "x/apps/b/c"], ["apps", "myapps/a"]),
        ("/apps/github", ["apps/github", "apps/github/x"], ["apps/github2", "x/apps/github"]),
        ("apps/github", ["apps/github/x"], ["x/apps/github/x"]),
        ("person", ["person", "a/person", "a/person/v1.json"], ["a/personx"]),
        ("**/logs", ["logs/a", "build/logs/a", "a/b/logs"], ["logsx/a"]),
        ("/a/**/b", ["a/b", "a/x/y/b", "a/x/b/z"], ["b", "x/a/b"]),
        ("/contracts/*/person/", ["contracts/a/person/v1.json"], ["contracts/a/b/person/v1.json"]),
        ("a?c", ["abc", "x/axc"], ["ac", "a/c", "abbc"]),
        (r"with\ space/", ["with space/a"], ["with/a", "space/a"]),
        ("Docs/", ["Docs/a"], ["docs/a"]),
    ],
)
def test_patterns(pattern: str, matched: list[str], others: list[str]) -> None:
    text = f"{pattern} @owner\n"
    assert [path for path in (*matched, *others) if effective_owners(text, path)] == matched


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("* @all\n/contracts/ @few\n", ("@few",)),
        ("/contracts/ @few\n* @all\n", ("@all",)),
        ("* @all\n/contracts/\n", ()),
        ("* @a @org/team x@example.org  # why\r\n", ("@a", "@org/team", "x@example.org")),
        ("* @all\n# /contracts/ @few\n", ("@all",)),
        ("* @all\n/contracts/ not-an-owner\n", ("@all",)),
        ("* @all\n!/contracts/ @few\n", ("@all",)),
        ("* @all\n/contract[s]/ @few\n", ("@all",)),
        ("\n  \n", ()),
        ("", ()),
    ],
)
def test_the_last_valid_line_that_matches_counts(text: str, owners: tuple[str, ...]) -> None:
    assert effective_owners(text, f"{PERSON}/v1.json") == owners


def test_a_hostile_pattern_ends_in_bounded_work() -> None:
    pattern = "/".join(["**", "*a" * 40 + "b"] * 40)
    assert effective_owners(f"{pattern} @x", "/".join(["a" * 200] * 100)) == ()


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["CODEOWNERS"], "CODEOWNERS"),
        (["CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS"], ".github/CODEOWNERS"),
        (["docs/CODEOWNERS", "CODEOWNERS"], "CODEOWNERS"),
        (["docs/CODEOWNERS"], "docs/CODEOWNERS"),
    ],
)
def test_the_file_that_github_uses(tmp_path: Path, paths: list[str], expected: str) -> None:
    assert find_codeowners(WorkTree(tmp_path)) is None
    write(tmp_path, {path: f"* @{path.count('/')}" for path in paths})
    assert find_codeowners(WorkTree(tmp_path)) == (expected, f"* @{expected.count('/')}")


def test_an_empty_file_is_a_file(tmp_path: Path) -> None:
    write(tmp_path, {"CODEOWNERS": ""})
    assert find_codeowners(WorkTree(tmp_path)) == ("CODEOWNERS", "")


def test_the_block_names_every_contract_and_its_owners(catalog: Catalog) -> None:
    first, line, last = generated_block(catalog).splitlines()
    assert first.startswith(BEGIN)
    assert line == "/contracts/identity/person/ @people privacy@example.org"
    assert last == END


def test_the_block_satisfies_the_check(catalog: Catalog) -> None:
    text = with_block("* @everybody\n", generated_block(catalog))
    assert codeowners_findings(text, catalog) == ()


def test_the_block_is_appended_once_and_then_replaced() -> None:
    block = f"{BEGIN} x\n/a/ @a\n{END}\n"
    text = with_block("* @all\n", block)
    assert text == f"* @all\n\n{block}"
    longer = block.replace("/a/ @a\n", "/a/ @a\n/b/ @b\n")
    assert with_block(text + "/tooling/ @me\n", longer) == f"* @all\n\n{longer}/tooling/ @me\n"


def test_the_block_takes_the_line_breaks_of_the_file() -> None:
    assert with_block("* @all\r\n", f"{BEGIN}\n{END}\n") == f"* @all\r\n\r\n{BEGIN}\r\n{END}\r\n"


TEXT = st.text("a* @\n#")


@settings(max_examples=80, deadline=None)
@given(before=TEXT, after=TEXT, lines=st.lists(st.just("/a/ @a"), max_size=2), ends=st.sampled_from(["\n", "\r\n"]))
def test_writing_the_block_is_idempotent_and_leaves_the_rest(
    before: str, after: str, lines: list[str], ends: str
) -> None:
    block = "\n".join([BEGIN, *lines, END, ""])
    start = f"{before}\n".replace("\n", ends)
    once = with_block(start, block)
    assert once.startswith(start)
    assert with_block(once, block) == once
    rest = f"{after}\n".replace("\n", ends)
    around = with_block(f"{start}{BEGIN} old{ends}x{ends}{END}{ends}{rest}", block)
    assert around == start + block.replace("\n", ends) + rest


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"a @a\n{BEGIN}\n", 2),
        (f"a @a\n\n{END}\n", 3),
        (f"{END}\n{BEGIN}\n", 1),
        (f"{BEGIN}\n{END}\n{BEGIN}\n{END}\n", 1),
    ],
)
def test_broken_markers_are_not_guessed_at(text: str, line: int) -> None:
    with pytest.raises(InputError, match="not one pair") as caught:
        with_block(text, f"{BEGIN}\n{END}\n")
    assert caught.value.place is not None
    assert caught.value.place.line == line


def test_without_a_file_nobody_is_asked(catalog: Catalog) -> None:
    (finding,) = codeowners_findings(None, catalog)
    assert finding.rule == "codeowners-missing"
    assert "no CODEOWNERS file" in finding.fact
    assert finding.place.line == 5


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("* @People privacy@example.org", []),
        ("* @people", ["/owners/1"]),
        ("/contracts/ @other", ["/owners/0", "/owners/1"]),
        (f"* @people privacy@example.org\n/{PERSON}/v*.json", ["/owners/0", "/owners/1"]),
        (f"* @people privacy@example.org\n/{PERSON}/contract.yaml @people", ["/owners/1"]),
        (f"* @people privacy@example.org\n/{PERSON}/v2.json @people", ["/owners/1"]),
    ],
)
def test_owners_whom_github_would_not_ask(catalog: Catalog, text: str, missing: list[str]) -> None:
    findings = codeowners_findings(text, catalog)
    assert [finding.pointer for finding in findings] == missing
    for finding in findings:
        assert finding.rule == "codeowners-missing"
        assert finding.place.path == f"{PERSON}/contract.yaml"
        assert finding.place.line == 5
        assert finding.remedy
