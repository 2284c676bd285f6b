"""From a tree of files to a catalog: everything that is well formed, and a finding for everything that is not."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from schemaward.errors import InputError
from schemaward.model import Catalog, Contract, DataFormat, Example, Place, Target, Version
from schemaward.repo.manifest import contract_name, read_manifest, read_targets
from schemaward.repo.trees import Tree
from schemaward.rules import finding, suggestions
from schemaward.syntax.document import Document
from schemaward.syntax.parse import parse_document
from schemaward.verdict import Finding

ROOT = "contracts"
TARGETS = f"{ROOT}/registries.yaml"
MANIFESTS = ("contract.yaml", "contract.json")

_DEPTH = 3  # contracts/<domain>/<name>
_VERSION = re.compile(r"v([1-9][0-9]{0,5})\.(json|yaml|yml|avsc|proto)")
_LIKE_A_VERSION = re.compile(r"v[-_. ]?[0-9]+\..*", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_EXAMPLE = re.compile(r"examples/(valid|invalid)/(?:v([1-9][0-9]{0,5})(?:\.[^/]+)?|[^/]+)\.(?:json|yaml|yml)")
_SUFFIXES = {
    DataFormat.JSON: ("json", "yaml", "yml"),
    DataFormat.AVRO: ("avsc", "json", "yaml", "yml"),
    DataFormat.PROTOBUF: ("proto",),
}


@dataclass(slots=True)
class _Folder:
    """The files of one contract's folder, by what their names say."""

    path: str
    manifests: list[str] = field(default_factory=list)
    versions: list[tuple[int, str]] = field(default_factory=list)
    examples: list[tuple[str, bool, int | None]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    @property
    def is_contract(self) -> bool:
        """False for a folder of shared schemas: nothing in it looks like a manifest or a version."""
        likely = any(_LIKE_A_VERSION.fullmatch(name) or _like_a_manifest(name) for name in self.others)
        return bool(self.manifests or self.versions or likely)


def load_catalog(tree: Tree, only: Collection[str] | None = None) -> tuple[Catalog, tuple[Finding, ...]]:
    """The contracts and targets of ``tree``, and what is wrong with their files, sorted.

    ``only`` names contract folders (``contracts/<domain>/<name>``) and spares reading any other; names are then
    compared among these alone. A file that cannot be read or parsed is a ``file-syntax`` finding and is left out; a
    contract whose manifest is wrong is left out, and its other files are still looked at.
    """
    findings: list[Finding] = []
    under = (ROOT,) if only is None else tuple(sorted({*only, TARGETS}))
    found = [path for each in under for path in tree.files(each)]
    findings.extend(_unwritable(path) for path in found if _CONTROL.search(path))
    paths = [path for path in found if not _CONTROL.search(path)]
    folders = _folders(paths)
    contracts = [_load_folder(tree, folder, findings) for folder in folders if folder.is_contract]
    known = sorted((contract for contract in contracts if contract), key=lambda contract: contract.name)
    findings.extend(_duplicate_names(known))
    findings.extend(_strays(tree, paths))
    targets = _load_targets(tree, findings) if TARGETS in paths else ()
    return Catalog(tuple(known), targets), tuple(sorted(findings, key=lambda each: each.order))


def _folders(paths: Iterable[str]) -> list[_Folder]:
    found: dict[str, _Folder] = {}
    for path in paths:
        parts = path.split("/")
        if len(parts) > _DEPTH:
            folder = "/".join(parts[:_DEPTH])
            _classify(found.setdefault(folder, _Folder(folder)), "/".join(parts[_DEPTH:]))
    return list(found.values())


def _classify(folder: _Folder, name: str) -> None:
    """Enter one file, ``name`` being its path in the folder. Hidden files and Markdown are nobody's business.

    A manifest in a deeper folder is reported by ``_strays``.
    """
    base = name.rpartition("/")[2]
    if base.startswith(".") or base.endswith(".md") or (base in MANIFESTS and base != name):
        return
    if name in MANIFESTS:
        folder.manifests.append(name)
    elif version := _VERSION.fullmatch(name):
        folder.versions.append((int(version[1]), name))
    elif example := _EXAMPLE.fullmatch(name):
        folder.examples.append((name, example[1] == "valid", int(example[2]) if example[2] else None))
    else:
        folder.others.append(name)


def _load_folder(tree: Tree, folder: _Folder, findings: list[Finding]) -> Contract | None:
    """One contract with what could be read of it."""
    name = contract_name(folder.path)
    contract = _load_manifest(tree, folder, findings)
    folder.versions.sort()
    _check_numbers(folder, findings)
    findings.extend(_unexpected(folder, other, name) for other in folder.others)
    versions: list[Version] = []
    for number, file in folder.versions:
        if contract and not _suits(file, contract):
            continue  # read in another format, it could only be misread
        document = _read(tree, f"{folder.path}/{file}", findings, name)
        if document and not any(number == version.number for version in versions):
            versions.append(Version(number, document))
    examples: list[Example] = []
    for file, valid, tied in folder.examples:
        document = _read(tree, f"{folder.path}/{file}", findings, name)
        if document:
            examples.append(Example(document, valid, tied))
    if contract is None:
        return None
    contract = replace(contract, versions=tuple(versions), examples=tuple(examples))
    _check_agreement(contract, folder, findings)
    return contract


def _load_manifest(tree: Tree, folder: _Folder, findings: list[Finding]) -> Contract | None:
    name = contract_name(folder.path)
    if not folder.manifests:
        place = Place(f"{folder.path}/{min([file for _, file in folder.versions] + folder.others)}")
        fact = f'the folder "{folder.path}" has versions, but no contract.yaml or contract.json'
        findings.append(finding("manifest-missing", place, fact, contract=name))
        return None
    first, *more = sorted(folder.manifests, key=MANIFESTS.index)
    for other in more:
        fact = f"the contract has two manifests, {first} and {other}"
        findings.append(
            finding("file-unexpected", Place(f"{folder.path}/{other}"), fact, "Keep one of the two.", contract=name)
        )
    document = _read(tree, f"{folder.path}/{first}", findings, name)
    if document is None:
        return None
    contract, wrong = read_manifest(document, folder.path)
    findings.extend(wrong)
    return contract


def _check_numbers(folder: _Folder, findings: list[Finding]) -> None:
    """Versions count up by one from 1, each with one file."""
    name = contract_name(folder.path)
    if not folder.versions and folder.manifests:
        place = Place(f"{folder.path}/{min(folder.manifests)}")
        findings.append(finding("version-missing", place, f'the contract "{name}" has no version', contract=name))
    last, file_of_last = 0, ""
    for number, file in folder.versions:
        place = Place(f"{folder.path}/{file}")
        if number == last:
            fact = f"version {number} has two files, {file_of_last} and {file}"
            findings.append(finding("version-duplicate", place, fact, contract=name))
        elif number != last + 1:
            missing = f"v{last + 1} is" if number == last + 2 else f"v{last + 1} to v{number - 1} are"
            follows = f"follows v{last}" if last else "is the first version"
            findings.append(finding("version-gap", place, f"v{number} {follows}, but {missing} missing", contract=name))
        last, file_of_last = number, file


def _check_agreement(contract: Contract, folder: _Folder, findings: list[Finding]) -> None:
    """What the manifest, the versions and the examples say about each other."""
    numbers = {number for number, _ in folder.versions}
    for _, file in folder.versions:
        if not _suits(file, contract):
            fact = f"{file} is no file of the format {contract.data_format}, which the manifest declares"
            suffixes = " or ".join(f".{suffix}" for suffix in _SUFFIXES[contract.data_format])
            remedy = f"Use {suffixes}." if contract.status.published else f"Use {suffixes}, or change the format."
            place = Place(f"{folder.path}/{file}")
            findings.append(finding("file-unexpected", place, fact, remedy, contract=contract.name))
    for example in contract.examples:
        if example.number is not None and example.number not in numbers:
            fact = f"the example is tied to version {example.number}, which does not exist"
            remedy = "Rename it: `v<N>.` at the start of the name ties an example to version N."
            findings.append(
                finding("file-unexpected", Place(example.document.path), fact, remedy, contract=contract.name)
            )
    checkpoint = contract.registry.checkpoint
    if checkpoint is not None and checkpoint not in numbers:
        pointer = "/registry/checkpoint"
        fact = f"the checkpoint is version {checkpoint}, which does not exist"
        place = contract.manifest.place(pointer)
        findings.append(
            finding("manifest-invalid", place, fact, "Name a version.", contract=contract.name, pointer=pointer)
        )


def _suits(file: str, contract: Contract) -> bool:
    """True when a version by the name ``file`` can be of the contract's format."""
    return file.rpartition(".")[2] in _SUFFIXES[contract.data_format]


def _unexpected(folder: _Folder, name: str, contract: str) -> Finding:
    fact = f'"{name}" is neither a manifest, a version, an example, nor Markdown'
    remedy = ""
    if _like_a_manifest(name):
        remedy = "Name it contract.yaml or contract.json."
    elif _LIKE_A_VERSION.fullmatch(name):
        digits = re.search("[0-9]+", name)
        suffix = name.rpartition(".")[2].lower()
        meant = f"v{int(digits[0]) if digits and len(digits[0]) < 7 else '<N>'}.{suffix}"
        remedy = f'Name it "{meant}".' if _VERSION.fullmatch(meant) else ""
    elif name.startswith(("example", "Example")) and name.count("/"):
        remedy = "Put examples into examples/valid or examples/invalid, as .json, .yaml or .yml files."
    elif meant := suggestions(name, MANIFESTS):
        remedy = f"{meant} Otherwise move it out of the folder."
    return finding("file-unexpected", Place(f"{folder.path}/{name}"), fact, remedy, contract=contract)


def _unwritable(path: str) -> Finding:
    """A path that no line of a text can name: not of CODEOWNERS, nor of a log."""
    what = "a line break" if "\n" in path else "a control character"
    return finding("file-unexpected", Place(path), f"the name holds {what}", "Rename it.")


def _like_a_manifest(name: str) -> bool:
    return name.lower() in (*MANIFESTS, "contract.yml")


def _strays(tree: Tree, paths: Sequence[str]) -> Iterable[Finding]:
    """Files outside contracts' folders that would be overlooked: manifests, lists of targets, links to folders."""
    for path in paths:
        parts = path.split("/")
        if len(parts) != _DEPTH + 1 and parts[-1] in MANIFESTS:
            fact = "a manifest stands outside contracts/<domain>/<name>/"
            yield finding("file-unexpected", Place(path), fact, "Move the contract to contracts/<domain>/<name>/.")
        elif path in (f"{ROOT}/registries.yml", f"{ROOT}/registries.json"):
            fact = f'the targets are read from "{TARGETS}"'
            yield finding("file-unexpected", Place(path), fact, "Rename the file.")
        elif len(parts) <= _DEPTH and "." not in parts[-1]:
            try:
                tree.read(path)
            except InputError as error:
                yield _syntax(error, path, "")


def _duplicate_names(contracts: Iterable[Contract]) -> Iterable[Finding]:
    first: dict[str, Contract] = {}
    for contract in contracts:
        schema_name = contract.registry.schema_name
        other = first.setdefault(schema_name, contract)
        if other is not contract:
            pointer = "/registry/schema-name" if schema_name != contract.name else "/name"
            fact = f'the schema name "{schema_name}" is also that of the contract "{other.name}"'
            place = contract.manifest.place(pointer)
            yield finding("name-duplicate", place, fact, contract=contract.name, pointer=pointer)


def _load_targets(tree: Tree, findings: list[Finding]) -> tuple[Target, ...]:
    document = _read(tree, TARGETS, findings, "")
    if document is None:
        return ()
    targets, wrong = read_targets(document)
    findings.extend(wrong)
    return targets


def _read(tree: Tree, path: str, findings: list[Finding], contract: str) -> Document | None:
    try:
        return parse_document(path, tree.read(path))
    except InputError as error:
        findings.append(_syntax(error, path, contract))
        return None


def _syntax(error: InputError, path: str, contract: str) -> Finding:
    return finding("file-syntax", error.place or Place(path), error.fact, error.remedy, contract=contract)
