"""Writing contracts into the work tree: folders that are new, and files that are new."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from schemaward.errors import UsageError

_EDITOR_SCHEMA = "tooling/schemaward/repo/manifest.schema.json"


def editor_schema(root: Path) -> str:
    """The path of the manifest's schema as seen from a contract's folder; empty when the repository has none."""
    return f"../../../{_EDITOR_SCHEMA}" if (root / _EDITOR_SCHEMA).is_file() else ""


def write_contract(root: Path, folder: str, files: Mapping[str, str]) -> None:
    """Write all files into a folder of their own; raises UsageError when it is there already, or cannot be made."""
    target = root / folder
    if target.is_symlink() or target.exists():
        raise UsageError(f'"{folder}" exists already', "add a version to it, or choose another name")
    for above in (target.parent, target.parent.parent):
        if above.is_symlink():
            raise UsageError(
                f'"{above.relative_to(root)}" is a symbolic link', "put a folder there: links are not followed"
            )
    add_files(root, folder, files)


def add_files(root: Path, folder: str, files: Mapping[str, str]) -> None:
    """Write files that are not there yet; raises UsageError when one is, or cannot be written."""
    try:
        for path, text in files.items():
            target = root / folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("x", encoding="utf-8", newline="") as file:
                file.write(text)
    except OSError as error:
        raise UsageError(
            f'"{folder}" cannot be written: {error.strerror}', "check the folder and its permissions"
        ) from None
