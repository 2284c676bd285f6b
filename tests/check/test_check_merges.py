"""``schemaward check`` while a merge is under way: what one of the parents has already is not the merge's doing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from contract_repository import FOLDER, Repository, manifest, schema, with_property

import schemaward


@pytest.fixture
def merging(shop: Repository) -> Repository:
    """On branch ``work``, which has a commit of its own; ``main`` has a weaker mode, which the owners agreed to."""
    shop.write("notes.txt", "ours")
    shop.commit()
    shop.git("switch", "-q", "main")
    shop.write(f"{FOLDER}/contract.json", manifest(compatibility="NONE"))
    shop.commit()
    shop.git("switch", "-q", "work")
    return shop


def test_what_is_merged_was_approved_before(merging: Repository) -> None:
    merging.git("merge", "-q", "--no-commit", "--no-ff", "main")
    assert merging.check("--staged", "--against", "HEAD").found == []
    merging.git("commit", "-q", "-m", "merge")
    assert merging.check("--against", "main").found == []


def test_the_hook_lets_a_merge_without_conflicts_pass(merging: Repository) -> None:
    hook = merging.folder / ".git/hooks/pre-merge-commit"
    hook.parent.mkdir(exist_ok=True)
    source = Path(schemaward.__file__).parent.parent
    command = f'"{sys.executable}" -m schemaward check --staged --against HEAD'
    hook.write_text(f'#!/bin/sh\nPYTHONPATH="{source}" {command} >"$0.out"\n')
    hook.chmod(0o755)
    merging.git("merge", "-q", "--no-edit", "main")
    assert "no findings" in hook.with_name(f"{hook.name}.out").read_text()


def test_what_the_merge_does_itself_is_found(merging: Repository) -> None:
    merging.git("merge", "-q", "--no-commit", "--no-ff", "main")
    merging.write(f"{FOLDER}/v1.json", schema(title="An order"))
    merging.git("add", "-A")
    assert merging.check("--staged").rules == ["version-edited"]


def test_what_only_the_two_together_break_is_found(shop: Repository) -> None:
    shop.write(f"{FOLDER}/v2.json", with_property("note", {"type": "string"}))
    shop.commit("allowed under BACKWARD")
    shop.git("switch", "-q", "main")
    shop.write(f"{FOLDER}/contract.json", manifest(compatibility="FULL"))
    shop.commit("a stronger promise")
    shop.git("switch", "-q", "work")
    shop.git("merge", "-q", "--no-commit", "main")
    assert shop.check("--staged").rules == ["forward-break"]


def test_the_branch_that_is_merged_counts_as_part_of_this_one(merging: Repository) -> None:
    merging.git("merge", "-q", "--no-commit", "--no-ff", "main")
    assert merging.check("--against", "main").found == []
