"""The law of the strict form: what it accepts, taken back, the contract accepts, unless a loss says otherwise."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from choices import CHOICES
from hypothesis import HealthCheck, assume, given, settings
from judges import fast
from random_documents import Attack
from random_schemas import DRAFTS, random_schema

from schemaward.errors import InputError
from schemaward.formats.base import Schema
from schemaward.formats.jsonschema import load_value
from schemaward.formats.jsonschema.structured.deriving import Derived, derive, proof, real_losses, restore
from schemaward.formats.jsonschema.structured.providers import PROVIDERS
from schemaward.verdict import Incompatible


def contract(rng: Random, draft: str) -> Schema:
    """A random contract whose root is an object with two properties."""
    inner = random_schema(rng, draft)
    parts = [random_schema(rng, draft) for _ in "ab"]
    words = ("definitions", "$defs")
    root = {
        **inner,
        "type": "object",
        "properties": {name: {key: value for key, value in part.items() if key not in (*words, "$schema")}
                       for name, part in zip("ab", parts, strict=True)},
        "required": rng.choice((["a"], ["a", "b"], ["b", "a"])),
    }  # fmt: skip
    root.pop("$ref", None)
    try:
        return load_value(root, "contract")
    except InputError:
        assume(False)
        raise


def wire_documents(rng: Random, derived: Derived) -> Any:
    accepts = fast({"$schema": "https://json-schema.org/draft/2020-12/schema", **derived.schema}, "2020-12")
    # In Draft-04, which the contract may be written in, 1.0 is no integer.
    return [each for each in Attack(rng, derived.schema).documents(60) if accepts(each) and ".0" not in repr(each)]


@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=PROVIDERS)
@pytest.mark.parametrize("draft", DRAFTS)
@given(CHOICES)
@settings(max_examples=25, suppress_health_check=[HealthCheck.filter_too_much])
def test_an_answer_is_a_document_of_the_contract(provider: Any, draft: str, rng: Random) -> None:
    schema = contract(rng, draft)
    derived = derive(schema, provider)
    assume(derived.schema)
    wider = any(loss.effect == "wider" for loss in derived.losses)
    verdict = proof(schema, derived)
    assert wider or not isinstance(verdict, Incompatible), (schema.parsed.value, derived.answers, verdict)
    if wider and any(loss.effect == "wider" for loss in real_losses(derived, verdict)):
        return
    accepts = fast(schema.parsed.value, draft)
    for answer in wire_documents(rng, derived):
        assert accepts(restore(answer, derived)), (answer, derived.schema)
