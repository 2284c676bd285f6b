"""``schemaward check`` on real Git repositories."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from contract_repository import FOLDER, Repository, manifest, schema, with_property

from schemaward.cli import exits

CLEAN, FINDINGS, USAGE = exits.CLEAN, exits.FINDINGS, exits.USAGE
NARROWED = schema(required=["id", "total"])


# the whole tree


def test_a_sound_tree_is_clean(shop: Repository) -> None:
    answer = shop.check(layout="text")
    assert answer == (CLEAN, "checked 2 contracts, 2 versions, 0 compatibility questions: no findings\n", "")


def test_quiet_prints_nothing_on_success(shop: Repository) -> None:
    assert shop.check("--quiet", layout="text") == (CLEAN, "", "")


def test_quiet_prints_findings(shop: Repository) -> None:
    shop.write(f"{FOLDER}/v2.json", NARROWED)
    assert "backward-break" in shop.check("--quiet", layout="text").out


def test_a_break_is_shown_with_its_witness(shop: Repository) -> None:
    shop.write(f"{FOLDER}/v2.json", NARROWED)
    answer = shop.check()
    assert answer.code == FINDINGS
    assert answer.rules == ["backward-break"]
    found = json.loads(answer.out)["findings"][0]
    assert found["path"] == f"{FOLDER}/v2.json"
    assert found["pointer"].startswith("/required")
    assert found["fact"].startswith("consumers on v2 cannot read what v1 wrote: ")
    assert set(found["witness"]["document"]) == {"id"}
    assert answer.questions == [("shop.order", 1, 2)]


def test_a_pattern_that_the_validator_cannot_use_is_told_where_it_stands(shop: Repository) -> None:
    shop.write(f"{FOLDER}/v2.json", with_property("note", {"type": "string", "pattern": "^(a{1000}){1000}$"}))
    shop.write(f"{FOLDER}/examples/valid/v2.json", {"id": "a"})
    (found,) = json.loads(shop.check().out)["findings"]
    assert (found["rule"], found["pointer"], found["line"]) == ("schema-invalid", "", 17)
    assert "is too large for the validator" in found["fact"]
    assert "\n" not in found["fact"]


OPEN = {key: value for key, value in schema().items() if key != "additionalProperties"}
UNBOUNDED = schema(properties={"id": {"type": "string"}, "total": {"type": "number"}})


@pytest.mark.parametrize(
    ("mode", "second", "pointer", "why"),
    [
        ("BACKWARD", NARROWED, "/required/1", 'what v1 wrote: "total" is a required property'),
        ("FORWARD", with_property("note", {"type": "string"}), "/properties/note", "note"),
        ("FORWARD", UNBOUNDED, "/properties/total", 'at "/total": -1 is less than the minimum of 0'),
        ("FORWARD", schema(required=[]), "/required", '"id" is a required property'),
        ("FORWARD", OPEN, "", "was unexpected)"),
        ("FORWARD", {**UNBOUNDED, "required": []}, "/required", '"id" is a required property'),
    ],
)
def test_a_break_stands_at_the_change_that_makes_it(
    shop: Repository, mode: str, second: object, pointer: str, why: str
) -> None:
    shop.write(f"{FOLDER}/contract.json", manifest(compatibility=mode))
    shop.write(f"{FOLDER}/v2.json", second)
    found = json.loads(shop.check().out)["findings"][0]
    assert (found["pointer"], found["path"]) == (pointer, f"{FOLDER}/v2.json")
    assert why in found["fact"]


@pytest.mark.parametrize("mode", ["BACKWARD", "FORWARD_ALL", "FULL", "FULL_ALL"])
def test_the_smallest_edit_is_a_patch_after_which_the_check_passes(shop: Repository, mode: str) -> None:
    shop.write(f"{FOLDER}/contract.json", manifest(compatibility=mode))
    shop.write(f"{FOLDER}/v2.json", schema(title="An order"))
    properties = {"id": {"type": ["string", "null"]}, "total": {"type": "number", "minimum": 5}, "note": {}}
    shop.write(f"{FOLDER}/v3.json", schema(required=["id", "note"], title="Our order", properties=properties))
    answer = shop.check()
    assert answer.code == FINDINGS
    (shop.folder / "edit.patch").write_text(json.loads(answer.out)["findings"][0]["edit"]["diff"], "utf-8")
    shop.git("apply", "edit.patch")
    after = shop.check()
    assert "compatible" in {each["verdict"] for each in json.loads(after.out)["judgements"]}
    assert {"backward-break", "forward-break"}.isdisjoint(after.rules)
    assert json.loads((shop.folder / FOLDER / "v3.json").read_text("utf-8"))["title"] == "Our order"


def test_paths_choose_contracts(shop: Repository) -> None:
    shop.write(f"{FOLDER}/v2.json", NARROWED)
    for path in (FOLDER, f"{FOLDER}/v1.json", "contracts/shop", "contracts", ".", str(shop.folder / FOLDER)):
        assert shop.check(path).code == FINDINGS, path
    assert shop.check("contracts/shop/refund").code == CLEAN
    assert shop.check("refund", where="contracts/shop").code == CLEAN
    assert shop.check("v1.json", where=FOLDER).code == FINDINGS


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("contracts/shop/ordr", 'there is no contract at "contracts/shop/ordr"'),
        ("..", '".." is outside'),
        ("/etc/passwd", '"/etc/passwd" is outside'),
    ],
)
def test_a_path_that_names_nothing_is_refused(shop: Repository, path: str, words: str) -> None:
    answer = shop.check(path)
    assert (answer.code, answer.out) == (USAGE, "")
    assert words in answer.err
    assert "  fix: " in answer.err


@pytest.mark.parametrize("path", ["contracts/shop/ordr", f"{FOLDER}/v9.json", "README.md"])
def test_a_path_on_neither_side_is_refused(shop: Repository, path: str) -> None:
    answer = shop.check("--against", "HEAD", path)
    assert (answer.code, answer.out) == (USAGE, "")
    assert f'there is no contract at "{path}"' in answer.err


def test_a_path_that_is_gone_since_the_base(shop: Repository) -> None:
    shop.git("rm", "-q", f"{FOLDER}/v1.json")
    assert "version-deleted" in shop.check("--against", "HEAD", f"{FOLDER}/v1.json").rules


def test_control_characters_do_not_reach_the_terminal(shop: Repository) -> None:
    answer = shop.check("contracts/\x1b[31m")
    assert (answer.code, answer.out) == (USAGE, "")
    assert 'there is no contract at "contracts/\\x1b[31m"' in answer.err


def test_a_name_with_a_line_break_hides_nothing_else(shop: Repository) -> None:
    shop.write("contracts/shop/n\nl/v1.json", schema())
    shop.write(f"{FOLDER}/v2.json", NARROWED)
    for option in ((), ("--against", "main")):
        answer = shop.check(*option)
        assert (answer.code, answer.rules) == (FINDINGS, ["file-unexpected", "backward-break"])
    assert "contracts/shop/n\\nl/v1.json:1:1  file-unexpected\n" in shop.check(layout="text").out


def test_git_is_not_needed_for_the_whole_tree(shop: Repository, tmp_path: Path) -> None:
    (shop.folder / ".git").rename(tmp_path / "elsewhere")
    assert shop.check().code == CLEAN
    answer = shop.check("--against", "HEAD")
    assert (answer.code, answer.out) == (USAGE, "")
    assert "is not in a Git repository" in answer.err


def test_a_folder_without_contracts_is_refused(empty: Repository) -> None:
    answer = empty.check()
    assert answer.code == USAGE
    assert 'there is no folder "contracts"' in answer.err


def test_a_comparison_without_contracts_is_refused(empty: Repository) -> None:
    answer = empty.check("--staged")
    assert (answer.code, answer.out) == (USAGE, "")
    assert 'there is no folder "contracts"' in answer.err


@pytest.mark.parametrize("option", [("--staged",), ("--against", "HEAD")])
def test_contracts_below_the_top_are_not_compared_in_silence(shop: Repository, option: tuple[str, ...]) -> None:
    (shop.folder / "data").mkdir()
    shop.git("mv", "contracts", "data/contracts")
    shop.commit()
    answer = shop.check(*option, where="data")
    assert (answer.code, answer.out) == (USAGE, "")
    assert '"data/contracts" is not at the top of the Git repository' in answer.err
    assert shop.check(*option).code == USAGE


def test_what_stands_in_the_wrong_folder_is_found_in_a_change(shop: Repository) -> None:
    shop.write("contracts/order/contract.json", manifest())
    shop.write("contracts/registries.yml", {})
    (shop.folder / "contracts/shop/again").symlink_to("order")
    assert shop.check("--against", "HEAD").found == [
        ("file-unexpected", "contracts/order/contract.json", 1),
        ("file-unexpected", "contracts/registries.yml", 1),
        ("file-syntax", "contracts/shop/again", 1),
    ]


def test_an_empty_ref_is_refused(shop: Repository) -> None:
    answer = shop.check("--against", "")
    assert (answer.code, answer.out) == (USAGE, "")
    assert 'Git knows no commit by the name ""' in answer.err


def test_all_findings_are_listed_in_order(shop: Repository) -> None:
    shop.write("contracts/shop/refund/v2.json", NARROWED)
    shop.write("contracts/shop/refund/v3.json", "{")
    shop.write(f"{FOLDER}/examples/valid/bad.json", {"id": 1})
    shop.write("contracts/shop/zebra/v1.json", schema())
    answer = shop.check()
    assert answer.code == FINDINGS
    assert answer.rules == ["example-refused", "backward-break", "file-syntax", "manifest-missing"]
    assert answer.found == sorted(answer.found, key=lambda found: found[1:])
    assert shop.check().out == answer.out


@pytest.mark.parametrize("layout", ["text", "github"])
def test_a_break_stands_before_the_examples_that_it_refuses(shop: Repository, layout: str) -> None:
    for number in range(12):
        shop.write(f"{FOLDER}/examples/valid/{number}.json", {"id": str(number)})
    shop.write(f"{FOLDER}/v2.json", NARROWED)
    out = shop.check(layout=layout).out
    assert 0 <= out.find("backward-break") < out.index("example-refused")


# a change


def test_a_change_that_is_sound(shop: Repository) -> None:
    shop.write(f"{FOLDER}/v2.json", with_property("note", {"type": "string"}))
    answer = shop.check("--against", "main")
    assert answer.code == CLEAN, answer.out
    assert answer.questions == [("shop.order", 1, 2)]


def test_no_change_is_nothing_to_check(shop: Repository) -> None:
    answer = shop.check("--against", "main", layout="text")
    assert answer.out.startswith("checked 0 contracts")


def test_only_new_versions_are_asked_about(shop: Repository) -> None:
    shop.write(f"{FOLDER}/v2.json", with_property("note", {"type": "string"}))
    shop.commit()
    shop.git("checkout", "-q", "-b", "next")
    shop.write(f"{FOLDER}/v3.json", with_property("remark", {"type": "string"}))
    answer = shop.check("--against", "work")
    assert answer.questions == [("shop.order", 2, 3)]


def test_the_base_is_where_the_branch_left(shop: Repository) -> None:
    shop.git("checkout", "-q", "main")
    shop.write(f"{FOLDER}/v2.json", with_property("note", {"type": "string"}))
    shop.commit()
    shop.git("checkout", "-q", "work")
    shop.write("contracts/shop/refund/v2.json", with_property("why", {"type": "string"}))
    assert shop.check("--against", "main").questions == [("shop.refund", 1, 2)]


def test_an_edited_version(shop: Repository) -> None:
    shop.write(f"{FOLDER}/v1.json", schema(title="Order"))
    answer = shop.check("--against", "main")
    assert (answer.code, answer.rules) == (FINDINGS, ["version-edited"])


def test_other_line_endings_are_no_edit(shop: Repository) -> None:
    text = (shop.folder / FOLDER / "v1.json").read_text()
    shop.write(f"{FOLDER}/v1.json", text.replace("\n", "\r\n").encode())
    assert shop.check("--against", "main").found == []


def test_a_byte_order_mark_is_no_edit(shop: Repository) -> None:
    shop.write(f"{FOLDER}/v1.json", b"\xef\xbb\xbf" + (shop.folder / FOLDER / "v1.json").read_bytes())
    assert shop.check("--against", "main").found == []


def test_a_version_that_no_longer_parses(shop: Repository) -> None:
    shop.write(f"{FOLDER}/v1.json", "{")
    assert sorted(shop.check("--against", "main").rules) == ["file-syntax", "version-edited"]


def test_a_renamed_version(shop: Repository) -> None:
    shop.git("mv", f"{FOLDER}/v1.json", f"{FOLDER}/v1.yaml")
    answer = shop.check("--against", "main")
    assert answer.found == [("version-renamed", f"{FOLDER}/v1.yaml", 1)]


def test_a_deleted_version(shop: Repository) -> None:
    (shop.folder / FOLDER / "v1.json").unlink()
    answer = shop.check("--against", "main")
    assert answer.code == FINDINGS
    assert ("version-deleted", f"{FOLDER}/contract.json", 1) in answer.found


def test_a_deleted_contract(shop: Repository) -> None:
    shop.git("rm", "-rq", FOLDER)
    answer = shop.check("--against", "main")
    assert answer.found == [("contract-deleted", f"{FOLDER}/contract.json", 1)]


def test_a_moved_contract(shop: Repository) -> None:
    shop.git("mv", FOLDER, "contracts/shop/basket")
    shop.write("contracts/shop/basket/contract.json", manifest("shop.basket"))
    answer = shop.check("--against", "main")
    assert answer.found == [("contract-deleted", "contracts/shop/basket/contract.json", 1)]


@pytest.mark.parametrize("option", [(), ("--staged",)], ids=["work tree", "index"])
def test_a_published_contract_does_not_become_a_submodule(shop: Repository, option: tuple[str, ...]) -> None:
    subprocess.run(["git", "init", "-q", FOLDER], cwd=shop.folder, check=True)
    subprocess.run(["git", "add", "-A"], cwd=shop.folder / FOLDER, check=True)
    subprocess.run(["git", "commit", "-q", "-m", "as it was"], cwd=shop.folder / FOLDER, check=True)
    shop.git("rm", "-r", "-q", "--cached", FOLDER)
    shop.git("add", "-A")
    assert shop.check("--against", "HEAD", *option).rules == ["file-syntax", "contract-deleted"]
    shop.git("commit", "-q", "-m", "moved out")
    subprocess.run(["git", "commit", "-q", "--allow-empty", "-m", "more"], cwd=shop.folder / FOLDER, check=True)
    shop.git("add", "-A")
    assert shop.check("--against", "HEAD", *option).rules == ["file-syntax"]


@pytest.mark.parametrize(
    ("changes", "rule", "code"),
    [
        ({"compatibility": "NONE"}, "mode-weakened", FINDINGS),
        ({"policy": "lenient"}, "mode-weakened", FINDINGS),
        ({"registry": {"mode": "NONE"}}, "mode-weakened", FINDINGS),
        ({"status": "draft"}, "status-unpublished", FINDINGS),
        ({"owners": ["@example-org/other"]}, "owner-removed", CLEAN),
    ],
)
def test_a_promise_that_is_taken_back(shop: Repository, changes: dict[str, object], rule: str, code: int) -> None:
    shop.write("CODEOWNERS", "/contracts/ @example-org/shop @example-org/other\n")
    shop.write(f"{FOLDER}/contract.json", manifest(**changes))
    answer = shop.check("--against", "main")
    assert (answer.code, answer.rules) == (code, [rule])


def test_another_format_is_told_once(shop: Repository) -> None:
    shop.write(f"{FOLDER}/contract.json", manifest(format="PROTOBUF"))
    assert shop.check("--against", "main").rules == ["format-changed", "file-unexpected"]


def test_a_draft_may_change_freely(shop: Repository) -> None:
    shop.write("contracts/shop/idea/contract.json", manifest("shop.idea", status="draft"))
    shop.write("contracts/shop/idea/v1.json", schema())
    shop.commit()
    shop.write("contracts/shop/idea/v1.json", NARROWED)
    assert shop.check("--against", "HEAD").found == []
    shop.git("rm", "-rqf", "contracts/shop/idea")
    assert shop.check("--against", "HEAD").found == []


def test_a_changed_mode_asks_everything_again(shop: Repository) -> None:
    shop.write(f"{FOLDER}/v2.json", with_property("note", {"type": "string"}))
    shop.commit()
    shop.write(f"{FOLDER}/contract.json", manifest(compatibility="FULL"))
    answer = shop.check("--against", "HEAD")
    assert answer.rules == ["forward-break"]
    assert answer.questions == [("shop.order", 1, 2), ("shop.order", 2, 1)]


def test_a_new_version_of_a_frozen_contract(shop: Repository) -> None:
    shop.write(f"{FOLDER}/contract.json", manifest(compatibility="DISABLED"))
    shop.commit()
    shop.write(f"{FOLDER}/v2.json", with_property("note", {"type": "string"}))
    assert shop.check("--against", "HEAD").rules == ["mode-disabled"]


def test_a_schema_name_that_an_untouched_contract_has(shop: Repository) -> None:
    shop.write("contracts/shop/basket/contract.json", manifest("shop.basket", registry={"schema-name": "shop.refund"}))
    shop.write("contracts/shop/basket/v1.json", schema())
    assert shop.check("--against", "main").rules == ["name-duplicate"]


# shared files


@pytest.fixture
def shared(shop: Repository) -> Repository:
    """Contract ``order`` refers, by way of one shared file, to another."""
    shop.write("contracts/shared/address.json", {"type": "object", "properties": {"zip": {"$ref": "zip.json"}}})
    shop.write("contracts/shared/zip.json", {"type": "string", "maxLength": 10})
    shop.write(f"{FOLDER}/v2.json", with_property("to", {"$ref": "../../shared/address.json"}))
    shop.commit()
    return shop


def test_a_shared_file_may_be_laid_out_anew(shared: Repository) -> None:
    shared.write("contracts/shared/zip.json", '{"maxLength": 10, "type": "string"}')
    assert shared.check("--against", "HEAD").found == []


def test_a_shared_file_that_changes_a_published_version(shared: Repository) -> None:
    shared.write("contracts/shared/zip.json", {"type": "string", "maxLength": 5})
    answer = shared.check("--against", "HEAD")
    (found,) = [each for each in json.loads(answer.out)["findings"] if each["rule"] == "version-edited"]
    assert (found["contract"], found["path"], found["line"]) == ("shop.order", "contracts/shared/zip.json", 3)
    assert found["fact"].startswith(f"v2 ({FOLDER}/v2.json) is published, refers to this file")
    assert {contract for contract, _, _ in answer.questions} == {"shop.order"}


@pytest.mark.parametrize(
    "ref", ["v1.json#/properties/id", "./v1.json#/properties/id", "../order/v1.json#/properties/id"]
)
def test_a_file_may_refer_to_itself_by_its_name(empty: Repository, ref: str) -> None:
    empty.write("CODEOWNERS", "* @example-org/shop\n")
    empty.write(f"{FOLDER}/contract.json", manifest())
    empty.write(f"{FOLDER}/v1.json", with_property("parent", {"$ref": ref}))
    empty.write(f"{FOLDER}/examples/valid/one.json", {"id": "a", "parent": "b"})
    empty.write(f"{FOLDER}/examples/invalid/two.json", {"id": "a", "parent": 1})
    assert empty.check().code == CLEAN


def test_a_shared_file_that_is_deleted(shared: Repository) -> None:
    shared.git("rm", "-q", "contracts/shared/zip.json")
    assert "ref-unresolved" in shared.check("--against", "HEAD").rules


@pytest.mark.parametrize(
    ("ref", "remedy"),
    [
        ("../../../CODEOWNERS", "use .json, .yaml, .yml, .avsc or .proto"),
        ("../../shared/zap.json", "check the path"),
    ],
)
def test_a_reference_within_the_repository_is_told_what_it_lacks(shop: Repository, ref: str, remedy: str) -> None:
    shop.write(f"{FOLDER}/v2.json", with_property("zip", {"$ref": ref}))
    (found,) = json.loads(shop.check().out)["findings"]
    assert (found["rule"], found["remedy"]) == ("ref-unresolved", remedy)


# the index


def test_staged_looks_at_the_index_only(shop: Repository) -> None:
    shop.write(f"{FOLDER}/v2.json", NARROWED)
    assert shop.check("--staged").found == []
    shop.git("add", "-A")
    shop.write(f"{FOLDER}/v2.json", with_property("note", {"type": "string"}))
    assert shop.check("--staged", "--against", "HEAD").rules == ["backward-break"]
    assert shop.check("--against", "HEAD").rules == []


def test_a_staged_deletion_that_lies_in_the_work_tree_again(shop: Repository) -> None:
    shop.git("rm", "-q", "--cached", f"{FOLDER}/v1.json")
    assert "version-deleted" in shop.check("--staged").rules
    assert shop.check("--against", "HEAD").found == []


def test_the_first_commit_has_no_base(empty: Repository) -> None:
    empty.write(f"{FOLDER}/contract.json", manifest())
    empty.write(f"{FOLDER}/v1.json", schema())
    empty.write("CODEOWNERS", "/contracts/ @example-org/shop\n")
    empty.git("add", "-A")
    answer = empty.check("--staged", "--against", "HEAD")
    assert (answer.code, answer.found) == (CLEAN, [])
    assert json.loads(answer.out)["summary"]["contracts"] == 1


# bases that are not there


def test_an_unknown_ref(shop: Repository) -> None:
    answer = shop.check("--against", "mian")
    assert (answer.code, answer.out) == (USAGE, "")
    assert 'Git knows no commit by the name "mian"' in answer.err
    assert 'did you mean "main"?' in answer.err


def test_a_shallow_clone_without_the_base(shop: Repository, tmp_path: Path) -> None:
    shop.write("contracts/shop/refund/v2.json", with_property("why", {"type": "string"}))
    shop.commit()
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--depth=1", "-b", "work", shop.folder.as_uri(), clone], check=True)
    shallow = Repository(clone, shop.capsys, shop.monkeypatch)
    answer = shallow.check("--against", "origin/main")
    assert (answer.code, answer.out) == (USAGE, "")
    assert "git fetch --unshallow origin" in answer.err


# hooks and continuous integration


def test_a_pull_request_is_compared_with_its_target(shop: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.git("update-ref", "refs/remotes/origin/main", "main")
    shop.write(f"{FOLDER}/v1.json", schema(title="Order"))
    assert shop.check().rules == []
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_BASE_REF", "main")
    assert shop.check().rules == ["version-edited"]


def test_a_job_summary_is_appended(shop: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    shop.write(f"{FOLDER}/v2.json", NARROWED)
    answer = shop.check(layout="github")
    assert answer.out.startswith(f"::error file={FOLDER}/v2.json,line=")
    assert summary.read_text().startswith("before\n## Data contracts: findings\n")


def test_a_job_summary_that_cannot_be_written_hides_nothing(
    shop: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "no" / "folder"))
    answer = shop.check(layout="text")
    assert answer.code == CLEAN
    assert answer.out.startswith("checked 2 contracts")
    assert answer.err.startswith("warning: the job file")


def test_output_goes_to_a_terminal_of_few_letters(shop: Repository) -> None:
    shop.write(f"{FOLDER}/v2.json", schema(properties={**schema()["properties"], "größe": {"type": "string"}}))
    shop.write(f"{FOLDER}/v3.json", schema(required=["id", "größe"]))
    command = [sys.executable, "-m", "schemaward", "check"]
    done = subprocess.run(
        command,
        cwd=shop.folder,
        capture_output=True,
        env={"PYTHONPATH": ":".join(sys.path), "PYTHONIOENCODING": "ascii"},
    )
    assert done.returncode == FINDINGS, done.stderr
    assert b"backward-break" in done.stdout
