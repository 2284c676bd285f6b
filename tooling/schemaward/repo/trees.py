"""Three trees of files with one face: the work tree, a commit, the index.

Symbolic links are listed but never followed, wherever they lead: a link out of the repository would let a pull request
read other files, and a version behind a link inside it could change without its path changing. So are submodules: their
files are in another repository, with a history of its own.
"""

from __future__ import annotations

import os
import stat
import subprocess
import weakref
from pathlib import Path
from typing import Protocol

from schemaward.errors import InputError, MissingFileError, UsageError
from schemaward.model import Place
from schemaward.repo.git import command, environment, staged
from schemaward.syntax.limits import MAX_BYTES
from schemaward.syntax.parse import too_large

_LINK = "120000"
_FOLDER = "40000"
_SUBMODULE = "160000"
_ACCESS = "check its name and its permissions"


class Tree(Protocol):
    """A tree of files. Paths are POSIX and relative to its root."""

    @property
    def label(self) -> str:
        """What the tree is, for messages."""

    def files(self, under: str) -> tuple[str, ...]:
        """The paths of all files at or below ``under`` ("" is the root), sorted; links and submodules are listed, not followed."""

    def read(self, path: str) -> bytes:
        """The content of a file; raises InputError when it is missing, too large, no regular file, or outside."""


class WorkTree:
    """The files as they lie below ``root``. Needs no Git. Folders are taken for what they were at the first look."""

    label = "the work tree"

    def __init__(self, root: Path) -> None:
        self.root = root
        self._folders: set[str] = set()

    def files(self, under: str) -> tuple[str, ...]:
        """See ``Tree``."""
        found: list[str] = []
        pending = [under]
        folder = under
        try:
            if under and not self._folder(under):
                return (under,)
            while pending:
                folder = pending.pop()
                for entry in os.scandir(f"{self.root}/{folder}"):
                    if entry.name == ".git":
                        continue
                    path = f"{folder}/{entry.name}" if folder else entry.name
                    ours = entry.is_dir(follow_symlinks=False) and not self._is_submodule(path)
                    (pending if ours else found).append(path)
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise InputError(f"the folder cannot be read: {error.strerror}", _ACCESS, Place(folder)) from None
        return tuple(sorted(found))

    def read(self, path: str) -> bytes:
        """See ``Tree``."""
        place = Place(path)
        parts = _parts(path)
        try:
            for length in range(1, len(parts)):
                self._check_folder("/".join(parts[:length]), path)
            at = f"{self.root}/{path}"
            info = os.lstat(at)
            if stat.S_ISLNK(info.st_mode):
                raise self._link(path, path)
            if stat.S_ISDIR(info.st_mode) and self._is_submodule(path):
                raise _submodule(path, path)
            if not stat.S_ISREG(info.st_mode):
                raise InputError("this is no regular file", "put a file here", place)
            if info.st_size > MAX_BYTES:
                raise too_large(path, info.st_size)
            with open(at, "rb") as file:
                return file.read(MAX_BYTES + 1)
        except (FileNotFoundError, NotADirectoryError):
            raise _missing(path, self.label) from None
        except OSError as error:
            raise InputError(f"the file cannot be read: {error.strerror}", _ACCESS, place) from None

    def _check_folder(self, folder: str, path: str) -> None:
        """Refuse to go through a link or into a submodule; each folder is looked at once."""
        if folder not in self._folders:
            if stat.S_ISLNK(os.lstat(f"{self.root}/{folder}").st_mode):
                raise self._link(folder, path)
            if self._is_submodule(folder):
                raise _submodule(folder, path)
            self._folders.add(folder)

    def _folder(self, under: str) -> bool:
        """True for a folder of ours that is reached without a link; raises FileNotFoundError."""
        parts = _parts(under)
        folders = ["/".join(parts[: length + 1]) for length in range(len(parts))]
        try:
            modes = [os.lstat(f"{self.root}/{folder}").st_mode for folder in folders]
        except NotADirectoryError:
            raise FileNotFoundError from None
        if any(stat.S_ISLNK(mode) for mode in modes[:-1]) or any(map(self._is_submodule, folders[:-1])):
            raise FileNotFoundError
        return stat.S_ISDIR(modes[-1]) and not self._is_submodule(under)

    def _is_submodule(self, folder: str) -> bool:
        """True for a folder that holds a repository of its own."""
        return os.path.lexists(f"{self.root}/{folder}/.git")

    def _link(self, link: str, path: str) -> InputError:
        root = os.path.realpath(self.root)
        outside = os.path.commonpath([root, os.path.realpath(self.root / link)]) != root
        return _linked(link, path, outside)


class GitTree:
    """The files of a commit or tree ``rev`` (an object id from ``schemaward.repo.git.resolve``, or a known ref).

    ``label`` is for messages; without it the tree is called by ``rev``.
    """

    def __init__(self, root: Path, rev: str, label: str = "") -> None:
        self.label = label or rev
        self._rev = rev
        self._objects = _Objects(root)
        self._folders: dict[str, dict[str, tuple[str, str]]] = {}

    def files(self, under: str) -> tuple[str, ...]:
        """See ``Tree``."""
        parts = _parts(under) if under else ()
        found: list[str] = []
        pending = [under]
        if under:
            mode, _ = self._entry(parts) or ("", "")
            if mode != _FOLDER:
                return (under,) if mode else ()
        while pending:
            folder = pending.pop()
            for name, (mode, _) in self._folder(folder).items():
                path = f"{folder}/{name}" if folder else name
                if mode == _FOLDER:
                    pending.append(path)
                else:
                    found.append(path)
        return tuple(sorted(found))

    def read(self, path: str) -> bytes:
        """See ``Tree``."""
        parts = _parts(path)
        for length in range(1, len(parts) + 1):
            mode, oid = self._entry(parts[:length]) or ("", "")
            if mode == _LINK:
                link = "/".join(parts[:length])
                raise _linked(link, path, _leads_out(link, self._objects.blob(oid, path)))
            if mode == _SUBMODULE:
                raise _submodule("/".join(parts[:length]), path)
        if not mode:
            raise _missing(path, self.label)
        if mode == _FOLDER:
            raise InputError("this is no regular file", "put a file here", Place(path))
        return self._objects.blob(oid, path)

    def _entry(self, parts: tuple[str, ...]) -> tuple[str, str] | None:
        """(mode, object id) of a path; None when it is missing or below something that is no folder."""
        return self._folder("/".join(parts[:-1])).get(parts[-1])

    def _folder(self, path: str) -> dict[str, tuple[str, str]]:
        """The entries of a folder ("" is the root); none when there is no such folder. Every listing is kept."""
        if path in self._folders:
            return self._folders[path]
        if "" not in self._folders:
            self._folders[""] = self._listing(f"{self._rev}^{{tree}}")
        entries, above = self._folders[""], ""
        for name in path.split("/") if path else ():
            mode, oid = entries.get(name, ("", ""))
            if mode != _FOLDER:
                return {}
            above = f"{above}/{name}" if above else name
            if above not in self._folders:
                self._folders[above] = self._listing(oid)
            entries = self._folders[above]
        return entries

    def _listing(self, name: str) -> dict[str, tuple[str, str]]:
        """Name to (mode, object id) of one folder. The raw form is ``<mode> <name> NUL <binary id>``, repeated."""
        oid, data = self._objects.get(name)
        width, entries, at = len(oid) // 2, {}, 0
        while at < len(data):
            end = data.index(b"\0", at)
            mode, _, entry = data[at:end].partition(b" ")
            at = end + 1 + width
            entries[os.fsdecode(entry)] = (mode.decode(), data[end + 1 : at].hex())
        return entries


class IndexTree:
    """What the next commit will hold: the staged content."""

    label = "the index"

    def __init__(self, root: Path) -> None:
        self._root = root
        self._objects = _Objects(root)
        self._entries: dict[str, tuple[str, str, int]] | None = None

    def files(self, under: str) -> tuple[str, ...]:
        """See ``Tree``."""
        if under:
            _parts(under)
        return tuple(
            sorted(path for path in self._staged() if not under or path == under or path.startswith(f"{under}/"))
        )

    def read(self, path: str) -> bytes:
        """See ``Tree``."""
        parts = _parts(path)
        entries = self._staged()
        for length in range(1, len(parts) + 1):
            link = "/".join(parts[:length])
            oid, mode, stage = entries.get(link, ("", "", 0))
            if mode == _LINK:
                raise _linked(link, path, _leads_out(link, self._objects.blob(oid, path)))
            if mode == _SUBMODULE:
                raise _submodule(link, path)
        if not mode:
            raise _missing(path, self.label)
        if stage:
            raise InputError("the file has a merge conflict", "resolve it and `git add` the file", Place(path))
        return self._objects.blob(oid, path)

    def _staged(self) -> dict[str, tuple[str, str, int]]:
        if self._entries is None:
            self._entries = {path: (oid, mode, stage) for path, oid, stage, mode in staged(self._root, "")}
        return self._entries


class _Objects:
    """One ``git cat-file --batch`` process, started on first use, that answers for any number of objects."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._process: subprocess.Popen[bytes] | None = None

    def blob(self, oid: str, path: str) -> bytes:
        """The content of a file; raises InputError when it is too large."""
        return self.get(oid, path)[1]

    def get(self, name: str, path: str = "") -> tuple[str, bytes]:
        """(object id, content) of an object. Raises UsageError when the clone does not have it."""
        requests, answers = self._pipes()
        requests.write(f"{name}\n".encode())
        requests.flush()
        header = answers.readline().split()
        if len(header) != 3 or not header[2].isdigit():
            raise UsageError(
                f'the object "{name}" is not in this clone',
                "fetch it (`git fetch --unshallow origin` in a shallow clone, `git fetch --refetch origin` in a partial one)",
            )
        size = int(header[2])
        if path and size > MAX_BYTES:
            _skip(answers, size + 1)
            raise too_large(path, size)
        return header[0].decode(), answers.read(size + 1)[:-1]

    def _pipes(self) -> tuple[_Pipe, _Pipe]:
        if self._process is None:
            self._process = subprocess.Popen(
                command(self._root, "cat-file", "--batch"),
                env=environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            weakref.finalize(self, _stop, self._process)
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("a process was started without pipes")
        return self._process.stdin, self._process.stdout


class _Pipe(Protocol):
    def write(self, data: bytes, /) -> int: ...
    def flush(self) -> None: ...
    def read(self, size: int, /) -> bytes: ...
    def readline(self) -> bytes: ...


def _stop(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    process.wait()


def _skip(pipe: _Pipe, count: int) -> None:
    while count > 0:
        count -= len(pipe.read(min(count, 1 << 16))) or count


def _parts(path: str) -> tuple[str, ...]:
    """The names in a path that stays inside the repository; raises InputError for any other."""
    parts = tuple(path.split("/"))
    if "\0" in path or any(part in ("", ".", "..") for part in parts):
        raise InputError(
            f'"{path}" is no path inside the repository', "use a relative path without .. below its root", Place(path)
        )
    return parts


def _missing(path: str, label: str) -> MissingFileError:
    return MissingFileError(f"the file is not in {label}", "check the path", Place(path))


def _linked(link: str, path: str, outside: bool) -> InputError:
    what = "a symbolic link that leads outside the repository" if outside else "a symbolic link"
    through = f'"{link}" is {what}' if link == path else f'the path goes through "{link}", {what}'
    return InputError(through, "put the file itself here: links are not followed", Place(path))


def _submodule(folder: str, path: str) -> InputError:
    return InputError(f'"{folder}" is a submodule', "put the files themselves here", Place(path))


def _leads_out(link: str, target: bytes) -> bool:
    """True when a relative or absolute link target, taken by its text, leaves the root of the tree."""
    aim = os.path.normpath(os.path.join(os.path.dirname(link), os.fsdecode(target)))
    return aim.startswith(("/", "../")) or aim == ".."
