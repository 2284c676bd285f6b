"""A contract that is marked for structured output is warned about when a provider could not take it."""

from __future__ import annotations

from typing import Any

from contract_repository import FOLDER, Repository, manifest, schema, with_property

RULE = "structured-output-underivable"
MARKED = manifest(ai={"structured-output": ["openai", "anthropic"]})
MANY = schema(properties={"id": {"type": "string"}} | {f"p{number}": {"type": "string"} for number in range(25)})


def warnings(shop: Repository, contract: dict[str, Any], **versions: Any) -> list[str]:
    shop.write(f"{FOLDER}/contract.json", contract)
    for name, value in versions.items():
        shop.write(f"{FOLDER}/{name}.json", value)
    answer = shop.check()
    assert answer.code == 0
    return [path for rule, path, _ in answer.found if rule == RULE]


def test_a_contract_with_a_strict_form_passes(shop: Repository) -> None:
    assert warnings(shop, MARKED) == []


def test_an_unmarked_contract_is_not_asked(shop: Repository) -> None:
    assert warnings(shop, manifest(), v1=MANY) == []


def test_a_contract_beyond_the_limits_of_one_provider_is_told_once(shop: Repository) -> None:
    assert warnings(shop, MARKED, v1=MANY) == [f"{FOLDER}/v1.json"]
    assert "take at most 24 optional properties, and there are 25" in shop.check().out


def test_only_the_latest_version_is_asked(shop: Repository) -> None:
    fewer = {name: part for name, part in MANY["properties"].items() if name != "p0"}
    later = {"properties": fewer, "patternProperties": {"^p0$": {"type": "string"}}}
    assert warnings(shop, MARKED, v1=MANY, v2=MANY | later) == []


def test_a_root_that_is_no_object_has_no_strict_form(shop: Repository) -> None:
    assert warnings(shop, MARKED, v1=with_property("note", {}) | {"type": "array"}) == [f"{FOLDER}/v1.json"] * 2


def test_only_json_schemas_have_one(shop: Repository) -> None:
    (shop.folder / FOLDER / "v1.json").unlink()
    shop.write(f"{FOLDER}/v1.avsc", {"type": "record", "name": "Order", "fields": []})
    assert warnings(shop, MARKED | {"format": "AVRO"}) == [f"{FOLDER}/v1.avsc"] * 2


def test_a_provider_that_is_not_known_is_refused(shop: Repository) -> None:
    shop.write(f"{FOLDER}/contract.json", manifest(ai={"structured-output": ["opnai"]}))
    answer = shop.check()
    assert "manifest-invalid" in answer.rules
    assert 'did you mean \\"openai\\"?' in answer.out


def test_a_name_that_a_provider_refuses_is_told_where_it_is_declared(shop: Repository) -> None:
    named = schema(properties={"id": {"type": "string"}, "first name": {"type": "string"}}, required=["first name"])
    assert warnings(shop, MARKED, v1=named) == [f"{FOLDER}/v1.json"]
    assert (
        'v1 has no strict form for anthropic: Anthropic structured outputs take no property \\"first name\\"'
        in shop.check().out
    )
