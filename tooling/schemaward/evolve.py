"""What a change may not do to the history of published contracts, and which contracts it concerns. Pure.

A published version is immutable byte for byte, but for line endings and a byte order mark. Git itself rewrites the
former between checkouts (``core.autocrlf``), no parser sees either, and the registry stores the parsed definition; to
refuse them would refuse the check-out of a colleague.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from schemaward.formats import format_module
from schemaward.formats.base import ReadFile
from schemaward.judgement import EVERYTHING, Scope
from schemaward.model import Catalog, Contract, Place, Policy, Version
from schemaward.modes import weakened
from schemaward.rules import RULES, finding
from schemaward.syntax.document import Document
from schemaward.verdict import Finding

ROOT = "contracts"
TARGETS = f"{ROOT}/registries.yaml"
MANIFESTS = ("contract.yaml", "contract.json")
_DEPTH = 3  # contracts/<domain>/<name>
_WEIGHTS = ("off", "warning", "error")
_SCHEMAS = (".json", ".avsc", ".yaml", ".yml", ".proto")


# which contracts a change concerns


@dataclass(frozen=True, slots=True)
class Selection:
    """What a set of changed paths concerns: the ``folders`` of contracts, and whatever refers to ``names`` of files or types."""

    folders: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()


def concerned(added: Iterable[str], altered: Iterable[str]) -> Selection:
    """The contracts that a change concerns, by the paths it added and those it edited or deleted (a rename does both).

    Nothing could refer to an added file by its path; a schema that was there may be the target of a ``$ref`` from
    anywhere. The definition of an Avro type is found by its name: a new one may take the place of one farther up.

    >>> concerned(["contracts/a/b/v2.json"], ["contracts/address.json"])
    Selection(folders=('contracts/a/b',), names=frozenset({'address.json'}))
    """
    new, gone = tuple(added), tuple(altered)
    paths = {path for path in (*new, *gone) if path.startswith(f"{ROOT}/") and path.count("/") >= _DEPTH}
    names = {name for path in gone if is_schema(path) for name in _called(path)}
    names |= {name for path in new if is_schema(path) for name in _called(path)[1:]}
    return Selection(tuple(sorted({folder_of(path) for path in paths})), frozenset(names))


def _called(path: str) -> tuple[str, ...]:
    """How a text may refer to a file: by the name of the file, or, in Avro, by that of the type in ``shared/<type>.avsc``."""
    *_, folder, file = f"/{path}".split("/")
    short_name = file.rpartition(".")[0].rpartition(".")[2]
    return (file, short_name) if folder == "shared" and short_name else (file,)


def folder_of(path: str) -> str:
    """The contract folder that a path below ``contracts/`` would be in."""
    return "/".join(path.split("/")[:_DEPTH])


def is_schema(path: str) -> bool:
    """True for a file that a schema may be in, or a part of one: no manifest, no example, no list of targets."""
    parts = path.split("/")
    return (
        parts[0] == ROOT
        and path.endswith(_SCHEMAS)
        and path != TARGETS
        and parts[-1] not in MANIFESTS
        and parts[_DEPTH : _DEPTH + 1] != ["examples"]
    )


def referrers(texts: Mapping[str, str], names: Collection[str]) -> frozenset[str]:
    """The paths whose text has one of ``names``, or that of a file that does; too many rather than too few.

    A reference can be spelt with escapes (``%2E``, ``\\u002e``): a text with such escapes counts as naming everything.
    """
    found: set[str] = set()
    pending = set(names)
    while pending:
        newly = {
            path
            for path, text in texts.items()
            if path not in found and (any(name in text for name in pending) or _may_hide_a_name(text))
        }
        found |= newly
        pending = {name for path in newly for name in _called(path)}
    return frozenset(found)


_ESCAPE = re.compile(r"\\[uUx][0-9a-fA-F]")


def _may_hide_a_name(text: str) -> bool:
    """True when a reference in ``text`` may be spelt with escapes."""
    return ("$ref" in text and "%" in text) or _ESCAPE.search(text) is not None


def scope_of(base: Contract | None, head: Contract, changed: Collection[str]) -> Scope:
    """What of ``head`` is judged: everything when the contract or its manifest is new or changed, else what changed.

    When an earlier version changed (in a draft: the guard forbids it elsewhere), the pairs that hold it are those of
    itself and of every later version.
    """
    if base is None:
        return EVERYTHING
    numbers = [version.number for version in head.versions]
    new = frozenset(numbers) - {version.number for version in base.versions}
    touched = [version.number for version in head.versions if version.number in new or version.path in changed]
    if base.manifest.value != head.manifest.value or base.manifest.path != head.manifest.path:
        return Scope(None, new)
    first = min(touched, default=None)
    return Scope(frozenset() if first is None else frozenset(n for n in numbers if n >= first), new)


# the history


def guard(base: Catalog, head: Catalog, present: Collection[str] = frozenset()) -> tuple[Finding, ...]:
    """What ``head`` does to the published contracts of ``base`` that it may not do.

    ``present`` holds the paths of the head side, so that a file that cannot be parsed any more is told from one
    that is gone. Contracts are matched by folder.
    """
    by_folder = {contract.folder: contract for contract in head.contracts}
    findings: list[Finding] = []
    for old in base.contracts:
        if not old.status.published:
            continue
        new = by_folder.get(old.folder)
        if new is not None:
            findings += _promises(old, new)
            if old.data_format is new.data_format:  # else no version could be read as what it is
                findings += _versions(old, new, present)
        elif not any(f"{old.folder}/{name}" in present for name in MANIFESTS):
            findings.append(_deleted(old, base, head))
    return tuple(sorted(findings, key=lambda found: found.order))


def guard_references(
    base: Catalog, head: Catalog, read_base: ReadFile, read_head: ReadFile, paths: Collection[str]
) -> Iterator[Finding]:
    """Published versions that stand unedited and mean something else, since a file that they refer to changed.

    Only the versions at ``paths`` are looked at (see ``referrers``): each is loaded on both sides.
    """
    by_path = {version.path: version for contract in head.contracts for version in contract.versions}
    for contract in base.contracts:
        module = format_module(contract.data_format)
        for version in contract.versions if contract.status.published else ():
            same = by_path.get(version.path)
            if version.path in paths and same is not None and _text(same.document) == _text(version.document):
                old_files, new_files = _Noted(read_base), _Noted(read_head)
                before, _ = module.load(version.document, old_files)
                after, _ = module.load(same.document, new_files)
                if before is not None and after is not None and before.identity != after.identity:
                    fact = f"v{version.number} ({version.path}) is published, refers to this file, and now says something else"
                    remedy = "restore it, and let a new version refer to a new file"
                    place = _changed_file(old_files.seen, new_files.seen) or same.document.place()
                    yield finding("version-edited", place, fact, remedy, contract=contract.name)


class _Noted:
    """Reads files, and remembers which."""

    def __init__(self, read: ReadFile) -> None:
        self._read = read
        self.seen: dict[str, Document] = {}

    def __call__(self, path: str) -> Document:
        self.seen[path] = self._read(path)
        return self.seen[path]


def _changed_file(before: Mapping[str, Document], after: Mapping[str, Document]) -> Place | None:
    """Where the files that were read differ: in a file that was edited, else in one that is read now, or no more."""
    for path, new in after.items():
        if path in before and _text(before[path]) != _text(new):
            return _first_difference(before[path], new)
    return next((Place(path) for path in (*after, *before) if path not in before or path not in after), None)


def _deleted(old: Contract, base: Catalog, head: Catalog) -> Finding:
    known = {contract.folder for contract in base.contracts}
    texts = {_text(version.document) for version in old.versions}
    for other in head.contracts:
        if other.folder not in known and texts & {_text(version.document) for version in other.versions}:
            fact = f"the published contract {old.name} was moved from {old.folder} to {other.folder}"
            return finding("contract-deleted", other.manifest.place(), fact, contract=old.name)
    fact = f"the published contract {old.name} was deleted"
    return finding("contract-deleted", Place(old.manifest.path), fact, contract=old.name)


def _promises(old: Contract, new: Contract) -> Iterator[Finding]:
    """What the manifest of a published contract may not take back."""
    if weakened(old.mode, new.mode):
        yield _about(new, "mode-weakened", "/compatibility", f"the mode was {old.mode} and is now {new.mode}")
    elif weakened(old.registry_mode, new.registry_mode):
        fact = f"the registry's mode was {old.registry_mode} and is now {new.registry_mode}"
        yield _about(new, "mode-weakened", "/registry/mode", fact)
    if old.policy is Policy.STRICT and new.policy is Policy.LENIENT:
        yield _about(new, "mode-weakened", "/policy", "the policy was strict and is now lenient")
    for rule, before, now in _set_lower(old, new):
        yield _about(new, "mode-weakened", "/severity", f"the severity of {rule} was {before} and is now {now}")
    if old.data_format is not new.data_format:
        fact = f"the format was {old.data_format} and is now {new.data_format}"
        yield _about(new, "format-changed", "/format", fact)
    before, now = old.registry.schema_name, new.registry.schema_name
    if before != now:
        fact = f'the schema in the registry was "{before}" and is now "{now}", where the versions get other ids'
        yield _about(new, "schema-renamed", "/registry/schema-name", fact)
    if not new.status.published:
        yield _about(new, "status-unpublished", "/status", f"the status was {old.status} and is now {new.status}")
    owners = {owner.casefold() for owner in new.owners}
    for owner in old.owners:
        if owner.casefold() not in owners:
            yield _about(new, "owner-removed", "/owners", f'"{owner}" is no longer an owner')


def _set_lower(old: Contract, new: Contract) -> Iterator[tuple[str, str, str]]:
    """The rules that matter less than before: (rule, severity before, severity now)."""
    before, now = dict(old.severities), dict(new.severities)
    for rule in sorted({*before, *now}):
        usual = RULES[rule].severity
        was, is_now = before.get(rule, usual), now.get(rule, usual)
        if _WEIGHTS.index(is_now) < _WEIGHTS.index(was):
            yield rule, was, is_now


def _versions(old: Contract, new: Contract, present: Collection[str]) -> Iterator[Finding]:
    """What happened to each published version: nothing, or an edit, a new name, or its end."""
    by_path = {version.path: version for version in new.versions}
    earlier = {version.path for version in old.versions}
    for version in old.versions:
        same = by_path.get(version.path)
        if same is not None and _text(same.document) == _text(version.document):
            continue
        if same is not None or version.path in present:
            place = _first_difference(version.document, same.document) if same else Place(version.path)
            fact = f"v{version.number} is published and was edited"
            remedy = f"restore {version.path} and put the change into v{old.versions[-1].number + 1}"
            yield finding("version-edited", place, fact, remedy, contract=old.name)
        elif renamed := _renamed(version, (other for other in new.versions if other.path not in earlier)):
            fact = f"v{version.number} is published as {version.path} and was renamed to {renamed.path}"
            yield finding("version-renamed", renamed.document.place(), fact, contract=old.name)
        else:
            fact = f"v{version.number} ({version.path}) is published and was deleted"
            yield finding("version-deleted", new.manifest.place(), fact, contract=old.name)


def _renamed(version: Version, newcomers: Iterable[Version]) -> Version | None:
    """The version that took its place: the same content under another number, or its number with another suffix."""
    for other in newcomers:
        if other.number == version.number or _text(other.document) == _text(version.document):
            return other
    return None


def _text(document: Document) -> str:
    return document.text.replace("\r\n", "\n")


def _first_difference(old: Document, new: Document) -> Place:
    """The first line that differs, so that the finding stands where the edit was made."""
    before, after = _text(old).split("\n"), _text(new).split("\n")
    same = next((n for n, (left, right) in enumerate(zip(before, after, strict=False)) if left != right), len(after))
    return Place(new.path, min(same + 1, len(after)))


def _about(contract: Contract, rule: str, pointer: str, fact: str) -> Finding:
    place = contract.manifest.place(pointer)
    return finding(rule, place, fact, contract=contract.name, pointer=pointer)
