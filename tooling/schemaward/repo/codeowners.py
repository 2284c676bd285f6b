"""CODEOWNERS as GitHub reads it, and the block in it that the manifests own.

Source: GitHub documentation, "About code owners": the patterns of .gitignore without ``!``, ``[ ]`` and escaped ``#``;
the last match wins; a pattern without owners takes a file out; a line that is not valid is skipped.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from schemaward.errors import InputError
from schemaward.model import Catalog, Contract, Place
from schemaward.repo.trees import Tree
from schemaward.rules import finding
from schemaward.syntax.parse import decode
from schemaward.verdict import Finding

LOCATIONS = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where GitHub looks, in this order; the first file counts."""

BEGIN = "# BEGIN schemaward"
END = "# END schemaward"
_NOTE = ": from the manifests, by `schemaward codeowners`; edits in here are overwritten"
_OVERRIDDEN = "Remove the line below the generated block that matches too, or move it above: the last match wins."
_OWNER = re.compile(r"@[^\s@/]+(?:/[^\s@/]+)?|[^\s@]+@[^\s@]+")
_WORD = re.compile(r"(?:\\ |\S)+")


@dataclass(frozen=True, slots=True)
class OwnerRule:
    """One line: ``segments`` with ``**`` for any number of folders; every match begins with ``prefix``."""

    segments: tuple[str, ...]
    prefix: str
    owners: tuple[str, ...]


def find_codeowners(tree: Tree) -> tuple[str, str] | None:
    """(path, text) of the CODEOWNERS file that GitHub uses; None when there is none.

    Raises InputError when it cannot be read, or its markers are broken.
    """
    for path in LOCATIONS:
        if tree.files(path) == (path,):
            data = tree.read(path)
            text = decode(path, data) if data.strip() else ""
            _block(text, path)
            return path, text
    return None


def effective_owners(text: str, path: str) -> tuple[str, ...]:
    """The owners that CODEOWNERS ``text`` gives to the file ``path``; empty when nobody is asked.

    >>> effective_owners("* @all\\n/docs/ @writers", "docs/guides/start.md")
    ('@writers',)
    """
    segments = path.split("/")
    for rule in reversed(_rules(text)):
        if path.startswith(rule.prefix) and _glob(rule.segments, segments, "**", _same_segment):
            return rule.owners
    return ()


def generated_block(catalog: Catalog) -> str:
    """The lines for all contracts, between their markers, with a line break after each."""
    return "\n".join((BEGIN + _NOTE, *map(_line, catalog.contracts), END, ""))


def _line(contract: Contract) -> str:
    return f"/{contract.folder}/".replace(" ", "\\ ") + f" {' '.join(contract.owners)}"


def with_block(text: str, block: str, path: str = "CODEOWNERS") -> str:
    """``text`` with its generated block replaced, or appended: the last match wins, so the end is where it counts.

    The rest stays as it is; line breaks of the block follow the text. Raises InputError for a broken pair of markers.
    """
    ends = "\r\n" if "\r\n" in text else "\n"
    block = block.replace("\n", ends)
    present = _block(text, path)
    if present is None:
        gap = "" if not text else ends if text.endswith("\n") else ends * 2
        return text + gap + block
    return text[: present.start] + block + text[present.stop :]


def _block(text: str, path: str = "CODEOWNERS") -> slice | None:
    """Where the generated block is; None when there is none. Raises InputError for a broken pair of markers."""
    begins = [match.start() for match in re.finditer(rf"^{BEGIN}\b", text, re.MULTILINE)]
    closings = list(re.finditer(rf"^{END}\b[^\n]*\n?", text, re.MULTILINE))
    if not begins and not closings:
        return None
    if len(begins) != 1 or len(closings) != 1 or closings[0].start() < begins[0]:
        offset = min([*begins, *(match.start() for match in closings)])
        raise InputError(
            f'the markers "{BEGIN}" and "{END}" are not one pair',
            "delete both and all lines between them, then run `schemaward codeowners`",
            Place(path, text.count("\n", 0, offset) + 1),
        )
    return slice(begins[0], closings[0].end())


def codeowners_findings(text: str | None, catalog: Catalog) -> tuple[Finding, ...]:
    """A codeowners-missing finding for each owner whom GitHub would not ask about a file of the contract.

    ``text`` is the content of CODEOWNERS; None when there is no such file: then one finding for each contract.
    """
    return tuple(found for contract in catalog.contracts for found in _missing(text, contract))


def _missing(text: str | None, contract: Contract) -> Iterator[Finding]:
    if text is None:
        yield _found(contract, "/owners", "there is no CODEOWNERS file, so GitHub asks none of the owners")
        return
    last = contract.versions[-1].number if contract.versions else 0
    paths = [
        contract.manifest.path,
        *(version.path for version in contract.versions),
        f"{contract.folder}/v{last + 1}.json",
    ]
    block = _block(text)
    written = block is not None and _line(contract) in text[block].splitlines()
    asked = {path: {owner.casefold() for owner in effective_owners(text, path)} for path in paths}
    for index, owner in enumerate(contract.owners):
        path = next((path for path in paths if owner.casefold() not in asked[path]), None)
        if path is not None:
            fact = f'"{owner}" is an owner, but CODEOWNERS does not name them for "{path}"'
            yield _found(contract, f"/owners/{index}", fact, _OVERRIDDEN if written else "")


def _found(contract: Contract, pointer: str, fact: str, remedy: str = "") -> Finding:
    place = contract.manifest.place(pointer)
    return finding("codeowners-missing", place, fact, remedy, contract=contract.name, pointer=pointer)


@functools.lru_cache(maxsize=4)
def _rules(text: str) -> tuple[OwnerRule, ...]:
    return tuple(rule for line in text.split("\n") if (rule := _rule(line)))


def _rule(line: str) -> OwnerRule | None:
    """One line as a rule; None for comments, empty lines, and what GitHub skips."""
    words = _WORD.findall(line)
    comment = next((index for index, word in enumerate(words) if word.startswith("#")), len(words))
    words = words[:comment]
    if not words or not all(_OWNER.fullmatch(owner) for owner in words[1:]):
        return None
    pattern = words[0].replace("\\ ", " ")
    if pattern.startswith("!") or "[" in pattern or not pattern.strip("/"):
        return None
    segments = _segments(pattern)
    literal = next((i for i, segment in enumerate(segments) if "*" in segment or "?" in segment), len(segments))
    return OwnerRule(segments, "/".join(segments[:literal]), tuple(words[1:]))


def _segments(pattern: str) -> tuple[str, ...]:
    """The segments that a whole file path must match."""
    names = [name for name in pattern.strip("/").split("/") if name]
    anchored = pattern.startswith("/") or len(names) > 1
    if pattern.endswith("/"):
        below = ["*", "**"]  # only what is inside
    elif names[-1] == "**":
        names, below = names[:-1], ["*", "**"]
    elif names[-1] == "*" and anchored:
        below = []  # `docs/*` does not reach into folders
    else:
        below = ["**"]  # the file of this name, or all in the folder of this name
    return (*(() if anchored else ("**",)), *names, *below)


def _same_segment(pattern: str, name: str) -> bool:
    if "*" not in pattern and "?" not in pattern:
        return pattern == name
    return _glob(pattern, name, "*", lambda wanted, found: wanted in ("?", found))


def _glob(pattern: Sequence[str], subject: Sequence[str], star: str, same: Callable[[str, str], bool]) -> bool:
    """Match with ``star`` for any number of elements, in at most len(pattern) * len(subject) steps."""
    at = here = retry = 0
    last_star = -1
    while here < len(subject):
        if at < len(pattern) and pattern[at] == star:
            last_star, retry, at = at, here, at + 1
        elif at < len(pattern) and same(pattern[at], subject[here]):
            at, here = at + 1, here + 1
        elif last_star >= 0:
            retry += 1
            at, here = last_star + 1, retry
        else:
            return False
    return all(element == star for element in pattern[at:])
