"""Git, asked in a way that no repository's content can answer with code or network traffic.

A pull request brings files, not configuration: hooks, fsmonitor programs, external diffs and text converters stay off
all the same, objects that a partial clone left out are not fetched, and a bare repository that lies among the files is
not taken for ours. Refs and paths go to Git as arguments that cannot be options. ``GIT_DIR``, ``GIT_WORK_TREE`` and
``GIT_INDEX_FILE`` are honoured: ``git commit`` sets them for its hooks.
"""

from __future__ import annotations

import enum
import os
import re
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from schemaward.errors import UsageError
from schemaward.rules import suggestions

_Answer: TypeAlias = "subprocess.CompletedProcess[bytes]"

_SETTINGS = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "safe.bareRepository=explicit",
    "protocol.allow=never",
    "diff.autoRefreshIndex=true",
    "diff.renameLimit=1000",
    f"diff.orderFile={os.devnull}",
)
_FLAGS = ("--no-pager", "--literal-pathspecs", *(word for setting in _SETTINGS for word in ("-c", setting)))
_FORCED = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_REPLACE_OBJECTS": "1",
}
_HEAD = ("HEAD", "@")
_DROPPED = ("GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "GIT_ATTR_SOURCE", "GIT_GLOB_PATHSPECS", "GIT_ICASE_PATHSPECS")


class Side(enum.StrEnum):
    """The new side of a comparison: the files as they lie, or what the next commit will hold."""

    WORK = "work tree"
    INDEX = "index"


@dataclass(frozen=True, slots=True, order=True)
class FileChange:
    """One changed file: ``status`` is added, modified, deleted or renamed; ``old_path`` is set when it is renamed."""

    path: str
    status: str
    old_path: str | None = None


def command(root: Path, *arguments: str) -> list[str]:
    """The words of a Git command that runs in ``root``."""
    return ["git", "-C", str(root), *_FLAGS, *arguments]


def environment() -> dict[str, str]:
    """The environment that every Git command runs in."""
    kept = {name: value for name, value in os.environ.items() if name not in _DROPPED}
    return kept | _FORCED


def find_root(start: Path) -> Path:
    """The top folder of the work tree that ``start`` is in. Raises UsageError when there is none."""
    answer = _run(start, "rev-parse", "--show-toplevel")
    if answer.returncode == 0 and answer.stdout.strip():
        return Path(os.fsdecode(answer.stdout.removesuffix(b"\n")))
    said = answer.stderr.decode(errors="replace")
    if "dubious ownership" in said:
        raise UsageError(
            f'Git does not trust the repository at "{start}": it belongs to another user',
            f"if you do, run `git config --global --add safe.directory {start}`",
        )
    if "cannot change to" in said:
        raise UsageError(f'the folder "{start}" does not exist or cannot be entered', "name a folder that exists")
    if "not a git repository" in said:
        raise UsageError(
            f'"{start}" is not in a Git repository', "run the command in a clone, or start a repository with `git init`"
        )
    raise UsageError(f'"{start}" is not in the work tree of a Git repository', "run the command in a clone with files")


def resolve(root: Path, ref: str) -> str:
    """The commit that ``ref`` names, as an object id; the empty tree for HEAD before the first commit.

    Raises UsageError for an unknown ref, with the nearest name or the command that fetches it.
    """
    if ref and not ref.startswith("-") and ref.isprintable():
        answer = _run(root, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
        if answer.returncode == 0:
            return answer.stdout.decode().strip()
        if ref in _HEAD and _run(root, "symbolic-ref", "--quiet", "HEAD").returncode == 0:
            return _run(root, "hash-object", "-t", "tree", "--stdin").stdout.decode().strip()
    raise _unknown(root, ref)


def origin(root: Path) -> str:
    """The ``owner/name`` at the end of the address of the remote ``origin``; "" when there is none of that form."""
    address = _run(root, "config", "--get", "remote.origin.url").stdout.decode(errors="replace").strip()
    found = re.search(r"[/:]([\w.-]+/[\w.-]+?)(?:\.git)?/?$", address, re.ASCII)
    return found[1] if found else ""


def bases(root: Path, ref: str) -> tuple[str, ...]:
    """The commits that the next commit is compared with, as object ids: where its branch left ``ref``.

    A merge under way counts as done: what comes with it is in the branch. Of HEAD, every parent of the merge is a base:
    only what differs from all of them is the doing of the merge. Raises UsageError when ``ref`` is unknown or the two
    share no history in this clone.
    """
    merged = _merged(root)
    return (resolve(root, ref), *merged) if ref in _HEAD else (_merge_base(root, ref, merged),)


def _merge_base(root: Path, ref: str, merged: Sequence[str]) -> str:
    if ref and not ref.startswith("-") and ref.isprintable():
        answer = _run(root, "merge-base", ref, "HEAD", *merged)
        if answer.returncode == 0:
            return answer.stdout.decode().strip()
        if answer.returncode == 1:
            raise _unrelated(root, ref)
    return resolve(root, ref)


def _merged(root: Path) -> tuple[str, ...]:
    """The parents of the next commit beside HEAD; none without a merge.

    ``git merge`` writes MERGE_HEAD when it stops; before that, it names them to its hook as GITHEAD_<object id>.
    """
    path = root / os.fsdecode(_must(root, "rev-parse", "--git-path", "MERGE_HEAD").removesuffix(b"\n"))
    try:
        return tuple(path.read_text("ascii").split())
    except OSError:
        return tuple(
            name.removeprefix("GITHEAD_") for name in os.environ if re.fullmatch("GITHEAD_[0-9a-f]{40,64}", name)
        )


def changed_files(root: Path, base: str, side: Side, under: Sequence[str] = ("contracts",)) -> tuple[FileChange, ...]:
    """The files below ``under`` that differ between the commit or tree ``base`` and ``side``, sorted by path.

    Deletions and renames count; so do new files that are not yet added, unless they are ignored, on the side of the
    work tree. A submodule counts as one file. ``base`` is an object id from ``resolve`` or ``bases``.
    """
    options = ("--name-status", "-z", "-M", "--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=dirty")
    cached = ("--cached",) if side is Side.INDEX else ()
    running = [_start(root, "diff", *cached, *options, base, "--", *under)]
    if side is Side.WORK:  # the two run at the same time
        running.append(_start(root, "ls-files", "--others", "--exclude-standard", "-z", "--", *under))
    difference, *others = _finish(*running)
    untracked = {FileChange(path.rstrip("/"), "added") for output in others for path in _fields(output)}
    changes = _without_returned(set(_changes(_fields(difference))), untracked) | untracked
    return tuple(sorted(changes, key=lambda change: (change.path, change.status, change.old_path or "")))


def staged(root: Path, under: str) -> Iterable[tuple[str, str, int, str]]:
    """(path, object id, merge stage, mode) of the files below ``under`` in the index; ``under`` "" means: all."""
    for line in _fields(_must(root, "ls-files", "--stage", "-z", "--", *((under,) if under else ()))):
        entry, _, path = line.partition("\t")
        mode, oid, stage = entry.split(" ")
        yield path, oid, int(stage), mode


def _changes(fields: list[str]) -> Iterable[FileChange]:
    words = {"A": "added", "D": "deleted"}
    pending = iter(fields)
    for status in pending:
        if status[0] in "RC":
            old, new = next(pending), next(pending)
            yield FileChange(new, "renamed", old) if status[0] == "R" else FileChange(new, "added")
        else:
            yield FileChange(next(pending), words.get(status[0], "modified"))


def _without_returned(changes: set[FileChange], untracked: set[FileChange]) -> set[FileChange]:
    """A file that was removed from the index only still lies there: it is modified at most, not deleted."""
    present = {change.path for change in untracked}
    return {change for change in changes if change.status != "deleted" or change.path not in present}


def _fields(output: bytes) -> list[str]:
    return [os.fsdecode(field) for field in output.split(b"\0") if field]


def _unknown(root: Path, ref: str) -> UsageError:
    names = _must(root, "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes", "refs/tags")
    known = names.decode(errors="replace").split()
    if f"origin/{ref}" in known:
        remedy = f'did you mean "origin/{ref}"?'
    else:
        deepen = "--unshallow " if _shallow(root) else ""
        branch = ref.removeprefix("origin/")
        plain = branch and branch.isprintable() and not set(branch) & set(" ~^:?*[{\\") and ".." not in branch
        plain = plain and branch[0] != "-"
        fetch = f"run `git fetch {deepen}origin {branch}:refs/remotes/origin/{branch}`" if plain else "name a branch"
        nearest = suggestions(ref, known)
        remedy = f"{nearest} Or {fetch}" if nearest else fetch
    return UsageError(f'Git knows no commit by the name "{ref}"', remedy)


def _unrelated(root: Path, ref: str) -> UsageError:
    if _shallow(root):
        return UsageError(
            f'this clone is shallow: the commit where the branch left "{ref}" is not in it',
            "run `git fetch --unshallow origin`; in GitHub Actions set `fetch-depth: 0` for actions/checkout",
        )
    return UsageError(f'"{ref}" and HEAD share no history', "name the branch that this work will be merged into")


def _shallow(root: Path) -> bool:
    return _run(root, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"


def _must(root: Path, *arguments: str) -> bytes:
    return _finish(_start(root, *arguments))[0]


def _run(root: Path, *arguments: str) -> _Answer:
    process = _start(root, *arguments)
    output, errors = process.communicate()
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def _start(root: Path, *arguments: str) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command(root, *arguments),
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except FileNotFoundError:
        raise UsageError("Git is not installed, or not on the PATH", "install Git") from None


def _finish(*running: subprocess.Popen[bytes]) -> list[bytes]:
    """What the commands printed; raises UsageError with the words of one that failed."""
    answers = [process.communicate() for process in running]
    for process, (_, errors) in zip(running, answers, strict=True):
        if process.returncode != 0:
            said = errors.decode(errors="replace").strip().removeprefix("fatal: ")
            raise UsageError(f"Git failed: {said}", "mend the repository, or run the command by hand to see")
    return [output for output, _ in answers]
