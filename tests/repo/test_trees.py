"""One face for the work tree, a commit and the index; and no way out of any of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from git_repository import PERSON, commit, git, write

import schemaward
from schemaward.errors import InputError, UsageError
from schemaward.repo.trees import GitTree, IndexTree, Tree, WorkTree
from schemaward.syntax.limits import MAX_BYTES

TREES: dict[str, Callable[[Path], Tree]] = {
    "work tree": WorkTree,
    "commit": lambda root: GitTree(root, "HEAD"),
    "index": IndexTree,
}


@pytest.fixture(params=TREES)
def tree_of(request: pytest.FixtureRequest) -> Callable[[Path], Tree]:
    """Make a tree of each kind from a repository whose files are all committed."""

    def make(root: Path) -> Tree:
        commit(root)
        return TREES[request.param](root)

    return make


def test_files_are_listed_below_a_folder_and_sorted(repository: Path, tree_of: Callable[[Path], Tree]) -> None:
    write(repository, {"b/two.json": "2", "b/a/one.json": "1", "b.json": "0", "c ü.json": "3"})
    tree = tree_of(repository)
    assert tree.files("b") == ("b/a/one.json", "b/two.json")
    assert tree.files("b/a") == ("b/a/one.json",)
    assert tree.files("b.json") == ("b.json",)
    assert tree.files("") == (
        "b.json",
        "b/a/one.json",
        "b/two.json",
        "c ü.json",
        f"{PERSON}/contract.yaml",
        f"{PERSON}/v1.json",
    )


@pytest.mark.parametrize("under", ["nowhere", "nowhere/at/all", "b.json/below"])
def test_what_does_not_exist_has_no_files(repository: Path, tree_of: Callable[[Path], Tree], under: str) -> None:
    write(repository, {"b.json": "0"})
    assert tree_of(repository).files(under) == ()


def test_content_is_read_byte_for_byte(repository: Path, tree_of: Callable[[Path], Tree]) -> None:
    content = bytes(range(256)) + b"\r\n\n"
    write(repository, {"a.bin": content, "empty": b"", "with space/ü.txt": b"x"})
    tree = tree_of(repository)
    assert tree.read("a.bin") == content
    assert tree.read("empty") == b""
    assert tree.read("with space/ü.txt") == b"x"


@pytest.mark.parametrize(
    "path", ["../../etc/passwd", "/etc/passwd", "contracts/../../x", "./x", "", "a//b", "a\0b", ".."]
)
def test_no_path_leads_out(repository: Path, tree_of: Callable[[Path], Tree], path: str) -> None:
    tree = tree_of(repository)
    with pytest.raises(InputError, match="no path inside the repository"):
        tree.read(path)


@pytest.mark.parametrize("path", ["nowhere.json", f"{PERSON}/v1.json/more", f"{PERSON}/v2.json", "a/" * 2000 + "b"])
def test_a_missing_file_is_named(repository: Path, tree_of: Callable[[Path], Tree], path: str) -> None:
    tree = tree_of(repository)
    with pytest.raises(InputError) as caught:
        tree.read(path)
    assert caught.value.place is not None
    assert caught.value.place.path == path


def test_a_folder_is_no_file(repository: Path, tree_of: Callable[[Path], Tree]) -> None:
    tree = tree_of(repository)
    with pytest.raises(InputError):
        tree.read(PERSON)


@pytest.mark.parametrize(
    ("link", "target", "path", "outside"),
    [
        ("v.json", "/etc/passwd", "v.json", True),
        ("v.json", "../secret.json", "v.json", True),
        ("a/b/v.json", "../../../secret.json", "a/b/v.json", True),
        ("folder", "..", "folder/secret.json", True),
        ("folder", "/etc", "folder/passwd", True),
        ("v.json", f"{PERSON}/v1.json", "v.json", False),
        ("folder", PERSON, "folder/v1.json", False),
    ],
)
def test_links_are_listed_and_never_followed(
    repository: Path, tree_of: Callable[[Path], Tree], link: str, target: str, path: str, outside: bool
) -> None:
    write(repository.parent, {"secret.json": "1"})
    (repository / link).parent.mkdir(parents=True, exist_ok=True)
    (repository / link).symlink_to(target)
    tree = tree_of(repository)
    assert link in tree.files("")
    assert tree.files(f"{link}/below") == ()
    with pytest.raises(InputError, match="symbolic link") as caught:
        tree.read(path)
    assert ("outside the repository" in caught.value.fact) is outside
    assert "links are not followed" in caught.value.remedy


def test_a_huge_file_is_not_read(repository: Path, tree_of: Callable[[Path], Tree]) -> None:
    write(repository, {"huge.json": b"1" * (MAX_BYTES + 1), "small.json": "2"})
    tree = tree_of(repository)
    with pytest.raises(InputError, match="2,000,001 bytes"):
        tree.read("huge.json")
    assert tree.read("small.json") == b"2"


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "v1.json")
    with pytest.raises(InputError, match="no regular file"):
        WorkTree(tmp_path).read("v1.json")


def test_each_tree_shows_its_own_moment(repository: Path) -> None:
    path = f"{PERSON}/v1.json"
    write(repository, {path: "staged", f"{PERSON}/v2.json": "2"})
    git(repository, "add", "-A")
    write(repository, {path: "unstaged", f"{PERSON}/v3.json": "3"})
    (repository / PERSON / "contract.yaml").unlink()
    head, index, work = GitTree(repository, "HEAD"), IndexTree(repository), WorkTree(repository)
    assert [tree.read(path) for tree in (head, index, work)] == [b'{"type": "object"}\n', b"staged", b"unstaged"]
    assert [len(tree.files(PERSON)) for tree in (head, index, work)] == [2, 3, 3]
    with pytest.raises(InputError, match="not in the work tree"):
        work.read(f"{PERSON}/contract.yaml")


def test_the_index_that_git_commit_prepares_is_the_one_that_is_read(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = repository / ".git" / "index.other"
    other.write_bytes((repository / ".git" / "index").read_bytes())
    monkeypatch.setenv("GIT_INDEX_FILE", str(other))
    write(repository, {f"{PERSON}/v2.json": "2"})
    git(repository, "add", "-A")
    assert f"{PERSON}/v2.json" in IndexTree(repository).files("")
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert f"{PERSON}/v2.json" not in IndexTree(repository).files("")


def test_a_file_with_a_merge_conflict_is_no_content(repository: Path) -> None:
    path = f"{PERSON}/v1.json"
    git(repository, "switch", "-q", "-c", "other")
    write(repository, {path: "other"})
    commit(repository)
    git(repository, "switch", "-q", "main")
    write(repository, {path: "main"})
    commit(repository)
    with pytest.raises(Exception, match="merge"):
        git(repository, "merge", "other")
    index = IndexTree(repository)
    assert path in index.files("")
    with pytest.raises(InputError, match="merge conflict"):
        index.read(path)


def test_a_submodule_is_listed_and_never_entered(repository: Path, tree_of: Callable[[Path], Tree]) -> None:
    write(repository, {"a/lib/v1.json": "1", "a/b.json": "2"})
    git(repository / "a/lib", "init", "-q")
    commit(repository / "a/lib")
    tree = tree_of(repository)
    assert tree.files("a") == ("a/b.json", "a/lib")
    assert tree.files("a/lib") == ("a/lib",)
    assert tree.files("a/lib/v1.json") == ()
    for path in ("a/lib", "a/lib/v1.json"):
        with pytest.raises(InputError, match='"a/lib" is a submodule'):
            tree.read(path)


def test_an_object_that_the_clone_does_not_have(repository: Path) -> None:
    tree = GitTree(repository, "0" * 40)
    with pytest.raises(UsageError, match="not in this clone"):
        tree.files("contracts")


def test_a_tree_in_sha256_is_read_the_same(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--object-format=sha256")
    write(tmp_path, {"a/b.json": "1", "a/c.json": "2"})
    commit(tmp_path)
    tree = GitTree(tmp_path, "HEAD")
    assert tree.files("") == ("a/b.json", "a/c.json")
    assert tree.read("a/c.json") == b"2"


@pytest.mark.parametrize("linked", [False, True], ids=["main work tree", "linked work tree"])
def test_a_hook_of_git_commit_sees_what_will_be_committed(repository: Path, linked: bool) -> None:
    folder = repository
    if linked:
        folder = repository.parent / "linked"
        git(repository, "worktree", "add", "-q", str(folder))
    hook = repository / ".git" / "hooks" / "pre-commit"
    script = (
        "from pathlib import Path; from schemaward.repo.git import find_root; from schemaward.repo.trees import IndexTree;"
        "root = find_root(Path.cwd()); seen = IndexTree(root).files('');"
        f"Path({str(repository.parent / 'seen')!r}).write_text(str(root) + ' ' + ' '.join(seen))"
    )
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        f'#!/bin/sh\nPYTHONPATH="{Path(schemaward.__file__).parent.parent}" exec "{sys.executable}" -c "{script}"\n'
    )
    hook.chmod(0o755)
    write(folder, {f"{PERSON}/v2.json": "2", f"{PERSON}/v3.json": "3"})
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Only one of the two", "--", f"{PERSON}/v2.json")
    root, *seen = (repository.parent / "seen").read_text().split()
    assert root == str(folder.resolve())
    assert seen == [f"{PERSON}/contract.yaml", f"{PERSON}/v1.json", f"{PERSON}/v2.json"]
