"""Files that a command leaves behind: written whole, and found impossible before anything else is done."""

from __future__ import annotations

import os
from pathlib import Path

from schemaward.errors import UsageError


def write_whole(path: Path, text: str, what: str, option: str) -> None:
    """In one step: whoever reads the file finds the old content or the new one, and never half of it.

    ``what`` is in it, and ``option`` names it, for the message. Raises UsageError.
    """
    special = path.exists() and not path.is_file()
    draft = path if special else path.resolve().with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
        if not special:
            draft.replace(path.resolve())
    except OSError as error:
        if not special:
            draft.unlink(missing_ok=True)
        raise _unwritable(path, what, option, error.strerror or str(error)) from None


def require_folder(path: Path | None, what: str, option: str) -> None:
    """Raises UsageError when the file of ``option`` could not be written later."""
    if path is not None and not os.access(path.parent, os.W_OK):
        raise _unwritable(path, what, option, "its folder does not exist or is not writable")


def read_text(path: Path) -> str:
    """The text of a file that an option names. Raises UsageError."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(f'"{path}" cannot be read: {reason}', "name another file") from None


def _unwritable(path: Path, what: str, option: str, reason: str) -> UsageError:
    return UsageError(f'{what} cannot be written to "{path}": {reason}', f"name another file with {option}")
