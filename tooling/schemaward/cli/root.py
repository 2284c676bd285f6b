"""Where the contracts of a repository are, for commands that write them."""

from __future__ import annotations

from pathlib import Path

from schemaward.errors import UsageError


def contracts_root(start: Path) -> Path:
    """The folder that has, or is to have, ``contracts/``.

    The nearest one from ``start`` upwards; without any, the top of the Git work tree; without Git, ``start``.
    """
    from schemaward.repo.git import find_root
    from schemaward.repo.load import ROOT

    for folder in (start, *start.parents):
        if (folder / ROOT).is_dir():
            return folder
    try:
        return find_root(start)
    except UsageError:
        return start
