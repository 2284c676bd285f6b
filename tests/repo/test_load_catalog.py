"""From files to a catalog: what is well formed is loaded, and everything else is a finding of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from git_repository import MANIFEST, PERSON, commit, git, write

from schemaward.model import Catalog
from schemaward.repo.load import load_catalog
from schemaward.repo.trees import GitTree, IndexTree, WorkTree
from schemaward.verdict import Finding

Load: TypeAlias = Callable[..., tuple[Catalog, tuple[Finding, ...]]]

SCHEMA = '{"type": "object"}'
GOOD = {f"{PERSON}/contract.yaml": MANIFEST, f"{PERSON}/v1.json": SCHEMA}


def facts(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(finding.rule, finding.place.path.removeprefix(f"{PERSON}/")) for finding in findings]


def test_an_empty_folder_is_an_empty_catalog(load: Load) -> None:
    assert load({}) == (Catalog(), ())


def test_a_contract_with_everything(load: Load) -> None:
    catalog, findings = load(
        {
            **GOOD,
            f"{PERSON}/v2.yaml": "type: object",
            f"{PERSON}/v10.yml": "type: object",
            **{f"{PERSON}/v{number}.json": SCHEMA for number in range(3, 10)},
            f"{PERSON}/README.md": "# Person",
            f"{PERSON}/.hidden": "x",
            f"{PERSON}/examples/valid/one.json": "{}",
            f"{PERSON}/examples/valid/v2.two.yaml": "a: 1",
            f"{PERSON}/examples/invalid/v10.yml": "[]",
            f"{PERSON}/examples/README.md": "x",
            "contracts/registries.yaml": "targets: {dev: {registry: r, region: eu-west-1}}",
            "contracts/README.md": "# Contracts",
            "contracts/shared/address.json": "not even JSON",
            "contracts/shared/types/date.json": "{}",
        }
    )
    assert findings == ()
    (contract,) = catalog.contracts
    assert [version.number for version in contract.versions] == list(range(1, 11))
    assert contract.versions[-1].path == f"{PERSON}/v10.yml"
    assert [
        (example.document.path.rpartition("/")[2], example.valid, example.number) for example in contract.examples
    ] == [
        ("v10.yml", False, 10),
        ("one.json", True, None),
        ("v2.two.yaml", True, 2),
    ]
    assert [target.name for target in catalog.targets] == ["dev"]


@pytest.mark.parametrize(
    ("files", "expected", "fact"),
    [
        pytest.param({"v3.json": SCHEMA}, ("version-gap", "v3.json"), "v3 follows v1, but v2 is missing", id="gap"),
        pytest.param({"v5.json": SCHEMA}, ("version-gap", "v5.json"), "v2 to v4 are missing", id="wide gap"),
        pytest.param({"v1.yaml": "{}"}, ("version-duplicate", "v1.yaml"), "v1.json and v1.yaml", id="two files"),
        pytest.param({"V2.json": SCHEMA}, ("file-unexpected", "V2.json"), '"V2.json" is neither', id="capital"),
        pytest.param({"v02.json": SCHEMA}, ("file-unexpected", "v02.json"), '"v02.json" is neither', id="leading zero"),
        pytest.param({"v2.JSON": SCHEMA}, ("file-unexpected", "v2.JSON"), '"v2.JSON" is neither', id="suffix"),
        pytest.param({"v2.txt": "x"}, ("file-unexpected", "v2.txt"), '"v2.txt" is neither', id="no schema"),
        pytest.param({"v2.proto": "x"}, ("file-unexpected", "v2.proto"), "no file of the format JSON", id="format"),
        pytest.param({"notes.txt": "x"}, ("file-unexpected", "notes.txt"), "neither", id="something else"),
        pytest.param({"contract.json": "{}"}, ("file-unexpected", "contract.json"), "two manifests", id="manifests"),
        pytest.param({"contract.yml": "{}"}, ("file-unexpected", "contract.yml"), "neither", id="manifest suffix"),
        pytest.param({"examples/a.json": "{}"}, ("file-unexpected", "examples/a.json"), "neither", id="loose example"),
        pytest.param(
            {"examples/valid/v7.a.json": "{}"}, ("file-unexpected", "examples/valid/v7.a.json"), "version 7", id="tied"
        ),
        pytest.param({"deep/contract.yaml": "x"}, ("file-unexpected", "deep/contract.yaml"), "outside", id="too deep"),
        pytest.param({"v2.json": ""}, ("file-syntax", "v2.json"), "empty", id="empty"),
        pytest.param({"v2.json": b"\x00\x01"}, ("file-syntax", "v2.json"), "binary", id="binary"),
        pytest.param({"v2.json": '{"a":'}, ("file-syntax", "v2.json"), "not valid JSON", id="truncated"),
        pytest.param({"v2.yaml": "a: 1\na: 2"}, ("file-syntax", "v2.yaml"), "twice", id="duplicate key"),
        pytest.param({"examples/valid/a.json": "{"}, ("file-syntax", "examples/valid/a.json"), "JSON", id="example"),
        pytest.param({"v2.json": b"1" * 2_000_001}, ("file-syntax", "v2.json"), "2,000,001 bytes", id="huge"),
    ],
)
def test_one_wrong_file_is_one_finding_and_hides_nothing(
    load: Load, files: dict[str, str | bytes], expected: tuple[str, str], fact: str
) -> None:
    catalog, findings = load({**GOOD, **{f"{PERSON}/{name}": content for name, content in files.items()}})
    assert facts(findings) == [expected]
    assert fact in findings[0].fact
    assert findings[0].remedy
    assert [contract.name for contract in catalog.contracts] == ["identity.person"]
    assert catalog.contracts[0].versions[0].path == f"{PERSON}/v1.json"


def test_a_misnamed_version_is_told_its_name(load: Load) -> None:
    _, (finding,) = load({**GOOD, f"{PERSON}/V02.JSON": SCHEMA})
    assert finding.remedy == 'Name it "v2.json".'


@pytest.mark.parametrize(("status", "remedy"), [("draft", ", or change the format."), ("active", " or .yml.")])
def test_a_version_in_another_format_is_not_read(load: Load, status: str, remedy: str) -> None:
    manifest = MANIFEST.replace("status: active", f"status: {status}")
    catalog, (finding,) = load({**GOOD, f"{PERSON}/contract.yaml": manifest, f"{PERSON}/v2.proto": "message A {}"})
    assert [version.number for version in catalog.contracts[0].versions] == [1]
    assert (finding.rule, finding.place.path) == ("file-unexpected", f"{PERSON}/v2.proto")
    assert finding.remedy.endswith(remedy)


def test_a_contract_without_a_version(load: Load) -> None:
    catalog, findings = load({f"{PERSON}/contract.yaml": MANIFEST})
    assert facts(findings) == [("version-missing", "contract.yaml")]
    assert catalog.contracts[0].versions == ()


def test_versions_without_a_manifest_are_still_read(load: Load) -> None:
    catalog, findings = load({f"{PERSON}/v1.json": SCHEMA, f"{PERSON}/v2.json": "{"})
    assert facts(findings) == [("manifest-missing", "v1.json"), ("file-syntax", "v2.json")]
    assert catalog.contracts == ()


def test_a_wrong_manifest_does_not_hide_the_other_files_nor_the_other_contracts(load: Load) -> None:
    other = MANIFEST.replace("identity.person", "sales.order")
    catalog, findings = load(
        {
            f"{PERSON}/contract.yaml": "name: identity.person\nname: x",
            f"{PERSON}/v1.json": "{",
            f"{PERSON}/v3.json": SCHEMA,
            "contracts/sales/order/contract.yaml": other,
            "contracts/sales/order/v1.json": SCHEMA,
        }
    )
    assert facts(findings) == [("file-syntax", "contract.yaml"), ("file-syntax", "v1.json"), ("version-gap", "v3.json")]
    assert [contract.name for contract in catalog.contracts] == ["sales.order"]


def test_two_contracts_with_one_schema_name(load: Load) -> None:
    files = {
        f"contracts/{domain}/x/contract.yaml": MANIFEST.replace("identity.person", f"{domain}.x")
        + ("registry: {schema-name: a.x}\n" if domain != "a" else "")
        for domain in ("a", "b", "c")
    }
    files |= {f"contracts/{domain}/x/v1.json": SCHEMA for domain in ("a", "b", "c")}
    _, findings = load(files)
    assert [(finding.rule, finding.place.path, finding.place.line) for finding in findings] == [
        ("name-duplicate", "contracts/b/x/contract.yaml", 7),
        ("name-duplicate", "contracts/c/x/contract.yaml", 7),
    ]
    assert '"a.x"' in findings[0].fact


def test_a_checkpoint_that_does_not_exist(load: Load) -> None:
    _, (finding,) = load({**GOOD, f"{PERSON}/contract.yaml": MANIFEST + "registry: {checkpoint: 4}\n"})
    assert finding.rule == "manifest-invalid"
    assert "version 4, which does not exist" in finding.fact
    assert (finding.place.line, finding.place.column) == (7, 12)


@pytest.mark.parametrize(
    ("path", "fact"),
    [
        ("contracts/contract.yaml", "outside"),
        ("contracts/a/contract.json", "outside"),
        ("contracts/a/b/c/contract.yaml", "outside"),
        ("contracts/registries.yml", "contracts/registries.yaml"),
        ("contracts/registries.json", "contracts/registries.yaml"),
    ],
)
def test_a_file_that_would_be_overlooked(load: Load, path: str, fact: str) -> None:
    _, (finding,) = load({**GOOD, path: MANIFEST})
    assert (finding.rule, finding.place.path) == ("file-unexpected", path)
    assert fact in finding.fact


def test_wrong_targets_do_not_hide_the_contracts(load: Load) -> None:
    catalog, (finding,) = load({**GOOD, "contracts/registries.yaml": "targets:\n\tdev: {}\n"})
    assert (finding.rule, finding.place.line) == ("file-syntax", 2)
    assert catalog.targets == ()
    assert len(catalog.contracts) == 1


def test_only_the_named_folders_are_read(load: Load) -> None:
    catalog, findings = load(
        {**GOOD, "contracts/a/b/v1.json": "{", "contracts/registries.yaml": "targets: {}"},
        only=[PERSON, "contracts/no/where"],
    )
    assert findings == ()
    assert [contract.name for contract in catalog.contracts] == ["identity.person"]


@pytest.mark.parametrize("target", ["/etc/passwd", "../../../../outside.json", "v1.json"])
def test_a_version_behind_a_link_is_refused(load: Load, tmp_path: Path, target: str) -> None:
    write(tmp_path, GOOD)
    (tmp_path / PERSON / "v2.json").symlink_to(target)
    catalog, (finding,) = load({})
    assert (finding.rule, finding.place.path) == ("file-syntax", f"{PERSON}/v2.json")
    assert "symbolic link" in finding.fact
    assert len(catalog.contracts[0].versions) == 1


@pytest.mark.parametrize("link", ["contracts/linked", "contracts/identity/linked"])
def test_a_folder_behind_a_link_is_refused(load: Load, tmp_path: Path, link: str) -> None:
    write(tmp_path, GOOD)
    (tmp_path / link).symlink_to("/etc")
    _, (finding,) = load({})
    assert (finding.rule, finding.place.path) == ("file-syntax", link)
    assert "leads outside the repository" in finding.fact


def test_a_contract_in_a_submodule_is_refused(repository: Path) -> None:
    write(repository / "contracts/identity/lent", {"contract.yaml": MANIFEST, "v1.json": SCHEMA})
    git(repository / "contracts/identity/lent", "init", "-q")
    commit(repository / "contracts/identity/lent")
    commit(repository)
    for tree in (WorkTree(repository), GitTree(repository, "HEAD"), IndexTree(repository)):
        catalog, (finding,) = load_catalog(tree)
        assert [contract.name for contract in catalog.contracts] == ["identity.person"]
        assert finding.place.path == "contracts/identity/lent"
        assert (finding.rule, finding.remedy) == ("file-syntax", "put the files themselves here")


def test_all_trees_load_the_same_catalog(repository: Path) -> None:
    write(repository, {f"{PERSON}/examples/valid/a.yaml": "a: 1", f"{PERSON}/v3.json": SCHEMA})
    commit(repository)
    loaded = [load_catalog(tree) for tree in (WorkTree(repository), GitTree(repository, "HEAD"), IndexTree(repository))]
    assert loaded[0] == loaded[1] == loaded[2]
    assert [finding.rule for finding in loaded[0][1]] == ["version-gap"]


def test_the_order_of_findings_does_not_depend_on_the_file_system(load: Load, tmp_path: Path) -> None:
    names = ["z.txt", "a.txt", "v9.json", "V2.json"]
    write(tmp_path, GOOD)
    first = load({f"{PERSON}/{name}": SCHEMA for name in names})[1]
    for name in names:
        (tmp_path / PERSON / name).unlink()
    assert load({f"{PERSON}/{name}": SCHEMA for name in reversed(names)})[1] == first
    assert list(first) == sorted(first, key=lambda finding: finding.order)


def test_a_name_with_a_line_break_does_not_stop_the_load(repository: Path) -> None:
    write(repository, {"contracts/identity/n\nl/contract.yaml": MANIFEST, f"{PERSON}/README\t": ""})
    commit(repository)
    for tree in (WorkTree(repository), GitTree(repository, "HEAD"), IndexTree(repository)):
        catalog, (first, second) = load_catalog(tree)
        assert [contract.name for contract in catalog.contracts] == ["identity.person"]
        assert (first.rule, first.fact) == ("file-unexpected", "the name holds a line break")
        assert (second.rule, second.fact) == ("file-unexpected", "the name holds a control character")


def test_a_name_that_is_no_text_does_not_stop_the_load(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, GOOD)
    odd = bytes(tmp_path / PERSON) + b"/v\xff.json"
    try:
        with open(odd, "wb") as file:
            file.write(b"{}")
    except OSError:
        pytest.skip("this file system takes no such names")
    commit(tmp_path)
    for tree in (WorkTree(tmp_path), GitTree(tmp_path, "HEAD"), IndexTree(tmp_path)):
        _, (finding,) = load_catalog(tree)
        assert finding.rule == "file-unexpected"
