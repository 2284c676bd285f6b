"""Refs, merge bases and changed files in real repositories; and nothing in a repository runs while we ask."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from git_repository import PERSON, commit, git, write

from schemaward.errors import UsageError
from schemaward.repo.git import FileChange, Side, bases, changed_files, find_root, resolve
from schemaward.repo.trees import GitTree, WorkTree

V1 = f"{PERSON}/v1.json"
V2 = f"{PERSON}/v2.json"


def refusal(root: Path, ref: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        resolve(root, ref)
    assert f'"{ref}"' in caught.value.fact
    return caught.value


def shallow_clone(repository: Path, branch: str) -> Path:
    clone = repository.parent / "clone"
    git(repository.parent, "clone", "-q", "--depth", "1", "--branch", branch, f"file://{repository}", str(clone))
    return clone


# the root


def test_the_root_is_found_from_any_folder_in_it(repository: Path) -> None:
    assert find_root(repository / PERSON) == repository.resolve()


def test_a_folder_outside_any_repository(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not in a Git repository") as caught:
        find_root(tmp_path)
    assert "git init" in caught.value.remedy


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        find_root(tmp_path / "nowhere")


def test_without_git_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="Git is not installed"):
        find_root(tmp_path)


def test_a_bare_repository_among_the_files_is_not_taken_for_ours(repository: Path) -> None:
    git(repository, "init", "-q", "--bare", "vendored")
    with pytest.raises(UsageError):
        find_root(repository / "vendored")


def test_a_linked_work_tree_is_a_root_of_its_own(repository: Path) -> None:
    other = repository.parent / "other"
    git(repository, "worktree", "add", "-q", "-b", "side", str(other))
    assert find_root(other / PERSON) == other.resolve()
    write(other, {V2: "2"})
    base = resolve(other, "main")
    assert changed_files(other, base, Side.WORK) == (FileChange(V2, "added"),)


# refs


def test_branches_tags_and_commits_are_refs(repository: Path) -> None:
    head = git(repository, "rev-parse", "HEAD")
    git(repository, "tag", "-a", "v1", "-m", "annotated")
    assert {resolve(repository, ref) for ref in ("HEAD", "main", "v1", head, head[:10], "HEAD~0")} == {head}


def test_before_the_first_commit_head_is_the_empty_tree(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {V1: "1"})
    base = resolve(tmp_path, "HEAD")
    assert GitTree(tmp_path, base).files("") == ()
    git(tmp_path, "add", "-A")
    assert changed_files(tmp_path, base, Side.INDEX) == (FileChange(V1, "added"),)


def test_a_misspelt_ref_gets_the_nearest_name(repository: Path) -> None:
    assert 'did you mean "main"?' in refusal(repository, "mian").remedy


def test_a_branch_that_is_only_on_the_remote_is_suggested(repository: Path) -> None:
    git(repository, "branch", "release")
    clone = repository.parent / "clone"
    git(repository.parent, "clone", "-q", str(repository), str(clone))
    assert refusal(clone, "release").remedy == 'did you mean "origin/release"?'


@pytest.mark.parametrize("ref", ["--help", "-x", "", "a b", "a..b", "main:contracts", "\0", "x\ny", "--output=/tmp/x"])
def test_a_ref_is_never_an_option_nor_anything_else(repository: Path, ref: str) -> None:
    refusal(repository, ref)
    with pytest.raises(UsageError):
        bases(repository, ref)


def test_the_command_for_a_missing_branch_mends_a_shallow_clone(repository: Path) -> None:
    git(repository, "switch", "-q", "-c", "topic")
    write(repository, {V2: "2"})
    commit(repository)
    clone = shallow_clone(repository, "topic")
    with pytest.raises(UsageError) as caught:
        bases(clone, "origin/main")
    _, command, _ = caught.value.remedy.split("`")
    assert command == "git fetch --unshallow origin main:refs/remotes/origin/main"
    git(clone, *command.split()[1:])
    assert bases(clone, "origin/main") == (git(repository, "rev-parse", "main"),)


def test_a_shallow_clone_that_misses_the_base_says_so(repository: Path) -> None:
    git(repository, "switch", "-q", "-c", "topic")
    for number in range(2):
        write(repository, {V2: str(number)})
        commit(repository)
    git(repository, "switch", "-q", "main")
    write(repository, {"README.md": "x"})
    commit(repository)
    clone = shallow_clone(repository, "topic")
    git(clone, "fetch", "-q", "--depth", "1", "origin", "main:refs/remotes/origin/main")
    with pytest.raises(UsageError, match="shallow") as caught:
        bases(clone, "origin/main")
    _, command, _ = caught.value.remedy.split("`", 2)
    git(clone, *command.split()[1:])
    assert bases(clone, "origin/main") == (git(repository, "rev-parse", "main~1"),)


def test_the_merge_base_is_where_the_branch_left(repository: Path) -> None:
    left = git(repository, "rev-parse", "HEAD")
    git(repository, "switch", "-q", "-c", "topic")
    commit(repository, "On the branch")
    git(repository, "switch", "-q", "main")
    commit(repository, "On main")
    git(repository, "switch", "-q", "topic")
    assert bases(repository, "main") == (left,)


def test_branches_without_common_history(repository: Path) -> None:
    git(repository, "switch", "-q", "--orphan", "island")
    commit(repository)
    with pytest.raises(UsageError, match="share no history"):
        bases(repository, "main")


# changed files


def test_what_changed_since_a_commit(repository: Path) -> None:
    text = "".join(f"line {number}\n" for number in range(30))
    write(repository, {V2: text, f"{PERSON}/README.md": "x", "contracts/a/b/v1.json": "gone", "elsewhere.txt": "1"})
    base = commit(repository)
    git(repository, "mv", V2, f"{PERSON}/v3.json")
    git(repository, "rm", "-q", "contracts/a/b/v1.json")
    write(repository, {V1: "edited", "contracts/ü /new.json": "1", "elsewhere.txt": "2"})
    git(repository, "add", "-A")
    expected = (
        FileChange("contracts/a/b/v1.json", "deleted"),
        FileChange(V1, "modified"),
        FileChange(f"{PERSON}/v3.json", "renamed", V2),
        FileChange("contracts/ü /new.json", "added"),
    )
    assert changed_files(repository, base, Side.INDEX) == expected
    assert changed_files(repository, base, Side.WORK) == expected
    everything = changed_files(repository, base, Side.INDEX, under=())
    assert FileChange("elsewhere.txt", "modified") in everything


def test_the_two_sides_see_what_they_hold(repository: Path) -> None:
    base = resolve(repository, "HEAD")
    write(repository, {V1: "unstaged", V2: "new", "contracts/.gitignore": "*.tmp\n", "contracts/x.tmp": "ignored"})
    assert changed_files(repository, base, Side.INDEX) == ()
    assert {change.path: change.status for change in changed_files(repository, base, Side.WORK)} == {
        V1: "modified",
        V2: "added",
        "contracts/.gitignore": "added",
    }


def test_a_file_that_was_only_removed_from_the_index(repository: Path) -> None:
    base = resolve(repository, "HEAD")
    git(repository, "rm", "-q", "--cached", V1)
    assert changed_files(repository, base, Side.INDEX) == (FileChange(V1, "deleted"),)
    assert [change.status for change in changed_files(repository, base, Side.WORK)] != ["deleted"]


def test_an_untouched_repository_has_no_changes_even_when_times_differ(repository: Path) -> None:
    os.utime(repository / V1, (1, 1))
    base = resolve(repository, "HEAD")
    assert changed_files(repository, base, Side.WORK) == changed_files(repository, base, Side.INDEX) == ()


SETTINGS = {
    "diff.external": "touch pwned-external",
    "core.fsmonitor": "touch pwned-fsmonitor",
    "diff.json.textconv": "touch pwned-textconv; cat",
    "diff.renames": "false",
    "diff.noprefix": "true",
    "diff.mnemonicPrefix": "true",
    "diff.autoRefreshIndex": "false",
    "diff.orderFile": "nowhere",
    "color.ui": "always",
    "core.quotePath": "true",
    "core.pager": "touch pwned-pager",
    "diff.relative": "true",
    "status.showUntrackedFiles": "no",
}


def test_settings_and_hooks_change_nothing_and_run_nothing(repository: Path) -> None:
    text = "".join(f"line {number}\n" for number in range(30))
    write(repository, {V2: text, ".gitattributes": "*.json diff=json\n"})
    base = commit(repository)
    git(repository, "mv", V2, f"{PERSON}/v3.json")
    write(repository, {f"{PERSON}/ü.json": "1"})
    os.utime(repository / V1, (1, 1))
    plain = changed_files(repository, base, Side.WORK)
    for name, value in SETTINGS.items():
        git(repository, "config", name, value)
    for hook in ("post-index-change", "fsmonitor-watchman", "post-checkout"):
        path = repository / ".git" / "hooks" / hook
        path.write_text("#!/bin/sh\ntouch pwned-hook\n")
        path.chmod(0o755)
    assert changed_files(repository, base, Side.WORK) == plain
    assert {change.status for change in plain} == {"renamed", "added"}
    assert GitTree(repository, base).read(V2) == WorkTree(repository).read(f"{PERSON}/v3.json")
    assert not list(repository.rglob("pwned*"))


def test_a_partial_clone_is_not_filled_from_the_network(repository: Path) -> None:
    git(repository, "config", "uploadpack.allowFilter", "true")
    write(repository, {V2: "2"})
    commit(repository)
    clone = repository.parent / "clone"
    git(repository.parent, "clone", "-q", "--filter=blob:none", "--no-checkout", f"file://{repository}", str(clone))
    tree = GitTree(clone, resolve(clone, "HEAD"))
    assert V2 in tree.files("contracts")
    with pytest.raises(UsageError, match="not in this clone") as caught:
        tree.read(V2)
    assert "git fetch --refetch" in caught.value.remedy
