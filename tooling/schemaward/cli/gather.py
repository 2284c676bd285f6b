"""Gather what a check looks at: the whole tree, or what a change concerns."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from schemaward.cli.root import contracts_root
from schemaward.errors import InputError, UsageError
from schemaward.evolve import (
    MANIFESTS,
    ROOT,
    concerned,
    folder_of,
    guard,
    guard_references,
    is_schema,
    referrers,
    scope_of,
)
from schemaward.formats.base import ReadFile
from schemaward.judgement import Scope
from schemaward.model import Catalog, Place
from schemaward.repo.codeowners import LOCATIONS, codeowners_findings, find_codeowners
from schemaward.repo.git import FileChange, Side, bases, changed_files, find_root, resolve
from schemaward.repo.load import load_catalog
from schemaward.repo.manifest import contract_name
from schemaward.repo.trees import GitTree, IndexTree, Tree, WorkTree
from schemaward.rules import finding
from schemaward.syntax.document import Document
from schemaward.syntax.parse import parse_document
from schemaward.verdict import Finding


@dataclass(frozen=True, slots=True)
class Subject:
    """The contracts to check, how far (by contract name), and what was found while gathering them.

    ``owned`` holds the contracts whose owners CODEOWNERS must name: more than ``catalog`` when that file changed.
    """

    tree: Tree
    catalog: Catalog
    read: ReadFile
    owned: Catalog
    scopes: Mapping[str, Scope] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def owner_findings(subject: Subject) -> tuple[Finding, ...]:
    """What CODEOWNERS lacks for the contracts of ``subject``."""
    try:
        file = find_codeowners(subject.tree)
    except InputError as error:
        return (finding("file-syntax", error.place or Place("CODEOWNERS"), error.fact, error.remedy),)
    return codeowners_findings(file[1] if file else None, subject.owned)


def whole_tree(start: Path, paths: Iterable[str]) -> Subject:
    """Every contract in the work tree around ``start``, or those at ``paths``. Git is not needed.

    Raises UsageError when there is no folder of contracts, or no contract at a path.
    """
    root = contracts_root(start)
    tree = WorkTree(root)
    every = tree.files(ROOT)
    if not every:
        raise _nothing(root)
    wanted = _wanted(_inside(paths, start, root), lambda name: any(_below(path, name) for path in every))
    only = None if wanted is None else sorted({folder_of(path) for path in every if wanted(path)})
    catalog, findings = load_catalog(tree, only)
    return Subject(tree, catalog, _reader(tree), catalog, findings=findings)


def tree_at(start: Path, commit: str) -> Subject:
    """Every contract at ``commit``. Raises UsageError when this clone does not have it, and without Git."""
    root = _top(start)
    tree = GitTree(root, resolve(root, commit), commit)
    catalog, findings = load_catalog(tree)
    return Subject(tree, catalog, _reader(tree), catalog, findings=findings)


def changes(start: Path, ref: str, staged: bool, paths: Iterable[str]) -> Iterator[Subject]:
    """The contracts that differ from the base of ``ref``, with what the change does to history; of each base in a merge.

    The new side is the index when ``staged``, else the work tree. Raises UsageError for an unknown ref, a clone
    without the base, a path outside or on no side, a folder that is in no Git repository, and a repository
    without contracts at its top: nobody is to believe that they were checked.
    """
    root = _top(start)
    base_trees = {commit: GitTree(root, commit, ref) for commit in bases(root, ref)}
    head, side = (IndexTree(root), Side.INDEX) if staged else (WorkTree(root), Side.WORK)
    wanted = _wanted(
        _inside(paths, start, root),
        lambda name: _below(name, ROOT) and any(tree.files(name) for tree in (head, *base_trees.values())),
    )
    for commit, base in base_trees.items():
        changed = changed_files(root, commit, side, (ROOT, *LOCATIONS))
        if not any(_below(each.path, ROOT) for each in changed) and not head.files(ROOT):
            raise _nothing(root)
        yield _compared(
            base,
            head,
            [each for each in changed if not wanted or wanted(each.path) or wanted(each.old_path or each.path)],
        )


def _compared(base_tree: Tree, head_tree: Tree, changes: Collection[FileChange]) -> Subject:
    added = {each.path for each in changes if each.status in ("added", "renamed")}
    altered = {each.old_path or each.path for each in changes if each.status != "added"}
    selection = concerned(added, altered)
    referring = referrers(_texts(head_tree, is_schema), selection.names) if selection.names else frozenset()
    strays = {path for path in added | altered if _below(path, ROOT) and folder_of(path) == path}
    folders = {*selection.folders, *map(folder_of, referring), *strays}
    base, _ = load_catalog(base_tree, folders)
    head, findings = load_catalog(head_tree, folders)
    if namesakes := _namesakes(head_tree, head, added | altered) - folders:
        head, findings = load_catalog(head_tree, folders | namesakes)
    present = {path for folder in folders for path in head_tree.files(folder)}
    read = _reader(head_tree)
    found = (*findings, *guard(base, head, present))
    if referring:
        found += tuple(guard_references(base, head, _reader(base_tree), read, referring))
    before = {contract.folder: contract for contract in base.contracts}
    touched = added | altered | referring
    scopes = {
        each.name: Scope(frozenset()) if each.folder in namesakes else scope_of(before.get(each.folder), each, touched)
        for each in head.contracts
    }
    owned = load_catalog(head_tree)[0] if touched & set(LOCATIONS) else head
    return Subject(head_tree, head, read, owned, scopes, found)


def _reader(tree: Tree) -> ReadFile:
    """Reads and parses the files of one tree, each once."""
    known: dict[str, Document] = {}

    def read(path: str) -> Document:
        if path not in known:
            known[path] = parse_document(path, tree.read(path))
        return known[path]

    return read


def _namesakes(tree: Tree, head: Catalog, touched: Collection[str]) -> set[str]:
    """The folders of contracts that may have the schema name of one whose manifest changed: the loader compares them."""
    changed = [contract for contract in head.contracts if contract.manifest.path in touched]
    names = {contract.registry.schema_name for contract in changed}
    if not names:
        return set()
    texts = _texts(tree, lambda path: path.rpartition("/")[2] in MANIFESTS)
    return {
        folder
        for path, text in texts.items()
        if contract_name(folder := folder_of(path)) in names or any(name in text for name in names)
    }


def _texts(tree: Tree, wanted: Callable[[str], bool]) -> dict[str, str]:
    """The text of the wanted files; what cannot be read has a finding of its own when it is loaded."""
    texts: dict[str, str] = {}
    for path in filter(wanted, tree.files(ROOT)):
        with contextlib.suppress(InputError):
            texts[path] = tree.read(path).decode(errors="replace")
    return texts


# the paths of the command line


def _wanted(names: Sequence[str], there: Callable[[str], bool]) -> Callable[[str], bool] | None:
    """Tells whether a repository path belongs to the contracts at ``names``; None when all are wanted.

    A file stands for its contract, a folder for everything below it. Raises UsageError for a name that is not
    ``there``: a slip of the pen must not pass for a check without findings.
    """
    if not names or "" in names:
        return None
    for name in names:
        if not there(name):
            raise UsageError(f'there is no contract at "{name}"', f"name a folder or file below {ROOT}/")
    folders = {folder_of(name) for name in names}
    return lambda path: any(_below(path, folder) for folder in folders)


def _below(path: str, name: str) -> bool:
    return path == name or path.startswith(f"{name}/")


def _inside(paths: Iterable[str], start: Path, root: Path) -> tuple[str, ...]:
    """``paths`` relative to ``root``, in POSIX form; raises UsageError when one leads outside."""
    return tuple(_relative(path, start, root) for path in paths)


def _relative(path: str, start: Path, root: Path) -> str:
    relative = os.path.relpath(os.path.normpath(start / path), root)
    if relative == os.pardir or relative.startswith(os.pardir + os.sep) or os.path.isabs(relative):
        raise UsageError(f'"{path}" is outside "{root}"', f"name a folder or file below {ROOT}/")
    return "" if relative == os.curdir else Path(relative).as_posix()


def _top(start: Path) -> Path:
    """The top of the Git repository; raises UsageError when the contracts around ``start`` are not there."""
    root, nearest = find_root(start), contracts_root(start)
    if nearest != root and nearest.is_relative_to(root):
        place = (nearest / ROOT).relative_to(root).as_posix()
        raise UsageError(
            f'"{place}" is not at the top of the Git repository "{root}", so its history is not compared',
            f'move it to "{ROOT}" at the top',
        )
    return root


def _nothing(root: Path) -> UsageError:
    return UsageError(f'there is no folder "{ROOT}" with files in "{root}"', "run `schemaward new` to begin")
